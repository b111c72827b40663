//! Changes to a text, made all at once; it is remembered which lines came from where.

use std::ops::Range;

/// Lines of the new text that were taken from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct Moved {
    pub(super) lines: Range<u32>,
    /// The line elsewhere of the first of them.
    pub(super) from: u32,
}

struct Edit {
    at: Range<usize>,
    before: String,
    text: String,
    after: String,
    from: Option<u32>,
}

/// Replacements, none of which see each other. Where two begin at one place they keep their order.
#[derive(Default)]
pub(in crate::source) struct Edits(Vec<Edit>);

impl Edits {
    /// Puts `text` in place of what is there.
    pub(in crate::source) fn replace(&mut self, at: Range<usize>, text: &str, from: Option<u32>) {
        let (before, after) = (String::new(), String::new());
        self.0.push(Edit { at, before, text: text.to_owned(), after, from });
    }

    /// Puts `text` in at a place, with what sets it apart.
    pub(super) fn insert(&mut self, at: usize, before: String, text: &str, after: String, from: Option<u32>) {
        self.0.push(Edit { at: at..at, before, text: text.to_owned(), after, from });
    }

    pub(in crate::source) fn apply(mut self, text: &str) -> (String, Vec<Moved>) {
        self.0.sort_by_key(|edit| (edit.at.start, edit.at.end));
        let mut out = String::with_capacity(text.len());
        let mut moved = Vec::new();
        let mut at = 0;
        let mut line: u32 = 1;
        let count = |text: &str| u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX);
        for edit in self.0 {
            // Overlaps cannot be, and would lose text if they were: what comes first wins.
            let start = edit.at.start.clamp(at, text.len());
            let kept = text.get(at..start).unwrap_or_default();
            out.push_str(kept);
            out.push_str(&edit.before);
            line += count(kept) + count(&edit.before);
            if let Some(from) = edit.from {
                moved.push(Moved { lines: line..line + count(&edit.text) + 1, from });
            }
            out.push_str(&edit.text);
            out.push_str(&edit.after);
            line += count(&edit.text) + count(&edit.after);
            at = edit.at.end.clamp(start, text.len());
        }
        out.push_str(text.get(at..).unwrap_or_default());
        (out, moved)
    }
}
