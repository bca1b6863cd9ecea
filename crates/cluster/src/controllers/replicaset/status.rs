//! The status of a ReplicaSet.
//!
//! *Models*: `pkg/controller/replicaset/replica_set_utils.go` (calculateStatus, updateReplicaSetStatus).

use super::conditions::{
    REPLICA_FAILURE, get_condition, new_condition, remove_condition, set_condition,
};
use crate::controllers::controller_utils::PodRow;
use crate::controllers::controller_utils::pods::{is_pod_available, is_pod_ready};
use api::{Pod, ReplicaSet, ReplicaSetStatus};
use apimachinery::{StringMap, Time};

/// Counts the pods. `terminating` is `None` where terminating pods are not counted (ReplicationController);
/// `failure` is the message of what went wrong in managing the replicas.
/// Fixture tables `replica_set_utils.TestCalculateStatus`, `…TestCalculateStatusConditions`.
pub fn calculate_status(
    rs: &ReplicaSet,
    active: &[PodRow<'_>],
    terminating: Option<&[PodRow<'_>]>,
    failure: Option<&str>,
    now: Time,
) -> ReplicaSetStatus {
    let mut status = rs.status.clone();
    let template = &rs.spec.template.meta.labels;
    let (mut fully_labeled, mut ready, mut available) = (0, 0, 0);
    for (_, pod) in active {
        fully_labeled += i32::from(has_labels(pod, template));
        if is_pod_ready(pod) {
            ready += 1;
            available += i32::from(is_pod_available(pod, rs.spec.min_ready_seconds, now));
        }
    }
    let failed = get_condition(&rs.status, REPLICA_FAILURE).is_some();
    match failure {
        Some(message) if !failed => {
            let reason = match (active.len() as i64).cmp(&i64::from(rs.spec.replicas.unwrap_or(0)))
            {
                core::cmp::Ordering::Less => "FailedCreate",
                core::cmp::Ordering::Greater => "FailedDelete",
                core::cmp::Ordering::Equal => "",
            };
            set_condition(
                &mut status,
                new_condition(REPLICA_FAILURE, "True", reason, message, now),
            );
        }
        None if failed => remove_condition(&mut status, REPLICA_FAILURE),
        _ => {}
    }
    status.replicas = active.len() as i32;
    status.fully_labeled_replicas = fully_labeled;
    status.ready_replicas = ready;
    status.available_replicas = available;
    status.terminating_replicas = terminating.map(|pods| pods.len() as i32);
    status
}

fn has_labels(pod: &Pod, wanted: &StringMap) -> bool {
    pod.meta.labels.ptr_eq(wanted)
        || wanted
            .iter()
            .all(|(key, value)| pod.meta.labels.get(key).is_some_and(|have| have == value))
}

/// True if the new status, computed for the current generation, tells nothing new.
pub fn status_is_current(rs: &ReplicaSet, new: &ReplicaSetStatus) -> bool {
    let old = &rs.status;
    old.replicas == new.replicas
        && old.fully_labeled_replicas == new.fully_labeled_replicas
        && old.ready_replicas == new.ready_replicas
        && old.available_replicas == new.available_replicas
        && old.terminating_replicas == new.terminating_replicas
        && rs.meta.generation == old.observed_generation
        && old.conditions == new.conditions
}
