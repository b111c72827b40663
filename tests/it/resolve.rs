//! Two branches that each recorded their work: their payloads become one, and nothing of either is lost.

use crate::tree::Tree;
use serde_json::Value;

const PAYLOAD: &str = "handoff/payload.json";
const LIB: &str = "adder/src/lib.rs";
const MAIN: &str = "counter/src/main.rs";
const TEST: &str = "    #[test]\n    fn more_is_more() {\n        assert!(add(1, 1) < add(1, 2));\n    }\n\n";

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

fn ids(payload: &Value, list: &str) -> Vec<String> {
    let list = payload["implementation"][list].as_array().cloned().unwrap_or_default();
    list.iter().filter_map(|entry| Some(entry["id"].as_str()?.to_owned())).collect()
}

/// Two branches with work of their own, each recorded and committed; `main` is checked out and holds the first.
fn two_branches() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "theirs"]);
    tree.change(MAIN, "//! Prints how many", "//! Says how many");
    let _ = tree.handoff(["implement", "--as", "They"]).exits(0);
    let _ = tree.handoff(["note", "follow-up", "say it in the README too", "--as", "They"]).exits(0);
    tree.commit("Their work");
    tree.ask_git(["switch", "--quiet", "main"]);
    tree.ask_git(["switch", "--quiet", "-c", "ours"]);
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement", "--as", "We"]).exits(0);
    let _ = tree.handoff(["note", "rationale", LIB, "more is more", "--as", "We"]).exits(0);
    tree.commit("Our work");
    tree
}

fn merge(tree: &Tree) -> bool {
    tree.run("git", ["merge", "--quiet", "-m", "Merge theirs", "theirs"]).status == Some(0)
}

#[test]
fn two_recorded_branches_become_one_and_everything_of_both_is_there() {
    let tree = two_branches();
    let ours = payload(&tree);
    assert!(!merge(&tree), "git alone cannot merge them");
    let theirs: Value = serde_json::from_str(&tree.ask_git(["show", ":3:handoff/payload.json"])).expect("JSON");
    let conflicted = tree.handoff(["status"]).exits(65);
    assert!(conflicted.stderr.contains("conflict"), "{conflicted:#?}");

    let ran = tree.handoff(["resolve"]).exits(0);
    assert!(ran.stdout.contains("merged `handoff/payload.json` by id"), "{ran:#?}");
    assert!(ran.stdout.contains("next: git add handoff/payload.json"), "{ran:#?}");
    assert!(tree.ask_git(["ls-files", "--unmerged"]).contains(PAYLOAD), "adding it is left to the user");
    let now = payload(&tree);
    for side in [&ours, &theirs] {
        for list in ["changes", "tests", "commands", "evidence", "followUps", "notes"] {
            let (known, now) = (ids(side, list), ids(&now, list));
            assert!(known.iter().all(|id| now.contains(id)), "{list}: {known:?} in {now:?}");
        }
    }
    assert_eq!(now["implementation"]["handoff"]["readyFor"], Value::Null, "nobody looked at both together");
    assert_eq!(now["meta"]["lastUpdatedBy"], "We");

    tree.ask_git(["add", PAYLOAD]);
    tree.ask_git(["commit", "--quiet", "-m", "Merge theirs"]);
    // What neither branch saw is not confirmed, and not called a lie.
    let ran = tree.handoff(["validate"]).exits(0);
    assert!(!ran.stdout.contains("contradicted"), "{}", ran.stdout);
    let _ = tree.handoff(["implement"]).exits(0);
    let ran = tree.handoff(["validate"]).exits(0);
    assert!(!ran.stdout.contains("contradicted"), "{ran:#?}");
    let changes = ids(&payload(&tree), "changes");
    assert!(changes.contains(&format!("change:{LIB}")) && changes.contains(&format!("change:{MAIN}")), "{changes:?}");
}

#[test]
fn two_honest_branches_that_changed_one_file_are_not_called_liars_once_they_are_resolved() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "theirs"]);
    tree.change(LIB, "//! ", "//! Here: ");
    let _ = tree.handoff(["implement", "--as", "They"]).exits(0);
    tree.commit("Their work");
    tree.ask_git(["switch", "--quiet", "main"]);
    tree.ask_git(["switch", "--quiet", "-c", "ours"]);
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement", "--as", "We"]).exits(0);
    tree.commit("Our work");
    assert!(!merge(&tree));
    let _ = tree.handoff(["resolve"]).exits(0);
    let holds = |when: &str| {
        for level in ["0", "1", "2", "3"] {
            let ran = tree.handoff(["validate", "--level", level]).exits(0);
            assert!(!ran.stdout.contains("contradicted"), "{when}: {}", ran.stdout);
        }
        let ran = tree.handoff(["validate", "--level", "3"]).exits(0);
        assert!(ran.stdout.contains("merged with other work on this file"), "{when}: {}", ran.stdout);
    };
    tree.ask_git(["add", PAYLOAD]);
    holds("before the merge is committed");
    tree.ask_git(["commit", "--quiet", "-m", "Merge theirs"]);
    holds("once it is committed");
    tree.write("notes.txt", "later\n");
    tree.commit("Go on");
    let ran = tree.handoff(["validate", "--level", "3"]).exits(105);
    assert!(ran.stdout.contains("nobody claims it") && !ran.stdout.contains("edited after"), "{}", ran.stdout);
    // Whoever edits it afterwards is found all the same.
    tree.change(LIB, "//! Here: ", "//! There: ");
    let ran = tree.handoff(["validate", "--level", "3"]).exits(105);
    assert!(ran.stdout.contains("was edited after it was recorded"), "{}", ran.stdout);
}

/// Work on a branch, recorded, and other work on the same file on `main`; the branch is checked out.
fn two_lines_of_work_on_one_file(work: (&str, &str), other: (&str, &str)) -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(LIB, work.0, work.1);
    let _ = tree.handoff(["implement", "--seal"]).exits(0);
    tree.commit("The work");
    tree.ask_git(["switch", "--quiet", "main"]);
    tree.change(LIB, other.0, other.1);
    tree.commit("Somebody else's work");
    tree.ask_git(["switch", "--quiet", "work"]);
    tree
}

#[test]
fn a_merge_that_brings_something_of_its_own_is_found() {
    let required = ["validate", "--require", "reproduced"];
    for is_into_main in [false, true] {
        let work = format!("{TEST}    #[test]\n    fn order");
        let other = ("//! Adds.", "//! Adds numbers.");
        let tree = two_lines_of_work_on_one_file(("    #[test]\n    fn order", &work), other);
        let (onto, from) = if is_into_main { ("main", "work") } else { ("work", "main") };
        tree.ask_git(["switch", "--quiet", onto]);
        tree.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge", from]);
        // As git merges it, it is no lie.
        let honest = tree.handoff(required).exits(0);
        assert!(!honest.stdout.contains("contradicted"), "{}", honest.stdout);
        tree.change(LIB, "    left + right", "    right + left");
        tree.ask_git(["commit", "--quiet", "--amend", "--no-edit", "-a"]);
        let ran = tree.handoff(required).exits(105);
        assert!(ran.stdout.contains("put something of its own into this file"), "{onto}: {}", ran.stdout);
    }
    // Where both changed the same lines somebody has to decide: nobody lied, and nobody recorded it.
    let tree = two_lines_of_work_on_one_file(("//! Adds.", "//! Adds well."), ("//! Adds.", "//! Adds numbers."));
    assert_ne!(tree.run("git", ["merge", "--quiet", "-m", "Merge main", "main"]).status, Some(0));
    let text = tree.read(LIB);
    let lines =
        text.lines().filter(|line| !["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)));
    tree.write(LIB, lines.map(|line| format!("{line}\n")).collect::<String>());
    tree.ask_git(["commit", "--quiet", "-a", "-m", "Merge main"]);
    let ran = tree.handoff(["validate"]).exits(0);
    assert!(ran.stdout.contains("merged with other work on this file by hand"), "{}", ran.stdout);
    let _ = tree.handoff(required).exits(100);
}

#[test]
fn without_a_conflict_there_is_nothing_to_resolve_and_nothing_is_written() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let before = tree.digest_of_everything();
    let ran = tree.handoff(["resolve"]).exits(0);
    assert!(ran.stdout.contains("nothing to resolve"), "{ran:#?}");
    assert_eq!(tree.digest_of_everything(), before);
}

/// Two branches of which people wrote another text into the same place.
fn disagreeing() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let name = payload(&tree)["plan"]["steps"][0]["name"].as_str().expect("a name").to_owned();
    for (branch, text, more) in
        [("theirs", "Their words", "\"theirMember\": 1.10"), ("ours", "Our words", "\"ourMember\": 2e1")]
    {
        tree.ask_git(["switch", "--quiet", "main"]);
        tree.ask_git(["switch", "--quiet", "-c", branch]);
        tree.change(PAYLOAD, &format!("\"{name}\""), &format!("\"{text}\", {more}"));
        tree.commit(branch);
    }
    tree
}

#[test]
fn what_people_disagree_about_is_listed_and_decided_by_nobody_but_them() {
    let tree = disagreeing();
    assert!(!merge(&tree));
    let before = tree.read(PAYLOAD);
    let ran = tree.handoff(["resolve"]).exits(65);
    assert!(ran.stderr.contains("error[merge-conflict]") && ran.stderr.contains("plan.steps[0].name"), "{ran:#?}");
    assert!(ran.stderr.contains("Their words") && ran.stderr.contains("--prefer"), "{ran:#?}");
    assert_eq!(tree.read(PAYLOAD), before, "nothing was written");
    let _ = tree.handoff(["resolve", "--prefer", "theirs"]).exits(0);
    let text = tree.read(PAYLOAD);
    assert!(text.contains("Their words") && !text.contains("Our words"), "{text}");
    assert!(text.contains("\"theirMember\": 1.10") && text.contains("\"ourMember\": 2e1"), "{text}");
}

#[test]
fn a_payload_somebody_joined_by_hand_is_not_written_over() {
    let tree = disagreeing();
    assert!(!merge(&tree));
    let mut own = payload_of(&tree, ":2:");
    own["byHand"] = true.into();
    tree.write(PAYLOAD, serde_json::to_string_pretty(&own).expect("JSON"));
    let ran = tree.handoff(["resolve", "--prefer", "ours"]).exits(65);
    assert!(ran.stderr.contains("by hand") && ran.stderr.contains("git checkout --merge"), "{ran:#?}");
    tree.ask_git(["checkout", "--quiet", "--merge", "--", PAYLOAD]);
    let _ = tree.handoff(["resolve", "--prefer", "ours"]).exits(0);
}

fn payload_of(tree: &Tree, stage: &str) -> Value {
    serde_json::from_str(&tree.ask_git(["show", &format!("{stage}{PAYLOAD}")])).expect("JSON")
}

/// The binary as git's merge driver, set up as the help says.
fn with_driver(tree: &Tree) {
    let driver = format!("{} resolve --driver %O %A %B %P", env!("CARGO_BIN_EXE_cargo-handoff"));
    tree.ask_git(["config", "merge.handoff.driver", &driver]);
    tree.write(".git/info/attributes", "handoff/payload.json merge=handoff\n");
}

#[test]
fn as_a_merge_driver_it_needs_nobody() {
    let tree = two_branches();
    with_driver(&tree);
    assert!(merge(&tree), "{}", tree.ask_git(["status"]));
    let now = payload(&tree);
    let changes = ids(&now, "changes");
    assert!(changes.contains(&format!("change:{LIB}")) && changes.contains(&format!("change:{MAIN}")), "{changes:?}");
    assert!(tree.ask_git(["status", "--porcelain"]).is_empty());
}

#[test]
fn a_merge_driver_that_cannot_settle_it_leaves_markers_and_the_conflict_in_the_index() {
    let tree = disagreeing();
    with_driver(&tree);
    assert!(!merge(&tree));
    let text = tree.read(PAYLOAD);
    assert!(text.contains("<<<<<<<") && text.contains("Their words") && text.contains("Our words"), "{text}");
    assert!(tree.ask_git(["ls-files", "--unmerged"]).contains(PAYLOAD));
    let files = ["base", "ours", "theirs"];
    for (name, stage) in files.iter().zip([":1:", ":2:", ":3:"]) {
        tree.write(name, tree.ask_git(["show", &format!("{stage}{PAYLOAD}")]));
    }
    let ran = tree.handoff(["resolve", "--driver", "base", "ours", "theirs"]).exits(1);
    assert!(ran.stdout.contains("plan.steps[0].name"), "{ran:#?}");
    let _ = tree.handoff(["resolve"]).exits(65);
    let _ = tree.handoff(["resolve", "--prefer", "ours"]).exits(0);
    assert!(payload(&tree)["plan"]["steps"][0]["theirMember"].is_number());
}
