//! Under which conditions a file names the files of its modules, and is itself compiled.

use ra_ap_syntax::ast::{self, AstNode as _, HasAttrs as _, HasName as _};
use ra_ap_syntax::{Edition, SourceFile, SyntaxNode};

/// `mod name;` with the conditions it stands under; or the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The module's path in the file; empty for the file itself.
    pub module: String,
    /// What stands in each `cfg`, its own and those around it, without blanks.
    pub cfg: Vec<String>,
    /// Its line, from 1.
    pub line: u32,
}

/// The file itself first, then every module that lies in a file of its own, in order.
#[must_use]
pub fn gates(text: &str) -> Vec<Gate> {
    let tree = SourceFile::parse(text, Edition::CURRENT).syntax_node();
    let whole = conditions(&tree);
    let mut gates = vec![Gate { module: String::new(), cfg: whole, line: 1 }];
    for module in tree.descendants().filter_map(ast::Module::cast).filter(|module| module.item_list().is_none()) {
        let around: Vec<ast::Module> = module.syntax().ancestors().filter_map(ast::Module::cast).collect();
        let names = around.iter().rev().filter_map(|module| Some(module.name()?.text().to_string()));
        let before = text.get(..usize::from(module.syntax().text_range().start())).unwrap_or_default();
        gates.push(Gate {
            module: names.collect::<Vec<_>>().join("::"),
            cfg: around.iter().rev().flat_map(|module| conditions(module.syntax())).collect(),
            line: u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX),
        });
    }
    gates
}

/// What stands in the `cfg`s of a node, inner ones included.
fn conditions(node: &SyntaxNode) -> Vec<String> {
    let own = node.children().filter_map(ast::Attr::cast);
    let inner = node.children().filter_map(ast::ItemList::cast).flat_map(|list| list.attrs().collect::<Vec<_>>());
    let is_cfg = |attribute: &ast::Attr| {
        let word = attribute.path().and_then(|path| path.segment()?.name_ref());
        word.is_some_and(|word| word.text() == "cfg")
    };
    let inside = |attribute: ast::Attr| {
        let text: String = attribute.token_tree()?.syntax().text().to_string().split_whitespace().collect();
        Some(text.strip_prefix('(')?.strip_suffix(')')?.to_owned())
    };
    own.chain(inner).filter(is_cfg).filter_map(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_stands_under_its_own_conditions_and_those_around_it() {
        let text = "#![cfg(unix)]\n\n#[cfg(feature = \"x\")]\nmod a;\nmod b {\n    #![cfg(not(miri))]\n    mod c;\n    mod d { fn e() {} }\n}\n";
        let told: Vec<(String, Vec<String>, u32)> =
            gates(text).into_iter().map(|gate| (gate.module, gate.cfg, gate.line)).collect();
        let cfg = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                (String::new(), cfg(&["unix"]), 1),
                ("a".into(), cfg(&["feature=\"x\""]), 3),
                ("b::c".into(), cfg(&["not(miri)"]), 7),
            ]
        );
    }
}
