//! What to know before an edit: what is where, who uses it, what it was when it was planned.
//!
//! Everything here reads and nothing writes. Paths in answers are relative to the root, with `/`; lines count from 1.
//! A list has a limit, and what did not fit is counted.

mod bounded;
mod place;
mod modules;
mod each;
mod near;
mod overview;
mod find;

pub use bounded::Bounded;
pub use find::{BrokenFile, FindQuestion, Found, FoundSymbol, NearSymbol, SymbolText, Telling, find};
pub use overview::{Counts, FileOverview, FolderOverview, Overview, OverviewQuestion, SymbolRow, Told, overview};
pub use place::{Ground, RustFile, Unread};
