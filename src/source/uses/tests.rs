//! As what names stand.

use super::{Role, Space, Value, uses};
use std::collections::BTreeSet;

fn roles(text: &str, name: &str) -> Vec<Role> {
    uses(text, &BTreeSet::from([name.to_owned()])).into_iter().map(|used| used.role).collect()
}

fn path(before: &[&str], space: Space) -> Role {
    let before = before.iter().map(|name| (*name).to_owned()).collect();
    Role::Path { before, is_absolute: false, space }
}

#[test]
fn paths_tell_what_stands_before_and_what_kind_of_name_is_meant() {
    assert_eq!(roles("fn f(x: a::X) {}", "X"), [path(&["a"], Space::Types)]);
    assert_eq!(roles("fn f() { X::new() }", "X"), [path(&[], Space::Types)]);
    assert_eq!(roles("fn f() { X::new() }", "new"), [path(&["X"], Space::Values)]);
    assert_eq!(roles("fn f() { x!(1) }", "x"), [path(&[], Space::Macros)]);
    let import = Role::Import { before: vec!["a".into(), "b".into()], is_absolute: false };
    assert_eq!(roles("use a::{b::{X as Y}, c};", "X"), [import]);
    assert_eq!(roles("use a::{b::{X as Y}, c};", "b"), [path(&["a"], Space::Types)]);
    assert_eq!(roles("struct X;", "X"), [Role::Definition]);
}

#[test]
fn what_is_bound_or_a_parameter_is_no_use() {
    for text in [
        "fn f(x: u8) { x }",
        "fn f() { let x = 1; x + x }",
        "fn f() { g(|x| x) }",
        "fn f() { for (_, x) in y { x } }",
        "fn f() { if let Some(x) = y { x } }",
        "fn f() { match y { Some(x) => x, _ => 0 } }",
        "fn f() { let x = 1; println!(\"{}{x}\", x) }",
    ] {
        let found = roles(text, "x");
        // Patterns may be constants; that is for others to tell.
        assert!(found.iter().all(|role| *role == path(&[], Space::Patterns)), "{text}: {found:?}");
    }
    assert_eq!(roles("fn f<T: X>(t: T) -> T { t }", "T"), []);
    assert_eq!(roles("fn f() { { let x = 1; } x }", "x").len(), 2);
}

#[test]
fn receivers_are_followed_to_what_tells_their_type() {
    let of = |text: &str| match roles(text, "go").pop() {
        Some(Role::Method(value)) => value,
        role => panic!("{text}: {role:?}"),
    };
    assert_eq!(of("fn f(&self) { self.go() }"), Value::Own);
    assert_eq!(of("fn f() { let x = A::new(); x.go() }"), Value::Call(vec!["A".into(), "new".into()]));
    assert_eq!(of("fn f(&self) { assert!(self.a.go()) }"), Value::Field(Box::new(Value::Own), "a".into()));
    let typed = |value| matches!(value, Value::Typed(of) if of.path == ["A"]);
    assert!(typed(of("fn f(x: &mut A) { x.go() }")));
    assert!(typed(of("fn f(x: &mut A) { vec![x.go()] }")));
    assert!(typed(of("fn f() { let g = |x: A| x.go(); }")));
    assert_eq!(of("fn f() { if let B::C(_, x) = y { x.go() } }"), Value::Part(vec!["B".into(), "C".into()], 1));
    assert_eq!(of("fn f() { g(|x| x.go()) }"), Value::Unknown);
}

#[test]
fn documentation_has_links_and_code() {
    let text = "/// See [`a::X`], not X.\n/// ```\n/// b::X::new();\n/// ```\nfn f() {} // X\n";
    let link = Role::DocLink(vec!["a".into()]);
    let code = Role::DocTest { before: vec!["b".into()], is_behind_dot: false };
    assert_eq!(roles(text, "X"), [link, code]);
}

#[test]
fn macros_that_are_no_code_are_read_by_words_and_places_are_the_file_s() {
    let text = "\u{feff}m! { a::X => b.X, \"X\" }\nfn f() { matches!(y, Some(X { .. })) }\n";
    let found = uses(text, &BTreeSet::from(["X".to_owned()]));
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|used| &text[used.at.clone()] == "X"), "{found:?}");
    assert_eq!(found[0].role, path(&["a"], Space::Any));
    assert_eq!(found[1].role, Role::Field(Value::Unknown));
    assert_eq!((found[2].line, found[2].in_macro.as_deref()), (2, Some("matches")));
}
