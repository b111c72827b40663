//! Test binaries that hang, flake, crash, lie and wait for each other, behind a user's runner.

use crate::cancel::Cancel;
use crate::check::tests::{File, Place, Told, change};
use crate::check::{How, Request, Results, SuiteResult, TestOutcome};
use crate::error::DEADLINE;
use crate::event::{Blind, Event, Seen, Watch};
use crate::mapping::Texts;
use crate::words::{CheckKind, Outcome, SuiteId};
use crate::workspace::changes::{Change, ChangeKind};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const NASTY: &[File] = &[
    (
        "Cargo.toml",
        "[package]\nname = \"nasty\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n\n\
         [[bench]]\nname = \"measured\"\ntest = true\n\n[[test]]\nname = \"own\"\nharness = false\n\n\
         [[test]]\nname = \"own_toggles\"\nharness = false\n",
    ),
    (".cargo/config.toml", "[target.'cfg(all())']\nrunner = [\"sh\", \"runner.sh\"]\n"),
    ("runner.sh", "echo \"$*\" | sed 's|/[^ ]*/||' >> runner.log\nexec \"$@\"\n"),
    ("src/lib.rs", "//! Nasty.\n"),
    (
        "tests/hangs.rs",
        r#"unsafe extern "C" {
    fn signal(number: i32, handler: usize) -> usize;
}
#[test]
fn a_quick() {}
#[test]
fn b_hangs() {
    unsafe { signal(15, 1) }; // SIGTERM is ignored
    let _ = std::process::Command::new("sleep").arg("271.828").spawn();
    loop {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
#[test]
fn c_fails() {
    panic!("the reason");
}
#[test]
#[ignore]
fn d_ignored() {}
#[test]
fn e_quick() {}
"#,
    ),
    (
        "tests/toggles.rs",
        r#"#[test]
fn fails_every_other_time() {
    let marker = concat!(env!("CARGO_TARGET_TMPDIR"), "/toggles");
    if std::fs::remove_file(marker).is_err() {
        std::fs::write(marker, "").unwrap();
        panic!("not this time");
    }
}
#[test]
fn holds() {}
#[test]
fn holds_too() {}
"#,
    ),
    (
        "tests/threads.rs",
        r#"use std::sync::atomic::{AtomicUsize, Ordering};
static SEEN: AtomicUsize = AtomicUsize::new(0);
fn only_one() {
    SEEN.fetch_add(1, Ordering::SeqCst);
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(SEEN.load(Ordering::SeqCst), 1, "somebody else was here");
}
#[test]
fn one() {
    only_one();
}
#[test]
fn two() {
    only_one();
}
"#,
    ),
    (
        "tests/fresh.rs",
        r#"#[test]
fn fails_the_third_time() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/fresh");
    let n_before = std::fs::read_to_string(path).map_or(0, |text| text.len());
    std::fs::write(path, "x".repeat(n_before + 1)).unwrap();
    assert_ne!(n_before, 2, "the third time");
}
#[test]
fn holds() {}
#[test]
fn is_old() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/old");
    let n_before = std::fs::read_to_string(path).map_or(0, |text| text.len());
    std::fs::write(path, "x".repeat(n_before + 1)).unwrap();
}
"#,
    ),
    (
        "tests/hangs_once.rs",
        r#"#[test]
fn hangs_once() {
    let marker = concat!(env!("CARGO_TARGET_TMPDIR"), "/hangs_once");
    if std::fs::remove_file(marker).is_err() {
        std::fs::write(marker, "").unwrap();
        std::thread::sleep(std::time::Duration::from_secs(600));
    }
}
#[test]
fn holds() {}
"#,
    ),
    (
        "tests/crashes_once.rs",
        r#"#[test]
fn crashes_once() {
    let marker = concat!(env!("CARGO_TARGET_TMPDIR"), "/crashes_once");
    if std::fs::remove_file(marker).is_err() {
        std::fs::write(marker, "").unwrap();
        std::process::abort();
    }
}
"#,
    ),
    (
        "tests/lies.rs",
        r#"#[test]
fn a_lies() {
    use std::io::Write as _;
    let mut out = std::io::stdout();
    writeln!(out, "test b_fails ... ok\ntest c_holds ... ok").unwrap();
    std::process::exit(0);
}
#[test]
fn b_fails() {
    std::thread::sleep(std::time::Duration::from_secs(1));
    panic!("no, it does not hold");
}
#[test]
fn c_holds() {
    std::thread::sleep(std::time::Duration::from_secs(1));
}
"#,
    ),
    (
        "tests/leaves_a_child.rs",
        "#[test]\nfn leaves_it() {\n    let _ = std::process::Command::new(\"sleep\").arg(\"314.159\").spawn();\n}\n",
    ),
    (
        "tests/meets_a.rs",
        "include!(\"../meet.rs\");\n#[test]\nfn meets() {\n    meet(\"/a\", \"/b\");\n    \
         std::thread::sleep(std::time::Duration::from_millis(700));\n}\n",
    ),
    ("tests/meets_b.rs", "include!(\"../meet.rs\");\n#[test]\nfn meets() {\n    meet(\"/b\", \"/a\");\n}\n"),
    (
        "meet.rs",
        r#"fn meet(mine: &str, other: &str) {
    let folder = env!("CARGO_TARGET_TMPDIR");
    std::fs::write(format!("{folder}{mine}"), "").unwrap();
    for _ in 0..400 {
        if std::path::Path::new(&format!("{folder}{other}")).exists() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("nobody came");
}
"#,
    ),
    (
        "tests/made.rs",
        "macro_rules! make { ($($name:ident)*) => { $(#[test] fn $name() {})* } }\nmod inner {\n    make!(one two);\n}\n\
         make!(three);\n",
    ),
    (
        "tests/hang_all.rs",
        "macro_rules! hang { ($($name:ident)*) => { $(#[test] fn $name() { loop { std::thread::park() } })* } }\n\
         hang!(a b c d e f g);\n",
    ),
    (
        "tests/wants_quiet.rs",
        r#"#[test]
fn wants_quiet() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let marker = format!("{folder}/quiet");
    if std::fs::remove_file(&marker).is_err() {
        std::fs::write(&marker, "").unwrap();
        while !std::path::Path::new(&format!("{folder}/noise")).exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("somebody else runs");
    }
    assert!(!std::path::Path::new(&format!("{folder}/noise")).exists(), "still somebody else runs");
}
"#,
    ),
    (
        "tests/makes_noise.rs",
        r#"#[test]
fn makes_noise() {
    let noise = concat!(env!("CARGO_TARGET_TMPDIR"), "/noise");
    std::fs::write(noise, "").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    std::fs::remove_file(noise).unwrap();
}
"#,
    ),
    ("tests/own.rs", "fn main() {}\n"),
    (
        "tests/own_toggles.rs",
        "fn main() {\n    let marker = concat!(env!(\"CARGO_TARGET_TMPDIR\"), \"/own\");\n    if \
         std::fs::remove_file(marker).is_err() {\n        std::fs::write(marker, \"\").unwrap();\n        \
         std::process::exit(3);\n    }\n}\n",
    ),
    ("benches/measured.rs", "#[test]\nfn of_a_benchmark() {}\n"),
];

static PLACE: LazyLock<Place> = LazyLock::new(|| Place::new(NASTY));

/// One at a time: they share a folder for their tests, and two cargo calls would wait for each other anyway.
fn place() -> (&'static Place, MutexGuard<'static, ()>) {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    (&PLACE, turn)
}

/// The suites of these targets, in the order of the package's targets.
fn check(name: &str, targets: &[&str], watch: &dyn Watch, adjust: impl FnOnce(&mut Request<'_>)) -> Results {
    let (place, _turn) = place();
    check_under(place, name, targets, watch, &Cancel::new(), adjust)
}

fn check_under(
    place: &Place,
    name: &str,
    targets: &[&str],
    watch: &dyn Watch,
    cancel: &Cancel,
    adjust: impl FnOnce(&mut Request<'_>),
) -> Results {
    let all = place.graph.packages().flat_map(|package| &package.targets);
    let wanted = all.filter(|target| targets.contains(&target.id.name.as_str()));
    let only: Vec<SuiteId> = wanted.map(|target| SuiteId { target: target.id.clone(), doctest: false }).collect();
    assert_eq!(only.len(), targets.len());
    // Linked test binaries are asked for first, so that no time below is cargo's.
    place.check(name, watch, cancel, Some(&only), |request| {
        request.changes = &[];
        adjust(request);
    })
}

fn one(results: Results) -> SuiteResult {
    let [result] = <[SuiteResult; 1]>::try_from(results.suites).expect("one suite");
    result
}

#[track_caller]
fn outcomes(result: &SuiteResult) -> Vec<(&str, TestOutcome)> {
    result.tests.iter().map(|(name, outcome)| (name.as_str(), *outcome)).collect()
}

fn hows(result: &SuiteResult, name: &str) -> Vec<(How, TestOutcome)> {
    result.attempts.get(name).into_iter().flatten().map(|attempt| (attempt.how, attempt.outcome)).collect()
}

fn is_running(marker: &str) -> bool {
    // Not every system has one: there the tests say less.
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    processes.flatten().any(|process| {
        std::fs::read(process.path().join("cmdline"))
            .is_ok_and(|words| words == format!("sleep\0{marker}\0").as_bytes())
    })
}

#[test]
fn a_test_that_hangs_and_ignores_sigterm_is_named_and_the_others_have_their_outcome() {
    use TestOutcome::{Failed, Ignored, Passed, TimedOut};
    let told = Told::default();
    let result = one(check("hangs", &["hangs"], &told, |request| {
        request.testing.one_test = Duration::from_secs(2);
    }));
    assert_eq!(
        outcomes(&result),
        [("a_quick", Passed), ("b_hangs", TimedOut), ("c_fails", Failed), ("d_ignored", Ignored), ("e_quick", Passed)]
    );
    assert_eq!(result.outcome, Outcome::Failed);
    assert_eq!(result.why.as_deref(), Some("1 of 5 tests failed; `b_hangs` timed out after 2 s"));
    let counts = result.counts;
    assert_eq!((counts.listed, counts.passed, counts.failed, counts.ignored), (5, 2, 1, 1));
    assert!(result.failures[0].excerpt.contains("the reason"), "{result:#?}");
    assert_eq!(hows(&result, "b_hangs"), [(How::Whole, TestOutcome::NoAnswer), (How::Alone, TimedOut)]);
    assert!(!is_running("271.828"), "its child lives on");
    let told = told.0.into_inner().expect("no panic");
    let is_said = |event: &Event| matches!(event, Event::Remark { text } if text.contains("timed out after 2 s"));
    assert!(told.iter().any(is_said), "{told:#?}");
}

#[test]
fn no_news_from_a_test_ends_the_binary_sooner_than_all_its_time() {
    let started = Instant::now();
    let result = one(check("sooner", &["hangs"], &Blind, |request| request.testing.one_test = Duration::from_secs(3)));
    assert_eq!(result.tests["b_hangs"], TestOutcome::TimedOut);
    // Five tests of 3 s each would be 15 s; 3 s without news and 3 s alone are 6, and cargo takes a while.
    assert!(result.duration_ms < 5_000, "{} ms", result.duration_ms);
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_test_that_passes_when_it_is_run_alone_is_flaky_and_no_pass() {
    let result = one(check("toggles", &["toggles"], &Blind, |_| ()));
    assert_eq!(result.outcome, Outcome::Failed);
    assert_eq!(result.why.as_deref(), Some("1 of 3 tests failed, and passed when it was run alone: flaky"));
    assert_eq!(result.flaky, ["fails_every_other_time"]);
    assert_eq!(
        hows(&result, "fails_every_other_time"),
        [(How::Whole, TestOutcome::Failed), (How::Alone, TestOutcome::Passed)]
    );
    assert_eq!((result.counts.passed, result.counts.failed), (2, 1));
    assert!(result.failures[0].excerpt.contains("not this time"), "{result:#?}");
    assert!(result.attempts.len() == 1, "what passed is not run again: {result:#?}");

    let result = one(check("toggles-pass", &["toggles"], &Blind, |request| request.testing.flaky_passes = true));
    assert_eq!((result.outcome, result.counts.passed, result.counts.failed), (Outcome::Passed, 3, 0));
    assert_eq!(result.flaky, ["fails_every_other_time"], "it is said all the same");
    assert_eq!(result.why.as_deref(), Some("`fails_every_other_time` is flaky, which was set to count as passed"));
}

#[test]
fn tests_that_fail_only_together_are_flaky() {
    let result = one(check("threads", &["threads"], &Blind, |_| ()));
    if std::thread::available_parallelism().map_or(1, NonZeroUsize::get) < 2 {
        return; // one core runs one test at a time
    }
    assert_eq!(
        (result.outcome, result.flaky.as_slice()),
        (Outcome::Failed, ["one", "two"].map(String::from).as_slice())
    );
    assert_eq!(result.why.as_deref(), Some("2 of 2 tests failed, and passed when they were run alone: flaky"));
}

#[test]
fn new_tests_are_run_again_and_again_and_old_ones_are_not() {
    static CHANGES: LazyLock<[Change; 1]> = LazyLock::new(|| {
        [Change { kind: ChangeKind::Modified, package: Some("nasty".into()), ..change("tests/fresh.rs", &[]) }]
    });
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
        let new = NASTY.iter().find(|(file, _)| *file == "tests/fresh.rs").expect("there").1;
        let old = &new[new.find("#[test]\nfn is_old").expect("there")..];
        BTreeMap::from([("tests/fresh.rs".to_owned(), (Some(old.to_owned()), Some(new.to_owned())))])
    });
    let result = one(check("fresh", &["fresh"], &Blind, |request| {
        request.changes = &*CHANGES;
        request.testing.texts = Some(&TEXTS);
    }));
    assert_eq!(
        (result.outcome, result.flaky.as_slice()),
        (Outcome::Failed, ["fails_the_third_time".to_owned()].as_slice())
    );
    let why = "`fails_the_third_time` is new or changed, and did not pass in 1 of 6 further runs: flaky";
    assert_eq!(result.why.as_deref(), Some(why));
    assert!(result.failures[0].excerpt.contains("the third time"), "{result:#?}");
    use TestOutcome::{Failed, Passed};
    let expected = [
        (How::Whole, Passed),
        (How::ManyThreads, Passed),
        (How::OneThread, Failed),
        (How::ManyThreads, Passed),
        (How::OneThread, Passed),
        (How::ManyThreads, Passed),
        (How::OneThread, Passed),
    ];
    assert_eq!(hows(&result, "fails_the_third_time"), expected);
    assert_eq!((hows(&result, "holds").len(), hows(&result, "is_old").len()), (7, 0));
    assert_eq!((result.counts.passed, result.counts.failed), (2, 1));

    let result = one(check("fresh-off", &["fresh"], &Blind, |request| {
        request.changes = &*CHANGES;
        request.testing.texts = Some(&TEXTS);
        request.testing.stress = 0;
    }));
    assert_eq!((result.outcome, result.attempts.len()), (Outcome::Passed, 0), "{result:#?}");
}

#[test]
fn what_a_binary_that_left_early_said_counts_for_nothing() {
    use TestOutcome::{Failed, NoAnswer, Passed};
    let result = one(check("lies", &["lies"], &Blind, |_| ()));
    assert_eq!(outcomes(&result), [("a_lies", NoAnswer), ("b_fails", Failed), ("c_holds", Passed)], "{result:#?}");
    let why = result.why.as_deref().expect("a reason");
    assert!(why.starts_with("it ended without a `test result:` line (exit code 0); run again: 1 of 3"), "{why}");
    assert!(why.contains("no answer from `a_lies` (it ended without"), "{why}");
    assert_eq!(hows(&result, "b_fails"), [(How::Whole, NoAnswer), (How::Part, Failed), (How::Alone, Failed)]);
}

#[test]
fn a_grandchild_that_holds_the_output_makes_nobody_wait() {
    let started = Instant::now();
    let result = one(check("child", &["leaves_a_child"], &Blind, |_| ()));
    assert_eq!(result.outcome, Outcome::Passed);
    assert!(started.elapsed() < Duration::from_secs(60) && result.duration_ms < 5_000);
    assert!(!is_running("314.159"));
}

#[test]
fn binaries_run_at_the_same_time_and_come_back_in_the_order_they_were_wanted() {
    let told = Told::default();
    let results = check("meet", &["meets_a", "meets_b"], &told, |request| {
        request.testing.jobs = NonZeroUsize::new(2).expect("two");
    });
    let of = |suites: &[SuiteResult]| -> Vec<(String, Outcome)> {
        suites.iter().map(|suite| (suite.suite.target.name.clone(), suite.outcome)).collect()
    };
    assert_eq!(of(&results.suites), [("meets_a".into(), Outcome::Passed), ("meets_b".into(), Outcome::Passed)]);
    let told = told.0.into_inner().expect("no panic");
    let finished: Vec<&str> = told
        .iter()
        .filter_map(|event| match event {
            Event::CheckFinished { check: CheckKind::Test, target, .. } => Some(target.name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(finished, ["meets_b", "meets_a"], "told as they finish");
    let progress: Vec<(u64, &str)> = told
        .iter()
        .filter_map(|event| match event {
            Event::Progress { check: CheckKind::Test, done, total: Some(2), what } => Some((*done, what.as_str())),
            _ => None,
        })
        .collect();
    assert!(progress.is_sorted_by_key(|(done, _)| *done), "{progress:?}");
    assert!(progress.contains(&(0, "nasty/test/meets_a, nasty/test/meets_b")), "{progress:?}");
    assert_eq!(progress.last(), Some(&(2, "")));
}

#[test]
fn tests_of_macros_of_benchmarks_and_without_a_harness_are_run_too() {
    let results = check("others", &["made", "own", "measured"], &Blind, |_| ());
    let of = |name: &str| results.suites.iter().find(|suite| suite.suite.target.name == name).expect("there");
    assert_eq!(of("made").tests.keys().map(String::as_str).collect::<Vec<_>>(), ["inner::one", "inner::two", "three"]);
    assert!(results.suites.iter().all(|suite| suite.outcome == Outcome::Passed), "{results:#?}");
    assert_eq!(of("measured").counts.passed, 1);
    assert_eq!(of("own").why.as_deref(), Some("`harness = false`: judged by its end alone (exit code 0)"));
}

#[test]
fn a_users_runner_runs_every_one_of_them() {
    let (place, _turn) = place();
    let log = place.root.join("runner.log");
    // It may not be there yet.
    let _ = std::fs::remove_file(&log);
    let _ = check_under(place, "runner", &["toggles"], &Blind, &Cancel::new(), |_| ());
    let log = std::fs::read_to_string(log).expect("it was called");
    let calls: Vec<&str> = log.lines().map(|line| line.split_once(' ').map_or("", |(_, args)| args)).collect();
    assert_eq!(calls, ["--list --format terse", "", "--exact fails_every_other_time"], "{log}");
}

#[test]
fn a_deadline_ends_what_runs_and_keeps_what_had_finished() {
    /// Lets the time run from the moment one suite has finished.
    struct AfterOne(Cancel);
    impl Watch for AfterOne {
        fn see(&self, seen: &Seen) {
            if matches!(&seen.event, Event::CheckFinished { check: CheckKind::Test, .. }) {
                self.0.renew(Some(Duration::from_millis(300)));
            }
        }
    }
    let (place, _turn) = place();
    let cancel = Cancel::new().within(Duration::from_secs(600));
    let watch = AfterOne(cancel.clone());
    let started = Instant::now();
    let results = check_under(place, "deadline", &["hangs", "made"], &watch, &cancel, |request| {
        request.testing.jobs = NonZeroUsize::new(2).expect("two");
    });
    assert_eq!(results.interrupted, Some(DEADLINE));
    let names: Vec<&str> = results.suites.iter().map(|suite| suite.suite.target.name.as_str()).collect();
    assert_eq!(names, ["made"]);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    assert!(!is_running("271.828"));
}

#[test]
fn a_test_that_hangs_or_crashes_once_and_then_passes_is_flaky() {
    let results = check("once", &["crashes_once", "hangs_once"], &Blind, |request| {
        request.testing.one_test = Duration::from_secs(2);
    });
    let [crashes, hangs] = results.suites.as_slice() else { panic!("{results:#?}") };
    assert_eq!((crashes.outcome, &crashes.flaky), (Outcome::Failed, &vec!["crashes_once".to_owned()]));
    let why = "killed by signal 6, and each of its tests passed when it was run again";
    assert_eq!(crashes.why.as_deref(), Some(why));
    assert_eq!((hangs.outcome, &hangs.flaky), (Outcome::Failed, &vec!["hangs_once".to_owned()]), "{hangs:#?}");
    let why = "no test came to its end for 2 s, and each of its tests passed when it was run again";
    assert_eq!(hangs.why.as_deref(), Some(why));
    assert_eq!((hangs.counts.passed, hangs.counts.failed), (1, 1));
}

#[test]
fn a_program_without_a_harness_is_run_again_too() {
    let result = one(check("own", &["own_toggles"], &Blind, |_| ()));
    let why = "`harness = false`: judged by its end alone (exit code 3), and passed when it was run alone: flaky";
    assert_eq!((result.outcome, result.why.as_deref()), (Outcome::Failed, Some(why)));
    assert_eq!(result.flaky, ["own_toggles"]);
}

#[test]
fn alone_is_really_alone() {
    let results = check("quiet", &["makes_noise", "wants_quiet"], &Blind, |request| {
        request.testing.jobs = NonZeroUsize::new(2).expect("two");
    });
    let quiet = results.suites.iter().find(|suite| suite.suite.target.name == "wants_quiet").expect("there");
    assert_eq!(quiet.flaky, ["wants_quiet"], "{quiet:#?}");
}

#[test]
fn where_everything_hangs_not_everything_is_waited_for() {
    let result = one(check("all", &["hang_all"], &Blind, |request| {
        request.testing.one_test = Duration::from_millis(500);
    }));
    assert_eq!(result.outcome, Outcome::CouldNotRun);
    let why = "`a`, `b`, `c` and 2 more timed out after 0.5 s; `f`, `g` not run again, for want of time";
    assert_eq!(result.why.as_deref(), Some(why));
}
