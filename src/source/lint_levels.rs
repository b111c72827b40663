//! Stand-in.
/// Stand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "stand-in")]
pub struct LintLevel {
    pub lint: String,
    pub level: String,
    pub scope: String,
    pub line: u32,
}
/// Stand-in.
#[must_use]
pub fn lint_levels(text: &str) -> Vec<LintLevel> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for level in ["allow", "warn", "deny", "forbid"] {
            let Some(rest) = line.trim().strip_prefix(&format!("#![{level}(")) else { continue };
            for lint in rest.trim_end_matches([')', ']']).split(',') {
                found.push(LintLevel {
                    lint: lint.trim().to_owned(),
                    level: level.to_owned(),
                    scope: String::new(),
                    line: u32::try_from(at + 1).unwrap_or(0),
                });
            }
        }
    }
    found
}
