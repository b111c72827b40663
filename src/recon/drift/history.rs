//! Which commit made it so.

use crate::error::Result;
use crate::git::Git;
use crate::git::commits::Subject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// How many commits of a file are looked at.
const MOST_COMMITS: usize = 30;

/// What did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// The commit; `None` where it is not committed.
    pub commit: Option<String>,
    /// The first line of its message; empty where it is not committed.
    pub subject: String,
}

impl Cause {
    /// In words: `1a2b3c4d5e Move it`, `not committed`.
    #[must_use]
    pub fn in_words(&self) -> String {
        match &self.commit {
            Some(commit) => format!("{} {}", commit.get(..10).unwrap_or(commit), self.subject),
            None => "not committed".into(),
        }
    }
}

/// The pasts of files: each is asked for once.
#[derive(Debug)]
pub struct Histories<'a> {
    git: &'a Git,
    /// The root, relative to the top of the repository: empty, or `a/b/`.
    prefix: String,
    /// The commits that are part of the work at hand.
    own: BTreeSet<String>,
    commits: HashMap<String, Vec<Subject>>,
    texts: HashMap<String, Option<String>>,
}

impl<'a> Histories<'a> {
    /// None asked for yet.
    #[must_use]
    pub fn new(git: &'a Git, prefix: String, own: BTreeSet<String>) -> Self {
        Self { git, prefix, own, commits: HashMap::new(), texts: HashMap::new() }
    }

    /// Whether the work at hand did it.
    #[must_use]
    pub fn is_own(&self, cause: &Cause) -> bool {
        cause.commit.as_ref().is_none_or(|commit| self.own.contains(commit))
    }

    /// What ended it that a file (relative to the root) held this: the commit behind the newest one in which it did.
    /// Where none of them held it, it was found in what was not committed, and the work's own newest commit ended it.
    /// `None` where that is somebody else's.
    ///
    /// # Errors
    /// Those of asking git.
    pub fn cause(&mut self, file: &str, now: Option<&str>, held: &dyn Fn(&str) -> bool) -> Result<Option<Cause>> {
        let path = format!("{}{file}", self.prefix);
        let not_committed = Some(Cause { commit: None, subject: String::new() });
        let head = self.text("HEAD", &path)?;
        if head.as_deref().is_some_and(held) {
            return Ok(not_committed);
        }
        if !self.commits.contains_key(&path) {
            let commits = self.git.newest_of(&path, MOST_COMMITS)?;
            self.commits.insert(path.clone(), commits);
        }
        let commits = self.commits.get(&path).cloned().unwrap_or_default();
        let mut newer: Option<&Subject> = None;
        for commit in &commits {
            if self.text(&commit.commit, &path)?.as_deref().is_some_and(held) {
                let Subject { commit, subject } = newer.unwrap_or(commit).clone();
                return Ok(Some(Cause { commit: Some(commit), subject }));
            }
            newer = Some(commit);
        }
        // It was found in what nobody had committed; what became of it may be committed by now.
        if head.as_deref() != now {
            return Ok(not_committed);
        }
        let newest = commits.first().filter(|newest| commits.len() < MOST_COMMITS && self.own.contains(&newest.commit));
        Ok(newest.cloned().map(|Subject { commit, subject }| Cause { commit: Some(commit), subject }))
    }

    /// What a file that is gone is called now, relative to the root.
    ///
    /// # Errors
    /// Those of asking git.
    pub fn moved_to(&self, file: &str, cause: &Cause) -> Result<Option<String>> {
        let moved = self.git.moved_to(cause.commit.as_deref(), &format!("{}{file}", self.prefix))?;
        Ok(moved.and_then(|to| to.strip_prefix(&self.prefix).map(str::to_owned)))
    }

    fn text(&mut self, commit: &str, path: &str) -> Result<Option<String>> {
        let name = format!("{commit}:{path}");
        if let Some(known) = self.texts.get(&name) {
            return Ok(known.clone());
        }
        let blob = if self.git.has_commits() { self.git.blob(&name)? } else { None };
        let text = blob.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        self.texts.insert(name, text.clone());
        Ok(text)
    }
}
