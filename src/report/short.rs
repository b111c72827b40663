//! What whoever asked does not get though no check failed for it: `--require`, `--deny`, a deadline.

use super::dossier::Dossier;
use super::foremost::bad_checks;

/// Why the verb does not pass, one sentence each, without those that a failed check or a contradicted claim tells;
/// empty where it passes.
pub(super) fn of(dossier: &Dossier) -> Vec<String> {
    if dossier.exit == 0 || dossier.note.is_some() {
        return Vec::new();
    }
    let mut told: Vec<String> = dossier.contradicted().map(|claim| claim.claim.clone()).collect();
    told.extend(bad_checks(dossier).into_iter().map(|(_, name, _)| name));
    let suites = dossier.suites.iter().filter(|suite| suite.entry.status.is_bad());
    told.extend(suites.map(|suite| suite.entry.id.clone()));
    for command in dossier.commands.iter().filter(|command| command.entry.outcome.is_bad()) {
        told.extend([command.entry.id.clone(), command.entry.command.clone(), command.entry.kind.word().to_owned()]);
    }
    let judges = ["validate", "merge"].contains(&dossier.verb.as_str());
    if !judges && !told.is_empty() {
        return dossier.denied.clone(); // what else is open beside a failure need not be why
    }
    let is_told = |sentence: &str| {
        told.iter().any(|name| sentence.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(": ")))
    };
    let untold: Vec<String> = dossier.open.iter().filter(|sentence| !is_told(sentence)).cloned().collect();
    if untold.is_empty() && told.is_empty() {
        return vec![format!("it ended with exit code {}", dossier.exit)];
    }
    untold
}
