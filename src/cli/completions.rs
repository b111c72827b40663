//! `completions`: the script for a shell, and what the script asks for at every TAB.

use super::{Cli, program};
use crate::cancel::Cancel;
use crate::console::Console;
use crate::error::Result;
use crate::help::TOPICS;
use crate::report::escape;
use crate::report::human;
use crate::verbs::completions::{self as verb, Ids, Request, Shell, ids};
use crate::verbs::{Common, Context};
use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate, complete};
use std::ffi::OsString;

/// The completions of a shell: verbs, flags, values, and the ids of the payload's steps
///
/// Bash: `source <(cargo-handoff completions bash)` in ~/.bashrc, behind cargo's own. Cargo's completions for bash ask
/// nobody about a subcommand from elsewhere, so this wraps them.
///
/// Zsh: `cargo-handoff completions zsh > FOLDER/_cargo-handoff`, a folder of $fpath. Cargo's own (`rustup completions
/// zsh cargo`) have to be there: they hand `cargo handoff` over to it. Without them `cargo-handoff` alone is completed.
///
/// Fish: `cargo-handoff completions fish > ~/.config/fish/conf.d/cargo-handoff.fish`.
///
/// `cargo-handoff` has to be on the `PATH`: it is asked at every TAB, reads the payload, and starts nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Which,
    /// Which of the words is completed, from 0: asked by the script
    #[arg(long, hide = true, value_name = "N")]
    at: Option<usize>,
    /// The words as the shell has them, the program first
    #[arg(last = true, hide = true, value_name = "WORD")]
    words: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Which {
    Bash,
    Zsh,
    Fish,
}

impl From<Which> for Shell {
    fn from(which: Which) -> Self {
        match which {
            Which::Bash => Self::Bash,
            Which::Zsh => Self::Zsh,
            Which::Fish => Self::Fish,
        }
    }
}

/// Shows the script; with a place in a line, what could stand there.
pub(super) fn dispatch(args: Args, words: &str, console: &Console, context: &Context, cancel: &Cancel) -> Result<u8> {
    let shell = Shell::from(args.shell);
    let Some(at) = args.at else {
        let mut answer = verb::run(&Request { shell }, context, cancel, console)?;
        program::typed(&mut answer.closing, words);
        return Ok(console.answer(&answer, &answer.closing, human::plain));
    };
    console.out(&candidates(shell, &args.words, at, context));
    Ok(console.exit(0))
}

/// What could stand at this place, one a line, as the shell's script takes it. Nothing where nobody knows.
fn candidates(shell: Shell, words: &[OsString], at: usize, context: &Context) -> String {
    let line = Line::of(shell, words, at);
    let mut command = Cli::command();
    command.build();
    let ids = ids(&place(&line.words), context);
    let mut command = offering(command, "", &ids);
    let folder = context.surroundings.folder.as_std_path();
    let found = complete(&mut command, line.words, line.at, Some(folder)).unwrap_or_default();
    let lines = found.iter().filter_map(|candidate| line_of(shell, candidate, line.n_before));
    lines.map(|line| line + "\n").collect()
}

/// A candidate as a line; nothing where it could not be typed, or could drive a terminal.
fn line_of(shell: Shell, candidate: &CompletionCandidate, n_before: usize) -> Option<String> {
    let value = candidate.get_value().to_str()?.get(n_before..)?;
    if value.is_empty() || value.chars().any(char::is_control) {
        return None;
    }
    let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    let help = escape::line(help.lines().next().unwrap_or_default()).into_owned();
    match shell {
        // It goes into the line as it stands, so what a shell would act upon is quoted: an id is somebody else's text.
        Shell::Bash => shlex::try_quote(value).ok().map(|word| word.into_owned()),
        Shell::Zsh | Shell::Fish => Some(format!("{value}\t{}", help.replace('\t', " "))),
    }
}

/// The words of a line as the program would get them, and the place that is completed.
struct Line {
    words: Vec<OsString>,
    at: usize,
    /// How much of the word at the place the shell takes for an earlier one.
    n_before: usize,
}

impl Line {
    /// Bash cuts words at `=`, `:` and `@`, and completes what stands behind them.
    fn of(shell: Shell, words: &[OsString], at: usize) -> Self {
        let is_cut = |word: &OsString| {
            let text = word.to_string_lossy();
            shell == Shell::Bash && !text.is_empty() && text.bytes().all(|byte| b"=:@".contains(&byte))
        };
        let mut line = Self { words: Vec::new(), at: 0, n_before: 0 };
        let mut is_open = false;
        for (index, word) in words.iter().enumerate().take(at + 1) {
            let is_cut = is_cut(word);
            let n_known = match line.words.last_mut().filter(|_| is_open || (is_cut && 1 < index)) {
                Some(last) => {
                    let n_known = last.len();
                    last.push(word);
                    n_known
                }
                None => {
                    line.words.push(word.clone());
                    0
                }
            };
            line.n_before = if is_cut { n_known + word.len() } else { n_known };
            is_open = is_cut;
        }
        if line.words.len() <= 1 {
            line.words.push(OsString::new());
        }
        line.at = line.words.len() - 1;
        line
    }
}

/// Where the payload is, as far as the line says.
fn place(words: &[OsString]) -> Common {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let given = |flag: &str| {
        let apart = words.windows(2).find(|pair| pair[0] == flag).map(|pair| pair[1]);
        apart.or_else(|| words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('='))).map(str::to_owned)
    };
    let manifest = given("--manifest-path");
    Common { payload: given("--payload"), manifest_paths: manifest.into_iter().collect(), ..Common::default() }
}

/// The command with what is known of its arguments' values, and of its verbs'.
fn offering(command: Command, name: &str, ids: &Ids) -> Command {
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let verbs = verbs.into_iter();
    let command = verbs.fold(command, |command, verb| {
        let offered = verb.clone();
        command.mut_subcommand(verb, |command| offering(command, &offered, ids))
    });
    command.mut_args(|arg| offered(arg, name, ids))
}

fn offered(arg: Arg, verb: &str, ids: &Ids) -> Arg {
    let value = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default();
    let labelled = |label: &str, of: &[(String, String)]| -> Vec<(String, String)> {
        of.iter().map(|(id, name)| (format!("{label}{id}"), name.clone())).collect()
    };
    let known: Vec<(String, String)> = match (verb, arg.get_id().as_str()) {
        (_, "step" | "steps") | ("brief", "of") => ids.steps.clone(),
        ("status", "subject") => [labelled("step:", &ids.steps), labelled("scenario:", &ids.scenarios)].concat(),
        ("trust", "ids") => ids.commands.clone(),
        ("explain", "code") => {
            let codes = crate::error::Code::ALL.iter().map(|code| code.word());
            codes.chain(TOPICS.iter().map(|(name, _)| *name)).map(|name| (name.to_owned(), String::new())).collect()
        }
        ("man", "verb") => verbs(),
        _ => {
            return match value.as_str() {
                "DIR" => arg.value_hint(ValueHint::DirPath),
                "PATH" | "FILE" => arg.value_hint(ValueHint::AnyPath),
                _ => arg,
            };
        }
    };
    arg.add(ArgValueCandidates::new(move || {
        let candidate = |(index, (id, name)): (usize, &(String, String))| {
            let help = (!name.is_empty()).then(|| escape::line(name).into_owned().into());
            CompletionCandidate::new(id).help(help).display_order(Some(index))
        };
        known.iter().enumerate().map(candidate).collect()
    }))
}

/// The verbs, each with what it is for.
fn verbs() -> Vec<(String, String)> {
    let command = Cli::command();
    let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set());
    verbs
        .map(|verb| (verb.get_name().to_owned(), verb.get_about().map(ToString::to_string).unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests;
