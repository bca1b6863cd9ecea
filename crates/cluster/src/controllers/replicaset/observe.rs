//! Which changes wake which ReplicaSet, and what they fulfil.
//!
//! *Models*: `pkg/controller/replicaset/replica_set.go` (addPod, updatePod, deletePod, addRS, updateRS, deleteRS).
//! *Invariants*: INV-8: an update of a pod that no sync could tell from the version before wakes nothing; upstream
//! syncs and finds nothing to do.

use super::manage::replica_sets_of_pod;
use crate::controllers::ObserveCx;
use crate::controllers::controller_utils::pods::{is_pod_active, is_pod_ready, pod_condition};
use crate::controllers::controller_utils::resolve_controller_ref;
use crate::{Change, Key};
use api::{Kind, Object, Pod, ReplicaSet};
use apimachinery::OwnerReference;
use core::time::Duration;

pub(super) fn observe(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    match change.key.kind {
        Kind::ReplicaSet if change.new.is_some() => cx.enqueue(change.key),
        Kind::ReplicaSet => {
            cx.state.expectations.delete(change.key);
            cx.state.steady.forget(change.key.id);
        }
        Kind::Pod => observe_pod(cx, change),
        _ => {}
    }
}

fn observe_pod(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    let id = change.key.id;
    match (as_pod(change.old.as_ref()), as_pod(change.new.as_ref())) {
        (None, Some(new)) if new.meta.deletion_timestamp.is_some() => pod_deleted(cx, id, new),
        (None, Some(new)) => pod_added(cx, new),
        (Some(old), Some(new)) => pod_updated(cx, id, old, new),
        (Some(old), None) => pod_deleted(cx, id, old),
        (None, None) => {}
    }
}

fn as_pod(object: Option<&Object>) -> Option<&Pod> {
    object?.get::<Pod>().map(|pod| &**pod)
}

fn pod_added(cx: &mut ObserveCx<'_, '_>, pod: &Pod) {
    match pod.meta.controller_of() {
        Some(reference) => {
            if let Some(owner) = owner_key(cx, pod, reference) {
                cx.state.expectations.creation_observed(owner);
                wake(cx, owner);
            }
        }
        None => enqueue_matching(cx, pod),
    }
}

fn pod_updated(cx: &mut ObserveCx<'_, '_>, id: u32, old: &Pod, new: &Pod) {
    let labels_changed = old.meta.labels != new.meta.labels;
    if new.meta.deletion_timestamp.is_some() {
        // A ReplicaSet replaces a pod as soon as its deletion begins.
        pod_deleted(cx, id, new);
        if labels_changed {
            pod_deleted(cx, id, old);
        }
        return;
    }
    let (was, is) = (old.meta.controller_of(), new.meta.controller_of());
    if was == is && !labels_changed && looks_the_same(old, new) {
        return;
    }
    if was != is
        && let Some(was) = was
        && let Some(owner) = owner_key(cx, old, was)
    {
        wake(cx, owner);
    }
    let Some(is) = is else {
        if labels_changed || was.is_some() {
            enqueue_matching(cx, new);
        }
        return;
    };
    let Some((owner, rs)) = resolve_controller_ref::<ReplicaSet>(cx.cache, &new.meta.namespace, is)
    else {
        return;
    };
    if was != Some(is) || labels_changed || is_pod_active(old) != is_pod_active(new) {
        cx.state.steady.forget(owner.id);
    } else if is_pod_active(new) {
        let gained = i32::from(is_pod_ready(new)) - i32::from(is_pod_ready(old));
        cx.state.steady.readiness_changed(owner.id, gained);
    }
    cx.enqueue(owner);
    let min_ready_seconds = rs.spec.min_ready_seconds;
    if min_ready_seconds > 0 && !is_pod_ready(old) && is_pod_ready(new) {
        // Upstream adds a second against clock skew.
        cx.enqueue_after(
            owner,
            Duration::from_secs(u64::from(min_ready_seconds.unsigned_abs()) + 1),
        );
    }
}

/// True if a sync counts both versions alike. Node, restarts and the like matter only when pods are chosen for
/// deletion, and that begins elsewhere.
fn looks_the_same(old: &Pod, new: &Pod) -> bool {
    let readiness =
        |pod| pod_condition(pod, "Ready").map(|ready| (&*ready.status, ready.last_transition_time));
    is_pod_active(old) == is_pod_active(new)
        && (old.meta.controller_of().is_none() || readiness(old) == readiness(new))
}

fn pod_deleted(cx: &mut ObserveCx<'_, '_>, id: u32, pod: &Pod) {
    if let Some(reference) = pod.meta.controller_of()
        && let Some(owner) = owner_key(cx, pod, reference)
    {
        cx.state.expectations.deletion_observed(owner, id);
        wake(cx, owner);
    }
}

fn owner_key(cx: &ObserveCx<'_, '_>, pod: &Pod, reference: &OwnerReference) -> Option<Key> {
    resolve_controller_ref::<ReplicaSet>(cx.cache, &pod.meta.namespace, reference)
        .map(|(key, _)| key)
}

/// An orphan may be adopted by any ReplicaSet that selects it.
fn enqueue_matching(cx: &mut ObserveCx<'_, '_>, pod: &Pod) {
    let cache = cx.cache;
    for (id, _) in replica_sets_of_pod(pod, cache.list::<ReplicaSet>()) {
        let key = Key {
            kind: Kind::ReplicaSet,
            id,
        };
        wake(cx, key);
    }
}

/// Calls for a sync that lists the pods again.
fn wake(cx: &mut ObserveCx<'_, '_>, owner: Key) {
    cx.state.steady.forget(owner.id);
    cx.enqueue(owner);
}
