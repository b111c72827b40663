//! The doctests of the libraries at hand: one cargo call for all of a workspace, or one for each where that cannot be.

mod judged;
mod at_once;
mod alone;

use super::request::At;
use super::results::Results;
use super::scrub::Scrub;
use crate::error::Result;
use crate::workspace::graph::{Package, Target};

/// A package and its library.
pub(super) type Library<'a> = (&'a Package, &'a Target);

/// Runs the doctests of these libraries. What had finished before somebody cancelled is in the results.
pub(super) fn check(at: At<'_>, wanted: &[Library<'_>], scrub: &Scrub, results: &mut Results) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let left = match at_once::program(at) {
        Ok(program) => at_once::check(at, program, wanted, scrub, results)?,
        Err(why) => {
            at.run.remark(format!("doctests are run package by package, each as cargo builds it alone: {why}"));
            wanted.to_vec()
        }
    };
    for (package, library) in left {
        at.cancel.check()?;
        if let Some((entry, result)) = alone::check(at, package, library, scrub)? {
            results.commands.extend(entry);
            results.suites.push(result);
        }
    }
    Ok(())
}
