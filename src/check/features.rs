//! Whether some packages built alone are built as in the whole workspace.
//!
//! cargo unifies features over all it builds at once: a package that another one turns a feature on in is another
//! package alone, with other tests. What cargo itself resolves decides (`cargo tree`).

use super::argv;
use super::command::cargo;
use super::request::At;
use crate::error::Result;
use crate::process;
use crate::workspace::graph::Package;
use std::collections::{BTreeMap, BTreeSet};

/// Whether everything these packages are made of has the features it has where all of the workspace is built. `false`
/// where cargo does not say.
///
/// # Errors
/// 74 where temporary files cannot be used, 130 where cancelled.
pub(super) fn are_same_alone(at: At<'_>, packages: &[&Package]) -> Result<bool> {
    let (Some(alone), Some(whole)) = (resolved(at, Some(packages))?, resolved(at, None)?) else { return Ok(false) };
    Ok(alone.iter().all(|(package, features)| whole.get(package) == Some(features)))
}

/// Each package with the sets of features it is built with: there may be one for the host and one for the target.
type Resolved = BTreeMap<String, BTreeSet<String>>;

fn resolved(at: At<'_>, packages: Option<&[&Package]>) -> Result<Option<Resolved>> {
    let said = process::ask(&cargo(at, &argv::tree(packages, at.request.flags)), at.cancel)?;
    at.cancel.check()?;
    Ok(said.end.is_success().then(|| read(&String::from_utf8_lossy(&said.stdout))))
}

/// `name v1.0.0 (place)|feature,feature (*)`, a line a package.
fn read(text: &str) -> Resolved {
    let mut resolved = Resolved::new();
    for line in text.lines() {
        let line = line.strip_suffix(" (*)").unwrap_or(line).trim_end();
        if let Some((package, features)) = line.rsplit_once('|') {
            resolved.entry(package.to_owned()).or_default().insert(features.trim_end().to_owned());
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_the_features_of_all_its_lines() {
        let resolved = read("a v1.0.0 (/x|y)|std,alloc\nb v2.0.0|\nb v2.0.0|std (*)\n\nb v2.0.0|std\n");
        let told: Vec<(&str, Vec<&str>)> = resolved
            .iter()
            .map(|(package, features)| (package.as_str(), features.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(told, [("a v1.0.0 (/x|y)", vec!["std,alloc"]), ("b v2.0.0", vec!["", "std"])]);
    }
}
