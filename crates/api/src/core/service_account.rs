//! ServiceAccount: an identity for what runs in pods.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (ServiceAccount)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use apimachinery::ObjectMeta;
use serde::{Deserialize, Serialize};

use crate::core::reference::{LocalObjectReference, ObjectReference};

/// Kubernetes `ServiceAccount`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceAccount {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automount_service_account_token: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<ObjectReference>,
}
