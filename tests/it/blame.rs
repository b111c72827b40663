//! `implement --blame`: each test that failed is run on the baseline, to say whether it failed there too.

use crate::tree::Tree;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PAYLOAD: &str = "handoff/payload.json";

const LIB: &str = "//! Adds.

/// Adds one.
///
/// ```
/// assert_eq!(adds::one(1), 2);
/// ```
pub fn one(number: u32) -> u32 {
    number + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds_one() {
        assert_eq!(super::one(1), 2);
    }

    #[test]
    fn never_held() {
        assert_eq!(super::one(1), 3);
    }
}
";

fn workspace() -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[workspace]\nmembers = [\"adds\"]\nresolver = \"3\"\n");
    tree.write(".gitignore", "/target\n");
    tree.write("adds/Cargo.toml", "[package]\nname = \"adds\"\nedition = \"2024\"\n");
    tree.write("adds/src/lib.rs", LIB);
    let payload = json!({
        "requirement": {"summary": "Add."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["adds"]}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "none"}]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    tree.git()
}

/// What each failure came to on the baseline, by suite and test.
fn before(tree: &Tree) -> BTreeMap<String, Option<String>> {
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let mut found = BTreeMap::new();
    for suite in payload["implementation"]["tests"].as_array().into_iter().flatten() {
        for failure in suite["failures"].as_array().into_iter().flatten() {
            let name =
                format!("{} {}", suite["id"].as_str().expect("an id"), failure["name"].as_str().expect("a name"));
            found.insert(name, failure["before"].as_str().map(str::to_owned));
        }
    }
    found
}

fn git_folder(tree: &Tree) -> BTreeMap<String, String> {
    tree.digest_of_everything().into_iter().filter(|(name, _)| name.starts_with(".git/")).collect()
}

#[test]
fn a_failure_says_whether_it_was_there_before() {
    let tree = workspace();
    tree.change("adds/src/lib.rs", "number + 1", "number + 2 - 2");
    tree.change("adds/src/lib.rs", "//! Adds.", "//! Adds.\n//!\n//! And says so.");
    tree.change(
        "adds/src/lib.rs",
        "    #[test]\n    fn never",
        "    #[test]\n    fn brand_new() {\n        assert_eq!(super::one(1), 2);\n    }\n\n    #[test]\n    fn never",
    );
    tree.write("adds/tests/added.rs", "#[test]\nfn of_a_new_target() {\n    assert_eq!(adds::one(1), 2);\n}\n");
    let _ = tree.handoff(["implement"]).exits(100);
    assert!(before(&tree).len() == 5 && before(&tree).values().all(Option::is_none), "{:?}", before(&tree));

    let untouched = git_folder(&tree);
    // All of it: off a terminal a long report is cut.
    let ran = tree.handoff(["implement", "--blame", "-v"]).exits(100);
    assert_eq!(git_folder(&tree), untouched);
    let expected = [
        ("test:adds/lib/adds tests::adds_one", "passed"),
        ("test:adds/lib/adds tests::never_held", "failed"),
        ("test:adds/lib/adds tests::brand_new", "absent"),
        ("test:adds/test/added of_a_new_target", "absent"),
        ("test:adds/doctest/adds adds/src/lib.rs - one (line 7)", "passed"),
    ];
    let expected: BTreeMap<String, Option<String>> =
        expected.into_iter().map(|(name, word)| (name.to_owned(), Some(word.to_owned()))).collect();
    assert_eq!(before(&tree), expected);
    for words in [
        "failed on the baseline too, and fails still: `tests::never_held`",
        "it passed on the baseline",
        "there was no such test on the baseline",
    ] {
        assert!(ran.stdout.contains(words), "`{words}` is not in\n{}", ran.stdout);
    }
    assert!(ran.stderr.contains("on the baseline"), "{}", ran.stderr);

    // The other tree's build is not this one's, in either direction.
    let recorded = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement", "--blame"]).exits(100);
    assert_eq!(tree.read(PAYLOAD), recorded, "the same again is no news");
    tree.change("adds/src/lib.rs", "number + 2 - 2", "number + 1");
    // What is left failed before: it is said, and fails the run only with `--strict`.
    let _ = tree.handoff(["implement", "--blame"]).exits(0);
    let left: Vec<(String, Option<String>)> = before(&tree).into_iter().collect();
    assert_eq!(left, [("test:adds/lib/adds tests::never_held".to_owned(), Some("failed".to_owned()))]);
}

#[test]
fn a_baseline_that_does_not_compile_gives_no_answer_and_a_target_folder_is_never_shared() {
    let tree = workspace();
    tree.write("adds/src/lib.rs", LIB.replace("number + 1", "number + none"));
    tree.write(".cargo/config.toml", format!("[build]\ntarget-dir = \"{}/elsewhere\"\n", tree.root));
    tree.write(".gitignore", "/target\n/elsewhere\n");
    let _ = tree.commit("Broken");
    tree.write("adds/src/lib.rs", LIB);
    let _ = tree.handoff(["implement", "--blame"]).exits(100);
    let name = "test:adds/lib/adds tests::never_held".to_owned();
    assert_eq!(before(&tree), BTreeMap::from([(name.clone(), Some("could-not-run".to_owned()))]));

    // With a baseline that compiles: what is built for it does not take the place of what is built here.
    let _ = tree.commit("Mended");
    tree.change("adds/src/lib.rs", "number + 1", "number + 2");
    let _ = tree.handoff(["implement", "--blame", "--base", "HEAD"]).exits(100);
    let one = "test:adds/lib/adds tests::adds_one".to_owned();
    assert_eq!(before(&tree).get(&one), Some(&Some("passed".to_owned())));
    let _ = tree.handoff(["implement", "--base", "HEAD"]).exits(100);
    assert!(before(&tree).contains_key(&one), "it still fails here");
    assert!(!before(&tree).contains_key(&name), "it holds here");
}

#[test]
fn what_failed_before_fails_the_run_only_where_it_is_asked_to() {
    let tree = workspace();
    tree.change("adds/src/lib.rs", "//! Adds.", "//! Adds.\n//!\n//! And says so.");
    let _ = tree.handoff(["implement"]).exits(100);
    let ran = tree.handoff(["implement", "--blame"]).exits(0);
    assert!(ran.stdout.contains("failed on the baseline too, and fails still"), "{}", ran.stdout);
    assert!(ran.stdout.contains("failed test adds/lib/adds\n  tests::never_held\n"), "it is open: {}", ran.stdout);
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    assert_eq!(payload["implementation"]["handoff"]["readyFor"], Value::Null, "and not ready");
    let _ = tree.handoff(["implement", "--blame", "--strict"]).exits(100);
}
