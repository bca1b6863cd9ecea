//! NodeUnschedulable: cordoned nodes take only pods that tolerate it.
//!
//! *Models*: `pkg/scheduler/framework/plugins/nodeunschedulable`.

use super::taint_toleration::tolerates;
use crate::scheduler::framework::{CycleState, Hint, NodeRef, Plugin, PreFilter, Verdict, Wake};
use crate::scheduler::queue::event::{ClusterEvent, EventResource, Happening, action};
use api::{Node, Pod, Taint};
use std::borrow::Cow;

// kubernetes: pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go
const UNSCHEDULABLE: &str = "node(s) were unschedulable";
const TAINT_KEY: &str = "node.kubernetes.io/unschedulable";

pub struct NodeUnschedulable;

/// Whether a pod may go to a node as far as cordoning is concerned.
///
/// Fixture table: `node_unschedulable.TestNodeUnschedulable`.
pub fn admits(pod: &Pod, node: &Node) -> bool {
    !node.spec.unschedulable || tolerates_cordon(pod)
}

fn tolerates_cordon(pod: &Pod) -> bool {
    let taint = Taint {
        key: TAINT_KEY.into(),
        effect: "NoSchedule".into(),
        value: "".into(),
        time_added: None,
    };
    pod.spec
        .tolerations
        .iter()
        .any(|toleration| tolerates(toleration, &taint))
}

impl Plugin for NodeUnschedulable {
    fn name(&self) -> &'static str {
        "NodeUnschedulable"
    }

    fn pre_filter(&self, _state: &mut CycleState, pod: &Pod) -> PreFilter {
        if !pod.spec.tolerations.is_empty() && tolerates_cordon(pod) {
            PreFilter::Skip
        } else {
            PreFilter::Run
        }
    }

    fn filter(&self, _state: &CycleState, _pod: &Pod, node: NodeRef<'_>) -> Verdict {
        if node.info.unschedulable {
            Verdict::unresolvable(1)
        } else {
            Verdict::PASS
        }
    }

    fn reason(&self, _state: &CycleState, _bit: u32) -> Cow<'static, str> {
        Cow::Borrowed(UNSCHEDULABLE)
    }

    fn requeue_on(&self) -> &'static [Wake] {
        const {
            &[
                Wake {
                    event: ClusterEvent::new(
                        EventResource::Node,
                        action::ADD | action::UPDATE_NODE_TAINT,
                    ),
                    hint: Some(after_node_change),
                },
                Wake {
                    event: ClusterEvent::new(
                        EventResource::UnscheduledPod,
                        action::UPDATE_POD_TOLERATION,
                    ),
                    hint: Some(after_toleration_change),
                },
            ]
        }
    }
}

/// Fixture table: `node_unschedulable.TestIsSchedulableAfterNodeChange`.
pub fn after_node_change(_pod: &Pod, happening: &Happening<'_>) -> Hint {
    let (old, new) = happening.nodes();
    match new {
        Some(new) if !new.spec.unschedulable && old.is_none_or(|old| old.spec.unschedulable) => {
            Hint::Queue
        }
        _ => Hint::QueueSkip,
    }
}

/// Fixture table: `node_unschedulable.TestIsSchedulableAfterPodTolerationChange`.
pub fn after_toleration_change(pod: &Pod, happening: &Happening<'_>) -> Hint {
    match happening.pods().1 {
        Some(new) if new.meta.uid == pod.meta.uid && tolerates_cordon(new) => Hint::Queue,
        _ => Hint::QueueSkip,
    }
}
