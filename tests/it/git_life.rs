//! Honest work stays confirmed, whatever git does with its commits: the verdicts of `validate` in each of them.

use crate::tree::{Ran, Tree};

const LIB: &str = "adder/src/lib.rs";
const TEST: &str = "    #[test]\n    fn more_is_more() {\n        assert!(add(1, 1) < add(1, 2));\n    }\n\n";

/// A statement nobody can check, written by hand before the work began.
const BY_HAND: &str = r#"{ "command": "make test", "outcome": "passed" }"#;

/// The smallest workspace and its open payload, committed on `main`.
fn started() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates");
    tree.change("handoff/payload.json", r#""commands": []"#, &format!(r#""commands": [{BY_HAND}]"#));
    tree.git()
}

fn work(tree: &Tree) {
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
}

/// What the table's rows begin with: work on a branch, and a record of it; nothing of either is committed.
fn recorded_before_the_commit() -> Tree {
    let tree = started();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    work(&tree);
    let _ = tree.handoff(["implement"]).exits(0);
    tree
}

/// The same, the work committed before it was recorded.
fn recorded_after_the_commit() -> Tree {
    let tree = started();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    work(&tree);
    tree.commit("Add another test");
    let _ = tree.handoff(["implement"]).exits(0);
    tree
}

/// Somebody else's commit on `main`; back on the branch afterwards.
fn move_main(tree: &Tree, file: &str, old: &str, new: &str) {
    tree.ask_git(["switch", "--quiet", "main"]);
    tree.change(file, old, new);
    tree.commit("Somebody else's work");
    tree.ask_git(["switch", "--quiet", "work"]);
}

fn move_another_file(tree: &Tree) {
    move_main(tree, "counter/src/main.rs", "//! Prints how many", "//! Says how many");
}

fn move_the_same_file(tree: &Tree) {
    move_main(tree, LIB, "//! Adds.", "//! Adds numbers.");
}

/// A clone in another folder.
fn clone(base: &Tree, args: &[&str]) -> Tree {
    let tree = Tree::empty();
    let url = format!("file://{}", base.root);
    tree.ask_git([&["clone", "--quiet"], args, &[&url, "."]].concat());
    tree
}

/// What CI checks out of a pull request: the merge with `main`, detached, this many commits deep.
fn pull_request(base: &Tree, depth: u8) -> Tree {
    base.ask_git(["switch", "--quiet", "--detach", "main"]);
    base.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge work into main", "work"]);
    base.ask_git(["update-ref", "refs/pull/1/merge", "HEAD"]);
    let tree = Tree::empty().env("CI", "true").env("GITHUB_BASE_REF", "main");
    tree.ask_git(["init", "--quiet", "-b", "main"]);
    tree.ask_git(["remote", "add", "origin", &format!("file://{}", base.root)]);
    let (depth, refs) = (format!("--depth={depth}"), "+refs/pull/1/merge:refs/remotes/pull/1/merge");
    tree.ask_git(["fetch", "--quiet", "--no-tags", &depth, "origin", refs]);
    tree.ask_git(["checkout", "--quiet", "--force", "refs/remotes/pull/1/merge"]);
    tree
}

/// Each claim as `verdict claim: why`, and how the run ended.
fn verdicts(tree: &Tree, args: &[&str]) -> (Ran, Vec<String>) {
    let ran = tree.handoff([&["validate", "--message-format", "json"], args].concat());
    let text = |message: &serde_json::Value, key: &str| message[key].as_str().unwrap_or_default().to_owned();
    let claims = ran.messages();
    let claims = claims.iter().filter(|message| message["reason"] == "claim");
    let claims =
        claims.map(|claim| format!("{} {}: {}", text(claim, "verdict"), text(claim, "claim"), text(claim, "why")));
    let claims = claims.collect();
    (ran, claims)
}

/// Every complaint about a tree in which only these verdicts, and what was written by hand, may occur.
fn complaints(tree: &Tree, allowed: &[&str]) -> Vec<String> {
    let (ran, claims) = verdicts(tree, &[]);
    let is_fine = |claim: &String| {
        allowed.iter().any(|verdict| claim.starts_with(&format!("{verdict} ")))
            || claim.starts_with("not-checkable commands[0]: written by hand")
    };
    let mut complaints: Vec<String> = claims.iter().filter(|claim| !is_fine(claim)).cloned().collect();
    if !claims.iter().any(|claim| claim.contains(&format!("change:{LIB}"))) {
        complaints.push("the change is not among the claims".into());
    }
    if ran.status != Some(0) {
        complaints.push(format!("exit {:?}\n{}\n{}", ran.status, ran.stdout, ran.stderr));
    }
    // What the sealed record bears out without running anything: the tree may be another, and nothing is a lie.
    let (ran, claims) = verdicts(tree, &["--level", "3"]);
    complaints.extend(claims.iter().filter(|claim| claim.starts_with("contradicted ")).map(|it| format!("at V3 {it}")));
    if !claims.iter().any(|claim| claim.contains(" evidence:")) {
        complaints.push("at V3 there is no evidence among the claims".into());
    }
    if ran.status != Some(0) {
        complaints.push(format!("at V3 exit {:?}\n{}", ran.status, ran.stderr));
    }
    complaints
}

/// A row: what git does, and the tree to validate afterwards.
type Life = fn(Tree) -> Tree;

fn committed(tree: Tree) -> Tree {
    tree.commit("Add another test, with its record");
    tree
}

/// Everything that happens to a branch; its record goes with it.
const LIVES: &[(&str, Life)] = &[
    ("uncommitted", |tree| tree),
    ("committed", committed),
    ("the work in one commit, the record in the next", |tree| {
        tree.ask_git(["add", "adder"]);
        tree.ask_git(["commit", "--quiet", "--allow-empty", "-m", "Add another test"]);
        committed(tree)
    }),
    ("amended", |tree| {
        let tree = committed(tree);
        tree.ask_git(["commit", "--quiet", "--amend", "-m", "Say it better"]);
        tree
    }),
    ("rebased on a main that moved", |tree| {
        let tree = committed(tree);
        move_another_file(&tree);
        tree.ask_git(["rebase", "--quiet", "main"]);
        tree
    }),
    ("a main that moved merged in", |tree| {
        let tree = committed(tree);
        move_another_file(&tree);
        tree.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge main", "main"]);
        tree
    }),
    ("a main that moved not merged in", |tree| {
        let tree = committed(tree);
        move_another_file(&tree);
        tree
    }),
    ("squash-merged to main", |tree| {
        let tree = committed(tree);
        move_another_file(&tree);
        tree.ask_git(["switch", "--quiet", "main"]);
        tree.ask_git(["merge", "--quiet", "--squash", "work"]);
        tree.ask_git(["commit", "--quiet", "-m", "Add another test (#1)"]);
        tree
    }),
    ("squash-merged to main, which moved on", |tree| {
        let tree = committed(tree);
        tree.ask_git(["switch", "--quiet", "main"]);
        tree.ask_git(["merge", "--quiet", "--squash", "work"]);
        tree.ask_git(["commit", "--quiet", "-m", "Add another test (#1)"]);
        tree.change("counter/src/main.rs", "//! Prints how many", "//! Says how many");
        tree.commit("Somebody else's work");
        tree
    }),
    ("merge-committed to main", |tree| {
        let tree = committed(tree);
        move_another_file(&tree);
        tree.ask_git(["switch", "--quiet", "main"]);
        tree.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge work", "work"]);
        tree
    }),
    ("rebase-merged to main", |tree| {
        let tree = committed(tree);
        move_another_file(&tree);
        tree.ask_git(["rebase", "--quiet", "main"]);
        tree.ask_git(["switch", "--quiet", "main"]);
        tree.ask_git(["merge", "--quiet", "--ff-only", "work"]);
        tree
    }),
    ("rebase-merged to main as several commits", |tree| {
        tree.ask_git(["add", "adder"]);
        tree.ask_git(["commit", "--quiet", "--allow-empty", "-m", "Add another test"]);
        tree.write("README.md", "Sums.\n");
        tree.ask_git(["add", "README.md"]);
        tree.ask_git(["commit", "--quiet", "-m", "Say what it is"]);
        let _ = tree.handoff(["implement"]).exits(0);
        let tree = committed(tree);
        move_another_file(&tree);
        tree.ask_git(["rebase", "--quiet", "main"]);
        tree.ask_git(["switch", "--quiet", "main"]);
        tree.ask_git(["merge", "--quiet", "--ff-only", "work"]);
        tree
    }),
    ("a pull request's merge in CI, two commits deep", |tree| {
        let tree = committed(tree);
        move_another_file(&tree);
        pull_request(&tree, 2)
    }),
    ("cloned to another folder, only the branch and main", |tree| {
        let tree = committed(tree);
        tree.ask_git(["switch", "--quiet", "main"]);
        let clone = clone(&tree, &[]);
        clone.ask_git(["switch", "--quiet", "work"]);
        clone
    }),
    ("after git gc", |tree| {
        let tree = committed(tree);
        tree.ask_git(["commit", "--quiet", "--amend", "-m", "Say it better"]);
        tree.ask_git(["reflog", "expire", "--expire=now", "--all"]);
        tree.ask_git(["gc", "--quiet", "--prune=now"]);
        tree
    }),
];

/// Runs the rows with two hands.
fn table(base: &Tree, lives: &[(&'static str, Life)], allowed: &[&str]) -> Vec<String> {
    let mut hands = [Vec::new(), Vec::new()];
    for (index, (name, life)) in lives.iter().enumerate() {
        hands[index % 2].push((*name, *life, base.copy()));
    }
    let row = |(name, life, tree): (&str, Life, Tree)| -> Vec<String> {
        complaints(&life(tree), allowed).into_iter().map(|complaint| format!("{name}: {complaint}")).collect()
    };
    std::thread::scope(|scope| {
        let hands = hands.map(|rows| scope.spawn(move || rows.into_iter().flat_map(row).collect::<Vec<_>>()));
        hands.into_iter().flat_map(|hand| hand.join().expect("no row panics")).collect()
    })
}

#[test]
fn work_recorded_before_its_commit_is_confirmed_in_every_life() {
    let found = table(&recorded_before_the_commit(), LIVES, &["confirmed"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn work_recorded_after_its_commit_is_confirmed_where_that_matters() {
    let matters = ["committed", "rebased on", "squash-merged to main, which", "rebase-merged", "a pull"];
    let lives: Vec<_> =
        LIVES.iter().filter(|(name, _)| matters.iter().any(|start| name.starts_with(start))).copied().collect();
    let found = table(&recorded_after_the_commit(), &lives, &["confirmed"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn work_done_straight_on_main_is_confirmed() {
    let tree = started();
    work(&tree);
    let _ = tree.handoff(["implement"]).exits(0);
    let lives: &[(&str, Life)] = &[
        ("uncommitted", |tree| tree),
        ("committed", committed),
        ("amended", |tree| {
            let tree = committed(tree);
            tree.ask_git(["commit", "--quiet", "--amend", "-m", "Say it better"]);
            tree
        }),
        ("the work in one commit, the record in the next", |tree| {
            tree.ask_git(["add", "adder"]);
            tree.ask_git(["commit", "--quiet", "-m", "Add another test"]);
            committed(tree)
        }),
        ("somebody else's commit on top", |tree| {
            let tree = committed(tree);
            tree.change("counter/src/main.rs", "//! Prints how many", "//! Says how many");
            tree.commit("Somebody else's work");
            tree
        }),
        ("pushed, then more of it committed and not pushed", |tree| {
            let tree = committed(tree);
            tree.ask_git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
            tree.write("README.md", "Sums.\n");
            let _ = tree.handoff(["implement", "--seal"]).exits(0);
            tree.commit("Say what it is");
            tree
        }),
        ("pushed and cloned", |tree| clone(&committed(tree), &[])),
        ("pushed and cloned two commits deep", |tree| clone(&committed(tree), &["--depth=2"])),
    ];
    let found = table(&tree, lives, &["confirmed"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn where_others_edited_the_same_file_elsewhere_nothing_is_contradicted() {
    let lives: &[(&str, Life)] = &[
        ("rebased", |tree| {
            let tree = committed(tree);
            move_the_same_file(&tree);
            tree.ask_git(["rebase", "--quiet", "main"]);
            tree
        }),
        ("main merged in", |tree| {
            let tree = committed(tree);
            move_the_same_file(&tree);
            tree.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge main", "main"]);
            tree
        }),
        ("squash-merged to main", |tree| {
            let tree = committed(tree);
            move_the_same_file(&tree);
            tree.ask_git(["switch", "--quiet", "main"]);
            tree.ask_git(["merge", "--quiet", "--squash", "work"]);
            tree.ask_git(["commit", "--quiet", "-m", "Add another test (#1)"]);
            tree
        }),
        ("merge-committed to main", |tree| {
            let tree = committed(tree);
            move_the_same_file(&tree);
            tree.ask_git(["switch", "--quiet", "main"]);
            tree.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge work", "work"]);
            tree
        }),
        ("a pull request's merge in CI", |tree| {
            let tree = committed(tree);
            move_the_same_file(&tree);
            pull_request(&tree, 2)
        }),
        ("edited by others after it was merged", |tree| {
            let tree = committed(tree);
            tree.ask_git(["switch", "--quiet", "main"]);
            tree.ask_git(["merge", "--quiet", "--squash", "work"]);
            tree.ask_git(["commit", "--quiet", "-m", "Add another test (#1)"]);
            tree.change(LIB, "//! Adds.", "//! Adds numbers.");
            tree.commit("Somebody else's work");
            tree
        }),
    ];
    let found = table(&recorded_before_the_commit(), lives, &["confirmed", "stale"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn one_commit_is_too_few_to_measure_from_and_the_setting_is_named() {
    let base = committed(recorded_before_the_commit());
    let tree = pull_request(&base, 1);
    let said = tree.handoff(["validate"]).exits(78).stderr;
    assert!(said.contains("fetch-depth"), "{said}");
    base.ask_git(["switch", "--quiet", "work"]);
    let shallow = clone(&base, &["--depth=1", "--branch=work"]);
    let said = shallow.handoff(["validate"]).exits(78).stderr;
    assert!(said.contains("fetch-depth"), "{said}");
}
