//! Who uses a symbol: read from what is written, without a compiler, and each use labelled by how sure that is.
//!
//! Only crates that can see the symbol are looked at. What cannot be decided is told as such and never left out:
//! a use nobody can tell from another's is `name-only`, and files that could not be read are named.

mod crates;
mod forest;
mod names;
mod resolve;
mod types;
mod target;
mod judge;
mod label;

use super::place::{Ground, RustFile};
use crate::error::{Code, Error, Result};
use crate::source::{NamePath, SymbolKind, outline};
use crate::words::shell_word;
use forest::Forest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many symbols that may have been meant are told.
const MOST_HINTS: usize = 20;

/// How sure it is that a use is one of this symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// Its path, or the type it is called on, leads to the symbol.
    Certain,
    /// Nothing else of this name is in sight.
    Likely,
    /// It has this name, and nothing more is known.
    NameOnly,
}

impl Label {
    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::NameOnly => "name-only",
        }
    }
}

/// As what the name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UsedAs {
    /// In a path: a type, a call, a value, a pattern.
    Path,
    /// In a `use`.
    Import,
    /// Behind a dot, called.
    Method,
    /// Behind a dot, or in the braces of a struct.
    Field,
    /// A trait's item, given by an `impl`.
    Implementation,
    /// In documentation.
    DocLink,
    /// In documentation, in code.
    DocTest,
    /// Alone in a macro's braces.
    Word,
}

/// Who uses a symbol.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refs {
    /// The name that was asked for.
    pub name: String,
    /// What it stands for: one symbol, or with `--all` every one of this name.
    pub definitions: Vec<Definition>,
    /// How many uses there are of each label, those left out included.
    pub certain: usize,
    /// The same.
    pub likely: usize,
    /// The same.
    pub name_only: usize,
    /// The uses, by file.
    pub files: Vec<FileRefs>,
    /// How many uses are left out for the limit: the least sure ones first.
    pub left_out: usize,
    /// What was looked at.
    pub looked: Looked,
    /// What may hide further uses, a sentence each.
    pub unknown: Vec<String>,
}

/// A symbol that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// Its path within the file.
    pub path: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its file.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Its head in one line.
    pub signature: String,
    /// The crate and modules its file stands for.
    pub module: String,
}

/// The uses in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileRefs {
    /// The file.
    pub file: String,
    /// Its package.
    pub package: String,
    /// By the symbol they stand in.
    pub symbols: Vec<SymbolRefs>,
}

/// The uses in a symbol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SymbolRefs {
    /// Its path within the file; empty at the file's top.
    pub symbol: String,
    /// The uses, in order.
    pub hits: Vec<Hit>,
}

/// A use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// Its line.
    pub line: u32,
    /// The characters before it on its line, and one.
    pub column: u32,
    /// How sure it is.
    pub label: Label,
    /// As what the name stands.
    pub r#as: UsedAs,
    /// The macro it is given to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_macro: Option<String>,
    /// Another name it goes by here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// The line, without blanks around it.
    pub text: String,
}

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    /// Whether cargo said who sees whom; else it was guessed from where files lie.
    pub by_graph: bool,
    /// The packages that can see the symbol.
    pub packages: Vec<String>,
    /// Their files.
    pub n_files: usize,
    /// Those of them that hold the name.
    pub n_holding: usize,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The symbol.
    pub name: &'a str,
    /// Where it is declared: files, folders or packages; anywhere where empty.
    pub within: &'a [String],
    /// Whether every symbol of this name is meant.
    pub all: bool,
    /// How many uses are told at most.
    pub limit: usize,
}

/// The files that questions may be about, as they were read: several may be asked of them.
pub struct Reading<'a> {
    ground: &'a Ground<'a>,
    forest: Forest,
}

/// Reads the files that questions may be about; they are parsed where a question leads to them.
///
/// # Errors
/// 65 where a package's folder is gone.
pub fn read<'a>(ground: &'a Ground<'a>) -> Result<Reading<'a>> {
    let below: Vec<RustFile> = match ground.graph {
        Some(graph) => {
            let folders: BTreeSet<String> =
                graph.packages().map(|package| package.folder.as_str().to_owned()).collect();
            ground.rust_files(&folders.into_iter().collect::<Vec<_>>())?
        }
        None => ground.rust_files(&[])?,
    };
    Ok(Reading { ground, forest: Forest::grow(ground, &below) })
}

/// Finds them.
///
/// # Errors
/// 2 where the name is none, 65 where nothing has it, or several have and not all are meant.
pub fn refs(question: &Question<'_>, reading: &Reading<'_>) -> Result<Refs> {
    let Reading { ground, forest } = reading;
    let name = NamePath::read(question.name)
        .ok_or_else(|| Error::new(Code::Usage, format!("`{}` is no name", question.name)))?;
    let within = match question.within {
        [] => None,
        named => Some(ground.rust_files(named)?.into_iter().map(|file| file.path).collect::<BTreeSet<_>>()),
    };
    let mut targets = target::find(forest, &name, within.as_ref());
    if targets.is_empty()
        && let Some(file) = target::unreached(forest, &name)
    {
        let message = format!("`{}` stands in `{file}`, and no crate's root leads there", question.name);
        return Err(Error::new(Code::NoSuchEntry, message)
            .hint(format!("`cargo handoff recon search -w {}` looks in every file", shell_word(name.last()))));
    }
    if targets.is_empty() {
        let unread = forest.unread.first().map(|(file, why)| format!("; `{file}` could not be read: {why}"));
        let unread = unread.or_else(|| {
            let file = target::unreadable(forest, &name)?;
            Some(format!("; `{file}` holds the word and does not parse: it may stand there"))
        });
        let message = format!(
            "nothing is called `{}` in {} files{}",
            question.name,
            forest.files.len(),
            unread.unwrap_or_default()
        );
        return Err(Error::new(Code::NoSuchEntry, message)
            .hint(format!("`cargo handoff recon find --part {}` looks for parts of names", shell_word(name.last()))));
    }
    if 1 < targets.len() && !question.all {
        let mut error = Error::new(
            Code::NoSuchEntry,
            format!("`{}` stands for {} symbols: say which, or `--all`", question.name, targets.len()),
        );
        let mut definitions = targets.iter().flat_map(|target| target::definitions(forest, target));
        for definition in definitions.by_ref().take(MOST_HINTS) {
            let Definition { path, kind, file, line, .. } = definition;
            let (name, within) = (shell_word(&format!("/{path}")), shell_word(&file));
            error = error
                .hint(format!("{} in {file}:{line}: `cargo handoff recon refs {name} --in {within}`", kind.word()));
        }
        let n_more = definitions.count();
        if 0 < n_more {
            error = error.hint(format!("and {n_more} more: `cargo handoff recon find {}`", shell_word(question.name)));
        }
        return Err(error);
    }
    let mut answer = Refs { name: question.name.to_owned(), ..Refs::default() };
    let mut hits: BTreeMap<(usize, usize), (Hit, usize)> = BTreeMap::new();
    let mut seen = Seen::default();
    for target in &mut targets {
        answer.definitions.extend(target::definitions(forest, target));
        target::complete(forest, target, ground.graph);
        for (place, found) in label::label(forest, target, &mut seen) {
            let known = hits.entry(place).or_insert_with(|| found.clone());
            if found.0.label < known.0.label {
                *known = found;
            }
        }
    }
    finish(forest, hits, question.limit, &mut answer);
    looked(forest, ground, &targets, &seen, &mut answer);
    Ok(answer)
}

/// What was seen on the way.
#[derive(Debug, Default)]
struct Seen {
    /// The files that hold one of the names.
    holding: BTreeSet<usize>,
    n_in_macros: usize,
    n_unknown: usize,
    n_receivers: usize,
}

/// Groups the hits, the surest ones kept where there are too many.
fn finish(forest: &Forest, hits: BTreeMap<(usize, usize), (Hit, usize)>, limit: usize, answer: &mut Refs) {
    let count = |label| hits.values().filter(|(hit, _)| hit.label == label).count();
    (answer.certain, answer.likely, answer.name_only) =
        (count(Label::Certain), count(Label::Likely), count(Label::NameOnly));
    let mut by_sureness: Vec<(Label, &str, usize, usize)> =
        hits.iter().map(|((file, at), (hit, _))| (hit.label, forest.files[*file].shown.as_str(), *file, *at)).collect();
    by_sureness.sort_unstable();
    answer.left_out = by_sureness.len().saturating_sub(limit);
    by_sureness.truncate(limit);
    let mut files: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (_, shown, file, at) in by_sureness {
        files.entry(shown).or_default().push((file, at));
    }
    for (shown, mut places) in files {
        places.sort_unstable();
        let Some((file, _)) = places.first().copied() else { continue };
        let outline = outline(&forest.files[file].text);
        let mut symbols: Vec<SymbolRefs> = Vec::new();
        let mut package = String::new();
        for (file, at) in places {
            let Some((hit, instance)) = hits.get(&(file, at)) else { continue };
            package.clone_from(&forest.crates[forest.instances[*instance].of_crate].package);
            let symbol = outline.around(at).map(|around| outline.path(around)).unwrap_or_default();
            match symbols.last_mut() {
                Some(last) if last.symbol == symbol => last.hits.push(hit.clone()),
                Some(_) | None => symbols.push(SymbolRefs { symbol, hits: vec![hit.clone()] }),
            }
        }
        answer.files.push(FileRefs { file: shown.to_owned(), package, symbols });
    }
}

/// Says what was looked at, and what was not.
fn looked(forest: &Forest, ground: &Ground<'_>, targets: &[target::Target], seen: &Seen, answer: &mut Refs) {
    let crates: BTreeSet<usize> = targets.iter().flat_map(|target| target.crates.iter().copied()).collect();
    let packages: BTreeSet<&str> = crates.iter().map(|at| forest.crates[*at].package.as_str()).collect();
    let files: BTreeSet<usize> =
        forest.instances.iter().filter(|own| crates.contains(&own.of_crate)).map(|own| own.file).collect();
    answer.looked = Looked {
        by_graph: ground.graph.is_some(),
        packages: packages.into_iter().map(str::to_owned).collect(),
        n_files: files.len(),
        n_holding: seen.holding.len(),
    };
    let unknown = &mut answer.unknown;
    if ground.graph.is_none() {
        unknown.push("no cargo workspace here: who sees whom was guessed from where the files lie".to_owned());
    }
    for (file, why) in &forest.unread {
        unknown.push(format!("`{file}` was not read: {why}"));
    }
    for file in &seen.holding {
        if let Some(line) = forest.declarations(*file).broken {
            unknown.push(format!("`{}` does not parse behind line {line}", forest.files[*file].shown));
        }
    }
    let names: Vec<&String> = targets.iter().flat_map(|target| &target.names).collect();
    for stray in &forest.strays {
        let stray = &forest.files[*stray];
        if names.iter().any(|name| forest::holds(&stray.text, name)) {
            unknown.push(format!("`{}` holds the name and belongs to no target", stray.shown));
        }
    }
    let mut say = |n: usize, one: &str, many: &str| {
        if 0 < n {
            unknown.push(format!("{n} {}", if n == 1 { one } else { many }));
        }
    };
    say(
        seen.n_receivers,
        "call or field of this name on a value whose type is not told",
        "calls or fields of this name on values whose types are not told",
    );
    say(
        seen.n_in_macros,
        "use is given to a macro: what it makes of it is not known",
        "uses are given to macros: what those make of them is not known",
    );
    say(
        seen.n_unknown,
        "use that no path here leads to: a macro may declare it",
        "uses that no path here leads to: macros may declare them",
    );
    if targets.iter().any(|target| target.is_of_macro) {
        unknown.push("it is declared in a macro's braces, which may do anything with it".to_owned());
    }
}
