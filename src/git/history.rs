//! Questions about what became of a file: which commits touched it, and where it went.

use super::commits::Subject;
use super::repository::Git;
use crate::error::Result;

impl Git {
    /// The newest commits behind HEAD that touched a path (relative to the top), the newest first, at most so many.
    ///
    /// # Errors
    /// Those of asking.
    pub fn newest_of(&self, path: &str, most: usize) -> Result<Vec<Subject>> {
        if !self.has_commits() {
            return Ok(Vec::new());
        }
        let (path, most) = (format!(":(top,literal){path}"), format!("--max-count={most}"));
        let answer = self.answer(&["log", "--no-show-signature", "--format=%H %s", &most, "HEAD", "--", &path])?;
        let answer = String::from_utf8_lossy(&answer);
        let subject = |line: &str| {
            let (commit, subject) = line.split_once(' ').unwrap_or((line, ""));
            Subject { commit: commit.to_owned(), subject: subject.to_owned() }
        };
        Ok(answer.lines().map(subject).collect())
    }

    /// What a path is called after a commit that moved it, or in the working tree where `None`; both relative to the
    /// top. `None` where nothing says that it was moved.
    ///
    /// # Errors
    /// Those of asking.
    pub fn moved_to(&self, commit: Option<&str>, path: &str) -> Result<Option<String>> {
        const HOW: [&str; 6] = ["-r", "-z", "--find-renames", "--diff-filter=R", "--name-status", "--no-ext-diff"];
        let said = match commit {
            Some(commit) => self.ask(&[&["diff-tree"][..], &HOW, &[&format!("{commit}^"), commit]].concat())?,
            None => self.ask(&[&["diff"][..], &HOW[1..], &["--no-relative", "HEAD"]].concat())?,
        };
        if !said.end.is_success() {
            return Ok(None); // the first commit of all moved nothing
        }
        let pieces: Vec<&[u8]> = said.stdout.split(|byte| *byte == 0).collect();
        let mut moves = pieces.chunks_exact(3);
        let found = moves.find(|entry| entry[1] == path.as_bytes());
        Ok(found.map(|entry| String::from_utf8_lossy(entry[2]).into_owned()))
    }
}
