//! What to know before an edit: what is where, who uses it, what it was when it was planned.
//!
//! Everything here reads and nothing writes. Paths in answers are relative to the root, with `/`; lines count from 1.
//! A list has a limit, and what did not fit is counted.

mod bounded;
mod inert;
mod place;
mod package;
mod finding;
pub mod modules;
mod each;
mod near;
pub mod overview;
pub mod find;
pub mod search;
pub mod todo;
pub mod refs;
pub mod drift;
pub mod snapshot;
pub mod docs;
pub mod tooling;

pub use bounded::Bounded;
pub use finding::{Cited, FindingKind, MOST_CITED, Quotes, findings, may_be_quoted, newest, place_of, trimmed};
pub use place::{Ground, RustFile, Unread};
