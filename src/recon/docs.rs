//! What is documented of a dependency, at the locked version, from what lies on this machine.
//!
//! The network is never asked. An item is found by following its path through modules, `pub use` and globs as the
//! language does, as far as syntax alone can: what a macro makes is not seen, and conditions are not evaluated.

mod crates;
mod tree;
mod links;
mod texts;
mod items;

pub use items::{Code, ItemDocs};
pub use texts::Excerpt;

use super::bounded::Bounded;
use crate::cancel::Cancel;
use crate::error::{Code as ErrorCode, Error, Result};
use crate::process::{self, Command};
use crate::source::{NamePath, prose_of_file};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use crates::{Crate, Crates, is_crates_io};
use links::Pages;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::rc::Rc;
use tree::{Library, Tree};

/// The libraries a toolchain brings along.
const TOOLCHAIN: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// `serde_json`, `serde_json@1.0.140`, `serde_json::Value::pointer`, `std::vec::Vec`.
    pub item: &'a str,
    /// The package whose dependency is meant.
    pub user: Option<&'a str>,
    /// Whether the source is wanted too.
    pub source: bool,
    /// The most lines of each text, and the most rows of each list.
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Docs {
    /// What was asked.
    pub item: String,
    /// The packages that are meant, one for each version that is locked.
    pub crates: Vec<CrateDocs>,
}

/// A package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CrateDocs {
    /// Its name.
    pub name: String,
    /// The locked version.
    pub version: String,
    /// What it is called in code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub library: Option<String>,
    /// `crates.io`, `this workspace`, `the toolchain`, or the source as the lock file has it.
    pub from: String,
    /// The members that use it, each with the name it has there.
    pub used_by: Vec<String>,
    /// Why that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The folder it lies in; nothing where it is not on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// What is missing, and how to get it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// What its manifest says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The pages to cite and to read, of exactly this version where there are such.
    pub links: Vec<Link>,
    /// Its features.
    pub features: Bounded<Feature>,
    /// What its library says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<Excerpt>,
    /// Its README.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readme: Option<Excerpt>,
    /// Its changelog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changelog: Option<Excerpt>,
    /// The examples it brings along, relative to its folder.
    pub examples: Bounded<String>,
    /// What the path leads to.
    pub items: Bounded<ItemDocs>,
    /// Where the path leads nowhere: what has the same name, with its place.
    pub near: Bounded<String>,
    /// Paths that could not be followed.
    pub lost: Vec<String>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// `docs`, `package`, `repository`, `homepage`.
    pub what: String,
    /// Where it is.
    pub url: String,
}

/// A feature of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// What it turns on.
    pub enables: Vec<String>,
    /// Whether it is on in this workspace; nothing where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// An item as it was typed.
struct Named<'a> {
    package: &'a str,
    version: Option<&'a str>,
    path: Vec<String>,
}

impl<'a> Named<'a> {
    fn read(text: &'a str) -> Result<Self> {
        let (first, rest) = text.trim().split_once("::").unwrap_or((text.trim(), ""));
        let (package, version) = first.split_once('@').map_or((first, None), |(name, version)| (name, Some(version)));
        let path: Vec<String> = rest
            .split("::")
            .map(|name| name.trim().trim_start_matches("r#").trim_end_matches(['!', '(', ')']).to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        let is_name = |text: &str| !text.is_empty() && text.chars().all(|it| it.is_alphanumeric() || "-_".contains(it));
        if !is_name(package) || !path.iter().all(|name| is_name(name)) || version.is_some_and(str::is_empty) {
            let message = format!("`{text}` is no package and no path into one");
            return Err(Error::new(ErrorCode::Usage, message)
                .hint("`serde_json`, `serde_json@1.0.140` or `serde_json::Value::pointer`"));
        }
        Ok(Self { package, version, path })
    }

    fn is_of_toolchain(&self) -> bool {
        TOOLCHAIN.contains(&self.package) && self.version.is_none()
    }
}

/// Whether an item is the toolchain's, so that no workspace is needed.
#[must_use]
pub fn is_of_toolchain(item: &str) -> bool {
    Named::read(item).is_ok_and(|named| named.is_of_toolchain())
}

/// The documentation of what is meant.
///
/// # Errors
/// 2 where nothing can be meant by it, 65 where no such package is locked, 102 where nothing is, 74, or a signal.
pub fn docs(
    question: &Question<'_>,
    manifests: &[Utf8PathBuf],
    surroundings: &Surroundings,
    cancel: &Cancel,
) -> Result<Docs> {
    let named = Named::read(question.item)?;
    let item = question.item.trim().to_owned();
    if named.is_of_toolchain() {
        let crates = Crates::default();
        return Ok(Docs { item, crates: vec![of_toolchain(&named, question, &crates, surroundings, cancel)?] });
    }
    let mut crates = Crates::load(manifests, surroundings, cancel)?;
    let meant = crates.meant(named.package, named.version, question.user)?;
    let meant: Vec<String> = meant.into_iter().map(|it| it.id.clone()).collect();
    for id in &meant {
        crates.complete(id, surroundings, cancel)?;
    }
    let needs_toolchain = !named.path.is_empty();
    let toolchain = if needs_toolchain { toolchain(&crates.folder, surroundings, cancel)? } else { None };
    let library = toolchain.as_ref().map(|toolchain| toolchain.library.as_path());
    let mut found = Vec::new();
    for it in meant.iter().filter_map(|id| crates.by_id(id)) {
        let tree = Tree::new(&crates, library);
        let version = toolchain.as_ref().map(|toolchain| toolchain.version.as_str()).unwrap_or_default();
        found.push(of_crate(it, &named, question, &crates, &tree, version));
    }
    Ok(Docs { item, crates: found })
}

fn of_crate(it: &Crate, named: &Named, question: &Question, crates: &Crates, tree: &Tree, rust: &str) -> CrateDocs {
    let library = Tree::library(it);
    let mut docs = CrateDocs {
        name: it.name.clone(),
        version: it.version.clone(),
        library: library.as_ref().map(|library| library.name.clone()),
        from: from(it),
        used_by: used_by(it, crates),
        unknown: crates.unknown.clone(),
        folder: it.folder().map(ToString::to_string),
        links: links_of(it, library.as_deref()),
        ..CrateDocs::default()
    };
    let (Some(package), Some(folder)) = (&it.package, it.folder()) else {
        docs.missing = Some("it is not on this machine: `cargo fetch` gets what is locked".to_owned());
        return docs;
    };
    docs.description = package.description.as_ref().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    if named.path.is_empty() {
        let features = package.features.iter().map(|(name, enables)| Feature {
            name: name.clone(),
            enables: enables.clone(),
            enabled: it.enabled.as_ref().map(|enabled| enabled.contains(name)),
        });
        docs.features = Bounded::of(features.collect(), question.limit);
        docs.docs = library.as_ref().and_then(|library| own_docs(library, folder, tree, question.limit));
        docs.readme = texts::readme(folder, package.readme.as_deref(), question.limit);
        docs.changelog = texts::changelog(folder, &it.version, question.limit);
        docs.examples = texts::examples(folder, question.limit);
        return docs;
    }
    match library {
        Some(library) => look_up(&mut docs, &library, named, question, crates, tree, rust),
        None => docs.missing = Some("it has no library: nothing can be used of it by a path".to_owned()),
    }
    docs
}

/// Finds what the path leads to, or else what has its name.
fn look_up(
    docs: &mut CrateDocs,
    library: &Rc<Library>,
    named: &Named,
    question: &Question,
    crates: &Crates,
    tree: &Tree,
    rust: &str,
) {
    let mut hits = tree.walk(&Tree::root(library), &named.path);
    let mut seen = BTreeSet::new();
    hits.retain(|hit| seen.insert(items::place_of(hit)));
    // What anybody can use comes first; among those the order of the language's own search.
    hits.sort_by_key(|hit| !hit.is_public);
    let shown = items::Showing { crates, tree, library, rust, source: question.source, limit: question.limit };
    let n_hits = hits.len();
    hits.truncate(question.limit);
    let told: Vec<ItemDocs> = hits.iter().filter_map(|hit| shown.item(hit)).collect();
    docs.items = Bounded { left_out: n_hits - hits.len(), items: told };
    if docs.items.items.is_empty() {
        docs.near = Bounded::of(near(library, &named.path, tree), question.limit);
    }
    if docs.items.items.is_empty() {
        docs.lost = tree.lost.borrow().iter().cloned().collect();
    }
}

/// What is called like the last names of a path, wherever it stands in the library: its path in its file, and the place.
fn near(library: &Library, path: &[String], tree: &Tree) -> Vec<String> {
    let Some(last) = path.last() else { return Vec::new() };
    let folder = library.root.parent().unwrap_or(&library.root);
    let sources = tree.holding(library, &[last]);
    for n_names in [2, 1] {
        let names = path.get(path.len().saturating_sub(n_names)..).unwrap_or_default().join("/");
        let Some(name) = NamePath::read(&names) else { continue };
        let mut found = Vec::new();
        for source in &sources {
            let file = source.path.strip_prefix(folder.parent().unwrap_or(folder)).unwrap_or(&source.path);
            found.extend(name.find(&source.outline, &[]).into_iter().map(|at| {
                let symbol = &source.outline.symbols[at];
                format!("{} {} at {file}:{}", symbol.kind.word(), source.outline.path(at), symbol.line)
            }));
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn own_docs(library: &Library, folder: &Utf8Path, tree: &Tree, limit: usize) -> Option<Excerpt> {
    let source = tree.source(&library.root)?;
    let lines = prose_of_file(&source.text).lines;
    let file = library.root.strip_prefix(folder).unwrap_or(&library.root).as_str().replace('\\', "/");
    (!lines.is_empty()).then(|| Excerpt { file, line: 1, lines: Bounded::of(lines, limit) })
}

fn from(it: &Crate) -> String {
    match it.source.as_deref() {
        Some(source) if is_crates_io(source) => "crates.io".to_owned(),
        Some(source) => source.to_owned(),
        None if it.is_member => "this workspace".to_owned(),
        None => "a folder".to_owned(),
    }
}

fn used_by(it: &Crate, crates: &Crates) -> Vec<String> {
    let own = it.name.replace('-', "_");
    let library = it.library().map_or(own, |(name, _)| name);
    let told = crates.users(it).map(|(member, name)| match name == library {
        true => member.name.clone(),
        false => format!("{} as `{name}`", member.name),
    });
    told.collect::<BTreeSet<String>>().into_iter().collect()
}

fn links_of(it: &Crate, library: Option<&Library>) -> Vec<Link> {
    let mut links = Vec::new();
    let mut add = |what: &str, url: Option<String>| {
        links.extend(url.map(|url| Link { what: what.to_owned(), url }));
    };
    let guess = it.name.replace('-', "_");
    let name = library.map_or(guess.as_str(), |library| library.name.as_str());
    let pages = Pages::of_crate(it, name);
    add("docs", pages.as_ref().map(Pages::root));
    add("package", pages.is_some().then(|| format!("https://docs.rs/crate/{}/{}", it.name, it.version)));
    add("repository", it.package.as_ref().and_then(|package| package.repository.clone()));
    add("homepage", it.package.as_ref().and_then(|package| package.homepage.clone()));
    links
}

/// A toolchain.
struct Toolchain {
    version: String,
    /// Where the source of its libraries lies, where it is installed.
    library: Utf8PathBuf,
}

/// The toolchain that is chosen in a folder; nothing where no compiler answers.
fn toolchain(folder: &Utf8Path, surroundings: &Surroundings, cancel: &Cancel) -> Result<Option<Toolchain>> {
    let ask = |args: &[&str]| -> Result<Option<String>> {
        let rustc = surroundings.variable("RUSTC").unwrap_or("rustc");
        let command = Command::new(rustc, folder, process::clean(&surroundings.environment));
        let said = process::ask(&command.args(args.iter().copied()), cancel)?;
        cancel.check()?;
        Ok(said.end.is_success().then(|| String::from_utf8_lossy(&said.stdout).trim().to_owned()))
    };
    let (Some(says), Some(root)) = (ask(&["-vV"])?, ask(&["--print", "sysroot"])?) else { return Ok(None) };
    let version = says.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default().to_owned();
    let library = Utf8PathBuf::from(root).join("lib/rustlib/src/rust/library");
    Ok(Some(Toolchain { version, library }))
}

fn of_toolchain(
    named: &Named,
    question: &Question,
    crates: &Crates,
    surroundings: &Surroundings,
    cancel: &Cancel,
) -> Result<CrateDocs> {
    let Some(toolchain) = toolchain(&surroundings.folder, surroundings, cancel)? else {
        return Err(Error::new(ErrorCode::NoSuchEntry, "no `rustc` answers, so nobody knows which version is meant")
            .hint("install Rust with rustup (https://rustup.rs)"));
    };
    let pages = Pages::of_toolchain(named.package, &toolchain.version);
    let tree = Tree::new(crates, Some(&toolchain.library));
    let library = tree.of_toolchain(named.package);
    let mut docs = CrateDocs {
        name: named.package.to_owned(),
        version: toolchain.version.clone(),
        library: Some(named.package.to_owned()),
        from: "the toolchain".to_owned(),
        links: vec![Link { what: "docs".to_owned(), url: pages.root() }],
        ..CrateDocs::default()
    };
    if !named.path.is_empty() {
        let path = format!("{}::{}", named.package, named.path.join("::"));
        docs.links.push(Link { what: "search".to_owned(), url: pages.search(&path) });
    }
    match library {
        None => {
            let missing = "its source is not installed: `rustup component add rust-src` brings it";
            docs.missing = Some(missing.to_owned());
        }
        Some(library) => {
            docs.folder = Some(toolchain.library.join(named.package).to_string());
            if named.path.is_empty() {
                docs.docs = own_docs(&library, &toolchain.library, &tree, question.limit);
            } else {
                look_up(&mut docs, &library, named, question, crates, &tree, &toolchain.version);
            }
        }
    }
    Ok(docs)
}

#[cfg(all(test, unix))]
mod tests;
