//! Kubernetes Events: one object for a kind of happening, counted when it repeats.
//!
//! *Models*: `staging/src/k8s.io/client-go/tools/record` (event correlator, aggregation, spam filter).

use super::Api;
use crate::{Cx, Key};
use api::{Kind, Object};
use apimachinery::Uid;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventType {
    Normal,
    Warning,
}

/// The object an Event is about.
#[derive(Clone, Debug)]
pub struct Regarding {
    pub kind: Kind,
    pub namespace: Arc<str>,
    pub name: Arc<str>,
    pub uid: Uid,
    pub resource_version: u64,
    /// `spec.containers{web}`, or empty.
    pub field_path: Arc<str>,
}

impl Regarding {
    pub fn object(object: &Object) -> Regarding {
        Regarding::meta(object.kind(), object.meta())
    }

    pub fn meta(kind: Kind, meta: &apimachinery::ObjectMeta) -> Regarding {
        Regarding {
            kind,
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            resource_version: meta.resource_version,
            field_path: "".into(),
        }
    }
}

/// What the correlator remembers of earlier Events.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Correlator {}

impl Api {
    /// Records an Event. `source` is the component (`kubelet`, `default-scheduler`, `replicaset-controller`…),
    /// `host` the node for kubelets and empty otherwise. Returns the Event's row.
    #[expect(clippy::too_many_arguments, reason = "the fields of an Event")]
    pub fn record(
        &mut self,
        _cx: &mut Cx<'_>,
        _regarding: &Regarding,
        _event_type: EventType,
        _reason: &'static str,
        _message: String,
        _source: &'static str,
        _host: &str,
    ) -> Option<Key> {
        None
    }
}
