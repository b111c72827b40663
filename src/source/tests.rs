//! Test functions of all kinds, also in broken text, and what a change did to them.

use super::*;
use crate::workspace::changes::{Change, ChangeKind};
use std::collections::BTreeSet;

const TEXT: &str = r#"
fn helper() {}

#[test]
fn plain() {}

mod outer {
    mod tests {
        /// Documented.
        #[tokio::test(flavor = "multi_thread")]
        #[ignore = "slow"]
        async fn in_modules() {
            assert!(true);
        }
        #[rstest]
        #[case(1)]
        fn with_cases(#[case] x: u32) {}
    }
    #[cfg_attr(not(miri), test)]
    fn sometimes() {}
    #[cfg(test)]
    fn no_test() {}
    #[testing]
    fn no_test_either() {}
}

proptest! {
    #[test]
    fn in_a_macro(x in 0..10) {
        prop_assert!(x < 10);
    }
}
"#;

fn paths(text: &str) -> Vec<String> {
    test_functions(text).into_iter().map(|function| function.path).collect()
}

#[test]
fn test_functions_of_all_kinds_are_found_with_their_modules() {
    assert_eq!(
        paths(TEXT),
        ["plain", "outer::tests::in_modules", "outer::tests::with_cases", "outer::sometimes", "in_a_macro"]
    );
}

#[test]
fn lines_count_from_one_and_begin_with_the_first_attribute() {
    let found = test_functions(TEXT);
    assert_eq!(found[0].lines, 4..6);
    assert_eq!(found[1].lines, 9..15);
    assert_eq!(found[4].lines, 28..32);
    assert_eq!(found.iter().map(|function| function.ignored).collect::<Vec<_>>(), [false, true, false, false, false]);
}

#[test]
fn comments_and_formatting_do_not_change_a_digest_and_an_attribute_does() {
    let digest = |text: &str| test_functions(text)[0].digest.clone();
    let plain = digest("#[test]\nfn a() { let x = 1; }");
    assert_eq!(plain, digest("#[test] fn a()\n{\n    // why\n    let x=1;\n}"));
    assert_ne!(plain, digest("#[test]\n#[ignore]\nfn a() { let x = 1; }"));
    assert_ne!(plain, digest("#[test]\nfn a() { let x = 2; }"));
    let in_macro =
        |body| digest(&format!("proptest! {{ #[test]\nfn a(x in 0..3) {{ {body} }}\n#[test] fn b() {{}} }}"));
    assert_eq!(in_macro("x();"), in_macro("x( ) ; // why\n"));
    assert_ne!(in_macro("x();"), in_macro("y();"));
}

#[test]
fn broken_text_is_read_as_far_as_it_goes() {
    assert_eq!(paths("#[test]\nfn a() { let x = ; }\n}}}\n#[test]\nfn b() {}"), ["a", "b"]);
    assert!(paths("\u{feff}#[te").is_empty());
    assert!(paths("").is_empty());
    assert!(paths("#[test]\nfn () {}").is_empty());
}

fn change(file: &str, kind: ChangeKind) -> Change {
    Change {
        file: file.into(),
        kind,
        from: None,
        package: None,
        from_package: None,
        lines: None,
        before: None,
        after: None,
        new_lines: BTreeSet::new(),
        old_lines: BTreeSet::new(),
        diff: String::new(),
    }
}

#[test]
fn functions_are_told_apart_as_added_changed_and_removed() {
    let old = "mod t { #[test] fn same() {} #[test] fn other() {} #[test] fn gone() {} }";
    let new = "\n\nmod t {\n #[test] fn same() {}\n #[test] fn other() { x() }\n #[test] fn fresh() {}\n #[test] #[cfg(no)] fn off() {} }";
    let listing = BTreeSet::from(["a::t::same", "a::t::other", "a::t::fresh", "b::t::fresh"]);
    let change = change("crates/x/src/a.rs", ChangeKind::Modified);
    let attributed = attribute(&change, Some(old), Some(new), &listing);
    assert_eq!(
        attributed,
        Attributed {
            added: vec!["a::t::fresh".into()],
            changed: vec!["a::t::other".into()],
            removed: vec!["a::t::gone".into()],
            unattributed: 1,
        }
    );
}

#[test]
fn the_place_of_a_file_gives_the_modules_around_it() {
    let added = |file: &str, listing: &[&str]| {
        let listing: BTreeSet<&str> = listing.iter().copied().collect();
        attribute(&change(file, ChangeKind::Added), None, Some("#[test] fn f() {}"), &listing).added
    };
    assert_eq!(added("src/lib.rs", &["f", "a::f"]), ["f"]);
    assert_eq!(added("src/a/mod.rs", &["f", "a::f"]), ["a::f"]);
    assert_eq!(added("src/a/b.rs", &["a::b::f", "b::f"]), ["a::b::f"]);
    assert_eq!(added("src/bin/tool.rs", &["f"]), ["f"]);
    assert_eq!(added("src/bin/tool/part.rs", &["part::f", "f"]), ["part::f"]);
    assert_eq!(added("x/tests/it.rs", &["f", "it::f"]), ["f"]);
    assert_eq!(added("x/tests/it/main.rs", &["f"]), ["f"]);
    assert_eq!(added("x/tests/it/part.rs", &["part::f", "f"]), ["part::f"]);
    assert_eq!(added("odd/place.rs", &["somewhere::f"]), ["somewhere::f"]);
    assert!(added("odd/place.rs", &["one::f", "two::f"]).is_empty());
    assert_eq!(added("src/lib.rs", &["f::case_1", "f::case_2"]), ["f::case_1", "f::case_2"]);
    assert!(added("README.md", &["f"]).is_empty());
}

#[test]
fn a_moved_test_is_not_removed_and_lines_decide_without_the_old_text() {
    let listing = BTreeSet::from(["a::f", "a::g"]);
    let moved = attribute(&change("src/a.rs", ChangeKind::Deleted), Some("#[test] fn f() {}"), None, &listing);
    assert_eq!(moved, Attributed::default());
    let mut change = change("src/a.rs", ChangeKind::Modified);
    change.new_lines = BTreeSet::from([1, 4]);
    let text = "#[test] fn f() {}\n\n#[test]\nfn g() {}\n#[test] fn h() {}\n";
    let attributed = attribute(&change, None, Some(text), &listing);
    assert_eq!((attributed.added, attributed.changed), (vec!["a::f".into()], vec!["a::g".into()]));
}

#[test]
fn a_text_that_nests_too_deep_is_not_read_and_does_no_harm() {
    for open in ["(", "[", "{", "mod a{", "!", "- ", "x(", "&", "A<", "fn f() { let x: A<", "'a' ("] {
        let text = format!("#[test]\nfn t() {{}}\nfn f() {{ {}", open.repeat(100_000));
        assert!(test_functions(&text).is_empty(), "{open}");
        assert!(test_facts(&text).is_empty());
        let spliced = splice(&text, &text);
        assert_eq!((spliced.text == text, spliced.odd[0].kind), (true, OddKind::Broken), "{open}");
        let hidden = [
            format!("/* {text} */"),
            format!("const T: &str = r##\"{text}\"##;"),
            format!("// {}", open.repeat(100_000)),
        ];
        for text in hidden {
            assert_eq!(test_functions(&format!("{text}\n#[test]\nfn t() {{}}")).len(), 1, "{open}");
        }
    }
    assert_eq!(
        test_functions(&format!("const T: [&str; 900] = [{}];\n#[test] fn t() {{}}", "\"{\", '(', ".repeat(300))).len(),
        1
    );
}

/// This package's own sources, with their names.
pub(super) fn corpus() -> Vec<(String, String)> {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("text");
                found.push((path.display().to_string(), text));
            }
        }
    }
    found.sort();
    assert!(100 < found.len());
    found
}

/// A text cut off somewhere, at both ends.
pub(super) fn cut(text: &str) -> String {
    let place = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    // A place that is different in each file, in the first half.
    let from = text.len() * (text.len() % 17) / 34;
    text[place(from)..place(text.len() * 7 / 11)].to_owned()
}

#[test]
fn what_an_older_edition_reads_is_no_syntax_error() {
    for text in [
        "fn roll(r: &mut impl Rng) -> u8 { r.gen() }\n",
        "pub fn gen() {}\n",
        "fn async(dyn: u8) -> u8 { dyn }\n",
        "async fn go() { gen().await }\n",
    ] {
        assert_eq!(outline(text).broken, None, "{text}");
    }
    assert_eq!(outline("fn gen() {\n\nfn b( {}\n").broken, Some(3));
}

#[test]
fn two_signatures_that_differ_far_behind_are_two() {
    let list: Vec<String> = (0..60).map(|n| format!("argument_{n}: u16")).collect();
    let signature = |last: &str| {
        outline(&format!("pub fn long({}, last: {last}) {{}}\n", list.join(", "))).symbols[0].signature.clone()
    };
    assert_ne!(signature("u16"), signature("i64"));
    assert_eq!(signature("u16"), signature("u16"));
    assert!(signature("u16").len() < 450, "it stays short");
}
