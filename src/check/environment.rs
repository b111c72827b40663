//! The environment cargo gives a test binary, put together without cargo.
//!
//! `tests::ours_is_cargos_own` holds it against cargo's own over a small workspace. Known differences: rustup's
//! tail of `LD_LIBRARY_PATH` and its own bookkeeping (`RUST_RECURSION_COUNT`, `RUSTUP_TOOLCHAIN_SOURCE`).

use super::configuration::Configuration;
use super::messages::Built;
use super::rustc;
use super::tools::Tools;
use crate::process;
use crate::surroundings::Surroundings;
use crate::words::TargetKind;
use crate::workspace::graph::{Package, Workspace};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// Where shared libraries are looked for on this system.
const LIBRARY_PATH: &str = if cfg!(windows) {
    "PATH"
} else if cfg!(target_os = "macos") {
    "DYLD_FALLBACK_LIBRARY_PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// What the environment of a test binary depends on.
pub(super) struct Base<'a> {
    pub(super) surroundings: &'a Surroundings,
    pub(super) workspace: &'a Workspace,
    pub(super) configuration: &'a Configuration,
    pub(super) tools: &'a Tools,
    pub(super) built: &'a Built,
}

/// The whole environment of the test binary of a target of this kind.
pub(super) fn of(
    base: &Base<'_>,
    package: &Package,
    kind: TargetKind,
    executable: &Utf8Path,
) -> BTreeMap<OsString, OsString> {
    let mut environment = process::clean(&base.surroundings.environment);
    rustc::as_the_user_had_it(&mut environment);
    let users: Vec<OsString> = environment.keys().cloned().collect();
    let mut set = |name: &str, value: &str| environment.insert(name.into(), value.into());
    rustup(base, &mut set);
    for (name, value) in of_package(package, base.workspace) {
        set(&name, &value);
    }
    // Integration tests are told where the package's programs are; unit tests are not.
    let has_programs = matches!(kind, TargetKind::Test | TargetKind::Bench);
    let folder = executable.parent().unwrap_or(executable);
    let profile = folder.parent().unwrap_or(folder);
    for target in package.targets.iter().filter(|target| has_programs && target.id.kind == TargetKind::Bin) {
        let name = &target.id.name;
        set(&format!("CARGO_BIN_EXE_{name}"), profile.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).as_str());
    }
    if let Some(script) = base.built.scripts.get(&package.label) {
        set("OUT_DIR", script.out_dir.as_str());
        for (name, value) in &script.env {
            set(name, value);
        }
    }
    for (name, variable) in &base.configuration.env {
        if variable.force || !users.iter().any(|known| known == OsStr::new(name)) {
            set(name, &variable.value);
        }
    }
    let mut folders: Vec<Utf8PathBuf> = base.built.linked.clone();
    folders.retain(|folder| folder.starts_with(&base.workspace.target_folder));
    folders.extend([profile.to_owned(), folder.to_owned()]);
    folders.extend(base.tools.sysroot_libdir.clone());
    let users: Vec<std::path::PathBuf> = environment
        .get(OsStr::new(LIBRARY_PATH))
        .map(|value| std::env::split_paths(value).collect())
        .unwrap_or_default();
    let all = folders.into_iter().map(Utf8PathBuf::into_std_path_buf).chain(users);
    if let Ok(value) = std::env::join_paths(all) {
        environment.insert(LIBRARY_PATH.into(), value);
    }
    environment
}

/// What cargo, and rustup in front of it, say about themselves.
fn rustup(base: &Base<'_>, set: &mut impl FnMut(&str, &str) -> Option<OsString>) {
    // <sysroot>/lib/rustlib/<triple>/lib
    let Some(sysroot) = base.tools.sysroot_libdir.as_deref().and_then(|folder| folder.ancestors().nth(4)) else {
        return;
    };
    let cargo = sysroot.join("bin").join(format!("cargo{}", std::env::consts::EXE_SUFFIX));
    if cargo.is_file() {
        set("CARGO", cargo.as_str());
    }
    let Some(toolchains) = sysroot.parent().filter(|folder| folder.file_name() == Some("toolchains")) else { return };
    if let (Some(name), Some(home)) = (sysroot.file_name(), toolchains.parent()) {
        set("RUSTUP_TOOLCHAIN", name);
        set("RUSTUP_HOME", home.as_str());
    }
    if base.surroundings.variable("CARGO_HOME").is_none()
        && let Some(home) = base.surroundings.home()
    {
        set("CARGO_HOME", Utf8Path::new(home).join(".cargo").as_str());
    }
}

/// `CARGO_MANIFEST_*` and `CARGO_PKG_*`: empty where the manifest says nothing.
fn of_package(package: &Package, workspace: &Workspace) -> Vec<(String, String)> {
    let cargo = &package.cargo;
    let version = &cargo.version;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let path = |path: &Option<Utf8PathBuf>| path.as_ref().map(ToString::to_string).unwrap_or_default();
    let pairs: [(&str, String); 16] = [
        ("CARGO_MANIFEST_DIR", package.folder.to_string()),
        ("CARGO_MANIFEST_PATH", cargo.manifest_path.to_string()),
        ("CARGO_PKG_AUTHORS", cargo.authors.join(":")),
        ("CARGO_PKG_DESCRIPTION", text(&cargo.description)),
        ("CARGO_PKG_HOMEPAGE", text(&cargo.homepage)),
        ("CARGO_PKG_LICENSE", text(&cargo.license)),
        ("CARGO_PKG_LICENSE_FILE", path(&cargo.license_file)),
        ("CARGO_PKG_NAME", cargo.name.to_string()),
        ("CARGO_PKG_README", path(&cargo.readme)),
        ("CARGO_PKG_REPOSITORY", text(&cargo.repository)),
        ("CARGO_PKG_RUST_VERSION", rust_version(package, workspace)),
        ("CARGO_PKG_VERSION", version.to_string()),
        ("CARGO_PKG_VERSION_MAJOR", version.major.to_string()),
        ("CARGO_PKG_VERSION_MINOR", version.minor.to_string()),
        ("CARGO_PKG_VERSION_PATCH", version.patch.to_string()),
        ("CARGO_PKG_VERSION_PRE", version.pre.to_string()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// As the manifest spells it: the metadata's parsed form makes `1.91.0` of `1.91`.
fn rust_version(package: &Package, workspace: &Workspace) -> String {
    let Some(parsed) = &package.cargo.rust_version else { return String::new() };
    let manifest = |path: &Utf8Path| std::fs::read_to_string(path).ok()?.parse::<toml::Table>().ok();
    let own = manifest(&package.cargo.manifest_path);
    let own = own.as_ref().and_then(|table| table.get("package")?.get("rust-version")?.as_str().map(str::to_owned));
    let shared = || {
        let table = manifest(&workspace.manifest)?;
        table.get("workspace")?.get("package")?.get("rust-version")?.as_str().map(str::to_owned)
    };
    own.or_else(shared).unwrap_or_else(|| parsed.to_string())
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
