//! A table of command lines: what runs without asking, what needs approval, what is refused.

use super::*;

/// Written without repetition: `ours`, `ask` or `no`, and the command.
const TABLE: &[(&str, &str)] = &[
    // what people write
    ("ours", "cargo test"),
    ("ours", "cargo test --workspace"),
    ("ours", "cargo test -p money"),
    ("ours", "cargo test --package=money --lib"),
    ("ours", "cargo test --package money -p other"),
    ("ours", "cargo test -p money parse::"),
    ("ours", "cargo test -p money -- parse::rounds --exact"),
    ("ours", "cargo test -- --test-threads 1 --nocapture"),
    ("ours", "cargo test -- --test-threads=2"),
    ("ours", "cargo test --all-features --locked --offline"),
    ("ours", "cargo test --features a,b --features 'c d/e'"),
    ("ours", "cargo test -F 'x?/y' --no-default-features"),
    ("ours", "cargo test --doc -p money"),
    ("ours", "cargo test --test it --bin tool --example shown --release"),
    ("ours", "cargo test 'src/lib.rs - add (line 3)'"),
    ("ours", "  cargo   test  "),
    ("ours", "cargo fmt"),
    ("ours", "cargo fmt --all -- --check"),
    ("ours", "cargo fmt --all --check"),
    ("ours", "cargo clippy --workspace --all-targets -- -D warnings"),
    ("ours", "cargo clippy --all-targets --all-features -- -Dwarnings"),
    ("ours", "cargo check --lib -q"),
    ("ours", "cargo build --release --bins -v"),
    ("ours", "cargo doc --workspace --locked"),
    ("ours", "\"cargo\" 'test'"),
    // smuggling past the list
    ("ask", "cargo --config build.rustc=evil test"),
    ("ask", "cargo test --config build.rustc=evil"),
    ("ask", "cargo test --config=evil.toml"),
    ("ask", "cargo +nightly test"),
    ("ask", "cargo test +nightly"),
    ("ask", "cargo test --manifest-path ../other/Cargo.toml"),
    ("ask", "cargo test --target-dir=x"),
    ("ask", "cargo test --target x86_64-unknown-none"),
    ("no", "RUSTFLAGS=x cargo test"),
    ("ask", "env RUSTFLAGS=x cargo test"),
    ("ask", "cargo -C dir test"),
    ("ask", "cargo test -Zfoo"),
    ("ask", "cargo test -Z foo"),
    ("ask", "cargo test @file"),
    ("ask", "cargo test -- @file"),
    ("ask", "cargo run"),
    ("ask", "cargo t"),
    ("ask", "cargo bench"),
    ("ask", "cargo install evil"),
    ("ask", "./cargo test"),
    ("ask", "/usr/bin/cargo test"),
    ("ask", "cargo.exe test"),
    ("ask", "Cargo test"),
    ("ask", "cargo"),
    ("ask", "cargo -v test"),
    ("ask", "cargo test -p --config"),
    ("ask", "cargo test -p -Zx"),
    ("ask", "cargo test -p=money"),
    ("ask", "cargo test -pmoney"),
    ("ask", "cargo test -p https://example.com/x"),
    ("ask", "cargo test -p ../x"),
    ("ask", "cargo test -p ''"),
    ("ask", "cargo test -p"),
    ("ask", "cargo test --lib=x"),
    ("ask", "cargo test --lib --lib"),
    ("ask", "cargo test one two"),
    ("ask", "cargo test --no-run"),
    ("ask", "cargo test --profile evil"),
    ("ask", "cargo test --message-format json"),
    ("ask", "cargo test -- --format json"),
    ("ask", "cargo test -- --logfile /etc/x"),
    ("ask", "cargo test -- --logfile=x"),
    ("ask", "cargo test -- --skip all"),
    ("ask", "cargo test -- --ignored"),
    ("ask", "cargo test -- --test-threads"),
    ("ask", "cargo test -- --test-threads 1 --test-threads 2"),
    ("ask", "cargo test -- -- x"),
    ("ask", "cargo test --features -x"),
    ("ask", "cargo test --features ''"),
    ("ask", "cargo test --features a/b/c"),
    ("ask", "cargo clippy --fix"),
    ("ask", "cargo clippy some_filter"),
    ("ask", "cargo clippy -- -A warnings"),
    ("ask", "cargo clippy -- -D warnings -A warnings"),
    ("ask", "cargo clippy -- -D clippy::all"),
    ("ask", "cargo fmt -- --config-path /x"),
    ("ask", "cargo fmt -- src/lib.rs"),
    ("ask", "cargo fmt --manifest-path x"),
    ("ask", "cargo fmt --lib"),
    ("ask", "cargo doc --open"),
    ("ask", "cargo build -- x"),
    ("ask", "cargo test -- 'a\u{1b}[2Jb'"),
    ("ask", "cargo test \u{202e}tseuqer"),
    ("ask", "npm test"),
    ("ask", "sh -c 'cargo test'"),
    ("ask", "make check"),
    // what only a shell can do
    ("no", "cargo test -- --exact ; rm -rf x"),
    ("no", "cargo test;rm x"),
    ("no", "cargo test && cargo fmt"),
    ("no", "cargo test & evil"),
    ("no", "cargo test | tee log"),
    ("no", "cargo test > log"),
    ("no", "cargo test < in"),
    ("no", "cargo test 2>&1"),
    ("no", "cargo test $(evil)"),
    ("no", "cargo test \"$(evil)\""),
    ("no", "cargo test `evil`"),
    ("no", "cargo test \"`evil`\""),
    ("no", "cargo test $HOME"),
    ("no", "cargo test ~"),
    ("no", "cargo test *.rs"),
    ("no", "cargo test a?b"),
    ("no", "cargo test {a,b}"),
    ("no", "cargo test [ab]"),
    ("no", "cargo test # all"),
    ("no", "(cargo test)"),
    ("no", "cargo test\nrm x"),
    ("no", "cargo test \\\n--lib"),
    ("no", "cargo test 'open"),
    ("no", "cargo test \"open"),
    ("no", "! cargo test"),
    ("no", "cargo test a\0b"),
    ("no", ""),
    ("no", "   "),
];

#[test]
fn only_what_is_on_the_list_runs_without_asking() {
    let wrong: Vec<_> = TABLE
        .iter()
        .filter(|(expected, command)| {
            let word = match parse(command) {
                Parsed::Ours(_) => "ours",
                Parsed::NeedsApproval(_) => "ask",
                Parsed::Refused { .. } => "no",
            };
            word != *expected
        })
        .map(|(expected, command)| format!("{expected} expected of {command:?}, got {:?}", parse(command)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn quotes_and_backslashes_split_as_in_a_shell() {
    let words = |command| match parse(command) {
        Parsed::Ours(words) | Parsed::NeedsApproval(words) => words,
        Parsed::Refused { why, .. } => panic!("{why}"),
    };
    assert_eq!(words(r#"echo 'a $b' "c d" e\ f g#h a~b"#), ["echo", "a $b", "c d", "e f", "g#h", "a~b"]);
    assert_eq!(words(r#"echo '*' "\$x" \; '~'"#), ["echo", "*", "$x", ";", "~"]);
}

#[test]
fn a_refusal_says_what_is_in_the_way_and_what_to_write() {
    let Parsed::Refused { why, hint } = parse("cargo test | tee log") else { panic!("refused") };
    assert_eq!((why.as_str(), hint.as_str()), ("`|` needs a shell", "write each command as an entry of its own"));
}

#[test]
fn a_filter_is_told_from_the_value_of_a_flag() {
    let has = |command: &str| match parse(command) {
        Parsed::Ours(words) => has_filter(&words),
        other => panic!("{other:?}"),
    };
    assert!(!has("cargo test -p a --test=b --features c -- --test-threads 1 --exact"));
    assert!(has("cargo test a") && has("cargo test -p a -- b") && has("cargo test -- --exact a::b"));
    assert!(!has("cargo clippy -p a -- -D warnings"));
}
