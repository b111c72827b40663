//! Uses -> labels.

use super::forest::Forest;
use super::judge::{Judge, Said};
use super::resolve::Resolver;
use super::target::Target;
use super::{Hit, Label, Seen, UsedAs};
use crate::source::{Role, SymbolKind, Use, uses};
use std::collections::{BTreeMap, BTreeSet};

/// The uses of a symbol, by file and byte, each with the instance it was judged in.
pub(super) fn label(forest: &Forest, target: &Target, seen: &mut Seen) -> Vec<((usize, usize), (Hit, usize))> {
    let resolver = Resolver::new(forest);
    let judge = Judge {
        resolver: &resolver,
        forest,
        target,
        rivals: rivals(forest, target, true),
        namesakes: rivals(forest, target, false),
    };
    let mut by_file: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (instance, own) in forest.instances.iter().enumerate() {
        if target.crates.contains(&own.of_crate) {
            by_file.entry(own.file).or_default().push(instance);
        }
    }
    let mut found = Vec::new();
    for (file, instances) in by_file {
        let source = &forest.files[file];
        if !target.names.iter().any(|name| super::forest::holds(&source.text, name)) {
            continue;
        }
        seen.holding.insert(file);
        for used in uses(&source.text, &target.names) {
            let said = instances.iter().map(|instance| (judge.say(&used, *instance), *instance));
            let Some((Said::Is(label), instance)) = said.min() else { continue };
            note(&used, label, seen);
            found.push(((file, used.at.start), (hit(&used, label, target, &source.text), instance)));
        }
    }
    found
}

fn note(used: &Use, label: Label, seen: &mut Seen) {
    let is_sure = label == Label::Certain;
    match &used.role {
        Role::Method(_) | Role::Field(_) if !is_sure => seen.n_receivers += 1,
        Role::Path { .. } if label == Label::NameOnly && used.in_macro.is_none() => seen.n_unknown += 1,
        _ if used.in_macro.is_some() && !is_sure => seen.n_in_macros += 1,
        _ => {}
    }
}

fn hit(used: &Use, label: Label, target: &Target, text: &str) -> Hit {
    let line = usize::try_from(used.line).unwrap_or(1).saturating_sub(1);
    Hit {
        line: used.line,
        column: used.column,
        label,
        r#as: used_as(&used.role),
        in_macro: used.in_macro.clone(),
        by_name: (used.name != target.name).then(|| used.name.clone()),
        text: text.lines().nth(line).unwrap_or_default().trim().to_owned(),
    }
}

/// How many other things have this name; those that a call or a field could mean, or all.
fn rivals(forest: &Forest, target: &Target, behind_dot: bool) -> usize {
    let mut rivals = BTreeSet::new();
    for file in forest.holding(&target.name) {
        for (at, it) in forest.declarations(file).declared.iter().enumerate() {
            let is_alike =
                !behind_dot || it.has_self && (it.kind == SymbolKind::Field) == (target.kind == SymbolKind::Field);
            let identity = (file, at);
            let is_own = target.identities.contains(&identity) || target.implementations.contains(&identity);
            if it.name == target.name && is_alike && !is_own {
                rivals.insert(identity);
            }
        }
    }
    rivals.len()
}

/// As what a name stands, in the answer's words.
const fn used_as(role: &Role) -> UsedAs {
    match role {
        Role::Definition => UsedAs::Implementation,
        Role::Path { .. } | Role::Qualified { .. } => UsedAs::Path,
        Role::Import { .. } => UsedAs::Import,
        Role::Method(_) => UsedAs::Method,
        Role::Field(_) | Role::Record(_) => UsedAs::Field,
        Role::DocLink(_) => UsedAs::DocLink,
        Role::DocTest { .. } => UsedAs::DocTest,
        Role::Word => UsedAs::Word,
    }
}
