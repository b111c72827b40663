//! What steers, on real repositories and real cargo.

use super::*;
use crate::git::tests::scratch::Scratch;
use crate::workspace::changes;
use crate::workspace::graph::CargoFlags;

/// A workspace in `ws/` of a repository: `a` and `b`, a package beside it that is built into `a`.
fn scratch(settings: &str) -> Scratch {
    let scratch = Scratch::new();
    let workspace = format!("[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n{settings}");
    scratch.write("ws/Cargo.toml", &workspace);
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
    };
    scratch.write("ws/a/Cargo.toml", &package("a", "[dependencies]\nx = { path = \"../../x\" }\n"));
    scratch.write("ws/b/Cargo.toml", &package("b", ""));
    scratch.write("x/Cargo.toml", &package("x", "[workspace]\n"));
    for file in ["ws/a/src/lib.rs", "ws/b/src/lib.rs", "x/src/lib.rs", "ws/gone/Cargo.toml", "proto/a.proto"] {
        scratch.write(file, "");
    }
    scratch.write(".gitignore", "target\n");
    scratch.commit("everything");
    scratch
}

fn graph(scratch: &Scratch) -> Graph {
    let root = scratch.folder.join("ws");
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    let graph = Graph::load(&[root.join("Cargo.toml")], &flags, &scratch.surroundings(), &Cancel::new());
    // cargo wrote it, and here it is no change.
    let _ = std::fs::remove_file(root.join("Cargo.lock"));
    graph.expect("a graph")
}

fn read(scratch: &Scratch) -> Result<Steering> {
    read_with(scratch, graph(scratch))
}

fn read_with(scratch: &Scratch, graph: Graph) -> Result<Steering> {
    let (cancel, surroundings, root) = (Cancel::new(), scratch.surroundings(), scratch.folder.join("ws"));
    let git = scratch.open();
    let snapshot = git.snapshot(&root).expect("a snapshot");
    let baseline = Baseline {
        reference: "HEAD".into(),
        commit: git.head().expect("a commit").into(),
        how: String::new(),
        until: None,
        recorded: None,
    };
    let all = changes::changes(&snapshot, &baseline, Some(&graph), &root).expect("changes");
    let elsewhere = changes::elsewhere(&snapshot, &baseline, &all).expect("changes elsewhere");
    let request = Request {
        graph: &graph,
        root: &root,
        snapshot: &snapshot,
        baseline: &baseline,
        is_named: false,
        surroundings: &surroundings,
    };
    steering(&request, all.iter().chain(&elsewhere), &cancel)
}

#[test]
fn each_file_that_steers_everything_does() {
    for (file, text) in [
        ("rust-toolchain", "stable\n"),
        ("ws/rust-toolchain.toml", "[toolchain]\n"),
        (".cargo/config.toml", ""),
        ("ws/.cargo/config", ""),
        ("ws/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n[profile.dev]\nopt-level = 1\n"),
        ("ws/b/Cargo.toml", "[package]\nname = \"b\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[features]\nf = []\n"),
    ] {
        let scratch = scratch("");
        // A toolchain file would choose the cargo the graph is read with.
        let graph = graph(&scratch);
        assert_eq!(read_with(&scratch, graph.clone()).expect("read").everything, Vec::<String>::new());
        scratch.write(file, text);
        let steering = read_with(&scratch, graph).expect("read");
        assert_eq!(steering.everything.len(), 1, "{file}: {steering:?}");
    }
}

#[test]
fn a_members_manifest_without_dependencies_in_it_concerns_its_package() {
    let scratch = scratch("");
    scratch.write("ws/b/Cargo.toml", "[package]\nname = \"b\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    let steering = read(&scratch).expect("read");
    assert_eq!(steering.packages["b"], ["`b/Cargo.toml` is its manifest"]);
    assert!(steering.everything.is_empty() && steering.settled.contains("b/Cargo.toml"));
}

#[test]
fn settings_of_clippy_and_rustfmt_concern_nothing_else_and_only_what_lies_below() {
    let scratch = scratch("");
    scratch.write("ws/clippy.toml", "");
    scratch.write("ws/b/rustfmt.toml", "");
    let steering = read(&scratch).expect("read");
    assert_eq!(steering.lints.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(steering.formats.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(steering.settled.len(), 2);
    assert!(steering.everything.is_empty() && steering.packages.is_empty());
}

#[test]
fn a_package_beside_the_workspace_concerns_who_is_built_from_it() {
    let scratch = scratch("");
    scratch.write("x/src/lib.rs", "//! New.");
    let steering = read(&scratch).expect("read");
    assert_eq!(steering.packages["a"], ["`../x/src/lib.rs` belongs to x, which is built into it"]);
    assert!(steering.settled.contains("../x/src/lib.rs") && steering.packages.len() == 1);
}

#[test]
fn what_the_user_ignores_is_hidden_and_named() {
    let scratch = scratch("[workspace.metadata.handoff]\nignore = [\"docs/**\", \"../proto/**\"]\n");
    for file in ["ws/docs/deep/a.md", "proto/b.proto", "ws/other.md", "other/c.proto"] {
        scratch.write(file, "new");
    }
    let steering = read(&scratch).expect("read");
    let hidden: Vec<(&str, &str)> = steering.hidden.iter().map(|(file, glob)| (file.as_str(), glob.as_str())).collect();
    assert_eq!(hidden, [("../proto/b.proto", "../proto/**"), ("docs/deep/a.md", "docs/**")]);
}

#[test]
fn settings_that_cannot_be_used_are_refused() {
    for ignore in ["\"docs\"", "[1]", "[\"a{\"]"] {
        let scratch = scratch(&format!("[workspace.metadata.handoff]\nignore = {ignore}\n"));
        assert_eq!(read(&scratch).expect_err(ignore).code, Code::BadConfiguration);
    }
}

#[test]
fn a_link_out_of_the_repository_selects_everything_and_one_inside_does_not() {
    let scratch = scratch("");
    std::os::unix::fs::symlink("../proto", scratch.folder.join("ws/inside")).expect("linked");
    std::os::unix::fs::symlink("nowhere", scratch.folder.join("ws/dangling")).expect("linked");
    scratch.commit("links");
    assert_eq!(read(&scratch).expect("read").everything, Vec::<String>::new());
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(elsewhere.path(), scratch.folder.join("ws/outside")).expect("linked");
    scratch.commit("link");
    let everything = read(&scratch).expect("read").everything;
    assert!(everything[0].starts_with("`outside` is a link out of the repository"), "{everything:?}");
}

#[test]
fn a_submodule_with_changes_of_its_own_selects_everything() {
    let (scratch, other) = (scratch(""), Scratch::new());
    other.write("a.txt", "1");
    other.commit("one");
    scratch.git(&format!("-c protocol.file.allow=always submodule --quiet add {} ws/sub", other.folder));
    scratch.commit("submodule");
    assert_eq!(read(&scratch).expect("read").everything, Vec::<String>::new());
    scratch.write("ws/sub/a.txt", "2");
    assert_eq!(read(&scratch).expect("read").everything, ["the submodule `sub` has changes of its own"]);
}

#[test]
fn flags_of_the_index_hide_no_change() {
    let scratch = scratch("");
    for (flag, file) in [("--assume-unchanged", "ws/a/src/lib.rs"), ("--skip-worktree", "x/src/lib.rs")] {
        scratch.git(&format!("update-index {flag} {file}"));
        scratch.write(file, "//! Changed unseen.");
    }
    let steering = read(&scratch).expect("read");
    assert!(steering.settled.contains("../x/src/lib.rs"), "{steering:?}");
}

#[test]
fn a_path_seen_from_a_folder_goes_up_where_it_has_to() {
    assert_eq!(relative("/w/rust".into(), "/w/proto/a".into()), "../proto/a");
    assert_eq!(relative("/w/rust".into(), "/w/rust/a/b".into()), "a/b");
}
