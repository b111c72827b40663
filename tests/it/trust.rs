//! Approving what the payload prescribes: what runs unasked, what after a yes, and what takes a yes back.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

const PAYLOAD: &str = "handoff/payload.json";

/// A tiny package whose test plan prescribes these commands, the first one for the only scenario.
fn prescribing(commands: &[&str]) -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[package]\nname = \"one\"\nedition = \"2024\"\n\n[workspace]\n");
    tree.write("src/lib.rs", "//! One.\n\n#[test]\nfn holds() {}\n");
    tree.write(".gitignore", "/target\n/ran\n");
    script(&tree, "check.sh", "#!/bin/sh\necho checked >> ran\n");
    prescribe(&tree, commands);
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    let tree = tree.git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change("src/lib.rs", "//! One.", "//! One and only.");
    tree
}

fn prescribe(tree: &Tree, commands: &[&str]) {
    let others: Vec<Value> = commands.iter().skip(1).map(|command| json!({ "command": command })).collect();
    let payload = json!({
        "requirement": {"summary": "One."},
        "plan": {"steps": [{"id": "1", "name": "It", "files": ["src/lib.rs"]}]},
        "testPlan": {
            "scenarios": [{"id": "s", "name": "it holds", "command": commands[0]}],
            "validationCommands": others,
        },
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
}

fn script(tree: &Tree, path: &str, text: &str) {
    tree.write(path, text);
    fs::set_permissions(tree.root.join(path), fs::Permissions::from_mode(0o755)).expect("mode set");
}

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

#[track_caller]
fn command(tree: &Tree, id: &str) -> Value {
    let payload = payload(tree);
    let commands = payload["implementation"]["commands"].as_array().cloned().unwrap_or_default();
    let id = format!("command:prescribed:{id}");
    commands.into_iter().find(|entry| entry["id"] == *id).unwrap_or_else(|| panic!("no {id} in {payload:#}"))
}

#[track_caller]
fn has(ran: &Ran, words: &[&str]) {
    for word in words {
        assert!(ran.stdout.contains(word), "`{word}` is not in\n{}\n{}", ran.stdout, ran.stderr);
    }
}

/// How often the script ran.
fn n_ran(tree: &Tree) -> usize {
    fs::read_to_string(tree.root.join("ran")).unwrap_or_default().lines().count()
}

#[test]
fn a_script_runs_once_it_is_approved_and_no_more_once_a_byte_of_it_changed() {
    let tree = prescribing(&["./check.sh all"]);
    let ran = tree.handoff(["implement"]).exits(77);
    has(&ran, &["not approved", "next: cargo handoff trust command:prescribed:scenario:s - "]);
    assert_eq!(n_ran(&tree), 0);
    let said = command(&tree, "scenario:s");
    assert_eq!((&said["outcome"], &said["why"]), (&json!("not-run"), &json!("not approved")));

    let shown = tree.handoff(["trust"]).exits(0);
    has(&shown, &["needs approval  command:prescribed:scenario:s", "argv[0]   ./check.sh", "argv[1]   all"]);
    has(&shown, &["(lies in the repository)", "file      check.sh sha256\n", "next: cargo handoff trust command:"]);
    assert_eq!(n_ran(&tree), 0, "showing runs nothing");
    has(&tree.handoff(["trust", "scenario:s"]).exits(0), &["approved: command:prescribed:scenario:s", "./check.sh"]);
    let kept = tree.root.with_file_name("home").join(".local/state/cargo-handoff/trust.json");
    assert_eq!(fs::metadata(&kept).expect("kept").permissions().mode() & 0o777, 0o600);

    let ran = tree.handoff(["implement"]).exits(0);
    assert_eq!(n_ran(&tree), 1, "{}", ran.stdout);
    let said = command(&tree, "scenario:s");
    assert_eq!(
        (&said["outcome"], &said["exitCode"], &said["approval"]),
        (&json!("passed"), &json!(0), &json!("trust"))
    );
    assert_eq!(said["argv"], json!(["./check.sh", "all"]));
    assert_eq!(payload(&tree)["testPlan"]["scenarios"][0]["status"], "implemented");
    assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], "5-acceptance");
    // Whoever validates approved it too: it is seen again.
    let _ = tree.handoff(["validate"]).exits(0);
    assert_eq!(n_ran(&tree), 2);

    script(&tree, "check.sh", "#!/bin/sh\necho checkeD >> ran\n");
    let _ = tree.handoff(["implement"]).exits(77);
    assert_eq!(n_ran(&tree), 2, "nobody approved these bytes");
    assert_eq!(payload(&tree)["testPlan"]["scenarios"][0]["status"], "in-progress");
    script(&tree, "check.sh", "#!/bin/sh\necho checked >> ran\n");
    has(&tree.handoff(["trust", "--list"]).exits(0), &["approved", "./check.sh"]);
    has(&tree.handoff(["trust", "--remove", "scenario:s"]).exits(0), &["taken back: 1 approval"]);
    let _ = tree.handoff(["implement"]).exits(77);
    assert_eq!(n_ran(&tree), 2);
    has(&tree.handoff(["trust", "--list"]).exits(0), &["there is none"]);
}

#[test]
fn a_stranger_who_did_not_approve_it_can_neither_confirm_nor_contradict_it() {
    let tree = prescribing(&["./check.sh"]);
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    let _ = tree.handoff(["implement"]).exits(0);
    let stranger = tree.root.with_file_name("stranger");
    let tree = tree.env("XDG_STATE_HOME", stranger.as_str());
    let last = tree.handoff(["validate", "--message-format", "json"]).exits(0).messages().pop().expect("a last line");
    assert_eq!(n_ran(&tree), 1, "not run for them");
    let claims = last["claims"].as_array().cloned().expect("claims");
    let of = |claim: &str| claims.iter().find(|row| row["claim"] == claim).expect("a row").clone();
    assert_eq!(of("command:prescribed:scenario:s")["verdict"], "not-checkable");
    assert_eq!(of("command:prescribed:scenario:s")["why"], "not approved");
    assert_eq!(
        (&of("scenario:s")["verdict"], &of("handoff")["verdict"]),
        (&json!("not-checkable"), &json!("not-checkable"))
    );
    assert_eq!(last["ready"], false);
    assert!(last["next"].to_string().contains("trust command:prescribed:scenario:s"), "{}", last["next"]);

    // A record that says more than any run could have come to is contradicted all the same.
    prescribe_in_place(&tree, "./check.sh | tee log");
    let _ = tree.handoff(["validate"]).exits(105);
    assert!(!tree.root.join("log").exists());
}

fn prescribe_in_place(tree: &Tree, command: &str) {
    let mut payload = payload(tree);
    payload["testPlan"]["scenarios"][0]["command"] = json!(command);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
}

#[test]
fn what_our_own_checks_cover_is_pointed_at_and_the_rest_of_the_grammar_runs() {
    let tree =
        prescribing(&["cargo test -p one holds", "cargo clippy -- -D warnings", "cargo build", "cargo fmt", "make|x"]);
    let _ = tree.handoff(["implement"]).exits(77);
    let said = command(&tree, "scenario:s");
    assert_eq!((&said["outcome"], &said["why"]), (&json!("passed"), &json!("covered by test:one/lib/one")));
    assert_eq!((&said["exitCode"], &said["log"]), (&Value::Null, &Value::Null));
    assert_eq!(payload(&tree)["testPlan"]["scenarios"][0]["status"], "implemented");
    let clippy = command(&tree, "testPlan.validationCommands[0]");
    assert_eq!((&clippy["outcome"], &clippy["why"]), (&json!("passed"), &json!("covered by command:clippy")));
    let build = command(&tree, "testPlan.validationCommands[1]");
    assert_eq!((&build["outcome"], &build["exitCode"]), (&json!("passed"), &json!(0)));
    let fmt = command(&tree, "testPlan.validationCommands[2]");
    assert_eq!(fmt["outcome"], "not-run");
    assert!(fmt["why"].as_str().expect("a reason").contains("cargo fmt --check"), "{fmt}");
    let refused = command(&tree, "testPlan.validationCommands[3]");
    assert_eq!(refused["why"], "`|` needs a shell: write each command as an entry of its own");
    let error = tree.handoff(["trust", "testPlan.validationCommands[3]"]).exits(77);
    assert!(error.stderr.contains("needs a shell"), "{}", error.stderr);
}

#[test]
fn outcomes_are_three_and_a_missing_program_is_no_failure() {
    let tree = prescribing(&["./fails.sh", "no-such-program-anywhere x", "./check.sh"]);
    script(&tree, "fails.sh", "#!/bin/sh\necho \"::error::it $MY_TOKEN failed\"\nexit 3\n");
    let tree = tree.env("MY_TOKEN", "hunter2-hunter2");
    // What is approved is whatever will be called so.
    has(&tree.handoff(["trust", "--all"]).exits(0), &["though there is no program `no-such-program-anywhere` here"]);
    let ran = tree.handoff(["implement"]).exits(100);
    has(&ran, &["exit code 3", "no such program: `no-such-program-anywhere`"]);
    has(&ran, &["once there is `no-such-program-anywhere` on this machine: install it first"]);
    // While they run they are told by what is typed, not by where they stand in the payload.
    for told in ["failed prescribed ./fails.sh", "passed prescribed ./check.sh"] {
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("prescribed:testPlan"), "{ran:#?}");
    let failed = command(&tree, "scenario:s");
    assert_eq!((&failed["outcome"], &failed["exitCode"]), (&json!("failed"), &json!(3)));
    // It never had the token, and had it printed one it would have been masked.
    assert_eq!(failed["output"], "::error::it  failed");
    assert_eq!(command(&tree, "testPlan.validationCommands[0]")["outcome"], "could-not-run");
    assert_eq!(command(&tree, "testPlan.validationCommands[1]")["outcome"], "passed");
}

#[test]
fn a_child_s_secrets_and_escapes_reach_no_log() {
    let tree = prescribing(&["./says.sh"]);
    script(&tree, "says.sh", "#!/bin/sh\nprintf '\\033[31mhunter2-%s\\n' hunter2\nprintf '##[error]\\n'\nexit 1\n");
    let tree = tree.env("MY_TOKEN", "hunter2-hunter2").env("CI", "true");
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    let ran = tree.handoff(["implement"]).exits(100);
    let failed = command(&tree, "scenario:s");
    let log = tree.read(failed["log"]["path"].as_str().expect("a log"));
    for text in [&log, &ran.stdout, &ran.stderr, &tree.read(PAYLOAD)] {
        assert!(!text.contains("hunter2-hunter2") && !text.contains('\u{1b}'), "{text}");
    }
    assert!(log.starts_with("\\u{1b}[31m***\n#\\#[error]\n"), "{log}");
    assert!(!ran.stdout.contains("##[") && !ran.stderr.contains("##["), "{}", ran.stdout);
}

#[test]
fn a_list_outside_of_the_checkout_approves_its_lines_and_one_inside_is_refused() {
    let tree = prescribing(&["./check.sh a"]);
    let list = tree.root.with_file_name("allowed");
    fs::write(&list, "# ours\n./check.sh b\n").expect("written");
    let _ = tree.handoff(["implement", "--allow-file", list.as_str()]).exits(77);
    fs::write(&list, "# ours\n./check.sh a\n").expect("written");
    let _ = tree.handoff(["implement", "--allow-file", list.as_str()]).exits(0);
    assert_eq!((n_ran(&tree), &command(&tree, "scenario:s")["approval"]), (1, &json!("allow-file")));
    tree.write("allowed", "./check.sh a\n");
    let before = tree.read(PAYLOAD);
    let ran = tree.handoff(["implement", "--allow-file", "allowed"]).exits(78);
    assert!(ran.stderr.contains("inside of the checkout"), "{}", ran.stderr);
    assert_eq!((n_ran(&tree), tree.read(PAYLOAD)), (1, before));
    // Nothing of it is kept.
    let _ = tree.handoff(["implement"]).exits(77);
}

#[test]
fn trusting_a_payload_is_said_and_recorded() {
    let tree = prescribing(&["./check.sh"]);
    let ran = tree.handoff(["implement", "--trust-payload"]).exits(0);
    assert!(ran.stderr.contains("every command the payload prescribes runs as you"), "{}", ran.stderr);
    assert_eq!(command(&tree, "scenario:s")["approval"], "trust-payload");
    assert_eq!(payload(&tree)["implementation"]["summary"]["trustedPayload"], json!(["command:prescribed:scenario:s"]));
}

#[test]
fn neither_ci_nor_a_state_folder_or_a_setting_in_the_checkout_approves_anything() {
    let tree = prescribing(&["./check.sh"]);
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    // The very approvals, put where the repository could have put them.
    let kept = tree.root.with_file_name("home").join(".local/state/cargo-handoff/trust.json");
    tree.write("state/cargo-handoff/trust.json", fs::read(&kept).expect("kept"));
    let inside = tree.root.join("state").to_string();
    tree.write(".cargo/config.toml", format!("[env]\nXDG_STATE_HOME = {{ value = \"{inside}\", force = true }}\n"));
    fs::remove_file(&kept).expect("removed");
    let tree = tree.env("CI", "true");
    let _ = tree.handoff(["implement"]).exits(77);
    let tree = tree.env("XDG_STATE_HOME", &inside);
    let ran = tree.handoff(["implement"]).exits(77);
    assert!(ran.stderr.contains("inside of the checkout"), "{}", ran.stderr);
    let _ = tree.handoff(["trust", "--all"]).exits(78);
    assert_eq!(n_ran(&tree), 0);
}

#[test]
fn what_nobody_can_look_at_is_refused_and_keeps_nothing_from_being_recorded() {
    let tree = prescribing(&["./check.sh huge"]);
    tree.write(".gitignore", "/target\n/ran\n/huge\n");
    let file = fs::File::create(tree.root.join("huge")).expect("made");
    file.set_len(1 << 30).expect("sparse");
    let _ = tree.handoff(["implement", "--trust-payload"]).exits(77);
    assert_eq!(n_ran(&tree), 0);
    let why = command(&tree, "scenario:s")["why"].as_str().expect("a reason").to_owned();
    assert!(why.starts_with("it cannot be looked at: `<root>/huge`"), "{why}");
    has(&tree.handoff(["trust"]).exits(0), &["refused", "it cannot be looked at"]);
}

#[test]
fn whoever_validates_is_told_to_install_what_is_missing() {
    let tree = prescribing(&["./check.sh", "no-such-program x"]);
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    let _ = tree.handoff(["implement"]).exits(100);
    let ran = tree.handoff(["validate"]).exits(100);
    has(&ran, &["next: cargo handoff validate - again, once there is `no-such-program` on this machine"]);
    assert!(!ran.stdout.contains("record it again once that is mended"), "{ran:#?}");
}

#[test]
fn map_says_of_each_prescribed_command_whether_it_may_run() {
    let tree = prescribing(&["./check.sh", "cargo test -p one", "./check.sh x", "cat a | b"]);
    let _ = tree.handoff(["trust", "scenario:s"]).exits(0);
    let ran = tree.handoff(["map"]).exits(0);
    let told = [
        ("./check.sh", "it is approved"),
        ("cargo test -p one", "it runs unasked"),
        ("./check.sh x", "it needs approval, and is not run: `cargo handoff trust"),
        ("cat a | b", "it is not run: `|` needs a shell"),
    ];
    for (command, said) in told {
        let mut lines = ran.stdout.lines().skip_while(|line| !line.ends_with(&format!("prescribed  {command}")));
        assert!(lines.nth(1).is_some_and(|line| line.contains(said)), "{command}: {}", ran.stdout);
    }
    assert_eq!(n_ran(&tree), 0);
}

#[test]
fn what_is_asked_for_with_a_step_is_what_serves_it() {
    let tree = prescribing(&["./check.sh", "no-such-program x"]);
    let mut payload = payload(&tree);
    payload["testPlan"]["scenarios"][0]["planStepId"] = json!("1");
    tree.write(PAYLOAD, payload.to_string());
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    let _ = tree.handoff(["implement", "--step", "1"]).exits(0);
    assert_eq!(n_ran(&tree), 1);
}

/// `script` gives the binary a terminal; without it there is nothing to type on.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_somebody_is_asked_and_silence_is_a_no() {
    let tree = prescribing(&["./check.sh"]);
    if !std::path::Path::new("/usr/bin/script").is_file() {
        return;
    }
    let typed = |text: &str| {
        tree.write("target/typed", text);
        let line = format!(
            "exec script -qec \"'{}' implement\" target/typescript < target/typed",
            env!("CARGO_BIN_EXE_cargo-handoff")
        );
        tree.run("sh", ["-c", &line])
    };
    let asked = typed("n\n").exits(77);
    assert!(asked.stdout.contains("[y/N]") && asked.stdout.contains("argv[0]  ./check.sh"), "{}", asked.stdout);
    assert_eq!(n_ran(&tree), 0);
    let _ = typed("").exits(77);
    let _ = typed("maybe\n").exits(77);
    assert_eq!(n_ran(&tree), 0);
    let _ = typed("y\n").exits(0);
    assert_eq!((n_ran(&tree), &command(&tree, "scenario:s")["approval"]), (1, &json!("terminal")));
    let again = typed("").exits(0);
    assert!(!again.stdout.contains("[y/N]"), "kept: {}", again.stdout);
}

/// A payload that is ready, and whose scenario rests on a program outside of the repository.
fn on_a_program(program: &str) -> Tree {
    let tree = prescribing(&[program]);
    let folder = tree.root.parent().expect("a folder above").join("bin");
    fs::create_dir_all(&folder).expect("made");
    let path = folder.join("own-checker");
    fs::write(&path, "#!/bin/sh\nexit 0\n").expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("mode set");
    let environment = tree.environment();
    let before = environment.get(std::ffi::OsStr::new("PATH")).and_then(|path| path.to_str()).expect("there is one");
    let path = format!("{folder}:{before}");
    let tree = tree.env("PATH", &path);
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], "5-acceptance");
    tree
}

fn verdicts(ran: &Ran) -> std::collections::BTreeMap<String, (String, String)> {
    let claims = ran.messages().into_iter().filter(|message| message["reason"] == "claim");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    claims.map(|claim| (text(&claim["claim"]), (text(&claim["verdict"]), text(&claim["why"])))).collect()
}

#[test]
fn a_program_that_is_missing_here_contradicts_nobody_and_one_that_fails_does() {
    let tree = on_a_program("own-checker all");
    let checker = tree.root.parent().expect("a folder above").join("bin/own-checker");
    let validate = ["validate", "--fresh", "--message-format", "json"];
    assert_eq!(verdicts(&tree.handoff(validate).exits(0))["handoff"].0, "confirmed");

    let sound = fs::read(&checker).expect("read");
    fs::remove_file(&checker).expect("removed");
    let said = verdicts(&tree.handoff(validate).exits(100));
    let (verdict, why) = &said["command:prescribed:scenario:s"];
    assert_eq!(
        (verdict.as_str(), why.as_str()),
        ("not-reproducible", "recorded as passed; `own-checker` is not on this machine")
    );
    for claim in ["scenario:s", "handoff"] {
        let (verdict, why) = &said[claim];
        assert!(verdict != "contradicted" && verdict != "confirmed", "{claim}: {verdict}: {why}");
        assert!(why.contains("own-checker"), "{claim}: {why}");
    }

    // What its first line names is not here either.
    fs::write(&checker, "#!/no/such/interpreter\n").expect("written");
    fs::set_permissions(&checker, fs::Permissions::from_mode(0o755)).expect("mode set");
    let said = verdicts(&tree.handoff(validate).exits(100));
    assert_eq!(said["command:prescribed:scenario:s"].0, "not-reproducible");

    // It is here and fails, whatever it says of why.
    for lines in ["exit 1", "echo 'error: not started: no such program' >&2\nexit 127"] {
        fs::write(&checker, format!("#!/bin/sh\n{lines}\n")).expect("written");
        let said = verdicts(&tree.handoff(validate).exits(105));
        for claim in ["command:prescribed:scenario:s", "scenario:s", "handoff"] {
            assert_eq!(said[claim].0, "contradicted", "{claim}: {said:#?}");
        }
    }
    fs::write(&checker, sound).expect("written");
    assert_eq!(verdicts(&tree.handoff(validate).exits(0))["handoff"].0, "confirmed");
}

#[test]
fn a_program_of_the_repository_that_is_gone_is_no_machine_s_fault() {
    let tree = prescribing(&["./check.sh"]);
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    let _ = tree.handoff(["implement"]).exits(0);
    fs::remove_file(tree.root.join("check.sh")).expect("removed");
    let _ = tree.handoff(["trust", "--all"]).exits(0);
    let said = verdicts(&tree.handoff(["validate", "--message-format", "json"]).exits(105));
    assert_eq!(said["handoff"].0, "contradicted", "{said:#?}");
}

#[test]
fn formatting_that_cannot_be_checked_here_contradicts_nobody() {
    let tree = prescribing(&["cargo test holds"]);
    let _ = tree.handoff(["implement"]).exits(0);
    // The toolchain without its rustfmt and clippy, as a machine without rustup has it.
    let sysroot = tree.run("rustc", ["--print", "sysroot"]).exits(0).stdout.trim().to_owned();
    let bare = tree.root.parent().expect("a folder above").join("bare");
    fs::create_dir_all(bare.join("bin")).expect("made");
    for name in ["cargo", "rustc", "rustdoc"] {
        let own = format!("#!/bin/sh\nexec '{sysroot}/bin/{name}' \"$@\"\n");
        fs::write(bare.join("bin").join(name), own).expect("written");
        fs::set_permissions(bare.join("bin").join(name), fs::Permissions::from_mode(0o755)).expect("mode set");
    }
    let own = format!(
        "#!/bin/sh\ncase \"$*\" in '--print target-libdir') echo '{bare}/lib/rustlib/x/lib'; exit;; *) exec '{sysroot}/bin/rustc' \"$@\";; esac\n"
    );
    fs::write(bare.join("bin/rustc"), own).expect("written");
    let path = format!("{bare}/bin:/usr/bin:/bin");
    let cargo = bare.join("bin/cargo");
    let tree = tree.env("PATH", &path).env("CARGO", cargo.as_str()).env("CARGO_HOME", bare.as_str());
    let ran = tree.handoff(["validate", "--fresh", "--message-format", "json"]).exits(100);
    let said = verdicts(&ran);
    for claim in ["command:fmt", "command:clippy", "step:1", "handoff"] {
        let (verdict, why) = &said[claim];
        assert!(
            verdict == "not-reproducible" || verdict == "not-checkable",
            "{claim}: {verdict}: {why}\n{}",
            ran.stderr
        );
    }
    assert!(said["command:fmt"].1.contains("`cargo-fmt` is not on this machine"), "{said:#?}");
}
