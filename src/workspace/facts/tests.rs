//! What is kept of units, and for how long it holds.

use super::*;
use crate::words::{TargetId, TargetKind};

fn unit(name: &str) -> Unit {
    Unit { target: TargetId { package: name.into(), kind: TargetKind::Lib, name: name.into() }, test: false }
}

fn of_unit<'a>(facts: &'a Facts, name: &str) -> Option<&'a Inputs> {
    facts.units.iter().find(|(known, _)| *known == unit(name)).map(|(_, inputs)| inputs)
}

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let keep = tempfile::tempdir().expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("there")).expect("UTF-8");
    (keep, folder)
}

fn inputs(file: &Utf8Path) -> Inputs {
    Inputs { files: [file.to_owned()].into(), env: BTreeMap::new() }
}

fn workspace(folder: &Utf8Path) -> Graph {
    let workspace = Workspace {
        root: folder.to_owned(),
        manifest: folder.join("Cargo.toml"),
        target_folder: folder.join("target"),
        build_folder: folder.join("target"),
        packages: Vec::new(),
        paths: Vec::new(),
        settings: serde_json::Value::Null,
    };
    Graph { workspaces: vec![workspace] }
}

#[test]
fn a_unit_whose_files_moved_unseen_is_not_known_any_more() {
    let (_keep, folder) = folder();
    let (one, two) = (folder.join("one.rs"), folder.join("two.rs"));
    std::fs::write(&one, "1").expect("written");
    let mut facts = Facts::default();
    facts.add_unit(unit("a"), inputs(&one));
    facts.add_unit(unit("b"), inputs(&two));
    facts.stamp();
    let known = |changed: &[&Utf8PathBuf]| {
        let changed = changed.iter().map(|file| (*file).clone()).collect();
        facts.clone().current(&changed).units.iter().map(|(unit, _)| unit.target.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(known(&[]), ["a", "b"]);
    std::fs::write(&one, "2").expect("written");
    assert_eq!(known(&[]), ["b"]);
    assert_eq!(known(&[&one]), ["a", "b"], "a change is looked at anyway");
    std::fs::write(&two, "new").expect("written");
    assert_eq!(known(&[&one]), ["a"], "a file that was not there is there");
}

#[test]
fn what_is_learnt_later_counts_and_the_rest_stays() {
    let mut facts = Facts::default();
    facts.add_unit(unit("a"), inputs("/one".into()));
    facts.add_unit(unit("a"), inputs("/two".into()));
    facts.add_unit(unit("b"), inputs("/three".into()));
    assert_eq!(of_unit(&facts, "a").expect("known").files.len(), 2, "compiled twice, it reads both");
    let mut later = Facts::default();
    later.add_unit(unit("a"), inputs("/four".into()));
    facts.learn(later);
    assert_eq!(of_unit(&facts, "a"), Some(&inputs("/four".into())));
    assert_eq!(of_unit(&facts, "b"), Some(&inputs("/three".into())));
    facts.add_script("a", ScriptInputs { files: Some(BTreeSet::new()), env: BTreeSet::new() });
    facts.add_script("a", ScriptInputs { files: None, env: BTreeSet::from(["E".into()]) });
    let silent = ScriptInputs { files: None, env: BTreeSet::from(["E".into()]) };
    assert_eq!(facts.scripts["a"], silent, "one run of it named nothing, so it may read anything");
}

#[test]
fn two_checkouts_in_one_target_folder_do_not_believe_each_other() {
    let (_keep, folder) = folder();
    let vault = crate::vault::Vault::of_test(&folder.join("state"));
    let at = |name: &str| {
        let mut graph = workspace(&folder.join(name));
        graph.workspaces[0].target_folder = folder.join("target");
        graph
    };
    let facts = Facts { untold: [folder.join("one/asked")].into(), ..Facts::default() };
    facts.save(&at("one"), &vault).expect("saved");
    assert_eq!(Facts::load(&at("two"), &CargoFlags::default(), &vault), Facts::default());
    Facts::default().save(&at("two"), &vault).expect("saved");
    assert_eq!(Facts::load(&at("one"), &CargoFlags::default(), &vault), facts);
}

#[test]
fn what_cannot_be_read_or_was_learnt_with_other_features_is_not_known() {
    let (_keep, folder) = folder();
    let graph = workspace(&folder);
    let plain = CargoFlags::default();
    let vault = crate::vault::Vault::of_test(&folder.join("state"));
    assert_eq!(Facts::load(&graph, &plain, &vault), Facts::default());
    let path = file(&graph.workspaces[0]);
    Facts::default().save(&graph, &vault).expect("saved");
    assert!(path.is_file());
    std::fs::write(&path, "{\"units\": [").expect("written");
    assert_eq!(Facts::load(&graph, &plain, &vault), Facts::default());
    let all = CargoFlags { all_features: true, ..CargoFlags::default() };
    let mut facts = Facts { features: all.feature_args(), ..Facts::default() };
    facts.scripts.insert("gone".into(), ScriptInputs::default());
    facts.save(&graph, &vault).expect("saved");
    let text = std::fs::read_to_string(&path).expect("there");
    assert!(text.contains("--all-features") && !text.contains("gone"), "a package that is gone is forgotten: {text}");
}
