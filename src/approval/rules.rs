//! Who may run: what is approved, by whom, and what is left to be asked.

use super::line::{Parsed, parse, writes};
use super::store::{Store, lies_in_checkout};
use super::subject::Subject;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::files;
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// The largest file of allowed commands that is read.
const LARGEST: u64 = 1 << 20;

/// What is to become of a prescribed command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// It lies in the closed grammar.
    Unasked(Vec<String>),
    /// It lies in the closed grammar, and would write into the sources.
    Writes(Vec<String>),
    /// Nobody can approve it.
    Refused {
        /// What is in the way.
        why: String,
        /// What to write instead.
        hint: String,
    },
    /// Somebody approved exactly this.
    Approved(Subject, By),
    /// Nobody did.
    NeedsApproval(Subject),
}

/// Through what a command was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// `trust`, or a yes on a terminal in an earlier run.
    Trust,
    /// A yes on the terminal of this run.
    Terminal,
    /// `--allow-file`.
    AllowFile,
    /// `--trust-payload`.
    TrustPayload,
}

impl By {
    /// The spelling in the payload.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trust => "trust",
            Self::Terminal => "terminal",
            Self::AllowFile => "allow-file",
            Self::TrustPayload => "trust-payload",
        }
    }
}

/// Who is asked where a command is not approved. Doors ask; logic gets an answer.
pub trait Consent: Send + Sync {
    /// Whether somebody says yes to running exactly this. `text` says what it is, ready to be shown.
    fn agrees(&self, text: &str, cancel: &Cancel) -> bool {
        let _ = (text, cancel);
        false
    }

    /// Whether there is anybody to ask.
    fn is_there(&self) -> bool {
        false
    }
}

/// There is nobody to ask: no.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Consent for Nobody {}

/// Everything that approves, for work below one root.
#[derive(Debug, Clone)]
pub struct Rules {
    root: Utf8PathBuf,
    store: Option<Store>,
    /// Why what is kept does not count, where it does not.
    pub oddity: Option<String>,
    allowed: Vec<Vec<String>>,
    trusts_payload: bool,
    said_yes: BTreeSet<String>,
}

impl Rules {
    /// What the user's store says. A store that cannot be used approves nothing.
    #[must_use]
    pub fn new(root: &Utf8Path, surroundings: &Surroundings) -> Self {
        let (store, oddity) = match Store::find(root, surroundings).and_then(|store| store.read().map(|_| store)) {
            Ok(store) => (Some(store), None),
            Err(error) => (None, Some(error.message)),
        };
        let said_yes = BTreeSet::new();
        Self { root: root.to_owned(), store, oddity, allowed: Vec::new(), trusts_payload: false, said_yes }
    }

    /// The same with the command lines of this file approved: one a line, `#` before a comment. It has to lie outside
    /// of the checkout, links followed.
    ///
    /// # Errors
    /// 78 where it lies inside, is not there, or holds a line that is no plain command.
    pub fn allowing(mut self, file: &Utf8Path, surroundings: &Surroundings) -> Result<Self> {
        let path = surroundings.absolute(file);
        let bad = |what: String| Error::new(Code::BadConfiguration, format!("`--allow-file {file}`: {what}"));
        if lies_in_checkout(&path, &self.root) {
            return Err(bad("it lies inside of the checkout, where the payload's author could write it".into())
                .hint("keep it outside, for example in your CI's own settings"));
        }
        let bytes = files::read(&path, LARGEST)?.ok_or_else(|| bad("there is no such file".into()))?;
        let text = String::from_utf8(bytes).map_err(|error| bad("it is not UTF-8".into()).because(error))?;
        let lines = text.lines().map(str::trim).enumerate();
        let mut refused = Vec::new();
        for (index, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            match parse(line) {
                Parsed::Ours(words) | Parsed::NeedsApproval(words) => self.allowed.push(words),
                Parsed::Refused { why, .. } => refused.push(format!("line {}: {why}", index + 1)),
            }
        }
        if refused.is_empty() {
            return Ok(self);
        }
        Err(bad("not every line is a plain command".into()).details(refused))
    }

    /// The same with everything approved.
    #[must_use]
    pub fn trusting_payload(self) -> Self {
        Self { trusts_payload: true, ..self }
    }

    /// What is to become of this command line, in this folder, now.
    ///
    /// # Errors
    /// 74 where a file it names cannot be read, 78 where the store became unreadable.
    pub fn ruling(&self, command: &str, folder: &Utf8Path, surroundings: &Surroundings) -> Result<Ruling> {
        let words = match parse(command) {
            Parsed::Refused { why, hint } => return Ok(Ruling::Refused { why, hint }),
            Parsed::Ours(words) if writes(&words) => return Ok(Ruling::Writes(words)),
            Parsed::Ours(words) => return Ok(Ruling::Unasked(words)),
            Parsed::NeedsApproval(words) => words,
        };
        let subject = Subject::of(&words, &self.root, folder, surroundings)?;
        self.asked(subject, &words)
    }

    /// What is to become of the edits of a step, now. `word` is what stands for them in the file of `--allow-file`.
    ///
    /// # Errors
    /// 78 where the store became unreadable.
    pub fn ruling_on_edits(&self, step: &str, text: &str, word: &str) -> Result<Ruling> {
        self.asked(Subject::of_edits(step, text, &self.root), &[word.to_owned()])
    }

    /// Whether somebody approved exactly this.
    fn asked(&self, subject: Subject, words: &[String]) -> Result<Ruling> {
        let is_kept = match &self.store {
            Some(store) => store.is_approved(&subject)?,
            None => false,
        };
        let by = if self.said_yes.contains(&subject.digest()) {
            Some(By::Terminal)
        } else if is_kept {
            Some(By::Trust)
        } else if self.allowed.iter().any(|allowed| allowed == words) {
            Some(By::AllowFile)
        } else {
            self.trusts_payload.then_some(By::TrustPayload)
        };
        Ok(match by {
            Some(by) => Ruling::Approved(subject, by),
            None => Ruling::NeedsApproval(subject),
        })
    }

    /// Keeps a yes: for good where there is a store, for this run in any case.
    ///
    /// # Errors
    /// As [`Store::add`].
    pub fn agree(&mut self, subject: &Subject, at: &str) -> Result<()> {
        self.said_yes.insert(subject.digest());
        match &self.store {
            Some(store) => store.add(std::slice::from_ref(subject), at),
            None => Ok(()),
        }
    }
}

#[cfg(all(test, unix))]
mod tests;
