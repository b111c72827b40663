//! Which symbols of a file a change touched, and how.

use super::outline::{Outline, SymbolKind, outline};
use std::collections::BTreeMap;

/// How a symbol was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TouchHow {
    /// It is gone.
    Removed,
    /// Its head is another.
    Signature,
    /// It is new.
    Added,
    /// What it holds is other, or what is written above it.
    Body,
}

impl TouchHow {
    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Signature => "signature",
            Self::Added => "added",
            Self::Body => "body",
        }
    }
}

/// A symbol that was touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its path within the file.
    pub path: String,
    /// What it is.
    pub kind: SymbolKind,
    /// How.
    pub how: TouchHow,
    /// Whether others may use it, before or after: it says `pub` without a restriction, or stands in a trait, enum or
    /// variant that does; and not among tests.
    pub is_public: bool,
    /// Whether others may have used it as it was before: it is gone, or has another head.
    pub breaks: bool,
}

/// The symbols that differ between two texts of a file: those others may have used first, then those they may use, then by
/// path. What is new or gone is told without what is in it, but for what others may use. Blanks do not count.
#[must_use]
pub fn touched(before: Option<&str>, after: Option<&str>) -> Vec<Touched> {
    if before == after {
        return Vec::new();
    }
    let (before, after) = (Side::read(before.unwrap_or_default()), Side::read(after.unwrap_or_default()));
    let mut all = Vec::new();
    for (path, at) in &before.paths {
        let was_public = before.is_public(*at);
        let Some(now) = after.paths.get(path) else {
            if before.is_told(*at, &after) {
                let kind = before.outline.symbols[*at].kind;
                let (path, how) = (path.clone(), TouchHow::Removed);
                all.push(Touched { path, kind, how, is_public: was_public, breaks: was_public });
            }
            continue;
        };
        let (old, new) = (&before.outline.symbols[*at], &after.outline.symbols[*now]);
        let how = match (old.signature == new.signature, before.own(*at) == after.own(*now)) {
            (false, _) => TouchHow::Signature,
            (true, false) => TouchHow::Body,
            (true, true) => continue,
        };
        let is_public = was_public || after.is_public(*now);
        let breaks = was_public && how == TouchHow::Signature;
        all.push(Touched { path: path.clone(), kind: new.kind, how, is_public, breaks });
    }
    for (path, at) in after.paths.iter().filter(|(path, _)| !before.paths.contains_key(*path)) {
        if after.is_told(*at, &before) {
            let kind = after.outline.symbols[*at].kind;
            let (path, how, is_public) = (path.clone(), TouchHow::Added, after.is_public(*at));
            all.push(Touched { path, kind, how, is_public, breaks: false });
        }
    }
    all.sort_by(|one, other| {
        (!one.breaks, !one.is_public, one.how, &one.path).cmp(&(
            !other.breaks,
            !other.is_public,
            other.how,
            &other.path,
        ))
    });
    all
}

struct Side<'a> {
    text: &'a str,
    outline: Outline,
    paths: BTreeMap<String, usize>,
    children: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Side<'a> {
    fn read(text: &'a str) -> Self {
        let outline = outline(text);
        let paths = (0..outline.symbols.len()).map(|at| (outline.path(at), at)).collect();
        let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, symbol) in outline.symbols.iter().enumerate() {
            if let Some(parent) = symbol.parent {
                children.entry(parent).or_default().push(at);
            }
        }
        Self { text, outline, paths, children }
    }

    /// What a symbol holds beside the symbols in it, blanks left out.
    fn own(&self, at: usize) -> String {
        let symbol = &self.outline.symbols[at];
        let mut own = String::new();
        let mut from = symbol.documented.start;
        // Between its fields and variants.
        let has_commas =
            matches!(symbol.kind, SymbolKind::Struct | SymbolKind::Union | SymbolKind::Enum | SymbolKind::Variant);
        let mut add = |to: usize, from: usize| {
            let text = self.text.get(from..to).unwrap_or_default();
            own.extend(text.chars().filter(|letter| !(letter.is_whitespace() || has_commas && *letter == ',')));
        };
        for child in self.children.get(&at).into_iter().flatten() {
            let child = &self.outline.symbols[*child].whole;
            add(child.start, from);
            from = child.end;
        }
        add(symbol.documented.end, from);
        own
    }

    /// Whether one that the other side has not is told: it is not in another such one, or others may use it and not
    /// what it stands in.
    fn is_told(&self, at: usize, other: &Self) -> bool {
        let Some(parent) = self.outline.symbols[at].parent else { return true };
        let is_part = !other.paths.contains_key(&self.outline.path(parent));
        !is_part || (self.is_public(at) && !self.is_public(parent))
    }

    fn is_public(&self, at: usize) -> bool {
        let symbol = &self.outline.symbols[at];
        let is_for_tests = |at: &usize| {
            let cfg: String = self.outline.symbols[*at].cfg.split_whitespace().collect();
            let mut words = cfg.split(|character: char| !character.is_alphanumeric() && character != '_');
            self.outline.symbols[*at].is_test || (words.any(|word| word == "test") && !cfg.contains("not(test"))
        };
        if self.outline.chain(at).iter().any(is_for_tests) {
            return false;
        }
        if symbol.signature.starts_with("pub ") {
            return true;
        }
        let parent = symbol.parent.filter(|parent| {
            matches!(self.outline.symbols[*parent].kind, SymbolKind::Trait | SymbolKind::Enum | SymbolKind::Variant)
        });
        parent.is_some_and(|parent| self.is_public(parent))
    }
}

#[cfg(test)]
mod tests;
