//! What one test did on the baseline -> its class. Never a guess: what is odd is inconclusive.

use super::errors;
use crate::check::libtest;
use crate::check::results::TestOutcome;
use crate::check::suite::Alone;
use crate::payload::entries::RedClass;
use crate::source::BLANKED;
use camino::Utf8Path;

/// A class with what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) class: RedClass,
    pub(super) place: Option<String>,
    pub(super) why: Option<String>,
}

impl Found {
    pub(super) fn of(class: RedClass) -> Self {
        Self { class, place: None, why: None }
    }

    pub(super) fn because(class: RedClass, why: impl Into<String>) -> Self {
        Self { class, place: None, why: Some(why.into()) }
    }

    pub(super) fn at(self, place: Option<String>) -> Self {
        Self { place, ..self }
    }
}

/// Reads what a test came to that was run by itself. `place` finds the current file and line of a place in the tree.
pub(super) fn of_run(name: &str, alone: &Alone, place: &dyn Fn(&str, u32) -> Option<String>) -> Found {
    let leans_on_blank = alone.out.contains(BLANKED) || alone.err.contains(BLANKED);
    match alone.outcome {
        TestOutcome::Passed if leans_on_blank => {
            Found::because(RedClass::Inconclusive, "it uses something for tests that does not compile there")
        }
        TestOutcome::Passed => Found::of(RedClass::NotRed),
        TestOutcome::Failed if leans_on_blank => {
            Found::because(RedClass::RedCompile, "it uses something for tests that does not compile there")
        }
        TestOutcome::Failed => {
            let said = libtest::said(&alone.out, name).chain(alone.err.lines());
            Found::of(RedClass::RedAssertion).at(panicked(said, place))
        }
        TestOutcome::TimedOut => Found::of(RedClass::Hangs),
        TestOutcome::Ignored => Found::because(RedClass::Inconclusive, "it is ignored there"),
        TestOutcome::NoAnswer => {
            // Without capture of its own, a test that aborts says so on stderr.
            let place = panicked(alone.err.lines().chain(alone.out.lines()), place);
            let end = alone.end.clone().unwrap_or_default();
            let class = if place.is_some() { RedClass::RedAssertion } else { RedClass::Inconclusive };
            Found::because(class, format!("its process did not come to an end of its own: {end}")).at(place)
        }
    }
}

/// Where the first panic was that came from a file of the tree.
pub(super) fn panicked<'t>(
    lines: impl IntoIterator<Item = &'t str>,
    place: &dyn Fn(&str, u32) -> Option<String>,
) -> Option<String> {
    lines.into_iter().filter_map(location).find_map(|(file, line)| place(file, line))
}

/// `… panicked at src/a.rs:12:5:`, `… panicked at 'text', src/a.rs:12:5` of older compilers, and
/// `note: test did not panic as expected at src/a.rs:12:5`.
fn location(line: &str) -> Option<(&str, u32)> {
    let (_, rest) = line.split_once(" panicked at ").or_else(|| line.split_once("did not panic as expected at "))?;
    let rest = rest.trim_end().trim_end_matches(':');
    let rest = rest.rsplit_once("', ").map_or(rest, |(_, place)| place);
    let (rest, _column) = rest.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file, line.parse().ok()?))
}

/// What the block of a doctest that failed says of why.
pub(super) fn of_doctest(said: &[&str], place: &dyn Fn(&str, u32) -> Option<String>) -> Found {
    let has = |text: &str| said.iter().any(|line| line.contains(text));
    if has("Couldn't compile the test") {
        let at = said.iter().find_map(|line| {
            let (file, rest) = line.trim_start().strip_prefix("--> ")?.split_once(':')?;
            place(file, rest.split(':').next()?.parse().ok()?)
        });
        let why = said.iter().find(|line| line.starts_with("error")).map(|line| (*line).to_owned());
        return Found { class: RedClass::RedCompile, place: at, why };
    }
    let is_own = has("Test executable failed")
        || has("Test compiled successfully, but it's marked")
        || has("Test executable succeeded, but it's marked")
        || said.iter().any(|line| location(line).is_some());
    if is_own {
        return Found::of(RedClass::RedAssertion).at(panicked(said.iter().copied(), place));
    }
    Found::because(RedClass::Inconclusive, "it failed there, and did not say how")
}

/// A place as tests and compilers name it, relative to the payload's root: `None` for what lies elsewhere.
pub(super) fn file_of(name: &str, workspace: &Utf8Path, root: &Utf8Path) -> Option<String> {
    errors::in_tree(name, workspace, root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(file: &str, line: u32) -> Option<String> {
        (!file.starts_with('/')).then(|| format!("{file}:{line}"))
    }

    fn alone(outcome: TestOutcome, out: &str, err: &str) -> Alone {
        Alone { outcome, end: Some("killed by signal 6".into()), out: out.into(), err: err.into() }
    }

    #[test]
    fn a_panic_has_its_file_and_line_out_of_the_standard_library() {
        let out = "---- a::t stdout ----\n\nthread 'a::t' (7) panicked at /rustc/x/library/core/src/y.rs:1:2:\nx\n\
                   thread 'a::t' panicked at src/a.rs:12:5:\nassertion failed\n";
        let found = of_run("a::t", &alone(TestOutcome::Failed, out, ""), &place);
        assert_eq!(found, Found::of(RedClass::RedAssertion).at(Some("src/a.rs:12".into())));
        assert_eq!(location("thread 'x' panicked at 'a, b', src/b.rs:3:9"), Some(("src/b.rs", 3)));
        assert_eq!(location("note: test did not panic as expected at tests/c.rs:4:4"), Some(("tests/c.rs", 4)));
        let elsewhere = "---- a::t stdout ----\nError: \"no\"\n";
        let found = of_run("a::t", &alone(TestOutcome::Failed, elsewhere, ""), &place);
        assert_eq!(found, Found::of(RedClass::RedAssertion));
    }

    #[test]
    fn what_leans_on_something_blank_proves_no_more_than_that_it_does_not_compile() {
        let blank = format!("---- t stdout ----\nthread 't' panicked at src/a.rs:1:1:\n{BLANKED}\n");
        let class = |outcome| of_run("t", &alone(outcome, &blank, ""), &place).class;
        assert_eq!(class(TestOutcome::Failed), RedClass::RedCompile);
        assert_eq!(class(TestOutcome::Passed), RedClass::Inconclusive, "#[should_panic]");
    }

    #[test]
    fn a_process_that_dies_is_red_only_where_the_test_said_what_of() {
        let dies = |err: &str| of_run("t", &alone(TestOutcome::NoAnswer, "", err), &place);
        let found = dies("thread 't' panicked at src/a.rs:9:1:\nx\nthread caused non-unwinding panic. aborting.\n");
        assert_eq!((found.class, found.place.as_deref()), (RedClass::RedAssertion, Some("src/a.rs:9")));
        assert_eq!(dies("").class, RedClass::Inconclusive);
        assert_eq!(of_run("t", &alone(TestOutcome::TimedOut, "", ""), &place).class, RedClass::Hangs);
        assert_eq!(of_run("t", &alone(TestOutcome::Passed, "", ""), &place).class, RedClass::NotRed);
    }

    #[test]
    fn a_doctest_says_how_it_failed() {
        let not_compiled = ["error[E0425]: cannot find", "  --> src/lib.rs:7:9", "Couldn't compile the test."];
        let found = of_doctest(&not_compiled, &place);
        assert_eq!((found.class, found.place.as_deref()), (RedClass::RedCompile, Some("src/lib.rs:7")));
        assert_eq!(found.why.as_deref(), Some("error[E0425]: cannot find"));
        let failed = ["Test executable failed (exit status: 101).", "thread 'main' panicked at src/lib.rs:4:1:"];
        let found = of_doctest(&failed, &place);
        assert_eq!((found.class, found.place.as_deref()), (RedClass::RedAssertion, Some("src/lib.rs:4")));
        assert_eq!(of_doctest(&["?"], &place).class, RedClass::Inconclusive);
    }
}
