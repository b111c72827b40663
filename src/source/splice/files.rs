//! The modules of a file that lie in files of their own.

use crate::source::attributes::{is_test_file, last_word, string};
use crate::source::items::{Role, entries};
use crate::source::text::Text;
use ra_ap_syntax::SyntaxKind;
use ra_ap_syntax::SyntaxNode;
use ra_ap_syntax::ast::{self, AstNode as _};

/// `mod name;`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleFile {
    /// Its path within the file: inline modules around it and its name.
    pub path: String,
    /// What `#[path = "…"]` says.
    pub at: Option<String>,
    /// Whether it, or a module around it, is there in test builds only.
    pub is_test_only: bool,
    /// Its line.
    pub line: u32,
}

impl ModuleFile {
    /// The files it may lie in, spelled as `file`, which declares it. `is_root` says that the file is a target's own
    /// (`lib.rs`, `tests/it.rs`): then modules lie beside it.
    #[must_use]
    pub fn places(&self, file: &str, is_root: bool) -> Vec<String> {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let stem = name.strip_suffix(".rs").unwrap_or(name);
        let is_own_folder = is_root || stem == "mod";
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let mut modules: Vec<&str> = self.path.split("::").collect();
        let last = modules.pop().unwrap_or_default();
        if let Some(at) = &self.at {
            // Beside the file, unless inline modules are around: then below the folder of those.
            if !modules.is_empty() {
                parts.extend((!is_own_folder).then_some(stem));
                parts.extend(modules);
            }
            for part in at.split('/') {
                match part {
                    "." | "" => {}
                    ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
                    _ => parts.push(part),
                }
            }
            return vec![parts.join("/")];
        }
        parts.extend((!is_own_folder).then_some(stem));
        parts.extend(modules);
        let place =
            |end: String| parts.iter().map(|part| (*part).to_owned()).chain([end]).collect::<Vec<_>>().join("/");
        vec![place(format!("{last}.rs")), place(format!("{last}/mod.rs"))]
    }
}

/// The modules that lie in files of their own, in order.
#[must_use]
pub fn module_files(text: &str) -> Vec<ModuleFile> {
    files_of(&Text::new(text))
}

pub(super) fn files_of(text: &Text<'_>) -> Vec<ModuleFile> {
    let mut found = Vec::new();
    gather(text, &text.tree, "", is_test_file(&text.tree), &mut found);
    found
}

fn gather(text: &Text<'_>, holder: &SyntaxNode, outer: &str, is_test: bool, found: &mut Vec<ModuleFile>) {
    for entry in entries(holder).iter().filter(|entry| entry.kind() == SyntaxKind::MODULE) {
        let is_test_only = is_test || entry.role == Role::Test;
        match entry.inner() {
            Some(inner) => gather(text, &inner, &entry.path(outer), is_test_only, found),
            None => found.push(ModuleFile {
                path: entry.path(outer),
                at: path_attribute(&entry.node),
                is_test_only,
                line: text.line_of(&entry.node),
            }),
        }
    }
}

fn path_attribute(node: &SyntaxNode) -> Option<String> {
    node.children().filter_map(ast::Attr::cast).find_map(|attribute| {
        (last_word(&attribute)? == "path").then_some(())?;
        string(&attribute)
    })
}
