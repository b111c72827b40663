//! The exact commands for whoever does the step.

use super::Item;
use super::asked::scenarios_of;
use crate::mapping::Mapped;
use crate::payload::model::{Payload, Step};
use crate::words::shell_word;

/// From the first look to the record.
pub(super) fn next(step: &Step, mapped: &Mapped, files: &[String], payload: &Payload) -> Vec<Item> {
    let id = shell_word(&step.id);
    let mut items = vec![Item::code(format!("cargo handoff recon baseline {id}"))];
    items.extend(files.first().map(|file| Item::code(format!("cargo handoff recon overview {}", shell_word(file)))));
    items.push(Item::code(format!("cargo handoff note outline --step {id} --signature 'fn …'")));
    let flags: Vec<String> = mapped.packages.iter().map(|package| format!("-p {}", shell_word(package))).collect();
    let flags = if mapped.whole_workspace || flags.is_empty() { "--workspace".to_owned() } else { flags.join(" ") };
    let mut tests: Vec<&str> = scenarios_of(step, payload)
        .flat_map(|scenario| &scenario.tests)
        .map(|test| test.rsplit("::").next().unwrap_or(test))
        .filter(|test| test.chars().all(|letter| letter.is_alphanumeric() || letter == '_'))
        .collect();
    tests.sort_unstable();
    tests.dedup();
    items.push(match tests.as_slice() {
        [] => Item::code(format!("cargo test {flags}")),
        tests => Item::code(format!("cargo test {flags} -- {}", tests.join(" "))),
    });
    items.push(Item::code(format!("cargo handoff implement --step {id}")));
    items
}
