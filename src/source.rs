//! Rust text as syntax: which test functions a file holds, and which of them a change added, changed or removed.
//!
//! Broken code is read as far as it goes; nothing here fails.

mod functions;
mod attribution;
mod gates;
mod facts;
mod left_overs;
mod lint_levels;

pub use attribution::{Attributed, attribute};
pub use facts::{Assertions, TestFacts, test_facts};
pub use functions::{TestFn, test_functions};
pub use gates::{Gate, gates};
pub use left_overs::{LeftOver, LeftOverKind, left_overs};
pub use lint_levels::{LintLevel, lint_levels};

#[cfg(test)]
mod tests;
