//! `edit`'s arguments.

use super::common::PlaceArgs;
use crate::editing::Edit;
use crate::editing::request::MOST_REQUEST;
use crate::error::{Code, Error, Result};
use crate::surroundings::Surroundings;
use crate::verbs::Common;
use crate::verbs::edit::Request;
use clap::Subcommand;
use std::io::{IsTerminal as _, Read as _};

/// Edit by symbol or by exact text, and say what justifies it
///
/// A text comes from stdin, or from a file with `--from`; it takes the line ends and the indentation of its place, and
/// its final newline is dropped. No byte outside of what is edited changes. Documentation and attributes stay unless
/// the text brings its own. An edit behind which a file no longer parses is refused.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    terms: TermArgs,
    #[command(flatten)]
    place: PlaceArgs,
    /// What `read` made of it.
    #[arg(skip)]
    edits: Vec<Edit>,
}

#[derive(Debug, clap::Args)]
struct TermArgs {
    /// The text's file, in place of stdin
    #[arg(long, global = true, value_name = "FILE")]
    from: Option<String>,
    /// What justifies the edit: FILE:LINE, the id of a finding, or `last`
    #[arg(long, global = true, value_name = "PLACE")]
    cite: Option<String>,
    /// Show the difference, and write nothing
    #[arg(long, global = true)]
    dry_run: bool,
    /// Write a file also where it no longer parses
    #[arg(long, global = true)]
    force: bool,
    /// Edit also what decides what is built and run: build.rs, Cargo.toml, Cargo.lock, .cargo, CI, toolchain files
    #[arg(long, global = true)]
    allow_sensitive: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Put a text in a symbol's place
    Replace(NameArgs),
    /// Put a text before a symbol, its documentation and attributes
    InsertBefore(NameArgs),
    /// Put a text behind a symbol, inside of what that stands in
    InsertAfter(NameArgs),
    /// Take a symbol away, with its documentation and attributes
    Remove(NameArgs),
    /// Put one text in another's place
    ReplaceText {
        /// The file
        file: String,
        /// The text that stands there now; a line end stands for the file's own
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true, required_unless_present = "old_from")]
        old: Option<String>,
        /// The same from a file
        #[arg(long, value_name = "FILE", conflicts_with = "old")]
        old_from: Option<String>,
        /// The text that is to stand there [default: stdin, or `--from`]
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "from")]
        new: Option<String>,
        /// How often the old text has to occur
        #[arg(long, value_name = "N", default_value_t = 1)]
        expect: usize,
    },
    /// Make a file, or put a text in place of all of it
    Write {
        /// The file
        file: String,
    },
    /// Make several edits, all or none, from JSON
    Apply,
}

#[derive(Debug, clap::Args)]
struct NameArgs {
    /// The symbol: `new`, `Parser/new`, `Parser::new`, `/Parser/new`, `impl Go for B/run`, `new[1]`
    name: String,
    /// The file, folder or package it stands in
    #[arg(long = "in", value_name = "PATH")]
    within: Option<String>,
}

impl Args {
    /// Reads the texts the arguments name.
    pub(super) fn read(&mut self, surroundings: &Surroundings) -> Result<()> {
        let from = self.terms.from.as_deref();
        let text = |what: &str| content(from, what, surroundings);
        let named = |args: &NameArgs| (args.name.clone(), args.within.clone());
        let cite = None;
        self.edits = match &self.what {
            What::Replace(args) => {
                let (name, within) = named(args);
                vec![Edit::Replace { name, within, text: text("the new text")?, cite }]
            }
            What::InsertBefore(args) => {
                let (name, within) = named(args);
                vec![Edit::InsertBefore { name, within, text: text("the text to insert")?, cite }]
            }
            What::InsertAfter(args) => {
                let (name, within) = named(args);
                vec![Edit::InsertAfter { name, within, text: text("the text to insert")?, cite }]
            }
            What::Remove(args) => {
                let (name, within) = named(args);
                vec![Edit::Remove { name, within, cite }]
            }
            What::ReplaceText { file, old, old_from, new, expect } => {
                let old = match (old, old_from) {
                    (Some(old), _) => old.clone(),
                    (None, old_from) => {
                        without_final_newline(content(old_from.as_deref(), "the old text", surroundings)?)
                    }
                };
                let new = match new {
                    Some(new) => new.clone(),
                    None => without_final_newline(text("the new text")?),
                };
                vec![Edit::ReplaceText { file: file.clone(), old, new, expect: *expect, cite }]
            }
            What::Write { file } => vec![Edit::Write { file: file.clone(), text: text("the file's text")?, cite }],
            What::Apply => Edit::read_all(&text("the edits")?)?,
        };
        Ok(())
    }
}

fn without_final_newline(text: String) -> String {
    let text = text.strip_suffix('\n').unwrap_or(&text);
    text.strip_suffix('\r').unwrap_or(text).to_owned()
}

/// A text from a file, or from stdin.
///
/// # Errors
/// 2 where it is not there, too long or no text, or somebody would have to type it; 74 where it cannot be read.
fn content(from: Option<&str>, what: &str, surroundings: &Surroundings) -> Result<String> {
    let hint = "pipe it in, or name a file with `--from FILE`";
    let (bytes, name) = match from.filter(|from| *from != "-") {
        Some(from) => {
            let path = surroundings.absolute(from.into());
            let missing = || Error::new(Code::Usage, format!("there is no file `{from}`")).hint(hint);
            (crate::files::read(&path, MOST_REQUEST)?.ok_or_else(missing)?, format!("`{from}`"))
        }
        None => {
            if std::io::stdin().is_terminal() {
                return Err(
                    Error::new(Code::Usage, format!("{what} comes from stdin, and that is a terminal")).hint(hint)
                );
            }
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().take(MOST_REQUEST + 1).read_to_end(&mut bytes);
            read.map_err(|error| Error::io("read stdin", error))?;
            (bytes, "stdin".to_owned())
        }
    };
    if MOST_REQUEST < bytes.len() as u64 {
        return Err(Error::new(Code::Usage, format!("{what} ({name}) is longer than {MOST_REQUEST} bytes")));
    }
    String::from_utf8(bytes)
        .map_err(|error| Error::new(Code::Usage, format!("{what} ({name}) is not UTF-8")).because(error))
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self {
            common: Common::from(args.place),
            edits: args.edits,
            cite: args.terms.cite,
            dry_run: args.terms.dry_run,
            force: args.terms.force,
            allow_sensitive: args.terms.allow_sensitive,
        }
    }
}
