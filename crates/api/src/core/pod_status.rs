//! What the kubelet reports about a pod as a whole.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (PodStatus)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{Time, Value};
use serde::{Deserialize, Serialize};

use crate::core::container::ResourceRequirements;
use crate::core::container_status::ContainerStatus;
use crate::resource_list::ResourceList;
use crate::text::{self, Text};

/// Kubernetes `PodStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    #[serde(skip_serializing_if = "ResourceList::is_empty")]
    pub allocated_resources: ResourceList,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<PodCondition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_statuses: Vec<ContainerStatus>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ephemeral_container_statuses: Vec<ContainerStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_resource_claim_status: Option<Box<Value>>,
    #[serde(rename = "hostIP", skip_serializing_if = "text::is_empty")]
    pub host_ip: Arc<str>,
    #[serde(rename = "hostIPs", skip_serializing_if = "Vec::is_empty")]
    pub host_ips: Vec<HostIP>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_container_statuses: Vec<ContainerStatus>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub node_allocatable_resource_claim_statuses: Vec<Value>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub nominated_node_name: Arc<str>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub observed_generation: i64,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub phase: Text,
    #[serde(rename = "podIP", skip_serializing_if = "text::is_empty")]
    pub pod_ip: Arc<str>,
    #[serde(rename = "podIPs", skip_serializing_if = "Vec::is_empty")]
    pub pod_ips: Vec<PodIP>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub qos_class: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub resize: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_claim_statuses: Vec<PodResourceClaimStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Box<ResourceRequirements>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Time>,
}

/// Kubernetes `PodCondition`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodCondition {
    pub last_probe_time: Option<Time>,
    pub last_transition_time: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub observed_generation: i64,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    pub status: Text,
    #[serde(rename = "type")]
    pub type_: Text,
}

/// Kubernetes `PodIP`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodIP {
    pub ip: Arc<str>,
}

/// Kubernetes `HostIP`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HostIP {
    pub ip: Arc<str>,
}

/// Kubernetes `PodResourceClaimStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodResourceClaimStatus {
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_claim_name: Option<Arc<str>>,
}
