//! Real workspaces, and a cargo that counts how often it is asked.

use crate::cancel::Cancel;
use crate::git::tests::scratch::Scratch;
use crate::surroundings::Surroundings;
use crate::workspace::graph::{CargoFlags, Graph};
use camino::Utf8PathBuf;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::time::Duration;

/// A workspace whose cargo leaves a line each time it is asked.
struct Place {
    scratch: Scratch,
    flags: CargoFlags,
}

impl Place {
    fn new() -> Self {
        let mut scratch = Scratch::empty();
        scratch.write("ws/Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"m/*\"]\n");
        for (name, more) in [("one", "[dependencies]\ntwo = { path = \"../two\" }\n"), ("two", "")] {
            package(&scratch, &format!("ws/m/{name}"), name, more);
        }
        package(&scratch, "beside", "beside", "");
        scratch.write("ws/target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
        let cargo = scratch.environment.get(std::ffi::OsStr::new("CARGO")).cloned().unwrap_or_else(|| "cargo".into());
        let script =
            format!("#!/bin/sh\necho x >> {}/asked\nexec '{}' \"$@\"\n", scratch.folder, cargo.to_string_lossy());
        scratch.write("cargo.sh", &script);
        fs::set_permissions(scratch.folder.join("cargo.sh"), Permissions::from_mode(0o755)).expect("mode set");
        let program = scratch.folder.join("cargo.sh");
        scratch.environment.insert("CARGO".into(), program.into_string().into());
        // A target folder the tests themselves were built with would be found instead.
        scratch.environment.retain(|name, _| !name.to_string_lossy().contains("TARGET_DIR"));
        let place = Self { scratch, flags: CargoFlags { offline: true, ..CargoFlags::default() } };
        place.load(); // It writes the lock file.
        place
    }

    #[track_caller]
    fn load(&self) -> Graph {
        let manifest = self.path("ws/Cargo.toml");
        Graph::load(&[manifest], &self.flags, &self.surroundings(), &Cancel::new()).expect("a graph")
    }

    fn surroundings(&self) -> Surroundings {
        self.scratch.surroundings().at(&self.path("ws"))
    }

    fn path(&self, name: &str) -> Utf8PathBuf {
        self.scratch.folder.join(name)
    }

    fn n_asked(&self) -> usize {
        fs::read_to_string(self.path("asked")).unwrap_or_default().lines().count()
    }

    /// Waits until what was written lies far enough back to be believed, and has the graph kept.
    #[track_caller]
    fn settle(&self) -> Graph {
        std::thread::sleep(Duration::from_millis(2_050));
        let graph = self.load();
        let n_asked = self.n_asked();
        assert_eq!(format!("{:?}", self.load()), format!("{graph:?}"));
        assert_eq!(self.n_asked(), n_asked, "it was not kept");
        graph
    }

    /// Whether cargo is asked again after this, and the answer is the one of somebody who keeps nothing.
    #[track_caller]
    fn asks_after(&mut self, act: impl FnOnce(&mut Self)) -> bool {
        self.settle();
        let n_asked = self.n_asked();
        act(self);
        let graph = self.load();
        let asked = n_asked < self.n_asked();
        fs::remove_dir_all(self.path("ws/target/handoff")).expect("removed");
        assert_eq!(format!("{:?}", self.load()), format!("{graph:?}"));
        asked
    }
}

fn package(scratch: &Scratch, folder: &str, name: &str, more: &str) {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}");
    scratch.write(&format!("{folder}/Cargo.toml"), &manifest);
    scratch.write(&format!("{folder}/src/lib.rs"), "");
}

#[test]
fn cargo_is_not_asked_while_nothing_it_reads_moved() {
    let mut place = Place::new();
    let asked = place.asks_after(|place| {
        place.scratch.write("ws/m/one/src/lib.rs", "pub fn changed() {}");
        place.scratch.write("ws/m/one/src/module.rs", "");
        place.scratch.write("ws/m/one/tests/data.txt", "");
        place.scratch.write("ws/m/one/tests/data/file", "");
    });
    assert!(!asked);
}

#[test]
fn a_link_between_packages_is_seen_on_a_kept_graph() {
    let place = Place::new();
    place.settle();
    let n_asked = place.n_asked();
    symlink("../../one/src/lib.rs", place.path("ws/m/two/src/linked.rs")).expect("linked");
    let graph = place.load();
    assert_eq!(place.n_asked(), n_asked);
    assert_eq!(graph.package("two").expect("a member").depends[0].to, "one");
}

/// One test for each line would wait two seconds for each.
#[test]
fn everything_cargo_reads_asks_it_again() {
    let manifest = |name: &str, more: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n{more}");
    type Act = Box<dyn Fn(&mut Place) + Send>;
    let write = |path: &'static str, text: String| -> Act { Box::new(move |place| place.scratch.write(path, &text)) };
    let cases: Vec<(&str, Act)> = vec![
        ("a member's manifest", write("ws/m/two/Cargo.toml", manifest("two", "edition = \"2021\"\n"))),
        ("the root's manifest", write("ws/Cargo.toml", "[workspace]\nmembers = [\"m/one\"]\n".into())),
        ("a test", write("ws/m/one/tests/new.rs", String::new())),
        ("a test in a folder", write("ws/m/one/tests/new/main.rs", String::new())),
        ("a binary", write("ws/m/one/src/bin/new.rs", "fn main() {}".into())),
        ("a main", write("ws/m/one/src/main.rs", "fn main() {}".into())),
        ("a build script", write("ws/m/one/build.rs", "fn main() {}".into())),
        ("a readme", write("ws/m/one/README.md", String::new())),
        ("an edited lock file", write("ws/Cargo.lock", "version = 3\n".into())),
        ("a configuration", write("ws/.cargo/config.toml", "[net]\noffline = true\n".into())),
        ("a configuration above", write(".cargo/config.toml", "[net]\noffline = true\n".into())),
        ("a toolchain file", Box::new(|place| place.scratch.environment.extend([("RUSTUP_X".into(), "1".into())]))),
        ("flags", Box::new(|place| place.flags.all_features = true)),
        ("a variable", Box::new(|place| place.scratch.environment.extend([("CARGO_X".into(), "1".into())]))),
        ("a manifest above that claims nothing", write("Cargo.toml", manifest("above", "edition = \"2024\"\n"))),
        ("a new member", Box::new(|place| package(&place.scratch, "ws/m/three", "three", ""))),
        ("a member gone", Box::new(|place| fs::remove_dir_all(place.path("ws/m/one")).expect("removed"))),
        (
            "a member that is a link to another folder now",
            Box::new(|place| {
                fs::rename(place.path("ws/m/two"), place.path("ws/moved")).expect("moved");
                symlink("../moved", place.path("ws/m/two")).expect("linked");
            }),
        ),
    ];
    std::thread::scope(|scope| {
        for (what, act) in cases {
            scope.spawn(move || assert!(Place::new().asks_after(|place| act(place)), "{what}"));
        }
    });
}

#[test]
fn a_path_dependency_outside_of_the_workspace_counts() {
    let mut place = Place::new();
    let dependency = "[dependencies]\nbeside = { path = \"../../../beside\", optional = true }\n";
    package(&place.scratch, "ws/m/two", "two", dependency);
    place.load();
    let version = "[package]\nname = \"beside\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    assert!(place.asks_after(|place| place.scratch.write("beside/Cargo.toml", version)));
}

#[test]
fn packages_that_name_each_other_are_followed_to_an_end() {
    let place = Place::new();
    let back = "[dev-dependencies]\none = { path = \"../one\" }\nbeside = { path = \"./../../../beside\" }\n";
    package(&place.scratch, "ws/m/two", "two", back);
    place.load();
    place.settle();
}

#[test]
fn what_moved_a_moment_ago_is_not_kept() {
    let place = Place::new();
    place.settle();
    place.scratch.write("ws/m/one/tests/new.rs", "");
    place.load();
    let n_asked = place.n_asked();
    place.load();
    assert_eq!(place.n_asked(), n_asked + 1);
}

#[test]
fn an_error_is_cargos_own_each_time_and_a_broken_file_is_none() {
    let place = Place::new();
    place.settle();
    let cache = place.path("ws/target/handoff/cache");
    for entry in cache.read_dir_utf8().expect("a folder") {
        fs::write(entry.expect("an entry").path(), "{").expect("written");
    }
    let n_asked = place.n_asked();
    place.load();
    assert_eq!(place.n_asked(), n_asked + 1);
    place.scratch.write("ws/m/one/Cargo.toml", "[package\n");
    for _ in 0..2 {
        let manifest = place.path("ws/Cargo.toml");
        let error = Graph::load(&[manifest], &place.flags, &place.surroundings(), &Cancel::new()).expect_err("broken");
        assert_eq!(error.code, crate::error::Code::NoWorkspace);
    }
    assert_eq!(place.n_asked(), n_asked + 3);
}

#[test]
fn nothing_is_kept_where_the_target_folder_is_not_there() {
    let place = Place::new();
    fs::remove_dir_all(place.path("ws/target")).expect("removed");
    std::thread::sleep(Duration::from_millis(2_050));
    place.load();
    assert!(!place.path("ws/target").exists());
}

#[test]
fn values_of_variables_are_not_written_down() {
    let mut place = Place::new();
    place.scratch.environment.extend([("CARGO_HTTP_PROXY".into(), "http://name:hidden@example.com".into())]);
    place.settle();
    for entry in place.path("ws/target/handoff/cache").read_dir_utf8().expect("a folder") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("read");
        assert!(text.contains("CARGO_HTTP_PROXY") && !text.contains("hidden"));
    }
}
