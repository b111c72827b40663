//! What differs between the baseline and the working tree, and who owns it.

use crate::event::Lines;
use std::collections::BTreeSet;

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content or mode is another.
    Modified,
    /// It is gone.
    Deleted,
    /// It is another file under another name, much of its content the same.
    Renamed,
}

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the payload's root with `/`; a name that is not UTF-8, or begins with `"`, is C-quoted as git
    /// does it (`"caf\351.rs"`), so that the text is unique.
    pub file: String,
    /// What happened.
    pub kind: ChangeKind,
    /// Where a renamed file came from, written like `file`.
    pub from: Option<String>,
    /// The label of the package that owns it: the nearest member above it.
    pub package: Option<String>,
    /// The label of the package that owned the place a renamed file came from.
    pub from_package: Option<String>,
    /// Added and removed lines; `None` for binary files.
    pub lines: Option<Lines>,
    /// The blob before, after git's filters; `None` where added.
    pub before: Option<String>,
    /// The blob after; `None` where deleted.
    pub after: Option<String>,
    /// Numbers (from 1) of lines in the new file that are new or changed.
    pub new_lines: BTreeSet<u32>,
    /// Numbers (from 1) of lines in the old file that are gone or changed.
    pub old_lines: BTreeSet<u32>,
    /// The unified diff; empty for binary files.
    pub diff: String,
}
