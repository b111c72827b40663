//! Real workspaces, real cargo.

use super::{CargoFlags, Edge, EdgeKind, Graph, find_manifests};
use crate::cancel::Cancel;
use crate::error::Code;
use crate::git::tests::scratch::Scratch;
use crate::surroundings::Surroundings;
use crate::words::TargetKind;
use camino::Utf8PathBuf;

/// A package's manifest with this text behind `[package]`.
fn package(scratch: &Scratch, folder: &str, name: &str, more: &str) {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}");
    scratch.write(&format!("{folder}/Cargo.toml"), &manifest);
    scratch.write(&format!("{folder}/src/lib.rs"), "");
}

#[track_caller]
fn load(scratch: &Scratch, manifests: &[&str]) -> Graph {
    let manifests: Vec<Utf8PathBuf> = manifests.iter().map(|manifest| scratch.folder.join(manifest)).collect();
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    Graph::load(&manifests, &flags, &scratch.surroundings(), &Cancel::new()).expect("a graph")
}

fn edges(graph: &Graph, label: &str) -> Vec<(String, EdgeKind)> {
    let package = graph.package(label).expect("a member");
    package.depends.iter().map(|Edge { to, kind }| (to.clone(), *kind)).collect()
}

#[test]
fn time_stamps_of_builds_are_found_for_each_profile_platform_and_folder_to_build_in() {
    let scratch = Scratch::empty();
    package(&scratch, ".", "one", "");
    scratch.write(".cargo/config.toml", "[build]\nbuild-dir = \"apart\"\n");
    let graph = load(&scratch, &["Cargo.toml"]);
    let [workspace] = graph.workspaces.as_slice() else { panic!("one workspace: {graph:?}") };
    assert_eq!(workspace.build_folder.file_name(), Some("apart"));
    assert_eq!(workspace.build_stamps(), []);
    let folders = ["target/debug", "target/triple/debug", "apart/release", "apart/triple/release"];
    for (index, folder) in folders.iter().enumerate() {
        let stamp = format!("{folder}/.fingerprint/unit-{index}/invoked.timestamp");
        scratch.write(&stamp, "");
        assert_eq!(workspace.build_stamps().len(), index + 1, "{folder}");
    }
    let newest = workspace.build_stamps().pop();
    assert!(newest.is_some() && newest == workspace.build_stamps().into_iter().max(), "the newest is last");
    // Where no other folder is named, cargo builds in one.
    scratch.write(".cargo/config.toml", "");
    let graph = load(&scratch, &["Cargo.toml"]);
    assert_eq!(graph.workspaces[0].build_folder, graph.workspaces[0].target_folder);
    assert_eq!(graph.workspaces[0].build_stamps().len(), 2, "each once");
}

#[test]
fn edges_are_found_by_id_whatever_the_dependency_is_called() {
    use EdgeKind::{Build, Dev, Normal};
    let scratch = Scratch::empty();
    scratch.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"m/*\"]\nexclude = [\"between\"]\n");
    package(&scratch, "m/base", "base", "[dev-dependencies]\ntop = { path = \"../top\" }\n");
    package(&scratch, "m/renamed", "renamed", "[dependencies]\nground = { package = \"base\", path = \"../base\" }\n");
    package(&scratch, "m/built", "built", "[build-dependencies]\nbase = { path = \"../base\" }\n");
    package(&scratch, "m/macros", "macros", "[lib]\nproc-macro = true\n");
    package(
        &scratch,
        "m/top",
        "top",
        "[features]\nextra = [\"dep:renamed\"]\n[dependencies]\nmacros = { path = \"../macros\" }\n\
         renamed = { path = \"../renamed\", optional = true }\nbetween = { path = \"../../between\" }\n\
         [target.'cfg(windows)'.dependencies]\nbuilt = { path = \"../built\" }\n",
    );
    package(&scratch, "between", "between", "[dependencies]\nbase = { path = \"../m/base\" }\n");
    scratch.write("m/built/build.rs", "fn main() {}");
    let graph = load(&scratch, &["Cargo.toml", "m/base/Cargo.toml"]);
    assert_eq!(graph.workspaces.len(), 1);
    let labels: Vec<&str> = graph.packages().map(|package| package.label.as_str()).collect();
    assert_eq!(labels, ["base", "built", "macros", "renamed", "top"]);
    assert_eq!(edges(&graph, "base"), [("top".into(), Dev)]);
    assert_eq!(edges(&graph, "renamed"), [("base".into(), Normal)]);
    assert_eq!(edges(&graph, "built"), [("base".into(), Build)]);
    let expected = ["base", "built", "macros", "renamed"].map(|to| (to.to_owned(), Normal));
    assert_eq!(edges(&graph, "top"), expected);
    assert_eq!(
        graph.package("macros").and_then(|package| package.library()).map(|library| library.id.kind),
        Some(TargetKind::ProcMacro)
    );
    assert!(graph.package("built").expect("a member").target(TargetKind::CustomBuild, "build-script-build").is_some());
}

#[test]
fn targets_carry_what_the_manifest_says_of_their_tests() {
    let scratch = Scratch::empty();
    package(
        &scratch,
        ".",
        "one-two",
        "[lib]\nharness = false\ndoctest = false\n[[test]]\nname = \"own\"\nharness = false\n\
         [[bin]]\nname = \"tool\"\npath = \"src/tool.rs\"\ntest = false\nrequired-features = [\"x\"]\n[features]\nx = []\n",
    );
    for file in
        ["tests/own.rs", "tests/plain.rs", "tests/folder/main.rs", "examples/e.rs", "benches/b.rs", "src/tool.rs"]
    {
        scratch.write(file, "fn main() {}");
    }
    let graph = load(&scratch, &["Cargo.toml"]);
    let package = graph.package("one-two").expect("a member");
    let library = package.library().expect("a library");
    assert_eq!(
        (library.id.name.as_str(), library.harness, library.doctest, library.test),
        ("one_two", false, false, true)
    );
    let target = |kind, name| package.target(kind, name).expect("a target");
    assert!(!target(TargetKind::Test, "own").harness);
    assert!(target(TargetKind::Test, "plain").harness);
    assert!(target(TargetKind::Test, "folder").test);
    assert!(!target(TargetKind::Bin, "tool").test);
    assert_eq!(target(TargetKind::Bin, "tool").required_features, ["x"]);
    assert!(!target(TargetKind::Example, "e").test);
    assert!(!target(TargetKind::Bench, "b").test);
}

#[test]
fn names_that_two_workspaces_share_are_told_apart_by_their_folder() {
    let scratch = Scratch::empty();
    package(&scratch, "one", "shared", "[workspace]\nmembers = [\"base\"]\n");
    package(&scratch, "one/base", "base", "");
    package(&scratch, "two", "other", "[workspace]\nmembers = [\"in\"]\n");
    package(&scratch, "two/in", "shared", "[dependencies]\nbase = { path = \"../../one/base\" }\n");
    let graph = load(&scratch, &["one/Cargo.toml", "two/Cargo.toml"]);
    let labels: Vec<&str> = graph.packages().map(|package| package.label.as_str()).collect();
    assert_eq!(labels, ["base", "shared@one", "other", "shared@two/in"]);
    // An edge from one workspace into another.
    assert_eq!(edges(&graph, "shared@two/in"), [("base".into(), EdgeKind::Normal)]);
    assert_eq!(
        graph.package("shared@one").and_then(|package| package.library()).map(|lib| lib.id.package.as_str()),
        Some("shared@one")
    );
}

#[test]
fn the_nearest_member_owns_a_file_and_a_stranger_between_owns_it_for_nobody() {
    let scratch = Scratch::empty();
    package(&scratch, ".", "root", "[workspace]\nmembers = [\"crates/in\"]\nexclude = [\"stranger\"]\n");
    package(&scratch, "crates/in", "in", "");
    package(&scratch, "stranger", "stranger", "");
    package(&scratch, "crates/in/tests/fixture", "fixture", "[workspace]\n");
    scratch.write("crates/core/main.rs", "");
    std::fs::create_dir_all(scratch.folder.join("crates/in/src/deep")).expect("a folder");
    std::os::unix::fs::symlink("crates/in/src", scratch.folder.join("linked")).expect("linked");
    let graph = load(&scratch, &["Cargo.toml"]);
    for (file, owner) in [
        ("README.md", Some("root")),
        ("crates/core/main.rs", Some("root")),
        ("crates/in/src/lib.rs", Some("in")),
        ("crates/in/src/not/there/yet.rs", Some("in")),
        ("crates/in/tests/fixture/src/lib.rs", None),
        ("stranger/src/lib.rs", None),
        ("linked/lib.rs", Some("in")),
        ("linked", Some("root")),
        ("../outside", None),
    ] {
        let found = graph.owner(scratch.folder.join(file).as_std_path()).map(|package| package.label.as_str());
        assert_eq!(found, owner, "{file}");
    }
}

#[test]
fn a_package_whose_source_is_anothers_folder_depends_on_that_one() {
    let scratch = Scratch::empty();
    scratch.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"real\", \"linked\", \"part\"]\n");
    package(&scratch, "real", "real", "");
    package(&scratch, "part", "part", "");
    std::os::unix::fs::symlink("../../real/src/inner", scratch.folder.join("part/src/inner")).expect("linked");
    std::os::unix::fs::symlink("../LICENSE", scratch.folder.join("part/LICENSE")).expect("linked");
    scratch.write("real/src/inner/lib.rs", "");
    package(&scratch, "linked", "linked", "");
    std::fs::remove_dir_all(scratch.folder.join("linked/src")).expect("removed");
    std::os::unix::fs::symlink("../real/src/inner", scratch.folder.join("linked/src")).expect("linked");
    let graph = load(&scratch, &["Cargo.toml"]);
    assert_eq!(edges(&graph, "linked"), [("real".into(), EdgeKind::Normal)]);
    assert_eq!(edges(&graph, "part"), [("real".into(), EdgeKind::Normal)]);
    assert_eq!(edges(&graph, "real"), []);
}

#[test]
fn what_cargo_cannot_read_is_told_in_its_words() {
    let scratch = Scratch::empty();
    scratch.write("broken/Cargo.toml", "[package\n");
    scratch.write("bare/Cargo.toml", "[package]\nname = \"bare\"\nversion = \"0.1.0\"\n");
    scratch.write("missing/Cargo.toml", "[workspace]\nmembers = [\"nowhere\"]\n");
    scratch.write("empty/Cargo.toml", "[workspace]\n");
    for (folder, word) in [("broken", "error"), ("bare", "no targets"), ("missing", "nowhere"), ("empty", "no member")]
    {
        let manifest = scratch.folder.join(folder).join("Cargo.toml");
        let error = Graph::load(&[manifest], &CargoFlags::default(), &scratch.surroundings(), &Cancel::new());
        let error = error.expect_err("unreadable");
        assert_eq!(error.code, Code::NoWorkspace, "{folder}");
        let cause = error.source.as_ref().map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error} {cause}").contains(word), "{folder}: {error} {cause}");
        assert!(!error.hints.is_empty());
    }
}

#[test]
fn a_missing_cargo_is_told_how_to_get_one() {
    let scratch = Scratch::empty();
    package(&scratch, ".", "one", "");
    let mut environment = scratch.environment.clone();
    environment.insert("CARGO".into(), "/nowhere/cargo".into());
    let surroundings = Surroundings::made_up(&scratch.folder, environment, jiff::Timestamp::UNIX_EPOCH);
    let manifest = scratch.folder.join("Cargo.toml");
    let error = Graph::load(&[manifest], &CargoFlags::default(), &surroundings, &Cancel::new()).expect_err("no cargo");
    assert_eq!(error.code, Code::CheckFailed);
    assert!(error.hints[0].contains("rustup"));
}

#[test]
fn manifests_are_found_here_above_and_below_but_never_beyond_the_root() {
    let scratch = Scratch::empty();
    let root = scratch.folder.join("repo");
    scratch.write("Cargo.toml", "");
    for manifest in [
        "a/b/Cargo.toml",
        "rust/Cargo.toml",
        "rust/in/Cargo.toml",
        "target/x/Cargo.toml",
        ".h/Cargo.toml",
        "1/2/3/4/Cargo.toml",
    ] {
        scratch.write(&format!("repo/{manifest}"), "");
    }
    std::fs::create_dir_all(root.join("rust/in/src")).expect("a folder");
    let find = |folder: &str, given: &[&str]| {
        let given: Vec<Utf8PathBuf> = given.iter().map(Utf8PathBuf::from).collect();
        let found = find_manifests(&root.join(folder), &root, &given).map_err(|error| error.code)?;
        Ok(found.iter().map(|path| path.strip_prefix(&root).expect("below").to_string()).collect::<Vec<_>>())
    };
    assert_eq!(find("", &[]), Ok(vec!["a/b/Cargo.toml".to_owned(), "rust/Cargo.toml".into()]));
    assert_eq!(find("rust/in/src", &[]), Ok(vec!["rust/in/Cargo.toml".to_owned()]));
    assert_eq!(find("rust", &["in/Cargo.toml"]), Ok(vec!["rust/in/Cargo.toml".to_owned()]));
    assert_eq!(find("rust", &["out/Cargo.toml"]), Err(Code::NoWorkspace));
    assert_eq!(find_manifests(&root.join(".h/x"), &root.join(".h/x"), &[]).expect_err("none").code, Code::NoWorkspace);
}
