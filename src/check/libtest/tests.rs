//! Output as libtest and rustdoc print it, and output that only looks so.

use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn plain(text: &str, listed: &[&str], ignored: &[&str]) -> Reading {
    read(text, &names(listed), &names(ignored).into_iter().collect(), false)
}

const RESULT: &str =
    "test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";

#[test]
fn a_terse_listing_is_names_with_a_kind() {
    assert_eq!(
        listing("a::b: test\nc: benchmark\nd - x (line 3): test\n: test\nstray\n"),
        ["a::b", "c", "d - x (line 3)", ""],
        "a benchmark is run as a test"
    );
}

#[test]
fn a_complete_run_gives_each_test_its_outcome() {
    let text = format!(
        "\nrunning 3 tests\ntest a ... ok\ntest b - should panic ... FAILED\ntest c ... ignored, why\n\nfailures:\n\n\
         ---- b stdout ----\nnote: it did not panic\n\n\nfailures:\n    b\n\n{RESULT}\n\n"
    );
    let reading = plain(&text, &["a", "b", "c"], &["c"]);
    assert_eq!(reading.incomplete, None);
    let outcomes: Vec<_> = reading.tests.into_values().collect();
    assert_eq!(outcomes, [TestOutcome::Passed, TestOutcome::Failed, TestOutcome::Ignored]);
    assert_eq!(said(&text, "b").collect::<Vec<_>>(), ["note: it did not panic", "", ""]);
}

#[test]
fn a_line_broken_by_a_stray_print_changes_nothing() {
    let text =
        format!("test a ... noise\nok\ntest b ... xFAILED\nxxtest c ... ignored\nfailures:\n    b\n\n{RESULT}\n");
    let reading = plain(&text, &["a", "b", "c"], &["c"]);
    assert_eq!((reading.incomplete, reading.tests["a"]), (None, TestOutcome::Passed));
    assert_eq!((reading.tests["b"], reading.tests["c"]), (TestOutcome::Failed, TestOutcome::Ignored));
}

#[test]
fn a_made_up_result_line_does_not_pass_tests_that_never_began() {
    let result = "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
    let text = format!("running 2 tests\ntest a ... \n{result}\n");
    let reading = plain(&text, &["a", "b"], &[]);
    assert_eq!(reading.incomplete.as_deref(), Some("its result line counts `b`, which it never began"));
    let honest = format!("running 2 tests\ntest a ... ok\nnoisetest b ... noise\nok\n{result}\n");
    assert_eq!(plain(&honest, &["a", "b"], &[]).incomplete, None);
}

#[test]
fn a_made_up_ok_does_not_hide_a_failure_nor_a_made_up_failure_a_pass() {
    let text = format!(
        "test b ... FAILED\ntest b ... ok\ntest a ... FAILED\ntest made::up ... ok\ntest c ... ignored\n\
         failures:\n    a\n\nfailures:\n    b\n\n{RESULT}\n"
    );
    let reading = plain(&text, &["a", "b", "c"], &["c"]);
    assert_eq!(reading.incomplete, None);
    assert_eq!((reading.tests["a"], reading.tests["b"]), (TestOutcome::Passed, TestOutcome::Failed));
    assert_eq!(reading.tests.len(), 3);
}

#[test]
fn a_result_line_counts_only_at_the_end_and_only_if_it_adds_up() {
    let early = format!("test a ... ok\n{RESULT}\nthen it left");
    assert!(plain(&early, &["a", "b", "c"], &[]).incomplete.expect("incomplete").contains("without"));
    assert!(plain(RESULT, &["a", "b"], &[]).incomplete.expect("incomplete").contains("3 tests, and 2 are listed"));
    let unnamed = plain(RESULT, &["a", "b", "c"], &["c"]);
    assert!(unnamed.incomplete.expect("incomplete").contains("1 tests failed, and 0 are named"));
    let ok = "test result: ok. x passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
    assert!(plain(ok, &["a"], &[]).incomplete.is_some());
    assert!(plain("", &["a"], &[]).incomplete.is_some());
}

#[test]
fn without_a_result_line_only_listed_names_have_an_answer() {
    let reading = plain("test a ... ok\ntest zzz ... ok\n", &["a", "b"], &[]);
    assert_eq!((reading.tests["a"], reading.tests["b"]), (TestOutcome::Passed, TestOutcome::NoAnswer));
    assert_eq!((reading.counts.listed, reading.counts.passed), (2, 1));
}

#[test]
fn odd_names_are_names() {
    let odd = "übergröße::r#fn with ... dots";
    let text =
        format!("test {odd} ... ok\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n");
    assert_eq!(plain(&text, &[odd], &[]).tests[odd], TestOutcome::Passed);
}

#[test]
fn two_blocks_of_doctests_are_one_result() {
    let text = "\nrunning 2 tests\ntest src/lib.rs - a (line 3) ... ok\ntest src/lib.rs - c (line 9) - compile ... ok\n\n\
                test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\n\n\
                running 2 tests\ntest src/lib.rs - b (line 6) - compile fail ... FAILED\ntest src/lib.rs - d (line 12) ... ignored\n\n\
                failures:\n\n---- src/lib.rs - b (line 6) stdout ----\nTest compiled successfully, but it's marked `compile_fail`.\n\n\
                failures:\n    src/lib.rs - b (line 6)\n\n\
                test result: FAILED. 0 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s\n\n\
                all doctests ran in 0.2s; merged doctests compilation took 0.1s\n";
    let listed = ["a (line 3)", "b (line 6)", "c (line 9)", "d (line 12)"].map(|name| format!("src/lib.rs - {name}"));
    let reading = read(text, &listed, &BTreeSet::new(), true);
    assert_eq!(reading.incomplete, None);
    let outcomes: Vec<_> = reading.tests.into_values().collect();
    assert_eq!(outcomes, [TestOutcome::Passed, TestOutcome::Failed, TestOutcome::Passed, TestOutcome::Ignored]);
    assert!(said(text, &listed[1]).next().expect("a line").starts_with("Test compiled"));
    assert_eq!(n_ran(text), Some(3));
    assert_eq!(n_ran("nothing"), None);
}

const DOCTESTS: &str = "
running 2 tests
test src/lib.rs - add (line 3) ... ok
test src/lib.rs - refuse (line 9) - compile fail ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s


running 1 test
test src/lib.rs - later (line 20) ... ignored

test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

all doctests ran in 0.50s; merged doctests compilation took 0.20s
";

#[test]
fn a_run_of_doctests_that_accounts_for_all_it_announced_is_its_own_listing() {
    let names = ["src/lib.rs - add (line 3)", "src/lib.rs - refuse (line 9)", "src/lib.rs - later (line 20)"];
    assert_eq!(own_listing(DOCTESTS).expect("a listing"), names);
    let none = "\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; \
                finished in 0.00s\n\n";
    assert_eq!(own_listing(none), Some(Vec::new()));
    let of_the_crate = DOCTESTS.replace("src/lib.rs - add (line 3)", "src/lib.rs - (line 3)");
    assert_eq!(own_listing(&of_the_crate).expect("a listing")[0], "src/lib.rs - (line 3)");
    assert!(speaks_of_ignored(DOCTESTS) && !speaks_of_ignored(none));
}

#[test]
fn a_run_of_doctests_that_leaves_anything_open_is_no_listing() {
    for (from, to) in [
        ("running 2 tests", "running 3 tests"),
        ("running 2 tests\n", ""),
        ("test src/lib.rs - add (line 3) ... ok\n", ""),
        ("(line 9)", "(line nine)"),
        ("refuse (line 9)", "add (line 3)"),
        ("2 passed; 0 failed", "1 passed; 1 failed"),
        ("0 filtered out", "1 filtered out"),
        ("test result: ok. 0 passed; 0 failed; 1 ignored", "x"),
    ] {
        assert!(DOCTESTS.contains(from), "{from}");
        assert_eq!(own_listing(&DOCTESTS.replacen(from, to, 1)), None, "{from} -> {to}");
    }
    assert_eq!(own_listing(""), None);
}

#[test]
fn a_run_of_named_tests_is_complete_only_if_it_left_out_exactly_the_others() {
    let run = |result: &str| format!("running 1 test\ntest a ... ok\n\ntest result: ok. {result}; finished in 0.00s\n");
    let named = names(&["a"]);
    let whole = read_part(&run("1 passed; 0 failed; 0 ignored; 0 measured; 4 filtered out"), &named, 4);
    assert_eq!((whole.incomplete, whole.tests["a"], whole.counts.filtered), (None, TestOutcome::Passed, 0));
    for result in [
        "1 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out",
        "0 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out",
        "2 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out",
    ] {
        assert_ne!(read_part(&run(result), &named, 4).incomplete, None, "{result}");
    }
    assert_ne!(read_part("running 1 test\ntest a ... ok\n", &named, 4).incomplete, None);
    let none = run("0 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out");
    assert_ne!(read_part(&none, &named, 0).incomplete, None);
}

#[test]
fn what_a_line_announces_is_found_wherever_it_stands() {
    let names = BTreeSet::from(["a", "a::b", "c - d", "src/lib.rs - f (line 3)"]);
    let announced = |line: &'static str| announcements(line, &names).collect::<Vec<_>>();
    assert_eq!(announced("test a ... ok"), ["a"]);
    assert_eq!(announced("noise test a::b - should panic ... ok"), ["a::b"]);
    assert_eq!(announced("test c - d ... ok"), ["c - d"]);
    assert_eq!(announced("test c - d - compile ... ok"), ["c - d"]);
    assert_eq!(announced("test src/lib.rs - f (line 3) ... ok"), ["src/lib.rs - f (line 3)"]);
    assert_eq!(announced("test a ... test a::b ... ... test a ... ok"), ["a", "a::b", "a"]);
    assert_eq!(announced("x - test a ... ok - test a::b ... ok"), ["a", "a::b"]);
    assert_eq!(announced("test test a ... ok"), ["a"]);
    assert_eq!(announced("test a"), Vec::<&str>::new());
    assert_eq!(announced("test  ... "), Vec::<&str>::new());
}

/// With a scan of the rest of the line for each of them these would take hours.
#[test]
fn a_line_of_megabytes_takes_no_longer_than_its_length() {
    let names = BTreeSet::from(["a"]);
    let many = 1 << 20;
    for (piece, end, n_expected) in [
        ("test ", "", 0),
        ("test ", "a ... ok", 1),
        ("test x ... ", "", 0),
        ("test - ", " ... ok", 0),
        ("test a ... ", "", many),
    ] {
        let line = format!("{}{end}", piece.repeat(many));
        assert_eq!(announcements(&line, &names).count(), n_expected, "`{piece}` and `{end}`");
    }
}
