//! Deployment: rolls from one ReplicaSet to the next.
//!
//! *Models*: `pkg/controller/deployment`.
//! *Invariants*: as upstream, a sync works on its copies: what it wrote a moment ago it reads only in the next
//! sync, and a second status write in one sync meets a conflict and is tried again after the back-off.
//! *Not modelled*: giving up a key after 15 failures; gate DeploymentPodReplacementPolicy (alpha, off).

pub mod annotations;
pub mod client;
pub mod conditions;
mod observe;
pub mod progress;
mod reconcile;
pub mod recreate;
pub mod replicas;
pub mod revision;
mod rollback;
mod rolling;
pub mod scale;
pub mod sync;
pub mod template;

use super::Controller;

/// The line in `CONTROLLERS`.
pub const CONTROLLER: Controller = Controller {
    name: "deployment-controller",
    observe: observe::observe,
    reconcile: reconcile::reconcile,
};

/// Group and version of the kinds involved.
pub const API_VERSION: &str = "apps/v1";

pub use client::Client;
pub use reconcile::sync_deployment;
pub use sync::Sync;
