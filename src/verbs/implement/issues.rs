//! What the acceptance owner found and is still open, before anything else is said.

use super::super::scene::{Read, Scene};
use crate::error::Result;
use crate::event::{Event, Run};
use crate::record::acceptance::{OpenIssue, open_issues};
use std::collections::BTreeMap;

/// The open issues, told in the payload's order.
pub(super) fn tell(read: &Read, scene: &Scene, run: &Run) -> Result<Vec<OpenIssue>> {
    let issues = read.payload.qa_findings.get("issues").and_then(|issues| issues.as_array());
    if issues.is_none_or(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let blobs: BTreeMap<String, String> = scene.snapshot.files()?;
    let issues = open_issues(&read.payload, &scene.changes, &scene.mapped, &blobs);
    for issue in &issues {
        let OpenIssue { id, severity, expected, actual, reproduction: _, files, steps, unchanged } = issue.clone();
        run.tell(Event::OpenIssue { id, severity, expected, actual, files, steps, unchanged });
    }
    Ok(issues)
}
