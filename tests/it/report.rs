//! Reports: by the verb and beside `implement` and `validate`, into files and onto stdout, and never where they do harm.

use crate::tree::Tree;
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";
const LIB: &str = "adder/src/lib.rs";
const FORMATS: [&str; 6] = ["markdown", "html", "github", "sarif", "junit", "in-toto"];
const TEST: &str =
    "    #[test]\n    fn more() {\n        assert_eq!(add(1, 1), 2);\n    }\n\n    #[test]\n    fn order";

/// Work that is there and not recorded yet.
fn worked() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.change(LIB, "    #[test]\n    fn order", TEST);
    tree
}

/// The newest record among the runs.
fn record(tree: &Tree) -> Value {
    let runs = tree.root.join("handoff/runs").read_dir_utf8().expect("runs");
    let newest = runs.map(|run| run.expect("a run").into_path().join("record.json")).max().expect("a run");
    serde_json::from_str(&std::fs::read_to_string(newest).expect("a record")).expect("JSON")
}

#[test]
fn every_verb_writes_every_format_into_files_however_it_ends() {
    let tree = worked();
    let all = |folder: &str| {
        std::fs::create_dir_all(tree.root.join(folder)).expect("made");
        FORMATS.iter().flat_map(|format| ["--report".into(), format!("{format}={folder}/{format}")]).collect::<Vec<_>>()
    };
    let ask = |verb: &[&str], folder: &str| {
        let args: Vec<String> = verb.iter().map(|word| (*word).to_owned()).chain(all(folder)).collect();
        tree.handoff(args)
    };
    let texts = |folder: &str| FORMATS.map(|format| tree.read(&format!("{folder}/{format}")));
    let dry = ask(&["implement", "--dry-run"], "handoff/dry").exits(0);
    assert!(texts("handoff/dry")[0].contains("adder/src/lib.rs"), "{dry:#?}");
    assert!(tree.read(PAYLOAD).contains("\"commands\": []"), "nothing was written");
    let ran = ask(&["implement", "--message-format", "json"], "handoff/a").exits(0);
    let told = ran.messages().pop().expect("a line")["reports"].clone();
    assert_eq!(told[2], json!({ "format": "github", "path": "handoff/a/github" }), "{told:#}");
    let first = texts("handoff/a");
    assert!(first[0].contains("+    fn more() {") && first[0].contains("Ready for acceptance"), "{}", first[0]);
    // What is known is told again, and so is its report.
    let again = ask(&["implement"], "handoff/b").exits(0);
    assert!(again.stderr.contains("nothing has changed since"), "{again:#?}");
    assert_eq!(texts("handoff/b"), first);
    let _ = ask(&["validate"], "handoff/c").exits(0);
    let again = ask(&["validate"], "handoff/d").exits(0);
    assert!(again.stderr.contains("nothing has changed since"), "{again:#?}");
    assert_eq!(texts("handoff/c"), texts("handoff/d"), "from what was kept as from what was run");
    for format in FORMATS {
        let path = format!("handoff/e-{format}");
        let ran = tree.handoff(["report", "--format", format, "--output", &path]).exits(0);
        assert_eq!(ran.stdout, format!("wrote {path}\n"));
        assert!(!tree.read(&path).is_empty());
    }
    // A lie: the report says so, and the exit code is that of the verb.
    tree.change(PAYLOAD, "\"kind\": \"modified\"", "\"kind\": \"added\"");
    tree.change(LIB, "add(1, 1), 2", "add(1, 1), 3");
    let _ = ask(&["validate", "--level", "2"], "handoff/f").exits(105);
    assert!(texts("handoff/f")[0].contains("contradicted"), "{}", texts("handoff/f")[0]);
    let _ = ask(&["implement"], "handoff/g").exits(100);
    assert!(texts("handoff/g")[0].contains("tests::more"), "{}", texts("handoff/g")[0]);
}

#[cfg(unix)]
#[test]
fn the_verb_starts_no_process_and_writes_nothing() {
    let check = |tree: Tree, what: &str| {
        let before = tree.digest_of_everything();
        for format in FORMATS {
            let ran = tree.handoff(["report", "--format", format]).exits(0);
            assert_eq!((ran.stderr.as_str(), tree.started().as_str()), ("", ""), "{what} {format}");
        }
        let told = tree.handoff(["report", "--message-format", "json"]).exits(0).messages();
        assert!(told[0]["text"].as_str().is_some_and(|text| !text.is_empty()), "{told:#?}");
        assert_eq!(tree.digest_of_everything(), before, "{what}");
    };
    for name in ["five-stage", "six-stage", "superset", "two-crates", "template"] {
        check(Tree::of("two-crates").payload(name).git().trapped(), name);
    }
    let tree = worked();
    let _ = tree.handoff(["implement", "--seal"]).exits(0);
    check(tree.copy().trapped(), "recorded");
    let _ = tree.handoff(["report"]).exits(0);
    // Whatever is missing or was edited is told, and breaks nothing.
    for folder in ["handoff/runs", "handoff/evidence"] {
        std::fs::remove_dir_all(tree.root.join(folder)).expect("removed");
    }
    let ran = tree.handoff(["report"]).exits(0);
    assert!(ran.stdout.contains("its evidence is missing"), "{ran:#?}");
    check(tree.trapped(), "without evidence");
    let nothing = Tree::of("two-crates").git();
    let _ = nothing.handoff(["report"]).exits(66);
    nothing.write(PAYLOAD, "{");
    let _ = nothing.handoff(["report"]).exits(65);
}

#[test]
fn a_report_that_cannot_go_where_it_is_to_go_is_refused_before_anything_runs() {
    let tree = worked();
    let payload = tree.read(PAYLOAD);
    let refused = |args: &[&str], why: &str| {
        for verb in [&["implement"][..], &["validate", "--level", "2"], &["validate", "--level", "2", "--changed-only"]]
        {
            let ran = tree.handoff([verb, args].concat()).exits(2);
            assert!(ran.stderr.contains(why), "{args:?}: {ran:#?}");
            assert_eq!(tree.read(PAYLOAD), payload, "{verb:?} {args:?}");
            assert!(!tree.root.join("handoff/runs").exists(), "{verb:?} {args:?}");
        }
    };
    refused(&["--report", "pdf"], "the formats are: markdown, html, github, sarif, junit, in-toto");
    refused(&["--report", "html="], "there is no file behind `html=`");
    refused(&["--report", "html=nowhere/x.html"], "goes to the folder `nowhere`, which is not there");
    refused(&["--report", "html=adder"], "names a folder");
    refused(&["--report", "html=.git/x.html"], "lies in `.git`");
    refused(&["--report", "html=x", "--report", "sarif=adder/../x"], "goes where another one goes");
    refused(&["--report", "markdown=handoff/payload.json"], "would take the place of a payload");
    refused(&["--report", "markdown=adder/../handoff/./payload.json"], "would take the place of a payload");
    // Whatever lies there already and is no report is somebody's.
    tree.write("mine.html", "<!DOCTYPE html>\n<title>mine</title>\n");
    for file in ["html=mine.html", "github=adder/src/lib.rs", "sarif=Cargo.toml", "markdown=Cargo.lock"] {
        refused(&["--report", file], "would take the place of a file that is no such report");
    }
    let ran = tree.handoff(["report", "--output", PAYLOAD]).exits(2);
    assert!(ran.stderr.contains("would take the place of a payload"), "{ran:#?}");
    assert_eq!(tree.read(PAYLOAD), payload);
    let _ = tree.handoff(["report", "--format", "pdf"]).exits(2);
    let _ = tree.handoff(["implement"]).exits(0);
    let ran = tree.handoff(["report", "--output", "handoff/runs/x"]).exits(2);
    assert!(ran.stderr.contains("lies among the records"), "{ran:#?}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_to_and_never_replaced() {
    let tree = worked();
    let ran = tree.handoff(["report", "--output", "/dev/stdout"]).exits(0);
    assert!(ran.stdout.contains("Sums may be three numbers long."), "{ran:#?}");
    let _ = tree.handoff(["report", "--output", "/dev/null"]).exits(0);
    let _ = tree.handoff(["report", "--output", "/dev/full"]).exits(74);
    let null = std::fs::metadata("/dev/null").expect("there");
    assert!(!null.is_file(), "still what it was");
    std::os::unix::fs::symlink("handoff/payload.json", tree.root.join("link")).expect("linked");
    let _ = tree.handoff(["report", "--output", "link"]).exits(2);
    tree.write("handoff/real.md", "");
    std::os::unix::fs::symlink("handoff/real.md", tree.root.join("to-real")).expect("linked");
    let _ = tree.handoff(["report", "--output", "to-real"]).exits(0);
    assert!(tree.read("handoff/real.md").contains("Sums may be"), "a link goes on pointing there");
}

#[test]
fn github_is_annotated_unasked_and_its_summary_is_appended_to() {
    let tree = worked();
    tree.change(LIB, "add(1, 1), 2", "add(1, 1), 3");
    tree.write("handoff/summary.md", "# Before\n");
    let summary = tree.root.join("handoff/summary.md");
    let tree = tree.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", summary.as_str());
    let to_summary = format!("markdown={summary}");
    let ran = tree.handoff(["implement", "--report", &to_summary]).exits(100);
    assert!(ran.stdout.lines().any(|line| line.starts_with("::error")), "{ran:#?}");
    let text = tree.read("handoff/summary.md");
    assert!(text.starts_with("# Before\n") && text.contains("tests::more"), "{text}");
    let _ = tree.handoff(["validate", "--level", "2", "--report", &to_summary]).exits(100);
    assert!(text.len() < tree.read("handoff/summary.md").len());
    let ran = tree.handoff(["validate", "--level", "2", "--message-format", "json", "--report", "markdown"]).exits(100);
    assert!(!ran.messages().is_empty() && ran.stderr.contains("Sums may be three numbers long."), "{ran:#?}");
    let once = tree.handoff(["validate", "--level", "2", "--report", "github"]).exits(100);
    let errors: Vec<&str> = once.stdout.lines().filter(|line| line.starts_with("::error")).collect();
    let mut unique = errors.clone();
    unique.dedup();
    assert_eq!(errors, unique, "annotated once");
}

#[test]
fn of_a_range_each_payload_is_reported_and_nothing_is_a_report_too() {
    let tree = worked();
    let _ = tree.handoff(["implement", "--seal"]).exits(0);
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.commit("The work");
    tree.write("README.md", "No handoff.\n");
    tree.commit("Something else");
    let range = |range: &str, more: &[&str]| {
        let range = format!("--changed-only={range}");
        let to = ["--report", "markdown=handoff/m", "--report", "sarif=handoff/s.sarif"];
        tree.handoff([&["validate", "--level", "2", range.as_str()], &to[..], more].concat())
    };
    let _ = range("HEAD~1..HEAD", &["--report", "github"]).exits(0);
    assert!(tree.read("handoff/m").contains("carries no handoff"), "{}", tree.read("handoff/m"));
    let _ = range("main", &[]).exits(0);
    assert!(tree.read("handoff/m").contains("Sums may be three numbers long."));
    assert!(!tree.root.join("handoff/s-2.sarif").exists());
    // A second payload, whose gate is closed.
    tree.write("other/handoff/payload.json", "{}");
    tree.write("other/Cargo.toml", tree.read("Cargo.toml").replace("\"adder\", \"counter\"", ""));
    tree.commit("Another handoff");
    let ran = range("main", &[]).exits(103);
    let text = tree.read("handoff/m");
    assert!(text.contains("Sums may be three numbers long.") && text.contains("could not be judged"), "{text}");
    assert!(tree.root.join("handoff/s-2.sarif").exists(), "{ran:#?}");
    std::fs::remove_file(tree.root.join("other/handoff/payload.json")).expect("removed");
    let _ = range("HEAD", &[]).exits(0);
    assert!(tree.read("handoff/m").contains("was deleted"), "{}", tree.read("handoff/m"));
}

#[cfg(unix)]
#[test]
fn what_clippy_and_rustfmt_say_is_recorded_and_known_again() {
    let tree = Tree::of("two-crates").payload("two-crates");
    tree.change(LIB, "    left + right\n", "    return left + right;\n");
    let tree = tree.git();
    tree.change(LIB, "    #[test]\n    fn order", TEST);
    let _ = tree.handoff(["implement"]).exits(0);
    let fresh = record(&tree);
    let said = &fresh["diagnostics"];
    assert_eq!(said.as_array().map(Vec::len), Some(1), "once for the library and its tests: {said:#}");
    assert_eq!(
        said[0],
        json!({
            "check": "clippy", "target": { "package": "adder", "kind": "lib", "name": "adder" }, "severity": "warning",
            "code": "clippy::needless_return", "message": "unneeded `return` statement", "file": LIB, "line": 9,
            "lastLine": 9, "preExisting": true,
        })
    );
    let packages = json!([
        { "package": "adder", "folder": "adder", "part": "changed" },
        { "package": "counter", "folder": "counter", "dependsOn": ["adder"], "part": "affected" },
    ]);
    assert_eq!(fresh["packages"], packages);
    let found = json!([{
        "id": "scenario-1", "tests": [{ "suite": "test:adder/lib/adder", "test": "tests::order_does_not_matter" }],
    }]);
    assert_eq!(fresh["scenarios"], found);
    // Only the other package is built again.
    tree.change("counter/src/main.rs", "//! Prints how many", "//! Says how many");
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(&record(&tree)["diagnostics"], said, "from what was kept");
    let _ = tree.handoff(["implement", "--no-cache"]).exits(0);
    assert_eq!(&record(&tree)["diagnostics"], said, "run anew");
    // This work's own, and formatting, and an error.
    tree.change(LIB, "assert_eq!(add(1, 1), 2);", "return   assert_eq!(add(1, 1), 2);");
    let _ = tree.handoff(["implement"]).exits(100);
    let said = record(&tree)["diagnostics"].clone();
    let own: Vec<(&str, u64)> = said
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["preExisting"].is_null())
        .map(|one| (one["code"].as_str().expect("a code"), one["line"].as_u64().expect("a line")))
        .collect();
    assert_eq!(own, [("rustfmt", 23), ("clippy::needless_return", 23)], "{said:#}");
    assert_eq!(said.as_array().and_then(|all| all.last()).expect("one")["preExisting"], true, "this work's first");
    let held = tree.handoff(["validate", "--level", "2"]);
    assert_eq!(held.status, Some(100), "as recorded: {held:#?}");
    tree.change(LIB, "return   assert_eq!(add(1, 1), 2);", "assert_eq!(add(1, 1), nothing);");
    let _ = tree.handoff(["implement"]).exits(100);
    let said = record(&tree)["diagnostics"].clone();
    let errors: Vec<&Value> =
        said.as_array().expect("a list").iter().filter(|one| one["severity"] == "error").collect();
    assert_eq!((errors.len(), &errors[0]["code"], &errors[0]["file"]), (1, &json!("E0425"), &json!(LIB)), "{said:#}");
    assert!(!said.to_string().contains(tree.root.as_str()), "{said:#}");
}

#[test]
fn a_report_that_would_count_as_work_is_refused() {
    let tree = worked();
    tree.write(".gitignore", "/target\n/out/\n");
    tree.write("out/x", "");
    let told = "would lie among the files of the work";
    let hidden = ["--report", "html=out/r.html", "--report", "sarif=handoff/r.sarif"];
    let ran = tree.handoff([&["implement"], &hidden[..]].concat()).exits(0);
    assert!(!ran.stderr.contains(told), "{ran:#?}");
    let ran = tree.handoff(["validate", "--level", "3", "--report", "html=r.html"]).exits(2);
    assert!(ran.stderr.contains(told) && ran.stderr.contains("`target/r.html`"), "{ran:#?}");
    // Here nobody asks git.
    let ran = tree.handoff(["report", "--output", "r.md"]).exits(0);
    assert!(ran.stderr.contains("unless git ignores `r.md`, it counts as a change of the work"), "{ran:#?}");
    std::fs::remove_file(tree.root.join("r.md")).expect("removed");
    let _ = tree.handoff(["validate", "--level", "3"]).exits(0);
}

#[test]
fn a_test_that_was_edited_since_it_was_red_proves_nothing() {
    let tree = Tree::of("two-crates").payload("two-crates");
    tree.change(PAYLOAD, "adder::tests::order_does_not_matter", "adder::tests::more");
    let tree = tree.git();
    tree.change(LIB, "    left + right", "    left.saturating_add(right)");
    tree.change(LIB, "    #[test]\n    fn order", &TEST.replace("add(1, 1), 2", "add(u32::MAX, 1), u32::MAX"));
    let _ = tree.handoff(["implement", "--red"]).exits(0);
    let report = |level: &str| {
        let _ = tree.handoff(["validate", "--level", level, "--report", "markdown=handoff/r.md"]);
        tree.read("handoff/r.md")
    };
    let is_proven = |text: &str| text.contains("| proven | `tests::more` failed → passes |");
    assert!(is_proven(&report("4")), "{}", report("4"));
    assert!(is_proven(&report("3")), "{}", report("3"));
    tree.change(LIB, "add(u32::MAX, 1), u32::MAX", "add(1, 1), 2");
    let text = report("4");
    assert!(text.contains("| green only | `tests::more` not run → passes |"), "{text}");
    // Nobody ran what lies here now.
    let text = report("3");
    assert!(text.contains("| **untested** | "), "{text}");
}

#[test]
fn what_came_to_no_end_is_reported_and_is_no_pass() {
    let tree = worked();
    tree.change(PAYLOAD, "\"scenarios\"", "\"no-scenarios\"");
    for verb in ["implement", "validate"] {
        let to = ["--report", "junit=handoff/j.xml", "--report", "github=handoff/g", "--report", "markdown=handoff/m"];
        let _ = tree.handoff([&[verb], &to[..]].concat()).exits(103);
        let (junit, github, markdown) = (tree.read("handoff/j.xml"), tree.read("handoff/g"), tree.read("handoff/m"));
        assert!(junit.contains("errors=\"1\"") && junit.contains("testPlan.scenarios"), "{verb}: {junit}");
        assert!(github.starts_with("::error") && github.contains("testPlan.scenarios"), "{verb}: {github}");
        assert!(markdown.contains("did not come to an end"), "{verb}: {markdown}");
        for file in ["j.xml", "g", "m"] {
            std::fs::remove_file(tree.root.join("handoff").join(file)).expect("written");
        }
    }
}

#[test]
fn a_report_that_cannot_be_written_costs_nobody_the_answer() {
    let tree = worked();
    let _ = tree.handoff(["implement"]).exits(0);
    let nowhere = format!("markdown=handoff/{}", "x".repeat(300));
    for verb in [&["implement"][..], &["validate", "--level", "2"]] {
        let ran = tree.handoff([verb, &["--report", &nowhere, "--report", "sarif=handoff/s.sarif"]].concat()).exits(74);
        assert!(ran.stdout.contains(&format!("{}: ", verb[0])), "the answer: {ran:#?}");
        assert!(ran.stderr.contains("error[io]") && ran.stderr.contains("xxx"), "and then the error: {ran:#?}");
        std::fs::remove_file(tree.root.join("handoff/s.sarif")).expect("the other one was written");
    }
    let ran = tree.handoff(["validate", "--level", "2", "--message-format", "json", "--report", &nowhere]).exits(74);
    let last = ran.messages().pop().expect("a line");
    assert_eq!((&last["exit"], &last["outcome"]), (&json!(74), &json!("error")), "{last:#}");
    assert!(!last["claims"].as_array().expect("a list").is_empty(), "{last:#}");
}

#[test]
fn a_report_somebody_wants_twice_is_made_once_and_a_second_one_takes_nobodys_place() {
    let tree = worked();
    let _ = tree.handoff(["implement", "--seal"]).exits(0);
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.commit("The work");
    let github = |n: usize| {
        let args =
            ["validate", "--level", "2"].into_iter().chain(std::iter::repeat_n(["--report", "github"], n).flatten());
        tree.handoff(args).exits(0).stdout
    };
    assert_eq!(github(1), github(2));
    tree.write("other/handoff/payload.json", "{}");
    tree.commit("Another handoff");
    tree.write("handoff/r-2.html", "mine");
    let range = ["validate", "--level", "2", "--changed-only=main", "--report", "html=handoff/r.html"];
    let _ = tree.handoff(range).exits(103);
    assert!(tree.read("handoff/r.html").starts_with("<!DOCTYPE html>"));
    assert_eq!(tree.read("handoff/r-2.html"), "mine");
}

#[test]
fn what_is_denied_and_what_failed_before_too_stand_in_the_reports_by_name() {
    let tree = Tree::of("two-crates").payload("two-crates");
    tree.change(LIB, "    #[test]\n    fn order", &TEST.replace("add(1, 1), 2", "add(1, 1), 3"));
    let tree = tree.git();
    tree.change("counter/src/main.rs", "//! Prints how many", "//! Says how many");
    tree.change(LIB, "//! Adds.", "//! Adds numbers.");
    let to = ["--report", "junit=handoff/j.xml", "--report", "github=handoff/g"];
    let args = ["implement", "--blame", "--strict", "--deny", "unplanned"];
    let ran = tree.handoff([&args[..], &to[..]].concat()).exits(100);
    let (junit, github) = (tree.read("handoff/j.xml"), tree.read("handoff/g"));
    assert!(
        github.lines().any(|line| line.starts_with("::error") && line.contains("::tests::more in adder/lib/adder")),
        "{github}"
    );
    let asked = junit.lines().filter(|line| line.contains("classname=\"asked/implement\""));
    assert!(
        asked.clone().any(|line| line.contains("unplanned") && line.contains("counter/src/main.rs")),
        "{ran:#?}{junit}"
    );
}
