//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod next;
mod overview;
mod drift;
mod baseline;
mod brief;
mod search;
mod todo;
mod refs;

pub use baseline::baseline;
pub use brief::brief;
pub use drift::drift;
pub use next::next;
pub use overview::overview;
pub use refs::refs;
pub use search::search;
pub use todo::todo;
