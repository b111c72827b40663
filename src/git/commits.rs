//! Questions about commits and refs.

use super::names;
use super::repository::{Git, line};
use crate::error::Result;
use crate::surroundings::Surroundings;
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};

/// A commit's subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The commit.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
}

impl Git {
    /// The best common ancestor of two commits.
    ///
    /// # Errors
    /// Those of asking.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>> {
        let answer = self.maybe(&["merge-base", one, other])?;
        Ok(answer.and_then(|text| text.lines().next().map(str::to_owned)))
    }

    /// Whether a commit is an ancestor of another, or the same.
    ///
    /// # Errors
    /// Those of asking.
    pub fn is_ancestor(&self, old: &str, new: &str) -> Result<bool> {
        Ok(self.ask(&["merge-base", "--is-ancestor", old, new])?.end.is_success())
    }

    /// The parents a commit says it has, whether they are here or not (a shallow clone cuts them off).
    ///
    /// # Errors
    /// Those of asking.
    pub fn parents(&self, commit: &str) -> Result<Vec<String>> {
        let raw = self.answer(&["cat-file", "-p", commit])?;
        let raw = String::from_utf8_lossy(&raw);
        let header = raw.lines().take_while(|line| !line.is_empty());
        Ok(header.filter_map(|line| line.strip_prefix("parent ")).map(str::to_owned).collect())
    }

    /// The newest merges behind one commit and not behind the other, at most so many, each with its two parents. One of
    /// more than two parents is left out.
    ///
    /// # Errors
    /// Those of asking.
    pub fn merges(&self, old: &str, new: &str, most: usize) -> Result<Vec<[String; 3]>> {
        let (most, range) = (format!("--max-count={most}"), format!("{old}..{new}"));
        let answer = self.answer(&["rev-list", "--min-parents=2", "--max-parents=2", "--parents", &most, &range])?;
        let answer = String::from_utf8_lossy(&answer);
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>().try_into().ok();
        Ok(answer.lines().filter_map(words).collect())
    }

    /// Whether this commit is here.
    ///
    /// # Errors
    /// Those of asking.
    pub fn has_commit(&self, commit: &str) -> Result<bool> {
        Ok(self.resolve(commit)?.is_some())
    }

    /// Whether history is cut off somewhere.
    ///
    /// # Errors
    /// Those of asking.
    pub fn is_shallow(&self) -> Result<bool> {
        Ok(self.maybe(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// The branch HEAD is on; `None` where it is detached.
    ///
    /// # Errors
    /// Those of asking.
    pub fn branch(&self) -> Result<Option<String>> {
        self.maybe(&["symbolic-ref", "--quiet", "--short", "HEAD"])
    }

    /// Whether this is the name of a branch, remote branch or tag, rather than HEAD or an expression.
    ///
    /// # Errors
    /// Those of asking.
    pub fn is_ref(&self, name: &str) -> Result<bool> {
        let full =
            self.maybe(&["rev-parse", "--verify", "--quiet", "--symbolic-full-name", "--end-of-options", name])?;
        Ok(full.is_some_and(|full| full.lines().any(|line| line.starts_with("refs/"))))
    }

    /// The branch work is merged into: in CI the pull request's base, else what `origin` calls its HEAD, else
    /// `main` or `master` there or here, else `init.defaultBranch`.
    ///
    /// # Errors
    /// Those of asking.
    pub fn default_ref(&self, surroundings: &Surroundings) -> Result<Option<String>> {
        let mut candidates = Vec::new();
        if let (true, Some(base)) = (surroundings.is_ci(), surroundings.variable("GITHUB_BASE_REF")) {
            candidates.push(format!("origin/{base}"));
        }
        if let Some(target) = self.maybe(&["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"])? {
            candidates.push(target);
        }
        candidates.extend(["origin/main", "origin/master", "main", "master"].map(str::to_owned));
        candidates.extend(self.maybe(&["config", "--get", "init.defaultBranch"])?);
        const PLACES: [&str; 4] = ["refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
        let full = |name: &str| PLACES.map(|place| format!("{place}{name}"));
        let patterns: Vec<String> = candidates.iter().flat_map(|name| full(name)).collect();
        let mut args = vec!["for-each-ref", "--format=%(refname)", "--"];
        args.extend(patterns.iter().map(String::as_str));
        let answer = self.answer(&args)?;
        let known: BTreeSet<&[u8]> = answer.split(|byte| *byte == b'\n').collect();
        let is_there = |name: &String| full(name).iter().any(|full| known.contains(full.as_bytes()));
        Ok(candidates.into_iter().find(is_there))
    }

    /// The newest commit on HEAD's first-parent line that touched a path (relative to the top).
    ///
    /// # Errors
    /// Those of asking.
    pub fn newest_touching(&self, path: &str) -> Result<Option<String>> {
        let path = format!(":(top,literal){path}");
        let commit = self.maybe(&["rev-list", "-1", "--first-parent", "HEAD", "--", &path])?;
        Ok(commit.filter(|commit| !commit.is_empty()))
    }

    /// Whether a commit differs from another at a path, or, with `except`, anywhere but there.
    ///
    /// # Errors
    /// Those of asking.
    pub fn differ(&self, old: &str, new: &str, path: &str, except: bool) -> Result<bool> {
        let exclude = if except { ",exclude" } else { "" };
        let path = format!(":(top,literal{exclude}){path}");
        let args = ["diff-tree", "-r", "--quiet", "--ignore-submodules=none", old, new, "--", &path];
        Ok(!self.ask(&args)?.end.is_success())
    }

    /// The files that differ between two commits, named relative to `prefix` as [`super::names`] writes them.
    ///
    /// # Errors
    /// Those of asking.
    pub fn touched(&self, old: &str, new: &str, prefix: &str) -> Result<BTreeSet<String>> {
        let args = ["diff-tree", "-r", "--name-only", "-z", "--no-renames", "--ignore-submodules=none", old, new];
        let answer = self.answer(&args)?;
        let files = answer.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Ok(files.map(|name| names::to_text(&names::relative(name, prefix))).collect())
    }

    /// Whether HEAD's commit holds a path (relative to the top).
    ///
    /// # Errors
    /// Those of asking.
    pub fn is_committed(&self, path: &str) -> Result<bool> {
        Ok(self.ask(&["cat-file", "-e", &format!("HEAD:{path}")])?.end.is_success())
    }

    /// The commits in `old..HEAD`, merges left out, newest first, by the files they touched (named relative to
    /// `prefix`, as [`super::names`] writes them).
    ///
    /// # Errors
    /// Those of asking.
    pub fn subjects(&self, old: &str, prefix: &str) -> Result<BTreeMap<String, Vec<Subject>>> {
        let range = format!("{old}..HEAD");
        let format = "--format=%x01%H %s";
        let answer =
            self.answer(&["log", "--no-merges", "--no-show-signature", "--name-only", "-z", format, &range])?;
        let mut by_file = BTreeMap::<String, Vec<Subject>>::new();
        let mut commit = None;
        for piece in answer.split(|byte| *byte == 0) {
            let piece = piece.strip_prefix(b"\n").unwrap_or(piece);
            if let Some(header) = piece.strip_prefix(b"\x01") {
                let header = String::from_utf8_lossy(header);
                let (id, subject) = header.split_once(' ').unwrap_or((&header, ""));
                commit = Some(Subject { commit: id.into(), subject: subject.into() });
            } else if let (Some(commit), false) = (&commit, piece.is_empty()) {
                by_file.entry(names::to_text(&names::relative(piece, prefix))).or_default().push(commit.clone());
            }
        }
        Ok(by_file)
    }

    /// `user.name` as git knows it.
    ///
    /// # Errors
    /// Those of asking.
    pub fn user_name(&self) -> Result<Option<String>> {
        Ok(self.maybe(&["config", "--get", "user.name"])?.filter(|name| !name.trim().is_empty()))
    }

    /// Which of these files (named relative to `prefix`, as [`super::names`] writes them) git does not track,
    /// ignored ones included.
    ///
    /// # Errors
    /// Those of asking.
    pub fn untracked(&self, files: &[String], prefix: &str) -> Result<Vec<String>> {
        let listing = self.answer(&["ls-files", "-z", "--full-name"])?;
        let tracked: BTreeSet<String> =
            listing.split(|byte| *byte == 0).map(|name| names::to_text(&names::relative(name, prefix))).collect();
        Ok(files.iter().filter(|file| !tracked.contains(*file)).cloned().collect())
    }

    /// The bytes of a blob: an id, or `COMMIT:path`. `None` where there is none.
    ///
    /// # Errors
    /// Those of asking.
    pub fn blob(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let said = self.ask(&["cat-file", "blob", name])?;
        Ok(said.end.is_success().then_some(said.stdout))
    }

    /// The files a commit holds below a folder, each with its blob; both names relative to the top.
    ///
    /// # Errors
    /// Those of asking.
    pub fn files_below(&self, commit: &str, folder: &str) -> Result<Vec<(String, String)>> {
        let answer = self.answer(&["ls-tree", "-r", "-z", "--full-tree", commit, "--", &format!("{folder}/")])?;
        let mut files = Vec::new();
        for entry in answer.split(|byte| *byte == 0) {
            let Some(tab) = entry.iter().position(|byte| *byte == b'\t') else { continue };
            let blob = String::from_utf8_lossy(&entry[..tab]);
            let blob = blob.rsplit(' ').next().unwrap_or_default().to_owned();
            files.push((names::to_text(&entry[tab + 1..]), blob));
        }
        Ok(files)
    }

    /// The blobs these files (absolute) would be, byte for byte, in their order.
    ///
    /// # Errors
    /// 74 where one of them is not there.
    pub fn blobs_of(&self, files: &[Utf8PathBuf]) -> Result<Vec<String>> {
        let mut blobs = Vec::new();
        for some in files.chunks(100) {
            let mut args = vec!["hash-object", "--no-filters", "--"];
            args.extend(some.iter().map(|file| file.as_str()));
            let answer = self.answer(&args)?;
            blobs.extend(String::from_utf8_lossy(&answer).lines().map(str::to_owned));
        }
        Ok(blobs)
    }

    /// The files (relative to the top) that differ between a commit and another, or the working tree where `None`;
    /// those git does not track yet are among the latter.
    ///
    /// # Errors
    /// Those of asking.
    pub fn touched_since(&self, old: &str, new: Option<&str>) -> Result<Vec<String>> {
        let mut answer = match new {
            Some(new) => self.answer(&["diff-tree", "-r", "--name-only", "-z", "--no-renames", old, new])?,
            // Unlike `diff-index` it looks at the content of what was merely touched.
            None => {
                self.answer(&["diff", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff", old])?
            }
        };
        if new.is_none() {
            answer.extend(self.answer(&["ls-files", "--others", "--exclude-standard", "-z", "--full-name"])?);
        }
        let files = answer.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Ok(files.map(names::to_text).collect())
    }

    /// A commit's short id, for a sentence.
    ///
    /// # Errors
    /// Those of asking.
    pub fn short(&self, commit: &str) -> Result<String> {
        Ok(self.maybe(&["rev-parse", "--short", commit])?.unwrap_or_else(|| line(commit.as_bytes())))
    }
}
