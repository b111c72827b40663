//! See what was really run when someone says a Rust change is finished and tested, and run it again.
//!
//! The order of the modules below is the order to read the house in: each uses only its own children and what
//! stands above it (`tests/it/tidy.rs` holds that). Data flows downwards: a payload is read, the workspace is looked
//! at, steps are mapped, checks run, a record is made of what was seen, claims are held against it. Nothing on the
//! way prints; what happens is told as [`event::Event`]s, and the doors decide how that sounds.
//!
//! # What always holds
//!
//! | rule | kept in | held by |
//! |---|---|---|
//! | no byte of the payload outside our own entries is lost or changed | [`payload::edit`] | `payload::edit::tests`, any edits on any document |
//! | the payload on disk is the old one or the new one, whole | [`files::replace`], [`payload::store`] | `tests/it/payload_store.rs`: appends of 8 processes, 300 `kill -9` |
//! | nothing is recorded that was not observed, and exit codes alone prove nothing | [`check`] | `check::tests`: tests that exit, print results, hang, crash |
//! | test binaries run in cargo's own environment | `check::environment` | `check::environment::tests`, against cargo's own |
//! | what the payload says is not run unless it lies in the closed grammar | [`approval`] | `approval::tests`, more than 100 command lines |
//! | nothing of a hostile payload runs | [`approval`], [`check`] | `tests/it/hostile.rs` |
//! | no child outlives us, floods us or waits on us | [`process`] | `process::tests`, `tests/it/nasty.rs` |
//! | what is left out or taken from an earlier run would have come out the same | [`workspace::affected`], [`check::cache`] | `tests/it/soundness.rs`, against clean clones |
//! | what is kept is believed only where this machine saw it | [`vault`] | `vault::tests`, `tests/it/cache.rs` |
//! | several machines come to what one machine comes to | [`verbs::validate`], [`verbs::merge`] | `tests/it/partition.rs` |
//! | the user's `.git` is never written | [`git`] | `git::tests` |
//! | honest work stays confirmed through rebase, merge and squash | [`workspace::baseline`], [`claims`] | `tests/it/git_life.rs` |
//! | an edit changes no byte outside of its range | [`editing`] | `editing::apply::tests`: every operation on files of every kind |
//! | `validate`, `map` and `status` write nothing | [`verbs`] | `tests/it/claims.rs` |
//!
//! # The rooms
//!
//! - [`words`], [`error`], [`surroundings`], [`cancel`], [`event`]: the vocabulary, what can go wrong and its exit
//!   code, the environment as it was read once, the token everybody looks at, what happens as data.
//! - [`files`], [`process`], [`git`], [`opened`]: the places that touch the system.
//! - [`vault`], [`tree`], [`toolchain`]: what was seen here and nowhere else; the files by content; the programs by
//!   what they look like.
//! - [`payload`]: the document as text that is never re-written, a lenient model of it, our entries' shapes, the
//!   only edits there are, lock and save, the gate.
//! - [`workspace`]: cargo's packages and targets, the baseline, the changed files and their owners, who is affected.
//! - [`source`], [`mapping`]: test functions as syntax; steps to packages and targets, each with its reason.
//! - [`approval`], [`check`]: what may run at all; fmt, clippy, tests and doctests, per target, each with its log; what
//!   is known of earlier runs in place of them.
//! - [`evidence`], [`standing`]: what a run leaves behind; which steps and scenarios the work bears out.
//! - [`audit`]: the work against the plan: what nobody planned, what was not done, tests that were weakened.
//! - [`recon`]: what to know before an edit: symbols, by file and by name.
//! - [`editing`]: edits by symbol and by exact text, all or none of them.
//! - [`record`], [`claims`]: outcomes to edits; claims to verdicts.
//! - [`brief`]: everything the implementer of a step needs, in one document.
//! - [`answers`], [`sample`], [`help`], [`report`]: what verbs answer, the demo's workspace, the help pages, answers
//!   as text.
//! - [`verbs`]: one file each, a function from a request to an answer.
//! - [`console`], [`cli`]: the doors, the only places that speak.

// -- ground: knows nothing about handoffs
pub mod words;
pub mod error;
pub mod surroundings;
pub mod cancel;
pub mod event;
pub mod files;
pub mod vault;
pub mod process;
pub mod git;
pub mod tree;
pub mod toolchain;
pub mod opened;
// -- the story: data flows this way
pub mod payload;
pub mod workspace;
pub mod source;
pub mod mapping;
pub mod approval;
pub mod check;
pub mod evidence;
pub mod standing;
pub mod audit;
// -- instruments for whoever does the step
pub mod recon;
pub mod editing;
// -- the story goes on
pub mod record;
pub mod answers;
pub mod claims;
pub mod brief;
pub mod sample;
pub mod help;
pub mod report;
// -- the verbs: one file each, `run(&Request, &Context, &Cancel, &dyn Watch) -> Result<Answer, Error>`
pub mod verbs;
// -- doors: the only places that speak
pub mod console;
pub mod cli;
