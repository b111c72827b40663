//! Ways to lie in a payload or in its evidence: each is contradicted by the lowest level that can know, with what was done.

use crate::tree::{Ran, Tree};
use cargo_handoff::files::sha256;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;

const PAYLOAD: &str = "handoff/payload.json";
const LIB: &str = "adder/src/lib.rs";
const MAIN: &str = "counter/src/main.rs";
const SUITE: &str = "test:adder/lib/adder";
const COUNTS: &str = "test:counter/test/counts";
const CHECK: &str = "command:prescribed:testPlan.validationCommands[1]";
const LOG: &str = "test-adder-lib-adder.txt";
const TEST: &str = "    #[test]\n    fn more_is_more() {\n        assert!(add(1, 1) < add(1, 2));\n    }\n\n";
const KEPT: &str =
    "    #[test]\n    fn nothing_added_changes_nothing() {\n        assert_eq!(add(7, 0), 7);\n    }\n\n";

fn json_of(tree: &Tree, path: &str) -> Value {
    serde_json::from_str(&tree.read(path)).expect("JSON")
}

/// Edits a file of JSON as somebody with a text editor would.
fn edit(tree: &Tree, path: &str, edit: impl FnOnce(&mut Value)) {
    let mut value = json_of(tree, path);
    edit(&mut value);
    tree.write(path, serde_json::to_string_pretty(&value).expect("JSON"));
}

/// Edits `implementation`.
fn told(tree: &Tree, forge: impl FnOnce(&mut Value)) {
    edit(tree, PAYLOAD, |payload| forge(&mut payload["implementation"]));
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().expect("a list")
}

/// The entry with this id in a list.
fn entry<'a>(entries: &'a mut Value, id: &str) -> &'a mut Value {
    list(entries).iter_mut().find(|entry| entry["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

/// The folders of the sealed records, in the order they are listed.
fn links(tree: &Tree) -> Vec<String> {
    let listed = json_of(tree, PAYLOAD)["implementation"]["evidence"].clone();
    let listed = listed.as_array().expect("a list");
    listed.iter().map(|link| link["path"].as_str().expect("a path").to_owned()).collect()
}

fn last(tree: &Tree) -> String {
    links(tree).pop().expect("a link")
}

/// Edits a sealed record, and everything in the payload that names its digest with it.
fn reseal(tree: &Tree, folder: &str, forge: impl FnOnce(&mut Value)) {
    let record = format!("{folder}/record.json");
    let old = sha256(tree.read(&record).as_bytes());
    edit(tree, &record, forge);
    let new = sha256(tree.read(&record).as_bytes());
    tree.write(PAYLOAD, tree.read(PAYLOAD).replace(&old, &new));
}

/// Puts another text into a file of the newest record, which says so of it.
fn rewrite(tree: &Tree, name: &str, text: &str, forge: impl FnOnce(&mut Value)) {
    let folder = last(tree);
    tree.write(&format!("{folder}/{name}"), text);
    reseal(tree, &folder, |record| {
        forge(record);
        let patch = (record["patch"]["path"] == name).then(|| record["patch"].clone());
        let is_it = |suite: &&mut Value| suite["digests"]["path"] == name;
        let digests = match list(&mut record["suites"]).iter_mut().find(is_it) {
            Some(suite) => &mut suite["digests"],
            None => patch.map(|_| &mut record["patch"]).expect("a suite's log or the patch"),
        };
        digests["sha256"] = json!(sha256(text.as_bytes()));
        digests["bytes"] = json!(text.len());
    });
}

/// The failing suite as one that passed, in the newest record and in the payload.
fn whitewash(tree: &Tree, record: impl FnOnce(&Tree, &mut dyn FnMut(&mut Value))) {
    record(tree, &mut |record| {
        let suite = entry(&mut record["suites"], SUITE);
        suite["tests"]["tests::less_is_more"] = json!("passed");
        suite["counts"] = json!({ "listed": 4, "passed": 4 });
        suite["outcome"] = json!("passed");
        let suite = suite.as_object_mut().expect("an object");
        suite.remove("why");
        suite.remove("attempts");
    });
    told(tree, |of| {
        let suite = entry(&mut of["tests"], SUITE);
        suite["counts"] = json!({ "listed": 4, "passed": 4 });
        suite["status"] = json!("passed");
        let suite = suite.as_object_mut().expect("an object");
        suite.remove("why");
        suite.remove("failures");
    });
}

/// Work in three steps, each recorded, sealed and committed: everything passed. Two commands are prescribed.
fn worked() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates");
    edit(&tree, PAYLOAD, |payload| {
        let step = json!({ "id": "2", "name": "Say it", "files": [MAIN], "status": "ready" });
        list(&mut payload["plan"]["steps"]).push(step);
        payload["testPlan"]["validationCommands"] = json!(["cargo test -p adder --lib", "./check.sh"]);
    });
    tree.write("check.sh", "#!/bin/sh\ntrue\n");
    std::fs::set_permissions(tree.root.join("check.sh"), std::fs::Permissions::from_mode(0o755)).expect("mode set");
    tree.write(".gitattributes", "*.sh text eol=lf\n");
    let tree = tree.git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    let record = |message: &str| {
        let _ = tree.handoff(["implement", "--seal", "--trust-payload"]).exits(0);
        tree.commit(message);
    };
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    record("Add a test");
    let sums = "//! From outside.\n\n#[test]\nfn sums() {\n    assert_eq!(adder::add(1, 1), 2);\n}\n";
    tree.write("adder/tests/sums.rs", sums);
    record("Add another");
    tree.change(MAIN, "//! Prints how many", "//! Says how many");
    record("Say it");
    assert_eq!(links(&tree).len(), 3, "a chain");
    tree
}

/// The same with a test that fails, recorded as what it is.
fn failing(worked: &Tree) -> Tree {
    let tree = worked.copy();
    let fails = TEST.replace("more_is_more", "less_is_more").replace("add(1, 1) < add(1, 2)", "add(1, 2) < add(1, 1)");
    tree.change(LIB, "    #[test]\n    fn order", &format!("{fails}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement", "--seal", "--trust-payload"]).exits(100);
    tree.commit("Add a test that fails");
    tree
}

/// Another repository's work.
fn of_others() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates");
    tree.write("README.md", "Sums of others.\n");
    let tree = tree.git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(
        LIB,
        "    #[test]\n    fn order",
        &format!("{}    #[test]\n    fn order", TEST.replace("more", "most")),
    );
    let _ = tree.handoff(["implement"]).exits(0);
    tree
}

/// What a stranger has of it: a clone at another path, with nothing that git does not carry.
fn clone(tree: &Tree) -> Tree {
    let clone = Tree::empty();
    tree.ask_git(["switch", "--quiet", "main"]);
    clone.ask_git(["clone", "--quiet", "--branch", "work", tree.root.as_str(), "."]);
    assert!(!clone.root.join("handoff/runs").exists() && !clone.root.join("target").exists());
    clone
}

/// How `validate` ended, and each claim as `verdict LEVEL claim: why`.
struct Held {
    ran: Ran,
    claims: Vec<String>,
}

fn validate(tree: &Tree, args: &[&str]) -> Held {
    let ran = tree.handoff([&["validate", "--message-format", "json"], args].concat());
    let in_words = |claim: &Value| {
        let text = |key: &str| claim[key].as_str().unwrap_or_default();
        let levels = ["contract", "evidence", "outcomes", "tree", "checks", "red"];
        let level = levels.iter().position(|level| *level == text("level")).map(|level| format!("V{level}"));
        let level = level.unwrap_or_else(|| text("level").to_owned());
        format!("{} {level} {}: {}", text("verdict"), text("claim"), text("why"))
    };
    let claims = ran.messages().iter().filter(|message| message["reason"] == "claim").map(in_words).collect();
    Held { ran, claims }
}

impl Held {
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.ran.status, Some(code), "\n{}\n{}", self.claims.join("\n"), self.ran.stderr);
        self
    }

    fn has(&self, start: &str, why: &str) -> bool {
        self.claims.iter().any(|claim| claim.starts_with(start) && claim.contains(why))
    }

    #[track_caller]
    fn says(self, start: &str, why: &str) -> Self {
        assert!(self.has(start, why), "no `{start}… {why}` in\n{}", self.claims.join("\n"));
        self
    }

    /// No claim has this verdict.
    #[track_caller]
    fn has_none(self, verdict: &str) -> Self {
        let found: Vec<&String> = self.claims.iter().filter(|claim| claim.starts_with(verdict)).collect();
        assert!(found.is_empty(), "{found:#?}");
        self
    }
}

/// What a lie is told about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Work that is done.
    Done,
    /// Work a test of which fails.
    Failing,
}
use About::{Done, Failing};

/// One way to lie: what it is, what it is told about, how it is told, the level that finds it, the claim it contradicts
/// and what has to be said of it.
type Lie = (&'static str, About, fn(&Tree), u8, &'static str, &'static str);

/// In the evidence.
const OF_EVIDENCE: &[Lie] = &[
    (
        "an edited log",
        Done,
        |tree| {
            let path = format!("{}/{LOG}", last(tree));
            tree.write(&path, tree.read(&path).replace("... ok", "... ok "));
        },
        1,
        SUITE,
        "`test-adder-lib-adder.txt` was edited",
    ),
    (
        "an edited log of an older run, on which nothing leans",
        Done,
        |tree| {
            let path = format!("{}/command-clippy.txt", links(tree)[0]);
            tree.write(&path, "nothing to see\n");
        },
        1,
        "evidence:",
        "`command-clippy.txt` was edited",
    ),
    (
        "a log taken away",
        Done,
        |tree| {
            std::fs::remove_file(tree.root.join(last(tree)).join("command-clippy.txt")).expect("removed");
        },
        1,
        "command:clippy",
        "is not there",
    ),
    (
        "a log called head and tail of a longer one",
        Done,
        |tree| {
            let path = format!("{}/{LOG}", last(tree));
            tree.write(&path, "all fine\n");
            reseal(tree, &last(tree), |record| {
                entry(&mut record["suites"], SUITE)["digests"]["sealed"] = json!(sha256(b"all fine\n"));
            });
        },
        1,
        SUITE,
        "there was room for all",
    ),
    (
        "the log of another suite",
        Done,
        |tree| {
            let log = tree.read(&format!("{}/test-counter-test-counts.txt", last(tree)));
            tree.write(&format!("{}/{LOG}", last(tree)), log);
        },
        1,
        SUITE,
        "was edited",
    ),
    (
        "the log of another suite, and its digest in the record",
        Done,
        |tree| {
            let log = tree.read(&format!("{}/test-counter-test-counts.txt", last(tree)));
            rewrite(tree, LOG, &log, |_| ());
        },
        2,
        SUITE,
        "by its log",
    ),
    (
        "a finding of clippy's that nobody counted",
        Done,
        |tree| {
            reseal(tree, &last(tree), |record| {
                let target = json!({ "package": "adder", "kind": "lib", "name": "adder" });
                record["diagnostics"] = json!([{
                    "check": "clippy", "target": target, "severity": "warning", "code": "clippy::needless_return",
                    "message": "unneeded `return` statement", "file": LIB, "line": 2, "lastLine": 2,
                }]);
            });
        },
        2,
        "command:clippy",
        "its record holds 1",
    ),
    (
        "a log's digest swapped in the record",
        Done,
        |tree| {
            edit(tree, &format!("{}/record.json", last(tree)), |record| {
                entry(&mut record["suites"], SUITE)["digests"]["sha256"] = json!("0".repeat(64));
            });
        },
        0,
        "evidence:",
        "its SHA-256 is not the listed one",
    ),
    (
        "an older record edited, and its digest in the payload",
        Done,
        |tree| {
            reseal(tree, &links(tree)[0], |record| record["at"] = json!("2026-01-01T00:00:00Z"));
        },
        0,
        "evidence:",
        "a link was taken out of the chain",
    ),
    (
        "a link taken out of the middle of the chain",
        Done,
        |tree| {
            let middle = links(tree)[1].clone();
            std::fs::remove_dir_all(tree.root.join(&middle)).expect("removed");
            told(tree, |of| list(&mut of["evidence"]).retain(|link| link["path"] != middle.as_str()));
        },
        0,
        "evidence:",
        "a link was taken out of the chain",
    ),
    (
        "a record's folder removed",
        Done,
        |tree| {
            std::fs::remove_dir_all(tree.root.join(&links(tree)[0])).expect("removed");
        },
        0,
        "evidence:",
        "its record is missing",
    ),
    (
        "all evidence removed, and no longer listed",
        Done,
        |tree| {
            std::fs::remove_dir_all(tree.root.join("handoff/evidence")).expect("removed");
            told(tree, |of| of["evidence"] = json!([]));
        },
        0,
        SUITE,
        "its evidence is missing",
    ),
    (
        "a record that lies behind a link",
        Done,
        |tree| {
            let folder = tree.root.join(last(tree));
            std::fs::rename(&folder, tree.root.join("elsewhere")).expect("moved");
            std::os::unix::fs::symlink(tree.root.join("elsewhere"), &folder).expect("a link");
        },
        0,
        "evidence:",
        "its record is missing",
    ),
    (
        "a link that names another one's folder",
        Done,
        |tree| {
            let first = links(tree)[0].clone();
            told(tree, |of| of["evidence"][2]["path"] = json!(first));
        },
        0,
        "evidence:",
        "which is not its own folder",
    ),
    (
        "the digest of the run that wrote last",
        Done,
        |tree| {
            told(tree, |of| of["handoff"]["record"]["sha256"] = json!("0".repeat(64)));
        },
        0,
        "evidence:",
        "is not the one in `implementation.handoff.record`",
    ),
    (
        "an edited patch",
        Done,
        |tree| tree.write(&format!("{}/changes.patch", last(tree)), ""),
        1,
        "change:adder/src/lib.rs",
        "`changes.patch` was edited",
    ),
    (
        "an edited patch, and its digest in the record",
        Done,
        |tree| {
            let patch = tree.read(&format!("{}/changes.patch", last(tree)));
            let other = patch.replace("+        assert!(add(1, 1) < add(1, 2));", "+        assert!(true);");
            assert_ne!(patch, other);
            rewrite(tree, "changes.patch", &other, |_| ());
        },
        3,
        "change:adder/src/lib.rs",
        "the patch does not lead",
    ),
    (
        "an outcome flipped in the record, and its digest in the payload",
        Failing,
        |tree| {
            reseal(tree, &last(tree), |record| entry(&mut record["suites"], SUITE)["outcome"] = json!("passed"));
        },
        2,
        SUITE,
        "another outcome: `passed`, not `failed`",
    ),
    (
        "an outcome flipped in the record and in the payload",
        Failing,
        |tree| {
            reseal(tree, &last(tree), |record| entry(&mut record["suites"], SUITE)["outcome"] = json!("passed"));
            told(tree, |of| entry(&mut of["tests"], SUITE)["status"] = json!("passed"));
        },
        2,
        SUITE,
        "with 1 tests that failed",
    ),
    (
        "a failing test called passed in the record and in the payload",
        Failing,
        |tree| {
            whitewash(tree, |tree, forge| reseal(tree, &last(tree), forge));
        },
        2,
        SUITE,
        "`tests::less_is_more` is recorded as passed; by its log it failed",
    ),
    (
        "a failing test dropped from the record and the payload",
        Failing,
        |tree| {
            whitewash(tree, |tree, forge| {
                reseal(tree, &last(tree), |record| {
                    forge(record);
                    let suite = entry(&mut record["suites"], SUITE);
                    suite["tests"].as_object_mut().expect("names").remove("tests::less_is_more");
                    suite["counts"] = json!({ "listed": 3, "passed": 3 });
                })
            });
            let suite = entry(&mut json_of(tree, &format!("{}/record.json", last(tree)))["suites"], SUITE).clone();
            let mut names: Vec<&str> = suite["tests"].as_object().expect("names").keys().map(String::as_str).collect();
            names.sort_unstable();
            told(tree, |of| {
                let suite = entry(&mut of["tests"], SUITE);
                suite["counts"] = json!({ "listed": 3, "passed": 3 });
                suite["names"] = json!(sha256(names.join("\n").as_bytes())[..16]);
                list(&mut suite["added"]).retain(|name| name != "tests::less_is_more");
            });
        },
        2,
        SUITE,
        "by its log",
    ),
    (
        "the log forged with all the rest but how the process ended",
        Failing,
        |tree| {
            let log = tree.read(&format!("{}/{LOG}", last(tree)));
            let log = log.replace("less_is_more ... FAILED", "less_is_more ... ok");
            let log = log.replace("test result: FAILED. 3 passed; 1 failed", "test result: ok. 4 passed; 0 failed");
            let (head, _) = log.split_once("\nfailures:\n").expect("failures");
            let result = log.lines().find(|line| line.starts_with("test result: ")).expect("a result");
            let log = format!("{head}\n{result}\n\n\n--- stderr ---\n");
            whitewash(tree, |tree, forge| rewrite(tree, LOG, &log, forge));
        },
        2,
        SUITE,
        "recorded as passed; its process ended otherwise: exit code 101",
    ),
    (
        "the log forged with all the rest, without a seam",
        Failing,
        |tree| {
            let log = tree.read(&format!("{}/{LOG}", last(tree)));
            let log = log.replace("less_is_more ... FAILED", "less_is_more ... ok");
            let log = log.replace("test result: FAILED. 3 passed; 1 failed", "test result: ok. 4 passed; 0 failed");
            let (head, _) = log.split_once("\nfailures:\n").expect("failures");
            let result = log.lines().find(|line| line.starts_with("test result: ")).expect("a result");
            let log = format!("{head}\n{result}\n\n\n--- stderr ---\n");
            whitewash(tree, |tree, forge| {
                rewrite(tree, LOG, &log, |record| {
                    forge(record);
                    entry(&mut record["suites"], SUITE)["ended"] = json!({ "exitCode": 0 });
                });
            });
            let _ = validate(tree, &["--level", "3"]).has_none("contradicted V3 test:").has_none("contradicted V2");
        },
        4,
        SUITE,
        "recorded as passed; failed now",
    ),
];

/// In the payload.
const OF_PAYLOAD: &[Lie] = &[
    (
        "more tests than passed",
        Done,
        |tree| told(tree, |of| entry(&mut of["tests"], SUITE)["counts"]["passed"] = json!(9)),
        2,
        SUITE,
        "other counts",
    ),
    (
        "other tests than were listed",
        Done,
        |tree| told(tree, |of| entry(&mut of["tests"], SUITE)["names"] = json!("0".repeat(16))),
        2,
        SUITE,
        "other names of tests",
    ),
    (
        "a new test that is none",
        Done,
        |tree| told(tree, |of| entry(&mut of["tests"], SUITE)["added"] = json!(["tests::not_there"])),
        2,
        SUITE,
        "knows no test `tests::not_there`",
    ),
    (
        "an outcome flipped",
        Failing,
        |tree| told(tree, |of| entry(&mut of["tests"], SUITE)["status"] = json!("passed")),
        2,
        SUITE,
        "another outcome: `failed`, not `passed`",
    ),
    (
        "a failing test left out",
        Failing,
        |tree| {
            told(tree, |of| {
                entry(&mut of["tests"], SUITE).as_object_mut().expect("an object").remove("failures");
            })
        },
        2,
        SUITE,
        "has a failure of `tests::less_is_more`, which is left out",
    ),
    (
        "a failing suite withdrawn",
        Failing,
        |tree| {
            told(tree, |of| {
                entry(&mut of["tests"], SUITE)["withdrawn"] =
                    json!({ "at": "2026-11-02T09:30:00Z", "why": "not needed" });
            })
        },
        2,
        SUITE,
        "it is withdrawn, and the run that wrote last has it as failed",
    ),
    (
        "a change withdrawn",
        Done,
        |tree| {
            told(tree, |of| {
                entry(&mut of["changes"], "change:counter/src/main.rs")["withdrawn"] =
                    json!({ "at": "2026", "why": "hush" });
            })
        },
        2,
        "change:counter/src/main.rs",
        "it is withdrawn, and the run that wrote last has it as modified",
    ),
    (
        "ready although a test fails",
        Failing,
        |tree| told(tree, |of| of["handoff"]["readyFor"] = json!("5-acceptance")),
        0,
        "handoff",
        "test:adder/lib/adder is recorded as failed",
    ),
    (
        "ready for a stage there is not",
        Done,
        |tree| told(tree, |of| of["handoff"]["readyFor"] = json!("9-release")),
        0,
        "handoff",
        "`9-release` is no stage",
    ),
    (
        "red that nobody ran",
        Done,
        |tree| {
            told(tree, |of| {
                let run = of["handoff"]["record"]["path"].clone();
                let commit = of["baseline"]["commit"].clone();
                entry(&mut of["tests"], SUITE)["red"] = json!([{
                    "test": "tests::more_is_more", "class": "red-assertion", "where": "adder/src/lib.rs:25",
                    "baseline": commit, "evidenceRef": run,
                }]);
            })
        },
        2,
        SUITE,
        "`tests::more_is_more` is said to be red-assertion on the baseline, and no record holds such a run",
    ),
    (
        "a scenario's red that nobody ran",
        Done,
        |tree| {
            let run = last(tree);
            edit(tree, PAYLOAD, |payload| {
                payload["testPlan"]["scenarios"][0]["red"] = json!([{
                    "suite": SUITE, "test": "tests::order_does_not_matter", "class": "red-assertion",
                    "where": "adder/src/lib.rs:30", "evidenceRef": run, "by": "cargo-handoff",
                }]);
            });
        },
        2,
        "red:scenario:scenario-1",
        "`tests::order_does_not_matter` is said to be red-assertion on the baseline, and its record holds no such run",
    ),
    (
        "findings of clippy's left out",
        Failing,
        |tree| {
            told(tree, |of| {
                let targets = &mut entry(&mut of["commands"], "command:clippy")["targets"];
                list(targets).retain(|target| target["package"] != "adder");
            });
        },
        2,
        "command:clippy",
        "which is left out",
    ),
    (
        "a suite that does not exist, in a run that does",
        Done,
        |tree| {
            told(tree, |of| {
                let mut other = entry(&mut of["tests"], SUITE).clone();
                other["id"] = json!("test:adder/test/others");
                list(&mut of["tests"]).push(other);
            })
        },
        2,
        "test:adder/test/others",
        "its record knows no such suite",
    ),
    (
        "a suite that does not exist, in no run",
        Done,
        |tree| {
            told(tree, |of| {
                let mut other = entry(&mut of["tests"], SUITE).clone();
                other["id"] = json!("test:adder/test/others");
                other.as_object_mut().expect("an object").remove("evidenceRef");
                list(&mut of["tests"]).push(other);
            })
        },
        0,
        "test:adder/test/others",
        "no record holds it",
    ),
    (
        "a change that leans on another run",
        Done,
        |tree| {
            let first = links(tree)[0].clone();
            told(tree, |of| entry(&mut of["changes"], "change:counter/src/main.rs")["evidenceRef"] = json!(first));
        },
        2,
        "change:counter/src/main.rs",
        "its record knows no such change",
    ),
    (
        "a suite that leans on another run",
        Done,
        |tree| {
            let first = links(tree)[0].clone();
            told(tree, |of| entry(&mut of["tests"], COUNTS)["evidenceRef"] = json!(first));
        },
        2,
        COUNTS,
        "another time",
    ),
    (
        "a suite that leans on no place of evidence",
        Done,
        |tree| {
            told(tree, |of| entry(&mut of["tests"], COUNTS)["evidenceRef"] = json!("../../evidence"));
        },
        0,
        COUNTS,
        "is no place of evidence",
    ),
    (
        "a test of yesterday called today's",
        Done,
        |tree| told(tree, |of| entry(&mut of["tests"], SUITE)["observedAt"] = json!("2030-01-01T00:00:00Z")),
        2,
        SUITE,
        "another time",
    ),
    (
        "a check's words",
        Done,
        |tree| told(tree, |of| entry(&mut of["commands"], "command:clippy")["argv"] = json!(["cargo", "clippy"])),
        2,
        "command:clippy",
        "another command line",
    ),
    (
        "a check's environment",
        Done,
        |tree| told(tree, |of| entry(&mut of["commands"], "command:clippy")["env"] = json!({ "A": "b" })),
        2,
        "command:clippy",
        "another environment",
    ),
    (
        "a check's end",
        Done,
        |tree| told(tree, |of| entry(&mut of["commands"], "command:clippy")["exitCode"] = json!(1)),
        2,
        "command:clippy",
        "another end of the process",
    ),
    (
        "an approved command's words",
        Done,
        |tree| {
            told(tree, |of| {
                let command = entry(&mut of["commands"], CHECK);
                command["command"] = json!("./check.sh all");
                command["argv"] = json!(["./check.sh", "all"]);
            })
        },
        2,
        CHECK,
        "another command line: `./check.sh`, not `./check.sh all`",
    ),
    (
        "who approved a command",
        Done,
        |tree| told(tree, |of| entry(&mut of["commands"], CHECK)["approval"] = json!("trust")),
        2,
        CHECK,
        "another approval",
    ),
    (
        "a prescribed command replaced once it was run",
        Done,
        |tree| {
            edit(tree, PAYLOAD, |payload| {
                payload["testPlan"]["validationCommands"][1] = json!("./check.sh all");
            })
        },
        0,
        "handoff",
        "`./check.sh all` is prescribed; another was recorded",
    ),
    (
        "one command more prescribed, and called run",
        Done,
        |tree| {
            edit(tree, PAYLOAD, |payload| {
                list(&mut payload["testPlan"]["validationCommands"]).push(json!("cargo test --workspace"));
                let commands = &mut payload["implementation"]["commands"];
                let mut other = entry(commands, CHECK).clone();
                other["id"] = json!("command:prescribed:testPlan.validationCommands[2]");
                other["command"] = json!("cargo test --workspace");
                other["argv"] = json!(["cargo", "test", "--workspace"]);
                list(commands).push(other);
            })
        },
        2,
        "command:prescribed:testPlan.validationCommands[2]",
        "its record knows no such command",
    ),
    (
        "another toolchain",
        Done,
        |tree| told(tree, |of| of["environment"]["rustc"] = json!("rustc 2.0.0")),
        2,
        "environment",
        "its record names other tools: rustc `",
    ),
    (
        "another platform, which excuses fewer tests",
        Done,
        |tree| told(tree, |of| of["environment"]["triple"] = json!("wasm32-wasip1")),
        2,
        "environment",
        "not `wasm32-wasip1`",
    ),
    (
        "no environment",
        Done,
        |tree| {
            told(tree, |of| {
                of.as_object_mut().expect("an object").remove("environment");
            })
        },
        2,
        "environment",
        "is gone",
    ),
    (
        "another baseline",
        Done,
        |tree| {
            let commit = tree.ask_git(["rev-parse", "HEAD~1"]).trim().to_owned();
            told(tree, |of| of["baseline"]["commit"] = json!(commit));
        },
        2,
        "baseline",
        "no record has this commit",
    ),
    (
        "another tree",
        Done,
        |tree| told(tree, |of| of["baseline"]["tree"] = json!("0".repeat(40))),
        2,
        "baseline",
        "no record has this tree",
    ),
    (
        "a diff that is not the one",
        Done,
        |tree| {
            told(tree, |of| {
                let diff = &mut entry(&mut of["changes"], "change:counter/src/main.rs")["diff"];
                *diff = diff.as_str().expect("a diff").replace("Says", "Tells").into();
            })
        },
        2,
        "change:counter/src/main.rs",
        "another diff",
    ),
    (
        "a blob that is not the one",
        Done,
        |tree| told(tree, |of| entry(&mut of["changes"], "change:adder/src/lib.rs")["after"] = json!("0".repeat(40))),
        2,
        "change:adder/src/lib.rs",
        "another blob after",
    ),
    (
        "a change that never was",
        Done,
        |tree| {
            told(tree, |of| {
                let mut other = entry(&mut of["changes"], "change:counter/src/main.rs").clone();
                other["id"] = json!("change:counter/tests/counts.rs");
                other["file"] = json!("counter/tests/counts.rs");
                list(&mut of["changes"]).push(other);
            })
        },
        2,
        "change:counter/tests/counts.rs",
        "its record knows no such change",
    ),
    (
        "a change nobody tells of",
        Done,
        |tree| told(tree, |of| list(&mut of["changes"]).retain(|change| change["file"] != LIB)),
        2,
        "change:adder/src/lib.rs",
        "its entry is gone, or not this tool's any more, and the run that wrote last has it as modified",
    ),
    (
        "a failing suite nobody tells of",
        Failing,
        |tree| told(tree, |of| list(&mut of["tests"]).retain(|suite| suite["id"] != SUITE)),
        2,
        SUITE,
        "the run that wrote last has it as failed",
    ),
    (
        "a failing suite under another name",
        Failing,
        |tree| told(tree, |of| entry(&mut of["tests"], SUITE)["by"] = json!("somebody")),
        2,
        SUITE,
        "not this tool's any more",
    ),
    (
        "no audit",
        Done,
        |tree| {
            told(tree, |of| {
                of.as_object_mut().expect("an object").remove("audit");
            })
        },
        0,
        "audit",
        "the audit that was recorded is gone",
    ),
    (
        "a step called done",
        Done,
        |tree| {
            edit(tree, PAYLOAD, |payload| {
                list(&mut payload["plan"]["steps"]).push(json!({
                    "id": "3", "name": "Count", "files": ["counter/tests/counts.rs"], "status": "completed",
                    "statusHistory": [{ "from": "ready", "to": "completed", "by": "cargo-handoff", "why": "seen" }],
                }))
            })
        },
        4,
        "step:3",
        "no change in `counter/tests/counts.rs`",
    ),
    (
        "a scenario called tested",
        Done,
        |tree| {
            edit(tree, PAYLOAD, |payload| {
                list(&mut payload["testPlan"]["scenarios"]).push(json!({
                    "id": "s-2", "name": "twice", "tests": ["counter::twice"], "status": "implemented",
                    "statusHistory": [{ "from": "planned", "to": "implemented", "by": "cargo-handoff", "why": "seen" }],
                }))
            })
        },
        4,
        "scenario:s-2",
        "no test `counter::twice`",
    ),
];

/// In the tree: what was recorded is no longer what lies there.
const OF_TREE: &[Lie] = &[
    (
        "a change taken back",
        Done,
        |tree| {
            tree.ask_git(["checkout", "--quiet", "origin/main", "--", MAIN]);
            tree.commit("Take it back");
        },
        3,
        "change:counter/src/main.rs",
        "does not differ from the baseline",
    ),
    (
        "a file nobody tells of",
        Done,
        |tree| {
            tree.write("counter/src/slipped_in.rs", "//! Nobody asked for this.\n");
            tree.commit("Slip it in");
        },
        3,
        "change:counter/src/slipped_in.rs",
        "nobody claims it",
    ),
    (
        "a claimed file gone",
        Done,
        |tree| {
            std::fs::remove_file(tree.root.join("adder/tests/sums.rs")).expect("removed");
        },
        3,
        "change:adder/tests/sums.rs",
        "does not differ from the baseline",
    ),
    (
        "a test ignored",
        Done,
        |tree| tree.change(LIB, "    #[test]\n    fn nothing", "    #[test]\n    #[ignore]\n    fn nothing"),
        3,
        "change:adder/src/lib.rs",
        "edited after it was recorded",
    ),
    (
        "a test ignored, seen by running it",
        Done,
        |tree| tree.change(LIB, "    #[test]\n    fn nothing", "    #[test]\n    #[ignore]\n    fn nothing"),
        4,
        SUITE,
        "recorded 3 of 3 tests passed; 2 of 3 now",
    ),
    (
        "fewer tests than claimed",
        Done,
        |tree| tree.change(LIB, KEPT, ""),
        4,
        SUITE,
        "recorded 3 of 3 tests passed; 2 of 2 now",
    ),
    (
        "a new test renamed away",
        Done,
        |tree| tree.change(LIB, "fn more_is_more", "fn other_is_more"),
        4,
        SUITE,
        "recorded `tests::more_is_more` as a new test; there is no such test now",
    ),
    (
        "a test renamed away",
        Done,
        |tree| tree.change(LIB, "fn nothing_added_changes_nothing", "fn nothing"),
        3,
        "change:adder/src/lib.rs",
        "edited after it was recorded",
    ),
    (
        "an assertion taken out",
        Done,
        |tree| tree.change(LIB, "assert!(add(1, 1) < add(1, 2));", ""),
        3,
        "change:adder/src/lib.rs",
        "edited after it was recorded",
    ),
    (
        "an assertion taken out, and the change told anew",
        Done,
        |tree| {
            tree.change(LIB, "assert!(add(1, 1) < add(1, 2));", "");
            let blob = tree.ask_git(["hash-object", LIB]).trim().to_owned();
            told(tree, |of| entry(&mut of["changes"], "change:adder/src/lib.rs")["after"] = json!(blob));
        },
        2,
        "change:adder/src/lib.rs",
        "another blob after",
    ),
    (
        "an assertion taken out, and the change told anew in the record too",
        Done,
        |tree| {
            tree.change(LIB, "assert!(add(1, 1) < add(1, 2));", "");
            tree.commit("Take it out");
            let blob = tree.ask_git(["rev-parse", "HEAD:adder/src/lib.rs"]).trim().to_owned();
            reseal(tree, &last(tree), |record| {
                entry(&mut record["changes"], "change:adder/src/lib.rs")["after"] = json!(blob)
            });
            told(tree, |of| entry(&mut of["changes"], "change:adder/src/lib.rs")["after"] = json!(blob));
        },
        3,
        "change:adder/src/lib.rs",
        "its blobs before and after are not those of the patch",
    ),
    (
        "another repository's payload and evidence",
        Done,
        |tree| {
            let others = of_others();
            std::fs::remove_dir_all(tree.root.join("handoff")).expect("removed");
            let (from, to) = (others.root.join("handoff"), tree.root.join("handoff"));
            let _ = tree.run("cp", ["-a", from.as_str(), to.as_str()]).exits(0);
        },
        3,
        "change:adder/src/lib.rs",
        "edited after it was recorded",
    ),
];

/// What is wrong with how a lie is found.
fn complaints((name, _, tell, level, claim, why): &Lie, tree: &Tree) -> Vec<String> {
    tell(tree);
    let start = format!("contradicted V{level} {claim}");
    let number = level.to_string();
    let at: &[&str] = if *level < 4 { &["--level", &number] } else { &[] };
    let held = validate(tree, at);
    let mut complaints = Vec::new();
    let mut complain = |what: &str, held: &Held| {
        complaints.push(format!(
            "{name}: {what}: exit {:?}\n    {}\n{}",
            held.ran.status,
            held.claims.join("\n    "),
            held.ran.stderr
        ));
    };
    if held.ran.status != Some(105) || !held.has(&start, why) {
        complain(&format!("no `{start}… {why}`"), &held);
    }
    // The level is the lowest that can know.
    if let Some(below) = level.checked_sub(1) {
        let held = validate(tree, &["--level", &below.to_string()]);
        if held.has("contradicted", &format!(" {claim}")) && held.has("contradicted", why) {
            complain(&format!("V{below} knows already"), &held);
        }
    }
    complaints
}

/// Tells each lie in a folder of its own, with two hands.
fn tell(lies: &[Lie]) {
    let done = worked();
    let fails = lies.iter().any(|(_, about, ..)| *about == Failing).then(|| clone(&failing(&done)));
    let done = clone(&done);
    let _ = validate(&done, &["--level", "3"]).exits(0).has_none("contradicted").has_none("stale");
    if let Some(fails) = &fails {
        let _ = validate(fails, &["--level", "3"]).exits(100).has_none("contradicted").has_none("stale");
    }
    let mut hands = [Vec::new(), Vec::new()];
    for (index, lie) in lies.iter().enumerate() {
        let base = fails.as_ref().filter(|_| lie.1 == Failing).unwrap_or(&done);
        hands[index % 2].push((lie, base.copy()));
    }
    let row = |(lie, tree): (&Lie, Tree)| complaints(lie, &tree);
    let found: Vec<String> = std::thread::scope(|scope| {
        let hands = hands.map(|rows| scope.spawn(move || rows.into_iter().flat_map(row).collect::<Vec<_>>()));
        hands.into_iter().flat_map(|hand| hand.join().expect("no row panics")).collect()
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn evidence_that_was_tampered_with_is_contradicted() {
    tell(OF_EVIDENCE);
}

#[test]
fn a_payload_that_says_what_its_evidence_does_not_is_contradicted() {
    tell(OF_PAYLOAD);
}

#[test]
fn a_tree_that_is_not_the_recorded_one_is_contradicted() {
    tell(OF_TREE);
}

/// What only somebody who knows an earlier payload can find.
const OF_HISTORY: &[Lie] = &[
    (
        "a history removed",
        Done,
        |tree| {
            told(tree, |of| {
                of["handoff"].as_object_mut().expect("an object").remove("history");
            });
        },
        0,
        "against:implementation.handoff.history",
        "it is gone",
    ),
    (
        "a requirement written anew",
        Done,
        |tree| edit(tree, PAYLOAD, |payload| payload["requirement"]["summary"] = json!("Sums may be negative.")),
        0,
        "against:requirement.summary",
        "says something else",
    ),
    (
        "a payload that never knew of evidence",
        Done,
        |tree| {
            std::fs::remove_dir_all(tree.root.join("handoff/evidence")).expect("removed");
            told(tree, |of| {
                let of = of.as_object_mut().expect("an object");
                of.remove("evidence");
                of["handoff"].as_object_mut().expect("an object").remove("record");
            });
        },
        0,
        "against:handoff/evidence/",
        "it is gone",
    ),
    (
        "a chain made anew",
        Done,
        |tree| {
            let [first, middle, last] = <[String; 3]>::try_from(links(tree)).expect("three");
            std::fs::remove_dir_all(tree.root.join(&middle)).expect("removed");
            told(tree, |of| list(&mut of["evidence"]).retain(|link| link["path"] != middle.as_str()));
            let first = sha256(tree.read(&format!("{first}/record.json")).as_bytes());
            reseal(tree, &last, |record| record["previous"] = json!([first]));
        },
        0,
        "against:handoff/evidence/",
        "it is gone",
    ),
];

#[test]
fn what_an_earlier_payload_held_is_not_taken_out_of_it() {
    let base = clone(&worked());
    let _ = validate(&base, &["--level", "0", "--against", "HEAD"]).exits(0).has_none("contradicted");
    for (name, _, tell, level, claim, why) in OF_HISTORY {
        let tree = base.copy();
        tell(&tree);
        let held = validate(&tree, &["--level", "0", "--against", "origin/work"]);
        let is_found = held.has(&format!("contradicted V{level} {claim}"), why);
        assert!(held.ran.status == Some(105) && is_found, "{name}\n{}", held.claims.join("\n"));
    }
}

#[test]
fn what_proves_nothing_contradicts_nothing() {
    let tree = clone(&worked());
    told(&tree, |of| {
        entry(&mut of["tests"], SUITE)["durationMs"] = json!(4711);
        entry(&mut of["tests"], SUITE)["suite"] = json!("what the adder promises");
        let clippy = entry(&mut of["commands"], "command:clippy");
        clippy["durationMs"] = json!(4711);
        clippy["cached"] = json!(true);
        entry(&mut of["changes"], "change:adder/src/lib.rs")["rationale"] = json!("because");
    });
    let _ = validate(&tree, &["--level", "3"]).exits(0).has_none("contradicted").has_none("stale");
    let _ = validate(&tree, &[]).exits(0).has_none("contradicted").has_none("stale");
}

#[test]
fn work_that_went_on_is_stale_and_its_tests_are_named() {
    let tree = clone(&worked());
    tree.change(LIB, "assert!(add(1, 1) < add(1, 2));", "assert!(add(1, 1) < add(2, 2));");
    let _ = validate(&tree, &["--level", "3"])
        .says(&format!("stale V3 {SUITE}"), "edited since it was recorded: `tests::more_is_more`; not run again")
        .says(&format!("stale V3 {COUNTS}"), "the tree is another")
        .says("stale V3 command:clippy", "the tree is another")
        .has_none("contradicted V3 test:")
        .has_none("contradicted V3 command:");
}

#[test]
fn an_honest_payload_is_confirmed_by_whoever_has_a_clone() {
    let base = worked();
    for (name, config) in [("plain", "core.autocrlf=false"), ("with carriage returns", "core.autocrlf=true")] {
        let tree = Tree::empty();
        tree.ask_git(["clone", "--quiet", "--branch", "work", "-c", config, base.root.as_str(), "other name"]);
        let tree = tree.at("other name");
        let lib = std::fs::read_to_string(tree.folder.join(LIB)).expect("a file");
        assert_eq!(lib.contains('\r'), config.ends_with("true"), "{name}");
        let _ = validate(&tree, &["--level", "3"])
            .exits(0)
            .has_none("contradicted")
            .has_none("stale")
            .says(&format!("confirmed V3 {SUITE}"), "its record holds")
            .says("confirmed V3 change:adder/src/lib.rs", "");
        let _ = tree.handoff(["trust", "--all"]).exits(0);
        let _ = validate(&tree, &["--require", "reproduced"])
            .exits(0)
            .has_none("contradicted")
            .has_none("stale")
            .has_none("not-")
            .says(&format!("confirmed V4 {SUITE}"), "3 of 3 tests passed again")
            .says(&format!("confirmed V4 {CHECK}"), "")
            .says("confirmed V4 handoff", "ready for 5-acceptance");
    }
}

#[test]
fn what_rests_on_an_edited_record_is_confirmed_by_nothing_that_record_says() {
    let tree = of_others();
    edit(&tree, &format!("{}/record.json", last(&tree)), |record| record["at"] = json!("2026-01-01T00:00:00Z"));
    for level in ["0", "1", "2"] {
        let _ = validate(&tree, &["--level", level])
            .exits(105)
            .says("contradicted V0 evidence:", "its SHA-256 is not the listed one")
            .says(&format!("not-checkable V0 {SUITE}"), "was edited: nothing rests on it")
            .has_none("confirmed");
    }
    let _ = validate(&tree, &[]).exits(105).says(&format!("confirmed V4 {SUITE}"), "passed again");
}
