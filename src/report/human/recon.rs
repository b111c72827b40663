//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod overview;
mod brief;

pub use brief::brief;
pub use overview::overview;
