//! Test binaries that misbehave, against a time limit, Ctrl-C and a second Ctrl-C: nothing of them is left, and our
//! own process stays small.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "a test that starts the binary and sends it signals")]

use crate::tree::Tree;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What the fixture can do wrong. `quiet` does nothing: what our process needs anyway.
const MODES: &[&str] = &["holds", "session", "daemon", "forgets", "ignores", "floods", "closes", "respawns", "mix"];

/// The most our process may need above what it needs for a quiet test.
const MOST_MEMORY: u64 = 64 << 20;

/// How a run is brought to its end.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ending {
    TimeLimit,
    Interrupt,
    InterruptTwice,
}

const ENDINGS: [Ending; 3] = [Ending::TimeLimit, Ending::Interrupt, Ending::InterruptTwice];

/// What was seen of one run.
struct Seen {
    code: Option<i32>,
    /// The most memory it had, in bytes.
    memory: u64,
    /// Command lines of what the fixture left alive.
    left: Vec<String>,
    took: Duration,
}

fn tree() -> Tree {
    let tree = Tree::of("nasty");
    let payload = json!({
        "requirement": {"summary": "Survive it."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["nasty"]}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "none"}]},
    });
    tree.write("handoff/payload.json", payload.to_string());
    tree.git()
}

/// The command lines of living processes that name something in this tree's target folder.
fn alive(tree: &Tree) -> Vec<String> {
    let marker = format!("{}/target/", tree.root);
    let entries = fs::read_dir("/proc").expect("/proc").filter_map(Result::ok);
    let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.starts_with(&marker)).collect()
}

/// The most memory a process had so far, in bytes.
fn memory(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
}

/// One run of `implement` with the fixture in this mode.
fn run(tree: &Tree, mode: &str, ending: Ending) -> Seen {
    let begun = tree.root.join("begun.ignored");
    let _ = fs::remove_file(&begun);
    let limit = if ending == Ending::TimeLimit { "1" } else { "60" };
    let started = Instant::now();
    let mut running = Command::new(env!("CARGO_BIN_EXE_cargo-handoff"))
        .args(["implement", "--test-timeout", limit])
        .current_dir(&tree.root)
        .env_clear()
        .envs(tree.environment())
        .env("NASTY", mode)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut n_signals = match ending {
        Ending::TimeLimit => 0,
        Ending::Interrupt => 1,
        Ending::InterruptTwice => 2,
    };
    let mut most = 0;
    let status = loop {
        most = most.max(memory(&running));
        if let Some(status) = running.try_wait().expect("waited") {
            break status;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{mode} {ending:?} does not end: {:?}", alive(tree));
        // The flood is to be cut in the middle.
        let is_time = begun.exists() || (mode == "floods" && !alive(tree).is_empty());
        if 0 < n_signals && is_time {
            kill_process(Pid::from_child(&running), Signal::INT).expect("sent");
            n_signals -= 1;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    Seen { code: status.code(), memory: most, left: alive(tree), took: started.elapsed() }
}

/// What the payload says of the fixture's suite.
fn recorded(tree: &Tree) -> (String, String) {
    let payload: Value = serde_json::from_str(&tree.read("handoff/payload.json")).expect("JSON");
    let suite = &payload["implementation"]["tests"][0];
    let text = |key: &str| suite[key].as_str().unwrap_or_default().to_owned();
    (text("status"), text("why"))
}

/// One case on a tree that is built. What is wrong with it, in words.
fn case(tree: &Tree, mode: &str, ending: Ending, quiet: u64) -> Vec<String> {
    let seen = run(tree, mode, ending);
    let mut wrong = Vec::new();
    if !seen.left.is_empty() {
        wrong.push(format!("left alive: {:?}", seen.left));
    }
    let most = quiet + MOST_MEMORY;
    if most < seen.memory {
        wrong.push(format!("{} MiB of memory, {} for a quiet one", seen.memory >> 20, quiet >> 20));
    }
    let expected = if ending == Ending::TimeLimit { 100 } else { 130 };
    if seen.code != Some(expected) {
        wrong.push(format!("exit {:?}, not {expected}", seen.code));
    }
    let (status, why) = recorded(tree);
    if ending == Ending::TimeLimit && !(status == "could-not-run" && why.contains("timed out after 1 s")) {
        wrong.push(format!("recorded as {status}: {why}"));
    }
    wrong.iter().map(|wrong| format!("{mode}, {ending:?} ({:?}): {wrong}", seen.took)).collect()
}

#[test]
fn nothing_outlives_its_run_and_nothing_grows_whatever_a_test_binary_does() {
    let first = tree();
    assert_eq!(run(&first, "quiet", Ending::TimeLimit).code, Some(0), "built, and a quiet test passes");
    let cases: Vec<(&str, Ending)> =
        ENDINGS.iter().flat_map(|ending| MODES.iter().map(move |mode| (*mode, *ending))).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let quiet = run(&first, "quiet", Ending::TimeLimit).memory;
    let work = || {
        let tree = tree();
        let mut wrong = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let Some((mode, ending)) = cases.get(at) else { return wrong };
            wrong.extend(case(&tree, mode, *ending, quiet));
        }
    };
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // A flood without end costs no more, and is recorded as what it was.
    let seen = run(&first, "floods-more", Ending::TimeLimit);
    assert_eq!((seen.code, seen.left), (Some(100), Vec::new()));
    assert!(seen.memory < quiet + MOST_MEMORY, "{} MiB", seen.memory >> 20);
    assert_eq!(recorded(&first).0, "could-not-run");

    // One that ends well and leaves daemons behind takes them with it.
    let seen = run(&first, "leaves", Ending::TimeLimit);
    assert_eq!((seen.code, seen.left), (Some(0), Vec::new()));
    assert_eq!(recorded(&first).0, "passed");
}

#[test]
fn a_signal_is_why_it_ended_whatever_else_goes_wrong_on_the_way_out() {
    let tree = tree();
    for signals in [1, 2] {
        let begun = tree.root.join("begun.ignored");
        let _ = fs::remove_file(&begun);
        let _ = fs::remove_file(tree.root.join("handoff/runs"));
        let running = Command::new(env!("CARGO_BIN_EXE_cargo-handoff"))
            .args(["implement", "--message-format", "json"])
            .current_dir(&tree.root)
            .env_clear()
            .envs(tree.environment())
            .env("NASTY", "spoils")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let started = Instant::now();
        while !begun.exists() {
            assert!(started.elapsed() < Duration::from_secs(120), "it does not begin");
            std::thread::sleep(Duration::from_millis(10));
        }
        for _ in 0..signals {
            kill_process(Pid::from_child(&running), Signal::INT).expect("sent");
            std::thread::sleep(Duration::from_millis(1));
        }
        let ended = running.wait_with_output().expect("ended");
        let (said, told) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert_eq!(ended.status.code(), Some(130), "{signals} signals: {said}{told}");
        if signals == 1 {
            let last: Value = serde_json::from_str(said.lines().last().expect("a line")).expect("JSON");
            assert_eq!((&last["exit"], &last["outcome"]), (&json!(130), &json!("interrupted")), "{last}");
            assert!(told.contains("stopped by signal 2, and on the way out: could not"), "{told}");
        }
    }
}
