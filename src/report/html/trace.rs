//! From each criterion to its scenarios, their tests before and after the work, the steps, packages and files.

use super::index::Index;
use super::marks;
use super::paper::{Anchor, In, Paper};
use crate::check::TestOutcome;
use crate::report::dossier::{Criterion, Dossier, Scenario, Standing, Step, TestRef};
use std::collections::BTreeSet;

/// Up to so many criteria are shown unfolded.
const MOST_OPEN: usize = 12;

/// The section.
pub(super) fn write(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    let mut written = BTreeSet::new();
    let n = paper.each(dossier.criteria.iter(), 300, |paper, criterion| {
        let is_open = dossier.criteria.len() <= MOST_OPEN || criterion.standing != Standing::Proven;
        one(paper, criterion, is_open, dossier, index, &mut written);
    });
    paper.left_out(n, In::Flow, "criterion", "criteria");
    let others: Vec<usize> = (0..dossier.scenarios.len()).filter(|at| !written.contains(at)).collect();
    if !others.is_empty() {
        paper.raw(if dossier.criteria.is_empty() {
            "<h3>Scenarios</h3>\n"
        } else {
            "<h3>Scenarios of no criterion</h3>\n"
        });
        let n = paper.each(others.into_iter(), 300, |paper, at| scenario(paper, at, dossier, index));
        paper.left_out(n, In::Flow, "scenario", "scenarios");
    }
    steps(paper, dossier, index);
}

/// A criterion with its scenarios. A scenario of several criteria is told once.
fn one(
    paper: &mut Paper,
    criterion: &Criterion,
    is_open: bool,
    dossier: &Dossier,
    index: &Index<'_>,
    written: &mut BTreeSet<usize>,
) {
    paper.raw("<details class=\"criterion\"").id(Anchor('c', criterion.number)).raw(if is_open {
        " open>"
    } else {
        ">"
    });
    paper.raw("<summary><h3>");
    marks::criterion(paper, criterion);
    paper.prose(&criterion.text).raw("</h3> ");
    marks::standing(paper, criterion.standing);
    paper.raw("</summary>\n");
    if criterion.scenarios.is_empty() {
        paper.raw("<p class=\"none\">No scenario covers it: nothing that was run speaks for it.</p>\n");
    }
    let n = paper.each(criterion.scenarios.iter(), 100, |paper, id| match index.scenario_at(id) {
        Some(at) if written.insert(at) => scenario(paper, at, dossier, index),
        Some(at) => {
            paper.raw("<p>Also covered by scenario ").code_linked(Some(Anchor('s', at)), id).raw(", told above.</p>\n");
        }
        None => {
            paper
                .raw("<p class=\"none\">It names scenario ")
                .code(id)
                .raw(", which the test plan does not hold.</p>\n");
        }
    });
    paper.left_out(n, In::Flow, "scenario", "scenarios").raw("</details>\n");
}

fn scenario(paper: &mut Paper, at: usize, dossier: &Dossier, index: &Index<'_>) {
    let scenario = &dossier.scenarios[at];
    paper.raw("<article class=\"scenario\"").id(Anchor('s', at)).raw("><h4><span class=\"soft\">Scenario ");
    paper.code(&scenario.id).raw("</span> ").prose(&scenario.name).raw(" ");
    marks::standing(paper, scenario.standing);
    paper.raw("</h4>\n<dl class=\"chain\">\n<dt>Tests</dt><dd>");
    tests(paper, scenario, dossier, index);
    paper.raw("</dd>\n");
    let steps = |paper: &mut Paper, id: &String| {
        paper.code_linked(index.step(id), id);
        if let Some(at) = index.step_at(id) {
            paper.raw(" ").prose(&dossier.steps[at].name);
        }
    };
    row(paper, "<dt>Steps</dt>", scenario.steps.iter(), "none is named", steps);
    let packages = index.packages_behind(dossier, scenario);
    row(paper, "<dt>Packages</dt>", packages.into_iter(), "none", |paper, label| {
        paper.code_linked(index.package(label), label);
    });
    let files = index.changes_behind(scenario);
    row(paper, "<dt>Files</dt>", files.into_iter(), "its steps name none that changed", |paper, at| {
        paper.code_linked(Some(Anchor('f', at)), &dossier.changes[at].entry.file);
    });
    paper.raw("</dl></article>\n");
}

/// A row of the chain.
fn row<T>(
    paper: &mut Paper,
    title: &'static str,
    items: impl ExactSizeIterator<Item = T>,
    none: &'static str,
    write: impl Fn(&mut Paper, T),
) {
    paper.raw(title).raw("<dd>");
    if items.len() == 0 {
        paper.raw("<span class=\"none\">").raw(none).raw("</span>");
    } else {
        paper.raw("<ul>");
        let n = paper.each(items, 30, |paper, item| {
            paper.raw("<li>");
            write(paper, item);
            paper.raw("</li>");
        });
        paper.left_out(n, In::List, "of them", "of them").raw("</ul>");
    }
    paper.raw("</dd>\n");
}

/// The tests of a scenario, those that did not pass first, and the tests and commands it names.
fn tests(paper: &mut Paper, scenario: &Scenario, dossier: &Dossier, index: &Index<'_>) {
    let mut tests: Vec<&TestRef> = scenario.tests.iter().collect();
    tests.sort_by_key(|test| test.outcome == TestOutcome::Passed);
    let is_none = tests.is_empty() && scenario.commands.is_empty();
    if is_none {
        paper.raw("<span class=\"none\">none was found</span>");
    }
    paper.raw("<ul class=\"tests\">");
    let n = paper.each(tests.into_iter(), 50, |paper, test| one_test(paper, test, dossier, index));
    paper.left_out(n, In::List, "test", "tests");
    let n = paper.each(scenario.commands.iter(), 30, |paper, id| {
        let known = dossier.commands.iter().find(|command| command.entry.id == *id).map(|command| &command.entry);
        paper.raw("<li>the command ").code_linked(index.command(id), known.map_or(id, |entry| &entry.command));
        if let Some(before) = known.and_then(|entry| entry.before.as_ref()) {
            paper.raw(" <span class=\"soft where\">").prose(&before.in_words()).raw("</span>");
        }
        paper.raw("</li>");
    });
    paper.left_out(n, In::List, "command", "commands");
    if is_none {
        let n =
            paper.each(scenario.named.iter(), 30, |paper, named| _ = paper.raw("<li>named: ").code(named).raw("</li>"));
        paper.left_out(n, In::List, "name", "names");
    }
    paper.raw("</ul>");
}

/// A test: what it came to before the work, and now.
fn one_test(paper: &mut Paper, test: &TestRef, dossier: &Dossier, index: &Index<'_>) {
    paper.raw("<li>").code(&test.test).raw("<span class=\"soft\"> in ");
    match index.suite_at(&test.suite).map(|at| (at, &dossier.suites[at].entry)) {
        Some((at, suite)) if !suite.suite.is_empty() => {
            paper.link(Anchor('u', at)).prose(&suite.suite).raw("</a>");
        }
        Some(_) | None => _ = paper.code_linked(index.suite(&test.suite), &test.suite),
    }
    paper.raw("</span><span class=\"turn\"><span class=\"soft\">before</span> ");
    marks::red(paper, test.red.as_ref());
    paper.raw(" <span aria-hidden=\"true\">→</span> <span class=\"soft\">now</span> ");
    marks::test(paper, test.outcome);
    paper.raw("</span>");
    if let Some(red) = &test.red {
        let place = red.place.as_deref();
        if place.is_some() || red.why.is_some() {
            paper.raw("<span class=\"soft where\">on the baseline: ").raw(red.class.word());
            if let Some(place) = place {
                paper.raw(" at ").code(place);
            }
            if let Some(why) = &red.why {
                paper.raw(", ").prose(why);
            }
            paper.raw("</span>");
        }
    }
    paper.raw("</li>");
}

/// The steps of the plan.
fn steps(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    paper.raw("<h3>Steps of the plan</h3>\n");
    if dossier.steps.is_empty() {
        paper.raw("<p class=\"none\">The plan has none.</p>\n");
        return;
    }
    paper.raw("<ol class=\"steps\">\n");
    let n = paper.each(dossier.steps.iter().enumerate(), 300, |paper, (at, step)| {
        one_step(paper, at, step, dossier, index);
    });
    paper.left_out(n, In::List, "step", "steps").raw("</ol>\n");
}

fn one_step(paper: &mut Paper, at: usize, step: &Step, dossier: &Dossier, index: &Index<'_>) {
    paper.raw("<li").id(Anchor('t', at)).raw("><p class=\"head\"><span class=\"soft\">Step ").code(&step.id);
    paper.raw("</span> <b>").prose(&step.name).raw("</b> ");
    let is_done = step.status.as_deref() == Some("completed");
    let look = match (step.is_asserted, is_done) {
        (true, _) => marks::SAID,
        (false, true) => marks::GOOD,
        (false, false) => marks::OPEN,
    };
    marks::mark(paper, look, step.status.as_deref().unwrap_or("no status"));
    if step.is_asserted {
        paper.raw(" <span class=\"soft\">asserted</span>");
    }
    paper.raw("</p>\n<dl class=\"chain\">\n");
    row(paper, "<dt>Packages</dt>", step.packages.iter(), "none", |paper, label| {
        paper.code_linked(index.package(label), label);
    });
    let changes = index.changes_of(&step.id);
    row(paper, "<dt>Files</dt>", changes.iter(), "it names none that changed", |paper, at| {
        paper.code_linked(Some(Anchor('f', *at)), &dossier.changes[*at].entry.file);
    });
    let is_changed = |path: &&String| index.file(path).is_some();
    let untouched: Vec<&String> = step.files.iter().filter(|path| !is_changed(path)).collect();
    if !untouched.is_empty() {
        let title = "<dt>Named, not changed</dt>";
        row(paper, title, untouched.into_iter(), "", |paper, path| _ = paper.code(path));
    }
    if let Some(signal) = &step.success_signal {
        paper.raw("<dt>Success signal</dt><dd>").prose(signal).raw("</dd>\n");
    }
    paper.raw("</dl></li>\n");
}
