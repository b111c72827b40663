//! What an event sounds like while it happens.

use crate::event::Event;
use crate::report::layout::{
    BAD, COMMAND, DOUBT, Detail, FAINT, GOOD, Line, PLAIN, STRONG, cut, duration, outcome_style, wrap,
};
use crate::report::{escape, excerpt};
use crate::words::CheckKind;

/// What a line is about: off a terminal each sort has its own share of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Something ended.
    Finished,
    /// Something did not hold.
    Failed,
    /// Something to know.
    Remark,
}

/// Lines for people; the first one says it all, the others are for a terminal.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) sort: Sort,
    pub(super) lines: Vec<Line>,
}

/// The most characters of a command beside what it came to.
const MOST_COMMAND: usize = 100;

/// The lines of an event, if it has any at this detail. What ends up in the report is not said twice, except
/// for failures, which are told as they land. Remarks are broken at `width`.
pub(super) fn said(event: &Event, verb: &str, detail: Detail, width: usize) -> Option<Said> {
    let (quiet, full) = (detail == Detail::Quiet, detail == Detail::Full);
    let planning = full && verb != "map";
    let one = |sort: Sort, line: Line| Some(Said { sort, lines: vec![line] });
    match event {
        Event::Warning { text } => {
            let head = Line::default().and(DOUBT, "warning").and(PLAIN, ": ");
            Some(Said { sort: Sort::Remark, lines: wrap(head, text, width) })
        }
        // The report of `map` has its remarks.
        Event::Remark { text } if !quiet && verb != "map" => {
            Some(Said { sort: Sort::Remark, lines: wrap(Line::default(), text, width) })
        }
        Event::TestFailed { suite, test, excerpt: said } if !quiet => {
            let head = verb_word(BAD, "FAILED").and(STRONG, test).and(FAINT, &format!("  in {suite}"));
            let excerpt = excerpt::told(&escape::block(said));
            let lines =
                excerpt.lines().take(6).map(|line| Line::default().to(13).and(FAINT, "| ").and(PLAIN, &cut(line, 160)));
            Some(Said { sort: Sort::Failed, lines: std::iter::once(head).chain(lines).collect() })
        }
        Event::Red { suite, test, class, is_red, place, why } if !quiet => {
            let style = if *is_red { GOOD } else { DOUBT };
            let at = place.as_ref().map(|place| format!("  {place}")).unwrap_or_default();
            let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let line = verb_word(style, class).and(PLAIN, test).and(PLAIN, &at).and(PLAIN, &cut(&why, 160));
            one(Sort::Remark, line.and(FAINT, &format!("  in {suite}")))
        }
        Event::CheckFinished { check, target, outcome, why, duration_ms, .. } if !quiet => {
            let head = verb_word(outcome_style(*outcome), outcome.word()).and(PLAIN, &format!("{check} {target}"));
            let why = why.as_ref().map(|why| format!(": {}", why.lines().next().unwrap_or_default()));
            let line = head.and(PLAIN, &why.unwrap_or_default()).and(FAINT, &format!("  {}", duration(*duration_ms)));
            match (outcome.is_bad(), full) {
                (true, _) => one(Sort::Failed, line),
                (false, true) => one(Sort::Finished, line),
                (false, false) => None,
            }
        }
        // A suite that did not pass was told by its check already.
        Event::CommandFinished { check: CheckKind::Test | CheckKind::Doctest, outcome, .. } if outcome.is_bad() => None,
        Event::CommandFinished { check: CheckKind::Prescribed, command, outcome, duration_ms, .. } if !quiet => {
            let line = verb_word(outcome_style(*outcome), outcome.word()).and(PLAIN, "prescribed ");
            let line = line.and(COMMAND, &cut(command, MOST_COMMAND));
            one(Sort::Finished, line.and(FAINT, &format!("  {}", duration(*duration_ms))))
        }
        Event::CommandFinished { id, outcome, duration_ms, .. } if !quiet => {
            // The binaries were built here; how their tests go is told by each check.
            let what = if id == "command:test" { "test --no-run" } else { id.strip_prefix("command:").unwrap_or(id) };
            let line = verb_word(outcome_style(*outcome), outcome.word()).and(PLAIN, what);
            one(Sort::Finished, line.and(FAINT, &format!("  {}", duration(*duration_ms))))
        }
        Event::CommandStarted { command, .. } if full => {
            one(Sort::Finished, verb_word(FAINT, "running").and(COMMAND, command))
        }
        Event::Affected { packages, tests_only } if planning => {
            let mut line = verb_word(FAINT, "affected").and(PLAIN, &packages.join(", "));
            if !tests_only.is_empty() {
                line = line.and(FAINT, &format!("; tests of {}", tests_only.join(", ")));
            }
            one(Sort::Remark, line)
        }
        Event::Baseline { reference, how, .. } if planning => {
            one(Sort::Remark, verb_word(FAINT, "baseline").and(PLAIN, &format!("{reference}: {how}")))
        }
        Event::Recorded { payload, edits } if full => {
            one(Sort::Remark, verb_word(FAINT, "recorded").and(PLAIN, &format!("{edits} edits in {payload}")))
        }
        Event::Anew { check, moved } if full => {
            let line = verb_word(FAINT, "anew").and(PLAIN, check.strip_prefix("test:").unwrap_or(check));
            one(Sort::Remark, line.and(FAINT, &format!(": {}", moved.join(", "))))
        }
        // The report begins with them.
        Event::OpenIssue { id, severity, expected, actual, .. } if full => {
            let what = actual.as_ref().unwrap_or(expected);
            let severity = severity.as_ref().map(|severity| format!(" [{severity}]")).unwrap_or_default();
            let line = verb_word(DOUBT, "open").and(STRONG, id).and(FAINT, &severity).and(PLAIN, &format!(": {what}"));
            one(Sort::Remark, line)
        }
        Event::VerbStarted { .. }
        | Event::OpenIssue { .. }
        | Event::Anew { .. }
        | Event::Baseline { .. }
        | Event::StepMapped { .. }
        | Event::Change { .. }
        | Event::Affected { .. }
        | Event::Planned { .. }
        | Event::CommandStarted { .. }
        | Event::Progress { .. }
        | Event::TestFailed { .. }
        | Event::CheckFinished { .. }
        | Event::CommandFinished { .. }
        | Event::Claim { .. }
        | Event::Remark { .. }
        | Event::Red { .. }
        | Event::Recorded { .. }
        | Event::Unit { .. }
        | Event::Finding { .. } => None,
    }
}

/// A word set flush right in cargo's column, and a blank.
fn verb_word(style: anstyle::Style, word: &str) -> Line {
    let n_blanks = 12_usize.saturating_sub(word.chars().count());
    Line::plain(&" ".repeat(n_blanks)).and(style, word).and(PLAIN, " ")
}
