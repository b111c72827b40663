//! `validate --partition`, `merge`, `matrix`: one validation on several machines comes to the same as on one.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PAYLOAD: &str = "handoff/payload.json";
const N_PACKAGES: usize = 12;

fn lib(number: usize) -> String {
    format!("crates/p{number:02}/src/lib.rs")
}

/// Twelve packages, some of which depend on others, each changed by the work; recorded, sealed and committed. `also` is
/// done before it is recorded.
fn recorded(also: impl FnOnce(&Tree), exit: i32) -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\n");
    tree.write(".gitignore", "target\n");
    for number in 1..=N_PACKAGES {
        let needs = match number {
            3 | 4 => "\n[dependencies]\np01 = { path = \"../p01\" }\n",
            9 => "\n[dev-dependencies]\np02 = { path = \"../p02\" }\n",
            _ => "",
        };
        let manifest = format!("[package]\nname = \"p{number:02}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{needs}");
        tree.write(&format!("crates/p{number:02}/Cargo.toml"), manifest);
        let doctest = if number == 6 { "///\n/// ```\n/// assert_eq!(p06::number(), 6);\n/// ```\n" } else { "" };
        let text = format!(
            "//! Package {number}.\n\n/// Its number.\n{doctest}#[must_use]\npub fn number() -> u32 {{\n    {number}\n}}\n\n\
             #[cfg(test)]\nmod tests {{\n    #[test]\n    fn it_is_its_own() {{\n        \
             assert_eq!(super::number(), {number});\n    }}\n}}\n"
        );
        tree.write(&lib(number), text);
    }
    let steps: Vec<Value> = (1..=N_PACKAGES)
        .map(|number| json!({ "id": number.to_string(), "title": format!("Step {number}"), "files": [lib(number)] }))
        .collect();
    let scenario = |number: usize| {
        json!({ "id": format!("s{number}"), "title": "It is its own", "planStepId": number.to_string(),
            "tests": [format!("p{number:02}::tests::it_is_its_own")] })
    };
    let payload = json!({
        "requirement": { "summary": "Twelve packages" },
        "plan": { "steps": steps },
        "testPlan": {
            "scenarios": [scenario(1), scenario(7)],
            "validationCommands": [
                { "suite": "all", "command": "cargo test --workspace" },
                { "suite": "build", "command": "cargo build -p p02" },
                { "suite": "shell", "command": "make check | tail" },
                { "suite": "own", "command": "make check" },
            ],
        },
        "implementation": { "commands": [{ "command": "cargo check -p p03", "outcome": "passed" }, "by hand"] },
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let tree = tree.git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    for number in 1..=N_PACKAGES {
        // The tests of later packages take longer.
        let wait = format!("std::thread::sleep(std::time::Duration::from_millis({}));\n        ", 10 * number);
        tree.change(&lib(number), "assert_eq!(super", &format!("{wait}assert_eq!(super"));
    }
    also(&tree);
    let _ = tree.handoff(["implement", "--seal"]).exits(exit);
    tree.commit("The work");
    tree
}

/// What `validate` or `merge` says, without what differs from run to run.
#[track_caller]
fn told(ran: &Ran) -> (Vec<String>, BTreeSet<String>) {
    fn without_times(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members
                    .retain(|key, _| !matches!(key.as_str(), "run" | "sequence" | "durationMs" | "cached" | "reports"));
                // It lies there, wherever that is.
                members.entry("log").and_modify(|log| *log = log.is_string().into());
                members.values_mut().for_each(without_times);
            }
            Value::Array(list) => list.iter_mut().for_each(without_times),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut lines = Vec::new();
    let mut reasons = BTreeSet::new();
    for mut message in ran.messages() {
        let reason = message["reason"].as_str().expect("a reason").to_owned();
        if matches!(reason.as_str(), "claim" | "finding" | "handoff-finished" | "baseline" | "change" | "affected") {
            without_times(&mut message);
            if reason == "handoff-finished" {
                assert!(["validate", "merge"].contains(&message["verb"].as_str().expect("a verb")));
                message["verb"] = "".into();
            }
            lines.push(message.to_string());
        }
        reasons.insert(reason);
    }
    (lines, reasons)
}

fn part(tree: &Tree, part: usize, of: usize, more: &[&str]) -> (String, Ran) {
    let file = format!("target/parts/{part}-of-{of}.json");
    std::fs::create_dir_all(tree.root.join("target/parts")).expect("a folder");
    let share = format!("{part}/{of}");
    let args = [&["validate", "--partition", &share, "--output", &file, "--message-format", "json"], more].concat();
    let ran = tree.handoff(args);
    (file, ran)
}

fn merge(tree: &Tree, files: &[String], more: &[&str]) -> Ran {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    tree.handoff([&["merge", "--message-format", "json"], more, &files].concat())
}

const FORMATS: [&str; 6] = ["markdown", "github", "junit", "sarif", "in-toto", "html"];

/// The flags that ask for every report.
fn reports(tree: &Tree, folder: &str) -> Vec<String> {
    std::fs::create_dir_all(tree.root.join("target").join(folder)).expect("a folder");
    FORMATS.iter().map(|format| format!("--report={format}=target/{folder}/{format}")).collect()
}

/// The reports without times, durations and ids of runs, and without what cargo said while it built.
fn reported(tree: &Tree, folder: &str) -> Vec<String> {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && !word.is_empty();
    let masked = |word: &str| {
        let is_time = word.starts_with("20") && word.contains('T') && word.ends_with('Z');
        let took = word.strip_suffix("ms").or(word.strip_suffix('s')).is_some_and(is_number);
        if is_time || took || (is_number(word) && word.contains('.')) { "…".to_owned() } else { word.to_owned() }
    };
    let is_followed = |rest: &str, unit: &str| {
        let behind = rest.strip_prefix(' ').and_then(|rest| rest.strip_prefix(unit));
        behind.is_some_and(|behind| !behind.starts_with(|next: char| next.is_ascii_alphanumeric()))
    };
    let in_word = |character: char| character.is_ascii_alphanumeric() || "-_.:".contains(character);
    let steady = |text: String| -> String {
        let mut steady = String::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let end = rest.find(|character| !in_word(character)).unwrap_or(rest.len());
            let unit = ["ms", "s"].into_iter().find(|unit| is_followed(&rest[end..], unit));
            if let Some(unit) = unit.filter(|_| is_number(&rest[..end])) {
                steady.push('…');
                rest = &rest[end + 1 + unit.len()..];
                continue;
            }
            // A thread has another number each time.
            let is_thread = steady.ends_with('(') && rest[end..].starts_with(") panicked");
            steady.push_str(&if is_thread { "…".to_owned() } else { masked(&rest[..end]) });
            let other = rest[end..].find(in_word).map_or(rest.len(), |at| end + at);
            steady.push_str(&rest[end..other]);
            rest = &rest[other..];
        }
        steady
    };
    let lines = |text: String| {
        // Bars are as long as what they stand for took, and the longest stands first.
        let is_steady = |line: &&str| !line.contains("class=\"bar\"") && !line.contains("<time ");
        let mut pieces = text.split("<details class=\"log\">");
        let first = pieces.next().unwrap_or_default().to_owned();
        let text = pieces.fold(first, |text, piece| {
            text + "<details>" + piece.split_once("</details>").map_or("", |(_, behind)| behind)
        });
        text.lines().filter(is_steady).map(|line| format!("{line}\n")).collect::<String>()
    };
    FORMATS.map(|format| steady(lines(tree.read(&format!("target/{folder}/{format}"))))).into()
}

#[track_caller]
fn is_same(one: &str, other: &str, what: &str) {
    for (at, (one, other)) in one.lines().zip(other.lines()).enumerate() {
        assert_eq!(one, other, "{what}, line {}", at + 1);
    }
    assert_eq!(one.lines().count(), other.lines().count(), "{what}");
}

/// For so many parts the answer is that of one machine, byte for byte but times, and so is every report.
#[track_caller]
fn comes_to_the_same(tree: &Tree, ns: impl IntoIterator<Item = usize>, exit: i32) {
    let args = ["validate", "--fresh", "--message-format", "json"].map(str::to_owned);
    let whole = tree.handoff([&args[..], &reports(tree, "whole")].concat()).exits(exit);
    let (expected, _) = told(&whole);
    let whole_reports = reported(tree, "whole");
    for n in ns {
        let parts: Vec<(String, Ran)> =
            (1..=n).map(|number| part(tree, number, n, if n % 2 == 1 { &["--fresh"] } else { &[] })).collect();
        let mut packages = BTreeSet::new();
        for (file, ran) in &parts {
            assert!(matches!(ran.status, Some(0 | 100)), "{ran:#?}");
            let text = tree.read(file);
            assert!(
                !text.contains(tree.root.as_str()) && !text.contains(concat!("/ho", "me/")),
                "no place of this machine: {text}"
            );
            let part: Value = serde_json::from_str(&text).expect("JSON");
            for package in part["seen"]["checks"]["packages"].as_array().expect("a list") {
                assert!(packages.insert(package.to_string()), "checked twice: {package}");
            }
        }
        assert_eq!(packages.len(), N_PACKAGES);
        let has_failed = parts.iter().any(|(_, ran)| ran.status == Some(100));
        assert_eq!(has_failed, exit == 100, "a part ends badly where a check of it does");
        // In any order.
        let files: Vec<String> = parts.into_iter().rev().map(|(file, _)| file).collect();
        let wanted = reports(tree, "merged");
        let merged = merge(tree, &files, &wanted.iter().map(String::as_str).collect::<Vec<_>>()).exits(exit);
        let (lines, reasons) = told(&merged);
        assert!(!reasons.contains("command-started"), "nothing is run where parts are joined: {reasons:?}");
        assert_eq!(lines.len(), expected.len());
        for (line, expected) in lines.iter().zip(&expected) {
            assert_eq!(line, expected, "{n} parts");
        }
        // What was seen earlier and what was not differ in that.
        let seen_anew = if n % 2 == 1 { FORMATS.len() } else { 0 };
        for ((merged, whole), format) in
            reported(tree, "merged").iter().zip(&whole_reports).zip(FORMATS).take(seen_anew)
        {
            is_same(merged, whole, &format!("{format} of {n} parts"));
        }
    }
}

#[test]
fn honest_work_is_confirmed_in_any_number_of_parts_and_a_lie_is_found_in_them() {
    let tree = recorded(|_| {}, 77);
    comes_to_the_same(&tree, 1..=5, 0);
    // The last packages have the longest tests: nobody gets both of them.
    let shares = matrix(&tree, &["--parts", "5"]);
    assert_eq!(shares.len(), 5);
    assert!(shares.iter().all(|share| share["expected"].as_str().is_some_and(|time| time.ends_with('s'))));
    // It says that it passed all of its tests, and that there were more of them than there are.
    let mut payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let tests = payload["implementation"]["tests"].as_array_mut().expect("a list");
    let entry = tests.iter_mut().find(|entry| entry["id"] == "test:p11/lib/p11").expect("there");
    entry["counts"] = json!({ "listed": 9, "passed": 9 });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    comes_to_the_same(&tree, [3], 105);
}

#[test]
fn what_fails_fails_in_its_part_and_where_they_are_joined() {
    let broken = |tree: &Tree| {
        tree.change(&lib(4), "assert_eq!(super::number(), 4)", "assert_eq!(super::number(), 5)");
        tree.change(&lib(8), "pub fn number() -> u32 {\n    8\n", "pub fn number() -> u32 {\n    return 8;\n");
        tree.change(&lib(10), "    10\n", "        10\n");
    };
    let tree = recorded(broken, 100);
    comes_to_the_same(&tree, [1, 3], 100);
    // A package others need does not compile any more: that is another tree, and the claims are contradicted.
    tree.change(&lib(1), "    1\n", "    nothing\n");
    let whole = tree.handoff(["validate", "--message-format", "json"]).exits(105);
    let files: Vec<String> = (1..=3)
        .map(|number| {
            let (file, ran) = part(&tree, number, 3, &[]);
            assert!(matches!(ran.status, Some(0 | 100)), "{ran:#?}");
            file
        })
        .collect();
    let merged = merge(&tree, &files, &["--report", "markdown=target/report.md"]).exits(105);
    assert!(tree.read("target/report.md").contains("p01"), "what is joined is reported like anything else");
    // Which target of a package cargo complains of first is another one each time.
    let steady = |ran: &Ran| -> Vec<Value> {
        let read =
            |line: String| -> Value { serde_json::from_str(&line.replace("(lib test)", "(lib)")).expect("JSON") };
        let mut lines: Vec<Value> = told(ran).0.into_iter().map(read).collect();
        let last = lines.last_mut().and_then(Value::as_object_mut).expect("an object");
        last.remove("reports");
        for problem in last["problems"].as_array_mut().expect("a list") {
            if problem["what"].as_str().is_some_and(|what| what.starts_with("prescribed")) {
                problem["excerpt"] = Value::Null;
            }
        }
        lines
    };
    for (merged, whole) in steady(&merged).iter().zip(&steady(&whole)) {
        assert_eq!(merged, whole);
    }
}

/// The jobs of a matrix.
#[track_caller]
fn matrix(tree: &Tree, more: &[&str]) -> Vec<Value> {
    let plain = tree.handoff([&["matrix"], more].concat()).exits(0);
    let json = tree.handoff([&["matrix", "--message-format", "json"], more].concat()).exits(0);
    let (lines, text) = (json.messages(), String::from_utf8_lossy(&plain.raw_stdout).into_owned());
    let [line, last] = lines.as_slice() else { panic!("two lines: {lines:#?}") };
    assert_eq!((&line["reason"], &last["reason"]), (&json!("matrix"), &json!("handoff-finished")));
    assert_eq!((&last["verb"], &last["exit"]), (&json!("matrix"), &json!(0)));
    let bare: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&bare["include"], bare.get("reason")), (&line["include"], None), "the same for whoever asks");
    let text = String::from_utf8(plain.raw_stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), 1);
    let matrix: Value = serde_json::from_str(&text).expect("JSON");
    matrix["include"].as_array().expect("a list").clone()
}

#[test]
fn a_matrix_has_as_many_jobs_as_are_worth_it_and_never_none() {
    let tree = recorded(|_| {}, 77);
    assert_eq!(matrix(&tree, &[]).len(), 1, "it is short");
    let one = matrix(&tree, &["--per-part", "1h"]);
    assert_eq!(one.len(), 1);
    assert_eq!(one[0]["part"], "1/1");
    let many = matrix(&tree, &["--per-part", "1ms"]);
    assert_eq!(many.len(), N_PACKAGES, "no job is without a package: {many:?}");
    let words = many.iter().flat_map(|job| job["packages"].as_str().expect("text").split(' '));
    let packages: BTreeSet<&str> = words.filter(|word| word.starts_with('p')).collect();
    assert_eq!(packages.len(), N_PACKAGES);
    let _ = tree.handoff(["matrix", "--parts", "257"]).exits(2);
    // What touches no payload is one job, which finds nothing to do.
    let none = matrix(&tree, &["--changed-only=HEAD..HEAD"]);
    assert_eq!(none, [json!({ "part": "1/1", "packages": "", "expected": "0s" })]);
    let whole = tree.handoff(["validate", "--changed-only=HEAD..HEAD", "--message-format", "json"]).exits(0);
    let files: Vec<String> = (1..=2)
        .map(|number| {
            let (file, ran) = part(&tree, number, 2, &["--changed-only=HEAD..HEAD"]);
            assert!(ran.exits(0).stdout.contains("carries no handoff"));
            file
        })
        .collect();
    let merged = merge(&tree, &files, &[]).exits(0);
    assert_eq!(told(&merged).0, told(&whole).0);
    let _ = merge(&tree, &files[..1], &[]).exits(65);
    // What there is to say of the range no part says, and it is the one that is asked here.
    let refused = |old: &str, new: &str, more: &[&str], why: &str| {
        let edited: Vec<String> = files.iter().map(|file| format!("{file}.edited")).collect();
        for (file, edited) in files.iter().zip(&edited) {
            tree.write(edited, tree.read(file).replace(old, new));
        }
        let ran = merge(&tree, &edited, more).exits(65);
        let said = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(why), "{old} -> {new}: {said}");
    };
    refused("HEAD..HEAD", "main..HEAD", &[], "of another beginning of the range");
    refused("", "", &["--against", "main"], "of another choice of `--against`: none there, main here");
    refused("", "", &["--payload", PAYLOAD], "of another choice of `--payload`");
    let (head, main) = (tree.ask_git(["rev-parse", "HEAD"]), tree.ask_git(["rev-parse", "main"]));
    let old = |commit: &str| format!("\"old\":\"{}\"", commit.trim());
    for (file, text) in files.iter().map(|file| (file, tree.read(file))).collect::<Vec<_>>() {
        tree.write(file, text.replace("HEAD..HEAD", "main..HEAD").replace(&old(&head), &old(&main)));
    }
    refused("", "", &[], "touches no payload, and it touches");
    // A payload that is touched is divided as ever, with `--clean` too.
    let _ = part(&tree, 1, 2, &["--changed-only=main"]).1.exits(0);
    let (first, _) = part(&tree, 1, 2, &["--clean=seeded"]);
    let (second, _) = part(&tree, 2, 2, &["--fresh"]);
    let _ = merge(&tree, &[first, second], &["--require", "reproduced"]).exits(100);
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let tree = recorded(|_| {}, 77);
    let [(first, _), (second, _)] = [1, 2].map(|number| part(&tree, number, 2, &[]));
    let refused = |files: &[&String], why: &str| {
        let files: Vec<String> = files.iter().map(|file| (*file).clone()).collect();
        let ran = merge(&tree, &files, &[]).exits(65);
        let said = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("parts-do-not-join") && said.contains(why), "{why}: {said}");
    };
    refused(&[&first], "part 2 of 2 missing");
    refused(&[&first, &second, &second], "part 2 of 2 is there more than once");
    refused(&[&first, &second, &"target/none.json".to_owned()], "`target/none.json` is not there");
    let (third, _) = part(&tree, 3, 3, &[]);
    refused(&[&first, &third], "is part 3 of 3, and");
    let (other, _) = part(&tree, 2, 2, &["--step", "1"]);
    std::fs::copy(tree.root.join(&other), tree.root.join("target/parts/step.json")).expect("copied");
    refused(&[&first, &"target/parts/step.json".to_owned()], "choice of `--step`: 1 there, none here");
    let (second, _) = part(&tree, 2, 2, &[]);
    // Whoever can change a part can change what it says; a package of another share is seen.
    let text = tree.read(&second);
    let own: Value = serde_json::from_str(&text).expect("JSON");
    let own = own["seen"]["checks"]["packages"][0].as_str().expect("a name").to_owned();
    let foreign: Value = serde_json::from_str(&tree.read(&first)).expect("JSON");
    let foreign = foreign["seen"]["checks"]["packages"][0].as_str().expect("a name").to_owned();
    tree.write("target/parts/edited.json", text.replace(&format!("\"{own}\""), &format!("\"{foreign}\"")));
    refused(
        &[&first, &"target/parts/edited.json".to_owned()],
        &format!("the package `{foreign}`, which is not in its"),
    );
    // Among the files of the work a part would be a change of it.
    let ran = tree.handoff(["validate", "--partition", "1/2", "--output", "part.json"]).exits(2);
    assert!(ran.stderr.contains("target/part.json"), "{ran:#?}");
    // Nor does it take the place of what is git's, or a handoff's; another folder of that name is the work's.
    let payload = tree.read(PAYLOAD);
    tree.write("handoff/other.json", &payload);
    let taken = [
        (PAYLOAD, "would take the place of a payload"),
        ("handoff/other.json", "would take the place of the payload"),
        (".git/part.json", "lies in `.git`"),
        ("handoff/evidence/part.json", "lies among the records"),
        ("crates/handoff/part.json", "would lie among the files of the work"),
    ];
    std::fs::create_dir(tree.root.join("crates/handoff")).expect("a folder");
    for (output, why) in taken {
        let args = ["validate", "--payload", "handoff/other.json", "--partition", "1/2", "--output", output];
        let said = tree.handoff(args).exits(2).stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(why), "{output}: {said}");
    }
    assert_eq!((tree.read(PAYLOAD), tree.read("handoff/other.json")), (payload.clone(), payload));
    std::fs::remove_dir(tree.root.join("crates/handoff")).expect("removed");
    std::fs::remove_file(tree.root.join("handoff/other.json")).expect("removed");
    for args in [
        ["--partition", "3/2", "--output", "target/x"].as_slice(),
        &["--partition", "1/2"],
        &["--output", "target/x"],
        &["--partition", "1/2", "--output", "target/x", "--level", "5"],
        &["--partition", "1/2", "--output", "target/x", "--level", "3"],
        &["--partition", "1/2", "--output", "target/x", "--record"],
        &["--partition", "1/2", "--output", "target/x", "--require", "reproduced"],
    ] {
        let _ = tree.handoff([&["validate"], args].concat()).exits(2);
    }
    // Another tree than that of the parts.
    tree.change(&lib(12), "//! Package 12.", "//! Package twelve.");
    refused(&[&first, &second], "it is of another tree");
}
