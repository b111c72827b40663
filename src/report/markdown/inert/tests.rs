//! Tests of what text from outside becomes.

use super::{code, fence, html, prose};

#[test]
fn words_that_could_become_something_are_code() {
    for (text, told) in [
        ("Amounts are rounded half to even.", "Amounts are rounded half to even."),
        ("`rounds_down` asserts less", "`rounds_down` asserts less"),
        ("see snake_case, (and a*b).", "see `snake_case`, (and `a*b`)."),
        ("ask @someone about #12", "ask `@someone` about `#12`"),
        ("a<b>c & d", "`a<b>c` &amp; d"),
        ("at http://example.invalid/x.", "at `http://example.invalid/x`."),
        ("a|b", "`a`&#124;`b`"),
        ("x|me@example.invalid|", "`x`&#124;`me@example.invalid`&#124;"),
        ("|", "&#124;"),
        ("- item", "`-` item"),
        ("1. one 2. two", "`1.` one 2. two"),
        ("12 files - all", "12 files - all"),
        ("a ` b", "a `` ` `` b"),
        ("a`b`c_d`e`", "a`b` `c_d` `e`"),
        ("`a``b`", "`a` `b`"),
        ("``a`` b", "``` ``a`` ``` b"),
        ("two\n\n lines", "two lines"),
        ("##[error]x", "`#\\u0023[error]x`"),
        ("over\u{202e}", "`over\\u{202e}`"),
        ("std::vec::Vec :tada:", "`std::vec::Vec` `:tada`:"),
        ("deadbeef", "`deadbeef`"),
        ("of/1234567 or 1234567...abcdef0", "`of/1234567` or `1234567...abcdef0`"),
        ("C# and F#", "C# and F#"),
        ("", ""),
    ] {
        assert_eq!(prose(text, 200), told, "{text}");
    }
}

#[test]
fn code_is_fenced_by_more_backticks_than_it_has() {
    for (text, told) in [
        ("src/lib.rs", "`src/lib.rs`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a``b`c", "```a``b`c```"),
        ("a|b<c>", "`a`&#124;`b<c>`"),
        ("two\nlines", "`two\\nlines`"),
        ("", "–"),
        ("  ", "–"),
        (" a ", "`a`"),
        ("a\\", "`a\\`"),
    ] {
        assert_eq!(code(text, 100), told, "{text}");
    }
}

#[test]
fn text_is_cut_before_and_after_it_is_spelt_out() {
    assert_eq!(prose(&"a".repeat(10), 5), "aaaa…");
    assert!(prose(&"\u{1b}".repeat(10_000), 50).chars().count() <= 52);
    assert!(code(&"\u{1b}".repeat(10_000), 50).chars().count() <= 52);
    assert_eq!(code("a-long-path/of-a-file.rs", 11), "`a-lon…le.rs`");
}

#[test]
fn an_element_of_ours_holds_no_other() {
    assert_eq!(html("<b>@x & y\n", 100), "&#60;b&#62;&#64;x &#38; y&#92;n");
}

#[test]
fn a_fence_is_longer_than_any_within_and_counts_what_it_leaves_out() {
    let (block, n) = fence("diff", "+a\n+```\n+````x\n+b", 3, 1000);
    assert_eq!((block.as_str(), n), ("`````diff\n+a\n+```\n+````x\n`````\n", 1));
    let (block, n) = fence("text", "::error::x\na\u{1b}\tb", 10, 1000);
    assert_eq!((block.as_str(), n), ("```text\n\\::error::x\na\\u{1b}    b\n```\n", 0));
    let (block, n) = fence("text", &"12345\n".repeat(100), 1000, 12);
    assert_eq!((block.as_str(), n), ("```text\n12345\n12345\n```\n", 98));
}
