//! The record an entry leans on, and the files beside it.

use super::logs::{self, Missing};
use super::patch;
use super::source::{Fresh, Source};
use crate::claims::{self, Link};
use crate::evidence::{CommandRecord, Digests, Kept, RunRecord, SuiteRecord, id_of};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Entries of the payload with what their records hold of them.
pub(super) struct Leaning<'a> {
    source: &'a Source<'a>,
    prefix: &'a str,
    /// The patches that were cut, by run.
    patches: BTreeMap<String, BTreeMap<String, String>>,
    /// What could not be quoted.
    pub(super) missing: Missing,
    /// Why entries have no record at hand, with how many each.
    pub(super) away: BTreeMap<String, usize>,
}

impl<'a> Leaning<'a> {
    pub(super) fn new(source: &'a Source<'a>, prefix: &'a str) -> Self {
        Self { source, prefix, patches: BTreeMap::new(), missing: Missing::default(), away: BTreeMap::new() }
    }

    /// The record of an entry; where there is none the reason is taken note of.
    fn record(&mut self, list: &str, entry: &Map<String, Value>) -> Option<(&'a Kept, &'a RunRecord)> {
        let reference = entry.get("evidenceRef").and_then(Value::as_str).unwrap_or_default();
        if let Fresh::Unsaved(kept) = self.source.fresh
            && (reference.is_empty() || id_of(reference) == Some(&kept.id))
        {
            return Some((kept, kept.record.as_ref().ok()?));
        }
        match claims::link(list, entry, self.source.shelf) {
            Link::To(kept, record) => Some((kept, record)),
            Link::Nothing(why) | Link::Away(why) => {
                *self.away.entry(why).or_default() += 1;
                None
            }
        }
    }

    /// What the record of a suite's entry holds of it, with its log and the run.
    pub(super) fn suite(&mut self, entry: &Map<String, Value>) -> Option<(&'a SuiteRecord, Option<String>, &'a str)> {
        let (kept, record) = self.record("tests", entry)?;
        let id = entry.get("id").and_then(Value::as_str)?;
        let suite = record.suites.iter().find(|suite| suite.id == id)?;
        Some((suite, self.log(kept, suite.digests.as_ref()), &record.run))
    }

    /// What the record of a command's entry holds of it, with its log and the run.
    pub(super) fn command(
        &mut self,
        entry: &Map<String, Value>,
    ) -> Option<(&'a CommandRecord, Option<String>, &'a str)> {
        let (kept, record) = self.record("commands", entry)?;
        let id = entry.get("id").and_then(Value::as_str)?;
        let command = record.commands.iter().find(|command| command.entry.id == id)?;
        Some((command, self.log(kept, command.digests.as_ref()), &record.run))
    }

    /// The diff of a changed file, from the patch of its entry's record.
    pub(super) fn diff(&mut self, entry: &Map<String, Value>, file: &str) -> Option<String> {
        let (kept, record) = self.record("changes", entry)?;
        if !self.patches.contains_key(&kept.id) {
            let bytes = logs::recorded(kept, &record.patch, &mut self.missing).unwrap_or_default();
            let diffs = patch::diffs(&String::from_utf8_lossy(&bytes), self.prefix);
            self.patches.insert(kept.id.clone(), diffs);
        }
        self.patches.get(&kept.id)?.get(file).cloned()
    }

    fn log(&mut self, kept: &Kept, digests: Option<&Digests>) -> Option<String> {
        logs::recorded(kept, digests?, &mut self.missing).map(|bytes| logs::excerpt(&bytes))
    }
}
