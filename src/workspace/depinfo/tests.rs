//! dep-info as rustc and clippy write it.

use super::*;
use crate::files::real;

#[test]
fn names_are_relative_to_the_workspace_and_blanks_are_escaped() {
    let text = "/t/debug/deps/a-0123456789abcdef.d: src/lib.rs src/a\\ b.rs\n\n\
                /t/debug/deps/liba-0123456789abcdef.rmeta: src/lib.rs src/a\\ b.rs\n\n\
                src/lib.rs:\nsrc/a\\ b.rs:\nsrc/../../shared/it:s.txt:\n/else/where.rs:\n\n\
                # env-dep:GREETING=one\\ntwo \\\\ =\n# env-dep:UNSET\n# checksum:x:\n";
    let inputs = parse(text, "/w/ws".into());
    let files: Vec<&str> = inputs.files.iter().map(|file| file.as_str()).collect();
    assert_eq!(files, ["/else/where.rs", "/w/shared/it:s.txt", "/w/ws/src/a b.rs", "/w/ws/src/lib.rs"]);
    assert_eq!(inputs.env["GREETING"].as_deref(), Some("one\ntwo \\ ="));
    assert_eq!(inputs.env["UNSET"], None);
    assert_eq!(inputs.env.len(), 2);
}

#[test]
fn what_clippy_adds_is_no_input_and_what_a_compile_includes_is() {
    let clippys =
        "/w/clippy.toml:\nCargo.toml:\na/src/../Cargo.toml:\n# env-dep:CLIPPY_ARGS=\n# env-dep:CLIPPY_CONF_DIR\n";
    let inputs = parse(clippys, "/w".into());
    assert_eq!(inputs.files.iter().map(|file| file.as_str()).collect::<Vec<_>>(), ["/w/a/Cargo.toml"]);
    assert!(inputs.env.is_empty());
    assert_eq!(parse("Cargo.toml:\n/w/clippy.toml:\n", "/w".into()).files.len(), 2);
}

#[test]
fn a_build_script_is_heard_in_both_spellings_and_silence_is_not_nothing() {
    let read = |text: &str| parse_script(text, "/w/a".into());
    let asked =
        read("cargo:rerun-if-changed=x.txt\ncargo::rerun-if-changed=../y\ncargo:rerun-if-env-changed=E\nnoise\n");
    let files: Vec<String> = asked.files.expect("named").iter().map(ToString::to_string).collect();
    assert_eq!(files, ["/w/a/x.txt", "/w/y"]);
    assert_eq!(asked.env, BTreeSet::from(["E".to_owned()]));
    assert_eq!(read("cargo::rerun-if-env-changed=E\n").files, Some(BTreeSet::new()));
    assert_eq!(read("cargo::rustc-cfg=a\nrerun-if-changed=b\n").files, None);
}

#[test]
fn dep_info_is_found_beside_what_was_built() {
    let keep = tempfile::tempdir().expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(keep.path().to_owned()).expect("UTF-8");
    let hash = "0123456789abcdef";
    let script = folder.join(format!("build/a-{hash}"));
    std::fs::create_dir_all(&script).expect("made");
    std::fs::create_dir_all(folder.join("deps")).expect("made");
    for name in [format!("deps/a-{hash}.d"), format!("build/a-{hash}/build_script_build-{hash}.d"), "a.d".into()] {
        std::fs::write(folder.join(name), "").expect("written");
    }
    let found = |artifact: &str| {
        beside(&folder.join(artifact)).map(|path| path.strip_prefix(&folder).expect("below").to_string())
    };
    let expected = Some(format!("deps/a-{hash}.d"));
    for artifact in ["deps/liba-0123456789abcdef.rmeta", "deps/liba-0123456789abcdef.so", "deps/a-0123456789abcdef"] {
        assert_eq!(found(artifact), expected, "{artifact}");
    }
    assert_eq!(
        found("build/a-0123456789abcdef/build-script-build"),
        Some(format!("build/a-{hash}/build_script_build-{hash}.d"))
    );
    assert_eq!(found("a"), None, "cargo's own, of a copy: it lists a closure");
    assert_eq!(found("deps/libb-0123456789abcdef.rmeta"), None);
}

#[cfg(unix)]
#[test]
fn a_path_is_real_as_far_as_it_exists() {
    let keep = tempfile::tempdir().expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("there")).expect("UTF-8");
    std::fs::create_dir(folder.join("a")).expect("made");
    std::os::unix::fs::symlink("a", folder.join("b")).expect("linked");
    assert_eq!(real(&folder.join("b/gone/x.rs")), folder.join("a/gone/x.rs"));
    assert_eq!(plain("/a/./b/../c".into()), "/a/c");
}
