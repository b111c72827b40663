//! The files a step or task names.

use super::look;
use super::shape::{FileUse, Oddity, PlanFile};
use crate::payload::document::{Kind, Node};

const KEYS: &[&str] = &["files", "targetFiles", "relatedFiles", "paths"];

/// Adds the files of an entry; `place` names it in the ids of oddities (`step:1`, `task:task-1`).
pub(super) fn read(node: Node<'_>, place: &str, files: &mut Vec<PlanFile>, oddities: &mut Vec<Oddity>) {
    for (_, value) in node.members().into_iter().filter(|(key, _)| KEYS.contains(&key.as_ref())) {
        match value.kind() {
            Kind::List => value.elements().into_iter().for_each(|node| one(node, place, files, oddities)),
            Kind::Text | Kind::Object => one(value, place, files, oddities),
            Kind::Null | Kind::Bool | Kind::Number => {}
        }
    }
}

fn one(node: Node<'_>, place: &str, files: &mut Vec<PlanFile>, oddities: &mut Vec<Oddity>) {
    let (written, usage) = match node.kind() {
        Kind::Text => (node.as_text().map(|text| text.trim().to_owned()), FileUse::Plain),
        Kind::Object => (look::text(node, &["path", "file", "name"]), usage(node)),
        Kind::Null | Kind::Bool | Kind::Number | Kind::List => (None, FileUse::Plain),
    };
    let Some(written) = written.filter(|written| !written.is_empty()) else { return };
    let path = clean(&written);
    if leaves_root(&path) {
        let goes_up = path.split('/').any(|part| part == "..");
        let what = if goes_up { "leaves the payload's root" } else { "is not relative to the payload's root" };
        oddities.push(Oddity {
            id: format!("outside:{place}:{path}"),
            text: format!("`{place}` names `{path}`, which {what}; it was left out"),
        });
        return;
    }
    let file = PlanFile { path, usage };
    if !file.path.is_empty() && !files.contains(&file) {
        files.push(file);
    }
}

fn usage(node: Node<'_>) -> FileUse {
    match look::text(node, &["type", "usage", "action"]).unwrap_or_default().to_uppercase().as_str() {
        "TO_MODIFY" | "MODIFY" => FileUse::ToModify,
        "CREATE" => FileUse::Create,
        "REFERENCE" => FileUse::Reference,
        "DEPENDENCY" => FileUse::Dependency,
        _ => FileUse::Plain,
    }
}

/// The path with `/`, without `./` before and `:line`, `:line:column`, `:line-line` behind it.
pub(super) fn clean(written: &str) -> String {
    let mut path = written.replace('\\', "/");
    for _ in 0..2 {
        let Some((before, number)) = path.rsplit_once(':') else { break };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_place = is_number(number) || number.split_once('-').is_some_and(|(a, b)| is_number(a) && is_number(b));
        // `C:` alone is a drive letter: what stands behind it is no line.
        if !is_place || before.len() < 2 {
            break;
        }
        path.truncate(before.len());
    }
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/').to_owned();
    }
    path
}

/// Whether a path is absolute (here or on Windows) or climbs above where it starts.
pub(super) fn leaves_root(path: &str) -> bool {
    let mut bytes = path.bytes();
    let is_drive = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && bytes.next() == Some(b':');
    if path.starts_with('/') || path.starts_with('~') || is_drive {
        return true;
    }
    let mut depth = 0_usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}
