//! tests
mod console;
