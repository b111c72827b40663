//! What an attribute says about tests.

use super::text::tokens;
use ra_ap_syntax::ast::{self, AstNode as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

/// The last words of attributes that make a function a test: `#[test]`, `#[tokio::test]`, `#[rstest]` …
const TEST_ATTRIBUTES: &[&str] =
    &["test", "rstest", "test_case", "test_matrix", "quickcheck", "wasm_bindgen_test", "gtest"];

/// The words of lint attributes.
pub(super) const LEVELS: &[&str] = &["allow", "expect", "warn", "deny", "forbid"];

pub(super) fn last_word(attribute: &ast::Attr) -> Option<String> {
    Some(attribute.path()?.segment()?.name_ref()?.text().to_string())
}

/// The text between an attribute's parentheses, without comments and blanks.
pub(super) fn inside(attribute: &ast::Attr) -> Option<String> {
    let tree = attribute.token_tree()?;
    let text = tokens(tree.syntax());
    let text = text.strip_prefix('(')?.strip_suffix(')').unwrap_or_default();
    Some(text.trim().to_owned())
}

/// Whether an attribute makes its function a test.
pub(super) fn is_test(attribute: &ast::Attr) -> bool {
    let Some(word) = last_word(attribute) else { return false };
    if word == "cfg_attr" {
        // `cfg_attr(not(miri), test)`: what follows the condition is an attribute.
        let inside = attribute.token_tree().map(|inside| inside.syntax().text().to_string()).unwrap_or_default();
        let behind = inside.trim_end_matches(')').rsplit(',').next().map(str::trim).unwrap_or_default().to_owned();
        return inside.contains(',') && TEST_ATTRIBUTES.contains(&behind.rsplit("::").next().unwrap_or_default());
    }
    TEST_ATTRIBUTES.contains(&word.as_str())
}

/// The attributes right on a node, inner ones of a module included.
pub(super) fn attributes(node: &SyntaxNode) -> impl Iterator<Item = ast::Attr> + use<> {
    let inner = node.children().filter(|child| child.kind() == SyntaxKind::ITEM_LIST);
    let inner: Vec<ast::Attr> = inner.flat_map(|list| list.children().filter_map(ast::Attr::cast)).collect();
    node.children().filter_map(ast::Attr::cast).chain(inner)
}

/// What a `cfg` condition says of builds of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// It holds in test builds only.
    Only,
    /// It never holds in test builds.
    Never,
    /// Tests are one way among others: `any(test, feature = "mock")`.
    Among,
    /// It does not name tests.
    Silent,
}

/// The condition of a `cfg` attribute. `None`: another attribute.
pub(super) fn condition(attribute: &ast::Attr) -> Option<Condition> {
    (last_word(attribute)? == "cfg").then(|| read(&inside(attribute).unwrap_or_default()))
}

/// Reads the inside of `cfg(…)`, its tokens set apart by single blanks.
pub(super) fn read(predicate: &str) -> Condition {
    let words: Vec<&str> = predicate.split(' ').collect();
    let mut at = 0;
    one(&words, &mut at, 0)
}

fn one(words: &[&str], at: &mut usize, depth: usize) -> Condition {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if words.get(*at) != Some(&"(") || 64 < depth {
        let mut is_plain = true;
        while *at < words.len() && !matches!(words[*at], "," | ")") {
            is_plain = false; // `feature = "x"`
            *at += 1;
        }
        return if word == "test" && is_plain { Condition::Only } else { Condition::Silent };
    }
    *at += 1;
    let mut parts = Vec::new();
    while *at < words.len() && words[*at] != ")" {
        parts.push(one(words, at, depth + 1));
        while *at < words.len() && !matches!(words[*at], "," | ")") {
            *at += 1;
        }
        *at += usize::from(words.get(*at) == Some(&","));
    }
    *at += 1;
    let all = |wanted| !parts.is_empty() && parts.iter().all(|part| *part == wanted);
    match word {
        "not" => match parts.first() {
            Some(Condition::Only) => Condition::Never,
            Some(Condition::Never) => Condition::Only,
            Some(Condition::Among) => Condition::Among,
            Some(Condition::Silent) | None => Condition::Silent,
        },
        "all" if parts.contains(&Condition::Never) => Condition::Never,
        "all" if parts.contains(&Condition::Only) => Condition::Only,
        "any" if all(Condition::Only) => Condition::Only,
        "any" if all(Condition::Never) => Condition::Never,
        _ if parts.iter().all(|part| *part == Condition::Silent) => Condition::Silent,
        _ => Condition::Among,
    }
}

/// A `cfg_attr` whose condition names tests and that does more than set lints.
pub(super) fn is_conditional(attribute: &ast::Attr) -> bool {
    if last_word(attribute).as_deref() != Some("cfg_attr") || is_test(attribute) {
        return false;
    }
    let inside = inside(attribute).unwrap_or_default();
    let words: Vec<&str> = inside.split(' ').collect();
    let mut at = 0;
    if one(&words, &mut at, 0) == Condition::Silent {
        return false;
    }
    !words.get(at + 1).is_some_and(|word| LEVELS.contains(word))
}

/// The plain text behind `=`: that of `#[path = "…"]`. Escapes are undone.
pub(super) fn string(attribute: &ast::Attr) -> Option<String> {
    let literal = attribute.syntax().descendants().find_map(ast::Literal::cast)?;
    // Not `#[doc = concat!("…")]`.
    let is_of_macro = literal.syntax().ancestors().any(|outer| outer.kind() == SyntaxKind::MACRO_CALL);
    match literal.kind() {
        ast::LiteralKind::String(text) if !is_of_macro => text.value().ok().map(|text| text.into_owned()),
        _ => None,
    }
}

/// The condition of a `cfg_attr` and what stands behind it, taken apart at the first comma of its own.
pub(super) fn split(inside: &str) -> (String, String) {
    let words: Vec<&str> = inside.split(' ').collect();
    let mut at = 0;
    one(&words, &mut at, 0);
    let at = at.min(words.len());
    let rest = words.get(at + 1..).unwrap_or_default();
    (spelled(&words[..at].join(" ")), rest.join(" "))
}

/// Tokens set apart by blanks, as people write them: `all(test, feature = "x")`.
fn spelled(words: &str) -> String {
    words.replace(" (", "(").replace("( ", "(").replace(" )", ")").replace(" ,", ",").replace(" :: ", "::")
}

/// Under which conditions a node itself is there, or is a test.
fn conditions(node: &SyntaxNode) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in attributes(node) {
        let held = inside(&attribute).unwrap_or_default();
        match last_word(&attribute).as_deref() {
            Some("cfg") => found.push(spelled(&held)),
            Some("cfg_attr") if is_test(&attribute) => found.push(split(&held).0),
            Some(_) | None => {}
        }
    }
    found
}

/// The conditions of a node and of the items around it, outermost first.
pub(super) fn conditions_around(node: &SyntaxNode) -> Vec<String> {
    let mut around: Vec<SyntaxNode> = node.ancestors().filter(|outer| ast::Item::can_cast(outer.kind())).collect();
    around.reverse();
    around.iter().flat_map(conditions).collect()
}

/// The file's own conditions: `#![cfg(unix)]`.
pub(super) fn condition_of_file(tree: &SyntaxNode) -> Vec<String> {
    conditions(tree)
}

/// `#![cfg(test)]` at its head: the file is there for tests only.
pub(super) fn is_test_file(tree: &SyntaxNode) -> bool {
    attributes(tree).any(|attribute| condition(&attribute) == Some(Condition::Only))
}
