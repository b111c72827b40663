//! The modules of files of every kind of target.

use super::*;

fn modules(manifest: &str, others: &[&str], file: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
    std::fs::write(root.join("Cargo.toml"), manifest).expect("written");
    for path in others.iter().chain(&[file]) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("below")).expect("folders");
        std::fs::write(path, "").expect("written");
    }
    Crates::default().modules(&root.join(file)).join("::")
}

#[test]
fn a_file_stands_for_the_crate_and_modules_its_path_spells() {
    let plain = "[package]\nname = \"my-money\"\n";
    for (file, expected) in [
        ("src/lib.rs", "my_money"),
        ("src/main.rs", "my_money"),
        ("src/text.rs", "my_money::text"),
        ("src/text/mod.rs", "my_money::text"),
        ("src/text/parser.rs", "my_money::text::parser"),
        ("src/text/main.rs", "my_money::text::main"),
        ("src/bin/tell-it.rs", "tell_it"),
        ("src/bin/tell/main.rs", "tell"),
        ("src/bin/tell/args.rs", "tell::args"),
        ("tests/whole.rs", "whole"),
        ("tests/it/main.rs", "it"),
        ("examples/show.rs", "show"),
        ("build.rs", "build_script_build"),
    ] {
        assert_eq!(modules(plain, &[], file), expected, "{file}");
    }
    assert_eq!(modules(plain, &["tests/it/main.rs"], "tests/it/tree.rs"), "it::tree");
    assert_eq!(modules(plain, &["tests/whole.rs"], "tests/common/mod.rs"), "tests::common");
}

#[test]
fn a_manifest_may_say_otherwise() {
    let named = "[package]\nname = \"p\"\n[lib]\nname = \"other\"\npath = \"lib/all.rs\"\n\
        [[bin]]\nname = \"tell-it\"\npath = \"tell/begin.rs\"\n\
        [[test]]\nname = \"it\"\npath = \"tests/it/main.rs\"\n\
        [[bench]]\nname = \"one\"\npath = \"tests/bench/one.rs\"\n[[bench]]\nname = \"two\"\npath = \"tests/bench/two.rs\"\n";
    for (file, expected) in [
        ("lib/all.rs", "other"),
        ("lib/text.rs", "other::text"),
        ("tell/begin.rs", "tell_it"),
        ("tell/args.rs", "tell_it::args"),
        ("tests/it/main.rs", "it"),
        ("tests/it/tree.rs", "it::tree"),
        ("tests/bench/two.rs", "two"),
        ("src/x.rs", "other::x"),
    ] {
        assert_eq!(modules(named, &["tests/it/main.rs"], file), expected, "{file}");
    }
}

#[test]
fn without_a_package_a_file_stands_for_itself() {
    assert_eq!(modules("[workspace]\n", &[], "tools/gen.rs"), "gen");
    assert_eq!(modules("no manifest", &[], "gen.rs"), "gen");
}
