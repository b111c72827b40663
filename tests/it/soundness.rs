//! Is the answer of a warm run the answer of a clean clone, whatever was edited?
//!
//! Each kind of edit is made on a workspace on which `implement` has passed twice, so that everything is kept and
//! cached. Its next answer is compared with fmt, clippy and tests typed in a clean clone: zero disagreements. The
//! table also says what others would have answered; see it with `cargo test --test it soundness -- --nocapture`.
//!
//! Not in the table, because it is not seen and said so in `cargo handoff explain cache`: a test that asks git for a
//! commit, a tag or what is staged. Our own questions to git would be charged to every test that runs meanwhile.

mod site;
mod edits;
mod rivals;

use edits::{EDITS, Edit};
use site::{Red, Site};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What everybody answered after one edit.
struct Row {
    edit: &'static Edit,
    clean: Red,
    ours: Vec<(&'static str, Red)>,
    cargo_alone: Red,
    package_rule: bool,
    mtime_trust: bool,
}

/// Makes an edit and asks everybody.
fn row(site: &mut Site, edit: &'static Edit, known: &Known) -> Row {
    site.restore();
    if let Some(before) = edit.before {
        before(site);
        let _ = site.cargo_alone(&Red::new());
    }

    let (state, times) = (rivals::git_state(site), rivals::times(site));
    (edit.edit)(site);
    let (new_state, new_times) = (rivals::git_state(site), rivals::times(site));
    let clean = clean(site, known);
    let cargo_alone = site.cargo_alone(&clean);

    site.restore();
    if let Some(before) = edit.before {
        before(site);
        let _ = site.implement();
    }
    (edit.edit)(site);
    let ours = site.implement();
    Row {
        edit,
        ours,
        cargo_alone,
        package_rule: rivals::package_rule(&state, &new_state, &clean),
        mtime_trust: rivals::mtime_trust(&times, &new_times, &clean),
        clean,
    }
}

/// What clean clones answered, by everything they hold.
type Known = Mutex<BTreeMap<String, Red>>;

/// The answer of a clean clone. Several edits leave the same files behind: one clone answers for all of them.
fn clean(site: &Site, known: &Known) -> Red {
    let content = site.content();
    if let Some(red) = known.lock().expect("no thread panicked with it").get(&content) {
        return red.clone();
    }
    let red = site.clean_clone();
    known.lock().expect("no thread panicked with it").insert(content, red.clone());
    red
}

/// All rows in their order, made on a few sites at a time.
fn rows(edits: &'static [Edit]) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let known = Known::default();
    let rows = Mutex::new(Vec::new());
    let n_sites = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 4);
    std::thread::scope(|scope| {
        for _ in 0..n_sites {
            scope.spawn(|| {
                let mut site = Site::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(edit) = edits.get(at) else { return };
                    let row = row(&mut site, edit, &known);
                    rows.lock().expect("no thread panicked with it").push((at, row));
                }
            });
        }
    });
    let mut rows = rows.into_inner().expect("no thread panicked with it");
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A rival's answer, and whether it is wrong.
fn answer(is_red: bool, is_right: bool) -> String {
    let word = if is_red { "red" } else { "green" };
    if is_right { word.to_owned() } else { format!("**{word}**") }
}

/// The table, what is wrong in bold.
fn table(rows: &[Row]) -> String {
    let mut text =
        "| edit | clean clone | ours | package rule | cargo alone | mtime trust |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for row in rows {
        let is_red = !row.clean.is_empty();
        let ours = row.ours.iter().find(|(_, red)| *red != row.clean).map_or(&row.clean, |(_, red)| red);
        let all = |red: &Red| answer(!red.is_empty(), *red == row.clean);
        let modelled = |answered| answer(answered, answered == is_red);
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            row.edit.what,
            all(&row.clean),
            all(ours),
            modelled(row.package_rule),
            all(&row.cargo_alone),
            modelled(row.mtime_trust),
        )
        .expect("a string grows");
    }
    text
}

#[test]
#[expect(clippy::disallowed_macros, reason = "the table is there to be looked at, with `--nocapture`")]
fn a_warm_run_answers_as_a_clean_clone_does_whatever_was_edited() {
    let rows = rows(EDITS);
    let table = table(&rows);
    println!("{table}");
    let mut complaints = String::new();
    for row in &rows {
        let what = row.edit.what;
        let expected: Red = row.edit.red.iter().map(|item| (*item).to_owned()).collect();
        if row.clean != expected {
            writeln!(complaints, "{what}: a clean clone says {:?}, expected {expected:?}", row.clean).expect("written");
        }
        for (payload, red) in row.ours.iter().filter(|(_, red)| *red != row.clean) {
            writeln!(complaints, "{what}: {payload} says {red:?}, a clean clone {:?}", row.clean).expect("written");
        }
    }
    assert!(complaints.is_empty(), "disagreements\n{complaints}");
    snapbox::assert_data_eq!(table, snapbox::Data::text(include_str!("soundness/table.md")).raw());
}
