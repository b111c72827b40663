//! See what was really run when someone says a Rust change is finished and tested, and run it again.
//!
//! The order of the modules below is the order to read the house in: each uses only its own children and what
//! stands above it (`tests/it/tidy.rs` holds that).

// -- ground: knows nothing about handoffs
pub mod words;
pub mod error;
pub mod surroundings;
pub mod cancel;
pub mod event;
pub mod files;
pub mod process;
pub mod git;
// -- the story: data flows this way
pub mod payload;
pub mod workspace;
pub mod source;
pub mod mapping;
pub mod approval;
pub mod check;
pub mod evidence;
pub mod standing;
pub mod record;
pub mod answers;
pub mod claims;
pub mod sample;
pub mod help;
pub mod report;
// -- the verbs: one file each, `run(&Request, &Context, &Cancel, &dyn Watch) -> Result<Answer, Error>`
pub mod verbs;
// -- doors: the only places that speak
pub mod console;
pub mod cli;
