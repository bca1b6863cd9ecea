//! TaintToleration: filters by taints, and prefers nodes with fewer soft taints.
//!
//! *Models*: `pkg/scheduler/framework/plugins/tainttoleration`, `staging/src/k8s.io/api/core/v1/toleration.go`,
//! `staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go`.
//! *Not modelled*: the operators Lt and Gt, whose gate is off: they match nothing.

use crate::scheduler::framework::default_normalize;
use crate::scheduler::framework::{
    CycleState, Hint, MAX_NODE_SCORE, NodeRef, Plugin, PreFilter, Verdict, Wake,
};
use crate::scheduler::queue::event::{ClusterEvent, EventResource, Happening, action};
use api::{Node, Pod, Taint, Toleration};
use std::borrow::Cow;

// kubernetes: pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go
const UNTOLERATED: &str = "node(s) had untolerated taint(s)";

pub struct TaintToleration;

/// Whether a toleration covers a taint.
pub fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    let effect = toleration.effect.is_empty() || toleration.effect == taint.effect;
    let key = toleration.key.is_empty() || toleration.key == taint.key;
    effect
        && key
        && match &*toleration.operator {
            "" | "Equal" => toleration.value == taint.value,
            "Exists" => true,
            _ => false,
        }
}

/// The first taint with effect NoSchedule or NoExecute that the pod does not tolerate.
///
/// Fixture tables: `taint_toleration.TestTaintTolerationFilter`, `helpers.TestFindMatchingUntoleratedTaint`.
pub fn untolerated<'n>(pod: &Pod, node: &'n Node) -> Option<&'n Taint> {
    let hard = node
        .spec
        .taints
        .iter()
        .filter(|taint| matches!(&*taint.effect, "NoSchedule" | "NoExecute"));
    hard.into_iter().find(|taint| {
        !pod.spec
            .tolerations
            .iter()
            .any(|toleration| tolerates(toleration, taint))
    })
}

/// How many PreferNoSchedule taints of the node the pod does not tolerate.
///
/// Fixture table: `taint_toleration.TestTaintTolerationScore` (with normalisation).
pub fn soft_untolerated(pod: &Pod, node: &Node) -> i64 {
    let soft = node
        .spec
        .taints
        .iter()
        .filter(|taint| taint.effect == "PreferNoSchedule");
    let tolerated = |taint: &Taint| {
        let all = pod.spec.tolerations.iter();
        all.filter(|t| matches!(&*t.effect, "" | "PreferNoSchedule"))
            .any(|t| tolerates(t, taint))
    };
    soft.filter(|taint| !tolerated(taint)).count() as i64
}

impl Plugin for TaintToleration {
    fn name(&self) -> &'static str {
        "TaintToleration"
    }

    fn pre_filter(&self, _state: &mut CycleState, _pod: &Pod) -> PreFilter {
        PreFilter::Run
    }

    fn filter(&self, _state: &CycleState, pod: &Pod, node: NodeRef<'_>) -> Verdict {
        if node.info.has_taints && untolerated(pod, node.object()).is_some() {
            Verdict::unresolvable(1)
        } else {
            Verdict::PASS
        }
    }

    fn reason(&self, _state: &CycleState, _bit: u32) -> Cow<'static, str> {
        Cow::Borrowed(UNTOLERATED)
    }

    fn pre_score(&self, _state: &mut CycleState, _pod: &Pod) -> bool {
        true
    }

    fn score(&self, _state: &CycleState, pod: &Pod, node: NodeRef<'_>) -> i64 {
        if node.info.has_taints {
            soft_untolerated(pod, node.object())
        } else {
            0
        }
    }

    fn normalize(&self, scores: &mut [i64]) {
        default_normalize(MAX_NODE_SCORE, true, scores);
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

/// Fixture table: `taint_toleration.TestIsSchedulableAfterNodeChange`.
pub fn after_node_change(pod: &Pod, happening: &Happening<'_>) -> Hint {
    let (old, new) = happening.nodes();
    let Some(new) = new else {
        return Hint::QueueSkip;
    };
    let was = old.is_none_or(|old| untolerated(pod, old).is_some());
    if was && untolerated(pod, new).is_none() {
        Hint::Queue
    } else {
        Hint::QueueSkip
    }
}

/// Fixture table: `taint_toleration.Test_isSchedulableAfterPodTolerationChange`.
pub fn after_toleration_change(pod: &Pod, happening: &Happening<'_>) -> Hint {
    match happening.pods().1 {
        Some(new) if new.meta.uid == pod.meta.uid => Hint::Queue,
        _ => Hint::QueueSkip,
    }
}
