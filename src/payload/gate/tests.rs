//! What closes the gate, and in which order it is told.

use super::*;

fn gate(text: &str) -> Vec<Missing> {
    let document = Document::parse("handoff/payload.json", text.into()).expect("JSON");
    missing(&document, &Payload::read(&document).expect("a payload"))
}

const TEMPLATE: &str = include_str!("../../../fixtures/payloads/template.json");

#[test]
fn the_empty_template_closes_the_gate_at_all_three() {
    let missing = gate(TEMPLATE);
    let whats: Vec<_> = missing.iter().map(|piece| (piece.what.as_str(), piece.stage.as_str())).collect();
    assert_eq!(
        whats,
        [
            ("`requirement.summary` is empty", "1-specify"),
            ("`plan.steps` is empty", "2-plan"),
            ("`testPlan.scenarios` is empty", "3-qa"),
        ]
    );
    let error = closed(&missing);
    assert_eq!(error.exit(), 103);
    for stage in ["1-specify", "2-plan", "3-qa"] {
        assert!(error.to_string().contains(&format!("ask the owner of stage {stage}")), "{error}");
    }
    assert!(
        error.next.as_ref().is_some_and(|next| next.0.starts_with("cargo handoff init --new --from-branch")),
        "{:?}",
        error.next
    );
}

#[test]
fn null_blank_and_absent_are_as_empty_as_empty() {
    for text in ["{}", r#"{"requirement":{"summary":" \n"},"plan":null,"testPlan":{"scenarios":null}}"#] {
        assert_eq!(gate(text).len(), 3, "{text}");
    }
}

#[test]
fn the_samples_are_open() {
    assert_eq!(gate(include_str!("../../../fixtures/payloads/five-stage.json")), []);
    assert_eq!(gate(include_str!("../../../fixtures/payloads/six-stage.json")), []);
}

#[test]
fn six_stages_need_their_tasks_and_call_the_stages_by_other_names() {
    let missing = gate(
        r#"{"meta":{"currentStage":"4-qa"},"requirement":{"summary":"s"},"plan":{"steps":["a"]},"tasks":{"items":[]}}"#,
    );
    let whats: Vec<_> = missing.iter().map(|piece| (piece.what.as_str(), piece.stage.as_str())).collect();
    assert_eq!(whats, [("`tasks.items` is empty", "3-tasks"), ("`testPlan.scenarios` is empty", "4-qa")]);
}

#[test]
fn a_blocking_question_closes_the_gate_until_it_is_answered() {
    let with = |question: &str| {
        gate(&format!(
            r#"{{"requirement":{{"summary":"s","openQuestions":["why?",{question}]}},"plan":{{"steps":["a"]}},"testPlan":{{"scenarios":["b"]}}}}"#
        ))
    };
    let missing = with(r#"{"question":"Which?","severity":"blocking","owner":"product"}"#);
    assert_eq!(missing.len(), 1);
    assert!(missing[0].what.ends_with("not answered: Which?"), "{missing:?}");
    assert_eq!(missing[0].owner, "product");
    assert_eq!(with(r#"{"question":"Which?","severity":"blocking","answer":"this"}"#), []);
    assert_eq!(with(r#"{"question":"Which?","severity":"nice-to-have"}"#), []);
}

#[test]
fn pieces_come_in_the_order_of_the_document() {
    let missing = gate(r#"{"testPlan":{},"plan":{},"requirement":{"summary":""}}"#);
    let stages: Vec<_> = missing.iter().map(|piece| piece.stage.as_str()).collect();
    assert_eq!(stages, ["3-qa", "2-plan", "1-specify"]);
}
