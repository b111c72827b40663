//! The instruments before an edit: each asks, answers, and writes nothing.

mod ground;
pub mod overview;
pub mod brief;
pub mod search;
pub mod todo;
pub mod refs;
