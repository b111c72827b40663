//! Today's tests in the baseline's file.

use super::*;
use crate::source::tests::{corpus, cut};

#[track_caller]
fn spliced(baseline: &str, current: &str) -> String {
    let spliced = splice(baseline, current);
    assert_eq!(spliced.odd, []);
    spliced.text
}

#[track_caller]
fn odd(baseline: &str, current: &str) -> Vec<(OddKind, String)> {
    let spliced = splice(baseline, current);
    spliced.odd.into_iter().map(|odd| (odd.kind, odd.item)).collect()
}

#[test]
fn a_file_into_itself_is_itself() {
    for (at, (file, text)) in corpus().into_iter().enumerate() {
        // Each file in one of these guises: an unoptimized parser takes its time.
        let guises = [text.clone(), format!("\u{feff}{text}"), text.replace('\n', "\r\n"), cut(&text)];
        let text = &guises[at % guises.len()];
        let spliced = splice(text, text);
        assert_eq!(spliced.text, *text, "{file}");
        assert!(spliced.odd.iter().all(|odd| odd.kind == OddKind::Broken), "{file}: {:?}", spliced.odd);
    }
}

#[test]
fn halves_of_files_never_panic_and_keep_what_is_production() {
    let corpus = corpus();
    for ((_, one), (_, other)) in corpus.iter().zip(corpus.iter().skip(1)).step_by(9) {
        let _ = splice(&cut(one), other);
        let _ = splice(one, &cut(other));
        assert!(splice(one, "").odd.iter().all(|odd| odd.kind == OddKind::Clash));
    }
}

#[test]
fn a_module_of_tests_is_replaced_and_production_code_is_not() {
    let base = "pub fn a() -> u32 { 1 }\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn old() {}\n}\n\nfn z() {}\n";
    let new = "pub fn a() -> u32 { 2 }\nfn b() {}\n#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn new() { assert_eq!(a(), 2); }\n}\n";
    assert_eq!(
        spliced(base, new),
        "pub fn a() -> u32 { 1 }\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn new() { assert_eq!(a(), 2); }\n}\n\nfn z() {}\n"
    );
}

#[test]
fn new_test_items_come_behind_the_neighbour_they_have_and_gone_ones_go() {
    let base = "use a::b;\nfn one() {}\nfn two() {}\n\n#[test]\nfn gone() {}\n\nfn three() {}\n";
    let new = "#[cfg(test)]\n#[macro_use]\nmod first;\nuse a::b;\nfn one() {} // why\n\n#[cfg(test)]\nfn helper() {}\n\nfn two() {}\nfn three() {}\n#[test]\nfn last() {}\n";
    assert_eq!(
        spliced(base, new),
        "#[cfg(test)]\n#[macro_use]\nmod first;\n\nuse a::b;\nfn one() {}\n\n#[cfg(test)]\nfn helper() {}\nfn two() {}\n\nfn three() {}\n\n#[test]\nfn last() {}\n"
    );
    assert_eq!(
        spliced("fn a() {} // one\nfn b() {}\n", "fn a() {}\n#[test] fn t() {}\nfn b() {}"),
        "fn a() {} // one\n\n#[test] fn t() {}\nfn b() {}\n"
    );
}

#[test]
fn a_file_without_tests_gets_a_module_and_an_empty_one_too() {
    let tests = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() {}\n}";
    assert_eq!(spliced("fn a() {}\n", &format!("fn a() {{}}\n\n{tests}\n")), format!("fn a() {{}}\n\n{tests}\n"));
    assert_eq!(spliced("", tests), format!("{tests}\n"));
    assert_eq!(spliced("// only words", tests), format!("// only words\n{tests}\n"));
    assert_eq!(spliced("mod m {}\n", &format!("mod m {{\n{tests}\n}}")), format!("mod m {{\n{tests}\n}}\n"));
}

#[test]
fn inline_modules_and_impls_are_walked_into() {
    let base = "mod a {\n    fn x() {}\n}\nimpl<T> S<T> {\n    fn m(&self) {}\n}\n";
    let new = "mod a {\n    fn x() { 1 }\n    #[cfg(test)]\n    mod tests;\n}\nimpl<T> S<T> {\n    #[cfg(all(test, unix))]\n    fn fake() {}\n    fn m(&self) { 2 }\n}\n";
    assert_eq!(
        spliced(base, new),
        "mod a {\n    fn x() {}\n\n    #[cfg(test)]\n    mod tests;\n}\nimpl<T> S<T> {\n    #[cfg(all(test, unix))]\n    fn fake() {}\n\n    fn m(&self) {}\n}\n"
    );
}

#[test]
fn a_new_module_comes_with_its_tests_only() {
    let new = "fn a() {}\n/// New.\npub(crate) mod b {\n    pub fn c() {}\n    impl S {\n        #[cfg(test)]\n        fn fake() {}\n        fn real() {}\n    }\n    #[cfg(test)]\n    mod tests { use super::*; }\n}\n";
    assert_eq!(
        spliced("fn a() {}\n", new),
        "fn a() {}\n\npub(crate) mod b {\n    impl S {\n        #[cfg(test)]\n        fn fake() {}\n    }\n\n    #[cfg(test)]\n    mod tests { use super::*; }\n}\n"
    );
    assert_eq!(odd("mod b;", new), [(OddKind::NoPlace, "b".to_owned())]);
}

#[test]
fn tests_by_attribute_by_name_by_condition_and_by_macro_are_all_carried() {
    for test in [
        "#[tokio::test]\nasync fn t() {}",
        "#[bench]\nfn t(b: &mut B) {}",
        "mod tests { #[test] fn t() {} }",
        "proptest! { #[test] fn t(x in 0..3) {} }",
        "#[cfg(all(unix, any(test, all(test, miri))))]\nconst T: u8 = 1;",
        "#[cfg(test)]\nimpl A for B {}",
        "#[cfg(test)]\nmacro_rules! m { () => {} }",
        "#[cfg(test)]\nextern crate x;",
        "#[cfg(not(not(test)))]\nstatic S: u8 = 1;",
        "mod t { #![cfg(test)] }",
    ] {
        assert_eq!(spliced("fn a() {}\n", &format!("fn a() {{}}\n{test}\n")), format!("fn a() {{}}\n\n{test}\n"));
    }
    for production in [
        "#[cfg(not(test))]\nfn t() {}",
        "#[cfg(unix)]\nfn t() {}",
        "#[cfg(feature = \"test\")]\nfn t() {}",
        "mod tests {}",
    ] {
        assert_eq!(spliced("fn a() {}\n", &format!("fn a() {{}}\n{production}\n")), "fn a() {}\n");
    }
}

#[test]
fn twins_keep_apart_by_their_conditions() {
    let base =
        "#[cfg(all(test, unix))]\nmod tests { fn u() {} }\n#[cfg(all(test, windows))]\nmod tests { fn w() {} }\n";
    let new =
        "#[cfg(all(test, windows))]\nmod tests { fn w2() {} }\n#[cfg(all(test, unix))]\nmod tests { fn u2() {} }\n";
    assert_eq!(
        spliced(base, new),
        "#[cfg(all(test, unix))]\nmod tests { fn u2() {} }\n#[cfg(all(test, windows))]\nmod tests { fn w2() {} }\n"
    );
}

#[test]
fn what_is_woven_into_production_is_odd_only_where_it_differs() {
    for (base, new) in [
        ("struct S { a: u8 }", "struct S { a: u8, #[cfg(test)] b: u8 }"),
        ("enum E { A }", "enum E { A, #[cfg(test)] B }"),
        ("struct S;", "#[cfg_attr(test, derive(Debug))]\nstruct S;"),
        ("fn f() { g() }", "fn f() { #[cfg(test)] hook(); g() }"),
        ("fn f() { g() }", "fn f() { if cfg!(test) { return } g() }"),
        ("fn f() { match x { _ => {} } }", "fn f() { match x { #[cfg(test)] A => {}, _ => {} } }"),
        ("fn f() { g() }", "fn f() { #[cfg(test)] use a::b; g() }"),
    ] {
        let name = if base.starts_with("fn") { "f" } else { &base.split(' ').nth(1).expect("a name")[..1] };
        assert_eq!(odd(base, new), [(OddKind::Woven, name.to_owned())], "{new}");
        assert_eq!(odd(new, base), [(OddKind::Woven, name.to_owned())], "{new}");
        assert_eq!(odd(new, new), [], "{new}");
        assert_eq!(splice(base, new).text, base);
    }
    let lints = "#![cfg_attr(test, allow(dead_code))]\n#[cfg_attr(test, expect(x, reason = \"y\"))]\nstruct S;";
    assert_eq!(odd("struct S;", lints), []);
    assert_eq!(odd("fn a() {}", "#![cfg_attr(test, feature(x))]\nfn a() {}"), [(OddKind::Woven, String::new())]);
    // An item the baseline does not have at all is no oddity: it is not there.
    assert_eq!(odd("", "struct S { #[cfg(test)] b: u8 }"), []);
}

#[test]
fn shared_items_macros_and_places_that_are_not_there_are_odd() {
    let shared = "#[cfg(any(test, feature = \"mock\"))]\npub mod mock {}";
    assert_eq!(odd("", shared), [(OddKind::Shared, "mock".to_owned())]);
    assert_eq!(odd(shared, shared), []);
    let makes = "macro_rules! make { ($n:ident) => { #[test] fn $n() {} } }";
    assert_eq!(odd("", makes), [(OddKind::InMacro, "make".to_owned())]);
    assert_eq!(odd(makes, makes), []);
    assert_eq!(odd("cfg_if! { }", "cfg_if! { if #[cfg(test)] { } }"), [(OddKind::InMacro, "cfg_if!".to_owned())]);
    assert_eq!(odd("", "trait T { #[cfg(test)] fn f() {} }"), [(OddKind::NoPlace, "T".to_owned())]);
    assert_eq!(odd("", "impl T for S { #[cfg(test)] fn f() {} }"), [(OddKind::NoPlace, "S".to_owned())]);
    assert_eq!(odd("mod m { #[test] fn t() {} }", "mod m;"), [(OddKind::NoPlace, "m".to_owned())]);
    assert_eq!(odd("fn f( {", "fn f() {}"), [(OddKind::Broken, String::new())]);
}

#[test]
fn a_name_that_changed_sides_is_odd_and_left_alone() {
    let both = "#[cfg(test)]\nfn now() {}\n#[cfg(not(test))]\nfn now() {}\n";
    let one = "fn now() {}\n";
    assert_eq!(odd(one, both), [(OddKind::Clash, "now".to_owned())]);
    assert_eq!(odd(both, one), [(OddKind::Clash, "now".to_owned())]);
    assert_eq!(splice(one, both).text, one);
    assert_eq!(splice(both, one).text, both);
    assert_eq!(odd("#[cfg(test)]\nfn help() {}", "pub fn help() {}"), [(OddKind::Clash, "help".to_owned())]);
    assert_eq!(odd("use real::Clock;", "#[cfg(not(test))]\nuse real::Clock;\n#[cfg(test)]\nuse mock::Clock;").len(), 1);
}

#[test]
fn a_name_production_code_brings_in_already_is_not_brought_in_twice() {
    let base = "use std::fs::File;\nfn a() {}\n";
    assert_eq!(spliced(base, "#[cfg(test)]\nuse std::fs::File;\nfn a() {}\n"), base);
    assert_eq!(
        spliced(base, "#[cfg(test)]\nuse std::fs::{File, read as r};\nfn a() {}\n"),
        "use std::fs::File;\n#[cfg(test)]\nuse {std::fs::read as r};\n\nfn a() {}\n"
    );
    let alone = "#[cfg(test)]\nuse std::fs::File;\nfn a() {}\n";
    assert_eq!(spliced(alone, base), alone);
}

#[test]
fn marks_and_line_endings_stay_those_of_the_baseline() {
    assert_eq!(
        spliced("\u{feff}fn a() {}\r\nfn b() {}\r\n", "fn a() {}\n#[test] fn t() {}\nfn b() {}\n"),
        "\u{feff}fn a() {}\r\n\r\n#[test] fn t() {}\r\nfn b() {}\r\n"
    );
    assert_eq!(spliced("fn a() {}\n", "\u{feff}fn a() {}\n#[test] fn t() {}"), "fn a() {}\n\n#[test] fn t() {}\n");
}

#[test]
fn lines_are_followed_back_to_the_current_text() {
    let base = "fn a() {}\nfn b() {}\n#[cfg(test)]\nmod tests {\n    fn x() {}\n}\n";
    let new = "#[cfg(test)]\nmod tests {\n    fn x() {}\n    fn y() {}\n}\n";
    let spliced = splice(base, new);
    let lines: Vec<Option<u32>> = (1..9).map(|line| spliced.current_line(line)).collect();
    assert_eq!(lines, [None, None, Some(1), Some(2), Some(3), Some(4), Some(5), None]);
    assert_eq!(splice("", "#![cfg(test)]\nfn a() {}").current_line(2), Some(2));
}

#[test]
fn modules_in_files_of_their_own_are_named_with_their_places() {
    let text = "mod a;\n#[cfg(test)]\nmod tests;\nmod b {\n    #[cfg(test)]\n    #[path = \"x/../odd.rs\"]\n    mod c;\n}\n#[cfg(test)]\nmod d { mod e; }\n";
    let found = module_files(text);
    let told: Vec<(&str, bool, u32)> =
        found.iter().map(|file| (file.path.as_str(), file.is_test_only, file.line)).collect();
    assert_eq!(told, [("a", false, 1), ("tests", true, 2), ("b::c", true, 5), ("d::e", true, 10)]);
    assert_eq!(found[1].places("src/lib.rs", true), ["src/tests.rs", "src/tests/mod.rs"]);
    assert_eq!(found[1].places("src/x/mod.rs", false), ["src/x/tests.rs", "src/x/tests/mod.rs"]);
    assert_eq!(found[1].places("src/x.rs", false), ["src/x/tests.rs", "src/x/tests/mod.rs"]);
    assert_eq!(found[2].places("src/x.rs", false), ["src/x/b/odd.rs"]);
    assert_eq!(found[3].places("src/lib.rs", true), ["src/d/e.rs", "src/d/e/mod.rs"]);
    let of_splice: Vec<String> = splice("mod a;", text).files.into_iter().map(|file| file.path).collect();
    assert_eq!(of_splice, ["tests", "b::c", "d::e"]);
    assert!(module_files("#![cfg(test)]\nmod a;")[0].is_test_only);
}
