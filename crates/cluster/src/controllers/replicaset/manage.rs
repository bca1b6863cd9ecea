//! Creating what is missing, deleting what is too much.
//!
//! *Models*: `pkg/controller/replicaset/replica_set.go` (manageReplicas, getPodsToDelete,
//! getPodsRankedByRelatedPodsOnSameNode, getIndirectlyRelatedPods, GetPodReplicaSets).

use crate::controllers::controller_utils::active_pods::{Order, less_with_ranks, sort_by_less};
use crate::controllers::controller_utils::pods::is_pod_active;
use crate::controllers::controller_utils::slow_start::{INITIAL_BATCH, slow_start_batch};
use crate::controllers::controller_utils::{
    NAMESPACE_TERMINATING, Owner, PodControl, PodRow, pod_from_template,
};
use api::{Pod, ReplicaSet};
use apimachinery::{Selector, Status, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Brings the number of active pods closer to `spec.replicas`, by at most `burst`. `related` gives the pods of
/// all ReplicaSets of the same controller; it is asked only when pods must go.
///
/// # Errors
/// The first failed creation or deletion.
pub fn manage_replicas<'p>(
    control: &mut impl PodControl,
    owner: Owner<'_>,
    rs: &ReplicaSet,
    active: &[PodRow<'p>],
    burst: u32,
    now: Time,
    related: impl FnOnce() -> Vec<PodRow<'p>>,
) -> Result<(), Status> {
    let wanted = i64::from(rs.spec.replicas.unwrap_or(0));
    let surplus = active.len() as i64 - wanted;
    let count = surplus.unsigned_abs().min(u64::from(burst)) as u32;
    if surplus < 0 {
        create_pods(control, owner, rs, count)
    } else if surplus > 0 {
        delete_pods(control, &pods_to_delete(active, &related(), count, now))
    } else {
        Ok(())
    }
}

fn create_pods(
    control: &mut impl PodControl,
    owner: Owner<'_>,
    rs: &ReplicaSet,
    count: u32,
) -> Result<(), Status> {
    control.expect_creations(count);
    let prototype = pod_from_template(&rs.spec.template, owner);
    let (successes, result) = slow_start_batch(count, INITIAL_BATCH, || {
        match control.create_pod(prototype.clone()) {
            // Any creation fails while the namespace goes away; there is nothing to do about it.
            Err(status) if status.has_cause(NAMESPACE_TERMINATING) => Ok(()),
            result => result,
        }
    });
    if successes < count {
        control.creations_skipped(count - successes);
    }
    result
}

fn delete_pods(control: &mut impl PodControl, pods: &[PodRow<'_>]) -> Result<(), Status> {
    let ids: Vec<u32> = pods.iter().map(|(id, _)| *id).collect();
    control.expect_deletions(&ids);
    let mut first_error = None;
    for (id, pod) in pods {
        if let Err(status) = control.delete_pod(pod) {
            control.deletion_skipped(*id);
            if !status.is_not_found() {
                first_error.get_or_insert(status);
            }
        }
    }
    first_error.map_or(Ok(()), Err)
}

/// The pods to delete, in the order of their deletion. Fixture table `replica_set.TestGetPodsToDelete`.
pub fn pods_to_delete<'p>(
    pods: &[PodRow<'p>],
    related: &[PodRow<'_>],
    count: u32,
    now: Time,
) -> Vec<PodRow<'p>> {
    let count = count as usize;
    if count >= pods.len() {
        return pods.to_vec();
    }
    let mut on_node: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, pod) in related.iter().filter(|(_, pod)| is_pod_active(pod)) {
        *on_node.entry(&pod.node_name).or_default() += 1;
    }
    let rank = |pod: &Pod| on_node.get(&*pod.node_name).copied().unwrap_or(0);
    let mut ranked: Vec<(PodRow<'p>, u32)> = pods.iter().map(|row| (*row, rank(row.1))).collect();
    let order = Order::at(now);
    sort_by_less(
        &mut ranked,
        &mut |a: (PodRow<'p>, u32), b: (PodRow<'p>, u32)| {
            less_with_ranks(order, (a.0.1, a.1), (b.0.1, b.1))
        },
    );
    ranked.into_iter().take(count).map(|(row, _)| row).collect()
}

/// ReplicaSets with the same controller as `rs`, itself among them; none if it has no controller.
/// Fixture table `replica_set.TestGetReplicaSetsWithSameController`.
pub fn with_same_controller<'r>(
    rs: &ReplicaSet,
    all: impl IntoIterator<Item = (u32, &'r Arc<ReplicaSet>)>,
) -> Vec<&'r Arc<ReplicaSet>> {
    let Some(controller) = rs.meta.controller_of() else {
        return Vec::new();
    };
    all.into_iter()
        .map(|(_, other)| other)
        .filter(|other| other.meta.is_controlled_by(&controller.uid))
        .collect()
}

/// Pods that one of the `related` ReplicaSets selects, each once. `candidates` gives the pods that may match one
/// of them. Fixture table `replica_set.TestRelatedPodsLookup`.
pub fn related_pods<'p, I: IntoIterator<Item = PodRow<'p>>>(
    related: &[&Arc<ReplicaSet>],
    mut candidates: impl FnMut(&ReplicaSet) -> I,
) -> Vec<PodRow<'p>> {
    let mut found: BTreeMap<u32, PodRow<'p>> = BTreeMap::new();
    for rs in related {
        let Ok(selector) = Selector::from_label_selector(rs.spec.selector.as_ref()) else {
            continue;
        };
        let of_namespace = candidates(rs)
            .into_iter()
            .filter(|(_, pod)| pod.meta.namespace == rs.meta.namespace);
        for row in of_namespace.filter(|(_, pod)| selector.matches(&pod.meta.labels)) {
            found.insert(row.0, row);
        }
    }
    found.into_values().collect()
}

/// ReplicaSets whose selector matches a pod. Fixture table `replica_set.TestPodControllerLookup`.
pub fn replica_sets_of_pod<'r>(
    pod: &Pod,
    all: impl IntoIterator<Item = (u32, &'r Arc<ReplicaSet>)>,
) -> Vec<(u32, &'r Arc<ReplicaSet>)> {
    if pod.meta.labels.is_empty() {
        return Vec::new();
    }
    let selects = |rs: &ReplicaSet| {
        rs.meta.namespace == pod.meta.namespace
            && Selector::from_label_selector(rs.spec.selector.as_ref())
                .is_ok_and(|selector| !selector.is_empty() && selector.matches(&pod.meta.labels))
    };
    all.into_iter().filter(|(_, rs)| selects(rs)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, node: &str) -> Arc<Pod> {
        let mut pod = Pod {
            node_name: node.into(),
            ..Pod::default()
        };
        pod.meta.name = name.into();
        pod.meta.uid = name.into();
        pod.status.phase = "Running".into();
        Arc::new(pod)
    }

    #[test]
    fn pods_on_crowded_nodes_go_first() {
        let pods = [pod("a", "n1"), pod("b", "n2"), pod("c", "n2"), pod("d", "")];
        let rows: Vec<PodRow<'_>> = pods
            .iter()
            .enumerate()
            .map(|(at, pod)| (at as u32, pod))
            .collect();
        let gone = pods_to_delete(&rows, &rows, 3, Time::from_unix(100));
        let names: Vec<&str> = gone.iter().map(|(_, pod)| &*pod.meta.name).collect();
        assert_eq!(names, ["d", "b", "c"]);
        assert_eq!(
            pods_to_delete(&rows, &rows, 4, Time::from_unix(100)).len(),
            4
        );
    }
}
