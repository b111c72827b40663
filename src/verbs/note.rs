//! Adds what only a person can say. Append-only: nothing that was said before is changed.

use super::cited;
use super::closing;
use super::request::{Common, Context};
use super::scene::{self, Read};
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::git::Git;
use crate::payload::edit::{Edit, Subject};
use crate::payload::store;
use crate::record;
use crate::standing::{COMPLETED, IMPLEMENTED};
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What `note` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// What to note.
    pub what: Note,
}

/// What only a person can say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Note {
    /// Why a file was changed.
    Rationale {
        /// The file, relative to the payload's root.
        file: String,
        /// Why.
        text: String,
    },
    /// Where the work left the plan.
    Deviation {
        /// What is otherwise than planned.
        text: String,
        /// What makes up for it.
        mitigation: Option<String>,
        /// What is left to do about it.
        follow_up: Option<String>,
    },
    /// Something left to do.
    FollowUp {
        /// What.
        text: String,
    },
    /// How something in the plan was understood.
    Clarification {
        /// The step it is about.
        step: Option<String>,
        /// How.
        text: String,
    },
    /// A question to those upstream.
    Question {
        /// The question.
        text: String,
        /// `blocking` closes the gate.
        severity: Option<String>,
        /// Who is to answer.
        owner: Option<String>,
    },
    /// What a step is going to be, before it is written.
    Outline {
        /// The step.
        step: String,
        /// The signature it adds or changes.
        signature: Option<String>,
        /// What must hold.
        invariant: Option<String>,
        /// How to tell that it is done.
        criterion: Option<String>,
    },
    /// What justified an edit.
    Cite {
        /// The changed file.
        change: String,
        /// The place that justifies it: `src/a.rs:118`.
        source: String,
    },
    /// A status that no check can decide.
    Status {
        /// `step:ID` or `scenario:ID`.
        subject: String,
        /// The new status.
        to: String,
        /// Why.
        because: String,
    },
}

impl Default for Note {
    fn default() -> Self {
        Self::FollowUp { text: String::new() }
    }
}

/// Appends the note.
///
/// # Errors
/// 65 where what it is about is not there or the text is empty, 66, 74, 75.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let read = scene::read(&request.common, context)?;
    // Git is only asked for a name, and a note can be written without a repository.
    let git = Git::open(&read.located.root, &context.surroundings, cancel).ok();
    let who = scene::who(&request.common, context, git.as_ref())?;
    let (folder, now) = (&context.surroundings.folder, context.surroundings.now());
    let writer = Writer { read: &read, who: &who, at: &now, folder, git: git.as_ref() };
    let (mut edits, text) = writer.edits(&request.what)?;
    edits.push(Edit::Meta { key: "lastUpdatedBy".into(), value: who.clone().into() });
    edits.push(Edit::Meta { key: "lastUpdatedAt".into(), value: writer.at.into() });
    store::save(&read.located, &read.document, &edits)?;
    let text = format!("noted in `{}`: {text}\n", scene::shown(&read.located.payload, context));
    let next = closing::next("cargo handoff implement", "check the work and record it");
    Ok(PlainAnswer { closing: closing::plain("note", vec![next]), text })
}

struct Writer<'a> {
    read: &'a Read,
    who: &'a str,
    at: &'a str,
    folder: &'a Utf8Path,
    git: Option<&'a Git>,
}

impl Writer<'_> {
    fn edits(&self, note: &Note) -> Result<(Vec<Edit>, String)> {
        match note {
            Note::Rationale { file, text } => {
                let file = self.changed_file(file)?;
                let text = said(text, "the rationale")?;
                let edit = self.append("notes", "rationale", json!({ "file": file, "text": text }));
                Ok((vec![edit], format!("why `{file}` was changed")))
            }
            Note::Deviation { text, mitigation, follow_up } => {
                let text = said(text, "the deviation")?;
                let given = |text: &Option<String>, what: &str| -> Result<Option<String>> {
                    text.as_deref().map(|text| said(text, what).map(str::to_owned)).transpose()
                };
                let mitigation = given(mitigation, "`--mitigation`")?;
                let follow_up = given(follow_up, "`--follow-up`")?;
                let value = json!({ "text": text, "mitigation": mitigation, "followUp": follow_up });
                let mut edits = vec![self.append("deviations", "deviation", value)];
                edits.extend(follow_up.map(|text| self.append("followUps", "noted", json!({ "text": text }))));
                Ok((edits, "a deviation from the plan".into()))
            }
            Note::FollowUp { text } => {
                let value = json!({ "text": said(text, "the follow-up")? });
                Ok((vec![self.append("followUps", "noted", value)], "something left to do".into()))
            }
            Note::Clarification { step, text } => {
                step.as_deref().map(|step| self.step(step)).transpose()?;
                let value = json!({ "step": step, "text": said(text, "the clarification")? });
                Ok((vec![self.append("clarifications", "clarification", value)], "a clarification".into()))
            }
            Note::Question { text, severity, owner } => Ok((vec![self.question(text, severity, owner)?], {
                let is_blocking = severity.as_deref() == Some("blocking");
                let closes = if is_blocking { "; it closes the gate until it is answered" } else { "" };
                format!("a question to those upstream{closes}")
            })),
            Note::Outline { step, signature, invariant, criterion } => {
                self.step(step)?;
                for (text, what) in [(signature, "--signature"), (invariant, "--invariant"), (criterion, "--criterion")]
                {
                    text.as_deref().map(|text| said(text, &format!("`{what}`"))).transpose()?;
                }
                if signature.is_none() && invariant.is_none() && criterion.is_none() {
                    return Err(Error::new(Code::Usage, "an outline needs a signature, an invariant or a criterion")
                        .hint(
                            "cargo handoff note outline --step 1 --signature 'fn add(&self, other: Amount) -> Amount'",
                        ));
                }
                let value =
                    json!({ "step": step, "signature": signature, "invariant": invariant, "criterion": criterion });
                Ok((vec![self.append("outlines", "outline", value)], format!("the outline of step {step}")))
            }
            Note::Cite { change, source } => self.cite(change, source),
            Note::Status { subject, to, because } => self.status(subject, to, because),
        }
    }

    /// A new entry, signed by a person: this tool never touches it again.
    fn append(&self, list: &str, kind: &str, value: Value) -> Edit {
        let listed = self.read.payload.implementation.get(list).and_then(Value::as_array).map_or(0, Vec::len);
        let mut entry = Map::new();
        entry.insert("id".into(), format!("{kind}:{}-{listed}", self.at).into());
        entry.insert("kind".into(), kind.into());
        if let Value::Object(members) = value {
            entry.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
        }
        entry.insert("at".into(), self.at.into());
        entry.insert("by".into(), scene::person(self.who).into());
        Edit::Append { path: vec!["implementation".into(), list.into()], value: entry.into() }
    }

    fn question(&self, text: &str, severity: &Option<String>, owner: &Option<String>) -> Result<Edit> {
        let mut entry = Map::new();
        entry.insert("question".into(), said(text, "the question")?.into());
        for (key, value) in [("severity", severity), ("owner", owner)] {
            if let Some(value) = value {
                entry.insert(key.into(), value.clone().into());
            }
        }
        entry.insert("askedBy".into(), scene::person(self.who).into());
        entry.insert("askedAt".into(), self.at.into());
        Ok(Edit::Append { path: vec!["requirement".into(), "openQuestions".into()], value: entry.into() })
    }

    fn cite(&self, change: &str, source: &str) -> Result<(Vec<Edit>, String)> {
        let change = self.changed_file(change)?;
        let citation = cited::citation(&self.read.located.root, self.folder, source)?;
        let at = citation.at.clone();
        // The note's own `at` says when; the citation's says where, so it stands in a member of its own.
        let edit = self.append("citations", "citation", json!({ "file": change, "citation": citation }));
        Ok((vec![edit], format!("`{at}` justifies `{change}`")))
    }

    fn status(&self, subject: &str, to: &str, because: &str) -> Result<(Vec<Edit>, String)> {
        let because = said(because, "the reason (`--because`)")?;
        let payload = &self.read.payload;
        let (kind, id) = subject.split_once(':').unwrap_or(("step", subject));
        let (subject, goal) = match kind {
            "step" => {
                self.step(id)?;
                (Subject::Step(id.to_owned()), COMPLETED[0])
            }
            "scenario" if payload.scenarios.iter().any(|scenario| scenario.id == id) => {
                (Subject::Scenario(id.to_owned()), IMPLEMENTED[0])
            }
            _ => {
                return Err(Error::new(Code::NoSuchEntry, format!("there is no `{subject}` in the payload"))
                    .hint("`cargo handoff status` lists the steps and scenarios"));
            }
        };
        let to = if to.trim().is_empty() { goal } else { to.trim() };
        let edit = Edit::Status {
            subject,
            to: to.to_owned(),
            why: because.to_owned(),
            at: self.at.to_owned(),
            by: scene::person(self.who),
        };
        Ok((vec![edit], format!("{kind} {id} is `{to}`, asserted by {}: {because}", scene::person(self.who))))
    }

    fn step(&self, id: &str) -> Result<()> {
        scene::step(&self.read.payload.steps, id).map(|_| ())
    }

    /// A file somebody changed: it is there, it is recorded as a change, or git knew it once.
    fn changed_file(&self, file: &str) -> Result<String> {
        let file = cited::file_below(&self.read.located.root, self.folder, file)?;
        let is_there = self.read.located.root.join(&file).symlink_metadata().is_ok();
        let is_it = |entry: &Map<String, Value>| entry.get("file").and_then(Value::as_str) == Some(&file);
        let is_recorded = || record::ours(&self.read.payload, "changes").any(is_it);
        let was_there = || -> Result<bool> {
            let Some(git) = self.git else { return Ok(false) };
            let path = format!("{}{file}", git.prefix(&self.read.located.root)?);
            Ok(git.has_commits() && git.newest_touching(&path)?.is_some())
        };
        if is_there || is_recorded() || was_there()? {
            return Ok(file);
        }
        Err(Error::new(Code::NoSuchEntry, format!("there is no file `{file}`, and git knows none"))
            .hint("`cargo handoff map` lists the changed files"))
    }
}

fn said<'a>(text: &'a str, what: &str) -> Result<&'a str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::new(Code::Usage, format!("{what} is empty")).hint("say it in a few words"));
    }
    Ok(text)
}
