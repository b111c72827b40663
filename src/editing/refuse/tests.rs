//! Which paths are refused.

use super::*;
use std::fs;

struct Scratch {
    _keep: tempfile::TempDir,
    root: Utf8PathBuf,
}

fn scratch() -> Scratch {
    let keep = tempfile::tempdir().expect("a folder");
    let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("there")).expect("UTF-8").join("work");
    for folder in [".git", "handoff", "src", "sub/.cargo"] {
        fs::create_dir_all(root.join(folder)).expect("made");
    }
    for file in ["src/lib.rs", "handoff/payload.json", ".git/config", "../outside"] {
        fs::write(root.join(file), "").expect("written");
    }
    fs::write(root.join("Cargo.toml"), "[package]\nname = \"a\"\nbuild = \"src/made.rs\"\n").expect("written");
    Scratch { _keep: keep, root }
}

fn asked(scratch: &Scratch, path: &str) -> std::result::Result<(String, bool), Code> {
    let handoff = scratch.root.join("handoff");
    let bounds = Bounds { root: &scratch.root, folder: &scratch.root, handoff: Some(&handoff), graph: None };
    allowed(&locate(path, &bounds), &bounds).map(|it| (it.shown, it.is_sensitive)).map_err(|error| error.code)
}

#[test]
fn nothing_outside_of_the_root_of_git_s_or_of_the_payload_s_is_edited() {
    let scratch = scratch();
    for path in [
        "../outside",
        "src/../../outside",
        "/etc/hosts",
        ".git/config",
        ".GIT/config",
        "sub/.git/hooks/new",
        "git~1/config",
        ".git./config",
        "handoff/payload.json",
        "handoff/runs/edits.jsonl",
        "handoff/new",
        "sub/handoff/payload.json",
        "src",
        ".",
        "src/a\nb.rs",
    ] {
        assert_eq!(asked(&scratch, path), Err(Code::PathOutside), "{path}");
    }
    assert_eq!(asked(&scratch, "src/lib.rs"), Ok(("src/lib.rs".into(), false)));
    assert_eq!(asked(&scratch, "src/new/deep.rs"), Ok(("src/new/deep.rs".into(), false)));
    assert_eq!(asked(&scratch, "src/handoff/mod.rs"), Ok(("src/handoff/mod.rs".into(), false)));
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_what_it_leads_to_is_what_counts() {
    use std::os::unix::fs::symlink;
    let scratch = scratch();
    for (to, link) in
        [("../outside", "out.rs"), ("..", "up"), (".git", "inner"), ("handoff", "records"), ("src/lib.rs", "lib.rs")]
    {
        symlink(to, scratch.root.join(link)).expect("linked");
    }
    symlink("../gone", scratch.root.join("dangling.rs")).expect("linked");
    symlink("../Cargo.toml", scratch.root.join("src/harmless.rs")).expect("linked");
    for path in ["out.rs", "up/outside", "inner/config", "records/new", "up/new.rs", "dangling.rs"] {
        assert_eq!(asked(&scratch, path), Err(Code::PathOutside), "{path}");
    }
    assert_eq!(asked(&scratch, "lib.rs"), Ok(("src/lib.rs".into(), false)));
    assert_eq!(asked(&scratch, "src/harmless.rs"), Ok(("Cargo.toml".into(), true)));
}

#[test]
fn what_decides_what_is_built_and_run_is_sensitive() {
    let scratch = scratch();
    for path in [
        "Cargo.toml",
        "sub/Cargo.toml",
        "cargo.TOML",
        "Cargo.lock",
        "build.rs",
        "sub/build.rs",
        "src/made.rs",
        "sub/.cargo/config.toml",
        ".cargo/config",
        "rust-toolchain.toml",
        "rust-toolchain",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        ".circleci/config.yml",
        "Jenkinsfile",
    ] {
        assert_eq!(asked(&scratch, path).map(|(_, is_sensitive)| is_sensitive), Ok(true), "{path}");
    }
    for path in ["src/lib.rs", "src/build/rs.rs", "README.md", "cargo.md", "src/cargo_toml.rs"] {
        assert_eq!(asked(&scratch, path).map(|(_, is_sensitive)| is_sensitive), Ok(false), "{path}");
    }
}

#[test]
fn the_modules_of_a_build_script_and_every_ci_decide_what_runs() {
    let scratch = scratch();
    fs::write(scratch.root.join("sub/Cargo.toml"), "[package]\nname = \"b\"\nbuild = \"build/main.rs\"\n")
        .expect("written");
    for path in [
        "sub/build/main.rs",
        "sub/build/helper.rs",
        ".woodpecker.yml",
        ".woodpecker/a.yaml",
        ".appveyor.yml",
        ".build.yml",
        ".builds/a.yml",
        ".semaphore/semaphore.yml",
        ".teamcity/settings.kts",
        ".gitlab-ci.yaml",
        ".travis.yaml",
        "azure-pipelines.yaml",
    ] {
        assert_eq!(asked(&scratch, path), Ok((path.to_owned(), true)), "{path}");
    }
    // A script among the sources makes no script of them.
    assert_eq!(asked(&scratch, "src/lib.rs"), Ok(("src/lib.rs".into(), false)));
    assert_eq!(asked(&scratch, "sub/src/lib.rs"), Ok(("sub/src/lib.rs".into(), false)));
}
