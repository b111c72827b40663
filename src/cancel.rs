//! The token every child process and every loop looks at.
//!
//! Cancelling ends only what runs under this token: two verbs in one process have one each. A token may stand under
//! another one and may have a time of its own; then it is pulled by whichever comes first.

use crate::error::{DEADLINE, Error, Result};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Says whether to stop, why, and how soon. Clones share their state.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<State>);

#[derive(Debug, Default)]
struct State {
    signal: AtomicI32,
    hurry: AtomicBool,
    until: Mutex<Option<Instant>>,
    above: Option<Cancel>,
}

impl Cancel {
    /// A token nobody has pulled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that is pulled with this one, and by itself after this time: then [`DEADLINE`] is the reason.
    /// Pulling it leaves this one alone.
    #[must_use]
    pub fn within(&self, time: Duration) -> Self {
        let below = Self(Arc::new(State { above: Some(self.clone()), ..State::default() }));
        below.renew(Some(time));
        below
    }

    /// A token for what is still to be said once this one's own time is over: pulled with the one above, or after this
    /// time.
    #[must_use]
    pub fn afterwards(&self, time: Duration) -> Self {
        self.0.above.as_ref().unwrap_or(self).within(time)
    }

    /// Begins the token's own time anew, or takes it away. A token that was pulled stays so.
    pub fn renew(&self, time: Option<Duration>) {
        let until = time.and_then(|time| Instant::now().checked_add(time));
        *self.0.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
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
        self.0.hurry.load(Ordering::SeqCst) || self.0.above.as_ref().is_some_and(Self::is_in_a_hurry)
    }

    /// The signal that asked us to stop, if any; [`DEADLINE`] where the time is over.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        let signal = self.0.signal.load(Ordering::SeqCst);
        if signal != 0 {
            return Some(signal);
        }
        if let Some(signal) = self.0.above.as_ref().and_then(Self::signal) {
            return Some(signal);
        }
        let until = *self.0.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_some_and(|until| until <= Instant::now()) {
            self.cancel(DEADLINE);
            return Some(DEADLINE);
        }
        None
    }

    /// Goes on, or ends with the signal.
    ///
    /// # Errors
    /// 129, 130 or 143 once somebody asked us to stop, 106 once the time is over.
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

    #[test]
    fn a_token_with_a_time_of_its_own_is_pulled_by_it_and_leaves_the_one_above_alone() {
        let above = Cancel::new();
        let below = above.within(Duration::from_millis(30));
        assert_eq!(below.signal(), None);
        std::thread::sleep(Duration::from_millis(40));
        assert_eq!(below.check().expect_err("over").exit(), 106);
        below.renew(None);
        assert_eq!((below.signal(), above.signal()), (Some(DEADLINE), None), "what was pulled stays so");
    }

    #[test]
    fn what_is_said_afterwards_has_time_of_its_own_and_stops_with_the_one_above() {
        let above = Cancel::new();
        let over = above.within(Duration::ZERO);
        assert_eq!(over.signal(), Some(DEADLINE));
        let afterwards = over.afterwards(Duration::from_secs(600));
        assert_eq!(afterwards.signal(), None);
        above.cancel(2);
        assert_eq!(afterwards.signal(), Some(2));
    }

    #[test]
    fn a_time_that_is_renewed_or_taken_away_does_not_come() {
        let token = Cancel::new().within(Duration::from_millis(50));
        for _ in 0..4 {
            std::thread::sleep(Duration::from_millis(20));
            token.renew(Some(Duration::from_millis(500)));
        }
        assert_eq!(token.signal(), None);
        token.renew(Some(Duration::ZERO));
        token.renew(None);
        assert_eq!(token.signal(), None);
    }

    #[test]
    fn a_token_is_pulled_with_the_one_above_it() {
        let above = Cancel::new();
        let below = above.within(Duration::from_secs(600));
        above.cancel(2);
        above.hurry();
        assert_eq!((below.signal(), below.is_in_a_hurry()), (Some(2), true));
    }
}
