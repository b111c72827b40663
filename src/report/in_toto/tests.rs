//! Tests of the statements, against a schema after in-toto's definitions.

use super::parts::MOST_BYTES;
use super::write;
use crate::check::TestOutcome;
use crate::report::dossier::Dossier;
use crate::report::dossier::made::{honest, hostile, large};
use crate::words::{Level, Outcome, Verdict};
use serde_json::{Value, json};
use snapbox::assert_data_eq;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/schemas/in-toto.schema.json"));

static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(SCHEMA).expect("JSON");
    jsonschema::draft202012::new(&schema).expect("a schema")
});

fn complaints(statement: &Value) -> Vec<String> {
    VALIDATOR.iter_errors(statement).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The statements of a dossier, after the schema had nothing to say about them.
#[track_caller]
fn statements(dossier: &Dossier) -> Vec<Value> {
    let text = write(dossier);
    assert!(text.is_empty() || text.ends_with('\n'));
    let statements: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for statement in &statements {
        assert_eq!(complaints(statement), Vec::<String>::new());
        for list in ["/subject", "/predicate/materials"] {
            let names: Vec<&str> =
                at(statement, list).as_array().into_iter().flatten().filter_map(|it| it["name"].as_str()).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "names are unique");
        }
    }
    statements
}

fn at<'a>(statement: &'a Value, pointer: &str) -> &'a Value {
    statement.pointer(pointer).unwrap_or(&Value::Null)
}

/// That no text of it would move a terminal's cursor when somebody prints it.
fn assert_no_control(value: &Value) {
    match value {
        Value::String(text) => assert!(!text.chars().any(char::is_control), "{text:?}"),
        Value::Array(values) => values.iter().for_each(assert_no_control),
        Value::Object(members) => members.values().for_each(assert_no_control),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// As `validate` would have it at this level.
fn validated(level: Level) -> Dossier {
    let mut dossier = honest();
    dossier.verb = "validate".into();
    dossier.levels = Level::ALL.into_iter().filter(|it| *it <= level).collect();
    dossier.claims.iter_mut().for_each(|claim| claim.verdict = Verdict::Confirmed);
    dossier.suites.truncate(1);
    dossier.commands.truncate(1);
    dossier
}

#[test]
fn honest_work_looks_like_this() {
    let expected = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/reports/honest.intoto.jsonl");
    let [result, link] = &statements(&honest())[..] else { panic!("two") };
    assert_eq!(result["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
    assert_eq!(link["predicateType"], "https://in-toto.io/attestation/link/v0.3");
    assert_data_eq!(write(&honest()), snapbox::Data::read_from(std::path::Path::new(expected), None).raw());
}

#[test]
fn a_validation_looks_like_this() {
    let expected = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/reports/validated.intoto.jsonl");
    assert_eq!(statements(&validated(Level::Checks)).len(), 2);
    let text = write(&validated(Level::Checks));
    assert_data_eq!(text, snapbox::Data::read_from(std::path::Path::new(expected), None).raw());
}

#[test]
fn the_schema_would_notice() {
    let statements = [statements(&honest()), statements(&validated(Level::Checks))].concat();
    let [result, link, _, summary] = &statements[..] else { panic!("four") };
    for (statement, pointer, value) in [
        (result, "/_type", json!("https://in-toto.io/Statement/v0.1")),
        (result, "/subject", json!([])),
        (result, "/subject/0/digest", json!({})),
        (result, "/subject/1/digest/gitTree", json!("HEAD")),
        (result, "/predicate/result", json!("passed")),
        (result, "/predicate/configuration", Value::Null),
        (result, "/predicate/failedTests", json!([1])),
        (link, "/predicate/materials/0/digest", Value::Null),
        (link, "/predicate/command", json!("cargo")),
        (summary, "/predicate/timeVerified", json!("now")),
        (summary, "/predicate/resourceUri", json!("a b")),
        (summary, "/predicate/verifiedLevels/0", json!("SLSA_BUILD_LEVEL_9")),
    ] {
        let mut broken = statement.clone();
        *broken.pointer_mut(pointer).expect(pointer) = value;
        assert_ne!(complaints(&broken), Vec::<String>::new(), "{pointer}");
    }
    let mut more = result.clone();
    more["predicate"]["more"] = true.into();
    assert_ne!(complaints(&more), Vec::<String>::new());
}

#[test]
fn nothing_is_attested_of_nothing() {
    assert_eq!(write(&Dossier::default()), "");
    let noted = Dossier { note: Some("there is nothing to judge".into()), ..honest() };
    assert_eq!(write(&noted), "");
    let without_digests = Dossier { payload_sha256: "x".into(), tree: Some("HEAD".into()), ..honest() };
    assert_eq!(write(&without_digests), "");
    let without_record = Dossier { run: String::new(), ..honest() };
    assert_eq!(write(&without_record), "");
}

#[test]
fn a_hostile_record_comes_out_inert() {
    for verb in ["implement", "validate"] {
        let dossier = Dossier { verb: verb.into(), ..hostile() };
        let text = write(&dossier);
        assert_eq!(statements(&dossier).len(), 2);
        assert!(!text.chars().any(|character| character != '\n' && character.is_control()));
        assert!(!text.contains('\u{202e}') && !text.contains("##["));
        statements(&dossier).iter().for_each(assert_no_control);
        assert!(text.len() < 50_000);
    }
}

#[test]
fn what_does_not_fit_is_counted_and_failures_stay() {
    assert!(write(&large(10_000, 500)).len() < 2_000_000);
    let mut dossier = large(100, 1500);
    let long = "x".repeat(400);
    dossier.suites[0].tests = (0..40_000).map(|n| (format!("{n:05}{long}"), TestOutcome::Passed)).collect();
    dossier.suites[0].tests.insert("z".into(), TestOutcome::Failed);
    let [result, link] = &statements(&dossier)[..] else { panic!("two") };
    assert!(result.to_string().len() < MOST_BYTES + 1_000_000);
    let n = at(result, "/predicate/passedTests").as_array().map_or(0, Vec::len);
    assert_eq!(at(result, "/predicate/configuration/0/annotations/leftOut/passed"), 40_000 - n);
    assert_eq!(at(result, "/predicate/failedTests/0"), "package-0/lib/package-0 z");
    assert_eq!(at(link, "/predicate/byproducts/changesLeftOut"), 500);
    assert!(at(link, "/subject").as_array().is_some_and(|subjects| subjects.len() <= 1024));
}

#[test]
fn what_another_run_saw_is_not_attested_of_this_tree() {
    let mut dossier = Dossier { claims: Vec::new(), ..honest() };
    dossier.suites[0].run = "20250101T000000.000000Z".into();
    let [result, _] = &statements(&dossier)[..] else { panic!("two") };
    assert_eq!(at(result, "/predicate/passedTests"), &json!(["report/lib/report tests::sums"]));
    assert_eq!(at(result, "/predicate/configuration/0/annotations/suitesOfOtherRuns"), 1);
    // The same of commands; one that failed there is still no pass.
    dossier.commands[0].run = "20250101T000000.000000Z".into();
    dossier.commands[0].entry.outcome = Outcome::Failed;
    let [result, link] = &statements(&dossier)[..] else { panic!("two") };
    let told = |statement: &Value, pointer: &str| at(statement, pointer).as_array().expect("a list").len();
    let n_others = dossier.commands.len() - 1;
    assert_eq!(told(result, "/predicate/configuration/0/annotations/commands"), n_others);
    assert_eq!(told(link, "/predicate/byproducts/commands"), n_others);
    assert_eq!(at(result, "/predicate/configuration/0/annotations/commandsOfOtherRuns"), 1);
    assert_eq!(at(link, "/predicate/byproducts/commandsOfOtherRuns"), 1);
    let failed = at(result, "/predicate/failedTests").as_array().expect("a list");
    assert!(failed.contains(&json!("command:fmt")), "{failed:?}");
}

#[test]
fn what_did_not_pass_is_no_pass() {
    let result = |change: fn(&mut Dossier)| {
        let mut dossier = validated(Level::Checks);
        change(&mut dossier);
        let first = statements(&dossier)
            .into_iter()
            .find(|it| it["predicateType"] != "https://slsa.dev/verification_summary/v1");
        first.map(|it| (at(&it, "/predicate/result").clone(), at(&it, "/predicate/failedTests").clone()))
    };
    assert_eq!(result(|_| ()), Some(("PASSED".into(), json!([]))));
    let waver = |dossier: &mut Dossier| dossier.suites[0].entry.flaky = vec!["tests::rounds".into()];
    assert_eq!(result(waver), Some(("WARNED".into(), json!([]))));
    let hang = |dossier: &mut Dossier| {
        dossier.suites[0].entry.status = Outcome::CouldNotRun;
        dossier.suites[0].tests.insert("tests::rounds".into(), TestOutcome::TimedOut);
    };
    assert_eq!(result(hang), Some(("FAILED".into(), json!(["money/lib/money tests::rounds", "money/lib/money"]))));
    let lint = |dossier: &mut Dossier| dossier.commands[0].entry.outcome = Outcome::Failed;
    assert_eq!(result(lint), Some(("FAILED".into(), json!(["command:fmt"]))));
    assert_eq!(result(|dossier| dossier.suites[0].entry.status = Outcome::NotRun), None);
    assert_eq!(result(|dossier| dossier.suites.clear()), None);
}

#[test]
fn what_is_contradicted_is_attested_by_nothing() {
    // The payload says it passed, and its record says otherwise.
    let mut dossier = honest();
    dossier.commands.truncate(1);
    dossier.suites[1].entry.status = Outcome::Passed;
    dossier.claims.clear();
    let of = |dossier: &Dossier, pointer: &str| at(&statements(dossier)[0], pointer).clone();
    assert_eq!(of(&dossier, "/predicate/result"), "FAILED");
    // The record says it passed, and its log says otherwise.
    let mut dossier = Dossier { claims: honest().claims, ..dossier };
    dossier.suites[1].tests.values_mut().for_each(|outcome| *outcome = TestOutcome::Passed);
    assert_eq!(of(&dossier, "/predicate/result"), "FAILED");
    assert_eq!(of(&dossier, "/predicate/failedTests"), json!(["report/lib/report"]));
    assert_eq!(of(&dossier, "/predicate/passedTests"), json!(["money/lib/money tests::rounds"]));
    let file = dossier.changes[0].entry.file.clone();
    dossier.claims[0].claim = format!("change:{file}");
    let [result, link] = &statements(&dossier)[..] else { panic!("two") };
    assert_eq!(at(result, "/predicate/result"), "PASSED", "a change is no test");
    assert!(!link.to_string().contains(&file) && at(link, "/predicate/byproducts/changesLeftOut") == 1, "{link:#}");
    dossier.claims[0].claim = "command:fmt".into();
    let [result, link] = &statements(&dossier)[..] else { panic!("two") };
    assert_eq!(at(result, "/predicate/failedTests"), &json!(["command:fmt"]));
    assert_eq!(at(link, "/predicate/byproducts/commandsLeftOut"), 1);
}

#[test]
fn a_level_is_verified_only_where_everything_was_confirmed() {
    let summary = |level, change: fn(&mut Dossier)| {
        let mut dossier = validated(level);
        change(&mut dossier);
        let last = statements(&dossier)
            .into_iter()
            .find(|it| it["predicateType"] == "https://slsa.dev/verification_summary/v1");
        last.map(|it| at(&it, "/predicate/verifiedLevels/0").clone())
    };
    assert_eq!(summary(Level::Checks, |_| ()), Some("CARGO_HANDOFF_V4".into()));
    assert_eq!(summary(Level::Tree, |_| ()), Some("CARGO_HANDOFF_V3".into()));
    let not_checkable = |dossier: &mut Dossier| dossier.claims[0].verdict = Verdict::NotCheckable;
    assert_eq!(summary(Level::Checks, not_checkable), Some("CARGO_HANDOFF_V4".into()));
    let changes: [fn(&mut Dossier); 6] = [
        |dossier| dossier.claims[0].verdict = Verdict::Contradicted,
        |dossier| dossier.claims[0].verdict = Verdict::Stale,
        |dossier| dossier.claims[0].verdict = Verdict::NotReproducible,
        |dossier| dossier.claims.iter_mut().for_each(|claim| claim.verdict = Verdict::NotCheckable),
        |dossier| dossier.suites[0].entry.status = Outcome::CouldNotRun,
        // `--deny`, `--require` or the deadline were in the way.
        |dossier| dossier.exit = 100,
    ];
    for change in changes {
        assert_eq!(summary(Level::Checks, change), Some("FAILED".into()));
    }
    assert_eq!(summary(Level::Checks, |dossier| dossier.claims.clear()), None);
    assert_eq!(summary(Level::Checks, |dossier| dossier.levels.clear()), None);
}

#[test]
fn a_time_is_told_only_where_it_is_the_one_of_the_validation() {
    let time = |level| at(&statements(&validated(level))[1], "/predicate/timeVerified").clone();
    assert_eq!(time(Level::Checks), "2026-11-02T09:30:00Z");
    assert_eq!(time(Level::Tree), Value::Null);
}

#[test]
fn a_file_is_named_from_the_top_of_the_repository() {
    let mut dossier = honest();
    dossier.payload = "apps/a/handoff/payload.json".into();
    dossier.changes[0].entry.from = Some("old.rs".into());
    let [_, link] = &statements(&dossier)[..] else { panic!("two") };
    assert_eq!(at(link, "/subject/2/name"), "apps/a/crates/money/src/lib.rs");
    assert_eq!(at(link, "/predicate/materials/1/name"), "apps/a/old.rs");
}

#[test]
fn what_falls_short_of_what_was_asked_is_no_pass() {
    let mut dossier = validated(Level::Checks);
    let why = "command:fmt: stale, and `reproduced` is required: it was not run";
    (dossier.exit, dossier.open) = (100, vec![why.into()]);
    let statements = statements(&dossier);
    let result = |pointer: &str| statements.iter().find_map(|one| one.pointer(pointer).cloned());
    assert_eq!(result("/predicate/result"), Some("FAILED".into()));
    assert_eq!(result("/predicate/verificationResult"), Some("FAILED".into()));
    assert!(statements.iter().any(|one| one.to_string().contains("is required")), "{statements:#?}");
}
