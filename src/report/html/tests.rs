//! The page as a whole: inert, bounded, the same each time, and in a browser.

#[cfg(target_os = "linux")]
mod browser;

use super::{MOST, write};
use crate::evidence::{PackageRecord, Part};
use crate::payload::entries::OnBaseline;
use crate::report::dossier::{Dossier, Standing, made};
use crate::words::Outcome;
use std::time::Instant;

/// The markup of a page without its texts: every tag, as it stands.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    let body = &page[page.find("</style>").expect("a style")..];
    body.match_indices('<').map(|(at, _)| &body[at..at + body[at..].find('>').expect("every tag ends") + 1])
}

#[test]
fn no_text_of_a_hostile_dossier_becomes_markup() {
    let page = write(&made::hostile());
    let known = "a article b body button caption circle code dd del desc details div dl dt figcaption figure footer g h1 h2 h3 h4 html i \
        head header ins li main nav ol p path pre rect section span style summary svg symbol table tbody td text th thead time title tr ul use";
    for tag in tags(&page) {
        let name = tag.trim_start_matches(['<', '/']).split([' ', '>', '/']).next().unwrap_or("");
        assert!(known.split_whitespace().any(|word| word == name), "{tag}");
        let links: Vec<&str> = tag.split("href=\"").skip(1).collect();
        assert!(links.iter().all(|link| link.starts_with('#')), "{tag}");
        assert!(!tag.contains("src=") && !tag.contains(" on") && !tag.contains("style="), "{tag}");
    }
    assert!(!page.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}')));
}

#[test]
fn the_same_dossier_makes_the_same_page() {
    assert_eq!(write(&made::honest()), write(&made::honest()));
    assert!(write(&made::honest()).ends_with("</html>\n"));
    // A dossier of nothing is a page too.
    assert!(write(&Dossier::default()).contains("A handoff without a summary"));
}

#[test]
fn no_dossier_makes_a_page_too_large_and_what_is_left_out_is_counted() {
    let mut worst = made::hostile();
    let large = made::large(20_000, 2000);
    let long = format!("{}\u{202e}\"", made::ATTACK).repeat(2000);
    (worst.suites, worst.changes) = (large.suites, large.changes);
    worst.suites.iter_mut().for_each(|suite| suite.log = Some(long.clone()));
    worst.changes.iter_mut().for_each(|change| change.diff = Some(long.replace('\n', "\n+")));
    worst.open = vec![long.clone(); 3000];
    worst.criteria = (0..5000)
        .map(|n| {
            let mut one = worst.criteria[n % 3].clone();
            one.number = n + 1;
            one
        })
        .collect();
    worst.scenarios = (0..5000).map(|n| worst.scenarios[n % 2].clone()).collect();
    worst.scenarios.iter_mut().for_each(|scenario| scenario.tests = vec![scenario.tests[0].clone(); 200]);
    worst.claims = (0..5000).map(|n| worst.claims[n % 2].clone()).collect();
    worst.packages = packages(3000, |n| vec![n / 2, n / 3]);
    let started = Instant::now();
    let page = write(&worst);
    assert!(page.len() <= MOST, "{}", page.len());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    for what in ["changed file", "suite", "criteria", "scenario", "claim", "finding", "sentence", "diagnostic"] {
        assert!(page.contains(&format!(" more {what}")), "{what}");
    }
    assert!(page.matches("<section").count() == 11 && page.ends_with("</html>\n"));
}

#[test]
fn of_a_large_change_every_file_is_named_and_most_diffs_are_there() {
    let page = write(&made::large(10_000, 500));
    assert_eq!(page.matches("<details class=\"file\"").count(), 500);
    assert_eq!(page.matches("<pre class=\"diff\">").count(), 500);
    assert_eq!(page.matches("<details class=\"check\"").count(), 102);
}

/// So many packages, each resting on those that a function names.
fn packages(n: usize, rests_on: impl Fn(usize) -> Vec<usize>) -> Vec<PackageRecord> {
    let parts = [Part::Changed, Part::Affected, Part::Checked, Part::Untouched];
    let name = |n: usize| format!("package-{n}");
    let one = |n: usize| PackageRecord {
        package: name(n),
        folder: format!("crates/{}", name(n)),
        depends_on: rests_on(n).into_iter().map(name).collect(),
        part: parts[n % 4],
    };
    (0..n).map(one).collect()
}

#[test]
fn packages_are_drawn_where_that_can_be_followed_and_listed_in_any_case() {
    let page_of = |n: usize, rests_on: fn(usize) -> Vec<usize>| {
        let mut dossier = made::honest();
        dossier.packages = packages(n, rests_on);
        write(&dossier)
    };
    let drawn = |page: &str| page.contains("<svg class=\"graph\" role=\"img\"");
    let listed = |page: &str| page.matches(" <span class=\"part\">").count();
    // A chain, all in one layer, a circle, a knot; more than can be drawn.
    for (n, rests_on, is_drawn) in [
        (30, (|n| (0 < n).then(|| n - 1).into_iter().collect()) as fn(usize) -> Vec<usize>, true),
        (60, |_| Vec::new(), true),
        (20, |n| vec![(n + 1) % 20], true),
        (80, |n| if n < 40 { (40..80).collect() } else { Vec::new() }, false),
        (100, |n| vec![n / 2], true),
        (200, |n| vec![n / 2], false),
    ] {
        let page = page_of(n, rests_on);
        assert_eq!((drawn(&page), listed(&page)), (is_drawn, n), "{n}");
    }
}

#[test]
fn a_criterion_is_called_by_its_own_id_where_it_has_one() {
    let page = write(&made::honest());
    for told in ["<code>AC-2</code> <a", "<h3><code>AC-2</code> Reports", "<p>1. <a", "<h3>1. Half"] {
        assert_eq!(page.matches(told).count(), 1, "{told}");
    }
}

#[test]
fn the_folder_a_command_ran_in_is_told_in_words_where_it_is_the_root() {
    let mut dossier = made::honest();
    dossier.commands[0].entry.cwd = ".".into();
    dossier.commands[1].entry.cwd = "crates/money".into();
    let page = write(&dossier);
    assert!(page.contains(", in the payload's root") && page.contains(", in <code>crates/money</code>"), "{page}");
}

#[test]
fn a_drawing_that_does_not_fit_says_that_it_goes_on() {
    let hint = |n: usize| {
        let mut dossier = made::honest();
        dossier.packages = packages(n, |n| (0 < n).then(|| n - 1).into_iter().collect());
        let page = write(&dossier);
        let body = &page[page.find("</style>").expect("a style")..];
        (body.contains("<p class=\"swipe soft\">"), body.contains("<p class=\"swipe narrow soft\">"))
    };
    assert_eq!(hint(1), (false, false));
    assert_eq!(hint(4), (false, true), "a phone's screen is narrower");
    assert_eq!(hint(30), (true, false));
}

#[test]
fn why_a_command_has_no_answer_on_the_baseline_is_told() {
    let mut dossier = made::honest();
    dossier.commands[0].entry.before = Some(OnBaseline {
        outcome: Outcome::CouldNotRun,
        why: Some("`CHANGELOG.md` is not there as it was approved".into()),
        inputs: String::new(),
        baseline: String::new(),
        evidence_ref: String::new(),
    });
    dossier.scenarios[0].commands = vec![dossier.commands[0].entry.id.clone()];
    let page = write(&dossier);
    let why = "it has no answer on the baseline: <code>CHANGELOG.md</code> is not there as it was approved";
    assert_eq!(page.matches(why).count(), 2, "at the command and at its scenario");
    let text = crate::report::markdown::write(&dossier);
    assert!(
        text.contains("it has no answer on the baseline: `CHANGELOG.md` is not there as it was approved"),
        "{text}"
    );
    assert!(text.contains("`cargo fmt --workspace` no answer → passes"), "{text}");
}

#[test]
fn every_standing_has_a_word_and_a_shape_of_its_own() {
    let all = [Standing::Failing, Standing::Untested, Standing::Asserted, Standing::GreenOnly, Standing::Proven];
    let shapes: std::collections::BTreeSet<String> = all
        .map(|standing| {
            let mut dossier = made::honest();
            dossier.criteria.truncate(1);
            dossier.criteria[0].standing = standing;
            let page = write(&dossier);
            let list = &page[page.find("<ol class=\"criteria\">").expect("a list")..];
            let mark = &list[..list.find("<div>").expect("behind the mark")];
            assert!(mark.contains(standing.word()), "{mark}");
            mark[mark.find("href=\"").expect("a shape")..mark.find("\"/>").expect("its end")].to_owned()
        })
        .into();
    assert_eq!(shapes.len(), 5);
}

#[test]
fn the_decision_comes_first_and_says_what_speaks_against_it() {
    let said = |change: fn(&mut Dossier)| {
        let mut dossier = made::honest();
        change(&mut dossier);
        let page = write(&dossier);
        let start = page.find("<p class=\"verdict\">").expect("a verdict");
        assert!(start < page.find("<ol class=\"criteria\">").unwrap_or(usize::MAX));
        let end = start + page[start..].find("</p>").expect("its end");
        page[page[..end].rfind("</svg>").unwrap_or(start)..end].replace("</svg>", "").replace("</span>", "")
    };
    assert_eq!(said(|_| ()), "Do not accept this as it is");
    assert_eq!(said(|dossier| dossier.claims.clear()), "Not ready for your decision");
    let ready = |dossier: &mut Dossier| {
        (dossier.ready, dossier.claims) = (true, Vec::new());
        dossier.criteria.truncate(1);
    };
    assert_eq!(said(ready), "Ready for your decision");
    let approved = |dossier: &mut Dossier| {
        (dossier.ready, dossier.claims, dossier.decision) = (true, Vec::new(), Some("approved by Ann: ok".into()));
        dossier.criteria.truncate(1);
        assert!(!write(dossier).contains("You are asked"));
    };
    assert_eq!(said(approved), "Approved by Ann");
    assert!(said(|dossier| dossier.note = Some("nothing to judge".into())).ends_with("nothing to judge"));
}

#[test]
fn a_file_is_called_unplanned_where_the_audit_found_so() {
    let mut dossier = made::honest();
    // A step may be planned without naming files.
    dossier.changes[0].entry.steps.clear();
    assert!(!write(&dossier).contains("no step names it</span>"));
    dossier.findings[1].file = Some(dossier.changes[0].entry.file.clone());
    assert_eq!(write(&dossier).matches("no step names it</span>").count(), 1);
}
