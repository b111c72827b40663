//! The payload: read leniently in shape and strictly in JSON, written as a splice that loses nothing.

pub mod document;
pub mod model;
pub mod entries;
pub mod schema;
pub mod edit;
pub mod merge;
pub mod store;
pub mod gate;
