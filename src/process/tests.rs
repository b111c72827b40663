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

/// Whether a process whose command line begins like this is alive.
#[cfg(target_os = "linux")]
fn is_alive(start: &str) -> bool {
    let entries = std::fs::read_dir("/proc").expect("/proc").filter_map(std::result::Result::ok);
    let line = |entry: std::fs::DirEntry| std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
    let line = |entry| String::from_utf8_lossy(&line(entry)).replace('\0', " ");
    entries.map(line).any(|line| line.starts_with(start))
}

#[cfg(target_os = "linux")]
fn until(what: impl Fn() -> bool) {
    let started = Instant::now();
    while !what() {
        assert!(started.elapsed() < Duration::from_secs(10), "it never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_daemon_in_a_session_of_its_own_is_ended_and_another_commands_is_left_alone() {
    let (first, second) = ("sleep 41.4213", "sleep 41.7320");
    let script = |sleep: &str| shell(&format!("(setsid {sleep} >/dev/null 2>&1 &); sleep 0.2"));
    let other = script(second).args(["-"]);
    let other = Command { args: vec!["-c".into(), format!("(setsid {second} &); sleep 30").into()], ..other };
    let cancel = Cancel::new();
    let canceller = cancel.clone();
    let other = std::thread::spawn(move || ask(&other, &cancel).expect("ran"));
    until(|| is_alive(second));
    let said = ask(&script(first), &Cancel::new()).expect("ran");
    assert!(said.end.is_success());
    assert!(!is_alive(first), "it outlived its command");
    assert!(is_alive(second), "it was another command's");
    canceller.cancel(15);
    assert!(matches!(other.join().expect("no panic").end, End::Cancelled(15)));
    assert!(!is_alive(second), "it outlived its command");
}

#[test]
#[cfg(target_os = "linux")]
fn a_daemon_without_the_mark_is_found_below_its_parent() {
    let sleep = "sleep 17.3205";
    let script = format!("env -i PATH=/usr/bin:/bin setsid {sleep} & wait");
    let command = shell(&script).limit(Duration::from_millis(300));
    assert!(matches!(ask(&command, &Cancel::new()).expect("ran").end, End::TimedOut));
    assert!(!is_alive(sleep));
}

#[test]
#[cfg(target_os = "linux")]
fn a_panic_while_a_command_runs_ends_the_command() {
    let sleep = "sleep 22.3606";
    let folder = tempfile::tempdir().expect("a folder");
    let out = Utf8PathBuf::from_path_buf(folder.path().join("out")).expect("UTF-8");
    let watched = std::panic::AssertUnwindSafe(|| {
        let command = shell(&format!("echo one; exec {sleep}"));
        run(&command, &out, &out, &Cancel::new(), |_| panic!("on purpose"))
    });
    assert!(std::panic::catch_unwind(watched).is_err());
    assert!(!is_alive(sleep));
}

#[test]
fn a_mark_stands_behind_the_mark_of_whoever_runs_us() {
    let mut command = shell("echo $HANDOFF_JOB");
    let said = |command: &Command| {
        String::from_utf8(ask(command, &Cancel::new()).expect("ran").stdout).expect("UTF-8").trim().to_owned()
    };
    let own = said(&command);
    command = command.env("HANDOFF_JOB", "theirs");
    let behind = said(&command);
    if cfg!(target_os = "linux") {
        assert!(!own.is_empty() && !own.contains('/'), "{own}");
        assert!(behind.starts_with("theirs/"), "{behind}");
        assert_ne!(behind, format!("theirs/{own}"), "each command has its own");
    }
}
