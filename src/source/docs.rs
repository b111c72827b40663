//! The examples in a text's documentation, and documentation put into another text.

mod comments;
mod fences;
mod onto;

pub use onto::{SplicedDocs, splice_docs};

use super::items::{Role, entries};
use super::text::Text;
use comments::documentation;
use ra_ap_syntax::ast::{self, AstNode as _, HasName as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

/// An example in documentation, as rustdoc would run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doctest {
    /// The path of the documented item within the file, `""` for the file. What an `impl` holds is below its type.
    pub item: String,
    /// Which of its item's examples it is, from 0.
    pub ordinal: usize,
    /// The line of its opening fence, as rustdoc counts; of its first line where it is only indented.
    pub line: u32,
    /// The words behind the fence: `no_run`, `ignore`, `compile_fail` …
    pub flags: Vec<String>,
    /// What stands between the fences, hidden lines included.
    pub text: String,
}

/// The examples of a text, in its order. Those of test-only items are none: rustdoc does not see them.
#[must_use]
pub fn doctests(text: &str) -> Vec<Doctest> {
    let text = Text::new(text);
    let mut found = Vec::new();
    if super::splice::is_test_file(&text.tree) {
        return found;
    }
    for documented in documented(&text.tree) {
        let documentation = documentation(&text, &documented.node);
        // Two `impl` blocks of one type, or a type and its `impl`, count on.
        let n_before = found.iter().filter(|doctest: &&Doctest| doctest.item == documented.path).count();
        let examples = fences::examples(&documentation.lines);
        found.extend(examples.into_iter().enumerate().map(|(ordinal, example)| Doctest {
            item: documented.path.clone(),
            ordinal: n_before + ordinal,
            line: example.line,
            flags: example.flags,
            text: example.text,
        }));
    }
    found.sort_by_key(|doctest| doctest.line);
    found
}

/// Something that can carry documentation.
struct Documented {
    node: SyntaxNode,
    path: String,
    /// Its path with what makes it the same thing in another text.
    key: String,
}

/// The file itself, its items, and their fields and variants; not those that are there for tests only.
fn documented(tree: &SyntaxNode) -> Vec<Documented> {
    let mut found = vec![Documented { node: tree.clone(), path: String::new(), key: String::new() }];
    gather(tree, "", "", &mut found);
    found
}

fn gather(holder: &SyntaxNode, outer: &str, above: &str, found: &mut Vec<Documented>) {
    for entry in entries(holder) {
        if entry.role == Role::Test || entry.kind() == SyntaxKind::USE || entry.kind() == SyntaxKind::MACRO_CALL {
            continue;
        }
        let path = entry.path(outer);
        let twins = |key: &String| found.iter().filter(|other| other.key == *key).count();
        let mut key = format!("{above}/{}", entry.key);
        key = match twins(&key) {
            0 => key,
            n_before => format!("{key}#{n_before}"),
        };
        found.push(Documented { node: entry.node.clone(), path: path.clone(), key: key.clone() });
        match entry.inner() {
            Some(inner) => gather(&inner, &path, &key, found),
            None => parts(&entry.node, &path, &key, found),
        }
    }
}

/// Fields and variants, and what an `extern` block declares.
fn parts(item: &SyntaxNode, outer: &str, above: &str, found: &mut Vec<Documented>) {
    for node in item.descendants() {
        let name = if let Some(field) = ast::RecordField::cast(node.clone()) {
            field.name()
        } else if let Some(variant) = ast::Variant::cast(node.clone()) {
            variant.name()
        } else if node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::EXTERN_ITEM_LIST) {
            node.children().find_map(ast::Name::cast)
        } else {
            None
        };
        let Some(name) = name else { continue };
        let within: Vec<String> = node
            .ancestors()
            .skip(1)
            .take_while(|ancestor| ancestor != item)
            .filter_map(ast::Variant::cast)
            .filter_map(|variant| Some(variant.name()?.text().to_string()))
            .collect();
        let name = within.into_iter().chain([name.text().to_string()]).collect::<Vec<_>>().join("::");
        let path = if outer.is_empty() { name.clone() } else { format!("{outer}::{name}") };
        found.push(Documented { node, path, key: format!("{above}/{name}") });
    }
}

#[cfg(test)]
mod tests;
