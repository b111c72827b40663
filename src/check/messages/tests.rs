//! Messages as the compiler writes them, without a compiler.

use super::*;

fn span(file: &str, line: usize, expansion: Option<&serde_json::Value>) -> serde_json::Value {
    let expansion =
        expansion.map(|span| serde_json::json!({"span": span, "macro_decl_name": "m!", "def_site_span": null}));
    serde_json::json!({
        "file_name": file, "byte_start": 0, "byte_end": 1, "line_start": line, "line_end": line + 1,
        "column_start": 1, "column_end": 2, "is_primary": true, "text": [], "label": null,
        "suggested_replacement": null, "suggestion_applicability": null, "expansion": expansion,
    })
}

fn diagnostic(level: &str, code: Option<&str>, text: &str, spans: &[serde_json::Value]) -> Diagnostic {
    let code = code.map(|code| serde_json::json!({"code": code, "explanation": null}));
    let value = serde_json::json!({
        "message": text, "code": code, "level": level, "spans": spans, "children": [], "rendered": format!("{text}\n"),
    });
    serde_json::from_value(value).expect("a diagnostic")
}

fn target() -> TargetId {
    TargetId { package: "p".into(), kind: TargetKind::Lib, name: "p".into() }
}

fn findings(diagnostics: &[Diagnostic]) -> Vec<Finding> {
    let mut built = Built::default();
    for diagnostic in diagnostics {
        built.finding(target(), diagnostic);
    }
    built.findings
}

#[test]
fn a_finding_counts_once_and_sums_and_notes_do_not_count() {
    let lint = diagnostic("warning", Some("clippy::x"), "needless", &[span("src/lib.rs", 3, None)]);
    let found = findings(&[
        lint.clone(),
        lint,
        diagnostic("warning", None, "1 warning emitted", &[]),
        diagnostic("error", None, "aborting due to 1 previous error", &[]),
        diagnostic("note", None, "by the way", &[]),
        diagnostic("failure-note", None, "For more information", &[]),
        diagnostic("error", None, "linking with `cc` failed: exit status: 1", &[]),
        diagnostic("error", Some("E0308"), "mismatched types\nmore", &[span("src/lib.rs", 9, None)]),
        diagnostic("error", Some("clippy::deny"), "denied", &[]),
    ]);
    let words: Vec<String> = found.iter().map(Finding::in_words).collect();
    assert_eq!(
        words,
        [
            "warning: needless (src/lib.rs:3)",
            "error: linking with `cc` failed: exit status: 1",
            "error[E0308]: mismatched types (src/lib.rs:9)",
            "error: denied",
        ]
    );
}

#[test]
fn a_span_in_a_foreign_macro_is_followed_to_our_own_file() {
    let call = span("src/lib.rs", 7, None);
    let inner = span("/rustc/abc/library/core/src/macros.rs", 40, Some(&call));
    let outer = span("<::std::macros::println macros>", 2, Some(&inner));
    let found = findings(&[diagnostic("warning", None, "x", &[outer])]);
    assert_eq!(found[0].places, [super::Place { file: "src/lib.rs".into(), first: 7, last: 8 }]);
    let lost = span("/elsewhere/a.rs", 1, None);
    assert_eq!(findings(&[diagnostic("warning", None, "x", &[lost])])[0].places[0].file, "/elsewhere/a.rs");
}
