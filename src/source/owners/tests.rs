//! Whom a compile error belongs to, and what is left without it.

use super::*;
use crate::source::tests::{corpus, cut};

/// The owner of the place where `mark` first stands.
#[track_caller]
fn owner(text: &str, mark: &str) -> Owner {
    let start = text.find(mark).expect("the mark");
    owners(text, false, &[Span::Bytes(start..start + mark.len())]).remove(0)
}

#[track_caller]
fn without(text: &str, marks: &[&str]) -> Blanked {
    let owners: Vec<Owner> = marks.iter().map(|mark| owner(text, mark)).collect();
    blank(text, &owners)
}

fn in_tests(inner: &str) -> String {
    format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{inner}\n}}\n")
}

#[test]
fn a_body_goes_and_the_name_and_the_lines_stay() {
    let text = in_tests("#[test]\nfn t() {\n    gone();\n}\n#[test]\nfn u() {}");
    let blanked = without(&text, &["gone()"]);
    let body = format!("{{ ::core::unreachable!(\"{BLANKED}\")\n\n }}");
    assert_eq!(blanked.text, in_tests(&format!("#[test]\nfn t() {body}\n#[test]\nfn u() {{}}")));
    assert_eq!(blanked.tests, ["tests::t"]);
    // Where that did not help, the function goes.
    let again = without(&blanked.text, &["core"]);
    assert_eq!(again.text, in_tests("\n\n\n\n#[test]\nfn u() {}"));
    assert_eq!(again.tests, ["tests::t"]);
}

#[test]
fn a_function_goes_whole_where_its_signature_is_in_the_way() {
    for function in [
        "#[test]\nfn t() -> Result<(), E> { gone(); Ok(()) }",
        "#[test] fn t() -> impl Termination { gone() }",
        "#[gone::test] async fn t() {}",
        "#[rstest] fn t(#[case] x: gone::X) {}",
        "/// Docs.\n#[test]\n#[gone]\nfn t() {}",
    ] {
        let blanked = without(&in_tests(function), &["gone"]);
        assert!(!blanked.text.contains("fn t"), "{}", blanked.text);
        assert_eq!(blanked.text.lines().count(), in_tests(function).lines().count());
        assert_eq!((blanked.tests, blanked.stuck), (vec!["tests::t".to_owned()], vec![]));
    }
}

#[test]
fn only_the_failing_leaf_of_a_use_goes() {
    for (item, mark, left) in [
        ("use super::{a, New};", "New", "use super::{a };"),
        ("use super::{New, a};", "New", "use super::{  a};"),
        ("use super::{New};", "New", "use super::{ };"),
        ("use super::New;", "New", " "),
        ("use super::New as N;", "super::New", " "),
        ("use super::{a::{b, New}, c};", "New", "use super::{a::{b }, c};"),
        ("use super::{gone::{b, c}, d};", "gone", "use super::{  d};"),
        ("use super::gone::{b, c};", "gone", " "),
        ("use super::{\n    a,\n    New,\n};", "New", "use super::{\n    a,\n     \n};"),
        ("use super::{a, gone::*};", "gone", "use super::{a };"),
    ] {
        let blanked = without(&in_tests(item), &[mark]);
        assert_eq!(blanked.text.replace(' ', ""), in_tests(left).replace(' ', ""), "{item}");
        assert_eq!(blanked.tests, [] as [&str; 0]);
    }
    assert_eq!(owner(&in_tests("use super::{a::{b, New}, c};"), "New").path, "super::a::New");
}

#[test]
fn helpers_go_whole_and_a_part_of_an_impl_by_itself() {
    let helper = without(&in_tests("// why\nfn help() { gone() }\nfn other() {}"), &["gone"]);
    assert_eq!(helper.text, in_tests("// why\n \nfn other() {}"));
    let part = without(&in_tests("impl S { fn a() { gone() } fn b() {} }"), &["gone"]);
    assert_eq!(part.text, in_tests("impl S {   fn b() {} }"));
    let whole = without(&in_tests("impl T for S { fn a() { gone() } fn b() {} }"), &["gone"]);
    assert_eq!(whole.text, in_tests(" "));
    assert_eq!(owner(&in_tests("struct S { x: gone }"), "gone").path, "tests::S");
    let module = without(&in_tests("#[gone]\nmod inner {\n#[test] fn t() {}\n}"), &["gone"]);
    assert_eq!(module.tests, ["tests::inner::t"]);
    assert_eq!(module.text, in_tests("\n\n\n"));
}

#[test]
fn production_code_is_never_touched() {
    let text = "fn a() { gone() }\nmod m { use x::gone2; }\n#[cfg(not(test))]\nfn b() { gone3() }\n#[cfg(test)]\nmod tests {}\n";
    for (mark, path) in [("gone()", "a"), ("gone2", "m::use x::gone2"), ("gone3", "b")] {
        let blanked = without(text, &[mark]);
        assert_eq!(blanked.text, text);
        assert_eq!(blanked.stuck.len(), 1);
        assert_eq!((blanked.stuck[0].kind, blanked.stuck[0].path.as_str()), (OwnerKind::Production, path));
    }
    let of_file = owners("\nfn help() {}\n", true, &[Span::Bytes(4..5), Span::Bytes(0..1), Span::Bytes(900..901)]);
    assert_eq!(
        of_file.iter().map(|owner| owner.kind).collect::<Vec<_>>(),
        [OwnerKind::Helper, OwnerKind::Production, OwnerKind::Production]
    );
}

#[test]
fn a_test_in_a_macro_goes_and_its_neighbours_stay() {
    let text = "#[cfg(test)]\nmod tests {\nproptest! {\n#[test]\nfn a(x in 0..3) { gone(x) }\n#[test]\nfn b(x in 0..3) { ok(x) }\n}\n}\n";
    let blanked = without(text, &["gone"]);
    assert_eq!(blanked.tests, ["tests::a"]);
    assert_eq!(blanked.text, "#[cfg(test)]\nmod tests {\nproptest! {\n\n\n#[test]\nfn b(x in 0..3) { ok(x) }\n}\n}\n");
    let whole = without(text, &["proptest"]);
    assert_eq!(whole.tests, ["tests::a", "tests::b"]);
}

#[test]
fn errors_in_one_thing_count_once_and_what_is_around_takes_the_rest_along() {
    let text = in_tests("#[test]\nfn t(x: gone1) { gone2(); gone3(); }");
    let blanked = without(&text, &["gone3", "gone2", "gone1", "gone2"]);
    assert_eq!((blanked.text, blanked.tests), (in_tests("\n"), vec!["tests::t".to_owned()]));
}

#[test]
fn places_count_from_the_files_first_byte_and_in_characters() {
    let text = "\u{feff}#[test]\r\nfn a() { \"äöü\"; gone(); }\r\n#[test]\r\nfn b() {}\r\n";
    let by_bytes = owner(text, "gone");
    let column = u32::try_from("fn a() { \"äöü\"; ".chars().count() + 1).expect("few");
    let by_lines = owners(text, false, &[Span::Lines { from: (2, column), to: (2, column + 4) }]).remove(0);
    assert_eq!(by_bytes, by_lines);
    let blanked = blank(text, &[by_bytes]);
    assert_eq!(
        blanked.text,
        format!("\u{feff}#[test]\r\nfn a() {{ ::core::unreachable!(\"{BLANKED}\") }}\r\n#[test]\r\nfn b() {{}}\r\n")
    );
    assert_eq!(owners(text, false, &[Span::Lines { from: (99, 1), to: (99, 2) }])[0].kind, OwnerKind::Production);
}

#[test]
fn any_place_in_any_text_ends_with_nothing_left_to_take_out() {
    for (file, text) in corpus().into_iter().filter(|(_, text)| text.contains("#[test]")).step_by(12) {
        let mut text = cut(&text);
        let n_breaks = text.matches('\n').count();
        for round in 0.. {
            let place = text.len() * (round % 7) / 7;
            let owners = owners(&text, true, &[Span::Bytes(place..place + 1)]);
            let blanked = blank(&text, &owners);
            assert_eq!(blanked.text.matches('\n').count(), n_breaks, "{file}");
            if blanked.text == text {
                assert_eq!(blanked.stuck, owners, "{file}");
                break;
            }
            text = blanked.text;
            assert!(round < 200, "{file}");
        }
    }
}
