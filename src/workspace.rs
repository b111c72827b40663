//! The workspace as it lies there: packages and targets, the baseline, what changed, who is affected.

pub mod graph;
pub mod units;
mod kept;
mod load;
pub mod baseline;
pub mod changes;
pub mod affected;
