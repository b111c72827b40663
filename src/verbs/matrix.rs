//! The shares of a validation as a CI's job matrix.

use super::closing;
use super::part::MOST_PARTS;
use super::request::{Common, Context};
use super::scene;
use super::shares::Share;
use super::validate::{self, Stage};
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::claims::Shelf;
use crate::error::{Code, Error, Result};
use crate::event::{Run, Watch};
use schemars::JsonSchema;
use serde::Serialize;
use std::num::NonZeroUsize;

/// GitHub runs at most so many jobs of a matrix
/// (<https://docs.github.com/en/actions/reference/limits>).
const MOST_JOBS: usize = 256;

/// What a part takes at least where nobody says how many there are: less is not worth another machine.
const SHORTEST_MS: u64 = 4 * 60 * 1000;

/// The most names of packages that are shown of a part.
const MOST_NAMES: usize = 8;

/// What `matrix` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// How many parts.
    pub parts: Option<NonZeroUsize>,
    /// How many milliseconds one part is to take at most, as far as packages can be divided.
    pub per_part_ms: Option<u64>,
    /// Only where this range touches a payload, as `validate` takes it.
    pub changed_only: Option<String>,
}

/// Says who is to do what. Runs nothing but git and `cargo metadata`, and writes nothing.
///
/// # Errors
/// 2 where there would be more jobs than a CI takes, and those of looking at the work.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<PlainAnswer> {
    let run = Run::new(context.surroundings.now_as_name(), watch);
    let mut common = request.common.clone();
    if let Some(range) = &request.changed_only {
        match validate::the_one(range, &common, context, cancel)? {
            Some(payload) => common.payload = Some(payload.into_string()),
            // A matrix without a job is an error in GitHub: one finds out that there is nothing to do.
            None => return Ok(answer(&[Job { part: "1/1".into(), packages: String::new(), expected: in_words(0) }])),
        }
    }
    let read = scene::read(&common, context)?;
    scene::pass_gate(&read)?;
    let shelf = Shelf::read(read.located.folder(), &read.payload);
    let stage = Stage::set(&common, &read, context, cancel, &run)?;
    let plan = |n| stage.plan(&common, &read, &shelf, n);
    let whole = plan(NonZeroUsize::MIN);
    let whole = &whole.shares()[0];
    let n = match (request.parts, request.per_part_ms) {
        (Some(n), _) => n.get(),
        (None, Some(per_part_ms)) => n_parts(whole, per_part_ms, u64::div_ceil),
        (None, None) => n_parts(whole, SHORTEST_MS, |all, one| all / one),
    };
    if MOST_JOBS.min(MOST_PARTS) < n {
        return Err(Error::new(Code::Usage, format!("{n} parts are more jobs than a matrix may have: {MOST_JOBS}"))
            .hint("cargo handoff matrix --parts 256"));
    }
    let n = NonZeroUsize::new(n).unwrap_or(NonZeroUsize::MIN);
    let job = |(index, share): (usize, &Share)| Job {
        part: format!("{}/{n}", index + 1),
        packages: names(share),
        expected: in_words(share.takes_ms),
    };
    let jobs: Vec<Job> = plan(n).shares().iter().enumerate().map(job).collect();
    Ok(answer(&jobs))
}

/// One job of the matrix.
#[derive(Debug, Serialize)]
struct Job {
    /// What `--partition` takes.
    part: String,
    /// What is expected to be checked, for whoever reads the job's name: packages, and how many commands.
    packages: String,
    /// How long it took when it was recorded.
    expected: String,
}

fn answer(jobs: &[Job]) -> PlainAnswer {
    let text = format!("{}\n", serde_json::json!({ "include": jobs }));
    PlainAnswer { closing: closing::plain("matrix", Vec::new()), text }
}

/// So many parts that each takes as long, and none has to be without a package.
fn n_parts(whole: &Share, each_ms: u64, divide: impl Fn(u64, u64) -> u64) -> usize {
    if !whole.is_recorded() {
        return 1;
    }
    let n = usize::try_from(divide(whole.takes_ms, each_ms.max(1))).unwrap_or(MOST_JOBS);
    n.min(whole.expected().len()).clamp(1, MOST_JOBS)
}

fn names(share: &Share) -> String {
    let mut names: Vec<String> = share.expected().into_iter().collect();
    let n_more = names.len().saturating_sub(MOST_NAMES);
    if 0 < n_more {
        names.truncate(MOST_NAMES);
        names.push(format!("and {n_more} more"));
    }
    match share.n_expected() - share.expected().len() {
        0 => {}
        1 => names.push("1 command".to_owned()),
        n => names.push(format!("{n} commands")),
    }
    names.join(" ")
}

/// `4m 10s`, `1h 2m`.
fn in_words(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds}s"),
        (hours, minutes, _) => format!("{hours}h {minutes}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_one_says_it() {
        for (ms, told) in [(0, "0s"), (1, "1s"), (59_000, "59s"), (250_000, "4m 10s"), (3_720_000, "1h 2m")] {
            assert_eq!(in_words(ms), told);
        }
    }

    #[test]
    fn a_matrix_is_one_line_that_a_workflow_can_read() {
        let job = Job { part: "1/3".into(), packages: "money report".into(), expected: "4m 10s".into() };
        let line = answer(&[job]).text;
        assert_eq!(line, "{\"include\":[{\"part\":\"1/3\",\"packages\":\"money report\",\"expected\":\"4m 10s\"}]}\n");
    }
}
