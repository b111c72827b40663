//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod overview;
mod brief;
mod search;
mod todo;
mod refs;

pub use brief::brief;
pub use overview::overview;
pub use refs::refs;
pub use search::search;
pub use todo::todo;
