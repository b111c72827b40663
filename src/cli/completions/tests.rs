//! Words as shells have them, and what is offered at a place of them.

use super::*;
use crate::surroundings::Surroundings;
use camino::Utf8Path;

const PAYLOAD: &str = r#"{"meta":{"schemaVersion":"1"},"plan":{"steps":[
    {"id":"parse","name":"Read it"},{"id":"a b;$(c)","name":"odd"},{"id":"print","name":"Show\u001b[31m it"}]},
    "testPlan":{"scenarios":[{"id":"s1","name":"It reads"}]}}"#;

fn asked(shell: Shell, words: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
    std::fs::create_dir(root.join("handoff")).expect("made");
    std::fs::write(root.join("handoff/payload.json"), PAYLOAD).expect("written");
    std::fs::write(root.join("notes.txt"), "").expect("written");
    let context =
        Context::new(Surroundings::made_up(root, std::collections::BTreeMap::new(), jiff::Timestamp::UNIX_EPOCH));
    let words: Vec<OsString> = words.split(' ').map(Into::into).collect();
    candidates(shell, &words, words.len() - 1, &context).lines().map(str::to_owned).collect()
}

#[test]
fn the_ids_of_steps_are_offered_where_one_is_wanted() {
    assert_eq!(asked(Shell::Bash, "handoff implement --step p"), ["parse", "print"]);
    assert_eq!(asked(Shell::Bash, "cargo-handoff map --step = pa"), ["parse"]);
    assert_eq!(asked(Shell::Bash, "handoff implement --step ="), ["parse", "'a b;$(c)'", "print"]);
    assert_eq!(asked(Shell::Bash, "handoff note status step : pa"), ["parse"]);
    assert_eq!(asked(Shell::Bash, "handoff note status sc"), ["scenario:s1"]);
    assert_eq!(asked(Shell::Bash, "handoff note clarification x --step pr"), ["print"]);
    assert_eq!(asked(Shell::Zsh, "handoff implement --step=pa"), ["--step=parse\tRead it"]);
    assert_eq!(asked(Shell::Fish, "handoff implement --step pa"), ["parse\tRead it"]);
}

#[test]
fn nothing_of_a_payload_reaches_a_terminal_or_a_shell_as_more_than_text() {
    let all = asked(Shell::Bash, "handoff implement --step ");
    assert!(all.contains(&"'a b;$(c)'".to_owned()), "{all:?}");
    let shown = asked(Shell::Fish, "handoff implement --step print");
    assert!(!shown[0].contains('\u{1b}'), "{shown:?}");
}

#[test]
fn verbs_flags_values_pages_and_files_are_offered() {
    assert_eq!(asked(Shell::Bash, "handoff imp"), ["implement"]);
    assert_eq!(asked(Shell::Bash, "handoff recon over"), ["overview"]);
    assert_eq!(asked(Shell::Bash, "handoff map --message-for"), ["--message-format"]);
    assert_eq!(asked(Shell::Bash, "handoff map --message-format = j"), ["json"]);
    assert_eq!(asked(Shell::Bash, "handoff explain exit"), ["exit-codes"]);
    assert_eq!(asked(Shell::Bash, "handoff man impl"), ["implement"]);
    assert_eq!(asked(Shell::Bash, "handoff map --payload han"), ["handoff/"]);
    assert_eq!(asked(Shell::Bash, "handoff completions z"), ["zsh"]);
    assert!(asked(Shell::Bash, "handoff").contains(&"validate".to_owned()));
    assert_eq!(asked(Shell::Bash, "handoff no-such-verb --step ="), Vec::<String>::new());
}

#[test]
fn a_payload_named_in_the_line_is_the_one_that_is_read() {
    assert_eq!(
        asked(Shell::Bash, "handoff map --payload elsewhere/handoff/payload.json --step p"),
        Vec::<String>::new()
    );
}
