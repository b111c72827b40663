//! Ctrl-C, SIGTERM and SIGHUP pull the cancel token; a second Ctrl-C ends the process at once.

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

#[cfg(unix)]
const SIGNALS: &[i32] = &[SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const SIGNALS: &[i32] = &[SIGINT, SIGTERM];

/// How soon a signal reaches the token. A handler may do next to nothing, so a thread looks.
const LOOK: Duration = Duration::from_millis(20);

/// Listens until the process ends.
///
/// # Errors
/// 74 where the system does not let us listen.
pub(super) fn listen(cancel: &Cancel) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("listen for signals", error);
    let (interrupted, signal) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    // In this order: the first Ctrl-C finds the flag down and raises it, the second one finds it up.
    flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&interrupted)).map_err(failed)?;
    flag::register(SIGINT, interrupted).map_err(failed)?;
    for number in SIGNALS {
        let value = usize::try_from(*number).expect("signal numbers are positive");
        flag::register_usize(*number, Arc::clone(&signal), value).map_err(failed)?;
    }
    let cancel = cancel.clone();
    let look = move || {
        loop {
            let number = signal.load(Ordering::SeqCst);
            if number != 0 {
                cancel.cancel(i32::try_from(number).unwrap_or(SIGTERM));
                return;
            }
            std::thread::sleep(LOOK);
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(look).map_err(failed)?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_signal_pulls_the_token() {
        let cancel = Cancel::new();
        listen(&cancel).expect("the system lets us");
        signal_hook::low_level::raise(SIGTERM).expect("raised");
        for _ in 0..200 {
            if cancel.signal().is_some() {
                break;
            }
            std::thread::sleep(LOOK);
        }
        assert_eq!(cancel.check().expect_err("pulled").exit(), 143);
    }
}
