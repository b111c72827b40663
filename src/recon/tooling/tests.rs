//! Tools looked for in folders made up for it.

use super::*;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;

fn make(path: &Utf8Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, text).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("mode set");
}

fn wanting(by: &str, text: &str, is_command: bool) -> Wanting {
    Wanting { by: by.into(), text: text.into(), is_command }
}

/// What is found in `root`, with `bin` beside it as the only folder of the `PATH`.
fn found(top: &Utf8Path, wanting: &[Wanting]) -> Tooling {
    let (root, bin) = (top.join("root"), top.join("bin"));
    let variables = [("PATH", bin.as_str()), ("HOME", top.as_str()), ("CARGO_HOME", "/nowhere")];
    let environment: BTreeMap<OsString, OsString> =
        variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let surroundings = Surroundings::made_up(&root, environment, jiff::Timestamp::UNIX_EPOCH);
    tooling(wanting, &root, &root, 50, &surroundings, &Cancel::new()).expect("looked for")
}

fn state_of(found: &Tooling, name: &str) -> (State, Option<String>) {
    let all = found.programs.items.iter();
    let program = all.clone().find(|program| program.name == name);
    let program = program.unwrap_or_else(|| panic!("{name}: {:?}", all.collect::<Vec<_>>()));
    (program.state, program.get.clone())
}

#[test]
fn what_is_named_is_looked_for_and_never_run() {
    let keep = tempfile::tempdir().expect("a folder");
    let top = Utf8Path::from_path(keep.path()).expect("UTF-8").canonicalize_utf8().expect("real");
    let trap = format!("#!/bin/sh\necho ran >> {top}/ran\n");
    make(&top.join("bin/just"), &trap);
    make(&top.join("root/tools/check.sh"), "#!/usr/bin/env gone-interpreter\n");
    make(&top.join("root/tools/git"), &trap);
    let found = found(
        &top,
        &[
            wanting("command:a", "just ci", true),
            wanting("command:b", "./tools/check.sh", true),
            wanting("command:c", "cargo nextest run --target wasm32-unknown-unknown", true),
            wanting("command:d", "./tools/git status", true),
            wanting("command:e", "cargo made-up-thing", true),
            wanting("command:f", "a | b", true),
            wanting("step:1", "Check it with `cargo deny check` and `cargo +nightly-2020-01-01 miri test`", false),
        ],
    );
    assert_eq!(state_of(&found, "just"), (State::Present, None));
    assert_eq!(state_of(&found, "./tools/check.sh"), (State::Present, None));
    assert_eq!(state_of(&found, "gone-interpreter"), (State::Missing, None));
    let get = Some("cargo install --locked cargo-nextest".to_owned());
    assert_eq!(state_of(&found, "cargo-nextest"), (State::Missing, get));
    assert_eq!(state_of(&found, "cargo-made-up-thing"), (State::Missing, None));
    assert_eq!(state_of(&found, "cargo-deny").0, State::Missing);
    assert_eq!(state_of(&found, "rustc").0, State::Missing);
    assert!(found.unread[0].starts_with("command:f: "), "{:?}", found.unread);
    // Without a compiler nobody can tell what its toolchain holds.
    assert!(found.components.iter().all(|need| need.state == State::Unknown), "{:?}", found.components);
    let nightly = found.toolchains.iter().find(|need| need.name == "nightly-2020-01-01").expect("named");
    assert_ne!(nightly.state, State::Present);
    assert!(!top.join("ran").exists(), "something was run");
}

#[test]
fn a_program_of_the_repository_is_not_asked_for_its_version() {
    let keep = tempfile::tempdir().expect("a folder");
    let top = Utf8Path::from_path(keep.path()).expect("UTF-8").canonicalize_utf8().expect("real");
    make(&top.join("root/git"), &format!("#!/bin/sh\necho ran >> {top}/ran\necho git version 9\n"));
    std::fs::create_dir_all(top.join("bin")).expect("made");
    std::os::unix::fs::symlink(top.join("root/git"), top.join("bin/git")).expect("linked");
    let found = found(&top, &[]);
    assert_eq!(state_of(&found, "git").0, State::Missing, "it says nothing, for it is not asked");
    assert!(!top.join("ran").exists());
}

#[test]
fn a_toolchain_and_its_file_tell_components_and_targets() {
    let keep = tempfile::tempdir().expect("a folder");
    let top = Utf8Path::from_path(keep.path()).expect("UTF-8").canonicalize_utf8().expect("real");
    let sysroot = top.join("sysroot");
    let says = format!(
        "#!/bin/sh\ncase \"$1\" in -vV) echo 'rustc 1.2.3'; echo 'host: x86-made-up'; echo 'release: 1.2.3';; \
         --print) echo {sysroot};; *) echo rustc 1.2.3;; esac\n"
    );
    make(&top.join("bin/rustc"), &says);
    make(&sysroot.join("bin/cargo-clippy"), "");
    make(&sysroot.join("lib/rustlib/x86-made-up/lib/x"), "");
    make(&sysroot.join("lib/rustlib/components"), "llvm-tools-x86-made-up\n");
    let file =
        "[toolchain]\nchannel = \"1.2.3\"\ncomponents = [\"llvm-tools\", \"odd; rm\"]\ntargets = [\"wasm-made-up\"]\n";
    make(&top.join("root/rust-toolchain.toml"), file);
    let found = found(&top, &[]);
    assert_eq!((found.rust.as_deref(), found.host.as_deref()), (Some("1.2.3"), Some("x86-made-up")));
    assert_eq!(found.toolchain_file, Some(("rust-toolchain.toml".to_owned(), Some("1.2.3".to_owned()))));
    let told = |needs: &[Need]| -> Vec<String> {
        let told =
            needs.iter().map(|need| format!("{} {:?} {}", need.name, need.state, need.get.as_deref().unwrap_or("-")));
        told.collect()
    };
    assert_eq!(
        told(&found.components),
        [
            "clippy Present -",
            "llvm-tools Present -",
            "odd; rm Missing -",
            "rust-src Missing rustup component add rust-src",
            "rustfmt Missing rustup component add rustfmt",
        ]
    );
    assert_eq!(told(&found.targets), ["wasm-made-up Missing rustup target add wasm-made-up", "x86-made-up Present -"]);
}
