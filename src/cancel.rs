//! The token every child process and every loop looks at.
//!
//! Cancelling ends only what runs under this token: two verbs in one process have one each.

use crate::error::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

/// Says whether to stop, why, and how soon. Clones share their state.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<State>);

#[derive(Debug, Default)]
struct State {
    signal: AtomicI32,
    hurry: AtomicBool,
}

impl Cancel {
    /// A token nobody has pulled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks everything under this token to stop, for this signal (2 for Ctrl-C). The first one counts.
    pub fn cancel(&self, signal: i32) {
        // An exchange that fails means somebody was first: then that signal stays the reason.
        let _ = self.0.signal.compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Asks a second time: whatever still runs under this token is ended at once, without time to end by itself.
    pub fn hurry(&self) {
        self.0.hurry.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked a second time.
    #[must_use]
    pub fn is_in_a_hurry(&self) -> bool {
        self.0.hurry.load(Ordering::SeqCst)
    }

    /// The signal that asked us to stop, if any.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        let signal = self.0.signal.load(Ordering::SeqCst);
        (signal != 0).then_some(signal)
    }

    /// Goes on, or ends with the signal.
    ///
    /// # Errors
    /// 129, 130 or 143 once somebody asked us to stop.
    pub fn check(&self) -> Result<()> {
        match self.signal() {
            Some(signal) => Err(Error::signalled(signal)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_signal_is_the_reason() {
        let cancel = Cancel::new();
        assert!(cancel.check().is_ok());
        cancel.clone().cancel(15);
        cancel.cancel(2);
        assert_eq!(cancel.check().expect_err("cancelled").exit(), 143);
    }
}
