//! What was left on added lines.

use super::*;
use crate::source::tests::{corpus, cut};

/// Words of a rule of this house in place of their stand-ins.
fn spelled(text: &str) -> String {
    text.replace("@do", concat!("TO", "DO")).replace("@mend", concat!("FIX", "ME")).replace("@x", concat!("XX", "X"))
}

#[track_caller]
fn told(text: &str) -> Vec<(u32, LeftOverKind)> {
    left_overs(&spelled(text), &(1..200).collect(), true).into_iter().map(|found| (found.line, found.kind)).collect()
}

#[test]
fn macros_are_found_as_tokens_and_in_tests_too_but_for_prints() {
    let text = "fn f() {\n    dbg! (1);\n    std::todo!();\n    unimplemented! {}\n    vec![dbg! (2)];\n    println!(\"a\");\n    eprint!(\"a\");\n}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() { println!(\"a\");\n        dbg! (3); }\n}\n";
    let expected = [
        (2, LeftOverKind::Dbg),
        (3, LeftOverKind::Todo),
        (4, LeftOverKind::Unimplemented),
        (5, LeftOverKind::Dbg),
        (6, LeftOverKind::Print),
        (7, LeftOverKind::Print),
        (13, LeftOverKind::Dbg),
    ];
    assert_eq!(told(text), expected);
    let of_program = left_overs(text, &(1..200).collect(), false);
    assert!(of_program.iter().all(|found| found.kind != LeftOverKind::Print) && of_program.len() == 5);
    assert_eq!(
        told(
            "fn f() { let s = \"dbg! (1) todo!()\"; // dbg! (1)\n dbg; x.todo(); a != (b) }\nmacro_rules! dbg { () => {} }"
        ),
        []
    );
    assert_eq!(told("#![cfg(test)]\nfn f() { println!(); }"), []);
}

#[test]
fn only_the_added_lines_count() {
    let text = "fn f() {\n    dbg! (1);\n    dbg! (2);\n}\n";
    let found = left_overs(text, &BTreeSet::from([3]), false);
    assert_eq!(found, [LeftOver { line: 3, kind: LeftOverKind::Dbg, text: "dbg! (2);".to_owned() }]);
    assert_eq!(left_overs(text, &BTreeSet::new(), false), []);
}

#[test]
fn markers_are_whole_words_in_comments() {
    for comment in ["// @do: a", "/// @mend a", "/* a\n @x(me) */", "//! HACK", "let x = 1; // @do"] {
        let text = format!("{comment}\nfn f() {{}}");
        assert!(told(&text).iter().any(|(_, kind)| *kind == LeftOverKind::Marker), "{comment}");
    }
    for comment in ["// @doS", "// E0@x", "// `@do` is a word", "// todo", "const T: &str = \"@do\";", "// \"@mend\""] {
        assert_eq!(told(&format!("{comment}\nfn f() {{}}")), [], "{comment}");
    }
    assert_eq!(told("/* a\n * b\n * @do c\n */"), [(3, LeftOverKind::Marker)]);
}

#[test]
fn an_allow_wants_a_reason_or_a_comment() {
    for bare in [
        "#[ allow(a)]\nfn f() {}",
        "#![ allow(a, b)]",
        "#[cfg_attr(unix, allow(a))]\nfn f() {}",
        "/// Docs.\n#[ allow(a)]\nfn f() {}",
        "fn g() {} // words\n#[ allow(a)]\nfn f() {}",
        "// far\n\n\n#[ allow(a)]\nfn f() {}",
    ] {
        assert_eq!(
            told(bare).iter().map(|(_, kind)| *kind).collect::<Vec<_>>(),
            [LeftOverKind::AllowWithoutReason],
            "{bare}"
        );
    }
    for fine in [
        "#[ allow(a, reason = \"b\")]\nfn f() {}",
        "#[ allow(a)] // why\nfn f() {}",
        "// why\n#[ allow(a)]\nfn f() {}",
        "/// Docs.\n// why\n#[ allow(a)]\nfn f() {}",
        "#[expect(a)]\nfn f() {}",
        "#[cfg_attr(unix, allow(a, reason = \"b\"))]\nfn f() {}",
    ] {
        assert_eq!(told(fine), [], "{fine}");
    }
}

#[test]
fn commented_out_code_is_told_from_prose() {
    for code in [
        "// let x = 1;\n// f(x);",
        "// fn old() {\n//     f();\n// }",
        "    // if a {\n    //     b();\n    // }",
        "/* let x = 1;\nf(x); */",
        "// use a::b;\n// use c::d;",
        "// A => b(),\n// C => d(),",
        "// .map(|x| x + 1)\n// .collect();",
        "// x = 1;\n// y += 2;",
        "// #[test]\n// fn t() {}",
    ] {
        assert_eq!(told(&format!("fn f() {{\n{code}\n}}")), [(2, LeftOverKind::CommentedOutCode)], "{code}");
    }
    for prose in [
        "// Why it is so:\n// because of that.",
        "// one\n// two",
        "// see `f(x)`;\n// and `g(y)`;",
        "// a single line: let x = 1;",
        "// let x = 1;",
        "// let us see;\n// then go on;",
        "// return the rest;\n// for later use",
        "/// let x = 1;\n/// f(x);",
        "// - a (b)\n// - c (d)",
        "// -- ground\n// ----------",
        "// f(x), g(y)\n// and so on",
        "// if nothing is there, then\n// use the other one.",
        "// (this is\n// a remark)",
    ] {
        assert_eq!(told(&format!("fn f() {{\n{prose}\n}}")), [], "{prose}");
    }
    // Only what was added counts: one line of it is not enough.
    let one = left_overs("// let x = 1;\n// f(x);\n", &BTreeSet::from([2]), false);
    assert_eq!(one, []);
}

#[test]
fn our_own_sources_have_no_left_overs_and_cut_ones_do_no_harm() {
    for (at, (file, text)) in corpus().into_iter().enumerate().filter(|(at, _)| at % 2 == 0) {
        let all = (1..u32::try_from(text.lines().count()).expect("few") + 1).collect();
        let found = left_overs(&text, &all, true);
        let is_spoken_of = |found: &LeftOver| found.kind == LeftOverKind::Marker;
        assert!(found.iter().all(is_spoken_of), "{file}: {found:?}");
        if at % 8 == 0 {
            let _ = left_overs(&cut(&text), &all, true);
        }
    }
}
