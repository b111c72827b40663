//! Many blobs at once, in two questions however many they are.

use super::snapshot::Snapshot;
use crate::error::Result;
use std::collections::BTreeMap;

impl Snapshot {
    /// The bytes of these blobs of the tree, by id. Left out: what is larger than this, not there, or no blob.
    ///
    /// # Errors
    /// Those of asking.
    pub fn blobs<'i>(&self, ids: impl IntoIterator<Item = &'i str>, largest: u64) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut wanted: Vec<&str> = ids.into_iter().collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let sizes =
            self.answer_to(&wanted, &["cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)"])?;
        let sizes = String::from_utf8_lossy(&sizes).into_owned();
        let fits = sizes.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let (id, kind, size) = (words.next()?, words.next()?, words.next()?.parse::<u64>().ok()?);
            (kind == "blob" && size <= largest).then_some(id)
        });
        let fits: Vec<&str> = fits.collect();
        if fits.is_empty() {
            return Ok(BTreeMap::new());
        }
        Ok(read(&self.answer_to(&fits, &["cat-file", "--batch"])?))
    }
}

/// `<id> blob <size>\n<bytes>\n`, again and again.
fn read(mut answer: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    while let Some(at) = answer.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8_lossy(&answer[..at]).into_owned();
        answer = &answer[at + 1..];
        let mut words = head.split(' ');
        let (Some(id), Some("blob"), Some(size)) = (words.next(), words.next(), words.next()) else { continue };
        let Some(bytes) = size.parse().ok().and_then(|size: usize| answer.get(..size)) else { break };
        found.insert(id.to_owned(), bytes.to_vec());
        answer = answer.get(bytes.len() + 1..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_told_apart_by_their_sizes_whatever_they_hold() {
        let found = read(b"aa blob 5\nx\n\n0 \nbb missing\ncc blob 0\n\ndd blob 2\nok\n");
        let told: Vec<(&str, &[u8])> = found.iter().map(|(id, bytes)| (id.as_str(), bytes.as_slice())).collect();
        assert_eq!(told, [("aa", &b"x\n\n0 "[..]), ("cc", b""), ("dd", b"ok")]);
    }
}
