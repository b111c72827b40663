//! What can go wrong, each with one code word, one text and one help page.
//!
//! An error is data: nothing here prints. The exit code follows from the code word alone, so two doors cannot
//! disagree about it.

use camino::Utf8PathBuf;
use std::fmt;

/// What stands in the place of a signal's number where nobody sent one, but the time somebody gave is over.
pub const DEADLINE: i32 = -1;

/// The result of everything that can fail for a reason a person has to hear.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $exit:literal;)*) => {
        /// The code words. Each has a page: `cargo handoff explain WORD`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code there is, in the order of this file.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word in brackets behind `error`, and the name of the help page.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The exit code of a process that ends for this reason.
            #[must_use]
            pub const fn exit(self) -> u8 {
                match self { $(Self::$name => $exit,)* }
            }

            /// The help page behind the word.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("help/", $word, ".md")),)* }
            }
        }
    };
}

codes! {
    /// The command line does not say what to do.
    Usage = "usage", 2;
    /// The payload is not JSON.
    PayloadSyntax = "payload-syntax", 65;
    /// The payload is JSON of another shape than the contract's.
    PayloadShape = "payload-shape", 65;
    /// The payload is larger, deeper or richer in nodes than the limits allow.
    PayloadTooLarge = "payload-too-large", 65;
    /// A path in the payload or on the command line leaves the payload's root.
    PathOutside = "path-outside", 65;
    /// There is no payload to read.
    PayloadMissing = "payload-missing", 66;
    /// A payload stands where a new one was asked for.
    PayloadExists = "payload-exists", 65;
    /// Another workflow stands where one was asked for.
    WorkflowExists = "workflow-exists", 65;
    /// An entry that was named is not in the payload.
    NoSuchEntry = "no-such-entry", 65;
    /// Both sides of a merge changed one thing of the payload, each otherwise.
    MergeConflict = "merge-conflict", 65;
    /// Parts of a divided validation that do not belong together.
    PartsDoNotJoin = "parts-do-not-join", 65;
    /// An edit that cannot be made, or behind which a file would no longer hold together.
    EditRefused = "edit-refused", 65;
    /// A name that names several symbols.
    AmbiguousName = "ambiguous-name", 65;
    /// A text that is to be replaced does not occur, or not as often as expected.
    TextNotFound = "text-not-found", 65;
    /// A promise of ours does not hold; the old payload was kept.
    Internal = "internal", 70;
    /// Reading, writing or starting something failed.
    Io = "io", 74;
    /// Somebody else holds the payload.
    Locked = "locked", 75;
    /// The payload was changed by somebody else in a way that cannot be merged.
    ChangedUnderUs = "changed-under-us", 75;
    /// Something in the payload is not approved to run.
    NotApproved = "not-approved", 77;
    /// An edit of a file that decides what is built and run, which nobody allowed.
    SensitiveFile = "sensitive-file", 77;
    /// No git repository, or one without a commit.
    NoRepository = "no-repository", 78;
    /// The baseline is unknown or cannot be reached.
    NoBaseline = "no-baseline", 78;
    /// A setting cannot be used as it stands.
    BadConfiguration = "bad-configuration", 78;
    /// A check failed or could not run.
    CheckFailed = "check-failed", 100;
    /// No cargo workspace, or `cargo metadata` cannot read it.
    NoWorkspace = "no-workspace", 102;
    /// Prerequisites of the stage are missing.
    GateClosed = "gate-closed", 103;
    /// What was found for the work is otherwise now.
    Drifted = "drifted", 103;
    /// A claim was contradicted.
    ClaimContradicted = "claim-contradicted", 105;
    /// An earlier run was interrupted and cannot be resumed, or the deadline came.
    Interrupted = "interrupted", 106;
    /// A signal ended the run.
    Signalled = "signalled", 130;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The exit code that counts where there are two: DESIGN's order, signals first, 0 last.
#[must_use]
pub fn worse(one: u8, other: u8) -> u8 {
    let rank = |exit: u8| match exit {
        129..=255 => 0,
        70 => 1,
        74 => 2,
        75 => 3,
        2 | 65 | 66 | 78 | 102 => 4,
        103 => 5,
        105 => 6,
        100 => 7,
        77 => 8,
        106 => 9,
        0 => 11,
        _ => 10,
    };
    if rank(other) < rank(one) { other } else { one }
}

/// A place in a text, for an error that can point at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The file, as it should be shown.
    pub file: String,
    /// Its text, or the lines around the place.
    pub text: String,
    /// The number of the first line of `text`, from 1.
    pub first_line: usize,
    /// The bytes of `text` that are at fault.
    pub span: std::ops::Range<usize>,
    /// What is wrong there, beside the caret.
    pub label: String,
}

/// One thing that went wrong, with what to do about it.
#[derive(Debug)]
pub struct Error {
    /// The code word: exit code and help page follow from it.
    pub code: Code,
    /// A lower-case fragment with the thing in backticks.
    pub message: String,
    /// Where several things are wrong at once: each, in their order.
    pub details: Vec<String>,
    /// What to do, best something that can be pasted.
    pub hints: Vec<String>,
    /// The command to type, and what it is for.
    pub next: Option<Box<(String, String)>>,
    /// Where in a text.
    pub excerpt: Option<Box<Excerpt>>,
    /// What the system said.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// The signal, where a signal is the reason.
    pub signal: Option<i32>,
}

impl Error {
    /// An error of this code with this text.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let (details, hints) = (Vec::new(), Vec::new());
        Self { code, message: message.into(), details, hints, next: None, excerpt: None, source: None, signal: None }
    }

    /// The system refused to do `what` (an infinitive: ``read `handoff/payload.json` ``).
    pub fn io(what: impl fmt::Display, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut error = Self::new(Code::Io, format!("could not {what}"));
        error.source = Some(source.into());
        error
    }

    /// A signal asked us to stop, or the [`DEADLINE`] did.
    #[must_use]
    pub fn signalled(signal: i32) -> Self {
        if signal == DEADLINE {
            return Self::new(Code::Interrupted, "the time given with `--deadline` is over")
                .hint("run it again to go on; what was built is not built again");
        }
        let mut error = Self::new(Code::Signalled, format!("stopped by signal {signal}"));
        error.signal = Some(signal);
        error
    }

    /// The same, after a signal asked us to stop: a signal counts before whatever else went wrong, and may be why it did.
    #[must_use]
    pub fn after(mut self, signal: Option<i32>) -> Self {
        if let (Some(signal), None) = (signal.filter(|signal| *signal != DEADLINE), self.signal) {
            self.message = format!("stopped by signal {signal}, and on the way out: {}", self.message);
            (self.code, self.signal) = (Code::Signalled, Some(signal));
        }
        self
    }

    /// The same with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same with everything that is wrong.
    #[must_use]
    pub fn details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    /// The same with the command to type and what it is for: the last line of the text.
    #[must_use]
    pub fn next(mut self, command: impl Into<String>, why: impl Into<String>) -> Self {
        self.next = Some(Box::new((command.into(), why.into())));
        self
    }

    /// The same with what the system said.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same, pointing at a place.
    #[must_use]
    pub fn at(mut self, excerpt: Excerpt) -> Self {
        self.excerpt = Some(Box::new(excerpt));
        self
    }

    /// The exit code of a process that ends with this error.
    #[must_use]
    pub fn exit(&self) -> u8 {
        match self.signal {
            Some(signal) => 128u8.saturating_add(u8::try_from(signal).unwrap_or(2)),
            None => self.code.exit(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let marks = std::iter::once(": ").chain(std::iter::repeat("; "));
        self.details.iter().zip(marks).try_for_each(|(detail, mark)| write!(f, "{mark}{detail}"))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// A path that had to be UTF-8 to be written down and is not.
#[must_use]
pub fn not_utf8(path: &std::path::Path) -> Error {
    Error::new(Code::Io, format!("the path `{}` is not UTF-8", path.display()))
        .hint("move the checkout to a folder with a UTF-8 name")
}

/// A path of the system's as one we can write down.
///
/// # Errors
/// 74 where it is not UTF-8.
pub fn utf8(path: std::path::PathBuf) -> Result<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(path).map_err(|path| not_utf8(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_used_twice() {
        let mut words: Vec<_> = Code::ALL.iter().map(|code| code.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }

    #[test]
    fn a_signal_decides_its_own_exit_code() {
        assert_eq!(Error::signalled(2).exit(), 130);
        assert_eq!(Error::signalled(15).exit(), 143);
        assert_eq!((Error::signalled(DEADLINE).exit(), Error::signalled(DEADLINE).signal), (106, None));
    }

    #[test]
    fn whatever_goes_wrong_after_a_signal_ends_with_the_signal() {
        let failed = || Error::io("read `log`", std::io::Error::from(std::io::ErrorKind::NotFound)).hint("look");
        let error = failed().after(Some(15));
        assert_eq!((error.exit(), error.code, error.hints.len()), (143, Code::Signalled, 1));
        assert_eq!(error.message, "stopped by signal 15, and on the way out: could not read `log`");
        assert!(error.source.is_some(), "what the system said is still told");
        assert_eq!(Error::new(Code::Internal, "a bug").after(Some(2)).exit(), 130);
        assert_eq!((failed().after(None).exit(), failed().after(Some(DEADLINE)).exit()), (74, 74));
        assert_eq!(Error::signalled(2).after(Some(2)).message, "stopped by signal 2");
    }
}
