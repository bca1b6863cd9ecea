//! `kubectl describe`: one object, in words.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe/describe.go`.
//! *Invariants*: a describer is pure: object, the objects around it and an instant in, text out.
//! *Not modelled*: describers of kinds that are not; they are shown as upstream shows a custom resource.

mod around;
pub mod containers;
mod events;
mod generic;
mod lines;
mod nodes;
mod pods;
mod small;
mod volumes;
mod workloads;

pub use around::Around;
pub use events::{events_text, interval};
pub use generic::{generic, smart_label};
pub use lines::Lines;

use api::{KindInfo, Object};
use apimachinery::Time;

/// The text of one object; fixture `describe.go.trace.Describe`. `around` holds its Events, or none if they are not
/// to be shown.
pub fn describe(info: &KindInfo, object: &Object, around: &Around<'_>, now: Time) -> String {
    match object {
        Object::Pod(pod) => pods::pod(pod, around, now),
        Object::Node(node) => nodes::node(node, around, now),
        Object::Namespace(namespace) => small::namespace(namespace),
        Object::ConfigMap(map) => small::config_map(map, around, now),
        Object::Secret(secret) => small::secret(secret),
        Object::ServiceAccount(account) => small::service_account(account, around, now),
        Object::Deployment(deployment) => workloads::deployment(deployment, around, now),
        Object::ReplicaSet(set) => workloads::replica_set(set, around, now),
        Object::ReplicationController(controller) => {
            workloads::replication_controller(controller, around, now)
        }
        _ => generic(&object.encode_as(info), around, now),
    }
}

/// A pod template alone, with tabs.
// kubernetes: kubectl/pkg/polymorphichelpers/history.go (printTemplate)
pub fn pod_template(template: &api::PodTemplateSpec) -> String {
    let mut lines = lines::Lines::default();
    pods::template(&mut lines, Some(template));
    lines.unaligned()
}

#[cfg(test)]
mod tests;
