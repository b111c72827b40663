//! A workflow of GitHub Actions as data, and the rules every one of ours keeps.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value};

/// The workflow that is in this YAML.
#[track_caller]
pub(crate) fn read(text: &str) -> Value {
    let mut documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(documents.len(), 1, "one document");
    json(&documents.remove(0))
}

#[track_caller]
fn json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(yes)) => Value::from(*yes),
        Yaml::Value(Scalar::Integer(number)) => Value::from(*number),
        Yaml::Value(Scalar::FloatingPoint(number)) => Value::from(number.into_inner()),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(list) => Value::Array(list.iter().map(json).collect()),
        Yaml::Mapping(members) => {
            let name = |key: &Yaml<'_>| key.as_str().unwrap_or_else(|| panic!("no name: {key:?}")).to_owned();
            Value::Object(members.iter().map(|(key, value)| (name(key), json(value))).collect::<Map<_, _>>())
        }
        other => panic!("not of a workflow: {other:?}"),
    }
}

/// The steps of a job.
#[track_caller]
pub(crate) fn steps<'w>(workflow: &'w Value, job: &str) -> Vec<&'w Value> {
    workflow["jobs"][job]["steps"].as_array().unwrap_or_else(|| panic!("no job `{job}`: {workflow:#}")).iter().collect()
}

fn all_steps(workflow: &Value) -> Vec<&Value> {
    let jobs = workflow["jobs"].as_object().expect("jobs");
    jobs.keys().flat_map(|job| steps(workflow, job)).collect()
}

/// What SchemaStore's schema says against it.
pub(crate) fn against_the_schema(workflow: &Value) -> Vec<String> {
    let schema = include_str!("../../fixtures/schemas/github-workflow.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.iter_errors(workflow).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// What is unsafe or careless in it, as text and as data.
pub(crate) fn complaints(text: &str) -> Vec<String> {
    let workflow = read(text);
    let mut complaints = against_the_schema(&workflow);
    let triggers = &workflow["on"];
    for trigger in ["pull_request_target", "workflow_run", "issue_comment"] {
        let is_there = triggers.get(trigger).is_some()
            || triggers.as_str() == Some(trigger)
            || triggers.as_array().is_some_and(|all| all.iter().any(|one| one == trigger));
        if is_there {
            complaints.push(format!("`{trigger}` runs strangers' code with the repository's rights"));
        }
    }
    if workflow["permissions"] != serde_json::json!({ "contents": "read" }) {
        complaints.push("the permissions are not `contents: read`".into());
    }
    for (name, job) in workflow["jobs"].as_object().expect("jobs") {
        if job.get("permissions").is_some() {
            complaints.push(format!("the job `{name}` has permissions of its own"));
        }
        if job["timeout-minutes"].as_u64().is_none() {
            complaints.push(format!("the job `{name}` may take for ever"));
        }
    }
    if workflow["concurrency"]["group"].as_str().is_none() {
        complaints.push("an older run is not cancelled".into());
    }
    for word in ["secrets.", "github.token", "secrets["] {
        if text.contains(word) {
            complaints.push(format!("it uses `{word}`"));
        }
    }
    for step in all_steps(&workflow) {
        if step["run"].as_str().is_some_and(|run| run.contains("${{")) {
            complaints.push(format!("GitHub would put text into a script: {step}"));
        }
        let Some(uses) = step["uses"].as_str() else { continue };
        let (action, version) = uses.split_once('@').unwrap_or((uses, ""));
        if !action.starts_with("actions/") {
            complaints.push(format!("a third party's action: {uses}"));
        }
        let is_digest = version.len() == 40 && version.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_named = text.lines().any(|line| line.trim().split_once(&format!("{uses} # v")).is_some());
        if !is_digest || !is_named {
            complaints.push(format!("not pinned, or not said to which version: {uses}"));
        }
        if action == "actions/checkout" && step["with"]["persist-credentials"] != false {
            complaints.push("the checkout leaves the token behind".into());
        }
    }
    complaints
}

/// A workflow without fault, for tests that put one in.
const FINE: &str = "\
name: fine
on:
  pull_request:
permissions:
  contents: read
concurrency:
  group: x
jobs:
  one:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v1.2.3
        with:
          persist-credentials: false
      - run: echo fine
";

#[test]
fn each_fault_of_a_workflow_is_found() {
    assert_eq!(complaints(FINE), Vec::<String>::new());
    for (from, to) in [
        ("on:\n  pull_request:", "on:\n  pull_request_target:"),
        ("on:\n  pull_request:", "on: [workflow_run]"),
        ("on:\n  pull_request:", "on:\n  pull_rekwest:"),
        ("contents: read", "contents: write"),
        ("contents: read", "contents: read\n  packages: read"),
        ("permissions:\n  contents: read\n", ""),
        ("    timeout-minutes: 5\n", ""),
        ("    timeout-minutes: 5\n", "    timeout-minutes: 5\n    permissions: write-all\n"),
        ("concurrency:\n  group: x\n", ""),
        ("echo fine", "echo ${{ github.event.pull_request.title }}"),
        ("echo fine", "echo fine\n        env:\n          KEY: ${{ secrets.KEY }}"),
        ("echo fine", "echo fine\n        env:\n          KEY: ${{ github.token }}"),
        ("persist-credentials: false", "persist-credentials: true"),
        ("        with:\n          persist-credentials: false\n", ""),
        ("actions/checkout@", "stranger/checkout@"),
        ("0123456789abcdef0123456789abcdef01234567 # v1.2.3", "v1"),
        ("0123456789abcdef0123456789abcdef01234567 # v1.2.3", "0123456789abcdef0123456789abcdef01234567"),
        ("    runs-on: ubuntu-latest\n", ""),
        ("- run: echo fine", "- runs: echo fine"),
    ] {
        assert!(FINE.contains(from), "{from}");
        let faulty = FINE.replacen(from, to, 1);
        assert_ne!(complaints(&faulty), Vec::<String>::new(), "{faulty}");
    }
}
