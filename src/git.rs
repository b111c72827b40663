//! The few questions we ask git, and a picture of the working tree that never writes into the user's `.git`.

pub mod names;
pub mod caches;
pub mod repository;
pub mod listing;
pub mod commits;
mod history;
mod state;
pub mod snapshot;
mod blobs;
mod checkout;
mod stages;
mod mirror;
mod merge;

pub use listing::Listing;
pub use repository::Git;
pub use snapshot::Snapshot;

#[cfg(all(test, unix))]
pub(crate) mod tests;
