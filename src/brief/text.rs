//! A file as it was read.

/// A file and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The file, relative to the root.
    pub shown: String,
    /// What stands in it.
    pub text: String,
}
