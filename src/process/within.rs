//! A child that stays in our own process group: whoever ends our group ends it too.

use super::{Command, End, MOST_OUTPUT, Ran, system};
use crate::error::{Error, Result};
use camino::Utf8Path;
use std::fs::File;
use std::time::{Duration, Instant};

/// How often the size of the output is looked at.
const LOOK: Duration = Duration::from_millis(250);

fn expression(command: &Command) -> duct::Expression {
    duct::cmd(&command.program, &command.args).dir(&command.cwd).full_env(&command.environment).unchecked()
}

/// Runs a command with its stdout in one file and its stderr in another. When its time is over, or when it wrote more
/// than [`MOST_OUTPUT`], it is ended with everything it started, as far as that still hangs on it; the rest goes with
/// our group.
///
/// # Errors
/// 74 where an output file cannot be made. A command that does not start is [`End::NotStarted`].
pub fn within(command: &Command, stdout: &Utf8Path, stderr: &Utf8Path) -> Result<Ran> {
    let started = Instant::now();
    let create =
        |path: &Utf8Path| File::create(path).map_err(|error| Error::io(format!("create the log `{path}`"), error));
    let expression = expression(command).stdin_null().stdout_file(create(stdout)?).stderr_file(create(stderr)?);
    let handle = match expression.start() {
        Ok(handle) => handle,
        Err(error) => return Ok(Ran { end: End::NotStarted(error), took: started.elapsed() }),
    };
    let failed = |error| Error::io(format!("wait for `{}`", command.program.display()), error);
    let end = loop {
        let look = command.limit.map_or(LOOK, |limit| LOOK.min(limit.saturating_sub(started.elapsed())));
        if let Some(output) = handle.wait_timeout(look).map_err(failed)? {
            break system::end(output.status);
        }
        let size = |path: &Utf8Path| path.metadata().map_or(0, |file| file.len());
        let stop = if command.limit.is_some_and(|limit| limit <= started.elapsed()) {
            End::TimedOut
        } else if MOST_OUTPUT < size(stdout) || MOST_OUTPUT < size(stderr) {
            End::TooMuchOutput
        } else {
            continue;
        };
        system::end_descendants(&handle);
        handle.wait().map_err(failed)?;
        break stop;
    };
    Ok(Ran { end, took: started.elapsed() })
}

/// Runs a command in our place: it has our stdin, stdout, stderr and process group.
pub fn instead(command: &Command) -> End {
    match expression(command).run() {
        Ok(output) => system::end(output.status),
        Err(error) => End::NotStarted(error),
    }
}
