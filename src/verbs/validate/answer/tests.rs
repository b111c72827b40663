//! What is enough.

use super::*;

#[test]
fn what_is_required_falls_on_the_claims_it_speaks_of() {
    let claim = |claim: &str, level, verdict| ClaimRow { claim: claim.into(), verdict, why: String::new(), level };
    let claims = [
        claim("test:again", Level::Checks, Verdict::Confirmed),
        claim("test:held", Level::Tree, Verdict::Confirmed),
        claim("command:stale", Level::Tree, Verdict::Stale),
        claim("command:other-tools", Level::Checks, Verdict::NotReproducible),
        claim("change:a", Level::Tree, Verdict::Confirmed),
        claim("change:b", Level::Tree, Verdict::Stale),
        claim("step:1", Level::Checks, Verdict::NotCheckable),
        claim("commands[0]", Level::Checks, Verdict::NotCheckable),
        claim("commands[1]", Level::Checks, Verdict::Stale),
        claim("test:by-hand", Level::Checks, Verdict::NotCheckable),
        claim("test:lie", Level::Contract, Verdict::Contradicted),
    ];
    let short = |require: Require| -> Vec<&str> {
        claims
            .iter()
            .filter(|claim| {
                require.is_short(claim, claim.claim.starts_with("commands[") || claim.claim == "test:by-hand")
            })
            .map(|claim| claim.claim.as_str())
            .collect()
    };
    assert!(short(Require::NotContradicted).is_empty());
    assert_eq!(short(Require::Reproduced), ["test:held", "command:stale", "command:other-tools", "test:by-hand"]);
    assert_eq!(
        short(Require::Confirmed),
        ["command:stale", "command:other-tools", "change:b", "step:1", "commands[1]", "test:by-hand"]
    );
}

#[test]
fn a_contradiction_and_a_failure_are_worse_than_a_deadline() {
    let error = Error::new(Code::Interrupted, "the time is over");
    let cut = |exit| {
        let mut closing = Closing { exit, outcome: closing::ending(exit), ..closing::plain("validate", Vec::new()) };
        cut_off(&mut closing, &error, false);
        (closing.exit, closing.outcome == closing::ending(closing.exit))
    };
    assert_eq!([0, 100, 105].map(cut), [(106, true), (100, true), (105, true)]);
}
