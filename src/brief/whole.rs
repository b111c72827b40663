//! The whole document, and what goes where there is no room.

use super::text::SourceText;
use super::{BYTES_OF_A_TOKEN, Brief, Item, Section, Topic, asked, code, crates, habits, next, recorded};
use crate::mapping::Mapped;
use crate::payload::model::{Payload, Step};
use crate::record::acceptance::OpenIssue;
use crate::workspace::graph::{Graph, Package};
use crate::workspace::lock::Lock;

/// So many items of a section stay while another one has more.
const FEW: usize = 5;

/// What a brief is made from.
pub struct Seen<'a> {
    /// The payload.
    pub payload: &'a Payload,
    /// The step.
    pub step: &'a Step,
    /// Where it leads.
    pub mapped: &'a Mapped,
    /// The workspaces.
    pub graph: &'a Graph,
    /// The step's own files, as far as they are there.
    pub files: &'a [SourceText],
    /// All Rust files of its packages.
    pub around: &'a [SourceText],
    /// The lock files.
    pub locks: &'a [Lock],
    /// The acceptance owner's open issues.
    pub issues: &'a [OpenIssue],
    /// Who uses what the files offer.
    pub references: Vec<Item>,
    /// How many tokens it may take.
    pub budget: usize,
}

/// The document.
#[must_use]
pub fn brief(seen: Seen<'_>) -> Brief {
    let known = code::known_tests(seen.around);
    let shown: Vec<String> = seen.files.iter().map(|file| file.shown.clone()).collect();
    let packages: Vec<&Package> = seen.mapped.packages.iter().filter_map(|label| seen.graph.package(label)).collect();
    let mut references = Some(seen.references);
    let sections = Topic::ALL.into_iter().map(|topic| {
        let items = match topic {
            Topic::Step => asked::step(seen.step, seen.payload),
            Topic::Criteria => asked::criteria(seen.step, seen.payload),
            Topic::Scenarios => asked::scenarios(seen.step, seen.payload, &known),
            Topic::Next => next::next(seen.step, seen.mapped, &shown, seen.payload),
            Topic::Open => recorded::open(seen.step, &shown, seen.payload, seen.issues),
            Topic::Failures => recorded::failures(seen.mapped, seen.payload),
            Topic::Targets => asked::targets(seen.mapped),
            Topic::Symbols => code::symbols(seen.files),
            Topic::Tests => code::tests(seen.files, seen.around),
            Topic::References => references.take().unwrap_or_default(),
            Topic::Patterns => habits::patterns(seen.around),
            Topic::Docs => crates::docs(seen.files, &packages, seen.graph, seen.locks),
        };
        Section { topic, items, left_out: 0 }
    });
    let mut brief = Brief {
        step: seen.step.id.clone(),
        name: seen.step.name.clone(),
        budget: seen.budget,
        tokens: 0,
        sections: sections.filter(|section| !section.items.is_empty()).collect(),
    };
    fit(&mut brief);
    brief
}

/// Leaves out what there is no room for: of the least important section first, down to a few; then what is left of
/// them; of what always stands there at last, all but the first.
pub(super) fn fit(brief: &mut Brief) {
    let room = brief.budget.saturating_mul(BYTES_OF_A_TOKEN);
    let mut size = serde_json::to_string(&*brief).map_or(0, |text| text.len());
    let mut order: Vec<usize> = (0..brief.sections.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(brief.sections[*at].topic));
    for (least, is_for_kept) in [(FEW, false), (0, false), (1, true)] {
        for at in &order {
            let section = &mut brief.sections[*at];
            if section.topic.is_kept() != is_for_kept {
                continue;
            }
            while room < size && least < section.items.len() {
                let Some(item) = section.items.pop() else { break };
                size -= serde_json::to_string(&item).map_or(0, |text| text.len() + 1).min(size);
                section.left_out += 1;
            }
        }
    }
    // A round number of digits may have grown: what is told is what it takes.
    brief.tokens = serde_json::to_string(&*brief).map_or(0, |text| text.len()).div_ceil(BYTES_OF_A_TOKEN);
}
