//! `implement --red`: the tests of the work, run on the baseline. One that passes there proves nothing.

use crate::tree::Tree;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PAYLOAD: &str = "handoff/payload.json";

const MANIFEST: &str = "[workspace]\nmembers = [\"calc\", \"mac\", \"odd\"]\nresolver = \"3\"\n";

/// What the baseline has: faults that the work mends.
const CALC: &str = "//! Calculates.
#![deny(unused_variables)]

pub mod old;

/// The smaller one of a number and ten.
///
/// ```
/// assert_eq!(calc::clamp(3), 3);
/// ```
pub fn clamp(number: i32) -> i32 {
    number
}

/// Counts down.
pub fn drain(mut number: u32) -> u32 {
    while number != 0 {
        number = if number == 7 { 7 } else { number - 1 };
    }
    number
}

/// Text of a number.
pub fn shown(number: i32) -> String {
    format!(\"{number}\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn was_there() {
        assert_eq!(clamp(3), 3);
    }

    #[test]
    fn is_lenient() {
        assert!(clamp(11) <= 11);
    }
}
";

/// What a derive macro makes of a type; on the baseline only of one.
const MAC: &str = "//! Derives.
use proc_macro::TokenStream;

/// Derives a name.
#[proc_macro_derive(Named)]
pub fn named(input: TokenStream) -> TokenStream {
    let text = input.to_string();
    let Some((_, rest)) = text.split_once(\"struct \") else { panic!(\"only structs have names\") };
    let name = rest.split([' ', ';']).next().unwrap_or_default();
    format!(\"impl {name} {{ fn name() -> &'static str {{ {name:?} }} }}\").parse().unwrap()
}
";

const ODD: &str = "//! Odd.

/// A number.
pub struct Number(pub i32);

/// One more.
pub fn next(number: &Number) -> i32 {
    number.0
}

#[cfg(test)]
mod tests {
    #[test]
    fn zero() {
        assert!(super::next(&super::Number(0)) < 2);
    }
}
";

fn manifest(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
}

/// The baseline, committed.
fn baseline() -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", MANIFEST);
    tree.write(".gitignore", "/target\n");
    tree.write("calc/Cargo.toml", manifest("calc", ""));
    tree.write("calc/src/lib.rs", CALC);
    tree.write(
        "calc/src/old.rs",
        "//! Twice.\n\n/// Twice the number.\npub fn twice(number: i32) -> i32 {\n    number + number + 1\n}\n",
    );
    tree.write("calc/tests/clamp.rs", "#[test]\nfn small() {\n    assert_eq!(calc::clamp(3), 3);\n}\n");
    tree.write(
        "calc/tests/shown.rs",
        "#[test]\nfn one_number() {\n    let expected = include_str!(\"snapshots/shown__one_number.snap\");\n    \
         assert_eq!(calc::shown(5), expected.trim());\n}\n",
    );
    tree.write("calc/tests/snapshots/shown__one_number.snap", "5\n");
    tree.write("mac/Cargo.toml", manifest("mac", "[lib]\nproc-macro = true\n"));
    tree.write("mac/src/lib.rs", MAC);
    tree.write(
        "mac/tests/derives.rs",
        "#[test]\nfn of_a_struct() {\n    #[derive(mac::Named)]\n    struct A;\n    assert_eq!(A::name(), \"A\");\n}\n",
    );
    tree.write("odd/Cargo.toml", manifest("odd", ""));
    tree.write("odd/src/lib.rs", ODD);
    let payload = json!({
        "requirement": {"summary": "Mend."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["calc", "mac", "odd", "extra"]}]},
        "testPlan": {"scenarios": [
            {"id": "s", "name": "clamps", "planStepId": "1", "tests": ["calc::large"]},
            {"id": "lenient", "name": "lenient", "planStepId": "1", "tests": ["calc::tests::is_lenient"]},
        ]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    tree.git()
}

/// The work, with tests of every kind.
fn work(tree: &Tree) {
    // Inline tests in the fixed file, beside one that was there and one that proves nothing.
    tree.change("calc/src/lib.rs", "-> i32 {\n    number\n}", "-> i32 {\n    number.min(10)\n}");
    tree.change("calc/src/lib.rs", "if number == 7 { 7 } else { number - 1 }", "number - 1");
    tree.change("calc/src/lib.rs", "format!(\"{number}\")", "format!(\"<{number}>\")");
    tree.change(
        "calc/src/lib.rs",
        "pub mod old;\n",
        "pub mod fresh;\npub mod added;\n\n/// Both ends.\npub fn within(number: i32) -> i32 {\n    clamp(number).max(0)\n}\n",
    );
    tree.change(
        "calc/src/lib.rs",
        "/// assert_eq!(calc::clamp(3), 3);\n/// ```\n",
        "/// assert_eq!(calc::clamp(3), 3);\n/// ```\n///\n/// ```\n/// // More than ten.\n/// \
         assert_eq!(calc::clamp(12), 10);\n/// ```\n",
    );
    tree.change(
        "calc/src/lib.rs",
        "    #[test]\n    fn is_lenient",
        "    #[test]\n    fn is_clamped() {\n        assert_eq!(clamp(11), 10);\n    }\n\n    #[test]\n    fn \
         drains() {\n        assert_eq!(drain(9), 0);\n    }\n\n    #[test]\n    fn says_nothing() {\n        let _ \
         = clamp(11);\n    }\n\n    #[test]\n    fn is_within() {\n        assert_eq!(within(-1), 0);\n    }\n\n    \
         #[test]\n    #[ignore = \"slow\"]\n    fn is_ignored() {\n        assert_eq!(clamp(11), 10);\n    }\n\n    \
         #[test]\n    fn is_lenient",
    );
    // A module under another name, and one that is new.
    tree.ask_git(["mv", "calc/src/old.rs", "calc/src/fresh.rs"]);
    tree.change(
        "calc/src/fresh.rs",
        "number + number + 1\n}\n",
        "number + number\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn twice_two() {\n        \
         assert_eq!(super::twice(2), 4);\n    }\n}\n",
    );
    tree.write(
        "calc/src/added.rs",
        "//! New.\n\n/// Three times.\npub fn thrice(number: i32) -> i32 {\n    3 * number\n}\n\n#[cfg(test)]\nmod tests \
         {\n    #[test]\n    fn thrice_two() {\n        assert_eq!(super::thrice(2), 6);\n    }\n}\n",
    );
    // Red by assertion beside what does not compile there, in one binary.
    tree.write(
        "calc/tests/clamp.rs",
        "use calc::{clamp, within};\n\n#[test]\nfn small() {\n    assert_eq!(clamp(3), 3);\n}\n\n#[test]\nfn large() {\n    \
         assert_eq!(clamp(30), 10, \"clamped\");\n}\n\n#[test]\nfn both_ends() {\n    assert_eq!(within(-3), 0);\n}\n",
    );
    // Only the snapshot changed.
    tree.write("calc/tests/snapshots/shown__one_number.snap", "<5>\n");
    // The macro panics on the baseline.
    tree.change(
        "mac/src/lib.rs",
        "let Some((_, rest)) = text.split_once(\"struct \") else { panic!(\"only structs have names\") };",
        "let split = text.split_once(\"struct \").or_else(|| text.split_once(\"enum \"));\n    let (_, rest) = \
         split.expect(\"a type\");",
    );
    tree.change(
        "mac/tests/derives.rs",
        "#[test]\n",
        "#[test]\nfn of_an_enum() {\n    #[derive(mac::Named)]\n    enum B {}\n    assert_eq!(B::name(), \
         \"B\");\n}\n\n#[test]\n",
    );
    // A derive for tests only on a production type: nothing to be sure of.
    tree.change(
        "odd/src/lib.rs",
        "pub struct Number",
        "#[cfg_attr(test, derive(PartialEq, Debug))]\npub struct Number",
    );
    tree.change("odd/src/lib.rs", "number.0\n", "number.0 + 1\n");
    tree.change(
        "odd/src/lib.rs",
        "    #[test]\n",
        "    #[test]\n    fn same() {\n        let one = super::Number(1);\n        assert_eq!(one, \
         super::Number(super::next(&super::Number(0))));\n    }\n\n    #[test]\n",
    );
    // A new member.
    tree.change("Cargo.toml", "\"odd\"", "\"odd\", \"extra\"");
    tree.write("extra/Cargo.toml", manifest("extra", ""));
    tree.write(
        "extra/src/lib.rs",
        "//! More.\n\n/// One.\npub fn one() -> i32 {\n    1\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn is_one() {\n        \
         assert_eq!(super::one(), 1);\n    }\n}\n",
    );
}

/// What each test came to, by suite and test: class, place and why.
fn reds(tree: &Tree) -> BTreeMap<String, (String, String, String)> {
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let mut found = BTreeMap::new();
    for suite in payload["implementation"]["tests"].as_array().into_iter().flatten() {
        for red in suite["red"].as_array().into_iter().flatten() {
            let text = |key: &str| red[key].as_str().unwrap_or_default().to_owned();
            let name = format!("{} {}", suite["id"].as_str().expect("an id").trim_start_matches("test:"), text("test"));
            found.insert(name, (text("class"), text("where"), text("why")));
        }
    }
    found
}

fn git_folder(tree: &Tree) -> BTreeMap<String, String> {
    tree.digest_of_everything().into_iter().filter(|(name, _)| name.starts_with(".git/")).collect()
}

#[test]
fn every_test_of_the_work_says_what_it_came_to_on_the_baseline() {
    let tree = baseline();
    work(&tree);
    let before = git_folder(&tree);
    // The sample is not tidy: its formatting fails the run.
    let _ = tree.handoff(["implement", "--red", "--test-timeout", "5s"]).exits(100);
    let reds = reds(&tree);
    let class = |name: &str| reds.get(name).map(|(class, ..)| class.as_str());
    let place = |name: &str| reds.get(name).map(|(_, place, _)| place.as_str());
    assert_eq!(class("calc/lib/calc tests::is_clamped"), Some("red-assertion"));
    let line = tree.read("calc/src/lib.rs").lines().position(|line| line.contains("clamp(11), 10")).expect("there") + 1;
    assert_eq!(place("calc/lib/calc tests::is_clamped"), Some(format!("calc/src/lib.rs:{line}").as_str()));
    assert_eq!(class("calc/lib/calc tests::drains"), Some("hangs"));
    assert_eq!(class("calc/lib/calc tests::says_nothing"), Some("not-red"), "the first negative control");
    assert_eq!(class("calc/lib/calc tests::is_lenient"), Some("not-red"), "the second, of a scenario");
    assert_eq!(class("calc/lib/calc tests::is_within"), Some("red-compile"));
    assert_eq!(class("calc/lib/calc tests::is_ignored"), Some("inconclusive"));
    assert_eq!(class("calc/lib/calc tests::was_there"), None, "it is as it was");
    assert_eq!(class("calc/lib/calc fresh::tests::twice_two"), Some("absent"));
    assert_eq!(class("calc/lib/calc added::tests::thrice_two"), Some("absent"));
    assert_eq!(class("calc/test/clamp large"), Some("red-assertion"));
    assert_eq!(place("calc/test/clamp large"), Some("calc/tests/clamp.rs:10"));
    assert_eq!(class("calc/test/clamp both_ends"), Some("red-compile"));
    assert_eq!(class("calc/test/clamp small"), Some("not-red"), "its lines moved");
    assert_eq!(class("calc/test/shown one_number"), Some("red-assertion"), "its snapshot changed");
    assert_eq!(class("mac/test/derives of_an_enum"), Some("red-compile"));
    assert_eq!(class("odd/lib/odd tests::same"), Some("inconclusive"));
    assert_eq!(class("extra/lib/extra tests::is_one"), Some("absent"));
    let doctest = reds.iter().find(|(name, _)| name.starts_with("calc/doctest/calc "));
    let doctest = doctest.map(|(_, (class, place, _))| (class.as_str(), place.as_str()));
    assert_eq!(doctest, Some(("red-assertion", "calc/src/lib.rs:18")));
    assert_eq!(git_folder(&tree), before, "nothing is written into the user's .git");
}

/// A package with one test that was mended, and a scenario that names it.
fn small() -> Tree {
    mended("", "//! One.\n\n/// One.\npub fn one() -> i32 {\n    2\n}\n", "    2\n")
}

/// The same with this in its manifest, and with this library, in which this text stands for what was mended.
fn mended(rest: &str, library: &str, wrong: &str) -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", manifest("one", &format!("\n[workspace]\n{rest}")));
    tree.write(".gitignore", "/target\n/local.txt\n");
    tree.write("src/lib.rs", library);
    let payload = json!({
        "requirement": {"summary": "Mend."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["one"]}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "is one", "planStepId": "1", "tests": ["one::is_one"]}]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    let tree = tree.git();
    tree.change("src/lib.rs", wrong, "    1\n");
    tree.write("tests/it.rs", "#[test]\nfn is_one() {\n    assert_eq!(one::one(), 1);\n}\n");
    tree
}

#[test]
fn what_fails_there_with_the_work_too_is_the_places_fault() {
    let tree = small();
    // What a test reads, and what one is compiled with, is here and not in git.
    tree.write("local.txt", "1\n");
    tree.write(
        "tests/it.rs",
        "#[test]\nfn is_one() {\n    assert_eq!(one::one(), 1);\n}\n\n#[test]\nfn reads() {\n    \
         let text = std::fs::read_to_string(\"local.txt\").expect(\"it is here\");\n    \
         assert_eq!(text.trim(), one::one().to_string());\n}\n\n#[test]\nfn is_told() {\n    \
         assert_eq!(include_str!(\"../local.txt\").trim(), one::one().to_string());\n}\n\n#[test]\nfn waits() {\n    \
         while !std::path::Path::new(\"local.txt\").exists() {}\n    assert_eq!(one::one(), 1);\n}\n",
    );
    let ran = tree.handoff(["implement", "--red", "--test-timeout", "3s"]).exits(0);
    let reds = reds(&tree);
    let of = |test: &str| reds.get(&format!("one/test/it {test}")).cloned().unwrap_or_default();
    assert_eq!(of("is_one").0, "red-assertion", "{}", ran.stderr);
    for test in ["reads", "is_told", "waits"] {
        let (class, _, why) = of(test);
        assert_eq!(class, "inconclusive", "{test}: {reds:#?}");
        assert!(why.starts_with("it fails there with the work too: "), "{test}: {why}");
    }
    assert!(of("reads").2.contains("tests/it.rs:8"), "{reds:#?}");
    assert!(of("is_told").2.contains("couldn't read"), "{reds:#?}");
}

#[test]
fn a_test_that_takes_most_of_its_time_now_may_only_be_slow_there() {
    let tree = mended("", "//! One.\n\n/// One.\npub fn one() -> i32 {\n    loop {}\n}\n", "    loop {}\n");
    let test = "#[test]\nfn is_one() {\n    std::thread::sleep(std::time::Duration::from_millis(1500));\n    \
                assert_eq!(one::one(), 1);\n}\n";
    tree.write("tests/it.rs", test);
    let _ = tree.handoff(["implement", "--red", "--test-timeout", "4s"]).exits(0);
    let (class, _, why) = reds(&tree)["one/test/it is_one"].clone();
    assert_eq!(class, "inconclusive", "{why}");
    assert!(why.starts_with("it did not end there in 4 s, and its suite takes "), "{why}");
}

#[test]
fn a_baseline_that_does_not_compile_shows_nothing() {
    let tree = mended("", "//! One.\n\n/// One.\npub fn one() -> i32 {\n    \"2\"\n}\n", "    \"2\"\n");
    tree.change(
        "src/lib.rs",
        "    1\n}\n",
        "    1\n}\n\n/// Two.\npub fn two() -> i32 {\n    2\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn is_two() {\n        \
         assert_eq!(super::two(), 2);\n    }\n}\n",
    );
    let _ = tree.handoff(["implement", "--red"]).exits(0);
    let reds = reds(&tree);
    // The other one would not compile either, and nobody can tell whether that is all.
    for test in ["one/test/it is_one", "one/lib/one tests::is_two"] {
        let (class, _, why) = &reds[test];
        assert_eq!(class, "inconclusive", "{test}: {reds:#?}");
        let expected = "the baseline itself does not compile there: error[E0308]: mismatched types (src/lib.rs:5)";
        assert_eq!(why, expected, "{test}");
    }
}

#[test]
fn a_baseline_that_cargo_cannot_read_shows_nothing() {
    let tree = small();
    let sound = tree.read("Cargo.toml");
    tree.write("Cargo.toml", format!("{sound}\n[dependencies]\ngone = {{ path = \"gone\" }}\n"));
    tree.ask_git(["commit", "--quiet", "--message", "Lose a package", "Cargo.toml"]);
    tree.write("Cargo.toml", sound);
    let _ = tree.handoff(["implement", "--red"]).exits(0);
    let (class, _, why) = reds(&tree)["one/test/it is_one"].clone();
    assert_eq!(class, "inconclusive");
    assert!(why.starts_with("cargo cannot read the baseline: "), "{why}");
    assert!(!why.contains(tree.root.as_str()), "{why}");
}

#[test]
fn lints_that_the_baseline_denies_make_nothing_red() {
    let library = "//! One.\n#![deny(warnings)]\n\n/// One.\npub fn one() -> i32 {\n    let unused = 3;\n    2\n}\n";
    let tree = mended("\n[lints.rust]\nwarnings = \"deny\"\n", library, "    let unused = 3;\n    2\n");
    tree.write("tests/other.rs", "#[test]\nfn holds_anyway() {\n    assert!(one::one() < 3);\n}\n");
    let _ = tree.handoff(["implement", "--red"]).exits(0);
    let reds = reds(&tree);
    assert_eq!(reds["one/test/it is_one"].0, "red-assertion", "{reds:#?}");
    assert_eq!(reds["one/test/other holds_anyway"].0, "not-red", "{reds:#?}");
}

fn on_scenario(tree: &Tree) -> Value {
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    payload["testPlan"]["scenarios"][0]["red"].clone()
}

#[test]
fn what_was_seen_stays_until_the_test_is_another_one() {
    let tree = small();
    let ran = tree.handoff(["implement", "--red", "--message-format", "json"]).exits(0);
    let told: Vec<Value> = ran.messages().into_iter().filter(|message| message["reason"] == "red").collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["class"], "red-assertion");
    assert_eq!(told[0]["where"], "tests/it.rs:3");
    let seen = reds(&tree);
    assert_eq!(seen["one/test/it is_one"].0, "red-assertion");
    assert_eq!(on_scenario(&tree)[0]["class"], "red-assertion");
    assert_eq!(on_scenario(&tree)[0]["suite"], "test:one/test/it");
    let text = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement", "--red", "--no-cache"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), text, "to see the same again is no news");
    let _ = tree.handoff(["implement", "--no-cache"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), text, "not to look again is none either");
    // The same test with other words around it is the same test.
    tree.write(
        "tests/it.rs",
        "//! Of one.\n\n#[test]\nfn is_one() {\n    // It is.\n    assert_eq!(one::one(), 1);\n}\n",
    );
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(reds(&tree).len(), 1);
    tree.change("tests/it.rs", "one::one(), 1", "one::one() + 1, 2");
    let ran = tree.handoff(["implement"]).exits(0);
    assert_eq!((reds(&tree).len(), on_scenario(&tree)), (0, json!([])), "another test was not seen to fail");
    assert!(ran.stderr.contains("`is_one`: not seen to fail as it is now"), "{}", ran.stderr);
}

#[test]
fn the_fifth_level_runs_red_again_and_contradicts_what_is_not() {
    let tree = small();
    tree.write("tests/other.rs", "#[test]\nfn holds_anyway() {\n    assert!(one::one() < 3);\n}\n");
    let _ = tree.handoff(["implement", "--red"]).exits(0);
    let claim = |ran: &crate::tree::Ran, id: &str| {
        let is_it = |message: &Value| message["reason"] == "claim" && message["claim"] == id;
        let found = ran.messages().into_iter().find(is_it).unwrap_or_default();
        (found["verdict"].as_str().unwrap_or_default().to_owned(), found["level"].clone())
    };
    let validate = ["validate", "--level", "5", "--message-format", "json"];
    let ran = tree.handoff(validate).exits(0);
    assert_eq!(claim(&ran, "red:test:one/test/it").0, "confirmed");
    assert_eq!(claim(&ran, "red:test:one/test/other").0, "confirmed", "that it proves nothing is true too");
    let ran = tree.handoff(["validate", "--level", "4", "--message-format", "json"]).exits(0);
    assert_eq!(claim(&ran, "red:test:one/test/it").0, "", "nobody looked");
    tree.write(PAYLOAD, tree.read(PAYLOAD).replace("\"not-red\"", "\"red-assertion\""));
    let ran = tree.handoff(validate).exits(105);
    assert_eq!(claim(&ran, "red:test:one/test/other").0, "contradicted");
    assert_eq!(claim(&ran, "red:test:one/test/it").0, "confirmed");
}
