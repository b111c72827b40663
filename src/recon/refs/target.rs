//! The symbol that is meant: where it is declared, what else it is called, and who can see it.

use super::Definition;
use super::crates::dependents;
use super::forest::{Forest, Item, Place, holds};
use super::names::Meaning;
use super::resolve::Resolver;
use crate::source::{NamePath, Reach, Space, SymbolKind, outline};
use crate::words::TargetKind;
use crate::workspace::graph::Graph;
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

/// A symbol, or several that are one under different conditions.
pub(super) struct Target {
    /// Where it is declared, once for each crate its file is part of.
    pub(super) items: Vec<Item>,
    /// The same as file and number.
    pub(super) identities: BTreeSet<(usize, usize)>,
    pub(super) kind: SymbolKind,
    pub(super) name: String,
    /// Its name, and others it is imported under.
    pub(super) names: BTreeSet<String>,
    /// The crates that can see it.
    pub(super) crates: BTreeSet<usize>,
    /// The module it can be named in; `None`: wherever its crate is seen.
    pub(super) module: Option<Place>,
    /// The types it is a part of, as file and number.
    pub(super) owners: BTreeSet<(usize, usize)>,
    /// The trait it is an item of.
    pub(super) of_trait: Option<Item>,
    /// What an `impl` of that trait declares in its place.
    pub(super) implementations: BTreeSet<(usize, usize)>,
    /// Whether it stands in a macro's braces.
    pub(super) is_of_macro: bool,
}

/// The symbols of this name, in the order of their files.
pub(super) fn find(forest: &Forest, name: &NamePath, within: Option<&BTreeSet<Utf8PathBuf>>) -> Vec<Target> {
    let mut found: Vec<Target> = Vec::new();
    let mut files: Vec<usize> = forest.holding(name.last()).collect();
    files.sort_by(|one, other| forest.files[*one].shown.cmp(&forest.files[*other].shown));
    for file in files {
        let source = &forest.files[file];
        let instances = forest.instances_of(file);
        if instances.is_empty() || within.is_some_and(|within| !within.contains(&source.path)) {
            continue;
        }
        let outline = outline(&source.text);
        let mut symbols: Vec<usize> =
            instances.iter().flat_map(|instance| name.find_one(&outline, &forest.names(*instance))).collect();
        symbols.sort_unstable();
        symbols.dedup();
        symbols.retain(|symbol| outline.symbols[*symbol].kind != SymbolKind::Impl);
        let declared = &forest.declarations(file).declared;
        for symbol in symbols {
            let symbol = &outline.symbols[symbol];
            let Some(at) = declared.iter().position(|it| it.name_at == symbol.name_at) else { continue };
            let items = instances.iter().map(|instance| (*instance, at));
            // The same under opposite conditions.
            let twin = found.iter_mut().find(|target| {
                target.name == symbol.name
                    && target.identities.iter().all(|(other, known)| {
                        *other == file
                            && declared[*known].scope == declared[at].scope
                            && declared[*known].owner == declared[at].owner
                            && (declared[*known].has_cfg || declared[at].has_cfg)
                    })
            });
            if let Some(twin) = twin {
                twin.items.extend(items);
                twin.identities.insert((file, at));
                continue;
            }
            found.push(Target {
                items: items.collect(),
                identities: BTreeSet::from([(file, at)]),
                kind: symbol.kind,
                name: symbol.name.clone(),
                names: BTreeSet::from([symbol.name.clone()]),
                crates: BTreeSet::new(),
                module: None,
                owners: BTreeSet::new(),
                of_trait: None,
                implementations: BTreeSet::new(),
                is_of_macro: symbol.is_in_macro,
            });
        }
    }
    without_implementations(forest, found)
}

/// A file that holds a symbol of this name, though no crate is known to have it.
pub(super) fn unreached(forest: &Forest, name: &NamePath) -> Option<String> {
    let mut files = forest.holding(name.last()).filter(|file| forest.instances_of(*file).is_empty());
    let file = files.find(|file| !name.find(&outline(&forest.files[*file].text), &[]).is_empty())?;
    Some(forest.files[file].shown.clone())
}

/// A file that holds this word and does not parse: what is called so may stand there.
pub(super) fn unreadable(forest: &Forest, name: &NamePath) -> Option<String> {
    let mut files = forest.holding(name.last());
    let file = files.find(|file| outline(&forest.files[*file].text).broken.is_some())?;
    Some(forest.files[file].shown.clone())
}

/// A trait's item stands for those its `impl`s give.
fn without_implementations(forest: &Forest, mut found: Vec<Target>) -> Vec<Target> {
    let owner = |target: &Target| {
        let item = *target.items.first()?;
        Some((item.0, forest.item(item).owner?))
    };
    let is_of = |target: &Target, kind| owner(target).is_some_and(|owner| forest.item(owner).kind == kind);
    let of_traits: Vec<usize> = (0..found.len()).filter(|at| is_of(&found[*at], SymbolKind::Trait)).collect();
    let [of_trait] = of_traits.as_slice() else { return found };
    let Some(wanted) = owner(&found[*of_trait]).map(|owner| forest.item(owner).name.clone()) else { return found };
    let gives = |target: &Target| {
        let of = owner(target).and_then(|owner| forest.item(owner).of_trait.as_ref());
        of.is_some_and(|of| of.last() == Some(&wanted))
    };
    if found.iter().enumerate().all(|(at, target)| at == *of_trait || gives(target)) {
        return vec![found.swap_remove(*of_trait)];
    }
    found
}

/// What is told of it.
pub(super) fn definitions(forest: &Forest, target: &Target) -> Vec<Definition> {
    let mut told = Vec::new();
    for (file, at) in &target.identities {
        let source = &forest.files[*file];
        let outline = outline(&source.text);
        let name_at = &forest.declarations(*file).declared[*at].name_at;
        let Some(symbol) = outline.symbols.iter().position(|symbol| symbol.name_at == *name_at) else { continue };
        let instance = forest.instances_of(*file).into_iter().next();
        told.push(Definition {
            path: outline.path(symbol),
            kind: outline.symbols[symbol].kind,
            file: source.shown.clone(),
            line: outline.symbols[symbol].line,
            signature: outline.symbols[symbol].signature.clone(),
            module: instance.map(|instance| forest.names(instance).join("::")).unwrap_or_default(),
        });
    }
    told
}

/// Finds out what it is a part of, who sees it, and under which names.
pub(super) fn complete(forest: &Forest, target: &mut Target, graph: Option<&Graph>) {
    let resolver = Resolver::new(forest);
    for item in target.items.clone() {
        let Some(owner) = forest.item(item).owner.map(|owner| (item.0, owner)) else { continue };
        match forest.item(owner).kind {
            SymbolKind::Impl => {
                target.owners.extend(resolver.types_of_impl(owner).into_iter().map(|of| forest.identity(of)));
            }
            SymbolKind::Trait => target.of_trait = Some(owner),
            _ => {
                target.owners.insert(forest.identity(owner));
            }
        }
    }
    let Some(first) = target.items.first().copied() else { return };
    let mut reached = target.items.iter().map(|item| reach(&resolver, *item));
    target.module = reached.next().flatten();
    let is_open = target.module.is_none() && visible_outside(forest, first);
    let own: BTreeSet<usize> = target.items.iter().map(|(instance, _)| forest.instances[*instance].of_crate).collect();
    target.crates = own.clone();
    let libraries: Vec<usize> = own
        .iter()
        .copied()
        .filter(|at| matches!(forest.crates[*at].kind, TargetKind::Lib | TargetKind::ProcMacro))
        .collect();
    if is_open {
        for library in libraries {
            let package = &forest.crates[library].package;
            match graph {
                Some(graph) => {
                    let packages = dependents(graph, package);
                    let sees = |(_, of): &(usize, &super::crates::Crate)| packages.contains(&of.package);
                    target.crates.extend(forest.crates.iter().enumerate().filter(sees).map(|(at, _)| at));
                }
                None => target.crates.extend(0..forest.crates.len()),
            }
        }
    }
    aliases(&resolver, target);
    if let Some(of) = target.of_trait {
        target.implementations = implementations(&resolver, target, of);
    }
}

/// Whether everything around it lets other crates see it; re-exports are not asked.
fn visible_outside(forest: &Forest, item: Item) -> bool {
    let declared = forest.item(item);
    match (&declared.reach, declared.owner, declared.kind) {
        (_, _, SymbolKind::Macro) => declared.is_exported || declared.reach == Reach::Public,
        (Reach::Public, Some(owner), SymbolKind::Field) => visible_outside(forest, (item.0, owner)),
        (Reach::Public, _, _) => true,
        (Reach::AsOwner, Some(owner), _) => {
            forest.item((item.0, owner)).kind == SymbolKind::Impl || visible_outside(forest, (item.0, owner))
        }
        (Reach::AsOwner | Reach::Private | Reach::Crate | Reach::In(_), _, _) => false,
    }
}

/// The module it can be named in; `None` where that is its crate, or more.
fn reach(resolver: &Resolver<'_>, item: Item) -> Option<Place> {
    let forest = resolver.forest;
    let declared = forest.item(item);
    let place = (item.0, declared.scope);
    match &declared.reach {
        Reach::Public | Reach::Crate => None,
        Reach::AsOwner => {
            let owner = (item.0, declared.owner?);
            if forest.item(owner).kind == SymbolKind::Impl { None } else { reach(resolver, owner) }
        }
        Reach::Private if declared.kind == SymbolKind::Macro => None,
        Reach::Private => Some(forest.module(place)),
        Reach::In(path) => match resolver.path(place, None, path, false, Space::Types).first()? {
            Meaning::Module(place) => Some(*place),
            Meaning::Item(module) => forest.inside(*module),
            Meaning::Outside | Meaning::Unknown => None,
        },
    }
}

/// Adds the names it is imported under: `use a::Name as Other`.
fn aliases(resolver: &Resolver<'_>, target: &mut Target) {
    let forest = resolver.forest;
    let mut left: Vec<String> = target.names.iter().cloned().collect();
    while let Some(name) = left.pop() {
        for (instance, own) in forest.instances.iter().enumerate() {
            if !target.crates.contains(&own.of_crate) || !holds(&forest.files[own.file].text, &name) {
                continue;
            }
            for import in &forest.of(instance).imports {
                let Some(other) = import.name.as_ref().filter(|other| **other != name && *other != "_") else {
                    continue;
                };
                if import.path.last() != Some(&name) || target.names.contains(other) {
                    continue;
                }
                let found = resolver.path((instance, import.scope), None, &import.path, import.is_absolute, Space::Any);
                let is_it = |meaning: &Meaning| match meaning {
                    Meaning::Item(item) => target.identities.contains(&forest.identity(*item)),
                    Meaning::Module(_) | Meaning::Outside | Meaning::Unknown => false,
                };
                if found.iter().any(is_it) {
                    target.names.insert(other.clone());
                    left.push(other.clone());
                }
            }
        }
    }
}

/// What `impl`s of the trait give in its place.
fn implementations(resolver: &Resolver<'_>, target: &Target, of: Item) -> BTreeSet<(usize, usize)> {
    let forest = resolver.forest;
    let mut found = BTreeSet::new();
    let wanted = forest.identity(of);
    for member in forest.members(&target.name).iter() {
        let Some(owner) = forest.item(*member).owner.map(|owner| (member.0, owner)) else { continue };
        let declared = forest.item(owner);
        let Some(path) = &declared.of_trait else { continue };
        let means = resolver.path((owner.0, declared.scope), None, path, false, Space::Types);
        let is_it = means.into_iter().flat_map(|of| resolver.types(of)).any(|of| forest.identity(of) == wanted);
        if is_it {
            found.insert(forest.identity(*member));
        }
    }
    found
}
