//! Rust text as syntax: which test functions a file holds, what of it is there for tests only, and what a change did
//! to them.
//!
//! Broken code is read as far as it goes; nothing here fails. Bytes count from the file's first one, byte order mark
//! included, and lines count from 1.

mod text;
mod attributes;
mod items;
mod functions;
mod attribution;
mod splice;

pub use attribution::{Attributed, attribute, names_of};

pub use functions::{TestFn, test_functions};

pub use splice::{ModuleFile, Odd, OddKind, Spliced, module_files, splice};

#[cfg(test)]
mod tests;
mod stub;
pub use stub::*;
