//! Secret: values that should not be shown.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (Secret)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use apimachinery::{ObjectMeta, StringMap};
use serde::{Deserialize, Serialize};

use crate::text::{self, Text};

/// Kubernetes `Secret`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Secret {
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub data: StringMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub immutable: Option<bool>,
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub string_data: StringMap,
    #[serde(rename = "type", skip_serializing_if = "text::is_empty")]
    pub type_: Text,
}
