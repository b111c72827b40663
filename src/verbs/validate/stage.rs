//! What stands before anything is run again: the workspace as the record was made with it, what is to be checked, and
//! how that is divided where several machines share it.

use super::super::locks::Locks;
use super::super::part::Question;
use super::super::prescribed;
use super::super::request::{Common, Context, Tests};
use super::super::scene::{self, Read, Scene};
use super::super::shares::{self, Item, Plan, What};
use super::again;
use crate::approval::{self, Parsed};
use crate::audit::Settings;
use crate::cancel::Cancel;
use crate::check;
use crate::claims::{self, Shelf};
use crate::error::Result;
use crate::event::Run;
use crate::files::sha256;
use crate::payload::entries::CommandEntry;
use crate::payload::model::Prescribed;
use crate::record;
use crate::words::Level;
use crate::workspace::graph::CargoFlags;
use camino::Utf8Path;
use serde::Deserialize as _;
use std::num::NonZeroUsize;

/// The scene, and what it was set with. Lock files are put back when this goes.
pub(in crate::verbs) struct Stage {
    pub(in crate::verbs) scene: Scene,
    pub(super) flags: CargoFlags,
    pub(super) settings: Settings,
    _locks: Locks,
}

impl Stage {
    /// Looks at the workspace and selects what is to be checked.
    pub(in crate::verbs) fn set(
        common: &Common,
        read: &Read,
        context: &Context,
        cancel: &Cancel,
        run: &Run,
    ) -> Result<Self> {
        let root = &read.located.root;
        let locks = Locks::watch(common, root, context)?;
        let mut flags = again::recorded_features(common.flags(), read, run);
        flags.locked |= locks.are_complete();
        let graph = scene::graph(root, common, &flags, context, cancel)?;
        let mut scene = scene::look(Some(read), root, graph, common, &flags, context, cancel)?;
        if common.steps.is_empty() {
            let claimed = again::claimed_packages(read, &scene);
            scene.ask_for(claimed, "the payload claims something of it");
        }
        let settings = Settings::read(&scene.graph)?;
        Ok(Self { scene, flags, settings, _locks: locks })
    }

    /// What is to be checked, with this folder for its logs.
    pub(super) fn checks<'a>(&'a self, read: &'a Read, tests: &Tests, logs: &'a Utf8Path) -> check::Request<'a> {
        check::Request {
            test_timeout: tests.limit(),
            testing: tests.testing(),
            doc: again::claims_documentation(read),
            ..self.scene.checks(&read.located.root, logs, &self.flags)
        }
    }

    /// Who does what where so many machines share it.
    pub(in crate::verbs) fn plan(&self, common: &Common, read: &Read, shelf: &Shelf, n: NonZeroUsize) -> Plan {
        let scene = &self.scene;
        let recorded = shares::recorded(&read.payload, shelf, &scene.graph);
        let expected = scene.expected();
        let mut items: Vec<Item> = Vec::new();
        for package in scene.graph.packages() {
            let label = package.label.clone();
            let took_ms = recorded.packages.get(&label).copied();
            items.push(Item { is_expected: expected.contains(&label), what: What::Package(label), took_ms });
        }
        for prescribed in prescribed::at_hand(read, common, &scene.chosen) {
            if !is_left_to_the_end(prescribed, read) {
                let id = prescribed.id();
                let took_ms = recorded.prescribed.get(&id).copied();
                items.push(Item { what: What::Prescribed(id), took_ms, is_expected: true });
            }
        }
        for entry in claims::hand_written(&read.payload).into_iter().filter(again::is_run_again) {
            items.push(Item { what: What::ByHand(entry.place), took_ms: None, is_expected: true });
        }
        shares::divide(items, n)
    }

    /// What parts have to agree on.
    pub(super) fn question(&self, common: &Common, read: &Read, plan: &Plan) -> Question {
        let Self { scene, flags, .. } = self;
        Question {
            payload: sha256(&read.document.bytes()),
            tree: scene.snapshot.tree().to_owned(),
            baseline: scene.baseline.commit.clone(),
            shares: plan.digest(),
            level: Level::Checks.name().to_owned(),
            steps: common.steps.clone(),
            features: flags.feature_args(),
            with_documentation: again::claims_documentation(read),
        }
    }
}

/// Whether a prescribed command is left to whoever joins the parts: all of our own checks may answer it, and only there
/// are all of them known. One that was run for itself when it was recorded is none of these.
fn is_left_to_the_end(prescribed: &Prescribed, read: &Read) -> bool {
    let Parsed::Ours(words) = approval::parse(&prescribed.command) else { return false };
    let id = prescribed.id();
    let entries = record::ours(&read.payload, "commands").filter(|entry| !record::is_withdrawn(entry));
    let mut entries = entries.filter_map(|entry| CommandEntry::deserialize(entry).ok());
    let ran = |entry: CommandEntry| entry.id == id && entry.exit_code.is_some();
    !approval::writes(&words) && !entries.any(ran)
}
