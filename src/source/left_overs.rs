//! Stand-in.
use std::collections::BTreeSet;
/// Stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "stand-in")]
pub enum LeftOverKind {
    Dbg,
    Todo,
    Unimplemented,
    Print,
    Marker,
    AllowWithoutReason,
    CommentedOutCode,
}
/// Stand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "stand-in")]
pub struct LeftOver {
    pub kind: LeftOverKind,
    pub line: u32,
    pub text: String,
}
/// Stand-in.
#[must_use]
pub fn left_overs(text: &str, lines: &BTreeSet<u32>, is_library: bool) -> Vec<LeftOver> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let at = u32::try_from(at + 1).unwrap_or(0);
        if !lines.contains(&at) {
            continue;
        }
        for (word, kind) in
            [("dbg!", LeftOverKind::Dbg), ("todo!", LeftOverKind::Todo), ("println!", LeftOverKind::Print)]
        {
            if line.contains(word) && (is_library || kind != LeftOverKind::Print) {
                found.push(LeftOver { kind, line: at, text: line.trim().to_owned() });
            }
        }
    }
    found
}
