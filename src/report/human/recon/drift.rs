//! What became of what was found.

use crate::answers::ReconAnswer;
use crate::recon::drift::{Drift, DriftRow, State};
use crate::report::layout::{BAD, DOUBT, FAINT, GOOD, Line, PLAIN, Room, count};

/// A line for each that is otherwise now, alarms first; the others are counted.
#[must_use]
pub fn drift(answer: &ReconAnswer<Drift>, _: &Room) -> String {
    let found = &answer.found;
    let mut lines: Vec<Line> =
        found.rows.items.iter().filter(|row| row.state != State::Unchanged).map(row_line).collect();
    let n = found.rows.total();
    if n == 0 {
        lines.push(Line::plain("nothing was kept that could be asked again: no finding, no citation"));
    } else {
        let told = [
            (found.n_gone, "gone"),
            (found.n_changed, "changed"),
            (found.n_moved, "moved"),
            (found.n_unknown, "unknown"),
            (found.n_unchanged, "unchanged"),
        ];
        let told: Vec<String> =
            told.into_iter().filter(|(n, _)| 0 < *n).map(|(n, word)| format!("{n} {word}")).collect();
        let alarms = match found.n_alarms {
            0 => "nothing by anybody else".to_owned(),
            n => format!("{n} not by this work"),
        };
        lines.push(Line::plain(&format!("{} looked at: {}; {alarms}", count(n, "thing", "things"), told.join(", "))));
    }
    if 0 < found.rows.left_out {
        lines.push(Line::default().and(FAINT, &format!("{} left out (--limit)", found.rows.left_out)));
    }
    lines.iter().map(|line| format!("{}\n", line.text())).collect()
}

fn row_line(row: &DriftRow) -> Line {
    let style = match (row.is_alarm(), row.state) {
        (true, _) => BAD,
        (false, State::Unknown) => DOUBT,
        (false, State::Unchanged) => GOOD,
        (false, State::Gone | State::Changed | State::Moved) => FAINT,
    };
    Line::default()
        .and(style, &format!("{:<9}", row.state.word()))
        .and(PLAIN, &format!(" {}", row.sentence()))
        .and(FAINT, &format!("  {}", row.of))
}
