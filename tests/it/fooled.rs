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
fn code_that_was_broken_with_an_old_time_after_somebody_elses_build_is_seen_by_the_first_run() {
    // Once where cargo builds by itself, and once where it builds for a named platform in a folder of its own.
    for is_apart in [false, true] {
        // Nothing that clippy, who builds for itself, would complain of.
        let that_one_and_one_is = |number: u8| holding(&format!("std::hint::black_box(1) + 1 == {number}"));
        let tree = workspace(&[("one", &[("src/lib.rs", &that_one_and_one_is(2))]), ("two", &[])]);
        if is_apart {
            let said = tree.run("rustc", ["-vV"]).exits(0).stdout;
            let triple = said.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
            let config = format!("[build]\ntarget = \"{triple}\"\nbuild-dir = \"target/apart\"\n");
            tree.write(".cargo/config.toml", config);
        }
        let _ = tree.run("cargo", ["test", "--quiet", "--workspace", "--lib"]).exits(0);
        tree.write("one/src/lib.rs", that_one_and_one_is(3));
        let _ = tree.run("touch", ["-t", "202001010000", tree.root.join("one/src/lib.rs").as_str()]).exits(0);
        // What is built of another package later says nothing of this one.
        tree.write("two/src/lib.rs", "//! Another.\n");
        let _ = tree.run("cargo", ["test", "--quiet", "--package", "two", "--lib"]).exits(0);
        let ran = tree.handoff(["implement"]);
        assert_eq!(ran.status, Some(100), "apart: {is_apart}, {ran:#?}");
    }
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
    // Both are this work's: what was kept of one is looked at when the other is there.
    let tree = workspace(&[("one", &[("notes.txt", "Nobody reads it.\n")])]);
    tree.write("one/src/lib.rs", bad);
    passed(&tree);
    let aside = aside(&tree, "one/src/lib.rs");
    tree.write("one/src/lib.rs", "//! See nothing.\n");
    // Of documentation cargo compares the newest time in the package.
    let _ = tree.run("touch", [tree.root.join("one/notes.txt").as_str()]).exits(0);
    let _ = tree.handoff(["implement", "--doc", "--strict"]).exits(0);
    back(&tree, &aside, "one/src/lib.rs");
    let _ = tree.handoff(["implement", "--doc", "--strict"]).exits(100);
}

#[test]
fn source_put_back_with_an_old_time_is_built_by_a_prescribed_command() {
    let bad = "//! A package.\n\n#[cfg(not(debug_assertions))]\ncompile_error!(\"not for release\");\n";
    let tree = workspace(&[("one", &[])]);
    tree.write("one/src/lib.rs", bad);
    prescribe(&tree, &["cargo build --release"]);
    for _ in 0..2 {
        let _ = tree.handoff(["implement"]).exits(100);
    }
    let aside = aside(&tree, "one/src/lib.rs");
    tree.write("one/src/lib.rs", "//! The first package.\n");
    let _ = tree.handoff(["implement"]).exits(0);
    back(&tree, &aside, "one/src/lib.rs");
    // Whoever validates runs it too, and looks first. No check before it has to build.
    let ran = tree.handoff(["validate"]).exits(105);
    assert!(ran.stdout.contains("recorded as passed; failed now: exit code 101"), "{ran:#?}");
    let _ = tree.handoff(["implement"]).exits(100);
}

#[test]
fn a_whole_answer_that_is_told_again_says_nothing_that_is_past() {
    let tree = workspace(&[("one", &[("src/lib.rs", &holding("1 + 1 == 2"))])]);
    tree.ask_git(["rm", "--cached", "--quiet", "handoff/payload.json"]);
    passed(&tree);
    let ask = || {
        let ran = tree.handoff(["implement", "--message-format", "json"]).exits(0);
        ran.messages().last().expect("an answer").clone()
    };
    let has = |answer: &serde_json::Value, text: &str| answer["remarks"].to_string().contains(text);
    let answer = ask();
    assert!(has(&answer, "not in git yet: `handoff/payload.json`"), "{answer:#}");
    assert!(answer["runFolder"].is_string(), "{answer:#}");
    tree.ask_git(["add", "handoff/payload.json"]);
    fs::remove_dir_all(tree.root.join("handoff/runs")).expect("removed");
    let ran = tree.handoff(["implement", "--message-format", "json"]).exits(0);
    assert!(ran.stdout.contains("nothing has changed since the run of"), "{ran:#?}");
    let answer = ran.messages().last().expect("an answer").clone();
    assert!(!has(&answer, "not in git yet"), "{answer:#}");
    assert!(answer["runFolder"].is_null(), "{answer:#}");
}

#[test]
fn a_variable_that_changes_together_with_head_is_no_less_a_change() {
    let tree = workspace(&[("one", &[]), ("two", &[("src/lib.rs", &holding("std::env::var_os(\"MINE\").is_none()"))])]);
    passed(&tree);
    let mut payload: serde_json::Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    payload["plan"]["steps"][0]["packages"] = serde_json::json!(["one"]);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    tree.commit("Only the first package");
    let _ = with(&tree, "MINE=1", &["implement"]).exits(100);
}

#[test]
fn a_toolchain_file_of_a_workspace_below_the_root_counts_where_git_does_not_see_it() {
    let tree = Tree::empty();
    tree.write("rust/Cargo.toml", "[package]\nname = \"one\"\nedition = \"2024\"\n[workspace]\n");
    tree.write("rust/src/lib.rs", holding("1 + 1 == 2"));
    tree.write("rust/rust-toolchain.toml", "# One.\n[toolchain]\nprofile = \"minimal\"\n");
    tree.write(".gitignore", "target\nrust-toolchain.toml\n");
    let payload = serde_json::json!({
        "requirement": {"summary": "A workspace below the root."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["one"]}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "none"}]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile", "--manifest-path", "rust/Cargo.toml"]).exits(0);
    let tree = tree.git();
    passed(&tree);
    let is_told_again = || {
        let ran = tree.handoff(["implement"]).exits(0);
        format!("{}{}", ran.stdout, ran.stderr).contains("nothing has changed since")
    };
    assert!(is_told_again());
    tree.write("rust/rust-toolchain.toml", "# Two.\n[toolchain]\nprofile = \"minimal\"\n");
    assert!(!is_told_again());
}

#[test]
fn what_is_kept_is_not_looked_for_where_cargo_does_not_build() {
    let tree = Tree::empty();
    tree.write("house/Cargo.toml", "[workspace]\nmembers = [\"../one\"]\nresolver = \"3\"\n");
    tree.write("one/Cargo.toml", "[package]\nname = \"one\"\nedition = \"2024\"\nworkspace = \"../house\"\n");
    tree.write("one/src/lib.rs", holding("1 + 1 == 2"));
    tree.write(".gitignore", "target\n");
    let payload = serde_json::json!({
        "requirement": {"summary": "A workspace beside its member."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["one"]}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "none"}]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile", "--manifest-path", "house/Cargo.toml"]).exits(0);
    let tree = tree.git();
    for _ in 0..2 {
        let ran = tree.handoff(["implement", "--payload", PAYLOAD, "--manifest-path", "one/Cargo.toml"]).exits(0);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("nothing has changed since"), "{ran:#?}");
    }
    assert!(tree.root.join("house/target/handoff/cache/verdicts").is_dir());
    assert!(!tree.root.join("one/target").exists(), "nobody builds there");
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_of_another_package_that_a_test_runs_counts_although_nothing_depends_on_it() {
    let runs = "std::process::Command::new(\"../target/debug/tool\").status().unwrap().success()";
    let tool = |code: u8| format!("//! A program.\n\nfn main() {{\n    std::process::exit({code});\n}}\n");
    let tree = workspace(&[("user", &[("src/lib.rs", &holding(runs))]), ("tool", &[("src/main.rs", &tool(0))])]);
    // Something that builds the program itself and not only its tests.
    tree.write("tool/tests/it.rs", "#[test]\nfn holds() {}\n");
    tree.commit("A program");
    let mut payload: serde_json::Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    passed(&tree);
    tree.write("tool/src/main.rs", tool(1));
    let _ = tree.handoff(["implement"]).exits(100);
    // Also where no step asks for the package whose tests run it.
    payload["plan"]["steps"][0]["packages"] = serde_json::json!(["tool"]);
    tree.write("tool/src/main.rs", tool(0));
    let _ = tree.handoff(["implement"]).exits(0);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    tree.write("tool/src/main.rs", tool(2));
    let _ = tree.handoff(["implement"]).exits(100);
}
