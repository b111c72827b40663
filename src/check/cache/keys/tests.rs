//! What moves which field of a key.

use super::*;
use crate::words::{SuiteId, TargetId};
use crate::workspace::graph::{Edge, EdgeKind, Graph, Target};
use crate::workspace::units::ScriptInputs;
use serde_json::json;
use std::ffi::OsString;

/// `one <- two`: `one` has a build script that names a file, `two` an integration test. All of their units are known.
struct Ground {
    root: Utf8PathBuf,
    graph: Graph,
    facts: Facts,
    files: BTreeMap<Utf8PathBuf, String>,
    hidden: Vec<String>,
    head: String,
    toolchain: String,
    environment: BTreeMap<OsString, OsString>,
    _keep: tempfile::TempDir,
}

fn target(package: &str, kind: TargetKind, name: &str) -> Target {
    let test = kind != TargetKind::CustomBuild;
    Target {
        id: TargetId { package: package.into(), kind, name: name.into() },
        root_file: "/x.rs".into(),
        test,
        doctest: false,
        harness: true,
        required_features: Vec::new(),
    }
}

fn package(root: &Utf8Path, name: &str, targets: Vec<Target>) -> Package {
    let folder = root.join(name);
    let cargo = json!({
        "name": name, "version": "0.1.0", "id": format!("path+file://{folder}#0.1.0"), "dependencies": [],
        "targets": [], "features": {}, "manifest_path": format!("{folder}/Cargo.toml"),
    });
    Package {
        label: name.into(),
        folder: folder.clone(),
        real_folder: folder,
        targets,
        depends: Vec::new(),
        resolved: BTreeSet::from([name.to_owned()]),
        cargo: serde_json::from_value(cargo).expect("what cargo says of a package"),
    }
}

impl Ground {
    fn new() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("there")).expect("UTF-8");
        let one = vec![target("one", TargetKind::Lib, "one"), target("one", TargetKind::CustomBuild, "build")];
        let two = vec![target("two", TargetKind::Lib, "two"), target("two", TargetKind::Test, "it")];
        let mut packages = vec![package(&root, "one", one), package(&root, "two", two)];
        packages[1].depends.push(Edge { to: "one".into(), kind: EdgeKind::Normal });
        let workspace = Workspace {
            root: root.clone(),
            manifest: root.join("Cargo.toml"),
            target_folder: root.join("target"),
            build_folder: root.join("target"),
            packages,
            paths: Vec::new(),
            settings: serde_json::Value::Null,
        };
        let graph = Graph { workspaces: vec![workspace] };
        let mut facts = Facts::default();
        for unit in Units::of(&graph).all().filter(|unit| unit.target.kind != TargetKind::CustomBuild) {
            let file = if unit.target.kind == TargetKind::Test { "tests/it.rs" } else { "src/lib.rs" };
            let files = BTreeSet::from([root.join(&unit.target.package).join(file)]);
            facts.add_unit(unit.clone(), Inputs { files, env: BTreeMap::new() });
        }
        let named =
            ScriptInputs { files: Some([root.join("one/named")].into()), env: BTreeSet::from(["ASKED".into()]) };
        facts.add_script("one", named);
        let mut ground = Self {
            root,
            graph,
            facts,
            files: BTreeMap::new(),
            hidden: Vec::new(),
            head: "1".into(),
            toolchain: "stable".into(),
            environment: BTreeMap::new(),
            _keep: keep,
        };
        for file in ["Cargo.toml", ".cargo/config.toml", "clippy.toml", "read", "unread", "one/src/lib.rs", "one/named"]
        {
            ground.edit(file);
        }
        for file in ["one/other", "one/Cargo.toml", "two/Cargo.toml", "two/src/lib.rs", "two/tests/it.rs", "two/data"] {
            ground.edit(file);
        }
        ground
    }

    /// Makes a file, or gives it another content.
    fn edit(&mut self, file: &str) {
        let path = self.root.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, "").expect("written");
        self.files.entry(path).or_default().push('+');
    }

    /// The key of the integration test of `two`, or of clippy for it. `reads` is what its tests were seen to open.
    fn key(&self, tests: bool, reads: Option<&[&str]>) -> Option<Key> {
        let units = Units::of(&self.graph);
        let now = jiff::Timestamp::UNIX_EPOCH;
        let surroundings = Surroundings::made_up(&self.root, self.environment.clone(), now);
        let look = |path: &Utf8Path| self.files.get(path).cloned().unwrap_or_else(|| "absent".into());
        let keys = Keys::new(World {
            workspace: &self.graph.workspaces[0],
            facts: &self.facts,
            files: &self.files,
            hidden: &self.hidden,
            look: &look,
            units: &units,
            head: Some(&self.head),
            toolchain: &self.toolchain,
            surroundings: &surroundings,
            ignored: &[],
        });
        let target = target("two", TargetKind::Test, "it").id;
        let roots = units.roots_of(&SuiteId { target, doctest: false });
        let package = self.graph.package("two").expect("it is there");
        let reads = reads.map(|reads| reads.iter().map(|path| self.root.join(path)).collect());
        keys.of(Wanted { units: &roots, package, argv: &["cargo".into()], tests }, reads.as_ref())
    }
}

/// A file, and the fields that move with it: for a suite that was watched, for one that was not, for clippy.
type Moved = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// The fields that move with this.
#[track_caller]
fn moved(tests: bool, reads: Option<&[&str]>, act: impl FnOnce(&mut Ground)) -> Vec<String> {
    let mut ground = Ground::new();
    let before = ground.key(tests, reads).expect("everything is known");
    act(&mut ground);
    before.differences(&ground.key(tests, reads).expect("everything is known"))
}

#[test]
fn a_file_moves_the_fields_of_those_it_matters_to() {
    let table: &[Moved] = &[
        ("one/src/lib.rs", &["sources"], &["sources"], &["sources"]),
        ("one/named", &["sources", "scripts"], &["sources", "scripts", "reads"], &["sources", "scripts"]),
        ("two/tests/it.rs", &["sources", "package"], &["sources", "package"], &["sources", "package"]),
        ("two/data", &["package"], &["package", "reads"], &["package"]),
        ("read", &["reads"], &["reads"], &[]),
        ("unread", &[], &["reads"], &[]),
        ("new", &["names"], &["names", "reads"], &[]),
        ("two/new", &["package"], &["package", "reads"], &["package"]),
        ("Cargo.toml", &["configuration"], &["configuration", "reads"], &["configuration"]),
        (".cargo/config.toml", &["configuration"], &["configuration", "reads"], &["configuration"]),
        ("clippy.toml", &[], &["reads"], &["configuration"]),
    ];
    for (file, watched, unwatched, lint) in table {
        assert_eq!(moved(true, Some(&["read"]), |ground| ground.edit(file)), *watched, "{file}, watched");
        assert_eq!(moved(true, None, |ground| ground.edit(file)), *unwatched, "{file}, unwatched");
        assert_eq!(moved(false, None, |ground| ground.edit(file)), *lint, "{file}, clippy");
    }
}

#[test]
fn what_is_no_file_moves_the_fields_it_matters_to() {
    let moved = |act: fn(&mut Ground)| moved(true, Some(&["read"]), act);
    assert_eq!(moved(|ground| ground.hidden.push("new.ignored".into())), ["names"]);
    assert_eq!(moved(|ground| ground.toolchain.push('+')), ["toolchain"]);
    assert_eq!(moved(|ground| ground.head.push('+')), [""; 0], "its only script names what it sees");
    let set = |ground: &mut Ground, name: &str| drop(ground.environment.insert(name.into(), "1".into()));
    assert_eq!(moved(|ground| drop(ground.environment.insert("TERM".into(), "1".into()))), [""; 0]);
    let mut ground = Ground::new();
    let before = ground.key(true, None).expect("known");
    for name in ["MINE", "ASKED", "TERM"] {
        set(&mut ground, name);
    }
    let now = ground.key(true, None).expect("known");
    assert_eq!(before.differences(&now), ["environment `ASKED`", "environment `MINE`"]);
    let resolved = |ground: &mut Ground| {
        ground.graph.workspaces[0].packages[0].resolved.insert("serde".into());
    };
    assert_eq!(moved(resolved), ["dependencies"], "of a package it is made of");
}

#[test]
fn a_variable_that_a_unit_reads_counts_whatever_its_kind() {
    let mut ground = Ground::new();
    ground.facts.units[0].1.env.insert("TERM".into(), None);
    let before = ground.key(true, None).expect("known");
    ground.environment.insert("TERM".into(), "1".into());
    assert_eq!(before.differences(&ground.key(true, None).expect("known")), ["environment `TERM`"]);
}

#[test]
fn a_script_that_names_nothing_sees_git_and_what_was_opened_unnamed_counts_for_all() {
    let mut ground = Ground::new();
    ground.facts.scripts.clear();
    ground.facts.untold.insert(ground.root.join("unread"));
    let key = |ground: &Ground| ground.key(true, Some(&["read"])).expect("known");
    let before = key(&ground);
    ground.head.push('+');
    let later = key(&ground);
    assert_eq!(before.differences(&later), ["scripts"], "HEAD");
    ground.edit("unread");
    assert_eq!(later.differences(&key(&ground)), ["scripts"], "opened while something was built");
}

#[test]
fn what_nothing_is_known_of_has_no_key() {
    let mut ground = Ground::new();
    ground.facts.units.retain(|(unit, _)| unit.target.package != "one");
    assert_eq!(ground.key(true, None), None, "a unit it is made of");
    let ground = Ground::new();
    std::fs::write(ground.root.join(".cargo/config.toml"), "include = [\"more.toml\"]\n").expect("written");
    assert_eq!(ground.key(true, None), None, "a configuration that includes others");
}
