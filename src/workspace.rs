//! The workspace as it lies there: packages and targets, the baseline, what changed, who is affected.

pub mod graph;
pub mod units;
pub mod depinfo;
pub mod facts;
mod kept;
mod load;
pub mod baseline;
pub mod changes;
pub mod lock;
mod manifest;
pub mod steering;
pub mod affected;
