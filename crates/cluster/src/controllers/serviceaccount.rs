//! ServiceAccount controller: the account `default` in every namespace.
//!
//! *Models*: `pkg/controller/serviceaccount/serviceaccounts_controller.go`.
//! *Invariants*: INV-7.
//! *Not modelled*: tokens and their secrets.

use super::{Controller, ObserveCx, ReconcileCx, Requeue};
use crate::{Change, Key};
use api::{Kind, Namespace, ServiceAccount};
use apimachinery::{ObjectMeta, Status};

/// The account that pods run as unless they say otherwise.
const DEFAULT: &str = "default";

pub const CONTROLLER: Controller = Controller {
    name: "serviceaccount-controller",
    observe,
    reconcile,
};

fn observe(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    match change.key.kind {
        Kind::Namespace if change.new.is_some() => cx.enqueue(change.key),
        Kind::ServiceAccount if change.new.is_none() => {
            let meta = change.object().meta();
            if let Some((id, _)) = cx.cache.find::<Namespace>("", &meta.namespace)
                && &*meta.name == DEFAULT
            {
                cx.enqueue(Key {
                    kind: Kind::Namespace,
                    id,
                });
            }
        }
        _ => {}
    }
}

fn reconcile(cx: &mut ReconcileCx<'_, '_>, key: Key) -> Result<Requeue, Status> {
    let Some(namespace) = cx.cache.get::<Namespace>(key.id) else {
        return Ok(Requeue::Done);
    };
    let name = namespace.meta.name.clone();
    if namespace.status.phase != "Active"
        || cx.cache.find::<ServiceAccount>(&name, DEFAULT).is_some()
    {
        return Ok(Requeue::Done);
    }
    let account = ServiceAccount {
        meta: ObjectMeta::named(name, DEFAULT),
        ..Default::default()
    };
    match cx.create(account) {
        // kubernetes: the informer is behind, or the namespace is going away
        Err(error) if !error.is_already_exists() && !error.has_cause("NamespaceTerminating") => {
            Err(error)
        }
        _ => Ok(Requeue::Done),
    }
}
