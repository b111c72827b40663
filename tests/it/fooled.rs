//! Ways in which what is kept of earlier runs once fooled us, each of them held.

use crate::checks::{PAYLOAD, workspace};
use crate::tree::{Ran, Tree};
use std::fs;

/// A library whose one test holds while this does.
fn holding(condition: &str) -> String {
    format!(
        "//! A package.\n\n#[cfg(test)]\nmod tests {{\n    #[test]\n    fn holds() {{\n        assert!({condition});\n    }}\n}}\n"
    )
}

/// Passes twice: then all of it is kept.
#[track_caller]
fn passed(tree: &Tree) {
    for _ in 0..2 {
        let _ = tree.handoff(["implement"]).exits(0);
    }
}

fn with(tree: &Tree, variable: &str, args: &[&str]) -> Ran {
    tree.run("/usr/bin/env", [&[variable, env!("CARGO_BIN_EXE_cargo-handoff")], args].concat())
}

/// Lets the payload prescribe these commands.
fn prescribe(tree: &Tree, commands: &[&str]) {
    let mut payload: serde_json::Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    payload["testPlan"]["validationCommands"] = serde_json::json!(commands);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
}

#[test]
fn broken_code_put_back_after_somebody_else_built_the_mended_one_is_seen() {
    let tree = workspace(&[("one", &[("src/lib.rs", &holding("1 + 1 == 3"))])]);
    let _ = tree.handoff(["implement"]).exits(100);
    let lib = tree.root.join("one/src/lib.rs");
    let aside = tree.root.with_file_name("aside.rs");
    let _ = tree.run("cp", ["-p", lib.as_str(), aside.as_str()]).exits(0);
    tree.write("one/src/lib.rs", holding("1 + 1 == 2"));
    let _ = tree.run("cargo", ["test", "--quiet", "--workspace"]).exits(0);
    let _ = tree.run("mv", [aside.as_str(), lib.as_str()]).exits(0);
    let _ = tree.handoff(["implement"]).exits(100);
}

#[test]
fn settings_of_rustfmt_above_the_repository_count() {
    let tree = workspace(&[("one", &[("src/lib.rs", &holding("1 + 1 == 2"))])]);
    passed(&tree);
    fs::write(tree.root.with_file_name("rustfmt.toml"), "hard_tabs = true\n").expect("written");
    let ran = tree.handoff(["implement", "--strict"]).exits(100);
    assert!(ran.stdout.contains("not formatted"), "{ran:#?}");
    let ran = tree.handoff(["implement"]);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("nothing has changed since"), "{ran:#?}");
}

#[test]
fn a_variable_that_a_build_names_counts_even_where_its_kind_does_not() {
    let tree = workspace(&[("one", &[("src/lib.rs", &holding("option_env!(\"RUNNER_NAME\").is_none()"))])]);
    passed(&tree);
    let _ = with(&tree, "RUNNER_NAME=x", &["implement"]).exits(100);
}

#[test]
fn what_lies_behind_a_link_out_of_the_repository_counts() {
    let tree = workspace(&[("one", &[("src/lib.rs", "//! A package.\n\n#[cfg(test)]\nmod far;\n")])]);
    let far = tree.root.with_file_name("far.rs");
    fs::write(&far, "#[test]\nfn holds() {\n    assert_eq!(1 + 1, 2);\n}\n").expect("written");
    std::os::unix::fs::symlink(&far, tree.root.join("one/src/far.rs")).expect("linked");
    passed(&tree);
    fs::write(&far, "#[test]\nfn holds() {\n    assert_eq!(1 + 1, 3);\n}\n").expect("written");
    let _ = tree.handoff(["implement"]).exits(100);
}

#[test]
fn an_approval_is_news_to_whoever_remembers_that_there_was_none() {
    let tree = workspace(&[("one", &[("src/lib.rs", &holding("1 + 1 == 2"))])]);
    prescribe(&tree, &["false"]);
    let _ = tree.handoff(["implement"]).exits(77);
    for _ in 0..2 {
        let _ = tree.handoff(["validate"]).exits(0);
    }
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    let _ = tree.handoff(["validate"]).exits(100);
}

#[test]
fn values_of_variables_are_not_written_down() {
    let tree = workspace(&[("one", &[("src/lib.rs", &holding("1 + 1 == 2"))])]);
    for _ in 0..2 {
        let _ = with(&tree, "MY_ADDRESS=service://user:hunter2@host", &["implement"]).exits(0);
    }
    let ran = tree.run("grep", ["-rl", "hunter2", tree.root.as_str()]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
}

/// A procedural macro's manifest.
const MACRO: &str = "[package]\nname = \"mac\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n";

/// A macro that says what stands in `data.txt`, and one that waits for as long as the file `wait` lies outside of the
/// repository; both only where tests are built.
const MACROS: &str = r#"//! Macros.

use proc_macro::TokenStream;

fn is_clippy() -> bool {
    std::env::var_os("CLIPPY_ARGS").is_some()
}

/// What stands in the file.
#[proc_macro]
pub fn stands(_: TokenStream) -> TokenStream {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../data.txt")).unwrap();
    if !is_clippy() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../expanded"), &text).unwrap();
    }
    format!("{:?}", text.trim()).parse().unwrap()
}

/// Nothing, in time.
#[proc_macro]
pub fn wait(_: TokenStream) -> TokenStream {
    while !is_clippy() && std::fs::exists(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wait")).unwrap() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    TokenStream::new()
}
"#;

#[cfg(target_os = "linux")]
#[test]
fn what_cargo_built_before_somebody_ended_it_is_not_held_to_be_what_it_built_last() {
    let user = |name: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[dev-dependencies]\nmac = {{ path = \"../mac\" }}\n")
    };
    let (fast, slow) = (user("fast"), user("slow"));
    let tree = workspace(&[
        ("mac", &[("Cargo.toml", MACRO), ("src/lib.rs", MACROS)]),
        ("fast", &[("Cargo.toml", &fast), ("src/lib.rs", &holding("mac::stands!() == \"good\""))]),
        ("slow", &[("Cargo.toml", &slow), ("src/lib.rs", &(holding("true") + "\n#[cfg(test)]\nmac::wait!();\n"))]),
    ])
    .env("CARGO_BUILD_JOBS", "4");
    let (wait, expanded) = (tree.root.with_file_name("wait"), tree.root.with_file_name("expanded"));
    tree.write("data.txt", "bad\n");
    let _ = tree.handoff(["implement"]).exits(100);
    tree.write("data.txt", "good\n");
    fs::write(&wait, "").expect("written");
    let _ = tree.handoff(["implement", "--deadline", "20s"]).exits(106);
    assert_eq!(fs::read_to_string(expanded).expect("written by the macro"), "good\n", "it came as far as that");
    fs::remove_file(wait).expect("removed");
    tree.write("data.txt", "bad\n");
    let _ = tree.handoff(["implement"]).exits(100);
}

/// How often a warning of this run says that it cannot be remembered.
fn n_unkept(ran: &Ran) -> usize {
    format!("{}{}", ran.stdout, ran.stderr).matches("this run cannot be remembered").count()
}

#[test]
fn where_nothing_can_be_kept_it_is_said_once_and_the_outcome_stands() {
    let tree = workspace(&[("one", &[("src/lib.rs", &holding("1 + 1 == 2"))]), ("two", &[])]);
    let cache = tree.root.join("target/handoff/cache");
    passed(&tree);
    fs::remove_dir_all(&cache).expect("removed");
    fs::write(&cache, "no folder").expect("written");
    let ran = tree.handoff(["implement"]).exits(0);
    assert_eq!(n_unkept(&ran), 1, "{ran:#?}");
    tree.write("one/src/lib.rs", holding("1 + 1 == 3"));
    let ran = tree.handoff(["implement"]).exits(100);
    assert_eq!(n_unkept(&ran), 1, "{ran:#?}");
}

#[test]
fn a_failure_that_cannot_be_noted_is_no_answer_where_an_earlier_pass_would_count() {
    let marker = "!std::fs::exists(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../marker\")).unwrap()";
    let tree = workspace(&[("one", &[("src/lib.rs", &holding(marker))])]);
    passed(&tree);
    let failures = tree.root.join("target/handoff/cache/failures");
    fs::write(&failures, "no folder").expect("written");
    fs::write(tree.root.with_file_name("marker"), "").expect("written");
    let _ = tree.handoff(["implement", "--no-cache"]).exits(74);
    // The pass is forgotten: what is left cannot fool anybody.
    let ran = tree.handoff(["implement", "--no-cache"]).exits(100);
    assert_eq!(n_unkept(&ran), 1, "{ran:#?}");
}

/// Puts a file aside as it is, its time included. The path it lies at then.
#[track_caller]
fn aside(tree: &Tree, file: &str) -> String {
    let aside = tree.root.with_file_name("aside").to_string();
    let _ = tree.run("cp", ["-p", tree.root.join(file).as_str(), &aside]).exits(0);
    aside
}

#[track_caller]
fn back(tree: &Tree, aside: &str, file: &str) {
    let _ = tree.run("mv", [aside, tree.root.join(file).as_str()]).exits(0);
}

#[test]
fn documentation_put_back_with_an_old_time_is_looked_at() {
    let bad = "//! See [`Nothing`].\n";
    let tree = workspace(&[("one", &[("src/lib.rs", bad)])]);
    passed(&tree);
    let aside = aside(&tree, "one/src/lib.rs");
    tree.write("one/src/lib.rs", "//! See nothing.\n");
    let _ = tree.handoff(["implement", "--doc", "--strict"]).exits(0);
    back(&tree, &aside, "one/src/lib.rs");
    let _ = tree.handoff(["implement", "--doc", "--strict"]).exits(100);
}

#[test]
fn source_put_back_with_an_old_time_is_built_by_a_prescribed_command() {
    let bad = "//! A package.\n\n#[cfg(not(debug_assertions))]\ncompile_error!(\"not for release\");\n";
    let tree = workspace(&[("one", &[("src/lib.rs", bad)])]);
    prescribe(&tree, &["cargo build --release"]);
    let _ = tree.handoff(["implement"]).exits(100);
    let aside = aside(&tree, "one/src/lib.rs");
    tree.write("one/src/lib.rs", "//! A package.\n");
    let _ = tree.handoff(["implement"]).exits(0);
    back(&tree, &aside, "one/src/lib.rs");
    let _ = tree.handoff(["implement"]).exits(100);
}
