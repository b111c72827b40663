//! What to type for this program: `cargo handoff` only where cargo would find it.

use crate::answers::{Closing, ImplementAnswer};
use crate::error::{Code, Error};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Command;
use std::ffi::OsString;
use std::path::Path;

const AS_SUBCOMMAND: &str = "cargo handoff";
const ALONE: &str = "cargo-handoff";

/// The words before the verb, in the form they were typed: `cargo-handoff` where it was started by that name,
/// `cargo handoff` where cargo finds its subcommand, else the path of the running binary, as after `cargo run` in this
/// project's own folder.
pub(super) fn words(surroundings: &Surroundings, arguments: &[OsString]) -> String {
    let first = arguments.first().and_then(|first| first.to_str()).unwrap_or_default();
    let by_cargo = arguments.get(1).is_some_and(|second| second == "handoff");
    match binary() {
        Some(_) if first == ALONE && !by_cargo => ALONE.to_owned(),
        Some(binary) if !is_installed(surroundings) => words_of(&binary),
        Some(_) | None => AS_SUBCOMMAND.to_owned(),
    }
}

/// The running binary.
pub(super) fn binary() -> Option<Utf8PathBuf> {
    std::env::current_exe().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok())
}

fn words_of(binary: &Utf8Path) -> String {
    shlex::try_quote(binary.as_str()).map_or_else(|_| AS_SUBCOMMAND.to_owned(), |word| word.into_owned())
}

/// Whether cargo finds a subcommand of this name: beside it in its home, or on the `PATH`.
fn is_installed(surroundings: &Surroundings) -> bool {
    let name = format!("cargo-handoff{}", std::env::consts::EXE_SUFFIX);
    let path = surroundings.variable("PATH").unwrap_or_default();
    let is_there = |folder: &Path| folder.join(&name).is_file();
    surroundings.cargo_home().is_some_and(|home| is_there(home.join("bin").as_std_path()))
        || std::env::split_paths(path).any(|folder| is_there(&folder))
}

/// Makes the commands of the closing work when they are typed as they stand.
pub(super) fn typed(closing: &mut Closing, words: &str) {
    closing.next.iter_mut().for_each(|next| next.command = in_words(&next.command, words));
    closing.open.iter_mut().for_each(|open| *open = in_words(open, words));
}

/// The same for what an answer of `implement` says beside that.
pub(super) fn typed_work(answer: &mut ImplementAnswer, words: &str) {
    let texts = answer.remarks.iter_mut().chain(&mut answer.also_open).chain([&mut answer.message]);
    texts.for_each(|text| *text = in_words(text, words));
}

/// The same for what an error proposes.
pub(super) fn typed_error(error: &mut Error, words: &str) {
    error.hints.iter_mut().for_each(|hint| *hint = in_words(hint, words));
    error.next.iter_mut().for_each(|next| next.0 = in_words(&next.0, words));
}

/// A text whose commands are this program's own.
pub(super) fn in_words(text: &str, words: &str) -> String {
    text.replace(&format!("{AS_SUBCOMMAND} "), &format!("{words} "))
}

/// The verb of arguments that ask for JSON, as far as both can be told of arguments that are wrong.
pub(super) fn asked_in_json(arguments: &[OsString], command: &Command) -> Option<String> {
    let words: Vec<String> = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let words = words.split(|word| word == "--").next().unwrap_or_default();
    let is_json = words.iter().any(|word| word == "--message-format=json")
        || words.windows(2).any(|pair| pair == ["--message-format", "json"]);
    let verb = words.iter().find(|word| command.find_subcommand(word.as_str()).is_some());
    verb.filter(|_| is_json).cloned()
}

/// What is wrong with arguments, in clap's words without its usage text.
pub(super) fn usage(rendered: &str) -> Error {
    let lines = rendered.lines().take_while(|line| !line.trim().is_empty());
    let message = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    Error::new(Code::Usage, message.strip_prefix("error: ").unwrap_or(&message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Ending, Next};
    use std::collections::BTreeMap;

    fn surroundings(path: &str) -> Surroundings {
        let environment = BTreeMap::from([("PATH".into(), path.into()), ("HOME".into(), "/nowhere".into())]);
        Surroundings::made_up(Utf8Path::new("/"), environment, jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn it_is_a_subcommand_only_where_cargo_finds_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_str().expect("UTF-8");
        assert!(!is_installed(&surroundings(path)));
        let name = format!("cargo-handoff{}", std::env::consts::EXE_SUFFIX);
        std::fs::write(folder.path().join(name), "").expect("written");
        assert!(is_installed(&surroundings(path)));
        let typed = |surroundings: &Surroundings, arguments: &[&str]| -> String {
            words(surroundings, &arguments.iter().map(OsString::from).collect::<Vec<_>>())
        };
        assert_eq!(typed(&surroundings(path), &["/a/cargo-handoff", "handoff", "map"]), "cargo handoff");
        assert_eq!(typed(&surroundings(path), &["/a/cargo-handoff", "map"]), "cargo handoff");
        assert_eq!(typed(&surroundings(path), &["cargo-handoff", "map"]), "cargo-handoff");
        assert_eq!(typed(&surroundings(path), &["cargo-handoff", "handoff", "map"]), "cargo handoff");
        let here = typed(&surroundings(""), &["target/debug/cargo-handoff", "map"]);
        assert!(here.contains("cargo_handoff"), "the test's own binary: {here}");
    }

    #[test]
    fn arguments_that_are_wrong_tell_their_verb_and_whether_json_was_asked_for() {
        let asked = |words: &str| {
            let words: Vec<OsString> = words.split(' ').map(Into::into).collect();
            let verbs = ["validate", "map", "trust"].map(Command::new);
            asked_in_json(&words, &Command::new("it").subcommands(verbs))
        };
        assert_eq!(asked("it validate --level 9 --message-format json").as_deref(), Some("validate"));
        assert_eq!(asked("it --message-format=json map --nothing").as_deref(), Some("map"));
        assert_eq!(asked("it validate --level 9"), None);
        assert_eq!(asked("it --message-format json nothing"), None);
        assert_eq!(asked("it trust -- --message-format json"), None);
        let error = usage("error: a value is required for\n  '--level'\n\nUsage: x\n");
        assert_eq!((error.exit(), error.message.as_str()), (2, "a value is required for '--level'"));
    }

    #[test]
    fn what_to_type_next_can_be_typed() {
        let next = |command: &str| Next { command: command.into(), why: "because".into() };
        let mut closing = Closing {
            verb: "demo".into(),
            outcome: Ending::Passed,
            exit: 0,
            ready: true,
            open: Vec::new(),
            next: vec![next("cd x"), next("cargo handoff validate")],
        };
        let words = words_of(Utf8Path::new("/a b/cargo-handoff"));
        typed(&mut closing, &words);
        let commands: Vec<String> = closing.next.into_iter().map(|next| next.command).collect();
        assert_eq!(commands, ["cd x", "'/a b/cargo-handoff' validate"]);
        let mut error =
            Error::new(Code::Usage, "no").hint("`cargo handoff map` shows it").next("cargo handoff map", "so");
        typed_error(&mut error, "cargo-handoff");
        assert_eq!(error.hints, ["`cargo-handoff map` shows it"]);
        assert_eq!(error.next.expect("there").0, "cargo-handoff map");
    }
}
