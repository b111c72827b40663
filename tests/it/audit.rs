//! What the audit finds: shown first, recorded, held by `validate`, and harmless unless denied.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";
const LIB: &str = "adds/src/lib.rs";

const TEXT: &str = "//! Adds.

/// Adds one.
#[must_use]
pub fn one(number: u32) -> u32 {
    number + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds_one() {
        assert_eq!(super::one(1), 2);
    }

    #[test]
    fn adds_to_nothing() {
        assert_eq!(super::one(0), 1);
    }
}
";

/// A small piece of work that is done as planned: nothing is to be found.
fn workspace() -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[workspace]\nmembers = [\"adds\"]\nresolver = \"3\"\n");
    tree.write(".gitignore", "/target\n");
    tree.write("adds/Cargo.toml", "[package]\nname = \"adds\"\nedition = \"2024\"\n");
    tree.write(LIB, TEXT);
    let payload = json!({
        "requirement": {"summary": "Add.", "acceptanceCriteria": ["one is added"]},
        "plan": {"steps": [{"id": "1", "name": "Add one", "files": [LIB]}]},
        "testPlan": {
            "scenarios": [{"id": "s", "name": "adds", "planStepId": "1", "tests": ["adds::tests::adds_one"]}],
            "coverageMatrix": [{"requirementId": "req-1", "scenarioIds": ["s"]}],
        },
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    let tree = tree.git();
    tree.change(LIB, "number + 1", "1 + number");
    tree
}

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

fn edit(tree: &Tree, edit: impl FnOnce(&mut Value)) {
    let mut payload = payload(tree);
    edit(&mut payload);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
}

/// The kinds that were told, as events.
fn kinds(ran: &Ran) -> Vec<String> {
    let messages = ran.messages();
    let findings = messages.iter().filter(|message| message["reason"] == "finding");
    findings.map(|finding| finding["kind"].as_str().expect("a kind").to_owned()).collect()
}

/// The claim `audit` as `verdict: why`.
fn claim(tree: &Tree) -> String {
    let ran = tree.handoff(["validate", "--message-format", "json"]);
    let messages = ran.messages();
    let claim = messages.iter().find(|message| message["reason"] == "claim" && message["claim"] == "audit");
    let claim = claim.unwrap_or_else(|| panic!("no claim: {ran:#?}"));
    format!("{}: {}", claim["verdict"].as_str().expect("text"), claim["why"].as_str().expect("text"))
}

#[test]
fn work_as_planned_has_no_findings_and_that_is_recorded_and_confirmed() {
    let tree = workspace();
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(!ran.stdout.contains("findings"), "{ran:#?}");
    assert_eq!(payload(&tree)["implementation"]["audit"]["findings"], json!([]));
    assert_eq!(claim(&tree), "confirmed: nothing is found, as recorded");
}

#[test]
fn findings_stand_first_are_recorded_once_and_harm_nothing() {
    let tree = workspace();
    tree.change(LIB, "    #[test]\n    fn adds_to", "    #[test]\n    #[ignore]\n    fn adds_to");
    tree.write("NOTES.md", "x\n");
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(
        ran.stdout.starts_with(
            "findings: 1 weakened test or lint, 1 changed file no step names\n\
             - adds/src/lib.rs:16: the test `tests::adds_to_nothing` is ignored now, without\n  a reason\n"
        ),
        "{ran:#?}"
    );
    assert!(ran.stdout.contains("Findings to weigh: 1 weakened test or lint, 1 changed file"), "{ran:#?}");
    let recorded = payload(&tree)["implementation"]["audit"]["findings"].clone();
    assert_eq!(recorded[0]["kind"], "weakened-test");
    assert_eq!(recorded[0]["file"], LIB);
    assert_eq!(
        recorded[1],
        json!({"kind": "unplanned", "text": "it was added, and no step names it", "file": "NOTES.md"})
    );
    let before = tree.read(PAYLOAD);
    let ran = tree.handoff(["implement", "--no-cache", "--message-format", "json"]).exits(0);
    assert_eq!(kinds(&ran), ["weakened-test", "unplanned"]);
    assert_eq!(tree.read(PAYLOAD), before, "the same findings are no news");
    assert_eq!(claim(&tree), "confirmed: as recorded: 1 weakened test or lint, 1 changed file no step names");
}

#[test]
fn a_finding_that_was_taken_out_of_the_record_is_contradicted() {
    let tree = workspace();
    tree.write("NOTES.md", "x\n");
    let _ = tree.handoff(["implement"]).exits(0);
    edit(&tree, |payload| payload["implementation"]["audit"]["findings"] = json!([]));
    let why = "it was added, and no step names it (NOTES.md)";
    assert_eq!(
        claim(&tree),
        format!("contradicted: found on the very tree it was recorded on, and not recorded: {why}")
    );
    let _ = tree.handoff(["validate"]).exits(105);
    // Whoever edits the plan moves what it is held against, and nobody is called a liar for it.
    edit(&tree, |payload| payload["plan"]["steps"][0]["files"] = json!([LIB, "other.md"]));
    assert_eq!(claim(&tree), format!("stale: found since the plan was changed: {why}"));
    let tree = workspace();
    let _ = tree.handoff(["implement"]).exits(0);
    tree.write("NOTES.md", "x\n");
    assert_eq!(claim(&tree), format!("stale: found since it was recorded: {why}"));
}

#[test]
fn what_is_denied_fails_and_is_never_ready() {
    let tree = workspace();
    tree.write("NOTES.md", "x\n");
    let ran = tree.handoff(["implement", "--deny", "weakened-test", "--message-format", "json"]).exits(0);
    let last = ran.messages().pop().expect("a line");
    assert_eq!((&last["reason"], &last["ready"]), (&json!("handoff-finished"), &json!(true)), "{last:#}");
    for kind in ["unplanned", "all"] {
        for verb in ["implement", "validate"] {
            let ran = tree.handoff([verb, "--deny", kind, "--message-format", "json"]).exits(100);
            let last = ran.messages().pop().expect("a line");
            assert_eq!((&last["outcome"], &last["ready"]), (&json!("failed"), &json!(false)), "{last:#}");
            let open = last["open"].as_array().expect("a list");
            assert!(open.contains(&json!("unplanned: it was added, and no step names it (NOTES.md)")), "{last:#}");
        }
        assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], Value::Null);
    }
    let ran = tree.handoff(["implement", "--deny", "everything"]).exits(2);
    assert!(ran.stderr.contains("one of: weakened-test, "), "{ran:#?}");
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], "5-acceptance");
}

#[test]
fn left_overs_are_those_the_manifest_asks_for() {
    let tree = workspace();
    tree.change(LIB, "    1 + number", "    dbg!{1 + number}");
    let told = |tree: &Tree| kinds(&tree.handoff(["implement", "--no-cache", "--message-format", "json"]));
    assert_eq!(told(&tree), ["left-over"]);
    let root = "[workspace]\nmembers = [\"adds\"]\nresolver = \"3\"\n";
    let with = |setting: &str| tree.write("Cargo.toml", format!("{root}\n[workspace.metadata.handoff]\n{setting}\n"));
    with("audit = { left-over = [\"todo\"] }");
    assert_eq!(told(&tree), ["unplanned"]);
    with("audit = { left-over = [\"debug\"] }");
    let ran = tree.handoff(["implement"]).exits(78);
    assert!(ran.stderr.contains("`left-over` has no \"debug\""), "{ran:#?}");
    let ran = tree.handoff(["explain", "findings"]).exits(0);
    assert!(ran.stdout.contains("weakened-test"), "{ran:#?}");
}
