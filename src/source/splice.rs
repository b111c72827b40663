//! The test-only material of one text put into another: today's tests in the baseline's file.
//!
//! Production items stay byte for byte those of the baseline. What cannot be carried over is named, and never guessed.

mod edits;
mod odd;
mod files;
mod level;

pub use files::{ModuleFile, module_files};
pub use odd::{Odd, OddKind};

use super::attributes::is_test_file;
use super::text::Text;
pub(super) use edits::Edits;
use edits::Moved;
use level::Level;
use odd::pieces_of_file;

/// The baseline's text with the test-only material of the current one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spliced {
    /// What to compile on the baseline.
    pub text: String,
    /// The test-only modules of the current text that lie in files of their own: whoever calls copies these.
    pub files: Vec<ModuleFile>,
    /// What could not be carried over. While there is any, a failure on the baseline proves nothing.
    pub odd: Vec<Odd>,
    moved: Vec<Moved>,
}

impl Spliced {
    /// The line of the current text that a line of [`Spliced::text`] was taken from; `None` for one of the
    /// baseline's own.
    #[must_use]
    pub fn current_line(&self, line: u32) -> Option<u32> {
        let moved = self.moved.iter().find(|moved| moved.lines.contains(&line))?;
        Some(moved.from + (line - moved.lines.start))
    }
}

/// Puts the test-only items of `current` into `baseline`: those of the same path are replaced, new ones added beside
/// the same neighbours, gone ones taken out. Test-only are items under a `cfg` that implies `test`, test and
/// benchmark functions, `mod tests` with tests in it, and macro calls that hold nothing but tests.
#[must_use]
pub fn splice(baseline: &str, current: &str) -> Spliced {
    let base = Text::new(baseline);
    let new = Text::new(current);
    let mut odd = Vec::new();
    for (text, which) in [(&base, "the baseline's text"), (&new, "the current text")] {
        if let Some(line) = text.broken {
            let text = format!("{which} is no Rust this reader knows");
            odd.push(Odd { kind: OddKind::Broken, item: String::new(), line, text });
        }
    }
    let mut files = files::files_of(&new);
    files.retain(|file| file.is_test_only);
    if is_test_file(&new.tree) {
        let n_lines = u32::try_from(current.lines().count()).unwrap_or(u32::MAX);
        return Spliced { text: current.to_owned(), files, odd, moved: vec![Moved { lines: 1..n_lines + 1, from: 1 }] };
    }
    odd::compare("", 1, &pieces_of_file(&base.tree), &pieces_of_file(&new.tree), &mut odd);
    let mut edits = Edits::default();
    Level { base: &base, new: &new }.walk(Some(&base.tree), Some(&new.tree), "", &mut edits, &mut odd);
    let (body, moved) = edits.apply(base.body);
    odd.sort_by_key(|odd| odd.line);
    Spliced { text: format!("{}{body}", base.mark), files, odd, moved }
}

#[cfg(test)]
mod tests;
