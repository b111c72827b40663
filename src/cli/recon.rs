//! `recon`'s arguments: one file for each instrument.

mod overview;
mod brief;
mod search;
mod todo;
mod refs;

use super::program;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::console::Console;
use crate::error::Result;
use crate::report::human::recon as human;
use crate::report::layout::Room;
use crate::verbs::{self, Context};
use serde::Serialize;

/// What to know before an edit: what is where, who uses it, what changed since it was planned
///
/// For Rust, without a language server. Reads; writes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) what: What,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    Overview(overview::Args),
    Brief(brief::Args),
    Search(search::Args),
    Todo(todo::Args),
    Refs(refs::Args),
}

/// Asks one of them, and shows what it found.
pub(super) fn dispatch(what: What, words: &str, console: &Console, context: &Context, cancel: &Cancel) -> Result<u8> {
    let speaker = Speaker { words, console };
    Ok(match what {
        What::Overview(args) => {
            speaker.answer(verbs::recon::overview::run(&args.into(), context, cancel, console)?, human::overview)
        }
        What::Brief(args) => {
            speaker.answer(verbs::recon::brief::run(&args.into(), context, cancel, console)?, human::brief)
        }
        What::Search(args) => {
            speaker.answer(verbs::recon::search::run(&args.into(), context, cancel, console)?, human::search)
        }
        What::Todo(args) => {
            speaker.answer(verbs::recon::todo::run(&args.into(), context, cancel, console)?, human::todo)
        }
        What::Refs(args) => {
            speaker.answer(verbs::recon::refs::run(&args.into(), context, cancel, console)?, human::refs)
        }
    })
}

struct Speaker<'a> {
    words: &'a str,
    console: &'a Console,
}

impl Speaker<'_> {
    fn answer<F: Serialize>(&self, mut answer: ReconAnswer<F>, show: impl Fn(&ReconAnswer<F>, &Room) -> String) -> u8 {
        program::typed(&mut answer.closing, self.words);
        self.console.answer(&answer, &answer.closing, show)
    }
}
