//! What the README shows on a console is what happens.
//!
//! Blocks fenced as `console` run in order in one fresh folder; those fenced as `console NAME` in a copy of that
//! fixture, as a repository with one uncommitted change. Expected output may hold `[..]` and lines of `...`;
//! where a command fails, what it says on stderr and a line `(exit N)` are expected too.

use crate::tree::{Ran, Tree};

/// The fences of blocks that are not run, each once or more in the README, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("sh install", "it would change the machine"),
    ("sh ci", "it is for a CI service"),
    ("yaml matrix", "the same; `ci` holds it to the rules, `runner` runs its jobs"),
];

/// Commands in console blocks that are not run, and why.
const SKIPPED: &[(&str, &str)] = &[("cargo test", "this test is part of it")];

/// A fenced block: the words behind the fence, and its lines.
#[derive(Debug, PartialEq)]
struct Block {
    fence: String,
    lines: Vec<String>,
}

/// A command and what it is expected to say.
#[derive(Debug, PartialEq)]
struct Step {
    command: String,
    expected: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut is_open = false;
    for line in markdown.lines() {
        match line.strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(fence) => {
                is_open = true;
                found.push(Block { fence: fence.to_owned(), lines: Vec::new() });
            }
            None if is_open => found.last_mut().expect("one is open").lines.push(line.to_owned()),
            None => {}
        }
    }
    assert!(!is_open, "a block is not closed");
    found
}

#[track_caller]
fn steps(block: &Block) -> Vec<Step> {
    let mut found: Vec<Step> = Vec::new();
    for line in &block.lines {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => found.push(Step { command: command.to_owned(), expected: String::new() }),
            (None, Some(step)) => step.expected.push_str(&format!("{line}\n")),
            (None, None) => panic!("output before the first command: {line}"),
        }
    }
    found
}

/// Fences that are neither run nor listed, and listed ones that are not there.
fn unlisted(markdown: &str) -> Vec<String> {
    let fences: Vec<String> = blocks(markdown).into_iter().map(|block| block.fence).collect();
    let is_run = |fence: &str| fence == "console" || fence.starts_with("console ");
    let is_listed = |fence: &str| NOT_RUN.iter().any(|(listed, _)| *listed == fence);
    let unknown = fences.iter().filter(|fence| !is_run(fence) && !is_listed(fence));
    let unused = NOT_RUN.iter().filter(|(listed, _)| !fences.iter().any(|fence| fence == listed));
    unknown.cloned().chain(unused.map(|(listed, _)| format!("{listed} (not in the README)"))).collect()
}

/// What a command shows: stdout, and where it fails stderr and the exit code too.
fn shown(ran: &Ran) -> String {
    match ran.status {
        Some(0) => ran.stdout.clone(),
        Some(code) => format!("{}{}(exit {code})\n", ran.stdout, ran.stderr),
        None => format!("{}{}(ended by a signal)\n", ran.stdout, ran.stderr),
    }
}

/// Runs one command; `cd` moves the tree's folder.
#[track_caller]
fn run(tree: &mut Tree, command: &str) -> Option<String> {
    if SKIPPED.iter().any(|(skipped, _)| *skipped == command) {
        return None;
    }
    let words = shlex::split(command).unwrap_or_else(|| panic!("not a command: {command}"));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ran = match words.as_slice() {
        ["cd", folder] => {
            tree.folder = tree.folder.join(folder);
            assert!(tree.folder.is_dir(), "no such folder: {}", tree.folder);
            return Some(String::new());
        }
        ["cargo", "run", "--", args @ ..] | ["cargo-handoff", args @ ..] => tree.handoff(args),
        ["cargo", "handoff", ..] => tree.handoff(&words[1..]),
        ["git", args @ ..] => tree.run("git", args),
        other => panic!("a command this test cannot run: {other:?}"),
    };
    Some(shown(&ran))
}

/// Runs every block; the complaints, each with its command.
#[track_caller]
fn complaints(markdown: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut shared = Tree::empty();
    for block in blocks(markdown) {
        let mut own = match block.fence.strip_prefix("console") {
            Some("") => None,
            Some(fixture) => Some(changed(fixture.trim())),
            None => continue,
        };
        for step in steps(&block) {
            let Some(actual) = run(own.as_mut().unwrap_or(&mut shared), &step.command) else { continue };
            let matched = snapbox::Assert::new().try_eq(
                Some(&step.command),
                actual.as_str().into(),
                step.expected.as_str().into(),
            );
            complaints.extend(matched.err().map(|error| format!("$ {}\n{error}", step.command)));
        }
    }
    complaints
}

/// The fixture as a repository with one uncommitted change.
#[track_caller]
fn changed(fixture: &str) -> Tree {
    assert_eq!(fixture, "two-crates", "say here what changes in another fixture");
    let tree = Tree::of(fixture).git();
    tree.change("adder/src/lib.rs", "    #[test]\n    fn order", "    #[test]\n    fn more_is_more() {\n        assert!(add(1, 1) < add(1, 2));\n    }\n\n    #[test]\n    fn order");
    tree
}

const README: &str = include_str!("../../README.md");

#[test]
fn every_block_that_is_not_run_is_listed() {
    assert_eq!(unlisted(README), Vec::<String>::new());
    assert_eq!(unlisted("```sh install\n```\n```sh ci\n```\n```yaml matrix\n```\n```sh\nrm x\n```\n"), ["sh"]);
    assert_eq!(unlisted("```sh install\n```\n```sh ci\n```\n"), ["yaml matrix (not in the README)"]);
}

#[test]
fn what_the_readme_shows_is_what_happens() {
    let complaints = complaints(README);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_block_that_shows_something_else_is_found() {
    let sample = |expected: &str| {
        let made = "```console\n$ git init --quiet -b main sample\n$ cd sample\n$ git config x.y 'a b'\n```\n";
        complaints(&format!(
            "{made}Then:\n```console\n$ git config x.y\n{expected}\n$ git config no.such\n(exit 1)\n```\n"
        ))
    };
    assert_eq!(sample("a b"), Vec::<String>::new());
    assert_eq!(sample("a [..]"), Vec::<String>::new());
    assert_eq!(sample("...\na b"), Vec::<String>::new());
    assert_eq!(sample("a c").len(), 1);
    assert_eq!(sample("a b\nand more").len(), 1);
    assert_eq!(complaints("```console\n$ git no-such-verb\n```\n").len(), 1);
    assert_eq!(complaints("```console\n$ cargo test\nanything\n```\n"), Vec::<String>::new());
}
