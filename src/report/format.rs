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

    /// Whether a file that begins so holds such a report, as far as can be told: nobody else's file is replaced.
    #[must_use]
    pub fn is_one(self, beginning: &str) -> bool {
        let has = |text: &str| beginning.contains(text);
        match self {
            Self::Markdown => markdown::is_one(beginning),
            Self::Html => has("handoff report</title>"),
            Self::Github => beginning.starts_with("::") || beginning.starts_with("cargo handoff: "),
            Self::Sarif => has("/sarif-schema-"),
            Self::Junit => has("<testsuites"),
            Self::InToto => has("https://in-toto.io/Statement/"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::dossier::{made, nothing};

    #[test]
    fn a_report_is_known_again_and_nothing_else_is() {
        let long = Dossier { summary: made::ATTACK.repeat(20), ..made::hostile() };
        for dossier in [made::honest(), long, nothing("validate", "nothing is touched")] {
            for format in Format::ALL {
                let text = format.write(&dossier);
                let beginning = &text[..text.floor_char_boundary(16 << 10)];
                assert!(text.is_empty() || format.is_one(beginning), "{format:?}: {beginning}");
            }
        }
        for foreign in ["# A project\n", "fn main() {}\n", "{}", "[package]\n", "<!DOCTYPE html>\n<p>mine"] {
            assert!(Format::ALL.iter().all(|format| !format.is_one(foreign)), "{foreign}");
        }
    }
}
