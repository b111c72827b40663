//! Markdown that fits a pull request's comment and a CI's summary.
//!
//! A comment holds 65,536 characters, a step's summary 1 MiB: the report stays below 60,000 bytes, cut at whole rows,
//! and counts what it leaves out. Text from outside is inert in it (`inert`).

mod inert;
mod fit;
mod work;
mod checks;
mod brief;

pub use brief::brief;

use super::dossier::Dossier;
use super::verdict::{self, Verdict};
use super::{folded, foremost};
use fit::{Rows, Section, fit};
use inert::{code, fence, html, prose};

/// The most bytes of a report.
pub const MOST_BYTES: usize = 60_000;

/// The most characters of a sentence, and of a name.
const MOST_PROSE: usize = 300;
const MOST_NAME: usize = 100;

/// What stands above all.
const READY: &str = "Ready for acceptance";
const NOT_READY: &str = "Not ready for acceptance";
const CONTRADICTED: &str = "Do not accept this as it is";
const NOTHING: &str = "No handoff was judged";

/// Whether a text begins as a report of ours does.
#[must_use]
pub fn is_one(text: &str) -> bool {
    let heading = text.strip_prefix("## ");
    let begins = |ours: &[&str]| heading.is_some_and(|heading| ours.iter().any(|ours| heading.starts_with(ours)));
    let is_decided = begins(&["Approved", "Accepted", "Rejected"]) && text.contains("\n\nAcceptance: ");
    begins(&[READY, NOT_READY, CONTRADICTED, NOTHING]) || is_decided
}

/// The report, ending with a newline.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    if let Some(note) = &dossier.note {
        return nothing(dossier, note);
    }
    let mut text = head(dossier);
    let foot = foot(dossier);
    // In the order they are read; the numbers say who is served first where room is left over.
    let sections = [
        (1, work::criteria(dossier)),
        (2, work::scenarios(dossier)),
        (6, work::steps(dossier)),
        (7, work::changes(dossier)),
        (13, work::diffs(dossier)),
        (3, checks::failed_tests(dossier)),
        (8, checks::suites(dossier)),
        (11, checks::commands(dossier)),
        (9, checks::diagnostics(dossier)),
        (4, checks::findings(dossier)),
        (5, checks::claims(dossier)),
        (0, open(dossier)),
        (10, issues(dossier)),
        (12, reproduce(dossier)),
    ];
    let mut order: Vec<usize> = (0..sections.len()).collect();
    order.sort_by_key(|index| sections[*index].0);
    let sections = sections.map(|(_, section)| section);
    text.push_str(&fit(&sections, &order, MOST_BYTES - text.len() - foot.len()));
    text.push_str(&foot);
    text
}

/// Where there was nothing to judge: why, and what is open all the same.
fn nothing(dossier: &Dossier, note: &str) -> String {
    let text = format!("## {NOTHING}\n\n{}\n\n", prose(note, MOST_PROSE));
    let sections = [checks::claims(dossier), open(dossier)];
    let told = fit(&sections, &[0, 1], MOST_BYTES - text.len());
    text + &told
}

/// What is decided by it, and the first lines.
fn head(dossier: &Dossier) -> String {
    let verdict = verdict::of(dossier);
    let title = match &verdict {
        Verdict::Contradicted => CONTRADICTED.to_owned(),
        Verdict::Decided(decision) => prose(decision, MOST_NAME),
        Verdict::NotReady => NOT_READY.to_owned(),
        Verdict::Ready => READY.to_owned(),
    };
    let which = match dossier.payload.as_str() {
        "" | "handoff/payload.json" => String::new(),
        // There may be several.
        payload => format!(": {}", code(payload, MOST_NAME)),
    };
    let mut text = format!("## {title}{which}\n\n");
    if !dossier.summary.trim().is_empty() {
        text.push_str(&format!("{}\n\n", prose(&dossier.summary, MOST_PROSE)));
    }
    if let Some(decision) = &dossier.decision {
        text.push_str(&format!("Acceptance: {}\n\n", prose(decision, MOST_PROSE)));
    }
    if verdict == Verdict::NotReady
        && let Some((reasons, n_more)) = folded::first(dossier)
    {
        let reasons: Vec<String> = reasons.iter().map(|reason| prose(reason, MOST_PROSE)).collect();
        let more = if 0 < n_more { format!(" (and {n_more} more)") } else { String::new() };
        text.push_str(&format!("Because: {}{more}\n\n", reasons.join("; ")));
    }
    for line in foremost::lines(dossier) {
        let count = prose(&line.count, 3 * MOST_PROSE);
        let names = line.in_a_row_as(|name| prose(name, MOST_PROSE));
        let count = if line.is_bad { format!("**{count}**") } else { count };
        text.push_str(&if names.is_empty() { format!("- {count}\n") } else { format!("- {count}: {names}\n") });
    }
    text.push('\n');
    for remark in dossier.remarks.iter().take(5) {
        text.push_str(&format!("> Note: {}\n>\n", prose(remark, MOST_PROSE)));
    }
    match dossier.remarks.len().saturating_sub(5) {
        0 if dossier.remarks.is_empty() => {}
        0 => text.push('\n'),
        n => text.push_str(&format!("> and {n} more\n\n")),
    }
    text
}

fn open(dossier: &Dossier) -> Section {
    let rows = folded::open(dossier).into_iter().map(|open| format!("- {}\n", prose(&open, MOST_PROSE)));
    Section::new("Open", Rows::List, 4000, rows)
}

/// What the acceptance owner found and nobody has closed.
fn issues(dossier: &Dossier) -> Section {
    let rows = dossier.issues.iter().map(|issue| {
        let severity = issue.severity.as_ref().map(|word| format!(" ({})", prose(word, 40))).unwrap_or_default();
        let actual = issue.actual.as_ref().map(|text| format!("; but {}", prose(text, MOST_PROSE))).unwrap_or_default();
        format!("- {}{severity}: {}{actual}\n", code(&issue.id, MOST_NAME), prose(&issue.expected, MOST_PROSE))
    });
    Section::new("Found in acceptance and still open", Rows::List, 3000, rows)
}

/// What to type to see the same. Nothing of it comes from outside but a commit and a plain path.
fn reproduce(dossier: &Dossier) -> Section {
    let is_commit =
        |text: &&String| (40..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_path = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    // Work that was recorded before it was committed is not in the commit that was checked out then.
    let is_baseline = |head: &String| dossier.baseline.as_ref().is_some_and(|baseline| baseline.commit == *head);
    let holds_work = |head: &&String| dossier.changes.is_empty() || !is_baseline(head);
    let heads = dossier.head.iter().filter(is_commit).filter(holds_work);
    let mut commands: Vec<String> = heads.map(|head| format!("git checkout {head}")).collect();
    let payload = match dossier.payload.as_str() {
        "" | "handoff/payload.json" => String::new(),
        path if is_path(path) && !path.starts_with('-') => format!(" --payload {path}"),
        _ => " --payload FILE".into(),
    };
    let is_red = dossier.scenarios.iter().flat_map(|scenario| &scenario.tests).any(|test| test.red.is_some());
    let level = if is_red { " --level 5" } else { "" };
    commands.push(format!("cargo handoff validate{payload}{level} --require reproduced"));
    commands.push(format!("cargo handoff report{payload} --format html --output target/handoff.html"));
    let (block, _) = fence("sh", &commands.join("\n"), 10, 4000);
    Section::new("See it yourself", Rows::Blocks, 1500, std::iter::once(format!("{block}\n")))
}

/// Where all of it comes from, folded.
fn foot(dossier: &Dossier) -> String {
    let mut rows: Vec<(&str, String)> = Vec::new();
    let mut tell = |what: &'static str, said: Option<&str>| {
        if let Some(said) = said.filter(|said| !said.trim().is_empty()) {
            rows.push((what, code(said, MOST_NAME)));
        }
    };
    tell("payload", Some(&dossier.payload));
    tell("its SHA-256", Some(&dossier.payload_sha256));
    tell("run", Some(&dossier.run));
    tell("recorded at", Some(&dossier.at));
    tell("SHA-256 of the record", dossier.record_sha256.as_deref());
    tell("commit", dossier.head.as_deref());
    tell("tree", dossier.tree.as_deref());
    match &dossier.baseline {
        Some(baseline) => {
            tell("measured from", Some(&baseline.commit));
            tell("which is", Some(&baseline.how));
        }
        None => tell("measured from", Some("nothing: no baseline is known")),
    }
    if let Some(tools) = &dossier.environment {
        tell("rustc", tools.rustc.as_deref());
        tell("cargo", tools.cargo.as_deref());
        tell("clippy", tools.clippy.as_deref());
        tell("rustfmt", tools.rustfmt.as_deref());
        tell("platform", tools.triple.as_deref());
        tell("recorded by cargo-handoff", Some(&tools.cargo_handoff));
    }
    let rows: String = rows.iter().map(|(what, said)| fit::row(&[(*what).to_owned(), said.clone()])).collect();
    let by = match (dossier.verb.as_str(), dossier.version.as_str()) {
        ("", "") => "Baseline and tools".to_owned(),
        (verb, version) => format!(
            "Baseline and tools; written by <code>cargo handoff {}</code> <code>{}</code>",
            html(verb, 20),
            html(version, 40)
        ),
    };
    if rows.is_empty() {
        return String::new();
    }
    format!("<details><summary>{by}</summary>\n\n| what | |\n| --- | --- |\n{rows}\n</details>\n")
}

#[cfg(test)]
mod tests;
