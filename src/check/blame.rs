//! What a test that failed came to on the baseline: did it fail there too?

use super::results::{SuiteResult, TestOutcome};
use crate::payload::entries::Before;
use crate::words::Outcome;

/// What the baseline's suite says of a test that failed now. `None` stands for a target that was not there.
#[must_use]
pub fn before(now: &SuiteResult, baseline: Option<&SuiteResult>, test: &str) -> Before {
    let Some(baseline) = baseline else { return Before::Absent };
    if baseline.outcome == Outcome::CouldNotRun && baseline.tests.is_empty() {
        return Before::CouldNotRun;
    }
    let name = if now.suite.doctest { same_doctest(now, baseline, test) } else { Some(test) };
    match name.and_then(|name| baseline.tests.get(name)) {
        Some(TestOutcome::Passed) => Before::Passed,
        Some(TestOutcome::Failed) => Before::Failed,
        Some(TestOutcome::Ignored | TestOutcome::NoAnswer | TestOutcome::TimedOut) => Before::CouldNotRun,
        None => Before::Absent,
    }
}

/// The name a doctest had before. Names carry line numbers, which any edit above moves: what stays is the item, and
/// which of its doctests it is.
pub(super) fn same_doctest<'a>(now: &SuiteResult, baseline: &'a SuiteResult, test: &str) -> Option<&'a str> {
    let (item, _) = item(test)?;
    let nth = doctests_of(now, item).iter().position(|name| *name == test)?;
    doctests_of(baseline, item).get(nth).copied()
}

/// The doctests of an item, from the top.
fn doctests_of<'a>(suite: &'a SuiteResult, wanted: &str) -> Vec<&'a str> {
    let all = suite.tests.keys().filter_map(|name| item(name).map(|(item, line)| (item, line, name.as_str())));
    let mut found: Vec<(u32, &str)> =
        all.filter(|(item, _, _)| *item == wanted).map(|(_, line, name)| (line, name)).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

/// `src/lib.rs - module::item (line 7)`: all before the number, and the number.
fn item(name: &str) -> Option<(&str, u32)> {
    let (item, line) = name.strip_suffix(')')?.rsplit_once(" (line ")?;
    Some((item, line.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{SuiteId, TargetId, TargetKind};

    fn suite(doctest: bool, tests: &[(&str, TestOutcome)]) -> SuiteResult {
        let target = TargetId { package: "a".into(), kind: TargetKind::Lib, name: "a".into() };
        let tests = tests.iter().map(|(name, outcome)| ((*name).to_owned(), *outcome)).collect();
        SuiteResult { tests, ..SuiteResult::bare(SuiteId { target, doctest }, Outcome::Failed, None) }
    }

    #[test]
    fn each_answer_of_the_baseline_has_its_word() {
        use TestOutcome::{Failed, NoAnswer, Passed};
        let now = suite(false, &[("x", Failed)]);
        let then = suite(false, &[("a", Failed), ("b", Passed), ("c", NoAnswer)]);
        let before = |test| before(&now, Some(&then), test);
        assert_eq!(before("a"), Before::Failed);
        assert_eq!(before("b"), Before::Passed);
        assert_eq!(before("c"), Before::CouldNotRun);
        assert_eq!(before("x"), Before::Absent);
        assert_eq!(super::before(&now, None, "x"), Before::Absent);
        let broken = SuiteResult { outcome: Outcome::CouldNotRun, ..suite(false, &[]) };
        assert_eq!(super::before(&now, Some(&broken), "x"), Before::CouldNotRun, "it did not compile");
    }

    #[test]
    fn a_doctest_is_known_by_its_item_and_its_place_there() {
        use TestOutcome::{Failed, Passed};
        let now = suite(true, &[("src/lib.rs - f (line 100)", Failed), ("src/lib.rs - f (line 9)", Failed)]);
        let then = suite(true, &[("src/lib.rs - f (line 20)", Passed), ("src/lib.rs - f (line 5)", Failed)]);
        assert_eq!(before(&now, Some(&then), "src/lib.rs - f (line 9)"), Before::Failed);
        assert_eq!(before(&now, Some(&then), "src/lib.rs - f (line 100)"), Before::Passed);
        let fewer = suite(true, &[("src/lib.rs - f (line 5)", Failed)]);
        assert_eq!(before(&now, Some(&fewer), "src/lib.rs - f (line 100)"), Before::Absent);
    }
}
