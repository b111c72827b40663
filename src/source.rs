//! Rust text as syntax: which test functions a file holds, what of it is there for tests only, and what a change did
//! to them.
//!
//! Broken code is read as far as it goes; nothing here fails. Bytes count from the file's first one, byte order mark
//! included, and lines count from 1.

mod lexical;
mod depth;
mod text;
mod attributes;
mod items;
mod functions;
mod attribution;
mod splice;
mod owners;
mod docs;
mod facts;
mod lint_levels;
mod left_overs;
mod gates;
mod outline;
mod name_path;
mod touched;
mod guardrails;
mod snippet;
mod exports;
mod type_name;
mod declared;
mod uses;

pub use attribution::{Attributed, attribute, names_of};
pub use declared::{Declarations, Declared, Import, Reach, Scope, declarations};
pub use docs::{Doctest, Prose, SplicedDocs, doctests, prose_of_file, prose_of_item, splice_docs};
pub use exports::{Export, exports};
pub use facts::{Assertions, TestFacts, test_facts};
pub use functions::{TestFn, test_functions};
pub use gates::{Gate, gates};
pub use guardrails::{Guardrail, GuardrailKind, guardrails};
pub use left_overs::{LeftOver, LeftOverKind, ToDo, ToDos, left_overs, to_do_words, to_dos};
pub use lint_levels::{LintLevel, lint_levels};
pub use name_path::NamePath;
pub use outline::{Outline, Symbol, SymbolKind, outline, outline_without_locals};
pub use owners::{BLANKED, Blanked, Owner, OwnerKind, Span, blank, owners};
pub use snippet::{Piece, PieceKind, SyntaxError, ends_in_line_comment, head, long_literals, syntax_errors};
pub use splice::{ModuleFile, Odd, OddKind, Spliced, module_files, splice};
pub use touched::{TouchHow, Touched, touched};
pub use type_name::TypeName;
pub use uses::{Role, Space, Use, Value, uses};

#[cfg(test)]
mod tests;
