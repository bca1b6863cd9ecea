//! The strategy of each kind: what is reset, kept and counted when it is written.
//!
//! *Models*: `pkg/registry/<group>/<kind>/strategy.go`.
//! *Invariants*: see [`crate::Strategy`].
//! *Not modelled*: dropping fields of disabled feature gates: all gates have their v1.36 defaults.

mod pod;
mod small;
mod workload;

pub use pod::{PodScheduling, check_graceful_delete, mutate_label_keys};
