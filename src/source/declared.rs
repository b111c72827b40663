//! What a file declares and imports, scope by scope: what names in it can mean.

mod reading;

use super::outline::SymbolKind;
use super::text::Text;
use super::type_name::TypeName;
use std::ops::Range;

/// Who may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Everybody who sees what it stands in.
    Public,
    /// The module it stands in, and those below.
    Private,
    /// The crate.
    Crate,
    /// The module of this path.
    In(Vec<String>),
    /// As what it stands in: variants, and what is in a trait or the `impl` of one.
    AsOwner,
}

/// A module's braces, the file itself, or a block with items or imports of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The scope around it; `None` of the file.
    pub parent: Option<usize>,
    /// The module's name; `None` of the file and of a block.
    pub module: Option<String>,
    /// Whether it is a block.
    pub is_block: bool,
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether a macro is called where items stand: it may declare more.
    pub has_macros: bool,
}

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// What it is.
    pub kind: SymbolKind,
    /// What it is called; empty of an `impl`.
    pub name: String,
    /// Where the name stands.
    pub name_at: Range<usize>,
    /// All of it.
    pub whole: Range<usize>,
    /// The scope it stands in.
    pub scope: usize,
    /// The type, trait or `impl` it is a part of.
    pub owner: Option<usize>,
    /// Of a module with braces: the scope they are.
    pub inner: Option<usize>,
    /// What a function returns, an alias stands for, a field or constant is; of an `impl` the type it is for.
    pub of_type: Option<TypeName>,
    /// The types of a tuple struct's or variant's fields.
    pub parts: Vec<TypeName>,
    /// The trait an `impl` is of.
    pub of_trait: Option<Vec<String>>,
    /// Of a trait: those it demands.
    pub supertraits: Vec<Vec<String>>,
    /// Who may name it.
    pub reach: Reach,
    /// Whether it can be called with a dot: a function with `self`, and every field.
    pub has_self: bool,
    /// Of a struct: whether its name is a value too.
    pub is_value: bool,
    /// Of a macro: whether it is exported from the crate.
    pub is_exported: bool,
    /// Whether it is there under a condition only.
    pub has_cfg: bool,
}

/// One leaf of a `use`, or an `extern crate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The scope it stands in.
    pub scope: usize,
    /// What is imported.
    pub path: Vec<String>,
    /// Whether the path begins at the crates: `::serde`, `extern crate`.
    pub is_absolute: bool,
    /// What it is called here; `None` of a glob.
    pub name: Option<String>,
    /// Who sees the name.
    pub reach: Reach,
}

/// What a file declares and imports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declarations {
    /// The file itself comes first.
    pub scopes: Vec<Scope>,
    /// In the file's order.
    pub declared: Vec<Declared>,
    /// In the file's order.
    pub imports: Vec<Import>,
    /// The line of the first syntax error.
    pub broken: Option<u32>,
}

impl Declarations {
    /// The innermost scope around a byte.
    #[must_use]
    pub fn scope_at(&self, at: usize) -> usize {
        self.scopes.iter().rposition(|scope| scope.range.contains(&at)).unwrap_or(0)
    }

    /// The module a scope belongs to: itself, or the nearest around it that is no block.
    #[must_use]
    pub fn module_of(&self, mut scope: usize) -> usize {
        while let Some(Scope { is_block: true, parent: Some(parent), .. }) = self.scopes.get(scope) {
            scope = *parent;
        }
        scope
    }

    /// The names of the modules with braces around a scope, itself included, outermost first.
    #[must_use]
    pub fn modules(&self, scope: usize) -> Vec<String> {
        let around = std::iter::successors(Some(scope), |scope| self.scopes.get(*scope)?.parent);
        let mut names: Vec<String> = around.filter_map(|scope| self.scopes.get(scope)?.module.clone()).collect();
        names.reverse();
        names
    }

    /// The innermost `impl` or trait around a byte.
    #[must_use]
    pub fn context(&self, at: usize) -> Option<usize> {
        self.declared
            .iter()
            .rposition(|it| matches!(it.kind, SymbolKind::Impl | SymbolKind::Trait) && it.whole.contains(&at))
    }
}

/// What a text declares and imports. A broken one is read as far as it goes.
#[must_use]
pub fn declarations(text: &str) -> Declarations {
    let text = Text::new(text);
    let file = Scope { parent: None, module: None, is_block: false, range: 0..usize::MAX, has_macros: false };
    let mut found = Declarations { scopes: vec![file], broken: text.broken, ..Declarations::default() };
    let place = reading::Place { scope: 0, owner: None, offset: text.mark.len(), depth: 0 };
    reading::walk(&text.tree, place, &mut found);
    found
}

#[cfg(test)]
mod tests;
