//! A command line: split, and told apart by what may become of it.

use super::{grammar, split};

/// What a prescribed command line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// It parses wholly into the closed grammar: the trust of typing `cargo test`.
    Ours(Vec<String>),
    /// It is a plain command, and somebody has to approve it.
    NeedsApproval(Vec<String>),
    /// It is none that could be run without a shell.
    Refused {
        /// What is in the way.
        why: String,
        /// What to write instead.
        hint: String,
    },
}

/// Reads a command line as a POSIX shell would split it. What a shell would do beyond splitting is refused.
#[must_use]
pub fn parse(command: &str) -> Parsed {
    let refused = |why: &str, hint: &str| Parsed::Refused { why: why.to_owned(), hint: hint.to_owned() };
    if let Some((what, hint)) = split::needs_shell(command) {
        return refused(&format!("{what} needs a shell"), hint);
    }
    match shlex::split(command) {
        None => refused("a quote is not closed", "close it, or put a backslash before it"),
        Some(words) if words.is_empty() => refused("it is empty", "write the command to run"),
        Some(words) if split::is_assignment(&words[0]) => {
            refused("a variable in front of the command needs a shell", "set it where you start `cargo handoff`")
        }
        Some(words) if grammar::is_ours(&words) => Parsed::Ours(words),
        Some(words) => Parsed::NeedsApproval(words),
    }
}

/// Whether words of the closed grammar name tests to run: then at least one has to.
#[must_use]
pub fn has_filter(words: &[String]) -> bool {
    grammar::has_filter(words)
}

/// The packages a command of the closed grammar names with `-p`.
#[must_use]
pub fn packages(words: &[String]) -> Vec<&str> {
    let ours: Vec<&str> = words.iter().map(String::as_str).take_while(|word| *word != "--").collect();
    let apart = ours.windows(2).filter(|pair| pair[0] == "-p" || pair[0] == "--package").map(|pair| pair[1]);
    apart.chain(ours.iter().filter_map(|word| word.strip_prefix("--package="))).collect()
}

/// Whether a command of the closed grammar changes source files: `cargo fmt` without `--check`.
#[must_use]
pub fn writes(words: &[String]) -> bool {
    words.get(1).is_some_and(|verb| verb == "fmt") && !words.iter().any(|word| word == "--check")
}
