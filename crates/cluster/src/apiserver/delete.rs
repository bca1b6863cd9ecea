//! Deletion: grace, finalizers, propagation, preconditions, removal.
//!
//! *Models*: `staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go` (BeforeDelete),
//! `registry/generic/registry/store.go` (Delete, deletionFinalizersForGarbageCollection),
//! `pkg/registry/core/pod/strategy.go` (CheckGracefulDelete).

use super::Api;
use crate::{Cx, DeleteOptions, Key, Propagation};
use api::{Kind, Object};
use apimachinery::Status;
use std::sync::Arc;

/// Finalizer of foreground deletion.
pub const FOREGROUND: &str = "foregroundDeletion";
/// Finalizer of orphaning deletion.
pub const ORPHAN: &str = "orphan";
/// Namespaces that refuse to go.
// kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle
/// What a namespace waits for.
const FINALIZER_KUBERNETES: &str = "kubernetes";
const IMMORTAL_NAMESPACES: [&str; 3] = ["default", "kube-system", "kube-public"];

impl Api {
    /// Deletes an object, or marks it as being deleted. Returns the object as it was left (or was, if it went at
    /// once) and whether it is gone.
    ///
    /// # Errors
    /// NotFound, Conflict on a failed precondition, Forbidden for namespaces that may not go.
    pub fn delete(
        &mut self,
        cx: &mut Cx<'_>,
        kind: Kind,
        namespace: &str,
        name: &str,
        options: &DeleteOptions,
    ) -> Result<(Object, bool), Status> {
        let Some((key, found)) = self.find(kind, namespace, name) else {
            return Err(Status::not_found(&kind.info().resource(), name));
        };
        let mut object = found.clone();
        check_preconditions(kind, &object, options)?;
        if kind == Kind::Namespace {
            if IMMORTAL_NAMESPACES.contains(&name) {
                return Err(Status::forbidden(
                    "namespaces",
                    name,
                    "this namespace may not be deleted",
                ));
            }
            return Ok(self.delete_namespace(cx, key, object));
        }
        set_finalizers(&mut object, options.propagation);
        let grace = grace_seconds(&object, options);
        let now = self.clock.time(cx.now());
        let meta = object.meta_mut();
        match (meta.deletion_timestamp, grace) {
            (Some(_), Some(grace)) => {
                // A second delete may only shorten the grace.
                let current = meta.deletion_grace_period_seconds.unwrap_or(0);
                if grace >= current && grace > 0 {
                    return Ok((object, false));
                }
                if grace < current {
                    meta.deletion_timestamp =
                        Some(now + core::time::Duration::from_secs(grace.max(0) as u64));
                    meta.deletion_grace_period_seconds = Some(grace);
                }
            }
            (Some(_), None) => {}
            (None, grace) => {
                let grace = grace.unwrap_or(0);
                meta.deletion_timestamp =
                    Some(now + core::time::Duration::from_secs(grace.max(0) as u64));
                meta.deletion_grace_period_seconds = Some(grace);
                // kubernetes: rest/delete.go: a graceful delete bumps the generation
                if meta.generation > 0 {
                    meta.generation += 1;
                }
            }
        }
        if self.delete_is_due(&object) {
            self.remove(cx, key, object.clone());
            return Ok((object, true));
        }
        if self.object(key) != Some(&object) {
            self.commit(cx, key, Some(object.clone()));
        }
        Ok((self.object(key).cloned().unwrap_or(object), false))
    }

    /// True if nothing holds the object any more: marked as deleted, no grace left, no finalizers.
    pub(super) fn delete_is_due(&self, object: &Object) -> bool {
        let meta = object.meta();
        let spec_finalizers = match object {
            Object::Namespace(namespace) => !namespace.spec.finalizers.is_empty(),
            _ => false,
        };
        meta.deletion_timestamp.is_some()
            && meta.deletion_grace_period_seconds.unwrap_or(0) == 0
            && meta.finalizers.is_empty()
            && !spec_finalizers
    }

    /// Takes a row out. The change's `old` is the last stored version.
    pub(super) fn remove(&mut self, cx: &mut Cx<'_>, key: Key, _last: Object) {
        if key.kind == Kind::Event {
            self.recorder.removed(key.id);
        }
        self.commit(cx, key, None);
    }

    /// Takes the finalizer `kubernetes` off a namespace, as its finalize subresource does.
    ///
    /// # Errors
    /// NotFound.
    // kubernetes: pkg/registry/core/namespace/storage/storage.go (FinalizeREST)
    pub fn finalize_namespace(&mut self, cx: &mut Cx<'_>, name: &str) -> Result<(), Status> {
        let Some((key, Object::Namespace(found))) = self.find(Kind::Namespace, "", name) else {
            return Err(Status::not_found("namespaces", name));
        };
        let mut namespace = (**found).clone();
        namespace
            .spec
            .finalizers
            .retain(|finalizer| &**finalizer != FINALIZER_KUBERNETES);
        let object = Object::Namespace(Arc::new(namespace));
        if self.delete_is_due(&object) {
            self.remove(cx, key, object);
        } else {
            self.commit(cx, key, Some(object));
        }
        Ok(())
    }

    fn delete_namespace(&mut self, cx: &mut Cx<'_>, key: Key, object: Object) -> (Object, bool) {
        let Object::Namespace(namespace) = &object else {
            return (object, false);
        };
        if namespace.meta.deletion_timestamp.is_some() {
            return (object, false);
        }
        let mut namespace = (**namespace).clone();
        namespace.meta.deletion_timestamp = Some(self.clock.time(cx.now()));
        namespace.status.phase = "Terminating".into();
        let object = Object::Namespace(Arc::new(namespace));
        if self.delete_is_due(&object) {
            self.remove(cx, key, object.clone());
            return (object, true);
        }
        self.commit(cx, key, Some(object.clone()));
        (object, false)
    }
}

fn check_preconditions(kind: Kind, object: &Object, options: &DeleteOptions) -> Result<(), Status> {
    let meta = object.meta();
    let resource = kind.info().resource();
    if let Some(uid) = &options.uid
        && *uid != meta.uid.to_string()
    {
        let why = format!(
            "Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
            meta.uid
        );
        return Err(Status::conflict(&resource, &meta.name, &why));
    }
    if let Some(version) = options.resource_version
        && version != meta.resource_version
    {
        let why = format!(
            "Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {}",
            meta.resource_version
        );
        return Err(Status::conflict(&resource, &meta.name, &why));
    }
    Ok(())
}

/// Adds or takes away the garbage collector's finalizers as the propagation policy asks.
fn set_finalizers(object: &mut Object, propagation: Option<Propagation>) {
    let default_orphans = object.kind().info().plural == "replicationcontrollers";
    let had: Vec<Arc<str>> = object.meta().finalizers.iter().cloned().collect();
    let (orphan, foreground) = match propagation {
        Some(Propagation::Orphan) => (true, false),
        Some(Propagation::Foreground) => (false, true),
        Some(Propagation::Background) => (false, false),
        None => (
            default_orphans || had.iter().any(|f| &**f == ORPHAN),
            had.iter().any(|f| &**f == FOREGROUND),
        ),
    };
    let mut finalizers: Vec<Arc<str>> = had
        .iter()
        .filter(|f| !matches!(&***f, ORPHAN | FOREGROUND))
        .cloned()
        .collect();
    if orphan {
        finalizers.push(ORPHAN.into());
    }
    if foreground {
        finalizers.push(FOREGROUND.into());
    }
    if finalizers != had {
        object.meta_mut().finalizers = finalizers.into_iter().collect();
    }
}

/// Grace in seconds; `None` for kinds that know no graceful deletion.
fn grace_seconds(object: &Object, options: &DeleteOptions) -> Option<i64> {
    let Object::Pod(pod) = object else {
        return None;
    };
    Some(api::check_graceful_delete(
        pod,
        options.grace_period_seconds,
    ))
}
