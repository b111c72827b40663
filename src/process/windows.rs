//! Where there are no process groups: the child itself is ended, its children are not.

use super::End;
use std::process::ExitStatus;

type Child = std::process::Command;

pub(super) fn own_group(_: &mut Child) {}

pub(super) fn ask_group_to_end(_: &duct::Handle) {}

pub(super) fn end_group(handle: &duct::Handle) {
    // An error says that it is gone already, which is what we want.
    let _ = handle.kill();
}

pub(super) fn end_child(handle: &duct::Handle) {
    end_group(handle);
}

pub(super) fn end_descendants(handle: &duct::Handle) {
    end_group(handle);
}

pub(super) fn end(status: ExitStatus) -> End {
    End::Exited(status.code().unwrap_or(-1))
}
