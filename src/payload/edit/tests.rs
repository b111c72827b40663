//! Splices to the byte, refusals, and a judge of any edits on any document.

use super::*;

fn document(text: &str) -> Document {
    Document::parse("handoff/payload.json", text.into()).expect("JSON")
}

#[track_caller]
fn edited(text: &str, edits: &[Edit]) -> String {
    apply(&document(text), edits).expect("edited").text().to_owned()
}

fn map(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

fn append(path: &str, value: Value) -> Edit {
    Edit::Append { path: path.split('.').map(str::to_owned).collect(), value }
}

fn entry(list: &str, value: Value) -> Edit {
    Edit::Entry { list: list.to_owned(), entry: map(value) }
}

fn meta(key: &str, value: Value) -> Edit {
    Edit::Meta { key: key.to_owned(), value }
}

fn completed(subject: Subject) -> Edit {
    let text = str::to_owned;
    Edit::Status { subject, to: text("completed"), why: text("seen"), at: text("T"), by: text(BY) }
}

#[test]
fn an_entry_goes_behind_the_last_one_as_that_one_stands() {
    let text = "{\n  \"implementation\": {\n    \"changes\": [\n      { \"id\": \"hand\" }\n    ]\n  }\n}\n";
    let new = edited(text, &[append("implementation.changes", json!({"id": "new", "n": [1, 2]}))]);
    assert_eq!(
        new,
        "{\n  \"implementation\": {\n    \"changes\": [\n      { \"id\": \"hand\" },\n      {\"id\": \"new\", \"n\": [1, 2]}\n    ]\n  }\n}\n"
    );
}

#[test]
fn an_inline_list_in_a_document_of_many_lines_gets_lines_of_its_own() {
    let text = "{\n  \"implementation\": { \"changes\": [{ \"id\": \"hand\" }], \"tests\": [], \"commands\": [ ] },\n  \"x\": 1.10\n}";
    let new = edited(
        text,
        &[
            append("implementation.changes", json!({"id": "a"})),
            append("implementation.tests", json!({"id": "b"})),
            append("implementation.commands", json!({"id": "c"})),
        ],
    );
    assert_eq!(
        new,
        r#"{
  "implementation": { "changes": [{ "id": "hand" },
    {"id": "a"}
  ], "tests": [
    {"id": "b"}
  ], "commands": [
    {"id": "c"}
  ] },
  "x": 1.10
}"#
    );
}

#[test]
fn a_document_on_one_line_stays_on_one_line() {
    let edits = [meta("k", json!("v")), append("implementation.changes", json!({"id": "a", "l": [1, 2]}))];
    assert_eq!(
        edited(r#"{"meta":{"a":1},"x":[1.10,2]}"#, &edits),
        r#"{"meta":{"a":1,"k":"v"},"x":[1.10,2],"implementation":{"changes":[{"id":"a","l":[1,2]}]}}"#
    );
    assert_eq!(
        edited(r#"{"meta": {"a": 1}, "x": [1.10, 2]}"#, &edits),
        r#"{"meta": {"a": 1, "k": "v"}, "x": [1.10, 2], "implementation": {"changes": [{"id": "a", "l": [1, 2]}]}}"#
    );
}

#[test]
fn tabs_carriage_returns_mark_and_missing_final_newline_stay() {
    let text = "\u{feff}{\r\n\t\"meta\" : {\r\n\t\t\"a\" : 1\r\n\t}\r\n}";
    let edits = [meta("k", json!("v")), append("implementation.changes", json!({"id": "a", "in": {"b": []}}))];
    let new = apply(&document(text), &edits).expect("edited");
    let expected = "\u{feff}{\r\n\t\"meta\" : {\r\n\t\t\"a\" : 1,\r\n\t\t\"k\" : \"v\"\r\n\t},\r\n\t\"implementation\" : {\r\n\t\t\"changes\" : [\r\n\t\t\t{\"id\" : \"a\", \"in\" : {\"b\" : []}}\r\n\t\t]\r\n\t}\r\n}";
    assert_eq!(String::from_utf8(new.bytes().into_owned()).expect("UTF-8"), expected);
}

#[test]
fn null_counts_as_missing() {
    let text = r#"{"meta":null,"implementation":{"changes":null,"baseline":null}}"#;
    let edits = [
        meta("k", json!(1)),
        append("implementation.changes", json!(1)),
        Edit::Object { name: "baseline".into(), value: map(json!({"by": BY})) },
    ];
    assert_eq!(
        edited(text, &edits),
        r#"{"meta":{"k":1},"implementation":{"changes":[1],"baseline":{"by":"cargo-handoff"}}}"#
    );
}

#[test]
fn an_entry_of_ours_is_renewed_in_place_and_keeps_what_others_added() {
    let text = r#"{"implementation":{"followUps":[{"id":"f","text":"old","team":1.10,"by":"cargo-handoff","history":[1]},{"id":"g"}]}}"#;
    let renewed = edited(text, &[entry("followUps", json!({"id": "f", "text": "new", "by": BY}))]);
    assert_eq!(
        renewed,
        r#"{"implementation":{"followUps":[{"id":"f","text":"new","team":1.10,"by":"cargo-handoff","history":[1]},{"id":"g"}]}}"#
    );
}

#[test]
fn a_member_of_ours_that_is_no_longer_given_goes_and_the_rest_stays() {
    let text = r#"{"implementation":{"commands":[{"why":"w","id":"c","theirs":1e5,"by":"cargo-handoff","signal":9}]}}"#;
    assert_eq!(
        edited(text, &[entry("commands", json!({"id": "c", "by": BY}))]),
        r#"{"implementation":{"commands":[{"id":"c","theirs":1e5,"by":"cargo-handoff"}]}}"#
    );
}

#[test]
fn equal_news_is_no_news() {
    let text = r#"{ "implementation": {"followUps": [ {"by":"cargo-handoff",  "text":"t\u0041", "id":"f"} ]},"plan":{"steps":[{"status":"completed"}]} }"#;
    let edits = [entry("followUps", json!({"id": "f", "text": "tA", "by": BY})), completed(Subject::Step("1".into()))];
    assert_eq!(edited(text, &edits), text);
}

#[test]
fn somebody_elses_entry_with_our_id_is_left_alone() {
    let text = r#"{"implementation":{"followUps":[{"id":"f","text":"theirs"}]}}"#;
    let ours = json!({"id": "f", "text": "ours", "by": BY});
    let once = edited(text, &[entry("followUps", ours.clone())]);
    assert_eq!(
        once,
        r#"{"implementation":{"followUps":[{"id":"f","text":"theirs"},{"id":"f","text":"ours","by":"cargo-handoff"}]}}"#
    );
    assert_eq!(edited(&once, &[entry("followUps", ours)]), once);
}

#[test]
fn two_edits_of_one_new_entry_make_one_entry() {
    let edits = [
        entry("changes", json!({"id": "a", "n": 1, "by": BY})),
        append("implementation.changes", json!("between")),
        entry("changes", json!({"id": "a", "n": 2, "by": BY})),
    ];
    assert_eq!(
        edited("{}", &edits),
        r#"{"implementation":{"changes":[{"id":"a","n":2,"by":"cargo-handoff"},"between"]}}"#
    );
}

#[test]
fn our_object_goes_beside_somebody_elses() {
    let object = |n: u32| Edit::Object { name: "summary".into(), value: map(json!({"n": n, "by": BY})) };
    let text = r#"{"implementation":{"summary":"by hand"}}"#;
    let once = edited(text, &[object(1)]);
    assert_eq!(once, r#"{"implementation":{"summary":"by hand","summaryByHandoff":{"n":1,"by":"cargo-handoff"}}}"#);
    assert_eq!(
        edited(&once, &[object(2)]),
        r#"{"implementation":{"summary":"by hand","summaryByHandoff":{"n":2,"by":"cargo-handoff"}}}"#
    );
}

#[test]
fn a_raised_status_keeps_the_old_one_in_its_history() {
    let text = r#"{"plan":{"steps":[{"id":1.0,"status":"ready"},{"name":"second"}]}}"#;
    let edits = [completed(Subject::Step("1.0".into())), completed(Subject::Step("2".into()))];
    assert_eq!(
        edited(text, &edits),
        r#"{"plan":{"steps":[{"id":1.0,"status":"completed","statusHistory":[{"from":"ready","to":"completed","at":"T","by":"cargo-handoff","why":"seen"}]},{"name":"second","status":"completed","statusHistory":[{"from":null,"to":"completed","at":"T","by":"cargo-handoff","why":"seen"}]}]}}"#
    );
}

#[test]
fn the_status_of_a_bare_string_lives_beside_it() {
    let text = r#"{"plan":{"steps":["do it"]}}"#;
    let once = edited(text, &[completed(Subject::Step("1".into()))]);
    assert_eq!(
        once,
        r#"{"plan":{"steps":["do it"]},"implementation":{"stepStatus":[{"id":"step:1","step":"1","status":"completed","why":"seen","at":"T","by":"cargo-handoff"}]}}"#
    );
    let lowered = Edit::Status {
        subject: Subject::Step("1".into()),
        to: "in-progress".into(),
        why: "red again".into(),
        at: "U".into(),
        by: BY.into(),
    };
    assert_eq!(
        edited(&once, &[lowered]),
        r#"{"plan":{"steps":["do it"]},"implementation":{"stepStatus":[{"id":"step:1","step":"1","status":"in-progress","why":"red again","at":"U","by":"cargo-handoff","history":[{"status":"completed","why":"seen","at":"T","by":"cargo-handoff"}]}]}}"#
    );
}

#[test]
fn a_status_nobody_has_is_no_such_entry() {
    for text in ["{}", r#"{"plan":{"steps":[]}}"#, r#"{"plan":{"steps":["a"]}}"#] {
        let error = apply(&document(text), &[completed(Subject::Step("9".into()))]).expect_err("refused");
        assert_eq!(error.code, Code::NoSuchEntry, "{text}");
    }
}

#[test]
fn a_list_or_section_of_another_type_is_refused() {
    for text in ["[]", r#"{"implementation":7}"#, r#"{"implementation":{"changes":{}}}"#] {
        let error = apply(&document(text), &[append("implementation.changes", json!(1))]).expect_err("refused");
        assert_eq!(error.code, Code::PayloadShape, "{text}");
    }
}

#[test]
fn findings_are_renewed_by_id_and_only_a_decision_moves_their_status() {
    let text = r#"{"qaFindings":{"status":"pending","issues":[{"id":"a","by":"somebody"},{"id":"a","n":1,"mine":1.0,"by":"cargo-handoff"}]}}"#;
    let finding = |n: u8| Edit::Finding { list: "issues".into(), entry: map(json!({"id":"a","n":n,"by":BY})) };
    assert_eq!(edited(text, &[finding(2)]), text.replace("\"n\":1", "\"n\":2"));
    let decision = Edit::Decision { to: "approved".into(), why: "w".into(), at: "T".into(), by: "P".into() };
    let decided = edited(text, std::slice::from_ref(&decision));
    assert!(decided.contains(r#""status":"approved""#), "{decided}");
    assert!(
        decided.contains(r#""statusHistory":[{"from":"pending","to":"approved","at":"T","by":"P","why":"w"}]"#),
        "{decided}"
    );
    check(&document(text), &document(&decided), &[finding(2)]).expect_err("nobody decided");
    check(&document(text), &document(&text.replace("somebody", BY)), &[]).expect_err("it is not ours");
    assert!(edited("{}", &[decision]).starts_with(r#"{"qaFindings":{"status":"approved","statusHistory":["#));
}

/// The guard itself: each of these pairs would lose something, and each is refused.
#[test]
fn a_text_that_lost_something_is_an_internal_error() {
    let pairs = [
        (r#"{"a":1}"#, "{}"),
        (r#"{"a":1.10}"#, r#"{"a":1.1}"#),
        (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#),
        (r#"{"a":[1,2]}"#, r#"{"a":[1]}"#),
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
        (r#"{"a":null}"#, r#"{"a":1}"#),
        (r#"{"meta":{"k":1}}"#, r#"{"meta":{}}"#),
        (r#"{"plan":{"steps":[{"id":"1","name":"a"}]}}"#, r#"{"plan":{"steps":[{"id":"1","name":"b"}]}}"#),
        (r#"{"plan":{"risks":[{"status":"a"}]}}"#, r#"{"plan":{"risks":[{"status":"b"}]}}"#),
        (
            r#"{"implementation":{"changes":[{"id":"a","by":"somebody","n":1}]}}"#,
            r#"{"implementation":{"changes":[{"id":"a","by":"cargo-handoff","n":2}]}}"#,
        ),
        (
            r#"{"implementation":{"changes":[{"id":"a","by":"cargo-handoff","theirs":1}]}}"#,
            r#"{"implementation":{"changes":[{"id":"a","by":"cargo-handoff"}]}}"#,
        ),
        (
            r#"{"implementation":{"changes":[{"id":"a","by":"cargo-handoff","history":[{"n":1},{"n":2}]}]}}"#,
            r#"{"implementation":{"changes":[{"id":"a","by":"cargo-handoff","history":[{"n":2}]}]}}"#,
        ),
        (r#"{"x":[{"id":"a","by":"cargo-handoff","n":1}]}"#, r#"{"x":[{"id":"a","by":"cargo-handoff","n":2}]}"#),
    ];
    for (old, new) in pairs {
        let error = check(&document(old), &document(new), &[]).expect_err(new);
        assert_eq!(error.code, Code::Internal, "{old} {new}");
    }
}

#[test]
fn a_text_that_only_grew_holds() {
    let pairs = [
        (r#"{"a":null}"#, r#"{"a":[1],"b":2}"#),
        (r#"{"meta":{"k":1}}"#, r#"{"meta":{"k":2,"l":3}}"#),
        (r#"{"plan":{"steps":[{"status":"a"}]}}"#, r#"{"plan":{"steps":[{"status":"b"}]}}"#),
        (
            r#"{"implementation":{"tests":[{"id":"a","by":"cargo-handoff","status":"failed"}]}}"#,
            r#"{"implementation":{"tests":[{"id":"a","by":"cargo-handoff","status":"passed","history":[]}]}}"#,
        ),
    ];
    for (old, new) in pairs {
        check(&document(old), &document(new), &[]).expect(new);
    }
}

mod any;

/// What `losses` says of these two documents.
fn lost(old: &Value, new: &Value) -> Vec<String> {
    let document = |value: &Value| Document::parse("p", value.to_string().into_bytes()).expect("a document");
    losses(&document(old), &document(new))
}

#[test]
fn nothing_is_lost_where_entries_only_move_and_grow() {
    let entry = |id: &str, status: &str| json!({ "id": id, "status": status, "by": BY });
    let old = json!({
        "meta": { "a": 1 }, "plan": { "steps": ["one", { "id": "2", "status": "ready" }] },
        "implementation": { "tests": [entry("test:a", "failed")], "notes": [{ "text": "x" }] },
    });
    let mut renewed = entry("test:a", "passed");
    renewed["history"] = json!([{ "status": "failed" }]);
    let new = json!({
        "plan": { "steps": [{ "id": "2", "status": "completed" }, "zero", "one"] }, "meta": { "a": 2 },
        "implementation": { "notes": [{ "text": "y" }, { "text": "x" }], "tests": [entry("test:b", "passed"), renewed] },
    });
    assert!(lost(&old, &new).is_empty(), "{:?}", lost(&old, &new));
}

#[test]
fn what_is_gone_or_rewritten_is_a_loss() {
    let old = json!({
        "requirement": { "text": "all of it" }, "plan": { "steps": ["one", "two"] },
        "implementation": {
            "tests": [{ "id": "test:a", "status": "failed", "by": BY }, { "id": "test:b", "status": "passed", "by": BY }],
            "evidence": [{ "id": "evidence:r1", "sha256": "a", "by": BY }],
        },
    });
    let new = json!({
        "requirement": { "text": "less" }, "plan": { "steps": ["two"] },
        "implementation": {
            "tests": [{ "id": "test:a", "status": "passed", "by": BY }],
            "evidence": [{ "id": "evidence:r1", "sha256": "b", "by": BY }],
        },
    });
    let expected = [
        "requirement.text",
        "plan.steps.0",
        "implementation.tests.test:a.status",
        "implementation.tests.test:b",
        "implementation.evidence.evidence:r1",
    ];
    assert_eq!(lost(&old, &new), expected);
}
