//! A workflow that holds every pull request's handoff against what can be seen.

use super::super::closing;
use super::super::request::{Common, Context};
use super::super::scene;
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::files;
use crate::git::Git;
use crate::payload::store;
use crate::workspace::graph;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;

/// A CI service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ci {
    /// GitHub Actions: `.github/workflows/handoff.yml` at the repository's top.
    Github,
}

/// The workflow, with a place for our version and one for the workspace's folder.
const WORKFLOW: &str = include_str!("github.yml");

/// Where GitHub looks for it, from the repository's top.
const PLACE: [&str; 3] = [".github", "workflows", "handoff.yml"];

/// The largest file that is compared with what would be written.
const LARGEST: u64 = 1 << 20;

/// The most lines of a difference that are shown.
const MOST_LINES: usize = 16;

/// Writes the workflow. No payload is needed, and none is touched. Never over another file.
///
/// # Errors
/// 65 where another file stands there, 74, 78, 102.
pub(super) fn run(ci: Ci, common: &Common, context: &Context, cancel: &Cancel) -> Result<PlainAnswer> {
    let Ci::Github = ci;
    let surroundings = &context.surroundings;
    let manifests = common.manifests(surroundings);
    let beside = manifests.first().and_then(|manifest| manifest.parent());
    let start = beside.filter(|folder| folder.is_dir()).unwrap_or(&surroundings.folder);
    let top = Git::open(start, surroundings, cancel)?.top().to_owned();
    let text = workflow(&folder(&top, start, &manifests)?);
    let path = path(&top)?;
    let shown = scene::shown(&path, context);
    let said = match files::read(&path, LARGEST)? {
        Some(there) if unix(&String::from_utf8_lossy(&there)) == text => {
            format!("`{shown}` is there already, as it would be written\n")
        }
        Some(there) => return Err(other(&shown, &unix(&String::from_utf8_lossy(&there)), &text)),
        None => {
            files::create_folder(path.parent().expect("it has two"))?;
            files::create(&path, text.as_bytes())?;
            format!("made `{shown}`\n")
        }
    };
    let located = common.payload.as_deref().map(Utf8Path::new);
    // Asked for a hint only: what is not found, for whatever reason, is proposed.
    let found = store::find(surroundings, located, manifests.first().map(Utf8PathBuf::as_path));
    let has_payload = matches!(found, Ok(Some(_)));
    let mut next = vec![closing::next(format!("git add {shown}"), "commit it, and make its job a required check")];
    if has_payload {
        next[0].why = "commit it on a branch of its own, and make its job a required check".into();
        let why =
            "or, where it goes with the work at hand: record it too, or its own job fails for a file nobody claims";
        next.push(closing::next("cargo handoff implement", why));
    } else {
        next.push(closing::next("cargo handoff init", "there is no payload yet for it to judge"));
    }
    Ok(PlainAnswer { closing: closing::plain("init", next), text: said })
}

/// The workflow for a workspace in this folder below the top.
fn workflow(folder: &str) -> String {
    let working =
        if folder.is_empty() { String::new() } else { format!("\n    working-directory: {}", scalar(folder)) };
    WORKFLOW.replace("@FOLDER@", &working).replace("@VERSION@", env!("CARGO_PKG_VERSION"))
}

/// A text as YAML: as it is where that is safe, else in the double quotes of JSON, which YAML reads alike.
fn scalar(text: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '/' | '.' | '-');
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_word = matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if starts_well && !is_word && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

/// The folder of the workspace below the top: there rustup finds its toolchain file. Empty where it is the top, and
/// where there are several.
fn folder(top: &Utf8Path, start: &Utf8Path, manifests: &[Utf8PathBuf]) -> Result<String> {
    let start = files::real(start);
    let top = files::real(top);
    let found = graph::find_manifests(&start, &top, manifests)?;
    let [manifest] = found.as_slice() else { return Ok(String::new()) };
    let package = files::real(manifest.parent().unwrap_or(&top));
    let is_workspace = |folder: &&Utf8Path| {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("workspace"))
    };
    let mut inside = package.ancestors().take_while(|folder| folder.starts_with(&top));
    let root = inside.find(is_workspace).unwrap_or(&package);
    let below = root.strip_prefix(&top).map_err(|_| {
        Error::new(Code::PathOutside, format!("`{manifest}` lies outside of the repository `{top}`"))
            .hint("go into the repository that holds the workspace")
    })?;
    let below = below.as_str().replace('\\', "/");
    if below.contains("${{") {
        let message = format!("GitHub would take the name of the folder `{below}` for an expression");
        return Err(Error::new(Code::BadConfiguration, message).hint("rename the folder"));
    }
    Ok(below)
}

/// The file's path.
///
/// # Errors
/// 65 where a link on the way there could lead out of the repository.
fn path(top: &Utf8Path) -> Result<Utf8PathBuf> {
    let mut path = top.to_owned();
    for part in PLACE {
        path.push(part);
        if path.is_symlink() {
            return Err(Error::new(Code::WorkflowExists, format!("`{path}` is a link to something else"))
                .hint("replace it by what it leads to: nothing is written through a link"));
        }
    }
    Ok(path)
}

/// The text with the line ends of Unix: git may have checked it out with others.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The refusal, with what differs.
fn other(shown: &str, there: &str, text: &str) -> Error {
    let diff = similar::TextDiff::from_lines(there, text);
    let diff = diff.unified_diff().context_radius(0).to_string();
    let told = |line: &str| {
        let yours = line.strip_prefix('-').map(|line| format!("only in yours: {}", line.trim()));
        yours.or_else(|| line.strip_prefix('+').map(|line| format!("not in yours: {}", line.trim())))
    };
    let mut details: Vec<String> = diff.lines().filter_map(told).collect();
    let n_more = details.len().saturating_sub(MOST_LINES);
    details.truncate(MOST_LINES);
    if 0 < n_more {
        details.push(format!("and {n_more} more lines"));
    }
    Error::new(Code::WorkflowExists, format!("`{shown}` is there, and is not what would be written"))
        .details(details)
        .hint(format!("keep yours, or move it away and write it anew: `mv {shown} {shown}.old`"))
        .next("cargo handoff init --ci github", "write it anew, once yours is out of the way")
}

#[cfg(test)]
mod tests;
