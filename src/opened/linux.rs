//! Watching with inotify (<https://man7.org/linux/man-pages/man7/inotify.7.html>).
//!
//! A thread empties the kernel's queue (16,384 events on most systems) all the time, and so does everybody who asks.
//! Kept is, for each path, the number of the last event: as much memory as there are paths, not as there are events.

use super::Seen;
use crate::git::caches;
use camino::{Utf8Path, Utf8PathBuf};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;
use std::collections::{BTreeSet, HashMap};
use std::io::{PipeReader, PipeWriter};
use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// What is asked for of a folder.
const WATCHED: WatchFlags = WatchFlags::OPEN
    .union(WatchFlags::CREATE)
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::MOVE)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::ONLYDIR)
    .union(WatchFlags::DONT_FOLLOW);

/// The events after which something is not what it was.
const WRITTEN: ReadFlags = ReadFlags::CREATE
    .union(ReadFlags::MODIFY)
    .union(ReadFlags::CLOSE_WRITE)
    .union(ReadFlags::MOVED_FROM)
    .union(ReadFlags::MOVED_TO)
    .union(ReadFlags::DELETE)
    .union(ReadFlags::DELETE_SELF)
    .union(ReadFlags::MOVE_SELF);

/// How many bytes of events are taken at once: about 2,000 of them.
const BUFFER: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Watcher {
    shared: Arc<Shared>,
    /// Its end tells the thread to end.
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    inotify: OwnedFd,
    state: Mutex<State>,
}

/// What has happened so far; each number is that of an event.
#[derive(Debug, Default)]
struct State {
    folders: HashMap<i32, Utf8PathBuf>,
    now: u64,
    opened: HashMap<Utf8PathBuf, u64>,
    listed: HashMap<Utf8PathBuf, u64>,
    written: HashMap<Utf8PathBuf, u64>,
    lost: u64,
}

impl Watcher {
    pub(super) fn new(folders: &[Utf8PathBuf]) -> Result<Self, String> {
        let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)
            .map_err(|error| format!("the system gives no more watchers (fs.inotify.max_user_instances): {error}"))?;
        let mut state = State::default();
        for folder in folders {
            match inotify::add_watch(&inotify, folder.as_std_path(), WATCHED) {
                Ok(watch) => drop(state.folders.insert(watch, folder.clone())),
                // Gone since it was listed: there is nothing left in it to be read.
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                Err(Errno::NOSPC) => {
                    let n_folders = folders.len();
                    return Err(format!(
                        "the system allows fewer watches than the {n_folders} folders need (fs.inotify.max_user_watches)"
                    ));
                }
                Err(error) => return Err(format!("`{folder}` cannot be watched: {error}")),
            }
        }
        let shared = Arc::new(Shared { inotify, state: Mutex::new(state) });
        let failed = |error: std::io::Error| format!("no thread can watch: {error}");
        let (stopped, stop) = std::io::pipe().map_err(failed)?;
        let ours = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("watcher".into());
        let thread = thread.spawn(move || ours.keep_empty(&stopped)).map_err(failed)?;
        Ok(Self { shared, stop: Some(stop), thread: Some(thread) })
    }

    pub(super) fn now(&self) -> u64 {
        self.shared.drained().now
    }

    pub(super) fn since(&self, mark: u64) -> Seen {
        let state = self.shared.drained();
        let since = |times: &HashMap<Utf8PathBuf, u64>| -> BTreeSet<Utf8PathBuf> {
            times.iter().filter(|(_, time)| mark < **time).map(|(path, _)| path.clone()).collect()
        };
        Seen {
            opened: since(&state.opened),
            listed: since(&state.listed),
            written: since(&state.written),
            lost: mark < state.lost,
        }
    }

    #[cfg(test)]
    pub(super) fn while_nobody_drains(&self, act: impl FnOnce()) {
        let _state = self.shared.state.lock().expect("nobody panicked");
        act();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to say.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// What is known, everything up to now included.
    fn drained(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.drain(&self.inotify);
        state
    }

    /// Empties the queue whenever something is in it, until the other end of the pipe is gone.
    fn keep_empty(&self, stopped: &PipeReader) {
        loop {
            let mut both = [PollFd::new(&self.inotify, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
            match poll(&mut both, None) {
                Ok(_) if both[1].revents().is_empty() => drop(self.drained()),
                Err(Errno::INTR) => {}
                Ok(_) | Err(_) => return,
            }
        }
    }
}

impl State {
    fn drain(&mut self, inotify: &OwnedFd) {
        let mut buffer = vec![MaybeUninit::uninit(); BUFFER];
        let mut reader = inotify::Reader::new(inotify, &mut buffer);
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| name.to_str().map(Utf8PathBuf::from));
                    self.note(inotify, event.wd(), event.events(), name);
                }
                Err(Errno::AGAIN) => return,
                Err(Errno::INTR) => {}
                Err(_) => return self.lose(),
            }
        }
    }

    fn lose(&mut self) {
        self.now += 1;
        self.lost = self.now;
    }

    fn note<E>(&mut self, inotify: &OwnedFd, watch: i32, what: ReadFlags, name: Option<Result<Utf8PathBuf, E>>) {
        self.now += 1;
        // A full queue is told without a folder.
        if what.intersects(ReadFlags::QUEUE_OVERFLOW | ReadFlags::UNMOUNT | ReadFlags::MOVE_SELF) {
            self.lose();
        }
        if what.intersects(ReadFlags::IGNORED | ReadFlags::QUEUE_OVERFLOW) {
            self.folders.remove(&watch);
            return;
        }
        let path = match (self.folders.get(&watch), name) {
            (Some(folder), None) => folder.clone(),
            (Some(folder), Some(Ok(name))) => folder.join(name),
            (None, _) | (_, Some(Err(_))) => return self.lose(),
        };
        let is_folder = what.contains(ReadFlags::ISDIR);
        if is_folder && what.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) {
            self.adopt(inotify, &path);
        }
        if what.contains(ReadFlags::OPEN) {
            let list = if is_folder { &mut self.listed } else { &mut self.opened };
            set(list, &path, self.now);
        }
        if what.intersects(WRITTEN) {
            set(&mut self.written, &path, self.now);
        }
    }

    /// Watches a folder that appeared, and those in it. One that was moved here keeps its watch and gets its new name.
    fn adopt(&mut self, inotify: &OwnedFd, folder: &Utf8Path) {
        if folder.file_name() == Some(".git") || caches::is_marked(folder.as_std_path()) {
            return;
        }
        match inotify::add_watch(inotify, folder.as_std_path(), WATCHED) {
            Ok(watch) => drop(self.folders.insert(watch, folder.to_owned())),
            Err(_) => return self.lose(),
        }
        // What is in it already came before the watch, and so may have others who opened it.
        let Ok(entries) = folder.read_dir_utf8() else { return self.lose() };
        for entry in entries {
            self.lose();
            if let Ok(entry) = entry
                && entry.file_type().is_ok_and(|kind| kind.is_dir())
            {
                self.adopt(inotify, entry.path());
            }
        }
    }
}

fn set(times: &mut HashMap<Utf8PathBuf, u64>, path: &Utf8Path, now: u64) {
    match times.get_mut(path) {
        Some(time) => *time = now,
        None => drop(times.insert(path.to_owned(), now)),
    }
}
