//! The verbs, one file each: `run(&Request, &Context, &Cancel, &dyn Watch) -> Result<Answer>`.
//!
//! A verb reads, decides, does and answers; it prints nothing and keeps nothing, so two may run in one process.

pub mod request;
mod sight;
mod memo;
mod past;
mod scene;
mod closing;
mod cited;
mod locks;
mod steady;
mod prescribed;
mod carried;
mod audited;
mod shares;
mod part;
mod reports;
mod around;
pub mod explain;
pub mod status;
pub mod note;
pub mod init;
pub mod map;
pub mod recon;
pub mod edit;
pub mod implement;
pub mod validate;
pub mod merge;
pub mod matrix;
pub mod trust;
pub mod demo;
pub mod cache;
pub mod resolve;
pub mod prune;
pub mod report;
pub mod completions;
pub mod man;
pub mod schema;

pub use audited::{Denied, read_denied};
pub use reports::{Wanted, read_format, read_wanted};
pub use request::{Common, Context, Tests};
