//! What a file brings into its modules: `use`, `pub use` and `extern crate`, name by name.

use super::attributes::{attributes, inside, last_word};
use super::items::leaves;
use super::text::{Text, parse, tokens};
use ra_ap_syntax::ast::{self, AstNode as _, HasName as _, HasVisibility as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

/// How deep macros within macros are followed.
const DEEPEST: usize = 4;

/// A name a module gets from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The inline modules around it within the file, outermost first.
    pub module: Vec<String>,
    /// The name it is known by there; `*` where all names of a place are brought in.
    pub name: String,
    /// What it leads to, as it is written: `crate::value::Value`; what `extern crate` names begins with `::`.
    pub path: String,
    /// Whether it says `pub` and nothing more.
    pub is_public: bool,
    /// Whether it says `#[doc(inline)]`.
    pub is_inline: bool,
}

/// What a text brings into its modules, those in the braces of a macro call included, in its order. What stands within
/// functions is left out.
#[must_use]
pub fn exports(text: &str) -> Vec<Export> {
    let text = Text::new(text);
    let mut found = Vec::new();
    gather(&text.tree, &[], 0, &mut found);
    found
}

fn gather(holder: &SyntaxNode, module: &[String], depth: usize, found: &mut Vec<Export>) {
    for node in holder.children() {
        match node.kind() {
            SyntaxKind::MODULE => {
                let name = ast::Module::cast(node.clone()).and_then(|module| module.name());
                let Some(name) = name else { continue };
                let name = name.text().trim_start_matches("r#").to_owned();
                let inner: Vec<String> = module.iter().cloned().chain([name]).collect();
                let lists = node.children().filter(|child| child.kind() == SyntaxKind::ITEM_LIST);
                lists.for_each(|list| gather(&list, &inner, depth, found));
            }
            SyntaxKind::USE => {
                let is_public =
                    ast::Use::cast(node.clone()).and_then(|it| it.visibility()).is_some_and(|it| is_plain(it.syntax()));
                let is_inline = says_inline(&node);
                found.extend(leaves(&node).into_iter().map(|(name, path)| {
                    let path = path.split(" as ").next().unwrap_or_default();
                    let path = path.strip_suffix("::*").unwrap_or(path).to_owned();
                    Export { module: module.to_vec(), name: plain(&name), path, is_public, is_inline }
                }));
            }
            SyntaxKind::EXTERN_CRATE => {
                let Some(item) = ast::ExternCrate::cast(node.clone()) else { continue };
                let Some(of) = item.name_ref() else { continue };
                let renamed = item.rename().and_then(|rename| rename.name()).map(|name| name.text().to_string());
                found.push(Export {
                    module: module.to_vec(),
                    name: plain(&renamed.unwrap_or_else(|| of.text().to_string())),
                    path: format!("::{}", of.text()),
                    is_public: item.visibility().is_some_and(|it| is_plain(it.syntax())),
                    is_inline: says_inline(&node),
                });
            }
            SyntaxKind::MACRO_CALL => in_macro(&node, module, depth, found),
            // `macro_rules! crate_root { () => { pub use a::B; } } crate_root!();`
            SyntaxKind::MACRO_RULES if is_called(holder, &node) => in_macro(&node, module, depth, found),
            _ => {}
        }
    }
}

/// `cfg_if! { if #[cfg(…)] { pub use a::B; } }`: whatever its branches hold.
fn in_macro(node: &SyntaxNode, module: &[String], depth: usize, found: &mut Vec<Export>) {
    if DEEPEST <= depth {
        return;
    }
    for tree in node.children().filter_map(ast::TokenTree::cast) {
        let whole = tree.syntax().text().to_string();
        let inner = whole.get(1..whole.len().saturating_sub(1)).unwrap_or_default();
        if tree.l_curly_token().is_some() && is_items(inner) {
            gather(&parse(inner).syntax_node(), module, depth + 1, found);
        } else if inner.contains("use ") {
            in_macro(tree.syntax(), module, depth, found);
        }
    }
}

/// Whether a macro is called beside its definition, with nothing given to it.
fn is_called(holder: &SyntaxNode, definition: &SyntaxNode) -> bool {
    let name = ast::MacroRules::cast(definition.clone()).and_then(|it| it.name());
    let Some(name) = name.map(|name| name.text().to_string()) else { return false };
    let calls = holder.children().filter_map(ast::MacroCall::cast);
    let mut called = calls.filter(|call| call.path().is_some_and(|path| tokens(path.syntax()).trim() == name));
    called.any(|call| call.token_tree().is_some_and(|given| usize::from(given.syntax().text().len()) == 2))
}

/// Whether what stands in braces begins as items do.
fn is_items(inner: &str) -> bool {
    let inner = inner.trim_start();
    let words = ["#", "//", "/*", "pub ", "pub(", "use ", "extern ", "mod "];
    inner.contains("use ") && words.iter().any(|word| inner.starts_with(word))
}

fn is_plain(visibility: &SyntaxNode) -> bool {
    tokens(visibility).trim() == "pub"
}

fn plain(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

fn says_inline(node: &SyntaxNode) -> bool {
    let mut docs = attributes(node).filter(|attribute| last_word(attribute).as_deref() == Some("doc"));
    docs.any(|attribute| inside(&attribute).is_some_and(|inside| inside == "inline"))
}

#[cfg(test)]
mod tests {
    use super::exports;

    #[test]
    fn every_name_is_told_with_where_it_leads() {
        let text = "pub use crate::value::{self, Value as V, map::*};\n#[doc(inline)]\npub use x::Y;\n\
                    pub(crate) use a::b;\nextern crate alloc as alloc_crate;\nmod m { pub use super::z; }\n\
                    fn f() { use not::this; }\ncfg_if! { if #[cfg(unix)] { pub use sys::Unix; } else { use sys::Other; } }\n\
                    macro_rules! all { () => { pub use deep::Down; }; }\nall!();\nmacro_rules! none { () => { use no; } }\n";
        let told: Vec<String> = exports(text)
            .iter()
            .map(|export| {
                let marks = [(export.is_public, "+"), (export.is_inline, "i")];
                let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
                format!("{}/{}={}{marks}", export.module.join("/"), export.name, export.path)
            })
            .collect();
        assert_eq!(
            told,
            [
                "/value=crate::value+",
                "/V=crate::value::Value+",
                "/*=crate::value::map+",
                "/Y=x::Y+i",
                "/b=a::b",
                "/alloc_crate=::alloc",
                "m/z=super::z+",
                "/Unix=sys::Unix+",
                "/Other=sys::Other",
                "/Down=deep::Down+",
            ]
        );
    }
}
