//! Stand-in until the real ones come.
#![expect(missing_docs, reason = "a stand-in")]
use super::Odd;
use std::ops::Range;
pub const BLANKED: &str = "does not compile on the baseline";
#[derive(Debug, Clone)]
pub struct Doctest { pub item: String, pub ordinal: usize, pub line: u32, pub flags: Vec<String>, pub text: String }
pub struct SplicedDocs { pub text: String, pub missing: Vec<String>, pub odd: Vec<Odd> }
pub fn doctests(_text: &str) -> Vec<Doctest> { Vec::new() }
pub fn splice_docs(baseline: &str, _current: &str) -> SplicedDocs { SplicedDocs { text: baseline.into(), missing: Vec::new(), odd: Vec::new() } }
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span { Bytes(Range<usize>), Lines { from: (u32, u32), to: (u32, u32) } }
pub enum OwnerKind { Test { keeps_name: bool }, UseLeaf, Helper, Production }
pub struct Owner { pub kind: OwnerKind, pub path: String, pub range: Range<usize>, pub line: u32 }
pub fn owners(_text: &str, _is_test_file: bool, _spans: &[Span]) -> Vec<Owner> { Vec::new() }
pub struct Blanked { pub text: String, pub tests: Vec<String>, pub stuck: Vec<Owner> }
pub fn blank(text: &str, _owners: &[Owner]) -> Blanked { Blanked { text: text.into(), tests: Vec::new(), stuck: Vec::new() } }
