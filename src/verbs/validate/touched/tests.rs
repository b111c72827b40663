//! Which payloads a range touches, and what is said of those that are gone.

use super::*;

#[test]
fn a_payload_is_touched_by_itself_and_by_its_evidence() {
    let files = [
        "handoff/payload.json",
        "a/handoff/evidence/r1/record.json",
        "b/myhandoff/payload.json",
        "handoff/runs/x",
        "c/handoff/payload.json.orig",
        "src/lib.rs",
    ];
    let files: Vec<String> = files.map(str::to_owned).to_vec();
    let found = payloads(&files, Utf8Path::new("/top"), None);
    let found: Vec<&str> = found.keys().map(|path| path.as_str()).collect();
    assert_eq!(found, ["/top/a/handoff/payload.json", "/top/handoff/payload.json"]);
    let named = payloads(&files, Utf8Path::new("/top"), Some("/top/handoff/payload.json".into()));
    assert_eq!(named.len(), 1);
}

#[test]
fn a_named_payload_is_touched_whatever_it_is_called() {
    let named = |files: &[&str], payload: &str| {
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        payloads(&files, Utf8Path::new("/top"), Some(payload.into())).into_values().collect::<Vec<_>>()
    };
    let payload = "/top/handoff/work.payload";
    assert_eq!(named(&["handoff/work.payload"], payload), ["handoff/work.payload"]);
    assert_eq!(named(&["handoff/evidence/r1/record.json"], payload), ["handoff/work.payload"]);
    assert_eq!(named(&["evidence/r1/record.json"], "/top/work.json"), ["work.json"]);
    assert!(named(&["handoff/payload.json", "a/handoff/work.payload"], payload).is_empty());
    assert!(named(&["handoff/work.payload"], "/elsewhere/handoff/work.payload").is_empty());
}

#[cfg(unix)]
#[test]
fn a_named_payload_is_touched_through_a_link_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = Utf8Path::from_path(folder.path()).expect("UTF-8");
    let top = folder.join("top");
    std::fs::create_dir_all(top.join("handoff")).expect("made");
    std::fs::write(top.join(PAYLOAD), "{}").expect("written");
    std::os::unix::fs::symlink("top", folder.join("link")).expect("linked");
    std::os::unix::fs::symlink("handoff/payload.json", top.join("work")).expect("linked");
    for named in [folder.join("link").join(PAYLOAD), top.join("work")] {
        let found = payloads(&[PAYLOAD.to_owned()], &top, Some(named.clone()));
        assert_eq!(found.keys().collect::<Vec<_>>(), [&named]);
    }
    std::fs::remove_file(top.join(PAYLOAD)).expect("removed");
    let gone = payloads(&[PAYLOAD.to_owned()], &top, Some(folder.join("link").join(PAYLOAD)));
    assert_eq!(gone.into_values().collect::<Vec<_>>(), [PAYLOAD], "a deleted one as well");
}

#[test]
fn a_deleted_payload_is_told_and_fails_where_a_revision_held_it() {
    let gone = |row| vec![Gone { file: PAYLOAD.into(), row }];
    let told = together(Vec::new(), gone(None), "the work");
    assert_eq!((told.closing.exit, told.closing.ready), (0, false));
    assert_eq!(
        told.note.as_deref(),
        Some("a payload was deleted in the work: `handoff/payload.json`; there is no other to judge")
    );
    assert!(told.closing.open[0].contains("was deleted in the work"));
    let row = ClaimRow {
        claim: format!("against:{PAYLOAD}"),
        verdict: crate::words::Verdict::Contradicted,
        why: "gone".into(),
        level: crate::words::Level::Contract,
    };
    let lost = together(Vec::new(), gone(Some(row)), "the work");
    assert_eq!((lost.closing.exit, lost.claims.len()), (105, 1));
    assert_eq!(lost.closing.open, ["against:handoff/payload.json: gone"]);
}
