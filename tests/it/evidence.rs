//! What a run leaves behind for a stranger: records that are there, whole, in a chain, the same bytes everywhere.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const PAYLOAD: &str = "handoff/payload.json";
const LIB: &str = "adder/src/lib.rs";
const RIGHT: &str = "assert_eq!(add(7, 0), 7);";
const WRONG: &str = "assert_eq!(add(7, 0), 8);";

/// Two steps, one a package, with a change in both.
fn two_steps() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    edit(&tree, |payload| {
        let steps = payload["plan"]["steps"].as_array_mut().expect("a list");
        steps.push(json!({ "id": "2", "name": "Count", "files": ["counter/src/main.rs"], "status": "ready" }));
    });
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(LIB, "/// The sum of two numbers.", "/// The sum of these two numbers.");
    let main = tree.read("counter/src/main.rs");
    tree.write("counter/src/main.rs", main + "\n// Counts.\n");
    tree
}

#[track_caller]
fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

fn edit(tree: &Tree, change: impl FnOnce(&mut Value)) {
    let mut payload = payload(tree);
    change(&mut payload);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The record in this folder below the root, with its digest.
#[track_caller]
fn record(tree: &Tree, folder: &str) -> (Value, String) {
    let text = tree.read(&format!("{folder}/record.json"));
    (serde_json::from_str(&text).expect("JSON"), sha256(text.as_bytes()))
}

/// The names in a folder below the root; none where it is not there.
fn names(tree: &Tree, folder: &str) -> BTreeSet<String> {
    let entries = tree.root.join(folder).read_dir_utf8().into_iter().flatten();
    entries.map(|entry| entry.expect("an entry").file_name().to_owned()).collect()
}

/// Every text of a value, `history` left out.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|value| texts(value, found)),
        Value::Object(map) => {
            map.iter().filter(|(key, _)| *key != "history").for_each(|(_, value)| texts(value, found))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Holds that everything the payload refers to is there and is what it says, and that it fits the schema. The ids of
/// the chain, in its order.
#[track_caller]
fn holds(tree: &Tree) -> Vec<String> {
    let payload = payload(tree);
    let validator = jsonschema::validator_for(&cargo_handoff::payload::schema::schema()).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&payload).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let mut found = Vec::new();
    texts(&payload["implementation"], &mut found);
    for reference in
        found.iter().filter(|text| text.starts_with("handoff/runs/") || text.starts_with("handoff/evidence/"))
    {
        assert!(tree.root.join(reference).exists(), "{reference} dangles");
    }
    let chain = payload["implementation"]["evidence"].as_array().cloned().unwrap_or_default();
    let listed: BTreeSet<&str> = chain.iter().filter_map(|entry| entry["sha256"].as_str()).collect();
    for entry in &chain {
        let (record, sha256) = record(tree, entry["path"].as_str().expect("a path"));
        assert_eq!(entry["sha256"], sha256, "{entry}");
        let previous = record["previous"].as_array().cloned().unwrap_or_default();
        assert!(previous.iter().all(|sha256| listed.contains(sha256.as_str().expect("a digest"))), "{record:#}");
        logs_hold(tree, entry["path"].as_str().expect("a path"), &record);
    }
    let own = &payload["implementation"]["handoff"]["record"];
    assert_eq!(own["sha256"], record(tree, own["path"].as_str().expect("a path")).1);
    chain.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
}

#[track_caller]
fn logs_hold(tree: &Tree, folder: &str, record: &Value) {
    let of = |list: &str| record[list].as_array().cloned().unwrap_or_default();
    let digests = of("commands").into_iter().chain(of("suites")).map(|entry| entry["digests"].clone());
    let digests: Vec<Value> = digests.chain([record["patch"].clone()]).filter(|digests| !digests.is_null()).collect();
    assert!(3 < digests.len(), "{record:#}");
    let mut named: BTreeSet<String> = BTreeSet::from(["record.json".into()]);
    for digests in digests {
        let name = digests["path"].as_str().expect("a name");
        let bytes = fs::read(tree.root.join(folder).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = digests.get("sealed").unwrap_or(&digests["sha256"]);
        assert_eq!(*expected, sha256(&bytes), "{name}");
        named.insert(name.to_owned());
    }
    if folder.starts_with("handoff/evidence/") {
        assert_eq!(names(tree, folder), named, "nothing but what the record speaks of");
    }
}

#[track_caller]
fn implement(tree: &Tree, args: &[&str]) -> Ran {
    tree.handoff([&["implement"], args].concat())
}

#[test]
fn sealed_records_form_a_chain_and_without_news_not_a_byte_is_written() {
    let tree = two_steps();
    let _ = implement(&tree, &[]).exits(0);
    let first = holds(&tree);
    assert_eq!(first.len(), 1);
    for args in [&[][..], &["--no-cache"], &["--seal"]] {
        let before = tree.read(PAYLOAD);
        let evidence = names(&tree, "handoff/evidence");
        let _ = implement(&tree, args).exits(0);
        assert_eq!(tree.read(PAYLOAD), before, "{args:?}");
        assert_eq!(names(&tree, "handoff/evidence"), evidence, "{args:?}");
    }
    tree.change(LIB, "/// The sum of these two numbers.", "/// The sum of both numbers.");
    let _ = implement(&tree, &[]).exits(0);
    let second = holds(&tree);
    assert_eq!((second.len(), &second[0]), (2, &first[0]));
    let own = payload(&tree)["implementation"]["handoff"]["record"].clone();
    let chain = payload(&tree)["implementation"]["evidence"].clone();
    assert_eq!((&own["path"], &own["sha256"]), (&chain[1]["path"], &chain[1]["sha256"]));
    let (last, _) = record(&tree, own["path"].as_str().expect("a path"));
    assert_eq!(last["previous"], json!([chain[0]["sha256"]]));
    assert_eq!(record(&tree, chain[0]["path"].as_str().expect("a path")).0["previous"], json!([]));
}

#[test]
fn a_run_that_entries_still_lean_on_is_sealed_with_the_one_that_is_ready() {
    let tree = two_steps();
    tree.change(LIB, RIGHT, WRONG);
    let _ = implement(&tree, &[]).exits(100);
    assert!(holds(&tree).is_empty());
    let first = payload(&tree)["implementation"]["handoff"]["record"]["path"].clone();
    assert!(first.as_str().expect("a path").starts_with("handoff/runs/"));
    // Only the first step is looked at: what is said of the other package leans on the first run.
    tree.change(LIB, WRONG, RIGHT);
    let _ = implement(&tree, &["--step", "1", "--seal"]).exits(0);
    let chain = holds(&tree);
    assert_eq!(chain.len(), 2, "{chain:?}");
    let payload = payload(&tree);
    let mut found = Vec::new();
    texts(&payload["implementation"], &mut found);
    assert!(!found.iter().any(|text| text.starts_with("handoff/runs/")), "{payload:#}");
    let sealed = first.as_str().expect("a path").replace("/runs/", "/evidence/");
    assert!(found.contains(&sealed), "what leant on the first run still does");
    assert_eq!(payload["implementation"]["evidence"][0]["path"], sealed);
    let second = payload["implementation"]["handoff"]["record"]["path"].as_str().expect("a path").to_owned();
    assert_eq!(record(&tree, &second).0["previous"], json!([payload["implementation"]["evidence"][0]["sha256"]]));
}

#[test]
fn a_run_somebody_edited_is_not_sealed_and_the_work_goes_on() {
    let tree = two_steps();
    tree.change(LIB, RIGHT, WRONG);
    let _ = implement(&tree, &[]).exits(100);
    let first = payload(&tree)["implementation"]["handoff"]["record"]["path"].as_str().expect("a path").to_owned();
    let log = names(&tree, &first).into_iter().find(|name| name.starts_with("test-counter")).expect("a log");
    tree.write(&format!("{first}/{log}"), "test result: ok. 100 passed");
    tree.change(LIB, WRONG, RIGHT);
    let ran = implement(&tree, &["--step", "1", "--seal"]).exits(0);
    assert!(ran.stdout.contains("cannot be sealed") || ran.stderr.contains("cannot be sealed"), "{ran:#?}");
    assert_eq!(holds(&tree).len(), 1);
}

#[test]
fn two_branches_have_two_heads_and_the_next_record_follows_both() {
    let tree = two_steps();
    let _ = implement(&tree, &[]).exits(0);
    tree.commit("First");
    let evidence = |tree: &Tree| payload(tree)["implementation"]["evidence"].clone();
    tree.ask_git(["switch", "--quiet", "-c", "other"]);
    tree.change(LIB, "/// The sum of these two numbers.", "/// The sum of both numbers.");
    let _ = implement(&tree, &[]).exits(0);
    tree.commit("Other");
    let theirs = evidence(&tree)[1].clone();
    tree.ask_git(["switch", "--quiet", "work"]);
    let main = tree.read("counter/src/main.rs");
    tree.write("counter/src/main.rs", main + "// More.\n");
    let _ = implement(&tree, &[]).exits(0);
    let ours = evidence(&tree)[1].clone();
    tree.commit("Work");
    // As whoever merges the two would put them together: every link of both.
    tree.ask_git(["merge", "--quiet", "--no-commit", "-X", "ours", "other"]);
    edit(&tree, |payload| {
        let first = payload["implementation"]["evidence"][0].clone();
        payload["implementation"]["evidence"] = json!([first, ours, theirs]);
    });
    let _ = implement(&tree, &[]).exits(0);
    let chain = evidence(&tree);
    assert_eq!(holds(&tree).len(), 4, "{chain:#}");
    let previous = record(&tree, chain[3]["path"].as_str().expect("a path")).0["previous"].clone();
    assert_eq!(previous, json!([ours["sha256"], theirs["sha256"]]));
}

#[test]
fn the_record_says_what_was_run_on_what_with_what() {
    let tree = two_steps();
    tree.write("rustfmt.toml", "max_width = 100\n");
    tree.write(".cargo/config.toml", "[term]\nverbose = false\n");
    tree.write("counter/clippy.toml", "too-many-lines-threshold = 200\n");
    let _ = implement(&tree, &["--no-default-features"]).exits(0);
    let own = payload(&tree)["implementation"]["handoff"]["record"]["path"].as_str().expect("a path").to_owned();
    let (record, _) = record(&tree, &own);
    assert_eq!(record["format"], 1);
    assert_eq!(record["parsers"], json!({ "cargo": 1, "libtest": 1 }));
    let inputs = &record["inputs"];
    assert_eq!(inputs["head"], tree.ask_git(["rev-parse", "HEAD"]).trim());
    assert_eq!(inputs["tree"], payload(&tree)["implementation"]["baseline"]["tree"]);
    assert_eq!((&inputs["features"], &inputs["profile"]), (&json!(["--no-default-features"]), &json!("dev")));
    let files: Vec<&String> = inputs["files"].as_object().expect("files").keys().collect();
    assert_eq!(files, [".cargo/config.toml", "Cargo.lock", "counter/clippy.toml", "rustfmt.toml"]);
    assert_eq!(inputs["files"]["rustfmt.toml"], sha256(b"max_width = 100\n"));
    assert!(record["patch"]["bytes"].as_u64().is_some_and(|bytes| 0 < bytes));
    let suites = record["suites"].as_array().expect("suites");
    let of = |id: &str| suites.iter().find(|suite| suite["id"] == id).unwrap_or_else(|| panic!("no {id}: {record:#}"));
    for id in ["test:adder/lib/adder", "test:counter/test/counts"] {
        let listed: BTreeSet<&String> = of(id)["tests"].as_object().expect("tests").keys().collect();
        let found: BTreeSet<&String> = of(id)["functions"].as_object().expect("functions").keys().collect();
        assert_eq!(listed, found, "{id}");
    }
    // The same tests in another place of another checkout are the same functions.
    let functions = of("test:adder/lib/adder")["functions"].clone();
    tree.change(LIB, "/// The sum of these two numbers.", "/// The sum of\n/// both\n/// numbers.");
    let _ = implement(&tree, &["--no-default-features"]).exits(0);
    let own = payload(&tree)["implementation"]["handoff"]["record"]["path"].as_str().expect("a path").to_owned();
    let suites = self::record(&tree, &own).0["suites"].clone();
    let again = suites.as_array().expect("suites").iter().find(|suite| suite["id"] == "test:adder/lib/adder");
    assert_eq!(again.expect("there")["functions"], functions);
}

#[test]
fn nothing_in_handoff_tells_where_it_was_made_or_by_whom() {
    let tree = two_steps().env("USER", "somebody-at-work").env("LOGNAME", "somebody-at-work");
    // A test that says where it is, and a lint that names a file.
    tree.change(
        LIB,
        RIGHT,
        "eprintln!(\"{:?} {:?}\", std::env::current_dir(), std::env::var(\"HOME\")); assert_eq!(add(7, 0), 8, \"{}\", env!(\"CARGO_MANIFEST_DIR\"));",
    );
    let _ = implement(&tree, &["--seal"]).exits(100);
    holds(&tree);
    let home = tree.root.with_file_name("home");
    let temporary = tree.root.with_file_name("tmp");
    let cargo_home = tree.environment().get(std::ffi::OsStr::new("CARGO_HOME")).cloned();
    let cargo_home = cargo_home.and_then(|home| home.into_string().ok()).unwrap_or_else(|| "/nowhere".into());
    let mut n_files = 0;
    for folder in ["evidence", "runs"] {
        for id in names(&tree, &format!("handoff/{folder}")) {
            for name in names(&tree, &format!("handoff/{folder}/{id}")) {
                let text = tree.read(&format!("handoff/{folder}/{id}/{name}"));
                for place in [tree.root.as_str(), home.as_str(), temporary.as_str(), &cargo_home, "somebody-at-work"] {
                    assert!(!text.contains(place), "{folder}/{name} has `{place}`:\n{text}");
                }
                n_files += 1;
            }
        }
    }
    assert!(10 < n_files, "{n_files}");
}

#[test]
fn a_checkout_with_other_line_ends_has_the_same_evidence_to_the_byte() {
    let tree = two_steps();
    // Settings that would change bytes: line ends, keywords, a filter.
    tree.write(".gitattributes", "* text=auto ident filter=upper\n*.txt text eol=crlf\n");
    tree.write("adder/src/ident.txt", "$Id$\n");
    let _ = implement(&tree, &[]).exits(0);
    tree.commit("Sealed");
    let mut digests: BTreeMap<String, String> = BTreeMap::new();
    for id in names(&tree, "handoff/evidence") {
        for name in names(&tree, &format!("handoff/evidence/{id}")) {
            let path = format!("handoff/evidence/{id}/{name}");
            digests.insert(path.clone(), sha256(&fs::read(tree.root.join(path)).expect("read")));
        }
    }
    assert!(5 < digests.len(), "{digests:?}");
    let clone = Tree::empty();
    let settings = ["-c", "core.autocrlf=true", "-c", "filter.upper.smudge=tr a-z A-Z"];
    let from = tree.root.as_str();
    clone.ask_git(settings.into_iter().chain(["clone", "--quiet", "--branch", "work", from, "there"]));
    assert!(
        fs::read(clone.root.join("there/Cargo.lock")).expect("there").contains(&b'\r'),
        "the setting does something"
    );
    for (path, digest) in digests {
        assert_eq!(sha256(&fs::read(clone.root.join("there").join(&path)).expect("there")), digest, "{path}");
    }
}

#[test]
fn a_run_that_was_cut_off_before_the_payload_was_written_is_told_of_and_nothing_dangles() {
    let tree = two_steps();
    let old = tree.read(PAYLOAD);
    let _ = implement(&tree, &[]).exits(0);
    let id = names(&tree, "handoff/runs").into_iter().next().expect("a run");
    // As it lies there after a `kill -9` between the two writes.
    tree.write(PAYLOAD, &old);
    tree.write(&format!("handoff/runs/{id}/unsaved.txt"), "");
    let ran = implement(&tree, &["--no-cache"]).exits(0);
    let said = format!("the run {id} before this one was recorded, and ended before the payload was written");
    assert!(ran.stderr.contains(&tree.redact(&said)) || ran.stdout.contains(&tree.redact(&said)), "{ran:#?}");
    assert_eq!(holds(&tree).len(), 1);
    assert!(!names(&tree, "handoff/evidence").contains(&id), "nobody commits what nobody refers to");
    // Cut off in the middle of the checks.
    let newest = names(&tree, "handoff/runs").into_iter().next_back().expect("a run");
    fs::create_dir(tree.root.join(format!("handoff/runs/{newest}x"))).expect("made");
    let before = tree.read(PAYLOAD);
    let ran = implement(&tree, &["--no-cache"]).exits(0);
    assert!(
        ran.stderr.contains("ended before it was recorded") || ran.stdout.contains("ended before it was recorded"),
        "{ran:#?}"
    );
    assert_eq!(tree.read(PAYLOAD), before, "and that is no news");
    let ran = implement(&tree, &["--no-cache"]).exits(0);
    assert!(!ran.stderr.contains("before this one") && !ran.stdout.contains("before this one"), "said once: {ran:#?}");
}

#[test]
fn a_payload_of_an_earlier_version_gets_no_chain_without_news_and_one_with_them() {
    let tree = two_steps();
    let _ = implement(&tree, &[]).exits(0);
    edit(&tree, |payload| {
        payload["implementation"].as_object_mut().expect("an object").remove("evidence");
        payload["implementation"]["handoff"].as_object_mut().expect("an object").remove("record");
    });
    let before = tree.read(PAYLOAD);
    let _ = implement(&tree, &["--no-cache"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), before);
    let _ = implement(&tree, &["--seal"]).exits(0);
    assert_eq!(holds(&tree).len(), 1);
}

#[test]
fn prune_removes_old_runs_and_never_what_a_payload_refers_to() {
    let tree = two_steps();
    tree.change(LIB, RIGHT, WRONG);
    let _ = implement(&tree, &[]).exits(100);
    let referred = payload(&tree)["implementation"]["handoff"]["record"]["path"].as_str().expect("a path").to_owned();
    let referred = referred.rsplit('/').next().expect("an id").to_owned();
    for n in 0..5 {
        tree.write(&format!("handoff/runs/20200101T00000{n}.000000Z/record.json"), "{}");
    }
    tree.write("handoff/evidence/20200101T000000.000000Z/record.json", "{}");
    tree.write("handoff/evidence/archived/record.json", "{}");
    tree.write("handoff/payload-20200101T000000Z.json", r#"{"x": "handoff/evidence/archived"}"#);
    let all = tree.digest_of_everything();
    let ran = tree.handoff(["prune", "--keep", "2", "--evidence", "--dry-run"]).exits(0);
    assert!(ran.stdout.contains("would remove 4 runs"), "{ran:#?}");
    assert_eq!(tree.digest_of_everything(), all);
    let ran = tree.handoff(["prune"]).exits(0);
    assert!(ran.stdout.contains("no run to remove") && ran.stdout.contains("left 1 sealed record"), "{ran:#?}");
    assert!(ran.stdout.contains("next: cargo handoff prune --evidence"), "{ran:#?}");
    let ran = tree.handoff(["prune", "--keep", "0"]).exits(0);
    assert!(ran.stdout.contains("removed 5 runs"), "{ran:#?}");
    assert_eq!(names(&tree, "handoff/runs"), BTreeSet::from([referred]));
    assert_eq!(names(&tree, "handoff/evidence").len(), 2, "evidence goes only where it is asked for");
    let _ = tree.handoff(["prune", "--evidence"]).exits(0);
    assert_eq!(names(&tree, "handoff/evidence"), BTreeSet::from(["archived".to_owned()]));
    holds(&tree);
    // A payload nobody can read may refer to anything.
    tree.write(PAYLOAD, "{");
    let _ = tree.handoff(["prune", "--keep", "0", "--evidence"]).exits(65);
    assert_eq!(names(&tree, "handoff/evidence").len(), 1);
}

#[test]
fn prune_keeps_what_a_payload_of_another_name_refers_to() {
    let tree = two_steps();
    let _ = implement(&tree, &["--seal"]).exits(0);
    let kept = || (names(&tree, "handoff/runs"), names(&tree, "handoff/evidence"));
    let before = kept();
    assert_eq!(before.1.len(), 1);
    std::fs::rename(tree.root.join(PAYLOAD), tree.root.join("handoff/work.payload")).expect("renamed");
    let _ = tree.handoff(["prune", "--keep", "0", "--evidence", "--payload", "handoff/work.payload"]).exits(0);
    assert_eq!(kept(), before);
}

#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that starts the binary and kills it")]
fn killed_at_any_time_nothing_dangles_and_the_next_run_goes_on() {
    let tree = two_steps();
    let _ = implement(&tree, &[]).exits(0);
    let sentences = ["these two", "both", "the two", "two given", "exactly two", "just two"];
    for (n, words) in sentences.windows(2).enumerate() {
        tree.change(
            LIB,
            &format!("/// The sum of {} numbers.", words[0]),
            &format!("/// The sum of {} numbers.", words[1]),
        );
        let known = names(&tree, "handoff/runs");
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-handoff"))
            .args(["implement", "-q"])
            .current_dir(&tree.root)
            .env_clear()
            .envs(tree.environment())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("started");
        // From the moment its record is there, a little later each time.
        let is_recorded = || {
            let new = names(&tree, "handoff/runs").into_iter().filter(|id| !known.contains(id));
            new.into_iter().any(|id| tree.root.join(format!("handoff/runs/{id}/record.json")).exists())
        };
        while !is_recorded() && child.try_wait().expect("asked").is_none() {
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        std::thread::sleep(std::time::Duration::from_millis(4 * n as u64));
        child.kill().expect("killed");
        child.wait().expect("gone");
        holds(&tree);
    }
    let _ = implement(&tree, &[]).exits(0);
    holds(&tree);
    let loose = tree.handoff(["prune", "--dry-run", "--evidence"]).exits(0).stdout;
    assert!(!loose.contains("sealed record"), "{loose}");
}
