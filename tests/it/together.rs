//! Several at one payload, signals, and two verbs in one process: nobody loses anything, nothing is left running.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "a test that starts the binary and sends it signals")]

use crate::tree::Tree;
use camino::Utf8PathBuf;
use cargo_handoff::cancel::Cancel;
use cargo_handoff::event::{Seen, Watch};
use cargo_handoff::surroundings::Surroundings;
use cargo_handoff::verbs::{Common, Context, implement};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

const PAYLOAD: &str = "handoff/payload.json";

/// Passes at once where it was told to go, else says who it is, starts a child, and waits.
const WAITS: &str = r#"//! Waits.

use std::{fs, process::Command, thread, time::Duration};

#[test]
fn waits_to_be_told() {
    let may_go = || fs::metadata("go.ignored").is_ok();
    if may_go() {
        return;
    }
    let mut child = Command::new("sleep").arg("300").spawn().expect("started");
    fs::write("new.ignored", format!("{} {}", std::process::id(), child.id())).expect("written");
    fs::rename("new.ignored", "waiting.ignored").expect("renamed");
    while !may_go() {
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("killed");
    child.wait().expect("waited");
}
"#;

/// Adds to the payload while it is tested, where it is told to.
const APPENDS: &str = r#"//! Appends.

use std::fs;

#[test]
fn appends_to_the_payload() {
    if fs::metadata("append.ignored").is_ok() {
        fs::remove_file("append.ignored").expect("removed");
        let text = fs::read_to_string("../handoff/payload.json").expect("there");
        let text = text.replacen("\"x-notes\": [", "\"x-notes\": [ 1.10,", 1);
        fs::write("../handoff/payload.json", text).expect("written");
    }
}
"#;

/// `quick` has tests that pass, `slow` one that appends and one that waits.
fn workspace() -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[workspace]\nmembers = [\"quick\", \"slow\"]\nresolver = \"3\"\n");
    tree.write(".gitignore", "/target\n*.ignored\n");
    for name in ["quick", "slow"] {
        tree.write(&format!("{name}/Cargo.toml"), format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n"));
        tree.write(&format!("{name}/src/lib.rs"), "//! A package.\n\n#[test]\nfn holds() {}\n");
    }
    tree.write("slow/tests/appends.rs", APPENDS);
    tree.write("slow/tests/waits.rs", WAITS);
    let payload = r#"{
  "requirement": { "summary": "Together." },
  "plan": { "steps": [{ "id": "1", "name": "All", "packages": ["quick", "slow"] }] },
  "testPlan": { "scenarios": [{ "id": "s", "tests": ["slow::waits_to_be_told"] }] },
  "x-notes": [ 0.50 ]
}
"#;
    tree.write(PAYLOAD, payload);
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    let tree = tree.git();
    tree.change("quick/src/lib.rs", "//! A package.", "//! A quick package.");
    tree.change("slow/src/lib.rs", "//! A package.", "//! A slow package.");
    tree
}

fn start(tree: &Tree) -> Child {
    Command::new(env!("CARGO_BIN_EXE_cargo-handoff"))
        .arg("implement")
        .current_dir(&tree.root)
        .env_clear()
        .envs(tree.environment())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started")
}

/// Waits until the slow test waits. Returns the ids of its process and of its child.
#[track_caller]
fn until_it_waits(tree: &Tree) -> Vec<String> {
    let path = tree.root.join("slow/waiting.ignored");
    let started = Instant::now();
    while !path.exists() {
        assert!(started.elapsed() < Duration::from_secs(120), "the slow test never ran");
        std::thread::sleep(Duration::from_millis(10));
    }
    let ids = fs::read_to_string(&path).expect("there").split(' ').map(str::to_owned).collect();
    fs::remove_file(&path).expect("removed");
    ids
}

fn go(tree: &Tree) {
    tree.write("slow/go.ignored", "");
}

fn stay(tree: &Tree) {
    fs::remove_file(tree.root.join("slow/go.ignored")).expect("removed");
}

#[track_caller]
fn ended(child: Child, code: Option<i32>) -> (String, String) {
    let Output { status, stdout, stderr } = child.wait_with_output().expect("waited");
    let (stdout, stderr) =
        (String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned());
    assert_eq!(status.code(), code, "\n-- stdout\n{stdout}\n-- stderr\n{stderr}");
    (stdout, stderr)
}

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

/// The outcome of each of our entries of this list, by id.
fn outcome(tree: &Tree, id: &str) -> Option<String> {
    let payload = payload(tree);
    let entries = payload["implementation"]["tests"].as_array().cloned().unwrap_or_default();
    let entry = entries.into_iter().find(|entry| entry["id"] == id)?;
    Some(entry["status"].as_str().unwrap_or("withdrawn").to_owned())
}

fn runs(tree: &Tree) -> Vec<Utf8PathBuf> {
    let runs = tree.root.join("handoff/runs").read_dir_utf8().expect("runs");
    runs.map(|run| run.expect("a run").into_path()).collect()
}

#[test]
fn two_at_one_payload_lose_nothing_and_the_second_hears_of_the_first() {
    let tree = workspace();
    // A second one, while a test of the first appends and another process appends.
    tree.write("slow/append.ignored", "");
    let first = start(&tree);
    until_it_waits(&tree);
    let second = tree.handoff(["implement"]).exits(75);
    let id = format!("process {}", first.id());
    assert!(second.stderr.contains("`cargo handoff implement`") && second.stderr.contains(&id), "{}", second.stderr);
    tree.change(PAYLOAD, "0.50 ]", "0.50, {\"by\": \"another process\"} ]");
    go(&tree);
    ended(first, Some(0));
    let text = tree.read(PAYLOAD);
    assert!(text.contains("\"x-notes\": [ 1.10, 0.50, {\"by\": \"another process\"} ]"), "{text}");
    assert_eq!(outcome(&tree, "test:slow/test/waits").as_deref(), Some("passed"));
    stay(&tree);

    // Taken away meanwhile, broken meanwhile: nothing is written over it, and what was seen stays in its run.
    let whole = tree.read(PAYLOAD);
    tree.change("slow/src/lib.rs", "fn holds() {}", "fn holds() {}\n\n#[test]\nfn more() {}");
    for (n, broken) in [None, Some("{\"half\": ")].into_iter().enumerate() {
        let n_runs = runs(&tree).len();
        let running = start(&tree);
        until_it_waits(&tree);
        match broken {
            None => fs::remove_file(tree.root.join(PAYLOAD)).expect("removed"),
            Some(text) => tree.write(PAYLOAD, text),
        }
        go(&tree);
        let (_, stderr) = ended(running, Some(75));
        assert!(stderr.contains(["removed", "broken"][n]) && stderr.contains("nothing was written"), "{stderr}");
        assert_eq!(fs::read_to_string(tree.root.join(PAYLOAD)).ok().as_deref(), broken);
        assert_eq!(runs(&tree).len(), n_runs + 1);
        let newest = runs(&tree).into_iter().max().expect("a run");
        let record = fs::read_to_string(newest.join("record.json")).expect("its record");
        assert!(record.contains("waits_to_be_told"), "{record}");
        tree.write(PAYLOAD, &whole);
        stay(&tree);
    }
    go(&tree);
    let _ = tree.handoff(["implement"]).exits(0);
}

#[test]
fn a_second_signal_right_behind_the_first_leaves_nothing_running_either() {
    let tree = workspace();
    let running = start(&tree);
    let children = until_it_waits(&tree);
    for _ in 0..2 {
        kill_process(Pid::from_child(&running), Signal::INT).expect("sent");
        std::thread::sleep(Duration::from_millis(15));
    }
    let _ = ended(running, Some(130));
    for id in &children {
        let status = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        assert!(status.is_empty() || status.contains(") Z "), "process {id} is still there: {status}");
    }
}

#[test]
fn a_signal_ends_every_child_keeps_what_finished_and_the_next_run_works() {
    let tree = workspace();
    let before = tree.read(PAYLOAD);
    for (signal, code) in [(Signal::INT, Some(130)), (Signal::TERM, Some(143)), (Signal::HUP, Some(129))] {
        let running = start(&tree);
        let children = until_it_waits(&tree);
        kill_process(Pid::from_child(&running), signal).expect("sent");
        let (stdout, _) = ended(running, code);
        for id in &children {
            let status = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            assert!(status.is_empty() || status.contains(") Z "), "process {id} is still there: {status}");
        }
        let last: Vec<&str> = stdout.lines().filter(|line| !line.is_empty()).collect();
        assert!(last.iter().rev().take(5).any(|line| line.contains("implement: interrupted")), "{stdout}");
        assert_eq!(outcome(&tree, "test:quick/lib/quick").as_deref(), Some("passed"), "it had finished");
        assert_eq!(outcome(&tree, "test:slow/test/waits"), None, "it had not");
        assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], Value::Null);
        assert_ne!(tree.read(PAYLOAD), before);
    }
    let json = tree.handoff(["status", "--message-format", "json"]).exits(0).messages();
    assert_eq!(json.last().expect("a line")["reason"], "handoff-finished");

    let mut running = start(&tree);
    let children = until_it_waits(&tree);
    let recorded = tree.read(PAYLOAD);
    running.kill().expect("killed");
    running.wait().expect("waited");
    assert_eq!(tree.read(PAYLOAD), recorded, "killed outright: as it was");
    // Nobody was left to end these.
    for id in children {
        let pid = id.trim().parse().ok().and_then(Pid::from_raw).expect("an id");
        let _ = kill_process(pid, Signal::KILL); // it may be gone already
    }
    go(&tree);
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(ran.stdout.contains("is ready for 5-acceptance"), "{}", ran.stdout);
    assert_eq!(outcome(&tree, "test:slow/test/waits").as_deref(), Some("passed"));
}

#[derive(Default)]
struct Events(Mutex<Vec<Seen>>);

impl Watch for Events {
    fn see(&self, seen: &Seen) {
        self.0.lock().expect("no panic elsewhere").push(seen.clone());
    }
}

#[test]
fn of_two_verbs_in_one_process_one_is_cancelled_and_the_other_goes_on_unharmed() {
    let trees = [workspace(), workspace()];
    let cancels = [Cancel::new(), Cancel::new()];
    let all_events = [Events::default(), Events::default()];
    let surroundings = [0, 1].map(|index| {
        let now = format!("2026-11-02T09:30:0{index}Z").parse().expect("a time");
        Surroundings::made_up(&trees[index].root, trees[index].environment(), now)
    });
    let (cancels, events) = (&cancels, &all_events);
    let work = |index: usize, surroundings: Surroundings| {
        let request = implement::Request { common: Common::default(), ..implement::Request::default() };
        implement::run(&request, &Context::new(surroundings), &cancels[index], &events[index]).expect("an answer")
    };
    let (cancelled, unharmed) = std::thread::scope(|scope| {
        let [first, second] = surroundings;
        let (one, other) = (scope.spawn(|| work(0, first)), scope.spawn(|| work(1, second)));
        let children = [until_it_waits(&trees[0]), until_it_waits(&trees[1])];
        cancels[0].cancel(2);
        let cancelled = one.join();
        let is_there =
            |id: &String| fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
        let (left, unharmed) = (children[0].iter().any(is_there), children[1].iter().all(is_there));
        // Before anything is asserted: a panic in here would wait for the other one for good.
        go(&trees[1]);
        let other = other.join().expect("no panic");
        assert!(!left, "children of the cancelled one are left");
        assert!(unharmed, "the other one's were ended too");
        (cancelled.expect("no panic"), other)
    });
    assert_eq!((cancelled.closing.exit, unharmed.closing.exit), (130, 0));
    assert!(unharmed.closing.ready && !cancelled.closing.ready);
    assert_eq!(outcome(&trees[0], "test:slow/test/waits"), None);
    assert_eq!(outcome(&trees[1], "test:slow/test/waits").as_deref(), Some("passed"));
    for (index, events) in all_events.into_iter().enumerate() {
        let events = events.0.into_inner().expect("no panic elsewhere");
        let (first, text) = (events[0].run.clone(), json!(events).to_string());
        assert!(events.iter().all(|seen| seen.run == first), "events of another run");
        assert!(events.iter().enumerate().all(|(n, seen)| seen.sequence == n as u64), "numbered without gaps");
        assert!(!text.contains(trees[1 - index].root.as_str()), "it speaks of the other workspace: {text}");
    }
}
