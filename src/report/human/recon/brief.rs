//! A brief: the Markdown document itself.

use crate::answers::ReconAnswer;
use crate::brief::Brief;
use crate::report::layout::Room;
use crate::report::markdown;

/// The document, whoever reads it.
#[must_use]
pub fn brief(answer: &ReconAnswer<Brief>, _: &Room) -> String {
    markdown::brief(&answer.found)
}
