//! What documentation says: its lines, and the Rust examples in it.

use super::comments::documentation;
use super::fences::examples;
use crate::source::text::Text;
use ra_ap_syntax::SyntaxNode;
use ra_ap_syntax::ast::AstNode as _;

/// A documentation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose {
    /// Its lines, without what makes them comments.
    pub lines: Vec<String>,
    /// The Rust examples among them: the words behind the fence, and the text.
    pub examples: Vec<(Vec<String>, String)>,
}

/// What a file says of itself (`//!`).
#[must_use]
pub fn prose_of_file(text: &str) -> Prose {
    let text = Text::new(text);
    let tree = text.tree.clone();
    prose(&text, &tree)
}

/// What is said of an item, given its text from its documentation on. Only what stands before its visibility or
/// keyword is needed, and of an inline module its braces.
#[must_use]
pub fn prose_of_item(head: &str) -> Prose {
    // Whatever the item is (a field, a variant), its documentation reads the same on a module.
    let text = format!("{head}\nmod it {{}}");
    let text = Text::new(&text);
    let first = text.tree.children().find(|child| ra_ap_syntax::ast::Item::can_cast(child.kind()));
    first.map(|node| prose(&text, &node)).unwrap_or_default()
}

fn prose(text: &Text<'_>, node: &SyntaxNode) -> Prose {
    let lines = documentation(text, node).lines;
    let examples = examples(&lines).into_iter().map(|example| (example.flags, example.text)).collect();
    Prose { lines: lines.into_iter().map(|(_, line)| line).collect(), examples }
}
