//! The bytes of a file as text of the same length: what is not UTF-8 is seen as a letter, and never written back.

use std::ops::Range;

/// A file's bytes as text. Every byte that is not UTF-8 stands as one ASCII letter, so that ranges are the same in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    text: String,
    odd: Vec<usize>,
}

impl View {
    /// With this ASCII letter for each odd byte.
    pub(super) fn with(bytes: &[u8], letter: char) -> Self {
        let mut view = Self { text: String::with_capacity(bytes.len()), odd: Vec::new() };
        for chunk in bytes.utf8_chunks() {
            view.text.push_str(chunk.valid());
            for _ in chunk.invalid() {
                view.odd.push(view.text.len());
                view.text.push(letter);
            }
        }
        view
    }

    /// With a letter that may stand in a name, a comment or a literal.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self::with(bytes, '_')
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How many bytes of a range are not UTF-8.
    pub(super) fn n_odd_in(&self, range: &Range<usize>) -> usize {
        self.odd.iter().filter(|at| range.contains(at)).count()
    }
}

/// One range of a file, and what is to stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) at: Range<usize>,
    pub(super) text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_as_long_as_its_bytes() {
        let bytes = b"// caf\xe9 \xff\xfe\nfn a() {}\n";
        let view = View::of(bytes);
        assert_eq!(view.text().len(), bytes.len());
        assert_eq!(view.text(), "// caf_ __\nfn a() {}\n");
        assert_eq!((view.n_odd_in(&(0..8)), view.n_odd_in(&(0..99))), (1, 3));
    }
}
