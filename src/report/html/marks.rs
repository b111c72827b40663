//! What something came to, told three times over: in a word, a shape and a colour.

use super::paper::Paper;
use crate::check::TestOutcome;
use crate::evidence::Part;
use crate::payload::entries::{Red, RedClass};
use crate::report::dossier::{Criterion, Standing};
use crate::words::{Outcome, Severity, Verdict};

/// The shapes, drawn once; every mark refers to one of them.
pub(super) const SHAPES: &str = concat!(
    "<svg class=\"shapes\" width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\">",
    "<symbol id=\"i-full\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"7.5\" fill=\"currentColor\"/>",
    "<path class=\"cut\" d=\"M4.6 8.3 7 10.6 11.4 5.8\"/></symbol>",
    "<symbol id=\"i-check\" viewBox=\"0 0 16 16\"><circle class=\"pen\" cx=\"8\" cy=\"8\" r=\"6.6\"/>",
    "<path class=\"pen\" d=\"M5 8.3 7.2 10.4 11 6\"/></symbol>",
    "<symbol id=\"i-said\" viewBox=\"0 0 16 16\"><path class=\"pen\" d=\"M2 3h12v8H8l-3.4 3v-3H2z\"/></symbol>",
    "<symbol id=\"i-open\" viewBox=\"0 0 16 16\"><circle class=\"pen dots\" cx=\"8\" cy=\"8\" r=\"6.6\"/></symbol>",
    "<symbol id=\"i-bad\" viewBox=\"0 0 16 16\"><path fill=\"currentColor\" d=\"M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z\"/>",
    "<path class=\"cut\" d=\"M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2\"/></symbol>",
    "<symbol id=\"i-warn\" viewBox=\"0 0 16 16\"><path fill=\"currentColor\" d=\"M8 .8 15.8 15H.2z\"/>",
    "<path class=\"cut\" d=\"M8 6v4M8 12v.6\"/></symbol>",
    "<symbol id=\"i-none\" viewBox=\"0 0 16 16\"><path class=\"pen\" d=\"M4 8h8\"/></symbol>",
    "</svg>\n",
);

/// The beginning of a mark: its colour and its shape. Its word and `</span>` come behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look(&'static str);

macro_rules! look {
    ($tone:literal, $shape:literal) => {
        Look(concat!(
            "<span class=\"mark ",
            $tone,
            "\"><svg class=\"i\" aria-hidden=\"true\"><use href=\"#i-",
            $shape,
            "\"/></svg>"
        ))
    };
}

/// Shown, and shown to be the work's doing.
pub(super) const FULL: Look = look!("good", "full");
/// Fine.
pub(super) const GOOD: Look = look!("good", "check");
/// Somebody's word.
pub(super) const SAID: Look = look!("said", "said");
/// Nothing is known.
pub(super) const OPEN: Look = look!("warn", "open");
/// Worth a look.
pub(super) const WARN: Look = look!("warn", "warn");
/// Wrong.
pub(super) const BAD: Look = look!("bad", "bad");
/// Neither good nor bad.
pub(super) const NONE: Look = look!("quiet", "none");

/// The mark with this word.
pub(super) fn mark(paper: &mut Paper, look: Look, word: &str) {
    paper.raw(look.0).prose(word).raw("</span>");
}

/// What a criterion is called: its own id, else its place.
pub(super) fn criterion(paper: &mut Paper, criterion: &Criterion) {
    match &criterion.id {
        Some(id) => paper.code(id).raw(" "),
        None => paper.number(criterion.number as u64).raw(". "),
    };
}

/// How a standing looks.
pub(super) const fn of_standing(standing: Standing) -> Look {
    match standing {
        Standing::Failing => BAD,
        Standing::Untested => OPEN,
        Standing::Asserted => SAID,
        Standing::GreenOnly => GOOD,
        Standing::Proven => FULL,
    }
}

/// What a standing means, for who has not met the word.
pub(super) const fn meaning(standing: Standing) -> &'static str {
    match standing {
        Standing::Failing => "something that covers it fails now",
        Standing::Untested => "nothing that was run covers it",
        Standing::Asserted => "a person said so; it was not observed",
        Standing::GreenOnly => "its tests pass now; nobody saw them fail without the work",
        Standing::Proven => "its tests pass now, and failed without the work",
    }
}

/// The mark of a standing.
pub(super) fn standing(paper: &mut Paper, standing: Standing) {
    mark(paper, of_standing(standing), standing.word());
}

/// The mark of a check's outcome.
pub(super) fn outcome(paper: &mut Paper, outcome: Outcome) {
    let (look, word) = match outcome {
        Outcome::Passed => (GOOD, "passed"),
        Outcome::Failed => (BAD, "failed"),
        Outcome::CouldNotRun => (WARN, "could not run"),
        Outcome::NotRun => (NONE, "not run"),
    };
    mark(paper, look, word);
}

/// A test's outcome in words.
pub(super) const fn test_word(outcome: TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Passed => "passed",
        TestOutcome::Failed => "failed",
        TestOutcome::Ignored => "ignored",
        TestOutcome::NoAnswer => "no answer",
        TestOutcome::TimedOut => "took too long",
    }
}

/// The mark of a test's outcome.
pub(super) fn test(paper: &mut Paper, outcome: TestOutcome) {
    let look = match outcome {
        TestOutcome::Passed => GOOD,
        TestOutcome::Failed | TestOutcome::TimedOut => BAD,
        TestOutcome::Ignored | TestOutcome::NoAnswer => OPEN,
    };
    mark(paper, look, test_word(outcome));
}

/// The mark of what a test came to on the baseline, where it was run there. To have failed there is the good answer.
pub(super) fn red(paper: &mut Paper, red: Option<&Red>) {
    let (look, word) = match red.map(|red| red.class) {
        Some(RedClass::RedAssertion) => (FULL, "failed"),
        Some(RedClass::RedCompile) => (FULL, "did not compile"),
        Some(RedClass::Hangs) => (FULL, "did not end in time"),
        Some(RedClass::Absent) => (OPEN, "was not there"),
        Some(RedClass::NotRed) => (WARN, "passed too: it proves nothing"),
        Some(RedClass::Inconclusive) => (OPEN, "no answer"),
        None => (OPEN, "not tried"),
    };
    mark(paper, look, word);
}

/// The mark of a verdict.
pub(super) fn verdict(paper: &mut Paper, verdict: Verdict) {
    let (look, word) = match verdict {
        Verdict::Confirmed => (GOOD, "confirmed"),
        Verdict::Contradicted => (BAD, "contradicted"),
        Verdict::Stale => (WARN, "stale"),
        Verdict::NotReproducible => (WARN, "not reproducible"),
        Verdict::NotCheckable => (OPEN, "not checkable"),
    };
    mark(paper, look, word);
}

/// The mark of a diagnostic.
pub(super) fn severity(paper: &mut Paper, severity: Severity) {
    match severity {
        Severity::Error => mark(paper, BAD, "error"),
        Severity::Warning => mark(paper, WARN, "warning"),
    }
}

/// How the work concerns a package, in a word.
pub(super) const fn part_word(part: Part) -> &'static str {
    match part {
        Part::Changed => "changed",
        Part::Affected => "affected",
        Part::Checked => "checked",
        Part::Untouched => "untouched",
    }
}
