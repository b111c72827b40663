//! Running one cargo command with its logs, and its entry in the record.

use super::argv;
use super::request::At;
use super::scrub::Scrub;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::files;
use crate::payload::entries::{CommandEntry, LogRef, TargetOutcome};
use crate::process::{self, Command, End, Ran};
use crate::words::{BY, CheckKind, Outcome};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

/// A log longer than this keeps its beginning and its end. While it is judged a few copies of it are in memory.
const MOST_LOG: usize = 8 << 20;

/// A cargo command of ours.
pub(super) struct Call<'a> {
    pub(super) kind: CheckKind,
    pub(super) id: String,
    pub(super) argv: Vec<OsString>,
    pub(super) at: At<'a>,
    /// Variables set on purpose.
    pub(super) env: BTreeMap<String, String>,
    pub(super) limit: Option<Duration>,
    /// Whether it is told that it starts. Who says no tells it later, with [`started`].
    pub(super) announced: bool,
}

/// What came of it, before anybody judged it.
pub(super) struct Called {
    pub(super) entry: CommandEntry,
    pub(super) end: End,
    /// What it said on stderr.
    pub(super) stderr: String,
    /// What it came to, where that does not follow from its targets.
    pub(super) forced: Option<(Outcome, String)>,
    /// The stem of its log's name.
    stem: String,
    kind: CheckKind,
}

/// Keeps colour and progress out of cargo's output, by variable: for calls that run no tests.
pub(super) fn quiet() -> BTreeMap<String, String> {
    BTreeMap::from([("CARGO_TERM_COLOR".into(), "never".into()), ("CARGO_TERM_PROGRESS_WHEN".into(), "never".into())])
}

/// A command as the system runs it: `argv[0]` becomes the cargo at hand, cwd is the workspace's root.
pub(super) fn cargo(at: At<'_>, argv: &[OsString]) -> Command {
    let mut environment = process::clean(&at.surroundings.environment);
    environment.remove(OsStr::new("CARGO"));
    Command::new(at.surroundings.cargo(), &at.workspace.root, environment).args(argv.iter().skip(1).cloned())
}

/// An argv as text, for the record.
pub(super) fn words(argv: &[OsString]) -> Vec<String> {
    argv.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// Tells that a command has started.
pub(super) fn started(at: At<'_>, id: &str, check: CheckKind, argv: &[String]) {
    at.run.tell(Event::CommandStarted { id: id.to_owned(), check, command: argv::display(argv) });
}

impl Call<'_> {
    /// Runs it with the cargo at hand, in the workspace's root. `line` sees stdout.
    pub(super) fn run(self, line: impl FnMut(&[u8])) -> Result<Called> {
        self.run_with(&BTreeMap::new(), line)
    }

    /// The same with variables the record does not show: their values mean something here and now only.
    pub(super) fn run_with(self, hidden: &BTreeMap<String, String>, line: impl FnMut(&[u8])) -> Result<Called> {
        let mut command = cargo(self.at, &self.argv);
        for (name, value) in self.env.iter().chain(hidden) {
            command = command.env(name, value);
        }
        self.run_as(command, line)
    }

    /// Runs this command, its variables set already, as what the call says it is.
    pub(super) fn run_as(self, mut command: Command, mut line: impl FnMut(&[u8])) -> Result<Called> {
        let at = self.at;
        if self.announced {
            started(at, &self.id, self.kind, &words(&self.argv));
        }
        let stem = file_name(&self.id);
        let (stdout, stderr) = raw(at.request.folder, &stem);
        command.limit = self.limit;
        let timestamp = at.surroundings.now();
        let ran = process::run(&command, &stdout, &stderr, at.cancel, &mut line)?;
        let said = String::from_utf8_lossy(&read_some(&stderr)?).into_owned();
        if let End::Cancelled(_) = ran.end {
            forget(at.request.folder, &stem);
        }
        let cwd = command.cwd.clone();
        Ok(self.called(&cwd, timestamp, ran, said, stem))
    }

    /// As if it had been run and had ended well: all it would look at is known, `cached` where that is from earlier.
    pub(super) fn known(self, cached: bool) -> Called {
        if self.announced && !cached {
            started(self.at, &self.id, self.kind, &words(&self.argv));
        }
        let timestamp = self.at.surroundings.now();
        let (stem, cwd) = (file_name(&self.id), self.at.workspace.root.clone());
        let ran = Ran { end: End::Exited(0), took: Duration::ZERO };
        let mut called = self.called(&cwd, timestamp, ran, String::new(), stem);
        called.entry.cached = cached;
        called
    }

    fn called(self, cwd: &Utf8Path, timestamp: String, ran: Ran, said: String, stem: String) -> Called {
        let at = self.at;
        let words = words(&self.argv);
        let display = argv::display(&words);
        let cwd = cwd.strip_prefix(at.request.root).unwrap_or(cwd).as_str();
        let entry = CommandEntry {
            id: self.id,
            kind: self.kind,
            command: display,
            argv: words,
            cwd: if cwd.is_empty() { ".".into() } else { cwd.replace('\\', "/") },
            env: self.env,
            outcome: Outcome::CouldNotRun,
            why: None,
            exit_code: if let End::Exited(code) = ran.end { Some(code) } else { None },
            signal: if let End::Signalled(signal) = ran.end { Some(signal) } else { None },
            timed_out: matches!(ran.end, End::TimedOut).then_some(true),
            timestamp,
            duration_ms: millis(ran.took),
            targets: Vec::new(),
            passed: Vec::new(),
            passed_earlier: BTreeMap::new(),
            output: None,
            log: None,
            cached: false,
            approval: None,
            before: None,
            wanting: None,
            evidence_ref: at.run.id().to_owned(),
            by: BY.into(),
        };
        Called { entry, end: ran.end, stderr: said, forced: None, stem, kind: self.kind }
    }
}

impl Called {
    /// Records it as the whole question it was a part of, the rest of which was known.
    pub(super) fn asked(&mut self, argv: &[OsString]) {
        self.entry.argv = words(argv);
        self.entry.command = argv::display(&self.entry.argv);
    }

    /// Puts the outcome, the targets and the log into the entry and tells that it is finished.
    /// `log` is the text to keep; `bad` is what to show of it where it did not pass.
    pub(super) fn finish(
        mut self,
        at: At<'_>,
        scrub: &Scrub,
        targets: Vec<TargetOutcome>,
        log: &[u8],
        bad: &str,
    ) -> Result<CommandEntry> {
        let outcome = Outcome::of_all(targets.iter().map(|target| target.outcome));
        let why = targets.iter().find(|target| target.outcome == outcome).and_then(|target| target.why.clone());
        let (outcome, why) = match self.forced.take() {
            Some((outcome, why)) => (outcome, Some(why)),
            None => (outcome, why),
        };
        // A package's whole id is an absolute path.
        self.entry.argv.iter_mut().for_each(|word| *word = scrub.text(word));
        self.entry.command = scrub.text(&self.entry.command);
        self.entry.outcome = outcome;
        self.entry.why = if outcome == Outcome::Passed { None } else { why };
        self.entry.targets = targets;
        if outcome.is_bad() && !bad.trim().is_empty() {
            self.entry.output = Some(scrub.excerpt(bad.lines(), super::scrub::MOST_OUTPUT));
        }
        self.entry.log = Some(keep(at.request.folder, &self.stem, log, scrub)?);
        at.run.tell(Event::CommandFinished {
            id: self.entry.id.clone(),
            check: self.kind,
            command: self.entry.command.clone(),
            outcome,
            duration_ms: self.entry.duration_ms,
        });
        Ok(self.entry)
    }

    /// The first thing cargo itself called an error, else how the command ended.
    pub(super) fn first_error(&self, scrub: &Scrub) -> String {
        match (first_error(&self.stderr), &self.end) {
            (Some(error), End::Exited(_)) => scrub.text(&error),
            (_, end) => end.in_words(),
        }
    }
}

/// The first error of cargo's own. One that ends with a colon goes on in the indented lines below it, where cargo
/// names a package once for each of its targets.
fn first_error(stderr: &str) -> Option<String> {
    let mut lines = stderr.lines();
    let error = lines.find_map(|line| line.strip_prefix("error: "))?;
    if !error.ends_with(':') {
        return Some(error.to_owned());
    }
    let mut details: Vec<&str> = Vec::new();
    for detail in lines.take_while(|line| line.starts_with("  ")).map(str::trim) {
        if !details.contains(&detail) {
            details.push(detail);
        }
    }
    let more = if details.len() <= 3 { String::new() } else { format!(", and {} more", details.len() - 3) };
    details.truncate(3);
    Some(format!("{error} {}{more}", details.join(", ")).trim_end().to_owned())
}

/// A log's name made of an id: what is odd in a file name becomes `-`, and the digest keeps two ids apart. Two commands
/// may run at the same time, so this holds for ids that differ only in where a part ends, too.
pub(super) fn file_name(id: &str) -> String {
    let plain: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' })
        .take(80)
        .collect();
    let is_plain = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/'));
    // `test:a/test/test-b` and `test:a-test/test/b`
    let kinds = ["-lib-", "-proc-macro-", "-bin-", "-test-", "-example-", "-bench-", "-doctest-"];
    let n_kinds: usize =
        kinds.iter().map(|kind| (0..plain.len()).filter(|at| plain[*at..].starts_with(kind)).count()).sum();
    if is_plain && id.len() <= 80 && n_kinds < 2 {
        plain
    } else {
        format!("{plain}-{}", &files::sha256(id.as_bytes())[..8])
    }
}

/// Where the raw output of a command goes while it runs.
pub(super) fn raw(folder: &Utf8Path, stem: &str) -> (Utf8PathBuf, Utf8PathBuf) {
    (folder.join(format!("{stem}.out")), folder.join(format!("{stem}.err")))
}

/// Reads a file, the middle left out where it is longer than a log may be. What is left out is counted, and the
/// digest of the whole stands in its place.
pub(super) fn read_some(path: &Utf8Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let failed = |error: std::io::Error| Error::io(format!("read the log `{path}`"), error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    // What a process that got away still writes is not waited for.
    let mut file = file.take(size);
    let mut bytes = Vec::new();
    if size <= MOST_LOG as u64 {
        file.read_to_end(&mut bytes).map_err(failed)?;
        return Ok(bytes);
    }
    const HALF: usize = MOST_LOG / 2;
    let mut digest = files::Digest::default();
    let mut piece = vec![0; 256 << 10];
    let (mut n_whole, mut tail) = (0, Vec::with_capacity(2 * HALF));
    loop {
        let n_read = file.read(&mut piece).map_err(failed)?;
        if n_read == 0 {
            break;
        }
        let piece = &piece[..n_read];
        digest.update(piece);
        n_whole += n_read as u64;
        let (head, rest) = piece.split_at(piece.len().min(HALF - bytes.len()));
        bytes.extend_from_slice(head);
        if 2 * HALF < tail.len() + rest.len() {
            tail.drain(..tail.len() + rest.len() - HALF);
        }
        tail.extend_from_slice(rest);
    }
    let tail = &tail[tail.len().saturating_sub(HALF)..];
    let n_left_out = n_whole - (bytes.len() + tail.len()) as u64;
    let mark = format!("\n[{n_left_out} bytes left out of {n_whole}, sha256 of the whole {}]\n", digest.hex());
    bytes.extend_from_slice(mark.as_bytes());
    bytes.extend_from_slice(tail);
    Ok(bytes)
}

/// Writes the log that stays, scrubbed, and removes the raw output it was made of.
pub(super) fn keep(folder: &Utf8Path, stem: &str, text: &[u8], scrub: &Scrub) -> Result<LogRef> {
    let name = format!("{stem}.txt");
    let path = folder.join(&name);
    let text = scrub.bytes(text);
    let text = super::scrub::harmless(&text);
    std::fs::write(&path, &text).map_err(|error| Error::io(format!("write the log `{path}`"), error))?;
    forget(folder, stem);
    Ok(LogRef { path: name, sha256: files::sha256(&text), bytes: text.len() as u64 })
}

/// Removes the raw output of a command: its log says the same, or nobody will read it.
pub(super) fn forget(folder: &Utf8Path, stem: &str) {
    let (stdout, stderr) = raw(folder, stem);
    for file in [stdout, stderr] {
        // A file that stays does no harm: the folder is ignored by git.
        let _ = std::fs::remove_file(file);
    }
}

pub(super) fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ids_never_share_a_log() {
        assert_eq!(file_name("command:fmt"), "command-fmt");
        assert_eq!(file_name("test:a/lib/b"), "test-a-lib-b");
        assert_ne!(file_name("test:a@x y/lib/b"), file_name("test:a@x z/lib/b"));
        assert!(file_name(&"x".repeat(300)).len() < 100);
        assert_ne!(file_name("test:a/test/test-b"), file_name("test:a-test/test/b"));
        assert_ne!(file_name("test:a/lib/lib-b"), file_name("test:a-lib/lib/b"));
    }

    #[test]
    fn an_error_that_ends_with_a_colon_says_what_follows_it() {
        let said = "warning: x\nerror: rustc 1.95.0 is not supported by the following packages:\n  \
                    a@1.0.0 requires rustc 1.96\n  a@1.0.0 requires rustc 1.96\n  b@1.0.0 requires rustc 1.97\n\
                    Consider upgrading\n";
        let expected = "rustc 1.95.0 is not supported by the following packages: a@1.0.0 requires rustc 1.96, \
                        b@1.0.0 requires rustc 1.97";
        assert_eq!(first_error(said).as_deref(), Some(expected));
        let many = "error: these:\n  a\n  b\n  c\n  d\n  e\n";
        assert_eq!(first_error(many).as_deref(), Some("these: a, b, c, and 2 more"));
        assert_eq!(first_error("error: no\n  such\n").as_deref(), Some("no"));
        assert_eq!(first_error("fine\n"), None);
    }

    #[test]
    fn a_long_log_keeps_both_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().join("log")).expect("UTF-8");
        let mut text = vec![b'a'; MOST_LOG];
        text.splice(0..0, *b"begin");
        text.extend(b"end");
        std::fs::write(&path, &text).expect("written");
        let kept = read_some(&path).expect("read");
        assert!(kept.ends_with(b"end") && kept.starts_with(b"begin"));
        let (n_whole, digest) = (MOST_LOG + 8, files::sha256(&text));
        let mark = format!("\n[8 bytes left out of {n_whole}, sha256 of the whole {digest}]\n");
        assert_eq!(kept.len(), MOST_LOG + mark.len());
        assert_eq!(&kept[MOST_LOG / 2..][..mark.len()], mark.as_bytes());
        text.truncate(MOST_LOG);
        std::fs::write(&path, &text).expect("written");
        assert_eq!(read_some(&path).expect("read"), text, "one that is not too long stays whole");
    }
}
