//! What a validation writes into `qaFindings`, and what it leaves alone.

use super::{Acceptance, Decision, Held, OpenIssue, decision, edits, open_issues};
use crate::check::{Results, SuiteResult, TestOutcome};
use crate::payload::document::Document;
use crate::payload::edit::apply;
use crate::payload::entries::Failure;
use crate::payload::model::Payload;
use crate::standing::Standing;
use crate::words::{Level, Outcome, SuiteId, TargetId, TargetKind, Verdict};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PAYLOAD: &str = r#"{
  "meta": { "currentStage": "4-implement" },
  "requirement": { "summary": "s" },
  "plan": { "steps": [{ "id": "1", "name": "one", "files": ["src/lib.rs"] }, { "id": "2", "name": "two", "files": ["src/two.rs"] }] },
  "tasks": { "items": [{ "id": "t-2", "planStepId": "2" }] },
  "testPlan": { "scenarios": [{ "id": "s", "planStepId": "1", "tests": ["a"], "status": "planned" }] },
  "implementation": { "tests": [{ "id": "test:a/lib/a", "package": "a", "status": "passed", "steps": ["1"], "by": "cargo-handoff" }],
    "changes": [{ "id": "change:src/lib.rs", "file": "src/lib.rs", "kind": "modified", "package": "a", "steps": ["1"], "by": "cargo-handoff" }] },
  "qaFindings": { "status": "pending", "evidence": [{ "by": "somebody", "n": 1.10 }], "issues": [{ "id": "mine", "severity": "minor" }] }
}
"#;

fn document(text: &str) -> Document {
    Document::parse("p", text.as_bytes().to_vec()).expect("JSON")
}

fn payload(document: &Document) -> Payload {
    Payload::read(document).expect("a payload")
}

fn suite(outcome: Outcome) -> SuiteResult {
    let target = TargetId { package: "a".into(), kind: TargetKind::Lib, name: "a".into() };
    let mut suite = SuiteResult::bare(SuiteId { target, doctest: false }, outcome, None);
    if outcome == Outcome::Failed {
        suite.tests.insert("tests::adds".into(), TestOutcome::Failed);
        suite.failures.push(Failure { name: "tests::adds".into(), excerpt: "panicked".into(), before: None });
    }
    suite
}

/// A run of which this is what came out.
#[derive(Clone)]
struct Run {
    id: &'static str,
    claims: Vec<(&'static str, Verdict, Level)>,
    suite: Option<Outcome>,
    scenario: Result<(), Vec<String>>,
    decision: Option<(&'static str, &'static str)>,
    level: Level,
}

fn run(id: &'static str) -> Run {
    let claims = vec![("test:a/lib/a", Verdict::Confirmed, Level::Checks)];
    Run { id, claims, suite: Some(Outcome::Passed), scenario: Ok(()), decision: None, level: Level::Checks }
}

fn failed(id: &'static str) -> Run {
    let claims = vec![("test:a/lib/a", Verdict::Contradicted, Level::Checks)];
    Run { claims, suite: Some(Outcome::Failed), scenario: Err(vec!["red".into()]), ..run(id) }
}

/// The payload after it.
fn after(before: &Document, run: &Run) -> Document {
    let payload = payload(before);
    let results = run.suite.map(|outcome| Results { suites: vec![suite(outcome)], ..Results::default() });
    let standing = Standing { steps: BTreeMap::new(), scenarios: [("s".to_owned(), run.scenario.clone())].into() };
    let claims: Vec<Held> = run
        .claims
        .iter()
        .map(|(claim, verdict, level)| Held { claim, verdict: *verdict, why: "it is otherwise", level: *level })
        .collect();
    let levels: Vec<Level> = Level::ALL.into_iter().filter(|level| *level <= run.level).collect();
    let edits = edits(&Acceptance {
        payload: &payload,
        run: run.id,
        at: run.id,
        who: "Somebody",
        levels: &levels,
        steps: &[],
        exit: 0,
        duration_ms: 7,
        commit: Some("c0ffee"),
        tree: "7ree",
        uncommitted: false,
        baseline: "ba5e",
        blobs: &[("src/lib.rs".to_owned(), "b10b".to_owned())].into(),
        claims: &claims,
        results: results.as_ref(),
        standing: results.as_ref().map(|_| &standing),
        decision: run.decision.map(|(to, note)| Decision { to, note }),
    });
    apply(before, &edits).expect("nothing is lost")
}

fn findings(document: &Document) -> Value {
    document.root().get("qaFindings").expect("there").value()
}

fn issue(document: &Document, id: &str) -> Value {
    let issues = findings(document)["issues"].as_array().cloned().expect("a list");
    let mut found = issues.into_iter().filter(|issue| issue["id"] == id);
    let first = found.next().unwrap_or_else(|| panic!("no {id}"));
    assert!(found.next().is_none(), "{id} twice");
    first
}

#[test]
fn a_run_leaves_one_piece_of_evidence_and_takes_nothing_away() {
    let once = after(&document(PAYLOAD), &run("r1"));
    let twice = after(&once, &run("r2"));
    let evidence = findings(&twice)["evidence"].as_array().cloned().expect("a list");
    assert_eq!(evidence.len(), 3);
    assert_eq!(evidence[0], json!({ "by": "somebody", "n": 1.10 }));
    assert_eq!(evidence[1]["id"], "acceptance:r1");
    assert_eq!(evidence[2]["claims"], json!({ "confirmed": 1 }));
    assert_eq!(evidence[2]["checks"], json!({ "passed": 1 }));
    assert_eq!((&evidence[2]["commit"], &evidence[2]["tree"]), (&json!("c0ffee"), &json!("7ree")));
    assert_eq!(evidence[2]["levels"], json!(["V0", "V1", "V2", "V3", "V4"]));
    assert!(twice.text().contains("\"n\": 1.10") && twice.text().contains(r#"{ "id": "mine", "severity": "minor" }"#));
    assert_eq!(findings(&twice)["status"], "pending", "nobody decided");
    assert_eq!(twice.root().at(&["meta", "currentStage"]).expect("there").raw(), "\"6-acceptance\"");
    assert_eq!(findings(&twice)["issues"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_contradicted_claim_is_an_issue_with_the_commands_to_see_it_and_stays_one() {
    let once = after(&document(PAYLOAD), &failed("r1"));
    let found = issue(&once, "issue:test:a/lib/a");
    assert_eq!(found["severity"], "major");
    assert_eq!(found["expectedBehavior"], "tests of `a/lib/a` come to `passed`, as recorded");
    assert_eq!(found["actualBehavior"], "it is otherwise; failed: tests::adds");
    assert_eq!(
        found["reproductionSteps"],
        json!(["cargo test -p a --lib -- --exact tests::adds", "cargo handoff validate"])
    );
    assert_eq!((&found["affectedFiles"], &found["planStepId"]), (&json!(["src/lib.rs"]), &json!("1")));
    assert_eq!(found["blobs"], json!({ "src/lib.rs": "b10b" }));
    let twice = after(&once, &failed("r2"));
    assert_eq!(issue(&twice, "issue:test:a/lib/a"), found, "a second run does not double it");
    let validator = jsonschema::draft202012::new(&crate::payload::schema::schema()).expect("a schema");
    let findings = json!({ "qaFindings": findings(&twice) });
    let errors: Vec<String> = validator.iter_errors(&findings).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn an_issue_that_is_gone_is_resolved_and_one_that_is_back_is_open() {
    let found = after(&document(PAYLOAD), &failed("r1"));
    let gone = after(&found, &run("r2"));
    let resolved = issue(&gone, "issue:test:a/lib/a");
    assert_eq!(resolved["status"], "resolved");
    assert_eq!(resolved["resolved"]["evidenceRef"], "acceptance:r2");
    assert_eq!(resolved["actualBehavior"], "it is otherwise; failed: tests::adds", "what it was stays");
    assert_eq!(issue(&after(&gone, &run("r3")), "issue:test:a/lib/a"), resolved);
    let back = issue(&after(&gone, &failed("r3")), "issue:test:a/lib/a");
    assert_eq!((&back["status"], &back["resolved"]), (&json!("open"), &Value::Null));
    assert_eq!(back["history"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_was_not_looked_at_again_stays_open() {
    let found = after(&document(PAYLOAD), &failed("r1"));
    for verdict in [Verdict::Stale, Verdict::NotCheckable, Verdict::NotReproducible] {
        let quick = Run { claims: vec![("test:a/lib/a", verdict, Level::Contract)], suite: None, ..run("r2") };
        assert_eq!(issue(&after(&found, &quick), "issue:test:a/lib/a")["status"], "open", "{verdict}");
    }
}

#[test]
fn an_issue_is_resolved_only_by_a_run_that_looks_as_closely_as_the_one_that_found_it() {
    let id = "issue:test:a/lib/a";
    let quick = |id, verdict| Run {
        claims: vec![("test:a/lib/a", verdict, Level::Outcomes)],
        suite: None,
        level: Level::Outcomes,
        ..run(id)
    };
    // The test fails, and its records say nothing of that.
    let unclaimed = Run { claims: Vec::new(), ..failed("r1") };
    for first in [failed("r1"), unclaimed, Run { claims: quick("r1", Verdict::Contradicted).claims, ..failed("r1") }] {
        let found = after(&document(PAYLOAD), &first);
        let still = after(&found, &quick("r2", Verdict::Confirmed));
        assert_eq!(issue(&still, id)["status"], "open", "{:?}", first.claims);
        // A lie that came and went meanwhile changes nothing of it.
        let lied = after(&found, &quick("r2", Verdict::Contradicted));
        assert_eq!(issue(&after(&lied, &quick("r3", Verdict::Confirmed)), id)["status"], "open", "{:?}", first.claims);
        assert_eq!(issue(&after(&still, &run("r3")), id)["status"], "resolved");
    }
    let found = after(&document(PAYLOAD), &quick("r1", Verdict::Contradicted));
    assert_eq!(issue(&after(&found, &quick("r2", Verdict::Confirmed)), id)["status"], "resolved", "as close as that");
}

#[test]
fn a_persons_word_about_our_issue_stands() {
    let found = after(&document(PAYLOAD), &failed("r1"));
    let text = found.text().replace("\"status\": \"open\"", "\"status\": \"wontfix\"");
    assert_ne!(text, found.text());
    let closed = document(&text);
    for next in [run("r2"), failed("r2")] {
        assert_eq!(issue(&after(&closed, &next), "issue:test:a/lib/a")["status"], "wontfix");
    }
}

#[test]
fn forged_evidence_is_worse_than_work_that_is_not_done() {
    let forged = Run { claims: vec![("change:src/lib.rs", Verdict::Contradicted, Level::Evidence)], ..run("r1") };
    let found = issue(&after(&document(PAYLOAD), &forged), "issue:change:src/lib.rs");
    assert_eq!((&found["severity"], &found["level"]), (&json!("critical"), &json!("V1")));
    assert_eq!(found["reproductionSteps"][0], "git diff ba5e -- src/lib.rs");
}

#[test]
fn scenarios_have_a_status_of_their_own_here_and_the_test_plans_is_left_alone() {
    let once = after(&document(PAYLOAD), &failed("r1"));
    assert_eq!(findings(&once)["scenarioStatus"][0]["status"], "not-verified");
    let twice = after(&once, &run("r2"));
    let status = &findings(&twice)["scenarioStatus"];
    assert_eq!((&status[0]["status"], status.as_array().map(Vec::len)), (&json!("verified"), Some(1)));
    assert_eq!(status[0]["history"][0]["why"], "red");
    assert!(twice.text().contains("\"status\": \"planned\""));
}

#[test]
fn only_a_person_moves_the_status_and_every_decision_is_kept() {
    let decided = |id, to, note| Run { decision: Some((to, note)), ..run(id) };
    let once = after(&document(PAYLOAD), &decided("r1", "rejected", "too slow"));
    let twice = after(&once, &decided("r2", "approved", "fast now"));
    let findings = findings(&twice);
    assert_eq!(findings["status"], "approved");
    assert_eq!(
        findings["statusHistory"],
        json!([
            { "from": "pending", "to": "rejected", "at": "r1", "by": "Somebody", "why": "too slow" },
            { "from": "rejected", "to": "approved", "at": "r2", "by": "Somebody", "why": "fast now" },
        ])
    );
}

fn opened(text: &str, blobs: &[(&str, &str)]) -> Vec<OpenIssue> {
    let blobs = blobs.iter().map(|(file, blob)| ((*file).to_owned(), (*blob).to_owned())).collect();
    open_issues(&payload(&document(text)), &[], &[], &blobs)
}

#[test]
fn open_issues_are_linked_to_steps_and_say_which_files_nobody_touched() {
    let text = PAYLOAD.replace(
        r#"[{ "id": "mine", "severity": "minor" }]"#,
        r#"["just a text", {"id": "a", "status": "Fixed"}, {"id": "b", "resolved": true}, null,
            {"taskId": "t-2", "expectedBehavior": "x", "actualBehavior": "y", "affectedFiles": ["src/other.rs:5"]},
            {"id": "c", "affectedFiles": ["./src/two.rs:1-4"], "resolved": null}, {"id": "d", "planStepId": 1}]"#,
    );
    let open = opened(&text, &[]);
    let ids: Vec<&str> = open.iter().map(|issue| issue.id.as_str()).collect();
    assert_eq!(ids, ["qaFindings.issues[0]", "qaFindings.issues[4]", "c", "d"]);
    assert_eq!(open[0].expected, "just a text");
    assert_eq!((open[1].steps.as_slice(), open[1].actual.as_deref()), (["2".to_owned()].as_slice(), Some("y")));
    assert_eq!(open[1].unchanged, ["src/other.rs"]);
    assert_eq!((&open[2].steps, &open[3].steps), (&vec!["2".to_owned()], &vec!["1".to_owned()]));
    assert!(opened(&text.replace("\"pending\"", "\"approved\""), &[]).is_empty());
}

#[test]
fn a_file_has_changed_where_it_is_another_than_when_the_issue_was_found() {
    let found = after(&document(PAYLOAD), &failed("r1"));
    let unchanged = |blob: &str| {
        let open = opened(found.text(), &[("src/lib.rs", blob)]);
        open.into_iter().find(|issue| issue.id.starts_with("issue:")).expect("it is open").unchanged
    };
    assert_eq!(unchanged("b10b"), ["src/lib.rs"]);
    assert!(unchanged("0ther").is_empty());
    let gone = after(&found, &run("r2"));
    assert!(opened(gone.text(), &[]).iter().all(|issue| !issue.id.starts_with("issue:")));
}

#[test]
fn a_decision_is_told_with_who_when_and_why() {
    let told = |findings: Value| decision(&payload(&document(&json!({ "qaFindings": findings }).to_string())));
    assert_eq!(told(json!({})), None);
    assert_eq!(told(json!({ "status": "pending" })), None);
    assert_eq!(told(json!({ "status": "approved" })).as_deref(), Some("approved"));
    let history = json!([{ "from": "pending", "to": "rejected", "at": "T", "by": "P", "why": "sums are wrong" }]);
    let rejected = told(json!({ "status": "rejected", "statusHistory": history }));
    assert_eq!(rejected.as_deref(), Some("rejected by P at T: sums are wrong"));
    let since = told(json!({ "status": "approved", "statusHistory": history }));
    assert_eq!(since.as_deref(), Some("approved"), "the history speaks of another decision");
}

#[test]
fn one_broken_test_is_one_issue_that_names_what_rests_on_it() {
    let claims = ["test:a/lib/a", "scenario:s", "handoff"];
    let broken = Run {
        claims: claims.map(|claim| (claim, Verdict::Contradicted, Level::Checks)).to_vec(),
        scenario: Err(vec!["`tests::adds` failed in a/lib/a".into()]),
        ..failed("r1")
    };
    let document = after(&document(PAYLOAD), &broken);
    let issues = findings(&document)["issues"].as_array().cloned().expect("a list");
    let ids: Vec<&Value> = issues.iter().map(|issue| &issue["id"]).collect();
    assert_eq!(ids, ["mine", "issue:test:a/lib/a"]);
    let actual = issue(&document, "issue:test:a/lib/a")["actualBehavior"].to_string();
    assert!(actual.contains("failed: tests::adds (scenario s not borne out)"), "{actual}");
    // What is open for another reason too is another issue.
    let scenario = Err(vec!["`tests::adds` failed in a/lib/a".into(), "no test `b` was found".into()]);
    let document = after(&self::document(PAYLOAD), &Run { scenario, ..broken });
    assert_eq!(issue(&document, "issue:scenario:s")["status"], "open");
}
