//! What comes last: how to see the same, and what exactly it was that was looked at.

use super::paper::{In, Paper};
use crate::payload::entries::is_fix;
use crate::report::dossier::Dossier;
use std::collections::BTreeSet;

/// What to type to see the same.
pub(super) fn reproduce(paper: &mut Paper, dossier: &Dossier) {
    paper.raw(
        "<p>At the commit and with the tools below, in the folder that holds <code>handoff/</code>, all at once:</p>\n",
    );
    paper.raw("<pre>cargo handoff validate --require reproduced --fresh</pre>\n");
    let commands = dossier.commands.iter().map(|command| &command.entry).filter(|entry| !is_fix(&entry.id));
    let commands: BTreeSet<&str> = commands.map(|entry| entry.command.as_str()).collect();
    if commands.is_empty() {
        return;
    }
    paper.raw("<p>Or one by one:</p>\n<ul class=\"plain\">\n");
    let n = paper.each(commands.into_iter(), 100, |paper, command| _ = paper.raw("<li>").code(command).raw("</li>\n"));
    paper.left_out(n, In::List, "command", "commands").raw("</ul>\n");
}

fn fact(paper: &mut Paper, name: &'static str, value: Option<&String>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        paper.raw("<dt>").raw(name).raw("</dt><dd>").code(value).raw("</dd>\n");
    }
}

/// The baseline, the tools, the digests.
pub(super) fn facts(paper: &mut Paper, dossier: &Dossier) {
    paper.raw("<h3>What was looked at</h3>\n<dl class=\"facts\">\n");
    fact(paper, "Payload", Some(&dossier.payload));
    fact(paper, "Its SHA-256", Some(&dossier.payload_sha256));
    fact(paper, "Run", Some(&dossier.run));
    fact(paper, "SHA-256 of its record", dossier.record_sha256.as_ref());
    fact(paper, "Commit", dossier.head.as_ref());
    fact(paper, "Tree, without <code>handoff/</code>", dossier.tree.as_ref());
    paper.raw("</dl>\n<h3>Baseline</h3>\n");
    match &dossier.baseline {
        Some(baseline) => {
            paper.raw("<p>The work is measured from ").code(&baseline.reference).raw(": ").prose(&baseline.how);
            paper.raw(".</p>\n<dl class=\"facts\">\n");
            fact(paper, "Commit", Some(&baseline.commit));
            paper.raw("</dl>\n");
        }
        None => _ = paper.raw("<p class=\"none\">None is recorded.</p>\n"),
    }
    paper.raw("<h3>Tools</h3>\n");
    match &dossier.environment {
        Some(environment) => {
            paper.raw("<dl class=\"facts\">\n");
            fact(paper, "rustc", environment.rustc.as_ref());
            fact(paper, "cargo", environment.cargo.as_ref());
            fact(paper, "clippy", environment.clippy.as_ref());
            fact(paper, "rustfmt", environment.rustfmt.as_ref());
            fact(paper, "Platform", environment.triple.as_ref());
            fact(paper, "Toolchain file", environment.toolchain_file.as_ref());
            fact(paper, "cargo-handoff", Some(&environment.cargo_handoff));
            paper.raw("</dl>\n");
        }
        None => _ = paper.raw("<p class=\"none\">None are recorded.</p>\n"),
    }
}
