//! Stand-in.
use super::functions::test_functions;
use std::ops::Range;
/// Stand-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Assertions {
    /// .
    pub asserts: u32,
    /// .
    pub panics: u32,
    /// .
    pub unwraps: u32,
    /// .
    pub questions: u32,
    /// .
    pub snapshots: u32,
}
/// Stand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFacts {
    /// .
    pub path: String,
    /// .
    pub ignored: Option<String>,
    /// .
    pub cfg: Vec<String>,
    /// .
    pub should_panic: bool,
    /// .
    pub assertions: Assertions,
    /// .
    pub digest: String,
    /// .
    pub lines: Range<u32>,
}
/// Stand-in.
#[must_use]
pub fn test_facts(text: &str) -> Vec<TestFacts> {
    let lines: Vec<&str> = text.lines().collect();
    test_functions(text)
        .into_iter()
        .map(|function| {
            let body =
                lines[function.lines.start as usize - 1..(function.lines.end as usize - 1).min(lines.len())].join("\n");
            let n = |word: &str| u32::try_from(body.matches(word).count()).unwrap_or(0);
            let cfg = body.lines().filter_map(|line| line.trim().strip_prefix("#[cfg(")?.strip_suffix(")]"));
            TestFacts {
                path: function.path,
                ignored: function.ignored.then(String::new),
                cfg: cfg.map(str::to_owned).collect(),
                should_panic: body.contains("#[should_panic"),
                assertions: Assertions {
                    asserts: n("assert"),
                    panics: n("panic!"),
                    unwraps: n("unwrap("),
                    ..Assertions::default()
                },
                digest: function.digest,
                lines: function.lines,
            }
        })
        .collect()
}
