//! The lint levels that attributes set.

use super::attributes::{LEVELS, inside, last_word, split};
use super::items::path_of;
use super::text::Text;
use ra_ap_syntax::ast::{self, AstNode as _};

/// A lint and the level an attribute gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintLevel {
    /// `dead_code`, `clippy::unwrap_used`.
    pub lint: String,
    /// `allow`, `expect`, `warn`, `deny` or `forbid`.
    pub level: String,
    /// The path of the item it holds for, `""` for the whole file.
    pub scope: String,
    /// The condition of a `cfg_attr`.
    pub condition: Option<String>,
    /// The attribute's line.
    pub line: u32,
}

/// The lint levels a text sets, in its order.
#[must_use]
pub fn lint_levels(text: &str) -> Vec<LintLevel> {
    let text = Text::new(text);
    let mut found = Vec::new();
    for attribute in text.tree.descendants().filter_map(ast::Attr::cast) {
        let Some(held) = inside(&attribute) else { continue };
        let word = last_word(&attribute).unwrap_or_default();
        let (condition, levels) = match word.as_str() {
            "cfg_attr" => {
                let (condition, rest) = split(&held);
                (Some(condition), of_condition(&rest))
            }
            _ if LEVELS.contains(&word.as_str()) => (None, vec![(word, held)]),
            _ => continue,
        };
        let scope = attribute.syntax().parent().map(|parent| path_of(&parent)).unwrap_or_default();
        let line = text.line_of(attribute.syntax());
        for (level, held) in levels {
            for lint in lints(&held) {
                let (level, scope, condition) = (level.clone(), scope.clone(), condition.clone());
                found.push(LintLevel { lint, level, scope, condition, line });
            }
        }
    }
    found
}

/// The lints between the parentheses; not the reason.
pub(super) fn lints(held: &str) -> Vec<String> {
    let parts = held.split(" , ").flat_map(|part| part.split(','));
    let parts = parts.map(str::trim).take_while(|part| !part.starts_with("reason ="));
    parts.map(|part| part.replace(' ', "")).filter(|part| !part.is_empty()).collect()
}

/// The lint attributes among those a `cfg_attr` gives.
pub(super) fn of_condition(rest: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = rest.split(' ').collect();
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut start = None;
    for (at, word) in words.iter().enumerate() {
        match *word {
            "(" => {
                if depth == 0 && 0 < at && LEVELS.contains(&words[at - 1]) {
                    start = Some(at);
                }
                depth += 1;
            }
            ")" => {
                depth = depth.saturating_sub(1);
                if let Some(from) = start.take_if(|_| depth == 0) {
                    found.push((words[from - 1].to_owned(), words[from + 1..at].join(" ")));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests;
