//! Where documentation is published: the page of exactly this version, and the place in it.

use super::crates::{Crate, is_crates_io};
use super::tree::children;
use crate::source::{Outline, SymbolKind};

/// The pages of a library.
#[derive(Debug, Clone)]
pub(super) struct Pages {
    /// `https://docs.rs/serde_json/1.0.140/serde_json/`
    base: String,
}

impl Pages {
    /// Those of a package on docs.rs; nothing for what is not on crates.io.
    pub(super) fn of_crate(it: &Crate, library: &str) -> Option<Self> {
        it.source.as_deref().filter(|source| is_crates_io(source))?;
        Some(Self { base: format!("https://docs.rs/{}/{}/{library}/", it.name, it.version) })
    }

    /// Those of a library of the toolchain: a release has its own, the others the newest of their channel.
    pub(super) fn of_toolchain(library: &str, version: &str) -> Self {
        let channel = match version {
            version if version.contains("nightly") || version.contains("dev") => "nightly",
            version if version.contains("beta") => "beta",
            version => version,
        };
        Self { base: format!("https://doc.rust-lang.org/{channel}/{library}/") }
    }

    /// The library's own page.
    pub(super) fn root(&self) -> String {
        format!("{}index.html", self.base)
    }

    /// The page that finds a path, where nobody knows what it is.
    pub(super) fn search(&self, path: &str) -> String {
        format!("{}?search={path}", self.base)
    }

    /// The page of a module: the modules that lead to it, itself last.
    pub(super) fn module(&self, page: &[String]) -> String {
        page.iter().fold(self.base.clone(), |url, name| url + name + "/") + "index.html"
    }

    /// The page of an item, by the word rustdoc names its kind with.
    pub(super) fn item(&self, page: &[String], word: &str) -> String {
        let Some((name, modules)) = page.split_last() else { return self.root() };
        let folder = modules.iter().fold(self.base.clone(), |url, name| url + name + "/");
        format!("{folder}{word}.{name}.html")
    }
}

/// What rustdoc calls an item, given the attributes before it: a function may be a procedural macro.
pub(super) fn word(kind: SymbolKind, head: &str) -> &'static str {
    match kind {
        SymbolKind::Fn if head.contains("proc_macro_derive") => "derive",
        SymbolKind::Fn if head.contains("proc_macro_attribute") => "attr",
        SymbolKind::Fn if head.contains("#[proc_macro]") => "macro",
        SymbolKind::Fn => "fn",
        SymbolKind::Const => "constant",
        SymbolKind::Mod
        | SymbolKind::Struct
        | SymbolKind::Enum
        | SymbolKind::Union
        | SymbolKind::Variant
        | SymbolKind::Field
        | SymbolKind::Trait
        | SymbolKind::Impl
        | SymbolKind::Static
        | SymbolKind::Type
        | SymbolKind::Macro => kind.word(),
    }
}

/// The place of a member in the page of its item.
pub(super) fn anchor(outline: &Outline, member: usize) -> String {
    let Some(symbol) = outline.symbols.get(member) else { return String::new() };
    let outer = symbol.parent.and_then(|parent| outline.symbols.get(parent));
    let is_in = |kind: SymbolKind| outer.is_some_and(|outer| outer.kind == kind);
    let name = &symbol.name;
    match symbol.kind {
        SymbolKind::Fn if is_in(SymbolKind::Trait) && symbol.body.is_none() => format!("#tymethod.{name}"),
        SymbolKind::Fn => format!("#method.{name}"),
        SymbolKind::Const => format!("#associatedconstant.{name}"),
        SymbolKind::Type => format!("#associatedtype.{name}"),
        SymbolKind::Variant => format!("#variant.{name}"),
        SymbolKind::Field => match outer.filter(|outer| outer.kind == SymbolKind::Variant) {
            Some(variant) => format!("#variant.{}.field.{name}", variant.name),
            None => format!("#structfield.{name}"),
        },
        SymbolKind::Mod
        | SymbolKind::Struct
        | SymbolKind::Enum
        | SymbolKind::Union
        | SymbolKind::Trait
        | SymbolKind::Impl
        | SymbolKind::Static
        | SymbolKind::Macro => String::new(),
    }
}

/// What belongs to an item, in the words of its code: variants, fields, what a trait declares.
pub(super) fn signatures(outline: &Outline, of: Option<usize>, all: bool) -> Vec<String> {
    let shown = children(outline, of).filter(|(_, symbol)| {
        let is_item = symbol.kind != SymbolKind::Impl && !symbol.is_test;
        is_item && (all || symbol.is_public || symbol.kind == SymbolKind::Variant)
    });
    shown.map(|(_, symbol)| symbol.signature.clone()).collect()
}
