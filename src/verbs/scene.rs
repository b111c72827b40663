//! What `map`, `implement` and `validate` see before they do anything: the payload, the workspace, the changes,
//! what the steps map to and which packages are to be checked.

mod checks;
mod who;

pub(super) use who::{person, who};

use super::request::{Common, Context};
use crate::cancel::Cancel;
use crate::check::{self, Results};
use crate::error::{Code, Error, Result};
use crate::event::{Event, Run};
use crate::git::{Git, Snapshot};
use crate::mapping::{self, Mapped};
use crate::payload::document::Document;
use crate::payload::model::{Payload, Step};
use crate::payload::{gate, store};
use crate::standing;
use crate::vault::Vault;
use crate::workspace::affected::{Affected, Choice, Question, Selection};
use crate::workspace::baseline::{self, Baseline};
use crate::workspace::changes::{self, Change};
use crate::workspace::graph::{CargoFlags, Graph, find_manifests};
use crate::workspace::steering::{self, Steering};
use crate::workspace::units::Facts;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// A payload that was read; nothing was started for it.
pub(super) struct Read {
    pub(super) located: store::Located,
    pub(super) document: Document,
    pub(super) payload: Payload,
}

/// Finds and reads the payload.
pub(super) fn read(common: &Common, context: &Context) -> Result<Read> {
    let (payload, manifest) = named(common);
    read_at(store::locate(&context.surroundings, payload, manifest)?)
}

/// The same where there is one.
pub(super) fn read_if_any(common: &Common, context: &Context) -> Result<Option<Read>> {
    let (payload, manifest) = named(common);
    store::find(&context.surroundings, payload, manifest)?.map(read_at).transpose()
}

fn named(common: &Common) -> (Option<&Utf8Path>, Option<&Utf8Path>) {
    let manifest = common.manifest_paths.first().map(|path| Utf8Path::new(path.as_str()));
    (common.payload.as_deref().map(Utf8Path::new), manifest)
}

fn read_at(located: store::Located) -> Result<Read> {
    if located.folder().file_name() != Some("handoff") {
        // Locks, runs and evidence lie beside the payload, and all of that folder is left out of the changes.
        let message = format!("the payload `{}` does not lie in a folder named `handoff`", located.payload);
        return Err(Error::new(Code::PathOutside, message).hint("move it into one: `handoff/payload.json`"));
    }
    let document = store::load(&located.payload)?;
    let payload = Payload::read(&document)?;
    Ok(Read { located, document, payload })
}

/// Closes the gate where upstream sections are missing.
pub(super) fn pass_gate(read: &Read) -> Result<()> {
    let missing = gate::missing(&read.document, &read.payload);
    if missing.is_empty() { Ok(()) } else { Err(gate::closed(&missing)) }
}

/// What is seen of the work.
pub(super) struct Scene {
    pub(super) graph: Graph,
    pub(super) snapshot: Snapshot,
    pub(super) baseline: Baseline,
    pub(super) changes: Vec<Change>,
    pub(super) mapped: Vec<Mapped>,
    /// The ids of the steps at hand: all of them, or those named with `--step`.
    pub(super) chosen: BTreeSet<String>,
    /// What was decided on units with what was known before anything ran.
    pub(super) selection: Selection,
    /// What is known of units from earlier runs.
    facts: Facts,
    /// The same as far as it still holds.
    current: Facts,
    elsewhere: Vec<Change>,
    steering: Steering,
    /// Packages that are selected whatever changed, each with its reasons.
    asked: BTreeMap<String, Vec<String>>,
    only_asked: bool,
    root: Utf8PathBuf,
}

impl Scene {
    /// What decides about units, to be asked again once more is known of them.
    pub(super) fn question(&self) -> Question<'_> {
        Question {
            graph: &self.graph,
            root: &self.root,
            changes: &self.changes,
            elsewhere: &self.elsewhere,
            steering: &self.steering,
            asked: &self.asked,
            only_asked: self.only_asked,
            kept: &self.facts,
            current: &self.current,
        }
    }

    /// The packages that would be checked if nothing were known of earlier runs: the same on every machine.
    pub(super) fn expected(&self) -> BTreeSet<String> {
        let nothing = Facts::default();
        Question { kept: &nothing, current: &nothing, ..self.question() }.decide(&nothing).packages()
    }

    /// The baseline, to be laid out beside this.
    pub(super) fn place<'a>(
        &'a self,
        flags: &'a CargoFlags,
        context: &'a Context,
        cancel: &'a Cancel,
    ) -> check::place::Asked<'a> {
        let Self { graph, snapshot, baseline, .. } = self;
        let (commit, surroundings) = (baseline.commit.as_str(), &context.surroundings);
        check::place::Asked { graph, snapshot, commit, flags, surroundings, cancel }
    }

    /// Selects these packages too, whatever changed, for this reason.
    pub(super) fn ask_for(&mut self, labels: impl IntoIterator<Item = String>, why: &str) {
        for label in labels {
            self.asked.entry(label).or_default().push(why.to_owned());
        }
        self.decide();
    }

    /// Selects each of these packages too, for its own reason.
    pub(super) fn ask_for_each(&mut self, packages: BTreeMap<String, String>) {
        if packages.is_empty() {
            return;
        }
        for (label, why) in packages {
            self.asked.entry(label).or_default().push(why);
        }
        self.decide();
    }

    fn decide(&mut self) {
        self.selection = self.question().decide(&self.current);
    }

    /// Whom the changes affect, as far as it is known.
    pub(super) fn affected(&self) -> &Affected {
        &self.selection.affected
    }

    /// Packages whose formatting counts.
    pub(super) fn full(&self) -> &BTreeSet<String> {
        &self.selection.full
    }

    /// The other packages that are checked.
    pub(super) fn tests_only(&self) -> &BTreeSet<String> {
        &self.selection.tests_only
    }

    /// The baseline as a noun.
    pub(super) fn baseline_in_words(&self) -> String {
        in_words(&self.baseline)
    }
}

/// A baseline as a noun: `1a2b3c4d5e (HEAD: the work is not committed yet)`.
pub(super) fn in_words(baseline: &Baseline) -> String {
    let short = baseline.commit.get(..10).unwrap_or(&baseline.commit);
    format!("{short} ({})", baseline.how)
}

/// Loads the workspaces at or below the root.
pub(super) fn graph(
    root: &Utf8Path,
    common: &Common,
    flags: &CargoFlags,
    context: &Context,
    cancel: &Cancel,
) -> Result<Graph> {
    let surroundings = &context.surroundings;
    let manifests = find_manifests(&surroundings.folder, root, &common.manifests(surroundings))?;
    Graph::load(&manifests, flags, surroundings, cancel)
}

/// Looks at the work. The graph comes first: cargo may write a missing `Cargo.lock`, which is then part of the tree.
pub(super) fn look(
    read: Option<&Read>,
    root: &Utf8Path,
    graph: Graph,
    common: &Common,
    flags: &CargoFlags,
    context: &Context,
    cancel: &Cancel,
) -> Result<Scene> {
    let surroundings = &context.surroundings;
    let git = Git::open(root, surroundings, cancel)?;
    for workspace in &graph.workspaces {
        git.prefix(&workspace.root)?; // a workspace elsewhere has no changes here, and no place in this record
    }
    let snapshot = git.snapshot(root)?;
    let baseline = find_baseline(&snapshot, read, root, common, context)?;
    let changes = changes::changes(&snapshot, &baseline, Some(&graph), root)?;
    let no_steps = Vec::new();
    let steps = read.map_or(&no_steps, |read| &read.payload.steps);
    let chosen = chosen(steps, &common.steps)?;
    let mapped = mapping::map(steps, &graph, root, &changes);
    let mut asked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut ask = |label: String, why: String| asked.entry(label).or_default().push(why);
    for mapped in mapped.iter().filter(|mapped| chosen.contains(&mapped.step)) {
        for label in &mapped.packages {
            ask(label.clone(), format!("step {} maps to package {label}", mapped.step));
        }
    }
    if let Some(read) = read {
        let is_chosen = |ids: &[String]| common.steps.is_empty() || ids.iter().any(|id| chosen.contains(id));
        for scenario in read.payload.scenarios.iter().filter(|scenario| is_chosen(&scenario.steps)) {
            for label in standing::packages_of(scenario, &graph, root) {
                let why = format!("scenario {} has tests in package {label}", scenario.id);
                ask(label, why);
            }
        }
    }
    let elsewhere = changes::elsewhere(&snapshot, &baseline, &changes)?;
    let request = steering::Request {
        graph: &graph,
        root,
        snapshot: &snapshot,
        baseline: &baseline,
        is_named: common.base.is_some(),
        surroundings,
    };
    let steering = steering::steering(&request, changes.iter().chain(&elsewhere), cancel)?;
    let mut scene = Scene {
        facts: Facts::load(&graph, flags, &Vault::open(surroundings, root)),
        current: Facts::default(),
        only_asked: !common.steps.is_empty(),
        root: root.to_owned(),
        selection: Selection::default(),
        graph,
        snapshot,
        baseline,
        changes,
        mapped,
        chosen,
        elsewhere,
        steering,
        asked,
    };
    scene.current = scene.facts.clone().current(&scene.question().changed_paths());
    scene.decide();
    Ok(scene)
}

/// How many files changed, seen with git alone.
pub(super) fn changed_without_graph(
    git: &Git,
    read: &Read,
    root: &Utf8Path,
    common: &Common,
    context: &Context,
) -> Result<usize> {
    let snapshot = git.snapshot(root)?;
    let baseline = find_baseline(&snapshot, Some(read), root, common, context)?;
    Ok(changes::changes(&snapshot, &baseline, None, root)?.len())
}

/// Where the work is measured from.
pub(super) fn find_baseline(
    snapshot: &Snapshot,
    read: Option<&Read>,
    root: &Utf8Path,
    common: &Common,
    context: &Context,
) -> Result<Baseline> {
    let recorded = read.and_then(|read| recorded(&read.payload));
    let payload = read.map_or("handoff/payload.json".into(), |read| relative(root, &read.located.payload));
    let claimed: Vec<String> = read.map(|read| claimed_files(&read.payload)).unwrap_or_default();
    let request = baseline::Request {
        base: common.base.as_deref(),
        recorded: recorded.as_ref().map(|(reference, commit)| (reference.as_str(), commit.as_str())),
        payload: &payload,
        claimed: &claimed,
        surroundings: &context.surroundings,
    };
    baseline::find(snapshot, &request)
}

/// The steps with these ids; all where none is named.
fn chosen(steps: &[Step], ids: &[String]) -> Result<BTreeSet<String>> {
    ids.iter().try_for_each(|id| step(steps, id).map(|_| ()))?;
    Ok(steps.iter().map(|step| &step.id).filter(|id| ids.is_empty() || ids.contains(id)).cloned().collect())
}

/// The step of this id.
pub(super) fn step<'a>(steps: &'a [Step], id: &str) -> Result<&'a Step> {
    steps.iter().find(|step| step.id == id).ok_or_else(|| {
        let known: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
        Error::new(Code::NoSuchEntry, format!("there is no step `{id}` in `plan.steps`"))
            .hint(format!("the steps are: {}", known.join(", ")))
    })
}

fn claimed_files(payload: &Payload) -> Vec<String> {
    let changes = crate::record::ours(payload, "changes").filter(|entry| !crate::record::is_withdrawn(entry));
    changes.filter_map(|entry| entry.get("file")?.as_str().map(str::to_owned)).collect()
}

fn recorded(payload: &Payload) -> Option<(String, String)> {
    let baseline = crate::record::our_object(payload, "baseline")?;
    let text = |key: &str| baseline.get(key)?.as_str().map(str::to_owned);
    Some((text("ref")?, text("commit")?))
}

/// A path relative to the payload's root, with `/`.
pub(super) fn relative(root: &Utf8Path, path: &Utf8Path) -> String {
    path.strip_prefix(root).unwrap_or(path).as_str().replace('\\', "/")
}

/// A path as it should be shown: relative to the current folder where it lies below it.
pub(super) fn shown(path: &Utf8Path, context: &Context) -> String {
    path.strip_prefix(&context.surroundings.folder).unwrap_or(path).to_string()
}

/// Tells what was seen: the baseline, the mapping, the changes and whom they affect.
pub(super) fn tell(scene: &Scene, steps: &[Step], run: &Run) {
    for event in events(scene, steps) {
        run.tell(event);
    }
}

/// The same as data.
pub(super) fn events(scene: &Scene, steps: &[Step]) -> Vec<Event> {
    let mut events = vec![Event::Baseline {
        reference: scene.baseline.reference.clone(),
        commit: scene.baseline.commit.clone(),
        how: scene.baseline.how.clone(),
    }];
    let at_hand = scene.mapped.iter().filter(|mapped| scene.chosen.contains(&mapped.step));
    events.extend(at_hand.map(|mapped| {
        let name = steps.iter().find(|step| step.id == mapped.step).map(|step| step.name.clone());
        Event::StepMapped {
            step: mapped.step.clone(),
            name: name.unwrap_or_default(),
            packages: mapped.packages.clone(),
            targets: mapped.targets.clone(),
            via: mapped.via.clone(),
        }
    }));
    events.extend(scene.changes.iter().map(|change| Event::Change {
        file: change.file.clone(),
        kind: change.kind.word().into(),
        from: change.from.clone(),
        package: change.package.clone(),
        steps: mapping::steps_naming(&scene.mapped, change),
        lines: change.lines,
    }));
    events.push(Event::Affected {
        packages: scene.affected().packages.iter().cloned().collect(),
        tests_only: scene.affected().tests_only.iter().cloned().collect(),
    });
    events.extend(scene.selection.hidden.iter().map(|text| Event::Remark { text: text.clone() }));
    events
}

/// Keeps what was learnt of units. Without it the next run only knows less.
pub(super) fn keep(scene: &Scene, results: &Results, vault: &Vault, run: &Run) {
    if let Err(error) = results.facts.save(&scene.graph, vault) {
        run.not_kept(&error);
    }
}

/// What was decided about each unit.
pub(super) fn units(scene: &Scene) -> Vec<Event> {
    let unit = |choice: &Choice| Event::Unit {
        package: choice.unit.target.package.clone(),
        kind: choice.unit.target.kind,
        name: choice.unit.target.name.clone(),
        test: choice.unit.test,
        selected: choice.selected,
        why: choice.why.clone(),
    };
    scene.selection.units.iter().map(unit).collect()
}

/// The folder the payload lies in.
pub(super) fn handoff_folder(located: &store::Located) -> Utf8PathBuf {
    located.payload.parent().map_or_else(|| located.root.clone(), Utf8Path::to_owned)
}
