//! What the compiler said on the baseline, with bytes: enough to find the item each error stands in.

use crate::check::messages::{member, target_of};
use crate::source::Span;
use crate::words::TargetId;
use crate::workspace::graph::Workspace;
use camino::Utf8Path;
use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};

/// An error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) target: TargetId,
    /// ``error[E0425]: cannot find value `x` ``.
    pub(super) headline: String,
    /// Where, in files of the tree: each primary span, followed out of the macros it stands in.
    pub(super) places: Vec<At>,
    /// As the compiler shows it.
    pub(super) rendered: String,
}

/// A place in a file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At {
    /// Relative to what is the payload's root there.
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) span: Span,
}

/// Reads one line of cargo's stdout. `root` is what is the payload's root there.
pub(super) fn read(workspace: &Workspace, root: &Utf8Path, line: &[u8]) -> Option<Fault> {
    let Message::CompilerMessage(said) = serde_json::from_slice::<Message>(line).ok()? else { return None };
    let target = target_of(member(workspace, &said.package_id.repr)?, &said.target)?;
    let message: &Diagnostic = &said.message;
    let is_error = matches!(message.level, DiagnosticLevel::Error | DiagnosticLevel::Ice);
    if !is_error || message.message.starts_with("aborting due to ") {
        return None;
    }
    let code = message.code.as_ref().map(|code| &code.code).filter(|code| code.starts_with('E'));
    let word = code.map_or_else(|| "error".to_owned(), |code| format!("error[{code}]"));
    let text = message.message.lines().next().unwrap_or_default();
    let primary = message.spans.iter().filter(|span| span.is_primary);
    Some(Fault {
        target,
        headline: format!("{word}: {text}"),
        places: primary.filter_map(|span| at(span, workspace, root)).collect(),
        rendered: message.rendered.clone().unwrap_or_default(),
    })
}

/// Where a span lies in the tree, out of the macros of others.
fn at(span: &DiagnosticSpan, workspace: &Workspace, root: &Utf8Path) -> Option<At> {
    let mut span = span;
    let file = loop {
        if let Some(file) = in_tree(&span.file_name, &workspace.root, root) {
            break file;
        }
        span = &span.expansion.as_ref()?.span;
    };
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let bytes = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let span_of = Span::Bytes(bytes(span.byte_start)..bytes(span.byte_end));
    Some(At { file, line: number(span.line_start), span: span_of })
}

/// The file below the root, where it is one of the tree's own.
pub(super) fn in_tree(name: &str, workspace: &Utf8Path, root: &Utf8Path) -> Option<String> {
    if name.starts_with('<') {
        return None;
    }
    let path = workspace.join(name);
    // What a build script wrote lies in the target folder, which lies in the tree.
    let is_source = path.is_file() && !path.starts_with(workspace.join("target"));
    super::modules::below(root, &path).filter(|_| is_source)
}
