//! Tests of the SARIF log, against the official schema and GitHub's limits.

use super::results::message;
use super::{MOST_BYTES, MOST_RESULTS, fingerprints, results, write};
use crate::check::TestOutcome;
use crate::payload::entries::{Before, Failure};
use crate::report::dossier::Dossier;
use crate::report::dossier::made::{honest, hostile, large};
use crate::words::{CheckKind, Diagnostic, FindingKind, Outcome, Severity};
use serde_json::Value;
use snapbox::assert_data_eq;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/schemas/sarif-schema-2.1.0.json"));

/// The log of a dossier, after the official schema had nothing to say about it.
#[track_caller]
fn log(dossier: &Dossier) -> Value {
    read(&write(dossier))
}

#[track_caller]
fn read(text: &str) -> Value {
    assert_eq!(text.matches('\n').count(), 1, "one line");
    let log = serde_json::from_str(text).expect("JSON");
    assert_eq!(complaints(&log), Vec::<String>::new());
    log
}

/// The official schema. Its pattern of a language is no regular expression (a bracket too many); Errata 01 has mended it so.
static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let mended = SCHEMA.replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema = serde_json::from_str(&mended).expect("JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
});

fn complaints(log: &Value) -> Vec<String> {
    VALIDATOR.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn at<'a>(log: &'a Value, pointer: &str) -> &'a Value {
    log.pointer(pointer).unwrap_or(&Value::Null)
}

fn list<'a>(log: &'a Value, pointer: &str) -> &'a [Value] {
    at(log, pointer).as_array().map(Vec::as_slice).unwrap_or_default()
}

fn results(log: &Value) -> &[Value] {
    list(log, "/runs/0/results")
}

/// What is asked of one rule.
fn of_rule<'a>(log: &'a Value, rule: &str) -> Vec<&'a Value> {
    results(log).iter().filter(|result| result["ruleId"] == rule).collect()
}

#[test]
fn honest_work_looks_like_this() {
    let log = log(&honest());
    let pretty = serde_json::to_string_pretty(&log).expect("JSON");
    let expected = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/reports/honest.sarif.json");
    assert_data_eq!(pretty + "\n", snapbox::Data::read_from(std::path::Path::new(expected), None).raw());
}

#[test]
fn the_schema_would_notice() {
    let mut log = log(&honest());
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    log["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    log["runs"][0]["tool"]["driver"]["informationUri"] = "no address".into();
    log["runs"][0]["more"] = true.into();
    assert_eq!(complaints(&log).len(), 4);
}

#[test]
fn nothing_is_a_log_too() {
    let log = log(&Dossier::default());
    assert_eq!(results(&log).len(), 0);
    assert_eq!(at(&log, "/runs/0/tool/driver/name"), "cargo-handoff");
}

#[test]
fn why_there_is_nothing_is_told() {
    let log = log(&crate::report::dossier::nothing("validate", "no payload here"));
    assert_eq!(at(&log, "/runs/0/invocations/0/toolExecutionNotifications/0/message/text"), "no payload here");
}

#[test]
fn a_hostile_record_comes_out_inert() {
    let text = write(&hostile());
    assert!(!text.chars().any(|character| character != '\n' && character.is_control()));
    assert!(!text.contains('\u{202e}') && !text.contains("##["));
    let log = read(&text);
    assert!(10_000 <= results(&log).len());
    for result in results(&log) {
        let message = result["message"]["text"].as_str().expect("a text");
        assert!(!message.contains("](http") || message.contains("\\](http"), "{message}");
        assert!(!message.chars().any(|character| character != '\n' && character.is_control()));
        let uri = at(result, "/locations/0/physicalLocation/artifactLocation/uri").as_str().expect("a place");
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'`|:#?&".contains(&byte)), "{uri}");
    }
    for rule in list(&log, "/runs/0/tool/driver/rules") {
        assert!(rule["helpUri"].as_str().is_some_and(|uri| uri.starts_with("https://")));
        assert!(rule["id"].as_str().is_some_and(|id| id.len() <= 255 && !id.contains('\n')));
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|text| text.len() <= 1024));
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    let mut dossier = honest();
    let first = dossier.diagnostics[0].clone();
    let with = |line, message: &str| Diagnostic { line, last_line: line, message: message.into(), ..first.clone() };
    dossier.diagnostics = (1..=30_000).map(|line| with(line, "x")).collect();
    dossier.diagnostics_left_out = 7;
    let small = serde_json::from_str(&write(&dossier)).expect("JSON");
    assert_eq!(results(&small).len(), MOST_RESULTS);
    let told = list(&small, "/runs/0/invocations/0/toolExecutionNotifications");
    assert_eq!(told[0]["message"]["text"], "5006 results were left out: there is room for so many");
    assert_eq!(told[1]["message"]["text"], "7 diagnostics were not recorded: there was no room for them");
    dossier.diagnostics = (1..=6_000).map(|line| with(line, &"x".repeat(3_000))).collect();
    let text = write(&dossier);
    assert!(text.len() < MOST_BYTES + 10_000 && text.contains("results were left out"));
    assert!(write(&large(10_000, 500)).len() < 20_000);
}

#[test]
fn each_rule_stands_there_once_and_each_result_points_at_its_own() {
    let log = log(&honest());
    let rules = list(&log, "/runs/0/tool/driver/rules");
    let ids: BTreeSet<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids.len(), rules.len());
    for result in results(&log) {
        let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("an index");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_twins_have_their_own() {
    let prints = |lines: &[u32], pre_existing: &[bool]| {
        let mut dossier = Dossier::default();
        let first = honest().diagnostics[0].clone();
        let both = lines.iter().zip(pre_existing);
        let with = |(line, pre_existing): (&u32, &bool)| Diagnostic {
            line: *line,
            last_line: *line,
            pre_existing: *pre_existing,
            ..first.clone()
        };
        dossier.diagnostics = both.map(with).collect();
        let complaints = results::of(&dossier);
        let mut prints: Vec<(u32, String)> = complaints
            .iter()
            .map(|it| it.place.as_ref().map_or(0, |place| place.line))
            .zip(fingerprints(&complaints))
            .collect();
        prints.sort();
        prints.into_iter().map(|(_, print)| print).collect::<Vec<_>>()
    };
    let [first, second] = &prints(&[3, 9], &[false, false])[..] else { panic!("two") };
    assert_ne!(first, second);
    assert_eq!(prints(&[30, 90], &[false, false]), [first.clone(), second.clone()]);
    assert_eq!(prints(&[3, 9], &[true, false]), [first.clone(), second.clone()], "the later one is told first");
}

#[test]
fn a_file_is_told_from_the_top_of_the_repository() {
    let mut dossier = honest();
    dossier.payload = "apps/a b/handoff/payload.json".into();
    dossier.diagnostics[0].file = Some("src/ä.rs".into());
    dossier.diagnostics[1].file = Some("../../etc/passwd/../x".into());
    let log = log(&dossier);
    let uri = |result: &Value| at(result, "/locations/0/physicalLocation/artifactLocation/uri").clone();
    let lints = of_rule(&log, "clippy::needless_return");
    assert_eq!(uri(lints[0]), "apps/a%20b/src/%C3%A4.rs");
    assert_eq!(uri(lints[1]), "apps/a%20b/handoff/payload.json", "what is outside is shown at the payload");
    assert_eq!(at(&log, "/runs/0/automationDetails/id"), "cargo-handoff/apps/a%20b/20261102T093000.000000Z");
}

#[test]
fn what_was_there_before_is_a_note_and_unchanged() {
    let log = log(&honest());
    let lints = of_rule(&log, "clippy::needless_return");
    let told: Vec<(&Value, &Value)> = lints.iter().map(|lint| (&lint["level"], &lint["baselineState"])).collect();
    assert_eq!(told, [(&"warning".into(), &"new".into()), (&"note".into(), &"unchanged".into())]);
}

#[test]
fn the_same_thing_said_of_two_targets_is_one_result() {
    let mut dossier = honest();
    let mut again = dossier.diagnostics[0].clone();
    again.target.name = "other".into();
    dossier.diagnostics.insert(1, again);
    assert_eq!(of_rule(&log(&dossier), "clippy::needless_return").len(), 2);
}

#[test]
fn a_failed_test_stands_where_it_panicked() {
    let mut dossier = honest();
    let failure = Failure {
        name: "tests::shows".into(),
        excerpt: "thread 'tests::shows' panicked at crates/report/src/lib.rs:40:9:\nassertion failed".into(),
        before: Some(Before::Failed),
    };
    dossier.suites[1].entry.failures = vec![failure];
    let log = log(&dossier);
    let [failed] = of_rule(&log, "test-failed")[..] else { panic!("one") };
    let place = at(failed, "/locations/0/physicalLocation");
    assert_eq!(place["artifactLocation"]["uri"], "crates/report/src/lib.rs");
    assert_eq!(place["region"]["startLine"], 40);
    assert_eq!(failed["baselineState"], "unchanged");
}

#[test]
fn a_check_that_failed_for_another_reason_is_not_lost() {
    let mut dossier = honest();
    dossier.suites[0].entry.status = Outcome::CouldNotRun;
    dossier.suites[0].entry.why = Some("it does not compile".into());
    dossier.commands[0].entry.outcome = Outcome::CouldNotRun;
    dossier.commands[0].entry.why = Some("rustfmt is missing".into());
    dossier.diagnostics.clear();
    let log = log(&dossier);
    let messages = |rule: &str| of_rule(&log, rule).iter().map(|it| it["message"]["text"].clone()).collect::<Vec<_>>();
    assert_eq!(
        messages("check-could-not-run"),
        [
            "the tests of `money/lib/money` could not run: it does not compile",
            "`cargo fmt --workspace` could not run: rustfmt is missing"
        ]
    );
    assert_eq!(messages("check-failed"), ["`cargo clippy --workspace` failed: unneeded `return` statement"]);
    assert_eq!(at(&log, "/runs/0/invocations/0/executionSuccessful"), false);
}

#[test]
fn a_test_that_came_to_no_answer_failed_and_a_flaky_one_is_a_warning() {
    let mut dossier = honest();
    let tests = &mut dossier.suites[0].tests;
    tests.insert("tests::hangs".into(), TestOutcome::TimedOut);
    tests.insert("tests::wavers".into(), TestOutcome::Passed);
    dossier.suites[0].entry.flaky = vec!["tests::wavers".into()];
    let log = log(&dossier);
    assert_eq!(of_rule(&log, "test-failed").len(), 2);
    assert_eq!(of_rule(&log, "test-flaky")[0]["level"], "warning");
}

#[test]
fn a_rule_says_where_more_is_told() {
    for (check, code, id, address) in [
        (
            CheckKind::Clippy,
            Some("clippy::needless_return"),
            "clippy::needless_return",
            "https://rust-lang.github.io/rust-clippy/master/index.html#needless_return",
        ),
        (CheckKind::Clippy, Some("E0425"), "E0425", "https://doc.rust-lang.org/error_codes/E0425.html"),
        (CheckKind::Clippy, Some("dead_code"), "dead_code", "https://doc.rust-lang.org/rustc/?search=dead_code"),
        (CheckKind::Clippy, None, "rustc", "https://doc.rust-lang.org/error_codes/error-index.html"),
        (CheckKind::Clippy, Some("a b"), "a b", "https://doc.rust-lang.org/error_codes/error-index.html"),
        (
            CheckKind::Doc,
            Some("rustdoc::broken_intra_doc_links"),
            "rustdoc::broken_intra_doc_links",
            "https://doc.rust-lang.org/rustdoc/lints.html#broken_intra_doc_links",
        ),
        (CheckKind::Fmt, Some("rustfmt"), "rustfmt", "https://rust-lang.github.io/rustfmt/"),
    ] {
        let mut dossier = Dossier::default();
        let code = code.map(str::to_owned);
        dossier.diagnostics = vec![Diagnostic { check, code, ..honest().diagnostics[0].clone() }];
        let log = log(&dossier);
        let rule = at(&log, "/runs/0/tool/driver/rules/0");
        assert_eq!((&rule["id"], &rule["helpUri"]), (&id.into(), &address.into()));
    }
    for kind in FindingKind::ALL {
        let dossier = Dossier { findings: vec![crate::words::Finding::new(kind, "x")], ..Dossier::default() };
        assert_eq!(of_rule(&log(&dossier), kind.word()).len(), 1);
    }
}

#[test]
fn an_error_is_an_error() {
    let mut dossier = honest();
    dossier.diagnostics[0].severity = Severity::Error;
    assert_eq!(of_rule(&log(&dossier), "clippy::needless_return")[0]["level"], "error");
}

#[test]
fn a_message_is_no_link_and_has_no_gap() {
    for (text, shown) in [
        ("plain [T] and {x}", "plain [T] and {x}"),
        ("[here](http://example.invalid)", "\\[here\\](http://example.invalid)"),
        ("`{0}` of {}", "`{{0}}` of {{}}"),
        ("", "nothing was said"),
    ] {
        assert_eq!(message(text), shown);
    }
}
