//! The chain of sealed records: each names the SHA-256 of those it follows, so that none can be taken out unseen.

use std::collections::BTreeSet;

/// One record of the chain, as far as the chain goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of its `record.json`, as the payload lists it.
    pub sha256: String,
    /// The records it follows; none where it is the first, or cannot be read.
    pub previous: Vec<String>,
}

/// The records nobody follows yet, in the order they are listed: one, or more after branches were merged. A record
/// that cannot be read follows nobody, so what it followed counts as a head again and no link is ever lost.
#[must_use]
pub fn heads(links: &[Link]) -> Vec<String> {
    let followed: BTreeSet<&str> = links.iter().flat_map(|link| &link.previous).map(String::as_str).collect();
    let mut heads: Vec<String> = Vec::new();
    for link in links {
        if !followed.contains(link.sha256.as_str()) && !heads.contains(&link.sha256) {
            heads.push(link.sha256.clone());
        }
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(sha256: &str, previous: &[&str]) -> Link {
        Link { sha256: sha256.into(), previous: previous.iter().map(|sha256| (*sha256).to_owned()).collect() }
    }

    #[test]
    fn the_head_is_what_nobody_follows() {
        assert!(heads(&[]).is_empty());
        assert_eq!(heads(&[link("a", &[])]), ["a"]);
        assert_eq!(heads(&[link("a", &[]), link("b", &["a"]), link("c", &["b"])]), ["c"]);
        assert_eq!(heads(&[link("c", &["b"]), link("a", &[]), link("b", &["a"])]), ["c"], "in any order");
    }

    #[test]
    fn two_branches_have_two_heads_until_a_record_follows_both() {
        let mut links = vec![link("a", &[]), link("b", &["a"]), link("c", &["a"])];
        assert_eq!(heads(&links), ["b", "c"]);
        links.push(link("d", &["b", "c"]));
        assert_eq!(heads(&links), ["d"]);
    }

    #[test]
    fn one_that_cannot_be_read_loses_nothing() {
        let unreadable = [link("a", &[]), link("b", &[])];
        assert_eq!(heads(&unreadable), ["a", "b"]);
    }

    #[test]
    fn what_is_listed_twice_or_follows_itself_does_no_harm() {
        assert_eq!(heads(&[link("a", &[]), link("a", &[])]), ["a"]);
        assert!(heads(&[link("a", &["a"])]).is_empty());
    }
}
