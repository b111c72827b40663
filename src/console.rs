//! The door to the terminal: the one place that speaks, on stdout and stderr.
//!
//! People get progress on stderr and the result on stdout; programs get one JSON object a line on stdout, and
//! stderr stays for people. Off a terminal all of it together is at most [`MOST_LINES`] lines long.

mod stream;
mod said;
mod bars;
mod question;

pub use stream::Choice;

use crate::answers::{Closing, Ending, ReportAnswer, ReportRow};
use crate::error::{Code, Error, worse};
use crate::event::{Event, Seen, Watch};
use crate::report::failure;
use crate::report::layout::{Detail, Room, count};
use crate::surroundings::Surroundings;
use crate::words::Outcome;
use bars::Bars;
use said::{Said, Sort};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::IsTerminal as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use stream::{Commands, Stream};

/// The most lines off a terminal, of progress and result together.
pub const MOST_LINES: usize = 60;

/// How answers and events are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Speaks to whoever started the process. Its streams never panic: a closed pipe is taken for "enough", and
/// any other failure is kept for [`Console::exit`].
pub struct Console {
    format: Format,
    detail: Detail,
    width: usize,
    on_terminal: bool,
    /// Whether somebody sits there who can be asked.
    asks: bool,
    bars: Option<Bars>,
    /// What is typed for this program.
    called: String,
    streams: Mutex<Streams>,
}

struct Streams {
    out: Stream,
    err: Stream,
    verb: String,
    n_said: [usize; 3],
    n_unsaid: usize,
    spoke: bool,
    /// Why checks could not run, as far as it was told: one reason may stop them all.
    told: Vec<String>,
}

impl Console {
    /// A console on this process's stdout and stderr.
    #[must_use]
    pub fn new(surroundings: &Surroundings, format: Format, color: Choice, detail: Detail) -> Self {
        let (out, err) = (Stream::stdout(surroundings, color), Stream::stderr(surroundings, color));
        let moves = err.is_terminal && detail != Detail::Quiet && !surroundings.is_ci();
        let bars = (moves && surroundings.variable("TERM") != Some("dumb")).then(Bars::new);
        let asks = err.is_terminal && std::io::stdin().is_terminal() && !surroundings.is_ci();
        Self { asks, ..Self::on(out, err, bars, format, detail) }
    }

    fn on(out: Stream, err: Stream, bars: Option<Bars>, format: Format, detail: Detail) -> Self {
        let result = match format {
            Format::Human => &out,
            Format::Json => &err,
        };
        let (width, on_terminal) = (result.width.unwrap_or(80), result.is_terminal);
        let streams =
            Streams { out, err, verb: String::new(), n_said: [0; 3], n_unsaid: 0, spoke: false, told: vec![] };
        let called = "cargo handoff".to_owned();
        Self { format, detail, width, on_terminal, asks: false, bars, called, streams: Mutex::new(streams) }
    }

    /// The same for a program for which this is typed.
    #[must_use]
    pub fn called(self, words: &str) -> Self {
        Self { called: words.to_owned(), ..self }
    }

    /// A text that leads to an error's page, for this program.
    fn leading(&self, text: &str, error: &Error) -> String {
        let page = |program: &str| format!("{program} explain {}", error.code);
        text.replace(&page("cargo handoff"), &page(&self.called))
    }

    /// Whether all there is to say was asked for.
    #[must_use]
    pub fn is_detailed(&self) -> bool {
        self.detail == Detail::Full
    }

    /// The columns there are, for help texts.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Shows a text on stdout as it is.
    pub fn out(&self, styled: &str) {
        self.lock().out.write(styled);
    }

    /// Shows a text on stderr as it is.
    pub fn err(&self, styled: &str) {
        self.lock().err.write(styled);
    }

    /// Shows what a verb answered and gives the exit code: `show` for people, all its members on the last line
    /// for programs; whoever watches their stderr sees there what is wrong.
    pub fn answer<A: Serialize>(&self, answer: &A, closing: &Closing, show: impl Fn(&A, &Room) -> String) -> u8 {
        self.clear_bars();
        let mut streams = self.lock();
        let room = self.room(&streams);
        match self.format {
            Format::Human => {
                if streams.spoke && streams.err.is_terminal && self.on_terminal {
                    streams.err.write("\n");
                }
                streams.out.write(&show(answer, &room));
            }
            Format::Json => {
                if closing.exit != 0 {
                    streams.err.write(&show(answer, &Room { detail: Detail::Quiet, ..room }));
                }
                streams.out.write_json(&finished(closing, serde_json::to_value(answer).ok()));
            }
        }
        drop(streams);
        self.exit(closing.exit)
    }

    /// Shows an answer that is one line of JSON and gives the exit code: nothing but the line for people and their
    /// workflows; for programs it has a reason like every line, and the last one follows.
    pub fn line(&self, reason: &str, text: &str, closing: &Closing) -> u8 {
        let mut streams = self.lock();
        match self.format {
            Format::Human => streams.out.write(text),
            Format::Json => {
                let mut line = Map::from_iter([("reason".to_owned(), reason.into())]);
                if let Ok(Value::Object(members)) = serde_json::from_str(text) {
                    line.extend(members);
                }
                streams.out.write_json(&Value::Object(line));
                streams.out.write_json(&finished(closing, None));
            }
        }
        drop(streams);
        self.exit(closing.exit)
    }

    /// Shows the reports that go to no file, behind an answer: on stderr where stdout is for programs; there it is told too
    /// why one could not be written. Gives the exit code.
    pub fn reports(&self, reports: &[ReportRow], exit: u8) -> u8 {
        let mut streams = self.lock();
        let stream = match self.format {
            Format::Human => &mut streams.out,
            Format::Json => &mut streams.err,
        };
        for report in reports.iter().filter(|report| report.path.is_none()) {
            stream.write_report(&report.text, report_kind(&report.format));
        }
        for why in reports.iter().filter_map(|report| report.failed.as_ref()) {
            let error = Error::new(Code::Io, why.clone());
            streams.err.write(&self.leading(&failure::render(&error, self.width), &error));
        }
        drop(streams);
        self.exit(exit)
    }

    /// Shows what `report` answered where it goes to no file. For programs it stands in the last line.
    pub fn reported(&self, answer: &ReportAnswer, exit: u8) -> u8 {
        if self.format == Format::Human && answer.path.is_none() {
            self.lock().out.write_report(&answer.text, report_kind(&answer.format));
        }
        self.exit(exit)
    }

    /// Shows an error and gives the exit code.
    pub fn failure(&self, verb: &str, error: &Error) -> u8 {
        self.clear_bars();
        let mut streams = self.lock();
        streams.err.write(&self.leading(&failure::render(error, self.width), error));
        if self.format == Format::Json {
            streams.out.write_json(&failed(verb, error, &self.called));
        }
        drop(streams);
        self.exit(error.exit())
    }

    /// Tells programs that arguments were refused, which people were told already, and gives the exit code.
    pub fn refused(&self, verb: &str, error: &Error) -> u8 {
        self.lock().out.write_json(&failed(verb, error, &self.called));
        self.exit(error.exit())
    }

    /// The exit code of the process, given the verb's own: 74 where stdout took no more for another reason than
    /// a reader that went away, unless the verb's own is worse.
    #[must_use]
    pub fn exit(&self, own: u8) -> u8 {
        let mut streams = self.lock();
        streams.out.flush();
        let Some(error) = streams.out.take_failure() else { return own };
        let error = Error::io("write to stdout", error);
        streams.err.write(&failure::render(&error, self.width));
        worse(own, error.exit())
    }

    fn room(&self, streams: &Streams) -> Room {
        let n_before = streams.n_said.iter().sum::<usize>() + usize::from(0 < streams.n_unsaid);
        let counted = !self.on_terminal && self.detail != Detail::Full;
        Room { width: self.width, lines: counted.then_some(MOST_LINES - n_before), detail: self.detail }
    }

    fn clear_bars(&self) {
        if let Some(bars) = &self.bars {
            bars.clear();
        }
        let mut streams = self.lock();
        if 0 < streams.n_unsaid {
            let lines = count(streams.n_unsaid, "more line", "more lines");
            let note = format!("… and {lines}; `-v` shows them all\n");
            streams.err.write(&note);
        }
    }

    /// A lock that survives a panic elsewhere: then there is an error to show.
    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, streams: &mut Streams, said: &Said) {
        let most = match said.sort {
            Sort::Finished => 8,
            Sort::Failed => 8,
            Sort::Remark => 6,
        };
        let counted = !streams.err.is_terminal && self.detail != Detail::Full;
        let n_lines = if counted { 1 } else { said.lines.len() };
        if counted && most <= streams.n_said[said.sort as usize] {
            streams.n_unsaid += 1;
            return;
        }
        if counted {
            streams.n_said[said.sort as usize] += n_lines;
        }
        streams.spoke = true;
        for line in said.lines.iter().take(n_lines) {
            streams.err.write(&format!("{}\n", line.text()));
        }
    }
}

impl Streams {
    /// Whether this is one more check that could not run for a reason that was told.
    fn is_told(&mut self, event: &Event) -> bool {
        let Event::CheckFinished { check, outcome: Outcome::CouldNotRun, why: Some(why), .. } = event else {
            return false;
        };
        let reason = format!("{check} {why}");
        let is_told = self.told.contains(&reason);
        if !is_told {
            self.told.push(reason);
        }
        is_told
    }
}

impl Watch for Console {
    fn see(&self, seen: &Seen) {
        let mut streams = self.lock();
        if let Event::VerbStarted { verb, .. } = &seen.event {
            streams.verb.clone_from(verb);
        }
        // Off a terminal a remark stays on one line: whoever reads there breaks lines as they like.
        let width = if streams.err.is_terminal { self.width } else { usize::MAX };
        let is_told = self.detail != Detail::Full && streams.is_told(&seen.event);
        let said = said::said(&seen.event, &streams.verb, self.detail, width).filter(|_| !is_told);
        if let Some(bars) = &self.bars {
            bars.see(&seen.event);
        }
        let mut speak = || {
            if self.format == Format::Json
                && let Ok(value) = serde_json::to_value(seen)
            {
                streams.out.write_json(&value);
            }
            if let Some(said) = &said {
                self.say(&mut streams, said);
            }
        };
        match &self.bars {
            Some(bars) if self.format == Format::Json || said.is_some() => bars.suspend(speak),
            Some(_) | None => speak(),
        }
    }
}

/// What a CI runner must not read as its own commands in a report of this format.
fn report_kind(format: &str) -> Commands {
    match crate::report::Format::ALL.into_iter().find(|known| known.word() == format) {
        Some(crate::report::Format::Github) => Commands::Meant,
        Some(crate::report::Format::Sarif | crate::report::Format::InToto) => Commands::InJson,
        Some(crate::report::Format::Markdown | crate::report::Format::Html | crate::report::Format::Junit) | None => {
            Commands::InText
        }
    }
}

/// The last line: the closing's members first, then the answer's. The events of `map` were told already.
fn finished(closing: &Closing, answer: Option<Value>) -> Value {
    let mut line = Map::new();
    line.insert("reason".into(), "handoff-finished".into());
    if let Ok(Value::Object(members)) = serde_json::to_value(closing) {
        line.extend(members);
    }
    if let Some(Value::Object(members)) = answer {
        line.extend(members.into_iter().filter(|(name, _)| name != "closing" && name != "events"));
    }
    Value::Object(line)
}

fn failed(verb: &str, error: &Error, called: &str) -> Value {
    let source = error.source.as_ref().map(ToString::to_string);
    let explain = (format!("{called} explain {}", error.code), "what this means and what to do".to_owned());
    let commands = error.next.as_deref().cloned().into_iter().chain([explain]);
    let closing = Closing {
        verb: verb.into(),
        outcome: ending(error.code),
        exit: error.exit(),
        ready: false,
        open: if error.details.is_empty() { vec![error.message.clone()] } else { error.details.clone() },
        next: commands.map(|(command, why)| crate::answers::Next { command, why }).collect(),
    };
    let mut error_members = json!({"code": error.code.word(), "message": error.message, "hints": error.hints});
    if !error.details.is_empty() {
        error_members["details"] = error.details.clone().into();
    }
    if let Some(source) = source {
        error_members["causedBy"] = source.into();
    }
    finished(&closing, Some(json!({ "error": error_members })))
}

/// How a verb that ends with this error ended, in one word.
const fn ending(code: Code) -> Ending {
    match code {
        Code::GateClosed | Code::Drifted => Ending::Paused,
        Code::Interrupted | Code::Signalled => Ending::Interrupted,
        Code::CheckFailed | Code::ClaimContradicted | Code::NotApproved | Code::SensitiveFile => Ending::Failed,
        Code::Usage
        | Code::PayloadSyntax
        | Code::PayloadShape
        | Code::PayloadTooLarge
        | Code::PathOutside
        | Code::PayloadMissing
        | Code::PayloadExists
        | Code::WorkflowExists
        | Code::NoSuchEntry
        | Code::EditRefused
        | Code::AmbiguousName
        | Code::TextNotFound
        | Code::Internal
        | Code::Io
        | Code::Locked
        | Code::ChangedUnderUs
        | Code::NoRepository
        | Code::NoBaseline
        | Code::BadConfiguration
        | Code::NoWorkspace
        | Code::PartsDoNotJoin
        | Code::MergeConflict => Ending::Error,
    }
}

#[cfg(test)]
mod tests;
