//! Which changes wake which Deployment.
//!
//! *Models*: `pkg/controller/deployment/deployment_controller.go` (addReplicaSet, updateReplicaSet,
//! deleteReplicaSet, deletePod, getDeploymentForPod).

use crate::controllers::ObserveCx;
use crate::controllers::controller_utils::resolve_controller_ref;
use crate::{Cache, Change, Key};
use api::{Deployment, Kind, Object, Pod, ReplicaSet};
use apimachinery::Selector;
use std::sync::Arc;

pub(super) fn observe(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    match change.key.kind {
        Kind::Deployment if change.new.is_some() => cx.enqueue(change.key),
        Kind::ReplicaSet => observe_replica_set(cx, change),
        Kind::Pod if change.new.is_none() => pod_deleted(cx, change),
        _ => {}
    }
}

fn as_replica_set(object: Option<&Object>) -> Option<&ReplicaSet> {
    object?.get::<ReplicaSet>().map(|rs| &**rs)
}

fn observe_replica_set(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    match (
        as_replica_set(change.old.as_ref()),
        as_replica_set(change.new.as_ref()),
    ) {
        (None, Some(new)) => {
            if !enqueue_owner(cx, new) && new.meta.deletion_timestamp.is_none() {
                enqueue_matching(cx, new);
            }
        }
        (Some(old), Some(new)) => replica_set_updated(cx, old, new),
        (Some(old), None) => {
            enqueue_owner(cx, old);
        }
        (None, None) => {}
    }
}

fn replica_set_updated(cx: &mut ObserveCx<'_, '_>, old: &ReplicaSet, new: &ReplicaSet) {
    let owner_changed = old.meta.controller_of() != new.meta.controller_of();
    if owner_changed {
        enqueue_owner(cx, old);
    }
    if !enqueue_owner(cx, new) && (owner_changed || old.meta.labels != new.meta.labels) {
        enqueue_matching(cx, new);
    }
}

/// Wakes the Deployment that controls the ReplicaSet; false if nothing controls it.
fn enqueue_owner(cx: &mut ObserveCx<'_, '_>, rs: &ReplicaSet) -> bool {
    let Some(reference) = rs.meta.controller_of() else {
        return false;
    };
    if let Some((key, _)) =
        resolve_controller_ref::<Deployment>(cx.cache, &rs.meta.namespace, reference)
    {
        cx.enqueue(key);
    }
    true
}

/// An orphan may be adopted by any Deployment that selects it.
// kubernetes: pkg/controller/deployment/util/deployment_util.go (GetDeploymentsForReplicaSet)
fn enqueue_matching(cx: &mut ObserveCx<'_, '_>, rs: &ReplicaSet) {
    if rs.meta.labels.is_empty() {
        return;
    }
    let cache = cx.cache;
    for (id, deployment) in cache.list::<Deployment>() {
        let selects = || {
            Selector::from_label_selector(deployment.spec.selector.as_ref())
                .is_ok_and(|selector| !selector.is_empty() && selector.matches(&rs.meta.labels))
        };
        if deployment.meta.namespace == rs.meta.namespace && selects() {
            cx.enqueue(Key {
                kind: Kind::Deployment,
                id,
            });
        }
    }
}

/// Recreate waits for the last old pod.
fn pod_deleted(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    let Some(Object::Pod(pod)) = &change.old else {
        return;
    };
    let cache = cx.cache;
    if let Some((key, deployment)) = deployment_of_pod(cache, pod)
        && deployment.spec.strategy.type_ == "Recreate"
        && !has_pods(cache, deployment)
    {
        cx.enqueue(key);
    }
}

fn deployment_of_pod<'a>(cache: &'a Cache, pod: &Pod) -> Option<(Key, &'a Arc<Deployment>)> {
    let namespace = &pod.meta.namespace;
    let (_, rs) =
        resolve_controller_ref::<ReplicaSet>(cache, namespace, pod.meta.controller_of()?)?;
    resolve_controller_ref::<Deployment>(cache, namespace, rs.meta.controller_of()?)
}

fn has_pods(cache: &Cache, deployment: &Deployment) -> bool {
    let namespace = &deployment.meta.namespace;
    cache
        .controlled_by::<ReplicaSet>(namespace, &deployment.meta.uid)
        .any(|(_, rs)| {
            cache
                .controlled_by::<Pod>(namespace, &rs.meta.uid)
                .next()
                .is_some()
        })
}
