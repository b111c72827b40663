//! How findings are put into words.

use crate::words::{Finding, FindingKind, some_of};

/// Names in a row, in backticks: all of them where they are few, else the first three and how many more.
pub(super) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    some_of(&names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>())
}

/// Something in this file gave way.
pub(super) fn weakened(file: &str, text: impl Into<String>) -> Finding {
    Finding::new(FindingKind::WeakenedTest, text).file(file)
}
