//! The `session` crate.
