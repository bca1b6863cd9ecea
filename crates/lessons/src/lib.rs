//! The `lessons` crate.
