//! The kinds of edit, each with what has to be red in a clean clone afterwards.

use super::site::{Site, long_ago};
use camino::Utf8Path;
use std::fs;
use std::os::unix::fs::symlink;

/// One kind of edit.
pub(super) struct Edit {
    /// What is edited.
    pub(super) what: &'static str,
    /// What that makes red. None: it stays green.
    pub(super) red: &'static [&'static str],
    /// An earlier edit, after which `implement` ran.
    pub(super) before: Option<fn(&mut Site)>,
    /// The edit.
    pub(super) edit: fn(&mut Site),
}

const UNITS: &str = "crates/measure/src/units.rs";
const GOLDEN: &str = "data/golden.txt";
const LEVEL: &str = "data/level.dat";
const SCRIPT: &str = "scripts/greet.sh";

const LONGER_KILOMETRES: &[&str] = &[
    "test app/test/cli it_goes_far",
    "test convert/doctest/convert",
    "test convert/lib/convert tests::there_and_back_is_twice",
    "test measure/doctest/measure",
];
const NO_GOLD: &[&str] = &["test app/test/files the_root_has_gold"];
const OTHER_LEVEL: &[&str] = &["test app/test/files the_level_is_one"];
const SIDES: &[&str] = &["test left/test/same agrees", "test right/test/same agrees"];
const BAD_FILE: &[&str] = &["test app/test/files what_nobody_has_is_fine"];
const NO_GREETING: &[&str] = &["test app/test/files the_script_greets"];
const OTHER_FLAGS: &[&str] = &["test envy/lib/envy tests::flags_and_toolchain_are_the_usual_ones"];

/// Lengthens a kilometre, to a number of the same length.
fn longer(site: &mut Site) {
    site.change(UNITS, "= 1000;", "= 1001;");
}

/// Edits a file and gives it the time it had. A second after whatever was before: git knows when an inode changed,
/// to the second.
fn unseen(site: &Site, path: &str, old: &str, new: &str) {
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let time = site.modified(path);
    site.change(path, old, new);
    site.set_modified(path, time);
}

const fn edit(what: &'static str, red: &'static [&'static str], edit: fn(&mut Site)) -> Edit {
    Edit { what, red, before: None, edit }
}

const fn after(what: &'static str, red: &'static [&'static str], before: fn(&mut Site), edit: fn(&mut Site)) -> Edit {
    Edit { what, red, before: Some(before), edit }
}

/// The table.
pub(super) const EDITS: &[Edit] = &[
    edit("nothing at all", &[], |_| {}),
    // -- sources
    edit("source of a library", LONGER_KILOMETRES, longer),
    edit("comment in a library", &[], |site| site.change(UNITS, "How long", "So long")),
    edit("badly laid out source", &["fmt"], |site| site.change(UNITS, "u32 = ", "u32  = ")),
    edit("source and commit of it", LONGER_KILOMETRES, |site| {
        longer(site);
        site.tree.commit("Longer kilometres");
    }),
    edit("binary that an integration test runs", &["test app/test/cli it_goes_far"], |site| {
        site.change("crates/app/src/main.rs", "\"far {}\"", "\"near {}\"");
    }),
    edit("procedural macro", &["test app/test/cli it_knows_the_answer", "test app/test/made answer"], |site| {
        site.change("crates/derive/src/lib.rs", "\"42\"", "\"41\"")
    }),
    edit("file that a procedural macro reads", &["test app/test/made the_words_begin_with_word"], |site| {
        site.tree.write("crates/derive/words.txt", "other\n");
    }),
    edit("dev-dependency cycle", SIDES, |site| site.change("crates/right/src/lib.rs", "- 1", "- 2")),
    edit("test made by a macro", &["test app/test/made two"], |site| {
        site.change("crates/app/tests/made.rs", "two: 2 => 4;", "two: 2 => 5;");
    }),
    edit("new test file, manifest as it was", &["test measure/test/fresh is_fresh"], |site| {
        site.tree.write(
            "crates/measure/tests/fresh.rs",
            "//! New.\n\n#[test]\nfn is_fresh() {\n    assert_eq!(measure::metres(1), 1);\n}\n",
        );
    }),
    edit("deleted test file", &[], |site| {
        site.shell("rm crates/app/tests/made.rs");
    }),
    edit("deleted module", &["clippy", "fmt", "test: not built"], |site| {
        site.shell(&format!("rm {UNITS}"));
    }),
    edit("renamed module", LONGER_KILOMETRES, |site| {
        longer(site);
        site.shell(&format!("mv {UNITS} crates/measure/src/lengths.rs"));
        site.change("crates/measure/src/lib.rs", "mod units;", "mod lengths;");
        site.change("crates/measure/src/lib.rs", "units::", "lengths::");
    }),
    edit("optional dependency nobody asks for", &[], |site| {
        site.change("crates/extra/src/lib.rs", "    1\n", "    2\n");
    }),
    edit(
        "dependency and build-dependency by path, no member",
        &[
            "test convert/lib/convert tests::half_of_two_tens_is_ten",
            "test scanned/lib/scanned tests::the_half_of_four_is_two",
        ],
        |site| {
            site.change("outside/helper/src/lib.rs", "n / 2", "n / 4");
        },
    ),
    edit("two edits at once", NO_GOLD, |site| {
        site.tree.write(GOLDEN, "silver\n");
        site.change(UNITS, "How long", "So long");
    }),
    // -- links, times, modes, and what git is told not to see
    edit("target of a linked source", SIDES, |site| site.change("shared/shared.rs", "= 2;", "= 4;")),
    edit("link that points to an old file instead", SIDES, |site| {
        let link = site.tree.root.join("crates/left/src/shared.rs");
        fs::remove_file(&link).expect("it is there");
        symlink("../../../shared/other.rs", &link).expect("a link");
    }),
    edit("times only", &[], |site| {
        site.shell("find Cargo.toml crates data shared outside -type f -exec touch {} +");
    }),
    edit("source with an old time", LONGER_KILOMETRES, |site| {
        longer(site);
        site.set_modified(UNITS, long_ago());
    }),
    edit("source of the same size and time", LONGER_KILOMETRES, |site| unseen(site, UNITS, "= 1000;", "= 1001;")),
    edit("the same with `core.trustctime=false`", LONGER_KILOMETRES, |site| {
        site.tree.ask_git(["config", "core.trustctime", "false"]);
        unseen(site, UNITS, "= 1000;", "= 1001;");
    }),
    after(
        "edit right after a run",
        NO_GOLD,
        |site| site.tree.write(GOLDEN, "golden\n"),
        |site| {
            site.tree.write(GOLDEN, "silver\n");
        },
    ),
    after("edit of a red tree that stays red", LONGER_KILOMETRES, longer, |site| {
        site.change(UNITS, "= 1001;", "= 1002;");
    }),
    after("revert to the first state", &[], longer, |site| site.change(UNITS, "= 1001;", "= 1000;")),
    after("revert with the old time", &[], longer, |site| {
        site.change(UNITS, "= 1001;", "= 1000;");
        site.set_modified(UNITS, long_ago());
    }),
    after(
        "green, green otherwise, and red as never before",
        &["test app/test/cli it_goes_far"],
        |site| site.change("crates/app/src/main.rs", "\"far {}\"", "\"far {} \""),
        |site| site.change("crates/app/src/main.rs", "\"far {} \"", "\"near {}\""),
    ),
    edit("mode of a script that a test runs", NO_GREETING, |site| site.set_mode(SCRIPT, 0o644)),
    edit("the same with `core.fileMode=false`", NO_GREETING, |site| {
        site.tree.ask_git(["config", "core.fileMode", "false"]);
        site.set_mode(SCRIPT, 0o644);
    }),
    edit("file that git assumes unchanged", NO_GOLD, |site| {
        site.tree.ask_git(["update-index", "--assume-unchanged", GOLDEN]);
        site.tree.write(GOLDEN, "silver\n");
    }),
    edit("file that git skips", NO_GOLD, |site| {
        site.tree.ask_git(["update-index", "--skip-worktree", GOLDEN]);
        site.tree.write(GOLDEN, "silver\n");
    }),
    edit("edit inside a clean filter", OTHER_LEVEL, |site| site.change(LEVEL, "level 1", "level 2")),
    // -- what tests read while they run
    edit("root file that a test reads", NO_GOLD, |site| site.tree.write(GOLDEN, "silver\n")),
    edit("deleted file that a test reads", NO_GOLD, |site| {
        site.shell(&format!("rm {GOLDEN}"));
    }),
    edit("new file where a test looks for one", BAD_FILE, |site| site.tree.write("crates/app/absent.txt", "bad\n")),
    edit("new file in a folder that a test lists", &["test app/test/files every_case_is_even"], |site| {
        site.tree.write("data/cases/c.txt", "5\n");
    }),
    edit("ignored file that a test reads", &["test app/test/files what_git_ignores_is_fine"], |site| {
        site.tree.write("crates/app/local.ignored", "bad\n");
    }),
    edit("new ignored file where a test looks for one", BAD_FILE, |site| {
        site.tree.write("crates/app/absent.ignored", "bad\n");
    }),
    edit(HOLE, &["test right/test/same the_source_of_a_stranger_says_what_it_reads"], |site| {
        site.change("crates/envy/src/lib.rs", "//! Reads its", "//! Knows its");
    }),
    edit("variable that a test reads", &["test envy/lib/envy tests::the_level_is_none"], |site| {
        site.set("ENGINE_LEVEL", "high");
    }),
    // -- what compiling reads
    edit(
        "`include_str!` of another package's file",
        &["test convert/lib/convert tests::the_names_begin_with_metre"],
        |site| {
            site.tree.write("crates/measure/data/names.txt", "inch\n");
        },
    ),
    edit("`include_str!` of a root file", &["test convert/lib/convert tests::the_table_begins_with_one"], |site| {
        site.tree.write("shared/table.txt", "two three\n");
    }),
    edit("doctest in a README", &["test measure/doctest/measure"], |site| {
        site.change("crates/measure/README.md", "2000", "2001");
    }),
    edit(
        "input a build script names",
        &["test app/test/cli it_knows_what_was_built", "test built/lib/built tests::the_number_is_seven"],
        |site| site.tree.write("crates/built/number.txt", "8\n"),
    ),
    edit(
        "input of a build script that names nothing",
        &["test app/test/cli it_knows_what_was_built", "test scanned/lib/scanned tests::the_first_is_first"],
        |site| site.tree.write("crates/scanned/data/list.txt", "second\n"),
    ),
    edit("input a build script forgets to name", &["test built/lib/built tests::the_hint_is_a_hint"], |site| {
        site.tree.write("crates/built/hint.txt", "none\n");
    }),
    edit("variable a build script names", &["test built/lib/built tests::it_is_built_here"], |site| {
        site.set("ENGINE_BUILT", "there");
    }),
    edit("variable of an `option_env!`", &["test envy/lib/envy tests::the_mode_is_none"], |site| {
        site.set("ENGINE_MODE", "fancy");
    }),
    edit("`RUSTFLAGS`", OTHER_FLAGS, |site| site.set("RUSTFLAGS", "--cfg other_flags")),
    // -- what steers cargo and its tools
    edit(
        "dependency's dependency in `Cargo.lock`",
        &["test convert/lib/convert tests::half_of_two_tens_is_ten"],
        |site| {
            site.change("Cargo.lock", "name = \"scale\"\nversion = \"1.0.0\"", "name = \"scale\"\nversion = \"1.1.0\"");
        },
    ),
    edit("feature switched on", &["test app/test/cli it_knows_the_answer"], |site| {
        site.change("crates/app/Cargo.toml", "default = []", "default = [\"more\"]");
    }),
    edit("new package", &["test newer/lib/newer is_new"], |site| {
        site.change("Cargo.toml", "    \"crates/right\",", "    \"crates/newer\",\n    \"crates/right\",");
        site.tree.write("crates/newer/Cargo.toml", "[package]\nname = \"newer\"\nedition = \"2021\"\n");
        site.tree.write("crates/newer/src/lib.rs", "//! New.\n\n#[test]\nfn is_new() {\n    assert_eq!(1, 2);\n}\n");
    }),
    edit("moved package", &["test right/test/same the_source_of_a_stranger_says_what_it_reads"], |site| {
        site.shell("mkdir crates/deep && mv crates/right crates/deep/right");
        site.change("Cargo.toml", "\"crates/right\"", "\"crates/deep/right\"");
        site.change("crates/left/Cargo.toml", "../right", "../deep/right");
        site.change("crates/deep/right/Cargo.toml", "../left", "../../left");
    }),
    edit("lint of the workspace", &["clippy"], |site| {
        site.change("Cargo.toml", "unreadable_literal = \"allow\"", "unreadable_literal = \"deny\"");
    }),
    edit("profile", &["test envy/lib/envy tests::a_sum_overflows"], |site| {
        site.change("Cargo.toml", "debug = false", "debug = false\noverflow-checks = false");
    }),
    edit("`[env]` in `.cargo/config.toml`", &["test envy/lib/envy tests::the_greeting_is_hello"], |site| {
        site.change(".cargo/config.toml", "\"hello\"", "\"bye\"");
    }),
    edit("flags in `.cargo/config.toml`", OTHER_FLAGS, |site| {
        let text = site.tree.read(".cargo/config.toml");
        let flags = "[build]\nrustflags = [\"--cfg\", \"other_flags\"]\n\n";
        site.tree.write(".cargo/config.toml", format!("{flags}{text}"));
    }),
    edit("`.cargo/config.toml` in the folder above", OTHER_FLAGS, |site| {
        site.tree.write("../.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"other_flags\"]\n");
    }),
    edit("toolchain file", OTHER_FLAGS, |site| {
        let toolchain = other_toolchain(site);
        site.unset("RUSTUP_TOOLCHAIN");
        site.tree.write("rust-toolchain.toml", format!("[toolchain]\npath = \"{toolchain}\"\n"));
    }),
    edit("toolchain that is not there", &["clippy", "fmt", "test: not built"], |site| {
        site.unset("RUSTUP_TOOLCHAIN");
        site.tree.write("rust-toolchain.toml", "[toolchain]\npath = \"/nowhere/at/all\"\n");
    }),
    edit("rustfmt.toml", &["fmt"], |site| site.tree.write("rustfmt.toml", "max_width = 40\n")),
    edit("clippy.toml", &["clippy"], |site| site.tree.write("clippy.toml", "too-many-arguments-threshold = 2\n")),
];

/// The hole that is left where reads cannot be observed: documented, and here with its answer.
pub(super) const HOLE: &str = "another package's source that a test reads (the documented hole)";

/// A toolchain that calls itself another version and sets a flag: the real one behind a script. Its path.
fn other_toolchain(site: &Site) -> String {
    let folder = site.tree.root.with_file_name("toolchain");
    let sysroot = site.shell("rustc --print sysroot");
    let sysroot = Utf8Path::new(sysroot.trim());
    if !folder.exists() {
        fs::create_dir_all(folder.join("bin")).expect("a folder");
        symlink(sysroot.join("lib"), folder.join("lib")).expect("a link");
        for entry in sysroot.join("bin").read_dir_utf8().expect("programs").map(|entry| entry.expect("an entry")) {
            if entry.file_name() != "rustc" {
                symlink(entry.path(), folder.join("bin").join(entry.file_name())).expect("a link");
            }
        }
        let rustc = sysroot.join("bin/rustc");
        let script = format!(
            "#!/bin/sh\ncase \"$1\" in\n-vV) '{rustc}' -vV | sed 's/^commit-hash: ......../commit-hash: 00000000/' ;;\n*) exec '{rustc}' --cfg other_toolchain \"$@\" ;;\nesac\n"
        );
        let path = folder.join("bin/rustc");
        fs::write(&path, script).expect("written");
        site.set_mode(path.as_str(), 0o755);
    }
    folder.into_string()
}
