//! Who is affected, over a small graph read by real cargo.

use super::affected;
use crate::cancel::Cancel;
use crate::git::tests::scratch::Scratch;
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::{CargoFlags, Graph};
use std::collections::BTreeSet;

/// `base <- middle <- top`, `base <-build- built`, `top <-dev- tested`, `tested <- behind`, a dev cycle
/// `base -dev-> top`, `alone`; the root is the package `root`.
fn graph() -> (Scratch, Graph) {
    let scratch = Scratch::empty();
    let on = |section: &str, name: &str| format!("[{section}]\n{name} = {{ path = \"../{name}\" }}\n");
    let packages = [
        ("base", on("dev-dependencies", "top")),
        ("middle", on("dependencies", "base")),
        ("top", on("dependencies", "middle")),
        ("built", on("build-dependencies", "base")),
        ("tested", on("dev-dependencies", "top")),
        ("behind", on("dependencies", "tested")),
        ("alone", String::new()),
        ("root", "[workspace]\nmembers = [\"../*\"]\nexclude = [\"../target\"]\n".to_owned()),
    ];
    for (name, more) in packages {
        let more = if name == "root" { more } else { format!("workspace = \"../root\"\n{more}") };
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}");
        scratch.write(&format!("{name}/Cargo.toml"), &manifest);
        scratch.write(&format!("{name}/src/lib.rs"), "");
    }
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    let manifest = scratch.folder.join("root/Cargo.toml");
    let graph = Graph::load(&[manifest], &flags, &scratch.surroundings(), &Cancel::new()).expect("a graph");
    (scratch, graph)
}

fn change(file: &str, package: Option<&str>) -> Change {
    Change {
        file: file.into(),
        kind: ChangeKind::Modified,
        from: None,
        package: package.map(str::to_owned),
        from_package: None,
        lines: None,
        before: None,
        after: None,
        new_lines: BTreeSet::new(),
        old_lines: BTreeSet::new(),
        diff: String::new(),
    }
}

#[test]
fn who_depends_on_a_change_is_affected_and_dev_edges_reach_one_step() {
    let (_scratch, graph) = graph();
    let all = ["alone", "base", "behind", "built", "middle", "root", "tested", "top"];
    for (package, file, packages, tests_only) in [
        (Some("base"), "base/src/lib.rs", &["base", "built", "middle", "top"][..], &["tested"][..]),
        (Some("top"), "top/src/lib.rs", &["top"], &["base", "tested"]),
        (Some("alone"), "alone/Cargo.toml", &["alone"], &[]),
        (Some("tested"), "tested/a", &["behind", "tested"], &[]),
        (Some("root"), "root/src/lib.rs", &["root"], &[]),
        (Some("root"), "root/Cargo.lock", &all, &[]),
        (Some("root"), "root/.cargo/config.toml", &all, &[]),
        (None, "README.md", &all, &[]),
    ] {
        let affected = affected(&graph, &[change(file, package)]);
        assert_eq!(affected.packages.iter().collect::<Vec<_>>(), packages, "{file}");
        assert_eq!(affected.tests_only.iter().collect::<Vec<_>>(), tests_only, "{file}");
    }
    assert_eq!(affected(&graph, &[]), super::Affected::default());
}

#[test]
fn a_file_that_moved_touches_both_its_owners() {
    let (_scratch, graph) = graph();
    let moved = |from_package: Option<&str>| Change {
        kind: ChangeKind::Renamed,
        from: Some("a".into()),
        from_package: from_package.map(str::to_owned),
        ..change("alone/a", Some("alone"))
    };
    let packages = |change| affected(&graph, &[change]).packages;
    assert_eq!(packages(moved(Some("top"))), ["alone", "top"].map(str::to_owned).into());
    assert_eq!(packages(moved(None)).len(), 8);
}
