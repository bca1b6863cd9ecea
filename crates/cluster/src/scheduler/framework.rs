//! The plugin framework: extension points, verdicts, and what one cycle carries from point to point.
//!
//! *Models*: `staging/src/k8s.io/kube-scheduler/framework/interface.go`, `pkg/scheduler/framework/runtime`.
//! *Invariants*: INV-7: every point is a function of pod, node and cycle state. A verdict is eight bytes and
//! names its reasons by bits, so that rejecting a node allocates nothing.
//! *Not modelled*: Reserve, Permit and PreBind (no plugin of the registry needs them yet), extenders, profiles.

use super::cache::{NodeCache, NodeInfo};
use super::queue::event::{ClusterEvent, Happening};
use super::resource::PodResources;
use crate::Cache;
use api::{Node, Pod};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The best score of one plugin on one node.
pub const MAX_NODE_SCORE: i64 = 100;

/// How a plugin answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Code {
    #[default]
    Success,
    /// Rejected; other pods going away may help.
    Unschedulable,
    /// Rejected; no pod going away helps.
    UnschedulableAndUnresolvable,
    /// The plugin has nothing to do for this pod.
    Skip,
}

/// A filter's answer about one node: a code and one bit a reason (see [`Plugin::reason`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    unresolvable: bool,
    pub reasons: u32,
}

impl Verdict {
    pub const PASS: Verdict = Verdict {
        unresolvable: false,
        reasons: 0,
    };

    pub const fn unschedulable(reasons: u32) -> Verdict {
        Verdict {
            unresolvable: false,
            reasons,
        }
    }

    pub const fn unresolvable(reasons: u32) -> Verdict {
        Verdict {
            unresolvable: true,
            reasons,
        }
    }

    pub fn passes(self) -> bool {
        self.reasons == 0
    }

    pub fn code(self) -> Code {
        match (self.reasons, self.unresolvable) {
            (0, _) => Code::Success,
            (_, true) => Code::UnschedulableAndUnresolvable,
            (_, false) => Code::Unschedulable,
        }
    }
}

/// What PreFilter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreFilter {
    /// Filter every node.
    Run,
    /// This plugin lets every node pass.
    Skip,
    /// Only nodes with these names can do.
    Only(Vec<std::sync::Arc<str>>),
    /// No node can do, for this reason.
    Reject(Code, String),
}

/// What one cycle works out once for all nodes.
#[derive(Clone, Debug, Default)]
pub struct CycleState {
    pub resources: PodResources,
}

/// All nodes as they are at this instant.
#[derive(Clone, Copy)]
pub struct Snapshot<'a> {
    pub nodes: &'a NodeCache,
    pub cache: &'a Cache,
}

/// One node: the numbers at hand, the object on demand.
#[derive(Clone, Copy)]
pub struct NodeRef<'a> {
    pub id: u32,
    pub info: &'a NodeInfo,
    pub cache: &'a Cache,
}

impl<'a> Snapshot<'a> {
    pub fn node(&self, id: u32) -> Option<NodeRef<'a>> {
        Some(NodeRef {
            id,
            info: self.nodes.node(id)?,
            cache: self.cache,
        })
    }
}

impl<'a> NodeRef<'a> {
    pub fn object(&self) -> &'a Node {
        self.cache
            .get::<Node>(self.id)
            .expect("INV-6: a node's numbers come from its object")
    }
}

/// Whether an event is worth another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    Queue,
    QueueSkip,
}

/// An event that may help a pod which this plugin rejected. Without a hint it always may.
pub struct Wake {
    pub event: ClusterEvent,
    pub hint: Option<fn(&Pod, &Happening<'_>) -> Hint>,
}

/// One plugin. Every point has a default that does nothing.
pub trait Plugin: Sync {
    fn name(&self) -> &'static str;

    /// Why a pod may not even wait in the active queue.
    fn pre_enqueue(&self, _pod: &Pod) -> Result<(), String> {
        Ok(())
    }

    fn pre_filter(&self, _state: &mut CycleState, _pod: &Pod) -> PreFilter {
        PreFilter::Skip
    }

    fn filter(&self, _state: &CycleState, _pod: &Pod, _node: NodeRef<'_>) -> Verdict {
        Verdict::PASS
    }

    /// The text of one reason bit of this plugin's verdicts.
    fn reason(&self, _state: &CycleState, _bit: u32) -> Cow<'static, str> {
        Cow::Borrowed("")
    }

    /// False if this plugin does not score this pod.
    fn pre_score(&self, _state: &mut CycleState, _pod: &Pod) -> bool {
        false
    }

    fn score(&self, _state: &CycleState, _pod: &Pod, _node: NodeRef<'_>) -> i64 {
        0
    }

    /// Scores many nodes: one indirect call a plugin instead of one a node.
    fn score_all(
        &self,
        state: &CycleState,
        pod: &Pod,
        snapshot: Snapshot<'_>,
        nodes: &[u32],
        scores: &mut Vec<i64>,
    ) {
        scores.extend(nodes.iter().map(|id| {
            snapshot
                .node(*id)
                .map_or(0, |node| self.score(state, pod, node))
        }));
    }

    /// Brings raw scores into 0 to [`MAX_NODE_SCORE`].
    fn normalize(&self, _scores: &mut [i64]) {}

    /// Events that may make a pod schedulable which this plugin rejected.
    fn requeue_on(&self) -> &'static [Wake] {
        &[]
    }
}

/// Spreads scores over 0 to `max`; `reverse` turns the best into the worst.
///
/// Fixture table: `helper.normalize_score.TestDefaultNormalizeScore`.
// kubernetes: pkg/scheduler/framework/plugins/helper/normalize_score.go
pub fn default_normalize(max: i64, reverse: bool, scores: &mut [i64]) {
    let most = scores.iter().copied().max().unwrap_or(0).max(0);
    if most == 0 {
        if reverse {
            scores.fill(max);
        }
        return;
    }
    for score in scores {
        let share = max * *score / most;
        *score = if reverse { max - share } else { share };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalize_as_upstream() {
        let cases: [(&[i64], bool, &[i64]); 5] = [
            (&[1, 2, 3, 4], true, &[75, 50, 25, 0]),
            (&[1000, 10, 20, 30], false, &[100, 1, 2, 3]),
            (&[1000, 10, 20, 30], true, &[0, 99, 98, 97]),
            (&[0, 0], true, &[100, 100]),
            (&[0, 0], false, &[0, 0]),
        ];
        for (given, reverse, want) in cases {
            let mut scores = given.to_vec();
            default_normalize(100, reverse, &mut scores);
            assert_eq!(scores, want);
        }
    }
}
