//! The words everybody may use: outcomes, verdicts, targets and the ids of what the payload holds.
//!
//! Plain data without behaviour beyond naming itself; the spelling here is the spelling in the payload, in
//! `--message-format json` and on the terminal.

mod finding;
mod diagnostic;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use diagnostic::{Diagnostic, Severity};
pub use finding::{Finding, FindingKind, in_words as findings_in_words};

/// The value of every `by` member this tool writes: what carries it is ours to renew.
pub const BY: &str = "cargo-handoff";

/// Names in a row: all of them where they are few, else the first three and how many more.
#[must_use]
pub fn some_of(names: &[String]) -> String {
    let more = if names.len() <= 4 { 0 } else { names.len() - 3 };
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// The sum of numbers some of which may be anybody's word.
#[must_use]
pub fn total(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

/// A word as it can be pasted into a shell; as it is where no shell takes it.
#[must_use]
pub fn shell_word(word: &str) -> String {
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), |word| word.into_owned())
}

/// A command line within a sentence: whole where it is short, else its beginning.
#[must_use]
pub fn brief(command: &str) -> String {
    const MOST: usize = 160;
    if command.chars().count() <= MOST {
        command.to_owned()
    } else {
        command.chars().take(MOST - 1).chain(['…']).collect()
    }
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It ran, it was complete, and nothing was wrong.
    Passed,
    /// It ran and found something this work is answerable for.
    Failed,
    /// It ought to have run and did not come to an answer: a tool missing, a target that does not compile,
    /// killed, timed out, an input that changed meanwhile, listed tests of which none ran.
    CouldNotRun,
    /// It was not meant to run, for a reason that is given: no tests, not affected, not approved.
    NotRun,
}

impl Outcome {
    /// The spelling in the payload.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::CouldNotRun => "could-not-run",
            Self::NotRun => "not-run",
        }
    }

    /// Whether this outcome makes the run exit with 100.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        match self {
            Self::Failed | Self::CouldNotRun => true,
            Self::Passed | Self::NotRun => false,
        }
    }

    /// The outcome of the whole, given those of its parts: failed before could-not-run before passed, and
    /// not-run only where nothing ran.
    #[must_use]
    pub fn of_all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::NotRun;
        for part in parts {
            whole = match (whole, part) {
                (Self::Failed, _) | (_, Self::Failed) => Self::Failed,
                (Self::CouldNotRun, _) | (_, Self::CouldNotRun) => Self::CouldNotRun,
                (Self::Passed, _) | (_, Self::Passed) => Self::Passed,
                (Self::NotRun, Self::NotRun) => Self::NotRun,
            };
        }
        whole
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What holding a claim against reality came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Seen to be so.
    Confirmed,
    /// Seen not to be so.
    Contradicted,
    /// Observed once; its inputs moved since and it was not run again.
    Stale,
    /// Run again with another result for a reason outside the work: flaky, other platform, other toolchain.
    NotReproducible,
    /// Nothing to hold it against.
    NotCheckable,
}

impl Verdict {
    /// The spelling in JSON and on the terminal.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Contradicted => "contradicted",
            Self::Stale => "stale",
            Self::NotReproducible => "not-reproducible",
            Self::NotCheckable => "not-checkable",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// How closely a claim is looked at. Each level includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// V0: the payload keeps the contract, and the records it refers to form a chain.
    Contract,
    /// V1: logs and patches are the bytes that were recorded.
    Evidence,
    /// V2: outcomes follow from logs and exit status.
    Outcomes,
    /// V3: changes, diffs and test functions are those of the tree.
    Tree,
    /// V4: the checks are run again.
    Checks,
    /// V5: tests are run on the baseline again, to see them fail.
    Red,
}

impl Level {
    /// All of them, the quickest first.
    pub const ALL: [Self; 6] = [Self::Contract, Self::Evidence, Self::Outcomes, Self::Tree, Self::Checks, Self::Red];

    /// As it is typed and printed: `V0` to `V5`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contract => "V0",
            Self::Evidence => "V1",
            Self::Outcomes => "V2",
            Self::Tree => "V3",
            Self::Checks => "V4",
            Self::Red => "V5",
        }
    }

    /// What it finds out, in a few words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Contract => "contract and chain",
            Self::Evidence => "logs and patches by digest",
            Self::Outcomes => "outcomes from logs",
            Self::Tree => "changes and tests against the tree",
            Self::Checks => "checks run again",
            Self::Red => "tests on the baseline",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The kinds of target a package may have, in cargo's spelling
/// (<https://doc.rust-lang.org/cargo/reference/cargo-targets.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// `lib`, `rlib`, `dylib`, `cdylib`, `staticlib`: the package's library.
    Lib,
    /// A procedural macro library.
    ProcMacro,
    /// A binary.
    Bin,
    /// An integration test.
    Test,
    /// An example.
    Example,
    /// A benchmark.
    Bench,
    /// The build script.
    CustomBuild,
}

impl TargetKind {
    /// Cargo's spelling.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lib => "lib",
            Self::ProcMacro => "proc-macro",
            Self::Bin => "bin",
            Self::Test => "test",
            Self::Example => "example",
            Self::Bench => "bench",
            Self::CustomBuild => "custom-build",
        }
    }
}

impl fmt::Display for TargetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// One target of one member package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct TargetId {
    /// The package's name, unique among the workspaces at hand.
    pub package: String,
    /// What cargo builds it as.
    pub kind: TargetKind,
    /// The target's own name.
    pub name: String,
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.package, self.kind, self.name)
    }
}

/// A set of tests that run together: a target's test binary, or a library's doctests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SuiteId {
    /// The target whose tests these are.
    pub target: TargetId,
    /// Whether they are the target's doctests rather than its test binary.
    pub doctest: bool,
}

impl SuiteId {
    /// The id of the entry in `implementation.tests`: `test:<package>/<kind>/<name>`, doctests
    /// `test:<package>/doctest/<lib>`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("test:{self}")
    }

    /// The word standing for the kind: the target's, or `doctest`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        if self.doctest { "doctest" } else { self.target.kind.word() }
    }
}

impl fmt::Display for SuiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.target.package, self.kind(), self.target.name)
    }
}

/// What a command was run to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CheckKind {
    /// Formatting, with rustfmt.
    Fmt,
    /// Lints, with clippy.
    Clippy,
    /// Documentation, with rustdoc.
    Doc,
    /// The test binaries compile.
    Build,
    /// A test binary's tests.
    Test,
    /// A library's doctests.
    Doctest,
    /// A command the plan or the test plan prescribes.
    Prescribed,
}

impl CheckKind {
    /// The spelling in the payload.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Doc => "doc",
            Self::Build => "build",
            Self::Test => "test",
            Self::Doctest => "doctest",
            Self::Prescribed => "prescribed",
        }
    }
}

impl fmt::Display for CheckKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_part_decides_and_nothing_run_is_no_pass() {
        use Outcome::{CouldNotRun, Failed, NotRun, Passed};
        assert_eq!(Outcome::of_all([]), NotRun);
        assert_eq!(Outcome::of_all([NotRun, NotRun]), NotRun);
        assert_eq!(Outcome::of_all([NotRun, Passed]), Passed);
        assert_eq!(Outcome::of_all([Passed, CouldNotRun]), CouldNotRun);
        assert_eq!(Outcome::of_all([CouldNotRun, Failed, Passed]), Failed);
    }

    #[test]
    fn a_long_command_is_no_sentence() {
        assert_eq!(brief("make"), "make");
        assert_eq!(brief(&"ä".repeat(200_000)).chars().count(), 160);
    }

    #[test]
    fn many_names_are_counted() {
        let names = |n: usize| (1..=n).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(some_of(&names(4)), "1, 2, 3, 4");
        assert_eq!(some_of(&names(5)), "1, 2, 3 and 2 more");
    }

    #[test]
    fn words_are_what_serde_writes() {
        for outcome in [Outcome::Passed, Outcome::Failed, Outcome::CouldNotRun, Outcome::NotRun] {
            assert_eq!(serde_json::to_value(outcome).expect("a word"), outcome.word());
        }
        for kind in [TargetKind::Lib, TargetKind::ProcMacro, TargetKind::CustomBuild] {
            assert_eq!(serde_json::to_value(kind).expect("a word"), kind.word());
        }
    }
}
