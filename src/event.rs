//! What happens, as data: one stream for the terminal, for JSON lines and for whatever embeds us.
//!
//! The story tells; a door decides how it sounds. Events are owned and serializable, carry the id of their run
//! and a sequence number, and borrow nothing, so they may cross threads and processes.

use crate::error::Error;
use crate::words::{CheckKind, Finding, Level, Outcome, TargetId, TargetKind, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Why a step was mapped to what it was mapped to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Via {
    /// `package`, `target` (named in the step), `file`, `glob`, `text` (a whole word of the step's own text),
    /// or `nothing` (so the whole workspace).
    pub kind: String,
    /// The file, glob, package or word.
    pub what: String,
}

impl Via {
    /// In words: `file src/a.rs`.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self.kind.as_str() {
            "nothing" => "default: it names nothing that is here".to_owned(),
            kind => format!("{kind} {}", self.what),
        }
    }
}

/// One thing that happened. The JSON spelling of the variant stands in `"reason"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "reason", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// A verb began.
    VerbStarted {
        /// Its name.
        verb: String,
        /// The payload, relative to the current folder where it lies below it.
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
    },
    /// The work is measured from here.
    Baseline {
        /// The ref it was found through.
        #[serde(rename = "ref")]
        reference: String,
        /// The commit.
        commit: String,
        /// Why this one.
        how: String,
    },
    /// A plan step and what it touches.
    StepMapped {
        /// The step's id.
        step: String,
        /// Its name.
        name: String,
        /// The packages it maps to.
        packages: Vec<String>,
        /// The targets it maps to.
        targets: Vec<TargetId>,
        /// Each with its reason.
        via: Vec<Via>,
    },
    /// A file that differs from the baseline.
    Change {
        /// Relative to the payload's root, with `/`.
        file: String,
        /// `added`, `modified`, `deleted` or `renamed`.
        kind: String,
        /// Where a renamed file came from.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The package that owns it; null outside every package.
        package: Option<String>,
        /// The steps that name it.
        steps: Vec<String>,
        /// Added and removed lines; null for binary files.
        lines: Option<Lines>,
    },
    /// The packages whose checks may come out differently because of the changes.
    Affected {
        /// All of their units.
        packages: Vec<String>,
        /// Reached over a dev-dependency: their tests only.
        tests_only: Vec<String>,
    },
    /// A command `implement` would run.
    Planned {
        /// What for.
        check: CheckKind,
        /// The command as a person would type it.
        command: String,
        /// The packages whose result counts.
        packages: Vec<String>,
        /// Of a prescribed command: whether it may run, in words.
        #[serde(skip_serializing_if = "Option::is_none")]
        may_run: Option<String>,
    },
    /// A command was started.
    CommandStarted {
        /// The id its entry in the payload has.
        id: String,
        /// What for.
        check: CheckKind,
        /// As a person would type it.
        command: String,
    },
    /// Something moved within the command that runs.
    Progress {
        /// What for.
        check: CheckKind,
        /// How many units, binaries or packages are done.
        done: u64,
        /// Of how many, where known.
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
        /// The last one; of test binaries those that run.
        what: String,
    },
    /// A test did not pass. Told as soon as it is known.
    TestFailed {
        /// The id of the suite's entry in the payload.
        suite: String,
        /// The test's path.
        test: String,
        /// The first lines of what it said.
        excerpt: String,
    },
    /// A check of one target came to an outcome.
    CheckFinished {
        /// What for.
        check: CheckKind,
        /// The target; for fmt and commands of a whole package its library or first target.
        target: TargetId,
        /// What it came to.
        outcome: Outcome,
        /// Why it is not `passed`.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// The first lines of what went wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        excerpt: Option<String>,
        /// The log, relative to the payload's root.
        #[serde(skip_serializing_if = "Option::is_none")]
        log: Option<String>,
        /// How long it took.
        duration_ms: u64,
    },
    /// A command ended.
    CommandFinished {
        /// The id its entry in the payload has.
        id: String,
        /// What for.
        check: CheckKind,
        /// As a person would type it.
        command: String,
        /// What it came to.
        outcome: Outcome,
        /// How long it took.
        duration_ms: u64,
    },
    /// A claim was held against reality.
    Claim {
        /// The id of the entry, `step:ID` or `scenario:ID`.
        claim: String,
        /// What it came to.
        verdict: Verdict,
        /// Why.
        why: String,
        /// The level that decided it.
        level: Level,
    },
    /// Something a reader should know; never a reason to fail.
    Remark {
        /// One sentence.
        text: String,
    },
    /// Something is not as it should be, and the run goes on.
    Warning {
        /// One sentence.
        text: String,
    },
    /// A check is run although one like it was seen to pass: something it rests on has changed.
    Anew {
        /// The id of the suite's entry in the payload, or `clippy:` and the target.
        check: String,
        /// What has changed, in the words of `cargo handoff explain cache`.
        moved: Vec<String>,
    },
    /// The payload was saved, or there was no news.
    Recorded {
        /// The payload.
        payload: String,
        /// How many edits were made; none where there was no news.
        edits: usize,
    },
    /// What a test of the work came to on the baseline.
    Red {
        /// The id of the suite's entry in the payload.
        suite: String,
        /// The test's path.
        test: String,
        /// What it came to, spelled as in the payload: `red-assertion`, `not-red`, …
        class: String,
        /// Whether that shows that the test fails without the work.
        is_red: bool,
        /// Where it panicked or does not compile.
        #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
        place: Option<String>,
        /// Why there is no better answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Something the acceptance owner found, and that is still open.
    OpenIssue {
        /// Its id, else where it stands.
        id: String,
        /// How bad it is, in the words of who found it.
        severity: Option<String>,
        /// What ought to be so, or the whole text where it is only a text.
        expected: String,
        /// What is so.
        actual: Option<String>,
        /// The files it is about.
        files: Vec<String>,
        /// The ids of the steps it belongs to.
        steps: Vec<String>,
        /// Those of its files that have not changed since it was found, as far as anybody can say.
        unchanged: Vec<String>,
    },
    /// A target in a compile mode, and whether it is checked.
    Unit {
        /// The label of its package.
        package: String,
        /// What cargo builds it as.
        kind: TargetKind,
        /// The target's name.
        name: String,
        /// Whether it is compiled with its tests.
        test: bool,
        /// Whether it is checked.
        selected: bool,
        /// Why, or why not: at least one short sentence.
        why: Vec<String>,
    },
    /// The audit found something.
    Finding {
        /// What.
        #[serde(flatten)]
        finding: Finding,
    },
}

/// Lines of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lines {
    /// How many were added.
    pub added: u64,
    /// How many were removed.
    pub removed: u64,
}

/// An event with its place in the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Seen {
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// The id of the run it happened in.
    pub run: String,
    /// Its number in that run, from 0, without gaps.
    pub sequence: u64,
}

/// Whoever wants to know. Does nothing unless told otherwise.
pub trait Watch: Send + Sync {
    /// An event, in order of its sequence number.
    fn see(&self, seen: &Seen) {
        let _ = seen;
    }
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Blind;

impl Watch for Blind {}

/// One run of one verb: numbers its events.
pub struct Run<'a> {
    id: String,
    next: Mutex<u64>,
    watch: &'a dyn Watch,
    is_unkept: AtomicBool,
}

impl<'a> Run<'a> {
    /// A run with this id.
    #[must_use]
    pub fn new(id: String, watch: &'a dyn Watch) -> Self {
        Self { id, next: Mutex::new(0), watch, is_unkept: AtomicBool::new(false) }
    }

    /// The id, also the name of the folder under `handoff/runs/`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Tells whoever watches. Threads that tell at the same time wait for each other, so that the numbers come in
    /// order; whoever watches must not tell anything itself.
    pub fn tell(&self, event: Event) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let sequence = *next;
        *next += 1;
        self.watch.see(&Seen { event, run: self.id.clone(), sequence });
    }

    /// Tells a remark.
    pub fn remark(&self, text: impl Into<String>) {
        self.tell(Event::Remark { text: text.into() });
    }

    /// Tells that something cannot be kept for later runs: that costs time, and is no reason to withhold an outcome. Told
    /// once in a run, however much it is.
    pub fn not_kept(&self, error: &Error) {
        if !self.is_unkept.swap(true, Ordering::SeqCst) {
            self.warn(format!("this run cannot be remembered: {error}"));
        }
    }

    /// Tells a warning.
    pub fn warn(&self, text: impl Into<String>) {
        self.tell(Event::Warning { text: text.into() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Lines(Mutex<Vec<String>>);

    impl Watch for Lines {
        fn see(&self, seen: &Seen) {
            let line = serde_json::to_string(seen).expect("serializable");
            self.0.lock().expect("no panic elsewhere").push(line);
        }
    }

    #[test]
    fn an_event_is_one_json_object_with_a_reason_and_a_number() {
        let lines = Lines::default();
        let run = Run::new("r1".into(), &lines);
        run.remark("first");
        run.tell(Event::Affected { packages: vec!["a".into()], tests_only: vec![] });
        let lines = lines.0.into_inner().expect("no panic elsewhere");
        assert_eq!(lines[0], r#"{"reason":"remark","text":"first","run":"r1","sequence":0}"#);
        assert_eq!(lines[1], r#"{"reason":"affected","packages":["a"],"testsOnly":[],"run":"r1","sequence":1}"#);
    }

    #[test]
    fn events_of_several_threads_come_in_the_order_of_their_numbers() {
        #[derive(Default)]
        struct Numbers(Mutex<Vec<u64>>);
        impl Watch for Numbers {
            fn see(&self, seen: &Seen) {
                self.0.lock().expect("no panic elsewhere").push(seen.sequence);
            }
        }
        let numbers = Numbers::default();
        let run = Run::new("r1".into(), &numbers);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| run.remark("x")));
            }
        });
        assert_eq!(numbers.0.into_inner().expect("no panic"), (0..400).collect::<Vec<u64>>());
    }
}
