//! Lint levels: `[lints]` and `[workspace.lints]`, clippy's settings, attributes.

use super::super::Seen;
use super::super::changed::{file_name, texts};
use super::super::told::weakened;
use crate::words::Finding;
use std::collections::BTreeMap;
use toml::{Table, Value};

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    for change in seen.work.changes {
        let compare = match file_name(&change.file) {
            "Cargo.toml" => tables,
            "clippy.toml" | ".clippy.toml" => clippy,
            _ => continue,
        };
        let (Some(before), after) = texts(seen, change) else { continue };
        let read = |text: &str| toml::from_str::<Table>(text).ok();
        let (Some(before), Some(after)) = (read(before), read(after.unwrap_or_default())) else { continue };
        // A package that is gone takes its lints with it.
        if change.after.is_some() || file_name(&change.file) != "Cargo.toml" {
            findings.extend(compare(&before, &after).into_iter().map(|text| weakened(&change.file, text)));
        }
    }
    findings
}

/// How strict a level is; nothing where it is none.
pub(super) fn rank(level: &str) -> Option<u8> {
    ["allow", "warn", "deny", "forbid"].iter().position(|known| *known == level).and_then(|at| u8::try_from(at).ok())
}

/// `[lints]` and `[workspace.lints]` of a manifest.
fn tables(before: &Table, after: &Table) -> Vec<String> {
    let mut said = Vec::new();
    for (name, path) in [("lints", &["lints"][..]), ("workspace.lints", &["workspace", "lints"])] {
        let (was, now) = (table(before, path), table(after, path));
        let inherits = |table: &Table| table.get("workspace") == Some(&Value::Boolean(true));
        if inherits(&was) && !inherits(&now) {
            said.push("the workspace's lints no longer hold here: `[lints] workspace = true` is gone".to_owned());
            continue;
        }
        let (was, now) = (levels(&was), levels(&now));
        for (lint, level) in &was {
            let new = now.get(lint);
            let is_lower = rank(new.map_or("", String::as_str)) < rank(level);
            match new {
                Some(new) if is_lower => said.push(format!("`{lint}` was `{level}` in `[{name}]` and is `{new}`")),
                None if level != "allow" => said.push(format!("`{lint}` was `{level}` in `[{name}]` and is left out")),
                Some(_) | None => {}
            }
        }
        let allowed = now.iter().filter(|(lint, level)| *level == "allow" && !was.contains_key(*lint));
        said.extend(allowed.map(|(lint, _)| format!("`{lint}` is allowed now in `[{name}]`")));
    }
    said
}

fn table(manifest: &Table, path: &[&str]) -> Table {
    let mut here = manifest;
    for key in path {
        match here.get(*key).and_then(Value::as_table) {
            Some(table) => here = table,
            None => return Table::new(),
        }
    }
    here.clone()
}

/// `clippy::pedantic` -> `warn`.
fn levels(lints: &Table) -> BTreeMap<String, String> {
    let mut levels = BTreeMap::new();
    for (tool, lints) in lints {
        for (lint, level) in lints.as_table().into_iter().flatten() {
            let level = level.as_str().or_else(|| level.get("level")?.as_str());
            let name = if tool == "rust" { lint.clone() } else { format!("{tool}::{lint}") };
            levels.extend(level.map(|level| (name, level.to_owned())));
        }
    }
    levels
}

/// `clippy.toml`: thresholds that went up, permissions that came, lists that got shorter.
fn clippy(before: &Table, after: &Table) -> Vec<String> {
    let mut said = Vec::new();
    for (key, now) in after {
        let was = before.get(key);
        match (was, now) {
            // The longest name or the smallest type that is let through is the stricter the larger it is.
            (Some(Value::Integer(was)), Value::Integer(now)) if was < now && is_ceiling(key) => {
                said.push(format!("`{key}` was {was} and is {now}"));
            }
            (None, Value::Integer(now)) if is_ceiling(key) => said.push(format!("`{key}` is {now} now")),
            (was, Value::Boolean(true)) if was != Some(now) && key.starts_with("allow-") => {
                said.push(format!("`{key}` is true now"));
            }
            _ => {}
        }
    }
    for (key, was) in before {
        let entries = |value: Option<&Value>| value.and_then(Value::as_array).map_or(0, Vec::len);
        let (was, now) = (entries(Some(was)), entries(after.get(key)));
        if key.starts_with("disallowed-") && now < was {
            said.push(format!("`{key}` had {was} entries and has {now}"));
        }
    }
    said
}

fn is_ceiling(key: &str) -> bool {
    (key.ends_with("-threshold") || key.starts_with("max-")) && !key.starts_with("min-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Table {
        toml::from_str(text).expect("TOML")
    }

    #[test]
    fn a_lint_that_is_less_strict_is_told() {
        let was = "[lints.clippy]\nunwrap_used = \"deny\"\npedantic = { level = \"warn\", priority = -1 }\n";
        let said = tables(&read(was), &read("[lints.clippy]\nunwrap_used = \"warn\"\ntodo = \"allow\"\n"));
        assert_eq!(
            said,
            [
                "`clippy::pedantic` was `warn` in `[lints]` and is left out",
                "`clippy::unwrap_used` was `deny` in `[lints]` and is `warn`",
                "`clippy::todo` is allowed now in `[lints]`",
            ]
        );
        let said = tables(&read("[lints]\nworkspace = true"), &read(""));
        assert_eq!(said, ["the workspace's lints no longer hold here: `[lints] workspace = true` is gone"]);
    }

    #[test]
    fn a_lint_that_is_as_strict_or_stricter_is_not() {
        let was = "[workspace.lints.rust]\nunsafe_code = \"warn\"\nunused = \"allow\"\n";
        for now in [
            was,
            "[workspace.lints.rust]\nunsafe_code = \"forbid\"\nunused = \"warn\"\n",
            "[workspace.lints.rust]\nunsafe_code = { level = \"deny\", priority = 1 }\nmissing_docs = \"warn\"\n",
        ] {
            assert_eq!(tables(&read(was), &read(now)), Vec::<String>::new(), "{now}");
        }
    }

    #[test]
    fn clippys_ceilings_may_not_rise_and_its_lists_not_shrink() {
        let was =
            "too-many-lines-threshold = 100\nmin-ident-chars-threshold = 1\ndisallowed-methods = [\"a\", \"b\"]\n";
        let now = "too-many-lines-threshold = 200\nallow-unwrap-in-tests = true\ndisallowed-methods = [\"a\"]\nmsrv = \"1.80\"\nmin-ident-chars-threshold = 2\n";
        assert_eq!(
            clippy(&read(was), &read(now)),
            [
                "`allow-unwrap-in-tests` is true now",
                "`too-many-lines-threshold` was 100 and is 200",
                "`disallowed-methods` had 2 entries and has 1",
            ]
        );
        assert_eq!(clippy(&read(now), &read(was)), Vec::<String>::new());
    }
}
