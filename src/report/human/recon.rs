//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod overview;
mod refs;

pub use overview::overview;
pub use refs::refs;
