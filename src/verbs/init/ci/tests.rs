//! Tests of the workflow's text. What it does is shown by `tests/it/ci.rs`.

use super::{scalar, workflow};

#[test]
fn a_folder_becomes_a_line_of_its_own_and_the_top_none() {
    let above = workflow("");
    assert!(above.contains("    shell: bash\n\njobs:"), "{above}");
    let below = workflow("rust");
    assert!(below.contains("    shell: bash\n    working-directory: rust\n\njobs:"), "{below}");
    for text in [above, below] {
        assert!(!text.contains('@') || !text.contains("@VERSION@") && !text.contains("@FOLDER@"), "{text}");
        assert!(text.contains(&format!("--locked --version {}\n", env!("CARGO_PKG_VERSION"))), "{text}");
    }
}

#[test]
fn a_folder_with_an_odd_name_is_quoted() {
    assert_eq!(scalar("a/b-c_d.e"), "a/b-c_d.e");
    for odd in ["my code", "a: b", "# x", "- x", "1", "null", "a\"b\\c", "é"] {
        assert_eq!(serde_json::from_str::<String>(&scalar(odd)).expect("quoted"), odd);
    }
}
