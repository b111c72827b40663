//! What is left to be done.

use super::*;

/// Words of a rule of this house in place of their stand-ins.
fn spelled(text: &str) -> String {
    text.replace("@do", concat!("TO", "DO")).replace("@mend", concat!("FIX", "ME")).replace("@x", concat!("XX", "X"))
}

#[track_caller]
fn told(text: &str) -> Vec<(u32, u32, String)> {
    let back = |word: &str| match word {
        concat!("TO", "DO") => "@do".to_owned(),
        concat!("FIX", "ME") => "@mend".to_owned(),
        concat!("XX", "X") => "@x".to_owned(),
        word => word.to_owned(),
    };
    to_dos(&spelled(text)).found.into_iter().map(|found| (found.line, found.column, back(found.word))).collect()
}

fn expected(rows: &[(u32, u32, &str)]) -> Vec<(u32, u32, String)> {
    rows.iter().map(|(line, column, word)| (*line, *column, (*word).to_owned())).collect()
}

#[test]
fn comments_of_every_kind_hold_markers() {
    let text = "//! @do: inner\n/// @mend outer\nfn f() {\n    let a = 1; // HACK\n    /* one\n       @x(somebody): two\n       /* @do nested */ */\n}\n/** @do doc */\nstruct S;\n";
    let rows = [(1, 5, "@do"), (2, 5, "@mend"), (4, 19, "HACK"), (6, 8, "@x"), (7, 11, "@do"), (9, 5, "@do")];
    assert_eq!(told(text), expected(&rows));
}

#[test]
fn macros_are_found_where_they_are_called_also_inside_of_others() {
    let text = "macro_rules! m {\n    () => { // @do\n        todo! () };\n}\nfn f() {\n    vec![dbg! (1), std::dbg! [2]];\n    unimplemented!{}\n}\n";
    let rows = [(2, 16, "@do"), (3, 9, "todo!"), (6, 10, "dbg!"), (7, 5, "unimplemented!")];
    assert_eq!(told(text), expected(&rows));
}

#[test]
fn strings_names_and_words_that_are_only_spoken_of_are_not_found() {
    for text in [
        "const A: &str = \"// @do: dbg! (1)\";",
        "const A: &str = r#\"\n// @mend\n todo! ()\n\"#;",
        "const A: &[u8] = b\"@x\";",
        "#[doc = \"@do\"]\nfn f() {}",
        "fn dbg() { dbg; x.todo(); todo != (b) }",
        "macro_rules! todo { () => {} }",
        "use std::{dbg, unimplemented};",
        "// `@do`, \"HACK\" and @doS, a todo, E0@x",
        "/// ```\n/// todo! ()\n/// ```\nfn f() {}",
    ] {
        assert_eq!(told(text), [], "{text}");
    }
}

#[test]
fn one_word_counts_once_a_line_and_others_beside_it_too() {
    assert_eq!(told("// @do @do HACK\n// @do"), expected(&[(1, 4, "@do"), (1, 14, "HACK"), (2, 4, "@do")]));
}

#[test]
fn a_byte_order_mark_counts_as_bytes_and_not_as_a_column() {
    let text = spelled("\u{feff}// @do: a\r\nfn f() {}\r\n");
    let found = to_dos(&text).found;
    assert_eq!((found[0].at, found[0].column, found[0].text.as_str()), (6, 4, spelled("// @do: a").as_str()));
}

#[test]
fn a_broken_file_is_read_to_its_end_and_one_that_nests_too_deep_says_so() {
    let found = to_dos(&spelled("fn f( {\n// @do\n}}} impl\ndbg! (1)"));
    assert_eq!(found.found.iter().map(|found| found.line).collect::<Vec<_>>(), [2, 4]);
    assert!(found.broken.is_some());
    let deep = "(".repeat(5000) + &spelled("// @do");
    assert_eq!(to_dos(&deep), ToDos { found: Vec::new(), broken: Some(1) });
}
