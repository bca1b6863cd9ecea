//! ConfigMap: configuration for pods to consume.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (ConfigMap)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use apimachinery::{ObjectMeta, StringMap};
use serde::{Deserialize, Serialize};

/// Kubernetes `ConfigMap`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigMap {
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub binary_data: StringMap,
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub data: StringMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub immutable: Option<bool>,
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
}
