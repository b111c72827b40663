//! What of cargo's configuration reaches a test binary: the `[env]` tables and a runner.
//!
//! cargo's messages do not speak of either, so the files are read as cargo reads them:
//! <https://doc.rust-lang.org/cargo/reference/config.html>.

use crate::surroundings::Surroundings;
use camino::Utf8Path;
use std::collections::BTreeMap;

/// One variable of an `[env]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) value: String,
    /// Whether it replaces one of the user's environment.
    pub(super) force: bool,
}

/// What the files say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Configuration {
    pub(super) env: BTreeMap<String, Variable>,
    /// `target.<triple>.runner`, or one under a `cfg(…)` that holds here.
    pub(super) runner: Option<Vec<String>>,
    /// `build.target`, where it is one triple.
    pub(super) target: Option<String>,
    /// `build.rustdoc`.
    pub(super) rustdoc: Option<String>,
    /// What could not be understood, one sentence each.
    pub(super) oddities: Vec<String>,
}

/// Reads every `.cargo/config.toml` from this folder up, and the one in cargo's home.
pub(super) fn read(folder: &Utf8Path, triple: &str, surroundings: &Surroundings) -> Configuration {
    let mut configuration = Configuration::default();
    for folder in surroundings.cargo_folders(folder) {
        // cargo prefers the name without extension where both are there.
        let Some(file) = ["config", "config.toml"].iter().map(|name| folder.join(name)).find(|file| file.is_file())
        else {
            continue;
        };
        match std::fs::read_to_string(&file)
            .map_err(|error| error.to_string())
            .and_then(|text| text.parse::<toml::Table>().map_err(|error| error.message().to_owned()))
        {
            Ok(table) => configuration.add(&table, &folder, triple),
            Err(error) => configuration.oddities.push(format!("`{file}` could not be read: {error}")),
        }
    }
    let name = format!("CARGO_TARGET_{}_RUNNER", triple.to_uppercase().replace(['-', '.'], "_"));
    if let Some(runner) = surroundings.variable(&name) {
        configuration.runner = Some(runner.split_whitespace().map(str::to_owned).collect());
    }
    if let Some(target) = surroundings.variable("CARGO_BUILD_TARGET") {
        configuration.target = Some(target.to_owned());
    }
    if let Some(rustdoc) = surroundings.variable("CARGO_BUILD_RUSTDOC") {
        configuration.rustdoc = Some(rustdoc.to_owned());
    }
    configuration
}

impl Configuration {
    /// Adds a file farther away: what is known already stands.
    fn add(&mut self, table: &toml::Table, folder: &Utf8Path, triple: &str) {
        for (name, value) in table.get("env").and_then(toml::Value::as_table).into_iter().flatten() {
            if let Some(variable) = variable(value, folder) {
                self.env.entry(name.clone()).or_insert(variable);
            }
        }
        let targets = table.get("target").and_then(toml::Value::as_table);
        for (name, value) in targets.into_iter().flatten() {
            let Some(runner) = value.get("runner") else { continue };
            let holds = if name == triple { Some(true) } else { holds(name, triple) };
            match holds {
                Some(true) if self.runner.is_none() => self.runner = words(runner, folder),
                Some(_) => {}
                None => self.oddities.push(format!("the runner for `{name}` is not understood and is left out")),
            }
        }
        let target = table.get("build").and_then(|build| build.get("target")).and_then(toml::Value::as_str);
        if self.target.is_none() {
            self.target = target.map(str::to_owned);
        }
        let rustdoc = table.get("build").and_then(|build| build.get("rustdoc")).and_then(toml::Value::as_str);
        if self.rustdoc.is_none() {
            self.rustdoc = rustdoc.map(|name| program(name, folder));
        }
    }
}

fn variable(value: &toml::Value, folder: &Utf8Path) -> Option<Variable> {
    if let Some(value) = value.as_str() {
        return Some(Variable { value: value.to_owned(), force: false });
    }
    let table = value.as_table()?;
    let is = |name: &str| table.get(name).and_then(toml::Value::as_bool).unwrap_or(false);
    let value = table.get("value")?.as_str()?;
    // Relative to the folder that holds `.cargo`.
    let value = match folder.parent() {
        Some(parent) if is("relative") => parent.join(value).into_string(),
        Some(_) | None => value.to_owned(),
    };
    Some(Variable { value, force: is("force") })
}

/// A runner is one text split at spaces, or a list. A program with a `/` in it is relative to the folder that holds
/// `.cargo`, one without is looked for in the `PATH`.
fn words(runner: &toml::Value, folder: &Utf8Path) -> Option<Vec<String>> {
    let mut words: Vec<String> = match (runner.as_str(), runner.as_array()) {
        (Some(text), _) => text.split_whitespace().map(str::to_owned).collect(),
        (None, Some(list)) => list.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
        (None, None) => return None,
    };
    let first = words.first_mut()?;
    *first = program(first, folder);
    Some(words)
}

fn program(name: &str, folder: &Utf8Path) -> String {
    let base = folder.parent().unwrap_or(folder);
    if name.contains('/') { base.join(name).into_string() } else { name.to_owned() }
}

/// Whether a `cfg(…)` holds for a triple; `None` where that is more than these few words can say.
fn holds(name: &str, triple: &str) -> Option<bool> {
    let Some(inner) = name.strip_prefix("cfg(").and_then(|rest| rest.strip_suffix(')')) else {
        return Some(false); // another triple
    };
    let windows = triple.contains("windows");
    match inner.trim() {
        "all()" => Some(true),
        "windows" => Some(windows),
        "unix" => Some(!windows && !triple.contains("wasm") && !triple.ends_with("-none")),
        "not(windows)" => Some(!windows),
        inner => {
            let (key, value) = inner.split_once('=')?;
            let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
            match key.trim() {
                "target_arch" => Some(triple.split('-').next() == Some(value)),
                "target_os" if value == "macos" => Some(triple.contains("darwin")),
                "target_os" => Some(triple.split('-').any(|word| word == value)),
                _ => None,
            }
        }
    }
}

#[cfg(test)]
mod tests;
