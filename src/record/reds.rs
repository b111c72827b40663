//! What the tests of scenarios came to on the baseline, put on the scenarios themselves.

use super::observed::Observed;
use crate::payload::edit::Edit;
use crate::standing::{self, Seen};
use crate::words::BY;
use serde_json::{Value, json};

/// One edit for each scenario of whose tests something else is known than stands there.
pub(super) fn edits(observed: &Observed, seen: &Seen) -> Vec<Edit> {
    let scenarios = observed.payload.scenarios.iter().filter(|scenario| !scenario.is_text);
    let edits = scenarios.filter_map(|scenario| {
        let mut tests = Vec::new();
        let named = standing::tests_of(scenario, seen);
        if named.is_empty() {
            return None; // not looked at this time
        }
        for (suite, name) in named {
            let known = observed.results.suites.iter().find(|known| known.suite == suite)?;
            for red in known.red.iter().filter(|red| red.test == name) {
                let mut test = json!({
                    "suite": suite.id(), "test": red.test, "class": red.class, "evidenceRef": red.evidence_ref, "by": BY,
                });
                for (key, value) in [("where", &red.place), ("why", &red.why)] {
                    if let Some(value) = value {
                        test[key] = json!(value);
                    }
                }
                tests.push(test);
            }
        }
        let former = scenario.red.as_array().map(Vec::as_slice).unwrap_or_default();
        let is_said = bare(former) == bare(&tests);
        (!is_said).then(|| Edit::Red { scenario: scenario.id.clone(), tests })
    });
    edits.collect()
}

/// Without the runs they were seen in: that alone is no news.
fn bare(tests: &[Value]) -> Vec<Value> {
    let mut bare = tests.to_vec();
    for test in bare.iter_mut().filter_map(Value::as_object_mut) {
        test.remove("evidenceRef");
    }
    bare
}
