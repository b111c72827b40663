//! Where the payload lies, and how it is read, held and saved.
//!
//! Saving is durable and atomic, takes the lock only for its own short time, and puts its edits onto whatever the
//! file holds by then: what somebody else wrote meanwhile survives, or nothing is written and 75 says why.

use super::document::{Document, MOST_BYTES, Node, too_large};
use super::edit::{Edit, Subject, apply};
use crate::error::{Code, Error, Result};
use crate::files::{self, Lock};
use crate::surroundings::Surroundings;
use crate::words::BY;
use camino::{Utf8Path, Utf8PathBuf};
use std::io;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const LOOKS: usize = 5;

const IGNORED: &str = "/runs/\n/.lock\n/.implement.lock\n/.handoff-*.tmp\n";

/// Sealed evidence is held against its digests: git must not change a byte of it, whatever is set elsewhere.
const ATTRIBUTES: &str =
    "/evidence/** -text -ident -filter -working-tree-encoding -whitespace linguist-generated=true\n";

/// The most bytes of a `.gitattributes` that are read.
const MOST_ATTRIBUTES: u64 = 1 << 20;

/// Where a payload lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The file, absolute.
    pub payload: Utf8PathBuf,
    /// The folder recorded paths are relative to, absolute.
    pub root: Utf8PathBuf,
}

impl Located {
    /// The payload at this absolute path, whether it is there or not: its root is the folder above a folder named
    /// `handoff`, else the folder it lies in.
    #[must_use]
    pub fn at(payload: Utf8PathBuf) -> Self {
        let folder = payload.parent().unwrap_or(Utf8Path::new("/"));
        let above = folder.parent().filter(|_| folder.file_name() == Some("handoff"));
        let root = above.unwrap_or(folder).to_owned();
        Self { payload, root }
    }

    /// The folder the payload lies in: locks, runs and evidence lie beside it.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        self.payload.parent().unwrap_or(&self.root)
    }

    /// The payload as it should be shown: relative to its root.
    #[must_use]
    pub fn name(&self) -> String {
        name_of(&self.payload)
    }
}

fn name_of(path: &Utf8Path) -> String {
    let folder = path.parent().and_then(Utf8Path::file_name);
    match (folder, path.file_name()) {
        (Some("handoff"), Some(file)) => format!("handoff/{file}"),
        (Some(_) | None, Some(_) | None) => path.to_string(),
    }
}

/// Finds the payload without starting a process: `payload` itself, else the first `handoff/payload.json` in the
/// folder of `manifest` (or the current one) or above, up to the root of the git repository.
///
/// # Errors
/// 66 where there is none or it is no regular file, 74 where it cannot be looked at, 102 where there is no cargo
/// workspace here either.
pub fn locate(surroundings: &Surroundings, payload: Option<&Utf8Path>, manifest: Option<&Utf8Path>) -> Result<Located> {
    find(surroundings, payload, manifest)?.ok_or_else(|| missing(Utf8Path::new("handoff/payload.json")))
}

/// The same for who can do without: `None` where there is a workspace and nobody named or made a payload.
///
/// # Errors
/// As [`locate`]'s, and 66 only where a payload was named or something else stands in its place.
pub fn find(
    surroundings: &Surroundings,
    payload: Option<&Utf8Path>,
    manifest: Option<&Utf8Path>,
) -> Result<Option<Located>> {
    if let Some(payload) = payload {
        let path = surroundings.absolute(payload);
        return if is_regular(&path)? { Ok(Some(Located::at(path))) } else { Err(missing(&path)) };
    }
    let start = match manifest {
        Some(manifest) => {
            let manifest = surroundings.absolute(manifest);
            manifest.parent().map(Utf8Path::to_owned).unwrap_or(manifest)
        }
        None => surroundings.folder.clone(),
    };
    let mut any_manifest = false;
    for folder in start.ancestors() {
        let path = folder.join("handoff").join("payload.json");
        if is_regular(&path)? {
            return Ok(Some(Located::at(path)));
        }
        any_manifest |= folder.join("Cargo.toml").exists();
        if folder.join(".git").exists() {
            break;
        }
    }
    if any_manifest {
        return Ok(None);
    }
    Err(Error::new(Code::NoWorkspace, format!("no `handoff/payload.json` and no `Cargo.toml` in `{start}` or above"))
        .hint("go to a cargo workspace, then type `cargo handoff init`"))
}

fn missing(path: &Utf8Path) -> Error {
    Error::new(Code::PayloadMissing, format!("there is no payload `{path}`"))
        .hint("an empty one for the stages upstream to fill in: `cargo handoff init`")
        .next("cargo handoff init --from-branch \"what it is for\"", "draft one from what your branch changed")
}

/// Whether a regular file is there. Looks at it without opening it: opening a FIFO would wait for its writer.
///
/// # Errors
/// 66 where it is something else, 74 where it cannot be looked at.
pub fn is_regular(path: &Utf8Path) -> Result<bool> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(true),
        Ok(metadata) => {
            let what = if metadata.is_dir() { "a folder" } else { "not a regular file" };
            Err(Error::new(Code::PayloadMissing, format!("the payload `{path}` is {what}"))
                .hint("move it away first")
                .next("cargo handoff init --from-branch \"what it is for\"", "draft one from what your branch changed"))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
        Err(error) => {
            Err(Error::io(format!("look at `{path}`"), error).hint(format!("`ls -l {path}` shows what it is")))
        }
    }
}

/// Reads and checks the payload.
///
/// # Errors
/// 65 where it is malformed, 66 where it is not there or no regular file, 74 where it cannot be read.
pub fn load(path: &Utf8Path) -> Result<Document> {
    match read(path)? {
        Some(bytes) => Document::parse(&name_of(path), bytes),
        None => Err(missing(path)),
    }
}

fn read(path: &Utf8Path) -> Result<Option<Vec<u8>>> {
    if !is_regular(path)? {
        return Ok(None);
    }
    let n_bytes = path.metadata().map_or(0, |metadata| metadata.len());
    let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    if limit < n_bytes {
        return Err(too_large(&name_of(path), usize::try_from(n_bytes).unwrap_or(usize::MAX)));
    }
    files::read(path, limit)
}

/// What became of a save.
#[derive(Debug)]
pub struct Saved {
    /// The payload as it now stands in the file.
    pub document: Document,
    /// Whether anything was written.
    pub changed: bool,
    /// Whether somebody else had changed the file since it was read, and both changes are in it now.
    pub merged: bool,
}

/// Makes these edits to the payload, which was `base` when it was read. Where somebody changed the file since, the
/// edits are made to what it holds now.
///
/// Survives `kill -9` at any point with the old or the new payload, whole (see [`files::replace`]). Writers that do
/// not take the lock can still write between our last look and the rename: the time of one `fsync`.
///
/// # Errors
/// 75 where the lock is held for 30 seconds, or the file was removed or broken, or what these edits renew was
/// changed by somebody else; 65 where an edit does not fit; 70 where a value would be lost; 74 where it cannot be
/// written. The file is untouched then.
pub fn save(located: &Located, base: &Document, edits: &[Edit]) -> Result<Saved> {
    let path = &located.payload;
    let under_us = |what: &str| {
        Error::new(
            Code::ChangedUnderUs,
            format!("`{}` was {what} since it was read; nothing was written", located.name()),
        )
        .hint("look at what happened, then run the command again")
    };
    if !located.folder().is_dir() {
        return Err(under_us("removed"));
    }
    let _lock = Lock::take(&located.folder().join(".lock"), PATIENCE)?;
    let look = || match read(path) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(under_us("removed")),
        Err(error) if error.code == Code::PayloadMissing => Err(under_us("replaced by something else").because(error)),
        Err(error) => Err(error),
    };
    // Once more where a writer without the lock came between our reading and our writing.
    for _ in 0..LOOKS {
        let bytes = look()?;
        let theirs = if base.is(&bytes) {
            drop(bytes);
            None
        } else {
            let theirs = Document::parse(base.name(), bytes).map_err(|error| under_us("broken").because(error))?;
            let touched = changed_under_us(base, &theirs, edits);
            if !touched.is_empty() {
                return Err(under_us(&format!("changed by somebody else in `{}`", touched.join("`, `"))));
            }
            Some(theirs)
        };
        let current = theirs.as_ref().unwrap_or(base);
        let document = apply(current, edits)?;
        let changed = document.text() != current.text();
        if !changed || current.is(&look()?) {
            if changed {
                files::replace(path, &document.bytes())?;
            }
            return Ok(Saved { document, changed, merged: theirs.is_some() });
        }
    }
    Err(under_us("changed again and again"))
}

/// The bytes of the payload as they are, whatever they are: in the middle of a merge they are no JSON.
///
/// # Errors
/// 66 where there is none, 74 where it cannot be read.
pub fn bytes(located: &Located) -> Result<Vec<u8>> {
    read(&located.payload)?.ok_or_else(|| missing(&located.payload))
}

/// Puts a whole payload in the place of these bytes: only where they were no payload, being in conflict.
///
/// # Errors
/// 75 where the lock is held for 30 seconds or the file is not what it was; 74 where it cannot be written. The file
/// is untouched then.
pub fn put(located: &Located, before: &[u8], document: &Document) -> Result<()> {
    let _lock = Lock::take(&located.folder().join(".lock"), PATIENCE)?;
    if bytes(located)? != before {
        let message = format!("`{}` was changed since it was read; nothing was written", located.name());
        return Err(Error::new(Code::ChangedUnderUs, message).hint("look at what happened, then run the command again"));
    }
    files::replace(&located.payload, &document.bytes())
}

/// The entries, objects and statuses which these edits would renew and somebody else has changed since `base`.
fn changed_under_us(base: &Document, theirs: &Document, edits: &[Edit]) -> Vec<String> {
    let mut touched = Vec::new();
    let (base, theirs) = (base.root(), theirs.root());
    for edit in edits {
        let (what, old, new) = match edit {
            Edit::Meta { .. } | Edit::Append { .. } => continue,
            Edit::Entry { list, entry } | Edit::Finding { list, entry } => {
                let section = if matches!(edit, Edit::Entry { .. }) { "implementation" } else { "qaFindings" };
                let id = entry.get("id").and_then(|id| id.as_str()).unwrap_or_default();
                let find = |root: Node<'_>| -> Option<String> {
                    let list = root.at(&[section, list])?;
                    let is_it = |node: &Node<'_>| is_ours(*node) && text(*node, "id").as_deref() == Some(id);
                    list.elements().into_iter().find(is_it).map(|node| node.raw().to_owned())
                };
                (id.to_owned(), find(base), find(theirs))
            }
            Edit::Object { name, .. } => {
                let find = |root: Node<'_>| -> Option<String> {
                    let implementation = root.get("implementation")?;
                    let beside = format!("{name}ByHandoff");
                    let ours = [name.as_str(), &beside].into_iter().filter_map(|key| implementation.get(key));
                    ours.into_iter().find(|node| is_ours(*node)).map(|node| node.raw().to_owned())
                };
                (format!("implementation.{name}"), find(base), find(theirs))
            }
            Edit::Decision { .. } => {
                let find = |root: Node<'_>| Some(root.at(&["qaFindings", "status"])?.raw().to_owned());
                ("qaFindings.status".to_owned(), find(base), find(theirs))
            }
            Edit::Status { subject, to, .. } => {
                let find = |root: Node<'_>| text(subject_at(root, subject)?, "status");
                let (old, new) = (find(base), find(theirs));
                if new.as_ref() == Some(to) {
                    continue;
                }
                (subject.id(), old, new)
            }
            Edit::Red { scenario, .. } => {
                let subject = Subject::Scenario(scenario.clone());
                let find = |root: Node<'_>| Some(subject_at(root, &subject)?.get("red")?.raw().to_owned());
                (format!("red of {}", subject.id()), find(base), find(theirs))
            }
        };
        if old != new {
            touched.push(what);
        }
    }
    touched
}

/// The step or scenario.
fn subject_at<'a>(root: Node<'a>, subject: &Subject) -> Option<Node<'a>> {
    let (section, name, id) = subject.place();
    let mut subjects = root.at(&[section, name])?.elements().into_iter().enumerate();
    subjects.find(|(index, node)| super::model::id_of(*node, *index) == id).map(|(_, node)| node)
}

fn text(node: Node<'_>, key: &str) -> Option<String> {
    Some(node.get(key)?.text_or_number()?.into_owned())
}

fn is_ours(node: Node<'_>) -> bool {
    text(node, "by").as_deref() == Some(BY)
}

/// Holds the payload for the whole time of an `implement`, so that a second one hears of the first. Saving takes
/// another lock, so notes and other tools are not kept out.
///
/// # Errors
/// 75 at once, naming the holder.
pub fn hold(located: &Located) -> Result<Lock> {
    let mut lock = Lock::take(&located.folder().join(".implement.lock"), Duration::ZERO)?;
    lock.say(&format!("`cargo handoff implement`, process {}", std::process::id()))?;
    Ok(lock)
}

/// Makes the payload's folder with a `.gitignore` for what lies there and is not to be committed, and a
/// `.gitattributes` that keeps git from changing evidence. A `.gitignore` that is there stays as it is; so does a
/// `.gitattributes` that speaks of evidence, and one that does not gets our line behind its own.
///
/// # Errors
/// 74 where that cannot be written.
pub fn prepare_folder(located: &Located) -> Result<()> {
    files::create_folder(located.folder())?;
    make(&located.folder().join(".gitignore"), IGNORED)?;
    let attributes = located.folder().join(".gitattributes");
    make(&attributes, ATTRIBUTES)?;
    // A link leads to a file of somebody else's.
    if !attributes.symlink_metadata().is_ok_and(|entry| entry.is_file()) {
        return Ok(());
    }
    let mut text = files::read(&attributes, MOST_ATTRIBUTES)?.unwrap_or_default();
    let speaks_of_evidence = |line: &[u8]| !line.starts_with(b"#") && line.windows(8).any(|word| word == b"evidence");
    if text.split(|byte| *byte == b'\n').any(speaks_of_evidence) {
        return Ok(());
    }
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    text.extend_from_slice(ATTRIBUTES.as_bytes());
    files::replace(&attributes, &text)
}

/// Makes a file where there is none.
fn make(path: &Utf8Path, text: &str) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        return Ok(());
    }
    match files::create(path, text.as_bytes()) {
        // Somebody else made it between our look and now: then there is one.
        Err(_) if path.symlink_metadata().is_ok() => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests;
