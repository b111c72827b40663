//! Manual pages: one shown, or all of them written.

use super::closing;
use super::request::Context;
use super::scene::shown;
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::files;
use crate::report::layout::count;
use schemars::JsonSchema;
use serde::Serialize;

/// A manual page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Page {
    /// The file it belongs in: `cargo-handoff-recon-docs.1`.
    pub file: String,
    /// What it is about, as it is typed: `recon docs`; nothing for the program itself.
    pub about: String,
    /// Its text, in roff.
    pub text: String,
}

/// What `man` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// All pages there are.
    pub pages: Vec<Page>,
    /// Which one to show, in words.
    pub about: String,
    /// Where to write all of them instead, each whole or not at all.
    pub output: Option<String>,
}

/// Shows a page, or writes all of them: a file that is there already is replaced only where it is a plain file.
///
/// # Errors
/// 2 where there is no such page, or where a link or a folder has a page's name; 74 where one cannot be written.
pub fn run(request: &Request, context: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let text = match &request.output {
        Some(folder) => write(&request.pages, folder, context)?,
        None => match request.pages.iter().find(|page| page.about == request.about) {
            Some(page) => page.text.clone(),
            None => {
                let message = format!("there is no verb `{}`", request.about);
                return Err(Error::new(Code::Usage, message).hint("`cargo handoff --help` lists the verbs"));
            }
        },
    };
    Ok(PlainAnswer { closing: closing::plain("man", Vec::new()), text })
}

fn write(pages: &[Page], folder: &str, context: &Context) -> Result<String> {
    let folder = context.surroundings.absolute(folder.into());
    let named = |page: &Page| folder.join(&page.file);
    // All are looked at before the first is written.
    if let Some(odd) = pages.iter().map(named).find(|path| path.symlink_metadata().is_ok_and(|it| !it.is_file())) {
        return Err(Error::new(Code::Usage, format!("`{}` is there and is no plain file", shown(&odd, context)))
            .hint("move it away, or name another folder with `--output`"));
    }
    files::create_folder(&folder)?;
    for page in pages {
        files::replace(&named(page), page.text.as_bytes())?;
    }
    let folder = shown(&folder, context);
    Ok(format!("wrote {} into {folder}\n", count(pages.len(), "page", "pages")))
}
