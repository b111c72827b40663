//! The same work on each of many things, on all cores.

use crate::cancel::Cancel;
use crate::error::Result;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So few are done at once by whoever asks: a thread costs more than they do.
const FEW: usize = 4;

/// Room for a parser that calls itself, as a process's first thread has it.
const STACK: usize = 8 << 20;

/// What the work comes to for each of them, in their order.
///
/// # Errors
/// The reason to stop, once there is one.
pub(super) fn each<T: Sync, R: Send>(all: &[T], cancel: &Cancel, work: impl Fn(&T) -> R + Sync) -> Result<Vec<R>> {
    let n_threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(all.len() / FEW);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(all.len()));
    let take = || {
        let mut own = Vec::new();
        while cancel.signal().is_none() {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(at) else { break };
            own.push((at, work(one)));
        }
        done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(own);
    };
    std::thread::scope(|scope| {
        for _ in 1..n_threads {
            // Where there is no thread to be had, the first one does it all.
            let _ = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, take);
        }
        take();
    });
    cancel.check()?;
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_what_they_are_of() {
        let all: Vec<usize> = (0..1000).collect();
        let doubled = each(&all, &Cancel::new(), |n| n * 2).expect("done");
        assert_eq!(doubled, all.iter().map(|n| n * 2).collect::<Vec<_>>());
        assert_eq!(each(&[1, 2], &Cancel::new(), |n| n + 1).expect("done"), [2, 3]);
        assert!(each(&[(); 0], &Cancel::new(), |()| ()).expect("done").is_empty());
    }

    #[test]
    fn nothing_is_begun_once_somebody_asked_to_stop() {
        let cancel = Cancel::new();
        cancel.cancel(2);
        assert_eq!(each(&[1, 2], &cancel, |n| *n).expect_err("stopped").exit(), 130);
    }
}
