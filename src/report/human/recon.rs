//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod overview;
mod docs;
mod tooling;

pub use docs::docs;
pub use overview::overview;
pub use tooling::tooling;
