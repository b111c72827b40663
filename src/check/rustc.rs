//! Our own binary in front of the `rustc` of members on the baseline: lints that are denied there warn, and no more debug
//! information is made than lines.
//!
//! A baseline may deny warnings that a newer compiler gives for code this work has nothing to do with. `RUSTFLAGS` would
//! compile every dependency anew; cargo's wrapper for members of the workspace concerns these alone. They are units of
//! their own to cargo then, apart from those that were compiled without it.

use crate::process::{self, Command, End};
use crate::surroundings::Surroundings;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// Cargo's variable for the program in front of the `rustc` of members.
const WRAPPER: &str = "RUSTC_WORKSPACE_WRAPPER";

/// What cargo says for members where nobody asked for less, and what is enough to run tests: backtraces have their files and
/// lines, and no debugger will ever look. It takes a good part of the time to compile and to link.
const FULL: &str = "debuginfo=2";
const LINES: &str = "debuginfo=line-tables-only";

/// Says that we were put in front by ourselves; its value is the wrapper the user had, or nothing.
const USERS: &str = "CARGO_HANDOFF_RUSTC";

/// Puts our own binary in front, where this process is one and does not stand there already.
pub(super) fn stand_in_for_members(surroundings: &mut Surroundings) {
    if surroundings.environment.contains_key(OsStr::new(USERS)) {
        return;
    }
    let Some(program) = surroundings.program.clone().filter(|program| program.is_file()) else { return };
    let users = surroundings.environment.insert(WRAPPER.into(), program.as_str().into());
    surroundings.environment.insert(USERS.into(), users.unwrap_or_default());
}

/// Takes us out again: what a test or a doctest starts is not built by us.
pub(super) fn as_the_user_had_it(environment: &mut BTreeMap<OsString, OsString>) {
    let Some(users) = environment.remove(OsStr::new(USERS)) else { return };
    if users.is_empty() {
        environment.remove(OsStr::new(WRAPPER));
    } else {
        environment.insert(WRAPPER.into(), users);
    }
}

/// Runs the `rustc` this process was put in front of, and says with which code to end. `None` where it was not.
#[must_use]
pub fn stand_in(arguments: &[OsString], surroundings: &Surroundings) -> Option<u8> {
    let command = command(arguments, surroundings)?;
    let code = match process::instead(&command) {
        End::Exited(code) => code,
        End::Signalled(signal) | End::Cancelled(signal) => 128 + signal,
        End::TimedOut | End::TooMuchOutput => 124,
        End::NotStarted(_) => 127,
    };
    Some(u8::try_from(code).unwrap_or(1))
}

/// `<ours> <rustc> <arguments>`: the same `rustc`, its lints capped, with no more debug information than lines.
fn command(arguments: &[OsString], surroundings: &Surroundings) -> Option<Command> {
    let users = surroundings.environment.get(OsStr::new(USERS))?;
    let [_, rustc, rest @ ..] = arguments else { return None };
    let stem = std::path::Path::new(rustc).file_stem()?.to_str()?;
    let is_compiler = stem.contains("rustc") || stem.contains("driver");
    // cargo gives the compiler as the first argument, and asks for its version or names a crate.
    let is_asked = rest.iter().any(|word| word.as_encoded_bytes().starts_with(b"-"));
    if !is_compiler || !is_asked {
        return None;
    }
    let mut environment = surroundings.environment.clone();
    as_the_user_had_it(&mut environment);
    let (program, mut words) = (rustc.clone(), rest.to_vec());
    let is_capped = |word: &OsString| word.to_str().is_some_and(|word| word.starts_with("--cap-lints"));
    if rest.iter().any(|word| word == "--crate-name") {
        words.iter_mut().filter(|word| *word == FULL).for_each(|word| *word = LINES.into());
        if !rest.iter().any(is_capped) {
            words.extend(["--cap-lints".into(), "warn".into()]);
        }
    }
    if users.is_empty() {
        return Some(Command::new(program, &surroundings.folder, environment).args(words));
    }
    Some(Command::new(users.clone(), &surroundings.folder, environment).args([program]).args(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(arguments: &[&str], users: Option<&str>) -> Option<Vec<String>> {
        let mut environment = BTreeMap::new();
        environment.extend(users.map(|users| (OsString::from(USERS), OsString::from(users))));
        let surroundings = Surroundings::made_up("/".into(), environment, jiff::Timestamp::UNIX_EPOCH);
        let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
        command(&arguments, &surroundings).map(|command| command.argv())
    }

    #[test]
    fn lints_are_capped_where_a_crate_is_compiled_and_nothing_else_is_touched() {
        let compiled = words(&["ours", "/bin/rustc", "--crate-name", "a", "src/lib.rs"], Some(""));
        let expected = ["/bin/rustc", "--crate-name", "a", "src/lib.rs", "--cap-lints", "warn"];
        assert_eq!(compiled.as_deref(), Some(expected.map(str::to_owned).as_slice()));
        let asked = words(&["ours", "rustc", "-vV"], Some(""));
        assert_eq!(asked.as_deref(), Some(["rustc", "-vV"].map(str::to_owned).as_slice()));
        let capped = words(&["ours", "rustc", "--crate-name", "a", "--cap-lints", "allow"], Some(""));
        assert_eq!(capped.map(|words| words.len()), Some(5));
        let wrapped = words(&["ours", "rustc", "--crate-name", "a"], Some("theirs"));
        assert_eq!(wrapped.map(|words| words[..2].to_vec()), Some(vec!["theirs".to_owned(), "rustc".to_owned()]));
    }

    #[test]
    fn debug_information_is_no_more_than_lines() {
        let compiled =
            words(&["ours", "rustc", "--crate-name", "a", "-C", "debuginfo=2", "--cap-lints", "allow"], Some(""));
        let expected = ["rustc", "--crate-name", "a", "-C", "debuginfo=line-tables-only", "--cap-lints", "allow"];
        assert_eq!(compiled.as_deref(), Some(expected.map(str::to_owned).as_slice()));
        let less = words(&["ours", "rustc", "--crate-name", "a", "-C", "debuginfo=0"], Some("")).expect("words");
        assert!(less.contains(&"debuginfo=0".to_owned()), "what somebody chose stays: {less:?}");
    }

    #[test]
    fn nobody_is_stood_in_for_by_accident() {
        assert_eq!(words(&["ours", "rustc", "-vV"], None), None, "without our variable");
        assert_eq!(words(&["ours", "implement", "--red"], Some("")), None, "a verb");
        assert_eq!(words(&["ours", "rustc"], Some("")), None, "no question");
    }
}
