//! The baseline's manifest with what the current one says of tests: dev-dependencies, test targets, members that are there
//! for tests only. And the lock with what these need.
//!
//! Tables are moved as text, and the result is parsed and compared: what cannot be moved so is said, never guessed.

use std::collections::BTreeSet;
use toml::{Table, Value};

/// A part of a manifest: a heading with the lines below it.
struct Block<'a> {
    heading: Option<&'a str>,
    text: String,
}

/// The merged text; `None` where the baseline's stays as it is. `members` are folders to be members too.
///
/// # Errors
/// Why it cannot be done, in words.
pub(super) fn merge(old: &str, new: &str, members: &[String]) -> Result<Option<String>, String> {
    let parse = |text: &str| text.parse::<Table>().map_err(|_| "it is no TOML".to_owned());
    let (old_table, new_table) = (parse(old)?, parse(new)?);
    let wanted = wanted(&old_table, &new_table, members);
    if wanted == old_table {
        return Ok(None);
    }
    let is_moved = |block: &Block<'_>| block.heading.is_some_and(is_of_tests);
    let mut text: String =
        blocks(old).iter().filter(|block| !is_moved(block)).map(|block| block.text.as_str()).collect();
    text.push('\n');
    text.extend(blocks(new).iter().filter(|block| is_moved(block)).map(|block| block.text.as_str()));
    text = with_shared(&text, &old_table, &new_table);
    text = with_members(&text, &wanted);
    if parse(&text).is_ok_and(|table| table == wanted) {
        Ok(Some(text))
    } else {
        Err("what it says of tests cannot be put into the baseline's".into())
    }
}

/// Whether a heading begins a table that concerns tests only.
fn is_of_tests(heading: &str) -> bool {
    let keys: Vec<&str> = heading.split('.').map(|key| key.trim().trim_matches(['"', '\''])).collect();
    let is_dev = |key: &&str| matches!(*key, "dev-dependencies" | "dev_dependencies");
    match keys.first() {
        Some(&"test") => true,
        Some(&"target") => keys.iter().any(is_dev),
        Some(first) => is_dev(first),
        None => false,
    }
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = vec![Block { heading: None, text: String::new() }];
    for line in text.split_inclusive('\n') {
        let bare = line.split('#').next().unwrap_or_default().trim();
        if let Some(heading) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let heading = heading.trim_start_matches('[').trim_end_matches(']').trim();
            blocks.push(Block { heading: Some(heading), text: String::new() });
        }
        if let Some(block) = blocks.last_mut() {
            block.text.push_str(line);
        }
    }
    if let Some(block) = blocks.last_mut()
        && !block.text.ends_with('\n')
    {
        block.text.push('\n');
    }
    blocks
}

/// What the merged manifest is to say.
fn wanted(old: &Table, new: &Table, members: &[String]) -> Table {
    let mut wanted = old.clone();
    for key in ["dev-dependencies", "dev_dependencies", "test"] {
        put(&mut wanted, key, new.get(key));
    }
    let platforms: BTreeSet<&String> = [old, new].into_iter().filter_map(platforms).flat_map(Table::keys).collect();
    for platform in platforms {
        let of = |table: &Table| platforms_dev(table, platform);
        let (then, now) = (of(old), of(new));
        if then == now {
            continue;
        }
        let all = wanted.entry("target").or_insert_with(|| Value::Table(Table::new()));
        let Some(one) = all.as_table_mut().map(|all| all.entry(platform.clone()).or_insert(Value::Table(Table::new())))
        else {
            continue;
        };
        if let Some(one) = one.as_table_mut() {
            put(one, "dev-dependencies", now.as_ref());
        }
    }
    let shared = new_shared(old, new);
    if let Some(Value::Table(workspace)) = wanted.get_mut("workspace") {
        if !shared.is_empty() {
            let dependencies = workspace.entry("dependencies").or_insert_with(|| Value::Table(Table::new()));
            if let Some(dependencies) = dependencies.as_table_mut() {
                dependencies.extend(shared);
            }
        }
        if let Some(Value::Array(known)) = workspace.get_mut("members") {
            let listed = listed(new);
            for member in members.iter().filter(|member| listed.contains(member.as_str())) {
                if !known.iter().any(|known| known.as_str() == Some(member)) {
                    known.push(Value::String(member.clone()));
                }
            }
        }
    }
    wanted
}

fn listed(table: &Table) -> BTreeSet<&str> {
    let members = table.get("workspace").and_then(|workspace| workspace.get("members")).and_then(Value::as_array);
    members.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn put(table: &mut Table, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => drop(table.insert(key.to_owned(), value.clone())),
        None => drop(table.remove(key)),
    }
}

fn platforms(table: &Table) -> Option<&Table> {
    table.get("target")?.as_table()
}

fn platforms_dev(table: &Table, platform: &str) -> Option<Value> {
    platforms(table)?.get(platform)?.get("dev-dependencies").cloned()
}

/// Shared dependencies the baseline's workspace lacks: a dev-dependency may take its version from there.
fn new_shared(old: &Table, new: &Table) -> Table {
    let shared = |table: &Table| Some(table.get("workspace")?.get("dependencies")?.as_table()?.clone());
    let known = shared(old).unwrap_or_default();
    shared(new).unwrap_or_default().into_iter().filter(|(name, _)| !known.contains_key(name)).collect()
}

/// The lines of shared dependencies that are missing, behind the heading.
fn with_shared(text: &str, old: &Table, new: &Table) -> String {
    let missing = new_shared(old, new);
    if missing.is_empty() {
        return text.to_owned();
    }
    let lines: String = missing.iter().map(|(name, value)| format!("{} = {}\n", quoted(name), inline(value))).collect();
    let mut is_there = false;
    let mut merged: String = blocks(text)
        .into_iter()
        .map(|block| {
            if block.heading != Some("workspace.dependencies") {
                return block.text;
            }
            is_there = true;
            format!("{}\n{lines}", block.text.trim_end())
        })
        .collect();
    if !is_there {
        merged.push_str(&format!("\n[workspace.dependencies]\n{lines}"));
    }
    merged
}

/// The list of members as it is wanted, on one line.
fn with_members(text: &str, wanted: &Table) -> String {
    let Some(members) = wanted.get("workspace").and_then(|workspace| workspace.get("members")) else {
        return text.to_owned();
    };
    let is_same = |text: &str| {
        let table = text.parse::<Table>().ok();
        table.and_then(|table| table.get("workspace")?.get("members").cloned()).as_ref() == Some(members)
    };
    if is_same(text) {
        return text.to_owned();
    }
    let Some(begin) = text.find("members") else { return text.to_owned() };
    let Some(end) = text[begin..].find(']').map(|end| begin + end + 1) else { return text.to_owned() };
    format!("{}members = {}{}", &text[..begin], inline(members), &text[end..])
}

/// A value on one line.
fn inline(value: &Value) -> String {
    let all = |values: Vec<String>| values.join(", ");
    match value {
        Value::String(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(is_it) => is_it.to_string(),
        Value::Datetime(time) => time.to_string(),
        Value::Array(values) => format!("[{}]", all(values.iter().map(inline).collect())),
        Value::Table(table) => {
            let pairs = table.iter().map(|(key, value)| format!("{} = {}", quoted(key), inline(value)));
            format!("{{ {} }}", all(pairs.collect()))
        }
    }
}

/// A string as TOML writes it. What cannot be written so is found when the whole is parsed again.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The baseline's lock with the packages of the current one that it lacks. Versions the baseline knows stay: another one
/// may be what this work is about.
pub(super) fn merge_locks(old: &str, new: &str) -> String {
    let name = |block: &Block<'_>| {
        let of = |key: &str| {
            let line = block.text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            line.map(|value| value.trim_matches('"').to_owned())
        };
        Some((of("name")?, line_of(&of("version")?)))
    };
    let is_package = |block: &Block<'_>| block.heading == Some("package");
    let known: BTreeSet<(String, String)> =
        blocks(old).iter().filter(|block| is_package(block)).filter_map(name).collect();
    let mut merged = old.trim_end().to_owned();
    merged.push('\n');
    for block in blocks(new).iter().filter(|block| is_package(block)) {
        if name(block).is_some_and(|name| !known.contains(&name)) {
            merged.push('\n');
            merged.push_str(&block.text);
        }
    }
    merged
}

/// What two versions share that cannot both be chosen: `1`, `0.4`, `0.0.3`.
fn line_of(version: &str) -> String {
    let parts: Vec<&str> = version.split(['.', '-', '+']).collect();
    let n_parts = parts.iter().take(3).position(|part| *part != "0").map_or(3, |at| at + 1);
    parts[..n_parts.min(parts.len())].join(".")
}

#[cfg(test)]
mod tests;
