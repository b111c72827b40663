//! A file as it was read.

use crate::source::{Outline, TestFn, outline, test_functions};
use std::cell::OnceCell;

/// A file and what stands in it, each looked for once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The file, relative to the root.
    pub shown: String,
    /// What stands in it.
    pub text: String,
    outline: OnceCell<Outline>,
    tests: OnceCell<Vec<TestFn>>,
}

impl SourceText {
    /// This text in the file that is shown so.
    #[must_use]
    pub fn new(shown: String, text: String) -> Self {
        Self { shown, text, outline: OnceCell::new(), tests: OnceCell::new() }
    }

    /// Its symbols.
    pub fn outline(&self) -> &Outline {
        self.outline.get_or_init(|| outline(&self.text))
    }

    /// Its test functions.
    pub fn tests(&self) -> &[TestFn] {
        self.tests.get_or_init(|| test_functions(&self.text))
    }
}
