//! Test cases and suites as JUnit has them.

use super::super::machine;
use super::xml::Element;

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

/// A test suite.
#[derive(Debug, Default)]
pub(super) struct Suite {
    pub(super) name: String,
    /// In milliseconds.
    pub(super) duration_ms: u64,
    pub(super) timestamp: Option<String>,
    pub(super) properties: Vec<(&'static str, String)>,
    pub(super) cases: Vec<Case>,
    /// The end of its log, where it did not pass.
    pub(super) log: Option<Element>,
}

impl Suite {
    pub(super) fn n(&self, sort: Sort) -> usize {
        self.cases.iter().filter(|case| case.sort == sort).count()
    }

    pub(super) fn element(self) -> Element {
        let mut element = Element::new("testsuite")
            .with("name", &self.name)
            .with("tests", self.cases.len().to_string())
            .with("failures", self.n(Sort::Failed).to_string())
            .with("errors", self.n(Sort::Errored).to_string())
            .with("skipped", self.n(Sort::Skipped).to_string())
            .with("time", seconds(self.duration_ms));
        if let Some(timestamp) = &self.timestamp {
            element = element.with("timestamp", timestamp);
        }
        if !self.properties.is_empty() {
            let property =
                |(name, value): (&str, String)| Element::new("property").with("name", name).with("value", value);
            element = element.child(Element::new("properties").children(self.properties.into_iter().map(property)));
        }
        element.children(self.cases.into_iter().map(|case| case.element)).children(self.log)
    }
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
