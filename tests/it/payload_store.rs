//! Many processes at one payload, and processes that are killed while they save.
//!
//! The processes are this test binary itself, started again to run one of the `worker_…` tests below, which do
//! nothing unless they are told so.

#![expect(clippy::disallowed_methods, reason = "a test that starts its own binary and passes it its task")]

use camino::{Utf8Path, Utf8PathBuf};
use cargo_handoff::payload::edit::Edit;
use cargo_handoff::payload::store::{Located, load, save};
use serde_json::json;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const TASK: &str = "HANDOFF_TEST_WORKER";
const N_PROCESSES: usize = 8;
const N_APPENDS: usize = 50;

fn edit(worker: &str, n: usize) -> Edit {
    let path = vec!["implementation".to_owned(), "changes".to_owned()];
    Edit::Append { path, value: json!({"id": format!("{worker}-{n}")}) }
}

/// What a worker is told: `how worker payload`.
#[test]
fn worker_appends_when_it_is_told_to() {
    let Ok(task) = std::env::var(TASK) else { return };
    let mut words = task.splitn(3, ' ');
    let (how, worker, payload) = (words.next(), words.next().expect("a name"), words.next().expect("a path"));
    let located = Located::at(payload.into());
    match how {
        Some("save") => {
            for n in 0..N_APPENDS {
                let base = load(&located.payload).expect("read");
                save(&located, &base, &[edit(worker, n)]).expect("saved");
            }
        }
        // The same without the lock and without a second look at the file: what `save` is there to prevent.
        Some("careless") => {
            for n in 0..N_APPENDS {
                let base = load(&located.payload).expect("read");
                let new = cargo_handoff::payload::edit::apply(&base, &[edit(worker, n)]).expect("applied");
                cargo_handoff::files::replace(&located.payload, &new.bytes()).expect("written");
            }
        }
        Some("forever") => {
            for n in 0.. {
                let base = load(&located.payload).expect("read");
                save(&located, &base, &[edit(worker, n)]).expect("saved");
                fs::write(located.root.join("acknowledged"), n.to_string()).expect("written");
            }
        }
        Some(_) | None => panic!("an unknown task: {task}"),
    }
}

fn start(how: &str, worker: &str, payload: &Utf8Path) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["payload_store::worker_appends_when_it_is_told_to", "--exact", "--test-threads=1"])
        .env(TASK, format!("{how} {worker} {payload}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}

fn payload(text: &str) -> (tempfile::TempDir, Utf8PathBuf) {
    let keep = tempfile::tempdir().expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("there")).expect("UTF-8");
    fs::create_dir(folder.join("handoff")).expect("made");
    let payload = folder.join("handoff/payload.json");
    fs::write(&payload, text).expect("written");
    (keep, payload)
}

/// Runs all workers to their end and says how many appends are in the payload.
fn all_at_once(how: &str) -> usize {
    let (_keep, payload) = payload("{\n  \"x\": 1.10\n}\n");
    let workers: Vec<_> = (0..N_PROCESSES).map(|n| start(how, &format!("w{n}"), &payload)).collect();
    for mut worker in workers {
        assert!(worker.wait().expect("waited").success());
    }
    let document = load(&payload).expect("readable");
    assert!(document.text().starts_with("{\n  \"x\": 1.10,\n"));
    let changes = document.root().at(&["implementation", "changes"]).expect("a list").elements();
    let ids: std::collections::BTreeSet<_> = changes.iter().map(|change| change.raw()).collect();
    assert_eq!(ids.len(), changes.len(), "an append landed twice");
    ids.len()
}

#[test]
fn appends_of_many_processes_all_land() {
    assert_eq!(all_at_once("save"), N_PROCESSES * N_APPENDS);
}

#[test]
fn without_the_lock_appends_are_lost() {
    // Luck could let one round pass; it cannot let five pass.
    let lost = (0..5).any(|_| all_at_once("careless") < N_PROCESSES * N_APPENDS);
    assert!(lost, "the test above would not notice a missing lock");
}

#[cfg(unix)]
#[test]
fn a_writer_killed_at_any_moment_leaves_the_old_or_the_new_payload() {
    let n_kills = 300;
    let (_keep, payload) = payload(&format!("{{\n  \"x\": \"{}\"\n}}\n", "1.10 ".repeat(4000)));
    let root = payload.parent().and_then(Utf8Path::parent).expect("a root").to_owned();
    let started = Instant::now();
    let (mut n_before, mut n_midway) = (0, 0);
    for kill in 0..n_kills {
        fs::write(root.join("acknowledged"), "").expect("written");
        let mut worker = start("forever", &format!("w{kill}"), &payload);
        // Killed at another moment each time, after it began to save.
        while fs::read_to_string(root.join("acknowledged")).is_ok_and(|text| text.is_empty()) {
            assert!(worker.try_wait().expect("looked").is_none(), "the writer ended by itself");
            assert!(started.elapsed() < Duration::from_secs(120), "too slow");
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(37 * (kill % 97)));
        worker.kill().expect("killed");
        worker.wait().expect("waited");
        let n_acknowledged = fs::read_to_string(root.join("acknowledged")).expect("there").parse::<usize>();
        let document = load(&payload).expect("readable after a kill");
        assert!(document.text().contains("1.10 1.10"));
        let changes = document.root().at(&["implementation", "changes"]).expect("a list").elements();
        let ours = changes.iter().filter(|change| change.raw().contains(&format!("w{kill}-"))).count();
        // The kill may have come while the number itself was written: then it says nothing.
        if let Ok(last) = n_acknowledged {
            assert!(last < ours, "an acknowledged append is gone: {last} of {ours}");
            n_midway += usize::from(last + 1 < ours);
        }
        assert!(n_before < changes.len());
        n_before = changes.len();
        if 400 < n_before {
            // Kept short, so that the time goes into saving and not into reading.
            fs::write(&payload, format!("{{\n  \"x\": \"{}\"\n}}\n", "1.10 ".repeat(4000))).expect("written");
            n_before = 0;
        }
    }
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}, {n_midway} midway", started.elapsed());
}
