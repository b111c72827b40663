//! Bars on a terminal: one per running command.

use crate::event::Event;
use crate::report::escape;
use crate::words::CheckKind;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The bars at the lower end of a terminal.
pub(super) struct Bars {
    all: MultiProgress,
    running: Mutex<Vec<Running>>,
}

struct Running {
    id: String,
    check: CheckKind,
    bar: ProgressBar,
}

impl Bars {
    pub(super) fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self { all, running: Mutex::new(Vec::new()) }
    }

    /// Moves the bars.
    pub(super) fn see(&self, event: &Event) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::CommandStarted { id, check, command } => {
                let bar = self.all.add(ProgressBar::new_spinner().with_style(unknown()));
                bar.set_prefix(check.word());
                bar.set_message(escape::line(command).into_owned());
                bar.enable_steady_tick(Duration::from_millis(120));
                running.push(Running { id: id.clone(), check: *check, bar });
            }
            Event::Progress { check, done, total, what } => {
                // The test binaries run behind the command that built them: their bar comes and goes with them.
                let is_of_none = |running: &Running| running.check != *check;
                if running.iter().all(is_of_none) {
                    let bar = self.all.add(ProgressBar::new_spinner().with_style(unknown()));
                    bar.set_prefix(check.word());
                    bar.enable_steady_tick(Duration::from_millis(120));
                    running.push(Running { id: String::new(), check: *check, bar });
                }
                let Some(at) = running.iter().rposition(|running| running.check == *check) else { return };
                if running[at].id.is_empty() && *total == Some(*done) {
                    let Running { bar, .. } = running.remove(at);
                    bar.finish_and_clear();
                    self.all.remove(&bar);
                    return;
                }
                let bar = &running[at].bar;
                if let Some(total) = total
                    && bar.length() != Some(*total)
                {
                    bar.set_length(*total);
                    bar.set_style(known());
                }
                bar.set_position(*done);
                bar.set_message(escape::line(what).into_owned());
            }
            Event::CommandFinished { id, .. } => {
                if let Some(index) = running.iter().position(|running| running.id == *id) {
                    let Running { bar, .. } = running.remove(index);
                    bar.finish_and_clear();
                    self.all.remove(&bar);
                }
            }
            Event::VerbStarted { .. }
            | Event::Baseline { .. }
            | Event::StepMapped { .. }
            | Event::Change { .. }
            | Event::Affected { .. }
            | Event::Planned { .. }
            | Event::TestFailed { .. }
            | Event::CheckFinished { .. }
            | Event::Claim { .. }
            | Event::Remark { .. }
            | Event::Warning { .. }
            | Event::Anew { .. }
            | Event::Red { .. }
            | Event::OpenIssue { .. }
            | Event::Recorded { .. }
            | Event::Unit { .. }
            | Event::Finding { .. } => {}
        }
    }

    /// Takes the bars away while something else is written.
    pub(super) fn suspend(&self, write: impl FnOnce()) {
        self.all.suspend(write);
    }

    /// Takes them away for good.
    pub(super) fn clear(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        for Running { bar, .. } in running.drain(..) {
            bar.finish_and_clear();
        }
        // A terminal that is gone has no bars to take away.
        let _ = self.all.clear();
    }
}

fn known() -> ProgressStyle {
    style("{prefix:>12} [{bar:24}] {pos}/{len} {wide_msg} {elapsed:>4}").progress_chars("=> ")
}

fn unknown() -> ProgressStyle {
    style("{prefix:>12} {spinner} {wide_msg} {elapsed:>4}")
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates above are well-formed").tick_chars("-\\|/ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_binaries_have_a_bar_from_the_first_to_the_last() {
        let bars = Bars::new();
        let shown = || {
            let running = bars.running.lock().expect("no panic elsewhere");
            running.iter().map(|running| (running.bar.position(), running.bar.message())).collect::<Vec<_>>()
        };
        let progress = |done, what: &str| {
            bars.see(&Event::Progress { check: CheckKind::Test, done, total: Some(3), what: what.into() });
        };
        let (id, check) = ("command:test".to_owned(), CheckKind::Test);
        bars.see(&Event::CommandStarted { id: id.clone(), check, command: "cargo test --no-run".into() });
        progress(1, "tokio");
        bars.see(&Event::CommandFinished {
            id,
            check,
            command: "cargo test --no-run".into(),
            outcome: crate::words::Outcome::Passed,
            duration_ms: 1,
        });
        assert_eq!(shown(), []);
        progress(0, "a/lib/a, b/lib/b");
        progress(1, "b/lib/b, c/lib/c");
        assert_eq!(shown(), [(1, "b/lib/b, c/lib/c".to_owned())]);
        progress(3, "");
        assert_eq!(shown(), []);
    }
}
