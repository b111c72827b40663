//! A payload that wants to run things: more than 100 command lines and paths, none of which runs or writes anything.
//!
//! Three witnesses: canary files that every command would leave; a `PATH` on which each program, expected or not,
//! leaves a word before it does anything; and, where the machine has it, a trace of every program the kernel started.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

const PAYLOAD: &str = "handoff/payload.json";

/// Programs that may be started: those our own checks need, and those they start in turn.
const EXPECTED: &[&str] = &[
    "git",
    "cargo",
    "rustc",
    "rustfmt",
    "rustdoc",
    "cargo-fmt",
    "cargo-clippy",
    "clippy-driver",
    "rustup",
    "cc",
    "ld",
];

/// Programs a command might get at: each is a trap on the `PATH`.
const TRAPS: &[&str] = &[
    "sh",
    "bash",
    "dash",
    "zsh",
    "env",
    "find",
    "xargs",
    "python",
    "python3",
    "perl",
    "ruby",
    "node",
    "npm",
    "npx",
    "make",
    "just",
    "touch",
    "tee",
    "cp",
    "mv",
    "ln",
    "rm",
    "dd",
    "awk",
    "sed",
    "curl",
    "wget",
    "nc",
    "ssh",
    "sudo",
    "nohup",
    "setsid",
    "timeout",
    "nice",
    "script",
    "cargo-evil",
    "cargo-handoff",
    "cargo-nextest",
    "evil",
    "busybox",
    "true",
    "echo",
    "printf",
    "cat",
    "vi",
    "ed",
    "tar",
    "unzip",
    "gcc",
    "docker",
    "systemctl",
    "crontab",
    "at",
    "ld.so",
];

/// Command lines; `@` is a canary's path.
const COMMANDS: &[&str] = &[
    // what a shell would make of it
    "touch @",
    "cargo test; touch @",
    "cargo test && touch @",
    "cargo test || touch @",
    "cargo test | tee @",
    "cargo test & touch @",
    "cargo test > @",
    "cargo test >> @",
    "cargo test 2> @",
    "cargo test < /dev/null > @",
    "cargo test $(touch @)",
    "cargo test `touch @`",
    "cargo test \"$(touch @)\"",
    "cargo test \"`touch @`\"",
    "cargo test ${IFS}touch${IFS}@",
    "cargo test $'\\x3b' touch @",
    "cargo test\ntouch @",
    "cargo test\r\ntouch @",
    "cargo test \\\ntouch @",
    "cargo test\u{0}touch @",
    "cargo test {a,b} > @",
    "(touch @)",
    "{ touch @; }",
    "! touch @",
    "cargo test # \n touch @",
    "~/evil @",
    "cargo test <(touch @)",
    "eval touch @",
    ". ./evil.sh @",
    "source ./evil.sh @",
    "exec ./evil.sh @",
    "command touch @",
    "builtin printf x > @",
    // an interpreter
    "sh -c 'touch @'",
    "bash -c 'touch @'",
    "/bin/sh -c 'touch @'",
    "sh ./evil.sh @",
    "python -c 'open(\"@\",\"w\")'",
    "python3 -c 'import os; os.system(\"touch @\")'",
    "perl -e 'open F, q(>@)'",
    "node -e 'require(\"fs\").writeFileSync(\"@\",\"\")'",
    "ruby -e 'File.write(\"@\",\"\")'",
    "awk 'BEGIN { system(\"touch @\") }'",
    "busybox touch @",
    "make -f evil.mk CANARY=@",
    "make SHELL=./evil.sh",
    "npm run evil",
    "npx evil @",
    "just --shell ./evil.sh evil",
    // a program that starts another one
    "env touch @",
    "env -S 'touch @'",
    "env PATH=. evil.sh @",
    "env RUSTC_WRAPPER=./evil.sh cargo test",
    "find . -maxdepth 0 -exec touch @ ;",
    "find . -maxdepth 0 -exec touch @ '{}' '+'",
    "find . -fprintf @ x",
    "xargs touch @",
    "xargs -a Cargo.toml touch @",
    "nohup touch @",
    "setsid touch @",
    "timeout 5 touch @",
    "nice touch @",
    "sudo touch @",
    "script -c 'touch @'",
    "sed -n 'w @' Cargo.toml",
    "tar --checkpoint=1 '--checkpoint-action=exec=touch @' -cf x .",
    "cp Cargo.toml @",
    "mv Cargo.toml @",
    "ln -s /etc/passwd @",
    "dd of=@ if=Cargo.toml",
    "tee @",
    "curl -o @ file:///etc/passwd",
    // git
    "git -c core.pager='touch @' log",
    "git -c core.fsmonitor=./evil.sh status",
    "git -c alias.x='!touch @' x",
    "git --exec-path=. evil",
    "git config core.hooksPath .",
    "git commit --allow-empty -m x",
    "git clone ext::'touch @' x",
    "git bisect run ./evil.sh @",
    "git submodule foreach 'touch @'",
    "git diff --ext-diff",
    "git archive -o @ HEAD",
    // cargo
    "cargo --config build.rustc=./evil.sh test",
    "cargo --config 'build.rustc-wrapper=\"./evil.sh\"' test",
    "cargo test --config build.rustc-wrapper='./evil.sh'",
    "cargo test --config=evil.toml",
    "cargo test --config 'target.\"cfg(all())\".runner=\"./evil.sh\"'",
    "cargo test --config 'env.PATH={value=\".\",force=true}'",
    "cargo +nightly test",
    "cargo +./evil test",
    "cargo test +nightly",
    "cargo -C .. test",
    "cargo -Zunstable-options -C .. test",
    "cargo test --manifest-path ../evil/Cargo.toml",
    "cargo test --manifest-path=evil/Cargo.toml",
    "cargo test --target-dir @",
    "cargo test --target evil.json",
    "cargo test --profile evil",
    "cargo test -Zscript",
    "cargo -Zscript ./evil.rs",
    "cargo ./evil.rs",
    "cargo evil @",
    "cargo e",
    "cargo t",
    "cargo r",
    "cargo run",
    "cargo run --bin evil -- @",
    "cargo bench",
    "cargo install --path . --root @",
    "cargo new @",
    "cargo init @",
    "cargo vendor @",
    "cargo package --target-dir @",
    "cargo publish",
    "cargo fix --allow-dirty",
    "cargo clippy --fix --allow-dirty",
    "cargo fmt -- --config-path ./evil.toml",
    "cargo fmt -- --emit files src/lib.rs",
    "cargo fmt",
    "cargo rustc -- -C linker=./evil.sh",
    "cargo doc --open",
    "cargo test -- --logfile @",
    "cargo test -- --logfile=@",
    "cargo test -- -Z unstable-options --report-time",
    "cargo test @@",
    "cargo test -- @@",
    "cargo test -p '../evil'",
    "cargo test -p file:///evil",
    "cargo test -p -Zx",
    "cargo test --features=--config",
    "cargo handoff demo --into @",
    "cargo handoff implement --trust-payload",
    "cargo handoff trust --all",
    "cargo-handoff trust --all",
    "cargo nextest run",
    "RUSTFLAGS=-Clinker=./evil.sh cargo test",
    "RUSTC=./evil.sh cargo test",
    "PATH=. cargo test",
    "LD_PRELOAD=./evil.so cargo test",
    "CARGO_HOME=. cargo test",
    "GIT_DIR=@ git init",
    // what only looks like it
    "c\u{430}rgo test",
    "cargo\u{a0}test",
    "cargo\u{200b} test",
    "cargo test \u{2013}\u{2013}config evil.toml",
    "cargo test \u{202e}gifnoc--",
    "CARGO test",
    "cargo.exe test",
    "./cargo test",
    "././cargo test",
    "bin/cargo test",
    "bin/cargo-handoff handoff implement",
    "../tree/cargo test",
    "../../../../../../bin/touch @",
    "/usr/bin/touch @",
    "/usr/bin/env touch @",
    "link-to-touch @",
    "./link-to-touch @",
    "./evil.sh @",
    "'./evil.sh' @",
    "\"./evil.sh\" '@'",
    "evil @",
    "''",
    "\"\" @",
    "-c touch @",
    "--help",
    "\u{1b}]0;cargo test\u{7} touch @",
    "\u{1b}[2J\u{1b}[1;1Hcargo test",
    "::set-output name=x::@",
    "::error::cargo test",
    "##[group]touch @",
    "##vso[task.setvariable variable=x]@",
    "cargo test '; touch @ ::set-env name=PATH::.'",
];

#[track_caller]
pub(crate) fn executable(path: &camino::Utf8Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("mode set");
}

/// The tiny workspace with everything the commands wish for lying about, the canaries beside it.
fn hostile() -> (Tree, usize) {
    let tree = Tree::empty();
    let canaries = tree.root.with_file_name("canaries");
    fs::create_dir(&canaries).expect("made");
    tree.write("Cargo.toml", "[package]\nname = \"one\"\nedition = \"2024\"\n\n[workspace]\n");
    tree.write("src/lib.rs", "//! One.\n\n#[test]\nfn holds() {}\n");
    tree.write(".gitignore", "/target\n");
    tree.write(".cargo/config.toml", "[alias]\nevil = \"run --bin evil\"\ne = \"evil\"\nhandoff = \"evil\"\n");
    tree.write("evil.mk", format!("all:\n\ttouch {canaries}/make\n"));
    tree.write("package.json", format!("{{\"scripts\":{{\"evil\":\"touch {canaries}/npm\"}}}}"));
    let leaves = |name: &str| format!("#!/bin/sh\n: > {canaries}/{name}\n");
    for name in ["evil.sh", "cargo", "bin/cargo", "bin/cargo-handoff", "evil", "git", "rustc", "evil.rs"] {
        executable(&tree.root.join(name), &leaves(&name.replace('/', "-")));
    }
    symlink("/usr/bin/touch", tree.root.join("link-to-touch")).expect("linked");
    let line = |(n, command): (usize, &&str)| {
        // `@@` is a lone `@`: an argument file.
        command.replace("@@", "\u{1}").replace('@', &format!("{canaries}/{n}")).replace('\u{1}', "@evil")
    };
    let mut commands: Vec<String> = COMMANDS.iter().enumerate().map(line).collect();
    commands.push(format!("touch {canaries}/long {}", "x".repeat(200_000)));
    commands.push(format!("{}touch {canaries}/deep", "'' ".repeat(1000)));
    // In every place a command may stand, behind ids and wishes that want something too.
    let n_commands = commands.len();
    let id = |n: usize| match n % 7 {
        0 => format!("../../canaries/id-{n}"),
        1 => format!("{canaries}/id-{n}"),
        2 => format!("\u{1b}[2J{n}\u{7}"),
        3 => format!("{n}\n::error::x"),
        4 => format!("{n};touch {canaries}/id-{n}"),
        5 => format!("-{n} --all"),
        _ => format!("{n}\u{0}x"),
    };
    let entry = |n: usize, command: &str| json!({ "id": id(n), "name": command, "command": command });
    let (mut steps, mut scenarios, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (n, command) in commands.iter().enumerate() {
        match n % 4 {
            0 => scenarios.push(entry(n, command)),
            1 => steps.push(entry(n, command)),
            2 => others.push(json!(command)),
            _ => others.push(json!({
                "suite": command, "command": command, "environment": {"PATH": ".", "LD_PRELOAD": "./evil.so"},
                "prerequisites": [command], "expectedDuration": "touch it",
            })),
        }
    }
    for path in
        ["../../canaries/x", "/etc/passwd", "~/x", "link-to-touch/x", ".git/config", "a\u{0}b", "$(touch x)", "*"]
    {
        steps.push(json!({ "name": "a path", "files": [path], "packages": [path], "targets": [path] }));
        scenarios.push(json!({ "name": "a test", "tests": [path] }));
    }
    let payload = json!({
        "requirement": {"summary": "Run it."}, "plan": {"steps": steps},
        "testPlan": {"scenarios": scenarios, "validationCommands": others},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile", "--quiet"]);
    fs::remove_dir_all(&canaries).expect("the alias of the set-up is none of our business");
    fs::create_dir(&canaries).expect("made");
    (tree.git(), n_commands)
}

/// A `PATH` of nothing but programs that leave a word first: what is expected goes on as itself, the rest ends.
fn watched(tree: Tree) -> Tree {
    let folder = tree.root.with_file_name("watched");
    let environment = tree.environment();
    let path = environment.get(std::ffi::OsStr::new("PATH")).expect("a PATH").clone();
    let real = |name: &str| {
        let folders = std::env::split_paths(&path).map(|folder| folder.join(name));
        folders.into_iter().find(|file| file.is_file())
    };
    for name in EXPECTED {
        if let Some(real) = real(name) {
            let goes_on = format!("exec '{}' \"$@\"", real.display());
            // A proxy of rustup's asks for its own name, which `exec` keeps.
            executable(
                &folder.join(name),
                &format!("#!/bin/sh\necho {name} \"$1\" \"$2\" >> '{folder}/started'\n{goes_on}\n"),
            );
        }
    }
    for name in TRAPS {
        executable(
            &folder.join(name),
            &format!("#!/bin/sh\necho {name} \"$1\" \"$2\" >> '{folder}/started'\nexit 1\n"),
        );
    }
    tree.env("PATH", folder.as_str()).env("CI", "true").env("GITHUB_ACTIONS", "true")
}

fn started(tree: &Tree) -> Vec<String> {
    let text = fs::read_to_string(tree.root.with_file_name("watched").join("started")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[track_caller]
fn canaries(tree: &Tree) -> Vec<String> {
    let folder = tree.root.with_file_name("canaries");
    folder.read_dir_utf8().expect("there").map(|entry| entry.expect("an entry").file_name().to_owned()).collect()
}

/// Runs a verb, and says what the kernel started meanwhile, by path; `None` where there is no tracer, or it may not
/// trace.
pub(crate) fn traced(tree: &Tree, verb: &[&str]) -> (Ran, Option<BTreeSet<String>>) {
    let trace = tree.root.with_file_name("trace");
    let binary = env!("CARGO_BIN_EXE_cargo-handoff");
    let args = ["-f", "-qq", "-e", "trace=execve", "-o", trace.as_str()];
    if !std::path::Path::new("/usr/bin/strace").is_file()
        || tree.run("/usr/bin/strace", args.into_iter().chain(["/bin/true"])).status != Some(0)
    {
        return (tree.handoff(verb), None);
    }
    let ran = tree.run("/usr/bin/strace", args.into_iter().chain([binary]).chain(verb.iter().copied()));
    let text = fs::read_to_string(&trace).expect("a trace");
    let started = text.lines().filter(|line| line.ends_with(" = 0"));
    let path = |line: &str| line.split("execve(\"").nth(1)?.split('"').next().map(str::to_owned);
    (ran, Some(started.filter_map(path).collect()))
}

#[test]
fn nothing_of_a_hostile_payload_runs_or_writes() {
    let (tree, n_commands) = hostile();
    assert!(100 < n_commands, "{n_commands}");
    let tree = watched(tree);
    let before = tree.digest_of_everything();

    let listed = tree.handoff(["trust"]).exits(0);
    assert_eq!(started(&tree), Vec::<String>::new(), "showing them starts nothing");
    assert!(!listed.stdout.contains('\u{1b}') && listed.stdout.lines().count() <= 60, "{}", listed.stdout);

    // One line is in the grammar: cargo gets its filter as it stands, and finds no test of that name.
    let (ran, traced) = traced(&tree, &["implement"]);
    let traced = traced.unwrap_or_default();
    let ran = ran.exits(100);
    assert_eq!(canaries(&tree), Vec::<String>::new());
    for line in started(&tree) {
        let mut words = line.split(' ');
        let (name, first) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        assert!(EXPECTED.contains(&name), "{line}");
        let is_ours = name != "cargo"
            || ["metadata", "fmt", "clippy", "test", "rustc", "-V", "--version", "-vV"].contains(&first);
        assert!(is_ours, "{line}");
    }
    // Beside what is expected: the shell of our own witnesses, the linker's parts, the one test binary.
    let is_expected = |path: &str| {
        const PARTS: &[&str] = &["sh", "dash", "collect2", "as", "ld", "lld", "gcc"];
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_part = || name.split(['-', '.']).any(|word| PARTS.contains(&word));
        let below = path.strip_prefix(tree.root.as_str());
        match below {
            Some(below) => below.starts_with("/target/") && name.starts_with("one-"),
            None => path == env!("CARGO_BIN_EXE_cargo-handoff") || EXPECTED.contains(&name) || is_part(),
        }
    };
    let unexpected: Vec<&String> = traced.iter().filter(|path| !is_expected(path)).collect();
    assert!(unexpected.is_empty(), "{unexpected:?} of {traced:?}");
    // In a job of GitHub Actions our own annotations are shown: nothing but them, and nothing of theirs is a property.
    let is_annotation = |line: &str| {
        let kinds = ["::error ", "::warning ", "::notice "];
        let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind));
        let properties = rest.and_then(|rest| rest.split_once("::")).map(|(properties, _)| properties);
        let known = ["title", "file", "line", "endLine", "col", "endColumn"];
        let is_known = |one: &str| one.split_once('=').is_some_and(|(name, _)| known.contains(&name));
        properties.is_some_and(|properties| properties.split(',').all(is_known))
    };
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains('\u{1b}') && !text.contains("##["), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::") && !is_annotation(line)), "{text}");
    }
    let mut after = tree.digest_of_everything();
    after.retain(|path, _| !path.starts_with("handoff"));
    let mut before = before;
    before.retain(|path, _| !path.starts_with("handoff"));
    assert_eq!(after, before, "nothing but the record was written");

    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let commands = payload["implementation"]["commands"].as_array().expect("a list");
    let prescribed: Vec<&Value> = commands.iter().filter(|command| command["kind"] == "prescribed").collect();
    // Of the ones that are in the grammar no shell made anything.
    let ran: Vec<&Value> = prescribed.iter().copied().filter(|command| command["outcome"] != "not-run").collect();
    let words: Vec<&Value> = ran.iter().map(|command| &command["argv"]).collect();
    assert!(words.len() == 1 && words[0][2].as_str().is_some_and(|word| word.starts_with("; touch ")), "{ran:#?}");
    assert!(n_commands - 2 <= prescribed.len(), "{} of {n_commands}", prescribed.len());
    let refused = prescribed.iter().filter(|command| command["why"] != "not approved").count();
    assert!(20 < refused && refused < n_commands / 2, "{refused}");
    assert_eq!(payload["implementation"]["handoff"]["readyFor"], Value::Null);
    // The witnesses see: whoever starts one of these leaves a canary, and a word.
    let _ = tree.run(tree.root.join("evil.sh").as_str(), ["x"]).exits(0);
    assert_eq!(canaries(&tree), ["evil.sh"]);
    let n_before = started(&tree).len();
    let _ = tree.run(tree.root.with_file_name("watched").join("touch").as_str(), ["x"]).exits(1);
    assert_eq!(started(&tree).len(), n_before + 1);
}
