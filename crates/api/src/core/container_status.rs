//! What the kubelet reports about one container.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (ContainerStatus)`.
//! *Invariants*: field names, order-free JSON form and what is left out when empty are upstream's.
//! *Not modelled*: nothing.

use std::sync::Arc;

use apimachinery::{Time, Value};
use serde::{Deserialize, Serialize};

use crate::core::container::ResourceRequirements;
use crate::resource_list::ResourceList;
use crate::text::{self, Text};

/// Kubernetes `ContainerStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    #[serde(skip_serializing_if = "ResourceList::is_empty")]
    pub allocated_resources: ResourceList,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allocated_resources_status: Vec<ResourceStatus>,
    #[serde(rename = "containerID", skip_serializing_if = "text::is_empty")]
    pub container_id: Arc<str>,
    pub image: Arc<str>,
    #[serde(rename = "imageID")]
    pub image_id: Arc<str>,
    pub last_state: ContainerState,
    pub name: Arc<str>,
    pub ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Box<ResourceRequirements>>,
    pub restart_count: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<bool>,
    pub state: ContainerState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Box<ContainerUser>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volume_mounts: Vec<VolumeMountStatus>,
}

/// Kubernetes `ContainerState`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<ContainerStateRunning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminated: Option<Box<ContainerStateTerminated>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Box<ContainerStateWaiting>>,
}

/// Kubernetes `ContainerStateRunning`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStateRunning {
    pub started_at: Option<Time>,
}

/// Kubernetes `ContainerStateTerminated`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStateTerminated {
    #[serde(rename = "containerID", skip_serializing_if = "text::is_empty")]
    pub container_id: Arc<str>,
    pub exit_code: i32,
    pub finished_at: Option<Time>,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub signal: i32,
    pub started_at: Option<Time>,
}

/// Kubernetes `ContainerStateWaiting`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStateWaiting {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub message: Text,
    #[serde(skip_serializing_if = "text::is_empty")]
    pub reason: Text,
}

/// Kubernetes `ContainerUser`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerUser {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linux: Option<LinuxContainerUser>,
}

/// Kubernetes `LinuxContainerUser`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinuxContainerUser {
    pub gid: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supplemental_groups: Vec<i64>,
    pub uid: i64,
}

/// Kubernetes `VolumeMountStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeMountStatus {
    pub mount_path: Arc<str>,
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "text::is_zero")]
    pub read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive_read_only: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_status: Option<Box<Value>>,
}

/// Kubernetes `ResourceStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceStatus {
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceHealth>,
}

/// Kubernetes `ResourceHealth`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceHealth {
    #[serde(skip_serializing_if = "text::is_empty")]
    pub health: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
    #[serde(rename = "resourceID")]
    pub resource_id: Arc<str>,
}
