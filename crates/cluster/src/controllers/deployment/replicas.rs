//! The arithmetic of rollouts: fenceposts, sums over ReplicaSets, proportions.
//!
//! *Models*: `pkg/controller/deployment/util/deployment_util.go`.
//! *Invariants*: integers only; a share is rounded half up as upstream's floats are.

use super::annotations::{desired_replicas, max_replicas};
use crate::controllers::controller_utils::error;
use api::{Deployment, ReplicaSet};
use apimachinery::{IntOrString, Status};
use std::sync::Arc;

/// `spec.replicas` of a ReplicaSet.
pub fn replicas(rs: &ReplicaSet) -> i32 {
    rs.spec.replicas.unwrap_or(0)
}

/// `spec.replicas` of a Deployment.
pub fn wanted(deployment: &Deployment) -> i32 {
    deployment.spec.replicas.unwrap_or(0)
}

pub fn is_rolling_update(deployment: &Deployment) -> bool {
    deployment.spec.strategy.type_ == "RollingUpdate"
}

/// Surge (rounded up) and unavailable (rounded down) as numbers; never both zero.
/// Fixture table `deployment_util.TestResolveFenceposts`.
///
/// # Errors
/// A text that is no percentage.
pub fn resolve_fenceposts(
    max_surge: Option<&IntOrString>,
    max_unavailable: Option<&IntOrString>,
    desired: i32,
) -> Result<(i32, i32), String> {
    let scaled = |value: Option<&IntOrString>, round_up| {
        value.map_or(Ok(0), |value| {
            value.get_scaled_value_from_int_or_percent(desired, round_up)
        })
    };
    let surge = scaled(max_surge, true)?;
    let unavailable = scaled(max_unavailable, false)?;
    Ok((
        surge,
        if surge == 0 && unavailable == 0 {
            1
        } else {
            unavailable
        },
    ))
}

fn fenceposts(deployment: &Deployment) -> (i32, i32) {
    let Some(rolling) = &deployment.spec.strategy.rolling_update else {
        return (0, 1);
    };
    // Validation has refused what cannot be resolved.
    resolve_fenceposts(
        rolling.max_surge.as_ref(),
        rolling.max_unavailable.as_ref(),
        wanted(deployment),
    )
    .unwrap_or((0, 0))
}

/// How many pods may be missing. Fixture table `deployment_util.TestMaxUnavailable`.
pub fn max_unavailable(deployment: &Deployment) -> i32 {
    if !is_rolling_update(deployment) || wanted(deployment) == 0 {
        return 0;
    }
    fenceposts(deployment).1.min(wanted(deployment))
}

/// How many pods must be available. Fixture table `deployment_util.TestMinAvailable`.
pub fn min_available(deployment: &Deployment) -> i32 {
    if is_rolling_update(deployment) {
        wanted(deployment) - max_unavailable(deployment)
    } else {
        0
    }
}

/// How many pods there may be beyond the wanted number.
pub fn max_surge(deployment: &Deployment) -> i32 {
    if is_rolling_update(deployment) {
        fenceposts(deployment).0
    } else {
        0
    }
}

type Sets = [Arc<ReplicaSet>];

/// Σ `spec.replicas`. Fixture table `deployment_util.TestGetReplicaCountForReplicaSets`, as the following three.
pub fn replica_count(sets: &Sets) -> i32 {
    sets.iter().map(|rs| replicas(rs)).sum()
}

/// Σ `status.replicas`.
pub fn actual_replica_count(sets: &Sets) -> i32 {
    sets.iter().map(|rs| rs.status.replicas).sum()
}

pub fn ready_replica_count(sets: &Sets) -> i32 {
    sets.iter().map(|rs| rs.status.ready_replicas).sum()
}

pub fn available_replica_count(sets: &Sets) -> i32 {
    sets.iter().map(|rs| rs.status.available_replicas).sum()
}

/// Σ `status.terminatingReplicas`; `None` if a ReplicaSet that was synced once does not report it.
pub fn terminating_replica_count(sets: &Sets) -> Option<i32> {
    sets.iter()
        .try_fold(0, |sum, rs| match rs.status.terminating_replicas {
            Some(count) => Some(sum + count),
            None if rs.status.observed_generation == 0 => Some(sum),
            None => None,
        })
}

/// ReplicaSets with `spec.replicas` above 0.
pub fn active(sets: &Sets) -> Vec<Arc<ReplicaSet>> {
    sets.iter().filter(|rs| replicas(rs) > 0).cloned().collect()
}

/// Oldest first, then by name.
pub fn sort_by_creation(sets: &mut Sets) {
    sets.sort_by(|a, b| by_creation(a, b));
}

pub(super) fn by_creation(a: &ReplicaSet, b: &ReplicaSet) -> core::cmp::Ordering {
    (a.meta.creation_timestamp, &a.meta.name).cmp(&(b.meta.creation_timestamp, &b.meta.name))
}

/// How large the new ReplicaSet may be now. `all` holds it too. Fixture table `deployment_util.TestNewRSNewReplicas`.
///
/// # Errors
/// An unknown strategy, or a surge that is no percentage.
pub fn new_rs_new_replicas(
    deployment: &Deployment,
    all: &Sets,
    new_rs: &ReplicaSet,
) -> Result<i32, Status> {
    let strategy = &deployment.spec.strategy;
    match &*strategy.type_ {
        "RollingUpdate" => {
            let surge = strategy
                .rolling_update
                .as_ref()
                .and_then(|rolling| rolling.max_surge.as_ref());
            let surge = surge.map_or(Ok(0), |surge| {
                surge.get_scaled_value_from_int_or_percent(wanted(deployment), true)
            });
            let total_max = wanted(deployment) + surge.map_err(error)?;
            let total = replica_count(all);
            if total >= total_max {
                return Ok(replicas(new_rs));
            }
            Ok(replicas(new_rs) + (total_max - total).min(wanted(deployment) - replicas(new_rs)))
        }
        "Recreate" => Ok(wanted(deployment)),
        other => Err(error(format!("deployment type {other} isn't supported"))),
    }
}

/// True if the new ReplicaSet is as large as wanted, was told so, and is available.
pub fn is_saturated(deployment: &Deployment, new_rs: Option<&ReplicaSet>) -> bool {
    let wanted = wanted(deployment);
    new_rs.is_some_and(|rs| {
        desired_replicas(rs) == Some(wanted)
            && replicas(rs) == wanted
            && rs.status.available_replicas == wanted
    })
}

/// What a ReplicaSet gains (or loses) of `to_add` when all are scaled in proportion and `added` is given out.
pub fn proportion(rs: &ReplicaSet, deployment: &Deployment, to_add: i32, added: i32) -> i32 {
    if replicas(rs) == 0 || to_add == 0 || to_add == added {
        return 0;
    }
    let fraction = fraction(rs, deployment);
    let allowed = to_add - added;
    if to_add > 0 {
        fraction.min(allowed)
    } else {
        fraction.max(allowed)
    }
}

/// The change of a ReplicaSet's size that keeps its share of the Deployment's maximum size.
/// Fixture table `deployment_util.TestGetReplicaSetFraction`.
pub fn fraction(rs: &ReplicaSet, deployment: &Deployment) -> i32 {
    let size = replicas(rs);
    if wanted(deployment) == 0 {
        return -size;
    }
    let max_now = i64::from(wanted(deployment) + max_surge(deployment));
    // Somebody took the annotation away: the last known size is the next best.
    let max_before = max_replicas(rs)
        .filter(|max| *max != 0)
        .unwrap_or(deployment.status.replicas);
    if max_before == 0 {
        return 0;
    }
    let (product, max_before) = (i64::from(size) * max_now, i64::from(max_before));
    (2 * product + max_before).div_euclid(2 * max_before) as i32 - size
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};

    fn deployment(replicas: i32, surge: &str, unavailable: &str) -> Deployment {
        let rolling_update = Some(RollingUpdateDeployment {
            max_surge: Some(IntOrString::parse(surge)),
            max_unavailable: Some(IntOrString::parse(unavailable)),
        });
        let strategy = DeploymentStrategy {
            type_: "RollingUpdate".into(),
            rolling_update,
        };
        let spec = DeploymentSpec {
            replicas: Some(replicas),
            strategy,
            ..DeploymentSpec::default()
        };
        Deployment {
            spec,
            ..Deployment::default()
        }
    }

    fn replica_set(size: i32) -> Arc<ReplicaSet> {
        let mut rs = ReplicaSet::default();
        rs.spec.replicas = Some(size);
        Arc::new(rs)
    }

    #[test]
    fn fenceposts_of_common_sizes() {
        for (replicas, surge, unavailable, expected) in [
            (10, "25%", "25%", (3, 2)),
            (3, "25%", "25%", (1, 0)),
            (1, "0", "25%", (0, 1)),
            (0, "25%", "25%", (0, 0)),
            (2, "1", "5", (1, 2)),
        ] {
            let deployment = deployment(replicas, surge, unavailable);
            assert_eq!(
                (max_surge(&deployment), max_unavailable(&deployment)),
                expected
            );
            assert_eq!(min_available(&deployment), replicas - expected.1);
        }
    }

    #[test]
    fn new_replica_set_grows_into_the_surge() {
        for (wanted, old, new, expected) in [
            (10, 10, 0, 3),
            (10, 8, 5, 5),
            (10, 0, 5, 10),
            (10, 13, 0, 0),
        ] {
            let (old, new) = (replica_set(old), replica_set(new));
            let all = [old, new.clone()];
            let found = new_rs_new_replicas(&deployment(wanted, "25%", "25%"), &all, &new);
            assert_eq!(found, Ok(expected));
        }
    }

    #[test]
    fn proportions_stay_within_what_is_left() {
        let mut rs = (*replica_set(5)).clone();
        rs.meta
            .annotations
            .insert(super::super::annotations::MAX_REPLICAS, "10");
        let deployment = deployment(20, "0", "1");
        for (to_add, added, expected) in [(10, 0, 5), (10, 7, 3), (10, 10, 0), (0, 0, 0)] {
            assert_eq!(proportion(&rs, &deployment, to_add, added), expected);
        }
    }
}
