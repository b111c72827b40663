//! Text of a child made fit to be written down: no absolute path of this machine, no name of a user, no secret.

mod secrets;

use super::request::Request;
use crate::surroundings::Surroundings;
use camino::Utf8Path;
use std::borrow::Cow;

/// The most bytes of an excerpt of one test.
pub(super) const MOST_EXCERPT: usize = 1 << 10;

/// The most bytes of the excerpt of a command.
pub(super) const MOST_OUTPUT: usize = 2 << 10;

/// The most lines of either.
const MOST_LINES: usize = 20;

/// Which places get which name, and which values are not for anybody to read.
#[derive(Clone)]
pub(super) struct Scrub {
    /// Longest first.
    places: Vec<(String, &'static str)>,
    /// Longest first.
    secrets: Vec<String>,
}

impl std::fmt::Debug for Scrub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scrub").field("places", &self.places).finish_non_exhaustive()
    }
}

impl Scrub {
    pub(super) fn new(request: &Request<'_>, surroundings: &Surroundings) -> Self {
        let mut places = Vec::new();
        let mut add = |path: &str, name: &'static str| {
            let path = path.trim_end_matches(['/', '\\']);
            if 1 < path.len() && !places.iter().any(|(known, _)| known == path) {
                places.push((path.to_owned(), name));
            }
        };
        add(request.root.as_str(), "<root>");
        if let Ok(real) = request.root.canonicalize_utf8() {
            add(real.as_str(), "<root>");
        }
        for workspace in &request.graph.workspaces {
            if !workspace.target_folder.starts_with(request.root) {
                add(workspace.target_folder.as_str(), "<target>");
            }
        }
        let others = [("CARGO_HOME", "<cargo-home>"), ("RUSTUP_HOME", "<rustup-home>"), ("TMPDIR", "<tmp>")];
        let home = surroundings.home().map(|home| (home, "~"));
        let named = others.into_iter().filter_map(|(name, shown)| Some((surroundings.variable(name)?, shown)));
        for (place, shown) in home.into_iter().chain(named).chain([("/tmp", "<tmp>")]) {
            add(place, shown);
            if let Ok(real) = Utf8Path::new(place).canonicalize_utf8() {
                add(real.as_str(), shown);
            }
        }
        places.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        let mut secrets = secrets::of_environment(surroundings);
        secrets.retain(|value| !places.iter().any(|(path, _)| path == value));
        Self { places, secrets }
    }

    /// The text with the places named and the secrets masked.
    pub(super) fn text(&self, text: &str) -> String {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => text.to_owned(),
            // Whole UTF-8 strings were replaced by whole UTF-8 strings.
            Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The same for text that may not be UTF-8.
    pub(super) fn bytes<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut new = Vec::new();
        let (mut kept, mut at) = (0, 0);
        while at < text.len() {
            let rest = &text[at..];
            match self.found(rest, at.checked_sub(1).map(|before| text[before])) {
                Some((range, shown)) => {
                    new.extend_from_slice(&text[kept..at + range.start]);
                    new.extend_from_slice(shown);
                    at += range.end;
                    kept = at;
                }
                None => at += 1,
            }
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        new.extend_from_slice(&text[kept..]);
        Cow::Owned(new)
    }

    /// What begins here that is not to be shown as it is, and what to show instead.
    fn found(&self, rest: &[u8], before: Option<u8>) -> Option<(std::ops::Range<usize>, &[u8])> {
        if let Some(secret) = self.secrets.iter().find(|secret| rest.starts_with(secret.as_bytes())) {
            return Some((0..secret.len(), secrets::MASK));
        }
        if let Some(range) = secrets::at(rest, before) {
            return Some((range, secrets::MASK));
        }
        let is_here = |path: &str| rest.starts_with(path.as_bytes()) && ends(&rest[path.len()..]);
        let (path, name) = self.places.iter().find(|(path, _)| is_here(path))?;
        Some((0..path.len(), name.as_bytes()))
    }

    /// The first lines of what a test said, fit for the payload. The number of the thread is left out: it is
    /// another one each time.
    pub(super) fn excerpt<'t>(&self, lines: impl IntoIterator<Item = &'t str>, most: usize) -> String {
        let lines = lines.into_iter().skip_while(|line| line.trim().is_empty()).take(MOST_LINES);
        // As one text: a key goes over several lines.
        let whole = lines.map(without_thread_number).collect::<Vec<_>>().join("\n");
        // Colours as a whole: without its first byte, the rest of a sequence is litter.
        let whole = anstream::adapter::strip_str(&whole).to_string();
        let mut excerpt = String::new();
        for line in self.text(&whole).lines() {
            let line: String = line.chars().filter(|c| *c == '\t' || !c.is_control()).collect();
            excerpt.push_str(line.trim_end());
            excerpt.push('\n');
        }
        cut(excerpt.trim_end(), most).to_owned()
    }
}

/// Excerpts of what several commands of one kind said, as the excerpt of a command that said all of it.
#[must_use]
pub fn joined(excerpts: &[&str], between: &str) -> String {
    let whole = excerpts.join(between);
    let lines: Vec<&str> = whole.lines().take(MOST_LINES).collect();
    cut(lines.join("\n").trim_end(), MOST_OUTPUT).to_owned()
}

/// A log in which nothing drives a terminal and no CI runner finds a command, for whoever prints it: control characters
/// are spelt out, `::` at the start of a line and `##[` get a backslash. Line ends and tabs stay.
pub(super) fn harmless(text: &[u8]) -> Cow<'_, [u8]> {
    let is_control = |byte: u8| (byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t')) || byte == 0x7f;
    let mut new: Vec<u8> = Vec::new();
    let (mut kept, mut is_line_start) = (0, true);
    for (at, byte) in text.iter().copied().enumerate() {
        let next = text.get(at + 1).copied();
        let (n_bytes, shown) = match byte {
            // A CR that ends no line would write over it.
            b'\r' if next != Some(b'\n') => (1, "\\r".to_owned()),
            0xc2 if next.is_some_and(|next| (0x80..0xa0).contains(&next)) => {
                (2, format!("\\u{{{:x}}}", next.unwrap_or(0)))
            }
            b':' if is_line_start && next == Some(b':') => (1, "\\:".to_owned()),
            b'#' if next == Some(b'#') && is_bracketed(&text[at + 2..]) => (1, "#\\".to_owned()),
            _ if is_control(byte) => (1, format!("\\u{{{byte:x}}}")),
            _ => (0, String::new()),
        };
        is_line_start = byte == b'\n' || (is_line_start && matches!(byte, b' ' | b'\t' | b'\r'));
        if 0 < n_bytes {
            new.extend_from_slice(&text[kept..at]);
            new.extend_from_slice(shown.as_bytes());
            kept = at + n_bytes;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    new.extend_from_slice(&text[kept..]);
    Cow::Owned(new)
}

/// Whether `[` or `word[` stands here, as behind the `##` of a CI command.
fn is_bracketed(rest: &[u8]) -> bool {
    rest.iter().find(|byte| !byte.is_ascii_alphabetic()) == Some(&b'[')
}

/// Whether a path ends here, rather than being the beginning of a longer name.
fn ends(rest: &[u8]) -> bool {
    !rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | 128..))
}

fn without_thread_number(line: &str) -> Cow<'_, str> {
    let numbered = || {
        let rest = line.strip_prefix("thread '")?;
        let (name, rest) = rest.split_once("' (")?;
        let (number, rest) = rest.split_once(") ")?;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("thread '{name}' {rest}"))
    };
    numbered().map_or(Cow::Borrowed(line), Cow::Owned)
}

/// At most this many bytes of a text, whole characters.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrub() -> Scrub {
        let places = vec![("/home/someone/work".into(), "<root>"), ("/home/someone".into(), "~")];
        Scrub { places, secrets: vec!["hunter2-hunter2".into()] }
    }

    #[test]
    fn places_are_named_and_longer_names_are_left_alone() {
        let text = "at /home/someone/work/src/a.rs:3, /home/someone/work2/b, /home/someone/work, /home/someoneelse";
        assert_eq!(scrub().text(text), "at <root>/src/a.rs:3, ~/work2/b, <root>, /home/someoneelse");
        assert_eq!(scrub().bytes(b"\xff /home/someone/x").as_ref(), b"\xff ~/x");
    }

    #[test]
    fn a_secret_is_masked_wherever_it_stands() {
        assert_eq!(scrub().text("login=hunter2-hunter2;"), "login=***;");
        assert_eq!(scrub().text("xhunter2-hunter2x"), "x***x");
        assert_eq!(scrub().bytes(b"\xffAuthorization: Bearer abc\xff").as_ref(), b"\xffAuthorization: Bearer ***\xff");
        assert_eq!(scrub().excerpt(["said hunter2-hunter2"], MOST_EXCERPT), "said ***");
        assert!(!format!("{:?}", scrub()).contains("hunter2"));
    }

    #[test]
    fn a_key_over_several_lines_is_no_excerpt() {
        let key = ["-----BEGIN PRIVATE KEY-----", "MIIBsecret", "more", "-----END PRIVATE KEY-----", "behind"];
        assert_eq!(scrub().excerpt(key, MOST_EXCERPT), "***\nbehind");
        assert_eq!(scrub().excerpt(key[..3].iter().copied(), MOST_EXCERPT), "***");
    }

    #[test]
    fn a_log_drives_no_terminal_and_no_runner() {
        for (text, shown) in [
            ("plain\ttext\r\n", "plain\ttext\r\n"),
            ("\x1b[31mred\x07", "\\u{1b}[31mred\\u{7}"),
            ("over\rwritten \u{9b}2J ä", "over\\rwritten \\u{9b}2J ä"),
            (
                "::error::x\n  ::set-output name=a::b\nstd::vec a ::b",
                "\\:error::x\n  \\::set-output name=a::b\nstd::vec a ::b",
            ),
            ("##[group]x ##vso[task] ## [x] #[test]", "#\\#[group]x #\\#vso[task] ## [x] #[test]"),
        ] {
            let shown = shown.replace("\\:error", "\\::error");
            assert_eq!(String::from_utf8_lossy(&harmless(text.as_bytes())), shown);
        }
        assert_eq!(harmless(b"\xff\x1b").as_ref(), b"\xff\\u{1b}");
    }

    #[test]
    fn an_excerpt_has_twenty_lines_no_thread_number_and_no_escape() {
        let many: Vec<String> = (0..30).map(|number| format!("line {number}")).collect();
        assert_eq!(scrub().excerpt(many.iter().map(String::as_str), MOST_EXCERPT).lines().count(), 20);
        let lines = ["", "thread 'a::b' (123) panicked at src/lib.rs:1:1:", "\x1b[31mred\x1b(B\x1b[m\x07"];
        assert_eq!(scrub().excerpt(lines, MOST_EXCERPT), "thread 'a::b' panicked at src/lib.rs:1:1:\nred");
        assert_eq!(scrub().excerpt(["äääää"], 5), "ää");
    }
}
