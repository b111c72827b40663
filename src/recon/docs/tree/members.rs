//! What belongs to an item: variants, fields, what a trait declares, what an `impl` holds.

use super::symbols::{children, self_type};
use super::{Hit, Source, Tree, What};
use crate::source::SymbolKind;
use camino::Utf8Path;

impl Tree<'_> {
    /// What is called so in an item: a variant or field, what a trait declares, what an `impl` of it holds.
    pub(super) fn members(&self, of: &Hit, item: usize, rest: &[String]) -> Vec<Hit> {
        let Some(source) = self.source(&of.module.file) else { return Vec::new() };
        let Some(symbol) = source.outline.symbols.get(item) else { return Vec::new() };
        let Some((name, rest)) = rest.split_first() else { return Vec::new() };
        if symbol.kind == SymbolKind::Type {
            // What an alias has is what it stands for has.
            let aliased = symbol.signature.split_once('=').map(|(_, aliased)| aliased.trim()).unwrap_or_default();
            let path = aliased.split(['<', ' ']).next().unwrap_or_default();
            let names: Vec<String> = std::iter::once(name).chain(rest).cloned().collect();
            return self.onward(self.path(&of.module, path), &names);
        }
        let member = |file: &Utf8Path, at: usize| Hit {
            what: What::Member(file.to_owned(), at),
            item: Some(item),
            ..of.clone()
        };
        let mut found = Vec::new();
        for (at, child) in children(&source.outline, Some(item)).filter(|(_, child)| child.name == *name) {
            match rest {
                [] => found.push(member(&source.path, at)),
                [field] if child.kind == SymbolKind::Variant => {
                    let fields = children(&source.outline, Some(at)).filter(|(_, child)| child.name == *field);
                    found.extend(fields.map(|(at, _)| member(&source.path, at)));
                }
                _ => {}
            }
        }
        if rest.is_empty() {
            let own = of.module.library.clone();
            let near = self.implemented(&source, &symbol.name, name);
            found.extend(near.into_iter().map(|at| member(&source.path, at)));
            for other in self.holding(&own, &["impl", &symbol.name, name]).iter().filter(|it| it.path != source.path) {
                // A file with a type of its own by this name speaks of that one.
                let has_own = other
                    .outline
                    .symbols
                    .iter()
                    .any(|other| other.name == symbol.name && other.kind == symbol.kind && other.parent.is_none());
                if !has_own {
                    let there = self.implemented(other, &symbol.name, name);
                    found.extend(there.into_iter().map(|at| member(&other.path, at)));
                }
            }
        }
        found
    }

    /// What the `impl`s of a type in a file hold by this name: its own before those of traits.
    fn implemented(&self, source: &Source, of: &str, name: &str) -> Vec<usize> {
        let symbols = source.outline.symbols.iter().enumerate();
        let inner = symbols.filter(|(_, symbol)| symbol.name == name).filter_map(|(at, symbol)| {
            let outer = source.outline.symbols.get(symbol.parent?)?;
            (outer.kind == SymbolKind::Impl && self_type(&outer.name) == of).then(|| (outer.name.contains(" for "), at))
        });
        let mut inner: Vec<(bool, usize)> = inner.collect();
        inner.sort_unstable();
        inner.into_iter().map(|(_, at)| at).collect()
    }
}
