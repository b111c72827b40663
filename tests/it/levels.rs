//! `validate` by levels: what each finds by itself, what none below V4 starts, and what is enough.

use crate::tree::{Ran, Tree};
use cargo_handoff::files::sha256;
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";
const LIB: &str = "adder/src/lib.rs";
const SUITE: &str = "test:adder/lib/adder";
const TEST: &str = "    #[test]\n    fn more_is_more() {\n        assert!(add(1, 1) < add(1, 2));\n    }\n\n";

/// `two-crates` with a new test, recorded and sealed on a branch.
fn honest() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement"]).exits(0);
    tree
}

fn json_of(tree: &Tree, path: &str) -> Value {
    serde_json::from_str(&tree.read(path)).expect("JSON")
}

fn forge(tree: &Tree, path: &str, edit: impl FnOnce(&mut Value)) {
    let mut value = json_of(tree, path);
    edit(&mut value);
    tree.write(path, serde_json::to_string_pretty(&value).expect("JSON"));
}

/// The entry with this id in a list.
fn entry<'a>(list: &'a mut Value, id: &str) -> &'a mut Value {
    let entries = list.as_array_mut().expect("a list");
    entries.iter_mut().find(|entry| entry["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

/// The folder of the sealed record that is listed last.
fn evidence(tree: &Tree) -> String {
    let payload = json_of(tree, PAYLOAD);
    let listed = payload["implementation"]["evidence"].as_array().expect("a list").last().expect("one").clone();
    listed["path"].as_str().expect("a path").to_owned()
}

/// Edits the sealed record, and everything that names its digest with it, as somebody thorough would.
fn reseal(tree: &Tree, edit: impl FnOnce(&mut Value)) {
    let record = format!("{}/record.json", evidence(tree));
    let old = sha256(tree.read(&record).as_bytes());
    forge(tree, &record, edit);
    let new = sha256(tree.read(&record).as_bytes());
    tree.write(PAYLOAD, tree.read(PAYLOAD).replace(&old, &new));
}

/// What `validate` says with these arguments: `verdict LEVEL claim: why`.
struct Held {
    ran: Ran,
    claims: Vec<String>,
}

fn validate(tree: &Tree, args: &[&str]) -> Held {
    let ran = tree.handoff([&["validate", "--message-format", "json"], args].concat());
    let messages = ran.messages();
    let claims = messages.iter().filter(|message| message["reason"] == "claim").map(|claim| {
        let text = |key: &str| claim[key].as_str().unwrap_or_default();
        let level = match text("level") {
            "contract" => "V0",
            "evidence" => "V1",
            "outcomes" => "V2",
            "tree" => "V3",
            "checks" => "V4",
            other => other,
        };
        format!("{} {level} {}: {}", text("verdict"), text("claim"), text("why"))
    });
    let claims = claims.collect();
    Held { ran, claims }
}

impl Held {
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.ran.status, Some(code), "\n{}\n{}", self.claims.join("\n"), self.ran.stderr);
        self
    }

    /// Some claim begins with `start` and goes on to say `why`.
    #[track_caller]
    fn says(self, start: &str, why: &str) -> Self {
        let is_said = self.claims.iter().any(|claim| claim.starts_with(start) && claim.contains(why));
        assert!(is_said, "no `{start}… {why}` in\n{}", self.claims.join("\n"));
        self
    }

    /// No claim has this verdict.
    #[track_caller]
    fn has_none(self, verdict: &str) -> Self {
        let found: Vec<&String> = self.claims.iter().filter(|claim| claim.starts_with(verdict)).collect();
        assert!(found.is_empty(), "{found:#?}");
        self
    }

    fn answer(&self) -> Value {
        self.ran.messages().last().expect("it finished").clone()
    }
}

#[track_caller]
fn lie(honest: &Tree, level: &str, edit: impl FnOnce(&Tree), start: &str, why: &str) {
    let tree = honest.copy();
    edit(&tree);
    let _ = validate(&tree, &["--level", level]).exits(105).says(start, why);
    // A level below does not see it where it is the first that can.
    if let Some(below) = level.parse::<u8>().expect("a number").checked_sub(1) {
        let held = validate(&tree, &["--level", &below.to_string()]);
        assert!(!held.claims.iter().any(|claim| claim.starts_with(start)), "{}", held.claims.join("\n"));
    }
}

#[test]
fn an_honest_payload_holds_at_every_level_and_on_another_clone() {
    let tree = honest();
    for level in ["0", "V1", "v2", "3"] {
        let held = validate(&tree, &["--level", level]).exits(0).has_none("contradicted").has_none("stale");
        let number = level.trim_start_matches(['V', 'v']);
        let held = held.says(&format!("confirmed V{number} {SUITE}"), "its record holds; not run again");
        let done = held.answer()["levels"].as_array().expect("levels").len();
        assert_eq!(done.to_string(), (number.parse::<usize>().expect("a number") + 1).to_string());
    }
    tree.commit("The work, with its evidence");
    let clone = Tree::empty();
    let _ = clone.run("git", ["clone", "--quiet", tree.root.as_str(), "."]).exits(0);
    assert!(!clone.root.join("handoff/runs").exists(), "only what is sealed travels");
    let _ = validate(&clone, &["--level", "3"])
        .exits(0)
        .has_none("contradicted")
        .has_none("stale")
        .says(&format!("confirmed V3 {SUITE}"), "its record holds");
    let _ = validate(&clone, &[]).exits(0).has_none("contradicted").says(&format!("confirmed V4 {SUITE}"), "again");
}

#[test]
fn the_chain_and_the_contract_are_looked_at_first() {
    let tree = honest();
    let id = evidence(&tree).replace("handoff/evidence/", "evidence:");
    let edit =
        |edit: fn(&mut Value)| move |tree: &Tree| forge(tree, PAYLOAD, |payload| edit(&mut payload["implementation"]));
    let gone = edit(|of| of["evidence"] = json!([]));
    lie(&tree, "0", gone, &format!("contradicted V0 {SUITE}"), "is not in the chain");
    let folder = evidence(&tree);
    let removed = |tree: &Tree| std::fs::remove_dir_all(tree.root.join(&folder)).expect("removed");
    lie(&tree, "0", removed, &format!("contradicted V0 {id}"), "its record is missing");
    lie(&tree, "0", removed, &format!("contradicted V0 {SUITE}"), "missing");
    let record = |tree: &Tree| forge(tree, &format!("{folder}/record.json"), |record| record["at"] = json!("2020"));
    lie(&tree, "0", record, &format!("contradicted V0 {id}"), "its SHA-256 is not the listed one");
    let phantom = edit(|of| {
        let mut other = entry(&mut of["tests"], SUITE).clone();
        other["id"] = json!("test:adder/test/others");
        other["evidenceRef"] = json!("");
        of["tests"].as_array_mut().expect("a list").push(other);
    });
    lie(&tree, "0", phantom, "contradicted V0 test:adder/test/others", "no record holds it");
    let shape = edit(|of| entry(&mut of["tests"], SUITE)["counts"] = json!("many"));
    lie(&tree, "0", shape, &format!("contradicted V0 {SUITE}"), "not of the contract's shape");
    let previous = |tree: &Tree| reseal(tree, |record| record["previous"] = json!(["0".repeat(64)]));
    lie(&tree, "0", previous, &format!("contradicted V0 {id}"), "a link was taken out of the chain");
}

#[test]
fn logs_and_patches_are_hashed_again() {
    let tree = honest();
    let folder = evidence(&tree);
    let log = |tree: &Tree| {
        let path = format!("{folder}/test-adder-lib-adder.txt");
        tree.write(&path, tree.read(&path).replace("... ok", "... ok "));
    };
    lie(&tree, "1", log, &format!("contradicted V1 {SUITE}"), "was edited");
    let gone = |tree: &Tree| std::fs::remove_file(tree.root.join(&folder).join("command-clippy.txt")).expect("removed");
    lie(&tree, "1", gone, "contradicted V1 command:clippy", "is not there");
    let patch = |tree: &Tree| tree.write(&format!("{folder}/changes.patch"), "");
    lie(&tree, "1", patch, &format!("contradicted V1 change:{LIB}"), "was edited");
}

#[test]
fn outcomes_follow_from_records_and_logs() {
    let tree = honest();
    let edit =
        |edit: fn(&mut Value)| move |tree: &Tree| forge(tree, PAYLOAD, |payload| edit(&mut payload["implementation"]));
    let suite = format!("contradicted V2 {SUITE}");
    lie(&tree, "2", edit(|of| entry(&mut of["tests"], SUITE)["counts"]["passed"] = json!(9)), &suite, "other counts");
    let names = edit(|of| entry(&mut of["tests"], SUITE)["names"] = json!("0".repeat(16)));
    lie(&tree, "2", names, &suite, "other names of tests");
    let added = edit(|of| entry(&mut of["tests"], SUITE)["added"] = json!(["tests::more_is_more", "tests::not_there"]));
    lie(&tree, "2", added, &suite, "knows no test `tests::not_there`");
    let red = edit(|of| {
        entry(&mut of["tests"], SUITE)["red"] = json!([{
            "test": "tests::more_is_more", "class": "red-assertion", "baseline": "0", "evidenceRef": "handoff/runs/x",
        }]);
    });
    lie(&tree, "2", red, &suite, "no record holds such a run");
    let clippy = "contradicted V2 command:clippy";
    let argv = edit(|of| entry(&mut of["commands"], "command:clippy")["argv"] = json!(["cargo", "clippy", "--all"]));
    lie(&tree, "2", argv, clippy, "another command line");
    let env = edit(|of| entry(&mut of["commands"], "command:clippy")["env"] = json!({ "A": "b" }));
    lie(&tree, "2", env, clippy, "another environment");
    let cwd = edit(|of| entry(&mut of["commands"], "command:clippy")["cwd"] = json!("adder"));
    lie(&tree, "2", cwd, clippy, "another folder");
    let blob = edit(|of| entry(&mut of["changes"], &format!("change:{LIB}"))["after"] = json!("0".repeat(40)));
    lie(&tree, "2", blob, &format!("contradicted V2 change:{LIB}"), "another blob after");
    // The record edited too, and its digest everywhere: its log does not say so.
    let more = |tree: &Tree| {
        let mut names = Vec::new();
        reseal(tree, |record| {
            let suite = entry(&mut record["suites"], SUITE);
            suite["tests"]["tests::one_more"] = json!("passed");
            names = suite["tests"].as_object().expect("names").keys().cloned().collect();
            names.sort();
            suite["counts"] = json!({ "listed": 4, "passed": 4 });
        });
        forge(tree, PAYLOAD, |payload| {
            let suite = entry(&mut payload["implementation"]["tests"], SUITE);
            suite["counts"] = json!({ "listed": 4, "passed": 4 });
            suite["names"] = json!(sha256(names.join("\n").as_bytes())[..16]);
        });
    };
    lie(&tree, "2", more, &suite, "by its log");
}

#[test]
fn a_target_nobody_ever_saw_is_no_target_of_an_earlier_run() {
    let tree = honest();
    let at = "2026-01-01T00:00:00Z";
    let ghost = json!({ "package": "ghost", "kind": "lib", "name": "ghost", "outcome": "passed", "observedAt": at });
    let kept = tree.copy();
    forge(&kept, PAYLOAD, |payload| {
        let targets = &mut entry(&mut payload["implementation"]["commands"], "command:clippy")["targets"];
        targets.as_array_mut().expect("a list").push(ghost);
    });
    let packages = tree.copy();
    forge(&packages, PAYLOAD, |payload| {
        entry(&mut payload["implementation"]["commands"], "command:clippy")["passedEarlier"] = json!({ at: ["ghost"] });
    });
    for forged in [kept, packages] {
        let _ = validate(&forged, &["--level", "3"])
            .exits(0)
            .says("not-checkable V2 command:clippy", "no record of that time lies here");
        let _ = validate(&forged, &[])
            .exits(105)
            .says("contradicted V4 command:clippy", "the workspace has no such target");
    }
}

#[test]
fn another_run_s_log_does_not_bear_an_outcome_out() {
    let tree = honest();
    let swapped = |tree: &Tree| {
        let folder = evidence(tree);
        let log = tree.read(&format!("{folder}/test-counter-test-counts.txt"));
        tree.write(&format!("{folder}/test-adder-lib-adder.txt"), &log);
        reseal(tree, |record| {
            let digests = &mut entry(&mut record["suites"], SUITE)["digests"];
            digests["sha256"] = json!(sha256(log.as_bytes()));
            digests["bytes"] = json!(log.len());
        });
    };
    lie(&tree, "2", swapped, &format!("contradicted V2 {SUITE}"), "by its log");
}

#[test]
fn a_record_belongs_to_its_tree() {
    let tree = honest();
    tree.change(LIB, "assert!(add(1, 1) < add(1, 2));", "assert!(add(1, 1) < add(2, 2));");
    let _ = validate(&tree, &["--level", "2"]).exits(0).has_none("stale");
    let _ = validate(&tree, &["--level", "3"])
        .exits(105)
        .says(&format!("contradicted V3 change:{LIB}"), "edited after it was recorded")
        .says(&format!("stale V3 {SUITE}"), "edited since it was recorded: `tests::more_is_more`")
        .says("stale V3 command:clippy", "the tree is another");
    tree.ask_git(["checkout", "--quiet", "--", LIB]);
    let _ =
        validate(&tree, &["--level", "3"]).exits(105).says(&format!("contradicted V3 change:{LIB}"), "does not differ");
}

#[test]
fn a_patch_that_does_not_make_the_tree_is_no_patch() {
    let tree = honest();
    let swapped = |tree: &Tree| {
        let path = format!("{}/changes.patch", evidence(tree));
        let patch = tree.read(&path).replace("+        assert!(add(1, 1) < add(1, 2));", "+        assert!(true);");
        tree.write(&path, &patch);
        reseal(tree, |record| {
            record["patch"]["sha256"] = json!(sha256(patch.as_bytes()));
            record["patch"]["bytes"] = json!(patch.len());
        });
    };
    lie(&tree, "3", swapped, &format!("contradicted V3 change:{LIB}"), "the patch does not lead");
}

#[test]
fn what_is_enough_can_be_asked_for() {
    let tree = honest();
    let _ = validate(&tree, &["--level", "3", "--require", "not-contradicted"]).exits(0);
    let held = validate(&tree, &["--level", "3", "--require", "reproduced"]).exits(100);
    let open = held.answer()["open"].to_string();
    assert!(open.contains(SUITE) && open.contains("`reproduced` is required"), "{open}");
    let _ = validate(&tree, &["--require", "reproduced"]).exits(0);
    let _ = validate(&tree, &["--require", "confirmed"]).exits(0);
    forge(&tree, PAYLOAD, |payload| {
        let lists = payload["implementation"]["commands"].as_array_mut().expect("a list");
        lists.push(json!({ "command": "make", "result": "ok" }));
    });
    let _ = validate(&tree, &["--require", "reproduced"]).exits(0);
    // Nobody can hold that against anything: it is told, and stands in nobody's way.
    let held = validate(&tree, &["--require", "confirmed"]).exits(0);
    let _ = held.says("not-checkable V4 commands[", "written by hand");
    // What is ours and cannot be confirmed does, whatever else has its name.
    forge(&tree, PAYLOAD, |payload| {
        payload["plan"]["steps"][0]["status"] = json!("done");
        let lists = payload["implementation"]["commands"].as_array_mut().expect("a list");
        lists.push(json!({ "id": SUITE, "command": "make", "result": "ok" }));
    });
    let held = validate(&tree, &["--level", "3", "--require", "confirmed"]).exits(100);
    let answer = held.answer();
    assert!(answer["open"].to_string().contains("and `confirmed` is required"), "{answer}");
    assert_eq!(answer["next"][0]["command"], "cargo handoff explain require");
}

#[test]
fn a_level_there_is_not_is_refused_before_anything_runs() {
    let tree = honest();
    let ran = tree.handoff(["validate", "--level", "6"]).exits(2);
    assert!(ran.stderr.contains("a level is one of"), "{}", ran.stderr);
}

#[test]
fn steps_are_not_chosen_where_nothing_runs() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let ran = tree.handoff(["validate", "--level", "3", "--step", "1"]).exits(2);
    assert!(ran.stderr.contains("`--step` chooses among checks") && ran.stderr.contains("--level 4"), "{}", ran.stderr);
}

#[test]
fn evidence_edited_behind_git_s_back_is_no_answer_of_yesterday() {
    let tree = honest();
    forge(&tree, PAYLOAD, |_| {});
    let _ = validate(&tree, &[]).exits(0);
    let _ = validate(&tree, &[]).exits(0);
    let log = format!("{}/test-adder-lib-adder.txt", evidence(&tree));
    tree.write(&log, "nothing\n");
    let _ = validate(&tree, &[]).exits(105).says(&format!("contradicted V1 {SUITE}"), "was edited");
}

#[cfg(unix)]
#[test]
fn below_v4_no_cargo_and_no_compiler_is_started() {
    use crate::cache::{logged, started};
    let tree = logged(honest());
    let _ = started(&tree);
    for level in ["0", "1", "2", "3"] {
        let _ = validate(&tree, &["--level", level]).exits(0);
        assert_eq!(started(&tree), "", "V{level}");
    }
    // Nor where nothing is kept of earlier runs.
    std::fs::remove_dir_all(tree.root.join("target")).expect("removed");
    let _ = validate(&tree, &["--level", "3", "--require", "not-contradicted", "--against", "main"]).exits(0);
    assert_eq!(started(&tree), "");
    assert!(!tree.root.join("target").exists(), "and nothing is written");
    let _ = validate(&tree, &[]).exits(0);
    assert_ne!(started(&tree), "", "V4 does");
}

#[test]
fn nothing_an_earlier_payload_held_may_be_deleted() {
    let tree = honest();
    let _ = validate(&tree, &["--level", "0", "--against", "nowhere"]).exits(78);
    let held = validate(&tree, &["--level", "0", "--against", "work"]).exits(0);
    let _ = held.says("confirmed V0 against:work", "all that its payload held is still there");
    tree.commit("Recorded");
    let folder = evidence(&tree);
    // The work goes on and is recorded again: nothing is lost.
    tree.change(LIB, "//! Adds.", "//! Adds numbers.");
    let _ = tree.handoff(["implement", "--stress", "0"]).exits(0);
    let _ = validate(&tree, &["--level", "2", "--against", "work"]).exits(0);
    let lie = |edit: &dyn Fn(&Tree), what: &str, why: &str| {
        let copy = tree.copy();
        edit(&copy);
        let held = validate(&copy, &["--level", "0", "--against", "work"]).exits(105);
        let _ = held.says(&format!("contradicted V0 against:{what}"), why);
    };
    let edit = |edit: fn(&mut Value)| move |tree: &Tree| forge(tree, PAYLOAD, edit);
    lie(
        &edit(|of| drop(of["implementation"]["tests"].as_array_mut().map(|list| list.remove(0)))),
        "implementation.tests.",
        "gone",
    );
    let rewritten = edit(|of| of["plan"]["steps"][0]["name"] = json!("Add two numbers"));
    lie(&rewritten, "plan.steps.1.name", "says something else");
    lie(
        &edit(|of| drop(of["implementation"]["evidence"].as_array_mut().map(|list| list.remove(0)))),
        "implementation.evidence.",
        "gone",
    );
    lie(&|tree| tree.write(&format!("{folder}/test-adder-lib-adder.txt"), "ok\n"), &folder, "it was edited");
    lie(&|tree| std::fs::remove_dir_all(tree.root.join(&folder)).expect("removed"), &folder, "it is gone");
    let flipped =
        edit(|of| entry(&mut of["implementation"]["commands"], "command:clippy")["outcome"] = json!("failed"));
    lie(&flipped, "implementation.commands.command:clippy.outcome", "without a history");
}

#[test]
fn a_range_that_touches_no_payload_carries_no_handoff() {
    let tree = honest();
    let _ =
        validate(&tree, &["--changed-only", "--level", "3"]).exits(0).says(&format!("confirmed V3 {SUITE}"), "holds");
    tree.commit("The work");
    tree.ask_git(["switch", "--quiet", "main"]);
    tree.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge the work", "work"]);
    tree.ask_git(["switch", "--quiet", "-c", "other"]);
    tree.write("README.md", "Another thing.\n");
    tree.commit("Something else");
    // The payload of the work before is there, and none of this branch's business.
    let held = validate(&tree, &["--changed-only"]).exits(0);
    assert!(held.claims.is_empty());
    let note = held.answer()["note"].as_str().expect("a note").to_owned();
    assert!(note.contains("carries no handoff"), "{note}");
    let ran = tree.handoff(["validate", "--changed-only=main"]).exits(0);
    assert!(ran.stdout.contains("the work since `main` carries no handoff"), "{}", ran.stdout);
    assert!(!validate(&tree, &["--changed-only=main~1..main", "--level", "2"]).exits(0).claims.is_empty());
    let _ = validate(&tree, &["--changed-only=nowhere"]).exits(78);
    // A lie in it is.
    forge(&tree, PAYLOAD, |payload| {
        entry(&mut payload["implementation"]["tests"], SUITE)["counts"]["passed"] = json!(9);
    });
    let _ = validate(&tree, &["--changed-only", "--level", "2"]).exits(105);
    // So is one in another payload, beside an honest one.
    tree.ask_git(["checkout", "--quiet", "--", PAYLOAD]);
    let copy = tree.copy();
    let _ = copy.run("cp", ["-a", "handoff", "counter/handoff"]).exits(0);
    forge(&copy, "counter/handoff/payload.json", |payload| payload["implementation"]["evidence"] = json!([]));
    forge(&copy, PAYLOAD, |_| {});
    let held = validate(&copy, &["--changed-only", "--level", "0"]).exits(105);
    let _ = held.says("contradicted V0 test:adder/lib/adder", "is not in the chain").says("confirmed V0 evidence:", "");
}

#[test]
fn a_range_that_deletes_the_payload_is_not_one_without_a_handoff() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["rm", "--quiet", PAYLOAD]);
    tree.commit("Away with it");
    let held = validate(&tree, &["--changed-only=HEAD~1", "--level", "0"]).exits(0);
    let note = held.answer()["note"].as_str().expect("a note").to_owned();
    assert!(note.starts_with("a payload was deleted in"), "{note}");
    assert!(held.answer()["open"].to_string().contains(PAYLOAD));
    for more in [&[][..], &["--payload", PAYLOAD]] {
        let args = ["--changed-only=HEAD~1", "--level", "0", "--against", "HEAD~1"];
        let held = validate(&tree, &[&args, more].concat()).exits(105);
        let _ = held.says(&format!("contradicted V0 against:{PAYLOAD}"), "it was deleted");
    }
    let _ = validate(&tree, &["--changed-only=HEAD~1", "--level", "0", "--against", "nowhere"]).exits(78);
}

#[test]
fn the_human_report_says_which_levels_were_done() {
    let tree = honest();
    let ran = tree.handoff(["validate", "--level", "3"]).exits(0);
    let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("levels: V0 V1 V2 V3 done; V4 (checks run again), V5"), "{text}");
    assert!(text.contains("not-checkable step:1, scenario:scenario-1, at V3"), "{text}");
}

#[test]
fn other_tools_are_named_where_a_check_does_not_come_to_the_same() {
    let tree = honest();
    reseal(&tree, |record| record["environment"]["rustc"] = json!("rustc 1.0.0"));
    let _ = validate(&tree, &["--level", "2"]).exits(105).says("contradicted V2 environment", "names other tools");
    forge(&tree, PAYLOAD, |payload| payload["implementation"]["environment"]["rustc"] = json!("rustc 1.0.0"));
    let _ = validate(&tree, &["--level", "2"]).exits(0);
    tree.change(LIB, "    left + right", "    left.wrapping_sub(right)");
    let held = validate(&tree, &[]).exits(105);
    let _ = held.says(&format!("not-reproducible V4 {SUITE}"), "recorded with rustc 1.0.0, this is rustc ");
}
