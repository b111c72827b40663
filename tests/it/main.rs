//! The tool as its users meet it: the built binary on real workspaces, and the rules of this house.

mod tree;
// -- what a user would ask about
mod readme;
// -- the house
mod fixtures;
mod tidy;
//! tests

mod payload_store;
mod console;
