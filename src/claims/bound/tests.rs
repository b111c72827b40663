//! Patches that make the tree, and those that do not.

use super::*;

const OLD: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";
const NEW: &str = "one\n2\nthree\nfour\nfive\nsix\nseven\nnine\nten";
const PATCH: &str = "diff --git a/f b/f\nindex aaaa..bbbb 100644\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n\
                     @@ -7,2 +7,3 @@ six\n seven\n-eight\n+nine\n+ten\n\\ No newline at end of file\n";

fn only(patch: &str) -> Section<'_> {
    sections(patch.as_bytes()).pop().expect("one section")
}

#[test]
fn a_patch_makes_the_new_content_of_the_old() {
    let section = only(PATCH);
    assert!(section.is_of("aaaa", "bbbb"));
    assert_eq!(section.apply(OLD.as_bytes()).expect("it fits"), NEW.as_bytes());
    assert_eq!(section.apply(b"other\n"), None, "it fits nothing else");
    let lie = PATCH.replace("+nine", "+neun");
    assert_ne!(only(&lie).apply(OLD.as_bytes()).expect("it fits"), NEW.as_bytes());
}

#[test]
fn files_come_and_go() {
    let came =
        "diff --git a/f b/f\nnew file mode 100644\nindex 0000..bbbb\n--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n";
    assert_eq!(only(came).apply(b"").expect("it fits"), b"a\nb\n");
    let went =
        "diff --git a/f b/f\ndeleted file mode 100644\nindex bbbb..0000\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
    assert_eq!(only(went).apply(b"a\n").expect("it fits"), b"");
}

#[test]
fn lines_that_look_like_headings_are_content_within_a_hunk() {
    let odd = "diff --git a/f b/f\nindex aaaa..bbbb 100644\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-index 1..2\n+@@ -1 +1 @@\n same\n";
    assert_eq!(only(odd).apply(b"index 1..2\nsame\n").expect("it fits"), b"@@ -1 +1 @@\nsame\n");
}

#[test]
fn a_broken_patch_fits_nothing_and_breaks_nothing() {
    for hunk in
        ["@@ -9,1 +9,1 @@\n-x\n+y\n", "@@ -1,9 +1,9 @@\n one\n", "@@ nonsense @@\n", "@@ -0,1 +1 @@\n-one\n+y\n"]
    {
        let patch = format!("diff --git a/f b/f\nindex a..b\n{hunk}");
        assert_eq!(only(&patch).apply(b"one\n"), None, "{hunk}");
    }
}

#[test]
fn an_empty_line_may_stand_there_without_its_sign() {
    let bare = "diff --git a/f b/f\nindex aaaa..bbbb 100644\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n\n-two\n+2\n";
    assert_eq!(only(bare).apply(b"one\n\ntwo\n").expect("it fits"), b"one\n\n2\n");
    assert_eq!(only(bare).apply(b"one\nmore\ntwo\n"), None);
}

#[test]
fn numbers_beyond_all_lines_fit_nothing_and_break_nothing() {
    const MOST: &str = "18446744073709551615";
    for heading in
        [format!("@@ -1,{MOST} +1,5 @@"), format!("@@ -{MOST},{MOST} +{MOST},{MOST} @@"), format!("@@ -{MOST},0 +1 @@")]
    {
        let patch = format!("diff --git a/f b/f\nindex a..b\n{heading}\n-one\n+y\n");
        assert_eq!(only(&patch).apply(b"one\n"), None, "{heading}");
    }
}
