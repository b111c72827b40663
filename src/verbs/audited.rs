//! The audit as `implement` and `validate` do it: what it reads, what it comes to, what of it is denied.

use super::scene::{Read, Scene};
use crate::audit::{self, Settings};
use crate::check::Results;
use crate::error::Result;
use crate::event::{Event, Run};
use crate::mapping::Texts;
use crate::payload::entries::AuditEntry;
use crate::payload::model::Payload;
use crate::standing;
use crate::words::{BY, Finding, FindingKind};
use crate::workspace::changes::Change;
use crate::workspace::graph::CargoFlags;
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::{Deserialize as _, Serialize};

/// The largest text that is looked at.
const LARGEST: u64 = 4 << 20;

/// A kind of finding, or all of them, as `--deny` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Denied {
    /// Every finding.
    All,
    /// Findings of this kind.
    #[serde(untagged)]
    Kind(FindingKind),
}

impl Denied {
    fn denies(self, kind: FindingKind) -> bool {
        match self {
            Self::All => true,
            Self::Kind(denied) => denied == kind,
        }
    }
}

/// What the changed files an audit reads held before and hold now: from the trees the checks are about, not from the
/// disk, where anything may lie by then.
pub(super) fn texts(scene: &Scene) -> Result<Texts> {
    let read: Vec<&Change> = scene.changes.iter().filter(|change| audit::is_read(change)).collect();
    let ids = read.iter().flat_map(|change| [&change.before, &change.after]).flatten().map(String::as_str);
    let blobs = scene.snapshot.blobs(ids, LARGEST)?;
    let text = |id: &Option<String>| {
        let bytes = id.as_ref().and_then(|id| blobs.get(id))?;
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    };
    Ok(read.iter().map(|change| (change.file.clone(), (text(&change.before), text(&change.after)))).collect())
}

/// What an audit is made from beside the scene.
pub(super) struct Asked<'a> {
    pub(super) read: &'a Read,
    pub(super) scene: &'a Scene,
    pub(super) root: &'a Utf8Path,
    pub(super) texts: &'a Texts,
    pub(super) settings: &'a Settings,
    pub(super) flags: &'a CargoFlags,
    pub(super) results: &'a Results,
}

/// The audit as it would be recorded; every finding is told.
pub(super) fn audit(asked: &Asked, run: &Run) -> AuditEntry {
    let scene = asked.scene;
    let features = asked.flags.feature_args();
    let seen = audit::Seen {
        work: standing::Seen {
            payload: &asked.read.payload,
            graph: &scene.graph,
            root: asked.root,
            changes: &scene.changes,
            mapped: &scene.mapped,
            results: asked.results,
        },
        texts: asked.texts,
        baseline: &scene.baseline.commit,
        settings: asked.settings,
        features: &features,
    };
    let findings = audit::audit(&seen);
    for finding in &findings {
        run.tell(Event::Finding { finding: finding.clone() });
    }
    let listed_before = audit::listed_before(&seen);
    AuditEntry { findings, plan: audit::plan_digest(&asked.read.payload), listed_before, by: BY.into() }
}

/// The findings that were recorded.
pub(super) fn recorded(payload: &Payload) -> Vec<Finding> {
    let audit = crate::record::our_object(payload, "audit");
    let findings = audit.and_then(|audit| audit.get("findings")?.as_array()).into_iter().flatten();
    findings.filter_map(|finding| Finding::deserialize(finding).ok()).collect()
}

/// One sentence for every finding whose kind is denied.
pub(super) fn denied(findings: &[Finding], denied: &[Denied]) -> Vec<String> {
    let is_denied = |finding: &&Finding| denied.iter().any(|denied| denied.denies(finding.kind));
    findings.iter().filter(is_denied).map(|finding| format!("{}: {}", finding.kind, finding.sentence())).collect()
}

/// The word behind `--deny`.
///
/// # Errors
/// The kinds there are.
pub fn read_denied(word: &str) -> std::result::Result<Denied, String> {
    let kind = FindingKind::ALL.into_iter().find(|kind| kind.word() == word).map(Denied::Kind);
    kind.or((word == "all").then_some(Denied::All)).ok_or_else(|| {
        let words: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.word()).chain(["all"]).collect();
        format!("one of: {}", words.join(", "))
    })
}
