//! Orphaning deletion: dependents lose their owner before it goes.
//!
//! *Models*: `pkg/controller/garbagecollector/garbagecollector.go (attemptToOrphanWorker)`.
//! *Invariants*: one attempt frees a bounded number of dependents (INV-8).
//! *Not modelled*: nothing.

use super::{ORPHAN, drop_owners, graph};
use crate::Key;
use crate::controllers::{ReconcileCx, Requeue};
use api::Object;
use apimachinery::Status;
use core::time::Duration;

const BATCH: usize = 256;

pub(super) fn orphan_dependents(
    cx: &mut ReconcileCx<'_, '_>,
    owner: &Object,
) -> Result<Requeue, Status> {
    let meta = owner.meta();
    let Some((key, _)) = cx.api.find(owner.kind(), &meta.namespace, &meta.name) else {
        return Ok(Requeue::Done);
    };
    let mut left = 0;
    let dependents: Vec<Key> = graph::dependents(cx.cache, &cx.state.garbage_collector, key, meta);
    for dependent in dependents {
        let Some(object) = cx.api.object(dependent).cloned() else {
            continue;
        };
        if !object
            .meta()
            .owner_references
            .iter()
            .any(|reference| reference.uid == meta.uid)
        {
            continue;
        }
        left += 1;
        if left <= BATCH {
            drop_owners(cx, &object, std::slice::from_ref(&meta.uid))?;
        }
    }
    if left > BATCH {
        return Ok(Requeue::After(Duration::ZERO));
    }
    let mut freed = owner.clone();
    freed.meta_mut().finalizers.remove(ORPHAN);
    cx.write_object(freed)?;
    Ok(Requeue::Done)
}
