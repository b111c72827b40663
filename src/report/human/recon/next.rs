//! What to type next, behind what was found.

use super::super::parts;
use crate::answers::Closing;
use crate::report::layout::{Room, fit};

/// The closing lines; nothing where there is nothing to type.
#[must_use]
pub fn next(closing: &Closing, room: &Room) -> String {
    if closing.next.is_empty() {
        return String::new();
    }
    format!("\n{}", fit(parts::closing(closing, room), room, "the payload"))
}
