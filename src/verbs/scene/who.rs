//! Who is at work, and who signs.

use super::super::request::{Common, Context};
use crate::error::{Code, Error, Result};
use crate::git::Git;
use crate::words::BY;

/// Who is at work: `--as`, else `CARGO_HANDOFF_AS`, else git's user name, else this tool.
///
/// # Errors
/// 2 where somebody is nobody, 74.
pub(in super::super) fn who(common: &Common, context: &Context, git: Option<&Git>) -> Result<String> {
    if let Some(name) = common.as_name.as_deref().or_else(|| context.surroundings.variable("CARGO_HANDOFF_AS")) {
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(Error::new(Code::Usage, format!("`{}` is nobody's name", name.escape_debug()))
                .hint("`--as NAME` and `CARGO_HANDOFF_AS` say who is at work"));
        }
        return Ok(name.to_owned());
    }
    let name = git.map(Git::user_name).transpose()?.flatten();
    Ok(name.unwrap_or_else(|| BY.to_owned()))
}

/// Who signs what a person says. This tool's own name would make it ours to renew, and it is not.
pub(in super::super) fn person(who: &str) -> String {
    if who == BY { "somebody".into() } else { who.to_owned() }
}
