//! The nasty children: those that outlive, ignore, flood or never were.

use super::*;

fn shell(script: &str) -> Command {
    let environment = BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]);
    Command::new("sh", Utf8Path::new("/"), environment).args(["-c", script])
}

#[test]
fn a_child_has_only_the_environment_it_was_given() {
    let said = ask(&shell("env | sort | head -3"), &Cancel::new()).expect("ran");
    let text = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(text.contains("PATH=/usr/bin:/bin"), "{text}");
    assert!(!text.contains("HOME"), "{text}");
}

#[test]
fn a_missing_program_is_an_answer_not_an_error() {
    let command = Command::new("/no/such/program", Utf8Path::new("/"), BTreeMap::new());
    assert!(matches!(ask(&command, &Cancel::new()).expect("an answer").end, End::NotStarted(_)));
}

#[test]
fn lines_come_whole_and_the_last_one_needs_no_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = Utf8PathBuf::from_path_buf(folder.path().join("out")).expect("UTF-8");
    let mut lines = Vec::new();
    let ran = run(&shell("printf 'a\\nb\\r\\n'; sleep 0.1; printf c"), &out, &out, &Cancel::new(), |line| {
        lines.push(String::from_utf8_lossy(line).into_owned());
    })
    .expect("ran");
    assert!(ran.end.is_success());
    assert_eq!(lines, ["a", "b", "c"]);
}

#[test]
fn a_grandchild_holding_the_output_does_not_outlive_the_limit() {
    let started = Instant::now();
    let marker = "31.4159";
    let command = shell(&format!("sleep {marker} & wait")).limit(Duration::from_millis(200));
    assert!(matches!(ask(&command, &Cancel::new()).expect("ran").end, End::TimedOut));
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    let left = ask(&shell(&format!("grep -lsa 'sleep.{marker}' /proc/[0-9]*/cmdline")), &Cancel::new()).expect("ran");
    let left = String::from_utf8_lossy(&left.stdout).into_owned();
    // The grep itself and its shell carry the marker behind a dot, not behind the NUL of `sleep`'s own line.
    assert_eq!(left.lines().filter(|line| cmdline(line).starts_with("sleep\0")).count(), 0, "{left}");
}

fn cmdline(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn a_grandchild_left_behind_is_ended_with_the_group() {
    let marker = "27.1828";
    let said = ask(&shell(&format!("sleep {marker} >/dev/null 2>&1 & exit 3")), &Cancel::new()).expect("ran");
    assert!(matches!(said.end, End::Exited(3)));
    std::thread::sleep(Duration::from_millis(50));
    let left =
        ask(&shell("for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $f 2>/dev/null; echo; done"), &Cancel::new())
            .expect("ran");
    let left = String::from_utf8_lossy(&left.stdout).into_owned();
    assert!(!left.lines().any(|line| line.starts_with(&format!("sleep {marker}"))), "{left}");
}

#[test]
fn a_child_that_ignores_being_asked_is_ended() {
    let command = shell("trap '' TERM; while :; do sleep 0.05; done").limit(Duration::from_millis(100));
    assert!(matches!(ask(&command, &Cancel::new()).expect("ran").end, End::TimedOut));
}

#[test]
fn cancelling_one_token_leaves_the_other_children_alone() {
    let (first, second) = (Cancel::new(), Cancel::new());
    let other = std::thread::spawn(move || ask(&shell("sleep 0.5; echo done"), &second).expect("ran"));
    let canceller = first.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        canceller.cancel(2);
    });
    assert!(matches!(ask(&shell("sleep 30"), &first).expect("ran").end, End::Cancelled(2)));
    assert_eq!(other.join().expect("no panic").stdout, b"done\n");
}

#[test]
fn secrets_and_cargos_own_variables_are_not_passed_on() {
    let names = ["PATH", "CARGO_HOME", "GITHUB_TOKEN", "MY_TOKEN", "CARGO_PKG_NAME", "AWS_KEY", "GITHUB_ENV", "TERM"];
    let environment = names.iter().map(|name| ((*name).into(), "x".into())).collect();
    let kept: Vec<_> = clean(&environment).into_keys().collect();
    assert_eq!(kept, ["CARGO_HOME", "PATH", "TERM"]);
}
