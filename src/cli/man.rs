//! `man`'s arguments, and the pages: one for the program and one for each verb.

use super::Cli;
use crate::error::{Code, Error, Result};
use crate::verbs::man::{Page, Request};
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

/// The manual page of this program or of one of its verbs, in roff
///
/// `cargo handoff man implement | man -l -` shows one. `--output ~/.local/share/man/man1` writes all of them, so that
/// `man cargo-handoff-implement` finds its own.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The verb, in as many words as it has: `recon docs` [default: the program]
    #[arg(value_name = "VERB")]
    verb: Vec<String>,
    /// Write the pages of all verbs into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "verb")]
    output: Option<String>,
}

impl Args {
    /// The request, with the pages.
    ///
    /// # Errors
    /// 70 where a page cannot be made, which is a bug.
    pub(super) fn request(self) -> Result<Request> {
        let mut command = Cli::command().display_name("cargo-handoff");
        command.build();
        let mut pages = Vec::new();
        gather(&command, "", &mut pages)
            .map_err(|error| Error::new(Code::Internal, "a manual page cannot be made").because(error))?;
        Ok(Request { pages, about: self.verb.join(" "), output: self.output })
    }
}

/// The page of a command, and those of its verbs behind it.
fn gather(command: &Command, about: &str, pages: &mut Vec<Page>) -> std::io::Result<()> {
    let man = Man::new(command.clone())
        .title(format!("cargo-handoff {about}").trim().replace(' ', "-").to_uppercase())
        .source(concat!("cargo-handoff ", env!("CARGO_PKG_VERSION")))
        .manual("cargo handoff");
    let mut text = Vec::new();
    man.render(&mut text)?;
    let file = format!("cargo-handoff {about}").trim().replace(' ', "-") + ".1";
    pages.push(Page { file, about: about.to_owned(), text: String::from_utf8_lossy(&text).into_owned() });
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        gather(verb, format!("{about} {}", verb.get_name()).trim(), pages)?;
    }
    Ok(())
}
