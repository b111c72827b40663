//! Verdicts of earlier runs, each believed for as long as everything it rests on is as it was.
//!
//! Only passes are kept. What a verdict rests on is a [`Key`] that can be printed; a field that differs is the reason
//! why a check is run again.

mod built;
mod environment;
mod key;
mod keys;
mod store;

pub use built::{Built, Stamps, touch};
pub use environment::environment;
pub use key::{Key, Reads};
pub use keys::{Keys, Wanted, World};
pub use store::{Kept, Size, Store};
