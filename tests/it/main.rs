//! The tool as its users meet it: the built binary on real workspaces, and the rules of this house.

mod tree;
// -- what a user would ask about
mod payload_store;
mod news;
mod checks;
mod together;
mod console;
mod readme;
// -- the house
mod fixtures;
mod tidy;
