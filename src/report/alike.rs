//! Claims of which the very same is said, to be told in one line.

use crate::answers::ClaimRow;
use crate::words::Verdict;
use std::collections::BTreeMap;

/// So many of a kind are told together.
const LEAST: usize = 3;

/// Claims that share what is said of them; one that is contradicted stands alone, and so does each of a few.
pub(super) fn together<'a>(claims: impl IntoIterator<Item = &'a ClaimRow>) -> Vec<Vec<&'a ClaimRow>> {
    let mut groups: Vec<Vec<&ClaimRow>> = Vec::new();
    let mut at_of: BTreeMap<_, usize> = BTreeMap::new();
    for claim in claims {
        let kind = (claim.verdict.word(), claim.why.as_str(), claim.level);
        match at_of.get(&kind).filter(|_| claim.verdict != Verdict::Contradicted) {
            Some(at) => groups[*at].push(claim),
            None => {
                at_of.insert(kind, groups.len());
                groups.push(vec![claim]);
            }
        }
    }
    let split = |group: Vec<&'a ClaimRow>| match group.len() < LEAST {
        true => group.into_iter().map(|claim| vec![claim]).collect(),
        false => vec![group],
    };
    groups.into_iter().flat_map(split).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Level;

    #[test]
    fn what_is_said_of_many_is_told_once_and_a_contradiction_each_time() {
        let row = |claim: &str, verdict, why: &str| ClaimRow {
            claim: claim.into(),
            verdict,
            why: why.into(),
            level: Level::Evidence,
        };
        use Verdict::{Contradicted, NotCheckable, Stale};
        let rows = [
            row("a", NotCheckable, "x"),
            row("b", Contradicted, "x"),
            row("c", NotCheckable, "x"),
            row("d", Contradicted, "x"),
            row("e", NotCheckable, "x"),
            row("f", Contradicted, "x"),
            row("g", Stale, "x"),
            row("h", Stale, "x"),
        ];
        let groups: Vec<String> =
            together(&rows).iter().map(|group| group.iter().map(|row| row.claim.as_str()).collect()).collect();
        assert_eq!(groups, ["ace", "b", "d", "f", "g", "h"]);
    }
}
