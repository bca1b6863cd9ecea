//! Revisions, progress and completeness of a Deployment.
//!
//! *Models*: `pkg/controller/deployment/util/deployment_util.go` (MaxRevision, LastRevision, DeploymentComplete,
//! DeploymentProgressing, DeploymentTimedOut, ReplicaSetsByRevision).

use super::annotations::revision;
use super::conditions::{NEW_RS_AVAILABLE, PROGRESSING, TIMED_OUT, get_condition};
use super::replicas::{by_creation, wanted};
use api::{Deployment, DeploymentStatus, ReplicaSet};
use apimachinery::Time;
use core::cmp::Ordering;
use std::sync::Arc;

const NANOS: i64 = 1_000_000_000;

/// The highest revision; ReplicaSets without a valid one do not count.
pub fn max_revision(sets: &[Arc<ReplicaSet>]) -> i64 {
    sets.iter()
        .filter_map(|rs| revision(&rs.meta.annotations).ok())
        .fold(0, i64::max)
}

/// The second highest revision; 0 if there is none.
pub fn last_revision(sets: &[Arc<ReplicaSet>]) -> i64 {
    let (mut max, mut second) = (0, 0);
    for found in sets
        .iter()
        .filter_map(|rs| revision(&rs.meta.annotations).ok())
    {
        if found >= max {
            (second, max) = (max, found);
        } else if found > second {
            second = found;
        }
    }
    second
}

/// Lower revision first; equal or invalid ones by age.
pub fn by_revision(a: &ReplicaSet, b: &ReplicaSet) -> Ordering {
    match (revision(&a.meta.annotations), revision(&b.meta.annotations)) {
        (Ok(first), Ok(second)) if first != second => first.cmp(&second),
        _ => by_creation(a, b),
    }
}

/// True if there is a deadline: neither absent nor the largest number.
pub fn progress_deadline_seconds(deployment: &Deployment) -> Option<i32> {
    deployment
        .spec
        .progress_deadline_seconds
        .filter(|seconds| *seconds != i32::MAX)
}

/// True if all wanted pods are of the new template and available, and no others are left.
/// Fixture table `deployment_util.TestDeploymentComplete`.
pub fn is_complete(deployment: &Deployment, status: &DeploymentStatus) -> bool {
    let wanted = wanted(deployment);
    status.updated_replicas == wanted
        && status.replicas == wanted
        && status.available_replicas == wanted
        && status.observed_generation >= deployment.meta.generation
}

/// True if the new status is further than the Deployment's. Fixture table `deployment_util.TestDeploymentProgressing`.
pub fn is_progressing(deployment: &Deployment, new: &DeploymentStatus) -> bool {
    let old = &deployment.status;
    new.updated_replicas > old.updated_replicas
        || new.replicas - new.updated_replicas < old.replicas - old.updated_replicas
        || new.ready_replicas > old.ready_replicas
        || new.available_replicas > old.available_replicas
}

/// True if nothing has moved for longer than the deadline. Fixture table `deployment_util.TestDeploymentTimedOut`.
pub fn is_timed_out(deployment: &Deployment, new: &DeploymentStatus, now: Time) -> bool {
    let Some(deadline) = progress_deadline_seconds(deployment) else {
        return false;
    };
    let Some(condition) = get_condition(new, PROGRESSING) else {
        return false;
    };
    match &*condition.reason {
        NEW_RS_AVAILABLE => false,
        TIMED_OUT => true,
        _ => condition
            .last_update_time
            .is_none_or(|since| since.nanos + i64::from(deadline) * NANOS < now.nanos),
    }
}

#[cfg(test)]
mod tests {
    use super::super::annotations::REVISION;
    use super::*;

    #[test]
    fn revisions_of_a_history() {
        for (revisions, max, last) in [
            (&[][..], 0, 0),
            (&["1"], 1, 0),
            (&["3", "1", "x", "2"], 3, 2),
        ] {
            let sets: Vec<Arc<ReplicaSet>> = revisions
                .iter()
                .map(|revision: &&str| {
                    let mut rs = ReplicaSet::default();
                    rs.meta.annotations.insert(REVISION, *revision);
                    Arc::new(rs)
                })
                .collect();
            assert_eq!((max_revision(&sets), last_revision(&sets)), (max, last));
        }
    }
}
