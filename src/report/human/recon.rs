//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod parts;
mod next;
mod overview;
mod find;
mod search;
mod todo;
mod refs;
mod docs;
mod tooling;
mod brief;
mod drift;
mod baseline;

pub use baseline::baseline;
pub use brief::brief;
pub use docs::docs;
pub use drift::drift;
pub use find::find;
pub use next::next;
pub use overview::overview;
pub use refs::refs;
pub use search::search;
pub use todo::todo;
pub use tooling::tooling;
