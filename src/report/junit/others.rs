//! What is no test and must not be missed: checks and claims, each kind as a suite of its own.

use super::case::{Case, Sort, Suite, because, case, seconds};
use super::xml::Element;
use crate::answers::ClaimRow;
use crate::report::dossier::{Command, Dossier};
use crate::report::{machine, short};
use crate::words::{CheckKind, Diagnostic, Outcome, Verdict};

/// The most diagnostics that are told of one check.
const MOST_DIAGNOSTICS: usize = 50;

/// Why there is nothing to tell, as a suite whose only test case was skipped; where that is because it came to no end, it
/// is an error.
pub(super) fn note(dossier: &Dossier) -> Option<Suite> {
    let note = dossier.note.as_deref()?;
    let case = if dossier.exit == 0 {
        let skipped = Element::new("skipped").with("message", machine::line(note, 300));
        Case { sort: Sort::Skipped, element: case("there is nothing to judge", "note").child(skipped) }
    } else {
        let lines = std::iter::once(note).chain(dossier.open.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
        Case { sort: Sort::Errored, element: case(note, "note").child(because("error", "stopped", note, &lines)) }
    };
    Some(Suite { name: "note".to_owned(), cases: vec![case], ..Suite::default() })
}

/// What was asked for and not given, as the suite `asked`: a verb that fails has a case that fails.
pub(super) fn asked(dossier: &Dossier) -> Option<Suite> {
    let of_sentence = |why: String| Case {
        sort: Sort::Failed,
        element: case(&why, &format!("asked/{}", dossier.verb)).child(because("failure", "fell-short", &why, &why)),
    };
    let cases: Vec<Case> = short::of(dossier).into_iter().map(of_sentence).collect();
    (!cases.is_empty()).then(|| Suite { name: "asked".to_owned(), cases, ..Suite::default() })
}

/// The commands that are not told of by suites, as the suite `checks`.
pub(super) fn checks(dossier: &Dossier) -> Option<Suite> {
    let told: Vec<&Command> = dossier.commands.iter().filter(|command| is_told_here(dossier, command)).collect();
    let first = told.first()?;
    Some(Suite {
        name: "checks".to_owned(),
        duration_ms: told.iter().map(|command| command.entry.duration_ms).fold(0, u64::saturating_add),
        timestamp: machine::time(&first.entry.timestamp),
        cases: told.iter().map(|command| of_command(dossier, command)).collect(),
        ..Suite::default()
    })
}

fn is_told_here(dossier: &Dossier, command: &Command) -> bool {
    match command.entry.kind {
        CheckKind::Test | CheckKind::Doctest => {
            command.entry.outcome.is_bad() && !dossier.suites.iter().any(|suite| suite.entry.status.is_bad())
        }
        CheckKind::Fmt | CheckKind::Clippy | CheckKind::Doc | CheckKind::Build | CheckKind::Prescribed => true,
    }
}

fn of_command(dossier: &Dossier, command: &Command) -> Case {
    let entry = &command.entry;
    let element =
        case(&entry.command, &format!("checks/{}", entry.kind.word())).with("time", seconds(entry.duration_ms));
    let why = entry.why.as_deref().unwrap_or("nobody recorded why");
    let at_length = || {
        let mine = dossier.diagnostics.iter().filter(|it| it.check == entry.kind && !it.pre_existing);
        let mut lines: Vec<String> = vec![why.to_owned()];
        lines.extend(mine.clone().take(MOST_DIAGNOSTICS).map(in_a_line));
        let n_more = mine.count().saturating_sub(MOST_DIAGNOSTICS);
        if 0 < n_more {
            lines.push(format!("and {n_more} more"));
        }
        lines.extend(entry.output.clone().or_else(|| command.log.clone()));
        lines.join("\n")
    };
    let (sort, inner) = match entry.outcome {
        Outcome::Passed => (Sort::Passed, None),
        Outcome::NotRun => (Sort::Skipped, Some(Element::new("skipped").with("message", machine::line(why, 300)))),
        Outcome::Failed => (Sort::Failed, Some(because("failure", entry.outcome.word(), why, &at_length()))),
        Outcome::CouldNotRun => (Sort::Errored, Some(because("error", entry.outcome.word(), why, &at_length()))),
    };
    Case { sort, element: element.children(inner) }
}

fn in_a_line(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.file.as_deref().map(|file| format!("{file}:{}: ", diagnostic.line)).unwrap_or_default();
    let code = diagnostic.code.as_deref().map(|code| format!("{code}: ")).unwrap_or_default();
    machine::line(&format!("{place}{code}{}", diagnostic.message), 300)
}

/// The claims, as the suite `claims`: those that are contradicted are cases, and of the others it says how many there
/// are. They are no tests, and what of them falls short of what was asked is a case of `asked`.
pub(super) fn claims(dossier: &Dossier) -> Option<Suite> {
    let n = |verdict: Verdict| dossier.claims.iter().filter(|claim| claim.verdict == verdict).count();
    let others = [Verdict::Confirmed, Verdict::Stale, Verdict::NotReproducible, Verdict::NotCheckable].into_iter();
    let counted = others.map(|verdict| (verdict.word(), n(verdict))).filter(|(_, n)| 0 < *n);
    Some(Suite {
        name: "claims".to_owned(),
        cases: dossier.contradicted().map(of_claim).collect(),
        properties: counted.map(|(word, n)| (word, n.to_string())).collect(),
        ..Suite::default()
    })
    .filter(|_| !dossier.claims.is_empty())
}

fn of_claim(claim: &ClaimRow) -> Case {
    let element = case(&claim.claim, &format!("claims/{}", claim.level));
    Case {
        sort: Sort::Failed,
        element: element.child(because("failure", claim.verdict.word(), &claim.why, &claim.why)),
    }
}
