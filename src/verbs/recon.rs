//! The instruments before an edit: each asks, answers, and writes nothing.

mod ground;
pub mod overview;
pub mod find;
pub mod docs;
pub mod tooling;
pub mod brief;
pub mod search;
pub mod todo;
pub mod refs;
