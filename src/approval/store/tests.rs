//! The store: who may write it, where it may lie, what it keeps.

use super::*;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

fn base() -> (tempfile::TempDir, Utf8PathBuf) {
    let keep = tempfile::tempdir().expect("a folder");
    let base = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
    fs::create_dir_all(base.join("checkout/.git")).expect("made");
    fs::create_dir_all(base.join("checkout/sub")).expect("made");
    (keep, base)
}

fn surroundings(base: &Utf8Path, variables: &[(&str, &str)]) -> Surroundings {
    let environment: BTreeMap<_, _> = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
    Surroundings::made_up(base, environment, jiff::Timestamp::UNIX_EPOCH)
}

fn store(base: &Utf8Path) -> Store {
    let state = base.join("state");
    Store::find(&base.join("checkout"), &surroundings(base, &[("XDG_STATE_HOME", state.as_str())])).expect("a place")
}

fn subject(base: &Utf8Path, word: &str) -> Subject {
    let argv = ["make".to_owned(), word.to_owned()];
    let root = base.join("checkout");
    Subject::of(&argv, &root, &root, &surroundings(base, &[])).expect("looked at")
}

#[test]
fn what_is_approved_stays_so_until_it_is_taken_back() {
    let (_keep, base) = base();
    let store = store(&base);
    assert!(!store.is_approved(&subject(&base, "a")).expect("read"));
    store.add(&[subject(&base, "a"), subject(&base, "b")], "now").expect("added");
    store.add(&[subject(&base, "a")], "later").expect("added");
    let approved = store.read().expect("read");
    assert_eq!(approved.len(), 2);
    assert_eq!(approved[0].at, "now");
    assert!(store.is_approved(&subject(&base, "a")).expect("read"));
    assert!(!store.is_approved(&subject(&base, "c")).expect("read"));
    assert_eq!(store.remove(&[subject(&base, "a").digest()]).expect("removed"), 1);
    assert!(!store.is_approved(&subject(&base, "a")).expect("read"));
    assert!(store.is_approved(&subject(&base, "b")).expect("read"));
}

#[test]
fn nobody_else_reads_or_writes_it() {
    let (_keep, base) = base();
    let store = store(&base);
    store.add(&[subject(&base, "a")], "now").expect("added");
    let mode = |path: &Utf8Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(store.file()), 0o600);
    assert_eq!(mode(store.file().parent().expect("a folder")), 0o700);
    store.add(&[subject(&base, "b")], "now").expect("added");
    assert_eq!(mode(store.file()), 0o600, "kept when it is replaced");
    fs::set_permissions(store.file(), fs::Permissions::from_mode(0o666)).expect("mode set");
    assert_eq!(store.read().expect_err("refused").code, Code::BadConfiguration);
}

#[test]
fn a_state_folder_inside_of_the_checkout_is_refused() {
    let (_keep, base) = base();
    let find = |root: &str, variables: &[(&str, &str)]| {
        Store::find(&base.join(root), &surroundings(&base, variables)).map_err(|error| error.code)
    };
    let inside = base.join("checkout/state");
    let beside = base.join("checkout/beside");
    symlink(base.join("checkout"), base.join("link")).expect("linked");
    let linked = base.join("link/state");
    for (root, state) in [("checkout", &inside), ("checkout", &linked), ("checkout/sub", &beside)] {
        let found = find(root, &[("XDG_STATE_HOME", state.as_str())]);
        assert_eq!(found.expect_err("refused"), Code::BadConfiguration, "{root} {state}");
    }
    let found = find("checkout", &[("HOME", inside.as_str())]);
    assert_eq!(found.expect_err("refused"), Code::BadConfiguration, "HOME");
    assert_eq!(find("checkout", &[]).expect_err("nowhere"), Code::BadConfiguration);
    // A relative folder is none (the XDG base directory specification says so).
    let home = base.join("home");
    let found = find("checkout", &[("XDG_STATE_HOME", "state"), ("HOME", home.as_str())]).expect("a place");
    assert!(found.file().starts_with(&home), "{}", found.file());
    // A link to a file of the repository is the repository's file.
    let state = base.join("state");
    fs::create_dir_all(state.join("cargo-handoff")).expect("made");
    symlink(base.join("checkout/trust.json"), state.join("cargo-handoff/trust.json")).expect("linked");
    fs::write(base.join("checkout/trust.json"), "").expect("written");
    let found = find("checkout", &[("XDG_STATE_HOME", state.as_str())]);
    assert_eq!(found.expect_err("refused"), Code::BadConfiguration, "a link");
}

#[test]
fn what_is_no_list_of_approvals_approves_nothing_and_is_left_alone() {
    let (_keep, base) = base();
    let store = store(&base);
    fs::create_dir_all(store.file().parent().expect("a folder")).expect("made");
    for text in ["{", "[]", r#"{"version":2,"approved":[]}"#] {
        fs::write(store.file(), text).expect("written");
        assert_eq!(store.read().expect_err("refused").code, Code::BadConfiguration, "{text}");
        assert_eq!(store.add(&[subject(&base, "a")], "now").expect_err("refused").code, Code::BadConfiguration);
        assert_eq!(fs::read_to_string(store.file()).expect("there"), text);
    }
}

#[test]
fn an_entry_whose_digest_is_not_its_subject_s_counts_for_nothing() {
    let (_keep, base) = base();
    let store = store(&base);
    store.add(&[subject(&base, "a")], "now").expect("added");
    let text = fs::read_to_string(store.file()).expect("there");
    fs::write(store.file(), text.replace(&subject(&base, "a").digest(), &subject(&base, "evil").digest()))
        .expect("written");
    assert!(!store.is_approved(&subject(&base, "evil")).expect("read"));
}

#[test]
fn many_at_once_lose_nothing() {
    let (_keep, base) = base();
    let store = store(&base);
    std::thread::scope(|scope| {
        for word in ["a", "b", "c", "d"] {
            let (store, base) = (&store, &base);
            scope.spawn(move || store.add(&[subject(base, word)], "now").expect("added"));
        }
    });
    assert_eq!(store.read().expect("read").len(), 4);
}
