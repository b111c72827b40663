//! The items of a file, each with what it is called and whether it is there for tests only.

use super::attributes::{Condition, attributes, condition, is_test, last_word};
use super::text::{bytes, parse, tokens};
use ra_ap_syntax::ast::{self, AstNode as _, HasName as _, HasVisibility as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};
use std::ops::Range;

/// Whom an item is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Test builds only.
    Test,
    /// Builds that are not of tests.
    NotTest,
    /// Tests, and something else too.
    Shared,
    /// Everybody.
    Production,
}

/// An item in a file, a module, an `impl` or a trait.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) node: SyntaxNode,
    pub(super) role: Role,
    /// Its kind and name: what makes it the same item in another text.
    pub(super) key: String,
    /// As a path spells it.
    pub(super) name: String,
    /// Its `cfg` attributes.
    pub(super) cfg: String,
}

impl Entry {
    pub(super) fn range(&self) -> Range<usize> {
        bytes(self.node.text_range())
    }

    pub(super) fn kind(&self) -> SyntaxKind {
        self.node.kind()
    }

    /// What holds its own items, if it is a module with braces, an `impl` or a trait.
    pub(super) fn inner(&self) -> Option<SyntaxNode> {
        let holds = match self.kind() {
            SyntaxKind::MODULE => SyntaxKind::ITEM_LIST,
            SyntaxKind::IMPL | SyntaxKind::TRAIT => SyntaxKind::ASSOC_ITEM_LIST,
            _ => return None,
        };
        self.node.children().find(|child| child.kind() == holds)
    }

    pub(super) fn is_test_fn(&self) -> bool {
        self.kind() == SyntaxKind::FN && attributes(&self.node).any(|attribute| is_test(&attribute))
    }

    pub(super) fn is_trait_impl(&self) -> bool {
        ast::Impl::cast(self.node.clone()).is_some_and(|implementation| implementation.trait_().is_some())
    }

    /// Joined behind its parent's path.
    pub(super) fn path(&self, outer: &str) -> String {
        if outer.is_empty() { self.name.clone() } else { format!("{outer}::{}", self.name) }
    }
}

/// The items of a file or of what `Entry::inner` gives, in order.
pub(super) fn entries(holder: &SyntaxNode) -> Vec<Entry> {
    holder.children().filter_map(entry).collect()
}

fn entry(node: SyntaxNode) -> Option<Entry> {
    let (key, name) = called(&node)?;
    let cfgs = attributes(&node).filter(|attribute| last_word(attribute).as_deref() == Some("cfg"));
    let cfg = cfgs.map(|attribute| tokens(attribute.syntax())).collect::<Vec<_>>().join(" ");
    let role = role(&node, &name);
    Some(Entry { node, role, key, name, cfg })
}

fn called(node: &SyntaxNode) -> Option<(String, String)> {
    let named = |kind: &str, name: Option<ast::Name>| {
        let name = name.map(|name| name.text().to_string()).unwrap_or_default();
        (format!("{kind} {name}"), name)
    };
    if let Some(call) = ast::MacroCall::cast(node.clone()) {
        let name = call.path().map(|path| tokens(path.syntax()).replace(' ', "")).unwrap_or_default();
        return Some((format!("{name}!"), format!("{name}!")));
    }
    let (kind, name) = match ast::Item::cast(node.clone())? {
        ast::Item::Const(item) => ("const", item.name()),
        ast::Item::Enum(item) => ("enum", item.name()),
        ast::Item::Fn(item) => ("fn", item.name()),
        ast::Item::MacroDef(item) => ("macro", item.name()),
        ast::Item::MacroRules(item) => ("macro", item.name()),
        ast::Item::Module(item) => ("mod", item.name()),
        ast::Item::Static(item) => ("static", item.name()),
        ast::Item::Struct(item) => ("struct", item.name()),
        ast::Item::Trait(item) => ("trait", item.name()),
        ast::Item::TypeAlias(item) => ("type", item.name()),
        ast::Item::Union(item) => ("union", item.name()),
        ast::Item::ExternCrate(item) => {
            let name = item.name_ref().map(|name| name.text().to_string()).unwrap_or_default();
            return Some((format!("extern crate {name}"), name));
        }
        ast::Item::Use(item) => {
            let tree = item.use_tree().map(|tree| tokens(tree.syntax()).replace(" as ", "\0")).unwrap_or_default();
            let tree = tree.replace(' ', "").replace('\0', " as ");
            return Some((format!("use {tree}"), format!("use {tree}")));
        }
        ast::Item::Impl(item) => {
            let header = header(item.syntax());
            let name = item.self_ty().map(|of| tokens(of.syntax()).replace(' ', "")).unwrap_or_default();
            return Some((header, name));
        }
        ast::Item::ExternBlock(_) | ast::Item::AsmExpr(_) | ast::Item::MacroCall(_) => {
            return Some((format!("{:?}", node.kind()), String::new()));
        }
    };
    Some(named(kind, name))
}

/// An `impl`'s tokens up to its braces, without attributes.
fn header(node: &SyntaxNode) -> String {
    let mut words = Vec::new();
    for element in node.children_with_tokens() {
        match element.kind() {
            SyntaxKind::ATTR | SyntaxKind::VISIBILITY => {}
            SyntaxKind::ASSOC_ITEM_LIST => break,
            kind if kind.is_trivia() => {}
            _ => words.push(match element {
                ra_ap_syntax::NodeOrToken::Node(node) => tokens(&node),
                ra_ap_syntax::NodeOrToken::Token(token) => token.text().to_owned(),
            }),
        }
    }
    words.join(" ")
}

fn role(node: &SyntaxNode, name: &str) -> Role {
    let mut role = Role::Production;
    for attribute in attributes(node) {
        if is_test(&attribute) || last_word(&attribute).is_some_and(|word| word == "bench") {
            return Role::Test;
        }
        match condition(&attribute) {
            Some(Condition::Only) => return Role::Test,
            Some(Condition::Never) => role = Role::NotTest,
            Some(Condition::Among) => role = Role::Shared,
            Some(Condition::Silent) | None => {}
        }
    }
    if role == Role::Production && (is_tests_by_name(node, name) || is_macro_of_tests(node)) {
        return Role::Test;
    }
    role
}

/// `mod tests { … }` with tests in it, where somebody forgot the `cfg`.
fn is_tests_by_name(node: &SyntaxNode, name: &str) -> bool {
    let Some(module) = ast::Module::cast(node.clone()) else { return false };
    matches!(name, "test" | "tests") && module.visibility().is_none() && holds_tests(node)
}

fn holds_tests(node: &SyntaxNode) -> bool {
    node.descendants().filter_map(ast::Fn::cast).any(|function| {
        let mut attributes = function.syntax().children().filter_map(ast::Attr::cast);
        attributes.any(|attribute| is_test(&attribute))
    })
}

/// `proptest! { #[test] fn … }`: every function in it is a test.
fn is_macro_of_tests(node: &SyntaxNode) -> bool {
    let Some(tree) = ast::MacroCall::cast(node.clone()).and_then(|call| call.token_tree()) else { return false };
    let whole = tree.syntax().text().to_string();
    let Some(inner) = whole.get(1..whole.len().saturating_sub(1)) else { return false };
    if !inner.contains("fn ") || !inner.contains("#[") {
        return false;
    }
    let tree = parse(inner).tree();
    let entries = entries(tree.syntax());
    let mut functions = entries.iter().filter(|entry| entry.kind() == SyntaxKind::FN).peekable();
    functions.peek().is_some() && functions.all(Entry::is_test_fn)
}

/// What a use item brings in: the name it is known by (`*` for a glob) and its whole path.
pub(super) fn leaves(node: &SyntaxNode) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Some(tree) = ast::Use::cast(node.clone()).and_then(|item| item.use_tree()) {
        gather(&tree, "", &mut found);
    }
    found
}

fn gather(tree: &ast::UseTree, before: &str, found: &mut Vec<(String, String)>) {
    let path = tree.path().map(|path| tokens(path.syntax()).replace(' ', "")).unwrap_or_default();
    let whole = match (before.is_empty(), path.is_empty()) {
        (_, true) => before.to_owned(),
        (true, false) if tree.coloncolon_token().is_some() && tree.path().is_none() => format!("::{path}"),
        (true, false) => path,
        (false, false) => format!("{before}::{path}"),
    };
    if let Some(list) = tree.use_tree_list() {
        list.use_trees().for_each(|tree| gather(&tree, &whole, found));
    } else if tree.star_token().is_some() {
        found.push(("*".to_owned(), format!("{whole}::*")));
    } else {
        let whole = whole.strip_suffix("::self").unwrap_or(&whole).to_owned();
        let last = whole.rsplit("::").next().unwrap_or_default().to_owned();
        match tree.rename() {
            Some(rename) => {
                let name = rename.name().map_or_else(|| "_".to_owned(), |name| name.text().to_string());
                found.push((name.clone(), format!("{whole} as {name}")));
            }
            None => found.push((last, whole)),
        }
    }
}

/// The names an item takes in its module, with the space they live in: values, types, macros.
pub(super) fn names(entry: &Entry) -> Vec<(char, String)> {
    if entry.name == "_" {
        return Vec::new();
    }
    let name = || entry.name.clone();
    match entry.kind() {
        SyntaxKind::FN | SyntaxKind::CONST | SyntaxKind::STATIC => vec![('v', name())],
        SyntaxKind::STRUCT => vec![('t', name()), ('v', name())],
        SyntaxKind::ENUM | SyntaxKind::MODULE | SyntaxKind::TRAIT | SyntaxKind::TYPE_ALIAS | SyntaxKind::UNION => {
            vec![('t', name())]
        }
        SyntaxKind::EXTERN_CRATE => vec![('t', name())],
        SyntaxKind::MACRO_DEF | SyntaxKind::MACRO_RULES => vec![('m', name())],
        SyntaxKind::USE => {
            let known = leaves(&entry.node).into_iter().filter(|(name, _)| !["*", "_"].contains(&name.as_str()));
            known.flat_map(|(name, _)| ['v', 't', 'm'].map(|space| (space, name.clone()))).collect()
        }
        _ => Vec::new(),
    }
}

/// The path of a node: the items around it and itself, if it is one.
pub(super) fn path_of(node: &SyntaxNode) -> String {
    let mut names: Vec<String> = node
        .ancestors()
        .filter_map(|outer| called(&outer))
        .map(|(_, name)| name)
        .filter(|name| !name.is_empty())
        .collect();
    names.reverse();
    names.join("::")
}
