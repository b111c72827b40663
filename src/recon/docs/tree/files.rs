//! The files of a library: which a module lies in, which hold a text, and what stands at the root wherever it is written.

use super::symbols::{children, item, names_of};
use super::{Hit, Library, Module, Source, Tree};
use crate::files;
use crate::source::{ModuleFile, Symbol, SymbolKind, exports, module_files, outline};
use camino::{Utf8Path, Utf8PathBuf};
use std::rc::Rc;

/// The largest file that is read.
const LARGEST: u64 = 16 << 20;

/// The most files of one crate that are looked through.
const MOST_FILES: usize = 5_000;

impl Tree<'_> {
    /// A file, read once; nothing where there is none that can be read.
    pub(in super::super) fn source(&self, path: &Utf8Path) -> Option<Rc<Source>> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let text = files::read(path, LARGEST).ok().flatten();
        let source = text.map(|text| {
            let mut text = String::from_utf8_lossy(&text).into_owned();
            text.push_str(&called(path, &text));
            let (outline, exports, modules) = (outline(&text), exports(&text), module_files(&text));
            Rc::new(Source { path: path.to_owned(), text, outline, exports, modules })
        });
        self.read.borrow_mut().insert(path.to_owned(), source.clone());
        source
    }

    /// The modules a `mod` leads to: one with braces, or the file it names; several where conditions choose.
    pub(super) fn entered(&self, module: &Module, source: &Source, at: usize) -> Vec<Module> {
        let symbol = &source.outline.symbols[at];
        let path: Vec<String> = module.path.iter().cloned().chain([symbol.name.clone()]).collect();
        let made = |file: Utf8PathBuf, own: Option<usize>| Module {
            library: Rc::clone(&module.library),
            file,
            symbol: own,
            path: path.clone(),
            is_public: module.is_public && symbol.is_public,
            declared: Some((source.path.clone(), at)),
            parent: Some(Rc::new(module.clone())),
        };
        if symbol.body.is_some() {
            return vec![made(source.path.clone(), Some(at))];
        }
        let inner = names_of(&source.outline, at).join("::");
        let plain = ModuleFile { path: inner.clone(), at: None, is_test_only: false, line: symbol.line };
        let on_line = source.modules.iter().find(|known| known.path == inner && known.at.is_some());
        let folder = module.library.root.parent().unwrap_or(&module.library.root);
        let shown = source.path.strip_prefix(folder).unwrap_or(&source.path).as_str().replace('\\', "/");
        let is_root = source.path == module.library.root;
        let places = on_line.iter().copied().chain([&plain]).flat_map(|known| known.places(&shown, is_root));
        let there = places.map(|place| folder.join(place)).find(|file| file.is_file());
        if there.is_none() {
            self.lost.borrow_mut().insert(format!("mod {inner} of {shown}"));
        }
        there.into_iter().map(|file| made(file, None)).collect()
    }

    /// What stands at the root of a crate wherever it is written: macros that are exported, and procedural ones.
    pub(super) fn of_root(&self, root: &Module, source: &Source, name: &str) -> Vec<Hit> {
        let heads = children(&source.outline, None).filter(|(_, symbol)| symbol.kind == SymbolKind::Fn);
        for (at, symbol) in heads {
            let head = source.text.get(symbol.documented.start..symbol.bare.start).unwrap_or_default();
            let derives = head
                .split("proc_macro_derive(")
                .nth(1)
                .is_some_and(|rest| rest.split([',', ')']).next().is_some_and(|derived| derived.trim() == name));
            if derives {
                return vec![Hit { page: vec![name.to_owned()], ..item(root, symbol, at) }];
            }
        }
        let wanted = format!("macro_rules! {name}");
        for source in self.holding(&root.library, &[&wanted, "macro_export"]) {
            let symbols = source.outline.symbols.iter().enumerate();
            let mut macros = symbols.filter(|(_, symbol)| symbol.kind == SymbolKind::Macro && symbol.name == name);
            let is_exported = |symbol: &Symbol| {
                let head = source.text.get(symbol.documented.start..symbol.bare.start).unwrap_or_default();
                head.contains("macro_export")
            };
            if let Some((at, symbol)) = macros.find(|(_, symbol)| is_exported(symbol)) {
                let module = Module { file: source.path.clone(), ..root.clone() };
                return vec![Hit { page: vec![name.to_owned()], is_public: true, ..item(&module, symbol, at) }];
            }
        }
        Vec::new()
    }

    pub(super) fn exported_macro(&self, module: &Module, source: &Source, at: usize) -> Hit {
        let symbol = &source.outline.symbols[at];
        let head = source.text.get(symbol.documented.start..symbol.bare.start).unwrap_or_default();
        let hit = item(module, symbol, at);
        if head.contains("macro_export") {
            return Hit { page: vec![symbol.name.clone()], is_public: true, ..hit };
        }
        hit
    }

    /// The files of a library's package that hold all of these texts, in order.
    pub(in super::super) fn holding(&self, library: &Library, texts: &[&str]) -> Vec<Rc<Source>> {
        let folder = library.root.parent().unwrap_or(&library.root);
        let walk =
            ignore::WalkBuilder::new(folder).standard_filters(false).sort_by_file_name(std::cmp::Ord::cmp).build();
        let paths = walk.flatten().filter_map(|entry| Utf8PathBuf::from_path_buf(entry.into_path()).ok());
        let rust = paths.filter(|path| path.extension() == Some("rs") && path.is_file()).take(MOST_FILES);
        let holds = |path: &Utf8PathBuf| {
            let bytes = files::read(path, LARGEST).ok().flatten().unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            texts.iter().all(|wanted| text.contains(wanted))
        };
        rust.filter(holds).filter_map(|path| self.source(&path)).collect()
    }
}

/// What the macros stand for that a file calls with nothing given to them, and that one of its modules holds:
/// a crate may declare all its modules so (`#[macro_use] mod crate_root; crate_root!();`). It is put behind the
/// text, so that nothing before it moves.
fn called(path: &Utf8Path, text: &str) -> String {
    let names = text
        .lines()
        .filter_map(|line| line.strip_suffix("!();"))
        .filter(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    let folder = path.parent().unwrap_or(path);
    let held = |name: &str| {
        let head = format!("macro_rules! {name} {{");
        let files = module_files(text).into_iter().filter(|module| module.at.is_none());
        let mut texts = files.filter_map(|module| {
            let bytes = files::read(&folder.join(format!("{}.rs", module.path)), LARGEST).ok().flatten()?;
            String::from_utf8(bytes).ok()
        });
        texts.find_map(|text| {
            let (_, rule) = text.split_once(&head)?;
            let (pattern, body) = rule.split_once("=> {")?;
            let (body, _) = body.rsplit_once("};")?;
            (pattern.trim() == "()").then(|| format!("\n{body}"))
        })
    };
    names.filter_map(held).collect()
}
