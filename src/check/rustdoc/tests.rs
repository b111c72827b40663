//! A made-up rustdoc, called as cargo would call it.

use super::*;
use std::os::unix::fs::PermissionsExt as _;

/// A folder with a script that is rustdoc, and a call laid out for the package in it.
struct Call {
    _keep: tempfile::TempDir,
    folder: Utf8PathBuf,
    laid: Laid,
}

fn call(script: &str, limit: Duration) -> Call {
    let keep = tempfile::tempdir().expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
    let rustdoc = folder.join("rustdoc");
    std::fs::write(&rustdoc, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&rustdoc, std::fs::Permissions::from_mode(0o755)).expect("executable");
    std::fs::create_dir(folder.join("wanted")).expect("made");
    let users = Users { variable: None, configured: Some(rustdoc.as_str()) };
    let laid = lay_out(Utf8Path::new("/us"), users, limit, [(folder.join("wanted"), 0)]).expect("laid out");
    Call { _keep: keep, folder, laid }
}

impl Call {
    /// The code it ends with, called for this package with these arguments, the environment as `adjust` leaves it.
    fn come_in(
        &self,
        package: &str,
        arguments: &[&str],
        adjust: impl FnOnce(&mut BTreeMap<OsString, OsString>),
    ) -> Option<u8> {
        let variables = self.laid.environment().into_iter();
        let mut environment: BTreeMap<OsString, OsString> =
            variables.map(|(name, value)| (name.into(), value.into())).collect();
        environment.insert("PATH".into(), "/usr/bin:/bin".into());
        environment.insert("CARGO_MANIFEST_DIR".into(), self.folder.join(package).into_string().into());
        adjust(&mut environment);
        let surroundings = Surroundings::made_up(&self.folder, environment, jiff::Timestamp::UNIX_EPOCH);
        let arguments: Vec<OsString> = std::iter::once("us").chain(arguments.iter().copied()).map(Into::into).collect();
        stand_in(&arguments, &surroundings, &mut |_| ())
    }

    fn output(&self) -> String {
        std::fs::read_to_string(self.laid.output(0).0).unwrap_or_default()
    }
}

const LONG: Duration = Duration::from_secs(60);
const TEST: &[&str] = &["--edition=2024", "--test", "src/lib.rs"];

#[test]
fn only_a_wanted_package_is_tested_and_its_end_is_kept() {
    let call = call("echo \"running 1 test\"; exit 101", LONG);
    assert_eq!(call.come_in("other", TEST, |_| ()), Some(0));
    assert!(call.laid.ended(0).is_none());
    assert_eq!(call.come_in("wanted", TEST, |_| ()), Some(101));
    assert_eq!(call.output(), "running 1 test\n");
    assert!(matches!(call.laid.ended(0).expect("ended").end(), End::Exited(101)));
}

#[test]
fn nobody_comes_in_here_by_accident() {
    let call = call("exit 0", LONG);
    let variables: [(&str, Option<&str>); 5] =
        [(NUMBER, None), (NUMBER, Some("0")), (FOLDER, None), (FOLDER, Some("/nowhere")), (NUMBER, Some(""))];
    for (name, value) in variables {
        let came = call.come_in("wanted", TEST, |environment| {
            environment.remove(OsStr::new(name));
            environment.extend(value.map(|value| (name.into(), value.into())));
        });
        assert_eq!(came, None, "{name}={value:?}");
    }
    assert_eq!(call.come_in("wanted", &["handoff", "implement"], |_| ()), None, "a verb is a verb");
    assert_eq!(call.come_in("wanted", &[], |_| ()), None);
    assert_eq!(call.come_in("wanted", TEST, |_| ()), Some(0));
}

#[test]
fn the_real_one_sees_neither_our_variables_nor_ours_in_its_place() {
    let call = call("env | sort", LONG);
    assert_eq!(call.come_in("wanted", TEST, |_| ()), Some(0));
    let seen = call.output();
    assert!(!seen.contains("HANDOFF") && !seen.contains("RUSTDOC"), "{seen}");
    assert!(seen.contains("CARGO_MANIFEST_DIR="), "{seen}");
}

#[test]
fn what_is_no_test_is_passed_on() {
    let call = call("exit 7", LONG);
    assert_eq!(call.come_in("other", &["--version"], |_| ()), Some(7));
    assert!(call.laid.ended(0).is_none());
}

#[test]
fn arguments_in_a_file_are_read_there() {
    let call = call("exit 9", LONG);
    std::fs::write(call.folder.join("flags"), "--edition=2024\n--test\nsrc/lib.rs\n").expect("written");
    assert_eq!(call.come_in("other", &["@flags"], |_| ()), Some(0));
    assert_eq!(call.come_in("wanted", &["@flags"], |_| ()), Some(9));
}

#[test]
fn what_takes_too_long_is_ended_with_its_children() {
    let call = call("sleep 61.8 & echo $!; wait", Duration::from_millis(300));
    assert_eq!(call.come_in("wanted", TEST, |_| ()), Some(124));
    assert!(matches!(call.laid.ended(0).expect("ended").end(), End::TimedOut));
    let child = call.output();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
    // Nobody may have asked yet how it ended.
    assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
}

#[test]
fn a_signal_and_a_missing_program_are_told_as_they_are() {
    let killed = call("kill -9 $$", LONG);
    assert_eq!(killed.come_in("wanted", TEST, |_| ()), Some(137));
    assert!(matches!(killed.laid.ended(0).expect("ended").end(), End::Signalled(9)));
    std::fs::remove_file(killed.folder.join("rustdoc")).expect("removed");
    let missing = call("", LONG);
    std::fs::remove_file(missing.folder.join("rustdoc")).expect("removed");
    assert_eq!(missing.come_in("wanted", TEST, |_| ()), Some(127));
    assert!(matches!(missing.laid.ended(0).expect("ended").end(), End::NotStarted(_)));
}

#[test]
fn of_two_runs_of_one_package_the_failure_stands() {
    let call = call("echo run; test -e once && exit 0; touch once; exit 5", LONG);
    assert_eq!(call.come_in("wanted", TEST, |_| ()), Some(5));
    assert_eq!(call.come_in("wanted", TEST, |_| ()), Some(0));
    assert_eq!(call.output(), "run\nrun\n");
    assert!(matches!(call.laid.ended(0).expect("ended").end(), End::Exited(5)));
}
