//! SchedulingGates: a pod with gates does not enter the queue.
//!
//! *Models*: `pkg/scheduler/framework/plugins/schedulinggates`.

use crate::scheduler::framework::{Hint, Plugin, Wake};
use crate::scheduler::queue::event::{ClusterEvent, EventResource, Happening, action};
use api::Pod;

pub struct SchedulingGates;

impl Plugin for SchedulingGates {
    fn name(&self) -> &'static str {
        "SchedulingGates"
    }

    fn pre_enqueue(&self, pod: &Pod) -> Result<(), String> {
        if pod.spec.scheduling_gates.is_empty() {
            return Ok(());
        }
        let gates: Vec<&str> = pod
            .spec
            .scheduling_gates
            .iter()
            .map(|gate| &*gate.name)
            .collect();
        // kubernetes: pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go
        Err(format!(
            "waiting for scheduling gates: [{}]",
            gates.join(" ")
        ))
    }

    fn requeue_on(&self) -> &'static [Wake] {
        const {
            &[Wake {
                event: ClusterEvent::new(
                    EventResource::UnscheduledPod,
                    action::UPDATE_POD_SCHEDULING_GATES_ELIMINATED,
                ),
                hint: Some(after_gates_eliminated),
            }]
        }
    }
}

fn after_gates_eliminated(pod: &Pod, happening: &Happening<'_>) -> Hint {
    match happening.pods().1 {
        Some(new) if new.meta.uid == pod.meta.uid && new.spec.scheduling_gates.is_empty() => {
            Hint::Queue
        }
        _ => Hint::QueueSkip,
    }
}
