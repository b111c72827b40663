//! What macros are given: read as expressions, patterns or items where it looks like them, else word by word.

use super::super::text::{bytes, parse};
use super::super::type_name::plain;
use super::roles::is_bound;
use super::{Frame, Role, Search, Space, Value};
use ra_ap_syntax::ast::{self, AstNode as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

/// Macros of the standard library whose arguments are plain expressions.
const PLAIN: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "dbg",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "matches",
    "assert_matches",
    "bail",
    "ensure",
    "anyhow",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "log",
    "ready",
    "try",
    "join",
    "select",
    "include",
    "thread_local",
];

/// Reads a tree as the file itself is read.
type Read = fn(&SyntaxNode, &Frame<'_>, &mut Search<'_>);

/// The names in a token tree.
pub(super) fn inside(holder: &SyntaxNode, frame: &Frame<'_>, search: &mut Search<'_>, read: Read) {
    let Some(around) = holder.parent() else { return };
    let is_definition = matches!(around.kind(), SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF);
    let first = search.found.len();
    let call = ast::MacroCall::cast(around.clone());
    let name = call.as_ref().and_then(|call| Some(plain(&call.path()?.segment()?.name_ref()?.text())));
    let is_read = call.is_some() && as_code(holder, &around, name.as_deref().unwrap_or_default(), frame, search, read);
    if !is_read {
        words(holder, frame, search);
    }
    texts(holder, frame, search);
    for used in &mut search.found[first..] {
        used.in_macro.clone_from(&name);
        used.in_definition = is_definition;
        used.is_plain_macro = name.as_deref().is_some_and(|name| PLAIN.contains(&name));
    }
}

/// Reads the tokens as Rust. `false`: they are none.
fn as_code(
    holder: &SyntaxNode,
    call: &SyntaxNode,
    name: &str,
    frame: &Frame<'_>,
    search: &mut Search<'_>,
    reader: Read,
) -> bool {
    let whole = holder.text().to_string();
    let Some(text) = whole.get(1..whole.len().saturating_sub(1)) else { return false };
    let start = usize::from(holder.text_range().start()) + 1;
    let mut tries: Vec<(&str, String, &str)> = Vec::new();
    if matches!(name, "matches" | "assert_matches" | "debug_assert_matches")
        && let Some(comma) = first_comma(holder)
        && let (Some(value), Some(pattern)) = (text.get(..comma - start), text.get(comma + 1 - start..))
    {
        // The comma becomes a brace: every byte behind it stays where it was.
        let pattern = pattern.trim_end().trim_end_matches(',');
        tries.push(("fn f() { match ", format!("{value}{{{pattern}"), " => () } }"));
    }
    tries.push(("fn f() { [", text.to_owned(), "] }"));
    tries.push(("fn f() { ", text.to_owned(), " }"));
    for (before, text, behind) in tries {
        let whole = format!("{before}{text}{behind}");
        let read = parse(&whole);
        if !read.errors().is_empty() || read.tree().syntax().text_range().is_empty() {
            continue;
        }
        let shift = isize::try_from(start).unwrap_or_default() - isize::try_from(before.len()).unwrap_or_default();
        let inner = Frame { shift: frame.shift + shift, outside: Some((frame, call.clone())) };
        reader(&read.syntax_node(), &inner, search);
        return true;
    }
    false
}

/// The byte of the first comma that is in no further brackets.
fn first_comma(holder: &SyntaxNode) -> Option<usize> {
    let mut children = holder.children_with_tokens().filter_map(|child| child.into_token());
    children.find(|token| token.kind() == SyntaxKind::COMMA).map(|token| bytes(token.text_range()).start)
}

/// Names word by word.
fn words(holder: &SyntaxNode, frame: &Frame<'_>, search: &mut Search<'_>) {
    for token in holder.descendants_with_tokens().filter_map(|element| element.into_token()) {
        let name = plain(token.text());
        if token.kind() != SyntaxKind::IDENT || !search.names.contains(&name) {
            continue;
        }
        let before = |token: &SyntaxToken| {
            std::iter::successors(token.prev_token(), SyntaxToken::prev_token).find(|token| !token.kind().is_trivia())
        };
        let behind =
            std::iter::successors(token.next_token(), SyntaxToken::next_token).find(|token| !token.kind().is_trivia());
        let behind = behind.map(|token| token.kind());
        let previous = before(&token);
        let role = match previous.as_ref().map(SyntaxToken::kind) {
            Some(SyntaxKind::DOLLAR) => continue,
            Some(SyntaxKind::DOT) => {
                let receiver = previous.as_ref().and_then(before);
                let is_own = receiver.as_ref().is_some_and(|token| {
                    token.text() == "self" && before(token).is_none_or(|token| token.kind() != SyntaxKind::DOT)
                });
                let value = if is_own { Value::Own } else { Value::Unknown };
                match behind {
                    Some(SyntaxKind::L_PAREN | SyntaxKind::COLON | SyntaxKind::COLON2) => Role::Method(value),
                    _ => Role::Field(value),
                }
            }
            Some(SyntaxKind::FN_KW | SyntaxKind::STRUCT_KW | SyntaxKind::ENUM_KW | SyntaxKind::TRAIT_KW) => {
                Role::Definition
            }
            _ => {
                let names = path_before(&token);
                let is_known = !names.is_empty() || name.starts_with(char::is_uppercase);
                let is_called = matches!(behind, Some(SyntaxKind::L_PAREN | SyntaxKind::BANG));
                if names.is_empty() && is_bound(holder, &name, frame) {
                    continue;
                }
                match is_known || is_called {
                    true => Role::Path { before: names, is_absolute: false, space: Space::Any },
                    false => Role::Word,
                }
            }
        };
        search.add(frame.place(&bytes(token.text_range())), &name, role);
    }
}

/// The segments of a path before its last token.
fn path_before(token: &SyntaxToken) -> Vec<String> {
    let mut tokens = std::iter::successors(token.prev_token(), SyntaxToken::prev_token)
        .filter(|token| !token.kind().is_trivia())
        .peekable();
    let mut names = Vec::new();
    loop {
        let mut n_colons = 0;
        while n_colons < 2 {
            match tokens.peek().map(SyntaxToken::kind) {
                Some(SyntaxKind::COLON) => n_colons += 1,
                Some(SyntaxKind::COLON2) => n_colons += 2,
                _ => break,
            }
            tokens.next();
        }
        match tokens.peek() {
            Some(name) if n_colons == 2 && (name.kind() == SyntaxKind::IDENT || name.kind().is_any_identifier()) => {
                names.push(plain(name.text()));
            }
            _ => break,
        }
        tokens.next();
    }
    names.reverse();
    names
}

/// Names in the braces of texts: `"{NAME}"`.
fn texts(holder: &SyntaxNode, frame: &Frame<'_>, search: &mut Search<'_>) {
    let tokens = holder.descendants_with_tokens().filter_map(|element| element.into_token());
    for token in tokens.filter(|token| token.kind() == SyntaxKind::STRING) {
        let start = bytes(token.text_range()).start;
        for (at, _) in token.text().match_indices('{') {
            let rest = &token.text()[at + 1..];
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            let is_name = search.names.contains(name) && (behind.starts_with('}') || behind.starts_with(':'));
            if is_name && !token.text()[..at].ends_with('{') && !is_bound(holder, name, frame) {
                let at = start + at + 1;
                let role = Role::Path { before: Vec::new(), is_absolute: false, space: Space::Values };
                search.add(frame.place(&(at..at + name.len())), name, role);
            }
        }
    }
}
