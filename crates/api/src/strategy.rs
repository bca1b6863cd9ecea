//! What the API server does to an object of a kind before it stores it.
//!
//! *Models*: `pkg/registry/<group>/<kind>/strategy.go`, `pkg/apis/<group>/v1/defaults.go`.
//! *Invariants*: pure functions of the object and the one it replaces (INV-7).
//! *Not modelled*: strategies of subresources other than status and scale.

use apimachinery::ErrorList;

/// Defaults, preparation and validation of one kind. Every step may be a no-op.
pub trait Strategy: Sized {
    /// Fills in what upstream fills in when a request is decoded.
    fn set_defaults(&mut self) {}

    /// Resets what a client may not set on creation: mostly the status.
    fn prepare_for_create(&mut self) {}

    /// Resets what a client may not change; raises the generation if the specification changed.
    fn prepare_for_update(&mut self, _old: &Self) {}

    /// Resets what a write of the status subresource may not change.
    fn prepare_for_status_update(&mut self, _old: &Self) {}

    /// Appends every fault, in upstream's order.
    fn validate(&self, _old: Option<&Self>, _errors: &mut ErrorList) {}

    /// Appends every fault of a write of the status subresource.
    fn validate_status(&self, _old: &Self, _errors: &mut ErrorList) {}

    /// Sets `spec.replicas`; false if the kind has no scale subresource.
    fn set_replicas(&mut self, _replicas: i32) -> bool {
        false
    }
}
