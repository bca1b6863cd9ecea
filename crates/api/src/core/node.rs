//! Node: a machine that runs pods.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (Node)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{ObjectMeta, Time, Value};
use serde::{Deserialize, Serialize};

use crate::core::node_status::NodeStatus;
use crate::text::{self, Text};

/// Kubernetes `Node`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Node {
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
    pub spec: NodeSpec,
    pub status: NodeStatus,
}

/// Kubernetes `NodeSpec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_source: Option<Box<Value>>,
    #[serde(rename = "externalID", skip_serializing_if = "text::is_empty")]
    pub external_id: Arc<str>,
    #[serde(rename = "podCIDR", skip_serializing_if = "text::is_empty")]
    pub pod_cidr: Arc<str>,
    #[serde(rename = "podCIDRs", skip_serializing_if = "Vec::is_empty")]
    pub pod_cidrs: Vec<Arc<str>>,
    #[serde(rename = "providerID", skip_serializing_if = "text::is_empty")]
    pub provider_id: Arc<str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<Taint>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub unschedulable: bool,
}

/// Kubernetes `Taint`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Taint {
    pub effect: Text,
    pub key: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_added: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub value: Arc<str>,
}
