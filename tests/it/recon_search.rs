//! Which lines hold this, and what was left to be done? `recon search` and `recon todo`.

#[cfg(unix)]
use crate::hostile::traced;
use crate::tree::Tree;
use serde_json::{Value, json};

/// Lines for every rule of what is looked at: hidden, ignored in three ways, binary, three encodings, one long line.
fn tree() -> Tree {
    let tree = Tree::empty();
    tree.write(".git/HEAD", "ref: refs/heads/main\n");
    tree.write(".gitignore", "/ignored\n*.log\n");
    tree.write(".ignore", "by-ignore.txt\n");
    tree.write(".rgignore", "by-rgignore.txt\n");
    for path in ["ignored/a.rs", "a.log", "by-ignore.txt", "by-rgignore.txt", ".hidden"] {
        tree.write(path, "billing_v2\n");
    }
    tree.write("src/billing/controller.rs", "pub struct BillingController;\n\nimpl BillingController {\n\tfn key() -> &'static str {\n\t\t\"billing.paid\"\n\t}\n}\n");
    tree.write("src/billing.rs", "mod controller;\n// reads billing_v2\npub use controller::BillingController;\n");
    tree.write("src/flags.rs", "pub const FLAG: &str = \"billing_v2\";\r\n");
    tree.write("src/telemetry.rs", "pub const PAID: &str = \"billing.paid\";\n");
    tree.write(
        "data/utf16.txt",
        "\u{feff}billing_v2 ä\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
    );
    tree.write("data/latin1.txt", b"caf\xe9 billing_v2 \x1b[31m\n");
    tree.write("data/binary", b"\0billing_v2\n");
    tree.write("data/long.js", format!("{}billing_v2{}\n", "a".repeat(4000), "b".repeat(4000)));
    tree
}

#[test]
fn what_this_tool_keeps_of_its_work_is_not_found_again() {
    let tree = Tree::empty();
    tree.write("src/lib.rs", "fn billing() {}\n");
    tree.write("handoff/payload.json", "{\"meta\":{\"for\":\"billing\"}}\n");
    tree.write("handoff/evidence/one/snapshot.json", "billing\n");
    tree.write("handoff/runs/one/changes.patch", "billing\n");
    let files = |args: &[&str]| -> Vec<String> {
        let ran = tree.handoff(["recon", "search", "--quiet", "billing"].iter().chain(args)).exits(0);
        ran.stdout.lines().filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect()
    };
    assert_eq!(files(&[]), ["handoff/payload.json", "src/lib.rs"]);
    assert_eq!(files(&["handoff/runs"]), ["handoff/runs/one/changes.patch"]);
}

#[test]
fn lines_are_told_as_ripgrep_tells_them_in_order_and_nothing_is_started_or_written() {
    let tree = tree();
    let before = tree.digest_of_everything();
    #[cfg(unix)]
    let tree = tree.trapped();
    let ran = tree.handoff(["recon", "search", "billing_v2"]).exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "data/latin1.txt:1:caf\\xe9 billing_v2 \\u{1b}[31m");
    assert!(lines[1].starts_with("data/long.js:1:aaaa") && lines[1].contains("abilling_v2b"), "{ran:#?}");
    assert!(lines[1].ends_with(" [… 7010 more bytes]") && lines[1].len() < 1100, "{ran:#?}");
    let rest = [
        "data/utf16.txt:1:billing_v2 ä",
        "src/billing.rs:2:// reads billing_v2",
        "src/flags.rs:1:pub const FLAG: &str = \"billing_v2\";",
        "",
        "`billing_v2`: 5 lines in 5 of 8 files",
        "1 binary file not looked at behind the first NUL byte",
    ];
    assert_eq!(lines[2..], rest);
    assert!(!ran.raw_stdout.contains(&0x1b));
    #[cfg(unix)]
    {
        assert_eq!(tree.started(), "", "no program of the PATH");
        let (ran, programs) = traced(&tree, &["recon", "search", "billing_v2"]);
        let _ = ran.exits(0);
        // Where it can be watched: the binary itself, and nothing else.
        assert!(programs.is_none_or(|programs| programs.len() == 1));
        let (ran, programs) = traced(&tree, &["recon", "todo"]);
        let _ = ran.exits(0);
        assert!(programs.is_none_or(|programs| programs.len() == 1));
    }
    assert_eq!(tree.digest_of_everything(), before, "nothing was written");
}

#[test]
fn what_is_looked_at_and_how_is_said_with_ripgreps_own_flags() {
    let tree = tree();
    let told = |args: &[&str]| -> Vec<String> {
        let ran = tree.handoff(["recon", "search", "-q"].iter().chain(args)).exits(0);
        ran.stdout.lines().map(str::to_owned).collect()
    };
    let files = |args: &[&str]| -> Vec<String> {
        told(args).iter().map(|line| line.split(':').next().expect("a file").to_owned()).collect()
    };
    assert_eq!(files(&["BILLING_V2", "src"]), Vec::<String>::new());
    assert_eq!(files(&["-i", "BILLING_V2", "src"]), ["src/billing.rs", "src/flags.rs"]);
    assert_eq!(files(&["-S", "BILLING_V2", "src"]), Vec::<String>::new());
    assert_eq!(files(&["-i", "-s", "BILLING_V2", "src"]), Vec::<String>::new(), "the last one counts");
    assert_eq!(files(&["-w", "billing", "src"]), ["src/billing/controller.rs", "src/telemetry.rs"]);
    assert_eq!(files(&["-F", "billing.paid", "-g", "*.rs", "-g", "!src/billing/**"]), ["src/telemetry.rs"]);
    assert_eq!(
        files(&["billing_v2", "src/flags.rs", "a.log", "src"]),
        ["src/flags.rs", "a.log", "src/billing.rs", "src/flags.rs"]
    );
    assert_eq!(files(&["--hidden", "billing_v2", "-g", ".hidden"]), [".hidden"]);
    assert_eq!(files(&["--no-ignore", "billing_v2", "-g", "*.log"]), ["a.log"]);
    assert_eq!(
        told(&["billing_v2", "data/binary"]),
        ["data/binary: binary file: not looked at behind its NUL byte at 0"]
    );
    let context = told(&["-A1", "-B", "1", "billing", "-g", "/src/billing*/**", "-g", "/src/b*.rs"]);
    let expected = [
        "src/billing/controller.rs-4-    fn key() -> &'static str {",
        "src/billing/controller.rs:5:        \"billing.paid\"",
        "src/billing/controller.rs-6-    }",
        "--",
        "src/billing.rs-1-mod controller;",
        "src/billing.rs:2:// reads billing_v2",
        "src/billing.rs-3-pub use controller::BillingController;",
    ];
    assert_eq!(context, expected);
    // From a folder inside: what is named counts from there, what is told from the root.
    let tree = tree.at("src/billing");
    let ran = tree.handoff(["recon", "search", "-q", "struct", "."]).exits(0);
    assert_eq!(ran.stdout, "src/billing/controller.rs:1:pub struct BillingController;\n");
    let ran = tree.handoff(["recon", "search", "-q", "FLAG"]).exits(0);
    assert_eq!(ran.stdout, "src/flags.rs:1:pub const FLAG: &str = \"billing_v2\";\n");
}

#[test]
fn a_program_gets_line_column_text_and_what_stands_beside_it() {
    let tree = tree();
    let args = ["recon", "search", "billing_v.", "src", "-C", "1", "--limit", "1", "--message-format", "json"];
    let messages = tree.handoff(args).exits(0).messages();
    let last = messages.last().expect("a last line");
    assert_eq!(
        (&last["reason"], &last["verb"], &last["exit"]),
        (&json!("handoff-finished"), &json!("recon"), &json!(0))
    );
    let expected = json!([{
        "pattern": "billing_v.",
        "nLines": 2,
        "nFiles": 2,
        "files": [{
            "file": "src/billing.rs",
            "hits": [{
                "line": 2,
                "column": 10,
                "length": 10,
                "text": "// reads billing_v2",
                "isUtf8": true,
                "before": [{ "line": 1, "text": "mod controller;" }],
                "after": [{ "line": 3, "text": "pub use controller::BillingController;" }],
            }],
            "leftOut": 0,
        }],
        "leftOut": { "lines": 1, "files": { "items": [{ "file": "src/flags.rs", "lines": 1 }], "leftOut": 0 } },
    }]);
    assert_eq!(last["layers"], expected);
    assert_eq!((&last["nSearched"], &last["lookedIn"]), (&json!(4), &json!(["src"])));
}

#[test]
fn layers_are_told_one_by_one_and_where_they_meet() {
    let tree = tree();
    let args = ["recon", "search", "src", "--layered", "BillingController", r"billing\.paid", "billing_v2", "no such"];
    let ran = tree.handoff(args).exits(0);
    let expected = r#"2 files with several layers
  1 2  src/billing/controller.rs
  1 3  src/billing.rs

1 `BillingController`: 3 lines in 2 of 4 files
src/billing/controller.rs:1:pub struct BillingController;
src/billing/controller.rs:3:impl BillingController {
src/billing.rs:3:pub use controller::BillingController;

2 `billing\.paid`: 2 lines in 2 of 4 files
src/billing/controller.rs:5:        "billing.paid"
src/telemetry.rs:1:pub const PAID: &str = "billing.paid";

3 `billing_v2`: 2 lines in 2 of 4 files
src/billing.rs:2:// reads billing_v2
src/flags.rs:1:pub const FLAG: &str = "billing_v2";

4 nothing holds `no such`: 4 files looked at, in src
"#;
    assert_eq!(ran.stdout, expected);
    let behind =
        ["recon", "search", "--layered", "BillingController", r"billing\.paid", "billing_v2", "no such", "--", "src"];
    assert_eq!(tree.handoff(behind).exits(0).stdout, expected);
}

#[test]
fn a_limit_says_what_it_left_out_by_file_and_in_all() {
    let tree = Tree::empty();
    for n in 0..30 {
        tree.write(&format!("f{n:02}"), "x\n".repeat(3));
    }
    let ran = tree.handoff(["recon", "search", "x", "--limit", "4"]).exits(0);
    let expected = "f00:1:x\nf00:2:x\nf00:3:x\nf01:1:x\n\n`x`: 90 lines in 30 of 30 files\nleft out (--limit): 86 lines: 2 in f01, 3 in f02, 3 in f03, 3 in f04, 3 in f05,\n3 in f06, 3 in f07, 3 in f08, 3 in f09, 3 in f10, and in 19 more\n";
    assert_eq!(ran.stdout, expected);
    let ran = tree.handoff(["recon", "search", "x"]).exits(0);
    assert!(ran.stdout.lines().count() <= 60, "{ran:#?}");
}

#[test]
fn nothing_found_is_said_and_what_cannot_be_asked_is_refused() {
    let tree = tree();
    let ran = tree.handoff(["recon", "search", "not in here", "src"]).exits(0);
    assert_eq!(ran.stdout, "nothing holds `not in here`: 4 files looked at, in src\n");
    let ran = tree.handoff(["recon", "search", "x", "-g", "*.nothing"]).exits(0);
    assert_eq!(ran.stdout, "`x`: no file was looked at, in .\n");
    let ran = tree.handoff(["recon", "search", "a(b"]).exits(2);
    assert!(ran.stderr.starts_with("error[usage]: the pattern `a(b` cannot be read"), "{ran:#?}");
    assert!(ran.stderr.contains("\n               ^\n") && ran.stderr.contains("unclosed group"), "{ran:#?}");
    let ran = tree.handoff(["recon", "search", "a(b", "--message-format", "json"]).exits(2);
    assert_eq!(ran.messages().last().map(|last| last["error"]["code"].clone()), Some(json!("usage")));
    let ran = tree.handoff(["recon", "search", "x", "src", "nope"]).exits(65);
    assert!(ran.stderr.starts_with("error[no-such-entry]: `nope` is no file and no folder"), "{ran:#?}");
    let _ = tree.handoff(["recon", "search"]).exits(2);
    let _ = tree.handoff(["recon", "todo", "nope"]).exits(65);
}

#[test]
fn what_was_left_to_be_done_is_told_by_tokens_with_its_symbol_and_package() {
    let tree = Tree::of("two-crates").git();
    let words = |text: &str| text.replace("@do", concat!("TO", "DO")).replace("@mend", concat!("FIX", "ME"));
    let text = "//! @do: say more\nconst A: &str = \"@do: not this one\";\nstruct P;\nimpl P {\n    /* @mend */ fn new() -> Self {\n        todo! ()\n    }\n}\nmacro_rules! m { () => { dbg! (1) } }\n";
    tree.write("adder/src/more.rs", words(text));
    tree.write("adder/notes.md", words("@do: not Rust\n"));
    let ran = tree.handoff(["recon", "todo", "adder"]).exits(0);
    let expected = words(
        "adder/src/more.rs:1: //! @do: say more\nadder/src/more.rs:5: /* @mend */ fn new() -> Self {  in impl P/new\nadder/src/more.rs:6: todo! ()  in impl P/new\nadder/src/more.rs:9: macro_rules! m { () => { dbg! (1) } }  in m\n",
    );
    assert!(ran.stdout.starts_with(&expected), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n4 in 1 of "), "{}", ran.stdout);
    let last = tree.handoff(["recon", "todo", "--limit", "2", "--message-format", "json"]).exits(0).messages().pop();
    let last: Value = last.expect("a last line");
    let row = json!({
        "file": "adder/src/more.rs", "line": 5, "column": 8, "word": words("@mend"),
        "text": words("/* @mend */ fn new() -> Self {"), "symbol": "impl P/new", "package": "adder",
    });
    assert_eq!((&last["found"]["items"][1], &last["found"]["leftOut"]), (&row, &json!(2)));
    let tree = tree.at("counter");
    let ran = tree.handoff(["recon", "todo", "adder"]).exits(0);
    assert!(ran.stdout.starts_with(&expected), "a package, where no folder has that name: {ran:#?}");
    let ran = tree.handoff(["recon", "todo", "src"]).exits(0);
    assert!(ran.stdout.starts_with("nothing is left to be done in "), "{ran:#?}");
}
