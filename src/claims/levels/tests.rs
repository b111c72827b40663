//! What stands where several levels speak of one claim.

use super::*;

fn claim(name: &str, level: Level, verdict: Verdict, why: &str) -> ClaimRow {
    row_at(level, name, verdict, why)
}

#[test]
fn the_lowest_contradiction_stands_whatever_else_is_said() {
    use Level::{Contract, Evidence, Outcomes, Tree};
    let rows = one_each(vec![
        claim("a", Tree, Verdict::Confirmed, "holds"),
        claim("a", Outcomes, Verdict::Contradicted, "other counts"),
        claim("a", Evidence, Verdict::Contradicted, "edited"),
        claim("b", Outcomes, Verdict::NotCheckable, "cut"),
        claim("b", Tree, Verdict::Stale, "moved"),
        claim("c", Contract, Verdict::NotCheckable, "not here"),
        claim("c", Tree, Verdict::Stale, "moved"),
        claim("d", Contract, Verdict::Confirmed, "there"),
        claim("d", Evidence, Verdict::Confirmed, "intact"),
    ]);
    let said: Vec<(&str, Level, Verdict)> =
        rows.iter().map(|row| (row.claim.as_str(), row.level, row.verdict)).collect();
    assert_eq!(
        said,
        [
            ("a", Evidence, Verdict::Contradicted),
            ("b", Tree, Verdict::Stale),
            ("c", Contract, Verdict::NotCheckable),
            ("d", Evidence, Verdict::Confirmed),
        ]
    );
}

#[test]
fn a_passing_run_confirms_what_is_stale_and_excuses_no_lie() {
    let lower = [
        claim("test:a", Level::Outcomes, Verdict::Contradicted, "other counts"),
        claim("test:b", Level::Tree, Verdict::Stale, "moved"),
        claim("test:c", Level::Contract, Verdict::NotCheckable, "not here"),
        claim("evidence:r1", Level::Evidence, Verdict::Confirmed, "intact"),
        claim("environment", Level::Outcomes, Verdict::Contradicted, "other tools"),
    ];
    let seen = ["test:a", "test:b", "test:c"].map(|name| claim(name, Level::Checks, Verdict::Confirmed, "again"));
    let rows = over(&lower, seen.to_vec());
    let said: Vec<(&str, Level, Verdict)> =
        rows.iter().map(|row| (row.claim.as_str(), row.level, row.verdict)).collect();
    assert_eq!(
        said,
        [
            ("test:a", Level::Outcomes, Verdict::Contradicted),
            ("test:b", Level::Checks, Verdict::Confirmed),
            ("test:c", Level::Checks, Verdict::Confirmed),
            ("evidence:r1", Level::Evidence, Verdict::Confirmed),
            ("environment", Level::Outcomes, Verdict::Contradicted),
        ]
    );
    let failed = vec![claim("test:a", Level::Checks, Verdict::Contradicted, "failed now")];
    assert_eq!(over(&lower, failed)[0].why, "other counts; failed now", "both reasons are told");
}
