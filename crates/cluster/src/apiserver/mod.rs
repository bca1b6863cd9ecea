//! The API server: every read of the live state and every write (INV-4).
//!
//! *Models*: kube-apiserver's generic registry (`staging/src/k8s.io/apiserver/pkg/registry/generic`).
//! *Not modelled*: authentication, authorisation, audit, API priority and fairness.

pub mod admission;
mod delete;
mod patching;
pub mod recorder;
mod request;
mod store;
mod write;

pub use request::scale_of;
pub use store::{Change, Store};
pub use write::{CreateOptions, UpdatePart};

use crate::{Cx, Event, Key, WatchClient, timing};
use api::{Kind, Object, Resource};
use engine::{CowMap, SimTime};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Store, write paths and the deliveries they owe to the watch clients.
#[derive(Clone, Serialize, Deserialize)]
pub struct Api {
    /// Saved by [`crate::snapshot`].
    #[serde(skip)]
    store: Store,
    pub(crate) clock: crate::Clock,
    /// When the newest delivery of each client is due: one event a client and commit instant.
    due: [SimTime; 4],
    /// How many names were drawn for a `generateName` base, so that draws elsewhere rename nothing.
    drawn: CowMap<u64, u32>,
    recorder: recorder::Correlator,
    /// Results that can be had again: not part of the state.
    #[serde(skip)]
    pub(crate) admitted: admission::Admitted,
}

impl Api {
    pub fn new(clock: crate::Clock) -> Api {
        Api {
            store: Store::new(),
            clock,
            due: [SimTime::ZERO; 4],
            drawn: CowMap::default(),
            recorder: recorder::Correlator::default(),
            admitted: admission::Admitted::default(),
        }
    }

    /// Makes the namespaces that every cluster has, once, before the first command.
    // kubernetes: pkg/controlplane/controller/systemnamespaces
    pub(crate) fn ensure_system_namespaces(&mut self, cx: &mut Cx<'_>) {
        if self.store.next_id(Kind::Namespace) > 0 {
            return;
        }
        for name in ["kube-system", "kube-public", "kube-node-lease", "default"] {
            let meta = apimachinery::ObjectMeta::named("", name);
            let namespace = Object::Namespace(Arc::new(api::Namespace {
                meta,
                ..Default::default()
            }));
            let created = self.create(cx, namespace, CreateOptions::default());
            created.expect("INV-4: nothing refuses the first namespaces");
        }
    }

    /// Puts a decoded store in its place.
    pub(crate) fn set_store(&mut self, store: Store) {
        self.store = store;
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn object(&self, key: Key) -> Option<&Object> {
        self.store.table(key.kind).get(key.id)
    }

    /// The live object of this name, with its key.
    pub fn find(&self, kind: Kind, namespace: &str, name: &str) -> Option<(Key, &Object)> {
        let (id, object) = self.store.table(kind).find(namespace, name)?;
        Some((Key { kind, id }, object))
    }

    /// The live typed object of this name.
    pub fn get<R: Resource>(&self, namespace: &str, name: &str) -> Option<&Arc<R>> {
        let (_, object) = self.store.table(R::KIND).find(namespace, name)?;
        R::from_object(object)
    }

    /// Live objects of a kind in etcd's key order (namespace, then name); all namespaces if `None`.
    pub fn list(&self, kind: Kind, namespace: Option<&str>) -> Vec<&Object> {
        let mut objects: Vec<&Object> = self
            .store
            .table(kind)
            .iter()
            .map(|(_, object)| object)
            .filter(|object| {
                namespace.is_none_or(|namespace| &*object.meta().namespace == namespace)
            })
            .collect();
        objects.sort_by(|a, b| {
            let (a, b) = (a.meta(), b.meta());
            (&*a.namespace, &*a.name).cmp(&(&*b.namespace, &*b.name))
        });
        objects
    }

    /// Commits one write and schedules its delivery to every client that watches the kind.
    pub(crate) fn commit(&mut self, cx: &mut Cx<'_>, key: Key, new: Option<Object>) -> u64 {
        let revision = self.store.commit(key, cx.now(), cx.cause(), new);
        let due = cx.now() + timing::WATCH_DELAY;
        for client in WatchClient::ALL {
            if client.watches(key.kind) && self.due[client.index()] < due {
                self.due[client.index()] = due;
                cx.at(due, Event::Deliver(client));
            }
        }
        revision
    }

    /// Lets go of changes that the slowest watch client has heard.
    pub(crate) fn compact(&mut self, heard: u64) {
        self.store.compact(heard);
    }
}

#[cfg(test)]
mod tests;
