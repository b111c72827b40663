//! What goes where there is no room, and what stays.

use super::whole::fit;
use super::*;

fn document(budget: usize) -> Brief {
    let section = |topic: Topic| Section {
        topic,
        items: (0..40)
            .map(|n| Item::words(format!("{} number {n}, in so many words", topic.title())).at("a.rs:1"))
            .collect(),
        left_out: 0,
    };
    Brief {
        step: "1".into(),
        name: "a step".into(),
        budget,
        tokens: 0,
        sections: Topic::ALL.into_iter().map(section).collect(),
    }
}

fn left(brief: &Brief, topic: Topic) -> (usize, usize) {
    let section = brief.sections.iter().find(|section| section.topic == topic).expect("a section");
    (section.items.len(), section.left_out)
}

#[test]
fn a_document_with_room_is_whole() {
    let mut brief = document(100_000);
    fit(&mut brief);
    assert!(brief.sections.iter().all(|section| section.left_out == 0), "{brief:?}");
}

#[test]
fn what_matters_least_goes_first_and_is_counted() {
    let mut brief = document(7_000);
    fit(&mut brief);
    assert!(brief.tokens <= 7_000, "{}", brief.tokens);
    assert_eq!(left(&brief, Topic::Docs), (5, 35));
    assert_eq!(left(&brief, Topic::Step), (40, 0));
    assert_eq!(left(&brief, Topic::Open), (40, 0));
}

#[test]
fn any_budget_with_room_for_the_headings_holds_in_both_forms() {
    for budget in [700, 1_000, 2_000, 3_000, 4_000, 6_000, 9_000] {
        let mut brief = document(budget);
        fit(&mut brief);
        let size = serde_json::to_string(&brief).expect("JSON").len();
        assert!(size.div_ceil(BYTES_OF_A_TOKEN) <= budget && brief.tokens <= budget, "{budget}: {size}");
        let all: usize = brief.sections.iter().map(|section| section.items.len() + section.left_out).sum();
        assert_eq!(all, 40 * Topic::ALL.len());
    }
}

#[test]
fn a_heading_stays_for_what_had_to_go() {
    let mut brief = document(700);
    fit(&mut brief);
    assert_eq!(left(&brief, Topic::Docs), (0, 40));
    assert!(0 < left(&brief, Topic::Step).0);
}
