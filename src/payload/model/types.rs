//! Whether the known sections and lists are of their types.

use crate::error::{Code, Error, Result};
use crate::payload::document::{Document, Kind, Node, excerpt};

/// The sections and the lists in them.
const KNOWN: &[(&str, &[&str])] = &[
    ("meta", &[]),
    ("requirement", &["constraints", "acceptanceCriteria", "openQuestions"]),
    ("plan", &["steps", "risks", "artifacts"]),
    ("tasks", &["items", "dependencies"]),
    ("testPlan", &["coverageMatrix", "scenarios", "fixtures", "validationCommands"]),
    ("implementation", &["changes", "tests", "commands", "followUps", "deviations", "stepStatus"]),
    ("qaFindings", &["evidence", "issues"]),
];

/// Lists whose elements are strings or objects.
const ENTRIES: &[(&str, &str)] =
    &[("plan", "steps"), ("tasks", "items"), ("testPlan", "scenarios"), ("testPlan", "validationCommands")];

/// Refuses a payload whose known sections or lists have another type, naming them all.
pub(super) fn check(document: &Document) -> Result<()> {
    let root = document.root();
    let mut wrong: Vec<(String, &str, Node<'_>)> = Vec::new();
    if root.kind() != Kind::Object {
        wrong.push(("the document".into(), "an object", root));
    }
    for (name, section) in root.members() {
        let Some((_, lists)) = KNOWN.iter().find(|(known, _)| *known == name) else { continue };
        match section.kind() {
            Kind::Object => {}
            Kind::Null => continue,
            Kind::Bool | Kind::Number | Kind::Text | Kind::List => {
                wrong.push((name.into_owned(), "an object", section));
                continue;
            }
        }
        for (key, list) in section.members().into_iter().filter(|(key, _)| lists.contains(&key.as_ref())) {
            match list.kind() {
                Kind::List if ENTRIES.contains(&(name.as_ref(), key.as_ref())) => {
                    let odd = |node: &Node<'_>| !matches!(node.kind(), Kind::Object | Kind::Text);
                    let odd = list.elements().into_iter().enumerate().filter(|(_, node)| odd(node));
                    wrong.extend(odd.map(|(at, node)| (format!("{name}.{key}[{at}]"), "a string or an object", node)));
                }
                Kind::List | Kind::Null => {}
                Kind::Bool | Kind::Number | Kind::Text | Kind::Object => {
                    wrong.push((format!("{name}.{key}"), "a list", list));
                }
            }
        }
    }
    let Some((_, wanted, first)) = wrong.first() else { return Ok(()) };
    let mut each: Vec<_> = wrong
        .iter()
        .take(20)
        .map(|(what, wanted, node)| {
            format!("`{what}` is {}, not {wanted} (line {})", node.kind().in_words(), node.line())
        })
        .collect();
    if each.len() < wrong.len() {
        each.push(format!("and {} more", wrong.len() - each.len()));
    }
    let span = first.offset()..first.offset() + first.raw().len();
    let excerpt = excerpt(document.name(), document.text(), span, &format!("this has to be {wanted}"));
    Err(Error::new(Code::PayloadShape, format!("`{}` is not of its shape", document.name()))
        .details(each)
        .at(excerpt)
        .hint("the shape of every section: `cargo handoff schema`"))
}
