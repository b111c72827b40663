//! Parts that belong together, and every way in which they do not.

use super::super::shares::{Item, What, divide};
use super::*;
use crate::words::{Outcome, SuiteId, TargetId, TargetKind};
use camino::Utf8PathBuf;

fn n(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).expect("more than none")
}

/// Two packages, one for each of two parts.
fn plan(of: NonZeroUsize) -> Plan {
    let item = |label: &str| Item { what: What::Package(label.into()), took_ms: Some(1), is_expected: true };
    divide(vec![item("a"), item("b")], of)
}

fn question(of: NonZeroUsize) -> Question {
    Question {
        payload: "aaaa".into(),
        tree: "bbbb".into(),
        baseline: "cccc".into(),
        shares: plan(of).digest(),
        level: "V4".into(),
        ..Question::default()
    }
}

fn tools(rustc: &str) -> Tools {
    Tools {
        rustc_vv: Some(format!("rustc {rustc}\nhost: x86_64-unknown-linux-gnu")),
        triple: Some("x86_64-unknown-linux-gnu".into()),
        ..Tools::default()
    }
}

fn checks(label: &str) -> Checks {
    let target = TargetId { package: label.into(), kind: TargetKind::Lib, name: label.into() };
    Checks {
        question: question(n(2)),
        tools: tools("1.95.0"),
        packages: [label.to_owned()].into(),
        commands: Vec::new(),
        suites: vec![SuiteResult::bare(SuiteId { target, doctest: false }, Outcome::Passed, None)],
        logs: Logs::new(),
        diagnostics: Vec::new(),
        reran: Reran::new(),
        wanting: BTreeMap::new(),
    }
}

fn part(number: usize, checks: Checks) -> Part {
    Part::new(n(number), n(2), Some("head"), Seen::Checks(Box::new(checks)))
}

/// What is said of these files, written to a folder first; nothing where they belong together.
fn said_of(texts: &[(&str, String)]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = Utf8Path::from_path(folder.path()).expect("UTF-8").to_owned();
    let files: Vec<(&str, Utf8PathBuf)> = texts.iter().map(|(name, _)| (*name, folder.join(name))).collect();
    for ((_, text), (_, file)) in texts.iter().zip(&files) {
        if text != "missing" {
            std::fs::write(file, text).expect("written");
        }
    }
    let parts = Parts::read(files.iter().map(|(name, file)| (*name, file.as_path())));
    let nothing = parts.nothing().map(|nothing| nothing.is_some());
    match nothing.and_then(|_| parts.checks(|of| (question(of), plan(of)))) {
        Ok(checks) => {
            assert_eq!(checks.len(), texts.len());
            Vec::new()
        }
        Err(error) => {
            assert_eq!((error.code, error.exit()), (Code::PartsDoNotJoin, 65));
            error.details
        }
    }
}

fn text(part: &Part) -> String {
    serde_json::to_string(part).expect("JSON")
}

fn two() -> [Part; 2] {
    [part(1, checks("a")), part(2, checks("b"))]
}

#[test]
fn all_parts_of_one_validation_are_joined_in_any_order() {
    let [one, two] = two().map(|part| text(&part));
    assert!(said_of(&[("b", two), ("a", one)]).is_empty());
}

#[test]
fn what_is_lost_doubled_or_no_part_is_named_all_at_once() {
    let [one, two] = two().map(|part| text(&part));
    assert_eq!(said_of(&[("a", one.clone())]), ["part 2 of 2 missing"]);
    assert_eq!(
        said_of(&[("a", one.clone()), ("b", two.clone()), ("c", two)]),
        ["part 2 of 2 is there more than once: `b`, `c`"]
    );
    let said = said_of(&[
        ("a", one.clone()),
        ("none", "missing".into()),
        ("other", "{}".into()),
        ("new", one.replace("\"format\":1", "\"format\":9")),
        ("old", one.replace(env!("CARGO_PKG_VERSION"), "0.0.1")),
        ("cut", one[..one.len() / 2].to_owned()),
        ("more", one.replacen("\"part\":1", "\"part\":3", 1)),
    ]);
    assert_eq!(said.len(), 7, "{said:?}");
    assert_eq!(said[0], "`none` is not there");
    assert!(said[1].starts_with("`other` is no part of a validation: missing field"), "{said:?}");
    assert_eq!(said[2], "`new` has the format 9, and 1 is known here");
    assert!(said[3].starts_with("`old` was written by version 0.0.1, and this is"), "{said:?}");
    assert!(said[4].starts_with("`cut` is no part of a validation: EOF"), "{said:?}");
    assert_eq!(said[5], "`more` says that it is part 3 of 2");
    assert_eq!(said[6], "part 2 of 2 missing");
}

#[test]
fn a_foreign_part_is_named_with_what_differs() {
    let said = |edit: &dyn Fn(&mut Checks)| {
        let mut foreign = checks("b");
        edit(&mut foreign);
        said_of(&[("a", text(&part(1, checks("a")))), ("b", text(&part(2, foreign)))])
    };
    let of = |edit: &dyn Fn(&mut Question)| said(&|checks| edit(&mut checks.question));
    assert_eq!(of(&|it| it.payload = "x".into()), ["`b`: it is of another payload: x there, aaaa here"]);
    assert_eq!(of(&|it| it.tree = "x".into()), ["`b`: it is of another tree: x there, bbbb here"]);
    assert_eq!(of(&|it| it.baseline = "x".into()), ["`b`: it is of another baseline: x there, cccc here"]);
    assert_eq!(of(&|it| it.level = "V5".into()), ["`b`: it is of another level: V5 there, V4 here"]);
    assert_eq!(
        of(&|it| it.features = vec!["--all-features".into()]),
        ["`b`: it is of another choice of features: --all-features there, none here"]
    );
    assert_eq!(of(&|it| it.steps = vec!["1".into()]), ["`b`: it is of another choice of `--step`: 1 there, none here"]);
    assert_eq!(of(&|it| it.with_documentation = true).len(), 1);
    assert_eq!(
        of(&|it| it.shares = "x".into()),
        ["`b`: the work was divided in another way there: the sealed records it is divided by differ"]
    );
    assert_eq!(
        of(&|it| (it.tree, it.shares) = ("x".into(), "y".into())),
        ["`b`: it is of another tree: x there, bbbb here"],
        "that it was divided in another way follows"
    );
    assert_eq!(
        said(&|checks| checks.tools = tools("1.96.0")),
        ["`b` was made with rustc 1.96.0, and `a` with rustc 1.95.0"]
    );
    assert_eq!(
        said(&|checks| checks.packages = ["a".to_owned()].into()),
        ["`b` tells of the package `a`, which is not in its share"]
    );
    assert_eq!(
        said(&|checks| drop(checks.reran.insert("commands[0]".into(), (Outcome::Passed, None)))),
        ["`b` tells of `commands[0]`, which is not in its share"]
    );
}

#[test]
fn parts_of_another_number_and_of_another_commit_are_foreign() {
    let three = Part::new(n(2), n(3), Some("head"), Seen::Checks(Box::new(checks("b"))));
    let said = said_of(&[("a", text(&two()[0])), ("b", text(&three))]);
    assert_eq!(said[0], "`b` is part 2 of 3, and `a` is one of 2");
    let [one, mut two] = two();
    two.head = None;
    assert_eq!(said_of(&[("a", text(&one)), ("b", text(&two))]), ["`b` was made at another commit than `a`"]);
}
