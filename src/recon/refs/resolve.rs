//! Paths -> what they mean, through modules, imports, globs and re-exports.

use super::forest::{Forest, Item, Place};
use super::names::{Meaning, PRELUDE, is_in};
use crate::source::{Declared, Reach, Space, SymbolKind};
use std::cell::RefCell;
use std::collections::HashMap;

/// Imports that are being followed: a path that leads back to itself means nothing.
type Trail = Vec<(usize, usize)>;

/// The farthest an import is followed through others.
const FARTHEST: usize = 24;

/// Reads paths in a forest.
pub(super) struct Resolver<'a> {
    pub(super) forest: &'a Forest,
    known: RefCell<HashMap<(Place, String, u8), Vec<Meaning>>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(forest: &'a Forest) -> Self {
        Self { forest, known: RefCell::default() }
    }

    /// What a path means that stands in this scope; `own` is the `impl` or trait around. Nothing where nothing of the
    /// kind was found.
    pub(super) fn path(
        &self,
        from: Place,
        own: Option<Item>,
        path: &[String],
        is_absolute: bool,
        space: Space,
    ) -> Vec<Meaning> {
        self.follow(from, own, path, is_absolute, space, &mut Trail::new())
    }

    fn follow(
        &self,
        from: Place,
        own: Option<Item>,
        path: &[String],
        is_absolute: bool,
        space: Space,
        trail: &mut Trail,
    ) -> Vec<Meaning> {
        let Some((first, mut rest)) = path.split_first() else { return Vec::new() };
        let space_of = |rest: &[String]| if rest.is_empty() { space } else { Space::Types };
        let of_crate = self.forest.instances[from.0].of_crate;
        let mut found: Vec<Meaning> = match first.as_str() {
            name if is_absolute => self.of_crates(of_crate, name),
            "crate" | "$crate" => self.forest.root(of_crate).map(Meaning::Module).into_iter().collect(),
            "self" => vec![Meaning::Module(self.forest.module(from))],
            "super" => {
                let mut place = self.forest.above(from);
                while let (Some(next), Some("super")) = (place, rest.first().map(String::as_str)) {
                    place = self.forest.above(next);
                    rest = &rest[1..];
                }
                place.map(Meaning::Module).into_iter().collect()
            }
            "Self" => own.map(|own| self.own_type(own)).unwrap_or_default(),
            name => self.around(from, name, space_of(rest), trail),
        };
        while let Some((name, behind)) = rest.split_first() {
            rest = behind;
            let mut next = Vec::new();
            for meaning in found {
                next.extend(self.below(meaning, name, space_of(rest), trail));
            }
            found = next;
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The type an `impl` is for, or the trait itself.
    pub(super) fn own_type(&self, own: Item) -> Vec<Meaning> {
        let declared = self.forest.item(own);
        match (declared.kind, &declared.of_type) {
            (SymbolKind::Impl, Some(of)) => self.path((own.0, declared.scope), None, &of.path, false, Space::Types),
            (SymbolKind::Trait, _) => vec![Meaning::Item(own)],
            (_, _) => Vec::new(),
        }
    }

    fn of_crates(&self, of_crate: usize, name: &str) -> Vec<Meaning> {
        let own = &self.forest.crates[of_crate];
        match own.externs.get(name) {
            Some(Some(to)) => self.forest.root(*to).map(Meaning::Module).into_iter().collect(),
            Some(None) => vec![Meaning::Outside],
            None if matches!(name, "std" | "core" | "alloc" | "proc_macro" | "test") => vec![Meaning::Outside],
            None => Vec::new(),
        }
    }

    /// What a lone name means: in the blocks and the module around, then among the crates.
    fn around(&self, from: Place, name: &str, space: Space, trail: &mut Trail) -> Vec<Meaning> {
        let (instance, mut scope) = from;
        let declarations = self.forest.of(instance);
        loop {
            let found = self.within((instance, scope), name, space, trail);
            if !found.is_empty() {
                return found;
            }
            match declarations.scopes.get(scope) {
                Some(own) if own.is_block => scope = own.parent.unwrap_or(0),
                _ => break,
            }
        }
        let of_crate = self.forest.instances[instance].of_crate;
        if space == Space::Macros {
            let textual = self.macros(of_crate, name, false);
            if !textual.is_empty() {
                return textual;
            }
        }
        let found = self.of_crates(of_crate, name);
        if !found.is_empty() {
            return found;
        }
        if PRELUDE.contains(&name) {
            return vec![Meaning::Outside];
        }
        if declarations.scopes.get(scope).is_some_and(|scope| scope.has_macros) {
            return vec![Meaning::Unknown];
        }
        Vec::new()
    }

    /// What a name means in a scope: declared there, imported by name, or by a glob.
    fn within(&self, place: Place, name: &str, space: Space, trail: &mut Trail) -> Vec<Meaning> {
        let key = (place, name.to_owned(), space as u8);
        if trail.is_empty()
            && let Some(known) = self.known.borrow().get(&key)
        {
            return known.clone();
        }
        let found = self.search(place, name, space, trail);
        if trail.is_empty() {
            self.known.borrow_mut().insert(key, found.clone());
        }
        found
    }

    fn search(&self, (instance, scope): Place, name: &str, space: Space, trail: &mut Trail) -> Vec<Meaning> {
        let declarations = self.forest.of(instance);
        let is_here = |it: &&Declared| {
            it.scope == scope
                && it.owner.is_none()
                && it.name == name
                && is_in(it, space)
                && it.kind != SymbolKind::Macro
        };
        let here = declarations.declared.iter().enumerate().filter(|(_, it)| is_here(it));
        let mut found: Vec<Meaning> = here.map(|(at, _)| Meaning::Item((instance, at))).collect();
        let is_root = scope == 0 && self.forest.instances[instance].parent.is_none();
        if is_root && matches!(space, Space::Macros | Space::Any) {
            found.extend(self.macros(self.forest.instances[instance].of_crate, name, true));
        }
        if found.is_empty() && matches!(space, Space::Types | Space::Any) {
            found.extend(self.forest.guessed_child((instance, scope), name).map(Meaning::Module));
        }
        // A name may stand for a type here and be imported as a value.
        let named = declarations
            .imports
            .iter()
            .enumerate()
            .filter(|(_, import)| import.scope == scope && import.name.as_deref() == Some(name));
        for (at, import) in named {
            let followed = self.import((instance, scope), at, &import.path, import.is_absolute, space, trail);
            found.extend(followed);
        }
        if !found.is_empty() {
            return found;
        }
        let globs = declarations
            .imports
            .iter()
            .enumerate()
            .filter(|(_, import)| import.scope == scope && import.name.is_none());
        for (at, import) in globs {
            let mut of = self.import((instance, scope), at, &import.path, import.is_absolute, Space::Types, trail);
            of.retain(|meaning| !matches!(meaning, Meaning::Outside | Meaning::Unknown));
            if FARTHEST < trail.len() || trail.contains(&(instance, at)) {
                continue;
            }
            trail.push((instance, at));
            for meaning in of {
                let below = self.below(meaning, name, space, trail);
                // What a crate outside exports can be nothing of ours.
                let is_seen = |meaning: &Meaning| match meaning {
                    Meaning::Item(item) => self.is_seen_through(*item, (instance, scope)),
                    Meaning::Module(_) => true,
                    Meaning::Outside => import.name.is_some(),
                    Meaning::Unknown => true,
                };
                found.extend(below.into_iter().filter(is_seen));
            }
            trail.pop();
        }
        if found.iter().any(|meaning| *meaning != Meaning::Unknown) {
            found.retain(|meaning| *meaning != Meaning::Unknown);
        }
        found
    }

    /// What an import leads to.
    fn import(
        &self,
        place: Place,
        at: usize,
        path: &[String],
        is_absolute: bool,
        space: Space,
        trail: &mut Trail,
    ) -> Vec<Meaning> {
        if FARTHEST < trail.len() || trail.contains(&(place.0, at)) {
            return Vec::new();
        }
        trail.push((place.0, at));
        let mut found = self.follow(place, None, path, is_absolute, space, trail);
        if found.is_empty() && !is_absolute {
            // Before the edition of 2018 paths of imports began at the crate's root.
            let root = self.forest.root(self.forest.instances[place.0].of_crate);
            if let Some(root) = root.filter(|root| *root != self.forest.module(place)) {
                found = self.follow(root, None, path, false, space, trail);
            }
        }
        trail.pop();
        found
    }

    /// Whether a glob in this module brings a private item along.
    fn is_seen_through(&self, item: Item, by: Place) -> bool {
        let declared = self.forest.item(item);
        if declared.owner.is_some() {
            return true;
        }
        match &declared.reach {
            Reach::Public | Reach::AsOwner => true,
            Reach::Crate | Reach::In(_) => {
                self.forest.instances[item.0].of_crate == self.forest.instances[by.0].of_crate
            }
            Reach::Private => self.is_within(by, self.forest.module((item.0, declared.scope))),
        }
    }

    /// Whether a place lies in a module.
    pub(super) fn is_within(&self, place: Place, module: Place) -> bool {
        let around = std::iter::successors(Some(self.forest.module(place)), |at| self.forest.above(*at));
        let file_and_scope = |(instance, scope): Place| (self.forest.file_of(instance), scope);
        around.take(64).any(|at| file_and_scope(at) == file_and_scope(module))
    }

    /// What a name means below something.
    fn below(&self, of: Meaning, name: &str, space: Space, trail: &mut Trail) -> Vec<Meaning> {
        match of {
            Meaning::Outside => vec![Meaning::Outside],
            Meaning::Unknown => vec![Meaning::Unknown],
            Meaning::Module(place) => match name {
                "self" => vec![of],
                "super" => self.forest.above(place).map(Meaning::Module).into_iter().collect(),
                _ => {
                    let found = self.within(place, name, space, trail);
                    let has_macros = self.forest.of(place.0).scopes.get(place.1).is_some_and(|scope| scope.has_macros);
                    if found.is_empty() && has_macros { vec![Meaning::Unknown] } else { found }
                }
            },
            Meaning::Item(item) => match self.forest.item(item).kind {
                SymbolKind::Mod => match self.forest.inside(item) {
                    Some(place) => self.below(Meaning::Module(place), name, space, trail),
                    None => vec![Meaning::Unknown],
                },
                SymbolKind::Type => {
                    self.alias(item).into_iter().flat_map(|of| self.below(of, name, space, trail)).collect()
                }
                SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union | SymbolKind::Trait => {
                    self.parts(item, name, space)
                }
                SymbolKind::Variant
                | SymbolKind::Field
                | SymbolKind::Impl
                | SymbolKind::Fn
                | SymbolKind::Const
                | SymbolKind::Static
                | SymbolKind::Macro => Vec::new(),
            },
        }
    }

    /// What an alias stands for.
    pub(super) fn alias(&self, item: Item) -> Vec<Meaning> {
        let declared = self.forest.item(item);
        let Some(of) = &declared.of_type else { return Vec::new() };
        let own = declared.owner.map(|owner| (item.0, owner));
        let found = self.path((item.0, declared.scope), own, &of.path, false, Space::Types);
        found.into_iter().filter(|meaning| *meaning != Meaning::Item(item)).collect()
    }

    /// Variants and associated items of a type or trait.
    fn parts(&self, of: Item, name: &str, space: Space) -> Vec<Meaning> {
        let declarations = self.forest.of(of.0);
        let own = declarations.declared.iter().enumerate().filter(|(_, it)| {
            it.owner == Some(of.1) && it.name == name && it.kind != SymbolKind::Field && is_in(it, space)
        });
        let mut found: Vec<Meaning> = own.map(|(at, _)| Meaning::Item((of.0, at))).collect();
        if found.is_empty() {
            found.extend(self.members_of(of, name).into_iter().map(Meaning::Item));
        }
        found
    }

    /// What an `impl` of this type declares under this name.
    pub(super) fn members_of(&self, of: Item, name: &str) -> Vec<Item> {
        let identity = self.forest.identity(of);
        let members = self.forest.members(name);
        let is_its = |member: &&Item| {
            let Some(owner) = self.forest.item(**member).owner else { return false };
            let owner = (member.0, owner);
            self.forest.item(owner).kind == SymbolKind::Impl
                && self.types_of_impl(owner).iter().any(|own| self.forest.identity(*own) == identity)
        };
        members.iter().filter(is_its).copied().collect()
    }

    /// The types an `impl` is for, aliases followed.
    pub(super) fn types_of_impl(&self, owner: Item) -> Vec<Item> {
        self.own_type(owner).into_iter().flat_map(|meaning| self.types(meaning)).collect()
    }

    /// A type behind its aliases.
    pub(super) fn types(&self, of: Meaning) -> Vec<Item> {
        match of {
            Meaning::Item(item) if self.forest.item(item).kind == SymbolKind::Type => {
                self.alias(item).into_iter().flat_map(|of| self.types(of)).collect()
            }
            Meaning::Item(item) => vec![item],
            Meaning::Module(_) | Meaning::Outside | Meaning::Unknown => Vec::new(),
        }
    }

    /// Macros of a crate: seen by what stands below them, and at its root where they are exported.
    fn macros(&self, of_crate: usize, name: &str, is_exported: bool) -> Vec<Meaning> {
        let mut found = Vec::new();
        for (instance, own) in self.forest.instances.iter().enumerate().filter(|(_, own)| own.of_crate == of_crate) {
            if !self.forest.files[own.file].text.contains("macro")
                || !super::forest::holds(&self.forest.files[own.file].text, name)
            {
                continue;
            }
            let declared = self.forest.of(instance).declared.iter().enumerate();
            let is_it = |it: &Declared| {
                it.kind == SymbolKind::Macro
                    && it.name == name
                    && (it.is_exported || !is_exported || it.reach != Reach::Private)
            };
            found.extend(declared.filter(|(_, it)| is_it(it)).map(|(at, _)| Meaning::Item((instance, at))));
        }
        found
    }
}
