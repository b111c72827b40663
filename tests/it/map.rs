//! What would `implement` look at, and why? Steps to packages and targets, changes, and who is affected.

use crate::tree::{Tree, copy, fixtures};
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";

/// A payload of these steps.
fn payload(steps: &Value) -> String {
    let scenario = json!([{ "id": "s", "name": "it works" }]);
    json!({ "requirement": { "summary": "s" }, "plan": { "steps": steps }, "testPlan": { "scenarios": scenario } })
        .to_string()
}

fn messages_of(tree: &Tree, args: &[&str], reason: &str) -> Vec<Value> {
    let ran = tree.handoff(["map", "--message-format", "json"].iter().chain(args)).exits(0);
    let messages = ran.messages();
    assert_eq!(messages.last().map(|last| &last["reason"]), Some(&json!("handoff-finished")));
    messages.into_iter().filter(|message| message["reason"] == reason).collect()
}

/// Each step's id with its packages and the kinds of its reasons.
fn mapped(tree: &Tree, args: &[&str]) -> Vec<(String, Vec<String>, Vec<String>)> {
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
    };
    let one = |message: Value| {
        let kinds: Vec<Value> =
            message["via"].as_array().expect("a list").iter().map(|via| via["kind"].clone()).collect();
        (message["step"].as_str().expect("an id").to_owned(), texts(&message["packages"]), texts(&kinds.into()))
    };
    messages_of(tree, args, "step-mapped").into_iter().map(one).collect()
}

#[test]
fn every_way_to_name_something_leads_to_its_packages() {
    let tree = Tree::of("shapes").git();
    let steps = json!([
        { "id": "package", "packages": ["engine"] },
        { "id": "target", "targets": ["own_harness"] },
        { "id": "both", "packages": ["helper"], "files": ["tool/src/main.rs"] },
        { "id": "line", "files": ["built/src/lib.rs:3"] },
        { "id": "glob", "files": ["*/tests/*.rs"] },
        { "id": "new", "files": [{ "path": "derive/tests/soon.rs", "type": "CREATE" }] },
        { "id": "reference", "title": "Look at helper", "files": [{ "path": "engine/src/lib.rs", "type": "REFERENCE" }] },
        { "id": "text", "title": "Let tool say more, and helpers too" },
        { "id": "quoted", "title": "Show it in `show`" },
        { "id": "nothing", "title": "Make everything nicer" },
        { "id": "unknown", "packages": ["nobody"] },
    ]);
    tree.write(PAYLOAD, payload(&steps));
    let before = tree.digest_of_everything();
    let mapped = mapped(&tree, &[]);
    let all = ["built", "derive", "engine", "helper", "tool"];
    let expected: [(&str, &[&str], &[&str]); 11] = [
        ("package", &["engine"], &["package"]),
        ("target", &["engine"], &["target"]),
        ("both", &["helper", "tool"], &["package", "file"]),
        ("line", &["built"], &["file"]),
        ("glob", &["derive", "engine", "tool"], &["glob"]),
        ("new", &["derive"], &["file"]),
        ("reference", &["helper"], &["text"]),
        ("text", &["tool"], &["text"]),
        ("quoted", &["engine"], &["text"]),
        ("nothing", &all, &["nothing"]),
        ("unknown", &all, &["nothing"]),
    ];
    for ((step, packages, kinds), expected) in mapped.iter().zip(expected) {
        let found = (step.as_str(), packages.iter().collect::<Vec<_>>(), kinds.iter().collect::<Vec<_>>());
        assert_eq!((found.0, found.1.len()), (expected.0, expected.1.len()), "{found:?}");
        assert_eq!((packages.as_slice(), kinds.as_slice()), (&owned(expected.1)[..], &owned(expected.2)[..]), "{step}");
    }
    assert_eq!(mapped.len(), expected.len());
    let remarks = messages_of(&tree, &[], "remark");
    let says =
        |text: &str| remarks.iter().any(|remark| remark["text"].as_str().is_some_and(|said| said.contains(text)));
    assert!(says("step `nothing` names no package, target or file"), "{remarks:#?}");
    assert!(says("step `unknown` names the package `nobody`"), "{remarks:#?}");
    assert_eq!(tree.digest_of_everything(), before, "`map` writes nothing");

    let lines = messages_of(&tree, &["--step", "target"], "step-mapped");
    let targets = json!([{ "package": "engine", "kind": "test", "name": "own_harness" }]);
    assert_eq!(
        (&lines[0]["targets"], &lines[0]["via"]),
        (&targets, &json!([{ "kind": "target", "what": "own_harness" }]))
    );
    assert_eq!(lines.len(), 1);
    let ran = tree.handoff(["map", "--step", "nope"]).exits(65);
    assert!(ran.stderr.contains("the steps are: package, target"), "{ran:#?}");
    for args in [&["map"][..], &["map", "-v"]] {
        let ran = tree.handoff(args).exits(0);
        assert!(ran.stdout.contains("\n- step `nothing`"), "{ran:#?}");
        let is_prose = |line: &&str| !line.contains("cargo ");
        assert!(ran.stdout.lines().filter(is_prose).all(|line| line.chars().count() <= 80), "{ran:#?}");
        assert_eq!(ran.stderr, "", "nothing is said twice");
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn without_a_payload_there_are_changes_and_whom_they_affect() {
    let tree = Tree::of("two-crates").git();
    tree.change("adder/src/lib.rs", "//! Adds.", "//! Adds numbers.");
    tree.write("adder/src/a file with a name that takes quite some room in a table.rs", "\n");
    let changes = messages_of(&tree, &[], "change");
    let one = changes.iter().find(|change| change["file"] == "adder/src/lib.rs").expect("told");
    assert_eq!((&one["kind"], &one["package"], &one["steps"]), (&json!("modified"), &json!("adder"), &json!([])));
    assert_eq!(one["lines"], json!({ "added": 1, "removed": 1 }));
    let affected = messages_of(&tree, &[], "affected");
    assert_eq!((&affected[0]["packages"], &affected[0]["testsOnly"]), (&json!(["adder", "counter"]), &json!([])));
    assert_eq!(messages_of(&tree, &[], "step-mapped"), Vec::<Value>::new());
    let ran = tree.handoff(["map"]).exits(0);
    assert!(ran.stdout.contains("next: cargo handoff init --from-branch"), "{ran:#?}");
    assert!(ran.stdout.contains("\n                      in adder, no step names it\n"), "{ran:#?}");
    assert!(!tree.root.join("handoff").exists());
}

#[test]
fn a_workspace_below_the_root_and_a_second_one_are_mapped_from_either_place() {
    let tree = Tree::empty();
    copy(&fixtures().join("two-crates"), &tree.root.join("rust"));
    copy(&fixtures().join("shapes"), &tree.root.join("more"));
    let steps = json!([
        { "id": "1", "files": ["rust/adder/src/lib.rs"] },
        { "id": "2", "files": ["adder/src/lib.rs"] },
        { "id": "3", "files": ["more/tool/src/main.rs"] },
        { "id": "4", "packages": ["counter"] },
    ]);
    tree.write(PAYLOAD, payload(&steps));
    let tree = tree.git().at("rust");
    let packages = |tree: &Tree, args: &[&str]| -> Vec<Vec<String>> {
        mapped(tree, args).into_iter().map(|(_, packages, _)| packages).collect()
    };
    let here = packages(&tree, &["--step", "1", "--step", "2", "--step", "4"]);
    assert_eq!(here, [owned(&["adder"]), owned(&["adder"]), owned(&["counter"])]);
    let both = ["--manifest-path", "Cargo.toml", "--manifest-path", "../more/Cargo.toml"];
    let both = packages(&tree, &both);
    assert_eq!(both, [owned(&["adder"]), owned(&["adder"]), owned(&["tool"]), owned(&["counter"])]);
    let tree = tree.at("");
    let named = packages(&tree, &["--manifest-path", "rust/Cargo.toml", "--step", "2"]);
    assert_eq!(named, [owned(&["adder"])]);
}
