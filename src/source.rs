//! Rust text as syntax: which test functions a file holds, and which of them a change added, changed or removed.
//!
//! Broken code is read as far as it goes; nothing here fails.

mod functions;
mod attribution;

pub use attribution::{Attributed, attribute, names_of};
pub use functions::{TestFn, test_functions};

#[cfg(test)]
mod tests;
