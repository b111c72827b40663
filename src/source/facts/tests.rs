//! What test functions promise.

use super::*;
use crate::source::test_functions;
use crate::source::tests::{corpus, cut};

#[track_caller]
fn one(text: &str) -> TestFacts {
    let mut facts = test_facts(text);
    assert_eq!(facts.len(), 1);
    facts.remove(0)
}

fn counted(body: &str) -> [u32; 5] {
    let Assertions { asserts, panics, unwraps, questions, snapshots } =
        one(&format!("#[test]\nfn t() {{ {body} }}")).assertions;
    [asserts, panics, unwraps, questions, snapshots]
}

#[test]
fn assertions_are_counted_each_way_apart() {
    assert_eq!(counted("assert!(a); assert_eq!(a, b); debug_assert_ne!(a, b);"), [3, 0, 0, 0, 0]);
    assert_eq!(
        counted("prop_assert!(a); assert_matches!(a, B); ensure!(c); cmd.assert().success(); assert_none(&x);"),
        [5, 0, 0, 0, 0]
    );
    assert_eq!(counted("match a { _ => panic!(\"no\") } unreachable!()"), [0, 2, 0, 0, 0]);
    assert_eq!(counted("a.unwrap(); b.expect(\"c\"); d.unwrap_err(); e.unwrap_or(1);"), [0, 0, 3, 0, 0]);
    assert_eq!(counted("a()?; b(c?)?; fn f<T: ?Sized>() {}"), [0, 0, 0, 3, 0]);
    assert_eq!(
        counted("insta::assert_snapshot!(a); assert_debug_snapshot!(b); x(expect![[\"a\"]]); y(str![[]])"),
        [0, 0, 0, 0, 4]
    );
    assert_eq!(
        counted("// assert!(a);\nlet text = \"assert!(b) panic!() x.unwrap()\"; fn assert_own(x: u8) {}"),
        [0; 5]
    );
    assert_eq!(counted("vec![a.unwrap(), b?]; assert!(a != b && !c)"), [1, 0, 1, 1, 0]);
    let strong = Assertions { asserts: 1, panics: 2, unwraps: 4, questions: 8, snapshots: 16 };
    assert_eq!(strong.n_strong(), 19);
}

#[test]
fn ignoring_and_panicking_are_told_with_reason_and_condition() {
    assert_eq!(one("#[test]\nfn t() {}").ignored, None);
    assert_eq!(one("#[test]\n#[ignore]\nfn t() {}").ignored.as_deref(), Some(""));
    assert_eq!(one("#[test]\n#[ignore = \"slow\"]\nfn t() {}").ignored.as_deref(), Some("slow"));
    assert_eq!(
        one("#[test]\n#[cfg_attr(all(unix, not(miri)), ignore)]\nfn t() {}").ignored.as_deref(),
        Some("if all(unix, not(miri))")
    );
    assert!(one("#[test]\n#[should_panic(expected = \"x\")]\nfn t() {}").should_panic);
    assert!(one("#[test]\n#[cfg_attr(debug_assertions, should_panic)]\nfn t() {}").should_panic);
    assert!(!one("#[test]\nfn t() { #[should_panic] fn u() {} }").should_panic);
}

#[test]
fn conditions_come_from_the_file_the_modules_the_macro_and_the_function() {
    let text = "#![cfg(feature = \"a\")]\n#[cfg(test)]\nmod tests {\n    #[cfg(all(test, unix))]\n    mod inner {\n        #[cfg(windows)]\n        #[test]\n        fn t() {}\n    }\n}\n";
    assert_eq!(one(text).cfg, ["feature = \"a\"", "all(test, unix)", "windows"]);
    assert_eq!(one("#[cfg_attr(not(miri), test)]\nfn t() {}").cfg, ["not(miri)"]);
    let in_macro = "#[cfg(unix)]\nmod m { proptest! { #[test]\n fn t(x in 0..3) { prop_assert!(x); } } }";
    let facts = one(in_macro);
    assert_eq!((facts.path.as_str(), facts.cfg, facts.assertions.asserts), ("m::t", vec!["unix".to_owned()], 1));
    assert_eq!(one("mod m { #![cfg(unix)]\n#[test] fn t() {} }").cfg, ["unix"]);
}

#[test]
fn facts_are_those_of_the_same_functions_in_any_text() {
    for (at, (_, text)) in corpus().into_iter().enumerate().filter(|(at, _)| at % 3 == 0) {
        let text = if at % 2 == 0 { cut(&text) } else { text };
        let functions = test_functions(&text);
        let facts = test_facts(&text);
        assert!(functions.iter().map(|function| &function.digest).eq(facts.iter().map(|facts| &facts.digest)));
        assert!(functions.iter().zip(&facts).all(|(function, facts)| function.lines == facts.lines));
    }
}
