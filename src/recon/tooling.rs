//! Which tools are there: the toolchain, its targets and components, and every program the plan, its scenarios and
//! its commands name.
//!
//! A program is looked for and never run; only those of a short list that is closed are asked for their version, and
//! none that lies in the repository.

mod named;

use super::bounded::Bounded;
use crate::approval::subject::{executable, on_path};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::files;
use crate::process::{self, Command};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use named::{how_to_get, of_command, spoken_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The largest file that is read.
const MOST_BYTES: u64 = 1 << 20;

/// Programs that are asked for their version, and how: what everybody knows to do nothing else.
const ASKED: &[(&str, &[&str])] = &[
    ("rustc", &["-V"]),
    ("cargo", &["-V"]),
    ("rustfmt", &["-V"]),
    ("cargo-clippy", &["-V"]),
    ("rustup", &["-V"]),
    ("git", &["--version"]),
    ("cargo-nextest", &["nextest", "-V"]),
];

/// Those the stage itself needs.
const ALWAYS: &[&str] = &["rustc", "cargo", "rustfmt", "cargo-clippy", "git"];

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is not.
    Missing,
    /// Nobody can tell.
    Unknown,
    /// It is.
    Present,
}

/// A target, component or toolchain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Need {
    /// Its name.
    pub name: String,
    /// Whether it is there.
    pub state: State,
    /// Who names it.
    pub wanted_by: Vec<String>,
    /// What to type to get it, where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub get: Option<String>,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    /// As it is typed.
    pub name: String,
    /// Whether it is there.
    pub state: State,
    /// Where: absolute, or relative to the root where it lies in the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What it says of its version, of those that are asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Who names it.
    pub wanted_by: Vec<String>,
    /// What to type to get it, where it is missing and that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub get: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tooling {
    /// The compiler's version.
    pub rust: Option<String>,
    /// The host's triple.
    pub host: Option<String>,
    /// The toolchain file that chooses it, relative to the root, and the channel it names.
    pub toolchain_file: Option<(String, Option<String>)>,
    /// Toolchains that commands name with `+`.
    pub toolchains: Vec<Need>,
    /// Components.
    pub components: Vec<Need>,
    /// Targets: those that are wanted, and those that are installed.
    pub targets: Vec<Need>,
    /// Programs: missing ones first.
    pub programs: Bounded<Program>,
    /// Commands that could not be read, each with the reason: what they need is not known.
    pub unread: Vec<String>,
}

/// What names tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanting {
    /// Whose it is: the id of a command, `step:ID`, `scenario:ID`.
    pub by: String,
    /// A command, or prose that may speak of some.
    pub text: String,
    /// Which of the two.
    pub is_command: bool,
}

type Wanted = BTreeMap<String, BTreeSet<String>>;

/// Looks for all of it. `folder` is the workspace's, in which the toolchain is chosen.
///
/// # Errors
/// 74 where temporary files cannot be used, or a signal.
pub fn tooling(
    wanting: &[Wanting],
    root: &Utf8Path,
    folder: &Utf8Path,
    limit: usize,
    surroundings: &Surroundings,
    cancel: &Cancel,
) -> Result<Tooling> {
    let asking = Asking { root, folder, surroundings, cancel };
    let (mut programs, mut components) = (Wanted::new(), Wanted::new());
    let (mut targets, mut toolchains) = (Wanted::new(), Wanted::new());
    let mut unread = Vec::new();
    let stage = "cargo handoff implement";
    ALWAYS.iter().for_each(|name| want(&mut programs, name, stage));
    ["clippy", "rustfmt"].iter().for_each(|name| want(&mut components, name, stage));
    want(&mut components, "rust-src", "cargo handoff recon docs std::…");
    for it in wanting {
        let commands = if it.is_command { vec![it.text.clone()] } else { spoken_of(&it.text) };
        for command in commands {
            let needs = of_command(&command);
            needs.programs.iter().for_each(|name| want(&mut programs, name, &it.by));
            needs.components.iter().for_each(|name| want(&mut components, name, &it.by));
            needs.targets.iter().for_each(|name| want(&mut targets, name, &it.by));
            needs.toolchains.iter().for_each(|name| want(&mut toolchains, name, &it.by));
            unread.extend(needs.unread.map(|why| format!("{}: {why}", it.by)));
        }
    }
    let file = asking.toolchain_file();
    if let Some(file) = &file {
        file.components.iter().for_each(|name| want(&mut components, name, &file.shown));
        file.targets.iter().for_each(|name| want(&mut targets, name, &file.shown));
    }
    for (name, by) in asking.configured_targets() {
        want(&mut targets, &name, &by);
    }
    let says = asking.says("rustc", &["-vV"])?.unwrap_or_default();
    let line = |start: &str| says.lines().find_map(|line| line.strip_prefix(start)).map(str::to_owned);
    let (rust, host) = (line("release: "), line("host: "));
    let sysroot = asking.says("rustc", &["--print", "sysroot"])?.map(Utf8PathBuf::from);
    if let Some(host) = &host {
        want(&mut targets, host, "the host");
    }
    for name in sysroot.iter().flat_map(|root| installed_targets(root)) {
        targets.entry(name).or_default();
    }
    for (script, by) in programs.clone() {
        if let Some(interpreter) = asking.interpreter(&script) {
            by.iter().for_each(|by| want(&mut programs, &interpreter, &format!("{script} of {by}")));
        }
    }
    let mut found: Vec<Program> =
        programs.into_iter().map(|(name, by)| asking.program(name, by)).collect::<Result<_>>()?;
    found.sort_by(|one, other| (one.state, &one.name).cmp(&(other.state, &other.name)));
    unread.sort();
    unread.dedup();
    Ok(Tooling {
        rust,
        host,
        toolchain_file: file.map(|file| (file.shown, file.channel)),
        toolchains: needs(toolchains, |name| asking.toolchain(name), "rustup toolchain install"),
        components: needs(components, |name| component(name, sysroot.as_deref()), "rustup component add"),
        targets: needs(targets, |name| target(name, sysroot.as_deref()), "rustup target add"),
        programs: Bounded::of(found, limit),
        unread,
    })
}

fn want(wanted: &mut Wanted, name: &str, by: &str) {
    wanted.entry(name.to_owned()).or_default().insert(by.to_owned());
}

fn needs(wanted: Wanted, state: impl Fn(&str) -> State, get: &str) -> Vec<Need> {
    let need = |(name, by): (String, BTreeSet<String>)| {
        let state = state(&name);
        // A name out of a payload or a file of the repository: only a plain one becomes a word to type.
        let is_plain =
            name.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it)) && !name.starts_with('-');
        let get = (state == State::Missing && is_plain).then(|| format!("{get} {name}"));
        Need { name, state, wanted_by: by.into_iter().collect(), get }
    };
    wanted.into_iter().map(need).collect()
}

fn state(is_there: bool) -> State {
    if is_there { State::Present } else { State::Missing }
}

/// Whether a component is in a toolchain: told by what it brings.
fn component(name: &str, sysroot: Option<&Utf8Path>) -> State {
    let Some(sysroot) = sysroot else { return State::Unknown };
    let program = |name: &str| state(executable(&sysroot.join("bin").join(name)).is_some());
    let folder = sysroot.join("lib").join("rustlib");
    match name.trim_end_matches("-preview") {
        "clippy" => program("cargo-clippy"),
        "rustfmt" => program("rustfmt"),
        "miri" => program("miri"),
        "rust-analyzer" => program("rust-analyzer"),
        "cargo" => program("cargo"),
        "rustc" => program("rustc"),
        "rust-src" => state(folder.join("src/rust/library/std/src/lib.rs").is_file()),
        name => {
            let known = files::read(&folder.join("components"), MOST_BYTES).ok().flatten();
            let Some(known) = known else { return State::Unknown };
            let known = String::from_utf8_lossy(&known).into_owned();
            state(known.lines().any(|line| line == name || line.starts_with(&format!("{name}-"))))
        }
    }
}

fn installed_targets(sysroot: &Utf8Path) -> Vec<String> {
    let entries = sysroot.join("lib").join("rustlib").read_dir_utf8().into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().join("lib").is_dir());
    folders.map(|entry| entry.file_name().to_owned()).collect()
}

fn target(name: &str, sysroot: Option<&Utf8Path>) -> State {
    match sysroot {
        None => State::Unknown,
        // A file that describes a target, or a name that leads elsewhere.
        Some(_) if name.contains(['/', '\\', '.']) => State::Unknown,
        Some(sysroot) => state(sysroot.join("lib").join("rustlib").join(name).join("lib").is_dir()),
    }
}

/// A `rust-toolchain(.toml)`.
struct ToolchainFile {
    shown: String,
    channel: Option<String>,
    components: Vec<String>,
    targets: Vec<String>,
}

struct Asking<'a> {
    root: &'a Utf8Path,
    folder: &'a Utf8Path,
    surroundings: &'a Surroundings,
    cancel: &'a Cancel,
}

impl Asking<'_> {
    /// What a program of the closed list says. Rustup is kept from getting a toolchain that is not there.
    fn says(&self, name: &str, args: &[&str]) -> Result<Option<String>> {
        let Some(path) = self.found(name).filter(|path| !self.is_own(path)) else { return Ok(None) };
        let environment = process::clean(&self.surroundings.environment);
        let command = Command::new(path.as_str(), self.folder, environment)
            .args(args.iter().copied())
            .env("RUSTUP_AUTO_INSTALL", "0");
        let said = process::ask(&command, self.cancel)?;
        self.cancel.check()?;
        let text = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        Ok((said.end.is_success() && !text.is_empty()).then_some(text))
    }

    /// Where a program is found: a path from the root, a bare name on the `PATH`; cargo's subcommands also in its home.
    fn found(&self, name: &str) -> Option<Utf8PathBuf> {
        if name.contains(['/', '\\']) {
            return executable(&crate::surroundings::plain(&self.root.join(name)));
        }
        on_path(name, self.surroundings).or_else(|| {
            let home = self.surroundings.cargo_home().filter(|_| name.starts_with("cargo"))?;
            executable(&home.join("bin").join(name))
        })
    }

    fn is_own(&self, path: &Utf8Path) -> bool {
        let real = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
        path.starts_with(self.root) || real.starts_with(self.root)
    }

    fn program(&self, name: String, by: BTreeSet<String>) -> Result<Program> {
        let path = self.found(&name);
        let asked = ASKED.iter().find(|(known, _)| *known == name).filter(|_| path.is_some());
        let version = match asked {
            Some((_, args)) => self.says(&name, args)?,
            None => None,
        };
        // Rustup has a name for every component, installed or not: who does not answer is not there.
        let is_silent = asked.is_some() && version.is_none();
        let state = state(path.is_some() && !is_silent);
        let shown = |path: Utf8PathBuf| path.strip_prefix(self.root).unwrap_or(&path).as_str().replace('\\', "/");
        Ok(Program {
            state,
            path: path.filter(|_| state == State::Present).map(shown),
            version: version.and_then(|text| text.lines().next().map(str::to_owned)),
            get: (state == State::Missing).then(|| how_to_get(&name)).flatten(),
            wanted_by: by.into_iter().collect(),
            name,
        })
    }

    /// What the first line of a script of the repository names.
    fn interpreter(&self, name: &str) -> Option<String> {
        let path = self.found(name).filter(|path| self.is_own(path))?;
        let text = files::read(&path, MOST_BYTES).ok().flatten()?;
        let head = String::from_utf8_lossy(text.get(..text.len().min(256)).unwrap_or_default()).into_owned();
        let mut words = head.lines().next()?.strip_prefix("#!")?.split_whitespace();
        let first = words.next()?;
        let is_env = Utf8Path::new(first).file_name() == Some("env");
        let name =
            if is_env { words.next().filter(|word| !word.starts_with('-') && !word.contains('='))? } else { first };
        Some(name.to_owned())
    }

    fn toolchain_file(&self) -> Option<ToolchainFile> {
        let names = ["rust-toolchain", "rust-toolchain.toml"];
        let mut places = self.folder.ancestors().flat_map(|folder| names.map(|name| folder.join(name)));
        let path = places.find(|path| path.is_file())?;
        let text = String::from_utf8_lossy(&files::read(&path, MOST_BYTES).ok().flatten()?).into_owned();
        let table: toml::Table = toml::from_str(&text).unwrap_or_default();
        let toolchain = table.get("toolchain");
        let list = |key: &str| -> Vec<String> {
            let values = toolchain.and_then(|it| it.get(key)).and_then(toml::Value::as_array);
            values.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        let channel = toolchain.and_then(|it| it.get("channel")).and_then(toml::Value::as_str).map(str::to_owned);
        let bare = text.trim();
        let bare = (toolchain.is_none() && !bare.is_empty() && !bare.contains(['\n', '='])).then(|| bare.to_owned());
        Some(ToolchainFile {
            shown: path.strip_prefix(self.root).unwrap_or(&path).as_str().replace('\\', "/"),
            channel: channel.or(bare),
            components: list("components"),
            targets: list("targets"),
        })
    }

    /// `build.target` of cargo's configuration, each with its file.
    fn configured_targets(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for folder in self.surroundings.cargo_folders(self.folder) {
            for file in ["config.toml", "config"].map(|name| folder.join(name)) {
                let Some(bytes) = files::read(&file, MOST_BYTES).ok().flatten() else { continue };
                let table: toml::Table = toml::from_str(&String::from_utf8_lossy(&bytes)).unwrap_or_default();
                let Some(target) = table.get("build").and_then(|build| build.get("target")) else { continue };
                let one = target.as_str().into_iter();
                let several = target.as_array().into_iter().flatten().filter_map(toml::Value::as_str);
                let shown = file.strip_prefix(self.root).unwrap_or(&file).as_str().replace('\\', "/");
                found.extend(one.chain(several).map(|name| (name.to_owned(), shown.clone())));
            }
        }
        found
    }

    /// Whether rustup has a toolchain that begins so.
    fn toolchain(&self, name: &str) -> State {
        let home = self.surroundings.variable("RUSTUP_HOME").map(Utf8PathBuf::from);
        let home = home.or_else(|| self.surroundings.home().map(|home| Utf8Path::new(home).join(".rustup")));
        let Some(Ok(entries)) = home.map(|home| home.join("toolchains").read_dir_utf8()) else { return State::Unknown };
        let is_it = |own: &str| own == name || own.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        state(entries.flatten().any(|entry| is_it(entry.file_name())))
    }
}

#[cfg(all(test, unix))]
mod tests;
