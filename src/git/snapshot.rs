//! The working tree as a git tree, made beside the repository.
//!
//! Content decides, never a time stamp or a flag: every file is hashed anew, into an index and an object folder
//! of our own. The user's `.git` gains no file and loses none (git may renew the time stamps of objects that it
//! finds there already). Left out: what git ignores, `handoff/` of the payload's root, repositories that lie in the
//! tree without being submodules, and target folders (or other marked caches) that nobody told git to ignore.

use super::caches;
use super::names;
use super::repository::{Git, first_lines, line, succeeded};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result, not_utf8};
use crate::process::Command;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::io;

/// A tree that can be asked as long as this lives.
#[derive(Debug)]
pub struct Snapshot {
    tree: String,
    prefix: String,
    pub(super) folder: Utf8PathBuf,
    git: Git,
    _keep: tempfile::TempDir,
}

impl Git {
    /// The working tree as it is now, seen from the payload's root.
    ///
    /// # Errors
    /// 74 where a file cannot be read (it is named), 65 where the root lies outside of the repository.
    pub fn snapshot(&self, root: &Utf8Path) -> Result<Snapshot> {
        let keep = tempfile::Builder::new()
            .prefix("handoff-tree-")
            .tempdir()
            .map_err(|error| Error::io("make a temporary folder", error))?;
        let folder = Utf8Path::from_path(keep.path()).ok_or_else(|| not_utf8(keep.path()))?.to_owned();
        let mut snapshot =
            Snapshot { tree: String::new(), prefix: self.prefix(root)?, folder, git: self.clone(), _keep: keep };
        snapshot.prepare()?;
        snapshot.tree = snapshot.fill()?;
        Ok(snapshot)
    }
}

impl Snapshot {
    /// The same, its questions no longer under the token it was taken under but under this one.
    #[must_use]
    pub fn under(mut self, cancel: &Cancel) -> Self {
        self.git.set_cancel(cancel);
        self
    }

    /// The tree's id, `handoff/` left out.
    #[must_use]
    pub fn tree(&self) -> &str {
        &self.tree
    }

    /// The payload's root relative to the top of the repository: empty, or `a/b/`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The repository.
    #[must_use]
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// Whether the working tree differs from HEAD's commit, `handoff/` left out.
    ///
    /// # Errors
    /// Those of asking.
    pub fn has_uncommitted_work(&self) -> Result<bool> {
        let Some(head) = self.git.head() else { return Ok(true) };
        let exclude = self.exclude();
        let args = ["diff-tree", "-r", "--quiet", "--ignore-submodules=none", head, &self.tree, "--", ":/", &exclude];
        Ok(!self.ask(&args)?.end.is_success())
    }

    /// The bytes of a blob of the tree.
    ///
    /// # Errors
    /// 74 where there is no such blob.
    pub fn blob(&self, id: &str) -> Result<Vec<u8>> {
        self.answer(&["cat-file", "blob", id])
    }

    /// The bytes of these blobs, those left out that are not here.
    ///
    /// # Errors
    /// Those of asking.
    pub fn contents(&self, ids: &[&str]) -> Result<BTreeMap<String, Vec<u8>>> {
        let list = self.folder.join("ids");
        self.write(&list, format!("{}\n", ids.join("\n")).as_bytes())?;
        let args = ["cat-file", "--batch"];
        let answer = succeeded(self.git.ask_command(&self.command(&args).stdin(&list))?, &args)?;
        let mut rest = answer.as_slice();
        let mut contents = BTreeMap::new();
        // `<id> blob <size>`, the bytes and a line feed; or `<id> missing`.
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            let mut words = head.split(' ');
            let (id, kind, size) = (words.next(), words.next(), words.next().and_then(|size| size.parse().ok()));
            let (Some(id), Some(size)) = (id, size) else { continue };
            let Some((bytes, behind)) = rest.split_at_checked(size) else { break };
            rest = behind.strip_prefix(b"\n").unwrap_or(behind);
            if kind == Some("blob") {
                contents.insert(id.to_owned(), bytes.to_vec());
            }
        }
        Ok(contents)
    }

    /// The sizes of these blobs together.
    ///
    /// # Errors
    /// Those of asking.
    pub fn size_of_all(&self, ids: &[&str]) -> Result<u64> {
        let sizes = self.answer_to(ids, &["cat-file", "--batch-check=%(objectsize)"])?;
        Ok(String::from_utf8_lossy(&sizes).lines().filter_map(|size| size.parse::<u64>().ok()).sum())
    }

    /// Asks about each of these.
    pub(super) fn answer_to(&self, ids: &[&str], args: &[&str]) -> Result<Vec<u8>> {
        let list = self.folder.join("ids");
        self.write(&list, format!("{}\n", ids.join("\n")).as_bytes())?;
        succeeded(self.git.ask_command(&self.command(args).stdin(&list))?, args)
    }

    /// Every file of the tree with its blob, named relative to the payload's root as [`names`] writes it.
    ///
    /// # Errors
    /// Those of asking.
    pub fn files(&self) -> Result<BTreeMap<String, String>> {
        self.files_of(&self.tree)
    }

    /// The same for another tree or commit.
    ///
    /// # Errors
    /// Those of asking.
    pub fn files_of(&self, revision: &str) -> Result<BTreeMap<String, String>> {
        let listing = self.answer(&["ls-tree", "-r", "-z", "--full-tree", revision])?;
        let mut files = BTreeMap::new();
        for entry in listing.split(|byte| *byte == 0) {
            let Some(tab) = entry.iter().position(|byte| *byte == b'\t') else { continue };
            let blob = String::from_utf8_lossy(&entry[..tab]);
            let blob = blob.rsplit(' ').next().unwrap_or_default().to_owned();
            files.insert(names::to_text(&names::relative(&entry[tab + 1..], &self.prefix)), blob);
        }
        Ok(files)
    }

    /// The pathspec that leaves `handoff/` out.
    #[must_use]
    pub fn exclude(&self) -> String {
        format!(":(top,literal,exclude){}handoff", self.prefix)
    }

    /// Asks with this tree's objects at hand.
    ///
    /// # Errors
    /// Those of asking; 74 where git fails.
    pub fn answer(&self, args: &[&str]) -> Result<Vec<u8>> {
        succeeded(self.ask(args)?, args)
    }

    fn ask(&self, args: &[&str]) -> Result<crate::process::Said> {
        self.git.ask_command(&self.command(args))
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        self.git
            .command(args)
            .env("GIT_INDEX_FILE", self.folder.join("index").as_str())
            .env("GIT_OBJECT_DIRECTORY", self.folder.join("objects").as_str())
    }

    /// An object folder that reads through to the repository's.
    fn prepare(&self) -> Result<()> {
        let alternates = format!("{}\n", self.git.objects());
        let info = self.folder.join("objects/info");
        crate::files::create_folder(&info)?;
        self.write(&info.join("alternates"), alternates.as_bytes())
    }

    pub(super) fn write(&self, path: &Utf8Path, bytes: &[u8]) -> Result<()> {
        std::fs::write(path, bytes).map_err(|error| Error::io(format!("write `{path}`"), error))
    }

    /// The tree's id: what the user's index names, then whatever lies in the working tree.
    fn fill(&self) -> Result<String> {
        let listing = self.git.answer(&["ls-files", "--stage", "-t", "-z", "--full-name"])?;
        let handoff = format!("{}handoff/", self.prefix);
        let mut entries = Vec::new();
        let mut kept_out = Vec::new();
        let mut tracked = Vec::new();
        for entry in listing.split(|byte| *byte == 0) {
            let Some(entry) = IndexEntry::read(entry) else { continue };
            if entry.stage != b'0' || entry.name.starts_with(handoff.as_bytes()) {
                continue;
            }
            entries.extend_from_slice(&entry.line());
            tracked.push(entry.name);
            // Sparse: the user asked git not to put it there, so its absence is no deletion.
            if entry.tag == b'S' && is_absent(self.git.top(), entry.name)? {
                kept_out.extend_from_slice(&entry.line());
            }
        }
        self.index(&entries)?;
        self.add(&tracked)?;
        if !kept_out.is_empty() {
            self.index(&kept_out)?;
        }
        Ok(line(&self.answer(&["write-tree", "--missing-ok"])?))
    }

    /// Puts entries into our index without time stamps, so that git must look at the files themselves.
    fn index(&self, entries: &[u8]) -> Result<()> {
        let list = self.folder.join("entries");
        self.write(&list, entries)?;
        let args = ["update-index", "-z", "--index-info"];
        succeeded(self.git.ask_command(&self.command(&args).stdin(&list))?, &args).map(|_| ())
    }

    /// Takes the working tree's files into our index.
    fn add(&self, tracked: &[&[u8]]) -> Result<()> {
        let exclude = self.exclude();
        let untracked = self.answer(&["ls-files", "--others", "--exclude-standard", "-z", "--full-name"])?;
        let untracked = || untracked.split(|byte| *byte == 0);
        let repositories = untracked()
            .filter_map(|name| name.strip_suffix(b"/"))
            .map(|name| String::from_utf8_lossy(name).into_owned());
        let caches = caches::among(untracked(), tracked, self.git.top());
        let caches = caches.into_iter().map(|name| String::from_utf8_lossy(name).into_owned());
        let excludes: Vec<String> =
            repositories.chain(caches).map(|name| format!(":(top,literal,exclude){name}")).chain([exclude]).collect();
        // With sparse checkout on, `add` would refuse to look at files outside of the user's choice.
        let mut args = vec!["-c", "core.sparseCheckout=false", "-c", "advice.addEmbeddedRepo=false"];
        args.extend(["add", "--all", "--", ":/"]);
        args.extend(excludes.iter().map(String::as_str));
        let said = self.ask(&args)?;
        let unreadable = unreadable(&String::from_utf8_lossy(&said.stderr));
        if said.end.is_success() && unreadable.is_none() {
            return Ok(());
        }
        let what = unreadable.map_or_else(|| "a file".to_owned(), |name| format!("`{name}`"));
        Err(Error::new(Code::Io, format!("could not read {what} of the working tree"))
            .because(io::Error::other(first_lines(&said.stderr)))
            .hint("make it readable, or let git ignore it"))
    }
}

/// The file or folder git says it cannot read. For a folder it only warns, and goes on as if it were empty.
fn unreadable(stderr: &str) -> Option<String> {
    stderr.lines().find_map(|line| {
        let between = |start: &str, end: &str| Some(line.strip_prefix(start)?.split_once(end)?.0.to_owned());
        between("error: open(\"", "\"):")
            .or_else(|| between("warning: could not open directory '", "/':"))
            .or_else(|| between("error: unable to index file '", "'"))
    })
}

/// A line of `ls-files --stage -t`: `H 100644 <id> 0\t<name>`.
struct IndexEntry<'a> {
    tag: u8,
    mode_and_id: &'a [u8],
    stage: u8,
    name: &'a [u8],
}

impl<'a> IndexEntry<'a> {
    fn read(entry: &'a [u8]) -> Option<Self> {
        let tab = entry.iter().position(|byte| *byte == b'\t')?;
        let (head, name) = (&entry[..tab], &entry[tab + 1..]);
        let (tag, rest) = head.split_first()?;
        let (stage, mode_and_id) = rest.strip_prefix(b" ")?.split_last()?;
        Some(Self { tag: *tag, mode_and_id: mode_and_id.trim_ascii_end(), stage: *stage, name })
    }

    fn line(&self) -> Vec<u8> {
        [self.mode_and_id, b"\t", self.name, b"\0"].concat()
    }
}

fn is_absent(top: &Utf8Path, name: &[u8]) -> Result<bool> {
    let path = top.as_std_path().join(names::to_path(name));
    match std::fs::symlink_metadata(&path) {
        Ok(_) => Ok(false),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(true),
        Err(error) => Err(Error::io(format!("look at `{}`", path.display()), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::unreadable;

    #[test]
    fn what_cannot_be_read_is_taken_from_gits_words() {
        for (line, name) in [
            ("error: open(\"it's here\"): Permission denied\nfatal: adding files failed", Some("it's here")),
            ("warning: could not open directory 'a/b/': Permission denied", Some("a/b")),
            ("error: unable to index file 'x'", Some("x")),
            ("warning: in the working copy of 'a', LF will be replaced by CRLF", None),
        ] {
            assert_eq!(unreadable(line).as_deref(), name);
        }
    }
}
