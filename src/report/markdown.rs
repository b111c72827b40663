//! Markdown that fits a pull request's comment and a CI's summary.

use super::dossier::Dossier;

/// The report, ending with a newline.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    format!("{}\n", dossier.summary)
}
