//! Patches: JSON patch, merge patch, strategic merge patch, and how kubectl makes them.
//!
//! *Models* apimachinery/pkg/util/{strategicpatch,jsonmergepatch}, evanphx/json-patch.
//! *Invariants*: pure functions on [`Value`]s; the input is never changed.
//! *Not modelled*: server-side apply.

pub mod json;
pub mod merge;
pub mod strategic;
pub mod strategic_diff;
pub mod three_way;

pub use json::apply as json_patch;
pub use merge::apply as merge_patch;
pub use strategic::{FieldPatch, PatchSchema, Strategy, apply as strategic_merge};
pub use strategic_diff::create_two_way as create_strategic_patch;
