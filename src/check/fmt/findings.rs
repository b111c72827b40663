//! What rustfmt says -> what it would change, and which files it looked at.

use crate::check::charge::plain;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// A place rustfmt would change, or cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// The lines of the file it would replace, from 1; where it would only insert, those around.
    Hunk { file: Utf8PathBuf, lines: Vec<u32> },
    /// A file that does not parse, or is not there.
    Broken { file: Utf8PathBuf, why: String },
}

impl Finding {
    pub(super) fn file(&self) -> &Utf8Path {
        match self {
            Self::Hunk { file, .. } | Self::Broken { file, .. } => file,
        }
    }
}

/// The files rustfmt looked at, and the rest of what it said with `--verbose` as it says it without.
pub(super) fn read_verbose(text: &str) -> (BTreeSet<Utf8PathBuf>, String) {
    let mut files = BTreeSet::new();
    let mut rest = String::with_capacity(text.len());
    for line in text.lines() {
        if let Some(file) = line.strip_prefix("Formatting ") {
            files.insert(plain(Utf8Path::new(file.strip_prefix(r"\\?\").unwrap_or(file))));
        } else if !is_talk(line) {
            // A line of a difference shows its end.
            let is_code = line.starts_with([' ', '+', '-']);
            rest.push_str(line.strip_suffix('\u{23ce}').filter(|_| is_code).unwrap_or(line));
            rest.push('\n');
        }
    }
    (files, rest)
}

/// What `--verbose` adds and nobody needs.
fn is_talk(line: &str) -> bool {
    line.starts_with("Using rustfmt config file ")
        || (line.starts_with("Spent ") && line.ends_with(" secs in the formatting phase"))
}

/// rustfmt's `Diff in FILE:LINE:` blocks. The line is that of the old text; each line behind begins with ` `,
/// `-` (old text) or `+` (what it should be).
pub(super) fn read_hunks(text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut block: Option<(Utf8PathBuf, u32, Vec<u32>, Vec<u32>)> = None;
    let mut close = |block: Option<(Utf8PathBuf, u32, Vec<u32>, Vec<u32>)>| {
        let Some((file, _, replaced, around)) = block else { return };
        let lines = if replaced.is_empty() { around } else { replaced };
        let finding = Finding::Hunk { file, lines };
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    };
    for line in text.lines() {
        if let Some(file) = line.strip_prefix("Incorrect newline style in ") {
            close(block.take());
            // About the whole file: its first line stands for it, new where the file is, or was converted.
            close(Some((plain(Utf8Path::new(file)), 1, vec![1], Vec::new())));
        } else if let Some((file, first)) = title(line) {
            close(block.replace((file, first, Vec::new(), Vec::new())));
        } else if let Some((_, next, replaced, around)) = &mut block {
            match line.as_bytes().first() {
                Some(b'-') => {
                    replaced.push(*next);
                    *next += 1;
                }
                Some(b'+') => around.extend([next.saturating_sub(1).max(1), *next]),
                Some(_) | None => *next += 1,
            }
        }
    }
    close(block);
    findings
}

fn title(line: &str) -> Option<(Utf8PathBuf, u32)> {
    let (file, number) = line.strip_prefix("Diff in ")?.strip_suffix(':')?.rsplit_once(':')?;
    Some((plain(Utf8Path::new(file.strip_prefix(r"\\?\").unwrap_or(file))), number.parse().ok()?))
}

/// rustfmt's errors on stderr: `error: TEXT` with ` --> FILE:LINE:COLUMN` behind it, or a module that is missing.
pub(super) fn read_errors(text: &str, root: &Utf8Path) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut headline: Option<&str> = None;
    let mut add = |file: &str, why: &str| {
        let finding = Finding::Broken { file: plain(&root.join(file)), why: why.to_owned() };
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    };
    for line in text.lines() {
        if line.starts_with("error") {
            headline = Some(line);
        } else if let Some(missing) = line.strip_prefix("Error writing files: ") {
            // failed to resolve mod `b`: /folder/src/b.rs does not exist
            if let Some(file) = missing.split(": ").last().and_then(|rest| rest.strip_suffix(" does not exist")) {
                add(file, missing.split(": ").next().unwrap_or(missing));
            }
        } else if let (Some(error), Some(place)) = (headline, line.trim_start().strip_prefix("--> ")) {
            let file = place.rsplitn(3, ':').last().unwrap_or(place);
            add(file, error);
            headline = None;
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunk_names_the_old_lines_it_replaces() {
        let text = "Diff in /w/a b/src/lib.rs:4:\n fn a() {\n-    let x=1;\n-    y;\n+    let x = 1;\n }\n \n\
                    Diff in /w/src/../src/c.rs:10:\n a\n+\n b\n";
        assert_eq!(
            read_hunks(text),
            [
                Finding::Hunk { file: "/w/a b/src/lib.rs".into(), lines: vec![5, 6] },
                Finding::Hunk { file: "/w/src/c.rs".into(), lines: vec![10, 11] },
            ]
        );
    }

    #[test]
    fn what_verbose_adds_is_taken_apart() {
        let text = "Using rustfmt config file /w/rustfmt.toml for /w/src/lib.rs\nFormatting /w/src/lib.rs\n\
                    Diff in /w/src/lib.rs:1:\n-mod b;\u{23ce}\n Formatting x\u{23ce}\n+\u{23ce}\n\
                    Formatting /w/tests/../src/b.rs\n\
                    Spent 0.001 secs in the parsing phase, and 0.000 secs in the formatting phase\n";
        let (files, rest) = read_verbose(text);
        assert_eq!(files, ["/w/src/b.rs", "/w/src/lib.rs"].map(Utf8PathBuf::from).into());
        assert_eq!(rest, "Diff in /w/src/lib.rs:1:\n-mod b;\n Formatting x\n+\n");
    }

    #[test]
    fn a_line_of_code_that_looks_like_a_title_is_code() {
        let text = "Diff in /w/a.rs:1:\n-Diff in /w/b.rs:1:\n+x\n Diff in /w/c.rs:1:\n";
        assert_eq!(read_hunks(text), [Finding::Hunk { file: "/w/a.rs".into(), lines: vec![1] }]);
    }

    #[test]
    fn a_wrong_newline_style_is_a_finding_of_its_file_alone() {
        let text = "Diff in /w/a.rs:4:\n a\n-b\n+c\nIncorrect newline style in /w/b.rs\n";
        let hunk = |file: &str, line: u32| Finding::Hunk { file: file.into(), lines: vec![line] };
        assert_eq!(read_hunks(text), [hunk("/w/a.rs", 5), hunk("/w/b.rs", 1)]);
    }

    #[test]
    fn what_does_not_parse_is_an_error_of_its_file() {
        let text = "error: expected expression, found `;`\n --> /w/src/main.rs:1:21\n  |\n\
                    Error writing files: failed to resolve mod `b`: /w/src/b.rs does not exist\n";
        assert_eq!(
            read_errors(text, Utf8Path::new("/w")),
            [
                Finding::Broken { file: "/w/src/main.rs".into(), why: "error: expected expression, found `;`".into() },
                Finding::Broken { file: "/w/src/b.rs".into(), why: "failed to resolve mod `b`".into() },
            ]
        );
    }
}
