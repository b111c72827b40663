//! Step -> packages and targets, each with its reason.
//!
//! What a step names outright and the files it wants to change add up; only a step that names neither is read
//! for package names in its text. A step that names nothing stands for the whole workspace, and that is said.

pub mod files;
mod names;
mod brought;

use crate::event::Via;
use crate::payload::model::{Oddity, Step};
use crate::words::TargetId;
use crate::workspace::changes::Change;
use crate::workspace::graph::{Graph, Package};
use camino::Utf8Path;
use files::{Place, WorkFile};
use std::collections::BTreeSet;

pub use brought::{Texts, brought};
pub use files::target_for_file;

/// A step and what it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The step's id.
    pub step: String,
    /// The packages, by label.
    pub packages: Vec<String>,
    /// The targets.
    pub targets: Vec<TargetId>,
    /// The reasons.
    pub via: Vec<Via>,
    /// What is odd about it.
    pub oddities: Vec<Oddity>,
    /// Whether it stands for everything, because it names nothing that leads to a package.
    pub whole_workspace: bool,
    /// The files whose change shows the work.
    pub work: Work,
}

/// The files of a step that are expected to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// Plain, `TO_MODIFY` and `CREATE` files and globs, in the plan's order.
    pub files: Vec<WorkFile>,
}

/// Maps every step, in order.
#[must_use]
pub fn map(steps: &[Step], graph: &Graph, root: &Utf8Path, changes: &[Change]) -> Vec<Mapped> {
    let root = root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned());
    steps.iter().map(|step| Finding::new(step, graph, &root, changes).whole()).collect()
}

/// Whether the work on a step is there: every file it wants to change did, at least one of each glob; for a
/// step without files, some file of a package it maps to.
///
/// # Errors
/// What is missing, one fragment each: ``no change in `src/a.rs` ``.
pub fn work_is_there(mapped: &Mapped, changes: &[Change]) -> Result<(), Vec<String>> {
    if mapped.work.files.is_empty() {
        let is_ours = |label: &Option<String>| label.as_ref().is_some_and(|label| mapped.packages.contains(label));
        if changes.iter().any(|change| is_ours(&change.package) || is_ours(&change.from_package)) {
            return Ok(());
        }
        if mapped.whole_workspace {
            return Err(vec!["no change in any package".into()]);
        }
        let packages = mapped.packages.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
        return Err(vec![format!("no change in {packages}")]);
    }
    let missing = mapped.work.files.iter().filter(|file| file.changed.is_empty());
    let missing: Vec<String> = missing.map(|file| format!("no change in `{}`", file.path)).collect();
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// The ids of the steps that name a changed file as one of theirs.
#[must_use]
pub fn steps_naming(mapped: &[Mapped], change: &Change) -> Vec<String> {
    let names_it = |file: &WorkFile| file.changed.contains(&change.file);
    mapped.iter().filter(|mapped| mapped.work.files.iter().any(names_it)).map(|mapped| mapped.step.clone()).collect()
}

/// What was found so far about one step.
struct Finding<'a> {
    step: &'a Step,
    graph: &'a Graph,
    root: &'a Utf8Path,
    changes: &'a [Change],
    packages: BTreeSet<String>,
    targets: BTreeSet<TargetId>,
    via: Vec<Via>,
    oddities: Vec<Oddity>,
    work: Work,
}

impl<'a> Finding<'a> {
    fn new(step: &'a Step, graph: &'a Graph, root: &'a Utf8Path, changes: &'a [Change]) -> Self {
        let (packages, targets) = (BTreeSet::new(), BTreeSet::new());
        let (via, oddities) = (Vec::new(), Vec::new());
        Self { step, graph, root, changes, packages, targets, via, oddities, work: Work::default() }
    }

    fn whole(mut self) -> Mapped {
        self.named();
        self.files();
        let names_work = self.step.files.iter().any(|file| file.usage.is_work());
        if self.step.packages.is_empty() && self.step.targets.is_empty() && !names_work {
            self.text();
        }
        let whole_workspace = self.packages.is_empty();
        if whole_workspace {
            self.everything();
        }
        Mapped {
            step: self.step.id.clone(),
            packages: self.packages.into_iter().collect(),
            targets: self.targets.into_iter().collect(),
            via: self.via,
            oddities: self.oddities,
            whole_workspace,
            work: self.work,
        }
    }

    fn because(&mut self, kind: &str, what: &str) {
        let via = Via { kind: kind.into(), what: what.into() };
        if !self.via.contains(&via) {
            self.via.push(via);
        }
    }

    fn odd(&mut self, kind: &str, what: &str, text: String) {
        let id = format!("{kind}:step:{}{}{what}", self.step.id, if what.is_empty() { "" } else { ":" });
        self.oddities.push(Oddity { id, text });
    }

    fn take_package(&mut self, package: &Package) {
        self.packages.insert(package.label.clone());
        self.targets.extend(package.targets.iter().map(|target| target.id.clone()));
    }

    fn take_target(&mut self, target: &TargetId) {
        self.packages.insert(target.package.clone());
        self.targets.insert(target.clone());
    }

    /// Packages and targets named outright.
    fn named(&mut self) {
        let graph = self.graph;
        for name in &self.step.packages {
            let packages: Vec<_> = graph.packages().filter(|package| names::is_package(package, name)).collect();
            for package in &packages {
                self.take_package(package);
                self.because("package", name);
            }
            if packages.is_empty() {
                let text = format!("step `{}` names the package `{name}`, which no workspace here has", self.step.id);
                self.odd("unknown-package", name, text);
            }
        }
        for name in &self.step.targets {
            let targets = names::targets(graph, &self.step.packages, name);
            for target in &targets {
                self.take_target(target);
                self.because("target", name);
            }
            if targets.is_empty() {
                let text = format!("step `{}` names the target `{name}`, which no package here has", self.step.id);
                self.odd("unknown-target", name, text);
            }
        }
    }

    /// Files and globs.
    fn files(&mut self) {
        for file in self.step.files.iter().filter(|file| file.usage.is_work()) {
            let place = files::find(&file.path, self.graph, self.root, self.changes);
            let (kind, paths) = match &place {
                Place::Outside => {
                    let text =
                        format!("step `{}` names `{}`, which lies outside of the repository", self.step.id, file.path);
                    self.odd("outside", &file.path, text);
                    continue;
                }
                Place::File { path, .. } => ("file", vec![path.clone()]),
                Place::Many { paths, .. } => ("glob", paths.clone()),
            };
            for path in &paths {
                let Some(package) = self.graph.owner(path.as_std_path()) else { continue };
                for target in target_for_file(package, path) {
                    self.take_target(&target);
                }
                // A package without targets we know is still one.
                self.packages.insert(package.label.clone());
            }
            for label in place.packages() {
                if let Some(package) = self.graph.package(label) {
                    self.take_package(package);
                }
            }
            self.because(kind, &file.path);
            let work = files::work_file(file, &place, self.changes, self.root);
            if !work.exists && work.changed.is_empty() && file.usage != crate::payload::model::FileUse::Create {
                let text = format!("step `{}` names `{}`, which is not there", self.step.id, file.path);
                self.odd("missing-file", &file.path, text);
            }
            self.work.files.push(work);
        }
    }

    /// Names in the step's own text.
    fn text(&mut self) {
        let graph = self.graph;
        for package in graph.packages() {
            if names::has_word(&self.step.own_text, package.cargo.name.as_str()) {
                self.take_package(package);
                self.because("text", package.cargo.name.as_str());
            }
        }
        for quoted in names::in_backticks(&self.step.own_text) {
            for package in graph.packages() {
                if names::is_package(package, quoted) || names::is_library(package, quoted) {
                    self.take_package(package);
                    self.because("text", quoted);
                }
            }
            for target in names::targets(graph, &[], quoted) {
                self.take_target(&target);
                self.because("text", quoted);
            }
        }
    }

    /// Nothing led to a package.
    fn everything(&mut self) {
        let graph = self.graph;
        for package in graph.packages() {
            self.take_package(package);
        }
        let text = if self.work.files.is_empty() {
            format!("step `{}` names no package, target or file: it stands for the whole workspace", self.step.id)
        } else {
            format!("step `{}` names only files that no package owns: it stands for the whole workspace", self.step.id)
        };
        self.odd("unmapped", "", text);
        if self.via.is_empty() {
            self.because("nothing", "the whole workspace");
        }
    }
}

#[cfg(all(test, unix))]
mod tests;
