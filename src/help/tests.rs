//! Tests of the help pages.

use super::{TOPICS, list, pages, speaking_of};
use crate::error::Code;

fn all() -> Vec<(&'static str, &'static str)> {
    Code::ALL.iter().map(|code| (code.word(), code.page())).chain(TOPICS.iter().copied()).collect()
}

#[test]
fn every_page_is_headed_by_its_name_and_has_a_command_to_paste() {
    for (word, page) in all() {
        assert!(page.starts_with(&format!("# {word}\n\n")), "{word}");
        assert!(page.lines().any(|line| line.starts_with("    ") && line.trim().contains(' ')), "{word}");
        assert!(page.ends_with('\n'), "{word}");
        let n_lines = page.lines().count();
        assert!((8..=34).contains(&n_lines), "{word}: {n_lines} lines");
        for line in page.lines() {
            assert!(line.chars().count() <= 80, "{word}: {line}");
        }
    }
}

#[test]
fn every_page_that_was_written_can_be_asked_for() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/help/topics");
    for page in std::fs::read_dir(folder).expect("a folder") {
        let name = page.expect("an entry").file_name().into_string().expect("UTF-8");
        assert_eq!(pages(name.trim_end_matches(".md")).len(), 1, "{name}");
    }
}

#[test]
fn every_code_s_page_says_its_exit_code() {
    for code in Code::ALL {
        let exit = code.exit().to_string();
        assert!(code.page().contains(&exit), "{code}");
    }
}

#[test]
fn a_command_on_a_page_is_one_this_program_has() {
    let verbs = [
        "demo",
        "edit",
        "recon",
        "init",
        "status",
        "map",
        "implement",
        "validate",
        "merge",
        "matrix",
        "trust",
        "note",
        "cache",
        "resolve",
        "prune",
        "explain",
        "schema",
        "report",
        "merge",
        "matrix",
        "recon",
    ];
    for (word, page) in all() {
        for command in page.split("cargo handoff ").skip(1) {
            let verb = command.split([' ', '\n', '`']).next().expect("split gives one");
            assert!(
                verbs.contains(&verb) || ["--help", "--version", "VERB", "NAME"].contains(&verb),
                "{word}: cargo handoff {verb}"
            );
        }
    }
}

#[test]
fn a_page_is_found_by_word_by_topic_and_by_exit_code() {
    assert_eq!(pages("claim-contradicted"), pages("105"));
    assert_eq!(pages("103"), [pages("gate-closed"), pages("drifted")].concat());
    assert_eq!(pages("143"), pages("signalled"));
    assert_eq!(pages("baseline").len(), 1);
    assert!(1 < pages("65").len());
    assert!(pages("nothing-of-ours").is_empty());
}

#[test]
fn the_list_has_every_page_on_one_line_of_a_terminal() {
    let list = list();
    for (word, _) in all() {
        assert!(list.lines().any(|line| line.starts_with(word)), "{word}\n{list}");
    }
    assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
}

#[test]
fn a_word_that_is_no_page_s_name_is_found_on_the_pages_that_speak_of_it() {
    let names = |word: &str| -> Vec<&str> { speaking_of(word).into_iter().map(|(name, _)| name).collect() };
    assert_eq!(names("decide")[0], "acceptance", "the flag comes before the word of the language");
    assert_eq!(names("--decide"), names("decide"));
    assert!(names("approved").contains(&"acceptance") && names("Approved").contains(&"not-approved"));
    assert!(names("nothing-of-ours").is_empty() && names("").is_empty() && names("-").is_empty());
}
