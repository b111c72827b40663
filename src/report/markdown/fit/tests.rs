//! Tests of the room sections share.

use super::{Rows, Section, fit, some};

fn list(title: &'static str, n: usize, share: usize) -> Section {
    Section::new(title, Rows::List, share, (0..n).map(|n| format!("- row {n:03}\n")))
}

#[test]
fn what_fits_is_shown_whole() {
    let table = Section::new("Table", Rows::Table(&["a", "b"]), 100, ["| 1 | 2 |\n".to_owned()].into_iter());
    let blocks = Section::new("Blocks", Rows::Blocks, 0, ["block\n\n".to_owned()].into_iter());
    let sections = [list("List", 2, 100).intro("Two."), table, list("Empty", 0, 100), blocks];
    let text = fit(&sections, &[0, 1, 2, 3], 1000);
    assert_eq!(
        text,
        "### List\n\nTwo.\n\n- row 000\n- row 001\n\n### Table\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n### Blocks\n\nblock\n\n"
    );
}

#[test]
fn what_does_not_fit_is_cut_at_a_row_and_counted() {
    let sections = [list("A", 100, 50), list("B", 100, 50).others(7)];
    for room in [0, 50, 100, 200, 300, 500, 1000] {
        let text = fit(&sections, &[1, 0], room);
        assert!(text.len() <= room.max(120), "{room}: {text}");
        let n_rows = text.matches("- row").count();
        let n_more: usize = text
            .split("more")
            .flat_map(|part| part.split("not shown"))
            .filter_map(|part| part.trim().rsplit(' ').next()?.parse::<usize>().ok())
            .sum();
        assert_eq!(n_rows + n_more, 207, "{text}");
    }
}

#[test]
fn what_is_left_over_goes_to_the_first_that_wants_it() {
    let sections = [list("A", 100, 10), list("B", 3, 10), list("C", 100, 0)];
    let n = |text: &str, title: &str| {
        let from = &text[text.find(title).expect("there")..];
        from[..from[5..].find("###").map_or(from.len(), |at| at + 5)].matches("- row").count()
    };
    let text = fit(&sections, &[1, 2, 0], 400);
    assert_eq!((n(&text, "### A"), n(&text, "### B")), (1, 3));
    assert!(10 < n(&text, "### C"));
}

#[test]
fn rows_are_made_only_while_there_could_be_room() {
    let mut n_made = 0;
    let rows = (0..1_000_000).map(|_| {
        n_made += 1;
        "x".repeat(1000)
    });
    let section = Section::new("A", Rows::Blocks, 0, rows);
    assert!(n_made < 100);
    assert!(fit(&[section], &[0], 5000).ends_with("and 999996 more\n\n"));
}

#[test]
fn a_few_names_are_told_and_the_rest_counted() {
    let names = |n: usize| (0..n).map(|n| n.to_string()).collect::<Vec<_>>().into_iter();
    assert_eq!(some(names(0), 2), "");
    assert_eq!(some(names(2), 2), "0, 1");
    assert_eq!(some(names(4), 2), "0, 1 and 2 more");
}
