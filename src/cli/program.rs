//! What to type for this program: `cargo handoff` only where cargo would find it.

use crate::answers::Closing;
use crate::error::{Code, Error};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use clap::CommandFactory as _;
use std::ffi::OsString;
use std::path::Path;

const AS_SUBCOMMAND: &str = "cargo handoff";

/// The words before the verb: `cargo handoff` where cargo finds its subcommand, else the path of the running binary,
/// as after `cargo run` in this project's own folder.
pub(super) fn words(surroundings: &Surroundings) -> String {
    match binary() {
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
    for next in &mut closing.next {
        if let Some(verb) = next.command.strip_prefix(AS_SUBCOMMAND) {
            next.command = format!("{words}{verb}");
        }
    }
}

/// The verb of arguments that ask for JSON, as far as both can be told of arguments that are wrong.
pub(super) fn asked_in_json(arguments: &[OsString]) -> Option<String> {
    let words: Vec<String> = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let words = words.split(|word| word == "--").next().unwrap_or_default();
    let is_json = words.iter().any(|word| word == "--message-format=json")
        || words.windows(2).any(|pair| pair == ["--message-format", "json"]);
    let command = super::Cli::command();
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
        assert_eq!(words(&surroundings(path)), "cargo handoff");
        let here = words(&surroundings(""));
        assert!(here.contains("cargo_handoff"), "the test's own binary: {here}");
    }

    #[test]
    fn arguments_that_are_wrong_tell_their_verb_and_whether_json_was_asked_for() {
        let asked = |words: &str| {
            let words: Vec<OsString> = words.split(' ').map(Into::into).collect();
            asked_in_json(&words)
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
    }
}
