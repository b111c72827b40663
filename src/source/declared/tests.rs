//! What declarations come to.

use super::{Reach, declarations};
use crate::source::SymbolKind;

#[test]
fn scopes_hold_what_is_declared_and_imported_in_them() {
    let text = "use a::{self as b, c::*, d::{E as _, f}};\nextern crate g as h;\nmod m { pub(super) fn n() {} }\n\
                fn o() { use p::Q; struct R; }\n";
    let found = declarations(text);
    let imports: Vec<(String, Option<&str>, usize)> =
        found.imports.iter().map(|import| (import.path.join("::"), import.name.as_deref(), import.scope)).collect();
    let expected = [
        ("a", Some("b"), 0),
        ("a::c", None, 0),
        ("a::d::E", Some("_"), 0),
        ("a::d::f", Some("f"), 0),
        ("g", Some("h"), 0),
        ("p::Q", Some("Q"), 2),
    ];
    assert_eq!(imports, expected.map(|(path, name, scope)| (path.to_owned(), name, scope)));
    assert_eq!(found.modules(1), ["m"]);
    assert_eq!(found.module_of(2), 0, "a block is no module");
    let nested = found.declared.iter().find(|it| it.name == "n").expect("it is there");
    assert_eq!((nested.scope, &nested.reach), (1, &Reach::In(vec!["super".into()])));
    assert_eq!(found.scope_at(text.find("struct R").expect("it is there")), 2);
}

#[test]
fn parts_know_what_they_are_parts_of() {
    let text = "enum E { A(Vec<u8>), B { c: E } }\nimpl<T> G<T> for E where T: H { fn i(&self, x: T) -> &Self { self } }\n\
                cfg_if! { if #[cfg(x)] { fn hidden() {} } }\nmacro_rules! j { () => {} }\n";
    let found = declarations(text);
    let of = |name: &str| found.declared.iter().find(|it| it.name == name).expect(name);
    let owner = |name: &str| of(name).owner.map(|owner| found.declared[owner].kind);
    assert_eq!(owner("A"), Some(SymbolKind::Enum));
    assert_eq!(owner("c"), Some(SymbolKind::Variant));
    assert_eq!(owner("i"), Some(SymbolKind::Impl));
    assert_eq!(of("A").parts[0].path, ["Vec"]);
    assert_eq!(of("i").of_type.as_ref().map(|of| of.path.as_slice()), Some(["Self".to_owned()].as_slice()));
    assert!(of("i").has_self && of("i").reach == Reach::AsOwner);
    assert!(found.scopes[0].has_macros && !of("j").is_exported);
    assert!(found.declared.iter().any(|it| it.name == "hidden"));
}
