//! A question to whoever sits at the terminal. Anything but a clear yes is a no.

use super::Console;
use crate::approval::Consent;
use crate::cancel::Cancel;
use std::io::BufRead as _;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How often it is looked whether somebody cancelled.
const LOOK: Duration = Duration::from_millis(50);

impl Consent for Console {
    fn agrees(&self, text: &str, cancel: &Cancel) -> bool {
        if !self.asks {
            return false;
        }
        self.clear_bars();
        let question = format!(
            "\nThe payload asks for something that nobody approved:\n{text}\
             Do it now, and whenever it is exactly this? [y/N] "
        );
        self.lock().err.write(&question);
        let yes = is_yes(line(cancel).as_deref());
        self.lock().err.write(if yes { "approved\n" } else { "not approved\n" });
        yes
    }

    fn is_there(&self) -> bool {
        self.asks
    }
}

/// A line from the terminal; `None` at its end, or where somebody cancels. Reading cannot be interrupted, so it is
/// done elsewhere and left behind where nobody wants it any more: then the process is about to end.
fn line(cancel: &Cancel) -> Option<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        // Nobody listens any more where the question was cancelled.
        let _ = sender.send(read.ok().filter(|n_bytes| 0 < *n_bytes).map(|_| line));
    });
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(line) => return line,
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if cancel.signal().is_some() => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn is_yes(line: Option<&str>) -> bool {
    line.is_some_and(|line| matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        for yes in ["y\n", "Y\n", "yes\r\n", " YES "] {
            assert!(is_yes(Some(yes)), "{yes:?}");
        }
        for no in [None, Some(""), Some("\n"), Some("n\n"), Some("yeah"), Some("y y"), Some("\u{1b}[Ay")] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
