//! One sync of a ReplicaSet: list, claim, manage, status.
//!
//! *Models*: `pkg/controller/replicaset/replica_set.go` (syncReplicaSet).

use super::manage::{manage_replicas, related_pods, with_same_controller};
use super::status::{calculate_status, status_is_current};
use super::{BURST_REPLICAS, STATUS_UPDATE_RETRIES};
use crate::Cache;
use crate::Key;
use crate::apiserver::recorder::Regarding;
use crate::controllers::controller_utils::owner::filter_pods_by_owner;
use crate::controllers::controller_utils::pods::{
    find_min_next_pod_availability, is_pod_active, is_pod_ready, is_pod_terminating,
};
use crate::controllers::controller_utils::{Owner, PodControl, PodRow, PodWriter, claim_all};
use crate::controllers::{ReconcileCx, Requeue};
use api::{Kind, Pod, ReplicaSet, ReplicaSetStatus};
use apimachinery::{Selector, Status, Time, Uid};
use core::time::Duration;
use std::sync::Arc;

const API_VERSION: &str = "apps/v1";

pub(super) fn reconcile(cx: &mut ReconcileCx<'_, '_>, key: Key) -> Result<Requeue, Status> {
    let cache = cx.cache;
    let Some(rs) = cache.get::<ReplicaSet>(key.id) else {
        cx.state.expectations.delete(key);
        return Ok(Requeue::Done);
    };
    if let Some(status) = cx.state.steady.status(key.id, rs) {
        debug_assert!(
            is_counted(cache, rs, &status),
            "steady counts follow the cache"
        );
        return update_status(cx, rs, status).map(|_| Requeue::Done);
    }
    sync_replica_set(cx, key, rs)
}

/// A sync that lists the pods.
fn sync_replica_set(
    cx: &mut ReconcileCx<'_, '_>,
    key: Key,
    rs: &Arc<ReplicaSet>,
) -> Result<Requeue, Status> {
    let cache = cx.cache;
    cx.state.steady.forget(key.id);
    let satisfied = cx.state.expectations.satisfied(key, cx.now());
    let Ok(selector) = Selector::from_label_selector(rs.spec.selector.as_ref()) else {
        return Ok(Requeue::Done);
    };
    let owner = Owner {
        kind: Kind::ReplicaSet,
        api_version: API_VERSION,
        meta: &rs.meta,
    };
    let (active, terminating) = claim_pods(cx, owner, &selector)?;
    let now = cx.exact_time();
    let related = || related_to(cache, rs);
    let mut writer = PodWriter {
        cx,
        owner: key,
        regarding: Regarding::meta(Kind::ReplicaSet, &rs.meta),
    };
    let pods = Pods {
        active: &active,
        terminating: Some(&terminating),
    };
    let (status, result) = sync_pods(
        &mut writer,
        owner,
        rs,
        pods,
        satisfied,
        BURST_REPLICAS,
        now,
        related,
    );
    if result.is_ok() {
        cx.state.steady.keep(key.id, rs, &status);
    }
    let updated = update_status(cx, rs, status)?;
    result?;
    Ok(requeue(&updated, &active, now))
}

/// The claimed pods of one sync.
#[derive(Clone, Copy)]
pub struct Pods<'x, 'p> {
    pub active: &'x [PodRow<'p>],
    /// `None` where terminating pods are not counted.
    pub terminating: Option<&'x [PodRow<'p>]>,
}

/// Manages the replicas, if expectations allow and the ReplicaSet stays, and computes the status.
/// Fixture table `replica_set.go.trace.syncReplicaSet`.
#[expect(clippy::too_many_arguments, reason = "the inputs of one sync")]
pub fn sync_pods<'p>(
    control: &mut impl PodControl,
    owner: Owner<'_>,
    rs: &ReplicaSet,
    pods: Pods<'_, 'p>,
    expectations_satisfied: bool,
    burst: u32,
    now: Time,
    related: impl FnOnce() -> Vec<PodRow<'p>>,
) -> (ReplicaSetStatus, Result<(), Status>) {
    let result = if expectations_satisfied && rs.meta.deletion_timestamp.is_none() {
        manage_replicas(control, owner, rs, pods.active, burst, now, related)
    } else {
        Ok(())
    };
    let failure = result.as_ref().err().map(|status| status.message.as_str());
    (
        calculate_status(rs, pods.active, pods.terminating, failure, now),
        result,
    )
}

type Claimed<'a> = (Vec<PodRow<'a>>, Vec<PodRow<'a>>);

/// Active pods after claiming, and terminating pods that are the owner's.
fn claim_pods<'a>(
    cx: &mut ReconcileCx<'a, '_>,
    owner: Owner<'_>,
    selector: &Selector,
) -> Result<Claimed<'a>, Status> {
    let cache: &'a Cache = cx.cache;
    let (namespace, uid) = (&owner.meta.namespace, &owner.meta.uid);
    let own = cache
        .controlled_by::<Pod>(namespace, uid)
        .chain(cache.orphans::<Pod>(namespace));
    let all = filter_pods_by_owner(own, owner.meta, owner.kind.name(), true);
    let active = all.iter().copied().filter(|(_, pod)| is_pod_active(pod));
    let active = claim_all::<ReplicaSet, Pod>(cx, owner, selector, active)?;
    let terminating = all
        .into_iter()
        .filter(|(_, pod)| is_pod_terminating(pod) && is_claimed(pod, uid, selector))
        .collect();
    Ok((active, terminating))
}

/// True if a pod is controlled by the owner with this UID and still selected by it.
/// Fixture table `controller_utils.TestClaimedPodFiltering`.
pub fn is_claimed(pod: &Pod, owner: &Uid, selector: &Selector) -> bool {
    pod.meta.is_controlled_by(owner) && selector.matches(&pod.meta.labels)
}

/// Pods of all ReplicaSets of the same Deployment.
fn related_to<'a>(cache: &'a Cache, rs: &ReplicaSet) -> Vec<PodRow<'a>> {
    let Some(controller) = rs.meta.controller_of() else {
        return Vec::new();
    };
    let namespace = &rs.meta.namespace;
    let related = with_same_controller(
        rs,
        cache.controlled_by::<ReplicaSet>(namespace, &controller.uid),
    );
    related_pods(&related, |rs| {
        let own = cache.controlled_by::<Pod>(namespace, &rs.meta.uid);
        own.chain(cache.orphans::<Pod>(namespace))
            .collect::<Vec<_>>()
    })
}

/// True if a list of the cache counts the same replicas and ready replicas.
fn is_counted(cache: &Cache, rs: &ReplicaSet, status: &ReplicaSetStatus) -> bool {
    let own = cache.controlled_by::<Pod>(&rs.meta.namespace, &rs.meta.uid);
    let active: Vec<PodRow<'_>> = own.filter(|(_, pod)| is_pod_active(pod)).collect();
    let ready = active.iter().filter(|(_, pod)| is_pod_ready(pod)).count();
    (active.len(), ready) == (status.replicas as usize, status.ready_replicas as usize)
}

/// Writes the status if it tells anything new; a conflict is retried once on the live object.
fn update_status(
    cx: &mut ReconcileCx<'_, '_>,
    rs: &Arc<ReplicaSet>,
    mut status: ReplicaSetStatus,
) -> Result<Arc<ReplicaSet>, Status> {
    if status_is_current(rs, &status) {
        return Ok(rs.clone());
    }
    status.observed_generation = rs.meta.generation;
    let mut latest = rs.clone();
    let mut retries = 0;
    loop {
        let mut changed = (*latest).clone();
        changed.status = status.clone();
        match cx.update_status(changed) {
            Ok(updated) => return Ok(updated),
            Err(status) if retries >= STATUS_UPDATE_RETRIES => return Err(status),
            Err(_) => retries += 1,
        }
        let (namespace, name) = (&rs.meta.namespace, &rs.meta.name);
        latest = match cx.api.get::<ReplicaSet>(namespace, name) {
            Some(live) => live.clone(),
            None => return Err(Status::not_found(&Kind::ReplicaSet.info().resource(), name)),
        };
    }
}

/// Looks again when the next pod becomes available.
fn requeue(rs: &ReplicaSet, active: &[PodRow<'_>], now: Time) -> Requeue {
    let replicas = rs.spec.replicas.unwrap_or(0);
    let min_ready = rs.spec.min_ready_seconds;
    if min_ready <= 0
        || rs.status.ready_replicas != replicas
        || rs.status.available_replicas == replicas
    {
        return Requeue::Done;
    }
    let fallback = Duration::from_secs(u64::from(min_ready.unsigned_abs()));
    let pods = active.iter().map(|(_, pod)| &***pod);
    Requeue::After(find_min_next_pod_availability(pods, min_ready, now, now).unwrap_or(fallback))
}
