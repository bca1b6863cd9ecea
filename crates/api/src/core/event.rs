//! Event: a report that something happened to an object.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (Event)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{MicroTime, ObjectMeta, Time};
use serde::{Deserialize, Serialize};

use crate::core::reference::ObjectReference;
use crate::text::{self, Text};

/// Kubernetes `Event`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub action: Text,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub count: i32,
    pub event_time: Option<MicroTime>,
    pub first_timestamp: Option<Time>,
    pub involved_object: ObjectReference,
    pub last_timestamp: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Arc<str>,
    #[serde(rename = "metadata")]
    pub meta: ObjectMeta,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related: Option<Box<ObjectReference>>,
    pub reporting_component: Text,
    pub reporting_instance: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Box<EventSeries>>,
    pub source: EventSource,
    #[serde(rename = "type", skip_serializing_if = "text::is_empty")]
    pub type_: Text,
}

/// Kubernetes `EventSeries`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EventSeries {
    #[serde(skip_serializing_if = "text::is_zero")]
    pub count: i32,
    pub last_observed_time: Option<MicroTime>,
}

/// Kubernetes `EventSource`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EventSource {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub component: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub host: Arc<str>,
}
