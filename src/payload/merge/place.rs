//! The two sides, what they can disagree about, and where in a payload a value stands.

use crate::payload::document::{Kind, Node};

/// One of the two sides, in git's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where HEAD is: stage 2, `%A`.
    Ours,
    /// What is merged in: stage 3, `%B`.
    Theirs,
}

/// A place both sides changed, each otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The place: `plan.steps[0].name`.
    pub path: String,
    /// What both began with, shortened; `None` where there was nothing.
    pub base: Option<String>,
    /// What our side made of it, shortened.
    pub ours: String,
    /// What their side made of it, shortened.
    pub theirs: String,
}

/// The members that only ever grow.
pub(super) const HISTORIES: [&str; 2] = ["history", "statusHistory"];

/// Where a value stands, as far as that changes how it is joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    Root,
    Meta,
    /// `plan`, `testPlan`.
    Section(&'static str),
    /// `plan.steps`, `testPlan.scenarios`.
    Subjects,
    Subject,
    /// `implementation`, `qaFindings`.
    Parts,
    /// A list or object in one of these.
    Part(&'a str),
    /// A `history` or `statusHistory`.
    History,
    Other,
}

impl<'a> Place<'a> {
    pub(super) fn below(self, key: &'a str) -> Self {
        if HISTORIES.contains(&key) {
            return Self::History;
        }
        match (self, key) {
            (Self::Root, "meta") => Self::Meta,
            (Self::Root, "plan") => Self::Section("steps"),
            (Self::Root, "testPlan") => Self::Section("scenarios"),
            (Self::Root, "implementation" | "qaFindings") => Self::Parts,
            (Self::Section(subjects), name) if subjects == name => Self::Subjects,
            (Self::Parts, name) => Self::Part(name),
            (
                Self::Root
                | Self::Meta
                | Self::Section(_)
                | Self::Subjects
                | Self::Subject
                | Self::Part(_)
                | Self::History
                | Self::Other,
                _,
            ) => Self::Other,
        }
    }

    pub(super) const fn of_elements(self) -> Self {
        match self {
            Self::Subjects => Self::Subject,
            Self::Part(_) => self,
            Self::Root | Self::Meta | Self::Section(_) | Self::Subject | Self::Parts | Self::History | Self::Other => {
                Self::Other
            }
        }
    }
}

/// A value as both began with it, and what each side made of it.
#[derive(Clone, Copy)]
pub(super) struct Three<'a> {
    pub(super) base: Option<Node<'a>>,
    pub(super) ours: Node<'a>,
    pub(super) theirs: Node<'a>,
}

impl<'a> Three<'a> {
    pub(super) fn base_if(self, kind: Kind) -> Option<Node<'a>> {
        self.base.filter(|base| base.kind() == kind)
    }
}
