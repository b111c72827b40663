//! Lock files before and after.

use super::*;

fn lock(packages: &[(&str, &str, bool, &[&str])]) -> String {
    let mut text = "version = 4\n".to_owned();
    for (name, version, is_member, dependencies) in packages {
        text.push_str(&format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n"));
        if !is_member {
            let checksum = format!("{name}{version}");
            text.push_str(&format!("source = \"registry+r\"\nchecksum = \"{checksum}\"\n"));
        }
        text.push_str(&format!("dependencies = {dependencies:?}\n"));
    }
    text
}

/// `one -> serde -> derive`, `two -> log`, `three -> derive`.
fn packages<'a>(serde: &'a str, log: &'a str) -> Vec<(&'a str, &'a str, bool, &'a [&'a str])> {
    vec![
        ("derive", "1.0.0", false, &[]),
        ("log", log, false, &[]),
        ("one", "0.1.0", true, &["serde"]),
        ("serde", serde, false, &["derive"]),
        ("three", "0.1.0", true, &["derive 1.0.0 (registry+r)"]),
        ("two", "0.1.0", true, &["log"]),
    ]
}

fn member(name: &str) -> Package {
    let cargo = serde_json::json!({
        "name": name, "version": "0.1.0", "id": name, "dependencies": [], "targets": [], "features": {},
        "manifest_path": format!("/w/{name}/Cargo.toml"),
    });
    Package {
        label: name.into(),
        folder: format!("/w/{name}").into(),
        real_folder: format!("/w/{name}").into(),
        targets: Vec::new(),
        depends: Vec::new(),
        resolved: BTreeSet::new(),
        cargo: serde_json::from_value(cargo).expect("what cargo says of a package"),
    }
}

fn moved_between(before: Option<&str>, after: Option<&str>) -> Moved {
    let members = ["one", "two", "three"].map(member);
    moved(before, after, members.iter())
}

fn members(before: &str, after: &str) -> Vec<(String, String)> {
    match moved_between(Some(before), Some(after)) {
        Moved::Members(members) => members.into_iter().collect(),
        Moved::Unknown(why) => panic!("{why}"),
    }
}

#[test]
fn who_is_built_from_what_moved_or_shares_its_dependencies_is_named() {
    let old = lock(&packages("1.0.0", "0.4.0"));
    assert_eq!(members(&old, &old), []);
    let log = members(&old, &lock(&packages("1.0.0", "0.4.1")));
    assert_eq!(log, [("two".to_owned(), "`Cargo.lock` moved its dependency log: 0.4.0, now 0.4.1".to_owned())]);
    let serde = members(&old, &lock(&packages("1.0.1", "0.4.0")));
    assert_eq!(serde.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), ["one", "three"]);
    assert_eq!(serde[1].1, "`Cargo.lock` moved something its dependency derive may share");
}

#[test]
fn a_checksum_alone_is_a_move() {
    let old = lock(&packages("1.0.0", "0.4.0"));
    let new = old.replace("checksum = \"log0.4.0\"", "checksum = \"other\"");
    assert_eq!(members(&old, &new).len(), 1);
}

#[test]
fn what_cannot_be_decided_is_not_known() {
    let old = lock(&packages("1.0.0", "0.4.0"));
    let no_member = old.replace("name = \"two\"", "name = \"2\"");
    let patched = format!("{old}\n[[patch.unused]]\nname = \"x\"\nversion = \"1.0.0\"\n");
    for (before, after) in [
        (None, Some(old.as_str())),
        (Some(old.as_str()), None),
        (Some(old.as_str()), Some("<<<<<<<")),
        (Some("[[package]]\nname = 1\n"), Some(old.as_str())),
        (Some(old.as_str()), Some(no_member.as_str())),
        (Some(old.as_str()), Some(patched.as_str())),
    ] {
        assert!(matches!(moved_between(before, after), Moved::Unknown(_)), "{after:?}");
    }
}
