//! Who is affected, over a small graph read by real cargo.

use super::{Affected, Question, Selection};
use crate::cancel::Cancel;
use crate::git::tests::scratch::Scratch;
use crate::words::{SuiteId, TargetId, TargetKind};
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::{CargoFlags, Graph};
use crate::workspace::steering::Steering;
use crate::workspace::units::{Facts, Inputs, ScriptInputs, Unit, Units};
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};

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
    scratch.write("built/build.rs", "fn main() {}");
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

/// What is decided about these changes with these facts.
fn decide(scratch: &Scratch, graph: &Graph, changes: &[Change], facts: &Facts) -> Selection {
    let steering = Steering::by_name(graph, &scratch.folder, changes);
    let (asked, root) = (BTreeMap::new(), scratch.folder.as_path());
    let question = Question {
        graph,
        root,
        changes,
        elsewhere: &[],
        steering: &steering,
        asked: &asked,
        only_asked: false,
        kept: facts,
        current: facts,
    };
    question.decide(facts)
}

/// What a build would teach: every library reads its `src/lib.rs`, and nobody anything else.
fn facts(scratch: &Scratch, graph: &Graph) -> Facts {
    let mut facts = Facts::default();
    for unit in Units::of(graph).all() {
        let file = scratch.folder.join(&unit.target.package).join("src/lib.rs");
        facts.add_unit(unit.clone(), Inputs { files: [file].into(), env: BTreeMap::new() });
    }
    facts
}

/// The same after every test was watched, and seen to read nothing.
fn watched(scratch: &Scratch, graph: &Graph) -> Facts {
    let mut facts = facts(scratch, graph);
    for target in graph.packages().flat_map(|package| &package.targets) {
        for doctest in [false, true] {
            facts.reads.push((SuiteId { target: target.id.clone(), doctest }, BTreeSet::new()));
        }
    }
    facts
}

fn library(name: &str) -> TargetId {
    TargetId { package: name.into(), kind: TargetKind::Lib, name: name.into() }
}

fn why(selection: &Selection, package: &str, test: bool) -> Vec<String> {
    let unit = Unit { target: library(package), test };
    let choice = selection.units.iter().find(|choice| choice.unit == unit).expect("there");
    assert_eq!(choice.selected, selection.has(&unit));
    choice.why.clone()
}

fn list(set: &BTreeSet<String>) -> Vec<&str> {
    set.iter().map(String::as_str).collect()
}

const ALL: [&str; 8] = ["alone", "base", "behind", "built", "middle", "root", "tested", "top"];

#[test]
fn who_depends_on_a_change_is_affected_and_dev_edges_reach_one_step() {
    let (scratch, graph) = graph();
    let (unknown, known) = (Facts::default(), facts(&scratch, &graph));
    for (package, file, packages, tests_only) in [
        (Some("base"), "base/src/lib.rs", &["base", "built", "middle", "top"][..], &["tested"][..]),
        (Some("top"), "top/src/lib.rs", &["top"], &["base", "tested"]),
        (Some("alone"), "alone/src/lib.rs", &["alone"], &[]),
        (Some("tested"), "tested/src/lib.rs", &["behind", "tested"], &[]),
        (Some("root"), "root/src/lib.rs", &["root"], &[]),
        (Some("root"), "root/Cargo.lock", &ALL, &[]),
        (Some("root"), "root/.cargo/config.toml", &ALL, &[]),
        (None, "README.md", &ALL, &[]),
    ] {
        for facts in [&unknown, &known] {
            let affected = decide(&scratch, &graph, &[change(file, package)], facts).affected;
            assert_eq!(list(&affected.packages), packages, "{file}");
            assert_eq!(list(&affected.tests_only), tests_only, "{file}");
        }
    }
    assert_eq!(decide(&scratch, &graph, &[], &known).affected, Affected::default());
}

#[test]
fn a_file_that_moved_touches_both_its_owners() {
    let (scratch, graph) = graph();
    let moved = |from_package: Option<&str>| Change {
        kind: ChangeKind::Renamed,
        from: Some("a".into()),
        from_package: from_package.map(str::to_owned),
        ..change("alone/a", Some("alone"))
    };
    let facts = watched(&scratch, &graph);
    let packages = |change| decide(&scratch, &graph, &[change], &facts).affected.packages;
    assert_eq!(packages(moved(Some("top"))), ["alone", "top"].map(str::to_owned).into());
    assert_eq!(packages(moved(None)).len(), 8);
}

#[test]
fn a_file_only_tests_read_reaches_no_dependent() {
    let (scratch, graph) = graph();
    let mut facts = watched(&scratch, &graph);
    let helper = scratch.folder.join("base/tests/helper.rs");
    facts.add_unit(
        Unit { target: library("base"), test: true },
        Inputs { files: [helper].into(), env: BTreeMap::new() },
    );
    let selection = decide(&scratch, &graph, &[change("base/tests/helper.rs", Some("base"))], &facts);
    assert_eq!(list(&selection.packages()), ["base"]);
    assert_eq!(why(&selection, "base", true), ["`base/tests/helper.rs` is compiled into it"]);
    assert_eq!(why(&selection, "base", false), ["`base/tests/helper.rs` belongs to its package"]);
    assert_eq!(why(&selection, "middle", false), ["nothing it is made of changed"]);
    // Unknown, it may be compiled into anything of its package.
    facts.units.retain(|(unit, _)| unit.target.package != "base");
    let selection = decide(&scratch, &graph, &[change("base/tests/helper.rs", Some("base"))], &facts);
    assert_eq!(why(&selection, "middle", false), ["depends on base/lib/base"]);
}

#[test]
fn a_file_of_one_package_compiled_into_another_selects_both() {
    let (scratch, graph) = graph();
    let mut facts = watched(&scratch, &graph);
    let shared = scratch.folder.join("alone/data.txt");
    facts.add_unit(
        Unit { target: library("tested"), test: false },
        Inputs { files: [shared].into(), env: BTreeMap::new() },
    );
    let selection = decide(&scratch, &graph, &[change("alone/data.txt", Some("alone"))], &facts);
    assert_eq!(list(&selection.packages()), ["alone", "behind", "tested"]);
    assert_eq!(why(&selection, "tested", false), ["`alone/data.txt` is compiled into it"]);
    assert_eq!(why(&selection, "behind", true), ["depends on tested/lib/tested"]);
    // Not yet known, it is found by its name in the sources.
    facts.units.retain(|(unit, _)| unit.target.package != "tested");
    scratch.write("tested/src/lib.rs", "const A: &str = include_str!(\"../../alone/data.txt\");");
    let selection = decide(&scratch, &graph, &[change("alone/data.txt", Some("alone"))], &facts);
    assert_eq!(list(&selection.packages()), ["alone", "behind", "tested"]);
}

#[test]
fn a_file_no_compiler_reads_selects_whoever_was_seen_to_read_it_or_was_not_watched() {
    let (scratch, graph) = graph();
    let mut facts = watched(&scratch, &graph);
    let suite = |name: &str| SuiteId { target: library(name), doctest: false };
    let data = [change("alone/data.json", Some("alone"))];
    let selection = decide(&scratch, &graph, &data, &facts);
    assert_eq!(list(&selection.packages()), ["alone"]);
    facts.reads.retain(|(known, _)| *known != suite("top"));
    let selection = decide(&scratch, &graph, &data, &facts);
    assert_eq!(list(&selection.tests_only), ["top"]);
    assert!(why(&selection, "top", true)[0].contains("was not watched"), "{selection:?}");
    facts.reads.push((suite("top"), [scratch.folder.join("alone/data.json")].into()));
    let selection = decide(&scratch, &graph, &data, &facts);
    assert_eq!(why(&selection, "top", true), ["its tests were seen to read `alone/data.json`"]);
    assert!(selection.wants(&suite("top")) && selection.wants(&suite("alone")) && !selection.wants(&suite("base")));
    // A new file is seen by who lists its folder.
    facts.reads.push((suite("behind"), [scratch.folder.join("alone")].into()));
    assert!(!decide(&scratch, &graph, &data, &facts).wants(&suite("behind")));
    let new = [Change { kind: ChangeKind::Added, ..data[0].clone() }];
    assert!(decide(&scratch, &graph, &new, &facts).wants(&suite("behind")));
    // One nobody owns and somebody reads selects them, and no more.
    facts.reads.push((suite("middle"), [scratch.folder.join("fixtures/a.txt")].into()));
    let selection = decide(&scratch, &graph, &[change("fixtures/a.txt", None)], &facts);
    assert_eq!(list(&selection.packages()), ["middle"]);
    assert_eq!(list(&decide(&scratch, &graph, &[change("fixtures/b.txt", None)], &facts).packages()), ALL);
}

#[test]
fn a_build_script_sees_what_it_asked_for_or_its_whole_package() {
    let (scratch, _) = graph();
    scratch.write("base/build.rs", "fn main() {}");
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    let manifest = scratch.folder.join("root/Cargo.toml");
    let graph = Graph::load(&[manifest], &flags, &scratch.surroundings(), &Cancel::new()).expect("a graph");
    let mut facts = watched(&scratch, &graph);
    let asked = |files: Option<&[&str]>| {
        let files = files.map(|files| files.iter().map(|file| scratch.folder.join(file)).collect());
        BTreeMap::from([("base".to_owned(), ScriptInputs { files, env: BTreeSet::new() })])
    };
    let reaches = |facts: &Facts, file: &str, owner: Option<&str>| {
        decide(&scratch, &graph, &[change(file, owner)], facts).packages().contains("middle")
    };
    facts.add_unit(
        Unit { target: library("base"), test: true },
        Inputs { files: [scratch.folder.join("base/tests/a.rs")].into(), env: BTreeMap::new() },
    );
    for (files, expected) in [(None, true), (Some(&["base/data"][..]), false), (Some(&["base/tests"]), true)] {
        facts.scripts = asked(files);
        assert_eq!(reaches(&facts, "base/tests/a.rs", Some("base")), expected, "{files:?}");
    }
    facts.scripts.clear();
    assert!(reaches(&facts, "base/tests/a.rs", Some("base")), "not known, it may read all of its package");
    facts.scripts = asked(Some(&["proto"]));
    let selection = decide(&scratch, &graph, &[change("proto/a.proto", None)], &facts);
    assert_eq!(list(&selection.full), ["base", "built", "middle", "top"]);
    let file: Utf8PathBuf = "src/lib.rs".into();
    assert!(!selection.units.iter().any(|choice| choice.why.iter().any(|why| why.contains(file.as_str()))));
}

#[test]
fn a_file_that_is_gone_moves_those_that_read_it_before() {
    let (scratch, graph) = graph();
    let mut kept = watched(&scratch, &graph);
    let gone = scratch.folder.join("fixtures/gone.txt");
    kept.add_unit(
        Unit { target: library("alone"), test: false },
        Inputs { files: [gone].into(), env: BTreeMap::new() },
    );
    let change = [Change { kind: ChangeKind::Deleted, ..change("fixtures/gone.txt", None) }];
    let (steering, asked, facts) = (Steering::default(), BTreeMap::new(), watched(&scratch, &graph));
    let mut question = Question {
        graph: &graph,
        root: &scratch.folder,
        changes: &change,
        elsewhere: &[],
        steering: &steering,
        asked: &asked,
        only_asked: false,
        kept: &kept,
        current: &kept,
    };
    assert_eq!(list(&question.decide(&facts).packages()), ["alone"]);
    question.kept = &facts;
    assert_eq!(list(&question.decide(&facts).packages()), ALL);
}

#[test]
fn what_is_asked_for_is_selected_with_its_reason_and_alone_where_only_that_counts() {
    let (scratch, graph) = graph();
    let facts = watched(&scratch, &graph);
    let asked = BTreeMap::from([("top".to_owned(), vec!["step 2 maps to package top".to_owned()])]);
    let changes = [change("alone/src/lib.rs", Some("alone"))];
    let steering = Steering::default();
    let mut question = Question {
        graph: &graph,
        root: &scratch.folder,
        changes: &changes,
        elsewhere: &[],
        steering: &steering,
        asked: &asked,
        only_asked: false,
        kept: &facts,
        current: &facts,
    };
    let selection = question.decide(&facts);
    assert_eq!(list(&selection.full), ["alone", "top"]);
    assert_eq!(list(&selection.affected.packages), ["alone"]);
    assert_eq!(why(&selection, "top", true), ["step 2 maps to package top"]);
    assert!(selection.wants(&SuiteId { target: library("top"), doctest: true }));
    question.only_asked = true;
    let selection = question.decide(&facts);
    assert_eq!(list(&selection.packages()), ["top"]);
    assert_eq!(why(&selection, "alone", true), ["no step at hand maps to its package"]);
}

#[test]
fn every_unit_has_a_reason_and_many_are_counted() {
    let (scratch, graph) = graph();
    let facts = watched(&scratch, &graph);
    let changes: Vec<Change> = (0..9).map(|n| change(&format!("alone/data/{n}"), Some("alone"))).collect();
    let selection = decide(&scratch, &graph, &changes, &facts);
    assert_eq!(selection.units.len(), 17);
    assert!(selection.units.iter().all(|choice| !choice.why.is_empty()));
    let reasons = why(&selection, "alone", false);
    assert_eq!((reasons.len(), reasons[3].as_str()), (4, "and 6 more reasons"));
    assert_eq!(selection.skipped().count(), 15);
}
