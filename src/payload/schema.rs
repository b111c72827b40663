//! The payload's JSON Schema: lenient for what others write, strict for what this tool writes.

use super::entries::{BaselineEntry, ChangeEntry, CommandEntry, Environment, FollowUp, StepStatus, TestEntry};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The members of an entry that are this tool's own, by the name of the list or object in `implementation`.
/// What stands beside them in such an entry was added by somebody else. Empty where no shape is laid down.
#[must_use]
pub fn own_members(name: &str) -> &'static BTreeSet<String> {
    static NONE: BTreeSet<String> = BTreeSet::new();
    static KNOWN: LazyLock<Vec<(&str, BTreeSet<String>)>> = LazyLock::new(|| {
        ["changes", "tests", "commands", "followUps", "stepStatus", "environment", "baseline"]
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
        "followUps" => of::<FollowUp>(),
        "stepStatus" => of::<StepStatus>(),
        "environment" => of::<Environment>(),
        "baseline" => of::<BaselineEntry>(),
        _ => return None,
    })
}

fn members_of(schema: &Value) -> BTreeSet<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}
