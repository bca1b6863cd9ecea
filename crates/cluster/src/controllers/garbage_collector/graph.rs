//! Who depends on whom, and which change gives whom work.
//!
//! *Models*: `pkg/controller/garbagecollector/graph_builder.go`.
//! *Invariants*: references to a controller in the same namespace are in the cache's own index; all
//! others are here.
//! *Not modelled*: virtual nodes: owners are looked up by name.

use super::{ORPHAN, is_foreground};
use crate::controllers::{ObserveCx, ReconcileCx};
use crate::{Cache, Change, Key};
use api::{Kind, KindInfo};
use apimachinery::{ObjectMeta, OwnerReference, Uid};
use engine::CowMap;
use serde::{Deserialize, Serialize};

/// Dependents by owner, where the owner is not the controller in the same namespace.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Graph {
    dependents: CowMap<(u128, Key), ()>,
}

fn uid_bits(uid: &Uid) -> u128 {
    uid.as_u128().unwrap_or_else(|| {
        // Never one of ours; equal texts still meet.
        u128::from(engine::hash_str(&[&uid.to_string()]))
    })
}

/// References that the cache's index of controllers does not hold.
fn is_ours(owner: &OwnerReference, namespace: &str) -> bool {
    !owner.is_controller()
        || namespace.is_empty()
        || KindInfo::by_gvk(&owner.api_version, &owner.kind).is_none_or(|info| !info.namespaced)
}

/// All objects that name this owner.
pub(super) fn dependents(cache: &Cache, graph: &Graph, key: Key, meta: &ObjectMeta) -> Vec<Key> {
    let mut found: Vec<Key> = Vec::new();
    if key.kind.namespaced() {
        found.extend(cache.keys_controlled_by(&meta.namespace, &meta.uid));
    }
    let bits = uid_bits(&meta.uid);
    let first = (
        bits,
        Key {
            kind: Kind::ALL[0],
            id: 0,
        },
    );
    let last = (
        bits,
        Key {
            kind: Kind::ALL[Kind::ALL.len() - 1],
            id: u32::MAX,
        },
    );
    found.extend(
        graph
            .dependents
            .range(first..=last)
            .map(|((_, key), ())| *key),
    );
    found
}

pub(super) fn has_dependents(cx: &ReconcileCx<'_, '_>, key: Key, meta: &ObjectMeta) -> bool {
    !dependents(cx.cache, &cx.state.garbage_collector, key, meta).is_empty()
}

pub(super) fn observe(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    let old = change.old.as_ref().map(|object| object.meta());
    let new = change.new.as_ref().map(|object| object.meta());
    let owners_of = |meta: Option<&ObjectMeta>| {
        meta.map_or_else(Default::default, |meta| meta.owner_references.clone())
    };
    let (had, has) = (owners_of(old), owners_of(new));
    let same_owners = had.as_ptr() == has.as_ptr() && had.len() == has.len();
    let Some(meta) = new.or(old) else { return };
    if !same_owners && *had != *has {
        reindex(cx, change.key, meta, &had, &has);
        for owner in had
            .iter()
            .filter(|owner| owner.block_owner_deletion == Some(true))
        {
            let still = has
                .iter()
                .any(|now| now.uid == owner.uid && now.block_owner_deletion == Some(true));
            if !still {
                wake_foreground_owner(cx, meta, owner);
            }
        }
        if new.is_some()
            && has
                .iter()
                .any(|owner| !had.contains(owner) && is_absent(cx.cache, meta, owner))
        {
            cx.enqueue(change.key);
        }
    }
    match new {
        None => wake_dependents(cx, change.key, meta),
        Some(new) if new.deletion_timestamp.is_some() => {
            let began = |finalizer: &str| {
                new.finalizers.contains(finalizer)
                    && !old.is_some_and(|old| {
                        old.deletion_timestamp.is_some() && old.finalizers.contains(finalizer)
                    })
            };
            if began(super::FOREGROUND) {
                wake_dependents(cx, change.key, new);
                cx.enqueue(change.key);
            }
            if began(ORPHAN) {
                cx.enqueue(change.key);
            }
        }
        Some(_) => {}
    }
}

fn reindex(
    cx: &mut ObserveCx<'_, '_>,
    key: Key,
    meta: &ObjectMeta,
    had: &[OwnerReference],
    has: &[OwnerReference],
) {
    let graph = &mut cx.state.garbage_collector;
    for owner in had.iter().filter(|owner| is_ours(owner, &meta.namespace)) {
        graph.dependents.remove(&(uid_bits(&owner.uid), key));
    }
    for owner in has.iter().filter(|owner| is_ours(owner, &meta.namespace)) {
        graph.dependents.insert((uid_bits(&owner.uid), key), ());
    }
}

fn wake_dependents(cx: &mut ObserveCx<'_, '_>, key: Key, meta: &ObjectMeta) {
    for dependent in dependents(cx.cache, &cx.state.garbage_collector, key, meta) {
        cx.enqueue(dependent);
    }
}

fn owner_key(cache: &Cache, meta: &ObjectMeta, owner: &OwnerReference) -> Option<Option<Key>> {
    let info = KindInfo::by_gvk(&owner.api_version, &owner.kind)?;
    let kind = info.modelled?;
    let namespace = if info.namespaced {
        &*meta.namespace
    } else {
        ""
    };
    let found = cache.table(kind).find(namespace, &owner.name);
    Some(
        found
            .filter(|(_, object)| object.meta().uid == owner.uid)
            .map(|(id, _)| Key { kind, id }),
    )
}

fn is_absent(cache: &Cache, meta: &ObjectMeta, owner: &OwnerReference) -> bool {
    owner_key(cache, meta, owner) == Some(None)
}

/// An owner that waits in the foreground looks again.
fn wake_foreground_owner(cx: &mut ObserveCx<'_, '_>, meta: &ObjectMeta, owner: &OwnerReference) {
    if let Some(Some(key)) = owner_key(cx.cache, meta, owner)
        && cx
            .cache
            .object(key)
            .is_some_and(|owner| is_foreground(owner.meta()))
    {
        cx.enqueue(key);
    }
}
