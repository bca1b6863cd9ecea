//! The `view` crate.
