//! What a test function promises: whether it runs at all, and how much it asserts.

use super::attributes::{attributes, condition_of_file, inside, last_word, string};
use super::functions::{Found, each_test};
use super::text::Text;
use ra_ap_syntax::ast::{self, AstNode as _};
use ra_ap_syntax::{SyntaxKind, SyntaxToken, TextRange};
use std::ops::Range;

/// How often a function asserts something, each way counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Assertions {
    /// Calls and macros whose names begin with `assert`, `debug_assert`, `prop_assert` or `ensure`.
    pub asserts: u32,
    /// `panic!`, `unreachable!`, `bail!`.
    pub panics: u32,
    /// `unwrap`, `expect` and their like.
    pub unwraps: u32,
    /// `?`.
    pub questions: u32,
    /// Comparisons with a snapshot: `assert_snapshot!` and its like, `expect![…]`, `str![…]`.
    pub snapshots: u32,
}

impl Assertions {
    /// What says something about the value at hand: without unwrapping and passing on.
    #[must_use]
    pub const fn n_strong(&self) -> u32 {
        self.asserts + self.panics + self.snapshots
    }
}

/// A test function, as an audit looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFacts {
    /// Its path within the file.
    pub path: String,
    /// Why it is `#[ignore]`d: `""` without a reason, `if CONDITION` where a `cfg_attr` does so.
    pub ignored: Option<String>,
    /// The conditions under which it is there at all: its own, its modules' and the file's, outermost first, without
    /// a plain `test`.
    pub cfg: Vec<String>,
    /// Whether it has to panic.
    pub should_panic: bool,
    /// What it asserts.
    pub assertions: Assertions,
    /// SHA-256 over its tokens, attributes included.
    pub digest: String,
    /// Its lines from 1, the end being the line behind.
    pub lines: Range<u32>,
}

/// The test functions of a file with what they promise, in its order.
#[must_use]
pub fn test_facts(text: &str) -> Vec<TestFacts> {
    let mut facts = Vec::new();
    let of_file = condition_of_file(&Text::new(text).tree);
    each_test(text, &mut |found| {
        let mut cfg = of_file.clone();
        cfg.extend(found.outer_cfg.iter().cloned());
        cfg.extend(conditions(&found));
        cfg.retain(|condition| condition != "test");
        facts.push(TestFacts {
            path: found.test.path.clone(),
            ignored: ignored(found.function),
            cfg,
            should_panic: is_panicking(found.function),
            assertions: assertions(found.function, found.range),
            digest: found.test.digest.clone(),
            lines: found.test.lines.clone(),
        });
    });
    facts
}

/// The conditions of the modules around a function and its own, outermost first.
fn conditions(found: &Found<'_>) -> Vec<String> {
    super::attributes::conditions_around(found.function.syntax())
}

fn ignored(function: &ast::Fn) -> Option<String> {
    attributes(function.syntax()).find_map(|attribute| match last_word(&attribute)?.as_str() {
        "ignore" => Some(string(&attribute).unwrap_or_default()),
        "cfg_attr" => {
            let held = inside(&attribute)?;
            let (condition, rest) = super::attributes::split(&held);
            (rest == "ignore" || rest.starts_with("ignore =")).then(|| format!("if {condition}"))
        }
        _ => None,
    })
}

fn is_panicking(function: &ast::Fn) -> bool {
    attributes(function.syntax()).any(|attribute| {
        last_word(&attribute).as_deref() == Some("should_panic")
            || inside(&attribute).is_some_and(|held| super::attributes::split(&held).1.starts_with("should_panic"))
    })
}

fn assertions(function: &ast::Fn, range: TextRange) -> Assertions {
    let root = function.syntax().ancestors().last().unwrap_or_else(|| function.syntax().clone());
    let start = root.token_at_offset(range.start()).right_biased();
    let tokens: Vec<SyntaxToken> = std::iter::successors(start, SyntaxToken::next_token)
        .take_while(|token| token.text_range().start() < range.end())
        .filter(|token| !token.kind().is_trivia())
        .collect();
    let mut found = Assertions::default();
    for (at, token) in tokens.iter().enumerate() {
        let text = |at: usize| tokens.get(at).map_or("", SyntaxToken::text);
        let before = at.checked_sub(1).map_or("", text);
        if token.kind() == SyntaxKind::QUESTION {
            // Not `?Sized`.
            found.questions += u32::from(![":", "+", "<"].contains(&before));
        }
        if token.kind() != SyntaxKind::IDENT {
            continue;
        }
        let word = token.text();
        let is_macro = text(at + 1) == "!" && ["(", "[", "{"].contains(&text(at + 2));
        let is_call = text(at + 1) == "(" && before != "fn";
        let is_assert = ["assert", "debug_assert", "prop_assert", "ensure"].iter().any(|head| word.starts_with(head));
        if is_macro && (word.contains("snapshot") || ["expect", "expect_file", "str", "file"].contains(&word)) {
            found.snapshots += 1;
        } else if is_assert && (is_macro || is_call) {
            found.asserts += 1;
        } else if is_macro && ["panic", "unreachable", "bail"].contains(&word) {
            found.panics += 1;
        } else if is_call && before == "." && ["unwrap", "expect", "unwrap_err", "expect_err"].contains(&word) {
            found.unwraps += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests;
