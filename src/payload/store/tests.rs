//! Found, locked, merged, refused: the payload between processes.

use super::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

struct Place {
    _keep: tempfile::TempDir,
    folder: Utf8PathBuf,
}

impl Place {
    /// A repository root with a manifest and, if given, a payload.
    fn new(payload: Option<&str>) -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("there")).expect("UTF-8");
        fs::create_dir_all(folder.join(".git")).expect("made");
        fs::create_dir_all(folder.join("handoff")).expect("made");
        fs::write(folder.join("Cargo.toml"), "").expect("written");
        let place = Self { _keep: keep, folder };
        if let Some(payload) = payload {
            fs::write(place.payload(), payload).expect("written");
        }
        place
    }

    fn payload(&self) -> Utf8PathBuf {
        self.folder.join("handoff/payload.json")
    }

    fn located(&self) -> Located {
        Located::at(self.payload())
    }

    fn text(&self) -> String {
        fs::read_to_string(self.payload()).expect("there")
    }

    fn locate(&self, below: &str, payload: Option<&str>) -> Result<Located> {
        let now = "2026-11-02T09:30:00Z".parse().expect("a time");
        let surroundings = Surroundings::made_up(&self.folder.join(below), BTreeMap::new(), now);
        locate(&surroundings, payload.map(Utf8Path::new), None)
    }
}

fn append(value: Value) -> Edit {
    Edit::Append { path: vec!["implementation".into(), "changes".into()], value }
}

fn entry(n: u32) -> Edit {
    let entry = json!({"id": "f", "n": n, "by": BY});
    Edit::Entry { list: "followUps".into(), entry: entry.as_object().expect("an object").clone() }
}

#[test]
fn the_payload_is_found_from_below_and_its_root_is_above_handoff() {
    let place = Place::new(Some("{}"));
    fs::create_dir_all(place.folder.join("rust/a/src")).expect("made");
    assert_eq!(place.locate("rust/a/src", None).expect("found"), place.located());
    assert_eq!(place.located().root, place.folder);
    assert_eq!(place.located().name(), "handoff/payload.json");
    fs::write(place.folder.join("rust/x.json"), "{}").expect("written");
    let other = place.locate("rust", Some("x.json")).expect("found");
    assert_eq!((other.payload, other.root), (place.folder.join("rust/x.json"), place.folder.join("rust")));
}

#[test]
fn the_search_ends_at_the_root_of_the_repository() {
    let place = Place::new(Some("{}"));
    fs::create_dir_all(place.folder.join("inner")).expect("made");
    fs::write(place.folder.join("inner/.git"), "gitdir: elsewhere").expect("written");
    assert_eq!(place.locate("inner", None).expect_err("none").code, Code::NoWorkspace);
    fs::write(place.folder.join("inner/Cargo.toml"), "").expect("written");
    let error = place.locate("inner", None).expect_err("none");
    assert_eq!(error.code, Code::PayloadMissing);
    assert!(error.hints[0].contains("`cargo handoff init`"), "{:?}", error.hints);
    assert_eq!(place.locate("", Some("no/such.json")).expect_err("none").exit(), 66);
}

#[test]
fn a_folder_is_no_payload() {
    let place = Place::new(None);
    fs::create_dir(place.payload()).expect("made");
    assert_eq!(place.locate("", None).expect_err("a folder").exit(), 66);
    assert_eq!(load(&place.payload()).expect_err("a folder").exit(), 66);
}

#[cfg(unix)]
#[test]
fn a_pipe_or_socket_is_no_payload_and_nobody_waits_for_it() {
    let place = Place::new(None);
    let _socket = std::os::unix::net::UnixListener::bind(place.payload()).expect("bound");
    assert_eq!(load(&place.payload()).expect_err("a socket").exit(), 66);
    fs::remove_file(place.payload()).expect("removed");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, place.payload().as_std_path(), rustix::fs::FileType::Fifo, mode, 0)
        .expect("made");
    assert_eq!(load(&place.payload()).expect_err("a pipe").exit(), 66);
    assert_eq!(place.locate("", None).expect_err("a pipe").exit(), 66);
}

#[test]
fn a_file_over_the_limit_is_refused_before_it_is_read() {
    let place = Place::new(Some("{}"));
    let file = fs::File::options().write(true).open(place.payload()).expect("open");
    file.set_len(1 << 40).expect("a hole");
    assert_eq!(load(&place.payload()).expect_err("too large").code, Code::PayloadTooLarge);
}

#[test]
fn a_save_without_news_writes_nothing() {
    let place = Place::new(Some("{ }"));
    let base = load(&place.payload()).expect("read");
    let before = fs::metadata(place.payload()).expect("there").modified().expect("a time");
    let saved = save(&place.located(), &base, &[]).expect("saved");
    assert!(!saved.changed && !saved.merged);
    assert_eq!(fs::metadata(place.payload()).expect("there").modified().expect("a time"), before);
}

#[test]
fn what_somebody_else_wrote_meanwhile_survives_beside_ours() {
    let place = Place::new(Some(r#"{"a":1}"#));
    let base = load(&place.payload()).expect("read");
    fs::write(place.payload(), r#"{"a":1,"theirs":1.10}"#).expect("written");
    let saved = save(&place.located(), &base, &[append(json!(7))]).expect("saved");
    assert!(saved.changed && saved.merged);
    assert_eq!(place.text(), r#"{"a":1,"theirs":1.10,"implementation":{"changes":[7]}}"#);
}

#[track_caller]
fn not_merged(before: &str, meanwhile: Option<&str>, edits: &[Edit]) -> Error {
    let place = Place::new(Some(before));
    let base = load(&place.payload()).expect("read");
    match meanwhile {
        Some(text) => fs::write(place.payload(), text).expect("written"),
        None => fs::remove_file(place.payload()).expect("removed"),
    }
    let error = save(&place.located(), &base, edits).expect_err("not merged");
    assert_eq!((error.code, error.exit()), (Code::ChangedUnderUs, 75));
    assert_eq!(fs::read_to_string(place.payload()).ok().as_deref(), meanwhile);
    error
}

#[test]
fn what_cannot_be_merged_is_refused_and_the_file_stays() {
    not_merged("{}", None, &[append(json!(1))]);
    not_merged("{}", Some("{"), &[append(json!(1))]);
    not_merged("{}", Some(""), &[append(json!(1))]);
    let ours = r#"{"implementation":{"followUps":[{"id":"f","n":1,"by":"cargo-handoff"}]}}"#;
    let error = not_merged(ours, Some(&ours.replace(":1", ":9")), &[entry(2)]);
    assert!(error.message.contains("`f`"), "{error}");
    not_merged(ours, Some(r#"{"implementation":{"followUps":[]}}"#), &[entry(2)]);
    not_merged("{}", Some(ours), &[entry(2)]);
}

#[test]
fn a_status_somebody_raised_meanwhile_is_not_lowered() {
    let status = |to: &str| Edit::Status {
        subject: super::super::edit::Subject::Step("1".into()),
        to: to.into(),
        why: "w".into(),
        at: "T".into(),
        by: BY.into(),
    };
    let theirs = r#"{"plan":{"steps":[{"status":"completed"}]}}"#;
    not_merged(&theirs.replace("completed", "ready"), Some(theirs), &[status("in-progress")]);
    let place = Place::new(Some(theirs));
    let base = Document::parse("p", theirs.replace("completed", "ready").into_bytes()).expect("JSON");
    let saved = save(&place.located(), &base, &[status("completed")]).expect("the same");
    assert!(!saved.changed);
}

#[test]
fn a_second_implement_hears_of_the_first_and_notes_are_not_kept_out() {
    let place = Place::new(Some("{}"));
    let held = hold(&place.located()).expect("free");
    let error = hold(&place.located()).expect_err("held");
    assert_eq!(error.exit(), 75);
    assert!(error.message.contains("process "), "{error}");
    let base = load(&place.payload()).expect("read");
    assert!(save(&place.located(), &base, &[append(json!(1))]).expect("saved").changed);
    drop(held);
    hold(&place.located()).expect("free again");
}

#[cfg(unix)]
#[test]
fn a_read_only_payload_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new(Some("{}"));
    let base = load(&place.payload()).expect("read");
    fs::set_permissions(place.payload(), fs::Permissions::from_mode(0o444)).expect("set");
    let error = save(&place.located(), &base, &[append(json!(1))]).expect_err("read-only");
    assert_eq!((error.exit(), place.text().as_str()), (74, "{}"));
}

#[test]
fn the_folder_is_made_with_its_ignore_file_and_an_old_one_stays() {
    let place = Place::new(None);
    fs::remove_dir(place.folder.join("handoff")).expect("removed");
    prepare_folder(&place.located()).expect("made");
    let ignore = place.folder.join("handoff/.gitignore");
    assert_eq!(fs::read_to_string(&ignore).expect("there"), "/runs/\n/.lock\n/.implement.lock\n/.handoff-*.tmp\n");
    fs::write(&ignore, "mine").expect("written");
    prepare_folder(&place.located()).expect("there");
    assert_eq!(fs::read_to_string(&ignore).expect("there"), "mine");
}

#[test]
fn evidence_is_marked_as_bytes_and_a_file_that_speaks_of_it_stays() {
    const OURS: &str = "/evidence/** -text -ident -filter -working-tree-encoding -whitespace linguist-generated=true\n";
    let place = Place::new(Some("{}"));
    let attributes = place.folder.join("handoff/.gitattributes");
    let prepared = |old: Option<&str>| {
        let _ = fs::remove_file(&attributes);
        old.iter().for_each(|text| fs::write(&attributes, text).expect("written"));
        prepare_folder(&place.located()).expect("prepared");
        prepare_folder(&place.located()).expect("again");
        fs::read_to_string(&attributes).expect("there")
    };
    assert_eq!(prepared(None), OURS);
    assert_eq!(prepared(Some("*.json diff=json")), format!("*.json diff=json\n{OURS}"));
    assert_eq!(prepared(Some("# evidence\n")), format!("# evidence\n{OURS}"));
    for kept in ["evidence/** text\n", "/evidence -diff\n", OURS] {
        assert_eq!(prepared(Some(kept)), kept);
    }
}

#[cfg(unix)]
#[test]
fn attributes_behind_a_link_are_somebody_elses() {
    let place = Place::new(Some("{}"));
    fs::write(place.folder.join("theirs"), "* text\n").expect("written");
    std::os::unix::fs::symlink("../theirs", place.folder.join("handoff/.gitattributes")).expect("linked");
    prepare_folder(&place.located()).expect("prepared");
    assert_eq!(fs::read_to_string(place.folder.join("theirs")).expect("there"), "* text\n");
}
