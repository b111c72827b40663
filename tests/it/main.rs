//! tests

mod payload_store;
