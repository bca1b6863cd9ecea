//! What happens in the cluster, as the queue and the plugins' hints see it.
//!
//! *Models*: `pkg/scheduler/framework/events.go`, `types.go` (ClusterEvent, ActionType).
//! *Not modelled*: events of volumes, claims and pod groups.

use crate::scheduler::resource::PodResources;
use api::{Node, Object, Pod};
use serde::{Deserialize, Serialize};

/// The kind of object an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventResource {
    /// A pod on a node.
    AssignedPod,
    /// A pod that waits.
    UnscheduledPod,
    Node,
    /// Whatever it was, every rejected pod is to be tried again.
    Wildcard,
}

/// What happened to it: one bit each.
pub mod action {
    pub const ADD: u32 = 1;
    pub const DELETE: u32 = 1 << 1;
    pub const UPDATE_NODE_ALLOCATABLE: u32 = 1 << 2;
    pub const UPDATE_NODE_LABEL: u32 = 1 << 3;
    pub const UPDATE_NODE_TAINT: u32 = 1 << 4;
    pub const UPDATE_NODE_CONDITION: u32 = 1 << 5;
    pub const UPDATE_NODE_ANNOTATION: u32 = 1 << 6;
    pub const UPDATE_POD_LABEL: u32 = 1 << 7;
    pub const UPDATE_POD_SCALE_DOWN: u32 = 1 << 8;
    pub const UPDATE_POD_TOLERATION: u32 = 1 << 9;
    pub const UPDATE_POD_SCHEDULING_GATES_ELIMINATED: u32 = 1 << 10;
}

/// One kind of happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterEvent {
    pub resource: EventResource,
    /// Bits of [`action`].
    pub actions: u32,
}

impl ClusterEvent {
    /// A pod stayed unschedulable for five minutes.
    pub const UNSCHEDULABLE_TIMEOUT: ClusterEvent = ClusterEvent {
        resource: EventResource::Wildcard,
        actions: u32::MAX,
    };

    pub const fn new(resource: EventResource, actions: u32) -> ClusterEvent {
        ClusterEvent { resource, actions }
    }

    /// Whether this registration covers `event`.
    pub fn covers(self, event: ClusterEvent) -> bool {
        event.resource == EventResource::Wildcard
            || (self.resource == event.resource && self.actions & event.actions != 0)
    }
}

/// An event with the objects before and after.
#[derive(Clone, Copy)]
pub struct Happening<'a> {
    pub event: ClusterEvent,
    pub old: Option<&'a Object>,
    pub new: Option<&'a Object>,
}

impl<'a> Happening<'a> {
    pub fn nodes(&self) -> (Option<&'a Node>, Option<&'a Node>) {
        let node = |object: Option<&'a Object>| match object {
            Some(Object::Node(node)) => Some(&**node),
            _ => None,
        };
        (node(self.old), node(self.new))
    }

    pub fn pods(&self) -> (Option<&'a Pod>, Option<&'a Pod>) {
        let pod = |object: Option<&'a Object>| match object {
            Some(Object::Pod(pod)) => Some(&**pod),
            _ => None,
        };
        (pod(self.old), pod(self.new))
    }
}

/// What of a node's change matters to scheduling; one event a class.
// kubernetes: pkg/scheduler/framework/events.go (NodeSchedulingPropertiesChange)
pub fn node_changes(old: &Node, new: &Node) -> Vec<ClusterEvent> {
    let statuses = |node: &Node| -> Vec<(String, String)> {
        node.status
            .conditions
            .iter()
            .map(|c| (c.type_.to_string(), c.status.to_string()))
            .collect()
    };
    let classes = [
        (
            old.status.allocatable != new.status.allocatable,
            action::UPDATE_NODE_ALLOCATABLE,
        ),
        (
            old.meta.labels != new.meta.labels,
            action::UPDATE_NODE_LABEL,
        ),
        (
            old.spec.taints != new.spec.taints
                || (old.spec.unschedulable && !new.spec.unschedulable),
            action::UPDATE_NODE_TAINT,
        ),
        (
            old.status.conditions != new.status.conditions && statuses(old) != statuses(new),
            action::UPDATE_NODE_CONDITION,
        ),
        (
            old.meta.annotations != new.meta.annotations,
            action::UPDATE_NODE_ANNOTATION,
        ),
    ];
    let changed = classes.into_iter().filter(|(changed, _)| *changed);
    changed
        .map(|(_, actions)| ClusterEvent::new(EventResource::Node, actions))
        .collect()
}

/// What of a pod's change matters to scheduling; one event a class.
// kubernetes: pkg/scheduler/framework/events.go (PodSchedulingPropertiesChange)
pub fn pod_changes(old: &Pod, new: &Pod) -> Vec<ClusterEvent> {
    let resource = if new.node_name.is_empty() {
        EventResource::UnscheduledPod
    } else {
        EventResource::AssignedPod
    };
    let same_spec = std::sync::Arc::ptr_eq(&old.spec, &new.spec);
    let classes = [
        (old.meta.labels != new.meta.labels, action::UPDATE_POD_LABEL),
        (
            !same_spec && is_scaled_down(old, new),
            action::UPDATE_POD_SCALE_DOWN,
        ),
        (
            !old.spec.scheduling_gates.is_empty() && new.spec.scheduling_gates.is_empty(),
            action::UPDATE_POD_SCHEDULING_GATES_ELIMINATED,
        ),
        (
            old.spec.tolerations.len() != new.spec.tolerations.len(),
            action::UPDATE_POD_TOLERATION,
        ),
    ];
    let changed = classes.into_iter().filter(|(changed, _)| *changed);
    changed
        .map(|(_, actions)| ClusterEvent::new(resource, actions))
        .collect()
}

fn is_scaled_down(old: &Pod, new: &Pod) -> bool {
    let (old, new) = (PodResources::of(old).request, PodResources::of(new).request);
    old.milli_cpu > new.milli_cpu
        || old.memory > new.memory
        || old.ephemeral_storage > new.ephemeral_storage
        || old
            .scalars
            .iter()
            .any(|(name, amount)| *amount > new.scalar(name))
}
