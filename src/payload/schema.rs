//! The payload's JSON Schema: lenient for what others write, strict for what this tool writes.

use super::entries::{
    AuditEntry, BaselineEntry, ChangeEntry, CommandEntry, EditEntry, Environment, EvidenceEntry, FollowUp, ReconEntry,
    RecordRef, StepStatus, TestEntry,
};
use crate::words::BY;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// JSON Schema 2020-12 of the payload, both generations. What carries our `by` has to have our shape (members
/// somebody else added to it are welcome); an entry that was withdrawn keeps only its id.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let ours = |reference: schemars::Schema| {
        let is_ours = json!({"type": "object", "required": ["by"], "properties": {"by": {"const": BY}}});
        let withdrawn = json!({"required": ["withdrawn"], "properties": {"withdrawn": {
            "type": "object", "required": ["at", "why"],
            "properties": {"at": {"type": "string"}, "why": {"type": "string"}},
        }}});
        let history = json!({"properties": {"history": {"type": "array"}}});
        let shape = json!({"if": withdrawn, "then": {"required": ["id", "by"]}, "else": reference});
        json!({"if": is_ours, "then": {"allOf": [history, shape]}})
    };
    let mut implementation = Map::new();
    let mut list = |name: &str, items: Value| {
        implementation.insert(name.to_owned(), json!({"type": ["array", "null"], "items": items}));
    };
    list("changes", ours(generator.subschema_for::<ChangeEntry>()));
    list("tests", ours(generator.subschema_for::<TestEntry>()));
    list("commands", ours(generator.subschema_for::<CommandEntry>()));
    list("edits", ours(generator.subschema_for::<EditEntry>()));
    list("evidence", ours(generator.subschema_for::<EvidenceEntry>()));
    list("followUps", ours(generator.subschema_for::<FollowUp>()));
    list("stepStatus", ours(generator.subschema_for::<StepStatus>()));
    list("deviations", json!({}));
    // Signed by a person, and of this shape all the same: they are asked again.
    list("recon", generator.subschema_for::<ReconEntry>().into());
    let environment = ours(generator.subschema_for::<Environment>());
    let baseline = ours(generator.subschema_for::<BaselineEntry>());
    let audit = ours(generator.subschema_for::<AuditEntry>());
    // Earlier versions referred to no record.
    let record = generator.subschema_for::<RecordRef>();
    let handoff = ours(schemars::Schema::try_from(json!({"properties": {"record": record}})).unwrap_or_default());
    for (name, shape) in [("environment", environment), ("baseline", baseline), ("handoff", handoff), ("audit", audit)]
    {
        implementation.insert(format!("{name}ByHandoff"), shape.clone());
        implementation.insert(name.to_owned(), shape);
    }
    let definitions = generator.take_definitions(true);
    let section = |properties: Value| json!({"type": ["object", "null"], "properties": properties});
    let any_list = json!({"type": ["array", "null"]});
    let id = json!({"type": ["string", "number", "null"]});
    let histories =
        json!({"type": ["array", "null"], "items": {"type": "object", "required": ["to", "at", "by", "why"]}});
    let subject = json!({"type": ["string", "object"], "properties": {"id": id, "statusHistory": histories}});
    let subjects = json!({"type": ["array", "null"], "items": subject});
    let entries = json!({"type": ["array", "null"], "items": {"type": ["string", "object"]}});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The payload of a handoff workflow, five or six stages",
        "type": "object",
        "properties": {
            "meta": section(json!({})),
            "requirement": section(json!({
                "constraints": any_list, "acceptanceCriteria": any_list, "openQuestions": any_list,
            })),
            "plan": section(json!({"steps": subjects, "risks": any_list, "artifacts": any_list})),
            "tasks": section(json!({"items": entries, "dependencies": any_list})),
            "testPlan": section(json!({
                "coverageMatrix": any_list, "scenarios": subjects, "fixtures": any_list, "validationCommands": entries,
            })),
            "implementation": section(Value::Object(implementation)),
            "qaFindings": section(findings()),
        },
        "$defs": definitions,
    })
}

/// The lists of `qaFindings`: what carries our `by` has what a reader needs, and an issue says how to see it.
fn findings() -> Value {
    let is_ours = json!({"type": "object", "required": ["by"], "properties": {"by": {"const": BY}}});
    let list = |required: &[&str]| {
        let ours =
            json!({"required": required, "properties": {"id": {"type": "string"}, "history": {"type": "array"}}});
        json!({"type": ["array", "null"], "items": {"if": is_ours, "then": ours}})
    };
    json!({
        "evidence": list(&["id", "kind", "at", "exit", "levels", "claims", "tree"]),
        "issues": list(&["id", "severity", "expectedBehavior", "actualBehavior", "reproductionSteps", "affectedFiles", "status"]),
        "scenarioStatus": list(&["id", "scenario", "status", "at", "evidenceRef"]),
        "statusHistory": {"type": ["array", "null"]},
    })
}

/// The members of an entry that are this tool's own, by the name of the list or object in `implementation`.
/// What stands beside them in such an entry was added by somebody else. Empty where no shape is laid down.
#[must_use]
pub fn own_members(name: &str) -> &'static BTreeSet<String> {
    static NONE: BTreeSet<String> = BTreeSet::new();
    static KNOWN: LazyLock<Vec<(&str, BTreeSet<String>)>> = LazyLock::new(|| {
        [
            "changes",
            "tests",
            "commands",
            "edits",
            "evidence",
            "followUps",
            "stepStatus",
            "environment",
            "baseline",
            "audit",
        ]
        .into_iter()
        .filter_map(|name| Some((name, members_of(&shape(name)?))))
        .collect()
    });
    KNOWN.iter().find(|(known, _)| *known == name).map_or(&NONE, |(_, members)| members)
}

/// The schema of one entry of a list, or of an object, in `implementation`.
fn shape(name: &str) -> Option<Value> {
    fn of<T: JsonSchema>() -> Value {
        schema_for!(T).to_value()
    }
    Some(match name {
        "changes" => of::<ChangeEntry>(),
        "tests" => of::<TestEntry>(),
        "commands" => of::<CommandEntry>(),
        "edits" => of::<EditEntry>(),
        "evidence" => of::<EvidenceEntry>(),
        "followUps" => of::<FollowUp>(),
        "stepStatus" => of::<StepStatus>(),
        "environment" => of::<Environment>(),
        "baseline" => of::<BaselineEntry>(),
        "audit" => of::<AuditEntry>(),
        _ => return None,
    })
}

fn members_of(schema: &Value) -> BTreeSet<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}

#[cfg(test)]
mod tests;
