//! Unified diffs as git prints them: which lines are new, which are gone.

use crate::event::Lines;
use std::collections::BTreeSet;

/// One file's diff.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Patch {
    /// `None` for binary files.
    pub(super) lines: Option<Lines>,
    pub(super) new_lines: BTreeSet<u32>,
    pub(super) old_lines: BTreeSet<u32>,
    /// Empty for binary files.
    pub(super) text: String,
}

/// A patch of many files, cut where each begins.
pub(super) fn sections(patch: &[u8]) -> Vec<&[u8]> {
    // Lines of content begin with ` `, `+`, `-` or `\`, so none of them can look like a header.
    const HEADER: &[u8] = b"diff --git ";
    let mut starts = Vec::new();
    let mut at = 0;
    for line in patch.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(HEADER) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([patch.len()]);
    starts.iter().zip(ends).map(|(start, end)| &patch[*start..end]).collect()
}

impl Patch {
    /// Reads a file's sections: one, or two where its type changed.
    pub(super) fn read(sections: &[&[u8]]) -> Self {
        let mut patch = Self { lines: Some(Lines { added: 0, removed: 0 }), ..Self::default() };
        for section in sections {
            patch.text.push_str(&String::from_utf8_lossy(section));
            patch.section(section);
            if section.contains(&0) {
                patch.lines = None;
            }
        }
        if patch.lines.is_none() {
            return Self::default();
        }
        patch
    }

    fn section(&mut self, section: &[u8]) {
        let (mut old_left, mut new_left) = (0_u32, 0_u32);
        let (mut old, mut new) = (0_u32, 0_u32);
        for line in section.split(|byte| *byte == b'\n') {
            if old_left == 0 && new_left == 0 {
                if let Some(((old_start, n_old), (new_start, n_new))) = hunk(line) {
                    (old, old_left, new, new_left) = (old_start, n_old, new_start, n_new);
                } else if line.starts_with(b"Binary files ") || line == b"GIT binary patch" {
                    self.lines = None;
                }
                continue;
            }
            match line.first() {
                Some(b'+') => {
                    self.new_lines.insert(new);
                    (new, new_left) = (new.saturating_add(1), new_left.saturating_sub(1));
                }
                Some(b'-') => {
                    self.old_lines.insert(old);
                    (old, old_left) = (old.saturating_add(1), old_left.saturating_sub(1));
                }
                Some(b'\\') => {}
                Some(_) | None => {
                    (new, new_left) = (new.saturating_add(1), new_left.saturating_sub(1));
                    (old, old_left) = (old.saturating_add(1), old_left.saturating_sub(1));
                }
            }
        }
        if let Some(lines) = &mut self.lines {
            // Two sections of one file share no numbers: one only removes, the other only adds.
            *lines = Lines { added: self.new_lines.len() as u64, removed: self.old_lines.len() as u64 };
        }
    }
}

/// `@@ -a,b +c,d @@ …`: start and count, old and new.
fn hunk(line: &[u8]) -> Option<((u32, u32), (u32, u32))> {
    let text = std::str::from_utf8(line.strip_prefix(b"@@ -")?.split(|byte| *byte == b'@').next()?).ok()?;
    let (old, new) = text.trim_end().split_once(" +")?;
    let range = |text: &str| -> Option<(u32, u32)> {
        match text.split_once(',') {
            Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    Some((range(old)?, range(new)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,3 +1,4 @@ fn a\n one\n-two\n+2\n++++ b/x\n three\n\\ No newline at end of file\n@@ -9 +10,0 @@\n---- a/y\ndiff --git a/b b/b\nBinary files a/b and b/b differ\n";

    #[test]
    fn lines_are_numbered_as_they_stand_in_their_file() {
        let sections = sections(TWO.as_bytes());
        assert_eq!(sections.len(), 2);
        let patch = Patch::read(&sections[..1]);
        assert_eq!(patch.lines, Some(Lines { added: 2, removed: 2 }));
        assert_eq!(patch.new_lines, BTreeSet::from([2, 3]));
        assert_eq!(patch.old_lines, BTreeSet::from([2, 9]));
    }

    #[test]
    fn a_binary_file_has_no_lines_and_no_text() {
        assert_eq!(Patch::read(&sections(TWO.as_bytes())[1..]), Patch::default());
    }

    #[test]
    fn a_change_of_mode_alone_has_lines_but_none_of_them() {
        let patch = Patch::read(&[b"diff --git a/a b/a\nold mode 100644\nnew mode 100755\n"]);
        assert_eq!(patch.lines, Some(Lines { added: 0, removed: 0 }));
        assert!(patch.text.contains("new mode"));
    }
}
