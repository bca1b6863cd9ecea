//! ReplicaSet: keeps a number of pods of one template running.
//!
//! *Models*: `staging/src/k8s.io/api/apps/v1/types.go (ReplicaSet)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{LabelSelector, ObjectMeta, Time};
use serde::{Deserialize, Serialize};

use crate::core::pod_template::PodTemplateSpec;
use crate::text::{self, Text};

/// Kubernetes `ReplicaSet`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSet {
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
    pub spec: ReplicaSetSpec,
    pub status: ReplicaSetStatus,
}

/// Kubernetes `ReplicaSetSpec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetSpec {
    #[serde(skip_serializing_if = "text::is_zero")]
    pub min_ready_seconds: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    pub selector: Option<LabelSelector>,
    pub template: Arc<PodTemplateSpec>,
}

/// Kubernetes `ReplicaSetStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetStatus {
    #[serde(skip_serializing_if = "text::is_zero")]
    pub available_replicas: i32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ReplicaSetCondition>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub fully_labeled_replicas: i32,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub observed_generation: i64,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub ready_replicas: i32,
    pub replicas: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating_replicas: Option<i32>,
}

/// Kubernetes `ReplicaSetCondition`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetCondition {
    pub last_transition_time: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    pub status: Text,
    #[serde(rename = "type")]
    pub type_: Text,
}
