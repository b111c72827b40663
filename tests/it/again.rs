//! Tests that pass once and fail another time, tests that hang, and a run whose time is over.

use crate::checks::{PAYLOAD, entry, suite, workspace};
use crate::tree::Tree;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A test that fails in every other run: its folder is the package's own, and git does not see the marker.
const TOGGLES: &str = "//! Toggles.\n\n#[test]\nfn toggles() {\n    let marker = \"marker.ignored\";\n    if \
                       std::fs::remove_file(marker).is_err() {\n        std::fs::write(marker, \"\").unwrap();\n        \
                       panic!(\"not this time\");\n    }\n}\n\n#[test]\nfn holds() {}\n";

/// What the last run's own record says of a suite.
#[track_caller]
fn record(tree: &Tree, id: &str) -> Value {
    let evidence = entry(tree, "tests", id)["evidenceRef"].as_str().expect("a run").to_owned();
    let record: Value = serde_json::from_str(&tree.read(&format!("{evidence}/record.json"))).expect("JSON");
    let suites = record["suites"].as_array().cloned().expect("a list");
    suites.into_iter().find(|suite| suite["id"] == id).expect("there")
}

#[test]
fn a_flaky_test_is_recorded_as_what_it_is_and_passes_only_where_somebody_says_so() {
    let tree = workspace(&[("odd", &[("src/lib.rs", TOGGLES)])]);
    let _ = tree.handoff(["implement", "--stress", "0"]).exits(100);
    let expected = "1 of 2 tests failed, and passed when it was run alone: flaky";
    assert_eq!(suite(&tree, "odd/lib/odd"), ("failed".into(), expected.into()));
    let test = entry(&tree, "tests", "test:odd/lib/odd");
    assert_eq!(test["flaky"], json!(["toggles"]));
    assert_eq!(test["counts"], json!({"listed": 2, "passed": 1, "failed": 1}));
    assert_eq!(test["failures"][0]["name"], "toggles");
    let attempts = record(&tree, "test:odd/lib/odd")["attempts"]["toggles"].clone();
    let of = |n: usize| (attempts[n]["how"].clone(), attempts[n]["outcome"].clone());
    assert_eq!((of(0), of(1)), ((json!("whole"), json!("failed")), (json!("alone"), json!("passed"))));

    let _ = tree.handoff(["implement", "--stress", "0", "--flaky-result", "pass"]).exits(0);
    let test = entry(&tree, "tests", "test:odd/lib/odd");
    assert_eq!((&test["status"], &test["flaky"]), (&json!("passed"), &json!(["toggles"])));
    assert_eq!(suite(&tree, "odd/lib/odd").1, "`toggles` is flaky, which was set to count as passed");

    // Who holds that against a run of their own cannot confirm it, and nobody has lied.
    let ran = tree.handoff(["validate", "-v"]).exits(100);
    let line = ran.stdout.lines().find(|line| line.contains("test:odd/lib/odd")).unwrap_or_default();
    assert!(line.contains("not-reproducible"), "{}", ran.stdout);
}

#[test]
fn a_new_test_that_fails_now_and_then_is_found_out_before_it_is_recorded_as_passed() {
    let tree = workspace(&[("odd", &[("src/lib.rs", "//! Odd.\n\n#[test]\nfn holds() {}\n")])]);
    let new = "\n#[test]\nfn fails_the_third_time() {\n    let count = \"count.ignored\";\n    let n_before = \
               std::fs::read_to_string(count).map_or(0, |text| text.len());\n    std::fs::write(count, \
               \"x\".repeat(n_before + 1)).unwrap();\n    assert_ne!(n_before, 2, \"the third time\");\n}\n";
    tree.write("odd/src/lib.rs", format!("//! Odd.\n\n#[test]\nfn holds() {{}}\n{new}"));
    let ran = tree.handoff(["implement"]).exits(100);
    let (outcome, why) = suite(&tree, "odd/lib/odd");
    assert_eq!(outcome, "failed");
    assert_eq!(why, "`fails_the_third_time` is new or changed, and did not pass in 1 of 3 further runs: flaky");
    assert!(ran.stdout.contains("the third time"), "{}", ran.stdout);
    let test = entry(&tree, "tests", "test:odd/lib/odd");
    assert_eq!((&test["flaky"], &test["added"]), (&json!(["fails_the_third_time"]), &json!(["fails_the_third_time"])));
    let _ = tree.handoff(["implement"]).exits(0);
    let before = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement", "-j", "1"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), before, "how often it was run again is no news");
}

#[test]
fn a_deadline_is_kept_and_what_had_finished_is_recorded() {
    let tree = workspace(&[
        ("fine", &[("src/lib.rs", "//! Fine.\n\n#[test]\nfn holds() {}\n")]),
        (
            "hangs",
            &[(
                "src/lib.rs",
                "//! Hangs.\n\n#[test]\nfn hangs() {\n    std::thread::sleep(std::time::Duration::from_secs(600));\n}\n\n\
                 #[test]\nfn quick() {}\n",
            )],
        ),
    ]);
    // Builds everything, and shows the hanging test by name.
    let _ = tree.handoff(["implement", "--test-timeout", "1500ms"]).exits(100);
    assert_eq!(suite(&tree, "hangs/lib/hangs"), ("could-not-run".into(), "`hangs` timed out after 1.5 s".into()));
    assert_eq!(record(&tree, "test:hangs/lib/hangs")["tests"], json!({"hangs": "timed-out", "quick": "passed"}));

    tree.change("fine/src/lib.rs", "fn holds() {}", "fn holds() {}\n\n#[test]\nfn holds_too() {}");
    let started = Instant::now();
    let ran = tree.handoff(["implement", "--deadline", "20s", "--message-format", "json"]).exits(106);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let last = ran.messages().pop().expect("a last line");
    assert_eq!((&last["outcome"], &last["exit"], &last["ready"]), (&json!("interrupted"), &json!(106), &json!(false)));
    assert_eq!(last["next"][0]["command"], "cargo handoff implement");
    assert!(last["next"][0]["why"].as_str().is_some_and(|why| why.starts_with("go on")), "{last}");
    assert_eq!(entry(&tree, "tests", "test:fine/lib/fine")["counts"], json!({"listed": 2, "passed": 2}));
    assert_eq!(suite(&tree, "hangs/lib/hangs").0, "could-not-run", "what it had not come to stands as it was");

    // What is recorded as failed is worse than that the time was over.
    let ran = tree.handoff(["validate", "--deadline", "15"]).exits(100);
    // What needs no check was held against reality all the same.
    let said = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("levels: V0 V1 V2 V3 done; V4 (checks run again)"), "{said}");
    assert!(said.contains("confirmed 1 change,"), "{said}");
    assert!(said.contains("the time given with `--deadline` is over: the checks were not run again"), "{said}");
    assert!(said.contains("validate: failed"), "{said}");
    let ran = tree.handoff(["implement", "--deadline", "1ms"]).exits(106);
    assert!(ran.stderr.contains("error[interrupted]"), "{}", ran.stderr);
}

#[test]
fn a_time_that_cannot_be_one_is_refused_and_what_can_is_said() {
    let tree = Tree::empty();
    for flag in ["--test-timeout", "--deadline"] {
        let ran = tree.handoff(["implement", flag, "soon"]).exits(2);
        assert!(ran.stderr.contains("`ms`, `s`, `m` or `h`"), "{}", ran.stderr);
    }
    let _ = tree.handoff(["implement", "-j", "0"]).exits(2);
}
