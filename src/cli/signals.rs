//! Ctrl-C, SIGTERM and SIGHUP pull the cancel token; a second one ends the children at once, then the process.

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::process;
use std::time::Duration;

/// How long the children's groups have to be ended after a second signal, before the process goes without waiting
/// for anything else it was about to do.
const LAST: Duration = Duration::from_millis(300);

/// Listens until the process ends.
///
/// # Errors
/// 74 where the system does not let us listen.
pub(super) fn listen(cancel: &Cancel) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("listen for signals", error);
    let mut signals = system::Signals::new().map_err(failed)?;
    let cancel = cancel.clone();
    let look = move || {
        let first = signals.next();
        cancel.cancel(first);
        signals.next();
        cancel.hurry();
        std::thread::sleep(LAST);
        process::end_all();
        signal_hook::low_level::exit(128 + first);
    };
    std::thread::Builder::new().name("signals".into()).spawn(look).map_err(failed)?;
    Ok(())
}

#[cfg(unix)]
mod system {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator;

    pub(super) struct Signals(iterator::Signals);

    impl Signals {
        pub(super) fn new() -> std::io::Result<Self> {
            iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).map(Self)
        }

        /// Waits for the next one.
        pub(super) fn next(&mut self) -> i32 {
            self.0.forever().next().unwrap_or(SIGTERM)
        }
    }
}

#[cfg(not(unix))]
mod system {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Without an iterator over signals a flag is looked at.
    pub(super) struct Signals(Arc<AtomicUsize>);

    impl Signals {
        pub(super) fn new() -> std::io::Result<Self> {
            let signal = Arc::new(AtomicUsize::new(0));
            for number in [SIGINT, SIGTERM] {
                let value = usize::try_from(number).unwrap_or(2);
                flag::register_usize(number, Arc::clone(&signal), value)?;
            }
            Ok(Self(signal))
        }

        /// Waits for the next one.
        pub(super) fn next(&mut self) -> i32 {
            loop {
                let number = self.0.swap(0, Ordering::SeqCst);
                if number != 0 {
                    return i32::try_from(number).unwrap_or(SIGTERM);
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use signal_hook::consts::SIGTERM;

    const LOOK: Duration = Duration::from_millis(20);

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
