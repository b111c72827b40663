//! Tests of annotations: a runner's reading of them, as its sources do it.

use super::write;
use crate::payload::entries::{Before, Failure};
use crate::report::dossier::{Dossier, made};
use crate::words::{Diagnostic, Outcome, Severity};
use snapbox::{assert_data_eq, str};
use std::collections::BTreeMap;

/// A command as the runner reads it: its name, its properties and its message.
struct Read {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// What a runner makes of a line: `::name key=value,key=value::message`, or nothing.
fn read(line: &str) -> Option<Read> {
    let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let plain = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
    let properties =
        pairs.map(|(key, value)| (key.to_owned(), plain(&value.replace("%3A", ":").replace("%2C", ",")))).collect();
    Some(Read { name: name.to_owned(), properties, message: plain(message) })
}

#[track_caller]
fn read_all(dossier: &Dossier) -> Vec<Read> {
    let text = write(dossier);
    assert!(text.ends_with('\n'));
    text.lines().map(|line| read(line).unwrap_or_else(|| panic!("no command: {line}"))).collect()
}

#[test]
fn errors_stand_before_warnings_and_each_at_its_place() {
    assert_data_eq!(
        write(&made::honest()),
        str![[r#"
::error title=contradicted%3A test%3Areport/lib/report::recorded as passed, and its log says failed (V2)
::error title=failed test%3A tests%3A%3Ashows::tests::shows in report/lib/report%0Aassertion failed: left == right
::error title=failed%3A clippy::unneeded `return` statement
::warning file=crates/money/src/lib.rs,line=41,endLine=41,title=weakened test or lint::`rounds_down` asserts less than it did
::warning file=crates/report/src/lib.rs,line=12,endLine=12,title=clippy%3A%3Aneedless_return::unneeded `return` statement
::warning file=ci/build.yml,title=changed file no step names::it was modified, and no step names it
::warning file=Cargo.lock,title=new dependency::`rand 0.9.1` is new in the lock

"#]]
    );
}

#[test]
fn where_there_is_nothing_a_plain_line_says_so() {
    assert_eq!(write(&Dossier::default()), "cargo handoff: there is nothing to annotate\n");
}

#[test]
fn where_nothing_was_judged_a_notice_says_so() {
    let dossier = Dossier { note: Some("a..b carries no handoff: nothing is touched".into()), ..Dossier::default() };
    assert_eq!(write(&dossier), "::notice title=cargo handoff::a..b carries no handoff: nothing is touched\n");
}

#[test]
fn a_failed_test_is_annotated_where_it_panicked() {
    let mut dossier = Dossier { payload: "sub/handoff/payload.json".into(), ..made::honest() };
    dossier.suites[1].entry.failures[0].excerpt = "thread 'x' panicked at crates/report/src/lib.rs:40:9:\nno".into();
    assert!(write(&dossier).contains("::error file=sub/crates/report/src/lib.rs,line=40,endLine=40,title=failed test"));
}

#[test]
fn a_step_gets_ten_of_a_kind_and_the_rest_is_counted() {
    let mut dossier = made::hostile();
    dossier.diagnostics_left_out = 3;
    let commands = read_all(&dossier);
    let n = |name: &str| commands.iter().filter(|command| command.name == name).count();
    assert_eq!((n("error"), n("warning"), n("notice")), (4, 10, 1));
    assert_eq!(
        commands.last().expect("one").message,
        "not shown: 9990 warnings, 3 diagnostics the record had no room for. GitHub shows ten of a kind for a step; \
         `cargo handoff report` tells more"
    );
}

#[test]
fn hostile_text_stays_in_its_annotation() {
    let dossier = made::hostile();
    let text = write(&dossier);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{text:?}");
    for command in read_all(&dossier) {
        assert!(["error", "warning", "notice"].contains(&command.name.as_str()), "{}", command.name);
        assert!(command.properties.keys().all(|key| ["file", "line", "endLine", "title"].contains(&key.as_str())));
        assert!(command.message.encode_utf16().count() <= 4096);
        assert!(command.properties["title"].chars().count() <= 255 + 8);
    }
}

#[test]
fn what_is_escaped_is_read_back_as_it_was() {
    let mut dossier = Dossier { payload: "sub/handoff/payload.json".into(), ..Dossier::default() };
    let odd = "100%, a:b,c=d %0A ::error::x";
    dossier.diagnostics = vec![Diagnostic {
        message: format!("{odd}\nand a second line"),
        code: Some(odd.into()),
        file: Some("src/a, b=%3A:c.rs".into()),
        last_line: 15,
        severity: Severity::Error,
        ..made::honest().diagnostics[0].clone()
    }];
    let commands = read_all(&dossier);
    assert_eq!(commands.len(), 1);
    assert_eq!(commands[0].message, format!("{odd}\nand a second line"));
    assert_eq!(commands[0].properties["title"], odd);
    assert_eq!(commands[0].properties["file"], "sub/src/a, b=%3A:c.rs");
    assert_eq!((commands[0].properties["line"].as_str(), commands[0].properties["endLine"].as_str()), ("12", "15"));
}

#[test]
fn a_message_is_cut_and_a_path_never() {
    let mut dossier = Dossier::default();
    let message = "\u{1f600}\u{1b}".repeat(100_000);
    let file = Some("a/".repeat(1000) + "b.rs");
    dossier.diagnostics = vec![Diagnostic { message, file, ..made::honest().diagnostics[0].clone() }];
    let commands = read_all(&dossier);
    assert!(commands[0].message.encode_utf16().count() <= 4096);
    assert!(!commands[0].properties.contains_key("file"));
}

#[test]
fn what_was_there_before_is_not_annotated() {
    let mut dossier = Dossier { suites: made::honest().suites, ..Dossier::default() };
    dossier.diagnostics = made::honest().diagnostics.split_off(1);
    assert!(dossier.diagnostics[0].pre_existing);
    dossier.suites[1].entry.failures[0].before = Some(Before::Failed);
    assert_eq!(write(&dossier), "cargo handoff: there is nothing to annotate\n");
}

#[test]
fn a_suite_that_could_not_run_is_annotated_whatever_its_tests_came_to_before() {
    let mut dossier = Dossier { suites: made::honest().suites, ..Dossier::default() };
    let entry = &mut dossier.suites[1].entry;
    entry.failures[0].before = Some(Before::Failed);
    (entry.status, entry.why) = (Outcome::CouldNotRun, Some("it was killed".into()));
    let text = write(&dossier);
    assert_eq!(text, "::error title=could not run%3A test report/lib/report::it was killed\n");
}

#[test]
fn failed_tests_without_a_name_are_counted_and_those_with_one_told_once() {
    let mut dossier = Dossier { suites: made::honest().suites, ..Dossier::default() };
    let suite = &mut dossier.suites[1];
    suite.entry.counts.failed = 40;
    let failure = |n: usize| Failure { name: format!("t{n}"), excerpt: String::new(), before: None };
    suite.entry.failures.extend((0..19).map(failure));
    let commands = read_all(&dossier);
    assert_eq!(commands.len(), 11);
    assert!(commands[10].message.starts_with("not shown: 30 errors. "), "{}", commands[10].message);
}

#[test]
fn what_falls_short_of_what_was_asked_is_an_error() {
    let why = "step:1: stale, and it is required";
    let dossier = Dossier { verb: "validate".into(), exit: 100, open: vec![why.into()], ..Dossier::default() };
    assert_eq!(write(&dossier), format!("::error title=not what was asked for::{why}\n"));
}

#[test]
fn derived_claims_come_last_and_a_check_that_only_warned_is_an_error_too() {
    let mut dossier = made::honest();
    let claim = dossier.claims[0].clone();
    dossier.claims.insert(0, crate::answers::ClaimRow { claim: "step:1".into(), ..claim });
    dossier.suites[1].entry.failures[0].excerpt.push_str("\nstack backtrace:\n   0: std::x\n");
    let titles: Vec<String> =
        write(&dossier).lines().filter(|line| line.starts_with("::error")).map(str::to_owned).collect();
    let at = |what: &str| titles.iter().position(|title| title.contains(what)).unwrap_or_else(|| panic!("{titles:#?}"));
    assert_eq!((at("test%3Areport"), at("tests%3A%3Ashows"), at("failed%3A clippy"), at("step%3A1")), (0, 1, 2, 3));
    assert!(!titles[1].contains("backtrace"), "{titles:#?}");
}
