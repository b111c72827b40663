//! The rules results refer to: what each is called, in which words, and where more is told.

use crate::report::machine;
use crate::words::{CheckKind, Diagnostic, FindingKind};
use serde_json::{Value, json};

/// What a result is an instance of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// Its id.
    pub(super) id: String,
    /// In a few words.
    short: String,
    /// Where more is told.
    address: String,
    /// What is typed to be told more, where there is such.
    help: Option<&'static str>,
    /// Who says so.
    tag: &'static str,
}

impl Rule {
    fn ours(id: &str, short: &str, page: &str, help: Option<&'static str>, tag: &'static str) -> Self {
        Self { id: id.into(), short: short.into(), address: format!("{}/{page}", machine::PAGES), help, tag }
    }

    /// As SARIF has it: what stands in `tool.driver.rules`.
    pub(super) fn value(&self) -> Value {
        let mut rule = json!({
            "id": self.id,
            "shortDescription": {"text": self.short},
            "helpUri": self.address,
            "properties": {"tags": [self.tag]},
        });
        if let Some(help) = self.help {
            rule["help"] = json!({"text": format!("`{help}` tells more.")});
        }
        rule
    }
}

/// A test that failed.
pub(super) fn test_failed() -> Rule {
    let page = "check/enum.TestOutcome.html#variant.Failed";
    Rule::ours("test-failed", "A test failed", page, None, "test")
}

/// A test that failed and passed.
pub(super) fn test_flaky() -> Rule {
    let page = "check/struct.SuiteResult.html#structfield.flaky";
    Rule::ours("test-flaky", "A test failed and passed", page, None, "test")
}

/// A check without diagnostics that failed.
pub(super) fn check_failed() -> Rule {
    let page = "words/enum.Outcome.html#variant.Failed";
    Rule::ours("check-failed", "A check failed", page, Some("cargo handoff explain check-failed"), "check")
}

/// A check that came to no answer.
pub(super) fn check_could_not_run() -> Rule {
    let page = "words/enum.Outcome.html#variant.CouldNotRun";
    let help = Some("cargo handoff explain check-failed");
    Rule::ours("check-could-not-run", "A check could not run", page, help, "check")
}

/// A claim that is not so.
pub(super) fn claim_contradicted() -> Rule {
    let page = "words/enum.Verdict.html#variant.Contradicted";
    let help = Some("cargo handoff explain claim-contradicted");
    Rule::ours("claim-contradicted", "The payload claims what is not so", page, help, "claim")
}

/// What the audit finds.
pub(super) fn finding(kind: FindingKind) -> Rule {
    let (short, _) = kind.names();
    let page = format!("words/enum.FindingKind.html#variant.{kind:?}");
    Rule::ours(kind.word(), short, &page, Some("cargo handoff explain findings"), "audit")
}

/// What clippy, rustfmt, rustdoc and the compiler say. What has no name of its own is called by who said it.
pub(super) fn diagnostic(diagnostic: &Diagnostic) -> Rule {
    let (program, home) = match diagnostic.check {
        CheckKind::Fmt => ("rustfmt", "https://rust-lang.github.io/rustfmt/"),
        CheckKind::Doc => ("rustdoc", "https://doc.rust-lang.org/rustdoc/lints.html"),
        CheckKind::Clippy | CheckKind::Build | CheckKind::Test | CheckKind::Doctest | CheckKind::Prescribed => {
            ("rustc", "https://doc.rust-lang.org/error_codes/error-index.html")
        }
    };
    let is_name = |code: &&str| !code.trim().is_empty() && *code != program;
    let Some(code) = diagnostic.code.as_deref().filter(is_name) else {
        let is_formatting = diagnostic.check == CheckKind::Fmt;
        let short = if is_formatting { "Not formatted as rustfmt does".into() } else { format!("{program} says so") };
        return Rule { id: program.into(), short, address: home.into(), help: None, tag: program };
    };
    let (group, name) = code.rsplit_once("::").unwrap_or(("", code));
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_error_code = code.len() == 5 && code.starts_with('E') && code[1..].bytes().all(|byte| byte.is_ascii_digit());
    let (address, tag) = match group {
        "clippy" if is_word => (format!("https://rust-lang.github.io/rust-clippy/master/index.html#{name}"), "clippy"),
        "rustdoc" if is_word => (format!("https://doc.rust-lang.org/rustdoc/lints.html#{name}"), "rustdoc"),
        "" if is_error_code => (format!("https://doc.rust-lang.org/error_codes/{code}.html"), "rustc"),
        // Its page depends on its level, which may have been changed: the book's own search finds it.
        "" if is_word => (format!("https://doc.rust-lang.org/rustc/?search={name}"), "rustc"),
        _ => (home.to_owned(), program),
    };
    let id = machine::line(code, 200);
    Rule { short: format!("{tag}: {}", name_of(&id)), id, address, help: None, tag }
}

/// A lint's name in words.
fn name_of(id: &str) -> String {
    id.rsplit("::").next().unwrap_or(id).replace('_', " ")
}
