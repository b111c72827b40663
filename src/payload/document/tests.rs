//! What is a document and what is none, and where the caret points.

use super::*;

fn parse(bytes: impl Into<Vec<u8>>) -> Result<Document> {
    Document::parse("handoff/payload.json", bytes.into())
}

#[track_caller]
fn refused(bytes: impl Into<Vec<u8>>) -> Error {
    let error = parse(bytes).expect_err("refused");
    assert_eq!(error.exit(), 65);
    assert!(!error.hints.is_empty(), "no hint: {error}");
    error
}

/// Accepted: everything RFC 8259 allows, and what it leaves open that we keep.
const ACCEPTED: &[&[u8]] = &[
    // structure
    b"[]",
    b"{}",
    b"[[]]",
    b"[{}]",
    b"{\"a\":[]}",
    b"null",
    b"true",
    b"false",
    b"[null]",
    b"[true,false,null]",
    b"[[],[[]]]",
    b"{\"a\":{\"a\":{\"a\":1}}}",
    b"[1,[2,[3]]]",
    b"[\"a\",1,null,{}]",
    b"{\"\":0}",
    b"{\"a\":1,\"A\":2}",
    b"{\"a\":1,\"b\":1}",
    b"[1]",
    b"\"only a string\"",
    b"7",
    b"-0",
    b"{\"a\":{\"k\":1},\"b\":{\"k\":1}}",
    b"[{\"k\":1},{\"k\":1}]",
    b"{\"k\":\"k\"}",
    b"{\"a\":\"b\",\"b\":\"a\"}",
    b"[\"a\",\"a\"]",
    // whitespace
    b" []",
    b"[] ",
    b"\n[]\n",
    b"\t[\t]\t",
    b"\r\n[\r\n1\r\n]\r\n",
    b"[ 1 , 2 ]",
    b"{ \"a\" : 1 }",
    b"  {  }  ",
    b"\n\n1",
    // numbers
    b"[0]",
    b"[-0]",
    b"[1]",
    b"[-1]",
    b"[123]",
    b"[0.1]",
    b"[-0.1]",
    b"[1.10]",
    b"[0e1]",
    b"[0E1]",
    b"[0e+1]",
    b"[0e-1]",
    b"[1e10]",
    b"[1E+2]",
    b"[1.5e-7]",
    b"[1e999]",
    b"[-1e999]",
    b"[1e-999]",
    b"[123123e100000]",
    b"[12345678901234567890123]",
    b"[-12345678901234567890123]",
    b"[0.30000000000000004]",
    b"[1.000000000000000005]",
    b"[0.4e00669999999999999999999999999999999999999999999999999999999]",
    b"[-0.000000000000000000000000000000000001]",
    // strings and escapes
    br#"[""]"#,
    br#"["a"]"#,
    br#"["\""]"#,
    br#"["\\"]"#,
    br#"["\/"]"#,
    br#"["\b\f\n\r\t"]"#,
    br#"["\u0041"]"#,
    br#"["\u0000"]"#,
    br#"["\u00e9"]"#,
    br#"["\uD83D\uDE00"]"#,
    br#"["\ud83d\ude00"]"#,
    br#"["\uD800"]"#,
    br#"["\uDC00"]"#,
    br#"["\uD800\uD800"]"#,
    br#"["\uDC00\uD800"]"#,
    br#"["\uD800x"]"#,
    br#"["\uD834\u0041"]"#,
    br#"["\\u0041"]"#,
    br#"["\\\""]"#,
    br#"["/"]"#,
    br#"["'"]"#,
    br#"["a\u200Db"]"#,
    br#"["{[]}"]"#,
    br#"["\"{"]"#,
    br#"["//"]"#,
    br#"["/* no comment */"]"#,
    br#"["<<<<<<< HEAD"]"#,
    br#"["NaN"]"#,
    br#"{"a\u0062":1,"a":2}"#,
    br#"{"\u0000":1}"#,
    br#"{"\"":1,"\\":2}"#,
    br#"{",":1,":":2,"}":3}"#,
    // UTF-8
    "[\"\u{e9}\"]".as_bytes(),
    "[\"\u{20ac}\"]".as_bytes(),
    "[\"\u{1f600}\"]".as_bytes(),
    "[\"\u{2028}\u{2029}\"]".as_bytes(),
    "[\"\u{7f}\"]".as_bytes(),
    "[\"\u{feff}\"]".as_bytes(),
    "[\"\u{ffff}\"]".as_bytes(),
    "[\"\u{10ffff}\"]".as_bytes(),
    "{\"\u{e9}\":1}".as_bytes(),
    "\u{feff}[]".as_bytes(),
    "\u{feff} {} ".as_bytes(),
];

/// Refused, each with exit code 65, a line and a hint.
const REFUSED: &[&[u8]] = &[
    // nothing
    b"",
    b" ",
    b"\n\n",
    b"\t\r\n",
    "\u{feff}".as_bytes(),
    "\u{feff} ".as_bytes(),
    // structure
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[",
    b"[]]",
    b"{}}",
    b"[1",
    b"[1,",
    b"[1,]",
    b"[,1]",
    b"[1,,2]",
    b"[,]",
    b"[1 2]",
    b"[\"a\" \"b\"]",
    b"{\"a\"",
    b"{\"a\":",
    b"{\"a\":1",
    b"{\"a\":1,",
    b"{\"a\":1,}",
    b"{,}",
    b"{\"a\" 1}",
    b"{\"a\"::1}",
    b"{\"a\",1}",
    b"{a:1}",
    b"{1:1}",
    b"{null:1}",
    b"{[]:1}",
    b"{\"a\":1 \"b\":2}",
    b"{\"a\":1;\"b\":2}",
    b"[}",
    b"{]",
    b"[1}",
    b"{\"a\":1]",
    b"[] []",
    b"{} {}",
    b"[]x",
    b"[],",
    b"1 2",
    b"{\"a\":1}#",
    b"[:]",
    b":",
    b",",
    b"[\"a\":1]",
    b"{\"a\"}",
    b"((1))",
    b"<a/>",
    // a key twice
    b"{\"a\":1,\"a\":1}",
    b"{\"a\":1,\"b\":2,\"a\":3}",
    br#"{"a":1,"\u0061":2}"#,
    b"[{\"a\":{\"b\":1,\"b\":2}}]",
    b"{\"\":1,\"\":2}",
    br#"{"\"":1,"\u0022":2}"#,
    br#"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"a":1}"#,
    // words
    b"nul",
    b"nulll",
    b"tru",
    b"True",
    b"TRUE",
    b"fals",
    b"None",
    b"undefined",
    b"[nope]",
    // numbers
    b"[NaN]",
    b"[nan]",
    b"[Infinity]",
    b"[-Infinity]",
    b"[Inf]",
    b"[-NaN]",
    b"[+1]",
    b"[-]",
    b"[--1]",
    b"[01]",
    b"[-01]",
    b"[1.]",
    b"[.1]",
    b"[-.1]",
    b"[1.e1]",
    b"[1e]",
    b"[1e+]",
    b"[1E-]",
    b"[1e1.5]",
    b"[1.2.3]",
    b"[0x10]",
    b"[1_000]",
    b"[1a]",
    b"[0 1]",
    b"[- 1]",
    "[\u{ff11}]".as_bytes(),
    b"[1,000.5.]",
    // strings and escapes
    b"[\"",
    b"[\"a",
    b"[\"a\\",
    b"[\"a\\\"",
    b"['a']",
    b"[a]",
    b"[\"\\a\"]",
    b"[\"\\x41\"]",
    b"[\"\\u\"]",
    b"[\"\\u00\"]",
    b"[\"\\u00G0\"]",
    b"[\"\\U0041\"]",
    b"[\"\\0\"]",
    b"[\"\\ \"]",
    b"[\"\n\"]",
    b"[\"\t\"]",
    b"[\"\x00\"]",
    b"[\"\x1f\"]",
    b"[\"a\" + \"b\"]",
    b"[`a`]",
    b"\"",
    b"\"\\\"",
    br#"{"\uD800":1}"#,
    br#"{"a\uDC00":1}"#,
    // comments
    b"// x\n[]",
    b"/* x */[]",
    b"[1 // x\n]",
    b"[/* x */]",
    b"{\"a\":1 /* x */}",
    b"# x\n[]",
    b"[]//",
    // whitespace of other kinds
    b"[\x0c]",
    b"\x0b[]",
    "[\u{a0}]".as_bytes(),
    "[\u{2060}]".as_bytes(),
    b"[]\x00",
    b"\x00",
    "[\u{feff}]".as_bytes(),
    "\u{feff}\u{feff}[]".as_bytes(),
    // encodings
    b"\xff\xfe[\0]\0",
    b"\xfe\xff\0[\0]",
    b"[\0]\0",
    b"\0[\0]",
    b"\xff\xfe\0\0[\0\0\0",
    b"\0\0\xfe\xff\0\0\0[",
    b"[\0\0\0]\0\0\0",
    b"\0\0\0[\0\0\0]",
    b"\xff\xfe",
    b"[\"\xe9\"]",
    b"[\"\xff\"]",
    b"[\"\xc0\xaf\"]",
    b"[\"\xed\xa0\x80\"]",
    b"[\"\xf4\xbf\xbf\xbf\"]",
    b"[\"\xe2\x82\"]",
    b"[\"\x80\"]",
    b"\xff",
    b"[\"\xf8\x88\x80\x80\x80\"]",
    b"{\"\xb9\":1}",
    b"[1]\xe9",
    // unresolved merges
    b"{\n<<<<<<< HEAD\n\"a\":1\n=======\n\"a\":2\n>>>>>>> other\n}",
    b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n",
];

#[test]
fn what_json_allows_is_accepted_and_kept_byte_for_byte() {
    for bytes in ACCEPTED {
        let shown = String::from_utf8_lossy(bytes);
        let document = parse(*bytes).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(document.bytes(), *bytes, "{shown}");
        assert!(document.is(bytes), "{shown}");
        let _ = document.root().value();
    }
    assert!(90 < ACCEPTED.len());
}

#[test]
fn what_json_does_not_allow_is_refused_with_a_hint() {
    for bytes in REFUSED {
        let shown = String::from_utf8_lossy(bytes);
        let error = parse(*bytes).map(|_| ()).expect_err(&shown);
        assert_eq!(error.exit(), 65, "{shown}");
        assert!(!error.hints.is_empty(), "{shown}: {error}");
        if let Some(excerpt) = &error.excerpt {
            assert!(excerpt.text.get(excerpt.span.clone()).is_some(), "{shown}: {excerpt:?}");
        }
    }
    assert!(140 < REFUSED.len());
}

#[test]
fn every_prefix_of_a_payload_is_refused_and_none_panics() {
    let sample = include_bytes!("../../../fixtures/payloads/five-stage.json");
    let whole = sample.trim_ascii_end().len();
    for end in 0..whole {
        refused(&sample[..end]);
    }
    parse(&sample[..whole]).expect("whole");
}

#[track_caller]
fn says(bytes: impl Into<Vec<u8>>, message: &str, line: usize, caret: &str) -> Error {
    let error = refused(bytes);
    assert!(error.message.contains(message), "{error}");
    let excerpt = error.excerpt.as_ref().expect("an excerpt");
    let at = excerpt.first_line + excerpt.text[..excerpt.span.start].matches('\n').count();
    assert_eq!((at, &excerpt.text[excerpt.span.clone()]), (line, caret), "{excerpt:?}");
    error
}

#[test]
fn the_caret_stands_at_the_fault() {
    says("{\n  \"a\": 1,\n  \"b\": NaN\n}", "holds `NaN`", 3, "NaN");
    says("[1,\n-Infinity]", "holds `-Infinity`", 2, "-Infinity");
    says("{\n \"a\": 1,\n \"a\": 2\n}", "the key `a` twice", 3, "\"a\"");
    says("{\n \"a\": 1,\n}", "comma with nothing behind it", 3, "}");
    says("{}\n{}", "goes on behind its end", 2, "{");
    says("{\n \"a\": 1 // why\n}", "has a comment", 2, "/");
    says("{\"a\": [1, 2", "ends in the middle", 1, "2");
    says("[\"a\u{1}b\"]", "bare control character (U+0001)", 1, "\u{1}");
    says("{\n<<<<<<< HEAD\n}", "unresolved merge conflict", 2, "<<<<<<< HEAD");
    says(b"[\n\"\xe9\"]", "is not UTF-8: byte 0xE9 in line 2", 2, "\u{fffd}");
    says("{'a': 1}", "single quotes", 1, "'");
}

#[test]
fn an_excerpt_is_a_few_short_lines() {
    let text = format!("[\n1,\n2,\n3,\n\"{}\", NaN, \"{}\",\n4,\n5,\n6\n]", "x".repeat(5000), "y".repeat(5000));
    let error = says(text, "holds `NaN`", 5, "NaN");
    let excerpt = error.excerpt.expect("an excerpt");
    assert_eq!(excerpt.text.lines().count(), 5, "{}", excerpt.text);
    assert!(excerpt.text.lines().all(|line| line.len() < 300), "{}", excerpt.text);
    assert_eq!(excerpt.first_line, 3);
}

#[test]
fn other_encodings_are_named() {
    for (name, bytes) in [
        ("UTF-16LE", &b"\xff\xfe{\0}\0"[..]),
        ("UTF-16BE", b"\0{\0}"),
        ("UTF-32LE", b"\xff\xfe\0\0{\0\0\0"),
        ("UTF-32BE", b"\0\0\0{"),
    ] {
        let error = refused(bytes);
        assert!(error.message.contains(&format!("written in {name}")), "{error}");
    }
}

#[test]
fn too_deep_too_many_and_too_large_are_refused_at_the_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    parse(nested(MOST_LEVELS)).expect("as deep as allowed");
    assert_eq!(refused(nested(MOST_LEVELS + 1)).code, Code::PayloadTooLarge);
    assert_eq!(refused(nested(1_000_000)).code, Code::PayloadTooLarge);
    assert_eq!(refused("{\"a\":".repeat(5_000) + "1" + &"}".repeat(5_000)).code, Code::PayloadTooLarge);
    let zeros = |n: usize| format!("[{}0]", "0,".repeat(n - 1));
    parse(zeros(MOST_NODES - 1)).expect("as many as allowed: the list is one too");
    assert_eq!(refused(zeros(MOST_NODES)).code, Code::PayloadTooLarge);
    assert_eq!(refused(vec![b' '; MOST_BYTES + 1]).code, Code::PayloadTooLarge);
}

#[test]
fn a_node_says_what_was_written() {
    let text = r#" {"a": [1.10, "x\ty", 1e999, "\ud800!"], "b\u0063": {"d": null}} "#;
    let document = parse(text).expect("JSON");
    let root = document.root();
    let list = root.get("a").expect("a").elements();
    assert_eq!(list[0].raw(), "1.10");
    assert_eq!(list[0].text_or_number().as_deref(), Some("1.10"));
    assert_eq!(list[0].as_text(), None);
    assert_eq!(list[1].as_text().as_deref(), Some("x\ty"));
    assert_eq!(list[3].as_text().as_deref(), Some("\u{fffd}\u{fffd}\u{fffd}!"));
    assert_eq!(&document.text()[list[0].offset()..][..4], "1.10");
    assert!(root.at(&["bc", "d"]).expect("there").is_null());
    assert!(root.at(&["bc", "e"]).is_none());
    assert_eq!(root.value()["a"][2], "1e999");
    assert_eq!(root.value()["bc"]["d"], serde_json::Value::Null);
}

mod noise {
    use super::parse;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn noise_never_panics_and_only_json_is_accepted(text in "[\\[\\]{},:\"\\\\ua0D8e1.+\\-\n\t\u{1} \u{e9}<>/#]{0,24}") {
            let is_json = serde_json::from_str::<&RawValue>(&text).is_ok();
            let is_accepted = parse(text.clone()).is_ok();
            prop_assert!(is_json || !is_accepted, "{}", text);
        }

        #[test]
        fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(document) = parse(bytes.clone()) {
                prop_assert!(document.is(&bytes));
            }
        }

        #[test]
        fn a_broken_sample_gets_an_answer(at in 0_usize..3000, byte in any::<u8>()) {
            let mut bytes = include_bytes!("../../../fixtures/payloads/five-stage.json").to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Err(error) = parse(bytes) {
                prop_assert_eq!(error.exit(), 65);
                prop_assert!(!error.hints.is_empty());
            }
        }
    }
}
