//! References from one object to another.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (ObjectReference, LocalObjectReference)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::Uid;
use serde::{Deserialize, Serialize};

use crate::text::{self, Text};

/// Kubernetes `LocalObjectReference`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LocalObjectReference {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub name: Arc<str>,
}

/// Kubernetes `ObjectReference`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectReference {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub api_version: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub field_path: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub kind: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub namespace: Arc<str>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub resource_version: Arc<str>,
    #[serde(skip_serializing_if = "Uid::is_empty")]
    pub uid: Uid,
}

/// Kubernetes `TypedLocalObjectReference`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TypedLocalObjectReference {
    pub api_group: Option<Arc<str>>,
    pub kind: Text,
    pub name: Arc<str>,
}
