//! Pod template: what the pods of a workload look like.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (PodTemplateSpec)`.
//! *Invariants*: the specification is shared with every pod made from the template.
//! *Not modelled*: the stand-alone kind PodTemplate.

use std::sync::Arc;

use apimachinery::ObjectMeta;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::core::pod_spec::PodSpec;
use crate::text;

/// Kubernetes `PodTemplateSpec`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodTemplateSpec {
    pub meta: ObjectMeta,
    /// `spec.nodeName`, outside the specification as in [`crate::Pod`].
    pub node_name: Arc<str>,
    pub spec: Arc<PodSpec>,
}

/// A pod specification as it is written: with its node's name inside.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpecOnWire<'a> {
    #[serde(skip_serializing_if = "text::is_empty")]
    node_name: &'a str,
    #[serde(flatten)]
    spec: &'a PodSpec,
}

impl<'a> SpecOnWire<'a> {
    pub(crate) fn new(spec: &'a PodSpec, node_name: &'a str) -> Self {
        Self { node_name, spec }
    }
}

/// Takes the node's name out of a specification that was just decoded.
pub(crate) fn take_node_name(spec: &mut PodSpec) -> Arc<str> {
    std::mem::take(&mut spec.wire_node_name)
}

impl Serialize for PodTemplateSpec {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut template = out.serialize_struct("PodTemplateSpec", 2)?;
        template.serialize_field("metadata", &self.meta)?;
        template.serialize_field("spec", &SpecOnWire::new(&self.spec, &self.node_name))?;
        template.end()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TemplateOnWire {
    metadata: ObjectMeta,
    spec: PodSpec,
}

impl<'de> Deserialize<'de> for PodTemplateSpec {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut wire = TemplateOnWire::deserialize(from)?;
        let node_name = take_node_name(&mut wire.spec);
        Ok(Self {
            meta: wire.metadata,
            node_name,
            spec: Arc::new(wire.spec),
        })
    }
}
