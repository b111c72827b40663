//! Every spelling of the contract, both generations, and what is odd.

use super::*;
use crate::error::Code;

fn read(text: &str) -> Payload {
    Payload::read(&Document::parse("handoff/payload.json", text.into()).expect("JSON")).expect("a payload")
}

fn oddities(payload: &Payload) -> Vec<&str> {
    payload.oddities.iter().map(|oddity| oddity.id.as_str()).collect()
}

fn paths(step: &Step) -> Vec<&str> {
    step.files.iter().map(|file| file.path.as_str()).collect()
}

#[test]
fn the_five_stage_sample_reads_whole() {
    let payload = read(include_str!("../../../fixtures/payloads/five-stage.json"));
    assert_eq!(payload.generation, Generation::Five);
    assert_eq!(payload.current_stage.as_deref(), Some("3-qa"));
    assert_eq!(payload.summary, "Amounts keep their currency when they are summed.");
    assert_eq!(payload.criteria.len(), 2);
    assert_eq!(payload.questions.len(), 2);
    assert!(payload.questions.iter().all(|question| !question.blocking));
    let ids: Vec<_> = payload.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    assert_eq!(paths(&payload.steps[1]), ["crates/report/src/lib.rs", "crates/report/tests/totals.rs"]);
    assert_eq!(payload.steps[0].success_signal.as_deref(), Some("money's tests pass"));
    assert_eq!(payload.steps[2].own_text, "Mention currencies in the `ledger` help text");
    assert_eq!(payload.scenarios[0].steps, ["1"]);
    assert_eq!(payload.scenarios[2].tests, ["crates/report/tests/totals.rs"]);
    let commands: Vec<_> = payload.prescribed.iter().map(|one| (one.place.as_str(), one.command.as_str())).collect();
    assert_eq!(
        commands,
        [
            ("testPlan.validationCommands[0]", "cargo test -p money"),
            ("testPlan.validationCommands[1]", "cargo test -p report --test totals"),
        ]
    );
    assert_eq!(payload.implementation["changes"].as_array().expect("a list").len(), 1);
    assert_eq!(payload.qa_findings["status"], "pending");
    assert_eq!(oddities(&payload), Vec::<&str>::new());
}

#[test]
fn the_six_stage_sample_gives_the_files_of_tasks_to_their_steps() {
    let payload = read(include_str!("../../../fixtures/payloads/six-stage.json"));
    assert_eq!(payload.generation, Generation::Six);
    assert_eq!(payload.n_tasks, Some(2));
    let files: Vec<_> = payload.steps[1].files.iter().map(|file| (file.path.as_str(), file.usage)).collect();
    assert_eq!(
        files,
        [
            ("crates/listing/src/lib.rs", FileUse::Plain),
            ("crates/listing/src/query.rs", FileUse::Create),
            ("crates/listing/src/lib.rs", FileUse::ToModify),
        ]
    );
    assert_eq!(payload.scenarios[0].steps, ["2"]);
    assert_eq!(oddities(&payload), ["dangling:tasks:task-1.2", "no-test:scenario-1"]);
}

#[test]
fn steps_are_strings_or_objects_and_ids_are_texts_numbers_or_positions() {
    let payload = read(
        r#"{"plan":{"steps":["Write `a`",{"id":7.0,"title":"t","dependsOn":[1]},{"description":"d","crates":"money","targets":["x",{"package":"p","kind":"lib","name":"n"}]}]},
            "testPlan":{"scenarios":["by hand",{"summary":"s","planStepIds":[7.0,99],"command":"cargo test"}]},
            "implementation":{"stepStatus":[{"id":"step:1","status":"completed","by":"cargo-handoff"}]}}"#,
    );
    let ids: Vec<_> = payload.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["1", "7.0", "3"]);
    let [first, second, third] = payload.steps.as_slice() else { panic!("three") };
    assert!(first.is_text && first.status_is_ours && !first.asserted);
    assert_eq!(first.status.as_deref(), Some("completed"));
    assert_eq!((second.name.as_str(), second.depends.as_slice()), ("t", &["1".to_owned()][..]));
    assert_eq!(third.packages, ["money"]);
    assert_eq!(third.targets, ["x", "p/lib/n"]);
    assert_eq!(payload.scenarios[1].steps, ["7.0"]);
    assert_eq!(payload.prescribed[0].place, "scenario:2");
    assert_eq!(oddities(&payload), ["dangling:scenario:2:99", "no-test:1"]);
}

#[test]
fn who_set_a_status_shows_in_its_history() {
    let because = |status: &str, by: &str, why: &str| {
        let text = format!(
            r#"{{"plan":{{"steps":[{{"status":"{status}","statusHistory":[{{"to":"completed","by":"{by}","why":"{why}"}}]}}]}}}}"#
        );
        let step = read(&text).steps.remove(0);
        (step.status_is_ours, step.asserted)
    };
    let step = |status: &str, by: &str| because(status, by, "it was seen");
    assert_eq!(step("completed", "cargo-handoff"), (true, false));
    assert_eq!(step("completed", "a person"), (false, true));
    assert_eq!(because("completed", "a person", " "), (false, false), "an assertion has a reason");
    assert_eq!(step("changed by hand since", "cargo-handoff"), (false, false));
}

#[test]
fn a_path_loses_its_line_and_its_backslashes_but_not_its_drive() {
    for (written, path) in [
        ("src/a.rs", "src/a.rs"),
        ("src/a.rs:12", "src/a.rs"),
        ("src/a.rs:12:7", "src/a.rs"),
        ("src/a.rs:12-40", "src/a.rs"),
        ("src\\b\\c.rs:3", "src/b/c.rs"),
        ("./src/a.rs", "src/a.rs"),
        ("src/**/*.rs", "src/**/*.rs"),
        ("C:\\x\\a.rs:3", "C:/x/a.rs"),
        ("C:3", "C:3"),
        ("a:b", "a:b"),
    ] {
        assert_eq!(files::clean(written), path, "{written}");
    }
    for path in ["/etc/passwd", "C:/x", "../x", "a/../../x", "~/x", "//host/x"] {
        assert!(files::leaves_root(path), "{path}");
    }
    for path in ["a/../b", "a", "...", "a..b/c", "a/.."] {
        assert!(!files::leaves_root(path), "{path}");
    }
}

#[test]
fn a_file_outside_the_root_is_left_out_and_told() {
    let payload = read(r#"{"plan":{"steps":[{"files":["../secret","a.rs",{"path":"/etc/x"}]}]}}"#);
    assert_eq!(paths(&payload.steps[0]), ["a.rs"]);
    assert_eq!(oddities(&payload), ["outside:step:1:../secret", "outside:step:1:/etc/x"]);
}

#[test]
fn circles_duplicates_and_dangling_ids_are_told_and_stop_nobody() {
    let payload = read(
        r#"{"plan":{"steps":[{"id":"a","dependsOn":["c"]},{"id":"b","dependsOn":"a"},{"id":"c","dependsOn":["b","zz"]},{"id":"self","dependsOn":["self"]},{"id":"a"}]},
            "testPlan":{"scenarios":[{"id":"s","tests":"t"},{"id":"s","tests":["u"]}],
              "coverageMatrix":[{"planStepId":"a","scenarioIds":["s","9"]},{"planStepId":"none","taskId":"t-9","scenarioIds":[]}],
              "validationCommands":[{"suite":"x"}]}}"#,
    );
    assert_eq!(
        oddities(&payload),
        [
            "duplicate:step:a",
            "dangling:step:c:zz",
            "cycle:step:a",
            "cycle:step:self",
            "duplicate:scenario:s",
            "dangling:coverageMatrix:9",
            "dangling:coverageMatrix:step:none",
            "dangling:coverageMatrix:task:t-9",
            "no-command:testPlan.validationCommands[0]",
        ]
    );
    assert_eq!(payload.scenarios[0].steps, ["a"]);
}

#[test]
fn a_long_chain_of_steps_does_not_exhaust_the_stack() {
    let steps: Vec<_> = (0..20_000).map(|n| format!(r#"{{"id":{n},"dependsOn":[{}]}}"#, n + 1)).collect();
    let payload = read(&format!(r#"{{"plan":{{"steps":[{}]}}}}"#, steps.join(",")));
    assert_eq!(oddities(&payload), ["dangling:step:19999:20000"]);
}

#[test]
fn every_section_and_list_of_the_wrong_type_is_named_with_its_line() {
    let text = "{\n\"meta\": [],\n\"plan\": {\"steps\": {}, \"risks\": 1},\n\"testPlan\": {\"scenarios\": [\"a\", 7]},\n\"implementation\": \"x\",\n\"mine\": 1\n}";
    let document = Document::parse("handoff/payload.json", text.into()).expect("JSON");
    let error = Payload::read(&document).expect_err("refused");
    assert_eq!(error.code, Code::PayloadShape);
    assert_eq!(
        error.to_string(),
        "`handoff/payload.json` is not of its shape: `meta` is a list, not an object (line 2); `plan.steps` is an object, not a list (line 3); `plan.risks` is a number, not a list (line 3); `testPlan.scenarios[1]` is a number, not a string or an object (line 4); `implementation` is a string, not an object (line 5)"
    );
    assert_eq!(error.excerpt.expect("an excerpt").first_line, 1);
}

#[test]
fn null_sections_are_missing_sections() {
    let payload = read(r#"{"meta":null,"plan":{"steps":null},"tasks":null,"testPlan":null,"implementation":null}"#);
    assert_eq!((payload.steps.len(), payload.n_tasks, payload.generation), (0, None, Generation::Five));
}

#[test]
fn what_others_wrote_by_hand_is_read_only_when_asked_for() {
    let payload = read(
        r#"{"implementation":{"changes":[{"id":"a"},{"id":"b","by":"cargo-handoff"},{"id":"c","by":"cargo\u002dhandoff"}],
            "commands":["cargo test",{"command":"x","by":"somebody"}],"notes":[{"id":"n"}]}}"#,
    );
    let changes = payload.implementation["changes"].as_array().expect("a list");
    assert_eq!(changes.iter().map(serde_json::Value::is_null).collect::<Vec<_>>(), [true, false, false]);
    assert!(payload.implementation["notes"][0].is_object(), "no other list is thinned out");
    let by_hand = |list: &str| payload.by_hand(list).map(|(index, _)| index).collect::<Vec<_>>();
    assert_eq!((by_hand("changes"), by_hand("commands"), by_hand("tests")), (vec![0], vec![0, 1], vec![]));
    assert_eq!(payload.by_hand("changes").next().expect("one").1["id"], "a");
}

#[test]
fn every_prescribed_command_has_an_id_of_its_own_and_its_wishes_are_only_read() {
    let payload = read(
        r#"{"plan":{"steps":[{"id":1,"command":"make a"},{"id":1,"command":"make b"}]},
            "testPlan":{"scenarios":[{"id":"s","tests":[]}],"validationCommands":[
                {"command":"make c","scenarioIds":["s"],"environment":{"PATH":"."},
                 "prerequisites":["a database"],"expectedDuration":"2m"}]}}"#,
    );
    let ids: Vec<String> = payload.prescribed.iter().map(Prescribed::id).collect();
    let expected = ["step:1", "step:1#2", "testPlan.validationCommands[0]"];
    assert_eq!(ids, expected.map(|place| format!("command:prescribed:{place}")));
    let wishes = &payload.prescribed[2].wishes;
    assert_eq!(wishes, &["environment: PATH=.", "prerequisites: a database", "expectedDuration: 2m"]);
    // A command that serves it can show that it holds.
    assert_eq!(oddities(&payload), ["duplicate:step:1"]);
}
