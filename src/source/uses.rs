//! Where names stand in a file, and as what: a path's segment, a call, a field, in a macro's braces, in a `use`.
//!
//! Purely what the syntax says. Bindings and type parameters that shadow a name are seen, and are no uses.

mod values;
mod roles;
mod macros;
mod docs;

use super::text::{Text, bytes};
use super::type_name::TypeName;
use ra_ap_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};
use std::collections::BTreeSet;
use std::ops::Range;

/// What kind of name is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// What a path leads through, and types.
    Types,
    /// Functions, constants, what can be built or matched.
    Values,
    /// Of these what a pattern can be: no functions.
    Patterns,
    /// Macros.
    Macros,
    /// The syntax does not tell.
    Any,
}

/// What an expression is, as far as it tells its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `self`
    Own,
    /// Of this type.
    Typed(TypeName),
    /// What a path names: a constant, a unit struct.
    Path(Vec<String>),
    /// What calling a path returns.
    Call(Vec<String>),
    /// A struct or variant in braces.
    Record(Vec<String>),
    /// What calling a method returns.
    Method(Box<Value>, String),
    /// A field's value.
    Field(Box<Value>, String),
    /// What is in a `Some`, an `Ok`, a future.
    Unwrapped(Box<Value>),
    /// One of several.
    Element(Box<Value>),
    /// A tuple's part.
    Item(Box<Value>, usize),
    /// A part of a tuple struct or variant of this path.
    Part(Vec<String>, usize),
    /// A field of a struct or variant of this path.
    Named(Vec<String>, String),
    /// Not known.
    Unknown,
}

/// As what a name stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The name of something that is declared.
    Definition,
    /// A segment of a path, those before it being `before`.
    Path {
        /// The segments before it.
        before: Vec<String>,
        /// Whether it begins at the crates (`::serde`).
        is_absolute: bool,
        /// What kind of name it is.
        space: Space,
    },
    /// A segment right behind a type in angle brackets: `<T as Trait>::name`.
    Qualified {
        /// The type.
        of: TypeName,
        /// The trait.
        of_trait: Option<Vec<String>>,
    },
    /// In a `use`.
    Import {
        /// The segments before it.
        before: Vec<String>,
        /// Whether it begins at the crates.
        is_absolute: bool,
    },
    /// `value.name()`
    Method(Value),
    /// `value.name`
    Field(Value),
    /// `Path { name: … }`, as expression or pattern.
    Record(Vec<String>),
    /// In documentation, between brackets or backticks.
    DocLink(Vec<String>),
    /// In documentation, in code that is run.
    DocTest {
        /// The segments before it.
        before: Vec<String>,
        /// Whether it stands behind a dot.
        is_behind_dot: bool,
    },
    /// In a way that says nothing: a lone word in a macro's braces, a text.
    Word,
}

/// A name that stands somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Its bytes.
    pub at: Range<usize>,
    /// Its line.
    pub line: u32,
    /// The characters before it on its line, and one.
    pub column: u32,
    /// The name itself.
    pub name: String,
    /// As what.
    pub role: Role,
    /// The macro it is given to.
    pub in_macro: Option<String>,
    /// Whether it stands in what a macro is defined as.
    pub in_definition: bool,
    /// Whether that macro takes plain expressions or patterns.
    pub is_plain_macro: bool,
}

/// A tree: the file, or what a macro is given, read as if it stood in a function.
pub(super) struct Frame<'a> {
    /// What is added to a byte of the tree to have the file's.
    shift: isize,
    /// Where a macro's braces are: the frame and the call.
    outside: Option<(&'a Frame<'a>, SyntaxNode)>,
}

impl Frame<'_> {
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        range.start.saturating_add_signed(self.shift)..range.end.saturating_add_signed(self.shift)
    }
}

/// What is found, and what is looked for.
pub(super) struct Search<'a> {
    names: &'a BTreeSet<String>,
    found: Vec<Use>,
}

impl Search<'_> {
    fn add(&mut self, at: Range<usize>, name: &str, role: Role) {
        let (line, column, in_macro) = (0, 0, None);
        let name = name.to_owned();
        self.found.push(Use { at, line, column, name, role, in_macro, in_definition: false, is_plain_macro: false });
    }
}

/// Where these names stand in a text, in order. A broken text is read as far as it goes.
#[must_use]
pub fn uses(text: &str, names: &BTreeSet<String>) -> Vec<Use> {
    let text = Text::new(text);
    let mut search = Search { names, found: Vec::new() };
    let frame = Frame { shift: isize::try_from(text.mark.len()).unwrap_or_default(), outside: None };
    tree(&text.tree, &frame, &mut search);
    let mut found = search.found;
    found.sort_by_key(|used| used.at.start);
    found.dedup_by_key(|used| used.at.start);
    for used in &mut found {
        let at = used.at.start - text.mark.len();
        used.line = text.line(at);
        let before = text.body.get(text.start_of(used.line)..at).unwrap_or_default();
        used.column = u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX);
    }
    found
}

fn tree(root: &SyntaxNode, frame: &Frame<'_>, search: &mut Search<'_>) {
    let mut calls: Vec<SyntaxNode> = Vec::new();
    for token in root.descendants_with_tokens().filter_map(|element| element.into_token()) {
        match token.kind() {
            SyntaxKind::IDENT => {
                let name = token.text().strip_prefix("r#").unwrap_or(token.text());
                if !search.names.contains(name) {
                    continue;
                }
                match outermost_tokens(&token) {
                    Some(holder) => note(&holder, &mut calls),
                    None => {
                        if let Some(role) = roles::role(&token, frame) {
                            search.add(frame.place(&bytes(token.text_range())), name, role);
                        }
                    }
                }
            }
            SyntaxKind::STRING if search.names.iter().any(|name| token.text().contains(name.as_str())) => {
                if let Some(holder) = outermost_tokens(&token) {
                    note(&holder, &mut calls);
                }
            }
            SyntaxKind::COMMENT => docs::comment(&token, frame, search),
            _ => {}
        }
    }
    for holder in calls {
        macros::inside(&holder, frame, search, tree);
    }
}

fn note(holder: &SyntaxNode, calls: &mut Vec<SyntaxNode>) {
    if calls.last() != Some(holder) {
        calls.push(holder.clone());
    }
}

/// The outermost token tree a token stands in.
fn outermost_tokens(token: &SyntaxToken) -> Option<SyntaxNode> {
    token.parent_ancestors().filter(|node| node.kind() == SyntaxKind::TOKEN_TREE).last()
}

#[cfg(test)]
mod tests;
