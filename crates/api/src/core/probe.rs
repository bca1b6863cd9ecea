//! Probes, lifecycle hooks and the actions both are made of.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (Probe, Lifecycle)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::IntOrString;
use serde::{Deserialize, Serialize};

use crate::text::{self, Text};

/// Kubernetes `Probe`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Probe {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<ExecAction>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub failure_threshold: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grpc: Option<GRPCAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_get: Option<HTTPGetAction>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub initial_delay_seconds: i32,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub period_seconds: i32,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub success_threshold: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp_socket: Option<TCPSocketAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<i64>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub timeout_seconds: i32,
}

/// Kubernetes `Lifecycle`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lifecycle {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_start: Option<LifecycleHandler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_stop: Option<LifecycleHandler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<Text>,
}

/// Kubernetes `LifecycleHandler`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LifecycleHandler {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<ExecAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_get: Option<HTTPGetAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sleep: Option<SleepAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp_socket: Option<TCPSocketAction>,
}

/// Kubernetes `ExecAction`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExecAction {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Arc<str>>,
}

/// Kubernetes `HTTPGetAction`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HTTPGetAction {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub host: Arc<str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub http_headers: Vec<HTTPHeader>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub path: Arc<str>,
    pub port: IntOrString,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub scheme: Text,
}

/// Kubernetes `HTTPHeader`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HTTPHeader {
    pub name: Arc<str>,
    pub value: Arc<str>,
}

/// Kubernetes `TCPSocketAction`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TCPSocketAction {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub host: Arc<str>,
    pub port: IntOrString,
}

/// Kubernetes `GRPCAction`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GRPCAction {
    pub port: i32,
    pub service: Option<Arc<str>>,
}

/// Kubernetes `SleepAction`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SleepAction {
    pub seconds: i64,
}
