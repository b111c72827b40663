//! The commands and the suites, with what failed in them and their logs folded in.

use super::index::Index;
use super::marks;
use super::paper::{Anchor, In, Paper};
use crate::check::TestOutcome;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::report::dossier::{Command, Dossier, Suite};
use crate::report::excerpt;
use crate::report::layout::{count, duration};
use crate::words::Outcome;

/// The most bytes of a log, and of them for its end.
const MOST_OF_LOG: usize = 12 * 1024;
const MOST_OF_ITS_END: usize = 8 * 1024;

/// The most suites, and what each costs without its tests and its log: so much is kept back for it.
const MOST_SUITES: usize = 1000;
const BARE: usize = 500;

/// Up to so many that went wrong are shown unfolded.
const MOST_OPEN: usize = 8;

/// The section.
pub(super) fn write(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    paper.raw("<h3>Commands</h3>\n");
    let mut n_open = 0;
    let mut unfolds = |outcome: Outcome| {
        n_open += usize::from(outcome.is_bad());
        outcome.is_bad() && n_open <= MOST_OPEN
    };
    if dossier.commands.is_empty() {
        paper.raw("<p class=\"none\">None was run.</p>\n");
    }
    let n = paper.each(dossier.commands.iter().enumerate(), 200, |paper, (at, command)| {
        let is_open = unfolds(command.entry.outcome);
        one_command(paper, at, command, is_open);
    });
    paper.left_out(n, In::Flow, "command", "commands").raw("<h3>Test suites</h3>\n");
    if dossier.suites.is_empty() {
        paper.raw("<p class=\"none\">None was run.</p>\n");
        return;
    }
    paper.raw("<p>").say(&in_short(dossier)).raw(".</p>\n");
    let mut suites: Vec<(usize, &Suite)> = dossier.suites.iter().enumerate().collect();
    suites.sort_by_key(|(_, suite)| !suite.entry.status.is_bad());
    let (n_suites, mut n_seen) = (suites.len().min(MOST_SUITES), 0);
    let n = paper.each(suites.into_iter(), MOST_SUITES, |paper, (at, suite)| {
        let is_open = unfolds(suite.entry.status);
        let n_behind = n_suites - n_seen;
        n_seen += 1;
        one_suite(paper, at, suite, is_open, index, n_behind * BARE);
    });
    paper.left_out(n, In::Flow, "suite", "suites");
}

/// `2 suites, 4 tests: 2 passed, 1 failed, 1 ignored`.
fn in_short(dossier: &Dossier) -> String {
    let sum = |of: fn(&Suite) -> u64| dossier.suites.iter().map(of).fold(0, u64::saturating_add);
    let suites = count(dossier.suites.len(), "suite", "suites");
    let (passed, failed) = (sum(|suite| suite.entry.counts.passed), sum(|suite| suite.entry.counts.failed));
    let (listed, ignored) = (sum(|suite| suite.entry.counts.listed), sum(|suite| suite.entry.counts.ignored));
    format!("{suites}, {listed} tests: {passed} passed, {failed} failed, {ignored} ignored")
}

/// A log or an excerpt, folded in where it has a name.
fn log(paper: &mut Paper, title: &'static str, text: Option<&String>) {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return };
    paper.raw("<details class=\"log\"><summary>").raw(title).raw(" <span class=\"soft\">");
    paper.say(&count(text.lines().count(), "line", "lines")).raw("</span></summary><pre>");
    let most = MOST_OF_LOG.min(paper.room_left());
    paper.lines(text, most, MOST_OF_ITS_END.min(most), |_| ("", "")).raw("</pre></details>\n");
}

/// How a process ended, in words.
fn end(entry: &CommandEntry) -> String {
    match (entry.timed_out, entry.signal, entry.exit_code) {
        (Some(true), _, _) => "Its time was over".into(),
        (_, Some(signal), _) => format!("Ended by signal {signal}"),
        (_, None, Some(code)) => format!("Exit code {code}"),
        (_, None, None) => "It was not started".into(),
    }
}

/// Where a check's part begins, folded or not.
fn begin(paper: &mut Paper, anchor: Anchor, is_open: bool) {
    let open = if is_open { " open><summary>" } else { "><summary>" };
    paper.raw("<details class=\"check\"").id(anchor).raw(open);
}

fn one_command(paper: &mut Paper, at: usize, command: &Command, is_open: bool) {
    let entry = &command.entry;
    begin(paper, Anchor('m', at), is_open);
    marks::outcome(paper, entry.outcome);
    paper.raw(" ").code(&entry.command).raw(" <span class=\"facts soft\">").say(&duration(entry.duration_ms));
    paper.raw(if entry.cached { ", from an earlier run" } else { "" }).raw("</span></summary>\n<div class=\"body\">");
    if let Some(why) = &entry.why {
        paper.raw("<p>").prose(why).raw("</p>\n");
    }
    if let Some(before) = &entry.before {
        paper.raw("<p>").prose(&before.in_words()).raw("</p>\n");
    }
    paper.raw("<p class=\"soft\">").say(&end(entry)).raw(", in ");
    match entry.cwd.as_str() {
        "" | "." => _ = paper.raw("the payload's root"),
        folder => _ = paper.code(folder),
    }
    for (name, value) in entry.env.iter().take(10) {
        paper.raw(", ").code(name).raw(" = ").code(value);
    }
    if let Some(approval) = &entry.approval {
        paper.raw(", approved through ").say(approval);
    }
    let n_earlier: usize = entry.passed_earlier.values().map(Vec::len).sum();
    let n_passed = entry.passed.len() + n_earlier;
    if 0 < n_passed {
        paper.raw(", nothing to say about ").say(&count(n_passed, "package", "packages"));
    }
    paper.raw("</p>\n");
    let mut targets: Vec<&TargetOutcome> = entry.targets.iter().collect();
    targets.sort_by_key(|target| target.outcome == Outcome::Passed);
    if !targets.is_empty() {
        paper.raw("<ul class=\"plain\">\n");
        let n = paper.each(targets.into_iter(), 60, one_target);
        paper.left_out(n, In::List, "target", "targets").raw("</ul>\n");
    }
    log(paper, "What it said", entry.output.as_ref());
    log(paper, "Log", command.log.as_ref());
    paper.raw("</div></details>\n");
}

fn one_target(paper: &mut Paper, target: &TargetOutcome) {
    paper.raw("<li>");
    marks::outcome(paper, target.outcome);
    paper.raw(" ").code(&format!("{}/{}/{}", target.package, target.kind, target.name));
    let n_errors = usize::try_from(target.errors).unwrap_or(usize::MAX);
    let n_warnings = usize::try_from(target.warnings).unwrap_or(usize::MAX);
    if 0 < n_errors {
        paper.raw(", ").say(&count(n_errors, "error", "errors"));
    }
    if 0 < n_warnings {
        paper.raw(", ").say(&count(n_warnings, "warning", "warnings")).raw(" of this work");
    }
    if 0 < target.pre_existing {
        paper.raw(", ").number(target.pre_existing).raw(" there before");
    }
    if let Some(why) = &target.why {
        paper.raw(": ").prose(why);
    }
    paper.raw("</li>\n");
}

fn one_suite(paper: &mut Paper, at: usize, suite: &Suite, is_open: bool, index: &Index<'_>, kept_back: usize) {
    let entry = &suite.entry;
    begin(paper, Anchor('u', at), is_open);
    marks::outcome(paper, entry.status);
    paper.raw(" ").code(entry.id.strip_prefix("test:").unwrap_or(&entry.id)).raw(" <span class=\"facts soft\">");
    if 0 < entry.counts.listed {
        paper.number(entry.counts.passed).raw(" of ").number(entry.counts.listed).raw(" passed");
    } else {
        paper.raw("no test");
    }
    if 0 < entry.counts.ignored {
        paper.raw(", ").number(entry.counts.ignored).raw(" ignored");
    }
    if 0 < entry.duration_ms {
        paper.raw(", ").say(&duration(entry.duration_ms));
    }
    paper
        .raw(if suite.is_cached { ", from an earlier run" } else { "" })
        .raw("</span></summary>\n<div class=\"body\">");
    if let Some(why) = &entry.why {
        paper.raw("<p>").prose(why).raw("</p>\n");
    }
    paper.raw("<p class=\"soft\">Package ").code_linked(index.package(&entry.package), &entry.package);
    for (names, word) in [
        (&entry.added, " new: "),
        (&entry.changed, " changed: "),
        (&entry.removed, " gone: "),
        (&entry.flaky, " flaky: "),
    ] {
        if !names.is_empty() {
            paper.raw(",").raw(word).say(&crate::words::some_of(names));
        }
    }
    paper.raw("</p>\n");
    let n = paper.each(entry.failures.iter(), 20, |paper, failure| {
        paper.raw("<div class=\"failure\"><p>");
        marks::mark(paper, marks::BAD, "failed");
        paper.raw(" ").code(&failure.name);
        if let Some(before) = failure.before {
            paper.raw(" <span class=\"soft\">").raw(before.in_words()).raw("</span>");
        }
        paper.raw("</p><pre>").lines(&excerpt::told(&failure.excerpt), 4096, 1024, |_| ("", "")).raw("</pre></div>\n");
    });
    paper.left_out(n, In::Flow, "failed test", "failed tests");
    paper.kept_back(kept_back, |paper| {
        listing(paper, suite);
        log(paper, "Log", suite.log.as_ref());
    });
    paper.raw("</div></details>\n");
}

/// Every test of a suite, by what it came to, the bad ones first.
fn listing(paper: &mut Paper, suite: &Suite) {
    const ORDER: [TestOutcome; 5] =
        [TestOutcome::Failed, TestOutcome::TimedOut, TestOutcome::NoAnswer, TestOutcome::Ignored, TestOutcome::Passed];
    if suite.tests.is_empty() {
        return;
    }
    paper.raw("<details class=\"log\"><summary>Every test <span class=\"soft\">").number(suite.tests.len() as u64);
    paper.raw("</span></summary>\n");
    for outcome in ORDER {
        let names: Vec<&String> =
            suite.tests.iter().filter(|(_, its)| **its == outcome).map(|(name, _)| name).collect();
        if names.is_empty() {
            continue;
        }
        paper.raw("<p>");
        marks::test(paper, outcome);
        paper.raw("</p><ul class=\"names\">\n");
        let n = paper.each(names.into_iter(), 300, |paper, name| {
            paper.raw("<li>").code(name);
            if let Some(attempts) = suite.attempts.get(name) {
                paper.raw(" <span class=\"soft\">run ").number(attempts.len() as u64).raw(" times</span>");
            }
            paper.raw("</li>\n");
        });
        paper.left_out(n, In::List, "test", "tests").raw("</ul>\n");
    }
    paper.raw("</details>\n");
}
