//! What people add with `note`: nothing is lost by it, and the next `implement` knows it.

use crate::tree::Tree;
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

/// Whether every value of `old` still stands in `new` at its place, `meta` left out.
fn holds(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.iter().all(|(key, value)| key == "meta" || new.get(key).is_some_and(|new| holds(value, new)))
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() <= new.len() && old.iter().zip(new).all(|(old, new)| holds(old, new))
        }
        (old, new) => old == new,
    }
}

/// Whether the bytes of `old` stand in `new` in their order.
fn is_within(old: &str, new: &str) -> bool {
    let mut new = new.bytes();
    old.bytes().all(|byte| new.any(|other| other == byte))
}

/// A note that has to land, with nothing lost.
#[track_caller]
fn notes(tree: &Tree, args: &[&str]) {
    let (old_text, old) = (tree.read(PAYLOAD), payload(tree));
    let ran = tree.handoff(["note"].iter().chain(args).chain(&["--as", "Somebody Else"])).exits(0);
    assert!(ran.stdout.starts_with("noted in `handoff/payload.json`: "), "{ran:#?}");
    assert!(ran.stdout.contains("\nnext: cargo handoff "), "{ran:#?}");
    let (new_text, new) = (tree.read(PAYLOAD), payload(tree));
    let cut = |text: &str| text.split_once("\"requirement\"").map(|(_, rest)| rest.to_owned()).expect("it is there");
    if args[0] != "status" {
        assert!(holds(&old, &new), "{args:?}: {new:#}");
        assert!(is_within(&cut(&old_text), &cut(&new_text)), "{args:?}: {new_text}");
    }
    assert_eq!(new["meta"]["lastUpdatedBy"], "Somebody Else");
    assert_ne!(old_text, new_text);
}

fn last<'a>(payload: &'a Value, list: &str) -> &'a Value {
    payload["implementation"][list].as_array().and_then(|list| list.last()).expect("an entry")
}

#[test]
fn every_kind_lands_and_the_next_implement_knows_it() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.change("adder/src/lib.rs", "assert_eq!(add(7, 0), 7);", "assert_eq!(add(0, 7), 7);");
    // Before anything was recorded.
    notes(&tree, &["rationale", "adder/src/lib.rs", "the first reason"]);
    notes(&tree, &["cite", "--change", "adder/src/lib.rs", "counter/src/main.rs:1"]);
    notes(&tree, &["deviation", "No macro", "--mitigation", "a function", "--follow-up", "ask about the macro"]);
    notes(&tree, &["follow-up", "say \"more\" in the README"]);
    notes(&tree, &["clarification", "three means three", "--step", "1"]);
    notes(&tree, &["question", "Is four planned?", "--severity", "minor", "--owner", "product"]);
    notes(
        &tree,
        &["outline", "--step", "1", "--signature", "fn add(u32, u32)", "--invariant", "a", "--criterion", "b"],
    );
    let noted = payload(&tree);
    assert_eq!(last(&noted, "deviations")["mitigation"], "a function");
    assert_eq!(last(&noted, "clarifications")["step"], "1");
    assert_eq!(last(&noted, "outlines")["signature"], "fn add(u32, u32)");
    assert_eq!(noted["requirement"]["openQuestions"][0]["severity"], "minor");
    let follow_ups = noted["implementation"]["followUps"].as_array().expect("a list");
    let texts: Vec<&Value> = follow_ups.iter().map(|entry| &entry["text"]).collect();
    assert_eq!(texts, [&json!("ask about the macro"), &json!("say \"more\" in the README")]);
    for list in ["notes", "deviations", "followUps", "clarifications", "outlines", "citations"] {
        for entry in noted["implementation"][list].as_array().expect("a list") {
            assert_eq!(entry["by"], "Somebody Else", "{list}");
            assert!(entry["at"].is_string() && entry["id"].is_string(), "{list}");
        }
    }
    let _ = tree.handoff(["implement"]).exits(0);
    let recorded = payload(&tree);
    assert!(holds(&noted["implementation"], &recorded["implementation"]), "{recorded:#}");
    let change = last(&recorded, "changes");
    assert_eq!((&change["rationale"], &change["rationaleSource"]), (&json!("the first reason"), &json!("note")));
    assert_eq!(change["citations"][0]["at"], "counter/src/main.rs:1");
    assert_eq!(change["citations"][0]["text"], "//! Prints how many arguments it was given.");

    // And afterwards: `note` touches no entry of a run, the next run renews it, and then there is no news.
    notes(&tree, &["rationale", "./adder/src/lib.rs", "the second reason"]);
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(last(&payload(&tree), "changes")["rationale"], "the second reason");
    let before = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), before, "nothing new, nothing written");
    let ran = tree.handoff(["validate"]).exits(0);
    assert!(!ran.stdout.contains("contradicted"), "{ran:#?}");
    assert!(payload(&tree)["implementation"]["notes"].to_string().contains("the first reason"));
}

#[test]
fn a_blocking_question_closes_the_gate() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    notes(&tree, &["question", "Which three?", "--severity", "blocking", "--owner", "the product owner"]);
    let ran = tree.handoff(["implement"]).exits(103);
    assert!(ran.stderr.contains("next: cargo handoff implement - once the answer"), "{ran:#?}");
    assert!(
        ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ").contains("Which three?")
            && ran.stderr.contains("the product owner"),
        "{ran:#?}"
    );
}

#[test]
fn an_asserted_status_counts_and_is_always_shown_apart() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let tell =
        "\"name\": \"Tell the team\", \"type\": \"chore\", \"files\": [\"adder/never.rs\"], \"status\": \"ready\" }";
    tree.change(
        PAYLOAD,
        "\"status\": \"ready\" }",
        &format!("\"status\": \"ready\" }},\n      {{ \"id\": \"2\", {tell}"),
    );
    tree.change("adder/src/lib.rs", "assert_eq!(add(7, 0), 7);", "assert_eq!(add(0, 7), 7);");
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], Value::Null);
    // Whoever has our name is a person here: what they say was not seen by us.
    let status = ["note", "status", "step:2", "completed", "--because", "told in the meeting", "--as", "cargo-handoff"];
    let ran = tree.handoff(status).exits(0);
    assert!(ran.stdout.contains("step 2 is `completed`, asserted by "), "{ran:#?}");
    let noted = payload(&tree);
    assert_eq!(noted["plan"]["steps"][1]["status"], "completed");
    let history = noted["plan"]["steps"][1]["statusHistory"][0].clone();
    assert_eq!((&history["from"], &history["why"]), (&json!("ready"), &json!("told in the meeting")));
    assert_ne!(history["by"], "cargo-handoff");
    let ran = tree.handoff(["status"]).exits(0);
    assert!(ran.stdout.contains("completed (asserted)"), "{ran:#?}");
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(ran.stdout.contains("is ready for 5-acceptance"), "{ran:#?}");
    assert!(ran.stdout.contains("Said by a person, not observed: step:2."), "{ran:#?}");
    let recorded = payload(&tree)["implementation"].clone();
    assert_eq!(recorded["handoff"]["readyFor"], "5-acceptance");
    assert_eq!(recorded["handoff"]["asserted"], json!(["step:2"]));
    assert!(recorded["summary"].to_string().contains("asserted"), "{:#}", recorded["summary"]);
    let ran = tree.handoff(["validate", "-v"]).exits(0);
    let line = ran.stdout.lines().find(|line| line.contains("step:2")).expect("the claim is listed");
    assert!(line.starts_with("not-checkable"), "{line}");
}

#[test]
fn what_a_note_is_about_has_to_be_there() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let before = tree.digest_of_everything();
    let cases: [(&[&str], i32, &str); 15] = [
        (&["rationale", "adder/src/lib.rs", "  \n"], 2, "the rationale is empty"),
        (&["rationale", "../outside.rs", "x"], 65, "`../outside.rs`"),
        (&["rationale", "/etc/passwd", "x"], 65, "`/etc/passwd`"),
        (&["rationale", "adder/src/lib.sr", "x"], 65, "`adder/src/lib.sr`"),
        (&["clarification", "x", "--step", "7"], 65, "no step `7`"),
        (&["outline", "--step", "7", "--signature", "x"], 65, "no step `7`"),
        (&["outline", "--step", "1"], 2, "an outline needs"),
        (&["outline", "--step", "1", "--signature", " "], 2, "is empty"),
        (&["cite", "--change", "adder/src/lib.rs", "adder/src/lib.rs"], 2, "FILE:LINE"),
        (&["cite", "--change", "adder/src/lib.rs", "adder/src/lib.rs:0"], 2, "FILE:LINE"),
        (&["cite", "--change", "adder/src/lib.rs", "adder/src/lib.rs:9999"], 65, "lines"),
        (&["cite", "--change", "adder/src/lib.rs", "adder/src/no.rs:1"], 65, "adder/src/no.rs"),
        (&["status", "step:9", "completed", "--because", "x"], 65, "no step `9`"),
        (&["status", "scenario:9", "implemented", "--because", "x"], 65, "no `scenario:9`"),
        (&["status", "step:1", "completed", "--because", " "], 2, "`--because`"),
    ];
    for (args, exit, says) in cases {
        let ran = tree.handoff(["note"].iter().chain(args)).exits(exit);
        assert!(ran.stderr.starts_with("error[") && ran.stderr.contains(says), "{args:?}: {ran:#?}");
        assert!(ran.stderr.lines().filter(|line| line.starts_with("hint: ")).count() >= 2, "{args:?}: {ran:#?}");
        let json = tree.handoff(["note"].iter().chain(args).chain(&["--message-format", "json"])).exits(exit);
        assert_eq!(json.messages().last().expect("a line")["verb"], "note");
    }
    for args in [&["deviation", ""][..], &["follow-up", " "], &["question", "\t"], &["clarification", ""]] {
        let ran = tree.handoff(["note"].iter().chain(args)).exits(2);
        assert!(ran.stderr.contains("is empty"), "{args:?}: {ran:#?}");
    }
    assert_eq!(tree.digest_of_everything(), before);
}

#[cfg(unix)]
#[test]
fn a_note_while_implement_runs_is_merged() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.change("adder/src/lib.rs", "assert_eq!(add(7, 0), 7);", "assert_eq!(add(0, 7), 7);");
    let _ = tree.handoff(["implement"]).exits(0);
    // A test that notes: a child of ours while the checks run, on the entry that this run renews.
    let binary = env!("CARGO_BIN_EXE_cargo-handoff");
    let test = format!(
        "\n#[test]\nfn notes() {{\n    let root = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/..\");\n    for words in [\n        vec![\"rationale\", \"adder/src/lib.rs\", \"said meanwhile\"],\n        vec![\"follow-up\", \"also meanwhile\"],\n        vec![\"cite\", \"--change\", \"adder/src/lib.rs\", \"counter/src/main.rs:1\"],\n    ] {{\n        let mut command = Command::new({binary:?});\n        let ended = command.arg(\"note\").args(words).current_dir(root).status();\n        assert!(ended.expect(\"it runs\").success());\n    }}\n}}\n"
    );
    let text = tree.read("counter/tests/counts.rs");
    tree.write("counter/tests/counts.rs", format!("{text}{test}"));
    let _ = tree.run("cargo", ["fmt", "--all"]).exits(0);
    let ran = tree.handoff(["implement"]);
    let said = format!("{ran:#?}");
    let _ = ran.exits(0);
    let recorded = payload(&tree);
    assert!(recorded["implementation"]["followUps"].to_string().contains("also meanwhile"), "{said}");
    assert!(recorded["implementation"]["notes"].to_string().contains("said meanwhile"), "{said}");
    assert_eq!(recorded["implementation"]["tests"].to_string().matches("\"test:counter/test/counts\"").count(), 1);
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(payload(&tree)["implementation"]["changes"][0]["rationale"], "said meanwhile");
}
