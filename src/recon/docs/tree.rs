//! The modules of a library as the language sees them: what a path leads to, through `pub use`, globs and other crates.
//!
//! Files are read when a path leads into them, once. A path that leads in a circle ends there.

mod symbols;
mod files;
mod members;

pub(super) use symbols::{children, self_type};

use super::crates::{Crate, Crates};
use crate::source::{Export, ModuleFile, Outline, SymbolKind};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use symbols::{is_in, item};

/// A file that was read.
pub(super) struct Source {
    pub(super) path: Utf8PathBuf,
    pub(super) text: String,
    pub(super) outline: Outline,
    exports: Vec<Export>,
    modules: Vec<ModuleFile>,
}

/// A library.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Library {
    /// What it is called in code.
    pub(super) name: String,
    /// Its root file.
    pub(super) root: Utf8PathBuf,
    /// The id of its package; nothing for those of the toolchain.
    pub(super) id: Option<String>,
}

/// A module: a file's, or one with braces.
#[derive(Clone)]
pub(super) struct Module {
    pub(super) library: Rc<Library>,
    pub(super) file: Utf8PathBuf,
    /// The symbol that has the braces, and of a file's module nothing.
    pub(super) symbol: Option<usize>,
    /// The modules that lead to its page, outermost first, without the library. Of the toolchain's libraries the page is
    /// the one of the library that passes it on.
    pub(super) path: Vec<String>,
    pub(super) is_public: bool,
    /// The file and symbol that declare it.
    pub(super) declared: Option<(Utf8PathBuf, usize)>,
    parent: Option<Rc<Module>>,
}

/// What a path leads to.
#[derive(Clone)]
pub(super) enum What {
    Module(Module),
    /// A symbol in a module.
    Item(usize),
    /// A symbol in an item or an `impl` of it: the file and the symbol.
    Member(Utf8PathBuf, usize),
}

#[derive(Clone)]
pub(super) struct Hit {
    pub(super) what: What,
    /// The item's module.
    pub(super) module: Module,
    /// The item: of a member what it belongs to.
    pub(super) item: Option<usize>,
    /// The path of its page, the item's own name included.
    pub(super) page: Vec<String>,
    pub(super) is_public: bool,
    /// What was followed, as it is written: `pub use crate::value::Value`.
    pub(super) via: Vec<String>,
}

/// The libraries that are read.
pub(super) struct Tree<'a> {
    crates: &'a Crates,
    /// Where the toolchain's own libraries lie: `library/`.
    toolchain: Option<&'a Utf8Path>,
    read: RefCell<HashMap<Utf8PathBuf, Option<Rc<Source>>>>,
    busy: RefCell<BTreeSet<String>>,
    /// What could not be followed.
    pub(super) lost: RefCell<BTreeSet<String>>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(crates: &'a Crates, toolchain: Option<&'a Utf8Path>) -> Self {
        Self { crates, toolchain, read: RefCell::default(), busy: RefCell::default(), lost: RefCell::default() }
    }

    /// The library of a package.
    pub(super) fn library(it: &Crate) -> Option<Rc<Library>> {
        let (name, root) = it.library()?;
        Some(Rc::new(Library { name, root: root.to_owned(), id: Some(it.id.clone()) }))
    }

    /// A library of the toolchain, where its source is there.
    pub(super) fn of_toolchain(&self, name: &str) -> Option<Rc<Library>> {
        let root = self.toolchain?.join(name).join("src").join("lib.rs");
        root.is_file().then(|| Rc::new(Library { name: name.to_owned(), root, id: None }))
    }

    /// Its outermost module.
    pub(super) fn root(library: &Rc<Library>) -> Module {
        Module {
            library: Rc::clone(library),
            file: library.root.clone(),
            symbol: None,
            path: Vec::new(),
            is_public: true,
            declared: None,
            parent: None,
        }
    }

    /// What a path leads to from a module; several where there are several of that name.
    pub(super) fn walk(&self, module: &Module, names: &[String]) -> Vec<Hit> {
        let Some((first, rest)) = names.split_first() else {
            return vec![Hit {
                what: What::Module(module.clone()),
                module: module.clone(),
                item: None,
                page: module.path.clone(),
                is_public: module.is_public,
                via: Vec::new(),
            }];
        };
        self.onward(self.named(module, first, true), rest)
    }

    fn onward(&self, hits: Vec<Hit>, rest: &[String]) -> Vec<Hit> {
        if rest.is_empty() {
            return hits;
        }
        let mut found = Vec::new();
        for hit in hits {
            let inner = match &hit.what {
                What::Module(module) => self.walk(module, rest),
                What::Item(symbol) => self.members(&hit, *symbol, rest),
                What::Member(..) => Vec::new(),
            };
            found.extend(inner.into_iter().map(|inner| {
                let via = hit.via.iter().cloned().chain(inner.via).collect();
                Hit { is_public: hit.is_public && inner.is_public, via, ..inner }
            }));
        }
        found
    }

    /// What is called so in a module.
    fn named(&self, module: &Module, name: &str, with_globs: bool) -> Vec<Hit> {
        let key = format!("{}\n{:?}\n{name}\n{with_globs}", module.file, module.symbol);
        if !self.busy.borrow_mut().insert(key.clone()) {
            return Vec::new();
        }
        let found = self.looked_up(module, name, with_globs);
        self.busy.borrow_mut().remove(&key);
        found
    }

    fn looked_up(&self, module: &Module, name: &str, with_globs: bool) -> Vec<Hit> {
        let Some(source) = self.source(&module.file) else { return Vec::new() };
        let mut found = Vec::new();
        for (at, symbol) in children(&source.outline, module.symbol).filter(|(_, symbol)| symbol.name == name) {
            match symbol.kind {
                SymbolKind::Impl => {}
                SymbolKind::Mod => found.extend(self.entered(module, &source, at).into_iter().map(|entered| Hit {
                    page: entered.path.clone(),
                    is_public: entered.is_public,
                    module: entered.clone(),
                    what: What::Module(entered),
                    item: None,
                    via: Vec::new(),
                })),
                SymbolKind::Macro => found.extend(Some(self.exported_macro(module, &source, at))),
                SymbolKind::Struct
                | SymbolKind::Enum
                | SymbolKind::Union
                | SymbolKind::Variant
                | SymbolKind::Field
                | SymbolKind::Trait
                | SymbolKind::Fn
                | SymbolKind::Const
                | SymbolKind::Static
                | SymbolKind::Type => found.push(item(module, symbol, at)),
            }
        }
        let here: Vec<&Export> = source.exports.iter().filter(|export| is_in(export, module, &source)).collect();
        for export in here.iter().filter(|export| export.name == name) {
            found.extend(self.exported(module, export, &self.path(module, &export.path), name));
        }
        if found.is_empty() && module.parent.is_none() {
            found.extend(self.of_root(module, &source, name));
        }
        if found.is_empty() && with_globs {
            for export in here.iter().filter(|export| export.name == "*") {
                let places = self.path(module, &export.path);
                let hits = self.onward(places, std::slice::from_ref(&name.to_owned()));
                found.extend(self.exported(module, export, &hits, name));
            }
        }
        found
    }

    /// The same things under the name another module gives them.
    fn exported(&self, module: &Module, export: &Export, hits: &[Hit], name: &str) -> Vec<Hit> {
        let own: Vec<String> = module.path.iter().cloned().chain([name.to_owned()]).collect();
        let glob = if export.name == "*" { "::*" } else { "" };
        let word = if export.is_public { "pub use" } else { "use" };
        let via = format!("{word} {}{glob}", export.path.trim_start_matches("::"));
        let mut found = hits.to_vec();
        for hit in &mut found {
            // Its page stands where it is written, unless nobody gets there or it is asked for here.
            let is_own = hit.module.library == module.library || module.library.id.is_none();
            if is_own && export.is_public && (!hit.is_public || export.is_inline || module.library.id.is_none()) {
                hit.page.clone_from(&own);
                hit.is_public = module.is_public;
                if let What::Module(inner) = &mut hit.what {
                    inner.path.clone_from(&own);
                    inner.is_public = module.is_public;
                }
            }
            hit.via.insert(0, via.clone());
        }
        found
    }

    /// What a path that stands in a module's code leads to.
    fn path(&self, module: &Module, path: &str) -> Vec<Hit> {
        let names: Vec<String> = path
            .split("::")
            .map(|name| name.trim_start_matches("r#").to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        let Some((first, rest)) = names.split_first() else { return Vec::new() };
        let of = |module: &Module| self.walk(module, rest);
        match first.as_str() {
            "crate" | "$crate" => of(&Self::root(&module.library)),
            "self" => of(module),
            "super" => module.parent.as_ref().map(|parent| of(parent)).unwrap_or_default(),
            _ if path.starts_with("::") => self.foreign(module, first, rest, path),
            _ => {
                for with_globs in [false, true] {
                    let near = self.named(module, first, with_globs);
                    if !near.is_empty() {
                        return self.onward(near, rest);
                    }
                    let far = if with_globs { Vec::new() } else { self.foreign(module, first, rest, path) };
                    if !far.is_empty() {
                        return far;
                    }
                }
                // Before 2018 a path begins at the crate's root.
                let near = match &module.parent {
                    Some(_) => self.named(&Self::root(&module.library), first, true),
                    None => Vec::new(),
                };
                if near.is_empty() {
                    self.lost.borrow_mut().insert(path.to_owned());
                }
                self.onward(near, rest)
            }
        }
    }

    /// What a path into another crate leads to.
    fn foreign(&self, module: &Module, name: &str, rest: &[String], path: &str) -> Vec<Hit> {
        let used = module.library.id.as_ref().and_then(|id| self.crates.by_id(id)).and_then(|it| {
            let (_, id) = it.uses.iter().find(|(used, _)| used == name)?;
            Self::library(self.crates.by_id(id)?)
        });
        match used.or_else(|| self.of_toolchain(name)) {
            Some(library) => self.walk(&Self::root(&library), rest),
            None => {
                if ["std", "core", "alloc"].contains(&name) || path.starts_with("::") {
                    self.lost.borrow_mut().insert(path.trim_start_matches("::").to_owned());
                }
                Vec::new()
            }
        }
    }
}
