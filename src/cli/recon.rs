//! `recon`'s arguments: one file for each instrument.

mod kinds;
mod overview;
mod find;
mod search;
mod todo;
mod refs;
mod docs;
mod tooling;
mod brief;
mod drift;
mod baseline;

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
/// For Rust, without a language server. Writes nothing but what it is told to keep (`--cite`, `baseline`).
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) what: What,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    Overview(overview::Args),
    Find(find::Args),
    Refs(refs::Args),
    Search(search::Args),
    Todo(todo::Args),
    Docs(docs::Args),
    Tooling(tooling::Args),
    Brief(brief::Args),
    Baseline(baseline::Args),
    Drift(drift::Args),
}

/// Asks one of them, and shows what it found.
pub(super) fn dispatch(what: What, words: &str, console: &Console, context: &Context, cancel: &Cancel) -> Result<u8> {
    let speaker = Speaker { words, console };
    Ok(match what {
        What::Overview(args) => {
            let request = args.request(console.is_detailed());
            speaker.answer(verbs::recon::overview::run(&request, context, cancel, console)?, human::overview)
        }
        What::Drift(args) => {
            speaker.answer(verbs::recon::drift::run(&args.into(), context, cancel, console)?, human::drift)
        }
        What::Baseline(args) => {
            speaker.answer(verbs::recon::baseline::run(&args.into(), context, cancel, console)?, human::baseline)
        }
        What::Find(args) => {
            speaker.answer(verbs::recon::find::run(&args.into(), context, cancel, console)?, human::find)
        }
        What::Docs(args) => {
            speaker.answer(verbs::recon::docs::run(&args.into(), context, cancel, console)?, human::docs)
        }
        What::Tooling(args) => {
            speaker.answer(verbs::recon::tooling::run(&args.into(), context, cancel, console)?, human::tooling)
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
        let whole = |answer: &ReconAnswer<F>, room: &Room| show(answer, room) + &human::next(&answer.closing, room);
        self.console.answer(&answer, &answer.closing, whole)
    }
}
