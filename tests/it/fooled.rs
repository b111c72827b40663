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
    let payload: serde_json::Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let mut payload = payload;
    payload["testPlan"]["validationCommands"] = serde_json::json!(["false"]);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
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
