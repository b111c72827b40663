//! Which names find what.

use super::super::outline::outline;
use super::*;

const TEXT: &str = r"
struct Parser;
impl Parser { fn new() {} fn run() {} }
struct A;
impl A { fn new() {} }
impl A { fn other() {} }
impl std::fmt::Display for A { fn fmt() {} }
impl<T: Into<u8>> From<T> for A { fn from() {} }
mod inner { pub struct Parser; impl Parser { pub fn new() {} } }
fn new() {}
#[cfg(x)] fn twice() {}
#[cfg(y)] fn twice() {}
";

fn found(pattern: &str) -> Vec<String> {
    let outline = outline(TEXT);
    let modules = ["my_crate".to_owned(), "text".to_owned()];
    let path = NamePath::read(pattern).expect("a name");
    path.find(&outline, &modules).into_iter().map(|at| outline.path(at)).collect()
}

#[test]
fn a_name_is_found_with_as_much_around_it_as_was_typed() {
    let of_parser = ["impl Parser/new", "inner/impl Parser/new"];
    assert_eq!(found("new"), ["impl Parser/new", "impl A/new", "inner/impl Parser/new", "new"].map(numbered));
    assert_eq!(found("Parser/new"), of_parser);
    assert_eq!(found("Parser::new"), of_parser);
    assert_eq!(found("/Parser/new"), ["impl Parser/new"]);
    assert_eq!(found("A/new"), [numbered("impl A/new")], "a known tool finds nothing here");
    assert_eq!(found("inner::Parser::new"), ["inner/impl Parser/new"]);
    assert_eq!(found("/new"), ["new"]);
    assert_eq!(found("impl Display for A/fmt"), ["impl std::fmt::Display for A/fmt"]);
    assert_eq!(found("impl std::fmt::Display for A/fmt"), ["impl std::fmt::Display for A/fmt"]);
    assert_eq!(found("impl From<T> for A/from"), ["impl From<T> for A/from"]);
    assert_eq!(found("impl From for A"), ["impl From<T> for A"]);
    assert!(found("Display/fmt").is_empty());
}

/// There are two `impl A`.
fn numbered(path: &str) -> String {
    path.replace("impl A/", "impl A[0]/")
}

#[test]
fn a_path_names_the_symbol_it_was_told_of() {
    for text in [TEXT, "struct Cmd { secret: u8 }\nimpl Cmd { fn secret(&self) {} }\nimpl<'i> Cmd<'i> { fn of() {} }\n"]
    {
        let outline = outline(text);
        for symbol in 0..outline.symbols.len() {
            let path = NamePath::read(&format!("/{}", outline.path(symbol))).expect("a name");
            assert_eq!(path.find_one(&outline, &[]), [symbol], "{}", outline.path(symbol));
        }
    }
    assert_eq!(found("impl A[1]/other"), ["impl A[1]/other"]);
    assert_eq!(found("impl A[0]"), ["impl A[0]"]);
}

#[test]
fn a_number_tells_those_of_one_name_apart() {
    assert_eq!(found("twice"), ["twice[0]", "twice[1]"]);
    assert_eq!(found("twice[1]"), ["twice[1]"]);
    assert!(found("twice[2]").is_empty());
}

#[test]
fn a_path_may_lead_through_the_modules_of_the_file() {
    assert_eq!(found("text::Parser::new"), ["impl Parser/new"]);
    assert_eq!(found("crate::text::Parser::new"), ["impl Parser/new"]);
    assert_eq!(found("my-crate::text::Parser::new"), ["impl Parser/new"]);
    assert!(found("other::text::Parser::new").is_empty());
    assert!(found("crate::Parser::new").is_empty(), "it stands in `text`");
}

#[test]
fn a_part_of_the_name_is_enough_where_that_is_asked_for() {
    let outline = outline(TEXT);
    let path = NamePath::read("wic").expect("a name");
    assert!(path.find(&outline, &[]).is_empty());
    assert_eq!(path.part().find(&outline, &[]).len(), 2);
    assert_eq!(NamePath::read(" / "), None);
}
