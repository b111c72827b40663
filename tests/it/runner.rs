//! What does the workflow of `init --ci github` do, on a runner that is made up here, step by step?

use crate::ci::{spread, written};
use crate::tree::{Ran, Tree};
use crate::workflow;
use serde_json::Value;
use std::collections::BTreeMap;
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
    /// What its steps wrote for other jobs: `name=value` a line.
    output: String,
}

impl Played {
    #[track_caller]
    fn step(&self, name: &str) -> &Ran {
        let found = self.steps.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no step `{name}`")).1
    }
}

/// What jobs left for others and for whoever looks at the run: by name, each file with its bytes.
type Artifacts = BTreeMap<String, BTreeMap<String, Vec<u8>>>;

/// Expressions as a runner puts them in: there are no others.
#[track_caller]
fn filled(text: &str, known: &[(&str, &str)]) -> String {
    let put_in = |text: String, (name, value): &(&str, &str)| text.replace(&format!("${{{{ {name} }}}}"), value);
    let text = known.iter().fold(text.to_owned(), put_in);
    assert!(!text.contains("${{"), "{text}");
    text
}

/// What CI is to judge, as its server has it.
struct Brought<'b> {
    base: &'b Tree,
    event: For,
    /// The ref there, and what it is called in a checkout.
    remote: String,
    local: String,
    onto: String,
}

/// Brings the branch `work` into `main`, which moved on since.
fn bring(base: &Tree, event: For) -> Brought<'_> {
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
    Brought { base, event, remote, local, onto }
}

/// Checks it out as `actions/checkout` does.
#[track_caller]
fn check_out(brought: &Brought<'_>, runner: &Tree, with: &Value) {
    assert_eq!(with["persist-credentials"], false);
    let Brought { base, remote, local, .. } = brought;
    runner.ask_git(["init", "--quiet", "-b", "main"]);
    runner.ask_git(["remote", "add", "origin", &format!("file://{}", base.root)]);
    let (depth, refs) = (format!("--depth={}", with["fetch-depth"]), format!("+{remote}:{local}"));
    runner.ask_git(["fetch", "--quiet", "--no-tags", &depth, "origin", &refs]);
    match remote.strip_prefix("refs/heads/") {
        Some(branch) => runner.ask_git(["checkout", "--quiet", "--force", "-B", branch, local]),
        None => runner.ask_git(["checkout", "--quiet", "--force", local]),
    };
}

/// A machine for one job, with nothing on it but the tools. What cannot be had here is stood in for: `rustup` by a note of
/// what it was asked.
fn machine(brought: &Brought<'_>) -> Tree {
    let runner = Tree::empty();
    let beside = |name: &str| runner.root.with_file_name(name);
    for folder in ["temp", "tools"] {
        fs::create_dir(beside(folder)).expect("made");
    }
    for file in ["summary.md", "output"] {
        fs::write(beside(file), "").expect("made");
    }
    let stand_in = beside("tools").join("rustup");
    fs::write(&stand_in, "#!/bin/sh\necho \"rustup $*\"\n").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    let event = serde_json::json!({ "merge_group": { "base_sha": brought.onto } });
    fs::write(beside("event.json"), event.to_string()).expect("written");
    let (event_name, base_ref) = match brought.event {
        For::PullRequest => ("pull_request", "main"),
        For::MergeQueue => ("merge_group", ""),
    };
    let files = [
        ("GITHUB_EVENT_PATH", beside("event.json")),
        ("GITHUB_STEP_SUMMARY", beside("summary.md")),
        ("GITHUB_OUTPUT", beside("output")),
        ("RUNNER_TEMP", beside("temp")),
    ];
    let words =
        [("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", event_name), ("GITHUB_BASE_REF", base_ref)];
    let runner = files.iter().fold(runner, |runner, (name, file)| runner.env(name, file.as_str()));
    words.into_iter().fold(runner, |runner, (name, value)| runner.env(name, value))
}

/// Goes through a job's steps in order, as a runner does: a step that fails ends it, but for those with an `if`. The
/// installation is stood in for by the binary under test.
#[track_caller]
fn run_job(brought: &Brought<'_>, steps: &[&Value], known: &[(&str, &str)], artifacts: &mut Artifacts) -> Played {
    let runner = machine(brought);
    let beside = |name: &str| runner.root.with_file_name(name);
    let temp = beside("temp");
    let mut known = known.to_vec();
    known.push(("runner.temp", temp.as_str()));
    let path = runner.environment().into_iter().find(|(name, _)| name == "PATH").expect("a PATH").1;
    let path = path.into_string().expect("UTF-8");
    let mut ran_steps = Vec::new();
    let mut failed = false;
    for step in steps {
        let name = step["name"].as_str().expect("a name").to_owned();
        match step["if"].as_str() {
            None if failed => continue,
            None => {}
            Some(condition) => assert_eq!(condition, "${{ !cancelled() }}"),
        }
        let with = |name: &str| filled(step["with"][name].as_str().expect("it is said"), &known);
        let action = step["uses"].as_str().map(|uses| uses.split('@').next().expect("split gives one"));
        match action {
            Some("actions/checkout") => check_out(brought, &runner, &step["with"]),
            Some("actions/upload-artifact") => {
                let files = fs::read_dir(with("path")).into_iter().flatten().map(|file| file.expect("a file"));
                let named = |file: fs::DirEntry| {
                    (file.file_name().to_string_lossy().into_owned(), fs::read(file.path()).expect("read"))
                };
                let before = artifacts.insert(with("name"), files.map(named).collect());
                assert!(before.is_none(), "an artifact of this name is there already");
            }
            Some("actions/download-artifact") => {
                assert_eq!(step["with"]["merge-multiple"], true);
                let (pattern, folder) = (with("pattern"), with("path"));
                let start = pattern.strip_suffix('*').expect("a star ends it");
                fs::create_dir_all(&folder).expect("made");
                for (name, bytes) in artifacts.iter().filter(|(name, _)| name.starts_with(start)).flat_map(|(_, it)| it)
                {
                    let place = std::path::Path::new(&folder).join(name);
                    assert!(!place.exists(), "`{name}` is in two artifacts");
                    fs::write(place, bytes).expect("written");
                }
            }
            Some(other) => panic!("what is {other}?"),
            None => {
                let script = filled(step["run"].as_str().expect("a script"), &[]);
                let folder = step["working-directory"].as_str().map(|folder| filled(folder, &known));
                if name == "Install cargo-handoff" {
                    let exactly =
                        format!("cargo install cargo-handoff --locked --version {}", env!("CARGO_PKG_VERSION"));
                    assert_eq!(script, exactly);
                    assert_eq!(folder.as_deref(), Some(temp.as_str()), "outside of the checkout");
                    assert!(!runner.root.join(".git").exists(), "before anything is checked out");
                    continue;
                }
                assert_eq!(folder, None);
                let mut set = format!("PATH='{path}'");
                if script.contains("rustup ") {
                    set = format!("PATH='{}:{path}'", beside("tools"));
                }
                for (name, value) in step["env"].as_object().into_iter().flatten() {
                    set.push_str(&format!(" {name}='{}'", filled(value.as_str().expect("a text"), &known)));
                }
                fs::write(temp.join("step.sh"), &script).expect("written");
                let file = temp.join("step.sh");
                let command = format!("{set} exec bash --noprofile --norc -eo pipefail '{file}'");
                let ran = runner.run("bash", ["-c", &command]);
                failed |= ran.status != Some(0);
                ran_steps.push((name, ran));
            }
        }
    }
    let written = |name: &str| fs::read_to_string(beside(name)).expect("there");
    Played { steps: ran_steps, summary: written("summary.md"), output: written("output") }
}

/// The one job of the workflow that is written, and the files of its artifact.
#[track_caller]
fn play(base: &Tree, event: For) -> (Played, Vec<String>) {
    let workflow = workflow::read(&written());
    let mut artifacts = Artifacts::new();
    let played = run_job(&bring(base, event), &workflow::steps(&workflow, "handoff"), &[], &mut artifacts);
    let kept = artifacts.remove("handoff").unwrap_or_default();
    (played, kept.into_keys().collect())
}

const VALIDATE: &str = "Validate the handoff";

#[test]
fn an_honest_pull_request_passes_and_its_reports_are_kept() {
    let (played, kept) = play(&honest(), For::PullRequest);
    let rustup = played.step("Have rustfmt and clippy");
    assert!(rustup.stdout.ends_with("rustup component add rustfmt clippy\n"), "{rustup:#?}");
    let ran = played.step(VALIDATE);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(!ran.stdout.contains("--decide"), "nobody decides in a CI's log: {ran:#?}");
    assert!(played.summary.contains("Sums may be three numbers long"), "{}", played.summary);
    assert_eq!(kept, ["handoff.html", "handoff.junit.xml", "handoff.sarif"]);
}

#[test]
fn a_pull_request_with_a_lie_fails_and_its_reports_are_kept_all_the_same() {
    let (played, kept) = play(&lying(), For::PullRequest);
    let ran = played.step(VALIDATE);
    assert_eq!(ran.status, Some(105), "{ran:#?}");
    assert!(ran.stdout.lines().any(|line| line.starts_with("::error")), "{ran:#?}");
    assert!(played.summary.contains("Sums may be three numbers long"), "{}", played.summary);
    assert_eq!(kept, ["handoff.html", "handoff.junit.xml", "handoff.sarif"]);
}

#[test]
fn a_pull_request_without_a_handoff_passes_and_says_so() {
    let (played, _) = play(&silent(), For::PullRequest);
    let ran = played.step(VALIDATE);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(ran.stdout.contains("carries no handoff"), "{ran:#?}");
}

#[test]
fn what_a_merge_queue_brings_is_judged_alike() {
    let (played, _) = play(&honest(), For::MergeQueue);
    let ran = played.step(VALIDATE);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(!ran.stdout.contains("carries no handoff"), "{ran:#?}");
    let (ran, _) = play(&lying(), For::MergeQueue);
    assert_eq!(ran.step(VALIDATE).status, Some(105), "{:#?}", ran.step(VALIDATE));
}

// -- spread over several machines, as the README shows it

/// What the jobs of the README went through.
struct Spread {
    /// Each part with how its check ended.
    parts: Vec<(String, Option<i32>)>,
    joined: Played,
}

/// The job that plans, one for each part of its matrix, each on a machine of its own, and the one that joins them. So
/// small a workspace is worth one part: where more are wanted the plan is asked for them.
#[track_caller]
fn play_spread(base: &Tree, n_parts: Option<usize>) -> Spread {
    let workflow = workflow::read(&spread());
    let brought = bring(base, For::PullRequest);
    let mut artifacts = Artifacts::new();
    let mut plan: Vec<Value> = workflow::steps(&workflow, "plan").into_iter().cloned().collect();
    let divide = plan.last_mut().expect("steps");
    assert_eq!(workflow["jobs"]["plan"]["outputs"]["matrix"], "${{ steps.plan.outputs.matrix }}");
    assert_eq!(divide["id"], "plan");
    if let Some(n_parts) = n_parts {
        let script = divide["run"].as_str().expect("a script");
        assert!(script.contains("handoff matrix --changed-only)"), "{script}");
        divide["run"] = script.replace("--changed-only)", &format!("--changed-only --parts {n_parts})")).into();
    }
    let planned = run_job(&brought, &plan.iter().collect::<Vec<_>>(), &[], &mut artifacts);
    assert_eq!(planned.step("Divide the checks").status, Some(0), "{:#?}", planned.step("Divide the checks"));
    let matrix = planned.output.trim_end().strip_prefix("matrix=").expect("it is told");
    assert_eq!(workflow["jobs"]["part"]["strategy"]["matrix"], "${{ fromJSON(needs.plan.outputs.matrix) }}");
    assert_eq!(workflow["jobs"]["part"]["strategy"]["fail-fast"], false);
    let matrix: Value = serde_json::from_str(matrix).expect("JSON");
    let mut parts = Vec::new();
    for (index, job) in matrix["include"].as_array().expect("jobs").iter().enumerate() {
        let (part, index) = (job["part"].as_str().expect("a part"), index.to_string());
        let known = [("matrix.part", part), ("strategy.job-index", index.as_str())];
        let played = run_job(&brought, &workflow::steps(&workflow, "part"), &known, &mut artifacts);
        parts.push((part.to_owned(), played.step("Check one part").status));
    }
    let joined = run_job(&brought, &workflow::steps(&workflow, "handoff"), &[], &mut artifacts);
    Spread { parts, joined }
}

const JOIN: &str = "Join them";

#[test]
fn an_honest_pull_request_passes_when_it_is_spread_over_two_machines() {
    let spread = play_spread(&honest(), Some(2));
    assert_eq!(spread.parts, [("1/2".to_owned(), Some(0)), ("2/2".to_owned(), Some(0))]);
    let ran = spread.joined.step(JOIN);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(spread.joined.summary.contains("Sums may be three numbers long"), "{}", spread.joined.summary);
}

#[test]
fn a_lie_is_found_when_it_is_spread_and_the_parts_are_joined_all_the_same() {
    let spread = play_spread(&lying(), Some(2));
    assert_eq!(spread.parts.len(), 2);
    let ran = spread.joined.step(JOIN);
    assert_eq!(ran.status, Some(105), "{ran:#?}");
    assert!(ran.stdout.lines().any(|line| line.starts_with("::error")), "{ran:#?}");
}

#[test]
fn a_pull_request_without_a_handoff_passes_when_it_is_spread() {
    let spread = play_spread(&silent(), None);
    assert_eq!(spread.parts, [("1/1".to_owned(), Some(0))]);
    let ran = spread.joined.step(JOIN);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
}
