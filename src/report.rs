//! Answers and errors as text, and the record as reports: pure functions, no printing.

pub mod escape;
pub mod excerpt;
pub mod layout;
pub mod failure;
pub mod dossier;
pub mod foremost;
mod short;
mod folded;
mod alike;
mod verdict;
mod panicked;
pub mod markdown;
pub mod html;
pub mod human;
pub mod github;
mod machine;
pub mod sarif;
pub mod junit;
pub mod in_toto;
mod format;

pub use format::Format;
