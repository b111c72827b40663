//! Two sides of one payload, joined; and what must hold for any two.

use super::{Conflict, Ended, Merged, Side, merge};
use crate::payload::document::Document;

mod any;

fn document(text: &str) -> Document {
    Document::parse("p", text.as_bytes().to_vec()).expect("JSON")
}

#[track_caller]
fn ended(base: &str, ours: &str, theirs: &str, prefer: Option<Side>) -> Ended {
    let base = (!base.is_empty()).then(|| document(base));
    merge(base.as_ref(), &document(ours), &document(theirs), prefer).expect("merged")
}

#[track_caller]
fn whole(base: &str, ours: &str, theirs: &str) -> Merged {
    match ended(base, ours, theirs, None) {
        Ended::Merged(merged) => *merged,
        Ended::Conflicts(conflicts) => panic!("{conflicts:?}"),
    }
}

#[track_caller]
fn merged(base: &str, ours: &str, theirs: &str) -> String {
    whole(base, ours, theirs).document.text().to_owned()
}

#[track_caller]
fn conflicts(base: &str, ours: &str, theirs: &str) -> Vec<Conflict> {
    match ended(base, ours, theirs, None) {
        Ended::Merged(merged) => panic!("{}", merged.document.text()),
        Ended::Conflicts(conflicts) => conflicts,
    }
}

#[test]
fn what_only_one_side_changed_is_taken_and_the_rest_keeps_its_bytes() {
    let base = "{\n  \"a\" : 1.10, \"b\": {\"c\": 1e999,  \"d\": \"x\"},\n  \"z\":[ 1,2 ]\n}\n";
    let ours = base.replace("1.10", "1.20");
    let theirs = base.replace("\"x\"", "\"\\u0079\"").replace("2 ]", "2, 12345678901234567890123 ]");
    assert_eq!(
        merged(base, &ours, &theirs),
        "{\n  \"a\" : 1.20, \"b\": {\"c\": 1e999,  \"d\": \"\\u0079\"},\n  \"z\":[ 1,2, 12345678901234567890123 ]\n}\n"
    );
    assert_eq!(merged(base, base, &theirs), theirs);
    assert_eq!(merged(base, &theirs, base), theirs);
    assert_eq!(merged(base, base, base), base);
}

#[test]
fn entries_are_joined_by_id_and_new_ones_of_theirs_come_behind() {
    assert_eq!(
        merged(
            r#"{"plan":{"steps":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}}"#,
            r#"{"plan":{"steps":[{"id":1,"name":"A"},{"id":2,"name":"b"},{"id":3,"name":"c"}]}}"#,
            r#"{"plan":{"steps":[{"id":2,"name":"b","more":1.0},{"id":1,"name":"a"},{"id":4,"name":"d"}]}}"#,
        ),
        r#"{"plan":{"steps":[{"id":1,"name":"A"},{"id":2,"name":"b","more":1.0},{"id":3,"name":"c"},{"id":4,"name":"d"}]}}"#
    );
}

#[test]
fn lists_of_words_are_sets_in_order() {
    assert_eq!(
        merged(r#"{"l":["a","b"]}"#, r#"{"l":["a","b","c","e"]}"#, r#"{"l":["b","d","c"]}"#),
        r#"{"l":["b","c","e","d"]}"#
    );
}

#[test]
fn objects_without_ids_are_about_the_same_thing_where_nobody_added_any() {
    let base = r#"{"plan":{"risks":[{"what":"a"},{"what":"b"}]}}"#;
    assert_eq!(
        merged(
            base,
            r#"{"plan":{"risks":[{"what":"A"},{"what":"b"}]}}"#,
            r#"{"plan":{"risks":[{"what":"a"},{"what":"b","so":1}]}}"#
        ),
        r#"{"plan":{"risks":[{"what":"A"},{"what":"b","so":1}]}}"#
    );
    assert_eq!(
        merged(
            base,
            r#"{"plan":{"risks":[{"what":"a"},{"what":"b"},{"what":"c"}]}}"#,
            r#"{"plan":{"risks":[{"what":"a"},{"what":"b"},{"what":"d"}]}}"#
        ),
        r#"{"plan":{"risks":[{"what":"a"},{"what":"b"},{"what":"c"},{"what":"d"}]}}"#
    );
}

#[test]
fn a_text_both_changed_is_a_conflict_with_its_path_and_a_preferred_side_decides_it() {
    let (base, ours, theirs) = (
        r#"{"plan":{"steps":[{"id":"1","name":"a"}]},"x":1}"#,
        r#"{"plan":{"steps":[{"id":"1","name":"b"}]},"x":2}"#,
        r#"{"plan":{"steps":[{"id":"1","name":"c"}]},"x":1,"y":3}"#,
    );
    let found = conflicts(base, ours, theirs);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "plan.steps[0].name");
    assert_eq!(
        (found[0].base.as_deref(), found[0].ours.as_str(), found[0].theirs.as_str()),
        (Some("\"a\""), "\"b\"", "\"c\"")
    );
    for (side, name) in [(Side::Ours, "b"), (Side::Theirs, "c")] {
        let Ended::Merged(merged) = ended(base, ours, theirs, Some(side)) else { panic!("decided") };
        let expected = format!(r#"{{"plan":{{"steps":[{{"id":"1","name":"{name}"}}]}},"x":2,"y":3}}"#);
        assert_eq!(merged.document.text(), expected);
        assert_eq!(merged.decided.len(), 1);
    }
}

#[test]
fn both_may_say_the_same_in_another_layout() {
    assert_eq!(
        merged("{}", r#"{"a":{"b":1,"c":"\u0041"}}"#, r#"{"a": {"c":"A", "b":1}}"#),
        r#"{"a":{"b":1,"c":"\u0041"}}"#
    );
    assert_eq!(conflicts("{}", r#"{"a":1.10}"#, r#"{"a":1.1}"#).len(), 1, "numbers are what is written");
}

#[test]
fn null_counts_as_missing() {
    assert_eq!(merged(r#"{"a":null}"#, r#"{"a":null}"#, r#"{"a":[1]}"#), r#"{"a":[1]}"#);
    assert_eq!(merged("{}", r#"{"a":null}"#, r#"{"a":{"b":1}}"#), r#"{"a":{"b":1}}"#);
    assert_eq!(merged(r#"{"a":null}"#, r#"{"a":{"b":1}}"#, r#"{"a":{"c":1}}"#), r#"{"a":{"b":1,"c":1}}"#);
}

#[test]
fn what_one_side_removed_and_the_other_left_is_gone_and_said_so_and_what_it_changed_stays() {
    let base = r#"{"a":1,"b":{"c":1},"l":[{"id":"1"},{"id":"2"}]}"#;
    let result =
        whole(base, r#"{"b":{"c":1},"l":[{"id":"2"}]}"#, r#"{"a":1,"b":{"c":2},"l":[{"id":"1","n":1},{"id":"2"}]}"#);
    assert_eq!(result.document.text(), r#"{"b":{"c":2},"l":[{"id":"2"},{"id":"1","n":1}]}"#);
    assert_eq!(result.removed, ["a"]);
    assert_eq!(result.restored, ["l[1]"]);
}

#[test]
fn entries_of_this_tool_and_histories_are_never_taken_away() {
    let entry = r#"{"id":"evidence:1","sha256":"a","by":"cargo-handoff"}"#;
    let with = format!(
        r#"{{"implementation":{{"evidence":[{entry}]}},"plan":{{"steps":[{{"id":"1","statusHistory":[{{"to":"x"}}]}}]}}}}"#
    );
    let without = r#"{"implementation":{"evidence":[]},"plan":{"steps":[{"id":"1"}]}}"#;
    for (ours, theirs) in [(with.as_str(), without), (without, with.as_str())] {
        let text = merged(&with, ours, theirs);
        assert!(text.contains(entry) && text.contains(r#"[{"to":"x"}]"#), "{text}");
    }
}

#[test]
fn of_an_entry_both_renewed_the_newer_stands_and_the_other_is_history() {
    let entry = |status: &str, at: &str, more: &str| {
        format!(
            r#"{{"implementation":{{"tests":[{{"id":"test:a","status":"{status}","observedAt":"{at}","by":"cargo-handoff"{more}}}]}}}}"#
        )
    };
    let base = entry("passed", "2026-01-01T00:00:00Z", "");
    let ours = entry("failed", "2026-01-02T00:00:00Z", r#","why":"red","reviewed":1.0"#);
    let theirs = entry("passed", "2026-01-03T00:00:00Z", r#","history":[{"status":"could-not-run"}]"#);
    let expected = entry(
        "passed",
        "2026-01-03T00:00:00Z",
        r#","reviewed":1.0,"history":[{"status":"could-not-run"},{"status":"failed","why":"red","observedAt":"2026-01-02T00:00:00Z"}]"#,
    );
    assert_eq!(merged(&base, &ours, &theirs), expected);
    let back = merged(&base, &theirs, &ours);
    assert!(back.contains(r#""reviewed":1.0"#) && back.contains(r#"{"status":"failed","why":"red""#), "{back}");
}

#[test]
fn a_change_one_side_still_claims_is_not_withdrawn_by_the_other() {
    let side = |list: &str, at: &str, after: &str, more: &str| {
        format!(
            r#"{{"implementation":{{"{list}":[{{"id":"a","after":"{after}"{more},"by":"cargo-handoff"}}],"handoff":{{"at":"{at}","by":"cargo-handoff"}}}}}}"#
        )
    };
    let (sealed, first, second) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z");
    let withdrawn = r#","withdrawn":"it is as before""#;
    for list in ["changes", "changesByHandoff"] {
        let base = side(list, sealed, "1", "");
        let (live, gone) = (side(list, first, "2", ""), side(list, second, "1", withdrawn));
        for (ours, theirs) in [(&live, &gone), (&gone, &live)] {
            let value: serde_json::Value = serde_json::from_str(&merged(&base, ours, theirs)).expect("JSON");
            let change = &value["implementation"][list][0];
            assert_eq!((&change["after"], change.get("withdrawn")), (&"2".into(), None), "{value}");
            assert_eq!(change["history"][0]["withdrawn"], "it is as before", "what the other side said is kept");
        }
        let both = merged(&base, &gone, &side(list, first, "1", r#","withdrawn":"nobody claims it""#));
        assert!(both.contains(withdrawn), "both withdrew it: {both}");
        assert!(merged(&base, &base, &gone).contains(withdrawn), "the other side left it as it was");
    }
    // A test that is no longer run is the newer word, as ever.
    let (live, gone) = (side("tests", first, "2", ""), side("tests", second, "1", withdrawn));
    assert!(merged(&side("tests", sealed, "1", ""), &live, &gone).contains(withdrawn));
}

#[test]
fn of_two_lines_of_work_nobody_has_seen_what_they_come_to_together() {
    let side = |at: &str, file: &str| {
        format!(
            r#"{{"meta":{{"lastUpdatedAt":"{at}","lastUpdatedBy":"{file}"}},"implementation":{{"changes":[{{"id":"change:{file}","by":"cargo-handoff"}}],"evidence":[{{"id":"evidence:{file}","by":"cargo-handoff"}}],"handoff":{{"readyFor":"5-acceptance","at":"{at}","open":[],"by":"cargo-handoff"}}}}}}"#
        )
    };
    let (ours, theirs) = (side("2026-01-02T00:00:00Z", "a"), side("2026-01-03T00:00:00Z", "b"));
    let result = whole("{}", &ours, &theirs);
    assert!(result.is_of_two);
    let value: serde_json::Value = serde_json::from_str(result.document.text()).expect("JSON");
    let implementation = &value["implementation"];
    assert_eq!(implementation["changes"].as_array().map(Vec::len), Some(2));
    assert_eq!(implementation["evidence"].as_array().map(Vec::len), Some(2));
    assert_eq!(implementation["handoff"]["readyFor"], serde_json::Value::Null);
    assert!(implementation["handoff"]["open"][0].as_str().is_some_and(|open| open.contains("cargo handoff implement")));
    assert_eq!(implementation["handoff"]["at"], "2026-01-03T00:00:00Z");
    assert!(implementation["handoff"]["history"].to_string().contains("5-acceptance"));
    assert_eq!(value["meta"]["lastUpdatedBy"], "b");
    assert!(!whole(&ours, &ours, &theirs).is_of_two, "one side did nothing");
}

#[test]
fn an_entry_that_leaves_out_where_it_was_seen_still_means_its_own_sides_record() {
    let side = |run: &str, at: &str, tests: &[(&str, &str)]| {
        let entry = |(id, more): &(&str, &str)| format!(r#"{{"id":"{id}"{more},"by":"cargo-handoff"}}"#);
        let tests = tests.iter().map(entry).collect::<Vec<_>>().join(",");
        format!(
            r#"{{"implementation":{{"tests":[{tests}],"handoff":{{"readyFor":null,"at":"{at}","record":{{"path":"handoff/runs/{run}"}},"by":"cargo-handoff"}}}}}}"#
        )
    };
    let older =
        side("r1", "2026-01-02T00:00:00Z", &[("a", ""), ("c", ""), ("e", r#","evidenceRef":"handoff/runs/r0""#)]);
    let newer = side("r2", "2026-01-03T00:00:00Z", &[("b", ""), ("c", "")]);
    for (ours, theirs) in [(&older, &newer), (&newer, &older)] {
        let value: serde_json::Value = serde_json::from_str(&merged("{}", ours, theirs)).expect("JSON");
        assert_eq!(value["implementation"]["handoff"]["record"]["path"], "handoff/runs/r2");
        let tests = value["implementation"]["tests"].as_array().cloned().expect("a list");
        let seen = |id: &str| {
            tests.iter().find(|test| test["id"] == id).expect("there")["evidenceRef"].as_str().map(str::to_owned)
        };
        assert_eq!(seen("a").as_deref(), Some("handoff/runs/r1"));
        assert_eq!(seen("e").as_deref(), Some("handoff/runs/r0"));
        assert_eq!((seen("b"), seen("c")), (None, None), "the newer side's record is the payload's");
    }
}

#[test]
fn a_sealed_record_that_is_another_on_each_side_is_a_conflict() {
    let side = |sha256: &str| {
        format!(
            r#"{{"implementation":{{"evidence":[{{"id":"evidence:1","sha256":"{sha256}","by":"cargo-handoff"}}]}}}}"#
        )
    };
    assert_eq!(conflicts("{}", &side("a"), &side("b"))[0].path, "implementation.evidence[0].sha256");
}

#[test]
fn the_later_status_stands_and_both_histories_are_kept_in_their_order() {
    let side = |status: &str, history: &str| {
        format!(r#"{{"plan":{{"steps":[{{"id":"1","status":"{status}","statusHistory":[{history}]}}]}}}}"#)
    };
    let old = r#"{"to":"ready","at":"2026-01-01T00:00:00Z"}"#;
    let done = r#"{"to":"completed","at":"2026-01-03T00:00:00Z"}"#;
    let begun = r#"{"to":"in-progress","at":"2026-01-02T00:00:00Z"}"#;
    let (base, ours, theirs) = (
        side("ready", old),
        side("completed", &format!("{old},{done}")),
        side("in-progress", &format!("{old},{begun}")),
    );
    let expected = side("completed", &format!("{old},{begun},{done}"));
    assert_eq!(merged(&base, &ours, &theirs), expected);
    assert_eq!(merged(&base, &theirs, &ours), expected);
    // A person's word without a history is not older or newer than anything.
    let blocked = side("blocked", old);
    assert_eq!(conflicts(&base, &ours, &blocked)[0].path, "plan.steps[0].status");
}

#[test]
fn who_wrote_last_is_said_by_one_side() {
    let side = |stage: &str, who: &str, at: &str| {
        format!(r#"{{"meta":{{"currentStage":"{stage}","lastUpdatedBy":"{who}","lastUpdatedAt":"{at}"}}}}"#)
    };
    let base = side("3-qa", "q", "2026-01-01T00:00:00Z");
    let newer = side("3-qa", "q", "2026-01-03T00:00:00Z");
    let older = side("4-implement", "i", "2026-01-02T00:00:00+00:00");
    assert_eq!(merged(&base, &older, &newer), newer);
    assert_eq!(merged(&base, &newer, &older), newer);
    let further = side("4-implement", "i", "2026-01-03T00:00:00Z");
    assert_eq!(merged(&base, &newer, &further), further);
}

#[test]
fn what_is_taken_over_stands_as_its_neighbours_do() {
    let base = "{\r\n\t\"l\": [\r\n\t\t{\"id\": 1}\r\n\t]\r\n}\r\n";
    let ours = base.replace("{\"id\": 1}", "{\"id\": 1},\r\n\t\t{\"id\": 2}");
    let theirs = "{\n  \"l\": [\n    {\"id\": 1},\n    {\n      \"id\": 3\n    }\n  ]\n}\n";
    assert_eq!(
        merged(base, &ours, theirs),
        "{\r\n\t\"l\": [\r\n\t\t{\"id\": 1},\r\n\t\t{\"id\": 2},\r\n\t\t{\r\n\t\t  \"id\": 3\r\n\t\t}\r\n\t]\r\n}\r\n"
    );
    assert_eq!(merged("{\"l\":[1]}", "{\"l\":[1,2],\"m\":2}", theirs), "{\"l\":[2,{\"id\": 1},{\"id\": 3}],\"m\":2}");
}

#[test]
fn a_payload_that_is_no_object_is_refused() {
    let error = merge(None, &document("[]"), &document("{}"), None).expect_err("refused");
    assert_eq!(error.code.word(), "payload-shape");
}
