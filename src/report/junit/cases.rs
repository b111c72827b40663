//! Test cases: what each came to, and why it is no pass.

use super::xml::Element;
use crate::report::machine;

/// What a test case came to, as JUnit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Passed,
    Skipped,
    Failed,
    Errored,
}

impl Sort {
    pub(super) const fn is_bad(self) -> bool {
        match self {
            Self::Failed | Self::Errored => true,
            Self::Passed | Self::Skipped => false,
        }
    }
}

/// A test case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) sort: Sort,
    pub(super) element: Element,
}

/// A test case without anything in it.
pub(super) fn case(name: &str, class: &str) -> Element {
    Element::new("testcase").with("name", machine::line(name, 500)).with("classname", machine::line(class, 500))
}

/// Why it is no pass: in short, and at length.
pub(super) fn because(name: &'static str, kind: &str, short: &str, long: &str) -> Element {
    let first = short.lines().find(|line| !line.trim().is_empty()).unwrap_or(kind);
    Element::new(name)
        .with("message", machine::line(first.trim(), 300))
        .with("type", kind)
        .text(long.trim_end(), 4 << 10)
}

pub(super) fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}
