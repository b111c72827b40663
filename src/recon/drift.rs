//! What became of what was found: lines, symbols and searches, as they were kept and as they are.
//!
//! What is still there is never an alarm, and neither is what the work at hand did itself: an edit may well change the
//! very line that justified it. An alarm is what somebody else changed meanwhile.

mod became;
mod history;
mod kept;
mod search;

use super::bounded::Bounded;
pub use became::{Became, line, symbol};
pub use history::{Cause, Histories};
pub use kept::{CitedBy, cited};
use schemars::JsonSchema;
pub use search::{Difference, difference};
use serde::{Deserialize, Serialize};

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is not there any more.
    Gone,
    /// It is there and says something else.
    Changed,
    /// It says the same in another line, or another file.
    Moved,
    /// Nobody could look.
    Unknown,
    /// It is as it was.
    Unchanged,
}

impl State {
    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Unknown => "unknown",
            Self::Unchanged => "unchanged",
        }
    }
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DriftOf {
    /// A line that was cited.
    Line,
    /// A symbol's signature.
    Symbol,
    /// Everything a question found.
    Search,
}

/// One thing that was kept, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftRow {
    /// Whose it is: a finding's id, or the change it justified (`change:src/a.rs`).
    pub of: String,
    /// What it is.
    pub what: DriftOf,
    /// Where it was; of a search how it is typed.
    pub at: String,
    /// What it said.
    pub said: String,
    /// What became of it.
    pub state: State,
    /// Where it is now, what it says now, or by what the search differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// What did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Whether the work at hand did it: what is not committed yet, or committed since the baseline.
    pub of_this_work: bool,
}

impl DriftRow {
    /// Whether somebody should look before going on: it is another thing now, and not by this work.
    #[must_use]
    pub const fn is_alarm(&self) -> bool {
        matches!(self.state, State::Gone | State::Changed) && !self.of_this_work
    }

    /// In one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let now = self.now.as_ref().map(|now| match (self.what, self.state) {
            (DriftOf::Search, _) => format!(": {now}"),
            (DriftOf::Line | DriftOf::Symbol, State::Moved) => format!(" to {now}"),
            (DriftOf::Line | DriftOf::Symbol, State::Changed) => format!(", now `{now}`"),
            (DriftOf::Line | DriftOf::Symbol, State::Gone | State::Unknown | State::Unchanged) => format!(": {now}"),
        });
        let said = if self.said.is_empty() { String::new() } else { format!(" `{}`", self.said) };
        let cause = match (&self.cause, self.of_this_work) {
            (Some(cause), true) => format!(" (this work, {})", cause.in_words()),
            (Some(cause), false) => format!(" ({})", cause.in_words()),
            (None, true) => " (this work)".to_owned(),
            (None, false) => String::new(),
        };
        let now = now.unwrap_or_default();
        match (self.what, self.state) {
            (DriftOf::Search, State::Changed) => format!("`{}` finds something else now{now}{cause}", self.at),
            (DriftOf::Search, State::Gone | State::Moved | State::Unknown | State::Unchanged) => {
                format!("`{}` {}{now}{cause}", self.at, self.state.word())
            }
            (DriftOf::Line | DriftOf::Symbol, _) => format!("{}{said} {}{now}{cause}", self.at, self.state.word()),
        }
    }
}

/// Everything that was kept, and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// What became of each: alarms first, then what else is otherwise, then what is as it was.
    pub rows: Bounded<DriftRow>,
    /// How many are as they were.
    pub n_unchanged: usize,
    /// How many stand elsewhere.
    pub n_moved: usize,
    /// How many say something else.
    pub n_changed: usize,
    /// How many are gone.
    pub n_gone: usize,
    /// How many nobody could look at.
    pub n_unknown: usize,
    /// How many are changed or gone, and not by this work.
    pub n_alarms: usize,
}

impl Drift {
    /// All of them in their order, the first `limit` told.
    #[must_use]
    pub fn of(mut rows: Vec<DriftRow>, limit: usize) -> Self {
        let n = |state: State| rows.iter().filter(|row| row.state == state).count();
        let counted = Self {
            rows: Bounded::default(),
            n_unchanged: n(State::Unchanged),
            n_moved: n(State::Moved),
            n_changed: n(State::Changed),
            n_gone: n(State::Gone),
            n_unknown: n(State::Unknown),
            n_alarms: rows.iter().filter(|row| row.is_alarm()).count(),
        };
        rows.sort_by_key(|row| (!row.is_alarm(), row.state));
        Self { rows: Bounded::of(rows, limit), ..counted }
    }
}

#[cfg(test)]
mod tests;
