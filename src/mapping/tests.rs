//! Plans against a small workspace read by real cargo.

use super::{Mapped, map, steps_naming, target_for_file, work_is_there};
use crate::cancel::Cancel;
use crate::git::tests::scratch::Scratch;
use crate::payload::model::{FileUse, PlanFile, Step};
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::{CargoFlags, Graph};
use std::collections::BTreeSet;

/// A workspace in `rust/` of the payload's root: `money` (lib, bin, tests), `money-cli` (bins only), `core`.
fn workspace() -> (Scratch, Graph) {
    let scratch = Scratch::empty();
    scratch.write("rust/Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n");
    for name in ["money", "money-cli", "core"] {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        scratch.write(&format!("rust/crates/{name}/Cargo.toml"), &manifest);
    }
    for file in [
        "money/src/lib.rs",
        "money/src/round.rs",
        "money/src/main.rs",
        "money/src/bin/tool.rs",
        "money/src/bin/tool/part.rs",
        "money/tests/rounding.rs",
        "money/tests/rounding/cases.rs",
        "money/tests/folder/main.rs",
        "money/tests/folder/part.rs",
        "money/tests/common/mod.rs",
        "money/examples/show.rs",
        "money/benches/fast.rs",
        "money/build.rs",
        "money-cli/src/main.rs",
        "money-cli/src/part.rs",
        "money-cli/src/bin/other.rs",
        "core/src/lib.rs",
    ] {
        scratch.write(&format!("rust/crates/{file}"), "fn main() {}\n");
    }
    scratch.write("README.md", "");
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    let manifest = scratch.folder.join("rust/Cargo.toml");
    let graph = Graph::load(&[manifest], &flags, &scratch.surroundings(), &Cancel::new()).expect("a graph");
    (scratch, graph)
}

fn step(text: &str, files: &[(&str, FileUse)]) -> Step {
    Step {
        id: "s".into(),
        index: 0,
        is_text: false,
        name: text.into(),
        own_text: text.into(),
        files: files.iter().map(|(path, usage)| PlanFile { path: (*path).into(), usage: *usage }).collect(),
        packages: vec![],
        targets: vec![],
        depends: vec![],
        status: None,
        status_is_ours: false,
        asserted: false,
        success_signal: None,
        command: None,
        edits: vec![],
    }
}

fn plain(text: &str, files: &[&str]) -> Step {
    step(text, &files.iter().map(|file| (*file, FileUse::Plain)).collect::<Vec<_>>())
}

fn change(file: &str, package: &str) -> Change {
    Change {
        file: file.into(),
        kind: ChangeKind::Modified,
        from: None,
        package: Some(package.into()),
        from_package: None,
        lines: None,
        before: None,
        after: None,
        new_lines: BTreeSet::new(),
        old_lines: BTreeSet::new(),
        diff: String::new(),
    }
}

struct World {
    scratch: Scratch,
    graph: Graph,
    changes: Vec<Change>,
}

impl World {
    fn new(changes: Vec<Change>) -> Self {
        let (scratch, graph) = workspace();
        Self { scratch, graph, changes }
    }

    fn map(&self, step: Step) -> Mapped {
        map(&[step], &self.graph, &self.scratch.folder, &self.changes).remove(0)
    }
}

fn targets(mapped: &Mapped) -> Vec<String> {
    mapped.targets.iter().map(ToString::to_string).collect()
}

fn via(mapped: &Mapped) -> Vec<(&str, &str)> {
    mapped.via.iter().map(|via| (via.kind.as_str(), via.what.as_str())).collect()
}

fn oddities(mapped: &Mapped) -> Vec<&str> {
    mapped.oddities.iter().map(|oddity| oddity.id.as_str()).collect()
}

#[test]
fn a_file_leads_to_the_target_it_belongs_to() {
    let (scratch, graph) = workspace();
    for (file, expected) in [
        ("money/src/lib.rs", &["money/lib/money"][..]),
        ("money/src/round.rs", &["money/lib/money"]),
        ("money/src/not/yet.rs", &["money/lib/money"]),
        ("money/README.md", &["money/lib/money"]),
        ("money/Cargo.toml", &["money/lib/money"]),
        ("money/src/main.rs", &["money/bin/money"]),
        ("money/src/bin/tool.rs", &["money/bin/tool"]),
        ("money/src/bin/tool/part.rs", &["money/bin/tool"]),
        ("money/tests/rounding.rs", &["money/test/rounding"]),
        ("money/tests/rounding/cases.rs", &["money/test/rounding"]),
        ("money/tests/folder/part.rs", &["money/test/folder"]),
        ("money/tests/common/mod.rs", &["money/test/folder", "money/test/rounding"]),
        ("money/examples/show.rs", &["money/example/show"]),
        ("money/benches/fast.rs", &["money/bench/fast"]),
        ("money/build.rs", &["money/custom-build/build-script-build"]),
        ("money-cli/src/part.rs", &["money-cli/bin/money-cli"]),
        ("money-cli/src/bin/other.rs", &["money-cli/bin/other"]),
        ("money-cli/data/x", &["money-cli/bin/money-cli", "money-cli/bin/other"]),
    ] {
        let path = scratch.folder.join("rust/crates").join(file);
        let package = graph.owner(path.as_std_path()).expect("owned");
        let mut found: Vec<String> = target_for_file(package, &path).iter().map(ToString::to_string).collect();
        found.sort();
        assert_eq!(found, expected, "{file}");
    }
}

#[test]
fn files_may_be_named_from_the_payloads_root_or_the_workspaces() {
    let world = World::new(vec![]);
    for file in
        ["rust/crates/money/src/round.rs", "crates/money/src/round.rs", "./rust/../rust/crates/money/src/round.rs"]
    {
        let mapped = world.map(plain("whatever core says", &[file]));
        assert_eq!(mapped.packages, ["money"]);
        assert_eq!(via(&mapped), [("file", file)]);
    }
    let mapped = world.map(step("", &[("crates/core/src/new.rs", FileUse::Create)]));
    assert_eq!(mapped.packages, ["core"]);
    assert!(mapped.oddities.is_empty());
}

#[test]
fn what_is_named_outright_and_files_add_up_and_the_text_is_not_read_then() {
    let world = World::new(vec![]);
    let mut named = plain("teach core", &["rust/crates/money/tests/rounding.rs"]);
    named.packages = vec!["money_cli".into(), "nobody".into()];
    named.targets = vec!["money/bin/tool".into(), "lib/money".into(), "no/such/target".into()];
    let mapped = world.map(named);
    assert_eq!(mapped.packages, ["money", "money-cli"]);
    assert_eq!(
        targets(&mapped),
        ["money/lib/money", "money/bin/tool", "money/test/rounding", "money-cli/bin/money-cli", "money-cli/bin/other"]
    );
    assert_eq!(oddities(&mapped), ["unknown-package:step:s:nobody", "unknown-target:step:s:no/such/target"]);
    assert_eq!(
        via(&mapped),
        [
            ("package", "money_cli"),
            ("target", "money/bin/tool"),
            ("target", "lib/money"),
            ("file", "rust/crates/money/tests/rounding.rs")
        ]
    );
}

#[test]
fn only_a_step_that_names_nothing_else_is_read_for_names() {
    let world = World::new(vec![]);
    for (text, packages) in [
        ("teach money to round", &["money"][..]),
        ("teach money-cli to round", &["money-cli"]),
        ("the money_cli thing and `money_cli`", &["money-cli"]),
        ("fix `tool`", &["money"]),
        ("fix tool, which is no package", &["core", "money", "money-cli"]),
        ("call `money::round`", &["money"]),
        ("the Core of it", &["core", "money", "money-cli"]),
        ("the core of it", &["core"]),
    ] {
        assert_eq!(world.map(plain(text, &[])).packages, packages, "{text}");
    }
    let reference = step("core", &[("rust/crates/money/src/lib.rs", FileUse::Reference)]);
    let mapped = world.map(reference);
    assert_eq!((mapped.packages, mapped.work.files.len()), (vec!["core".to_owned()], 0));
    assert_eq!(targets(&world.map(plain("fix `rounding`", &[]))), ["money/test/rounding"]);
}

#[test]
fn a_step_that_leads_nowhere_stands_for_everything_and_says_so() {
    let world = World::new(vec![]);
    let mapped = world.map(plain("polish", &[]));
    assert!(mapped.whole_workspace);
    assert_eq!(mapped.packages, ["core", "money", "money-cli"]);
    assert_eq!((via(&mapped), oddities(&mapped)), (vec![("nothing", "the whole workspace")], vec!["unmapped:step:s"]));
    let mapped = world.map(plain("polish money", &["README.md"]));
    assert!(mapped.whole_workspace);
    assert_eq!(via(&mapped), [("file", "README.md")]);
    assert_eq!(oddities(&mapped), ["unmapped:step:s"]);
}

#[test]
fn globs_and_folders_stand_for_what_is_in_them() {
    let world = World::new(vec![change("rust/crates/money/src/gone.rs", "money")]);
    for (path, packages) in [
        ("rust/crates/*/src/lib.rs", &["core", "money"][..]),
        ("crates/money/**/*.rs", &["money"]),
        ("crates/{core,money-cli}/src/*.rs", &["core", "money-cli"]),
        ("rust/crates/money/src/go*.rs", &["money"]),
        ("rust/crates/money-cli", &["money-cli"]),
        ("rust/crates/money-cli/src/", &["money-cli"]),
        ("rust/", &["core", "money", "money-cli"]),
    ] {
        let mapped = world.map(plain("", &[path]));
        assert_eq!(mapped.packages, packages, "{path}");
        assert_eq!((via(&mapped), mapped.work.files[0].is_glob), (vec![("glob", path)], true));
    }
    assert_eq!(targets(&world.map(plain("", &["crates/money/tests/*.rs"]))), ["money/test/rounding"]);
    let mapped = world.map(plain("", &["crates/nothing/*.rs"]));
    assert_eq!(oddities(&mapped), ["missing-file:step:s:crates/nothing/*.rs", "unmapped:step:s"]);
}

#[test]
fn the_work_is_there_when_every_file_it_wants_changed() {
    let changed = change("rust/crates/money/src/round.rs", "money");
    let moved = Change {
        kind: ChangeKind::Renamed,
        from: Some("rust/crates/core/src/old.rs".into()),
        ..change("rust/crates/core/src/renamed.rs", "core")
    };
    let world = World::new(vec![changed, moved]);
    let lack = |step: Step| work_is_there(&world.map(step), &world.changes);
    assert_eq!(lack(plain("", &["crates/money/src/round.rs", "rust/crates/money/src/*.rs"])), Ok(()));
    assert_eq!(lack(plain("", &["crates/core/src/old.rs"])), Ok(()));
    let missing =
        lack(plain("", &["crates/money/src/round.rs", "rust/crates/money/src/lib.rs", "crates/money/tests/*"]));
    assert_eq!(
        missing,
        Err(vec!["no change in `rust/crates/money/src/lib.rs`".into(), "no change in `crates/money/tests/*`".into()])
    );
    let create = step("", &[("crates/core/src/new.rs", FileUse::Create)]);
    assert_eq!(lack(create), Err(vec!["no change in `crates/core/src/new.rs`".into()]));
    assert_eq!(lack(step("money", &[("README.md", FileUse::Dependency)])), Ok(()));
    assert_eq!(lack(plain("teach money", &[])), Ok(()));
    assert_eq!(lack(plain("polish", &[])), Ok(()));
    assert_eq!(work_is_there(&world.map(plain("polish", &[])), &[]), Err(vec!["no change in any package".into()]));
    assert_eq!(lack(plain("teach money-cli", &[])), Err(vec!["no change in `money-cli`".into()]));
}

#[test]
fn a_change_knows_the_steps_that_name_it() {
    let world = World::new(vec![change("rust/crates/money/src/round.rs", "money"), change("other", "money")]);
    let mut steps = [plain("", &["crates/money/src/*.rs"]), plain("", &["rust/crates/money"]), plain("money", &[])];
    for (step, id) in steps.iter_mut().zip(["a", "b", "c"]) {
        step.id = id.into();
    }
    let mapped = map(&steps, &world.graph, &world.scratch.folder, &world.changes);
    assert_eq!(steps_naming(&mapped, &world.changes[0]), ["a", "b"]);
    assert!(steps_naming(&mapped, &world.changes[1]).is_empty());
}

#[test]
fn a_file_that_is_not_there_is_odd_unless_it_is_to_be_made() {
    let world = World::new(vec![]);
    let mapped = world.map(plain("", &["crates/money/src/nowhere.rs"]));
    assert_eq!(mapped.packages, ["money"]);
    assert_eq!(oddities(&mapped), ["missing-file:step:s:crates/money/src/nowhere.rs"]);
    for path in ["../../x", "../../../../../../../../x"] {
        let mapped = world.map(step("", &[(path, FileUse::Create)]));
        assert_eq!(oddities(&mapped), [&format!("outside:step:s:{path}"), "unmapped:step:s"]);
    }
}
