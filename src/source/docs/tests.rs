//! Examples in documentation, as rustdoc finds them, and put onto the baseline's items.

use super::*;
use crate::source::splice::OddKind;
use crate::source::tests::{corpus, cut};

fn found(text: &str) -> Vec<(String, usize, u32)> {
    doctests(text).into_iter().map(|doctest| (doctest.item, doctest.ordinal, doctest.line)).collect()
}

fn at(item: &str, ordinal: usize, line: u32) -> (String, usize, u32) {
    (item.to_owned(), ordinal, line)
}

const TEXT: &str = r#"//! The file.
//!
//! ```
//! a();
//! ```

/// A struct.
///
/// ```no_run
/// # hidden();
/// b();
/// ```
/// Between.
/// ~~~should_panic,edition2021
/// c();
/// ~~~
pub struct S {
    /// ```
    /// d();
    /// ```
    pub field: u8,
}

impl<T> Of<T> {
    /**
     * In a block.
     * ```
     * e();
     * ```
     */
    pub fn method() {}
}

mod inner {
    //! ```rust
    //! f();
    //! ```

    #[doc = "```\ng();\n```"]
    pub enum E {
        /// ```
        /// h();
        /// ```
        V,
    }
    /// ```text
    /// not code
    /// ```
    /// ```console
    /// $ x
    /// ```
    fn none() {}
    /// Indented:
    ///
    ///     i();
    ///
    ///     j();
    ///
    /// - a list
    ///
    ///       not code
    fn indented() {}
}

#[cfg(test)]
mod tests {
    /// ```
    /// never();
    /// ```
    fn t() {}
}
"#;

#[test]
fn examples_of_all_kinds_are_found_with_their_items_and_lines() {
    assert_eq!(
        found(TEXT),
        [
            at("", 0, 3),
            at("S", 0, 9),
            at("S", 1, 14),
            at("S::field", 0, 18),
            at("Of<T>::method", 0, 27),
            at("inner", 0, 35),
            at("inner::E", 0, 39),
            at("inner::E::V", 0, 41),
            at("inner::indented", 0, 55),
        ]
    );
    let doctests = doctests(TEXT);
    assert_eq!(doctests[1].text, "# hidden();\nb();\n");
    assert_eq!(doctests[1].flags, ["no_run"]);
    assert_eq!(doctests[2].flags, ["should_panic", "edition2021"]);
    assert_eq!(doctests[4].text, "e();\n");
    assert_eq!(doctests[8].text, "i();\n\nj();\n");
    assert_eq!(found(&TEXT.replace('\n', "\r\n")), found(TEXT));
    assert_eq!(found(&format!("\u{feff}{TEXT}")), found(TEXT));
    assert!(found(&format!("#![cfg(test)]\n{TEXT}")).is_empty());
}

#[test]
fn a_fence_that_is_never_closed_goes_to_the_end_and_plain_words_are_no_examples() {
    assert_eq!(doctests("/// ```\n/// a();\nfn f() {}")[0].text, "a();\n");
    assert!(found("/// Say ```code``` here.\n/// ``\nfn f() {}\n// ```\n// no\n// ```\nfn g() {}").is_empty());
    assert_eq!(doctests("/// ````\n/// ```\n/// ````\nfn f() {}")[0].text, "```\n");
}

#[track_caller]
fn onto(baseline: &str, current: &str) -> String {
    let spliced = splice_docs(baseline, current);
    assert_eq!((spliced.odd, spliced.missing), (vec![], vec![]));
    spliced.text
}

#[test]
fn documentation_of_a_text_onto_itself_changes_nothing() {
    for (at, (file, text)) in corpus().into_iter().enumerate().filter(|(at, _)| at % 2 == 0) {
        let guises = [text.clone(), format!("\u{feff}{text}"), text.replace('\n', "\r\n"), cut(&text)];
        let text = &guises[(at / 2) % guises.len()];
        assert_eq!(splice_docs(text, text).text, *text, "{file}");
    }
    let corpus = corpus();
    for ((_, one), (_, other)) in corpus.iter().zip(corpus.iter().skip(1)).step_by(20) {
        let _ = splice_docs(&cut(one), &cut(other));
    }
}

#[test]
fn todays_documentation_is_put_onto_yesterdays_code() {
    let base = "//! Old.\n\nuse a::b;\n\n/// Old words.\n/// ```\n/// f(1);\n/// ```\n#[inline]\npub fn f() { 1 }\n\nstruct S {\n    a: u8,\n}\n";
    let new = "//! New.\n//! More.\n\n/// New words.\n/// ```\n/// assert_eq!(f(2), 2);\n/// ```\npub fn f() { 2 }\n\nstruct S {\n    /// A field.\n    /// Long.\n    a: u16,\n}\n";
    assert_eq!(
        onto(base, new),
        "//! New.\n//! More.\n\nuse a::b;\n\n/// New words.\n/// ```\n/// assert_eq!(f(2), 2);\n/// ```\n#[inline]\npub fn f() { 1 }\n\nstruct S {\n    /// A field.\n    /// Long.\n    a: u8,\n}\n"
    );
    assert_eq!(
        onto("// why\npub fn f() {}\n", "/// ```\n/// a();\n/// ```\npub fn f() { 2 }\n"),
        "// why\n/// ```\n/// a();\n/// ```\npub fn f() {}\n"
    );
    assert_eq!(onto("pub fn f() {}\n", "//! New.\npub fn f() {}\n"), "//! New.\npub fn f() {}\n");
    assert_eq!(
        onto("mod m {\n    fn f() {}\n}\n", "mod m {\n    //! New.\n    fn f() {}\n}\n"),
        "mod m {\n    //! New.\n    fn f() {}\n}\n"
    );
    assert_eq!(onto("/// Old.\r\nfn f() {}\r\n", "fn f() {}\n"), "fn f() {}\r\n");
    assert_eq!(
        onto("impl S {\n    fn f() {}\n}", "impl S {\n    /** a\n     * b */\n    fn f() {}\n}"),
        "impl S {\n    /** a\n     * b */\n    fn f() {}\n}"
    );
}

#[test]
fn items_that_are_not_there_and_documentation_from_elsewhere_are_told() {
    let spliced = splice_docs("fn a() {}", "/// ```\n/// b();\n/// ```\nfn b() {}\n/// Words.\nfn c() {}\nfn a() {}");
    assert_eq!((spliced.text.as_str(), spliced.missing), ("fn a() {}", vec!["b".to_owned()]));
    for attribute in [
        "#[doc = include_str!(\"../README.md\")]",
        "#[cfg_attr(doctest, doc = include_str!(\"a.md\"))]",
        "#[doc = concat!(\"a\", \"b\")]",
    ] {
        let spliced = splice_docs("fn a() {}", &format!("{attribute}\nfn a() {{}}"));
        assert_eq!(spliced.text, "fn a() {}");
        assert_eq!(
            spliced.odd.iter().map(|odd| (odd.kind, odd.item.as_str())).collect::<Vec<_>>(),
            [(OddKind::Documentation, "a")]
        );
    }
    assert_eq!(splice_docs("fn a() {}", "#[doc(hidden)]\nfn a() {}").odd, []);
}
