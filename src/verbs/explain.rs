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
            let speaking = if pages.is_empty() { help::speaking_of(code) } else { Vec::new() };
            if !speaking.is_empty() {
                return Ok(elsewhere(code, &speaking));
            }
            if pages.is_empty() {
                return Err(Error::new(Code::Usage, format!("there is no page `{code}`"))
                    .hint("`cargo handoff explain` lists the pages"));
            }
            pages.join("\n\n")
        }
    };
    Ok(PlainAnswer { closing: closing::plain("explain", Vec::new()), text })
}

/// The pages that speak of something that has none of its own.
fn elsewhere(word: &str, pages: &[(&str, String)]) -> PlainAnswer {
    let mut text = format!("no page is called `{word}`; these speak of it:\n\n");
    pages.iter().for_each(|(name, summary)| text.push_str(&format!("{name:<18}  {summary}\n")));
    let next = pages.first().map(|(name, _)| closing::next(format!("cargo handoff explain {name}"), "read it"));
    PlainAnswer { closing: closing::plain("explain", next.into_iter().collect()), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_without_a_page_leads_to_those_that_speak_of_it() {
        let answer = elsewhere("decide", &help::speaking_of("decide"));
        assert!(answer.text.starts_with("no page is called `decide`; these speak of it:\n\nacceptance "));
        assert_eq!(answer.closing.next[0].command, "cargo handoff explain acceptance");
        assert_eq!(answer.closing.exit, 0);
    }
}
