//! Everything that was found and kept, held against what is there now, with the commit that changed it.

use super::super::closing;
use super::super::request::{Common, Context};
use super::super::scene::{self, Read};
use super::cite::{FOLDER, Question};
use super::{docs, find, overview, refs, search, todo};
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Result};
use crate::event::Watch;
use crate::git::Git;
use crate::payload::entries::ReconEntry;
use crate::recon::drift::{self, Cause, Drift, DriftOf, DriftRow, Histories, State};
use crate::recon::{Cited, FindingKind, Quotes, newest, place_of};
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What `recon drift` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// How many are told at most.
    pub limit: usize,
}

/// Asks again.
///
/// # Errors
/// 65, 66 where there is no payload, 74, signals.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Drift>> {
    let read = scene::read(&request.common, context)?;
    let root = &read.located.root;
    let git = Git::open(root, &context.surroundings, cancel).ok().filter(Git::has_commits);
    // Without a baseline only what is not committed is known to be this work.
    let baseline = git.as_ref().and_then(|git| {
        let snapshot = git.snapshot(root).ok()?;
        Some(scene::find_baseline(&snapshot, Some(&read), root, &request.common, context).ok()?.commit)
    });
    let asked = Asked { read: &read, common: &request.common, git: git.as_ref(), baseline, context, cancel };
    let found = Drift::of(rows(&asked)?, request.limit);
    let next = match found.n_alarms {
        0 => Vec::new(),
        _ => vec![closing::next("cargo handoff explain drifted", "what to do about it")],
    };
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

/// What is held against what.
pub(in super::super) struct Asked<'a> {
    pub(in super::super) read: &'a Read,
    pub(in super::super) common: &'a Common,
    /// The repository, where there is one with a commit.
    pub(in super::super) git: Option<&'a Git>,
    /// The commit the work is measured from.
    pub(in super::super) baseline: Option<String>,
    pub(in super::super) context: &'a Context,
    pub(in super::super) cancel: &'a Cancel,
}

/// Whether nothing was kept that could have become otherwise.
pub(in super::super) fn is_idle(read: &Read) -> bool {
    newest(&read.payload).is_empty() && drift::cited(&read.payload).is_empty()
}

/// What became of each thing that was kept, in the payload's order.
pub(in super::super) fn rows(asked: &Asked) -> Result<Vec<DriftRow>> {
    let root = &asked.read.located.root;
    let mut own_files = BTreeSet::new();
    let mut histories = None;
    if let Some(git) = asked.git {
        let prefix = git.prefix(root)?;
        let since = asked.baseline.as_deref().map(|baseline| git.subjects(baseline, &prefix)).transpose()?;
        let own = since.into_iter().flat_map(|since| since.into_values().flatten()).map(|subject| subject.commit);
        let from = asked.baseline.as_deref().unwrap_or("HEAD");
        let touched = git.touched_since(from, None)?;
        own_files = touched.iter().filter_map(|file| Some(file.strip_prefix(&prefix)?.to_owned())).collect();
        histories = Some(Histories::new(git, prefix.clone(), own.collect()));
    }
    let mut look = Look { quotes: Quotes::below(root), own_files, histories, rows: Vec::new() };
    for finding in newest(&asked.read.payload) {
        asked.cancel.check()?;
        match FindingKind::read(&finding.kind) {
            // It says what was there before the work: that it is otherwise now is the work.
            Some(FindingKind::Baseline) => continue,
            // Its symbols stand in no file of the workspace.
            Some(FindingKind::Docs) => {
                look.search(&finding, again(&finding, asked))?;
                continue;
            }
            Some(
                FindingKind::Overview | FindingKind::Find | FindingKind::Refs | FindingKind::Search | FindingKind::Todo,
            )
            | None => {}
        }
        for citation in &finding.citations {
            look.line(&finding.id, citation)?;
        }
        for symbol in &finding.symbols {
            look.symbol(&finding.id, symbol)?;
        }
        look.search(&finding, again(&finding, asked))?;
    }
    for cited in drift::cited(&asked.read.payload) {
        look.line(&cited.of, &cited.citation)?;
    }
    Ok(look.rows)
}

/// Asks a question again; in words why that cannot be done.
fn again(finding: &ReconEntry, asked: &Asked) -> std::result::Result<Cited, String> {
    match FindingKind::read(&finding.kind) {
        Some(FindingKind::Overview) => ask::<overview::Request>(finding, asked),
        Some(FindingKind::Find) => ask::<find::Request>(finding, asked),
        Some(FindingKind::Refs) => ask::<refs::Request>(finding, asked),
        Some(FindingKind::Search) => ask::<search::Request>(finding, asked),
        Some(FindingKind::Todo) => ask::<todo::Request>(finding, asked),
        Some(FindingKind::Docs) => ask::<docs::Request>(finding, asked),
        Some(FindingKind::Baseline) | None => Err(format!("`{}` cannot be asked again", finding.kind)),
    }
}

fn ask<Q: Question>(finding: &ReconEntry, asked: &Asked) -> std::result::Result<Cited, String> {
    let mut question = finding.question.clone();
    let folder = question.as_object_mut().and_then(|members| members.remove(FOLDER));
    let folder = folder.as_ref().and_then(Value::as_str).unwrap_or_default();
    let root = &asked.read.located.root;
    if leads_outside(&question, root) || leads_outside(&folder.into(), root) {
        return Err("it would look outside of the payload's root".into());
    }
    let question: Q = serde_json::from_value(question).map_err(|error| format!("it cannot be asked again: {error}"))?;
    let folder = root.join(folder);
    let payload = Some(asked.read.located.payload.to_string());
    let common = Common { payload, steps: Vec::new(), base: None, ..asked.common.clone() };
    let context = asked.context.at(if folder.is_dir() { &folder } else { root });
    question.again(common).ask(&context, asked.cancel).map_err(|error| error.message)
}

/// Whether a word of a question, which anybody may have written, is a path that leaves the root.
fn leads_outside(question: &Value, root: &Utf8Path) -> bool {
    match question {
        Value::String(word) => {
            let path = Utf8Path::new(word);
            let is_elsewhere = path.is_absolute() && path.exists() && !path.starts_with(root);
            is_elsewhere || word.split(['/', '\\']).any(|part| part == "..")
        }
        Value::Array(list) => list.iter().any(|inner| leads_outside(inner, root)),
        Value::Object(members) => members.values().any(|inner| leads_outside(inner, root)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What is looked at, and what was seen so far.
struct Look<'a> {
    quotes: Quotes<'a>,
    /// Files that differ from the baseline.
    own_files: BTreeSet<String>,
    histories: Option<Histories<'a>>,
    rows: Vec<DriftRow>,
}

impl Look<'_> {
    fn line(&mut self, of: &str, citation: &crate::payload::entries::Citation) -> Result<()> {
        let Some((file, line)) = place_of(&citation.at) else { return Ok(()) };
        let became = |text: Option<&(String, String)>| {
            drift::line(citation, line, text.map(|(text, digest)| (text.as_str(), digest.as_str())))
        };
        let now = became(self.quotes.file(file)?);
        let held = |state: State| {
            move |text: &str| {
                let digest = crate::files::sha256(text.as_bytes());
                let was = drift::line(citation, line, Some((text, &digest))).state;
                was == State::Unchanged || (was == State::Moved && state != State::Moved)
            }
        };
        let row = DriftRow {
            of: of.to_owned(),
            what: DriftOf::Line,
            at: citation.at.clone(),
            said: citation.text.clone(),
            state: now.state,
            now: None,
            cause: None,
            of_this_work: false,
        };
        let state = now.state;
        self.judged(row, file, now, &held(state), &|text| became(Some(&(text.to_owned(), String::new()))))
    }

    fn symbol(&mut self, of: &str, symbol: &crate::payload::entries::SymbolRef) -> Result<()> {
        let now = drift::symbol(symbol, self.quotes.file(&symbol.file)?.map(|(text, _)| text.as_str()));
        let is_moved = now.state == State::Moved;
        let held = |text: &str| {
            let was = drift::symbol(symbol, Some(text)).state;
            was == State::Unchanged || (was == State::Moved && !is_moved)
        };
        let row = DriftRow {
            of: of.to_owned(),
            what: DriftOf::Symbol,
            at: format!("{}:{}", symbol.file, symbol.line),
            said: symbol.signature.clone(),
            state: now.state,
            now: None,
            cause: None,
            of_this_work: false,
        };
        self.judged(row, &symbol.file, now, &held, &|text| drift::symbol(symbol, Some(text)))
    }

    /// Says where it is now and what did it. Where its file was moved it is looked for there.
    fn judged(
        &mut self,
        mut row: DriftRow,
        file: &str,
        mut now: drift::Became,
        held: &dyn Fn(&str) -> bool,
        elsewhere: &dyn Fn(&str) -> drift::Became,
    ) -> Result<()> {
        let mut place = file.to_owned();
        if row.state != State::Unchanged
            && let Some(histories) = &mut self.histories
        {
            let text = self.quotes.file(file)?.map(|(text, _)| text.clone());
            row.cause = histories.cause(file, text.as_deref(), held)?;
            row.of_this_work = row.cause.as_ref().is_some_and(|cause| histories.is_own(cause));
            let cause = row.cause.clone().unwrap_or(Cause { commit: None, subject: String::new() });
            let moved = if text.is_none() { histories.moved_to(file, &cause)? } else { None };
            if let Some(to) = moved
                && let Some((text, _)) = self.quotes.file(&to)?
            {
                now = elsewhere(text);
                row.state = if now.state == State::Unchanged { State::Moved } else { now.state };
                place = to;
            }
        }
        row.now = match row.state {
            State::Moved => now.line.map(|line| format!("{place}:{line}")),
            State::Changed => now.says,
            State::Gone | State::Unknown | State::Unchanged => None,
        };
        self.rows.push(row);
        Ok(())
    }

    fn search(&mut self, finding: &ReconEntry, now: std::result::Result<Cited, String>) -> Result<()> {
        let mut row = DriftRow {
            of: finding.id.clone(),
            what: DriftOf::Search,
            at: finding.words.clone(),
            said: String::new(),
            state: State::Unknown,
            now: None,
            cause: None,
            of_this_work: false,
        };
        match now {
            Err(why) => row.now = Some(why),
            Ok(now) => {
                let difference = drift::difference(finding, &now, &mut self.quotes)?;
                row.state = match (difference.is_none(), difference.not_kept) {
                    (true, 0) => State::Unchanged,
                    (true, _) => State::Unknown,
                    (false, _) => State::Changed,
                };
                let mut files = difference.new.iter().chain(&difference.gone);
                // Of what was not kept whole nobody can say where it differs; where this work touched it, it may be that.
                let mut found = now.lines.iter().map(|(file, _)| file).chain(now.symbols.iter().map(|it| &it.file));
                let may_be = difference.totals.is_none() || found.any(|file| self.own_files.contains(file));
                // What stands in a dependency is otherwise once another version is locked.
                let is_locked = |file: &str| file.contains('@') && self.own_files.contains("Cargo.lock");
                let is_own = files.all(|file| self.own_files.contains(file) || is_locked(file)) && may_be;
                row.of_this_work = row.state == State::Changed && is_own;
                row.now = match row.state {
                    State::Unknown => {
                        let kept = finding.total.saturating_sub(difference.not_kept);
                        Some(format!("as many as there were, of which {kept} of {} were kept", finding.total))
                    }
                    State::Changed => Some(difference.in_words()),
                    State::Gone | State::Moved | State::Unchanged => None,
                };
            }
        }
        self.rows.push(row);
        Ok(())
    }
}

/// What stops `implement --strict-drift`.
pub(in super::super) fn alarm(rows: &[DriftRow]) -> crate::error::Error {
    let alarms: Vec<String> = rows.iter().filter(|row| row.is_alarm()).map(DriftRow::sentence).collect();
    let what = match alarms.len() {
        1 => "something that was found for this work is otherwise now".to_owned(),
        n => format!("{n} things that were found for this work are otherwise now"),
    };
    crate::error::Error::new(Code::Drifted, what)
        .details(alarms)
        .hint("look at them again; who asks or cites again (`--cite`) settles what was found before")
        .next("cargo handoff recon drift", "each of them, with the commit that did it")
}
