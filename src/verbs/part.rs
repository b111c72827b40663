//! A part of a divided validation: what one machine saw of its share, as a file that another one joins.
//!
//! It holds no absolute path. It proves nothing by itself: whoever can change it can change what it says, so it is worth
//! as much as the place it was kept in.

pub(super) mod logs;

use super::shares::{Plan, What};
use crate::check::{SuiteResult, Tools};
use crate::claims::Reran;
use crate::error::{Code, Error, Result};
use crate::files;
use crate::payload::entries::CommandEntry;
use crate::words::{CheckKind, Diagnostic};
use camino::Utf8Path;
use logs::Logs;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

/// The version of this shape.
const FORMAT: u32 = 1;

/// A larger file is no part.
const LARGEST: u64 = 256 << 20;

/// Into more parts nothing is divided.
pub(super) const MOST_PARTS: usize = 1000;

/// One part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Part {
    /// [`FORMAT`].
    format: u32,
    /// The version of this program.
    version: String,
    /// Its number, from 1.
    pub(super) part: NonZeroUsize,
    /// How many there are.
    pub(super) of: NonZeroUsize,
    /// The commit HEAD is at.
    pub(super) head: Option<String>,
    /// What was seen.
    pub(super) seen: Seen,
}

/// What was seen for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Seen {
    /// What its share came to.
    Checks(Box<Checks>),
    /// The range touches no payload there is.
    Nothing(Nothing),
}

/// What was asked where a range touches no payload there is. What there is to say of that is found anew where the parts
/// are joined: no part says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Nothing {
    /// The range as it was asked for.
    pub(super) range: String,
    /// Its first commit.
    pub(super) old: String,
    /// Its last one; the working tree where `None`.
    pub(super) new: Option<String>,
    /// The payload that was named, below the top of the repository.
    pub(super) payload: Option<String>,
    /// The revision whose payload nothing may have been deleted from.
    pub(super) against: Option<String>,
}

impl Nothing {
    /// What is another there than here, one fragment each.
    pub(super) fn differences(&self, here: &Self) -> Vec<String> {
        let short = |commit: &str| commit.get(..10).unwrap_or(commit).to_owned();
        let new = |it: &Self| it.new.as_deref().map_or("the working tree".to_owned(), short);
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
        let rows = [
            ("beginning of the range", short(&self.old), short(&here.old)),
            ("end of the range", new(self), new(here)),
            ("choice of `--payload`", or_none(&self.payload), or_none(&here.payload)),
            ("choice of `--against`", or_none(&self.against), or_none(&here.against)),
        ];
        let rows = rows.into_iter().filter(|(_, there, here)| there != here);
        rows.map(|(what, there, here)| format!("they are of another {what}: {there} there, {here} here")).collect()
    }
}

/// What a share came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Checks {
    /// What all parts have to agree on.
    pub(super) question: Question,
    /// The programs.
    pub(super) tools: Tools,
    /// The labels of the packages that were checked.
    pub(super) packages: BTreeSet<String>,
    /// As in the record.
    pub(super) commands: Vec<CommandEntry>,
    /// As in the record.
    pub(super) suites: Vec<SuiteResult>,
    /// What they said, by the names of their logs.
    #[serde(default)]
    pub(super) logs: Logs,
    /// What was said about places in the sources.
    #[serde(default)]
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What was written by hand and run again.
    pub(super) reran: Reran,
    /// The tool that was missing, by the id of the command that wanted it: no entry tells of that.
    #[serde(default)]
    pub(super) wanting: BTreeMap<String, String>,
}

/// What all parts have to agree on, and whoever joins them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Question {
    /// SHA-256 of the payload.
    pub(super) payload: String,
    /// The tree without `handoff/`, as git would name it.
    pub(super) tree: String,
    /// The commit the work is measured from.
    pub(super) baseline: String,
    /// The digest of who does what.
    pub(super) shares: String,
    /// How closely was looked.
    pub(super) level: String,
    /// The steps that were asked about; none for all.
    pub(super) steps: Vec<String>,
    /// The feature flags.
    pub(super) features: Vec<String>,
    /// Whether documentation was checked.
    pub(super) with_documentation: bool,
}

impl Question {
    /// What is another there than here, one fragment each.
    fn differences(&self, here: &Self) -> Vec<String> {
        let short = |text: &str| text.chars().take(10).collect::<String>();
        let words = |words: &[String]| if words.is_empty() { "none".to_owned() } else { words.join(" ") };
        let rows = [
            ("payload", short(&self.payload), short(&here.payload), self.payload == here.payload),
            ("tree", short(&self.tree), short(&here.tree), self.tree == here.tree),
            ("baseline", short(&self.baseline), short(&here.baseline), self.baseline == here.baseline),
            ("level", self.level.clone(), here.level.clone(), self.level == here.level),
            ("choice of `--step`", words(&self.steps), words(&here.steps), self.steps == here.steps),
            ("choice of features", words(&self.features), words(&here.features), self.features == here.features),
            (
                "choice of documentation",
                self.with_documentation.to_string(),
                here.with_documentation.to_string(),
                self.with_documentation == here.with_documentation,
            ),
        ];
        let rows = rows.into_iter().filter(|(.., is_same)| !is_same);
        let mut found: Vec<String> =
            rows.map(|(what, there, here, _)| format!("it is of another {what}: {there} there, {here} here")).collect();
        // Where anything else differs, so does this, and says nothing more.
        if found.is_empty() && self.shares != here.shares {
            found.push("the work was divided in another way there: the sealed records it is divided by differ".into());
        }
        found
    }
}

impl Part {
    /// A part of this version.
    pub(super) fn new(part: NonZeroUsize, of: NonZeroUsize, head: Option<&str>, seen: Seen) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, version, part, of, head: head.map(str::to_owned), seen }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// 74.
    pub(super) fn write(&self, file: &Utf8Path) -> Result<()> {
        let mut text = serde_json::to_vec(self)
            .map_err(|error| Error::new(Code::Internal, "a part is not JSON").because(error))?;
        text.push(b'\n');
        files::replace(file, &text)
    }

    /// Reads one; otherwise why it is none, as the end of a sentence.
    fn read(file: &Utf8Path) -> std::result::Result<Self, String> {
        #[derive(Deserialize)]
        struct Outside {
            format: u32,
            version: String,
        }
        let bytes = match files::read(file, LARGEST) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err("is not there".into()),
            Err(error) => return Err(format!("cannot be read: {error}")),
        };
        let outside: Outside =
            serde_json::from_slice(&bytes).map_err(|error| format!("is no part of a validation: {error}"))?;
        if outside.format != FORMAT {
            return Err(format!("has the format {}, and {FORMAT} is known here", outside.format));
        }
        let version = env!("CARGO_PKG_VERSION");
        if outside.version != version {
            return Err(format!("was written by version {}, and this is {version}", outside.version));
        }
        let part: Self =
            serde_json::from_slice(&bytes).map_err(|error| format!("is no part of a validation: {error}"))?;
        if MOST_PARTS < part.of.get() || part.of < part.part {
            return Err(format!("says that it is part {} of {}", part.part, part.of));
        }
        Ok(part)
    }
}

/// Parts that were read, with the names of their files, and everything that was wrong with them so far.
#[derive(Debug)]
pub(super) struct Parts {
    parts: Vec<(String, Part)>,
    complaints: Vec<String>,
}

impl Parts {
    /// Reads them. What is wrong is kept until all of it is known.
    pub(super) fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a Utf8Path)>) -> Self {
        let (mut parts, mut complaints) = (Vec::new(), Vec::new());
        for (name, file) in files {
            match Part::read(file) {
                Ok(part) => parts.push((name.to_owned(), part)),
                Err(why) => complaints.push(format!("`{name}` {why}")),
            }
        }
        let mut read = Self { parts, complaints };
        read.count();
        read.compare();
        read
    }

    /// Each one has to be there once.
    fn count(&mut self) {
        let Some((first, Part { of, .. })) = self.parts.first() else { return };
        let mut names: BTreeMap<NonZeroUsize, Vec<&str>> = BTreeMap::new();
        for (name, part) in &self.parts {
            if part.of == *of {
                names.entry(part.part).or_default().push(name);
            } else {
                let (part, of_it) = (part.part, part.of);
                self.complaints.push(format!("`{name}` is part {part} of {of_it}, and `{first}` is one of {of}"));
            }
        }
        for (part, names) in names.iter().filter(|(_, names)| 1 < names.len()) {
            self.complaints.push(format!("part {part} of {of} is there more than once: `{}`", names.join("`, `")));
        }
        let missing = (1..=of.get()).filter(|part| !names.keys().any(|known| known.get() == *part));
        let missing: Vec<String> = missing.map(|part| part.to_string()).collect();
        if !missing.is_empty() {
            let which = if missing.len() == 1 { "part" } else { "parts" };
            self.complaints.push(format!("{which} {} of {of} missing", missing.join(", ")));
        }
    }

    /// All of them have to be of one kind, one commit and one toolchain.
    fn compare(&mut self) {
        let Some((first, one)) = self.parts.first() else { return };
        for (name, other) in &self.parts {
            match (&one.seen, &other.seen) {
                (Seen::Checks(one), Seen::Checks(other)) => {
                    if let Some((here, there)) = other_tools(&one.tools, &other.tools) {
                        self.complaints.push(format!("`{name}` was made with {there}, and `{first}` with {here}"));
                    }
                }
                (Seen::Nothing(one), Seen::Nothing(other)) if one == other => {}
                (Seen::Nothing(_), Seen::Nothing(_)) => {
                    self.complaints.push(format!("`{name}` was asked of another range than `{first}`"));
                }
                (Seen::Nothing(_), Seen::Checks(_)) | (Seen::Checks(_), Seen::Nothing(_)) => {
                    self.complaints.push(format!("only one of `{name}` and `{first}` carries a handoff"));
                }
            }
            if one.head != other.head {
                self.complaints.push(format!("`{name}` was made at another commit than `{first}`"));
            }
        }
    }

    /// The commit all of them were made at; `None` where there was none.
    pub(super) fn head(&self) -> Option<&str> {
        self.parts.first().and_then(|(_, part)| part.head.as_deref())
    }

    /// What all of them were asked, where there was nothing to check.
    ///
    /// # Errors
    /// 65 where anything is wrong with them.
    pub(super) fn nothing(&self) -> Result<Option<&Nothing>> {
        match self.parts.first().map(|(_, part)| &part.seen) {
            Some(Seen::Checks(_)) => Ok(None),
            Some(Seen::Nothing(asked)) => self.sound().map(|()| Some(asked)),
            None => self.sound().map(|()| None),
        }
    }

    /// What the shares came to, where all of them answer this question and are of their share; `here` says what is asked
    /// and who does what where so many divide it.
    ///
    /// # Errors
    /// 65 with everything that is wrong with them.
    pub(super) fn checks(mut self, here: impl Fn(NonZeroUsize) -> (Question, Plan)) -> Result<Vec<Checks>> {
        let mut known: BTreeMap<NonZeroUsize, (Question, Plan)> = BTreeMap::new();
        for (name, part) in &self.parts {
            let Seen::Checks(checks) = &part.seen else { continue };
            let (question, plan) = known.entry(part.of).or_insert_with(|| here(part.of));
            let differences = checks.question.differences(question);
            if differences.is_empty() {
                let share = plan.share(part.part).cloned().unwrap_or_default();
                let foreign = checks.tells_of().into_iter().find(|what| !share.has(what));
                self.complaints
                    .extend(foreign.map(|what| format!("`{name}` tells of {what}, which is not in its share")));
            }
            self.complaints.extend(differences.into_iter().map(|why| format!("`{name}`: {why}")));
        }
        self.sound()?;
        self.parts.sort_by_key(|(_, part)| part.part);
        let checks = self.parts.into_iter().filter_map(|(_, part)| match part.seen {
            Seen::Checks(checks) => Some(*checks),
            Seen::Nothing(_) => None,
        });
        Ok(checks.collect())
    }

    fn sound(&self) -> Result<()> {
        if self.complaints.is_empty() {
            return Ok(());
        }
        Err(Error::new(Code::PartsDoNotJoin, "these parts are not those of one validation")
            .details(self.complaints.iter().cloned())
            .hint("all parts of one run of a workflow belong together: `cargo handoff explain partition`"))
    }
}

impl Checks {
    /// Everything anything is told of.
    fn tells_of(&self) -> BTreeSet<What> {
        let of_commands = self.commands.iter().flat_map(|command| &command.targets).map(|target| &target.package);
        let of_suites = self.suites.iter().map(|suite| &suite.suite.target.package);
        let packages = of_commands.chain(of_suites).chain(&self.packages).cloned().map(What::Package);
        let prescribed = self.commands.iter().filter(|command| command.kind == CheckKind::Prescribed);
        let prescribed = prescribed.map(|command| What::Prescribed(command.id.clone()));
        let by_hand = self.reran.keys().cloned().map(What::ByHand);
        packages.chain(prescribed).chain(by_hand).collect()
    }
}

/// The first program that is another one.
fn other_tools(one: &Tools, other: &Tools) -> Option<(String, String)> {
    let rows = |tools: &Tools| {
        let missing = |name: &str, said: &Option<String>| said.clone().unwrap_or_else(|| format!("no {name}"));
        // The first line of `rustc -vV` says which, the others for what and how it was built.
        [
            missing("triple", &tools.triple),
            missing("rustc", &tools.rustc_vv),
            missing("cargo", &tools.cargo),
            missing("clippy", &tools.clippy),
            missing("rustfmt", &tools.rustfmt),
        ]
    };
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let mut pairs = rows(one).into_iter().zip(rows(other));
    pairs.find(|(one, other)| one != other).map(|(one, other)| (first(one), first(other)))
}

#[cfg(test)]
mod tests;
