//! NodeResourcesFit: does the request fit, and which node has most left (LeastAllocated).
//!
//! *Models*: `pkg/scheduler/framework/plugins/noderesources` (fit.go, least_allocated.go).
//! *Invariants*: integers only; scoring a node allocates nothing.
//! *Not modelled*: the strategies MostAllocated and RequestedToCapacityRatio, `ignoredResources`.

use crate::scheduler::cache::NodeInfo;
use crate::scheduler::framework::{
    CycleState, Hint, MAX_NODE_SCORE, NodeRef, Plugin, PreFilter, Verdict, Wake,
};
use crate::scheduler::queue::event::{ClusterEvent, EventResource, Happening, action};
use crate::scheduler::resource::{PodResources, Resource};
use api::{Node, Pod};
use std::borrow::Cow;

const TOO_MANY_PODS: u32 = 1;
const CPU: u32 = 1 << 1;
const MEMORY: u32 = 1 << 2;
const EPHEMERAL_STORAGE: u32 = 1 << 3;
/// The first scalar of the request; the next bit is the next one.
const SCALARS_FROM: u32 = 4;
const SCALARS_MAX: usize = 28;

pub struct NodeResourcesFit;

/// Which of the pod's requests the node cannot meet.
///
/// Fixture tables: `noderesources.fit.testEnoughRequests`, `testNotEnoughRequests`, `testStorageRequests`,
/// `testRestartableInitContainers`.
pub fn fits(request: &Resource, node: &NodeInfo) -> Verdict {
    let mut check = Check {
        reasons: 0,
        beyond: false,
    };
    if node.pods + 1 > node.allocatable_pods {
        check.reasons |= TOO_MANY_PODS;
    }
    check.one(
        CPU,
        request.milli_cpu,
        node.allocatable_milli_cpu,
        node.requested_milli_cpu,
    );
    check.one(
        MEMORY,
        request.memory,
        node.allocatable_memory,
        node.requested_memory,
    );
    let (offered, taken) = (
        node.allocatable_ephemeral_storage,
        node.requested_ephemeral_storage,
    );
    check.one(EPHEMERAL_STORAGE, request.ephemeral_storage, offered, taken);
    for (index, (name, amount)) in request.scalars.iter().take(SCALARS_MAX).enumerate() {
        let (offered, taken) = node.scalar(name);
        check.one(1 << (SCALARS_FROM + index as u32), *amount, offered, taken);
    }
    if check.beyond {
        Verdict::unresolvable(check.reasons)
    } else {
        Verdict::unschedulable(check.reasons)
    }
}

struct Check {
    reasons: u32,
    /// Some request is more than the whole node.
    beyond: bool,
}

impl Check {
    fn one(&mut self, bit: u32, wanted: i64, offered: i64, taken: i64) {
        if wanted > 0 && wanted > offered - taken {
            self.reasons |= bit;
            self.beyond |= wanted > offered;
        }
    }
}

/// The text of one reason of [`fits`].
// kubernetes: pkg/scheduler/framework/plugins/noderesources/fit.go
pub fn reason_text(request: &Resource, bit: u32) -> Cow<'static, str> {
    match bit {
        TOO_MANY_PODS => "Too many pods".into(),
        CPU => "Insufficient cpu".into(),
        MEMORY => "Insufficient memory".into(),
        EPHEMERAL_STORAGE => "Insufficient ephemeral-storage".into(),
        scalar => {
            let index = (scalar.trailing_zeros() - SCALARS_FROM) as usize;
            let name = request.scalars.get(index).map_or("", |(name, _)| name);
            format!("Insufficient {name}").into()
        }
    }
}

/// The weighted mean of the shares that are left of CPU and memory, 0 to 100. The default weights are 1 and 1.
///
/// Fixture table: `noderesources.least_allocated.TestLeastAllocatedScoringStrategy`.
pub fn least_allocated(
    pod: &PodResources,
    node: &NodeInfo,
    cpu_weight: i64,
    memory_weight: i64,
) -> i64 {
    let cpu = left(
        node.allocatable_milli_cpu,
        node.nonzero_milli_cpu + pod.nonzero_milli_cpu,
    );
    let memory = left(
        node.allocatable_memory,
        node.nonzero_memory + pod.nonzero_memory,
    );
    let (sum, weights) = match (cpu, memory) {
        (Some(cpu), Some(memory)) => (
            cpu * cpu_weight + memory * memory_weight,
            cpu_weight + memory_weight,
        ),
        (Some(cpu), None) => (cpu * cpu_weight, cpu_weight),
        (None, Some(memory)) => (memory * memory_weight, memory_weight),
        (None, None) => (0, 0),
    };
    if weights == 0 { 0 } else { sum / weights }
}

fn left(offered: i64, used: i64) -> Option<i64> {
    match offered {
        0 => None,
        _ if used > offered => Some(0),
        _ => Some((offered - used) * MAX_NODE_SCORE / offered),
    }
}

impl Plugin for NodeResourcesFit {
    fn name(&self) -> &'static str {
        "NodeResourcesFit"
    }

    fn pre_filter(&self, _state: &mut CycleState, _pod: &Pod) -> PreFilter {
        PreFilter::Run
    }

    fn filter(&self, state: &CycleState, _pod: &Pod, node: NodeRef<'_>) -> Verdict {
        fits(&state.resources.request, node.info)
    }

    fn reason(&self, state: &CycleState, bit: u32) -> Cow<'static, str> {
        reason_text(&state.resources.request, bit)
    }

    fn pre_score(&self, _state: &mut CycleState, _pod: &Pod) -> bool {
        true
    }

    fn score(&self, state: &CycleState, _pod: &Pod, node: NodeRef<'_>) -> i64 {
        least_allocated(&state.resources, node.info, 1, 1)
    }

    fn requeue_on(&self) -> &'static [Wake] {
        const {
            &[
                Wake {
                    event: ClusterEvent::new(
                        EventResource::AssignedPod,
                        action::DELETE | action::UPDATE_POD_SCALE_DOWN,
                    ),
                    hint: Some(after_pod_change),
                },
                Wake {
                    event: ClusterEvent::new(
                        EventResource::UnscheduledPod,
                        action::UPDATE_POD_SCALE_DOWN,
                    ),
                    hint: Some(after_pod_change),
                },
                Wake {
                    event: ClusterEvent::new(
                        EventResource::Node,
                        action::ADD | action::UPDATE_NODE_ALLOCATABLE,
                    ),
                    hint: Some(after_node_change),
                },
            ]
        }
    }
}

/// Fixture table: `noderesources.fit.Test_isSchedulableAfterPodChange`.
pub fn after_pod_change(pod: &Pod, happening: &Happening<'_>) -> Hint {
    let (old, new) = happening.pods();
    let Some(old) = old else {
        return Hint::QueueSkip;
    };
    let Some(new) = new else {
        let held = !old.node_name.is_empty() || !old.status.nominated_node_name.is_empty();
        return if held { Hint::Queue } else { Hint::QueueSkip };
    };
    if new.meta.uid != pod.meta.uid && new.node_name.is_empty() {
        return Hint::QueueSkip;
    }
    let wanted = PodResources::of(pod).request;
    let (old, new) = (PodResources::of(old).request, PodResources::of(new).request);
    if any_requested(&wanted, |get| get(&old) > get(&new)) {
        Hint::Queue
    } else {
        Hint::QueueSkip
    }
}

/// Fixture table: `noderesources.fit.Test_isSchedulableAfterNodeChange`.
pub fn after_node_change(pod: &Pod, happening: &Happening<'_>) -> Hint {
    let (old, new) = happening.nodes();
    let Some(new) = new else {
        return Hint::QueueSkip;
    };
    let wanted = PodResources::of(pod).request;
    // Upstream asks whether the pod fits the node's allocatable, whatever runs there.
    if !fits(&wanted, &NodeInfo::new(new)).passes() {
        return Hint::QueueSkip;
    }
    let grown = old.is_none_or(|old| has_increased(&wanted, old, new));
    if grown { Hint::Queue } else { Hint::QueueSkip }
}

/// Whether the node offers more of something the pod asks for, or room for more pods.
///
/// Fixture table: `noderesources.fit.testHaveAnyRequestedResourcesIncreased`.
pub fn has_increased(wanted: &Resource, old: &Node, new: &Node) -> bool {
    let pods = |node: &Node| {
        node.status
            .allocatable
            .get("pods")
            .map_or(0, |pods| pods.value())
    };
    let (before, after) = (
        Resource::of(&old.status.allocatable),
        Resource::of(&new.status.allocatable),
    );
    pods(new) > pods(old) || any_requested(wanted, |get| get(&after) > get(&before))
}

/// Whether `test` holds for some resource that is asked for.
fn any_requested(wanted: &Resource, test: impl Fn(&dyn Fn(&Resource) -> i64) -> bool) -> bool {
    (wanted.milli_cpu > 0 && test(&|r| r.milli_cpu))
        || (wanted.memory > 0 && test(&|r| r.memory))
        || (wanted.ephemeral_storage > 0 && test(&|r| r.ephemeral_storage))
        || wanted
            .scalars
            .iter()
            .any(|(name, amount)| *amount > 0 && test(&|r| r.scalar(name)))
}
