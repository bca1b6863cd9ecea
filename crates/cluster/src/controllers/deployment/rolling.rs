//! The strategy RollingUpdate: up into the surge, down as pods become available.
//!
//! *Models*: `pkg/controller/deployment/rolling.go`.

use super::client::Client;
use super::replicas::{
    active, available_replica_count, max_unavailable, new_rs_new_replicas, replica_count, replicas,
    sort_by_creation, wanted,
};
use super::revision::is_complete;
use super::sync::{Sync, all_of};
use crate::controllers::controller_utils::error;
use api::ReplicaSet;
use apimachinery::Status;
use std::sync::Arc;

impl<C: Client> Sync<'_, C> {
    /// One step of a rolling update: scale up, else scale down, else clean up.
    pub(super) fn rollout_rolling(&mut self, sets: &mut [Arc<ReplicaSet>]) -> Result<(), Status> {
        let (new_rs, old) = self.all_replica_sets_and_sync_revision(sets, true)?;
        let Some(new_rs) = new_rs else {
            return Err(error("no new replica set"));
        };
        let all = all_of(Some(&new_rs), &old);
        let scaled = self.reconcile_new_replica_set(&all, &new_rs)?
            || self.reconcile_old_replica_sets(&all, active(&old), &new_rs)?;
        if !scaled && is_complete(&self.deployment, &self.deployment.status) {
            self.cleanup_deployment(&old)?;
        }
        self.sync_rollout_status(&all, Some(&new_rs))
    }

    /// Scales the new ReplicaSet; true if it did. Fixture table `rolling.…_reconcileNewReplicaSet`.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn reconcile_new_replica_set(
        &mut self,
        all: &[Arc<ReplicaSet>],
        new_rs: &Arc<ReplicaSet>,
    ) -> Result<bool, Status> {
        let wanted = wanted(&self.deployment);
        let size = if replicas(new_rs) > wanted {
            wanted
        } else if replicas(new_rs) < wanted {
            new_rs_new_replicas(&self.deployment, all, new_rs)?
        } else {
            return Ok(false);
        };
        Ok(self.scale_and_record_event(new_rs, size)?.0)
    }

    /// Scales old ReplicaSets down; true if it did. Fixture table `rolling.…_reconcileOldReplicaSets`.
    ///
    /// # Errors
    /// Never: as upstream, a failed update is left to the next sync.
    pub fn reconcile_old_replica_sets(
        &mut self,
        all: &[Arc<ReplicaSet>],
        mut old: Vec<Arc<ReplicaSet>>,
        new_rs: &Arc<ReplicaSet>,
    ) -> Result<bool, Status> {
        if replica_count(&old) == 0 {
            return Ok(false);
        }
        let min_available = wanted(&self.deployment) - max_unavailable(&self.deployment);
        let new_unavailable = replicas(new_rs) - new_rs.status.available_replicas;
        let scaled_down_max = replica_count(all) - min_available - new_unavailable;
        if scaled_down_max <= 0 {
            return Ok(false);
        }
        let Ok(cleaned) = self.cleanup_unhealthy_replicas(&mut old, scaled_down_max) else {
            return Ok(false);
        };
        let all = all_of(Some(new_rs), &old);
        let Ok(scaled) = self.scale_down_old_replica_sets(&all, &mut old) else {
            return Ok(false);
        };
        Ok(cleaned + scaled > 0)
    }

    /// Takes unavailable pods away from old ReplicaSets, at most `count_max`, and says how many.
    /// Fixture table `rolling.…_cleanupUnhealthyReplicas`.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn cleanup_unhealthy_replicas(
        &mut self,
        old: &mut [Arc<ReplicaSet>],
        count_max: i32,
    ) -> Result<i32, Status> {
        sort_by_creation(old);
        let mut total = 0;
        for rs in old {
            if total >= count_max {
                break;
            }
            let (size, available) = (replicas(rs), rs.status.available_replicas);
            if size == 0 || size == available {
                continue;
            }
            let count = (count_max - total).min(size - available);
            if count < 0 {
                let ObjectName(place) = ObjectName::of(rs);
                return Err(error(format!(
                    "when cleaning up unhealthy replicas, got invalid request to scale down {place} {size} -> {}",
                    size - count
                )));
            }
            *rs = self.scale_and_record_event(rs, size - count)?.1;
            total += count;
        }
        Ok(total)
    }

    /// Scales old ReplicaSets down, oldest first, as far as enough pods stay available; says by how many.
    /// Fixture table `rolling.…_scaleDownOldReplicaSetsForRollingUpdate`.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn scale_down_old_replica_sets(
        &mut self,
        all: &[Arc<ReplicaSet>],
        old: &mut [Arc<ReplicaSet>],
    ) -> Result<i32, Status> {
        let min_available = wanted(&self.deployment) - max_unavailable(&self.deployment);
        let available = available_replica_count(all);
        if available <= min_available {
            return Ok(0);
        }
        sort_by_creation(old);
        let total_max = available - min_available;
        let mut total = 0;
        for rs in old {
            if total >= total_max {
                break;
            }
            let count = replicas(rs).min(total_max - total);
            if count == 0 {
                continue;
            }
            self.scale_and_record_event(rs, replicas(rs) - count)?;
            total += count;
        }
        Ok(total)
    }
}

struct ObjectName(String);

impl ObjectName {
    fn of(rs: &ReplicaSet) -> ObjectName {
        ObjectName(format!("{}/{}", rs.meta.namespace, rs.meta.name))
    }
}
