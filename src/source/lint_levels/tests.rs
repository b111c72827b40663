//! Which lints a text turns up and down.

use super::*;

fn told(text: &str) -> Vec<(String, String, String, u32)> {
    lint_levels(text).into_iter().map(|found| (found.level, found.lint, found.scope, found.line)).collect()
}

fn row(level: &str, lint: &str, scope: &str, line: u32) -> (String, String, String, u32) {
    (level.to_owned(), lint.to_owned(), scope.to_owned(), line)
}

#[test]
fn levels_are_told_with_their_lints_and_scopes() {
    let text = "#![deny(missing_docs, clippy::all)]\nmod m {\n    #![ allow(unused)]\n    #[expect(dead_code, reason = \"a, b\")]\n    fn f() {\n        #[ allow(clippy::x)]\n        let a = 1;\n    }\n}\nimpl S {\n    #[forbid(y,)]\n    fn g() {}\n}\n";
    assert_eq!(
        told(text),
        [
            row("deny", "missing_docs", "", 1),
            row("deny", "clippy::all", "", 1),
            row("allow", "unused", "m", 3),
            row("expect", "dead_code", "m::f", 4),
            row("allow", "clippy::x", "m::f", 6),
            row("forbid", "y", "S::g", 11),
        ]
    );
}

#[test]
fn conditions_are_told_and_words_in_texts_are_not() {
    let found = lint_levels("#[cfg_attr(all(test, unix), derive(Debug), allow(a, b), warn(c))]\nstruct S;");
    let of_all: Vec<_> = found.iter().map(|found| (found.level.as_str(), found.lint.as_str())).collect();
    assert_eq!(of_all, [("allow", "a"), ("allow", "b"), ("warn", "c")]);
    assert_eq!(found[0].condition.as_deref(), Some("all(test, unix)"));
    assert_eq!(told("// #[ allow(a)]\nconst T: &str = \"#[ allow(a)]\";\n#[ allow]\n#[ allow(\nfn x() {"), []);
}
