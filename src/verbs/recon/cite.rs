//! Keeps what an instrument found in the payload, signed by whoever asked: `--cite`.

use super::super::closing;
use super::super::request::{Common, Context};
use super::super::scene;
use crate::answers::Next;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::git::Git;
use crate::payload::edit::Edit;
use crate::payload::entries::{LogRef, ReconEntry};
use crate::payload::store;
use crate::recon::{Cited, FindingKind, MOST_CITED, Quotes};
use crate::words::shell_word;
use camino::Utf8Path;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A question to an instrument that can be kept and asked again: its own members say all of it, and what a member is
/// left out for is its default (`#[serde(default)]`).
pub(super) trait Question: Serialize + DeserializeOwned {
    /// The instrument.
    const KIND: FindingKind;

    /// What most verbs are asked; not kept.
    fn common(&self) -> &Common;

    /// What was typed behind `cargo handoff recon overview`, one word each.
    fn words(&self) -> Vec<String>;

    /// The same, to be asked elsewhere and without a limit.
    #[must_use]
    fn again(self, common: Common) -> Self;

    /// Asks, and says what of the answer is kept.
    fn ask(&self, context: &Context, cancel: &Cancel) -> Result<Cited>;
}

/// As good as no limit at all.
pub(super) const WITHOUT_LIMIT: usize = 1_000_000;

/// Members of a question that are about who asks, and not what.
const NOT_KEPT: [&str; 2] = ["common", "cite"];

/// Appends the finding. What can be typed next tells its id.
///
/// # Errors
/// 65, 66 where there is no payload to keep it in, 74, 75.
pub(super) fn cite<Q: Question>(question: &Q, cited: &Cited, context: &Context, cancel: &Cancel) -> Result<Next> {
    cite_with(question, cited, None, context, cancel)
}

/// The same, where the whole of it lies elsewhere.
pub(super) fn cite_with<Q: Question>(
    question: &Q,
    cited: &Cited,
    evidence: Option<LogRef>,
    context: &Context,
    cancel: &Cancel,
) -> Result<Next> {
    let read = scene::read(question.common(), context)?;
    // Git is only asked for a name.
    let git = Git::open(&read.located.root, &context.surroundings, cancel).ok();
    let who = scene::who(question.common(), context, git.as_ref())?;
    let at = context.surroundings.now();
    let listed = read.payload.implementation.get("recon").and_then(Value::as_array).map_or(0, Vec::len);
    let mut quotes = Quotes::below(&read.located.root);
    let mut citations = Vec::new();
    for (file, line) in cited.lines.iter().take(MOST_CITED) {
        citations.extend(quotes.line(file, *line)?);
    }
    let entry = ReconEntry {
        id: format!("recon:{at}-{listed}"),
        kind: Q::KIND.word().into(),
        question: kept(question, &read.located.root, context)?,
        words: typed(Q::KIND, &question.words()),
        at: at.clone(),
        by: scene::person(&who),
        citations,
        symbols: cited.symbols.iter().take(MOST_CITED).cloned().collect(),
        total: cited.total as u64,
        evidence,
    };
    let value = serde_json::to_value(&entry)
        .map_err(|error| Error::new(Code::Internal, "a finding is not JSON").because(error))?;
    let edits = [
        Edit::Append { path: vec!["implementation".into(), "recon".into()], value },
        Edit::Meta { key: "lastUpdatedBy".into(), value: who.into() },
        Edit::Meta { key: "lastUpdatedAt".into(), value: at.into() },
    ];
    store::save(&read.located, &read.document, &edits)?;
    Ok(closing::next("cargo handoff recon drift", &format!("kept as `{}`; this asks again what was kept", entry.id)))
}

/// The member that says from which folder below the root it was asked, where that is not the root.
pub(super) const FOLDER: &str = "folder";

/// A question without what is about who asks, and without what says nothing.
fn kept<Q: Question>(question: &Q, root: &Utf8Path, context: &Context) -> Result<Value> {
    let mut value = serde_json::to_value(question)
        .map_err(|error| Error::new(Code::Internal, "a question is not JSON").because(error))?;
    if let Some(members) = value.as_object_mut() {
        let says_nothing = |value: &Value| match value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(list) => list.is_empty(),
            Value::Bool(true) | Value::Number(_) | Value::String(_) | Value::Object(_) => false,
        };
        members.retain(|key, value| !NOT_KEPT.contains(&key.as_str()) && !says_nothing(value));
        let folder = context.surroundings.folder.strip_prefix(root).ok().filter(|folder| !folder.as_str().is_empty());
        // What was typed is relative to it.
        members.extend(folder.map(|folder| (FOLDER.to_owned(), folder.as_str().replace('\\', "/").into())));
    }
    Ok(value)
}

fn typed(kind: FindingKind, words: &[String]) -> String {
    let words = words.iter().map(|word| shell_word(word));
    ["cargo handoff recon".to_owned(), kind.word().to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
}
