//! What a cycle thought: per-node verdicts and per-plugin scores, by running it once more.
//!
//! *Models*: the scheduler's verbose log (`-v=10`).
//! *Invariants*: reading changes nothing; the same snapshot gives the same numbers.

use super::Scheduler;
use super::cycle::schedule_pod;
use super::diagnosis::{Diagnosis, reason_texts};
use super::framework::{Code, CycleState, Snapshot};
use super::plugins::REGISTRY;
use crate::Cache;
use api::Pod;

/// One node's way through the filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeVerdict {
    pub node: u32,
    pub code: Code,
    /// The plugin that turned the node down; empty if it is feasible.
    pub plugin: &'static str,
    pub reasons: Vec<String>,
}

/// One plugin's score of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeScore {
    pub node: u32,
    pub plugin: &'static str,
    pub weight: i64,
    pub raw: i64,
    /// 0 to 100; multiplied by `weight` it counts towards the node's total.
    pub normalized: i64,
}

/// Collects what a cycle finds.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    pub verdicts: Vec<NodeVerdict>,
    pub scores: Vec<NodeScore>,
}

/// A cycle in full.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    pub sink: Sink,
    /// The chosen node, if there is one.
    pub node: Option<u32>,
    /// The message if there is none.
    pub message: String,
}

impl Sink {
    pub(super) fn filtered(&mut self, state: &CycleState, feasible: &[u32], diagnosis: &Diagnosis) {
        let pass = |node: &u32| NodeVerdict {
            node: *node,
            code: Code::Success,
            plugin: "",
            reasons: Vec::new(),
        };
        self.verdicts.extend(feasible.iter().map(pass));
        self.verdicts
            .extend(diagnosis.rejected.iter().map(|rejected| NodeVerdict {
                node: rejected.node,
                code: rejected.verdict.code(),
                plugin: REGISTRY[usize::from(rejected.plugin)].plugin.name(),
                reasons: reason_texts(state, rejected.plugin, rejected.verdict),
            }));
        self.verdicts.sort_by_key(|verdict| verdict.node);
    }

    pub(super) fn scored(&mut self, plugin: usize, nodes: &[u32], raw: &[i64], normalized: &[i64]) {
        let registered = &REGISTRY[plugin];
        let rows = nodes.iter().zip(raw).zip(normalized);
        self.scores
            .extend(rows.map(|((node, raw), normalized)| NodeScore {
                node: *node,
                plugin: registered.plugin.name(),
                weight: registered.weight,
                raw: *raw,
                normalized: *normalized,
            }));
    }
}

impl Scheduler {
    /// What a cycle for this pod would find now.
    pub fn explain(&self, cache: &Cache, pod: &Pod) -> Explanation {
        let mut explanation = Explanation::default();
        let mut next_start = self.next_start;
        let snapshot = Snapshot {
            nodes: &self.nodes,
            cache,
        };
        match schedule_pod(snapshot, pod, &mut next_start, Some(&mut explanation.sink)) {
            Ok(scheduled) => explanation.node = Some(scheduled.node),
            Err(failed) => explanation.message = failed.diagnosis.message(&failed.state, pod),
        }
        explanation
    }
}
