//! Where a test panicked, as its excerpt tells.

use super::dossier::{Dossier, Suite};

/// The file and line a test of this suite panicked at, relative to the payload's root; `None` where its excerpt tells none
/// in the repository.
pub(super) fn place(dossier: &Dossier, suite: &Suite, excerpt: &str) -> Option<(String, u32)> {
    let tidy = |folder: &'_ str| if folder == "." { "" } else { folder.trim_end_matches('/') }.to_owned();
    let all: Vec<String> = dossier.packages.iter().map(|package| tidy(&package.folder)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let own = dossier.packages.iter().position(|package| package.package == suite.entry.package);
    told(excerpt, own.map_or("", |own| all[own]), &all)
}

/// The place in `thread 'x' panicked at src/a.rs:40:9:`. It is told relative to the workspace.
fn told(excerpt: &str, own: &str, all: &[&str]) -> Option<(String, u32)> {
    excerpt.match_indices("panicked at ").find_map(|(at, words)| {
        let told = excerpt[at + words.len()..].lines().next()?.trim_end().trim_end_matches(':');
        // Before 1.73 the message came first.
        let told = told.rsplit_once(", ").map_or(told, |(_, place)| place);
        let mut parts = told.rsplitn(3, ':');
        let (column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
        let (_, line): (u32, u32) = (column.parse().ok()?, line.parse().ok()?);
        let file = file.strip_prefix("<root>/").unwrap_or(file).replace('\\', "/");
        let is_within = file.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.ends_with(':'));
        (is_within && file.ends_with(".rs") && 0 < line).then(|| (below(&file, own, all), line))
    })
}

/// A file of a workspace relative to the payload's root. The workspace may lie below it: then the package's folder begins
/// with what is missing before the file, and with that the file lies in a package.
fn below(file: &str, own: &str, all: &[&str]) -> String {
    let ends = own.match_indices('/').map(|(at, _)| at).chain([own.len()]);
    let candidates = std::iter::once(file.to_owned()).chain(ends.map(|end| format!("{}/{file}", &own[..end])));
    let lies_in = |candidate: &str, folder: &str| {
        folder.is_empty() || candidate.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let is_owned = |candidate: &String| all.iter().any(|folder| lies_in(candidate, folder));
    candidates.into_iter().find(is_owned).unwrap_or_else(|| file.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_its_place() {
        for (excerpt, own, all, place) in [
            ("thread 'a' panicked at src/a.rs:40:9:\nleft", "", &[""][..], Some(("src/a.rs", 40))),
            ("thread 'a' (77) panicked at <root>/src/a.rs:4:9:\n", "", &[], Some(("src/a.rs", 4))),
            ("thread 'a' panicked at 'b', src/a.rs:7:9", "", &[], Some(("src/a.rs", 7))),
            ("panicked at c/m/src/a.rs:1:2:", "c/m", &["c/m"], Some(("c/m/src/a.rs", 1))),
            ("panicked at c/m/src/a.rs:1:2:", "rust/c/m", &["rust/c/m"], Some(("rust/c/m/src/a.rs", 1))),
            ("panicked at c/n/src/a.rs:1:2:", "r/c/m", &["r/c/m", "r/c/n"], Some(("r/c/n/src/a.rs", 1))),
            ("panicked at src/a.rs:1:2:", "c/m", &["c/m"], Some(("c/m/src/a.rs", 1))),
            ("panicked at n/src/a.rs:1:2:", "m", &["m", "n"], Some(("n/src/a.rs", 1))),
            ("panicked at /rustc/0/library/core/src/a.rs:1:2:\npanicked at b.rs:3:4:", "", &[], Some(("b.rs", 3))),
            ("panicked at c\\m\\src\\a.rs:1:2:", "c/m", &["c/m"], Some(("c/m/src/a.rs", 1))),
            ("panicked at C:\\w\\src\\a.rs:1:2:", "", &[], None),
            ("panicked at src/a.rs:0:2:", "", &[], None),
            ("panicked at ../x.rs:1:2:", "", &[], None),
            ("panicked at src/a.rs", "", &[], None),
            ("panicked at src/a.rs:99999999999:1", "", &[], None),
            ("Error: no", "", &[], None),
        ] {
            let place = place.map(|(file, line)| (file.to_owned(), line));
            assert_eq!(told(excerpt, own, all), place, "{excerpt}");
        }
    }
}
