//! Deployment: declarative updates for ReplicaSets.
//!
//! *Models*: `staging/src/k8s.io/api/apps/v1/types.go (Deployment)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{IntOrString, LabelSelector, ObjectMeta, Time};
use serde::{Deserialize, Serialize};

use crate::core::pod_template::PodTemplateSpec;
use crate::text::{self, Text};

/// Kubernetes `Deployment`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment {
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
    pub spec: DeploymentSpec,
    pub status: DeploymentStatus,
}

/// Kubernetes `DeploymentSpec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentSpec {
    #[serde(skip_serializing_if = "text::is_zero")]
    pub min_ready_seconds: i32,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub paused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress_deadline_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_history_limit: Option<i32>,
    pub selector: Option<LabelSelector>,
    pub strategy: DeploymentStrategy,
    pub template: Arc<PodTemplateSpec>,
}

/// Kubernetes `DeploymentStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentStatus {
    #[serde(skip_serializing_if = "text::is_zero")]
    pub available_replicas: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<i32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<DeploymentCondition>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub observed_generation: i64,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub ready_replicas: i32,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub replicas: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating_replicas: Option<i32>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub unavailable_replicas: i32,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub updated_replicas: i32,
}

/// Kubernetes `DeploymentCondition`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentCondition {
    pub last_transition_time: Option<Time>,
    pub last_update_time: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    pub status: Text,
    #[serde(rename = "type")]
    pub type_: Text,
}

/// Kubernetes `DeploymentStrategy`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentStrategy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_update: Option<RollingUpdateDeployment>,
    #[serde(rename = "type", skip_serializing_if = "text::is_empty")]
    pub type_: Text,
}

/// Kubernetes `RollingUpdateDeployment`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpdateDeployment {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_surge: Option<IntOrString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrString>,
}
