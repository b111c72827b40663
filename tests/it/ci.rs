//! The workflow of `init --ci github`: where it is written, and what it may not hold.

use crate::tree::Tree;
use crate::workflow;
use serde_json::Value;
use std::fs;

const PLACE: &str = ".github/workflows/handoff.yml";

/// The workflow for a workspace at the top.
#[track_caller]
pub(crate) fn written() -> String {
    let tree = Tree::of("two-crates").git();
    let _ = tree.handoff(["init", "--ci", "github"]).exits(0);
    tree.read(PLACE)
}

fn own(name: &str) -> String {
    let path = format!("{}/.github/workflows/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

// -- writing it

#[test]
fn it_is_written_at_the_top_and_no_payload_is_asked_for_or_touched() {
    let tree = Tree::of("two-crates").git().at("adder");
    let ran = tree.handoff(["init", "--ci", "github"]).exits(0);
    assert!(ran.stdout.contains("made `../.github/workflows/handoff.yml`") || ran.stdout.contains(PLACE), "{ran:#?}");
    assert!(ran.stdout.contains("cargo handoff init - "), "there is no payload yet: {ran:#?}");
    assert!(!tree.root.join("handoff").exists() && !tree.root.join("adder/handoff").exists());

    let tree = Tree::of("two-crates").payload("two-crates").git();
    let before = tree.digest_of_everything();
    let ran = tree.handoff(["init", "--ci", "github"]).exits(0);
    assert!(!ran.stdout.contains("cargo handoff init - "), "{ran:#?}");
    assert!(ran.stdout.contains("on a branch of its own"), "{ran:#?}");
    assert!(ran.stdout.contains("next: cargo handoff implement - or"), "nobody claims the new file yet: {ran:#?}");
    let mut after = tree.digest_of_everything();
    assert!(after.remove(PLACE).is_some());
    after.retain(|path, _| !path.starts_with(".github"));
    assert_eq!(after, before);
}

#[test]
fn the_same_one_is_there_already_and_another_is_never_written_over() {
    let tree = Tree::of("two-crates").git();
    let _ = tree.handoff(["init", "--ci", "github"]).exits(0);
    let text = tree.read(PLACE);
    for same in [text.clone(), text.replace('\n', "\r\n")] {
        tree.write(PLACE, &same);
        let ran = tree.handoff(["init", "--ci", "github"]).exits(0);
        assert!(ran.stdout.contains("is there already"), "{ran:#?}");
        assert_eq!(tree.read(PLACE), same);
    }
    let other = text.replace("timeout-minutes: 60", "timeout-minutes: 90");
    tree.write(PLACE, &other);
    let ran = tree.handoff(["init", "--ci", "github"]).exits(65);
    assert!(ran.stderr.starts_with("error[workflow-exists]: "), "{ran:#?}");
    assert!(ran.stderr.contains("only in yours: timeout-minutes: 90"), "{ran:#?}");
    assert!(ran.stderr.contains("not in yours: timeout-minutes: 60"), "{ran:#?}");
    assert_eq!(tree.read(PLACE), other);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let tree = Tree::of("two-crates").git();
    fs::create_dir(tree.root.join("../elsewhere")).expect("made");
    std::os::unix::fs::symlink("../elsewhere", tree.root.join(".github")).expect("linked");
    let ran = tree.handoff(["init", "--ci", "github"]).exits(65);
    assert!(ran.stderr.contains("is a link"), "{ran:#?}");
    assert_eq!(fs::read_dir(tree.root.join("../elsewhere")).expect("there").count(), 0);
}

#[test]
fn another_service_is_a_usage_error_that_lists_github() {
    let tree = Tree::of("two-crates").git();
    for args in [["--ci", "gitlab"].as_slice(), &["--ci", "github", "--new"], &["--ci", "github", "--from-branch", "x"]]
    {
        let ran = tree.handoff(["init"].iter().chain(args)).exits(2);
        assert!(ran.stderr.contains("--ci"), "{ran:#?}");
        assert!(args.len() != 2 || ran.stderr.contains("github"), "{ran:#?}");
    }
    assert!(!tree.root.join(".github").exists());
    let outside = Tree::of("two-crates");
    let _ = outside.handoff(["init", "--ci", "github"]).exits(78);
}

#[test]
fn a_workspace_below_the_top_is_worked_on_where_it_lies() {
    let tree = Tree::empty();
    crate::tree::copy(&crate::tree::fixtures().join("two-crates"), &tree.root.join("my rust"));
    let tree = tree.git();
    for folder in ["", "my rust", "my rust/adder"] {
        let tree = if folder.is_empty() { tree.copy() } else { tree.copy().at(folder) };
        let _ = tree.handoff(["init", "--ci", "github"]).exits(0);
        let workflow = workflow::read(&tree.read(PLACE));
        assert_eq!(workflow["defaults"]["run"]["working-directory"], "my rust", "from `{folder}`");
        assert_eq!(workflow::complaints(&tree.read(PLACE)), Vec::<String>::new());
    }
    let top = workflow::read(&written());
    assert_eq!(top["defaults"]["run"], serde_json::json!({ "shell": "bash" }));
}

// -- reading it

#[test]
fn the_workflow_is_one_by_the_schema_and_has_no_fault_and_neither_have_our_own() {
    for text in [written(), own("handoff.yml"), own("ci.yml")] {
        assert_eq!(workflow::complaints(&text), Vec::<String>::new(), "{text}");
    }
    let written = workflow::read(&written());
    assert_eq!(written["on"], serde_json::json!({ "pull_request": null, "merge_group": null }));
    assert_eq!(written["concurrency"]["cancel-in-progress"], true);
}

#[test]
fn our_own_workflow_differs_in_nothing_but_what_is_installed() {
    let (written, own) = (workflow::read(&written()), workflow::read(&own("handoff.yml")));
    for member in ["name", "on", "permissions", "concurrency", "defaults"] {
        assert_eq!(own[member], written[member], "{member}");
    }
    let rest = |workflow: &Value| -> Vec<Value> {
        let steps = workflow::steps(workflow, "handoff");
        steps.into_iter().filter(|step| step["name"] != "Install cargo-handoff").cloned().collect()
    };
    assert_eq!(rest(&own), rest(&written));
    let install = workflow::steps(&own, "handoff").into_iter().find(|step| step["name"] == "Install cargo-handoff");
    assert_eq!(install.expect("it installs itself")["run"], "cargo install --locked --path .");
}

/// The jobs the README shows, in the frame of the workflow that is written.
#[track_caller]
pub(crate) fn spread() -> String {
    let readme = include_str!("../../README.md");
    let jobs = readme.split_once("```yaml matrix\n").expect("it shows them").1.split_once("```").expect("it ends").0;
    let written = written();
    let (frame, _) = written.split_once("jobs:\n").expect("it has jobs");
    format!("{frame}{jobs}")
}

#[test]
fn the_jobs_that_spread_it_are_as_safe_and_begin_as_the_one_does() {
    assert_eq!(workflow::complaints(&spread()), Vec::<String>::new());
    let (spread, written) = (workflow::read(&spread()), workflow::read(&written()));
    let first: Vec<&Value> = workflow::steps(&written, "handoff").into_iter().take(3).collect();
    assert_eq!(first[2]["name"], "Have rustfmt and clippy");
    for job in ["part", "handoff"] {
        assert_eq!(workflow::steps(&spread, job)[..3], first, "{job}");
    }
    assert_eq!(workflow::steps(&spread, "plan")[..2], first[..2]);
    // The join is the verdict: it comes whatever became of the parts, and a lost part is refused there.
    assert_eq!(spread["jobs"]["handoff"]["needs"], serde_json::json!(["plan", "part"]));
    assert_eq!(spread["jobs"]["handoff"]["if"], "${{ !cancelled() }}");
    let join = workflow::steps(&spread, "handoff").pop().expect("steps");
    assert!(join["run"].as_str().is_some_and(|run| run.contains("merge --require reproduced")), "{join}");
}
