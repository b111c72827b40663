//! Process groups on Unix.

use super::End;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::ExitStatus;

type Child = std::process::Command;

/// Makes the child the leader of a group of its own.
pub(super) fn own_group(child: &mut Child) {
    child.process_group(0);
}

/// Asks everything in the child's group to end.
pub(super) fn ask_group_to_end(handle: &duct::Handle) {
    signal_group(handle, Signal::TERM);
}

/// Ends everything in the child's group.
pub(super) fn end_group(handle: &duct::Handle) {
    signal_group(handle, Signal::KILL);
}

/// Ends the child itself, in whatever group it is now. For one that nobody waited for yet: else its id may be
/// another's.
pub(super) fn end_child(handle: &duct::Handle) {
    for pid in pids(handle) {
        // An error says that it is gone, which is what we want.
        let _ = kill_process(pid, Signal::KILL);
    }
}

fn pids(handle: &duct::Handle) -> impl Iterator<Item = Pid> {
    handle.pids().into_iter().filter_map(|pid| i32::try_from(pid).ok().and_then(Pid::from_raw))
}

/// Ends the child and whatever it started that still hangs on it. Where the system does not tell who hangs on whom
/// (anything but Linux), the child alone.
pub(super) fn end_descendants(handle: &duct::Handle) {
    let mut ended: Vec<u32> = Vec::new();
    // Whoever was started while we looked is found the next time.
    for _ in 0..3 {
        let mut found: Vec<u32> = handle.pids();
        let parents = parents();
        let mut at = 0;
        while at < found.len() {
            let parent = found[at];
            found.extend(parents.iter().filter(|(_, known)| *known == parent).map(|(child, _)| *child));
            at += 1;
        }
        // Nobody is left without a parent before its own children are known: stop them first, then end them.
        for signal in [Signal::STOP, Signal::KILL] {
            for pid in &found {
                if let Some(pid) = i32::try_from(*pid).ok().and_then(Pid::from_raw) {
                    // An error says that it is gone, which is what we want.
                    let _ = kill_process(pid, signal);
                }
            }
        }
        if found == ended {
            return;
        }
        ended = found;
    }
}

/// Every process with its parent.
fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parent = |pid: u32| {
        // `pid (name) state parent …`: a name may hold anything, `)` too.
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    };
    pids.filter_map(|pid| Some((pid, parent(pid)?))).collect()
}

fn signal_group(handle: &duct::Handle, signal: Signal) {
    for group in pids(handle) {
        // An error says that nobody is left in the group, which is what we want.
        let _ = kill_process_group(group, signal);
    }
}

pub(super) fn end(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exited(code),
        (None, Some(signal)) => End::Signalled(signal),
        (None, None) => End::Exited(-1),
    }
}
