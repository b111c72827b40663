//! What does the workflow of `init --ci github` do, on a runner that is made up here, step by step?

use crate::ci::written;
use crate::tree::{Ran, Tree};
use crate::workflow;
use serde_json::Value;
use std::fs;

const LIB: &str = "adder/src/lib.rs";

/// What the workflow runs for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum For {
    PullRequest,
    MergeQueue,
}

/// A repository whose `main` moved on since the branch `work` left it with a recorded handoff.
fn honest() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    let test = "    #[test]\n    fn more_is_more() {\n        assert!(add(1, 1) < add(1, 2));\n    }\n\n";
    tree.change(LIB, "    #[test]\n    fn order", &format!("{test}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement"]).exits(0);
    tree.commit("Add another test, with its record");
    tree
}

/// The same with a test that fails, recorded as one that passes.
fn lying() -> Tree {
    let tree = honest();
    tree.change(LIB, "add(1, 1) < add(1, 2)", "add(1, 2) < add(1, 1)");
    tree.commit("Nobody will notice");
    tree
}

/// The same work, and nothing in `handoff/` on any branch.
fn silent() -> Tree {
    let tree = Tree::of("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(LIB, "//! Adds.", "//! Adds numbers.");
    tree.commit("Say it better");
    tree
}

/// What a runner went through: each step that ran, by name, and what it said.
struct Played {
    steps: Vec<(String, Ran)>,
    summary: String,
    /// The files of the artifact.
    kept: Vec<String>,
}

impl Played {
    #[track_caller]
    fn step(&self, name: &str) -> &Ran {
        let found = self.steps.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no step `{name}`")).1
    }
}

/// Expressions as a runner puts them in: there are no others.
#[track_caller]
fn filled(text: &str, temp: &str) -> String {
    let text = text.replace("${{ runner.temp }}", temp);
    assert!(!text.contains("${{"), "{text}");
    text
}

/// Brings the branch `work` into what CI is to judge, and checks that out as `actions/checkout` does.
#[track_caller]
fn check_out(base: &Tree, runner: &Tree, event: For, with: &Value) {
    assert_eq!(with["persist-credentials"], false);
    base.ask_git(["switch", "--quiet", "main"]);
    base.change("counter/src/main.rs", "//! Prints how many", "//! Says how many");
    let onto = base.commit("Somebody else's work");
    base.ask_git(["switch", "--quiet", "--detach", "main"]);
    base.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge work into main", "work"]);
    let (remote, local) = match event {
        For::PullRequest => ("refs/pull/1/merge".to_owned(), "refs/remotes/pull/1/merge".to_owned()),
        For::MergeQueue => {
            let queue = format!("gh-readonly-queue/main/pr-1-{onto}");
            (format!("refs/heads/{queue}"), format!("refs/remotes/origin/{queue}"))
        }
    };
    base.ask_git(["update-ref", &remote, "HEAD"]);
    runner.ask_git(["init", "--quiet", "-b", "main"]);
    runner.ask_git(["remote", "add", "origin", &format!("file://{}", base.root)]);
    let (depth, refs) = (format!("--depth={}", with["fetch-depth"]), format!("+{remote}:{local}"));
    runner.ask_git(["fetch", "--quiet", "--no-tags", &depth, "origin", &refs]);
    match remote.strip_prefix("refs/heads/") {
        Some(branch) => runner.ask_git(["checkout", "--quiet", "--force", "-B", branch, &local]),
        None => runner.ask_git(["checkout", "--quiet", "--force", &local]),
    };
    let event = serde_json::json!({ "merge_group": { "base_sha": onto } });
    fs::write(runner.root.with_file_name("event.json"), event.to_string()).expect("written");
}

/// Goes through the workflow's steps in order, as the runner does: a step that fails ends it, but for those with an
/// `if`. What cannot be had here is stood in for: the installation by the binary under test, `rustup` by a note of
/// what it was asked.
#[track_caller]
fn play(base: &Tree, event: For) -> Played {
    let runner = Tree::empty();
    let beside = |name: &str| runner.root.with_file_name(name);
    let (temp, summary, tools) = (beside("temp"), beside("summary.md"), beside("tools"));
    fs::create_dir(&temp).expect("made");
    fs::create_dir(&tools).expect("made");
    fs::write(&summary, "").expect("made");
    let stand_in = tools.join("rustup");
    fs::write(&stand_in, "#!/bin/sh\necho \"rustup $*\"\n").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    let path = runner.environment().into_iter().find(|(name, _)| name == "PATH").expect("a PATH").1;
    let path = path.into_string().expect("UTF-8");
    let event_file = beside("event.json");
    let (event_name, base_ref) = match event {
        For::PullRequest => ("pull_request", "main"),
        For::MergeQueue => ("merge_group", ""),
    };
    let runner = [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", event_name),
        ("GITHUB_EVENT_PATH", event_file.as_str()),
        ("GITHUB_BASE_REF", base_ref),
        ("GITHUB_STEP_SUMMARY", summary.as_str()),
        ("RUNNER_TEMP", temp.as_str()),
    ]
    .into_iter()
    .fold(runner, |runner, (name, value)| runner.env(name, value));
    let workflow = workflow::read(&written());
    let mut played = Played { steps: Vec::new(), summary: String::new(), kept: Vec::new() };
    let mut failed = false;
    for step in workflow::steps(&workflow, "handoff") {
        let name = step["name"].as_str().expect("a name").to_owned();
        match step["if"].as_str() {
            None if failed => continue,
            None => {}
            Some(condition) => assert_eq!(condition, "${{ !cancelled() }}"),
        }
        let action = step["uses"].as_str().map(|uses| uses.split('@').next().expect("split gives one"));
        match action {
            Some("actions/checkout") => check_out(base, &runner, event, &step["with"]),
            Some("actions/upload-artifact") => {
                let folder = filled(step["with"]["path"].as_str().expect("a path"), temp.as_str());
                let files = fs::read_dir(&folder).into_iter().flatten();
                played.kept =
                    files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
                played.kept.sort();
            }
            Some(other) => panic!("what is {other}?"),
            None => {
                let script = filled(step["run"].as_str().expect("a script"), "no expression is in a script");
                let folder = step["working-directory"].as_str().map(|folder| filled(folder, temp.as_str()));
                if name == "Install cargo-handoff" {
                    let exactly =
                        format!("cargo install cargo-handoff --locked --version {}", env!("CARGO_PKG_VERSION"));
                    assert_eq!(script, exactly);
                    assert_eq!(folder.as_deref(), Some(temp.as_str()), "outside of the checkout");
                    assert!(!runner.root.join(".git").exists(), "before anything is checked out");
                    continue;
                }
                assert_eq!(folder, None);
                let mut path = path.clone();
                if script.contains("rustup ") {
                    path = format!("{tools}:{path}");
                }
                fs::write(temp.join("step.sh"), &script).expect("written");
                let file = temp.join("step.sh");
                let command = format!("PATH='{path}' exec bash --noprofile --norc -eo pipefail '{file}'");
                let ran = runner.run("bash", ["-c", &command]);
                failed |= ran.status != Some(0);
                played.steps.push((name, ran));
            }
        }
    }
    played.summary = fs::read_to_string(&summary).expect("there");
    played
}

const VALIDATE: &str = "Validate the handoff";

#[test]
fn an_honest_pull_request_passes_and_its_reports_are_kept() {
    let played = play(&honest(), For::PullRequest);
    let rustup = played.step("Have rustfmt and clippy");
    assert!(rustup.stdout.ends_with("rustup component add rustfmt clippy\n"), "{rustup:#?}");
    let ran = played.step(VALIDATE);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(played.summary.contains("Sums may be three numbers long"), "{}", played.summary);
    assert_eq!(played.kept, ["handoff.html", "handoff.junit.xml", "handoff.sarif"]);
}

#[test]
fn a_pull_request_with_a_lie_fails_and_its_reports_are_kept_all_the_same() {
    let played = play(&lying(), For::PullRequest);
    let ran = played.step(VALIDATE);
    assert_eq!(ran.status, Some(105), "{ran:#?}");
    assert!(ran.stdout.lines().any(|line| line.starts_with("::error")), "{ran:#?}");
    assert!(played.summary.contains("Sums may be three numbers long"), "{}", played.summary);
    assert_eq!(played.kept, ["handoff.html", "handoff.junit.xml", "handoff.sarif"]);
}

#[test]
fn a_pull_request_without_a_handoff_passes_and_says_so() {
    let played = play(&silent(), For::PullRequest);
    let ran = played.step(VALIDATE);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(ran.stdout.contains("carries no handoff"), "{ran:#?}");
}

#[test]
fn what_a_merge_queue_brings_is_judged_alike() {
    let played = play(&honest(), For::MergeQueue);
    let ran = played.step(VALIDATE);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(!ran.stdout.contains("carries no handoff"), "{ran:#?}");
    let ran = play(&lying(), For::MergeQueue);
    assert_eq!(ran.step(VALIDATE).status, Some(105), "{:#?}", ran.step(VALIDATE));
}
