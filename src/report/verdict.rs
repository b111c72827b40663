//! What the person who decides reads before all else, the same in every report for people.

use super::dossier::{Dossier, Standing};

/// How the work stands before whoever accepts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// What is claimed is not so.
    Contradicted,
    /// It was decided already: `Approved by Ann`.
    Decided(String),
    /// Something is open.
    NotReady,
    /// A person is asked.
    Ready,
}

/// The verdict. An approval of what is not ready does not make it so.
pub(super) fn of(dossier: &Dossier) -> Verdict {
    let fails = dossier.criteria.iter().any(|criterion| criterion.standing == Standing::Failing);
    let is_ready = dossier.ready && !fails;
    // The reason follows the name.
    let decided = dossier.decision.as_ref().map(|decision| decision.split(": ").next().unwrap_or(decision).trim());
    let is = |words: &[&str]| decided.is_some_and(|decided| words.contains(&first_word(decided).as_str()));
    if dossier.contradicted().next().is_some() {
        Verdict::Contradicted
    } else if is(&["rejected"]) || (is_ready && is(&["approved", "accepted"])) {
        Verdict::Decided(capitalised(decided.unwrap_or_default()))
    } else if is_ready {
        Verdict::Ready
    } else {
        Verdict::NotReady
    }
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().to_lowercase()
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
