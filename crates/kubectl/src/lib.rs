//! The `kubectl` crate.
