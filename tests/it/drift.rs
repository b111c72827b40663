//! What instruments found and somebody kept: it stands in the payload, and is asked again.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";
const LIB: &str = "adder/src/lib.rs";
const MAIN: &str = "counter/src/main.rs";

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

/// The payload lies beside the work and is not committed: only the sources have a history.
fn two_crates() -> Tree {
    Tree::of("two-crates").payload("two-crates").git()
}

#[track_caller]
fn cite(tree: &Tree, args: &[&str]) {
    let ran = tree.handoff(["recon"].iter().chain(args).chain(&["--cite", "--as", "Somebody"])).exits(0);
    assert!(ran.stdout.contains("next: cargo handoff recon drift - kept as `recon:"), "{ran:#?}");
}

/// The answer of `recon drift`.
#[track_caller]
fn drift(tree: &Tree) -> Value {
    let ran = tree.handoff(["recon", "drift", "--message-format", "json"]).exits(0);
    ran.messages().pop().expect("a line")
}

/// State, place and whether it is this work, of everything that is not as it was.
fn rows(answer: &Value) -> Vec<String> {
    let rows = answer["rows"]["items"].as_array().expect("rows").iter();
    let told = rows.filter(|row| row["state"] != "unchanged").map(|row| {
        let own = if row["ofThisWork"] == true { " own" } else { "" };
        let cause = row["cause"]["subject"].as_str().map(|subject| format!(" {subject:?}")).unwrap_or_default();
        format!("{} {}{own}{cause}", row["state"].as_str().expect("a word"), row["at"].as_str().expect("a place"))
    });
    told.collect()
}

#[test]
fn a_finding_that_is_cited_stands_in_the_payload_signed_by_who_asked() {
    let tree = two_crates();
    cite(&tree, &["overview", "adder"]);
    let first = payload(&tree);
    let entry = &first["implementation"]["recon"][0];
    assert_eq!(entry["by"], "Somebody");
    assert_eq!(entry["kind"], "overview");
    assert_eq!(entry["words"], "cargo handoff recon overview adder");
    assert_eq!(entry["question"], json!({"paths": ["adder"], "limit": 50}));
    assert_eq!(entry["total"], 4);
    let add = json!({"path": "add", "file": LIB, "line": 8, "signature": "pub fn add(left: u32, right: u32) -> u32"});
    assert_eq!(entry["symbols"][0], add);
    assert_eq!(first["meta"]["lastUpdatedBy"], "Somebody");
    // Again is another one, asked from where it was typed; nothing that was kept is changed.
    let tree = tree.at("adder");
    cite(&tree, &["overview", "src"]);
    let second = payload(&tree);
    assert_eq!(second["implementation"]["recon"][0], *entry);
    assert_eq!(
        second["implementation"]["recon"][1]["question"],
        json!({"folder": "adder", "paths": ["src"], "limit": 50})
    );
    let tree = tree.at("");
    assert_eq!(rows(&drift(&tree)), Vec::<String>::new());
    // What a person kept is no claim of this tool's, and fits the contract.
    let ran = tree.handoff(["validate", "--level", "0"]);
    assert!(!ran.stdout.contains("recon:"), "{ran:#?}");
}

#[test]
fn without_a_payload_nothing_is_kept_and_that_is_said() {
    let tree = Tree::of("two-crates").git();
    let ran = tree.handoff(["recon", "overview", "adder", "--cite"]).exits(66);
    assert!(ran.stderr.contains("error[payload-missing]"), "{ran:#?}");
    let ran = tree.handoff(["recon", "drift"]).exits(66);
    assert!(ran.stderr.contains("error[payload-missing]"), "{ran:#?}");
}

#[test]
fn what_is_not_committed_is_this_work_and_no_alarm() {
    let tree = two_crates();
    let ran = tree.handoff(["recon", "drift"]).exits(0);
    assert!(ran.stdout.contains("nothing was kept"), "{ran:#?}");
    cite(&tree, &["overview", "adder"]);
    tree.change(LIB, "pub fn add(left: u32, right: u32)", "/// More.\npub fn add(left: u64, right: u32)");
    tree.change(LIB, "fn order_does_not_matter", "fn order_matters");
    let answer = drift(&tree);
    assert_eq!(answer["nAlarms"], 0, "{answer:#}");
    assert_eq!(
        rows(&answer),
        [
            "gone adder/src/lib.rs:22 own \"\"",
            "changed adder/src/lib.rs:8 own \"\"",
            "changed cargo handoff recon overview adder own",
            "moved adder/src/lib.rs:13 own \"\"",
            "moved adder/src/lib.rs:17 own \"\"",
        ]
    );
    let ran = tree.handoff(["recon", "drift"]).exits(0);
    assert!(ran.stdout.contains("(this work, not committed)"), "{ran:#?}");
    assert!(ran.stdout.contains("now `pub fn add(left: u64, right: u32) -> u32`"), "{ran:#?}");
    assert!(ran.stdout.contains("; nothing by anybody else"), "{ran:#?}");
}

#[test]
fn what_was_found_before_it_was_committed_and_is_committed_otherwise_is_this_work() {
    let tree = two_crates();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(LIB, "pub fn add(", "pub fn mine() -> u8 {\n    1\n}\n\npub fn add(");
    cite(&tree, &["find", "mine"]);
    tree.change(LIB, "pub fn mine() -> u8 {", "pub fn mine() -> u16 {");
    tree.commit("Mine");
    let answer = drift(&tree);
    assert_eq!(answer["nAlarms"], 0, "{answer:#}");
    assert!(rows(&answer).iter().any(|row| row.ends_with("own \"Mine\"")), "{answer:#}");
}

#[test]
fn each_instrument_is_asked_again_and_told_by_what_differs() {
    let tree = two_crates();
    cite(&tree, &["search", "adder::add", "--literal"]);
    cite(&tree, &["refs", "add", "--in", "adder"]);
    cite(&tree, &["todo"]);
    let kept = payload(&tree)["implementation"]["recon"].clone();
    assert_eq!(kept[0]["words"], "cargo handoff recon search --literal adder::add");
    assert_eq!(kept[1]["words"], "cargo handoff recon refs add --in adder");
    assert!(kept[0]["citations"].to_string().contains("counter/src/main.rs:6"), "{kept:#}");
    assert!(kept[1]["citations"].to_string().contains("counter/src/main.rs:6"), "{kept:#}");
    let answer = drift(&tree);
    assert_eq!(rows(&answer), Vec::<String>::new(), "{answer:#}");
    assert_eq!(answer["nUnknown"], 0, "{answer:#}");
    tree.change(MAIN, "    println!", "    let _ = adder::add(1, 2); // todo!() is none\n    todo!();\n    println!");
    let told = rows(&drift(&tree));
    assert_eq!(
        told,
        [
            "changed cargo handoff recon search --literal adder::add own",
            "changed cargo handoff recon refs add --in adder own",
            "changed cargo handoff recon todo own",
        ]
    );
    let ran = tree.handoff(["recon", "drift"]).exits(0);
    assert!(ran.stdout.contains("finds something else now: 1 new (counter/src/main.rs) (this work)"), "{ran:#?}");
}

#[test]
fn what_is_documented_of_a_dependency_is_kept_and_asked_again_at_the_version_that_is_locked_then() {
    let tree = two_crates();
    tree.write("adder/README.md", "Adds.\n");
    cite(&tree, &["docs", "adder::add"]);
    let entry = payload(&tree)["implementation"]["recon"][0].clone();
    assert_eq!(entry["words"], "cargo handoff recon docs adder::add");
    assert_eq!(entry["symbols"][0]["file"], "adder@0.1.0/src/lib.rs");
    assert_eq!(entry["symbols"][0]["signature"], "pub fn add(left: u32, right: u32) -> u32");
    assert_eq!(rows(&drift(&tree)), Vec::<String>::new());
    tree.change(LIB, "pub fn add(left: u32, right: u32)", "pub fn add(left: u64, right: u32)");
    assert_eq!(rows(&drift(&tree)), ["changed cargo handoff recon docs adder::add"]);
}

#[test]
fn what_was_not_kept_whole_is_unknown_where_there_are_as_many() {
    let tree = two_crates();
    let lines =
        |other: &str| (0..70).map(|n| format!("hit {n}{}\n", if n == 65 { other } else { "" })).collect::<String>();
    tree.write("notes.txt", lines(""));
    cite(&tree, &["search", "hit"]);
    tree.write("notes.txt", lines(" otherwise"));
    assert_eq!(rows(&drift(&tree)), ["unknown cargo handoff recon search hit"]);
    let ran = tree.handoff(["recon", "drift"]).exits(0);
    assert!(ran.stdout.contains("50 of 70 were kept"), "{ran:#?}");
    for nobody in ["", "a\u{1b}b"] {
        let _ = tree.handoff(["recon", "search", "hit", "--cite", "--as", nobody]).exits(2);
    }
}

#[test]
fn a_question_that_leads_out_of_the_root_is_not_asked_again() {
    let tree = two_crates();
    tree.write("../elsewhere/a.rs", "fn secret() {}\n");
    cite(&tree, &["overview", "adder"]);
    for (key, value) in [
        ("paths", json!(["../elsewhere"])),
        ("paths", json!([tree.root.join("../elsewhere")])),
        ("folder", json!("..")),
    ] {
        let mut forged = payload(&tree);
        forged["implementation"]["recon"][0]["question"][key] = value;
        let honest = tree.read(PAYLOAD);
        tree.write(PAYLOAD, forged.to_string());
        let ran = tree.handoff(["recon", "drift"]).exits(0);
        assert!(ran.stdout.contains("unknown: it would look outside of the payload's root"), "{ran:#?}");
        assert!(!ran.stdout.contains("elsewhere/a.rs"), "{ran:#?}");
        tree.write(PAYLOAD, honest);
    }
}

/// Citations on a branch whose `main` goes on: what comes from there with a rebase is somebody else's.
fn after_others_went_on() -> Tree {
    let tree = two_crates();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    cite(&tree, &["overview", "counter"]);
    let note = |source: &str| {
        let args = ["note", "cite", "--change", LIB, source, "--as", "Somebody"];
        let _: Ran = tree.handoff(args).exits(0);
    };
    note("counter/src/main.rs:5");
    note("counter/src/main.rs:7");
    note("adder/src/lib.rs:9");
    tree.change(LIB, "    left + right\n", "    right + left\n");
    tree.ask_git(["add", "-A"]);
    tree.commit("The work itself");
    tree.ask_git(["switch", "--quiet", "main"]);
    tree.change(MAIN, "//! Prints", "//! It\n//! prints");
    tree.change(MAIN, "    .skip(1)", "    .skip(2)");
    tree.change(MAIN, "fn main()", "fn help() {}\n\nfn main()");
    tree.commit("Skip one more");
    tree.ask_git(["switch", "--quiet", "work"]);
    tree.ask_git(["rebase", "--quiet", "main"]);
    tree
}

#[test]
fn what_somebody_else_committed_is_told_with_the_commit() {
    let tree = after_others_went_on();
    let answer = drift(&tree);
    assert_eq!(
        rows(&answer),
        [
            "changed cargo handoff recon overview counter",
            "changed counter/src/main.rs:5 \"Skip one more\"",
            "changed adder/src/lib.rs:9 own \"The work itself\"",
            "moved counter/src/main.rs:3 \"Skip one more\"",
            "moved counter/src/main.rs:7 \"Skip one more\"",
        ],
        "{answer:#}"
    );
}

#[test]
fn what_lies_in_a_file_that_was_moved_is_found_there() {
    let tree = two_crates();
    let _: Ran = tree.handoff(["note", "cite", "--change", LIB, "counter/src/main.rs:7", "--as", "Somebody"]).exits(0);
    tree.commit("Cite");
    tree.write("counter/src/bin/.keep", "");
    tree.ask_git(["mv", MAIN, "counter/src/bin/counter.rs"]);
    let now = |answer: &Value| answer["rows"]["items"][0]["now"].clone();
    let answer = drift(&tree);
    assert_eq!(rows(&answer), ["moved counter/src/main.rs:7 own \"\""], "{answer:#}");
    assert_eq!(now(&answer), "counter/src/bin/counter.rs:7");
    tree.commit("Move it");
    let answer = drift(&tree);
    assert_eq!(rows(&answer), ["moved counter/src/main.rs:7 own \"Move it\""], "{answer:#}");
    assert_eq!(now(&answer), "counter/src/bin/counter.rs:7");
    tree.ask_git(["rm", "--quiet", "counter/src/bin/counter.rs"]);
    tree.commit("Away with it");
    assert_eq!(rows(&drift(&tree)), ["gone counter/src/main.rs:7 own \"Move it\""]);
}

#[test]
fn implement_warns_of_what_others_changed_and_pauses_only_where_that_is_asked_for() {
    let tree = after_others_went_on();
    let before = tree.read(PAYLOAD);
    let ran = tree.handoff(["implement", "--strict-drift"]).exits(103);
    assert!(ran.stderr.contains("error[drifted]"), "{ran:#?}");
    assert!(ran.stderr.contains("`.skip(1)` changed, now `.skip(2)`"), "{ran:#?}");
    assert!(ran.stderr.contains("next: cargo handoff recon drift"), "{ran:#?}");
    assert_eq!(tree.read(PAYLOAD), before, "nothing was written");
    assert!(!tree.root.join("handoff/runs").exists(), "nothing was run");
    let ran = tree.handoff(["implement"]);
    assert!(ran.stderr.contains("since it was found: "), "{ran:#?}");
    assert_ne!(tree.read(PAYLOAD), before);
    // Who asks and cites again settles it.
    cite(&tree, &["overview", "counter"]);
    let _ = tree.handoff(["note", "cite", "--change", LIB, "counter/src/main.rs:9", "--as", "Somebody"]).exits(0);
    let ran = tree.handoff(["implement", "--strict-drift"]);
    assert!(ran.status != Some(103) && !ran.stderr.contains("since it was found"), "{ran:#?}");
}
