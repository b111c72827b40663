//! A run's patch, cut into the diffs of its files.

use crate::git::names;
use std::collections::BTreeMap;

/// What every file's part begins with. Lines of content begin with ` `, `+`, `-` or `\`, so none of them can look so.
const HEADER: &str = "diff --git ";

/// Each file's diff by its name relative to the payload's root, which lies at this prefix below the repository's top. A
/// file whose type changed has two parts.
pub(super) fn diffs(patch: &str, prefix: &str) -> BTreeMap<String, String> {
    let mut diffs: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |part: &str| {
        if let Some(name) = name(part) {
            let file = names::to_text(&names::relative(&name, prefix));
            diffs.entry(file).or_default().push_str(part);
        }
    };
    let (mut start, mut at) = (None, 0);
    for line in patch.split_inclusive('\n') {
        if line.starts_with(HEADER) {
            if let Some(start) = start {
                add(&patch[start..at]);
            }
            start = Some(at);
        }
        at += line.len();
    }
    if let Some(start) = start {
        add(&patch[start..]);
    }
    diffs
}

/// The name of a part's file: the new one, else the old one, as git spells it below the top.
fn name(part: &str) -> Option<Vec<u8>> {
    let (mut old, mut renamed) = (None, None);
    for line in part.lines().take_while(|line| !line.starts_with("@@ ")) {
        // git puts a tab behind a name with blanks in it.
        let is_file = |line: &str, side: &str| {
            let name = line.trim_end_matches('\t');
            names::to_bytes(name).strip_prefix(side.as_bytes()).map(<[u8]>::to_vec)
        };
        if let Some(line) = line.strip_prefix("+++ ") {
            if let Some(name) = is_file(line, "b/") {
                return Some(name);
            }
        } else if let Some(line) = line.strip_prefix("--- ") {
            old = is_file(line, "a/");
        } else if let Some(line) = line.strip_prefix("rename to ") {
            renamed = Some(names::to_bytes(line));
        }
    }
    old.or(renamed).or_else(|| same_on_both_sides(part.lines().next()?.strip_prefix(HEADER)?))
}

/// The name in `a/NAME b/NAME`, where nothing else tells it: only the mode changed, or the file is empty.
fn same_on_both_sides(sides: &str) -> Option<Vec<u8>> {
    let half = sides.len().checked_sub(1)? / 2;
    let (old, new) = (sides.get(..half)?, sides.get(half + 1..)?);
    let plain = |side: &str, mark: &str| names::to_bytes(side).strip_prefix(mark.as_bytes()).map(<[u8]>::to_vec);
    let (old, new) = (plain(old, "a/")?, plain(new, "b/")?);
    (old == new).then_some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "diff --git a/sub/a b.rs b/sub/a b.rs\n--- a/sub/a b.rs\t\n+++ b/sub/a b.rs\t\n@@ -1 +1 @@\n-x\n+++ b/other\ndiff --git a/sub/old b/sub/new\nsimilarity index 100%\nrename from sub/old\nrename to sub/new\ndiff --git a/up b/up\nold mode 100644\nnew mode 100755\ndiff --git \"a/sub/x\\ny\" \"b/sub/x\\ny\"\ndeleted file mode 100644\n--- \"a/sub/x\\ny\"\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";

    #[test]
    fn each_file_has_its_own_part_by_its_name_below_the_root() {
        let diffs = diffs(PATCH, "sub/");
        let files: Vec<&str> = diffs.keys().map(String::as_str).collect();
        assert_eq!(files, ["../up", "a b.rs", "new", "x\ny"]);
        assert!(diffs["a b.rs"].ends_with("+++ b/other\n"), "content is no header: {diffs:#?}");
        assert_eq!(diffs.values().map(String::len).sum::<usize>(), PATCH.len());
    }

    #[test]
    fn a_patch_that_is_none_has_no_parts() {
        assert!(diffs("", "").is_empty());
        assert!(diffs("nothing\n", "").is_empty());
        assert!(diffs("diff --git \n", "").is_empty());
    }
}
