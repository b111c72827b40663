//! What of a payload may run: the closed grammar without asking, all else only where somebody approved exactly that.
//!
//! A list of what is allowed, never of what is forbidden: a word that is not on it needs approval. Nothing here
//! runs anything, and nothing in the repository can approve anything.

mod grammar;
mod split;
mod line;
mod asked;
pub mod subject;
pub mod store;
mod rules;

pub use asked::Asked;
pub use line::{Parsed, has_filter, packages, parse, writes};
pub use rules::{By, Consent, Nobody, Rules, Ruling};
pub use store::{Approval, Store};
pub use subject::{StepEdits, Subject};

#[cfg(test)]
mod tests;
