//! Shows a help page.

use crate::answers::{Closing, Ending, PlainAnswer};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::help;
use crate::verbs::Context;
use schemars::JsonSchema;
use serde::Serialize;

/// What `explain` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// A code word, an exit code or a topic; the list of pages where `None`.
    pub code: Option<String>,
}

/// The page, or the list of pages.
///
/// # Errors
/// 2 where there is no such page.
pub fn run(request: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let text = match &request.code {
        None => help::list(),
        Some(name) => {
            let pages = help::pages(name);
            if pages.is_empty() {
                return Err(Error::new(Code::Usage, format!("there is no page `{name}`"))
                    .hint("`cargo handoff explain` lists the pages"));
            }
            pages.join("\n")
        }
    };
    let closing = Closing {
        verb: "explain".into(),
        outcome: Ending::Passed,
        exit: 0,
        ready: false,
        open: Vec::new(),
        next: Vec::new(),
    };
    Ok(PlainAnswer { closing, text })
}
