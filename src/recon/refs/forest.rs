//! The files of the crates as trees of modules, parsed where somebody asks.

use super::super::place::{Ground, RustFile};
use super::crates::{Crate, crates};
use crate::files;
use crate::source::{Declarations, Declared, declarations, module_files};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// The largest file that is read.
const LARGEST: u64 = 4 << 20;

/// A file that was read.
pub(super) struct Source {
    pub(super) path: Utf8PathBuf,
    pub(super) shown: String,
    pub(super) text: String,
    declarations: OnceCell<Rc<Declarations>>,
}

/// A file as a module of a crate. One file may be several: `mod common;` of two tests.
pub(super) struct Instance {
    pub(super) of_crate: usize,
    pub(super) file: usize,
    /// The module around it: its instance, and the scope in that.
    pub(super) parent: Option<Place>,
    /// The files of its modules, by scope and name.
    children: BTreeMap<(Vec<String>, String), usize>,
    /// Its name; of a crate's root the crate's.
    pub(super) name: String,
    /// Whether no `mod` line was seen that leads here: a macro may hold it.
    pub(super) is_guess: bool,
}

/// A scope of an instance.
pub(super) type Place = (usize, usize);

/// Something declared, in one of its instances.
pub(super) type Item = (usize, usize);

/// Everything that is looked at.
pub(super) struct Forest {
    pub(super) crates: Vec<Crate>,
    pub(super) files: Vec<Source>,
    pub(super) instances: Vec<Instance>,
    /// The instance of each crate's root file.
    pub(super) roots: Vec<Option<usize>>,
    /// Files that could not be read, with the reason.
    pub(super) unread: Vec<(String, String)>,
    /// Files no module leads to.
    pub(super) strays: Vec<usize>,
    by_path: HashMap<Utf8PathBuf, usize>,
    pub(super) members: RefCell<HashMap<String, Rc<Vec<Item>>>>,
}

impl Forest {
    /// Reads the crates at hand from their roots down.
    pub(super) fn grow(ground: &Ground<'_>, below: &[RustFile]) -> Self {
        let crates = crates(ground, below);
        let mut forest = Self {
            roots: vec![None; crates.len()],
            crates,
            files: Vec::new(),
            instances: Vec::new(),
            unread: Vec::new(),
            strays: Vec::new(),
            by_path: HashMap::new(),
            members: RefCell::default(),
        };
        for at in 0..forest.crates.len() {
            let root = forest.crates[at].root.clone();
            let name = forest.crates[at].name.clone();
            if let Some(file) = forest.read(&root, ground) {
                forest.roots[at] = Some(forest.instances.len());
                forest.plant(ground, at, file, name, None, false);
            }
        }
        forest.gather_strays(ground, below);
        forest
    }

    fn read(&mut self, path: &Utf8Path, ground: &Ground<'_>) -> Option<usize> {
        if let Some(known) = self.by_path.get(path) {
            return Some(*known);
        }
        let shown = ground.shown(path);
        let text = match files::read(path, LARGEST) {
            Ok(Some(bytes)) if LARGEST < bytes.len() as u64 => {
                self.unread.push((shown.clone(), format!("larger than {} MiB", LARGEST >> 20)));
                return None;
            }
            Ok(Some(bytes)) => {
                String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
            }
            Ok(None) => return None,
            Err(error) => {
                if !self.unread.iter().any(|(known, _)| *known == shown) {
                    self.unread.push((shown, error.to_string()));
                }
                return None;
            }
        };
        self.files.push(Source { path: path.to_owned(), shown, text, declarations: OnceCell::new() });
        self.by_path.insert(path.to_owned(), self.files.len() - 1);
        Some(self.files.len() - 1)
    }

    /// An instance, and those of the modules in files of their own below it.
    fn plant(
        &mut self,
        ground: &Ground<'_>,
        of_crate: usize,
        file: usize,
        name: String,
        parent: Option<Place>,
        is_guess: bool,
    ) -> usize {
        let own = self.instances.len();
        self.instances.push(Instance { of_crate, file, parent, children: BTreeMap::new(), name, is_guess });
        let depth = std::iter::successors(Some(own), |at| self.instances[*at].parent.map(|(above, _)| above)).count();
        if 64 < depth || !may_have_modules(&self.files[file].text) {
            return own;
        }
        let path = self.files[file].path.clone();
        let is_root = parent.is_none();
        for module in module_files(&self.files[file].text) {
            let places = module.places(path.as_str(), is_root).into_iter().map(|place| absolute(&path, place));
            let mut names: Vec<String> = module.path.split("::").map(str::to_owned).collect();
            let name = names.pop().unwrap_or_default();
            let Some(file) = places.into_iter().find_map(|place| self.read(&place, ground)) else { continue };
            if self.is_around(own, file) {
                continue;
            }
            let scope = self.scope_of(own, &names).unwrap_or(0);
            let child = self.plant(ground, of_crate, file, name.clone(), Some((own, scope)), is_guess);
            self.instances[own].children.insert((names, name), child);
        }
        own
    }

    fn is_around(&self, from: usize, file: usize) -> bool {
        let mut around = std::iter::successors(Some(from), |at| self.instances[*at].parent.map(|(above, _)| above));
        around.any(|at| self.instances[at].file == file)
    }

    /// Files below the crates' folders that no module leads to: where their place says which module they would be, they
    /// are taken for it, with doubt.
    fn gather_strays(&mut self, ground: &Ground<'_>, below: &[RustFile]) {
        let left: Vec<&RustFile> = below.iter().filter(|file| !self.by_path.contains_key(&file.path)).collect();
        for file in left {
            let Some(at) = self.read(&file.path, ground) else { continue };
            let stem = file.path.file_stem().unwrap_or_default().to_owned();
            let folder = file.path.parent().unwrap_or(&file.path);
            let above =
                [folder.with_extension("rs"), folder.join("mod.rs"), folder.join("lib.rs"), folder.join("main.rs")];
            let parent = above.iter().filter(|path| **path != file.path).find_map(|path| self.by_path.get(path));
            let parents = self.instances_of(parent.copied().unwrap_or(usize::MAX));
            match parents.first() {
                Some(parent) => {
                    let of_crate = self.instances[*parent].of_crate;
                    let parent = *parent;
                    let child = self.plant(ground, of_crate, at, stem.clone(), Some((parent, 0)), true);
                    self.instances[parent].children.entry((Vec::new(), stem)).or_insert(child);
                }
                None => self.strays.push(at),
            }
        }
    }

    /// The modules a file stands for.
    pub(super) fn instances_of(&self, file: usize) -> Vec<usize> {
        (0..self.instances.len()).filter(|at| self.instances[*at].file == file).collect()
    }

    pub(super) fn file_of(&self, instance: usize) -> usize {
        self.instances[instance].file
    }

    /// What a file declares.
    pub(super) fn declarations(&self, file: usize) -> &Declarations {
        let source = &self.files[file];
        source.declarations.get_or_init(|| Rc::new(declarations(&source.text)))
    }

    /// What an instance's file declares.
    pub(super) fn of(&self, instance: usize) -> &Declarations {
        self.declarations(self.instances[instance].file)
    }

    pub(super) fn item(&self, (instance, at): Item) -> &Declared {
        &self.of(instance).declared[at]
    }

    /// The same item, whichever module its file stands for.
    pub(super) fn identity(&self, (instance, at): Item) -> (usize, usize) {
        (self.instances[instance].file, at)
    }

    fn scope_of(&self, instance: usize, names: &[String]) -> Option<usize> {
        let declarations = self.of(instance);
        (0..declarations.scopes.len())
            .find(|scope| !declarations.scopes[*scope].is_block && declarations.modules(*scope) == names)
    }

    /// What is in a module that is declared: its braces, or its file.
    pub(super) fn inside(&self, (instance, at): Item) -> Option<Place> {
        let module = self.item((instance, at));
        if let Some(inner) = module.inner {
            return Some((instance, inner));
        }
        let names = self.of(instance).modules(module.scope);
        let child = self.instances[instance].children.get(&(names, module.name.clone()))?;
        Some((*child, 0))
    }

    /// The files no `mod` line was seen for are children too.
    pub(super) fn guessed_child(&self, (instance, scope): Place, name: &str) -> Option<Place> {
        let key = (self.of(instance).modules(scope), name.to_owned());
        let child = self.instances[instance].children.get(&key)?;
        self.instances[*child].is_guess.then_some((*child, 0))
    }

    /// The module around a scope's module.
    pub(super) fn above(&self, (instance, scope): Place) -> Option<Place> {
        let declarations = self.of(instance);
        match declarations.scopes[declarations.module_of(scope)].parent {
            Some(parent) => Some((instance, declarations.module_of(parent))),
            None => self.instances[instance].parent.map(|(above, scope)| (above, self.of(above).module_of(scope))),
        }
    }

    /// The module a scope is in.
    pub(super) fn module(&self, (instance, scope): Place) -> Place {
        (instance, self.of(instance).module_of(scope))
    }

    /// The root of a crate.
    pub(super) fn root(&self, of_crate: usize) -> Option<Place> {
        Some((self.roots.get(of_crate).copied().flatten()?, 0))
    }

    /// The crate and modules of an instance, outermost first.
    pub(super) fn names(&self, instance: usize) -> Vec<String> {
        let own = &self.instances[instance];
        match own.parent {
            None => vec![own.name.clone()],
            Some((above, scope)) => {
                let mut names = self.names(above);
                names.extend(self.of(above).modules(scope));
                names.push(own.name.clone());
                names
            }
        }
    }

    /// The files that hold a word.
    pub(super) fn holding<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..self.files.len()).filter(move |file| holds(&self.files[*file].text, word))
    }

    /// Everything of this name that is declared in a type, a trait or an `impl`.
    pub(super) fn members(&self, name: &str) -> Rc<Vec<Item>> {
        if let Some(known) = self.members.borrow().get(name) {
            return Rc::clone(known);
        }
        let mut found = Vec::new();
        for (instance, own) in self.instances.iter().enumerate() {
            let text = &self.files[own.file].text;
            let is_there = |word: &str| text.contains(&format!("{word}{name}"));
            // Fields are found through their structs.
            if !["fn ", "const ", "type ", "r#"].iter().any(|word| is_there(word)) {
                continue;
            }
            let declared = &self.of(instance).declared;
            let is_member = |it: &&Declared| it.name == name && it.owner.is_some();
            found.extend(declared.iter().enumerate().filter(|(_, it)| is_member(it)).map(|(at, _)| (instance, at)));
        }
        let found = Rc::new(found);
        self.members.borrow_mut().insert(name.to_owned(), Rc::clone(&found));
        found
    }
}

/// Whether a text holds this as a word.
pub(super) fn holds(text: &str, word: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    text.match_indices(word)
        .any(|(at, _)| !is_part(at.checked_sub(1).and_then(|at| bytes.get(at))) && !is_part(bytes.get(at + word.len())))
}

/// Whether there is a `mod name;` in it, or something that looks like it.
fn may_have_modules(text: &str) -> bool {
    text.match_indices("mod ").any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start();
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '#').unwrap_or(0);
        rest[end..].trim_start().starts_with(';')
    })
}

/// Places of modules are spelled without a leading `/`.
fn absolute(of: &Utf8Path, place: String) -> Utf8PathBuf {
    if of.as_str().starts_with('/') && !place.starts_with('/') { format!("/{place}").into() } else { place.into() }
}
