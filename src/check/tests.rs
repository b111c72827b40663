//! The checks on real workspaces with real cargo. One rich workspace is built once and asked many questions.

use super::*;
use crate::event::{Blind, Seen, Watch};
use crate::payload::entries::CommandEntry;
use crate::words::Outcome;
use crate::words::TargetId;
use crate::words::TargetKind;
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::{CargoFlags, Graph, Workspace};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// A file of a made-up workspace: its path and its text.
pub(super) type File = (&'static str, &'static str);

pub(super) fn surroundings(folder: &Utf8Path) -> Surroundings {
    let environment = Surroundings::of_this_process().expect("surroundings").environment;
    let environment = environment.into_iter().filter(|(name, _)| {
        let name = name.to_string_lossy();
        !name.starts_with("CARGO") && !name.starts_with("RUST") && name != "LD_LIBRARY_PATH"
    });
    Surroundings::made_up(folder, environment.collect(), "2026-11-02T09:30:00Z".parse().expect("a time"))
}

fn write(folder: &Utf8Path, files: &[File]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(&path, text).expect("written");
    }
}

/// The graph of a folder, as cargo sees it.
fn graph(folder: &Utf8Path) -> Graph {
    let surroundings = surroundings(folder);
    let command = crate::process::Command::new("cargo", folder, surroundings.environment.clone());
    let command = command.args(["metadata", "--format-version", "1", "--offline", "--no-deps"]);
    let said = crate::process::ask(&command, &Cancel::new()).expect("ran");
    assert!(said.end.is_success(), "{}", String::from_utf8_lossy(&said.stderr));
    let metadata: cargo_metadata::Metadata = serde_json::from_slice(&said.stdout).expect("metadata");
    let packages = metadata.packages.iter().map(package).collect();
    let root = metadata.workspace_root.clone();
    let manifest = root.join("Cargo.toml");
    let (target_folder, paths, settings) = (metadata.target_directory, Vec::new(), serde_json::Value::Null);
    let build_folder = target_folder.clone();
    Graph { workspaces: vec![Workspace { manifest, root, target_folder, build_folder, packages, paths, settings }] }
}

fn package(cargo: &cargo_metadata::Package) -> Package {
    let target = |target: &cargo_metadata::Target| Target {
        id: TargetId {
            package: cargo.name.to_string(),
            kind: messages::kind_of(target).expect("a known kind"),
            name: target.name.clone(),
        },
        root_file: target.src_path.clone(),
        test: target.test,
        doctest: target.doctest,
        harness: !std::fs::read_to_string(&cargo.manifest_path)
            .expect("read")
            .contains(&format!("name = \"{}\"\nharness = false", target.name)),
        required_features: target.required_features.clone(),
    };
    Package {
        label: cargo.name.to_string(),
        folder: cargo.manifest_path.parent().expect("a parent").to_owned(),
        real_folder: cargo.manifest_path.parent().expect("a parent").to_owned(),
        targets: cargo.targets.iter().map(target).collect(),
        depends: Vec::new(),
        resolved: BTreeSet::new(),
        cargo: cargo.clone(),
    }
}

/// A change of these lines.
pub(super) fn change(file: &str, lines: &[u32]) -> Change {
    Change {
        file: file.into(),
        kind: ChangeKind::Modified,
        from: None,
        package: None,
        from_package: None,
        lines: None,
        before: None,
        after: None,
        new_lines: lines.iter().copied().collect(),
        old_lines: BTreeSet::new(),
        diff: String::new(),
    }
}

/// A workspace on disk that lives as long as the test process.
pub(super) struct Place {
    _keep: tempfile::TempDir,
    pub(super) root: Utf8PathBuf,
    pub(super) graph: Graph,
}

impl Place {
    pub(super) fn new(files: &[File]) -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
        write(&root, files);
        let graph = graph(&root);
        Self { _keep: keep, root, graph }
    }

    /// Writes a file and asks cargo what there is now.
    pub(super) fn write(&mut self, path: &str, text: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
        self.graph = graph(&self.root);
    }

    pub(super) fn labels(&self) -> BTreeSet<String> {
        self.graph.packages().map(|package| package.label.clone()).collect()
    }

    /// Checks it with the request as `adjust` leaves it.
    pub(super) fn check(
        &self,
        run: &str,
        watch: &dyn Watch,
        cancel: &Cancel,
        only: Option<&[SuiteId]>,
        adjust: impl FnOnce(&mut Request<'_>),
    ) -> Results {
        let (full, none) = (self.labels(), BTreeSet::new());
        let folder = self.root.join("handoff/runs").join(run);
        std::fs::create_dir_all(&folder).expect("made");
        let changes = [change("alpha/src/lib.rs", &[4, 5, 8]), change("alpha/src/unformatted.rs", &[5])];
        let flags = CargoFlags { offline: true, ..CargoFlags::default() };
        let mut request = Request {
            graph: &self.graph,
            full: &full,
            tests_only: &none,
            changes: &changes,
            root: &self.root,
            folder: &folder,
            flags: &flags,
            strict: false,
            doc: false,
            test_timeout: Duration::from_secs(120),
            testing: Testing::default(),
            only,
            select: None,
            selection: None,
            build: None,
            memory: None,
            share: None,
        };
        adjust(&mut request);
        super::run(&request, &surroundings(&self.root), cancel, &Run::new(run.into(), watch)).expect("checked")
    }
}

const RICH: &[File] = &[
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"alpha\", \"beta\", \"half\", \"odd\", \"macros\", \"tidy\"]\n",
    ),
    ("alpha/Cargo.toml", "[package]\nname = \"alpha\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
    (
        "alpha/src/lib.rs",
        r#"//! Alpha.

mod unformatted;
/// New and wrong: needless return.
pub fn new() -> u32 { return 1; }

/// Old and wrong: needless return. (the span starts on the next line)
pub fn good(x: u32) -> u32 { x }

pub fn old() -> u32 { return 2; }

/// Adds.
///
/// ```
/// assert_eq!(alpha::add(1, 2), 3);
/// ```
///
/// ```no_run
/// alpha::add(1, 2);
/// ```
///
/// ```should_panic
/// panic!("as it should");
/// ```
///
/// ```ignore
/// nothing
/// ```
///
/// ```compile_fail
/// let x: u32 = "";
/// ```
pub fn add(a: u32, b: u32) -> u32 { a + b + unformatted::zero() }

#[cfg(test)]
mod tests {
    #[test]
    fn passes() { assert_eq!(super::add(1, 1), 2); }
    #[test]
    #[should_panic(expected = "x")]
    fn panics() { panic!("x"); }
    #[test]
    #[ignore = "slow"]
    fn is_ignored() {}
    #[test]
    fn fails() { assert_eq!(super::add(1, 1), 3, "{}", env!("CARGO_MANIFEST_DIR")); }
    #[test]
    fn lies() {
        use std::io::Write as _;
        let mut out = std::io::stdout();
        writeln!(out, "test tests::fails ... ok").unwrap();
        writeln!(out, "test tests::made_up ... ok").unwrap();
        writeln!(out, "test result: ok. 6 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s").unwrap();
    }
}
"#,
    ),
    (
        "alpha/src/unformatted.rs",
        "pub(crate) fn zero()->u32 { 0 }\n\n// between\n\n#[expect(dead_code)] fn one( ) {}\n",
    ),
    ("alpha/tests/same.rs", "#[test]\nfn same() {}\n"),
    ("beta/Cargo.toml", "[package]\nname = \"beta\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
    ("beta/src/main.rs", "fn main() {}\n"),
    ("beta/tests/same.rs", "#[test]\nfn same() {\n    panic!(\"beta's own\");\n}\n"),
    (
        "half/Cargo.toml",
        "[package]\nname = \"half\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[features]\nextra = []\n\
         [[test]]\nname = \"gated\"\nrequired-features = [\"extra\"]\n",
    ),
    ("half/src/lib.rs", "//! Half.\n"),
    ("half/tests/broken.rs", "#[test]\nfn broken() {\n    let x: u32 = \"no\";\n}\n"),
    ("half/tests/fine.rs", "#[test]\nfn fine() {}\n"),
    ("half/tests/gated.rs", "#[test]\nfn gated() {}\n"),
    (
        "odd/Cargo.toml",
        "[package]\nname = \"odd\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [[test]]\nname = \"plain\"\nharness = false\n[[test]]\nname = \"plain_bad\"\nharness = false\n\
         [[example]]\nname = \"shown\"\ntest = true\n",
    ),
    ("odd/src/lib.rs", "//! Odd: no tests.\n"),
    ("odd/examples/shown.rs", "fn main() {}\n\n#[test]\nfn of_an_example() {}\n"),
    (
        "odd/tests/exits.rs",
        "#[test]\nfn a_leaves() {\n    std::process::exit(0);\n}\n\n#[test]\nfn b_never() {\n    \
         std::thread::sleep(std::time::Duration::from_secs(2));\n    panic!();\n}\n",
    ),
    ("odd/tests/crashes.rs", "#[test]\nfn crashes() {\n    std::process::abort();\n}\n"),
    (
        "odd/tests/hangs.rs",
        "#[test]\nfn hangs() {\n    std::thread::sleep(std::time::Duration::from_secs(600));\n}\n\n#[test]\nfn \
         quick() {}\n",
    ),
    ("odd/tests/only_ignored.rs", "#[test]\n#[ignore]\nfn not_now() {}\n"),
    ("odd/tests/plain.rs", "fn main() {}\n"),
    ("odd/tests/plain_bad.rs", "fn main() {\n    std::process::exit(3);\n}\n"),
    (
        "macros/Cargo.toml",
        "[package]\nname = \"macros\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
    ),
    (
        "macros/src/lib.rs",
        "//! Macros.\n\nuse proc_macro::TokenStream;\n\n/// Nothing.\n#[proc_macro]\npub fn nothing(input: \
         TokenStream) -> TokenStream {\n    input\n}\n\n#[test]\nfn of_a_macro() {}\n",
    ),
    ("tidy/Cargo.toml", "[package]\nname = \"tidy\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
    (
        "tidy/src/lib.rs",
        "//! Tidy.\n\n/// One.\npub fn one() -> u32 {\n    1\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn \
         one() {\n        assert_eq!(super::one(), 1);\n    }\n}\n",
    ),
];

/// Everything that was told.
#[derive(Default)]
pub(super) struct Told(pub(super) Mutex<Vec<Event>>);

impl Watch for Told {
    fn see(&self, seen: &Seen) {
        self.0.lock().expect("no panic elsewhere").push(seen.event.clone());
    }
}

struct Rich {
    place: Place,
    results: Results,
    told: Vec<Event>,
}

/// The rich workspace, checked once. The binary that hangs is left to a test of its own.
fn rich() -> &'static Rich {
    static RICH_RESULTS: OnceLock<Rich> = OnceLock::new();
    RICH_RESULTS.get_or_init(|| {
        let place = Place::new(RICH);
        let told = Told::default();
        let all = place.graph.packages().flat_map(|package| &package.targets);
        let only: Vec<SuiteId> = all
            .flat_map(|target| [false, true].map(|doctest| SuiteId { target: target.id.clone(), doctest }))
            .filter(|suite| suite.target.name != "hangs")
            .collect();
        let results = place.check("first", &told, &Cancel::new(), Some(&only), |_| ());
        Rich { results, told: told.0.into_inner().expect("no panic"), place }
    })
}

#[track_caller]
fn suite(id: &str) -> &'static SuiteResult {
    let known = &rich().results.suites;
    known.iter().find(|result| result.suite.to_string() == id).unwrap_or_else(|| panic!("no {id} in {known:#?}"))
}

#[track_caller]
fn command(id: &str) -> &'static CommandEntry {
    rich().results.commands.iter().find(|entry| entry.id == id).expect("there")
}

#[track_caller]
fn why(result: &SuiteResult) -> &str {
    result.why.as_deref().expect("a reason")
}

fn outcomes(results: &Results) -> BTreeMap<String, Outcome> {
    results.suites.iter().map(|result| (result.suite.to_string(), result.outcome)).collect()
}

#[test]
fn every_suite_has_its_outcome_and_none_hides_another() {
    use Outcome::{CouldNotRun, Failed, NotRun, Passed};
    let known: BTreeMap<String, Outcome> = [
        ("alpha/doctest/alpha", Passed),
        ("alpha/lib/alpha", Failed),
        ("alpha/test/same", Passed),
        ("beta/bin/beta", NotRun),
        ("beta/test/same", Failed),
        ("half/doctest/half", NotRun),
        ("half/lib/half", NotRun),
        ("half/test/broken", CouldNotRun),
        ("half/test/fine", Passed),
        ("half/test/gated", NotRun),
        ("macros/doctest/macros", NotRun),
        ("macros/proc-macro/macros", Passed),
        ("odd/doctest/odd", NotRun),
        ("odd/example/shown", Passed),
        ("odd/lib/odd", NotRun),
        ("odd/test/crashes", CouldNotRun),
        ("odd/test/exits", Failed),
        ("odd/test/only_ignored", NotRun),
        ("odd/test/plain", Passed),
        ("odd/test/plain_bad", Failed),
        ("tidy/doctest/tidy", NotRun),
        ("tidy/lib/tidy", Passed),
    ]
    .into_iter()
    .map(|(id, outcome)| (id.to_owned(), outcome))
    .collect();
    assert_eq!(outcomes(&rich().results), known);
}

#[test]
fn a_test_that_prints_result_lines_fools_nobody() {
    let result = suite("alpha/lib/alpha");
    let of = |name: &str| result.tests.get(&format!("tests::{name}")).copied();
    assert_eq!(of("passes"), Some(TestOutcome::Passed));
    assert_eq!(of("panics"), Some(TestOutcome::Passed));
    assert_eq!(of("is_ignored"), Some(TestOutcome::Ignored));
    assert_eq!(of("fails"), Some(TestOutcome::Failed));
    assert_eq!(of("lies"), Some(TestOutcome::Passed));
    assert_eq!(of("made_up"), None);
    let counts = result.counts;
    assert_eq!((counts.listed, counts.passed, counts.failed, counts.ignored), (5, 3, 1, 1));
    assert_eq!(why(result), "1 of 5 tests failed");
}

#[test]
fn a_failed_test_says_why_without_a_path_of_this_machine() {
    let [failure] = suite("alpha/lib/alpha").failures.as_slice() else { panic!("one failure") };
    assert_eq!(failure.name, "tests::fails");
    assert!(failure.excerpt.contains("left == right` failed: <root>/alpha"), "{}", failure.excerpt);
    assert!(failure.excerpt.lines().count() <= 20 && failure.excerpt.len() <= 1024);
}

#[test]
fn nothing_recorded_holds_an_absolute_path() {
    let rich = rich();
    let commands = serde_json::to_string(&rich.results.commands).expect("JSON");
    let suites = format!("{:?}", rich.results.suites);
    for file in rich.place.root.join("handoff/runs/first").read_dir_utf8().expect("a folder") {
        let file = file.expect("a file");
        assert_eq!(file.path().extension(), Some("txt"), "{}", file.path());
        let text = std::fs::read_to_string(file.path()).expect("UTF-8");
        assert!(!text.contains(rich.place.root.as_str()), "{}: {text}", file.path());
    }
    for text in [commands, suites] {
        assert!(!text.contains(rich.place.root.as_str()), "{text}");
    }
}

#[test]
fn a_log_is_what_its_digest_says() {
    for entry in &rich().results.commands {
        let log = entry.log.as_ref().expect("a log");
        let bytes = std::fs::read(rich().place.root.join("handoff/runs/first").join(&log.path)).expect("read");
        assert_eq!(log.bytes, bytes.len() as u64);
        assert_eq!(log.sha256, crate::files::sha256(&bytes));
    }
}

#[test]
fn what_does_not_compile_says_its_first_error() {
    assert!(why(suite("half/test/broken")).starts_with("does not compile: error[E0308]: mismatched types"));
    assert!(why(suite("half/test/broken")).contains("(half/tests/broken.rs:3)"));
    assert_eq!(why(suite("half/test/gated")), "needs the features `extra`, which are not on");
    assert_eq!(command("command:test").outcome, Outcome::CouldNotRun);
    assert_eq!(command("command:build").command, "cargo build --workspace --tests --keep-going --offline");
}

#[test]
fn leaving_early_and_crashing_are_no_answers() {
    let exits = suite("odd/test/exits");
    assert!(why(exits).starts_with("it ended without a `test result:` line (exit code 0)"), "{}", why(exits));
    assert_eq!((exits.tests["a_leaves"], exits.tests["b_never"]), (TestOutcome::NoAnswer, TestOutcome::Failed));
    assert!(why(exits).contains("1 of 2 tests failed; no answer from `a_leaves`"), "{}", why(exits));
    assert!(why(suite("odd/test/crashes")).starts_with("killed by signal 6"));
    assert!(why(suite("odd/test/plain")).contains("harness = false"));
    assert_eq!(why(suite("beta/bin/beta")), "no tests");
    assert_eq!(why(suite("odd/test/only_ignored")), "none of its 1 tests ran: 1 ignored");
}

#[test]
fn doctests_of_all_kinds_are_counted() {
    let result = suite("alpha/doctest/alpha");
    let counts = result.counts;
    assert_eq!((counts.listed, counts.passed, counts.failed, counts.ignored), (5, 4, 0, 1), "{result:#?}");
    let n = |outcome| result.tests.values().filter(|known| **known == outcome).count();
    assert_eq!((n(TestOutcome::Passed), n(TestOutcome::Ignored)), (4, 1));
}

#[test]
fn a_lint_is_charged_where_this_work_wrote() {
    let entry = command("command:clippy");
    assert_eq!(entry.outcome, Outcome::Failed);
    let of = |kind: TargetKind, name: &str| {
        let target = entry.targets.iter().find(|target| target.kind == kind && target.name == name);
        target.unwrap_or_else(|| panic!("no {name} in {entry:#?}"))
    };
    let alpha = of(TargetKind::Lib, "alpha");
    assert_eq!((alpha.errors, alpha.warnings, alpha.pre_existing), (0, 1, 1), "{entry:#?}");
    assert!(alpha.why.as_deref().expect("a reason").contains("alpha/src/lib.rs:5"), "{alpha:?}");
    assert_eq!(of(TargetKind::Test, "broken").outcome, Outcome::Failed);
    assert_eq!(of(TargetKind::Test, "fine").outcome, Outcome::Passed);
    assert_eq!(of(TargetKind::Test, "gated").outcome, Outcome::NotRun);
    assert_eq!(of(TargetKind::Lib, "tidy").outcome, Outcome::Passed);
}

#[test]
fn formatting_is_charged_where_this_work_wrote() {
    let entry = command("command:fmt");
    let of = |package: &str| entry.targets.iter().find(|target| target.package == package).expect("there");
    let alpha = of("alpha");
    assert_eq!(alpha.outcome, Outcome::Failed);
    assert!(0 < alpha.warnings && 0 < alpha.pre_existing, "{alpha:?}");
    assert_eq!(of("tidy").outcome, Outcome::Passed);
    assert_eq!(of("beta").outcome, Outcome::Passed);
}

#[test]
fn what_happens_is_told_as_it_happens() {
    let told = &rich().told;
    assert!(told.iter().any(|event| matches!(event, Event::Remark { text } if text.contains("first run"))));
    assert!(told.iter().any(|event| matches!(event, Event::TestFailed { test, .. } if test == "tests::fails")));
    let n_started = told.iter().filter(|event| matches!(event, Event::CommandStarted { .. })).count();
    let n_finished = told.iter().filter(|event| matches!(event, Event::CommandFinished { .. })).count();
    assert_eq!((n_started, n_finished), (rich().results.commands.len(), rich().results.commands.len()));
    let logs = told.iter().filter_map(|event| match event {
        Event::CheckFinished { log, .. } => log.as_deref(),
        _ => None,
    });
    for log in logs {
        assert!(rich().place.root.join(log).is_file(), "{log}");
    }
}

#[test]
fn strict_charges_everything_and_a_hanging_test_is_ended() {
    let place = &rich().place;
    let odd = TargetId { package: "odd".into(), kind: TargetKind::Test, name: "hangs".into() };
    let only = [SuiteId { target: odd, doctest: false }];
    let results = place.check("strict", &Blind, &Cancel::new(), Some(&only), |request| {
        request.strict = true;
        request.testing.one_test = Duration::from_secs(2);
    });
    let [hangs] = results.suites.as_slice() else { panic!("{:?}", results.suites) };
    assert_eq!(hangs.outcome, Outcome::CouldNotRun);
    assert_eq!(why(hangs), "`hangs` timed out after 2 s");
    assert_eq!((hangs.tests["hangs"], hangs.tests["quick"]), (TestOutcome::TimedOut, TestOutcome::Passed));
    let clippy = results.commands.iter().find(|entry| entry.id == "command:clippy").expect("there");
    let alpha = clippy.targets.iter().find(|target| target.name == "alpha").expect("there");
    assert_eq!((alpha.warnings, alpha.pre_existing), (2, 0));
}

#[test]
fn cancelling_keeps_what_had_finished() {
    struct AfterFmt(Cancel);
    impl Watch for AfterFmt {
        fn see(&self, seen: &Seen) {
            if matches!(&seen.event, Event::CommandStarted { check: CheckKind::Clippy, .. }) {
                self.0.cancel(2);
            }
        }
    }
    let cancel = Cancel::new();
    let results = rich().place.check("cancelled", &AfterFmt(cancel.clone()), &cancel, None, |_| ());
    assert_eq!(results.interrupted, Some(2));
    assert_eq!(results.commands.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["command:fmt"]);
    assert!(results.suites.is_empty());
    let left = rich().place.root.join("handoff/runs/cancelled").read_dir_utf8().expect("a folder");
    let left: Vec<String> = left.map(|file| file.expect("a file").file_name().to_owned()).collect();
    assert_eq!(left, ["command-fmt.txt"]);
}

#[test]
fn the_plan_names_what_would_run() {
    let place = &rich().place;
    let (full, tests_only) = (BTreeSet::from(["tidy".to_owned()]), BTreeSet::from(["beta".to_owned()]));
    let request = Request {
        graph: &place.graph,
        full: &full,
        tests_only: &tests_only,
        changes: &[],
        root: &place.root,
        folder: &place.root,
        flags: &CargoFlags::default(),
        strict: false,
        doc: false,
        test_timeout: TEST_TIMEOUT,
        testing: Testing::default(),
        only: None,
        select: None,
        selection: None,
        build: None,
        memory: None,
        share: None,
    };
    let planned: Vec<String> = planned(&request)
        .into_iter()
        .map(|event| match event {
            Event::Planned { command, packages, .. } => format!("{command} [{}]", packages.join(" ")),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        planned,
        [
            "cargo fmt -p tidy -- --check [tidy]",
            "cargo clippy --workspace --lib --bins --tests --examples --keep-going [beta tidy]",
            "cargo test --workspace --no-run [beta tidy]",
            "cargo test --workspace --doc --no-fail-fast [tidy]",
        ]
    );
}

const SMALL: &[File] = &[
    (
        "Cargo.toml",
        "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\nmembers = [\"syntax\"]\n",
    ),
    (
        "src/lib.rs",
        "//! Small.\n\n/// Two.\npub fn two( ) -> u32 { return 2; }\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn \
         two() {\n        assert_eq!(super::two(), 2);\n    }\n}\n",
    ),
    ("syntax/Cargo.toml", "[package]\nname = \"syntax\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
    ("syntax/src/lib.rs", "//! Broken.\npub fn broken( { }\n"),
];

/// A request about all of a small workspace, as `act` wants it.
fn with_small<T>(act: impl FnOnce(&Place, &mut Request<'_>) -> T) -> T {
    let place = Place::new(SMALL);
    let (full, none, flags) = (place.labels(), BTreeSet::new(), CargoFlags { offline: true, ..CargoFlags::default() });
    let folder = place.root.join("run");
    std::fs::create_dir(&folder).expect("made");
    let mut request = Request {
        graph: &place.graph,
        full: &full,
        tests_only: &none,
        changes: &[],
        root: &place.root,
        folder: &folder,
        flags: &flags,
        strict: false,
        doc: false,
        test_timeout: Duration::from_secs(120),
        testing: Testing::default(),
        only: None,
        select: None,
        selection: None,
        build: None,
        memory: None,
        share: None,
    };
    act(&place, &mut request)
}

#[test]
fn without_rustfmt_and_clippy_the_tests_still_run() {
    with_small(|place, request| {
        use std::os::unix::fs::PermissionsExt as _;
        let mut surroundings = surroundings(&place.root);
        let script = place.root.join("cargo-without");
        let text = "#!/bin/sh\ncase \"$1\" in clippy|fmt) echo \"error: no such command: $1\" >&2; exit 101;; esac\n\
                    exec cargo \"$@\"\n";
        std::fs::write(&script, text).expect("written");
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("mode set");
        surroundings.environment.insert("CARGO".into(), script.as_str().into());
        let told = Told::default();
        let run = Run::new("r".into(), &told);
        let results = super::run(request, &surroundings, &Cancel::new(), &run).expect("checked");
        for id in ["command:fmt", "command:clippy"] {
            let entry = results.commands.iter().find(|entry| entry.id == id).expect("there");
            assert_eq!(entry.outcome, Outcome::CouldNotRun);
            assert!(entry.why.as_deref().expect("a reason").contains("rustup component add"), "{entry:?}");
        }
        assert_eq!(outcomes(&results)["small/lib/small"], Outcome::Passed);
        let told = told.0.into_inner().expect("no panic");
        let warned = told.iter().position(|event| matches!(event, Event::Warning { text } if text.contains("clippy")));
        let started = told.iter().position(|event| matches!(event, Event::CommandStarted { .. }));
        assert!(warned.expect("warned") < started.expect("started"));
    });
}

#[test]
fn what_does_not_parse_fails_its_own_package_only() {
    with_small(|place, request| {
        let run = Run::new("r".into(), &Blind);
        let results = super::run(request, &surroundings(&place.root), &Cancel::new(), &run).expect("checked");
        let of = |id: &str, name: &str| {
            let entry = results.commands.iter().find(|entry| entry.id == id).expect("there");
            entry.targets.iter().find(|target| target.name == name).expect("there").clone()
        };
        assert_eq!(of("command:fmt", "syntax").outcome, Outcome::Failed);
        assert_eq!((of("command:fmt", "syntax").errors, of("command:fmt", "small").pre_existing), (1, 1));
        assert_eq!(of("command:fmt", "small").outcome, Outcome::Passed);
        assert_eq!(of("command:clippy", "syntax").outcome, Outcome::Failed);
        assert_eq!(of("command:clippy", "small").outcome, Outcome::Passed);
        let outcomes = outcomes(&results);
        assert_eq!(outcomes["small/lib/small"], Outcome::Passed);
        assert_eq!(outcomes["syntax/lib/syntax"], Outcome::CouldNotRun);
        assert_eq!(outcomes["syntax/doctest/syntax"], Outcome::CouldNotRun);
    });
}

#[test]
fn a_package_nobody_asked_about_is_not_charged_with_what_it_breaks() {
    with_small(|place, request| {
        let only_small = BTreeSet::from(["small".to_owned()]);
        let request = Request { full: &only_small, ..*request };
        let run = Run::new("r".into(), &Blind);
        let results = super::run(&request, &surroundings(&place.root), &Cancel::new(), &run).expect("checked");
        let of = |id: &str| results.commands.iter().find(|entry| entry.id == id).expect("there");
        assert_eq!(of("command:clippy").outcome, Outcome::Passed);
        assert_eq!(of("command:test").outcome, Outcome::NotRun, "{:?}", of("command:test"));
        assert_eq!((of("command:test").exit_code, of("command:test").targets.len()), (Some(101), 0));
        assert_eq!(of("command:build").outcome, Outcome::Passed);
        assert_eq!(outcomes(&results)["small/lib/small"], Outcome::Passed);
    });
}

#[test]
fn fixing_formats_and_applies_what_clippy_suggests() {
    with_small(|place, request| {
        let command = crate::process::Command::new("git", &place.root, surroundings(&place.root).environment);
        let _ = crate::process::ask(&command.args(["init", "-q"]), &Cancel::new()).expect("ran");
        let only_small = BTreeSet::from(["small".to_owned()]);
        let request = Request { full: &only_small, ..*request };
        let run = Run::new("r".into(), &Blind);
        let results = super::fix(&request, &surroundings(&place.root), &Cancel::new(), &run).expect("fixed");
        let ids: Vec<&str> = results.commands.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["command:clippy:fix", "command:fmt:fix"]);
        let text = std::fs::read_to_string(place.root.join("src/lib.rs")).expect("read");
        assert!(text.contains("pub fn two() -> u32 {\n    2\n}"), "{text} {:?}", results.commands);
    });
}

#[test]
fn a_prescribed_command_is_judged_by_what_ran() {
    with_small(|place, request| {
        let check = |line: &str| {
            let crate::approval::Parsed::Ours(words) = crate::approval::parse(line) else { panic!("{line}") };
            let run = Run::new("r".into(), &Blind);
            let workspace = &place.graph.workspaces[0];
            let id = format!("command:prescribed:{line}");
            let surroundings = surroundings(&place.root);
            let entry = prescribed(&words, &id, workspace, request, &surroundings, &Cancel::new(), &run);
            let entry = entry.expect("ran").expect("not cancelled");
            (entry.outcome, entry.why.unwrap_or_default())
        };
        assert_eq!(check("cargo test -p small --lib two").0, Outcome::Passed);
        assert_eq!(check("cargo test -p small --lib no_such"), (Outcome::CouldNotRun, "0 tests ran".into()));
        assert_eq!(check("cargo test -p syntax").0, Outcome::CouldNotRun);
        assert_eq!(check("cargo fmt -p small -- --check").0, Outcome::Failed);
        let words = ["cargo".to_owned(), "run".into()];
        let run = Run::new("r".into(), &Blind);
        let workspace = &place.graph.workspaces[0];
        let refused = prescribed(&words, "x", workspace, request, &surroundings(&place.root), &Cancel::new(), &run);
        assert_eq!(refused.expect_err("refused").code, crate::error::Code::Internal);
    });
}

#[test]
fn with_two_workspaces_each_has_its_ids_and_its_folder() {
    let two: &[File] = &[
        ("one/Cargo.toml", "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("one/src/lib.rs", "//! One.\n"),
        ("deep/two/Cargo.toml", "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("deep/two/src/lib.rs", "//! Two.\n"),
    ];
    let keep = tempfile::tempdir().expect("a folder");
    let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
    write(&root, two);
    let mut both = graph(&root.join("one"));
    both.workspaces.extend(graph(&root.join("deep/two")).workspaces);
    let full = both.packages().map(|package| package.label.clone()).collect();
    let request = Request {
        graph: &both,
        full: &full,
        tests_only: &BTreeSet::new(),
        changes: &[],
        root: &root,
        folder: &root,
        flags: &CargoFlags::default(),
        strict: false,
        doc: false,
        test_timeout: TEST_TIMEOUT,
        testing: Testing::default(),
        only: Some(&[]),
        select: None,
        selection: None,
        build: None,
        memory: None,
        share: None,
    };
    let run = Run::new("r".into(), &Blind);
    let results = super::run(&request, &surroundings(&root), &Cancel::new(), &run).expect("checked");
    let ids: Vec<(&str, &str)> = results.commands.iter().map(|entry| (entry.id.as_str(), entry.cwd.as_str())).collect();
    assert_eq!(
        ids,
        [
            ("command:fmt:one", "one"),
            ("command:clippy:one", "one"),
            ("command:fmt:deep-two", "deep/two"),
            ("command:clippy:deep-two", "deep/two"),
        ]
    );
    assert!(results.commands.iter().all(|entry| entry.outcome == Outcome::Passed));
}
