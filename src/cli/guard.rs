//! A panic becomes an internal error with its place, and exit code 70.

use crate::error::{Code, Error, Result};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

/// What `work` gives, or what its panic said: also a panic of another thread it did not hear of.
///
/// # Errors
/// 70 with the first panic's place and text.
pub(super) fn guarded(work: impl FnOnce() -> u8) -> Result<u8> {
    let first: Arc<Mutex<Option<String>>> = Arc::default();
    let seen = Arc::clone(&first);
    panic::set_hook(Box::new(move |info| {
        let text = info.payload_as_str().unwrap_or("a panic without a text");
        let place = info.location().map_or_else(String::new, |place| format!(" at {place}"));
        seen.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(format!("{text}{place}"));
    }));
    // Nothing of what the panic interrupted is looked at again: the process only says so and ends.
    let ended = panic::catch_unwind(AssertUnwindSafe(work));
    drop(panic::take_hook());
    let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (ended, first) {
        (Ok(exit), None) => Ok(exit),
        (Ok(_), Some(text)) | (Err(_), Some(text)) => Err(internal(&text)),
        (Err(_), None) => Err(internal("a panic without a text")),
    }
}

fn internal(text: &str) -> Error {
    let version = env!("CARGO_PKG_VERSION");
    let place = match env!("CARGO_PKG_REPOSITORY") {
        "" => "to whoever gave you this program",
        repository => repository,
    };
    Error::new(Code::Internal, format!("a bug in cargo-handoff {version}: {text}"))
        .hint(format!("please report this text and the command you typed {place}"))
        .hint("the payload is replaced whole or not at all: the old one is intact, or the new one is")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_with_its_place() {
        let error = guarded(|| panic!("the impossible")).expect_err("it panicked");
        assert_eq!(error.exit(), 70);
        assert!(error.message.contains("the impossible at "), "{error}");
        let error = guarded(|| {
            assert!(std::thread::spawn(|| panic!("elsewhere")).join().is_err());
            0
        });
        assert!(error.expect_err("a thread panicked").message.contains("elsewhere"));
        assert_eq!(guarded(|| 5).expect("no panic"), 5);
    }
}
