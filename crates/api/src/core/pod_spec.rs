//! The pod specification and the small pieces only it uses.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (PodSpec)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{LabelSelector, StringMap};
use serde::{Deserialize, Serialize};

use crate::core::affinity::Affinity;
use crate::core::container::{Container, EphemeralContainer, ResourceRequirements};
use crate::core::reference::LocalObjectReference;
use crate::core::security::PodSecurityContext;
use crate::core::volume::Volume;
use crate::resource_list::ResourceList;
use crate::text::{self, Text};

/// What a pod is to run. It does not hold `nodeName`: see [`crate::Pod`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_deadline_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity: Option<Affinity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automount_service_account_token: Option<bool>,
    #[serde(serialize_with = "text::null_if_empty")]
    pub containers: Vec<Container>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_config: Option<PodDNSConfig>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub dns_policy: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_service_links: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ephemeral_containers: Vec<EphemeralContainer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_aliases: Vec<HostAlias>,
    #[serde(rename = "hostIPC", skip_serializing_if = "text::is_zero")]
    pub host_ipc: bool,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub host_network: bool,
    #[serde(rename = "hostPID", skip_serializing_if = "text::is_zero")]
    pub host_pid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_users: Option<bool>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub hostname: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname_override: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_containers: Vec<Container>,
    /// Only for a moment, while decoding: `Pod` and `PodTemplateSpec` take it out.
    #[doc(hidden)]
    #[serde(rename = "nodeName", skip_serializing)]
    pub wire_node_name: Arc<str>,
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub node_selector: StringMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<PodOS>,
    #[serde(skip_serializing_if = "ResourceList::is_empty")]
    pub overhead: ResourceList,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemption_policy: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub priority_class_name: Arc<str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readiness_gates: Vec<PodReadinessGate>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_claims: Vec<PodResourceClaim>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub restart_policy: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_class_name: Option<Arc<str>>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub scheduler_name: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scheduling_gates: Vec<PodSchedulingGate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling_group: Option<PodSchedulingGroup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_context: Option<PodSecurityContext>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub service_account: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub service_account_name: Arc<str>,
    #[serde(rename = "setHostnameAsFQDN", skip_serializing_if = "Option::is_none")]
    pub set_hostname_as_fqdn: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_process_namespace: Option<bool>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub subdomain: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Toleration>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
}

/// Kubernetes `HostAlias`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HostAlias {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hostnames: Vec<Arc<str>>,
    pub ip: Arc<str>,
}

/// Kubernetes `PodDNSConfig`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodDNSConfig {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nameservers: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<PodDNSConfigOption>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub searches: Vec<Arc<str>>,
}

/// Kubernetes `PodDNSConfigOption`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodDNSConfigOption {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Arc<str>>,
}

/// Kubernetes `PodOS`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodOS {
    pub name: Arc<str>,
}

/// Kubernetes `PodReadinessGate`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodReadinessGate {
    pub condition_type: Text,
}

/// Kubernetes `PodResourceClaim`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodResourceClaim {
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_claim_name: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_claim_template_name: Option<Arc<str>>,
}

/// Kubernetes `PodSchedulingGate`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSchedulingGate {
    pub name: Arc<str>,
}

/// Kubernetes `PodSchedulingGroup`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSchedulingGroup {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_group_name: Option<Arc<str>>,
}

/// Kubernetes `Toleration`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Toleration {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub effect: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub key: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub operator: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toleration_seconds: Option<i64>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub value: Arc<str>,
}

/// Kubernetes `TopologySpreadConstraint`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopologySpreadConstraint {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<LabelSelector>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_label_keys: Vec<Arc<str>>,
    pub max_skew: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_domains: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_affinity_policy: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_taints_policy: Option<Text>,
    pub topology_key: Arc<str>,
    pub when_unsatisfiable: Text,
}
