//! A made-up home with rustup in it.

use super::*;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

/// A made-up home with rustup's proxies and two toolchains, and a workspace.
struct Home {
    folder: Utf8PathBuf,
    environment: BTreeMap<std::ffi::OsString, std::ffi::OsString>,
    _keep: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
        let mut home = Self { environment: BTreeMap::new(), folder, _keep: keep };
        home.program(".cargo/bin/rustup");
        for name in PROGRAMS {
            symlink("rustup", home.folder.join(".cargo/bin").join(name)).expect("linked");
        }
        for toolchain in ["stable", "1.91"] {
            home.program(&format!(".rustup/toolchains/{toolchain}/bin/cargo"));
            home.program(&format!(".rustup/toolchains/{toolchain}/bin/rustc"));
            home.write(&format!(".rustup/toolchains/{toolchain}/lib/rustlib/components"), "cargo\nrustc\n");
            home.write(&format!(".rustup/toolchains/{toolchain}/lib/librustc_driver-1.so"), "1");
        }
        home.write(".rustup/settings.toml", "default_toolchain = \"stable\"\n");
        home.write("house/inner/Cargo.toml", "");
        home.set("HOME", home.folder.as_str().to_owned());
        home.set("PATH", format!("/no/such/folder:{}/.cargo/bin", home.folder));
        home
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    fn program(&self, path: &str) {
        self.write(path, "");
        fs::set_permissions(self.folder.join(path), fs::Permissions::from_mode(0o755)).expect("mode set");
    }

    fn set(&mut self, name: &str, value: String) {
        self.environment.insert(name.into(), value.into());
    }

    fn identity(&self) -> Identity {
        let surroundings = Surroundings::made_up(&self.folder, self.environment.clone(), jiff::Timestamp::UNIX_EPOCH);
        Identity::read(&surroundings, &self.folder.join("house/inner"))
    }

    /// The fields that move when this is done.
    #[track_caller]
    fn moved_by(&mut self, act: impl FnOnce(&mut Self)) -> Vec<String> {
        let before = self.identity();
        assert_eq!(before, self.identity());
        act(self);
        let after = self.identity();
        assert_eq!(before == after, before.digest() == after.digest());
        let home = self.folder.to_string();
        let names: BTreeSet<&String> = before.fields.keys().chain(after.fields.keys()).collect();
        let moved = names.into_iter().filter(|name| before.fields.get(*name) != after.fields.get(*name));
        moved.map(|name| name.replace(&home, "~")).collect()
    }
}

#[test]
fn what_rustup_chooses_by_and_from_is_in_it() {
    let mut home = Home::new();
    let moved = home.moved_by(|home| home.write(".rustup/settings.toml", "default_toolchain = \"1.91\"\n"));
    assert_eq!(moved, ["file ~/.rustup/settings.toml"]);
    let moved = home.moved_by(|home| home.write("house/rust-toolchain.toml", "[toolchain]\nchannel = \"1.91\"\n"));
    assert_eq!(moved, ["file ~/house/rust-toolchain.toml"]);
    let moved = home.moved_by(|home| home.write("house/inner/rust-toolchain", "1.91\n"));
    assert_eq!(moved, ["file ~/house/inner/rust-toolchain"]);
    assert_eq!(home.moved_by(|home| home.set("RUSTUP_TOOLCHAIN", "1.91".into())), ["variable RUSTUP_TOOLCHAIN"]);
    let moved = home.moved_by(|home| home.write(".rustup/toolchains/stable/lib/rustlib/components", "clippy\n"));
    assert_eq!(moved, ["toolchain stable"]);
    let moved = home.moved_by(|home| home.program(".rustup/toolchains/nightly/bin/rustc"));
    assert_eq!(moved, ["toolchain nightly"]);
    let moved = home.moved_by(|home| home.write(".rustup/toolchains/1.91/lib/librustc_driver-1.so", "22"));
    assert_eq!(moved, ["toolchain 1.91"], "a compiler built at home");
}

#[test]
fn the_programs_that_would_run_are_in_it() {
    let mut home = Home::new();
    let moved = home.moved_by(|home| home.write(".cargo/bin/rustup", "another"));
    assert_eq!(moved.len(), 2 * PROGRAMS.len(), "{moved:?}");
    home.set("PATH", format!("{0}/first:{0}/.cargo/bin", home.folder));
    assert_eq!(home.moved_by(|home| home.program("first/rustc")), ["program rustc"]);
    assert_eq!(home.moved_by(|home| home.write("first/rustdoc", "not executable")), [""; 0]);
    home.program("own/cargo");
    let own = home.folder.join("own/cargo");
    assert_eq!(home.moved_by(|home| home.set("CARGO", own.into())), ["program of CARGO", "variable CARGO"]);
    assert_eq!(home.moved_by(|home| home.write("own/cargo", "another")), ["program of CARGO"]);
}

#[test]
fn a_toolchain_that_rustup_does_not_keep_counts_where_a_program_lies_in_it_or_a_file_names_it() {
    let mut home = Home::new();
    for name in ["mine", "named"] {
        home.program(&format!("{name}/bin/rustc"));
        home.write(&format!("{name}/lib/rustlib/components"), "");
        home.write(&format!("{name}/lib/librustc_driver-1.so"), "1");
    }
    home.write("house/rust-toolchain.toml", "[toolchain]\npath = \"../named\"\n");
    home.set("RUSTC", home.folder.join("mine/bin/rustc").into());
    assert_eq!(home.moved_by(|home| home.write("mine/lib/librustc_driver-1.so", "22")), ["toolchain ~/mine"]);
    assert_eq!(
        home.moved_by(|home| home.write("named/lib/librustc_driver-1.so", "22")),
        ["toolchain ~/house/../named"]
    );
}

#[test]
fn what_others_set_and_where_rustup_downloads_from_is_not_in_it() {
    let mut home = Home::new();
    let moved = home.moved_by(|home| {
        home.set("RUSTUP_DIST_SERVER", "https://name:word@example.com".into());
        home.set("EDITOR", "ed".into());
        home.write("house/inner/Cargo.toml", "[package]");
    });
    assert_eq!(moved, [""; 0]);
}

#[test]
fn an_identity_can_be_printed_and_kept() {
    let home = Home::new();
    let identity = home.identity();
    assert!(identity.to_string().contains("program cargo: "), "{identity}");
    let text = serde_json::to_string(&identity).expect("written");
    assert_eq!(serde_json::from_str::<Identity>(&text).expect("read"), identity);
}
