//! Where a test failed: the place its panic names, relative to the payload's root.

use crate::report::dossier::{Dossier, Suite};

/// The first `file.rs:12:5` that lies in the repository, the line of the panic first.
pub(super) fn of_panic(dossier: &Dossier, suite: &Suite, excerpt: &str) -> Option<(String, u32)> {
    let (panics, others): (Vec<&str>, Vec<&str>) = excerpt.lines().partition(|line| line.contains("panicked at "));
    let (file, line) = panics.into_iter().chain(others).find_map(in_line)?;
    Some((from_root(dossier, &suite.entry.package, &file), line))
}

/// `src/a.rs:12:5` in a line, as a relative path and its line.
fn in_line(text: &str) -> Option<(String, u32)> {
    text.split_whitespace().find_map(|word| {
        let word = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '\\' | '.' | '_'));
        let mut parts = word.rsplitn(3, ':');
        let _column: u32 = parts.next()?.parse().ok()?;
        let line: u32 = parts.next()?.parse().ok()?;
        let file = parts.next()?.replace('\\', "/");
        let is_inside = !file.starts_with('/') && !file.contains(':') && file.split('/').all(|part| part != "..");
        (is_inside && file.ends_with(".rs") && 0 < line).then(|| (file.trim_start_matches("./").to_owned(), line))
    })
}

/// A panic names its file relative to the cargo workspace, which may lie below the payload's root: so many of a
/// package's upper folders are put before it as bring it into that package, the test's own package first.
fn from_root(dossier: &Dossier, package: &str, file: &str) -> String {
    let own = dossier.packages.iter().find(|one| one.package == package).map(|one| one.folder.as_str());
    if own == Some("") {
        return file.to_owned();
    }
    for folder in own.into_iter().chain(dossier.packages.iter().map(|one| one.folder.as_str())) {
        let uppers = folder.match_indices('/').map(|(at, _)| format!("{}/{file}", &folder[..at]));
        let is_in = |path: &String| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        if let Some(path) = std::iter::once(file.to_owned()).chain(uppers).find(is_in) {
            return path;
        }
    }
    match own {
        // The package is a workspace by itself.
        Some(folder) if file.starts_with("src/") || file.starts_with("tests/") => format!("{folder}/{file}"),
        Some(_) | None => file.to_owned(),
    }
}

#[cfg(test)]
mod tests;
