//! Programs that count how often they are asked.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// Programs that say something of themselves and leave a line each time they are asked.
struct Place {
    folder: Utf8PathBuf,
    surroundings: Surroundings,
    _keep: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
        for folder in ["bin", "work", "target"].map(|name| folder.join(name)) {
            fs::create_dir(folder).expect("a folder");
        }
        let path = format!("{folder}/bin:/usr/bin:/bin");
        let environment = [("PATH".into(), path.into()), ("HOME".into(), folder.as_str().into())].into();
        let surroundings = Surroundings::made_up(&folder, environment, jiff::Timestamp::UNIX_EPOCH);
        let place = Self { folder, surroundings, _keep: keep };
        place.program("cargo", "1");
        place.program("rustc", "1");
        place
    }

    fn program(&self, name: &str, says: &str) {
        let path = self.folder.join("bin").join(name);
        let text = format!("#!/bin/sh\necho \"$0 $*\" >> {}/asked\necho 'host: {says}'\n", self.folder);
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("mode set");
    }

    fn ask(&self) -> Tools {
        let (work, target) = (self.folder.join("work"), self.folder.join("target"));
        of_folder(&self.surroundings, &work, &target, &Cancel::new()).expect("asked")
    }

    fn n_asked(&self) -> usize {
        fs::read_to_string(self.folder.join("asked")).unwrap_or_default().lines().count()
    }
}

#[test]
fn programs_are_asked_once_and_again_when_the_toolchain_moved() {
    let place = Place::new();
    let first = place.ask();
    assert_eq!((first.triple.as_deref(), place.n_asked()), (Some("1"), 5));
    assert_eq!((place.ask(), place.n_asked()), (first, 5));
    place.program("rustc", "2");
    assert_eq!((place.ask().triple.as_deref(), place.n_asked()), (Some("2"), 10));
    fs::write(place.folder.join("work/rust-toolchain"), "other").expect("written");
    assert_eq!((place.ask().toolchain_file.is_some(), place.n_asked()), (true, 15));
    place.ask();
    assert_eq!(place.n_asked(), 15);
}

#[test]
fn a_kept_answer_that_cannot_be_read_or_lacks_a_program_is_none() {
    let place = Place::new();
    let tools = place.ask();
    let kept = place.folder.join("target/handoff/cache/tools.json");
    fs::write(&kept, "{").expect("written");
    assert_eq!((place.ask(), place.n_asked()), (tools, 10));
    fs::write(place.folder.join("bin/rustc"), "#!/bin/sh\nexit 1\n").expect("written");
    assert_eq!(place.ask().rustc_vv, None);
    let n_asked = place.n_asked();
    assert_eq!((place.ask().rustc_vv, place.n_asked()), (None, n_asked + 3));
}

#[test]
fn a_target_folder_that_is_not_there_is_not_made() {
    let place = Place::new();
    fs::remove_dir(place.folder.join("target")).expect("removed");
    place.ask();
    assert!(!place.folder.join("target").exists());
}
