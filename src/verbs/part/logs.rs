//! The logs of a share, carried with its part: whoever joins the parts quotes them as if they had been made there.

use crate::error::{Error, Result};
use crate::evidence;
use crate::files;
use camino::Utf8Path;
use std::collections::BTreeMap;

/// The most bytes of one log that are carried: reports quote less.
const MOST_OF_ONE: usize = 256 << 10;

/// The most bytes of all of them.
const MOST: usize = 64 << 20;

/// The largest log that is read.
const LARGEST: u64 = 256 << 20;

/// Logs by their names, which are plain.
pub(in crate::verbs) type Logs = BTreeMap<String, String>;

/// The logs of these names, those before the others that tell of something bad: of the rest some may find no room.
///
/// # Errors
/// 74 where one cannot be read.
pub(in crate::verbs) fn read<'a>(folder: &Utf8Path, names: impl IntoIterator<Item = (&'a str, bool)>) -> Result<Logs> {
    let mut names: Vec<(&str, bool)> = names.into_iter().collect();
    names.sort_by_key(|(_, is_bad)| !is_bad);
    let (mut logs, mut room) = (Logs::new(), MOST);
    for (name, _) in names {
        let Some(bytes) = files::read(&folder.join(name), LARGEST)? else { continue };
        let text = String::from_utf8_lossy(&evidence::cut(&bytes, MOST_OF_ONE)).into_owned();
        if text.len() <= room {
            room -= text.len();
            logs.insert(name.to_owned(), text);
        }
    }
    Ok(logs)
}

/// Writes them into this folder.
///
/// # Errors
/// 74.
pub(in crate::verbs) fn write(folder: &Utf8Path, logs: &Logs) -> Result<()> {
    for (name, text) in logs.iter().filter(|(name, _)| evidence::is_of_evidence(name)) {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| Error::io(format!("write the log `{path}`"), error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_carried_as_they_are_and_lead_nowhere() {
        let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let [from, to] = [&from, &to].map(|folder| Utf8Path::from_path(folder.path()).expect("UTF-8"));
        std::fs::write(from.join("a.txt"), "all of it\n").expect("written");
        std::fs::write(from.join("b.txt"), "x".repeat(2 * MOST_OF_ONE)).expect("written");
        let mut logs = read(from, [("a.txt", false), ("b.txt", true), ("gone.txt", true)]).expect("read");
        assert_eq!(logs["a.txt"], "all of it\n");
        assert!(logs["b.txt"].len() <= MOST_OF_ONE && logs["b.txt"].contains("bytes left out"));
        assert_eq!(logs.len(), 2);
        let inside = to.join("inside");
        std::fs::create_dir(&inside).expect("a folder");
        logs.insert("../outside.txt".into(), "no".into());
        write(&inside, &logs).expect("written");
        let names: Vec<String> =
            inside.read_dir_utf8().expect("listed").map(|entry| entry.expect("read").file_name().to_owned()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(!to.join("outside.txt").exists());
    }
}
