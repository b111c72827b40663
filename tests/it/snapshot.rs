//! What was there before an edit, which symbols a change touched, and where guardrails went.

use crate::tree::{Ran, Tree};
use cargo_handoff::files::sha256;
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";
const LIB: &str = "adder/src/lib.rs";

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

fn two_crates() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates");
    tree.change(LIB, "    left + right\n", "    assert!(left < 1000, \"small\");\n    left + right\n");
    tree.git()
}

#[track_caller]
fn snapshot(tree: &Tree) -> Ran {
    tree.handoff(["recon", "baseline", "1", "--as", "Somebody"]).exits(0)
}

/// The texts of the follow-ups about guardrails that still hold.
fn follow_ups(tree: &Tree) -> Vec<String> {
    let payload = payload(tree);
    let entries = payload["implementation"]["followUps"].as_array().cloned().unwrap_or_default();
    let open = entries.iter().filter(|entry| {
        entry["id"].as_str().is_some_and(|id| id.starts_with("follow-up:guardrail:1:")) && entry["withdrawn"].is_null()
    });
    open.map(|entry| entry["text"].as_str().expect("a text").to_owned()).collect()
}

fn change_of_lib(tree: &Tree) -> Value {
    let payload = payload(tree);
    let changes = payload["implementation"]["changes"].as_array().expect("a list").clone();
    changes.into_iter().find(|change| change["file"] == LIB).expect("it changed")
}

#[test]
fn a_snapshot_is_kept_as_evidence_and_outlives_pruning() {
    let tree = two_crates();
    let ran = snapshot(&tree);
    assert!(ran.stdout.starts_with("step 1 1 file as they are now: 4 symbols, 0 to do, 1 assertion,"), "{ran:#?}");
    assert!(ran.stdout.contains("next: cargo handoff implement"), "{ran:#?}");
    let entry = payload(&tree)["implementation"]["recon"][0].clone();
    assert_eq!((&entry["kind"], &entry["by"]), (&json!("baseline"), &json!("Somebody")));
    assert_eq!(entry["question"], json!({"step": "1"}));
    let path = entry["evidence"]["path"].as_str().expect("a path").to_owned();
    assert!(path.starts_with("handoff/evidence/snapshot-"), "{path}");
    let _: Ran = tree.handoff(["prune", "--keep", "0", "--evidence"]).exits(0);
    let kept: Value = serde_json::from_str(&tree.read(&path)).expect("JSON");
    assert_eq!(kept["files"][0]["file"], LIB);
    assert_eq!(kept["files"][0]["guardrails"][0]["says"], "assert!(left<1000,\"small\")");
    assert_eq!(kept["files"][0]["symbols"][0]["signature"], "pub fn add(left: u32, right: u32) -> u32");
    // It is no drift that the work changes what was there before the work.
    tree.change(LIB, "pub fn add(left: u32", "pub fn add(left: u16");
    let ran = tree.handoff(["recon", "drift"]).exits(0);
    assert!(ran.stdout.contains("nothing was kept that could be asked again"), "{ran:#?}");
}

#[test]
fn a_snapshot_of_no_step_is_refused_and_one_of_changed_files_says_so() {
    let tree = two_crates();
    let ran = tree.handoff(["recon", "baseline", "9"]).exits(65);
    assert!(ran.stderr.contains("error[no-such-entry]") && ran.stderr.contains("the steps are: 1"), "{ran:#?}");
    assert!(payload(&tree)["implementation"]["recon"].is_null());
    tree.change(LIB, "left + right", "right + left");
    let ran = snapshot(&tree);
    assert!(ran.stdout.contains("1 file differs from HEAD already"), "{ran:#?}");
}

#[test]
fn a_step_that_names_no_rust_file_has_its_packages() {
    let tree = two_crates();
    tree.write("adder/CHANGELOG.md", "# News\n");
    let mut payload = payload(&tree);
    payload["plan"]["steps"][0]["files"] = json!(["adder/CHANGELOG.md"]);
    tree.write("handoff/payload.json", payload.to_string());
    let _ = snapshot(&tree);
    let _ = tree.handoff(["recon", "drift"]).exits(0);
}

#[test]
fn where_a_guardrail_went_is_told_once_and_taken_back_when_it_is_there_again() {
    let tree = two_crates();
    let _ = snapshot(&tree);
    tree.change(LIB, "    assert!(left < 1000, \"small\");\n", "");
    tree.change(
        LIB,
        "    #[test]\n    fn order_does_not_matter() {\n        assert_eq!(add(1, 2), add(2, 1));\n    }\n",
        "",
    );
    let _: Ran = tree.handoff(["implement"]);
    // That the test is gone is the audit's to tell.
    let told = ["`add` in `adder/src/lib.rs` no longer asserts `assert!(left<1000,\"small\")`"];
    assert_eq!(follow_ups(&tree), told);
    let findings = payload(&tree)["implementation"]["audit"]["findings"].to_string();
    assert!(findings.contains("order_does_not_matter"), "{findings}");
    // Where the snapshot cannot be read nothing is taken back.
    let path = payload(&tree)["implementation"]["recon"][0]["evidence"]["path"].as_str().expect("a path").to_owned();
    let text = tree.read(&path);
    tree.write(&path, text.replace("1000", "2000"));
    tree.change(LIB, "    left + right\n", "    assert!(left < 1000, \"small\");\n    left + right\n");
    let ran = tree.handoff(["implement"]);
    assert!(ran.stderr.contains("its snapshot was edited"), "{ran:#?}");
    assert_eq!(follow_ups(&tree), told);
    tree.write(&path, text);
    let _: Ran = tree.handoff(["implement", "--no-cache"]);
    assert_eq!(follow_ups(&tree), Vec::<String>::new());
}

/// Tells another tale of a change in the payload and in the sealed record, and names that one's new digest.
fn forge_record(tree: &Tree, honest: &str, forge: &dyn Fn(&mut Value)) -> Ran {
    let mut value: Value = serde_json::from_str(honest).expect("JSON");
    let folder = value["implementation"]["evidence"][0]["path"].as_str().expect("a path").to_owned();
    let path = format!("{folder}/record.json");
    let sealed = tree.read(&path);
    let mut record: Value = serde_json::from_str(&sealed).expect("JSON");
    for changes in [&mut record["changes"], &mut value["implementation"]["changes"]] {
        let changes = changes.as_array_mut().expect("a list");
        forge(changes.iter_mut().find(|change| change["file"] == LIB).expect("it changed"));
    }
    let forged = serde_json::to_string_pretty(&record).expect("JSON");
    let text = serde_json::to_string_pretty(&value).expect("JSON");
    tree.write(PAYLOAD, text.replace(&sha256(sealed.as_bytes()), &sha256(forged.as_bytes())));
    tree.write(&path, forged);
    let ran = tree.handoff(["validate", "--level", "3"]).exits(105);
    tree.write(&path, sealed);
    ran
}

#[test]
fn a_change_says_which_symbols_it_touched_and_a_forged_one_is_contradicted() {
    let tree = two_crates();
    tree.change(
        LIB,
        "pub fn add(left: u32, right: u32) -> u32 {",
        "pub fn add(left: u32, right: u32) -> u32\nwhere\n    u32: Copy,\n{",
    );
    tree.change(LIB, "assert_eq!(add(7, 0), 7);", "assert_eq!(add(0, 7), 7);");
    tree.change(LIB, "#[cfg(test)]", "/// Nothing.\npub const NOTHING: u32 = 0;\n\n#[cfg(test)]");
    let report = "--report=markdown=../report.md";
    let _: Ran = tree.handoff(["implement", "--seal", report]);
    let change = change_of_lib(&tree);
    let expected = json!([
        {"path": "add", "kind": "fn", "how": "signature", "public": true},
        {"path": "NOTHING", "kind": "const", "how": "added", "public": true},
        {"path": "tests/nothing_added_changes_nothing", "kind": "fn", "how": "body"},
    ]);
    assert_eq!(change["symbols"], expected);
    assert_eq!(change["publicSignaturesChanged"], 1);
    assert!(tree.read("../report.md").contains("**1 public signature changed**"), "{}", tree.read("../report.md"));
    let _: Ran = tree.handoff(["validate", "--level", "3"]).exits(0);
    // Nobody sees that the signature changed: neither the record nor the blobs say so.
    let honest = tree.read(PAYLOAD);
    let forge = |forge: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&honest).expect("JSON");
        let changes = value["implementation"]["changes"].as_array_mut().expect("a list");
        forge(changes.iter_mut().find(|change| change["file"] == LIB).expect("it changed"));
        tree.write(PAYLOAD, serde_json::to_string_pretty(&value).expect("JSON"));
        tree.handoff(["validate", "--level", "3"]).exits(105)
    };
    let ran = forge(&|change| change["symbols"][0]["how"] = json!("body"));
    assert!(ran.stdout.contains("other symbols it touched"), "{ran:#?}");
    // Where the record lies too, the blobs do not.
    let ran = forge_record(&tree, &honest, &|change| change["symbols"][0]["how"] = json!("body"));
    assert!(ran.stdout.contains("by its blobs `add` is not touched so (body, public)"), "{ran:#?}");
    let ran = forge_record(&tree, &honest, &|change| change["publicSignaturesChanged"] = json!(2));
    assert!(ran.stdout.contains("by its blobs 1 public signatures changed, not 2"), "{ran:#?}");
    let ran = forge_record(&tree, &honest, &|change| {
        change["symbols"].as_array_mut().expect("a list").pop();
    });
    assert!(ran.stdout.contains("by its blobs it touches 3 symbols, not 2"), "{ran:#?}");
    let ran = forge(&|change| {
        change.as_object_mut().expect("an object").remove("publicSignaturesChanged");
    });
    assert!(ran.stdout.contains("other symbols it touched"), "{ran:#?}");
}
