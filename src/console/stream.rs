//! One of the two streams: whether it is a terminal, whether to colour, what became of it.

use crate::report::escape;
use crate::surroundings::Surroundings;
use serde_json::Value;
use std::io::{self, IsTerminal as _, Write};

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What in a text a CI runner would take for its own commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Commands {
    /// They are meant.
    Meant,
    /// They stand in JSON.
    InJson,
    /// They stand in a text.
    InText,
}

/// A stream that never panics: after its first failure it takes nothing more.
pub(super) struct Stream {
    writer: Box<dyn Write + Send>,
    pub(super) is_terminal: bool,
    /// Its columns, where it is a terminal.
    pub(super) width: Option<usize>,
    colored: bool,
    /// Whether a CI runner reads along.
    ci: bool,
    failure: Option<io::Error>,
    is_over: bool,
}

impl Stream {
    /// This process's stdout.
    pub(super) fn stdout(surroundings: &Surroundings, color: Choice) -> Self {
        let stdout = io::stdout();
        let (is_terminal, size) = (stdout.is_terminal(), columns(terminal_size::terminal_size_of(&stdout)));
        Self::over(Box::new(stdout), is_terminal, size, surroundings, color)
    }

    /// This process's stderr.
    pub(super) fn stderr(surroundings: &Surroundings, color: Choice) -> Self {
        let stderr = io::stderr();
        let (is_terminal, size) = (stderr.is_terminal(), columns(terminal_size::terminal_size_of(&stderr)));
        Self::over(Box::new(stderr), is_terminal, size, surroundings, color)
    }

    /// Any writer.
    pub(super) fn over(
        writer: Box<dyn Write + Send>,
        is_terminal: bool,
        width: Option<usize>,
        surroundings: &Surroundings,
        color: Choice,
    ) -> Self {
        let colored = colored(surroundings, color, is_terminal);
        let ci = surroundings.is_ci()
            || ["GITHUB_ACTIONS", "TF_BUILD"].iter().any(|name| surroundings.variable(name).is_some());
        Self { writer, is_terminal, width, colored, ci, failure: None, is_over: false }
    }

    /// Writes styled text, without its styles where they are not wanted.
    pub(super) fn write(&mut self, styled: &str) {
        let plain = if self.colored { styled.to_owned() } else { anstream::adapter::strip_str(styled).to_string() };
        let text = if self.ci { escape::no_ci_commands(&plain) } else { plain };
        self.write_raw(&text);
    }

    /// Writes one JSON object on a line of its own.
    pub(super) fn write_json(&mut self, value: &Value) {
        let json = value.to_string();
        let json = if self.ci { escape::no_ci_commands_json(&json) } else { json };
        self.write_raw(&(json + "\n"));
    }

    /// Writes a report: as it is, but for what a CI runner must not obey.
    pub(super) fn write_report(&mut self, report: &str, commands: Commands) {
        match commands {
            Commands::InJson if self.ci => self.write_raw(&escape::no_ci_commands_json(report)),
            Commands::InText if self.ci => self.write_raw(&escape::no_ci_commands(report)),
            Commands::Meant | Commands::InJson | Commands::InText => self.write_raw(report),
        }
    }

    fn write_raw(&mut self, text: &str) {
        if self.is_over || text.is_empty() {
            return;
        }
        let written = self.writer.write_all(text.as_bytes()).and_then(|()| self.writer.flush());
        self.keep(written);
    }

    /// Makes sure that a failure is known.
    pub(super) fn flush(&mut self) {
        if !self.is_over {
            let flushed = self.writer.flush();
            self.keep(flushed);
        }
    }

    fn keep(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.is_over = true;
            self.failure = (error.kind() != io::ErrorKind::BrokenPipe).then_some(error);
        }
    }

    /// Why it took no more, once, where that was not a reader that went away.
    pub(super) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(width, _)| usize::from(width.0)).filter(|width| 0 < *width).map(|width| width.max(40))
}

/// `--color` first, then `CARGO_TERM_COLOR`, then `NO_COLOR` (<https://no-color.org>) and `CLICOLOR_FORCE`, then
/// whether it is a terminal that knows colours.
fn colored(surroundings: &Surroundings, color: Choice, is_terminal: bool) -> bool {
    let color = match (color, surroundings.variable("CARGO_TERM_COLOR")) {
        (Choice::Auto, Some("always")) => Choice::Always,
        (Choice::Auto, Some("never")) => Choice::Never,
        (color, _) => color,
    };
    match color {
        Choice::Always => true,
        Choice::Never => false,
        Choice::Auto if surroundings.variable("NO_COLOR").is_some() => false,
        Choice::Auto if surroundings.variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Choice::Auto => is_terminal && surroundings.variable("TERM") != Some("dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8Path;

    #[test]
    fn a_flag_counts_before_cargo_s_variable_and_that_before_no_color() {
        use Choice::{Always, Auto, Never};
        for (color, variables, is_terminal, expected) in [
            (Auto, &[][..], true, true),
            (Auto, &[], false, false),
            (Auto, &[("NO_COLOR", "1")], true, false),
            (Auto, &[("NO_COLOR", "")], true, true),
            (Auto, &[("TERM", "dumb")], true, false),
            (Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Auto, &[("CARGO_TERM_COLOR", "always"), ("NO_COLOR", "1")], false, true),
            (Auto, &[("CARGO_TERM_COLOR", "never")], true, false),
            (Always, &[("CARGO_TERM_COLOR", "never"), ("NO_COLOR", "1")], false, true),
            (Never, &[("CARGO_TERM_COLOR", "always")], true, false),
        ] {
            let environment = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
            let now = jiff::Timestamp::UNIX_EPOCH;
            let surroundings = Surroundings::made_up(Utf8Path::new("/"), environment, now);
            assert_eq!(colored(&surroundings, color, is_terminal), expected, "{color:?} {variables:?}");
        }
    }
}
