//! The formats there are, and what each makes of a dossier.

use super::dossier::Dossier;
use super::{github, html, in_toto, junit, markdown, sarif};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// For a pull request's comment and a CI's summary.
    Markdown,
    /// One page for the acceptance owner.
    Html,
    /// Annotations in a log of GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit's XML, for whoever reads test results.
    Junit,
    /// in-toto statements, one a line, ready to be signed.
    InToto,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Markdown, Self::Html, Self::Github, Self::Sarif, Self::Junit, Self::InToto];

    /// As it is typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::InToto => "in-toto",
        }
    }

    /// The report, ending with a newline.
    #[must_use]
    pub fn write(self, dossier: &Dossier) -> String {
        match self {
            Self::Markdown => markdown::write(dossier),
            Self::Html => html::write(dossier),
            Self::Github => github::write(dossier),
            Self::Sarif => sarif::write(dossier),
            Self::Junit => junit::write(dossier),
            Self::InToto => in_toto::write(dossier),
        }
    }
}
