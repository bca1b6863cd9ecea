//! Namespace controller: empties a namespace that is being deleted, then lets it go.
//!
//! *Models*: `pkg/controller/namespace/namespace_controller.go` and
//! `deletion/namespaced_resources_deleter.go` with ordered deletion: pods first, then the rest.
//! *Invariants*: one attempt deletes a bounded number of objects (INV-8).
//! *Not modelled*: discovery that fails.

mod conditions;

use super::{Controller, ObserveCx, ReconcileCx, Requeue};
use crate::apiserver::UpdatePart;
use crate::{Change, DeleteOptions, Key, Propagation};
use api::{Kind, Namespace, Object};
use apimachinery::Status;
use conditions::Remaining;
use core::time::Duration;
use std::sync::Arc;

/// So that every API server has seen that the namespace goes.
// kubernetes: namespace_controller.go (namespaceDeletionGracePeriod)
const GRACE_PERIOD: Duration = Duration::from_secs(5);
/// How long an object with finalizers is thought to need.
// kubernetes: namespaced_resources_deleter.go (finalizerEstimateSeconds)
const FINALIZER_SECONDS: i64 = 15;
/// Objects deleted in one attempt.
const BATCH: usize = 512;

pub const CONTROLLER: Controller = Controller {
    name: "namespace-controller",
    observe,
    reconcile,
};

fn observe(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    if change.key.kind == Kind::Namespace
        && change
            .new
            .as_ref()
            .is_some_and(|namespace| namespace.meta().deletion_timestamp.is_some())
    {
        cx.enqueue_after(change.key, GRACE_PERIOD);
    }
}

fn reconcile(cx: &mut ReconcileCx<'_, '_>, key: Key) -> Result<Requeue, Status> {
    let Some(Object::Namespace(namespace)) = cx.api.object(key) else {
        return Ok(Requeue::Done);
    };
    let namespace = namespace.clone();
    if namespace.meta.deletion_timestamp.is_none() || namespace.spec.finalizers.is_empty() {
        return Ok(Requeue::Done);
    }
    let name = &*namespace.meta.name;
    let mut remaining = Remaining::default();
    let mut estimate = 0;
    let pods = empty(cx, name, Kind::Pod, &mut remaining, &mut estimate)?;
    let mut unfinished = pods;
    if remaining.is_empty() {
        for kind in Kind::ALL
            .iter()
            .copied()
            .filter(|kind| kind.namespaced() && *kind != Kind::Pod)
        {
            unfinished |= empty(cx, name, kind, &mut remaining, &mut estimate)?;
        }
    }
    if unfinished {
        return Ok(Requeue::After(Duration::ZERO));
    }
    write_conditions(cx, &namespace, &remaining)?;
    if !remaining.is_empty() {
        // kubernetes: namespace_controller.go: half of the estimate, and a second
        let seconds = u64::try_from(estimate / 2 + 1).unwrap_or(1);
        return Ok(Requeue::After(Duration::from_secs(seconds)));
    }
    cx.writes += 1;
    cx.api.finalize_namespace(cx.cx, name)?;
    Ok(Requeue::Done)
}

/// Deletes what there is of a kind; true if it stopped at the bound.
fn empty(
    cx: &mut ReconcileCx<'_, '_>,
    namespace: &str,
    kind: Kind,
    remaining: &mut Remaining,
    estimate: &mut i64,
) -> Result<bool, Status> {
    let options = DeleteOptions {
        propagation: Some(Propagation::Background),
        ..DeleteOptions::default()
    };
    let names: Vec<Arc<str>> = cx
        .api
        .store()
        .table(kind)
        .iter()
        .filter(|(_, object)| {
            let meta = object.meta();
            &*meta.namespace == namespace && meta.deletion_timestamp.is_none()
        })
        .map(|(_, object)| object.meta().name.clone())
        .take(BATCH + 1)
        .collect();
    for name in names.iter().take(BATCH) {
        match cx.delete(kind, namespace, name, &options) {
            Err(error) if !error.is_not_found() => return Err(error),
            _ => {}
        }
    }
    if names.len() > BATCH {
        return Ok(true);
    }
    let now = cx.time();
    for (_, object) in cx
        .api
        .store()
        .table(kind)
        .iter()
        .filter(|(_, o)| &*o.meta().namespace == namespace)
    {
        let meta = object.meta();
        remaining.add(kind, &meta.finalizers);
        *estimate = (*estimate).max(match object {
            Object::Pod(_) => meta
                .deletion_timestamp
                .map_or(0, |due| (due.unix() - now.unix()).max(0)),
            _ => 0,
        });
        if !meta.finalizers.is_empty() {
            *estimate = (*estimate).max(FINALIZER_SECONDS);
        }
    }
    Ok(false)
}

fn write_conditions(
    cx: &mut ReconcileCx<'_, '_>,
    namespace: &Namespace,
    remaining: &Remaining,
) -> Result<(), Status> {
    let mut wanted = namespace.clone();
    // kubernetes: conditions are written once there was something to say
    let first = wanted.status.conditions.is_empty();
    if first && remaining.is_empty() {
        return Ok(());
    }
    if !conditions::update(&mut wanted.status.conditions, remaining, cx.time()) {
        return Ok(());
    }
    cx.writes += 1;
    wanted.meta.resource_version = 0;
    cx.api.update(
        cx.cx,
        Object::Namespace(Arc::new(wanted)),
        UpdatePart::Status,
    )?;
    Ok(())
}
