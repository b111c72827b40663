//! What a shell offers at TAB, asked of a real bash, and the manual pages.

#![expect(clippy::disallowed_methods, reason = "a test starts bash from outside")]

use crate::tree::Tree;
use camino::Utf8Path;
use std::fs;

/// What bash offers for a line, its completion functions called as readline calls them. `words` are the line's as bash
/// cuts them; `before` is sourced first.
#[track_caller]
fn offered(tree: &Tree, before: &str, line: &str, words: &[&str]) -> Vec<String> {
    let binary = Utf8Path::new(env!("CARGO_BIN_EXE_cargo-handoff"));
    let script = format!(
        "{before}\nsource <(cargo-handoff completions bash)\n\
         COMP_LINE=\"$1\"; COMP_POINT=${{#1}}; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
         known=$(complete -p \"$1\"); [[ $known =~ -F\\ ([^ ]+) ]]\n\
         \"${{BASH_REMATCH[1]}}\" \"$1\" \"${{COMP_WORDS[COMP_CWORD]}}\" \"\"\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    );
    let path = format!("{}:/usr/bin:/bin", binary.parent().expect("a folder"));
    let ran = std::process::Command::new("bash")
        .args(["--noprofile", "--norc", "-c", &script, "bash", line])
        .args(words)
        .current_dir(&tree.root)
        .env_clear()
        .envs([("PATH", path.as_str()), ("HOME", tree.root.as_str())])
        .output()
        .expect("bash is there");
    assert!(ran.stderr.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn with_steps() -> Tree {
    let tree = Tree::empty();
    let payload =
        r#"{"meta":{},"plan":{"steps":[{"id":"parse","name":"Read"},{"id":"$(touch ran)","name":"odd"},"Third"]}}"#;
    tree.write("handoff/payload.json", payload);
    tree
}

#[cfg(unix)]
#[test]
fn bash_completes_the_steps_of_the_payload_for_both_ways_to_type_it() {
    let tree = with_steps();
    let all = ["parse", "'$(touch ran)'", "3"];
    let line = "cargo handoff implement --step ";
    assert_eq!(offered(&tree, "", line, &["cargo", "handoff", "implement", "--step", ""]), all);
    let line = "cargo-handoff implement --step pa";
    assert_eq!(offered(&tree, "", line, &["cargo-handoff", "implement", "--step", "pa"]), ["parse"]);
    let line = "cargo +stable handoff map --step=pa";
    assert_eq!(offered(&tree, "", line, &["cargo", "+stable", "handoff", "map", "--step", "=", "pa"]), ["parse"]);
    let line = "cargo handoff recon brief pa";
    assert_eq!(offered(&tree, "", line, &["cargo", "handoff", "recon", "brief", "pa"]), ["parse"]);
    assert!(!tree.root.join("ran").exists(), "an id was taken for a command");
    assert!(fs::read_dir(tree.root.join("handoff")).expect("there").count() == 1, "something was written");
}

#[cfg(unix)]
#[test]
fn what_completed_cargo_before_still_does() {
    let tree = with_steps();
    let before = "_cargo() { COMPREPLY=(build bench); }; complete -F _cargo cargo";
    assert_eq!(offered(&tree, before, "cargo b", &["cargo", "b"]), ["build", "bench"]);
    let implement = offered(&tree, before, "cargo handoff imp", &["cargo", "handoff", "imp"]);
    assert_eq!(implement, ["implement"]);
    assert_eq!(offered(&tree, "", "cargo hand", &["cargo", "hand"]), ["handoff"], "nobody completes cargo");
}

#[test]
fn a_payload_that_cannot_be_read_offers_no_steps_and_says_nothing() {
    let tree = Tree::empty();
    tree.write("handoff/payload.json", "{ not JSON");
    let ran = tree.handoff(["completions", "zsh", "--at", "3", "--", "handoff", "map", "--step", ""]).exits(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let ran = tree.handoff(["completions", "fish"]).exits(0);
    assert!(ran.stdout.contains("complete -c cargo "), "{ran:#?}");
    let _ = tree.handoff(["completions", "tcsh"]).exits(2);
}

#[test]
fn a_manual_page_is_shown_or_all_of_them_are_written() {
    let tree = Tree::empty();
    let ran = tree.handoff(["man", "implement"]).exits(0);
    assert!(ran.stdout.contains(".TH CARGO-HANDOFF-IMPLEMENT 1") && ran.stdout.contains("exit 103"), "{ran:#?}");
    let ran = tree.handoff(["man", "recon", "docs"]).exits(0);
    assert!(ran.stdout.contains("\\fBcargo handoff recon docs\\fR"), "{ran:#?}");
    assert!(tree.handoff(["man", "nothing"]).exits(2).stderr.contains("there is no verb `nothing`"));
    let ran = tree.handoff(["man", "--output", "pages/man1"]).exits(0);
    assert!(ran.stdout.contains("pages into pages/man1"), "{ran:#?}");
    let page = tree.read("pages/man1/cargo-handoff.1");
    assert!(page.contains("cargo\\-handoff\\-implement(1)"), "{page}");
    assert!(!page.contains("completions bash \\-\\-at"));
    // Twice is the same, and what is no plain file is left alone, before anything is written.
    let _ = tree.handoff(["man", "--output", "pages/man1"]).exits(0);
    fs::create_dir_all(tree.root.join("odd/cargo-handoff-validate.1")).expect("made");
    let ran = tree.handoff(["man", "--output", "odd"]).exits(2);
    assert!(ran.stderr.contains("is no plain file"), "{ran:#?}");
    assert_eq!(fs::read_dir(tree.root.join("odd")).expect("there").count(), 1);
}
