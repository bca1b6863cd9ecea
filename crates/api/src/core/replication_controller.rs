//! ReplicationController: the forerunner of ReplicaSet.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (ReplicationController)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{ObjectMeta, StringMap, Time};
use serde::{Deserialize, Serialize};

use crate::core::pod_template::PodTemplateSpec;
use crate::text::{self, Text};

/// Kubernetes `ReplicationController`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicationController {
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
    pub spec: ReplicationControllerSpec,
    pub status: ReplicationControllerStatus,
}

/// Kubernetes `ReplicationControllerSpec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicationControllerSpec {
    #[serde(skip_serializing_if = "text::is_zero")]
    pub min_ready_seconds: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub selector: StringMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Arc<PodTemplateSpec>>,
}

/// Kubernetes `ReplicationControllerStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicationControllerStatus {
    #[serde(skip_serializing_if = "text::is_zero")]
    pub available_replicas: i32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ReplicationControllerCondition>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub fully_labeled_replicas: i32,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub observed_generation: i64,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub ready_replicas: i32,
    pub replicas: i32,
}

/// Kubernetes `ReplicationControllerCondition`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicationControllerCondition {
    pub last_transition_time: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    pub status: Text,
    #[serde(rename = "type")]
    pub type_: Text,
}
