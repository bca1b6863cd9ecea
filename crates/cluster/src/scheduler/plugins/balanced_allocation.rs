//! NodeResourcesBalancedAllocation: prefers nodes whose CPU and memory shares come closer together.
//!
//! *Models*: `pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go` (1.36: rewards improvement).
//! *Invariants*: INV-1: only − × ÷ on f64, nothing stored.
//! *Not modelled*: resources other than CPU and memory (they come with configuration only).

use crate::scheduler::cache::NodeInfo;
use crate::scheduler::framework::{CycleState, MAX_NODE_SCORE, NodeRef, Plugin};
use crate::scheduler::resource::PodResources;
use api::Pod;

pub struct NodeResourcesBalancedAllocation;

/// 100 for equal shares, less the further they are apart.
fn balance(node: &NodeInfo, milli_cpu: i64, memory: i64) -> i64 {
    if node.allocatable_milli_cpu == 0 || node.allocatable_memory == 0 {
        return MAX_NODE_SCORE;
    }
    let share = |used: i64, offered: i64| (used as f64 / offered as f64).min(1.0);
    let cpu = share(milli_cpu, node.allocatable_milli_cpu);
    let memory = share(memory, node.allocatable_memory);
    let deviation = ((cpu - memory) / 2.0).abs();
    ((1.0 - deviation) * MAX_NODE_SCORE as f64) as i64
}

/// Half for where the pod brings the balance, half for staying.
///
/// Fixture table: `noderesources.balanced_allocation.testNodeResourcesBalancedAllocation`.
pub fn balanced(pod: &PodResources, node: &NodeInfo) -> i64 {
    let (milli_cpu, memory) = (node.requested_milli_cpu, node.requested_memory);
    let without = balance(node, milli_cpu, memory);
    let with = balance(
        node,
        milli_cpu + pod.request.milli_cpu,
        memory + pod.request.memory,
    );
    let half = MAX_NODE_SCORE / 2;
    half + (half + with - without) / 2
}

impl Plugin for NodeResourcesBalancedAllocation {
    fn name(&self) -> &'static str {
        "NodeResourcesBalancedAllocation"
    }

    fn pre_score(&self, state: &mut CycleState, _pod: &Pod) -> bool {
        state.resources.request.milli_cpu != 0 || state.resources.request.memory != 0
    }

    fn score(&self, state: &CycleState, _pod: &Pod, node: NodeRef<'_>) -> i64 {
        balanced(&state.resources, node.info)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::resource::Resource;

    #[test]
    fn rewards_improvement() {
        let node = |memory: i64, used_cpu: i64, used_memory: i64| NodeInfo {
            allocatable_milli_cpu: 10_000,
            allocatable_memory: memory,
            requested_milli_cpu: used_cpu,
            requested_memory: used_memory,
            ..NodeInfo::default()
        };
        let request = Resource {
            milli_cpu: 3_000,
            memory: 5_000,
            ..Resource::default()
        };
        let pod = PodResources {
            request,
            ..PodResources::default()
        };
        assert_eq!(balanced(&pod, &node(20_000, 3_000, 0)), 73);
        assert_eq!(balanced(&pod, &node(50_000, 3_000, 5_000)), 70);
    }
}
