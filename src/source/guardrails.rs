//! What holds a file: what it asserts, the lint levels it sets, the conditions it stands under, its tests.

use super::facts::test_facts;
use super::lint_levels::lint_levels;
use super::outline::{Outline, outline};
use super::text::Text;
use ra_ap_syntax::{SyntaxKind, SyntaxToken};

/// The most characters of an assertion that are kept.
const MOST: usize = 160;

/// What kind of thing holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuardrailKind {
    /// `assert!`, `debug_assert_eq!` and their like, outside of tests.
    Assert,
    /// A lint level an attribute sets.
    Lint,
    /// A `cfg` something stands under.
    Cfg,
    /// A test function.
    Test,
}

/// One thing that holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Guardrail {
    /// What kind of thing.
    pub kind: GuardrailKind,
    /// The path of what it stands in or above, within the file; empty for the file as a whole.
    #[serde(rename = "in", default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What it says: the assertion, `deny(dead_code)`, `#[cfg(unix)]`; of a test `ignored` where it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// Its line, from 1.
    pub line: u32,
}

/// The guardrails of a file, in its order.
#[must_use]
pub fn guardrails(text: &str) -> Vec<Guardrail> {
    let outline = outline(text);
    let mut found = asserts(text, &outline);
    found.extend(lint_levels(text).into_iter().map(|level| {
        let says = format!("{}({})", level.level, level.lint);
        let says = level.condition.map_or_else(|| says.clone(), |condition| format!("{says} if {condition}"));
        Guardrail { kind: GuardrailKind::Lint, place: level.scope, says, line: level.line }
    }));
    for (at, symbol) in outline.symbols.iter().enumerate().filter(|(_, symbol)| !symbol.cfg.is_empty()) {
        let says: String = symbol.cfg.split_whitespace().collect();
        found.push(Guardrail { kind: GuardrailKind::Cfg, place: outline.path(at), says, line: symbol.line });
    }
    found.extend(test_facts(text).into_iter().map(|test| {
        let says = if test.ignored.is_some() { "ignored".to_owned() } else { String::new() };
        Guardrail { kind: GuardrailKind::Test, place: test.path, says, line: test.lines.start }
    }));
    found.sort_by(|one, other| (one.line, one).cmp(&(other.line, other)));
    found
}

/// What is asserted outside of tests.
fn asserts(text: &str, outline: &Outline) -> Vec<Guardrail> {
    if !text.contains("assert") {
        return Vec::new();
    }
    let text = Text::new(text);
    let tokens: Vec<SyntaxToken> = text
        .tree
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
        .collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let word = token.text();
        let is_word = token.kind() == SyntaxKind::IDENT
            && ["assert", "debug_assert", "const_assert", "static_assert"].iter().any(|head| word.starts_with(head));
        let next = |n: usize| tokens.get(at + n).map_or("", SyntaxToken::text);
        if !is_word || next(1) != "!" || !["(", "[", "{"].contains(&next(2)) {
            continue;
        }
        let start = usize::from(token.text_range().start()) + text.mark.len();
        let around = outline.around(start);
        let is_of_test = |at: usize| outline.chain(at).iter().any(|at| outline.symbols[*at].is_test);
        if around.is_some_and(is_of_test) {
            continue;
        }
        let place = around.map(|at| outline.path(at)).unwrap_or_default();
        let says = call(&tokens[at..]);
        let line = text.line(start - text.mark.len());
        found.push(Guardrail { kind: GuardrailKind::Assert, place, says, line });
    }
    found
}

/// The call that begins here, blanks between words only.
fn call(tokens: &[SyntaxToken]) -> String {
    let mut said = String::new();
    let mut depth = 0_usize;
    for token in tokens {
        let text = token.text();
        let is_word = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if is_word(said.chars().last()) && is_word(text.chars().next()) {
            said.push(' ');
        }
        said.push_str(text);
        match text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            break;
        }
    }
    said.chars().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_guardrails_are_what_it_asserts_its_lints_conditions_and_tests() {
        let text = "\u{feff}#![deny(unsafe_code)]\n\nimpl A {\n    fn b(&self) {\n        assert!(self.n < 3, \"so\");\n        debug_assert_eq! [ 1, 1 ];\n    }\n}\n\n#[cfg(unix)]\n#[warn(dead_code)]\nfn c() {}\n\n#[test]\n#[ignore]\nfn d() { assert!(true); }\n\n// assert!(not);\nconst S: &str = \"assert!(no)\";\n";
        let told: Vec<String> = guardrails(text)
            .into_iter()
            .map(|it| format!("{} {:?} {} {}", it.line, it.kind, it.place, it.says))
            .collect();
        assert_eq!(
            told,
            [
                "1 Lint  deny(unsafe_code)",
                "5 Assert impl A/b assert!(self.n<3,\"so\")",
                "6 Assert impl A/b debug_assert_eq![1,1]",
                "11 Lint c warn(dead_code)",
                "12 Cfg c #[cfg(unix)]",
                "14 Test d ignored",
            ]
        );
        assert!(guardrails("fn assert_it() { assert_it(); }").is_empty());
    }
}
