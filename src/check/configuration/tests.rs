//! cargo's configuration files, near and far.

use super::*;
use camino::Utf8PathBuf;

fn configuration(files: &[(&str, &str)], environment: &[(&str, &str)]) -> (Configuration, Utf8PathBuf) {
    let keep = tempfile::tempdir().expect("a folder");
    let root = Utf8PathBuf::from_path_buf(keep.path().to_owned()).expect("UTF-8");
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    let mut environment: BTreeMap<_, _> = environment.iter().map(|(name, value)| (name.into(), value.into())).collect();
    environment.insert("CARGO_HOME".into(), root.join("home").into_string().into());
    let now = "2026-11-02T09:30:00Z".parse().expect("a time");
    let surroundings = Surroundings::made_up(&root, environment, now);
    (read(&root.join("a/b"), "x86_64-unknown-linux-gnu", &surroundings), root)
}

#[test]
fn the_nearest_file_wins_and_the_home_is_the_farthest() {
    let (known, root) = configuration(
        &[
            ("a/b/.cargo/config.toml", "[env]\nX = \"near\"\nP = { value = \"p/q\", relative = true }\n"),
            ("a/.cargo/config", "[env]\nX = \"far\"\nY = { value = \"y\", force = true }\n"),
            ("home/config.toml", "[env]\nX = \"home\"\nZ = \"z\"\n"),
        ],
        &[],
    );
    let of = |name: &str| known.env[name].value.clone();
    assert_eq!((of("X"), of("Y"), of("P")), ("near".into(), "y".into(), root.join("a/b/p/q").into_string()));
    assert!(known.env["Y"].force && !known.env["X"].force);
}

#[test]
fn a_runner_is_found_by_triple_by_cfg_and_by_variable() {
    let file = |text| [("a/.cargo/config.toml", text)];
    let by_triple = configuration(&file("[target.x86_64-unknown-linux-gnu]\nrunner = \"tools/run -q\"\n"), &[]);
    assert_eq!(by_triple.0.runner, Some(vec![by_triple.1.join("a/tools/run").into_string(), "-q".into()]));
    let by_cfg = configuration(&file("[target.'cfg(target_os = \"linux\")']\nrunner = [\"run\", \"a b\"]\n"), &[]);
    assert_eq!(by_cfg.0.runner, Some(vec!["run".into(), "a b".into()]));
    let other = configuration(&file("[target.'cfg(windows)']\nrunner = \"wine\"\n"), &[]);
    assert_eq!(other.0.runner, None);
    let variable = [("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "qemu -x")];
    assert_eq!(configuration(&[], &variable).0.runner, Some(vec!["qemu".into(), "-x".into()]));
}

#[test]
fn what_is_not_understood_is_told() {
    let (known, _) = configuration(
        &[
            ("a/b/.cargo/config.toml", "not = [toml"),
            ("a/.cargo/config.toml", "[target.'cfg(any(unix, windows))']\nrunner = \"run\"\n"),
        ],
        &[],
    );
    assert_eq!(known.oddities.len(), 2, "{known:?}");
    assert_eq!(known.runner, None);
}
