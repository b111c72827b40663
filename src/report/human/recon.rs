//! What the instruments found, for a person. Nothing is cut here: their limits are asked for.

mod overview;
mod drift;
mod baseline;

pub use baseline::baseline;
pub use drift::drift;
pub use overview::overview;

use super::parts;
use crate::answers::Closing;
use crate::report::layout::{Room, fit};

/// What to type next, behind what was found.
#[must_use]
pub fn next(closing: &Closing, room: &Room) -> String {
    if closing.next.is_empty() {
        String::new()
    } else {
        format!("\n{}", fit(parts::closing(closing, room), room, "the payload"))
    }
}
