//! An item that was found, as it is told: signature, place, documentation, examples, page, source.

use super::super::bounded::Bounded;
use super::crates::Crates;
use super::links::{Pages, anchor, signatures, word};
use super::tree::{Hit, Library, Source, Tree, What, children, self_type};
use crate::source::{Prose, Symbol, SymbolKind, prose_of_file, prose_of_item};
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemDocs {
    /// Its path, by the modules that lead to its page.
    pub path: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its head in one line.
    pub signature: String,
    /// The `impl` or trait it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Whether anybody who uses the crate gets there, as far as `pub` says.
    pub is_public: bool,
    /// Its `cfg` attributes.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cfg: String,
    /// The package it stands in, `name@version`: another one where it is only passed on.
    pub package: String,
    /// The folder of that package.
    pub folder: String,
    /// The file, relative to that.
    pub file: String,
    /// The line its visibility or keyword stands in.
    pub line: u32,
    /// The line it ends in.
    pub last_line: u32,
    /// What was followed to get there, as it is written.
    pub via: Vec<String>,
    /// Its page, and the place in it, of exactly this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Its documentation.
    pub docs: Bounded<String>,
    /// The Rust examples in it.
    pub examples: Bounded<Code>,
    /// What belongs to it, in the words of its code: variants, fields, methods; of a module what is public in it.
    pub members: Bounded<String>,
    /// Its source, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Bounded<String>>,
}

/// An example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Code {
    /// The words behind its fence: `no_run`, `should_panic` …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Its text, hidden lines left out.
    pub text: String,
}

/// The file and the symbol a hit stands for: two ways to one thing are one.
pub(super) fn place_of(hit: &Hit) -> (Utf8PathBuf, Option<usize>) {
    match &hit.what {
        What::Module(module) => (module.file.clone(), module.symbol),
        What::Item(symbol) => (hit.module.file.clone(), Some(*symbol)),
        What::Member(file, symbol) => (file.clone(), Some(*symbol)),
    }
}

/// What is needed to tell one.
pub(super) struct Showing<'a> {
    pub(super) crates: &'a Crates,
    pub(super) tree: &'a Tree<'a>,
    /// The library that was asked about.
    pub(super) library: &'a Library,
    /// The toolchain's version.
    pub(super) rust: &'a str,
    pub(super) source: bool,
    pub(super) limit: usize,
}

impl Showing<'_> {
    /// Nothing where a file cannot be read any more.
    pub(super) fn item(&self, hit: &Hit) -> Option<ItemDocs> {
        let (file, at) = place_of(hit);
        let source = self.tree.source(&file)?;
        let symbol = at.and_then(|at| source.outline.symbols.get(at));
        let prose = self.prose(hit, &source, symbol);
        let package = hit.module.library.id.as_ref().and_then(|id| self.crates.by_id(id));
        let root = &hit.module.library.root;
        let above = root.parent().and_then(Utf8Path::parent).unwrap_or(root);
        let folder = package.and_then(|package| package.folder()).unwrap_or(above);
        let pages = match package {
            Some(package) => Pages::of_crate(package, &hit.module.library.name),
            None => Some(Pages::of_toolchain(self.toolchain_name(), self.rust)),
        };
        let n_lines = u32::try_from(source.text.lines().count()).unwrap_or(u32::MAX);
        let named = match package {
            Some(package) => format!("{}@{}", package.name, package.version),
            None => format!("{}@{}", hit.module.library.name, self.rust),
        };
        Some(ItemDocs {
            path: self.path(hit, symbol),
            kind: symbol.map_or(SymbolKind::Mod, |symbol| symbol.kind),
            signature: symbol.map_or_else(
                || format!("mod {}", hit.page.last().unwrap_or(&hit.module.library.name)),
                |symbol| symbol.signature.clone(),
            ),
            within: self.within(hit, &source, symbol),
            is_public: hit.is_public,
            cfg: symbol.map(|symbol| symbol.cfg.clone()).unwrap_or_default(),
            package: named,
            file: file.strip_prefix(folder).unwrap_or(&file).as_str().replace('\\', "/"),
            folder: folder.to_string(),
            line: symbol.map_or(1, |symbol| symbol.line),
            last_line: symbol.map_or(n_lines, |symbol| symbol.last_line),
            via: hit.via.clone(),
            link: pages.and_then(|pages| self.link(&pages, hit, &source)),
            docs: Bounded::of(prose.lines, self.limit),
            examples: Bounded::of(prose.examples.into_iter().map(example).collect(), self.limit.div_ceil(8)),
            members: Bounded::of(self.members(hit, &source), self.limit),
            source: self.source.then(|| self.text(&source, symbol)),
        })
    }

    /// What was asked about, where that is the toolchain's; else where everything of it is passed on.
    fn toolchain_name(&self) -> &str {
        if self.library.id.is_none() { &self.library.name } else { "std" }
    }

    fn path(&self, hit: &Hit, symbol: Option<&Symbol>) -> String {
        let library = match hit.module.library.id {
            Some(_) => hit.module.library.name.as_str(),
            None => self.toolchain_name(),
        };
        let member = match (&hit.what, symbol) {
            (What::Member(..), Some(symbol)) => Some(symbol.name.as_str()),
            (What::Member(..) | What::Module(_) | What::Item(_), _) => None,
        };
        let names = hit.page.iter().map(String::as_str);
        std::iter::once(library).chain(names).chain(member).collect::<Vec<_>>().join("::")
    }

    fn within(&self, hit: &Hit, source: &Source, symbol: Option<&Symbol>) -> Option<String> {
        match &hit.what {
            What::Member(..) => {
                let outer = source.outline.symbols.get(symbol?.parent?)?;
                Some(outer.signature.clone())
            }
            What::Module(_) | What::Item(_) => None,
        }
    }

    fn prose(&self, hit: &Hit, source: &Source, symbol: Option<&Symbol>) -> Prose {
        let head = |source: &Source, symbol: &Symbol| {
            prose_of_item(source.text.get(symbol.documented.start..symbol.bare.start).unwrap_or_default())
        };
        let What::Module(module) = &hit.what else {
            return symbol.map(|symbol| head(source, symbol)).unwrap_or_default();
        };
        // What stands before `mod`, then what stands within.
        let declared = module.declared.as_ref().and_then(|(file, at)| {
            let source = self.tree.source(file)?;
            let symbol = source.outline.symbols.get(*at)?.clone();
            Some((source, symbol))
        });
        let mut prose = declared.as_ref().map(|(source, symbol)| head(source, symbol)).unwrap_or_default();
        let inner = match symbol {
            None => prose_of_file(&source.text),
            Some(symbol) => {
                let whole = source.text.get(symbol.bare.clone()).unwrap_or_default();
                prose_of_item(&format!("{whole}\n"))
            }
        };
        prose.lines.extend(inner.lines);
        prose.examples.extend(inner.examples);
        prose
    }

    fn link(&self, pages: &Pages, hit: &Hit, source: &Source) -> Option<String> {
        let (file, at) = match &hit.what {
            What::Module(_) => return Some(pages.module(&hit.page)),
            What::Item(at) => (&hit.module.file, *at),
            What::Member(..) => (&hit.module.file, hit.item?),
        };
        let holder = self.tree.source(file)?;
        let symbol = holder.outline.symbols.get(at)?;
        let head = holder.text.get(symbol.documented.start..symbol.bare.start).unwrap_or_default();
        let page = pages.item(&hit.page, word(symbol.kind, head));
        Some(match &hit.what {
            What::Member(_, member) => page + &anchor(&source.outline, *member),
            What::Module(_) | What::Item(_) => page,
        })
    }

    /// Those right in it, then the public ones of its own `impl`s in the same file.
    fn members(&self, hit: &Hit, source: &Source) -> Vec<String> {
        let at = match &hit.what {
            What::Module(module) => return signatures(&source.outline, module.symbol, false),
            What::Item(at) => *at,
            What::Member(..) => return Vec::new(),
        };
        let Some(symbol) = source.outline.symbols.get(at) else { return Vec::new() };
        let is_holder = matches!(
            symbol.kind,
            SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union | SymbolKind::Trait | SymbolKind::Type
        );
        if !is_holder {
            return Vec::new();
        }
        let mut told = signatures(&source.outline, Some(at), symbol.kind == SymbolKind::Trait);
        for (at, own) in children(&source.outline, symbol.parent) {
            let is_own = own.kind == SymbolKind::Impl && !own.name.contains(" for ");
            if is_own && self_type(&own.name) == symbol.name {
                told.extend(signatures(&source.outline, Some(at), false));
            }
        }
        told
    }

    fn text(&self, source: &Source, symbol: Option<&Symbol>) -> Bounded<String> {
        let text = match symbol {
            Some(symbol) => source.text.get(symbol.documented.clone()).unwrap_or_default(),
            None => source.text.as_str(),
        };
        Bounded::of(text.lines().map(str::to_owned).collect(), self.limit.saturating_mul(4))
    }
}

/// An example as documentation shows it: without the lines rustdoc hides.
fn example((flags, text): (Vec<String>, String)) -> Code {
    let is_shown = |line: &&str| {
        let line = line.trim_start();
        line != "#" && !line.starts_with("# ")
    };
    let text = text.lines().filter(is_shown).map(|line| line.to_owned()).collect::<Vec<_>>().join("\n");
    Code { flags, text: text.trim().to_owned() }
}
