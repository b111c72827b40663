//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod overview;

pub use overview::overview;
