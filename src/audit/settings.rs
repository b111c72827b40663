//! `[workspace.metadata.handoff] audit`: what is not to be looked for.

use crate::error::{Code, Error, Result};
use crate::source::LeftOverKind;
use crate::workspace::graph::{Graph, Workspace};
use serde_json::Value;
use std::collections::BTreeSet;

/// What the root manifests say of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The kinds of left-overs that are looked for; all of them unless `left-over` lists some.
    pub left_overs: BTreeSet<LeftOverKind>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { left_overs: LeftOverKind::ALL.into() }
    }
}

impl Settings {
    /// Reads `audit = { left-over = ["dbg", "todo"] }` of every workspace; what one of them looks for is looked for.
    ///
    /// # Errors
    /// 78 where it is of another shape, or names a kind there is not.
    pub fn read(graph: &Graph) -> Result<Self> {
        let mut left_overs = BTreeSet::new();
        for workspace in &graph.workspaces {
            match workspace.settings.get("audit") {
                None => left_overs.extend(LeftOverKind::ALL),
                Some(audit) => left_overs.extend(kinds(audit).map_err(|what| bad(workspace, &what))?),
            }
        }
        Ok(Self { left_overs })
    }
}

fn kinds(audit: &Value) -> std::result::Result<Vec<LeftOverKind>, String> {
    let audit = audit.as_object().ok_or("`audit` is no table")?;
    if let Some(unknown) = audit.keys().find(|key| *key != "left-over") {
        return Err(format!("`audit` has no `{unknown}`"));
    }
    let Some(listed) = audit.get("left-over") else { return Ok(LeftOverKind::ALL.into()) };
    let listed = listed.as_array().ok_or("`left-over` is not a list of texts")?;
    let known = |named: &Value| {
        let known = LeftOverKind::ALL.into_iter().find(|kind| named.as_str() == Some(kind.word()));
        known.ok_or_else(|| format!("`left-over` has no {named}"))
    };
    listed.iter().map(known).collect()
}

fn bad(workspace: &Workspace, what: &str) -> Error {
    let known: Vec<String> = LeftOverKind::ALL.iter().map(|kind| format!("\"{}\"", kind.word())).collect();
    let message = format!("`[workspace.metadata.handoff]` in `{}`: {what}", workspace.manifest);
    Error::new(Code::BadConfiguration, message)
        .hint(format!("leave out what is not to be found: `audit = {{ left-over = [{}] }}`", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_listed_is_looked_for_and_nothing_else() {
        assert_eq!(kinds(&json!({"left-over": ["todo", "dbg"]})), Ok(vec![LeftOverKind::Todo, LeftOverKind::Dbg]));
        assert_eq!(kinds(&json!({"left-over": []})), Ok(vec![]));
        assert_eq!(kinds(&json!({})).map(|kinds| kinds.len()), Ok(LeftOverKind::ALL.len()));
        for (odd, why) in [
            (json!("off"), "`audit` is no table"),
            (json!({"left-overs": []}), "`audit` has no `left-overs`"),
            (json!({"left-over": "dbg"}), "`left-over` is not a list of texts"),
            (json!({"left-over": ["debug"]}), "`left-over` has no \"debug\""),
        ] {
            assert_eq!(kinds(&odd), Err(why.to_owned()));
        }
    }
}
