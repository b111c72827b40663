//! Tests of JUnit's XML, against the schema Jenkins reads with.

use super::{MOST_BYTES, write};
use crate::answers::ClaimRow;
use crate::check::{Attempt, How, TestOutcome};
use crate::payload::entries::Before;
use crate::report::dossier::Dossier;
use crate::report::dossier::made::{honest, hostile, large};
use crate::words::{Level, Outcome, Verdict};
use snapbox::{assert_data_eq, str};
use std::collections::BTreeMap;
use uppsala::{Document, NodeId, XsdValidator};

const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/schemas/junit-10.xsd"));

#[track_caller]
fn complaints(xml: &str) -> Vec<String> {
    let schema = uppsala::parse(SCHEMA).expect("XML");
    let document = uppsala::parse(xml).expect("well-formed XML");
    let validator = XsdValidator::from_schema(&schema).expect("a schema");
    validator.validate(&document).into_iter().map(|error| error.message).collect()
}

/// The report of a dossier, after the schema had nothing to say about it, and its counts nothing but the truth.
#[track_caller]
fn report(dossier: &Dossier) -> String {
    let xml = write(dossier);
    assert_eq!(complaints(&xml), Vec::<String>::new());
    let document = uppsala::parse(&xml).expect("XML");
    let root = document.document_element().expect("a root");
    let mut sums = [0; 4];
    for suite in named(&document, root, "testsuite") {
        let cases = named(&document, suite, "testcase");
        let with = |name: &str| cases.iter().filter(|case| !named(&document, **case, name).is_empty()).count();
        let counted = [cases.len(), with("failure"), with("error"), with("skipped")];
        let said = ["tests", "failures", "errors", "skipped"].map(|name| number(&document, suite, name));
        assert_eq!(said, counted);
        (0..4).for_each(|at| sums[at] += counted[at]);
    }
    assert_eq!(["tests", "failures", "errors"].map(|name| number(&document, root, name)), sums[..3]);
    xml
}

fn named(document: &Document<'_>, parent: NodeId, name: &str) -> Vec<NodeId> {
    let is_it = |id: &NodeId| document.element(*id).is_some_and(|element| element.name.local_name == name);
    document.children(parent).into_iter().filter(is_it).collect()
}

fn attribute(document: &Document<'_>, id: NodeId, name: &str) -> String {
    let element = document.element(id).expect("an element");
    element.get_attribute(name).unwrap_or_default().to_owned()
}

fn number(document: &Document<'_>, id: NodeId, name: &str) -> usize {
    attribute(document, id, name).parse().expect("a number")
}

/// The lines that hold this, without blanks around them.
fn lines(xml: &str, part: &str) -> String {
    xml.lines().filter(|line| line.contains(part)).map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn honest_work_looks_like_this() {
    let expected = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/reports/honest.junit.xml");
    let xml = report(&honest());
    assert_data_eq!(xml, snapbox::Data::read_from(std::path::Path::new(expected), None).raw());
}

#[test]
fn the_schema_would_notice() {
    let xml = write(&honest());
    for (good, bad) in [
        ("<testcase name=", "<testcase title="),
        ("<failure ", "<failed "),
        (" tests=\"", " test=\""),
        ("time=\"0.340\"", "time=\"340 ms\""),
        ("</testsuites>", "<testcase name=\"a\"/></testsuites>"),
    ] {
        assert!(xml.contains(good), "{good}");
        let xml =
            xml.replace(good, bad).replace("</failure>", if good == "<failure " { "</failed>" } else { "</failure>" });
        assert_ne!(complaints(&xml), Vec::<String>::new(), "{bad}");
    }
}

#[test]
fn nothing_is_a_report_too() {
    assert_data_eq!(
        report(&Dossier::default()),
        str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cargo-handoff" tests="0" failures="0" errors="0" time="0.000"/>

"#]]
    );
}

#[test]
fn why_there_is_nothing_is_told() {
    let xml = report(&crate::report::dossier::nothing("validate", "no payload here"));
    assert_eq!(lines(&xml, "no payload").trim(), "<skipped message=\"no payload here\"/>");
}

#[test]
fn a_hostile_record_comes_out_inert() {
    let xml = report(&hostile());
    assert!(!xml.chars().any(|character| character != '\n' && character.is_control()));
    for attack in ["<script", "]]>", "<!--", "<![CDATA", "\u{202e}", "##[", "\n::"] {
        assert!(!xml.contains(attack), "{attack}");
    }
    assert!(xml.len() < 100_000);
}

#[test]
fn what_does_not_fit_is_counted_and_failures_stay() {
    let mut dossier = large(10_000, 500);
    assert!(report(&dossier).len() < 3_000_000);
    let suite = &mut dossier.suites[0];
    let long = "x".repeat(400);
    suite.tests = (0..60_000).map(|n| (format!("{n:05}{long}"), TestOutcome::Passed)).collect();
    suite.tests.insert("z".into(), TestOutcome::Failed);
    let last = dossier.suites.len() - 1;
    dossier.suites[last].tests.insert("zz".into(), TestOutcome::Failed);
    let xml = write(&dossier);
    assert!(xml.len() < MOST_BYTES + 1_000_000);
    assert!(xml.contains("<property name=\"left-out\"") && xml.contains("name=\"z\"") && xml.contains("name=\"zz\""));
}

#[test]
fn a_suite_that_could_not_run_is_an_error() {
    let mut dossier = honest();
    let suite = &mut dossier.suites[0];
    suite.entry.status = Outcome::CouldNotRun;
    suite.entry.why = Some("it does not compile".into());
    suite.tests.clear();
    let xml = report(&dossier);
    assert_data_eq!(
        lines(&xml, "it does not compile"),
        str![[r#"
<property name="why" value="it does not compile"/>
<error message="it does not compile" type="could-not-run">it does not compile</error>

"#]]
    );
    assert!(xml.contains("<testcase name=\"the suite as a whole\" classname=\"money/lib/money\">"));
}

#[test]
fn a_suite_of_which_no_names_are_here_counts_as_one() {
    let mut dossier = honest();
    dossier.suites.iter_mut().for_each(|suite| suite.tests.clear());
    let xml = report(&dossier);
    assert_data_eq!(
        lines(&xml, "<testcase"),
        str![[r#"
<testcase name="cargo fmt --workspace" classname="checks/fmt" time="1.200"/>
<testcase name="cargo clippy --workspace" classname="checks/clippy" time="1.200">
<testcase name="the suite as a whole" classname="money/lib/money"/>
<testcase name="tests::shows" classname="report/lib/report">
<testcase name="test:report/lib/report" classname="claims/V2">

"#]]
    );
}

#[test]
fn a_suite_that_was_not_run_has_no_cases() {
    let mut dossier = honest();
    dossier.suites.truncate(1);
    dossier.suites[0].entry.status = Outcome::NotRun;
    dossier.suites[0].tests.clear();
    assert!(lines(&report(&dossier), "<testsuite name=\"money::lib/money\"").contains("tests=\"0\""));
}

#[test]
fn a_test_that_was_run_again_tells_each_run() {
    let mut dossier = honest();
    let run = |how, outcome| Attempt { how, outcome, duration_ms: 5 };
    let suite = &mut dossier.suites[1];
    suite.entry.flaky = vec!["tests::shows".into(), "tests::sums".into()];
    suite.attempts = BTreeMap::from([
        (
            "tests::shows".into(),
            vec![
                run(How::Whole, TestOutcome::Failed),
                run(How::Alone, TestOutcome::TimedOut),
                run(How::Alone, TestOutcome::Passed),
            ],
        ),
        ("tests::sums".into(), vec![run(How::Whole, TestOutcome::Failed), run(How::Alone, TestOutcome::Passed)]),
    ]);
    suite.entry.failures[0].before = Some(Before::Passed);
    let xml = report(&dossier);
    assert_data_eq!(
        lines(&xml, "Failure") + &lines(&xml, "rerunError") + &lines(&xml, "flaky"),
        str![[r#"
<flakyFailure message="run with all the others of its binary: it failed" type="failed"/>
<rerunError message="run by itself: it was ended because it took too long" type="timed-out"/>
<failure message="assertion failed: left == right" type="flaky">it passed when it was run again
<flakyFailure message="run with all the others of its binary: it failed" type="failed"/>

"#]]
    );
}

#[test]
fn claims_are_counted_as_no_tests_but_those_that_are_contradicted() {
    let mut dossier = honest();
    let claim = |verdict| ClaimRow { claim: "x".into(), verdict, why: "so".into(), level: Level::Checks };
    use Verdict::{Confirmed, Contradicted, NotCheckable, NotReproducible, Stale};
    dossier.claims = [Confirmed, Contradicted, Stale, NotReproducible, NotCheckable].map(claim).to_vec();
    let xml = report(&dossier);
    let suite = lines(&xml, "<testsuite name=\"claims\"");
    assert_eq!(
        suite.trim(),
        "<testsuite name=\"claims\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0.000\">"
    );
    for verdict in ["confirmed", "stale", "not-reproducible", "not-checkable"] {
        assert!(xml.contains(&format!("<property name=\"{verdict}\" value=\"1\"/>")), "{xml}");
    }
    // Where all hold the counts are those of the tests and the checks.
    dossier.claims.retain(|claim| claim.verdict != Contradicted);
    assert!(lines(&report(&dossier), "<testsuite name=\"claims\"").contains("tests=\"0\" failures=\"0\""));
}

#[test]
fn what_falls_short_of_what_was_asked_is_a_failed_case() {
    let why = "step:1: stale, and it is required";
    let dossier = Dossier { verb: "validate".into(), exit: 100, open: vec![why.into()], ..Dossier::default() };
    let xml = report(&dossier);
    assert!(xml.contains("failures=\"1\"") && xml.contains(why), "{xml}");
}
