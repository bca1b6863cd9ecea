//! Pod: containers that run together on one node.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (Pod)`.
//! *Invariants*: `spec.nodeName` lives in `node_name`, outside the shared specification, so that
//! all replicas of one template share one `Arc<PodSpec>` wherever they run.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::ObjectMeta;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::core::pod_spec::PodSpec;
use crate::core::pod_status::PodStatus;
use crate::core::pod_template::{PodTemplateSpec, SpecOnWire, take_node_name};

/// Kubernetes `Pod`.
#[derive(Clone, Debug, Default)]
pub struct Pod {
    pub meta: ObjectMeta,
    /// `spec.nodeName`; empty until bound.
    pub node_name: Arc<str>,
    pub spec: Arc<PodSpec>,
    pub status: PodStatus,
}

impl Pod {
    /// A pod that runs what the template says, sharing its specification.
    pub fn from_template(meta: ObjectMeta, template: &PodTemplateSpec) -> Self {
        Self {
            meta,
            node_name: template.node_name.clone(),
            spec: template.spec.clone(),
            status: PodStatus::default(),
        }
    }
}

impl PartialEq for Pod {
    /// Versions of one pod share their specification, which then need not be read.
    fn eq(&self, other: &Self) -> bool {
        self.meta == other.meta
            && self.node_name == other.node_name
            && self.status == other.status
            && (Arc::ptr_eq(&self.spec, &other.spec) || self.spec == other.spec)
    }
}

impl Serialize for Pod {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut pod = out.serialize_struct("Pod", 3)?;
        pod.serialize_field("metadata", &self.meta)?;
        pod.serialize_field("spec", &SpecOnWire::new(&self.spec, &self.node_name))?;
        pod.serialize_field("status", &self.status)?;
        pod.end()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PodOnWire {
    metadata: ObjectMeta,
    spec: PodSpec,
    status: PodStatus,
}

impl<'de> Deserialize<'de> for Pod {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut wire = PodOnWire::deserialize(from)?;
        let node_name = take_node_name(&mut wire.spec);
        Ok(Self {
            meta: wire.metadata,
            node_name,
            spec: Arc::new(wire.spec),
            status: wire.status,
        })
    }
}
