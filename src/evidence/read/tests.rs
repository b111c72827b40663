//! Records and logs as they may lie there: whole, cut, edited, linked, of another kind.

use super::*;
use std::fs;

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("UTF-8");
    (folder, path)
}

fn put(handoff: &Utf8Path, place: &str, bytes: impl AsRef<[u8]>) {
    let path = handoff.join(place);
    fs::create_dir_all(path.parent().expect("below")).expect("made");
    fs::write(path, bytes).expect("written");
}

fn text(record: &RunRecord) -> String {
    serde_json::to_string(record).expect("JSON")
}

#[track_caller]
fn found(handoff: &Utf8Path, reference: &str) -> Kept {
    unsealed(handoff, id_of(reference).expect("a run")).expect("there")
}

#[test]
fn the_sealed_record_and_the_run_s_own_are_two() {
    let (_keep, handoff) = folder();
    assert!(sealed(&handoff, "r1").is_none() && unsealed(&handoff, "r1").is_none());
    put(&handoff, "runs/r1/record.json", text(&RunRecord::bare("r1")));
    assert!(sealed(&handoff, "r1").is_none());
    let kept = unsealed(&handoff, "r1").expect("there");
    assert!(!kept.is_sealed);
    assert_eq!(kept.record.as_ref().expect("read").run, "r1");
    let other = RunRecord { previous: vec!["x".into()], ..RunRecord::bare("r1") };
    put(&handoff, "evidence/r1/record.json", text(&other));
    let kept = sealed(&handoff, "r1").expect("there");
    assert!(kept.is_sealed);
    assert_eq!(kept.sha256, Some(sha256(text(&other).as_bytes())));
    assert_eq!(kept.record.expect("read"), other);
    assert!(!unsealed(&handoff, "r1").expect("there").is_sealed);
}

#[test]
fn what_is_no_record_says_why() {
    let (_keep, handoff) = folder();
    fs::create_dir_all(handoff.join("runs/empty")).expect("made");
    assert_eq!(found(&handoff, "empty").record, Err(Unreadable::Missing));
    put(&handoff, "runs/broken/record.json", "{\"format\": 1,");
    assert!(matches!(found(&handoff, "broken").record, Err(Unreadable::NotJson(_))));
    put(&handoff, "runs/other/record.json", text(&RunRecord::bare("r1")));
    assert_eq!(found(&handoff, "other").record, Err(Unreadable::OtherRun("r1".into())));
    put(&handoff, "runs/newer/record.json", "{\"format\": 2, \"what\": []}");
    assert_eq!(found(&handoff, "newer").record, Err(Unreadable::OtherFormat(Some(2))));
    put(&handoff, "runs/older/record.json", "{\"run\": \"older\", \"tree\": \"t\"}");
    assert_eq!(found(&handoff, "older").record, Err(Unreadable::OtherFormat(None)));
    assert!(found(&handoff, "older").sha256.is_some(), "its digest is known all the same");
}

#[test]
fn a_reference_that_leads_elsewhere_finds_nothing() {
    let (_keep, handoff) = folder();
    put(&handoff, "record.json", text(&RunRecord::bare("handoff")));
    for reference in ["handoff/runs/..", "", "handoff/runs/.", "a\0", "../..", "handoff/evidence/a b"] {
        assert!(id_of(reference).and_then(|id| unsealed(&handoff, id)).is_none(), "{reference:?}");
    }
}

#[test]
fn names_from_a_record_do_not_lead_out_of_it() {
    let (_keep, handoff) = folder();
    put(&handoff, "runs/r1/record.json", text(&RunRecord::bare("r1")));
    put(&handoff, "payload.json", "{}");
    let kept = found(&handoff, "r1");
    for name in ["../../payload.json", "/etc/passwd", "a/../../x.txt", "a\0.txt", "", ".", "..", "log", "b\\c.txt"] {
        assert_eq!(kept.file(name), Err(Unreadable::Refused(name.into())), "{name:?}");
    }
    assert_eq!(kept.file("absent.txt"), Err(Unreadable::Missing));
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    use std::os::unix::fs::symlink;
    let (_keep, handoff) = folder();
    put(&handoff, "elsewhere/r1/record.json", text(&RunRecord::bare("r1")));
    put(&handoff, "elsewhere/r1/secret.txt", "secret");
    let is_refused = |kept: Kept| matches!(kept.record, Err(Unreadable::NotReadable(_)));
    fs::create_dir_all(handoff.join("evidence")).expect("made");
    symlink("../elsewhere/r1", handoff.join("evidence/r1")).expect("linked");
    let kept = sealed(&handoff, "r1").expect("there");
    assert!(matches!(kept.file("secret.txt"), Err(Unreadable::NotReadable(_))), "a linked folder");
    assert!(is_refused(kept));
    fs::remove_file(handoff.join("evidence/r1")).expect("removed");
    fs::remove_dir(handoff.join("evidence")).expect("removed");
    symlink("elsewhere", handoff.join("evidence")).expect("linked");
    assert!(is_refused(sealed(&handoff, "r1").expect("there")), "a linked folder above");
    put(&handoff, "runs/r2/other.json", text(&RunRecord::bare("r2")));
    symlink("other.json", handoff.join("runs/r2/record.json")).expect("linked");
    symlink("../../elsewhere/r1/secret.txt", handoff.join("runs/r2/log.txt")).expect("linked");
    let kept = found(&handoff, "r2");
    assert!(matches!(kept.file("log.txt"), Err(Unreadable::NotReadable(_))), "a linked log");
    assert!(is_refused(kept));
}

#[test]
fn a_log_is_whole_cut_or_another() {
    let (_keep, handoff) = folder();
    put(&handoff, "runs/r1/record.json", text(&RunRecord::bare("r1")));
    let kept = found(&handoff, "r1");
    let digests = Digests {
        path: "log.txt".into(),
        sha256: sha256(b"head middle tail"),
        normalised: String::new(),
        bytes: 16,
        sealed: Some(sha256(b"head tail")),
    };
    assert_eq!(kept.held(&digests), Held::Unreadable(Unreadable::Missing));
    for (bytes, held) in [
        (b"head middle tail".as_slice(), Held::Whole(b"head middle tail".into())),
        (b"head tail", Held::Cut(b"head tail".into())),
        (b"head middle tall", Held::Differs(sha256(b"head middle tall"))),
    ] {
        put(&handoff, "runs/r1/log.txt", bytes);
        assert_eq!(kept.held(&digests), held);
    }
    put(&handoff, "runs/r1/log.txt", "head tail");
    let whole = Digests { sealed: None, ..digests };
    assert!(matches!(kept.held(&whole), Held::Differs(_)), "only what was sealed as cut may be cut");
}
