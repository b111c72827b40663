//! What to know before an edit: what is where, who uses it, what it was when it was planned.
//!
//! Everything here reads and nothing writes. Paths in answers are relative to the root, with `/`; lines count from 1.
//! A list has a limit, and what did not fit is counted.

mod bounded;
mod inert;
mod place;
mod overview;
mod search;
mod package;
mod todo;

pub use bounded::Bounded;
pub use overview::{FileOverview, Overview, SymbolRow, overview};
pub use place::{Ground, RustFile, Unread};
pub use search::{
    Beside, Case, FileCount, FileHits, Hit, Layer, LeftOut, Question as SearchQuestion, Search, Together, search,
};
pub use todo::{ToDoList, ToDoRow, to_do_list};
mod refs;

pub use bounded::Bounded;
pub use overview::{FileOverview, Overview, SymbolRow, overview};
pub use place::{Ground, RustFile};
pub use refs::{Definition, FileRefs, Hit, Label, Looked, Question, Refs, SymbolRefs, UsedAs, refs};
