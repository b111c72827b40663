//! Answers and errors as text: pure functions, no printing.

pub mod escape;
pub mod layout;
pub mod failure;
pub mod human;
