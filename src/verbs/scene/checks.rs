//! What is to be checked of a scene where nobody wishes for anything else.

use super::Scene;
use crate::check;
use crate::workspace::graph::CargoFlags;
use camino::Utf8Path;

impl Scene {
    /// The packages at hand, findings charged by the changes as they are, logs in this folder. What a verb wishes for
    /// besides goes on top.
    pub(in crate::verbs) fn checks<'a>(
        &'a self,
        root: &'a Utf8Path,
        folder: &'a Utf8Path,
        flags: &'a CargoFlags,
    ) -> check::Request<'a> {
        check::Request {
            graph: &self.graph,
            full: self.full(),
            tests_only: self.tests_only(),
            changes: &self.changes,
            root,
            folder,
            flags,
            strict: false,
            doc: false,
            test_timeout: check::TEST_TIMEOUT,
            testing: check::Testing::default(),
            only: None,
            select: Some(self.question()),
            selection: Some(&self.selection),
            build: None,
            memory: None,
            share: None,
        }
    }
}
