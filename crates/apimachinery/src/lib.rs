//! The `apimachinery` crate.
