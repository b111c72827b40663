//! Tests of the command line.

use super::*;
use crate::verbs::note::Note;

fn parse(words: &[&str]) -> Verb {
    let words = std::iter::once("cargo-handoff").chain(words.iter().copied()).map(OsString::from).collect();
    Cli::try_parse_from(without_own_name(words)).expect("understood").verb
}

#[test]
fn clap_finds_nothing_wrong_with_the_arguments() {
    Cli::command().debug_assert();
}

#[test]
fn the_name_may_be_said_once_more_as_cargo_does() {
    for words in [&["handoff", "status", "--safe"][..], &["status", "--safe"]] {
        let Verb::Status(args) = parse(words) else { panic!("another verb") };
        assert!(verbs::status::Request::from(args).safe);
    }
}

#[test]
fn common_flags_become_the_request() {
    let words = "validate --manifest-path a/Cargo.toml --manifest-path b/Cargo.toml --payload p.json --base main \
                 --step 1 --step 2 --as ada --locked --offline -F x,y -F z --no-default-features --test-timeout 9";
    let Verb::Validate(args) = parse(&words.split_whitespace().collect::<Vec<_>>()) else { panic!("another verb") };
    let request = verbs::validate::Request::from(args);
    let expected = verbs::Common {
        manifest_paths: vec!["a/Cargo.toml".into(), "b/Cargo.toml".into()],
        payload: Some("p.json".into()),
        base: Some("main".into()),
        steps: vec!["1".into(), "2".into()],
        as_name: Some("ada".into()),
        locked: true,
        offline: true,
        frozen: false,
        features: vec!["x".into(), "y".into(), "z".into()],
        all_features: false,
        no_default_features: true,
    };
    assert_eq!((request.common, request.test_timeout), (expected, Some(9)));
}

#[test]
fn each_kind_of_note_becomes_its_request() {
    let note = |words: &[&str]| {
        let Verb::Note(args) = parse(words) else { panic!("another verb") };
        verbs::note::Request::from(args).what
    };
    assert_eq!(
        note(&["note", "status", "step:2", "completed", "--because", "by hand"]),
        Note::Status { subject: "step:2".into(), to: "completed".into(), because: "by hand".into() }
    );
    assert_eq!(
        note(&["note", "cite", "--change", "src/a.rs", "src/b.rs:118"]),
        Note::Cite { change: "src/a.rs".into(), source: "src/b.rs:118".into() }
    );
    assert_eq!(
        note(&["note", "question", "which one?", "--severity", "blocking"]),
        Note::Question { text: "which one?".into(), severity: Some("blocking".into()), owner: None }
    );
}

#[test]
fn a_brief_is_read_and_a_missing_one_is_a_usage_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = camino::Utf8Path::from_path(folder.path()).expect("UTF-8");
    std::fs::write(path.join("brief.md"), "what it is about").expect("written");
    let surroundings = Surroundings::made_up(path, Default::default(), jiff::Timestamp::UNIX_EPOCH);
    let request = |words: &[&str]| {
        let Verb::Implement(mut args) = parse(words) else { panic!("another verb") };
        args.read_brief(&surroundings).map(|()| verbs::implement::Request::from(args))
    };
    let brief = request(&["implement", "--brief", "brief.md"]).expect("read").brief;
    assert_eq!(brief.as_deref(), Some("what it is about"));
    assert_eq!(request(&["implement", "--brief", "other.md"]).expect_err("not there").exit(), 2);
}

#[test]
fn color_is_known_before_anything_else_is_understood() {
    for (words, expected) in [
        (&["x", "--color", "never"][..], Choice::Never),
        (&["x", "--color=always", "--nonsense"], Choice::Always),
        (&["x", "never"], Choice::Auto),
        (&["x", "--", "--color=never"], Choice::Auto),
    ] {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        assert_eq!(color_of(&words), expected, "{words:?}");
    }
}

#[test]
fn every_help_text_reads_well_at_80_columns() {
    let mut command = Cli::command().term_width(80);
    command.build();
    let mut waiting = vec![command];
    while let Some(mut command) = waiting.pop() {
        let help = command.render_long_help().to_string();
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        assert!(command.get_about().is_some(), "{help}");
        waiting.extend(command.get_subcommands().cloned());
    }
}
