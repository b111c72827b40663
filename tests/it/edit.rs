//! What people and agents edit: by symbol, by exact text, several at once, and what is refused.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};

/// A folder that is a repository's top, with these files.
fn tree(files: &[(&str, &str)]) -> Tree {
    let tree = Tree::empty();
    tree.write(".git/HEAD", "ref: refs/heads/main\n");
    for (path, text) in files {
        tree.write(path, text);
    }
    tree
}

/// Runs `edit`, the text in a file beside.
#[track_caller]
fn edit(tree: &Tree, args: &[&str], text: &str) -> Ran {
    tree.write(".given", text);
    tree.handoff(["edit"].iter().chain(args).chain(&["--from", ".given"]))
}

#[test]
fn a_symbol_is_replaced_and_the_difference_told_first_where_that_is_asked_for() {
    let text = "/// Doc.\n#[must_use]\npub fn a() -> u8 {\n    1\n}\n";
    let tree = tree(&[("src/lib.rs", text)]);
    let new = "pub fn a() -> u8 {\n    2\n}\n";
    let _ = edit(&tree, &["replace", "a", "--dry-run"], new).exits(0).says(snapbox::str![[r#"
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -1,5 +1,5 @@
 /// Doc.
 #[must_use]
 pub fn a() -> u8 {
-    1
+    2
 }

replace src/lib.rs:3-5  a

1 file would change; nothing was written, 1 line new, 1 gone

"#]]);
    assert_eq!(tree.read("src/lib.rs"), text);
    let _ = edit(&tree, &["replace", "a", "--cite", "src/lib.rs:1"], new).exits(0).says(snapbox::str![[r#"
replace src/lib.rs:3-5  a
  because of src/lib.rs:1

1 file changed, 1 line new, 1 gone
not recorded: there is no payload

next: cargo handoff map - see whom the changed files affect

"#]]);
    assert_eq!(tree.read("src/lib.rs"), text.replace('1', "2"));
    let again = edit(&tree, &["replace", "a"], new).exits(0);
    assert!(again.stdout.contains("nothing is different"), "{again:#?}");
}

#[test]
fn everything_is_told_to_programs_too() {
    let tree = tree(&[("src/a.rs", "struct A;\r\n\r\nimpl A { fn a() {} }\r\n"), ("src/b.rs", "fn a() {}\n")]);
    let ran = edit(&tree, &["insert-after", "A/a", "--message-format", "json"], "fn b() {}\n").exits(0);
    let answer = ran.messages().pop().expect("a line");
    assert_eq!(answer["verb"], "edit");
    assert_eq!(
        answer["files"],
        json!([{"file": "src/a.rs", "created": false, "sensitive": false, "added": 1, "removed": 1}])
    );
    let row = &answer["edits"][0];
    assert_eq!((&row["op"], &row["symbol"], &row["line"]), (&json!("insert-after"), &json!("impl A/a"), &json!(3)));
    assert_eq!(row["before"].as_str().map(str::len), Some(64));
    assert_eq!((&answer["keptIn"], &answer["dryRun"]), (&Value::Null, &json!(false)));
    assert_eq!(tree.read("src/a.rs"), "struct A;\r\n\r\nimpl A { fn a() {} fn b() {} }\r\n");
    let ran = edit(&tree, &["replace-text", "src/b.rs", "--old", "fn b", "--new", "x", "--message-format", "json"], "");
    assert_eq!(ran.status, Some(2), "`--new` and `--from` are two texts");
    let refused = tree.handoff(["edit", "remove", "a", "--message-format", "json"]).exits(65);
    let error = &refused.messages().pop().expect("a line")["error"];
    assert_eq!(error["code"], "ambiguous-name");
    let details: Vec<&str> = error["details"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert_eq!(details, ["src/a.rs:3 `impl A/a`: fn a()", "src/b.rs:1 `a`: fn a()"]);
    let _ = tree.handoff(["edit", "remove", "a", "--in", "src/b.rs"]).exits(0);
    assert_eq!(tree.read("src/b.rs"), "");
}

#[test]
fn a_name_is_narrowed_by_what_is_around_it_by_its_number_and_by_its_package() {
    let twice = "#[cfg(unix)]\nfn a() { 1 }\n#[cfg(not(unix))]\nfn a() { 2 }\n";
    let tree = Tree::of("two-crates").git();
    tree.write("counter/src/twice.rs", twice);
    let refused = tree.handoff(["edit", "remove", "a"]).exits(65);
    assert!(refused.stderr.contains("`a[1]`: fn a() #[cfg(not(unix))]"), "{refused:#?}");
    let _ = tree.handoff(["edit", "remove", "a[1]", "--in", "counter"]).exits(0);
    assert_eq!(tree.read("counter/src/twice.rs"), "#[cfg(unix)]\nfn a() { 1 }\n");
    // A package, which lies elsewhere than its name says.
    let _ = tree.run("mv", ["adder", "sums"]).exits(0);
    tree.change("Cargo.toml", "adder", "sums");
    tree.change("counter/Cargo.toml", "path = \"../adder\"", "path = \"../sums\"");
    let _ = edit(
        &tree,
        &["replace", "adder::add", "--in", "adder"],
        "pub fn add(left: u32, right: u32) -> u32 {\n    right + left\n}",
    )
    .exits(0);
    assert!(
        tree.read("sums/src/lib.rs")
            .contains("/// ```\npub fn add(left: u32, right: u32) -> u32 {\n    right + left\n}\n\n")
    );
    let none = tree.handoff(["edit", "remove", "ad", "--in", "sums"]).exits(65);
    assert!(
        none.stderr.contains("no symbol in `sums` is called `ad`") && none.stderr.contains("sums/src/lib.rs:8 `add`"),
        "{none:#?}"
    );
    let _ = tree.handoff(["edit", "remove", "add", "--in", "no-such-package"]).exits(65);
}

#[test]
fn what_was_edited_and_why_is_kept_beside_the_payload() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let payload = tree.read("handoff/payload.json");
    let mut value: Value = serde_json::from_str(&payload).expect("JSON");
    value["implementation"]["recon"] = json!([{"id": "recon:1", "kind": "refs"}, {"id": "recon:2", "kind": "find"}]);
    tree.write("handoff/payload.json", value.to_string());
    let payload = tree.read("handoff/payload.json");
    let place = "adder/src/lib.rs";
    let replace = |cite: &[&str], old: &str, new: &str| {
        let args = ["replace-text", place, "--old", old, "--new", new, "--as", "Somebody Else"];
        tree.handoff(["edit"].iter().chain(&args).chain(cite))
    };
    let ran = replace(&["--cite", "counter/src/main.rs:3"], "left + right", "right + left").exits(0);
    assert!(ran.stdout.contains("recorded in handoff/runs/edits.jsonl"), "{ran:#?}");
    let _ = replace(&["--cite", "last"], "right + left", "left + right").exits(0);
    let _ = replace(&["--cite", "recon:1"], "left + right", "right + left").exits(0);
    let bare = replace(&[], "right + left", "left + right").exits(0);
    assert!(bare.stdout.contains("nothing justifies the edit"), "{bare:#?}");
    let _ = replace(&["--cite", "recon:9"], "left + right", "a").exits(65);
    let _ = replace(&["--cite", "counter/src/main.rs:99"], "left + right", "a").exits(65);
    let _ = replace(&["--cite", "counter/src/main.rs"], "left + right", "a").exits(2);
    let _ = replace(&["--dry-run"], "left + right", "a").exits(0);
    let journal = tree.read("handoff/runs/edits.jsonl");
    let lines: Vec<Value> = journal.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 4, "{journal}");
    assert_eq!(lines[0]["citation"]["at"], "counter/src/main.rs:3");
    assert_eq!(lines[0]["citation"]["text"], "fn main() {");
    assert_eq!((&lines[1]["finding"], &lines[2]["finding"]), (&json!("recon:2"), &json!("recon:1")));
    assert_eq!((lines[3].get("finding"), lines[3].get("citation")), (None, None));
    for (line, next) in lines.iter().zip(&lines[1..]) {
        assert_eq!(line["after"], next["before"]);
        assert_eq!(
            (&line["file"], &line["op"], &line["by"]),
            (&json!(place), &json!("replace-text"), &json!("Somebody Else"))
        );
    }
    assert_eq!(tree.read("handoff/payload.json"), payload);
    assert!(tree.read("handoff/.gitignore").contains("runs"));
    let status = tree.ask_git(["status", "--short"]);
    assert!(!status.contains("edits.jsonl"), "{status}");
}

#[test]
fn a_path_and_a_hint_mean_the_same_in_a_folder_below_the_root() {
    let tree =
        tree(&[("src/a.rs", "struct A { b: u8 }\nimpl A {\n\tfn b() {}\n}\n"), ("src/.given", "//! New.\n")]).at("src");
    let _ = edit(&tree, &["write", "src/new.rs"], "//! New.\n").exits(0);
    assert_eq!((tree.root.join("src/new.rs").is_file(), tree.root.join("src/src").exists()), (true, false));
    let ran = edit(&tree, &["remove", "A"], "").exits(65);
    assert!(ran.stderr.contains("all that is around it: /A --in src/a.rs"), "{ran:#?}");
    let ran = edit(&tree, &["remove", "A/b"], "").exits(65);
    assert!(ran.stderr.contains("all that is around it: /A/b --in src/a.rs"), "{ran:#?}");
    let ran = edit(&tree, &["remove", "/impl A/b", "--in", "src/a.rs", "--dry-run"], "").exits(0);
    assert!(ran.stdout.contains("\n-\tfn b() {}\n"), "a tab is a tab: {ran:#?}");
    let ran = tree.handoff(["recon", "find", "/impl A/b", "--body"]).exits(0);
    assert!(ran.stdout.contains("3  \tfn b() {}\n"), "{ran:#?}");
}

#[cfg(unix)]
#[test]
fn links_lead_neither_a_citation_nor_the_journal_out_of_the_workspace() {
    let tree = tree(&[
        ("src/a.rs", "fn a() {}\n"),
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        ("handoff/payload.json", "{}\n"),
    ]);
    let outside = tree.root.with_file_name("outside");
    std::fs::write(&outside, "secret\n").expect("written");
    std::os::unix::fs::symlink(&outside, tree.root.join("lnk")).expect("a link");
    for cited in ["lnk:1", ".git/HEAD:1"] {
        let ran = edit(&tree, &["insert-after", "a", "--cite", cited], "fn b() {}").exits(65);
        assert!(ran.stderr.contains("error[path-outside]"), "{ran:#?}");
        assert_eq!(tree.read("src/a.rs"), "fn a() {}\n");
    }
    std::fs::create_dir_all(tree.root.join("handoff/runs")).expect("made");
    std::os::unix::fs::symlink(&outside, tree.root.join("handoff/runs/edits.jsonl")).expect("a link");
    let ran = edit(&tree, &["insert-after", "a"], "fn b() {}").exits(65);
    assert!(ran.stderr.contains("a link leads elsewhere"), "{ran:#?}");
    assert_eq!(std::fs::read_to_string(&outside).expect("there"), "secret\n");
    // A repository of another name is git's own too.
    tree.write("gitdata/HEAD", "ref: refs/heads/main\n");
    tree.write("gitdata/objects/x", "");
    tree.write("gitdata/refs/x", "");
    let ran = edit(&tree, &["write", "gitdata/hooks/pre-commit"], "true").exits(65);
    assert!(ran.stderr.contains("it is git's own"), "{ran:#?}");
}

#[test]
fn several_are_made_all_or_none() {
    let files = [("src/a.rs", "fn a() {}\n"), ("b.txt", "one two\n")];
    let tree = tree(&files);
    let request = |second: &str| {
        json!({"edits": [
            {"op": "insert-after", "name": "a", "text": "fn b() {}"},
            {"op": "replace-text", "file": "b.txt", "old": second, "new": "2"},
            {"op": "write", "file": "new/c.txt", "text": "three"},
        ]})
        .to_string()
    };
    let refused = edit(&tree, &["apply"], &request("tow")).exits(65);
    assert!(refused.stderr.contains("edit 2 of 3 (replace-text `b.txt`)"), "{refused:#?}");
    assert!(refused.stderr.contains("nearly the same") || refused.stderr.contains("does not occur"), "{refused:#?}");
    for (path, text) in files {
        assert_eq!(tree.read(path), text);
    }
    assert!(!tree.root.join("new").exists());
    let done = edit(&tree, &["apply"], &request("two")).exits(0);
    assert!(done.stdout.contains("3 files changed, 3 lines new, 1 gone"), "{done:#?}");
    assert_eq!((tree.read("src/a.rs").as_str(), tree.read("b.txt").as_str()), ("fn a() {}\nfn b() {}\n", "one 2\n"));
    assert_eq!(tree.read("new/c.txt"), "three\n");
    for bad in ["", "7", "[]", r#"{"op":"replace"}"#, r#"{"op":"remove","name":"a","force":true}"#] {
        let refused = edit(&tree, &["apply"], bad).exits(65);
        assert!(refused.stderr.contains("error[edit-refused]"), "{bad}: {refused:#?}");
    }
}

#[test]
fn what_must_not_be_edited_is_refused_before_anything_is_written() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.write("../outside", "theirs");
    tree.write(".github/workflows/ci.yml", "on: push\n");
    let before = tree.digest_of_everything();
    for (args, code) in [
        (["write", "../outside"], 65),
        (["write", ".git/hooks/pre-commit"], 65),
        (["write", "handoff/payload.json"], 65),
        (["write", "handoff/evidence/x"], 65),
        (["write", "adder"], 65),
        (["write", "Cargo.toml"], 77),
        (["write", "adder/build.rs"], 77),
        (["write", ".cargo/config.toml"], 77),
        (["write", ".github/workflows/ci.yml"], 77),
        (["write", "rust-toolchain.toml"], 77),
        (["replace", "add("], 65),
        (["remove", "/"], 2),
    ] {
        tree.write("../given", "[package]\n");
        let ran = tree.handoff(["edit"].iter().chain(&args).chain(&["--from", "../given"]));
        assert_eq!(ran.status, Some(code), "{args:?}: {ran:#?}");
    }
    assert_eq!(tree.digest_of_everything(), before);
    let sensitive = tree.handoff(["edit", "write", "adder/build.rs", "--from", "../given", "--allow-sensitive"]);
    assert_eq!(sensitive.status, Some(65), "it is no Rust: {sensitive:#?}");
    tree.write("../given", "fn main() {}");
    let sensitive =
        tree.handoff(["edit", "write", "adder/build.rs", "--from", "../given", "--allow-sensitive"]).exits(0);
    assert!(sensitive.stdout.starts_with("sensitive write adder/build.rs:1\n"), "{sensitive:#?}");
}

#[test]
fn a_text_comes_from_stdin_too_and_bounds_hold() {
    let tree = tree(&[("a.txt", "one\n")]);
    let script = r#"printf 'two\n' | "$0" edit replace-text a.txt --old one"#;
    let _ = tree.run("sh", ["-c", script, env!("CARGO_BIN_EXE_cargo-handoff")]).exits(0);
    assert_eq!(tree.read("a.txt"), "two\n");
    tree.write("old.txt", "two\n");
    let _ = tree.handoff(["edit", "replace-text", "a.txt", "--old-from", "old.txt", "--new", "--three"]).exits(0);
    assert_eq!(tree.read("a.txt"), "--three\n");
    let _ = tree.handoff(["edit", "write", "a.txt", "--from", "gone"]).exits(2);
    tree.write("large", vec![b'a'; (8 << 20) + 1]);
    let _ = tree.handoff(["edit", "write", "a.txt", "--from", "large"]).exits(74);
    tree.write("odd", b"caf\xe9");
    let _ = tree.handoff(["edit", "write", "a.txt", "--from", "odd"]).exits(2);
    let _ = tree.handoff(["edit", "replace-text", "a.txt", "--old", "", "--new", "x"]).exits(65);
    assert_eq!(tree.read("a.txt"), "--three\n");
}

#[test]
fn two_at_once_lose_nothing() {
    let tree = tree(&[("src/a.rs", "fn first() {}\n")]);
    let script = r#"for n in 1 2 3 4 5 6 7 8; do
        printf "fn added_$n() {}" | "$0" edit insert-after first >/dev/null & done; wait"#;
    let _ = tree.run("sh", ["-c", script, env!("CARGO_BIN_EXE_cargo-handoff")]).exits(0);
    let text = tree.read("src/a.rs");
    assert_eq!(text.lines().filter(|line| line.starts_with("fn added_")).count(), 8, "{text}");
}

#[test]
fn what_compiled_compiles_behind_any_of_many_edits() {
    let tree = Tree::of("two-crates").git();
    for (args, text) in [
        (
            ["replace", "adder::add"],
            "pub fn add(left: u32, right: u32) -> u32 {\n    let sum = left + right;\n    sum\n}",
        ),
        (["insert-before", "adder::add"], "/// Nothing.\npub const NOTHING: u32 = 0;"),
        (
            ["insert-after", "adder::add"],
            "/// A pair.\n#[derive(Debug)]\npub struct Pair { pub left: u32 }\n\nimpl Pair { pub fn sum(&self) -> u32 { self.left } }",
        ),
        (["insert-after", "Pair/left"], "pub right: u32,"),
        (["replace", "Pair/sum"], "pub fn sum(&self) -> u32 {\n    add(self.left, self.right)\n}"),
        (["insert-after", "Pair/sum"], "pub fn twice(&self) -> u32 {\n    self.sum() * 2\n}"),
        (
            ["insert-before", "order_does_not_matter"],
            "#[test]\nfn a_pair_has_a_sum() {\n    assert_eq!(super::Pair { left: 1, right: 2 }.twice(), 6);\n}",
        ),
        (
            ["replace", "main"],
            "fn main() {\n    println!(\"{}\", adder::Pair { left: adder::NOTHING, right: 1 }.sum());\n}",
        ),
    ] {
        let _ = edit(&tree, &args, text).exits(0);
    }
    let lib = tree.read("adder/src/lib.rs");
    assert!(lib.contains("pub struct Pair { pub left: u32, pub right: u32, }\n"), "{lib}");
    let run = |args: &[&str]| tree.run("cargo", args);
    let _ = run(&["test", "--quiet", "--offline", "-p", "adder", "--lib"]).exits(0);
    let _ = run(&["check", "--quiet", "--offline", "--workspace"]).exits(0);
    let _ = tree.handoff(["edit", "remove", "a_pair_has_a_sum"]).exits(0);
    let _ = tree.handoff(["edit", "remove", "Pair/twice"]).exits(0);
    let _ = run(&["check", "--quiet", "--offline", "--workspace", "--all-targets"]).exits(0);
}
