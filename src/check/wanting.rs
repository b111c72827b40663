//! Was it for want of a tool that something could not run? Only where our own look at this machine says so.
//!
//! Nothing a command prints counts: whoever wrote the payload wrote that too. What lies in the repository is no tool of the
//! machine's: that it is gone is the tree's affair.

use super::results::Results;
use super::tools::Tools;
use crate::approval::Subject;
use crate::approval::subject::{executable, on_path};
use crate::process;
use crate::surroundings::Surroundings;
use crate::words::{CheckKind, Outcome};
use camino::{Utf8Path, Utf8PathBuf};
use std::io::Read as _;

/// The longest first line of a script the system reads.
const LONGEST: u64 = 256;

/// The program of a command that nobody found, where it would be the machine's.
pub(super) fn program(subject: &Subject) -> Option<String> {
    subject.argv.first().filter(|first| is_of_the_machine(first, &subject.root)).cloned()
}

/// What the first line of a script names, where that is the machine's and is not there.
pub(super) fn interpreter(program: &Utf8Path, root: &Utf8Path, surroundings: &Surroundings) -> Option<String> {
    let mut head = Vec::new();
    std::fs::File::open(program).ok()?.take(LONGEST).read_to_end(&mut head).ok()?;
    let head = String::from_utf8_lossy(&head);
    let mut words = head.lines().next()?.strip_prefix("#!")?.split_whitespace();
    let first = words.next()?;
    if !Utf8Path::new(first).is_absolute() || !is_of_the_machine(first, root) {
        return None;
    }
    if executable(Utf8Path::new(first)).is_none() {
        return Some(first.to_owned());
    }
    // `env` looks a name up; with options or variables it may look elsewhere.
    let name = words.next().filter(|_| Utf8Path::new(first).file_name() == Some("env"))?;
    let is_name = !name.contains(['/', '=', '\\']) && !name.starts_with('-');
    (is_name && on_path(name, surroundings).is_none()).then(|| name.to_owned())
}

fn is_of_the_machine(word: &str, root: &Utf8Path) -> bool {
    let path = Utf8Path::new(word);
    let real = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    !word.contains(['/', '\\']) || (path.is_absolute() && !path.starts_with(root) && !real.starts_with(root))
}

/// Notes which commands could not run because rustfmt or clippy is not on this machine.
pub(super) fn note(results: &mut Results, root: &Utf8Path, surroundings: &Surroundings) {
    let tools = results.tools.clone();
    for command in results.commands.iter_mut().filter(|command| command.outcome == Outcome::CouldNotRun) {
        let (is_there, names) = match command.kind {
            CheckKind::Fmt => (tools.rustfmt.is_some(), ["cargo-fmt", "rustfmt"]),
            CheckKind::Clippy => (tools.clippy.is_some(), ["cargo-clippy", "clippy-driver"]),
            CheckKind::Doc | CheckKind::Build | CheckKind::Test | CheckKind::Doctest | CheckKind::Prescribed => {
                continue;
            }
        };
        if !is_there {
            let missing = names.into_iter().find(|name| is_missing(name, &tools, root, surroundings));
            command.wanting = missing.map(str::to_owned);
        }
    }
}

/// Whether cargo finds no such program: neither where it looks, nor in the toolchain to which rustup leads. A configuration
/// in the repository has no say in that.
fn is_missing(name: &str, tools: &Tools, root: &Utf8Path, surroundings: &Surroundings) -> bool {
    let environment = process::clean(&surroundings.environment);
    let path = environment.get(std::ffi::OsStr::new("PATH")).cloned().unwrap_or_default();
    let folders = std::env::split_paths(&path).filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let homes = surroundings.cargo_home().map(|home| home.join("bin"));
    let (mut is_led, mut is_there) = (false, false);
    for folder in folders.chain(homes).filter(|folder| executable(&folder.join(name)).is_some()) {
        match executable(&folder.join("rustup")) {
            Some(_) => is_led = true,
            None => is_there = true,
        }
    }
    if is_there {
        return false;
    }
    // `lib/rustlib/<triple>/lib` below the toolchain's folder.
    let toolchain = tools.sysroot_libdir.as_deref().and_then(|folder| folder.ancestors().nth(4));
    match toolchain {
        Some(toolchain) if is_led => {
            executable(&toolchain.join("bin").join(name)).is_none() && !toolchain.starts_with(root)
        }
        Some(_) | None => !is_led,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::ffi::OsString;
    use std::os::unix::fs::PermissionsExt as _;

    fn make(path: &Utf8Path, text: &str) {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("mode set");
    }

    fn surroundings(path: &Utf8Path) -> Surroundings {
        let environment = [("PATH", path), ("CARGO_HOME", Utf8Path::new("/nowhere"))];
        let environment: BTreeMap<OsString, OsString> =
            environment.into_iter().map(|(name, value)| (name.into(), value.as_str().into())).collect();
        Surroundings::made_up("/".into(), environment, jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn only_what_a_script_s_first_line_names_on_the_machine_is_wanting() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = Utf8Path::from_path(folder.path()).expect("UTF-8").canonicalize_utf8().expect("real");
        let (root, bin) = (top.join("root"), top.join("bin"));
        make(&bin.join("here"), "");
        let of = |first_line: &str| {
            make(&root.join("run"), &format!("{first_line}\nexit 127\n"));
            interpreter(&root.join("run"), &root, &surroundings(&bin))
        };
        assert_eq!(of("#!/no/such/program -x").as_deref(), Some("/no/such/program"));
        assert_eq!(of("#!/usr/bin/env gone").as_deref(), Some("gone"));
        assert_eq!(of("#!/usr/bin/env here"), None);
        assert_eq!(of("#!/usr/bin/env -S gone x"), None, "who knows where that looks");
        assert_eq!(of("#!/bin/sh"), None);
        assert_eq!(of("#!tools/interpreter"), None, "the tree's affair");
        assert_eq!(of(&format!("#!{root}/gone")), None, "the tree's affair too");
        assert_eq!(of("no script"), None);
    }

    #[test]
    fn a_component_is_looked_for_where_cargo_and_rustup_look() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = Utf8Path::from_path(folder.path()).expect("UTF-8").to_owned();
        let (bin, toolchain) = (top.join("bin"), top.join("toolchain"));
        let libdir = toolchain.join("lib/rustlib/x/lib");
        let tools = Tools { sysroot_libdir: Some(libdir), ..Tools::default() };
        let is_missing = |root: &str| is_missing("cargo-fmt", &tools, Utf8Path::new(root), &surroundings(&bin));
        assert!(is_missing("/repository"), "there is none at all");
        make(&bin.join("cargo-fmt"), "");
        assert!(!is_missing("/repository"));
        make(&bin.join("rustup"), "");
        assert!(is_missing("/repository"), "rustup has the name, the toolchain has it not");
        assert!(!is_missing(top.as_str()), "a toolchain of the repository is none of the machine's");
        make(&toolchain.join("bin/cargo-fmt"), "");
        assert!(!is_missing("/repository"));
    }
}
