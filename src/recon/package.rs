//! The package a file belongs to, as the nearest manifest above it says: no cargo is started for it.

use crate::files;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// The largest manifest that is read.
const LARGEST: u64 = 1 << 20;

/// Packages by folder: each manifest is read once.
#[derive(Debug, Default)]
pub(super) struct Packages(BTreeMap<Utf8PathBuf, Option<String>>);

impl Packages {
    /// The package of what lies in this folder; `None` where no manifest above it names one.
    pub(super) fn of(&mut self, folder: &Utf8Path) -> Option<String> {
        if let Some(known) = self.0.get(folder) {
            return known.clone();
        }
        let name = name(&folder.join("Cargo.toml")).or_else(|| self.of(folder.parent()?));
        self.0.insert(folder.to_owned(), name.clone());
        name
    }
}

fn name(manifest: &Utf8Path) -> Option<String> {
    let bytes = files::read(manifest, LARGEST).ok()??;
    let table: toml::Table = toml::from_str(std::str::from_utf8(&bytes).ok()?).ok()?;
    Some(table.get("package")?.get("name")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_manifest_with_a_name_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().expect("below")).expect("folders");
            std::fs::write(path, text).expect("written");
        };
        write("Cargo.toml", "[package]\nname = \"whole\"\n");
        write("inner/Cargo.toml", "[package]\nname = \"inner\"\n");
        write("inner/src/a/b.rs", "");
        write("broken/Cargo.toml", "[package\n");
        let mut packages = Packages::default();
        let mut of = |path: &str| packages.of(&root.join(path));
        assert_eq!(of("inner/src/a").as_deref(), Some("inner"));
        assert_eq!(of("inner/src").as_deref(), Some("inner"));
        assert_eq!(of("src").as_deref(), Some("whole"));
        assert_eq!(of("broken").as_deref(), Some("whole"));
    }
}
