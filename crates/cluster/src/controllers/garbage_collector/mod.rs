//! Garbage collector: objects follow their owners.
//!
//! *Models*: `pkg/controller/garbagecollector/{garbagecollector,graph_builder}.go`.
//! *Invariants*: work is proportional to the dependents of what changed; nothing is swept.
//! *Not modelled*: owners of kinds that are not modelled (they count as present), twenty workers at once.

mod graph;
mod orphan;

pub use graph::Graph;

use super::{Controller, ReconcileCx, Requeue};
use crate::apiserver::recorder::{EventType, Regarding};
use crate::{Api, DeleteOptions, Key, Propagation};
use api::{KindInfo, Object};
use apimachinery::{ObjectMeta, OwnerReference, Status, Uid};

/// Finalizer of foreground deletion.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go
pub(super) const FOREGROUND: &str = "foregroundDeletion";
/// Finalizer of orphaning deletion.
pub(super) const ORPHAN: &str = "orphan";

pub const CONTROLLER: Controller = Controller {
    name: "garbage-collector-controller",
    observe: graph::observe,
    reconcile,
};

/// How an owner stands to a dependent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Solid,
    Dangling,
    /// Being deleted in the foreground.
    Waiting,
}

fn is_foreground(meta: &ObjectMeta) -> bool {
    meta.deletion_timestamp.is_some() && meta.finalizers.contains(FOREGROUND)
}

// kubernetes: garbagecollector.go (attemptToDeleteItem)
fn reconcile(cx: &mut ReconcileCx<'_, '_>, key: Key) -> Result<Requeue, Status> {
    let Some(object) = cx.api.object(key).cloned() else {
        return Ok(Requeue::Done);
    };
    let meta = object.meta();
    if meta.deletion_timestamp.is_some() {
        if meta.finalizers.contains(ORPHAN) {
            return orphan::orphan_dependents(cx, &object);
        }
        return if is_foreground(meta) {
            delete_in_foreground(cx, key, &object)
        } else {
            Ok(Requeue::Done)
        };
    }
    if meta.owner_references.is_empty() {
        return Ok(Requeue::Done);
    }
    let owners: Vec<Owner> = meta
        .owner_references
        .iter()
        .map(|owner| classify(cx, &object, owner))
        .collect();
    let has = |wanted| owners.contains(&wanted);
    if has(Owner::Solid) {
        if owners.iter().any(|owner| *owner != Owner::Solid) {
            let gone: Vec<Uid> = (meta.owner_references.iter().zip(&owners))
                .filter(|(_, owner)| **owner != Owner::Solid)
                .map(|(reference, _)| reference.uid.clone())
                .collect();
            drop_owners(cx, &object, &gone)?;
        }
        return Ok(Requeue::Done);
    }
    let policy = if has(Owner::Waiting) && graph::has_dependents(cx, key, meta) {
        if graph::dependents(cx.cache, &cx.state.garbage_collector, key, meta)
            .into_iter()
            .any(|dependent| {
                cx.cache
                    .object(dependent)
                    .is_some_and(|d| is_foreground(d.meta()))
            })
        {
            unblock_owners(cx, &object)?;
        }
        Propagation::Foreground
    } else if meta.finalizers.contains(ORPHAN) {
        Propagation::Orphan
    } else if meta.finalizers.contains(FOREGROUND) {
        Propagation::Foreground
    } else {
        Propagation::Background
    };
    delete(cx, &object, policy)?;
    Ok(Requeue::Done)
}

/// Deletes what blocks an owner, and lets the owner go once nothing does.
// kubernetes: garbagecollector.go (processDeletingDependentsItem)
fn delete_in_foreground(
    cx: &mut ReconcileCx<'_, '_>,
    key: Key,
    object: &Object,
) -> Result<Requeue, Status> {
    let meta = object.meta();
    let blocking: Vec<Key> =
        graph::dependents(cx.cache, &cx.state.garbage_collector, key, meta)
            .into_iter()
            .filter(|dependent| {
                cx.api.object(*dependent).is_some_and(|dependent| {
                    dependent.meta().owner_references.iter().any(|owner| {
                        owner.uid == meta.uid && owner.block_owner_deletion == Some(true)
                    })
                })
            })
            .collect();
    if blocking.is_empty() {
        let mut freed = object.clone();
        freed.meta_mut().finalizers.remove(FOREGROUND);
        cx.write_object(freed)?;
        return Ok(Requeue::Done);
    }
    for dependent in blocking {
        if cx
            .api
            .object(dependent)
            .is_some_and(|dependent| !is_foreground(dependent.meta()))
        {
            cx.enqueue_after(dependent, core::time::Duration::ZERO);
        }
    }
    Ok(Requeue::Done)
}

/// Whether an owner is there, gone, or waiting for its dependents.
// kubernetes: garbagecollector.go (isDangling, classifyReferences)
fn classify(cx: &mut ReconcileCx<'_, '_>, object: &Object, owner: &OwnerReference) -> Owner {
    let Some(info) = KindInfo::by_gvk(&owner.api_version, &owner.kind) else {
        return Owner::Solid;
    };
    let Some(kind) = info.modelled else {
        return Owner::Solid;
    };
    let meta = object.meta();
    if info.namespaced && meta.namespace.is_empty() {
        // kubernetes: a cluster-scoped object with a namespaced owner is never collected
        let message = format!(
            "ownerRef [{}/{}, namespace: , name: {}, uid: {}] does not exist in namespace \"\"",
            owner.api_version, owner.kind, owner.name, owner.uid
        );
        cx.event(
            &Regarding::object(object),
            EventType::Warning,
            "OwnerRefInvalidNamespace",
            message,
        );
        return Owner::Solid;
    }
    let namespace = if info.namespaced {
        &*meta.namespace
    } else {
        ""
    };
    match find(cx.api, kind, namespace, owner) {
        Some(found) if is_foreground(found) => Owner::Waiting,
        Some(_) => Owner::Solid,
        None => Owner::Dangling,
    }
}

fn find<'a>(
    api: &'a Api,
    kind: api::Kind,
    namespace: &str,
    owner: &OwnerReference,
) -> Option<&'a ObjectMeta> {
    let (_, found) = api.find(kind, namespace, &owner.name)?;
    Some(found.meta()).filter(|meta| meta.uid == owner.uid)
}

/// Takes references to these owners off an object.
pub(super) fn drop_owners(
    cx: &mut ReconcileCx<'_, '_>,
    object: &Object,
    gone: &[Uid],
) -> Result<(), Status> {
    let mut object = object.clone();
    object
        .meta_mut()
        .owner_references
        .edit(|owners| owners.retain(|owner| !gone.contains(&owner.uid)));
    cx.write_object(object)
}

fn unblock_owners(cx: &mut ReconcileCx<'_, '_>, object: &Object) -> Result<(), Status> {
    let mut object = object.clone();
    object.meta_mut().owner_references.edit(|owners| {
        for owner in owners
            .iter_mut()
            .filter(|owner| owner.block_owner_deletion == Some(true))
        {
            owner.block_owner_deletion = Some(false);
        }
    });
    cx.write_object(object)
}

fn delete(
    cx: &mut ReconcileCx<'_, '_>,
    object: &Object,
    policy: Propagation,
) -> Result<(), Status> {
    let meta = object.meta();
    let options = DeleteOptions {
        propagation: Some(policy),
        uid: Some(meta.uid.to_string()),
        ..DeleteOptions::default()
    };
    match cx.delete(object.kind(), &meta.namespace, &meta.name, &options) {
        // kubernetes: gone already, or another object of the name: nothing to do
        Err(error) if !error.is_not_found() && !error.is_conflict() => Err(error),
        _ => Ok(()),
    }
}
