//! Containers and what hangs on them: ports, resources, mounts.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (Container, EphemeralContainer)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::env::{EnvFromSource, EnvVar};
use crate::core::probe::{Lifecycle, Probe};
use crate::core::security::SecurityContext;
use crate::resource_list::ResourceList;
use crate::text::{self, Text};

/// Kubernetes `Container`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvVar>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<EnvFromSource>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub image: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub image_pull_policy: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness_probe: Option<Probe>,
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<ContainerPort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness_probe: Option<Probe>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resize_policy: Vec<ContainerResizePolicy>,
    pub resources: ResourceRequirements,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restart_policy_rules: Vec<ContainerRestartRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_context: Option<SecurityContext>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_probe: Option<Probe>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub stdin: bool,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub stdin_once: bool,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub termination_message_path: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub termination_message_policy: Text,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub tty: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volume_devices: Vec<VolumeDevice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volume_mounts: Vec<VolumeMount>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub working_dir: Arc<str>,
}

/// Kubernetes `EphemeralContainer`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EphemeralContainer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvVar>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<EnvFromSource>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub image: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub image_pull_policy: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness_probe: Option<Probe>,
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<ContainerPort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness_probe: Option<Probe>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resize_policy: Vec<ContainerResizePolicy>,
    pub resources: ResourceRequirements,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restart_policy_rules: Vec<ContainerRestartRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_context: Option<SecurityContext>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_probe: Option<Probe>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub stdin: bool,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub stdin_once: bool,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub target_container_name: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub termination_message_path: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub termination_message_policy: Text,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub tty: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volume_devices: Vec<VolumeDevice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volume_mounts: Vec<VolumeMount>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub working_dir: Arc<str>,
}

/// Kubernetes `ContainerPort`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerPort {
    pub container_port: i32,
    #[serde(rename = "hostIP", skip_serializing_if = "text::is_empty")]
    pub host_ip: Arc<str>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub host_port: i32,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub protocol: Text,
}

/// Kubernetes `ContainerResizePolicy`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerResizePolicy {
    pub resource_name: Arc<str>,
    pub restart_policy: Text,
}

/// Kubernetes `ContainerRestartRule`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerRestartRule {
    pub action: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_codes: Option<ContainerRestartRuleOnExitCodes>,
}

/// Kubernetes `ContainerRestartRuleOnExitCodes`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerRestartRuleOnExitCodes {
    pub operator: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<i32>,
}

/// Kubernetes `ResourceRequirements`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceRequirements {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ResourceClaim>,
    #[serde(skip_serializing_if = "ResourceList::is_empty")]
    pub limits: ResourceList,
    #[serde(skip_serializing_if = "ResourceList::is_empty")]
    pub requests: ResourceList,
}

/// Kubernetes `ResourceClaim`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceClaim {
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub request: Arc<str>,
}

/// Kubernetes `VolumeMount`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeMount {
    pub mount_path: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_propagation: Option<Text>,
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive_read_only: Option<Text>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub sub_path: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub sub_path_expr: Arc<str>,
}

/// Kubernetes `VolumeDevice`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeDevice {
    pub device_path: Arc<str>,
    pub name: Arc<str>,
}
