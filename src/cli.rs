//! The command line: clap's arguments into the verbs' requests, and their answers to the console.

mod common;
mod signals;
mod guard;
mod program;
mod rustdoc;
mod demo;
mod init;
mod status;
mod map;
mod implement;
mod validate;
mod merge;
mod matrix;
mod trust;
mod note;
mod explain;
mod cache;
mod resolve;
mod prune;
mod report;
mod schema;
mod recon;
mod edit;
mod completions;
mod man;

use crate::cancel::Cancel;
use crate::console::{Choice, Console, Format};
use crate::error::Result;
use crate::event::Blind;
use crate::process;
use crate::report::human;
use crate::report::layout::Detail;
use crate::surroundings::Surroundings;
use crate::verbs::{self, Context};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

/// See what was really run when someone says a Rust change is finished and tested, and run it again
///
/// A feature moves through stages that all write one file, `handoff/payload.json`. This is the stage that
/// implements, for Rust workspaces: `implement` checks what the change touches and records what it saw;
/// `validate` holds every recorded claim against the tree and against new runs.
#[derive(Debug, Parser)]
#[command(
    name = "cargo handoff",
    bin_name = "cargo handoff",
    version,
    styles = clap_cargo::style::CLAP_STYLING,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "New here? Type `cargo handoff demo`. Stuck? `cargo handoff explain` lists the help pages."
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    speech: common::SpeechArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Demo(demo::Args),
    Init(init::Args),
    Status(status::Args),
    Map(map::Args),
    Implement(implement::Args),
    Validate(validate::Args),
    Merge(merge::Args),
    Matrix(matrix::Args),
    Report(report::Args),
    Trust(trust::Args),
    Note(note::Args),
    Cache(cache::Args),
    Resolve(resolve::Args),
    Prune(prune::Args),
    Explain(explain::Args),
    Schema(schema::Args),
    Recon(recon::Args),
    Edit(edit::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Verb {
    const fn name(&self) -> &'static str {
        match self {
            Self::Demo(_) => "demo",
            Self::Init(_) => "init",
            Self::Status(_) => "status",
            Self::Map(_) => "map",
            Self::Implement(_) => "implement",
            Self::Validate(_) => "validate",
            Self::Merge(_) => "merge",
            Self::Matrix(_) => "matrix",
            Self::Report(_) => "report",
            Self::Trust(_) => "trust",
            Self::Note(_) => "note",
            Self::Cache(_) => "cache",
            Self::Resolve(_) => "resolve",
            Self::Prune(_) => "prune",
            Self::Explain(_) => "explain",
            Self::Schema(_) => "schema",
            Self::Recon(_) => "recon",
            Self::Edit(_) => "edit",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }

    /// Reads what the arguments only name.
    fn read(&mut self, surroundings: &Surroundings, speech: Format) -> Result<()> {
        match self {
            Self::Implement(args) => {
                args.reports.annotate(surroundings, speech);
                args.read_brief(surroundings)
            }
            Self::Validate(args) => {
                args.annotate(surroundings, speech);
                Ok(())
            }
            Self::Merge(args) => {
                args.judge.reports.annotate(surroundings, speech);
                Ok(())
            }
            Self::Edit(args) => args.read(surroundings),
            Self::Demo(_)
            | Self::Init(_)
            | Self::Status(_)
            | Self::Map(_)
            | Self::Matrix(_)
            | Self::Report(_)
            | Self::Trust(_)
            | Self::Note(_)
            | Self::Cache(_)
            | Self::Resolve(_)
            | Self::Prune(_)
            | Self::Explain(_)
            | Self::Schema(_)
            | Self::Recon(_)
            | Self::Completions(_)
            | Self::Man(_) => Ok(()),
        }
    }
}

/// Does what the command line says. The one entry of the binary.
#[must_use]
pub fn main() -> ExitCode {
    process::adopt_orphans();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let exit = match Surroundings::of_this_process() {
        Ok(mut surroundings) => {
            if let Some(exit) = rustdoc::exit(&arguments, &surroundings) {
                return ExitCode::from(exit);
            }
            surroundings.program = program::binary();
            let cancel = Cancel::new();
            guard::guarded(|| run(arguments, surroundings.clone(), &cancel)).unwrap_or_else(|error| {
                let console = Console::new(&surroundings, Format::Human, Choice::Auto, Detail::Normal);
                console.failure("", &error.after(cancel.signal()))
            })
        }
        Err(error) => {
            let nowhere = Surroundings::made_up("/".into(), Default::default(), jiff::Timestamp::UNIX_EPOCH);
            Console::new(&nowhere, Format::Human, Choice::Auto, Detail::Normal).failure("", &error)
        }
    };
    ExitCode::from(exit)
}

fn run(arguments: Vec<OsString>, surroundings: Surroundings, cancel: &Cancel) -> u8 {
    let words = program::words(&surroundings, &arguments);
    let arguments = without_own_name(arguments);
    let color = color_of(&arguments);
    let plain = Console::new(&surroundings, Format::Human, color, Detail::Normal);
    let command = Cli::command().term_width(plain.width().min(100));
    let parsed = command.try_get_matches_from(arguments.clone()).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render().ansi().to_string();
            if error.use_stderr() {
                plain.err(&text)
            } else {
                plain.out(&text)
            }
            if let Some(verb) = program::asked_in_json(&arguments, &Cli::command()).filter(|_| error.use_stderr()) {
                drop(plain);
                let console = Console::new(&surroundings, Format::Json, color, Detail::Normal);
                return console.refused(&verb, &program::usage(&error.to_string()));
            }
            return plain.exit(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    drop(plain);
    let console = Console::new(&surroundings, cli.speech.format(), color, cli.speech.detail());
    let console = Arc::new(console.called(&words));
    let mut verb = cli.verb;
    let name = verb.name();
    // What is read from stdin is read before we listen: until then Ctrl-C just ends the process.
    let ended = verb
        .read(&surroundings, cli.speech.format())
        .and_then(|()| signals::listen(cancel))
        .and_then(|()| dispatch(verb, &words, &console, &Context { surroundings, consent: console.clone() }, cancel));
    match ended {
        Ok(exit) => exit,
        Err(mut error) => {
            program::typed_error(&mut error, &words);
            console.failure(name, &error.after(cancel.signal()))
        }
    }
}

fn dispatch(verb: Verb, words: &str, console: &Console, context: &Context, cancel: &Cancel) -> Result<u8> {
    Ok(match verb {
        Verb::Demo(args) => {
            let mut answer = verbs::demo::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            program::typed_work(&mut answer, words);
            console.answer(&answer, &answer.closing, human::implement)
        }
        Verb::Init(args) => {
            let mut answer = verbs::init::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::plain)
        }
        Verb::Status(args) => {
            let mut answer = verbs::status::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::status)
        }
        Verb::Map(args) => {
            let mut answer = verbs::map::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::map)
        }
        Verb::Implement(args) => {
            let mut answer = verbs::implement::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            program::typed_work(&mut answer, words);
            let exit = console.answer(&answer, &answer.closing, human::implement);
            console.reports(&answer.reports, exit)
        }
        Verb::Validate(args) => {
            let mut answer = verbs::validate::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            answer.claims.iter_mut().for_each(|claim| claim.why = program::in_words(&claim.why, words));
            let exit = console.answer(&answer, &answer.closing, human::validate);
            console.reports(&answer.reports, exit)
        }
        Verb::Report(args) => {
            let answer = verbs::report::run(&args.into(), context, cancel, console)?;
            let exit = console.answer(&answer, &answer.closing, human::report);
            console.reported(&answer, exit)
        }
        Verb::Merge(args) => {
            let mut answer = verbs::merge::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            let exit = console.answer(&answer, &answer.closing, human::validate);
            console.reports(&answer.reports, exit)
        }
        Verb::Matrix(args) => {
            // People's workflows read the one line, and nothing else is told.
            let answer = verbs::matrix::run(&args.into(), context, cancel, &Blind)?;
            console.line("matrix", &answer.text, &answer.closing)
        }
        Verb::Trust(args) => {
            let mut answer = verbs::trust::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::trust)
        }
        Verb::Note(args) => {
            let mut answer = verbs::note::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::plain)
        }
        Verb::Cache(args) => {
            let mut answer = verbs::cache::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::plain)
        }
        Verb::Resolve(args) => {
            let mut answer = verbs::resolve::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::plain)
        }
        Verb::Prune(args) => {
            let mut answer = verbs::prune::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::plain)
        }
        Verb::Explain(args) => {
            let mut answer = verbs::explain::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::plain)
        }
        Verb::Schema(args) => {
            let mut answer = verbs::schema::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::plain)
        }
        Verb::Edit(args) => {
            let mut answer = verbs::edit::run(&args.into(), context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::edit)
        }
        Verb::Recon(args) => return recon::dispatch(args.what, words, console, context, cancel),
        Verb::Completions(args) => return completions::dispatch(args, words, console, context, cancel),
        Verb::Man(args) => {
            let mut answer = verbs::man::run(&args.request()?, context, cancel, console)?;
            program::typed(&mut answer.closing, words);
            console.answer(&answer, &answer.closing, human::plain)
        }
    })
}

/// The arguments without the word cargo puts in front when it starts its subcommand.
fn without_own_name(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|first| first == "handoff") {
        arguments.remove(1);
    }
    arguments
}

/// `--color` as far as it can be told before the arguments are parsed, so that errors about them have it too.
fn color_of(arguments: &[OsString]) -> Choice {
    let words = arguments.iter().map(|argument| argument.to_string_lossy());
    let mut color = Choice::Auto;
    let mut is_value = false;
    for word in words.take_while(|word| word != "--") {
        match (is_value, word.strip_prefix("--color=").unwrap_or(&word)) {
            (_, value) if !is_value && value == word => {}
            (_, "always") => color = Choice::Always,
            (_, "never") => color = Choice::Never,
            (_, _) => color = Choice::Auto,
        }
        is_value = word == "--color";
    }
    color
}

#[cfg(test)]
mod tests;
