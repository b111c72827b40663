//! A snapshot that was taken.

use crate::answers::ReconAnswer;
use crate::recon::snapshot::Taken;
use crate::report::layout::{DOUBT, Line, PLAIN, Room, STRONG, count, wrap};

/// What it holds, and where it lies.
#[must_use]
pub fn baseline(answer: &ReconAnswer<Taken>, room: &Room) -> String {
    let taken = &answer.found;
    let mut lines = Vec::new();
    let told = [
        count(taken.n_symbols, "symbol", "symbols"),
        format!("{} to do", taken.n_todos),
        count(taken.n_asserts, "assertion", "assertions"),
        count(taken.n_lints, "lint level", "lint levels"),
        count(taken.n_cfgs, "condition", "conditions"),
        count(taken.n_tests, "test", "tests"),
    ];
    let files = count(taken.n_files, "file", "files");
    let head = Line::default().and(STRONG, &format!("step {}", taken.step)).and(PLAIN, " ");
    lines.extend(wrap(head, &format!("{files} as they are now: {}", told.join(", ")), room.width));
    if 0 < taken.files_left_out {
        lines.push(Line::default().and(DOUBT, &format!("{} more files are not in it", taken.files_left_out)));
    }
    if !taken.already_changed.is_empty() {
        let n = count(taken.already_changed.len(), "file differs", "files differ");
        let text = format!("{n} from HEAD already, and is kept as it is now: {}", taken.already_changed.join(", "));
        lines.push(Line::default().and(DOUBT, &text));
    }
    lines.push(Line::plain(&format!("kept in `{}`", taken.path)));
    lines.iter().map(|line| format!("{}\n", line.text())).collect()
}
