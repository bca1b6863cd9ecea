//! ReplicaSet: keeps the wanted number of pods of one template.
//!
//! *Models*: `pkg/controller/replicaset`; ReplicationController uses the same functions through a conversion.
//! *Invariants*: a sync costs O(pods of the ReplicaSet); only scaling down looks at the related ReplicaSets' pods.
//! *Cost*: while a ReplicaSet has what it wants, a pod's readiness costs O(1): see [`steady`].
//! *Not modelled*: related pods (for ranks) that match a related selector but have a foreign controller.

pub mod conditions;
pub mod manage;
mod observe;
pub mod status;
pub mod steady;
mod sync;

use super::Controller;

/// The line in `CONTROLLERS`.
pub const CONTROLLER: Controller = Controller {
    name: "replicaset-controller",
    observe: observe::observe,
    reconcile: sync::reconcile,
};

/// At most this many pods are created or deleted in one sync.
// kubernetes: pkg/controller/replicaset/replica_set.go (BurstReplicas)
pub const BURST_REPLICAS: u32 = 500;
/// How often a status update is tried again.
pub const STATUS_UPDATE_RETRIES: u32 = 1;

pub use manage::manage_replicas;
pub use status::calculate_status;
pub use sync::{Pods, is_claimed, sync_pods};
