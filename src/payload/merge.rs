//! Three payloads -> one: what two sides made of a common one, joined by member and by id.
//!
//! Pure. What always holds: the result is our side's text with their side's changes spliced in, so nothing that
//! nobody touched moves a byte. What either side added or changed is in it; where both changed one thing otherwise,
//! it is a conflict and there is no result, unless somebody said which side is preferred. What one side took away and
//! the other left as it was is gone, except what is never taken away: histories, and entries of this tool.

mod same;
mod place;
mod after;
mod walk;
mod entries;

use super::document::{Document, Kind};
use super::edit::{Open, Style};
use crate::error::{Code, Error, Result};
use place::{Place, Three};
use std::borrow::Cow;
use walk::Work;

pub use place::{Conflict, Side};

/// What two sides became.
#[derive(Debug)]
pub struct Merged {
    /// The payload.
    pub document: Document,
    /// The conflicts the preferred side decided.
    pub decided: Vec<Conflict>,
    /// The places one side took away, and which the other had not touched: they are gone.
    pub removed: Vec<String>,
    /// The places one side took away and which are there all the same: the other side changed them, or they are
    /// never taken away.
    pub restored: Vec<String>,
    /// Whether both sides recorded work, so that nobody has seen yet what it comes to together.
    pub is_of_two: bool,
}

/// How it ended.
#[derive(Debug)]
pub enum Ended {
    /// With one payload.
    Merged(Box<Merged>),
    /// With things only a person can decide.
    Conflicts(Vec<Conflict>),
}

/// Joins two payloads that come from a common one; `None` where both were made anew.
///
/// # Errors
/// 65 where one of them is no object; 70 where the result cannot be read, which is a bug.
pub fn merge(base: Option<&Document>, ours: &Document, theirs: &Document, prefer: Option<Side>) -> Result<Ended> {
    for document in [ours, theirs] {
        let kind = document.root().kind();
        if kind != Kind::Object {
            let message = format!("`{}` is {}, not an object", document.name(), kind.in_words());
            return Err(Error::new(Code::PayloadShape, message)
                .hint("choose one side: `git checkout --ours handoff/payload.json`, or `--theirs`"));
        }
    }
    let (base, [root, other]) = (base.map(Document::root), [ours, theirs].map(Document::root));
    let three = Three { base: base.filter(|base| base.kind() == Kind::Object), ours: root, theirs: other };
    let newer = after::newer(root, other);
    let mut work = Work::new(Style::of(ours), prefer, newer);
    let mut open = Open::of(Cow::Borrowed(root.raw()), String::new());
    work.members(&mut open, three, Place::Root);
    after::refer(&mut open, three, newer, &work.style);
    let is_of_two = after::is_of_two(three);
    if is_of_two {
        after::take_back(&mut open, &work.style);
    }
    if !work.conflicts.is_empty() && prefer.is_none() {
        return Ok(Ended::Conflicts(work.conflicts));
    }
    let text = ours.text();
    let mut merged = text[..root.offset()].to_owned();
    open.write(&mut merged);
    merged.push_str(&text[root.offset() + root.raw().len()..]);
    let document = ours.with_text(merged).map_err(|error| match error.code {
        Code::PayloadTooLarge => error,
        _ => Error::new(Code::Internal, format!("the merged `{}` cannot be read: {error}", ours.name()))
            .hint("nothing was written; please report this with the payloads' structure"),
    })?;
    let Work { conflicts: decided, removed, restored, .. } = work;
    Ok(Ended::Merged(Box::new(Merged { document, decided, removed, restored, is_of_two })))
}

#[cfg(test)]
mod tests;
