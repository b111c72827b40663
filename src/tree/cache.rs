//! The stat cache: a file that looks as it did is not read again.
//!
//! An entry holds while size, both times, number, device and mode are as they were, and only entries that cannot be
//! racy are kept at all (see [`super::stat`]): what was changed within the last seconds is read once more next time.
//! Entries are facts about files, not about a tree: two processes may replace the cache file under each other, and
//! whichever stays is right.

use super::hash;
use super::stat::{Moment, Stamp};
use crate::error::Result;
use crate::files;
use crate::git::names;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The first line; another one makes the file none.
const HEAD: &str = "cargo-handoff stat cache 1\n";

/// From how many files on more than one thread pays.
const MANY: usize = 64;

/// The largest cache file that is read.
const MOST_BYTES: u64 = 512 << 20;

#[derive(Debug)]
struct Entry {
    stamp: Stamp,
    digest: String,
    used: bool,
}

/// Digests of files by name, each with the stamp under which it holds.
#[derive(Debug)]
pub struct StatCache {
    file: Utf8PathBuf,
    entries: HashMap<Vec<u8>, Entry>,
    /// Before anything of this run was read.
    moment: Option<Option<Moment>>,
    changed: bool,
}

/// What was found at a path.
enum Look {
    /// The digest, from the cache or because nothing has to be read for it.
    Known(String),
    /// It must be read.
    Cold(std::fs::Metadata),
}

/// What lies at an absolute path that no listing named, in the words of [`super::Tree::digest_of`]: an ignored file
/// that a test opened, a file outside of the repository.
///
/// # Errors
/// 74 with the path where it is there and cannot be read.
pub fn digest_file(path: &Utf8Path, cache: &mut StatCache) -> Result<String> {
    let name = path.as_str().as_bytes();
    Ok(cache.digest_all(Path::new(""), &[name])?.pop().unwrap_or_else(|| hash::ABSENT.to_owned()))
}

impl StatCache {
    /// The cache in this file; an empty one where there is none, or it cannot be used.
    #[must_use]
    pub fn open(file: &Utf8Path) -> Self {
        let bytes = files::read(file, MOST_BYTES).ok().flatten().unwrap_or_default();
        let entries = read(&bytes).unwrap_or_default();
        Self { file: file.to_owned(), entries, moment: None, changed: false }
    }

    /// Writes what changed, if anything did. A cache that cannot be written costs time and nothing else; its folder
    /// is not made.
    pub fn save(&mut self) {
        let n_used = self.entries.values().filter(|entry| entry.used).count();
        // What nobody asks for any more goes once it outweighs the rest.
        if 2 * n_used + MANY < self.entries.len() {
            self.entries.retain(|_, entry| entry.used);
            self.changed = true;
        }
        if self.changed && self.file.parent().is_some_and(Utf8Path::is_dir) {
            self.changed = files::replace(&self.file, &write(&self.entries)).is_err();
        }
    }

    /// What lies at each of these names below a folder, in their order. Many cold ones are read in parallel.
    pub(super) fn digest_all(&mut self, folder: &Path, names: &[&[u8]]) -> Result<Vec<String>> {
        let mut digests = vec![String::new(); names.len()];
        let mut cold: Vec<(usize, PathBuf, std::fs::Metadata)> = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let path = folder.join(names::to_path(name));
            match self.look(name, &path)? {
                Look::Known(digest) => digests[at] = digest,
                Look::Cold(file) => cold.push((at, path, file)),
            }
        }
        if cold.is_empty() {
            return Ok(digests);
        }
        let moment = self.moment();
        for ((at, _, file), digest) in cold.iter().zip(read_all(&cold)) {
            let digest = digest?;
            let stamp = Stamp::of(file).filter(|stamp| moment.is_some_and(|moment| moment.is_well_after(stamp)));
            if let Some(stamp) = stamp.filter(|_| digest != hash::ABSENT) {
                self.entries.insert(names[*at].to_vec(), Entry { stamp, digest: digest.clone(), used: true });
                self.changed = true;
            }
            digests[*at] = digest;
        }
        Ok(digests)
    }

    fn look(&mut self, name: &[u8], path: &Path) -> Result<Look> {
        let file = match std::fs::symlink_metadata(path) {
            Ok(file) => file,
            Err(error) if hash::is_absence(&error) => return Ok(Look::Known(hash::ABSENT.to_owned())),
            Err(error) => return Err(hash::cannot_read(path, error)),
        };
        if !file.is_file() {
            // A link's text, or a word: nothing that a cache could save.
            return hash::digest(path, &file).map(Look::Known);
        }
        let stamp = Stamp::of(&file);
        Ok(match self.entries.get_mut(name).filter(|entry| Some(entry.stamp) == stamp) {
            Some(entry) => {
                entry.used = true;
                Look::Known(entry.digest.clone())
            }
            None => Look::Cold(file),
        })
    }

    /// The moment before anything is read; asked for once, and only where something has to be read.
    fn moment(&mut self) -> Option<Moment> {
        let folder = self.file.parent().map(Utf8Path::as_std_path);
        *self.moment.get_or_insert_with(|| folder.and_then(Moment::now))
    }

    #[cfg(all(test, unix))]
    pub(super) fn pretend_to_be_later(&mut self, nanos: i128) {
        let moment = self.moment();
        self.moment = Some(moment.map(|moment| moment.shifted(nanos)));
    }
}

/// The digests in the order given, by as many threads as pay.
fn read_all(cold: &[(usize, PathBuf, std::fs::Metadata)]) -> Vec<Result<String>> {
    let n_cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let n_threads = n_cores.min(cold.len() / MANY).max(1);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((_, path, file)) = cold.get(at) else { return done };
            done.push((at, hash::digest(path, file)));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        done.extend(others.into_iter().flat_map(|other| other.join().expect("a reader panics nowhere")));
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, digest)| digest).collect()
}

/// `digest stamp name`, each ended by a NUL: a name may hold anything else.
fn write(entries: &HashMap<Vec<u8>, Entry>) -> Vec<u8> {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    let mut bytes = HEAD.as_bytes().to_vec();
    for (name, Entry { stamp, digest, .. }) in sorted {
        bytes.extend_from_slice(format!("{digest} {stamp} ").as_bytes());
        bytes.extend_from_slice(name);
        bytes.push(0);
    }
    let sum = files::sha256(&bytes);
    bytes.extend_from_slice(sum.as_bytes());
    bytes
}

fn read(bytes: &[u8]) -> Option<HashMap<Vec<u8>, Entry>> {
    let (bytes, sum) = bytes.split_at_checked(bytes.len().checked_sub(64)?)?;
    // A file that was cut short or edited proves nothing.
    if files::sha256(bytes).as_bytes() != sum {
        return None;
    }
    let lines = bytes.strip_prefix(HEAD.as_bytes())?.strip_suffix(b"\0").unwrap_or_default();
    let mut entries = HashMap::new();
    for line in lines.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let mut words = line.splitn(8, |byte| *byte == b' ');
        let mut word = || std::str::from_utf8(words.next()?).ok();
        let digest = word()?.to_owned();
        let stamp = Stamp {
            size: word()?.parse().ok()?,
            mtime: word()?.parse().ok()?,
            ctime: word()?.parse().ok()?,
            inode: word()?.parse().ok()?,
            device: word()?.parse().ok()?,
            mode: u32::from_str_radix(word()?, 8).ok()?,
        };
        entries.insert(words.next()?.to_vec(), Entry { stamp, digest, used: false });
    }
    Some(entries)
}
