//! Counts of ReplicaSets that have all the pods they want, so that a pod's readiness costs O(1) and no list.
//!
//! *Models*: nothing upstream, which lists the pods each time; the status is the same.
//! *Invariants*: an entry equals what a list of the cache would count. It is made by a full sync that found
//! nothing to do, follows changes of readiness, and goes with any other change of a pod or of the specification.

use super::conditions::{REPLICA_FAILURE, get_condition};
use api::{ReplicaSet, ReplicaSetStatus};
use engine::CowMap;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Counts {
    generation: i64,
    active: i32,
    fully_labeled: i32,
    ready: i32,
    terminating: i32,
}

/// Counts by row id of the ReplicaSet.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Steady {
    counts: CowMap<u32, Counts>,
}

impl Steady {
    /// Something else than readiness changed: the next sync lists.
    pub(super) fn forget(&mut self, id: u32) {
        self.counts.remove(&id);
    }

    /// One more pod is ready (+1), or one less (-1).
    pub(super) fn readiness_changed(&mut self, id: u32, by: i32) {
        if let Some(counts) = self.counts.get_mut(&id) {
            counts.ready += by;
        }
    }

    /// Keeps what a full sync counted, if it found nothing to do.
    pub(super) fn keep(&mut self, id: u32, rs: &ReplicaSet, counted: &ReplicaSetStatus) {
        if !is_plain(rs)
            || Some(counted.replicas) != rs.spec.replicas
            || !counted.conditions.is_empty()
        {
            return;
        }
        let counts = Counts {
            generation: rs.meta.generation,
            active: counted.replicas,
            fully_labeled: counted.fully_labeled_replicas,
            ready: counted.ready_replicas,
            terminating: counted.terminating_replicas.unwrap_or(0),
        };
        self.counts.insert(id, counts);
    }

    /// The status that a full sync would find; `None` if a list is needed.
    pub(super) fn status(&self, id: u32, rs: &ReplicaSet) -> Option<ReplicaSetStatus> {
        let counts = self
            .counts
            .get(&id)
            .filter(|counts| counts.generation == rs.meta.generation)?;
        if !is_plain(rs) {
            return None;
        }
        Some(ReplicaSetStatus {
            replicas: counts.active,
            fully_labeled_replicas: counts.fully_labeled,
            ready_replicas: counts.ready,
            available_replicas: counts.ready,
            terminating_replicas: Some(counts.terminating),
            ..rs.status.clone()
        })
    }
}

/// Ready means available, nothing failed, and it stays.
fn is_plain(rs: &ReplicaSet) -> bool {
    rs.spec.min_ready_seconds == 0
        && rs.meta.deletion_timestamp.is_none()
        && get_condition(&rs.status, REPLICA_FAILURE).is_none()
}
