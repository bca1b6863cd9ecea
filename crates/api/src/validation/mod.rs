//! Validation of each kind.
//!
//! *Models*: `pkg/apis/core/validation/validation.go`, `pkg/apis/apps/validation/validation.go`.
//! *Invariants*: every fault is reported, in upstream's order and words.
//! *Not modelled*: see the modules.

pub mod core;
pub mod node;
pub mod pod;
pub mod workload;
