//! Nodes -> symbols.

use super::super::attributes::{is_test, last_word};
use super::super::text::{bytes, parse, tokens};
use super::{Symbol, SymbolKind};
use crate::files::sha256;
use ra_ap_syntax::ast::{self, AstNode as _, HasName as _};
use ra_ap_syntax::{NodeOrToken, SyntaxKind, SyntaxNode};
use std::ops::Range;

/// How deep macros within macros are followed.
const DEEPEST: usize = 4;

/// A signature is cut behind so many characters.
const MOST_SIGNATURE: usize = 400;

/// Where items are looked for.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// What they stand in.
    pub(super) parent: Option<usize>,
    /// The tree's first byte in the file.
    pub(super) offset: usize,
    /// How many macro calls are around them.
    pub(super) depth: usize,
}

/// Everything of a node that has a name, and what is in it.
pub(super) fn items(holder: &SyntaxNode, place: Place, found: &mut Vec<Symbol>) {
    for node in holder.children() {
        match SymbolKind::of(node.kind()) {
            Some(kind) => {
                let Some(symbol) = symbol(&node, kind, place) else { continue };
                found.push(symbol);
                items(&node, Place { parent: Some(found.len() - 1), ..place }, found);
            }
            None if node.kind() == SyntaxKind::MACRO_CALL => in_macro(&node, place, found),
            // A body, a list of items or fields: what it holds stands in the same symbol.
            None => items(&node, place, found),
        }
    }
}

/// Items in a macro's braces: `cfg_if! { … }`, `bitflags! { … }`, `proptest! { … }`.
fn in_macro(node: &SyntaxNode, place: Place, found: &mut Vec<Symbol>) {
    let Some(inside) = ast::MacroCall::cast(node.clone()).and_then(|call| call.token_tree()) else { return };
    let is_braced = inside.l_curly_token().is_some();
    if !is_braced || DEEPEST <= place.depth {
        return;
    }
    let whole = inside.syntax().text().to_string();
    let Some(inner) = whole.get(1..whole.len().saturating_sub(1)) else { return };
    if !["fn ", "struct ", "enum ", "trait ", "impl ", "mod ", "const ", "static ", "type "]
        .iter()
        .any(|word| inner.contains(word))
    {
        return;
    }
    let offset = place.offset + usize::from(inside.syntax().text_range().start()) + 1;
    items(&parse(inner).syntax_node(), Place { offset, depth: place.depth + 1, ..place }, found);
}

fn symbol(node: &SyntaxNode, kind: SymbolKind, place: Place) -> Option<Symbol> {
    let (name, name_at) = match kind {
        SymbolKind::Impl => called(&ast::Impl::cast(node.clone())?)?,
        SymbolKind::Const => match ast::Const::cast(node.clone())?.name() {
            Some(name) => (plain(&name.text()), bytes(name.syntax().text_range())),
            None => {
                let at = bytes(
                    node.children_with_tokens().find(|child| child.kind() == SyntaxKind::UNDERSCORE)?.text_range(),
                );
                ("_".to_owned(), at)
            }
        },
        SymbolKind::Mod
        | SymbolKind::Struct
        | SymbolKind::Enum
        | SymbolKind::Union
        | SymbolKind::Variant
        | SymbolKind::Field
        | SymbolKind::Trait
        | SymbolKind::Fn
        | SymbolKind::Static
        | SymbolKind::Type
        | SymbolKind::Macro => {
            let name = node.children().find_map(ast::Name::cast)?;
            (plain(&name.text()), bytes(name.syntax().text_range()))
        }
    };
    let (documented, bare) = beginnings(node);
    let whole = bytes(node.text_range());
    let body = body(node);
    let attributes: Vec<ast::Attr> = node.children().filter_map(ast::Attr::cast).collect();
    let cfgs = attributes.iter().filter(|attribute| last_word(attribute).as_deref() == Some("cfg"));
    let cfg = cfgs.map(|attribute| tokens(attribute.syntax()).replace(' ', "")).collect::<Vec<_>>().join(" ");
    let shift = |range: Range<usize>| range.start + place.offset..range.end + place.offset;
    Some(Symbol {
        kind,
        name,
        parent: place.parent,
        nth: 0,
        is_alone: true,
        signature: signature(node, kind, bare),
        is_public: node.children().any(|child| child.kind() == SyntaxKind::VISIBILITY),
        is_test: kind == SymbolKind::Fn && attributes.iter().any(is_test),
        cfg,
        documented: shift(documented..whole.end),
        bare: shift(bare..whole.end),
        whole: shift(whole),
        name_at: shift(name_at),
        body: body.map(shift),
        line: 0,
        last_line: 0,
        is_in_macro: 0 < place.depth,
    })
}

/// A name without `r#`.
fn plain(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

/// `impl Go for B`, and where the type stands.
fn called(item: &ast::Impl) -> Option<(String, Range<usize>)> {
    let of = item.self_ty()?;
    let shown = |node: &SyntaxNode| one_line(&node.text().to_string());
    let not = if item.excl_token().is_some() { "!" } else { "" };
    let name = match item.trait_() {
        Some(what) => format!("impl {not}{} for {}", shown(what.syntax()), shown(of.syntax())),
        None => format!("impl {}", shown(of.syntax())),
    };
    Some((name, bytes(of.syntax().text_range())))
}

/// Where documentation or attributes begin, and where visibility or keyword do.
fn beginnings(node: &SyntaxNode) -> (usize, usize) {
    let mut documented = None;
    for child in node.children_with_tokens() {
        let start = usize::from(child.text_range().start());
        match &child {
            NodeOrToken::Token(token) if token.kind() == SyntaxKind::COMMENT => {
                let text = token.text();
                let is_doc = ["///", "/**"].iter().any(|mark| text.starts_with(mark)) && !text.starts_with("////");
                if is_doc {
                    documented.get_or_insert(start);
                }
            }
            child if child.kind().is_trivia() => {}
            child if child.kind() == SyntaxKind::ATTR => {
                documented.get_or_insert(start);
            }
            _ => return (documented.unwrap_or(start), start),
        }
    }
    let start = usize::from(node.text_range().start());
    (start, start)
}

/// What holds a symbol's contents.
fn body(node: &SyntaxNode) -> Option<Range<usize>> {
    let holds = |child: &SyntaxNode| {
        matches!(
            child.kind(),
            SyntaxKind::ITEM_LIST
                | SyntaxKind::ASSOC_ITEM_LIST
                | SyntaxKind::BLOCK_EXPR
                | SyntaxKind::RECORD_FIELD_LIST
                | SyntaxKind::VARIANT_LIST
                | SyntaxKind::TOKEN_TREE
        )
    };
    let is_value = matches!(node.kind(), SyntaxKind::CONST | SyntaxKind::STATIC);
    let body = node.children().filter(holds).last().filter(|_| !is_value)?;
    Some(bytes(body.text_range()))
}

/// The head of a symbol: up to its body; of a constant up to its value.
fn signature(node: &SyntaxNode, kind: SymbolKind, bare: usize) -> String {
    let is_end = |child: &SyntaxKind| match kind {
        SymbolKind::Const | SymbolKind::Static => *child == SyntaxKind::EQ,
        SymbolKind::Fn => *child == SyntaxKind::BLOCK_EXPR,
        SymbolKind::Mod => *child == SyntaxKind::ITEM_LIST,
        SymbolKind::Impl | SymbolKind::Trait => *child == SyntaxKind::ASSOC_ITEM_LIST,
        SymbolKind::Struct | SymbolKind::Union | SymbolKind::Variant => *child == SyntaxKind::RECORD_FIELD_LIST,
        SymbolKind::Enum => *child == SyntaxKind::VARIANT_LIST,
        SymbolKind::Macro => *child == SyntaxKind::TOKEN_TREE,
        SymbolKind::Type | SymbolKind::Field => false,
    };
    let children = node.children_with_tokens().skip_while(|child| usize::from(child.text_range().start()) < bare);
    let mut text = String::new();
    for child in children.take_while(|child| !is_end(&child.kind())) {
        match child {
            NodeOrToken::Token(token) if token.kind() == SyntaxKind::COMMENT => text.push(' '),
            NodeOrToken::Token(token) => text.push_str(token.text()),
            NodeOrToken::Node(node) => text.push_str(&node.text().to_string()),
        }
    }
    let line = one_line(text.trim_end_matches(|letter: char| letter == ';' || letter.is_whitespace()));
    match line.char_indices().nth(MOST_SIGNATURE) {
        // Two that differ only behind that are two.
        Some((end, _)) => format!("{} … #{:.8}", &line[..end], sha256(line.as_bytes())),
        None => line,
    }
}

/// The words of a text in one line.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // A list that was broken into lines: `fn f( a: A, b: B, )`.
    words.replace("( ", "(").replace(", )", ")").replace(" )", ")")
}
