//! The rules of this house, each a function over text, and each with a test that it closes.

use crate::tree::fixtures;
use camino::{Utf8Path, Utf8PathBuf};
use cargo_handoff::error::Code;
use ra_ap_syntax::{Edition, NodeOrToken, SourceFile, SyntaxKind, WalkEvent};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Help pages that are about something else than a code word.
const TOPICS: &[&str] = &[
    "acceptance",
    "baseline",
    "cache",
    "ci",
    "edit",
    "exit-codes",
    "findings",
    "levels",
    "merging",
    "partition",
    "payload",
    "prune",
    "recon",
    "red",
    "reports",
    "require",
    "what-runs",
];

/// The most lines a source file may have.
const MOST_LINES: usize = 400;

/// Files that have to spell such folders, and why.
const MAY_NAME_FOLDERS: &[(&str, &str)] = &[("src/check/scrub.rs", "it replaces them, and shows so on made-up ones")];

/// Exit codes without a code word of their own: everything held, usage (clap's), hang-up and termination.
const OTHER_EXITS: &[u8] = &[0, 2, 129, 143];

fn root() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[track_caller]
fn read(path: &Utf8Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below a folder, `target` left out, in order.
fn files_below(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = folder.read_dir_utf8() else { return found };
    for entry in entries {
        let path = entry.expect("an entry").into_path();
        if path.is_dir() && path.file_name() != Some("target") {
            found.extend(files_below(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The `.rs` files of a folder of this package with their texts; paths relative to the package.
fn sources(folder: &str) -> Vec<(String, String)> {
    let rust = files_below(&root().join(folder)).into_iter().filter(|path| path.extension() == Some("rs"));
    rust.map(|path| (path.strip_prefix(root()).expect("below").as_str().replace('\\', "/"), read(&path))).collect()
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.starts_with("tests/")
}

#[track_caller]
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

// -- the one rule: a module uses only its own children and what is declared above it

/// A module as its file and its parent's `mod` lines say it is.
#[derive(Debug, Default)]
struct Module {
    file: String,
    /// Its children in the order of their `mod` lines, each with the file it is in.
    children: Vec<(String, String)>,
    /// What its own file defines, other than functions: the words its children may use.
    words: BTreeSet<String>,
    /// The names its own file passes on from a child: name -> child.
    passed_on: BTreeMap<String, String>,
    /// The absolute paths it uses, each with its line.
    uses: Vec<(Vec<String>, usize)>,
}

/// A token's text and line.
type Token = (String, usize);

/// The tokens of a source that mean something, with their lines: no comments, no blanks, no modules under
/// `#[cfg(test)]`.
fn tokens(text: &str) -> Vec<Token> {
    let tree = SourceFile::parse(text, Edition::Edition2024).tree();
    let mut found: Vec<Token> = Vec::new();
    let mut line = 1;
    let mut skipped_until = None;
    for event in ra_ap_syntax::AstNode::syntax(&tree).preorder_with_tokens() {
        match event {
            WalkEvent::Enter(NodeOrToken::Node(node)) => {
                let is_test = node.kind() == SyntaxKind::MODULE
                    && node.children().any(|child| {
                        child.kind() == SyntaxKind::ATTR && {
                            let attribute = child.text().to_string();
                            attribute.contains("cfg") && attribute.contains("test")
                        }
                    });
                if is_test && skipped_until.is_none() {
                    skipped_until = Some(node.text_range().end());
                }
            }
            WalkEvent::Enter(NodeOrToken::Token(token)) => {
                if skipped_until.is_some_and(|end| end <= token.text_range().start()) {
                    skipped_until = None;
                }
                if skipped_until.is_none() && !token.kind().is_trivia() {
                    // Inside a macro's arguments `::` comes as two colons.
                    match found.last_mut() {
                        Some((last, _)) if last == ":" && token.text() == ":" => last.push(':'),
                        Some(_) | None => found.push((token.text().to_owned(), line)),
                    }
                }
                line += token.text().matches('\n').count();
            }
            WalkEvent::Leave(_) => {}
        }
    }
    found
}

/// The paths that start with `crate`, `super` or `self`, groups taken apart, as segments.
fn paths(tokens: &[Token]) -> Vec<(Vec<String>, usize)> {
    let mut found = Vec::new();
    for (at, (text, _)) in tokens.iter().enumerate() {
        // Behind `::` the walk below comes here by itself; behind `in` it is said who may see, not what is used.
        let behind_path = at.checked_sub(1).is_some_and(|before| matches!(tokens[before].0.as_str(), "::" | "in"));
        if matches!(text.as_str(), "crate" | "super" | "self") && !behind_path {
            branch(tokens, at, &[], &mut found);
        }
    }
    found.retain(|(path, _)| 1 < path.len());
    found
}

/// One branch of a use tree, or a plain path, from the token at `at`. Returns where it ends.
fn branch(tokens: &[Token], mut at: usize, before: &[String], found: &mut Vec<(Vec<String>, usize)>) -> usize {
    let mut path = before.to_vec();
    let line = tokens.get(at).map_or(0, |(_, line)| *line);
    let text = |at: usize| tokens.get(at).map_or("", |(text, _)| text.as_str());
    loop {
        match text(at) {
            "{" => {
                at += 1;
                while at < tokens.len() && text(at) != "}" {
                    at = branch(tokens, at, &path, found).max(at + 1);
                    while !matches!(text(at), "," | "}" | "") {
                        at += 1;
                    }
                    at += usize::from(text(at) == ",");
                }
                return at + 1;
            }
            "*" => {
                path.push("*".to_owned());
                found.push((path, line));
                return at + 1;
            }
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
        if text(at + 1) == "::" && (text(at + 2) == "{" || text(at + 2) == "*" || is_word(text(at + 2))) {
            at += 2;
        } else {
            found.push((path, line));
            return at + 1;
        }
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Reads the house from its `lib.rs` down. `files` are paths with their texts. A name may come twice: a module
/// per system is one file each.
fn modules(files: &BTreeMap<String, String>) -> Vec<(Vec<String>, Module)> {
    let mut found = Vec::new();
    let mut waiting = vec![(Vec::new(), "src/lib.rs".to_owned())];
    while let Some((name, file)) = waiting.pop() {
        let Some(text) = files.get(&file) else { continue };
        let folder = match file.strip_suffix(".rs").expect("a source") {
            "src/lib" => "src".to_owned(),
            stem => stem.strip_suffix("/mod").unwrap_or(stem).to_owned(),
        };
        let tokens = tokens(text);
        let mut module = Module { file: file.clone(), ..Module::default() };
        let mut depth = 0_usize;
        for at in 0..tokens.len() {
            let word = |offset: usize| tokens.get(at + offset).map_or("", |(text, _)| text.as_str());
            match word(0) {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                "mod" if depth == 0 && word(2) == ";" => {
                    let child = word(1).to_owned();
                    let beside = path_attribute(&tokens[..at])
                        .map(|path| format!("{}/{path}", file.rsplit_once('/').map_or("", |(folder, _)| folder)));
                    let in_folder = format!("{folder}/{child}.rs");
                    let file = beside.unwrap_or_else(|| {
                        if files.contains_key(&in_folder) { in_folder } else { format!("{folder}/{child}/mod.rs") }
                    });
                    let mut name = name.clone();
                    name.push(child.clone());
                    waiting.push((name, file.clone()));
                    module.children.push((child, file));
                }
                "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" if depth == 0 => {
                    module.words.insert(word(1).to_owned());
                }
                "macro_rules" if depth == 0 => {
                    module.words.insert(word(2).to_owned());
                }
                _ => {}
            }
        }
        for (path, line) in paths(&tokens) {
            let absolute = absolute(&name, &path);
            if let [.., child, last] = absolute.as_slice()
                && absolute.len() == name.len() + 2
                && absolute.starts_with(&name)
            {
                module.passed_on.insert(last.clone(), child.clone());
            }
            module.uses.push((absolute, line));
        }
        // `pub use child::Name;` says the same without `self::`.
        for at in 0..tokens.len() {
            if tokens[at].0 == "use"
                && let Some((child, _)) = tokens.get(at + 1)
                && module.children.iter().any(|(name, _)| name == child)
            {
                let mut inner = Vec::new();
                branch(&tokens, at + 1, &[], &mut inner);
                for (path, _) in inner {
                    module.passed_on.insert(path.last().expect("not empty").clone(), child.clone());
                }
            }
        }
        found.push((name, module));
    }
    found
}

/// The file of `#[path = "…"]`, where one stands right before.
fn path_attribute(before: &[Token]) -> Option<String> {
    let end = before.iter().rposition(|(text, _)| matches!(text.as_str(), ";" | "}")).map_or(0, |at| at + 1);
    let attributes = &before[end..];
    let at = attributes.windows(2).position(|pair| pair[0].0 == "path" && pair[1].0 == "=")?;
    Some(attributes.get(at + 2)?.0.trim_matches('"').to_owned())
}

/// A path as seen from the crate's root.
fn absolute(module: &[String], path: &[String]) -> Vec<String> {
    let mut whole = module.to_vec();
    for (at, segment) in path.iter().enumerate() {
        match segment.as_str() {
            "crate" if at == 0 => whole.clear(),
            "super" => {
                whole.pop();
            }
            "self" => {}
            word => whole.push(word.to_owned()),
        }
    }
    whole
}

/// Every use of something that is not declared above.
///
/// A folder's children may also use the *words* of their folder's own file, its types and constants; never its
/// functions, for those tell the story the children are parts of.
fn order(files: &BTreeMap<String, String>) -> Vec<String> {
    let modules = modules(files);
    let mut complaints = Vec::new();
    for (name, module) in modules.iter().filter(|(_, module)| !is_test_file(&module.file)) {
        for (path, line) in &module.uses {
            let shared = name.iter().zip(path).take_while(|(own, other)| own == other).count();
            let Some(mine) = name.get(shared) else { continue };
            let (_, ancestor) = modules.iter().find(|(other, _)| *other == name[..shared]).expect("it led here");
            let Some(theirs) = path.get(shared) else {
                complaints.push(format!("{}:{line}: all of `{}`, its own folder", module.file, path.join("::")));
                continue;
            };
            let theirs = ancestor.passed_on.get(theirs).unwrap_or(theirs);
            let place = |wanted: &String| ancestor.children.iter().position(|(child, _)| child == wanted);
            let allowed = match (place(theirs), place(mine)) {
                (Some(theirs), Some(mine)) => theirs < mine,
                (None, _) => ancestor.words.contains(theirs),
                (Some(_), None) => false,
            };
            if !allowed && theirs != mine {
                complaints.push(format!("{}:{line}: `{}` is not declared above", module.file, path.join("::")));
            }
        }
    }
    complaints
}

/// Source files nobody declares: they would be read by nobody, and by none of these tests.
fn undeclared(files: &BTreeMap<String, String>) -> Vec<String> {
    let known: BTreeSet<String> = modules(files).into_iter().map(|(_, module)| module.file).collect();
    // A module for tests alone is declared under `#[cfg(test)]`, right above.
    let is_for_tests = |path: &str| {
        let (folder, name) = path.strip_suffix(".rs").and_then(|stem| stem.rsplit_once('/')).unwrap_or_default();
        let lines: Vec<&str> =
            files.get(&format!("{folder}.rs")).map(|text| text.lines().collect()).unwrap_or_default();
        lines.windows(2).any(|pair| {
            pair[0].starts_with("#[cfg(") && pair[0].contains("test") && pair[1].ends_with(&format!("mod {name};"))
        })
    };
    let is_left =
        |path: &&String| !known.contains(*path) && !is_test_file(path) && !is_for_tests(path) && *path != "src/main.rs";
    files.keys().filter(is_left).map(|path| format!("{path}: no `mod` line leads here")).collect()
}

fn house() -> BTreeMap<String, String> {
    sources("src").into_iter().collect()
}

#[test]
fn a_module_uses_only_what_is_declared_above_it() {
    assert_none(&order(&house()));
}

#[test]
fn every_source_file_is_declared() {
    assert_none(&undeclared(&house()));
}

/// A small house: `a` above `b`, and `b` a folder with `one` above `two`.
fn sample(path: &str, text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = [
        ("src/lib.rs", "pub mod a;\n#[path = \"b.rs\"]\npub mod b;\n"),
        ("src/a.rs", "pub struct A;"),
        ("src/b.rs", "mod one; mod two; pub use two::Two; pub struct Word; pub fn story() { two::go(); }"),
        ("src/b/one.rs", ""),
        ("src/b/two.rs", "pub struct Two; pub fn go() {}"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    files.insert(path.to_owned(), text.to_owned());
    files
}

#[test]
fn the_one_rule_lets_through_what_is_above() {
    for (path, text) in [
        ("src/b.rs", "mod one; mod two; use crate::a::A; use one::*;"),
        ("src/b/two.rs", "use super::one::{self, One}; use crate::{a::A};"),
        ("src/b/two.rs", "use super::Word; fn f(_: super::Word) { crate::b::one::f() }"),
        ("src/a.rs", "// crate::b::story()\n/// See [`crate::b`].\npub(crate) fn a() { let _ = \"crate::b::x\"; }"),
        ("src/a.rs", "#[cfg(test)]\nmod tests { use crate::b::Word; }"),
        ("src/b/one.rs", "pub(in crate::b) fn one() {} pub(super) struct One;"),
        ("src/b/two/tests.rs", "use crate::b::story;"),
    ] {
        assert_eq!(order(&sample(path, text)), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_one_rule_closes_on_everything_else() {
    for (path, text) in [
        ("src/a.rs", "use crate::b::Word;"),
        ("src/a.rs", "use crate::{b::{Word}};"),
        ("src/a.rs", "use super::b;"),
        ("src/a.rs", "fn f() { let _ = vec![crate::b::story()]; }"),
        ("src/a.rs", "#[cfg(unix)] mod tests { use crate::b::Word; }"),
        ("src/b/one.rs", "use super::two::Two;"),
        ("src/b/one.rs", "use super::Two;"),
        ("src/b/one.rs", "use crate::b::{Word, two};"),
        ("src/b/one.rs", "fn f() { super::story() }"),
        ("src/b/one.rs", "use super::*;"),
        ("src/a.rs", "fn f() { crate::no_such_function() }"),
    ] {
        assert_ne!(order(&sample(path, text)), Vec::<String>::new(), "{text}");
    }
    assert_eq!(undeclared(&sample("src/b/three.rs", "")).len(), 1);
    let with = |attribute: &str| sample("src/b.rs", &format!("mod one;\n{attribute}\npub mod two;"));
    assert_eq!(undeclared(&with("#[cfg(all(test, unix))]")).len(), 0);
    assert_eq!(undeclared(&with("#[cfg(test)]\nmod three;\n//")).len(), 0);
    assert_eq!(undeclared(&sample("src/b.rs", "mod one;")).len(), 1);
}

// -- files

/// Files that do not open with `//!`.
fn unopened(files: &[(String, String)]) -> Vec<String> {
    let is_unopened = |text: &str| !text.lines().next().is_some_and(|line| line.starts_with("//! ") && 8 < line.len());
    let bad = files.iter().filter(|(_, text)| is_unopened(text));
    bad.map(|(path, _)| format!("{path}: its first line does not say what it is for (`//! …`)")).collect()
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let files: Vec<_> = [sources("src"), sources("tests")].concat();
    assert!(10 < files.len());
    assert_none(&unopened(&files));
    let bad = ["", "use x;\n", "//!\n", "\n//! Late.\n"].map(|text| ("src/x.rs".to_owned(), text.to_owned()));
    assert_eq!(unopened(&bad).len(), 4);
}

/// How many lines a file has without its inline test modules.
fn n_lines(text: &str) -> usize {
    let all = text.lines().count();
    let Some(start) = text.find("#[cfg(test)]\nmod tests {") else { return all };
    // rustfmt ends a module at the first brace in the first column.
    let Some(end) = text[start..].find("\n}") else { return all };
    let tests = text[start..start + end].lines().count() + 1;
    all - tests
}

fn too_long(files: &[(String, String)]) -> Vec<String> {
    let counted = files.iter().filter(|(path, _)| !is_test_file(path)).map(|(path, text)| (path, n_lines(text)));
    counted.filter(|(_, n)| MOST_LINES < *n).map(|(path, n)| format!("{path}: {n} lines")).collect()
}

#[test]
fn no_source_file_is_too_long_to_read() {
    assert_none(&too_long(&sources("src")));
    let long = |path: &str, end: &str| vec![(path.to_owned(), format!("{}{end}", "//\n".repeat(MOST_LINES)))];
    assert_eq!(too_long(&long("src/x.rs", "")), Vec::<String>::new());
    assert_eq!(too_long(&long("src/x.rs", "//\n")).len(), 1);
    assert_eq!(too_long(&long("src/x/tests.rs", "//\n")), Vec::<String>::new());
    assert_eq!(
        too_long(&long("src/x.rs", "#[cfg(test)]\nmod tests {\n    fn a() {\n    }\n}\n")),
        Vec::<String>::new()
    );
    assert_eq!(too_long(&long("src/x.rs", "#[cfg(test)]\nmod tests {\n}\n//\n")).len(), 1);
}

/// Words nobody may leave behind in a source, spelled in halves so that this file may stand.
fn left_behind(files: &[(String, String)], words: &[String]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in files {
        for (at, line) in text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                complaints.push(format!("{path}:{}: `{word}`", at + 1));
            }
        }
    }
    complaints
}

fn unwanted_words() -> Vec<String> {
    [("#[al", "low"), ("#![al", "low"), ("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("dbg", "!(")]
        .map(|(start, end)| format!("{start}{end}"))
        .into()
}

fn machine_words() -> Vec<String> {
    [("/ho", "me/"), ("/Use", "rs/"), ("/ro", "ot/"), ("/wo", "rk/"), ("C:\\Use", "rs")]
        .map(|(start, end)| format!("{start}{end}"))
        .into()
}

#[test]
fn nothing_is_left_behind_in_the_sources() {
    assert_none(&left_behind(&[sources("src"), sources("tests")].concat(), &unwanted_words()));
    for word in unwanted_words() {
        let bad = [("src/x.rs".to_owned(), format!("fn a() {{}} // {word}"))];
        assert_eq!(left_behind(&bad, &unwanted_words()).len(), 1, "{word}");
    }
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut paths: Vec<_> =
        ["src", "tests", ".github", ".ci"].iter().flat_map(|folder| files_below(&root().join(folder))).collect();
    paths.extend(files_below(&fixtures()));
    paths.extend(["README.md", "CHANGELOG.md", "Cargo.toml", ".clippy.toml"].map(|name| root().join(name)));
    let files: Vec<_> = paths
        .into_iter()
        .filter_map(|path| Some((path.strip_prefix(root()).ok()?.to_string(), fs::read_to_string(&path).ok()?)))
        .collect();
    assert!(20 < files.len());
    let may_not = |(path, _): &(String, String)| !MAY_NAME_FOLDERS.iter().any(|(may, _)| may == path);
    let files: Vec<_> = files.into_iter().filter(may_not).collect();
    assert_none(&left_behind(&files, &machine_words()));
    for word in machine_words() {
        let bad = [("x".to_owned(), format!("cd {word}x"))];
        assert_eq!(left_behind(&bad, &machine_words()).len(), 1, "{word}");
    }
}

// -- papers

/// What the pages lack or have too many of, pages under another title than their name, pages that say nothing.
fn pages(pages: &BTreeMap<String, String>, words: &BTreeSet<String>) -> Vec<String> {
    let names: BTreeSet<String> = pages.keys().cloned().collect();
    let missing = words.difference(&names).map(|word| format!("no page for `{word}`"));
    let spare = names.difference(words).map(|name| format!("`{name}.md` is no code word and no topic"));
    let untitled = pages
        .iter()
        .filter(|(name, text)| text.lines().next() != Some(&format!("# {name}")))
        .map(|(name, _)| format!("`{name}.md` does not open with `# {name}`"));
    let empty = pages.iter().filter(|(_, text)| text.lines().skip(1).all(|line| line.trim().is_empty()));
    let empty = empty.map(|(name, _)| format!("`{name}.md` says nothing"));
    missing.chain(spare).chain(untitled).chain(empty).collect()
}

#[test]
fn every_code_word_has_a_page_and_every_page_a_word() {
    let folder = root().join("src/help");
    let (mut codes, mut topics) = (BTreeMap::new(), BTreeMap::new());
    for path in files_below(&folder).into_iter().filter(|path| path.extension() == Some("md")) {
        let is_code = path.parent() == Some(folder.as_path());
        let pages = if is_code { &mut codes } else { &mut topics };
        pages.insert(path.file_stem().expect("a name").to_owned(), read(&path));
    }
    assert_none(&pages(&codes, &Code::ALL.iter().map(|code| code.word().to_owned()).collect()));
    assert_none(&pages(&topics, &TOPICS.iter().map(|topic| (*topic).to_owned()).collect()));
    let page = |name: &str, title: &str| (name.to_owned(), format!("# {title}\n\nText.\n"));
    let word = |word: &str| BTreeSet::from([word.to_owned()]);
    assert_eq!(pages(&[page("a", "a")].into(), &word("a")), Vec::<String>::new());
    assert_eq!(pages(&[page("a", "b")].into(), &word("a")).len(), 1);
    assert_eq!(pages(&[page("a", "a"), page("b", "b")].into(), &word("a")).len(), 1);
    assert_eq!(pages(&BTreeMap::new(), &word("a")).len(), 1);
    assert_eq!(pages(&[("a".to_owned(), "# a\n\n".to_owned())].into(), &word("a")).len(), 1);
}

/// The numbers in the first column of the table under the heading `Exit codes`. `129/130` counts as both.
fn exits_in(readme: &str) -> BTreeSet<u8> {
    let lines = readme.lines().skip_while(|line| !(line.starts_with('#') && line.ends_with("Exit codes"))).skip(1);
    lines
        .take_while(|line| !line.starts_with('#'))
        .filter_map(|line| line.strip_prefix('|')?.split('|').next())
        .flat_map(|cell| cell.split([',', '/']))
        .filter_map(|number| number.trim().trim_matches('`').parse().ok())
        .collect()
}

#[test]
fn the_readme_lists_every_exit_code() {
    let mut expected: BTreeSet<u8> = Code::ALL.iter().map(|code| code.exit()).collect();
    expected.extend(OTHER_EXITS);
    assert_eq!(exits_in(&read(&root().join("README.md"))), expected);
    let sample =
        "# A\n| 7 | no |\n## Exit codes\n\n| code | why |\n|---|---|\n| 0 | a |\n| `2`, 3/4 | b 9 |\n# B\n| 5 |\n";
    assert_eq!(exits_in(sample), BTreeSet::from([0, 2, 3, 4]));
}

fn has_entry(changelog: &str, version: &str) -> bool {
    let mut lines = changelog.lines().skip_while(|line| {
        line.strip_prefix("## ").is_none_or(|title| title.split([' ', '-']).next() != Some(version))
    });
    lines.next().is_some() && lines.take_while(|line| !line.starts_with("## ")).any(|line| !line.trim().is_empty())
}

#[test]
fn the_changelog_speaks_of_this_version() {
    assert!(has_entry(&read(&root().join("CHANGELOG.md")), env!("CARGO_PKG_VERSION")));
    assert!(has_entry("## 1.2.3\n\n- News.\n", "1.2.3"));
    assert!(!has_entry("## 1.2.3\n\n## 1.2.2\n- News.\n", "1.2.3"));
    assert!(!has_entry("## 1.2.30\n\n- News.\n", "1.2.3"));
}
