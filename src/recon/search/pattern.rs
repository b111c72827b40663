//! Patterns as ripgrep reads them.

use super::Question;
use crate::error::{Code, Error, Result};
use grep_regex::{ErrorKind, RegexMatcher, RegexMatcherBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether capital letters count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// They do.
    #[default]
    Sensitive,
    /// They do not.
    Insensitive,
    /// They do where the pattern has one.
    Smart,
}

/// The patterns, in their order.
///
/// # Errors
/// 2 with every one that cannot be read.
pub(super) fn compile(question: &Question) -> Result<Vec<RegexMatcher>> {
    let mut builder = RegexMatcherBuilder::new();
    builder.multi_line(true).octal(false).fixed_strings(question.literal).word(question.word);
    match question.case {
        Case::Sensitive => builder.case_insensitive(false),
        Case::Insensitive => builder.case_insensitive(true),
        Case::Smart => builder.case_smart(true),
    };
    builder.line_terminator(Some(b'\n')).ban_byte(Some(b'\0'));
    let compiled = |pattern: &String| builder.build_many(&[pattern]).map_err(|error| refused(pattern, &error));
    question.patterns.iter().map(compiled).collect()
}

fn refused(pattern: &str, error: &grep_regex::Error) -> Error {
    let message = format!("the pattern `{pattern}` cannot be read");
    let refused = Error::new(Code::Usage, message).because(error.to_string());
    match error.kind() {
        ErrorKind::NotAllowed(_) => refused.hint("lines are looked at one by one: look for a part of one line"),
        _ => refused.hint("`--literal` (`-F`) takes a pattern as the text it is"),
    }
}
