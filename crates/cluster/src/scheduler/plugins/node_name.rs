//! NodeName: a pod that names its node goes there only.
//!
//! *Models*: `pkg/scheduler/framework/plugins/nodename`.

use crate::scheduler::framework::{CycleState, NodeRef, Plugin, PreFilter, Verdict, Wake};
use crate::scheduler::queue::event::{ClusterEvent, EventResource, action};
use api::{Node, Pod};
use std::borrow::Cow;

// kubernetes: pkg/scheduler/framework/plugins/nodename/node_name.go
const WRONG_NODE: &str = "node(s) didn't match the requested node name";

pub struct NodeName;

/// Fixture table: `node_name.TestNodeName`.
pub fn fits(pod: &Pod, node: &Node) -> bool {
    pod.node_name.is_empty() || pod.node_name == node.meta.name
}

impl Plugin for NodeName {
    fn name(&self) -> &'static str {
        "NodeName"
    }

    fn pre_filter(&self, _state: &mut CycleState, pod: &Pod) -> PreFilter {
        if pod.node_name.is_empty() {
            PreFilter::Skip
        } else {
            PreFilter::Run
        }
    }

    fn filter(&self, _state: &CycleState, pod: &Pod, node: NodeRef<'_>) -> Verdict {
        if fits(pod, node.object()) {
            Verdict::PASS
        } else {
            Verdict::unresolvable(1)
        }
    }

    fn reason(&self, _state: &CycleState, _bit: u32) -> Cow<'static, str> {
        Cow::Borrowed(WRONG_NODE)
    }

    fn requeue_on(&self) -> &'static [Wake] {
        const {
            &[Wake {
                event: ClusterEvent::new(EventResource::Node, action::ADD),
                hint: None,
            }]
        }
    }
}
