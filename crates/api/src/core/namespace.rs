//! Namespace: a scope for names.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (Namespace)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{ObjectMeta, Time};
use serde::{Deserialize, Serialize};

use crate::text::{self, Text};

/// Kubernetes `Namespace`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Namespace {
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
    pub spec: NamespaceSpec,
    pub status: NamespaceStatus,
}

/// Kubernetes `NamespaceSpec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NamespaceSpec {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub finalizers: Vec<Arc<str>>,
}

/// Kubernetes `NamespaceStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NamespaceStatus {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<NamespaceCondition>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub phase: Text,
}

/// Kubernetes `NamespaceCondition`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NamespaceCondition {
    pub last_transition_time: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    pub status: Text,
    #[serde(rename = "type")]
    pub type_: Text,
}
