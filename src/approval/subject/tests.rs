//! What moves a digest and what does not.

use super::*;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

struct Place {
    _keep: tempfile::TempDir,
    root: Utf8PathBuf,
    surroundings: Surroundings,
}

/// A root with `run.sh` in it, and a folder `bin` beside it that is the whole `PATH`.
fn place() -> Place {
    let keep = tempfile::tempdir().expect("a folder");
    let base = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
    let (root, bin) = (base.join("root"), base.join("bin"));
    for folder in [&root, &bin] {
        fs::create_dir(folder).expect("made");
    }
    script(&root.join("run.sh"), "one");
    script(&bin.join("python"), "python");
    let path = format!(":.:{bin}");
    let environment = BTreeMap::from([("PATH".into(), path.into())]);
    let surroundings = Surroundings::made_up(&root, environment, jiff::Timestamp::UNIX_EPOCH);
    Place { _keep: keep, root, surroundings }
}

fn script(path: &Utf8Path, text: &str) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("mode set");
}

impl Place {
    fn subject(&self, words: &[&str]) -> Subject {
        let argv: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Subject::of(&argv, &self.root, &self.root, &self.surroundings).expect("looked at")
    }

    fn digest(&self, words: &[&str]) -> String {
        self.subject(words).digest()
    }
}

#[test]
fn a_changed_byte_of_any_named_file_is_another_subject() {
    let place = place();
    let commands: &[&[&str]] =
        &[&["./run.sh"], &["python", "run.sh"], &["python", "--file=./run.sh"], &["python", "link"], &["link"]];
    symlink("run.sh", place.root.join("link")).expect("linked");
    let before: Vec<String> = commands.iter().map(|words| place.digest(words)).collect();
    let again: Vec<String> = commands.iter().map(|words| place.digest(words)).collect();
    assert_eq!(before, again, "nothing changed");
    script(&place.root.join("run.sh"), "two");
    for (words, before) in commands.iter().zip(&before) {
        // A bare name is looked for in the PATH, never in the folder.
        assert_eq!(place.digest(words) != *before, *words != ["link"], "{words:?}");
    }
}

#[test]
fn words_folder_and_root_are_part_of_it_and_other_files_are_not() {
    let place = place();
    let before = place.digest(&["python", "run.sh"]);
    fs::write(place.root.join("other"), "x").expect("written");
    assert_eq!(place.digest(&["python", "run.sh"]), before);
    assert_ne!(place.digest(&["python", "run.sh", ""]), before);
    fs::create_dir(place.root.join("sub")).expect("made");
    let argv = ["python".to_owned(), "run.sh".to_owned()];
    let below = Subject::of(&argv, &place.root, &place.root.join("sub"), &place.surroundings).expect("looked at");
    assert_eq!((below.cwd.as_str(), below.files.len()), ("sub", 1), "found from the root too");
    assert_ne!(below.digest(), before);
    let elsewhere = self::place();
    assert_ne!(elsewhere.digest(&["python", "run.sh"]), before);
}

#[test]
fn a_link_of_the_repository_counts_wherever_it_points() {
    let place = place();
    let outside = place.root.with_file_name("bin").join("python");
    symlink(&outside, place.root.join("tool")).expect("linked");
    let before = place.subject(&["./tool"]);
    assert_eq!(before.files.len(), 1);
    fs::remove_file(place.root.join("tool")).expect("removed");
    symlink("run.sh", place.root.join("tool")).expect("linked");
    assert_ne!(place.digest(&["./tool"]), before.digest());
}

#[test]
fn a_bare_name_is_looked_for_in_absolute_folders_of_the_path_only() {
    let place = place();
    script(&place.root.join("python"), "mine");
    script(&place.root.join("only-here"), "mine");
    let program = place.subject(&["python"]).program(&place.surroundings).expect("there");
    assert_eq!(program, place.root.with_file_name("bin").join("python"));
    assert_eq!(place.subject(&["only-here"]).program(&place.surroundings), None);
    let own = place.subject(&["./only-here"]);
    let program = own.program(&place.surroundings).expect("there");
    assert!(own.is_own(&program) && !own.is_own(Utf8Path::new("/usr/bin/env")));
}

#[test]
fn a_program_that_a_path_finds_in_the_repository_has_its_bytes_counted() {
    let mut place = place();
    script(&place.root.join("python"), "one");
    let path = format!("{}:{}", place.root, place.root.with_file_name("bin"));
    place.surroundings.environment.insert("PATH".into(), path.into());
    let before = place.digest(&["python"]);
    script(&place.root.join("python"), "two");
    assert_ne!(place.digest(&["python"]), before);
}

#[test]
fn what_is_too_large_to_look_at_is_nobody_s_to_approve() {
    let place = place();
    let file = fs::File::create(place.root.join("huge")).expect("made");
    file.set_len(LARGEST + 1).expect("sparse");
    let argv = ["python".to_owned(), "huge".to_owned()];
    let refused = Subject::of(&argv, &place.root, &place.root, &place.surroundings);
    assert_eq!(refused.expect_err("refused").code, Code::Io);
}
