//! The examples in a text's documentation, and documentation put into another text.

mod documented;
mod comments;
mod fences;
mod doctests;
mod onto;

pub use doctests::{Doctest, doctests};
pub use onto::{SplicedDocs, splice_docs};

#[cfg(test)]
mod tests;
