//! What a node reports about itself.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (NodeStatus)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{Time, Value};
use serde::{Deserialize, Serialize};

use crate::resource_list::ResourceList;
use crate::text::{self, Text};

/// Kubernetes `NodeStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeStatus {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<NodeAddress>,
    #[serde(skip_serializing_if = "ResourceList::is_empty")]
    pub allocatable: ResourceList,
    #[serde(skip_serializing_if = "ResourceList::is_empty")]
    pub capacity: ResourceList,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<NodeCondition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<Box<Value>>,
    pub daemon_endpoints: NodeDaemonEndpoints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub declared_features: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<NodeFeatures>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ContainerImage>,
    pub node_info: NodeSystemInfo,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub phase: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runtime_handlers: Vec<NodeRuntimeHandler>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes_attached: Vec<AttachedVolume>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes_in_use: Vec<Arc<str>>,
}

/// Kubernetes `NodeAddress`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeAddress {
    pub address: Arc<str>,
    #[serde(rename = "type")]
    pub type_: Text,
}

/// Kubernetes `NodeCondition`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeCondition {
    pub last_heartbeat_time: Option<Time>,
    pub last_transition_time: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    pub status: Text,
    #[serde(rename = "type")]
    pub type_: Text,
}

/// Kubernetes `NodeDaemonEndpoints`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeDaemonEndpoints {
    pub kubelet_endpoint: DaemonEndpoint,
}

/// Kubernetes `DaemonEndpoint`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DaemonEndpoint {
    #[serde(rename = "Port")]
    pub port: i32,
}

/// Kubernetes `NodeSystemInfo`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSystemInfo {
    pub architecture: Text,
    #[serde(rename = "bootID")]
    pub boot_id: Arc<str>,
    pub container_runtime_version: Arc<str>,
    pub kernel_version: Arc<str>,
    pub kube_proxy_version: Arc<str>,
    pub kubelet_version: Arc<str>,
    #[serde(rename = "machineID")]
    pub machine_id: Arc<str>,
    pub operating_system: Text,
    pub os_image: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swap: Option<NodeSwapStatus>,
    #[serde(rename = "systemUUID")]
    pub system_uuid: Arc<str>,
}

/// Kubernetes `NodeSwapStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSwapStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i64>,
}

/// Kubernetes `ContainerImage`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerImage {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub size_bytes: i64,
}

/// Kubernetes `NodeRuntimeHandler`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeRuntimeHandler {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<NodeRuntimeHandlerFeatures>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub name: Arc<str>,
}

/// Kubernetes `NodeRuntimeHandlerFeatures`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeRuntimeHandlerFeatures {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive_read_only_mounts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_namespaces: Option<bool>,
}

/// Kubernetes `NodeFeatures`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeFeatures {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplemental_groups_policy: Option<bool>,
}

/// Kubernetes `AttachedVolume`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AttachedVolume {
    pub device_path: Arc<str>,
    pub name: Arc<str>,
}
