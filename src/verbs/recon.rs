//! The instruments before an edit: each asks, answers, and writes nothing but what somebody wants kept (`--cite`).

mod ground;
mod cite;
pub mod overview;
pub mod find;
pub mod docs;
pub mod tooling;
mod users;
pub mod brief;
pub mod search;
pub mod todo;
pub mod refs;
// These ask the others again.
pub mod drift;
pub mod baseline;
