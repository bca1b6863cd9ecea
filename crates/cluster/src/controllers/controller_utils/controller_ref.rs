//! Claiming: adopting orphans that match, letting go of what matches no more.
//!
//! *Models*: `pkg/controller/controller_ref_manager.go`.
//! *Invariants*: before the first adoption of a sync the owner is read live: it must be the same and not going.
//! *Not modelled*: adopt and release are a read and a guarded update of the live object instead of one patch.

use super::error;
use super::owner::has_same_owners;
use crate::controllers::ReconcileCx;
use api::{Kind, Resource};
use apimachinery::{ObjectMeta, OwnerReference, Selector, Status, StringMap};
use std::sync::Arc;

/// An object that claims others.
#[derive(Clone, Copy)]
pub struct Owner<'o> {
    pub kind: Kind,
    pub api_version: &'static str,
    pub meta: &'o ObjectMeta,
}

impl Owner<'_> {
    /// The reference that marks an object as controlled by this owner.
    // kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/controller_ref.go (NewControllerRef)
    pub fn controller_ref(&self) -> OwnerReference {
        OwnerReference::controller(
            self.api_version,
            self.kind.name(),
            self.meta.name.clone(),
            self.meta.uid.clone(),
        )
    }
}

/// What to do with an object that may be claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is somebody else's, or nobody's and no match.
    Ignore,
    Keep,
    /// It is ours and matches no more.
    Release,
    Adopt,
}

/// Decides on one object.
pub fn claim(owner: &ObjectMeta, object: &ObjectMeta, matches: bool) -> Claim {
    let owner_stays = owner.deletion_timestamp.is_none();
    match object.controller_of() {
        Some(reference) if reference.uid != owner.uid => Claim::Ignore,
        Some(_) if matches => Claim::Keep,
        Some(_) if owner_stays => Claim::Release,
        Some(_) => Claim::Ignore,
        None => {
            let adoptable = owner_stays && matches && object.deletion_timestamp.is_none();
            if adoptable && object.namespace == owner.namespace {
                Claim::Adopt
            } else {
                Claim::Ignore
            }
        }
    }
}

/// Claims what `owner` may have of `candidates` (cached objects of one kind) and returns what is its own now.
///
/// # Errors
/// The first failure of an adoption or release; the others were tried all the same.
pub fn claim_all<'p, O: Resource, R: Resource>(
    cx: &mut ReconcileCx<'_, '_>,
    owner: Owner<'_>,
    selector: &Selector,
    candidates: impl IntoIterator<Item = (u32, &'p Arc<R>)>,
) -> Result<Vec<(u32, &'p Arc<R>)>, Status> {
    let mut claimed = Vec::new();
    let mut first_error = None;
    let mut may_adopt: Option<Result<(), Status>> = None;
    // Pods of one template share their labels: look at each map once.
    let mut last: Option<(&StringMap, bool)> = None;
    // What shares labels and owners with one that was kept is kept too.
    let mut kept: Option<&'p ObjectMeta> = None;
    for (id, object) in candidates {
        let meta = object.meta();
        if kept.is_some_and(|kept| kept.labels.ptr_eq(&meta.labels) && has_same_owners(kept, meta))
        {
            claimed.push((id, object));
            continue;
        }
        let matches = match last {
            Some((labels, matches)) if labels.ptr_eq(&meta.labels) => matches,
            _ => selector.matches(&meta.labels),
        };
        last = Some((&meta.labels, matches));
        let result = match claim(owner.meta, meta, matches) {
            Claim::Ignore => continue,
            Claim::Keep => {
                kept = Some(meta);
                claimed.push((id, object));
                continue;
            }
            Claim::Release => release::<R>(cx, owner, meta).map(|()| false),
            Claim::Adopt => {
                let may = may_adopt
                    .get_or_insert_with(|| can_adopt::<O>(cx, owner.meta))
                    .clone();
                may.map_err(|why| {
                    let Status { message, .. } = why;
                    let (
                        kind,
                        ObjectMeta {
                            namespace,
                            name,
                            uid,
                            ..
                        },
                    ) = (R::KIND, meta);
                    error(format!(
                        "can't adopt {kind} {namespace}/{name} ({uid}): {message}"
                    ))
                })
                .and_then(|()| adopt::<R>(cx, owner, meta))
                .map(|()| true)
            }
        };
        match result {
            Ok(true) => claimed.push((id, object)),
            Ok(false) => {}
            // Gone meanwhile.
            Err(status) if status.is_not_found() => {}
            Err(status) => {
                first_error.get_or_insert(status);
            }
        }
    }
    first_error.map_or(Ok(claimed), Err)
}

/// The owner, read live, must be the one we know and not being deleted.
fn can_adopt<O: Resource>(cx: &ReconcileCx<'_, '_>, owner: &ObjectMeta) -> Result<(), Status> {
    let (
        kind,
        ObjectMeta {
            namespace,
            name,
            uid,
            ..
        },
    ) = (O::KIND, owner);
    let Some(live) = cx.api.get::<O>(namespace, name) else {
        return Err(Status::not_found(&kind.info().resource(), name));
    };
    if live.meta().uid != *uid {
        let live = &live.meta().uid;
        return Err(error(format!(
            "original {kind} {namespace}/{name} is gone: got uid {live}, wanted {uid}"
        )));
    }
    match live.meta().deletion_timestamp {
        Some(at) => Err(error(format!(
            "{namespace}/{name} has just been deleted at {at}"
        ))),
        None => Ok(()),
    }
}

fn adopt<R: Resource>(
    cx: &mut ReconcileCx<'_, '_>,
    owner: Owner<'_>,
    object: &ObjectMeta,
) -> Result<(), Status> {
    edit_live::<R>(cx, object, |meta| {
        let reference = owner.controller_ref();
        meta.owner_references.edit(|owners| {
            owners.retain(|other| other.uid != reference.uid);
            owners.push(reference);
        });
    })
}

fn release<R: Resource>(
    cx: &mut ReconcileCx<'_, '_>,
    owner: Owner<'_>,
    object: &ObjectMeta,
) -> Result<(), Status> {
    let result = edit_live::<R>(cx, object, |meta| {
        meta.owner_references
            .edit(|owners| owners.retain(|other| other.uid != owner.meta.uid));
    });
    // Invalid: the reference or the object itself is another one by now; then there is nothing to let go.
    result.or_else(|status| {
        if status.is_not_found() || status.is_invalid() {
            Ok(())
        } else {
            Err(status)
        }
    })
}

/// Changes the metadata of the live object with this name, which must have the same UID still.
fn edit_live<R: Resource>(
    cx: &mut ReconcileCx<'_, '_>,
    object: &ObjectMeta,
    edit: impl FnOnce(&mut ObjectMeta),
) -> Result<(), Status> {
    let resource = R::KIND.info().resource();
    let Some(live) = cx.api.get::<R>(&object.namespace, &object.name) else {
        return Err(Status::not_found(&resource, &object.name));
    };
    let mut changed = (**live).clone();
    if changed.meta().uid != object.uid {
        let why = format!(
            "Precondition failed: UID in precondition: {}, UID in object meta: {}",
            object.uid,
            changed.meta().uid
        );
        return Err(Status::conflict(&resource, &object.name, why));
    }
    edit(changed.meta_mut());
    cx.update(changed).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::Time;

    #[test]
    fn claims_follow_owner_and_selector() {
        let mut owner = ObjectMeta::named("ns", "rs");
        owner.uid = "owner".into();
        let mut going = owner.clone();
        going.deletion_timestamp = Some(Time::from_unix(1));
        let orphan = ObjectMeta::named("ns", "pod");
        let owned_by = |uid: &str| {
            let mut meta = orphan.clone();
            meta.owner_references = vec![OwnerReference::controller(
                "apps/v1",
                "ReplicaSet",
                "rs",
                uid.into(),
            )]
            .into();
            meta
        };
        let mut dying = orphan.clone();
        dying.deletion_timestamp = Some(Time::from_unix(1));
        for (owner, object, matches, expected) in [
            (&owner, &orphan, true, Claim::Adopt),
            (&owner, &orphan, false, Claim::Ignore),
            (&owner, &dying, true, Claim::Ignore),
            (&going, &orphan, true, Claim::Ignore),
            (&owner, &owned_by("owner"), true, Claim::Keep),
            (&owner, &owned_by("owner"), false, Claim::Release),
            (&going, &owned_by("owner"), false, Claim::Ignore),
            (&owner, &owned_by("other"), true, Claim::Ignore),
        ] {
            assert_eq!(claim(owner, object, matches), expected);
        }
    }
}
