//! Answers as a person reads them: problems first, then the table, then what is open and what to type next.

mod parts;
mod implement;
mod map;
mod status;
mod validate;
mod trust;
mod edit;
pub mod recon;

pub use edit::edit;
pub use implement::implement;
pub use map::map;
pub use status::status;
pub use trust::trust;
pub use validate::validate;

use crate::answers::{PlainAnswer, ReportAnswer};
use crate::report::escape;
use crate::report::layout::{Room, fit};

/// The answer of a verb that has one text to show: the text whole, then the closing lines.
#[must_use]
pub fn plain(answer: &PlainAnswer, room: &Room) -> String {
    let mut text = escape::block(&answer.text);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let closing = fit(parts::closing(&answer.closing, room), room, "the payload");
    if !text.is_empty() && !closing.is_empty() {
        text.push('\n');
    }
    text + &closing
}

/// The answer of `report` where it went to a file: which one. A report that is shown stands for itself.
#[must_use]
pub fn report(answer: &ReportAnswer, _: &Room) -> String {
    let wrote = |path: &String| format!("wrote {}\n", escape::line(path));
    answer.path.as_ref().map(wrote).unwrap_or_default()
}

#[cfg(test)]
mod tests;
