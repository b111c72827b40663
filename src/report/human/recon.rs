//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod parts;
mod overview;
mod find;

pub use find::find;
pub use overview::overview;
