//! Patches.
pub mod json;
pub mod merge;
pub mod strategic;
pub mod three_way;
pub use strategic::{FieldPatch, PatchSchema, Strategy};
