//! What left a command's process group on Linux: found by its mark, its ancestors or its being ours, and ended.
//!
//! A child that makes itself a session of its own is out of reach of a signal to the group. Three things lead to it:
//! - every command carries a mark of its own in its environment, which `/proc` shows of processes of the same user;
//! - a descendant of what is known belongs to it;
//! - once [`adopt`] was called, the system gives every orphan below us to us: then nothing can hide at all, whatever
//!   it does to its environment.
//!
//! An orphan without a mark cannot be told from another command's that runs at the same time: it is ended with the
//! last of them. What another process starts for a child (`systemd-run`, `at`, a container's daemon) is nobody's
//! descendant and is not found. Where a process may not read `/proc`, or is killed itself, only the group is ended.

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitOptions, getpid, kill_process, pidfd_open, pidfd_send_signal,
    set_child_subreaper, waitid, waitpid,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The variable that carries the marks: one of ours behind that of whoever runs us, parted by `/`. It does not begin
/// with `CARGO_`: compiler caches count every such variable as an input.
const MARK: &str = "HANDOFF_JOB";

/// How long processes are looked for and ended. One that re-spawns itself faster than this is left.
const LONGEST: Duration = Duration::from_secs(3);

/// How long to wait before looking again.
const AGAIN: Duration = Duration::from_millis(2);

/// The commands that run now. Children belong to the whole process, so this is the one thing that does too.
#[derive(Default)]
struct Jobs {
    next: u64,
    /// By number, the child itself while it is there.
    running: BTreeMap<u64, Option<i32>>,
    adopts: bool,
}

static JOBS: Mutex<Jobs> = Mutex::new(Jobs { next: 0, running: BTreeMap::new(), adopts: false });

/// What every mark of this process begins with: no other process ever had this id at this time.
static OWN: LazyLock<String> = LazyLock::new(|| {
    let own = getpid().as_raw_nonzero().get();
    format!("{own}.{}.", look_at(own).map_or(0, |process| process.start))
});

fn jobs() -> MutexGuard<'static, Jobs> {
    JOBS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on every orphan below this process comes to it, and is ended with the command it came from. For a
/// program that starts children nowhere else.
pub(super) fn adopt() {
    // Where the system refuses, marks and ancestors have to do.
    jobs().adopts = set_child_subreaper(Some(getpid())).is_ok();
}

/// Ends every descendant of this process, if it adopts; for a program about to end.
pub(super) fn end_all() {
    if !jobs().adopts {
        return;
    }
    let started = Instant::now();
    while started.elapsed() < LONGEST {
        let all = Processes::now();
        let below: Vec<&Process> =
            all.0.values().filter(|process| !process.is_zombie && all.is_below_us(process)).collect();
        if below.is_empty() {
            return;
        }
        below.into_iter().for_each(|process| send(process, Signal::KILL));
        std::thread::sleep(AGAIN);
    }
}

/// A command that runs.
pub(super) struct Job {
    number: u64,
    /// What was seen to belong to it, by id and start.
    known: BTreeSet<(i32, u64)>,
}

impl Job {
    pub(super) fn new() -> Self {
        let mut jobs = jobs();
        let number = jobs.next;
        jobs.next += 1;
        jobs.running.insert(number, None);
        Self { number, known: BTreeSet::new() }
    }

    /// Puts the mark into what will be the child's environment.
    pub(super) fn mark(&self, environment: &mut BTreeMap<OsString, OsString>) {
        let mut mark = environment.remove(OsStr::new(MARK)).unwrap_or_default();
        if !mark.is_empty() {
            mark.push("/");
        }
        mark.push(format!("{}{}", *OWN, self.number));
        environment.insert(MARK.into(), mark);
    }

    /// Starts the child. Until its id is known nobody may take it for an orphan.
    pub(super) fn start<T, E>(
        &self,
        start: impl FnOnce() -> Result<T, E>,
        pid: impl FnOnce(&T) -> Option<u32>,
    ) -> Result<T, E> {
        let mut jobs = jobs();
        let child = start()?;
        let pid = pid(&child).and_then(|pid| i32::try_from(pid).ok());
        jobs.running.insert(self.number, pid);
        Ok(child)
    }

    /// The child is gone, its id may be another's soon.
    pub(super) fn child_is_gone(&self) {
        jobs().running.insert(self.number, None);
    }

    /// Keeps in mind what belongs to it now: when the child is gone its children have another parent.
    pub(super) fn remember(&mut self) {
        let jobs = jobs();
        let members = self.members(&jobs, &Processes::of(&jobs));
        self.known.extend(members.into_iter().map(|process| (process.pid, process.start)));
    }

    /// Asks what left the group to end. The group itself was asked.
    pub(super) fn ask_to_end(&self) {
        let jobs = jobs();
        let group = jobs.running.get(&self.number).copied().flatten();
        let members = self.members(&jobs, &Processes::of(&jobs));
        members.iter().filter(|process| Some(process.group) != group).for_each(|process| send(process, Signal::TERM));
    }

    /// Waits for orphans that ended by themselves.
    pub(super) fn reap(&self) {
        let jobs = jobs();
        if jobs.adopts {
            reap(&jobs, &Processes::of(&jobs));
        }
    }

    /// Ends whatever is left, again and again until nothing is.
    pub(super) fn end(&mut self) {
        let started = Instant::now();
        let mut n_quiet = 0;
        while started.elapsed() < LONGEST {
            let jobs = jobs();
            let is_alone = jobs.running.len() <= 1;
            if jobs.adopts && is_alone && has_no_child() {
                return;
            }
            let all = Processes::of(&jobs);
            if jobs.adopts {
                reap(&jobs, &all);
            }
            let members = self.members(&jobs, &all);
            drop(jobs);
            if members.is_empty() {
                // One that was forked while we looked may have been missed.
                n_quiet += 1;
                if 1 < n_quiet {
                    return;
                }
            } else {
                n_quiet = 0;
                for process in members {
                    self.known.insert((process.pid, process.start));
                    send(&process, Signal::KILL);
                }
                std::thread::sleep(AGAIN);
            }
        }
    }

    /// What belongs to this command and is alive.
    fn members(&self, jobs: &Jobs, all: &Processes) -> Vec<Process> {
        let is_alone = jobs.running.len() <= 1;
        let mut owners = BTreeMap::new();
        let is_member = |owner: Owner| match owner {
            Owner::Job(number) => number == self.number,
            Owner::Ended => true,
            Owner::Unknown => jobs.adopts && is_alone,
            Owner::Foreign => false,
        };
        let living = all.0.values().filter(|process| !process.is_zombie);
        let members = living.filter(|process| is_member(self.owner(process, jobs, all, &mut owners, 0)));
        members.copied().collect()
    }

    fn owner(
        &self,
        process: &Process,
        jobs: &Jobs,
        all: &Processes,
        owners: &mut BTreeMap<i32, Owner>,
        depth: usize,
    ) -> Owner {
        if let Some(owner) = owners.get(&process.pid) {
            return *owner;
        }
        let child = jobs.running.iter().find(|(_, child)| **child == Some(process.pid));
        let owner = if let Some((number, _)) = child {
            Owner::Job(*number)
        } else if self.known.contains(&(process.pid, process.start)) {
            Owner::Job(self.number)
        } else if process.pid == all.own() || 1000 < depth {
            Owner::Foreign
        } else if let Some(owner) = (!jobs.adopts || all.is_below_us(process)).then(|| marked(process, jobs)).flatten()
        {
            owner
        } else if process.parent == all.own() {
            if jobs.adopts { Owner::Unknown } else { Owner::Foreign }
        } else {
            match all.0.get(&process.parent) {
                Some(parent) => self.owner(parent, jobs, all, owners, depth + 1),
                None => Owner::Foreign,
            }
        };
        owners.insert(process.pid, owner);
        owner
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        jobs().running.remove(&self.number);
    }
}

/// Whose a process is.
#[derive(Clone, Copy)]
enum Owner {
    /// This command's.
    Job(u64),
    /// That of a command that ended.
    Ended,
    /// Given to us by the system, without a mark.
    Unknown,
    /// Not ours.
    Foreign,
}

/// What the mark of a process says, if it has one of ours.
fn marked(process: &Process, jobs: &Jobs) -> Option<Owner> {
    let environment = fs::read(format!("/proc/{}/environ", process.pid)).ok()?;
    let mark = environment
        .split(|byte| *byte == 0)
        .find_map(|variable| variable.strip_prefix(MARK.as_bytes())?.strip_prefix(b"="))?;
    let number = mark
        .split(|byte| *byte == b'/')
        .find_map(|part| std::str::from_utf8(part.strip_prefix(OWN.as_bytes())?).ok()?.parse().ok())?;
    Some(if jobs.running.contains_key(&number) { Owner::Job(number) } else { Owner::Ended })
}

/// A process as the system shows it.
#[derive(Clone, Copy)]
struct Process {
    pid: i32,
    parent: i32,
    group: i32,
    /// When it started: with it an id is unique.
    start: u64,
    is_zombie: bool,
}

/// See `proc_pid_stat(5)`: the name in parentheses may hold anything, the fields behind it are numbers.
fn look_at(pid: i32) -> Option<Process> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    let fields: Vec<&str> = std::str::from_utf8(&stat[end + 1..]).ok()?.split_ascii_whitespace().collect();
    let is_zombie = matches!(*fields.first()?, "Z" | "X" | "x");
    let (parent, group) = (fields.get(1)?.parse().ok()?, fields.get(2)?.parse().ok()?);
    Some(Process { pid, parent, group, start: fields.get(19)?.parse().ok()?, is_zombie })
}

struct Processes(BTreeMap<i32, Process>, i32);

/// Every process below one, as the system keeps them (`proc_pid_task_tid_children(5)`); nothing where it does not say.
/// One whose parent ends while we look may be missed: it is found when we look again.
fn below(top: i32) -> Option<BTreeMap<i32, Process>> {
    let mut found = BTreeMap::new();
    let mut left = vec![top];
    while let Some(pid) = left.pop() {
        let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
            continue; // it is gone
        };
        for thread in threads.flatten() {
            let children = match fs::read_to_string(thread.path().join("children")) {
                Ok(children) => children,
                Err(_) if pid == top => return None,
                Err(_) => continue,
            };
            for child in children.split_ascii_whitespace().filter_map(|child| child.parse().ok()) {
                if !found.contains_key(&child)
                    && let Some(process) = look_at(child)
                {
                    found.insert(child, process);
                    left.push(child);
                }
            }
        }
    }
    Some(found)
}

impl Processes {
    /// All there are; of a process that adopts those below it, which is all that can ever be one of ours.
    fn of(jobs: &Jobs) -> Self {
        let own = getpid().as_raw_nonzero().get();
        match jobs.adopts.then(|| below(own)).flatten() {
            Some(found) => Self(found, own),
            None => Self::now(),
        }
    }

    fn now() -> Self {
        let number = |entry: fs::DirEntry| std::str::from_utf8(entry.file_name().as_bytes()).ok()?.parse().ok();
        let entries = fs::read_dir("/proc").into_iter().flatten();
        let found = entries.filter_map(|entry| look_at(number(entry.ok()?)?));
        Self(found.map(|process| (process.pid, process)).collect(), getpid().as_raw_nonzero().get())
    }

    const fn own(&self) -> i32 {
        self.1
    }

    fn is_below_us(&self, process: &Process) -> bool {
        let mut above = Some(process);
        for _ in 0..1000 {
            match above {
                Some(process) if process.parent == self.1 => return true,
                Some(process) => above = self.0.get(&process.parent),
                None => return false,
            }
        }
        false
    }
}

/// Sends a signal to exactly this process: its id may be another's by now.
fn send(process: &Process, signal: Signal) {
    let Some(pid) = Pid::from_raw(process.pid) else { return };
    let held = pidfd_open(pid, PidfdFlags::empty());
    if look_at(process.pid).is_none_or(|now| now.start != process.start) {
        return;
    }
    // An error says that it is gone, which is what we want.
    let _ = match held {
        Ok(held) => pidfd_send_signal(held, signal),
        Err(_) => kill_process(pid, signal),
    };
}

/// Whether this process has no child at all, dead or alive.
fn has_no_child() -> bool {
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::All, look).is_err_and(|error| error == rustix::io::Errno::CHILD)
}

/// Waits for every dead child that nobody else waits for.
fn reap(jobs: &Jobs, all: &Processes) {
    let is_ours = |process: &&Process| {
        process.is_zombie
            && process.parent == all.own()
            && !jobs.running.values().any(|child| *child == Some(process.pid))
    };
    for pid in all.0.values().filter(is_ours).filter_map(|process| Pid::from_raw(process.pid)) {
        // An error says that somebody was first.
        let _ = waitpid(Some(pid), WaitOptions::NOHANG);
    }
}
