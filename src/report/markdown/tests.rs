//! Tests of Markdown, held against a parser of it.

use super::{MOST_BYTES, is_one, write};
use crate::report::dossier::Dossier;
use crate::report::dossier::made::{self, ATTACK};
use crate::words::Verdict;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use snapbox::{assert_data_eq, file, str};

/// The same with everything a parser knows.
fn events(text: &str) -> Vec<Event<'_>> {
    Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION).collect()
}

/// An element of ours, with text in it in which nothing can be.
#[track_caller]
fn assert_is_ours(html: &str) {
    for line in html.lines().filter(|line| !line.trim().is_empty()) {
        let mut bare = line.to_owned();
        for ours in ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"] {
            bare = bare.replace(ours, "");
        }
        assert!(!bare.contains(['<', '>', '@', '"', '\'']), "{line}");
        // What is not code must not become anything.
        let outside: Vec<&str> = line.split("<code>").map(|part| part.rsplit("</code>").next().unwrap_or("")).collect();
        assert!(!outside.concat().contains('&'), "{line}");
    }
}

/// What must hold of every report.
#[track_caller]
fn assert_well_formed(text: &str) {
    assert!(text.len() < MOST_BYTES, "{}", text.len());
    assert!(text.ends_with('\n'));
    let is_harmless =
        |c: char| c == '\n' || !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
    assert!(text.chars().all(is_harmless));
    let (mut n_open, mut is_code) = (0_i32, false);
    for event in events(text) {
        match event {
            Event::Html(html) => {
                assert_is_ours(&html);
                n_open += i32::try_from(html.matches("<details>").count()).expect("few");
                n_open -= i32::try_from(html.matches("</details>").count()).expect("few");
                assert!((0..=1).contains(&n_open));
            }
            Event::InlineHtml(html) => match &*html {
                "<code>" => is_code = true,
                "</code>" => is_code = false,
                other => panic!("{other}"),
            },
            Event::Start(Tag::CodeBlock(kind)) => {
                is_code = true;
                let CodeBlockKind::Fenced(language) = kind else { panic!("indented code") };
                assert!(["diff", "sh", "text"].contains(&&*language), "{language}");
            }
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(text) if !is_code => assert_plain(&text),
            Event::Start(
                Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::BlockQuote(None)
                | Tag::List(None)
                | Tag::Item
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell
                | Tag::Strong
                | Tag::HtmlBlock,
            )
            | Event::Text(_)
            | Event::Code(_)
            | Event::End(_)
            | Event::SoftBreak => {}
            other => panic!("{other:?} in\n{text}"),
        }
    }
    assert_eq!((n_open, is_code), (0, false));
    let mut columns = None;
    for line in text.lines() {
        let n = line.matches('|').count();
        match (line.starts_with("| "), columns) {
            (true, None) => columns = Some(n),
            (true, Some(columns)) => assert_eq!(n, columns, "{line}"),
            (false, _) => columns = None,
        }
    }
}

/// Text in which GitHub finds nobody to mention, no issue, no address and no picture.
#[track_caller]
fn assert_plain(text: &str) {
    for mark in ["@", "://", "www.", "<", "$", "##"] {
        assert!(!text.contains(mark), "{text}");
    }
    let is_reference = |(at, _): (usize, &str)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    assert!(!text.match_indices('#').any(is_reference), "{text}");
}

#[test]
fn finished_work_reads_well() {
    let text = write(&made::honest());
    assert_well_formed(&text);
    assert_data_eq!(text, file!["tests/honest.md"]);
}

#[test]
fn a_record_of_nothing_says_so() {
    let text = write(&Dossier::default());
    assert_well_formed(&text);
    assert_data_eq!(
        text,
        str![[r#"
## Not ready for acceptance

- **no check was run**
- claims were not held: `cargo handoff validate` does; no baseline, so nobody knows what the work changed

### Acceptance criteria

The requirement names none.

### See it yourself

```sh
cargo handoff validate --require reproduced
cargo handoff report --format html --output target/handoff.html
```

<details><summary>Baseline and tools</summary>

| what | |
| --- | --- |
| measured from | `nothing: no baseline is known` |

</details>

"#]]
    );
}

#[test]
fn hostile_text_stays_text() {
    let text = write(&made::hostile());
    assert_well_formed(&text);
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    assert!(!text.contains("##["));
    for row in ["and 4", "…"] {
        assert!(text.contains(row), "what was left out is counted");
    }
}

#[test]
fn every_text_may_be_an_attack_of_any_kind() {
    for attack in [
        "| a | b\\| c \\\\| d",
        "```\n</details>\n# x",
        "~~~\n    code\n\ttab",
        "[x]: javascript:alert(1)\n[x]",
        "<img src=x onerror=alert(1)>",
        "http://example.invalid www.example.invalid someone@example.invalid mailto:a@b.c",
        "@someone @a/team #12 GH-12 a/b#12 0123456789abcdef0123456789abcdef01234567",
        "- [ ] task\n1. one\n> quote\n===\n---",
        "$\\color{white}x$ $`x`$ :tada: [^1] ~~gone~~ **bold** __x__ _y_",
        "&lt;script&gt; &#64;someone &commat;someone",
        "`a` `` b ` c `d",
        "\\` \\",
        "``` ` ``",
        "[!WARNING]\n> [!NOTE]",
        "##[error]x ##vso[task]x",
        "\u{1b}]8;;http://x\u{7}\u{2066}\u{85}\u{2028}",
        " ",
        "`",
        "…",
        &"`".repeat(5000),
        &"|".repeat(5000),
        &"\u{e0001}".repeat(5000),
        &"<".repeat(50_000),
        &"a\n".repeat(50_000),
    ] {
        // What is said of one attack is said of all: the texts are told by the same functions.
        let with = |text: &mut String| *text = text.replace(ATTACK, attack);
        let mut dossier = made::hostile();
        for text in [&mut dossier.summary].into_iter().chain(&mut dossier.open).chain(&mut dossier.remarks) {
            with(text);
        }
        dossier.decision = Some(attack.into());
        dossier.diagnostics.truncate(20);
        dossier.findings.truncate(20);
        for diagnostic in &mut dossier.diagnostics {
            with(&mut diagnostic.message);
            (diagnostic.file, diagnostic.code) = (Some(attack.into()), Some(attack.into()));
        }
        for finding in &mut dossier.findings {
            (finding.text, finding.file) = (attack.into(), Some(attack.into()));
        }
        dossier.claims.iter_mut().for_each(|claim| {
            (claim.claim, claim.why, claim.verdict) = (attack.into(), attack.into(), Verdict::Contradicted);
        });
        dossier.criteria.iter_mut().for_each(|criterion| criterion.text = attack.into());
        for step in &mut dossier.steps {
            (step.name, step.files, step.packages) = (attack.into(), vec![attack.into()], vec![attack.into()]);
            (step.status, step.success_signal) = (Some(attack.into()), Some(attack.into()));
        }
        for scenario in &mut dossier.scenarios {
            (scenario.id, scenario.name, scenario.steps) = (attack.into(), attack.into(), vec![attack.into()]);
            scenario.tests.iter_mut().for_each(|test| test.test = attack.into());
        }
        for change in &mut dossier.changes {
            (change.entry.file, change.diff) = (attack.into(), Some(attack.into()));
            (change.entry.rationale, change.entry.kind) = (Some(attack.into()), attack.into());
        }
        for command in &mut dossier.commands {
            (command.entry.command, command.entry.why) = (attack.into(), Some(attack.into()));
        }
        for suite in &mut dossier.suites {
            (suite.entry.why, suite.suite.target.name) = (Some(attack.into()), attack.into());
            for failure in &mut suite.entry.failures {
                (failure.name, failure.excerpt) = (attack.into(), attack.into());
            }
        }
        (dossier.run, dossier.head, dossier.verb) = (attack.into(), Some(attack.into()), attack.into());
        (dossier.payload, dossier.version) = (attack.into(), attack.into());
        assert_well_formed(&write(&dossier));
        assert_well_formed(&write(&dossier));
    }
}

#[test]
fn a_large_record_is_cut_at_whole_rows_and_counted() {
    let text = write(&made::large(10_000, 500));
    assert_well_formed(&text);
    assert!(text.contains("100 suites, tests passed: 10000 of 10000"), "{text}");
    assert!(text.contains("500 files, +1000 −500"));
    let n_rows = text.lines().filter(|line| line.starts_with("| `crates/package-")).count();
    assert!(100 < n_rows);
    assert!(n_rows == 500 || text.contains(&format!("\nand {} more\n", 500 - n_rows)));
    assert!(text.contains("### Diffs\n\n500 not shown\n"), "a pull request shows them itself: they come last");
    let text = write(&made::large(100, 60));
    assert_well_formed(&text);
    let n_diffs = text.matches("```diff\n").count();
    assert!(0 < n_diffs && n_diffs < 60, "{n_diffs}");
    assert!(text.contains(&format!("and {} more\n", 60 - n_diffs)));
}

#[test]
fn a_commit_or_path_that_is_none_is_no_command() {
    let mut dossier = made::honest();
    dossier.head = Some("$(touch x)".into());
    dossier.payload = "a b;c/handoff/payload.json".into();
    let text = write(&dossier);
    assert!(!text.contains("git checkout"));
    assert!(text.contains("cargo handoff validate --payload FILE --level 5 --require reproduced"), "{text}");
    dossier.payload = "sub/handoff/payload.json".into();
    assert!(write(&dossier).contains("validate --payload sub/handoff/payload.json --level 5"));
}

#[test]
fn where_nothing_was_judged_that_is_all_that_is_said() {
    let text = write(&super::super::dossier::nothing("validate", "the work carries no handoff"));
    assert_eq!(text, "## No handoff was judged\n\nthe work carries no handoff\n\n");
    let open = vec!["the payload `x/handoff/payload.json` was deleted".to_owned()];
    let text = write(&Dossier { open, ..super::super::dossier::nothing("validate", "one was deleted") });
    assert!(text.ends_with("### Open\n\n- the payload `x/handoff/payload.json` was deleted\n\n"), "{text}");
}

#[test]
fn the_head_says_what_was_decided_and_why_not() {
    let head = |change: fn(&mut Dossier)| {
        let mut dossier = made::honest();
        dossier.criteria.truncate(1);
        dossier.claims.clear();
        change(&mut dossier);
        let text = write(&dossier);
        assert!(is_one(&text), "{text}");
        text.lines().take(5).collect::<Vec<_>>().join("\n")
    };
    let text = head(|_| ());
    assert!(text.starts_with("## Not ready") && text.contains("Because: test report/lib/report: 1 of 2"), "{text}");
    assert!(head(|dossier| dossier.claims = made::honest().claims).starts_with("## Do not accept this as it is\n"));
    let approve =
        |dossier: &mut Dossier| (dossier.ready, dossier.decision) = (true, Some("approved by Ann: ok".into()));
    assert!(head(approve).starts_with("## Approved by Ann\n"), "{}", head(approve));
    assert!(head(|dossier| dossier.decision = Some("approved by Ann".into())).starts_with("## Not ready"));
    assert!(head(|dossier| dossier.decision = Some("rejected by Ann: no".into())).starts_with("## Rejected by Ann\n"));
}

#[test]
fn work_recorded_before_its_commit_is_not_looked_for_in_the_commit_before() {
    let mut dossier = made::honest();
    assert!(write(&dossier).contains("git checkout"));
    dossier.head = dossier.baseline.as_ref().map(|baseline| baseline.commit.clone());
    assert!(!write(&dossier).contains("git checkout"));
}

#[test]
fn only_what_the_audit_calls_unplanned_is_in_bold() {
    let mut dossier = made::honest();
    dossier.changes[0].entry.steps.clear();
    assert!(!write(&dossier).contains("**none**"));
    dossier.findings[1].file = Some(dossier.changes[0].entry.file.clone());
    assert!(write(&dossier).contains("**none**"));
}
