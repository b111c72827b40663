//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod parts;
mod next;
mod drift;
mod baseline;
mod overview;
mod find;
mod docs;
mod tooling;

pub use baseline::baseline;
pub use docs::docs;
pub use drift::drift;
pub use next::next;
pub use overview::overview;
pub use tooling::tooling;
mod brief;
mod search;
mod todo;
mod refs;
mod docs;
mod tooling;

pub use brief::brief;
pub use docs::docs;
pub use find::find;
pub use refs::refs;
pub use search::search;
pub use todo::todo;
pub use tooling::tooling;
