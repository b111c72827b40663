//! The examples in a text's documentation.

use super::comments::documentation;
use super::documented::documented;
use super::fences::examples;
use crate::source::attributes::is_test_file;
use crate::source::text::Text;

/// An example in documentation, as rustdoc would run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doctest {
    /// The path of the documented item within the file, `""` for the file. What an `impl` holds is below its type.
    pub item: String,
    /// Which of its item's examples it is, from 0.
    pub ordinal: usize,
    /// The line of its opening fence, as rustdoc counts; of its first line where it is only indented.
    pub line: u32,
    /// The words behind the fence: `no_run`, `ignore`, `compile_fail` …
    pub flags: Vec<String>,
    /// What stands between the fences, hidden lines included.
    pub text: String,
}

/// The examples of a text, in its order. Those of test-only items are none: rustdoc does not see them.
#[must_use]
pub fn doctests(text: &str) -> Vec<Doctest> {
    let text = Text::new(text);
    let mut found = Vec::new();
    if is_test_file(&text.tree) {
        return found;
    }
    for documented in documented(&text.tree) {
        let documentation = documentation(&text, &documented.node);
        // Two `impl` blocks of one type, or a type and its `impl`, count on.
        let n_before = found.iter().filter(|doctest: &&Doctest| doctest.item == documented.path).count();
        let examples = examples(&documentation.lines);
        found.extend(examples.into_iter().enumerate().map(|(ordinal, example)| Doctest {
            item: documented.path.clone(),
            ordinal: n_before + ordinal,
            line: example.line,
            flags: example.flags,
            text: example.text,
        }));
    }
    found.sort_by_key(|doctest| doctest.line);
    found
}
