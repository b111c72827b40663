//! Annotations as workflow commands of GitHub Actions.

use super::dossier::Dossier;

/// The report, ending with a newline.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    format!("{}\n", dossier.summary)
}
