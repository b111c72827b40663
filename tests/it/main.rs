//! The tool as its users meet it: the built binary on real workspaces, and the rules of this house.

mod tree;
// -- what a user would ask about
mod claims;
mod audit;
mod levels;
mod git_life;
mod untouched;
mod payload_store;
mod bad_input;
mod start;
mod workflow;
mod ci;
mod runner;
mod notes;
mod drift;
mod snapshot;
mod edit;
mod edit_real;
mod step_edits;
mod corners;
mod map;
mod affected;
#[cfg(unix)]
mod soundness;
#[cfg(unix)]
mod cache;
#[cfg(unix)]
mod fooled;
mod glance;

mod news;
mod resolve;
mod acceptance;
mod clean;
mod partition;
mod evidence;
mod checks;
mod again;
mod doctests;
mod doc;
mod blame;
mod red;
#[cfg(unix)]
mod trust;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod forgery;
mod report;
mod together;
mod nasty;
mod recon_search;
mod recon_refs;
mod negative;
mod console;
mod recon_brief;
mod recon_overview;
mod readme;
mod completions;
mod recon_docs;
// -- the house
mod fixtures;
mod tidy;
