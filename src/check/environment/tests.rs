//! Our environment of a test binary held against cargo's own: cargo calls a script instead of each binary, through
//! the variable of a runner, and the script writes down what it was given (from `/proc`: a shell drops names with a `-`).

use super::*;
use crate::cancel::Cancel;
use crate::check::configuration;
use crate::check::tests::{File, Place, surroundings};
use crate::check::tools;
use std::os::unix::fs::PermissionsExt as _;

const FILES: &[File] = &[
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"tool\", \"macros\"]\n[workspace.package]\nrust-version = \"1.85\"\n",
    ),
    (
        ".cargo/config.toml",
        "[env]\nFROM_CONFIG = \"yes\"\nPLACE = { value = \"some/where\", relative = true }\nKEPT = \"config's\"\n\
         FORCED = { value = \"config's\", force = true }\n",
    ),
    (
        "tool/Cargo.toml",
        "[package]\nname = \"tool\"\nversion = \"1.2.3-beta.1\"\nedition = \"2024\"\nrust-version.workspace = true\n\
         authors = [\"A\", \"B <b@example.com>\"]\ndescription = \"Describes\"\nlicense = \"MIT\"\n\
         repository = \"https://example.com/r\"\nhomepage = \"https://example.com\"\n[dependencies]\n\
         macros = { path = \"../macros\" }\n[[bin]]\nname = \"tool-one\"\npath = \"src/one.rs\"\n",
    ),
    ("tool/README.md", "read me\n"),
    (
        "tool/build.rs",
        "fn main() {\n    println!(\"cargo::rustc-env=FROM_SCRIPT=a=b c\");\n    let out = std::env::var(\"OUT_DIR\").unwrap();\n    \
         println!(\"cargo::rustc-link-search=native={out}\");\n    println!(\"cargo::rustc-link-search=native=/usr/lib\");\n}\n",
    ),
    ("tool/src/lib.rs", "macros::nothing!();\n\n#[test]\nfn of_the_lib() {}\n"),
    ("tool/src/one.rs", "fn main() {}\n\n#[test]\nfn of_the_bin() {}\n"),
    ("tool/tests/it.rs", "#[test]\nfn it() {}\n"),
    ("tool/examples/shown.rs", "fn main() {}\n"),
    (
        "macros/Cargo.toml",
        "[package]\nname = \"macros\"\nversion = \"0.1.0\"\nedition = \"2021\"\nrust-version = \"1.70\"\n\
         license-file = \"LICENSE\"\n[lib]\nproc-macro = true\n",
    ),
    ("macros/LICENSE", "free\n"),
    (
        "macros/src/lib.rs",
        "#[proc_macro]\npub fn nothing(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n    \
         Default::default()\n}\n\n#[test]\nfn of_the_macro() {}\n",
    ),
];

/// What may differ: rustup's own bookkeeping, and the mark every command of ours carries. The variable that made cargo call the script is left out too.
const LEFT_OUT: &[&str] = &["RUST_RECURSION_COUNT", "RUSTUP_TOOLCHAIN_SOURCE", "HANDOFF_JOB"];

fn plain(environment: BTreeMap<OsString, OsString>) -> BTreeMap<String, String> {
    let text = |text: OsString| text.into_string().expect("UTF-8");
    let mut plain: BTreeMap<String, String> =
        environment.into_iter().map(|(name, value)| (text(name), text(value))).collect();
    plain.retain(|name, _| !LEFT_OUT.contains(&name.as_str()) && !name.ends_with("_RUNNER"));
    plain
}

#[test]
fn ours_is_cargos_own() {
    let place = Place::new(FILES);
    let (root, workspace) = (&place.root, &place.graph.workspaces[0]);
    let mut surroundings = surroundings(root);
    surroundings.environment.insert("KEPT".into(), "the user's".into());
    surroundings.environment.insert("FORCED".into(), "the user's".into());
    let cancel = Cancel::new();
    let tools = tools::of_folder(&surroundings, root, &root.join("target"), &cancel).expect("asked");
    let triple = tools.triple.clone().expect("a triple");

    let (dump, out) = (root.join("dump.sh"), root.join("out"));
    std::fs::create_dir(&out).expect("made");
    let script =
        format!("#!/bin/sh\npwd > '{out}'/$(basename $1).cwd\ncat /proc/$$/environ > '{out}'/$(basename $1)\n");
    std::fs::write(&dump, script).expect("written");
    std::fs::set_permissions(&dump, std::fs::Permissions::from_mode(0o755)).expect("mode set");
    let variable = format!("CARGO_TARGET_{}_RUNNER", triple.to_uppercase().replace('-', "_"));
    let command = process::Command::new("cargo", root, process::clean(&surroundings.environment));
    let cargo = command.clone().args(["test", "--workspace", "--lib", "--bins", "--tests", "--offline"]);
    let said = process::ask(&cargo.env(variable, dump.as_str()), &cancel).expect("ran");
    assert!(said.end.is_success(), "{}", String::from_utf8_lossy(&said.stderr));

    let mut built = Built::default();
    let build = command.args(["test", "--workspace", "--no-run", "--message-format", "json", "--offline"]);
    for line in process::ask(&build, &cancel).expect("ran").stdout.split(|byte| *byte == b'\n') {
        built.read(workspace, line);
    }
    let configuration = configuration::read(root, &triple, &surroundings);
    let base =
        Base { surroundings: &surroundings, workspace, configuration: &configuration, tools: &tools, built: &built };
    assert_eq!(built.executables.len(), 4);
    for (target, executable) in &built.executables {
        let package = place.graph.package(&target.package).expect("there");
        let mut ours = plain(of(&base, package, target.kind, executable));
        let name = executable.file_name().expect("a name");
        let cwd = std::fs::read_to_string(out.join(format!("{name}.cwd"))).expect("cargo called it");
        assert_eq!(cwd.trim(), package.folder);
        let dumped = std::fs::read_to_string(out.join(name)).expect("cargo called it");
        let pairs = dumped.split_terminator('\0').filter_map(|pair| pair.split_once('='));
        let mut cargos = plain(pairs.map(|(name, value)| (name.into(), value.into())).collect());
        // rustup puts the toolchain's `lib` behind.
        let library = |environment: &mut BTreeMap<String, String>| -> Vec<String> {
            let value = environment.remove("LD_LIBRARY_PATH").unwrap_or_default();
            value.split(':').filter(|folder| !folder.is_empty()).map(str::to_owned).collect()
        };
        let (our_library, mut cargos_library) = (library(&mut ours), library(&mut cargos));
        cargos_library.retain(|folder| !folder.ends_with("/lib") || folder.contains("/rustlib/"));
        assert_eq!(our_library, cargos_library, "{target}");
        let names: std::collections::BTreeSet<&String> = ours.keys().chain(cargos.keys()).collect();
        let differences: Vec<String> = names
            .into_iter()
            .filter(|name| ours.get(*name) != cargos.get(*name))
            .map(|name| format!("{name}: ours {:?}, cargo's {:?}", ours.get(name), cargos.get(name)))
            .collect();
        assert!(differences.is_empty(), "{target}: {differences:#?}");
    }
}
