//! Typed structs to [`Value`] and back.
//!
//! *Models* how sigs.k8s.io/json decodes into Go structs: null means absent, integers are range
//! checked, and mismatches are told with the struct, the field path and the Go type.
//! *Invariants*: `from_value(to_value(x)) == x`.
//! *Not modelled*: case-insensitive field names.

mod de;
mod ser;

pub use de::{DecodeError, from_value};
pub use ser::to_value;

#[cfg(test)]
mod tests;
