//! The examples in a text's documentation, and documentation put into another text.

mod documented;
mod comments;
mod fences;
mod doctests;
mod onto;
mod prose;

pub use doctests::{Doctest, doctests};
pub use onto::{SplicedDocs, splice_docs};
pub use prose::{Prose, prose_of_file, prose_of_item};

#[cfg(test)]
mod tests;
