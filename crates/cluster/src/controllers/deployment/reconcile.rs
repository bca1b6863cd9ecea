//! One sync of a Deployment, from its key on.
//!
//! *Models*: `pkg/controller/deployment/deployment_controller.go` (syncDeployment, getReplicaSetsForDeployment,
//! handleErr).

use super::client::Client;
use super::sync::Sync;
use super::{API_VERSION, rollback};
use crate::Key;
use crate::apiserver::recorder::EventType;
use crate::controllers::controller_utils::{NAMESPACE_TERMINATING, Owner, claim_all, error};
use crate::controllers::{ReconcileCx, Requeue};
use api::{Deployment, Kind, ReplicaSet};
use apimachinery::{Selector, Status, Time};
use std::sync::Arc;

const SELECTING_ALL: &str =
    "This deployment is selecting all pods. A non-empty selector is required.";

pub(super) fn reconcile(cx: &mut ReconcileCx<'_, '_>, key: Key) -> Result<Requeue, Status> {
    let cache = cx.cache;
    let Some(deployment) = cache.get::<Deployment>(key.id) else {
        return Ok(Requeue::Done);
    };
    let now = cx.exact_time();
    if selects_all(deployment) {
        report_selecting_all(cx, deployment);
        return Ok(Requeue::Done);
    }
    let sets = claim_replica_sets(cx, deployment)?;
    match sync_deployment(cx, deployment, sets, now) {
        Err(status) if status.has_cause(NAMESPACE_TERMINATING) => Ok(Requeue::Done),
        result => result,
    }
}

/// The sync after claiming. Fixture table `deployment_controller.go.trace.syncDeployment`.
///
/// # Errors
/// The API server's answer; the key is tried again after a back-off.
pub fn sync_deployment(
    client: &mut impl Client,
    deployment: &Deployment,
    mut sets: Vec<Arc<ReplicaSet>>,
    now: Time,
) -> Result<Requeue, Status> {
    let mut sync = Sync::new(client, deployment.clone(), now);
    let sets = sets.as_mut_slice();
    if deployment.meta.deletion_timestamp.is_some() {
        sync.sync_status_only(sets)?;
        return Ok(sync.requeue);
    }
    sync.check_paused_conditions()?;
    if deployment.spec.paused {
        sync.sync(sets)?;
    } else if let Some(revision) = rollback::rollback_to(deployment) {
        sync.rollback(sets, revision)?;
    } else if sync.is_scaling_event(sets)? {
        sync.sync(sets)?;
    } else {
        match &*deployment.spec.strategy.type_ {
            "Recreate" => sync.rollout_recreate(sets)?,
            "RollingUpdate" => sync.rollout_rolling(sets)?,
            other => {
                return Err(error(format!(
                    "unexpected deployment strategy type: {other}"
                )));
            }
        }
    }
    Ok(sync.requeue)
}

fn selects_all(deployment: &Deployment) -> bool {
    deployment
        .spec
        .selector
        .as_ref()
        .is_some_and(|selector| selector.is_empty())
}

fn report_selecting_all(cx: &mut ReconcileCx<'_, '_>, deployment: &Deployment) {
    Client::event(
        cx,
        deployment,
        EventType::Warning,
        "SelectingAll",
        SELECTING_ALL.into(),
    );
    if deployment.status.observed_generation < deployment.meta.generation {
        let mut observed = deployment.clone();
        observed.status.observed_generation = deployment.meta.generation;
        // Upstream does not look at the answer either.
        let _ = cx.update_deployment_status(&observed);
    }
}

fn claim_replica_sets(
    cx: &mut ReconcileCx<'_, '_>,
    deployment: &Deployment,
) -> Result<Vec<Arc<ReplicaSet>>, Status> {
    let cache = cx.cache;
    let (namespace, uid) = (&deployment.meta.namespace, &deployment.meta.uid);
    let selector =
        Selector::from_label_selector(deployment.spec.selector.as_ref()).map_err(|why| {
            error(format!(
                "deployment {namespace}/{} has invalid label selector: {why}",
                deployment.meta.name
            ))
        })?;
    let owner = Owner {
        kind: Kind::Deployment,
        api_version: API_VERSION,
        meta: &deployment.meta,
    };
    let candidates = cache
        .controlled_by::<ReplicaSet>(namespace, uid)
        .chain(cache.orphans::<ReplicaSet>(namespace));
    let claimed = claim_all::<Deployment, ReplicaSet>(cx, owner, &selector, candidates)?;
    Ok(claimed.into_iter().map(|(_, rs)| rs.clone()).collect())
}
