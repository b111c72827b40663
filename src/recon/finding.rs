//! What an instrument found, as it is kept in the payload: `implementation.recon[]`.

use crate::error::Result;
use crate::files;
use crate::payload::entries::{Citation, ReconEntry, SymbolRef};
use crate::payload::model::Payload;
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// The most lines, and the most symbols, one finding keeps.
pub const MOST_CITED: usize = 50;

/// The most characters of a line that are kept.
const MOST_OF_LINE: usize = 200;

/// The largest file a line is cited from.
const LARGEST: u64 = 64 << 20;

/// The instruments whose findings are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// `recon overview`
    Overview,
    /// `recon find`
    Find,
    /// `recon refs`
    Refs,
    /// `recon search`
    Search,
    /// `recon todo`
    Todo,
    /// `recon docs`
    Docs,
    /// `recon baseline`
    Baseline,
}

impl FindingKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Overview, Self::Find, Self::Refs, Self::Search, Self::Todo, Self::Docs, Self::Baseline];

    /// As it is typed behind `recon`, and written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Find => "find",
            Self::Refs => "refs",
            Self::Search => "search",
            Self::Todo => "todo",
            Self::Docs => "docs",
            Self::Baseline => "baseline",
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What is kept of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cited {
    /// Lines: files relative to the root, lines from 1. One that is not below the root is not kept.
    pub lines: Vec<(String, u32)>,
    /// Symbols.
    pub symbols: Vec<SymbolRef>,
    /// How many there are in all, those the limit left out included.
    pub total: usize,
}

/// Files below the root as they are quoted from: each is read once.
#[derive(Debug)]
pub struct Quotes<'a> {
    root: &'a Utf8Path,
    known: HashMap<String, Option<(String, String)>>,
}

impl<'a> Quotes<'a> {
    /// None read yet.
    #[must_use]
    pub fn below(root: &'a Utf8Path) -> Self {
        Self { root, known: HashMap::new() }
    }

    /// The text of a file and its SHA-256; `None` where there is none, or it lies elsewhere.
    ///
    /// # Errors
    /// 74 where it cannot be read.
    pub fn file(&mut self, file: &str) -> Result<Option<&(String, String)>> {
        if !self.known.contains_key(file) {
            let path = self.root.join(file);
            let bytes =
                if may_be_quoted(self.root, file) && path.is_file() { files::read(&path, LARGEST)? } else { None };
            let read = bytes.map(|bytes| (String::from_utf8_lossy(&bytes).into_owned(), files::sha256(&bytes)));
            self.known.insert(file.to_owned(), read);
        }
        Ok(self.known.get(file).and_then(Option::as_ref))
    }

    /// A line as it is cited; `None` where there is none.
    ///
    /// # Errors
    /// 74 where the file cannot be read.
    pub fn line(&mut self, file: &str, line: u32) -> Result<Option<Citation>> {
        let Some((text, sha256)) = self.file(file)? else { return Ok(None) };
        let index = usize::try_from(line).unwrap_or(usize::MAX).checked_sub(1);
        let Some(cited) = index.and_then(|index| text.lines().nth(index)) else { return Ok(None) };
        Ok(Some(Citation { at: format!("{file}:{line}"), text: trimmed(cited), sha256: sha256.clone() }))
    }
}

/// Whether lines of this file may stand in a payload: it lies below the root, links followed, and is none of git's own.
#[must_use]
pub fn may_be_quoted(root: &Utf8Path, file: &str) -> bool {
    let is_out = |part: &str| part == ".." || part.eq_ignore_ascii_case(".git");
    let real = files::real(&root.join(file));
    let Ok(relative) = real.strip_prefix(files::real(root)) else { return false };
    let all = relative.components().map(|part| part.as_str()).chain(file.split(['/', '\\']));
    !Utf8Path::new(file).is_absolute() && !all.into_iter().any(is_out)
}

/// A line as it is kept. Two long ones that differ only behind what is kept are two.
#[must_use]
pub fn trimmed(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= MOST_OF_LINE {
        return line.to_owned();
    }
    let end = format!(" … #{:.8}", files::sha256(line.as_bytes()));
    line.chars().take(MOST_OF_LINE - end.chars().count()).chain(end.chars()).collect()
}

/// `src/a.rs:118` as file and line.
#[must_use]
pub fn place_of(at: &str) -> Option<(&str, u32)> {
    let (file, line) = at.rsplit_once(':')?;
    Some((file, line.parse().ok().filter(|line| 0 < *line)?))
}

/// Everything that is kept, oldest first. What is not of the shape is somebody else's.
pub fn findings(payload: &Payload) -> impl Iterator<Item = ReconEntry> {
    let entries = payload.implementation.get("recon").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries.iter().filter_map(|entry| ReconEntry::deserialize(entry).ok())
}

/// The newest answer to each question: who asks again settles what was found before.
#[must_use]
pub fn newest(payload: &Payload) -> Vec<ReconEntry> {
    let mut newest: Vec<ReconEntry> = Vec::new();
    for finding in findings(payload) {
        newest.retain(|known| known.kind != finding.kind || known.question != finding.question);
        newest.push(finding);
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::document::Document;
    use serde_json::json;

    #[test]
    fn a_kind_is_written_as_serde_writes_it_and_read_back() {
        for kind in FindingKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("a word"), kind.word());
            assert_eq!(FindingKind::read(kind.word()), Some(kind));
        }
        assert_eq!(FindingKind::read("drift"), None);
    }

    #[test]
    fn a_line_is_cited_with_its_text_and_its_file_s_digest_and_nothing_outside_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
        std::fs::create_dir(root.join("in")).expect("made");
        std::fs::write(root.join("in/a.rs"), "one\n  two\n").expect("written");
        std::fs::write(root.join("b.rs"), "outside\n").expect("written");
        let root = root.join("in");
        let mut quotes = Quotes::below(&root);
        let cited = quotes.line("a.rs", 2).expect("read").expect("there");
        assert_eq!((cited.at.as_str(), cited.text.as_str()), ("a.rs:2", "two"));
        assert_eq!(cited.sha256, files::sha256(b"one\n  two\n"));
        for (file, line) in [("a.rs", 3), ("a.rs", 0), ("c.rs", 1), ("../b.rs", 1)] {
            assert_eq!(quotes.line(file, line).expect("read"), None, "{file}:{line}");
        }
        let absolute = root.parent().expect("above").join("b.rs");
        assert_eq!(quotes.line(absolute.as_str(), 1).expect("read"), None);
    }

    #[test]
    fn the_newest_answer_to_a_question_stands_for_those_before_it() {
        let one = |id: &str, pattern: &str| json!({"id": id, "kind": "search", "question": {"pattern": pattern}, "words": "w", "at": "t", "by": "x", "total": 0});
        let entries = json!([one("a", "x"), one("b", "y"), {"id": "odd"}, one("c", "x")]);
        let text = json!({"implementation": {"recon": entries}}).to_string();
        let document = Document::parse("handoff/payload.json", text.as_str().into()).expect("JSON");
        let payload = Payload::read(&document).expect("read");
        let ids: Vec<String> = newest(&payload).into_iter().map(|finding| finding.id).collect();
        assert_eq!(ids, ["b", "c"]);
    }

    #[test]
    fn two_long_lines_that_differ_far_behind_are_two() {
        let line = |last: &str| trimmed(&format!("  {}{last}", "x".repeat(250)));
        assert_ne!(line("a"), line("b"));
        assert_eq!(line("a"), line("a"));
        assert_eq!(line("a").chars().count(), MOST_OF_LINE);
        assert_eq!(trimmed("  short "), "short");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_of_gits_own_and_nothing_behind_a_link_out_is_quoted() {
        let keep = tempfile::tempdir().expect("a folder");
        let root = Utf8Path::from_path(keep.path()).expect("UTF-8").join("root");
        std::fs::create_dir_all(root.join(".git")).expect("made");
        std::fs::write(root.join(".git/config"), "secret\n").expect("written");
        std::fs::write(root.with_file_name("outside"), "secret\n").expect("written");
        std::fs::write(root.join("inside"), "told\n").expect("written");
        let link = |to: &Utf8Path, from: &str| std::os::unix::fs::symlink(to, root.join(from)).expect("a link");
        link(&root.with_file_name("outside"), "out");
        link(&root.join(".git/config"), "git");
        link(&root.join("inside"), "in");
        for file in ["out", "git", ".git/config", "../outside", ".GIT/config"] {
            assert!(!may_be_quoted(&root, file), "{file}");
            assert_eq!(Quotes::below(&root).line(file, 1).expect("no error"), None, "{file}");
        }
        assert!(Quotes::below(&root).line("in", 1).expect("no error").is_some_and(|cited| cited.text == "told"));
    }
}
