//! One scheduling cycle: PreFilter, Filter, Score, pick.
//!
//! *Models*: `pkg/scheduler/schedule_one.go` (schedulePod, findNodesThatFitPod, prioritizeNodes, selectHost).
//! *Invariants*: INV-7: a function of the snapshot, the pod and where the last cycle stopped. Nodes are tried in
//! node-list order (upstream runs them on sixteen goroutines), ties go to what heap order gives.
//! *Not modelled*: nominated nodes, extenders, `percentageOfNodesToScore` from configuration.
//! *Cost*: a few integer comparisons a node and filter; one indirect call a scoring plugin.

use super::diagnosis::{Diagnosis, Rejected};
use super::explain::Sink;
use super::framework::{CycleState, PreFilter, Snapshot, Verdict};
use super::plugins::{PluginSet, REGISTRY, of_set};
use super::resource::PodResources;
use api::{Node, Pod};

/// A cycle that found a node.
#[derive(Clone, Debug)]
pub struct Scheduled {
    pub node: u32,
    pub state: CycleState,
}

/// A cycle that found none.
#[derive(Clone, Debug)]
pub struct Unschedulable {
    pub diagnosis: Diagnosis,
    pub state: CycleState,
}

/// How many feasible nodes are enough. `percentage` 0 means as many as the cluster's size suggests.
///
/// Fixture table: `schedule_one.TestNumFeasibleNodesToFind`.
pub fn feasible_nodes_to_find(percentage: u32, nodes: u32) -> u32 {
    const MIN_NODES: u32 = 100;
    const MIN_PERCENTAGE: u32 = 5;
    if nodes < MIN_NODES {
        return nodes;
    }
    let percentage = match percentage {
        0 => 50u32.saturating_sub(nodes / 125).max(MIN_PERCENTAGE),
        set => set,
    };
    (u64::from(nodes) * u64::from(percentage) / 100).max(u64::from(MIN_NODES)) as u32
}

/// Finds a node for a pod. `next_start` is where the next cycle begins to look.
///
/// # Errors
/// Why no node fits.
pub fn schedule_pod(
    snapshot: Snapshot<'_>,
    pod: &Pod,
    next_start: &mut u32,
    mut sink: Option<&mut Sink>,
) -> Result<Scheduled, Box<Unschedulable>> {
    let mut state = CycleState {
        resources: PodResources::of(pod),
    };
    let order = snapshot.nodes.order();
    let mut diagnosis = Diagnosis {
        nodes: order.len() as u32,
        ..Diagnosis::default()
    };
    if order.is_empty() {
        return Err(Box::new(Unschedulable { diagnosis, state }));
    }
    let Some((filters, only)) = pre_filter(snapshot, pod, &mut state, &mut diagnosis) else {
        return Err(Box::new(Unschedulable { diagnosis, state }));
    };
    let nodes = only.as_deref().unwrap_or(order);
    let feasible = filter(
        snapshot,
        pod,
        &state,
        filters,
        nodes,
        *next_start,
        &mut diagnosis,
    );
    let processed = feasible.len() as u32 + diagnosis.rejected.len() as u32 + diagnosis.left_out;
    *next_start = (*next_start + processed) % order.len() as u32;
    if let Some(sink) = sink.as_deref_mut() {
        sink.filtered(&state, &feasible, &diagnosis);
    }
    let node = match &feasible[..] {
        [] => return Err(Box::new(Unschedulable { diagnosis, state })),
        [only] => *only,
        _ => pick(
            &feasible,
            &prioritize(snapshot, pod, &mut state, &feasible, sink),
        ),
    };
    Ok(Scheduled { node, state })
}

/// Runs PreFilter: the filters that have something to say, and the nodes that remain if some plugin names them.
/// `None` if a plugin rejects the pod outright.
fn pre_filter(
    snapshot: Snapshot<'_>,
    pod: &Pod,
    state: &mut CycleState,
    diagnosis: &mut Diagnosis,
) -> Option<(PluginSet, Option<Vec<u32>>)> {
    let mut filters: PluginSet = 0;
    let mut only: Option<Vec<u32>> = None;
    for (index, registered) in REGISTRY.iter().enumerate() {
        match registered.plugin.pre_filter(state, pod) {
            PreFilter::Skip => {}
            PreFilter::Run => filters |= 1 << index,
            PreFilter::Reject(_, message) => {
                diagnosis.rejectors = 1 << index;
                diagnosis.pre_filter = Some(message);
                return None;
            }
            PreFilter::Only(names) => {
                filters |= 1 << index;
                let mut named: Vec<u32> = names
                    .iter()
                    .filter_map(|name| Some(snapshot.cache.find::<Node>("", name)?.0))
                    .collect();
                if let Some(before) = &only {
                    named.retain(|id| before.contains(id));
                }
                only = Some(named);
                diagnosis.left_out_by |= 1 << index;
            }
        }
    }
    if let Some(only) = &only {
        diagnosis.left_out = diagnosis.nodes - only.len() as u32;
        diagnosis.rejectors |= diagnosis.left_out_by;
    }
    Some((filters, only))
}

/// Nodes that pass every filter, at most as many as are enough.
fn filter(
    snapshot: Snapshot<'_>,
    pod: &Pod,
    state: &CycleState,
    filters: PluginSet,
    nodes: &[u32],
    start: u32,
    diagnosis: &mut Diagnosis,
) -> Vec<u32> {
    let filters: Vec<_> = of_set(filters)
        .map(|(index, registered)| (index as u8, registered.plugin))
        .collect();
    let enough = feasible_nodes_to_find(0, nodes.len() as u32) as usize;
    let mut feasible = Vec::with_capacity(enough);
    let (before, after) = nodes.split_at(start as usize % nodes.len().max(1));
    'nodes: for id in after.iter().chain(before) {
        let Some(node) = snapshot.node(*id) else {
            continue;
        };
        for (index, plugin) in &filters {
            let verdict: Verdict = plugin.filter(state, pod, node);
            if !verdict.passes() {
                diagnosis.rejected.push(Rejected {
                    node: *id,
                    plugin: *index,
                    verdict,
                });
                diagnosis.rejectors |= 1 << index;
                continue 'nodes;
            }
        }
        feasible.push(*id);
        if feasible.len() == enough {
            break;
        }
    }
    feasible
}

/// The weighted sum of all plugins' scores for each feasible node.
fn prioritize(
    snapshot: Snapshot<'_>,
    pod: &Pod,
    state: &mut CycleState,
    feasible: &[u32],
    mut sink: Option<&mut Sink>,
) -> Vec<i64> {
    let mut totals = vec![0; feasible.len()];
    let mut scores = Vec::with_capacity(feasible.len());
    let mut raw = Vec::new();
    for (index, registered) in REGISTRY.iter().enumerate() {
        if !registered.plugin.pre_score(state, pod) {
            continue;
        }
        scores.clear();
        registered
            .plugin
            .score_all(state, pod, snapshot, feasible, &mut scores);
        if sink.is_some() {
            raw.clone_from(&scores);
        }
        registered.plugin.normalize(&mut scores);
        for (total, score) in totals.iter_mut().zip(&scores) {
            *total += score * registered.weight;
        }
        if let Some(sink) = sink.as_deref_mut() {
            sink.scored(index, feasible, &raw, &scores);
        }
    }
    totals
}

/// The node with the best score. Among equals upstream takes what its heap has at the root: the first candidate
/// unless a child was strictly better somewhere on the way.
///
/// Fixture table: `schedule_one.Test_SelectHost` (without a randomizer).
pub fn pick(nodes: &[u32], totals: &[i64]) -> u32 {
    let mut heap: Vec<u32> = (0..nodes.len() as u32).collect();
    let better = |a: u32, b: u32| totals[a as usize] > totals[b as usize];
    for root in (0..heap.len() / 2).rev() {
        let mut at = root;
        loop {
            let left = 2 * at + 1;
            if left >= heap.len() {
                break;
            }
            let right = left + 1;
            let child = if right < heap.len() && better(heap[right], heap[left]) {
                right
            } else {
                left
            };
            if !better(heap[child], heap[at]) {
                break;
            }
            heap.swap(at, child);
            at = child;
        }
    }
    nodes[heap[0] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_nodes() {
        let cases = [
            (0, 10, 10),
            (40, 10, 10),
            (0, 1000, 420),
            (40, 1000, 400),
            (0, 6000, 300),
            (40, 6000, 2400),
            (0, 100, 100),
        ];
        for (percentage, nodes, want) in cases {
            assert_eq!(feasible_nodes_to_find(percentage, nodes), want);
        }
    }

    #[test]
    fn ties_follow_heap_order() {
        assert_eq!(pick(&[7, 8, 9], &[5, 5, 5]), 7);
        assert_eq!(pick(&[7, 8], &[1, 2]), 8);
        // Leaves 3 and 4 equal the right child: the left branch was raised first, and an equal does not replace it.
        assert_eq!(pick(&[10, 11, 12, 13], &[0, 1, 2, 2]), 13);
    }
}
