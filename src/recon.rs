//! What to know before an edit: what is where, who uses it, what it was when it was planned.
//!
//! Everything here reads and nothing writes. Paths in answers are relative to the root, with `/`; lines count from 1.
//! A list has a limit, and what did not fit is counted.

mod bounded;
mod inert;
mod place;
mod package;
pub mod overview;
pub mod search;
pub mod todo;
pub mod refs;

pub use bounded::Bounded;
pub use place::{Ground, RustFile, Unread};
