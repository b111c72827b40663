//! What of a text can carry documentation.

use crate::source::items::{Role, entries};
use ra_ap_syntax::ast::{self, AstNode as _, HasName as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

/// Something that can carry documentation.
pub(super) struct Documented {
    pub(super) node: SyntaxNode,
    pub(super) path: String,
    /// Its path with what makes it the same thing in another text.
    pub(super) key: String,
}

/// The file itself, its items, and their fields and variants; not those that are there for tests only.
pub(super) fn documented(tree: &SyntaxNode) -> Vec<Documented> {
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
