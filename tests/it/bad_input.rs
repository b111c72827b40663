//! What happens when something is not as it should be? One clear error with its code, and nothing lost.

use crate::tree::{Ran, Tree};
use std::fs;

const PAYLOAD: &str = "handoff/payload.json";

fn two_crates() -> Tree {
    Tree::of("two-crates").payload("two-crates").git()
}

/// Runs it for people and for programs: one error with this exit code and word that says `text`, at least one
/// hint, and not a byte changed.
#[track_caller]
fn refuses(tree: &Tree, what: &str, args: &[&str], exit: i32, word: &str, text: &str) -> Ran {
    let everything = || {
        let mut everything = tree.digest_of_everything();
        // `implement` takes its lock before it looks at git and cargo.
        everything.remove("handoff/.implement.lock");
        everything
    };
    let before = everything();
    let ran = tree.handoff(args);
    let context = format!("{what}, {args:?}: {ran:#?}");
    assert_eq!(ran.status, Some(exit), "{context}");
    assert_eq!(ran.stdout, "", "{context}");
    assert!(ran.stderr.starts_with(&format!("error[{word}]: ")), "{context}");
    assert_eq!(ran.stderr.lines().filter(|line| line.starts_with("error")).count(), 1, "{context}");
    assert!(ran.stderr.contains(text), "{context}");
    let read_more = format!("hint: read more: cargo handoff explain {word}");
    assert!(ran.stderr.lines().any(|line| line == read_more), "{context}");
    let helps = |line: &&str| (line.starts_with("hint: ") || line.starts_with("next: ")) && *line != read_more;
    assert!(ran.stderr.lines().any(|line| helps(&line)), "nothing to do about it: {context}");
    assert!(!ran.stderr.contains("panicked"), "{context}");

    let args: Vec<&str> = args.iter().copied().chain(["--message-format", "json"]).collect();
    let for_programs = tree.handoff(&args);
    assert_eq!(for_programs.status, Some(exit), "{context} {for_programs:#?}");
    let messages = for_programs.messages();
    let last = messages.last().unwrap_or_else(|| panic!("no line: {context}"));
    let finished = messages.iter().filter(|message| message["reason"] == "handoff-finished").count();
    assert_eq!(finished, 1, "{context} {messages:#?}");
    let outcome = match exit {
        103 => "paused",
        100 => "failed",
        _ => "error",
    };
    assert_eq!(
        (&last["verb"], &last["outcome"], &last["exit"], &last["ready"], &last["error"]["code"]),
        (&args[0].into(), &outcome.into(), &exit.into(), &false.into(), &word.into()),
        "{context} {last:#?}"
    );
    assert!(last["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{last:#?}");
    assert!(last["next"].as_array().is_some_and(|next| !next.is_empty()), "{last:#?}");
    assert_eq!(before, everything(), "{what}, {args:?}");
    ran
}

/// Says that something was not shown here, and why.
#[expect(clippy::disallowed_macros, reason = "a test may print what it could not show")]
fn skipped(what: &str, why: &str) {
    println!("skipped `{what}`: {why}");
}

/// The verbs that read the payload, each as it is typed.
const READERS: [&[&str]; 6] =
    [&["implement"], &["validate"], &["map"], &["status"], &["status", "--safe"], &["note", "follow-up", "something"]];

#[cfg(unix)]
#[test]
fn a_payload_that_is_not_there_or_no_file_is_66_and_starts_nothing() {
    let init = ["init"].as_slice();
    let verbs = || READERS.into_iter().filter(|args| args[0] != "map");
    let tree = Tree::of("two-crates").git().trapped();
    for args in verbs() {
        let ran = refuses(&tree, "no payload", args, 66, "payload-missing", "there is no payload");
        let last = ran.stderr.trim_end().lines().last().expect("a line");
        assert!(last.starts_with("next: cargo handoff init --from-branch "), "{ran:#?}");
    }
    for args in READERS {
        let args: Vec<&str> = args.iter().copied().chain(["--payload", "nowhere/payload.json"]).collect();
        let _ = refuses(&tree, "no such file", &args, 66, "payload-missing", "nowhere/payload.json");
    }
    tree.write("handoff/payload.json/inside", "");
    for args in READERS.into_iter().chain([init]) {
        let _ = refuses(&tree, "a folder", args, 66, "payload-missing", "is a folder");
    }
    fs::remove_dir_all(tree.root.join("handoff")).expect("removed");
    fs::create_dir(tree.root.join("handoff")).expect("a folder");
    let _ = tree.run("/bin/sh", ["-c", "/usr/bin/mkfifo handoff/payload.json"]).exits(0);
    for args in READERS.into_iter().chain([init]) {
        let _ = refuses(&tree, "a FIFO", args, 66, "payload-missing", "is not a regular file");
    }
    assert_eq!(tree.started(), "");
}

#[cfg(unix)]
#[test]
fn without_a_payload_and_without_a_workspace_it_is_102() {
    let tree = Tree::empty().trapped();
    for args in READERS.into_iter().filter(|args| args[0] != "map") {
        let _ = refuses(&tree, "nothing at all", args, 102, "no-workspace", "no `Cargo.toml`");
    }
    assert_eq!(tree.started(), "");
}

#[cfg(unix)]
#[test]
fn a_payload_that_cannot_be_read_is_74() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let tree = Tree::of("two-crates").git().trapped();
    fs::create_dir(tree.root.join("handoff")).expect("a folder");
    symlink("payload.json", tree.root.join(PAYLOAD)).expect("a loop");
    for args in READERS {
        let _ = refuses(&tree, "a circle of links", args, 74, "io", "handoff/payload.json");
    }
    fs::remove_file(tree.root.join(PAYLOAD)).expect("removed");
    tree.write(PAYLOAD, "{}");
    fs::set_permissions(tree.root.join(PAYLOAD), fs::Permissions::from_mode(0o000)).expect("mode set");
    if fs::read(tree.root.join(PAYLOAD)).is_ok() {
        skipped("a payload without read permission", "this user may read everything");
    } else {
        let ran = tree.handoff(["status", "--safe"]).exits(74);
        assert!(ran.stderr.starts_with("error[io]: could not open"), "{ran:#?}");
    }
    assert_eq!(tree.started(), "");
}

/// Documents no reader may take for JSON, and what is said about them.
fn malformed() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let good = fs::read(crate::tree::fixtures().join("payloads/two-crates.json")).expect("there");
    let text = String::from_utf8(good.clone()).expect("UTF-8");
    let utf_16 = |big: bool| -> Vec<u8> {
        let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let latin_1 = [b"{\"meta\":{\"lastUpdatedBy\":\"J".as_slice(), &[0xf6], b"rg\"}}"].concat();
    let conflict = text.replacen(
        "  \"implementation\"",
        "<<<<<<< HEAD\n  \"implementation\": {},\n=======\n  \"implementation\": {}\n>>>>>>> other\n  \"x\"",
        1,
    );
    let deep = |open: &str, close: &str| format!("{{\"x\":{}{}}}", open.repeat(5000), close.repeat(5000)).into_bytes();
    vec![
        ("empty", Vec::new(), "is empty"),
        ("blanks only", b" \r\n\t".to_vec(), "is empty"),
        ("truncated", good[..good.len() / 2].to_vec(), ""),
        ("one byte short", text.trim_end().as_bytes()[..text.trim_end().len() - 1].to_vec(), ""),
        ("a key twice", text.replacen("\"plan\"", "\"requirement\"", 1).into_bytes(), "`requirement`"),
        ("a key twice, once escaped", b"{\"meta\":{\"a\":1,\"\\u0061\":2}}".to_vec(), "`a`"),
        ("something behind", format!("{text}]").into_bytes(), ""),
        ("two documents", format!("{text}{text}").into_bytes(), ""),
        ("conflict markers", conflict.into_bytes(), "conflict"),
        ("UTF-16, little end first", utf_16(false), "UTF-16"),
        ("UTF-16, big end first", utf_16(true), "UTF-16"),
        ("not UTF-8", latin_1, "UTF-8"),
        ("NaN", b"{\"x\": NaN}".to_vec(), ""),
        ("a comment", b"{\n  // mine\n  \"x\": 1\n}".to_vec(), ""),
        ("a trailing comma", b"{\"x\": [1, 2,]}".to_vec(), ""),
        ("no JSON at all", b"\x7fELF\x02\x01\x01\0\0".to_vec(), ""),
        ("5,000 lists deep", deep("[", "]"), "deep"),
        ("5,000 objects deep", format!("{}1{}", "{\"x\":".repeat(5000), "}".repeat(5000)).into_bytes(), "deep"),
    ]
}

#[cfg(unix)]
#[test]
fn a_malformed_payload_is_65_with_its_place_and_starts_nothing() {
    let tree = two_crates().trapped();
    for (what, bytes, text) in malformed() {
        tree.write(PAYLOAD, &bytes);
        let word = if text == "deep" { "payload-too-large" } else { "payload-syntax" };
        for args in READERS {
            let ran = refuses(&tree, what, args, 65, word, text);
            let widest = ran.stderr.lines().map(|line| line.chars().count()).max();
            assert!(widest.is_some_and(|widest| widest <= 240), "{what}: {ran:#?}");
        }
    }
    assert_eq!(tree.started(), "");
}

#[cfg(unix)]
#[test]
fn sections_and_lists_of_the_wrong_type_are_65_all_at_once() {
    let tree = two_crates().trapped();
    let text = r#"{
  "meta": 7,
  "requirement": { "summary": "s", "openQuestions": "none" },
  "plan": { "steps": { "1": "add" }, "risks": true },
  "testPlan": [],
  "implementation": { "changes": "all", "commands": {} },
  "qaFindings": "fine"
}
"#;
    tree.write(PAYLOAD, text);
    for args in READERS {
        let ran =
            refuses(&tree, "wrong types", args, 65, "payload-shape", "`meta` is a number, not an object (line 2)");
        for place in [
            "requirement.openQuestions",
            "plan.steps",
            "plan.risks",
            "testPlan",
            "implementation.changes",
            "qaFindings",
        ] {
            assert!(ran.stderr.contains(&format!("`{place}` is ")), "{place}: {ran:#?}");
        }
    }
    for whole in ["[]", "\"a text\"", "1.10", "null"] {
        tree.write(PAYLOAD, whole);
        let _ = refuses(&tree, whole, &["status", "--safe"], 65, "payload-shape", "the document");
    }
    assert_eq!(tree.started(), "");
}

#[cfg(unix)]
#[test]
fn a_closed_gate_is_103_names_every_piece_and_starts_nothing() {
    let tree = two_crates().trapped();
    let cases: [(&str, &str, &[&str]); 4] = [
        (
            "the template",
            include_str!("../../fixtures/payloads/template.json"),
            &["`requirement.summary` is empty", "`plan.steps` is empty", "`testPlan.scenarios` is empty"],
        ),
        ("nothing in it", "{}", &["requirement.summary", "plan.steps", "testPlan.scenarios", "2-plan", "3-qa"]),
        (
            "null and blanks",
            r#"{"requirement":{"summary":" \n"},"plan":{"steps":null},"testPlan":null}"#,
            &["requirement.summary", "plan.steps", "testPlan.scenarios"],
        ),
        (
            "six stages, tasks without items, a blocking question",
            r#"{"testPlan":{"scenarios":[]},"requirement":{"summary":"s","openQuestions":[{"question":"Which rounding?","severity":"blocking","owner":"the product owner"}]},"plan":{"steps":["add"]},"tasks":{"items":[]}}"#,
            &["testPlan.scenarios", "4-qa", "Which rounding?", "the product owner", "tasks.items", "3-tasks"],
        ),
    ];
    for (what, payload, pieces) in cases {
        tree.write(PAYLOAD, payload);
        for args in [&["implement"][..], &["implement", "--dry-run"], &["validate"]] {
            let ran = refuses(&tree, what, args, 103, "gate-closed", pieces[0]);
            let said = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut from = 0;
            for piece in pieces {
                let at = said[from..].find(piece);
                from += at.unwrap_or_else(|| panic!("`{piece}` is missing or not in its order: {what} {ran:#?}"));
            }
            let last = ran.stderr.trim_end().lines().last().expect("a line");
            assert!(last.starts_with("next: cargo handoff init --new --from-branch "), "{ran:#?}");
        }
    }
    assert_eq!(tree.started(), "");
    assert!(!tree.root.join("handoff/runs").exists() && !tree.root.join("handoff/.gitignore").exists());
}

#[test]
fn what_git_cannot_answer_is_78() {
    let tree = Tree::of("two-crates").payload("two-crates");
    for args in [&["implement"][..], &["validate"], &["map"], &["status"]] {
        let _ = refuses(&tree, "no repository", args, 78, "no-repository", "git");
    }
    let _ = tree.handoff(["status", "--safe"]).exits(0);
    tree.ask_git(["init", "--quiet", "-b", "main"]);
    for args in [&["implement"][..], &["validate"], &["map"], &["status"]] {
        let _ = refuses(&tree, "no commits", args, 78, "no-repository", "commit");
    }
    tree.commit("Everything there is");
    for args in [&["implement", "--base", "nowhere"][..], &["validate", "--base", "nowhere"], &["map", "--base=-x"]] {
        let base = args.last().map_or("", |word| word.trim_start_matches("--base="));
        let _ = refuses(&tree, "an unknown revision", args, 78, "no-baseline", base);
    }
}

#[test]
fn a_clone_without_the_baseline_is_78_and_names_the_setting() {
    let tree = two_crates();
    let head = tree.ask_git(["rev-parse", "HEAD"]);
    tree.change(
        PAYLOAD,
        "\"implementation\": {",
        &format!(
            "\"implementation\": {{ \"baseline\": {{ \"ref\": \"origin/main\", \"commit\": \"{}\", \"how\": \"\", \"by\": \"cargo-handoff\" }},",
            head.trim()
        ),
    );
    tree.commit("The payload");
    tree.ask_git(["clone", "--quiet", "--depth", "1", &format!("file://{}", tree.root), "clone"]);
    let clone = tree.at("clone");
    let ran = clone.handoff(["implement", "--base", head.trim()]).exits(78);
    assert!(ran.stderr.starts_with("error[no-baseline]: ") && ran.stderr.contains("shallow"), "{ran:#?}");
    let ci = clone.env("GITHUB_ACTIONS", "true").env("CI", "true").env("GITHUB_EVENT_NAME", "pull_request");
    let ran = ci.handoff(["validate"]).exits(78);
    assert!(ran.stderr.contains("fetch-depth: 2"), "{ran:#?}");
}

#[test]
fn what_cargo_cannot_read_is_102() {
    let tree = two_crates();
    let verbs = [&["implement"][..], &["validate"], &["map"]];
    let manifest = tree.read("adder/Cargo.toml");
    tree.write("adder/Cargo.toml", format!("{manifest}\n[dependencies\n"));
    for args in verbs {
        let _ = refuses(&tree, "a manifest that does not parse", args, 102, "no-workspace", "adder/Cargo.toml");
    }
    tree.write("adder/Cargo.toml", &manifest);
    fs::rename(tree.root.join("adder/src"), tree.root.join("adder/sources")).expect("renamed");
    for args in verbs {
        let _ = refuses(&tree, "a member without sources", args, 102, "no-workspace", "adder");
    }
    fs::remove_dir_all(tree.root.join("adder")).expect("removed");
    for args in verbs {
        let _ = refuses(&tree, "a member that is gone", args, 102, "no-workspace", "adder");
    }
    for file in ["Cargo.toml", "counter/Cargo.toml"] {
        fs::remove_file(tree.root.join(file)).expect("removed");
    }
    for args in verbs {
        let _ = refuses(&tree, "no workspace", args, 102, "no-workspace", "");
    }
    let named = ["map", "--manifest-path", "nowhere/Cargo.toml"];
    let _ = refuses(&tree, "a manifest that is not there", &named, 102, "no-workspace", "nowhere/Cargo.toml");
}

/// Programs on a `PATH` of their own: links to the real ones, and scripts in place of some.
#[cfg(unix)]
fn programs(tree: Tree, linked: &[&str], scripts: &[(&str, &str)]) -> Tree {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tree.root.with_file_name("programs");
    fs::create_dir(&folder).expect("a folder");
    let path = tree.environment().remove(std::ffi::OsStr::new("PATH")).expect("a PATH");
    for name in linked {
        let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
        symlink(found.unwrap_or_else(|| panic!("no `{name}`")), folder.join(name)).expect("linked");
    }
    for (name, script) in scripts {
        fs::write(folder.join(name), format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).expect("executable");
    }
    tree.env("PATH", folder.as_str())
}

#[cfg(unix)]
#[test]
fn without_cargo_no_check_could_run_and_without_git_nothing_can_be_measured() {
    let without_cargo = programs(two_crates(), &["git"], &[]);
    for args in [&["implement"][..], &["validate"], &["map"]] {
        let ran = refuses(&without_cargo, "no cargo", args, 100, "check-failed", "could-not-run: `cargo`");
        assert!(ran.stderr.contains("https://rustup.rs"), "{ran:#?}");
    }
    let without_git = programs(two_crates(), &["cargo", "rustc"], &[]);
    for args in [&["implement"][..], &["validate"], &["map"], &["status"]] {
        let _ = refuses(&without_git, "no git", args, 78, "no-repository", "`git`");
    }
    let _ = without_git.handoff(["status", "--safe"]).exits(0);
}

/// What a `PATH` without rustfmt and clippy comes to: the same as a toolchain without these components.
#[cfg(unix)]
const WITHOUT_COMPONENTS: &str = "case \"$1\" in clippy|fmt) echo \"error: no such command: $1\" >&2; exit 101;; esac";

#[cfg(unix)]
#[test]
fn without_rustfmt_and_clippy_the_tests_run_and_what_is_missing_could_not_run() {
    let tree = two_crates();
    tree.change("adder/src/lib.rs", "assert_eq!(add(7, 0), 7);", "assert_eq!(add(0, 7), 7);");
    let cargo = cargo_of(&tree);
    let tree = programs(
        tree,
        &["git", "rustc", "cc", "ld"],
        &[("cargo", &format!("{WITHOUT_COMPONENTS}\nexec {cargo} \"$@\""))],
    );
    for verb in ["implement", "validate"] {
        let ran = tree.handoff([verb, "--message-format", "json"]).exits(100);
        let messages = ran.messages();
        let warned = messages.iter().position(|message| message["reason"] == "warning");
        let built = messages.iter().position(|message| message["reason"] == "command-started");
        assert!(warned.is_some() && warned < built, "told before the first build: {messages:#?}");
        let last = messages.last().expect("a line");
        assert_eq!(last["outcome"], "failed", "{last:#?}");
        let rows = last["rows"].as_array().expect("rows");
        let adder = rows.iter().find(|row| row["target"]["package"] == "adder").expect("adder was checked");
        let outcomes = (&adder["fmt"], &adder["clippy"], &adder["test"]);
        assert_eq!(outcomes, (&"could-not-run".into(), &"could-not-run".into(), &"passed".into()), "{last:#?}");
        let problems = last["problems"].to_string();
        assert!(problems.contains("rustup component add"), "{problems}");
    }
}

/// The cargo the tests run with, absolute.
#[cfg(unix)]
fn cargo_of(tree: &Tree) -> String {
    let ran = tree.run("/bin/sh", ["-c", "command -v cargo"]).exits(0);
    String::from_utf8(ran.raw_stdout).expect("UTF-8").trim().to_owned()
}

#[cfg(unix)]
#[test]
fn a_read_only_payload_is_74_and_stays_as_it_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let tree = two_crates();
    fs::set_permissions(tree.root.join(PAYLOAD), fs::Permissions::from_mode(0o444)).expect("mode set");
    let note = ["note", "follow-up", "say more"];
    let before = tree.read(PAYLOAD);
    for args in [&["implement"][..], &note] {
        let ran = tree.handoff(args).exits(74);
        assert!(ran.stderr.contains("error[io]: could not write"), "{ran:#?}");
        assert!(ran.stderr.contains("read-only") && ran.stderr.contains("hint: it is as it was"), "{ran:#?}");
        assert_eq!(tree.read(PAYLOAD), before);
        let left: Vec<_> = fs::read_dir(tree.root.join("handoff")).expect("there").flatten().collect();
        assert!(!left.iter().any(|entry| entry.file_name().to_string_lossy().ends_with(".tmp")), "{left:?}");
    }
}

/// A disk that takes no more: a limit on the size of files stands for it where nothing can be mounted. The limit
/// reaches the payload's own temporary file only, since `note` starts nothing that writes.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_while_saving_is_74_and_the_payload_stays_as_it_was() {
    let tree = two_crates();
    let binary = env!("CARGO_BIN_EXE_cargo-handoff");
    let before = tree.read(PAYLOAD);
    let script = format!("trap '' XFSZ; ulimit -f 1; exec {binary} note follow-up \"$0\" --as somebody");
    let ran = tree.run("/bin/sh", ["-c", &script, &"say more ".repeat(200)]).exits(74);
    assert!(ran.stderr.starts_with("error[io]: could not write"), "{ran:#?}");
    assert_eq!(tree.read(PAYLOAD), before);

    // The real thing, where this user may mount: a file system of 32 KiB that is full.
    let script = format!(
        "cp handoff/payload.json kept.json && mount -t tmpfs -o size=32k none handoff && cp kept.json handoff/payload.json \
         && {{ head -c 64k /dev/zero > handoff/filler 2> /dev/null; {binary} note follow-up something; code=$?; \
         cmp kept.json handoff/payload.json || exit 99; rm kept.json; ls -A handoff >&2; exit $code; }}; exit 90"
    );
    let own = if rustix::process::geteuid().is_root() { "-m" } else { "-rm" };
    let ran = tree.run("unshare", [own, "/bin/sh", "-c", &script]);
    if ran.status == Some(90) || ran.stderr.contains("unshare:") {
        skipped("a full file system", "this user may not mount one");
    } else {
        let ran = ran.exits(74);
        assert!(ran.stderr.contains("No space left on device"), "{ran:#?}");
        assert!(!ran.stderr.contains("\n.handoff-"), "nothing half-written stays: {ran:#?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_or_closed_stdout_is_no_panic_and_costs_no_record() {
    let tree = two_crates();
    let binary = env!("CARGO_BIN_EXE_cargo-handoff");
    let verbs =
        ["status", "status --safe", "map", "map --message-format json", "schema", "validate", "note follow-up x"];
    for verb in verbs {
        let full = tree.run("/bin/sh", ["-c", &format!("exec {binary} {verb} > /dev/full")]).exits(74);
        assert!(full.stderr.contains("error[io]: could not write to stdout"), "{verb}: {full:#?}");
        let closed = tree.run("/bin/sh", ["-c", &format!("exec {binary} {verb} >&-")]);
        assert!(!closed.stderr.contains("panicked"), "{verb}: {closed:#?}");
        assert!([Some(0), Some(74)].contains(&closed.status), "{verb}: {closed:#?}");
        let gone = tree.run("/bin/sh", ["-c", &format!("{{ {binary} {verb}; echo $? >&2; }} | :")]).exits(0);
        assert!(gone.stderr.trim_end().ends_with('0') && !gone.stderr.contains("error"), "{verb}: {gone:#?}");
    }
    let full = tree.run("/bin/sh", ["-c", &format!("exec {binary} implement > /dev/full 2> /dev/full")]).exits(74);
    assert!(!full.stderr.contains("panicked"), "{full:#?}");
    assert!(tree.read(PAYLOAD).contains("\"test:adder/lib/adder\""), "what was seen is recorded all the same");
}

#[test]
fn paths_in_the_plan_that_leave_the_root_become_follow_ups() {
    let tree = Tree::of("two-crates").payload("two-crates");
    let inside = tree.root.join("adder/src/lib.rs");
    let step = format!(
        "\"files\": [\"adder/src/lib.rs\", \"../outside.rs\", \"adder/../../../etc/passwd\", \"/etc/passwd\", \"{inside}\", \"~/x.rs\", \"adder/**/../../../*.rs\"]"
    );
    tree.change(PAYLOAD, "\"files\": [\"adder/src/lib.rs\"]", &step);
    let tree = tree.git();
    let ran = tree.handoff(["map", "--message-format", "json"]).exits(0);
    let messages = ran.messages();
    let mapped = messages.iter().find(|message| message["reason"] == "step-mapped").expect("mapped");
    assert_eq!(mapped["packages"], serde_json::json!(["adder"]));
    let remarks: Vec<&str> = messages
        .iter()
        .filter(|message| message["reason"] == "remark")
        .filter_map(|message| message["text"].as_str())
        .collect();
    let _ = tree.handoff(["implement"]).exits(0);
    let payload: serde_json::Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let follow_ups = payload["implementation"]["followUps"].to_string();
    for path in ["../outside.rs", "adder/../../../etc/passwd", "/etc/passwd", "adder/**/../../../*.rs"] {
        let said = format!("names `{path}`, which {}", if path.contains("..") { "leaves" } else { "is not relative" });
        assert!(remarks.iter().any(|remark| remark.contains(&said)), "{path}: {remarks:#?}");
        assert!(follow_ups.contains(&said), "{path}: {follow_ups}");
    }
    // Whose machine it is absolute on, nobody can tell: it is left out as well, and not called outside.
    assert!(follow_ups.contains(&format!("names `{inside}`, which is not relative to")), "{follow_ups}");
}

#[test]
fn arguments_that_are_refused_end_with_a_last_line_for_programs_too() {
    let tree = Tree::empty();
    let ran = tree.handoff(["validate", "--level", "9", "--message-format", "json"]).exits(2);
    assert!(ran.stderr.contains("a level is one of"), "{}", ran.stderr);
    let last = ran.messages().pop().expect("a last line");
    assert_eq!((&last["reason"], &last["verb"]), (&"handoff-finished".into(), &"validate".into()));
    assert_eq!((&last["outcome"], &last["exit"], &last["ready"]), (&"error".into(), &2.into(), &false.into()));
    assert!(last["open"][0].as_str().is_some_and(|open| open.contains("a level is one of")), "{last}");
    let ran = tree.handoff(["validate", "--help", "--message-format", "json"]).exits(0);
    assert!(!ran.stdout.contains("handoff-finished"), "{}", ran.stdout);
}
