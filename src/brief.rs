//! Everything the implementer of a step needs, in one document that fits a budget.
//!
//! A document is a list of sections in the order to read them. What a step asks for always stands in it; of what was
//! found around it the least important goes first, and what had to go is counted.

mod text;
mod asked;
mod code;
mod crates;
mod habits;
mod recorded;
mod next;
mod whole;

pub use text::SourceText;
pub use whole::{Seen, brief};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many tokens a document may take where nobody says so.
pub const BUDGET: usize = 6_000;

/// A token is taken for so many bytes of the JSON form, which is the longer one: a guess, and one on the safe side for
/// prose and for Rust.
const BYTES_OF_A_TOKEN: usize = 4;

/// What the implementer of a step needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Brief {
    /// The step's id.
    pub step: String,
    /// Its name.
    pub name: String,
    /// How many tokens it may take.
    pub budget: usize,
    /// How many it takes, four bytes being one.
    pub tokens: usize,
    /// In the order to read them; none is empty.
    pub sections: Vec<Section>,
}

/// What a section is about, most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// The step as the plan has it.
    Step,
    /// The acceptance criteria it serves.
    Criteria,
    /// Its scenarios and their tests.
    Scenarios,
    /// What is to be typed next.
    Next,
    /// What is open: findings, issues, questions, follow-ups.
    Open,
    /// What failed before this work, or fails now.
    Failures,
    /// Packages and targets, and why.
    Targets,
    /// The symbols of its files.
    Symbols,
    /// The tests of the subject that are there.
    Tests,
    /// Who uses what its files offer.
    References,
    /// How it is done nearby.
    Patterns,
    /// Where the documentation of what its files use lies.
    Docs,
}

impl Topic {
    /// The order to read them in.
    pub const ALL: [Self; 12] = [
        Self::Step,
        Self::Criteria,
        Self::Scenarios,
        Self::Open,
        Self::Failures,
        Self::Targets,
        Self::Symbols,
        Self::References,
        Self::Tests,
        Self::Patterns,
        Self::Docs,
        Self::Next,
    ];

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Step => "The step",
            Self::Criteria => "Acceptance criteria",
            Self::Scenarios => "Scenarios and their tests",
            Self::Next => "What to type",
            Self::Open => "Open",
            Self::Failures => "Failures that were recorded",
            Self::Targets => "Packages and targets",
            Self::Symbols => "What is in its files",
            Self::Tests => "Tests that are there",
            Self::References => "Who uses it",
            Self::Patterns => "How it is done here",
            Self::Docs => "Documentation of what it uses",
        }
    }

    /// Whether it stays whole, however little room there is.
    const fn is_kept(self) -> bool {
        match self {
            Self::Step | Self::Criteria | Self::Scenarios | Self::Next => true,
            Self::Open
            | Self::Failures
            | Self::Targets
            | Self::Symbols
            | Self::Tests
            | Self::References
            | Self::Patterns
            | Self::Docs => false,
        }
    }
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// What it is about.
    pub topic: Topic,
    /// Most important first; never empty unless all of it was left out.
    pub items: Vec<Item>,
    /// How many there was no room for.
    pub left_out: usize,
}

/// One thing to know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// One line.
    pub text: String,
    /// Where it stands: `src/a.rs:118`, or a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Whether the text is code, or a command.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub code: bool,
}

impl Item {
    /// Something in words.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), at: None, code: false }
    }

    /// Something to be read or typed as it stands.
    #[must_use]
    pub fn code(text: impl Into<String>) -> Self {
        Self { code: true, ..Self::words(text) }
    }

    /// The same, standing there.
    #[must_use]
    pub fn at(self, at: impl Into<String>) -> Self {
        Self { at: Some(at.into()), ..self }
    }
}

#[cfg(test)]
mod tests;
