//! cargo's JSON messages -> what was built, what build scripts said, and what the compiler found.
//!
//! The same finding comes once for a library and once for its unit tests: it counts once a target.

use crate::words::{TargetId, TargetKind};
use crate::workspace::graph::{Package, Workspace};
use crate::workspace::units::Unit;
use camino::Utf8PathBuf;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use cargo_metadata::{Artifact, BuildScript, Message};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of this reading: another one may read another outcome out of the same messages.
pub(super) const VERSION: u32 = 1;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Level {
    Error,
    Warning,
}

/// One thing the compiler or clippy said about a target of a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Finding {
    pub(super) target: TargetId,
    pub(super) level: Level,
    /// The headline: ``error[E0425]: cannot find value `x` ``.
    pub(super) headline: String,
    /// The name of the error or lint.
    pub(super) code: Option<String>,
    /// The headline without its level.
    pub(super) message: String,
    /// Where: primary spans, each followed out of the macros it stands in.
    pub(super) places: Vec<Place>,
    /// As the compiler shows it.
    pub(super) rendered: String,
}

impl Finding {
    /// The headline with its first place.
    pub(super) fn in_words(&self) -> String {
        match self.places.first() {
            Some(place) => format!("{} ({}:{})", self.headline, place.file, place.first),
            None => self.headline.clone(),
        }
    }
}

/// Lines of a file, as the compiler spells it: relative to the workspace's root, or absolute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// What a build script told cargo.
#[derive(Debug, Clone, Default)]
pub(super) struct Script {
    pub(super) out_dir: Utf8PathBuf,
    pub(super) env: Vec<(String, String)>,
}

/// What a build came to.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// Test binaries by target.
    pub(super) executables: BTreeMap<TargetId, Utf8PathBuf>,
    /// Targets of members that were compiled, each as itself (`false`) and as test (`true`).
    pub(super) compiled: BTreeSet<(TargetId, bool)>,
    /// The features a member was compiled with, by label.
    pub(super) features: BTreeMap<String, BTreeSet<String>>,
    /// The files each unit was compiled into. Its dep-info lies beside one of them.
    pub(super) artifacts: BTreeMap<Unit, BTreeSet<Utf8PathBuf>>,
    /// Where build scripts of members left their output, with the package's label: one may run more than once.
    pub(super) out_dirs: Vec<(String, Utf8PathBuf)>,
    /// Build scripts of members, by label.
    pub(super) scripts: BTreeMap<String, Script>,
    /// Where libraries of build scripts lie, of all packages.
    pub(super) linked: Vec<Utf8PathBuf>,
    /// What was found, in cargo's order.
    pub(super) findings: Vec<Finding>,
    packages: BTreeSet<String>,
}

impl Built {
    /// How many packages have something compiled.
    pub(super) fn n_packages(&self) -> u64 {
        self.packages.len() as u64
    }

    /// Reads one line of cargo's stdout. The name of a package where it brought a new one.
    pub(super) fn read(&mut self, workspace: &Workspace, line: &[u8]) -> Option<String> {
        // Whatever is no message is a child's stray print: it means nothing here.
        match serde_json::from_slice::<Message>(line).ok()? {
            Message::CompilerArtifact(artifact) => self.artifact(workspace, artifact),
            Message::CompilerMessage(message) => {
                let package = member(workspace, &message.package_id.repr)?;
                let target = target_of(package, &message.target)?;
                self.finding(target, &message.message);
                None
            }
            Message::BuildScriptExecuted(script) => {
                self.script(workspace, script);
                None
            }
            _ => None,
        }
    }

    fn artifact(&mut self, workspace: &Workspace, artifact: Artifact) -> Option<String> {
        if let Some(package) = member(workspace, &artifact.package_id.repr) {
            self.features.entry(package.label.clone()).or_default().extend(artifact.features.iter().cloned());
            if let Some(target) = target_of(package, &artifact.target) {
                let unit = Unit { target: target.clone(), test: artifact.profile.test };
                self.artifacts.entry(unit).or_default().extend(artifact.filenames);
                if let (true, Some(executable)) = (artifact.profile.test, artifact.executable) {
                    self.executables.insert(target.clone(), executable);
                }
                self.compiled.insert((target, artifact.profile.test));
            }
        }
        self.packages.insert(artifact.package_id.repr).then_some(artifact.target.name)
    }

    fn script(&mut self, workspace: &Workspace, script: BuildScript) {
        for path in &script.linked_paths {
            // `native=/path` and its like: the kind stands before the first `=`.
            let path = path.as_str().split_once('=').map_or(path.as_str(), |(_, path)| path);
            if !self.linked.iter().any(|known| known == path) {
                self.linked.push(path.into());
            }
        }
        if let Some(package) = member(workspace, &script.package_id.repr) {
            self.out_dirs.push((package.label.clone(), script.out_dir.clone()));
            let script = Script { out_dir: script.out_dir, env: script.env };
            self.scripts.insert(package.label.clone(), script);
        }
    }

    fn finding(&mut self, target: TargetId, message: &Diagnostic) {
        let level = match message.level {
            DiagnosticLevel::Error | DiagnosticLevel::Ice => Level::Error,
            DiagnosticLevel::Warning => Level::Warning,
            _ => return,
        };
        if is_sum(message) {
            return;
        }
        let word = match (level, &message.code) {
            (Level::Error, Some(code)) if code.code.starts_with('E') => format!("error[{}]", code.code),
            (Level::Error, _) => "error".into(),
            (Level::Warning, _) => "warning".into(),
        };
        let text = message.message.lines().next().unwrap_or_default();
        let finding = Finding {
            target,
            level,
            headline: format!("{word}: {text}"),
            code: message.code.as_ref().map(|code| code.code.clone()),
            message: text.to_owned(),
            places: message.spans.iter().filter(|span| span.is_primary).map(place).collect(),
            rendered: message.rendered.clone().unwrap_or_default(),
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// What was found in this target.
    pub(super) fn of<'a>(&'a self, target: &'a TargetId) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |finding| finding.target == *target)
    }

    /// The first error, of this target if it has one, else of anything.
    pub(super) fn first_error(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.level == Level::Error)
    }
}

/// Whether a message only sums up others: "2 warnings emitted", "aborting due to 1 previous error".
fn is_sum(message: &Diagnostic) -> bool {
    let text = message.message.as_str();
    message.spans.is_empty()
        && message.code.is_none()
        && (text.ends_with(" emitted") || text.starts_with("aborting due to "))
}

/// A span, followed out of macros to the place in a file of the workspace that called them.
fn place(span: &DiagnosticSpan) -> Place {
    let mut span = span;
    while is_foreign(&span.file_name) {
        match &span.expansion {
            Some(expansion) => span = &expansion.span,
            None => break,
        }
    }
    let number = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
    Place { file: span.file_name.clone(), first: number(span.line_start), last: number(span.line_end) }
}

/// Whether a file belongs to a dependency or the standard library, or is none at all (`<::core::macros …>`).
fn is_foreign(file: &str) -> bool {
    file.starts_with('<') || camino::Utf8Path::new(file).is_absolute()
}

/// The member a message speaks of.
pub(super) fn member<'a>(workspace: &'a Workspace, id: &str) -> Option<&'a Package> {
    workspace.packages.iter().find(|package| package.cargo.id.repr == id)
}

/// The member's target a message speaks of.
pub(super) fn target_of(package: &Package, target: &cargo_metadata::Target) -> Option<TargetId> {
    let kind = kind_of(target)?;
    package.target(kind, &target.name).map(|target| target.id.clone())
}

pub(super) fn kind_of(target: &cargo_metadata::Target) -> Option<TargetKind> {
    use cargo_metadata::TargetKind as Cargo;
    target.kind.iter().find_map(|kind| match kind {
        Cargo::Lib | Cargo::RLib | Cargo::DyLib | Cargo::CDyLib | Cargo::StaticLib => Some(TargetKind::Lib),
        Cargo::ProcMacro => Some(TargetKind::ProcMacro),
        Cargo::Bin => Some(TargetKind::Bin),
        Cargo::Test => Some(TargetKind::Test),
        Cargo::Example => Some(TargetKind::Example),
        Cargo::Bench => Some(TargetKind::Bench),
        Cargo::CustomBuild => Some(TargetKind::CustomBuild),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
