//! What was observed -> the edits that record it, and nothing more than was observed.
//!
//! Without news there are no edits: the payload stays byte-identical. With news, everything that was looked at
//! is renewed, so that all of it speaks of one run. An entry that is no longer so is withdrawn, never removed.

mod observed;
mod symbols;
mod justified;
mod compose;
mod kept;
mod compact;
mod news;
mod statuses;
mod reds;
mod refer;
pub mod acceptance;

use crate::check::Results;
use crate::error::Result;
use crate::payload::edit::Edit;
use crate::payload::entries::{ChangeEntry, CommandEntry};
use crate::payload::model::Payload;
use crate::standing::{self, Standing};
use crate::words::{self, BY, Outcome};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub use compose::{changes, commands, names_digest, suite_in_words};
pub use justified::uncited;
pub use observed::{Observed, is_withdrawn, our_object, ours};
use observed::{id, to_map};
pub use refer::Left;
pub use symbols::symbols;

/// What is to be written, and where the work stands.
pub struct Record {
    /// The edits; none where there is no news.
    pub edits: Vec<Edit>,
    /// Steps and scenarios by the rule.
    pub standing: Standing,
    /// Whether everything is there for acceptance.
    pub ready: bool,
    /// What is open, one sentence each.
    pub open: Vec<String>,
    /// Statuses somebody vouches for without our having seen it: `step:ID`, `scenario:ID`.
    pub asserted: Vec<String>,
    /// Whether the run's record is to be sealed.
    pub sealed: bool,
}

/// Turns what was observed into edits.
///
/// # Errors
/// 70 where an entry of ours cannot be written as JSON, which is a bug.
pub fn record(observed: &Observed) -> Result<Record> {
    let seen = observed.seen();
    let standing = standing::judge(&seen);
    let statuses = statuses::statuses(observed, &standing);
    let reds = reds::edits(observed, &seen);
    let seen_commands: Vec<CommandEntry> =
        observed.results.commands.iter().map(|command| kept::with_kept(command.clone(), observed)).collect();
    let mut open = statuses.open.clone();
    open.extend(problems(observed.results).into_iter().map(|(_, sentence)| sentence));
    open.extend(recorded_problems(observed, &seen_commands));
    open.extend(observed.denied.iter().chain(observed.unmade).cloned());
    if !observed.complete {
        open.push("the run was interrupted before every check had its turn".into());
    }
    if observed.partial && !is_same_tree(observed) {
        open.push("only some steps were looked at since the tree changed: run `cargo handoff implement`".into());
    }
    let ready = open.is_empty();
    let sealed = ready || observed.seal;
    let evidence = crate::evidence::reference(observed.run, sealed);

    let is_large = compact::is_large(observed.graph);
    let short = |list: &'static str, entry: Map<String, Value>| {
        if is_large { compact::shortened(list, entry) } else { entry }
    };
    let mut drafts = Vec::new();
    for change in changes(observed, &evidence) {
        drafts.push(Draft::entry("changes", to_map(&change)?));
    }
    for test in compose::tests(observed, &seen, &evidence) {
        let draft = Draft::entry("tests", short("tests", to_map(&test)?));
        // Among many, a target without tests is worth a line only where it had some.
        let is_empty = is_large && test.status == Outcome::NotRun && test.why.as_deref() == Some("no tests");
        if !is_empty || draft.old(observed.payload).is_some_and(|old| !is_withdrawn(old)) {
            drafts.push(draft);
        }
    }
    for command in compose::located(&seen_commands, &evidence) {
        let command = if is_large { compact::folded(command) } else { command };
        drafts.push(Draft::entry("commands", short("commands", to_map(&command)?)));
    }
    for follow_up in compose::follow_ups(observed) {
        drafts.push(Draft::entry("followUps", to_map(&follow_up)?));
    }
    drafts.push(Draft::object("environment", observed.environment)?);
    drafts.push(Draft::object("baseline", &observed.baseline.entry(observed.tree))?);
    drafts.push(Draft::object("audit", observed.audit)?);
    // A part does not speak for the whole, where the whole was spoken for before.
    let is_said = |name: &str| observed.partial && our_object(observed.payload, name).is_some();
    if !is_said("summary") {
        drafts.push(Draft::object("summary", &compose::summary(observed, &standing, &statuses.asserted))?);
    }
    if !is_said("reproduce") {
        drafts.push(Draft::object("reproduce", &compose::reproduce(observed))?);
    }
    let ready_for = ready.then(|| observed.payload.generation.acceptance());
    let handoff = json!({
        "readyFor": ready_for, "at": observed.at, "asserted": statuses.asserted, "open": open, "by": BY,
    });
    drafts.push(Draft::object("handoff", &handoff)?);
    if let Some(text) = observed.brief {
        let sha256 = crate::evidence::sha256(text.as_bytes());
        drafts.push(Draft::object("brief", &json!({ "text": text, "sha256": sha256, "by": BY }))?);
    }

    let mut edits = Vec::new();
    if drafts.iter().any(|draft| draft.is_news(observed))
        || has_gone(observed, &drafts)
        || !statuses.edits.is_empty()
        || !reds.is_empty()
        || (observed.seal && !refer::is_sealed(observed.payload))
    {
        let stage = observed.payload.generation.implement();
        for (key, value) in [("currentStage", stage), ("lastUpdatedBy", observed.who), ("lastUpdatedAt", observed.at)] {
            edits.push(Edit::Meta { key: key.into(), value: value.into() });
        }
        edits.extend(withdrawals(observed, &drafts));
        edits.extend(drafts.into_iter().map(|draft| draft.edit(observed)));
        edits.extend(statuses.edits);
        edits.extend(reds);
    }
    Ok(Record { edits, standing, ready, open, asserted: statuses.asserted, sealed })
}

/// Whether the last record was made on this very tree: then what it says of the rest still holds.
fn is_same_tree(observed: &Observed) -> bool {
    let tree = our_object(observed.payload, "baseline").and_then(|baseline| baseline.get("tree"));
    tree.and_then(Value::as_str) == Some(observed.tree)
}

/// One sentence for every check that failed or was not approved, and for every reason why some could not run.
#[must_use]
pub fn problems<'a>(results: &'a Results) -> Vec<(Outcome, String)> {
    let mut problems: Vec<(Outcome, Option<&'a str>, Vec<String>)> = Vec::new();
    let mut add = |what: String, outcome: Outcome, why: Option<&'a str>| {
        let is_shared = outcome == Outcome::CouldNotRun && why.is_some();
        let same = problems.iter_mut().find(|(known, of, _)| is_shared && (*known, *of) == (outcome, why));
        match same {
            Some((_, _, whats)) => whats.push(what),
            None => problems.push((outcome, why, vec![what])),
        }
    };
    for suite in results.suites.iter().filter(|suite| suite.outcome.is_bad()) {
        add(format!("tests of {}", suite.suite), suite.outcome, suite.why.as_deref());
    }
    for command in &results.commands {
        let is_unapproved = command.kind == words::CheckKind::Prescribed && command.outcome == Outcome::NotRun;
        if command.outcome.is_bad() || is_unapproved {
            add(format!("`{}`", words::brief(&command.command)), command.outcome, command.why.as_deref());
        }
    }
    let sentence = |(outcome, why, whats): (Outcome, Option<&str>, Vec<String>)| {
        let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
        (outcome, format!("{}: {outcome}{why}", words::some_of(&whats)))
    };
    problems.into_iter().map(sentence).collect()
}

/// The same for what an earlier run saw and this one did not look at.
fn recorded_problems(observed: &Observed, commands: &[CommandEntry]) -> Vec<String> {
    let is_seen = |entry: &Map<String, Value>| {
        let id = id(entry);
        observed.results.suites.iter().any(|suite| suite.suite.id() == id)
            || observed.results.commands.iter().any(|command| command.id == id)
    };
    let mut problems = Vec::new();
    for command in commands {
        for target in command.targets.iter().filter(|target| target.outcome.is_bad()) {
            if let Some(at) = &target.observed_at {
                let (package, name, outcome) = (&target.package, &target.name, target.outcome);
                problems.push(format!("{} of {package} {} {name}: {outcome} at {at}", command.id, target.kind));
            }
        }
    }
    for (list, key) in [("tests", "status"), ("commands", "outcome")] {
        let kept = ours(observed.payload, list)
            .filter(|entry| !is_withdrawn(entry) && !is_seen(entry) && news::why_gone(list, entry, observed).is_none());
        for entry in kept {
            let outcome = entry.get(key).and_then(Value::as_str).unwrap_or_default();
            if [Outcome::Failed.word(), Outcome::CouldNotRun.word()].contains(&outcome) {
                problems.push(format!("{}: {outcome} in an earlier run", id(entry)));
            }
        }
    }
    problems
}

/// An entry or object as it would be written.
struct Draft {
    /// The list under `implementation`; `None` for an object.
    list: Option<&'static str>,
    /// The entry's id, or the object's name.
    name: String,
    value: Map<String, Value>,
}

impl Draft {
    fn entry(list: &'static str, value: Map<String, Value>) -> Self {
        let name = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { list: Some(list), name, value }
    }

    fn object(name: &'static str, object: &impl Serialize) -> Result<Self> {
        Ok(Self { list: None, name: name.to_owned(), value: to_map(object)? })
    }

    fn old<'a>(&self, payload: &'a Payload) -> Option<&'a Map<String, Value>> {
        match self.list {
            Some(list) => ours(payload, list).find(|entry| id(entry) == self.name),
            None => our_object(payload, &self.name),
        }
    }

    fn is_news(&self, observed: &Observed) -> bool {
        self.old(observed.payload).is_none_or(|old| news::is_news(self.list.unwrap_or(&self.name), old, &self.value))
    }

    fn edit(self, observed: &Observed) -> Edit {
        let history = news::history(self.list.unwrap_or(&self.name), self.old(observed.payload), &self.value);
        let mut value = self.value;
        if !history.is_empty() {
            value.insert("history".into(), history.into());
        }
        match self.list {
            Some(list) => Edit::Entry { list: list.into(), entry: value },
            None => Edit::Object { name: self.name, value },
        }
    }
}

fn has_gone(observed: &Observed, drafts: &[Draft]) -> bool {
    !withdrawals(observed, drafts).is_empty()
}

/// Entries of ours that are no longer so: reverted files, targets and commands that are gone, follow-ups that
/// are settled. What was not looked at this time is left as it stands.
fn withdrawals(observed: &Observed, drafts: &[Draft]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for list in ["changes", "tests", "commands", "followUps"] {
        for entry in ours(observed.payload, list).filter(|entry| !is_withdrawn(entry)) {
            let is_drafted = drafts.iter().any(|draft| draft.list == Some(list) && draft.name == id(entry));
            if is_drafted {
                continue;
            }
            if let Some(why) = news::why_gone(list, entry, observed) {
                edits.push(Edit::Entry { list: list.into(), entry: news::withdrawn(list, entry, observed.at, &why) });
            }
        }
    }
    edits
}

/// The entries as they go into the run's own record, which is not sealed yet.
#[must_use]
pub fn for_evidence(observed: &Observed) -> (Vec<ChangeEntry>, Vec<CommandEntry>) {
    let evidence = crate::evidence::reference(observed.run, false);
    (changes(observed, &evidence), commands(observed, &evidence))
}

#[cfg(test)]
mod tests;
