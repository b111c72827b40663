//! The door cargo comes in through when it takes us for rustdoc, or puts us in front of rustc.

use crate::check;
use crate::surroundings::Surroundings;
use std::ffi::OsString;
use std::io::Write as _;

/// The code to end with, where this process was started as rustdoc or in front of rustc.
pub(super) fn exit(arguments: &[OsString], surroundings: &Surroundings) -> Option<u8> {
    let as_rustdoc = check::stand_in(arguments, surroundings, &mut |line| {
        // Whoever does not listen reads how it ended from the files.
        let _ = writeln!(std::io::stdout(), "{line}");
    });
    as_rustdoc.or_else(|| check::in_front_of_rustc(arguments, surroundings))
}
