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
