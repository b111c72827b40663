//! The help page behind a code word, an exit code or a topic.

use super::closing;
use super::request::Context;
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::help;
use schemars::JsonSchema;
use serde::Serialize;

/// What `explain` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// A code word, an exit code or a topic; the list of pages where `None`.
    pub code: Option<String>,
}

/// Shows a page. Starts nothing, reads nothing.
///
/// # Errors
/// 2 where there is no such page.
pub fn run(request: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let text = match &request.code {
        None => help::list(),
        Some(code) => {
            let pages = help::pages(code);
            if pages.is_empty() {
                return Err(Error::new(Code::Usage, format!("there is no page `{code}`"))
                    .hint("`cargo handoff explain` lists the pages"));
            }
            pages.join("\n\n")
        }
    };
    Ok(PlainAnswer { closing: closing::plain("explain", Vec::new()), text })
}
