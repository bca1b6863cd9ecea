//! What the workload controllers share: predicates on pods, expectations, deletion order, claims, pod creation.
//!
//! *Models*: `pkg/controller/controller_utils.go`, `controller_ref_manager.go`, `pkg/api/v1/pod/util.go`.
//! *Invariants*: pure functions take their instant as an argument; nothing here reads a clock (INV-2).

pub mod active_pods;
pub mod controller_ref;
pub mod expectations;
pub mod owner;
pub mod pod_control;
pub mod pods;
pub mod slow_start;
pub mod taints;
pub mod template_hash;

pub use controller_ref::{Owner, claim_all};
pub use expectations::Expectations;
pub use owner::{PodRow, resolve_controller_ref};
pub use pod_control::{PodControl, PodWriter, pod_from_template};

use apimachinery::{Reason, Status};

/// The cause of an error that says that the namespace is going away.
// kubernetes: staging/src/k8s.io/api/core/v1/types.go (NamespaceTerminatingCause)
pub const NAMESPACE_TERMINATING: &str = "NamespaceTerminating";

/// An error of a controller's own, not the API server's: upstream's `fmt.Errorf`.
pub fn error(message: impl Into<String>) -> Status {
    Status::failure(500, Reason::Unknown, message)
}
