//! Sizes: one ReplicaSet at a time, or all in proportion.
//!
//! *Models*: `pkg/controller/deployment/sync.go` (scale, scaleReplicaSet), `util` (FindActiveOrLatest).

use super::annotations::{replicas_need_update, set_replicas};
use super::client::Client;
use super::replicas::{
    active, by_creation, is_rolling_update, is_saturated, max_surge, proportion, replica_count,
    replicas, wanted,
};
use super::sync::{Sync, all_of};
use crate::apiserver::recorder::EventType;
use api::ReplicaSet;
use apimachinery::Status;
use std::sync::Arc;

impl<C: Client> Sync<'_, C> {
    /// Scales after `spec.replicas` changed, without rolling on. Fixture table `sync.TestScale`.
    ///
    /// # Errors
    /// The API server's answer to the first update that failed.
    pub fn scale(
        &mut self,
        new_rs: Option<&Arc<ReplicaSet>>,
        old: &mut [Arc<ReplicaSet>],
    ) -> Result<(), Status> {
        let wanted = wanted(&self.deployment);
        if let Some(rs) = active_or_latest(new_rs, old) {
            return self.scale_and_record_event(&rs, wanted).map(|_| ());
        }
        if is_saturated(&self.deployment, new_rs.map(|rs| &**rs)) {
            for rs in active(old) {
                self.scale_and_record_event(&rs, 0)?;
            }
            return Ok(());
        }
        if is_rolling_update(&self.deployment) {
            return self.scale_in_proportion(active(&all_of(new_rs, old)));
        }
        Ok(())
    }

    fn scale_in_proportion(&mut self, mut all: Vec<Arc<ReplicaSet>>) -> Result<(), Status> {
        let wanted = wanted(&self.deployment);
        let allowed = if wanted > 0 {
            wanted + max_surge(&self.deployment)
        } else {
            0
        };
        let to_add = allowed - replica_count(&all);
        // Largest first; among equals the newer one grows first, the older one shrinks first.
        if to_add > 0 {
            all.sort_by(|a, b| {
                replicas(b)
                    .cmp(&replicas(a))
                    .then_with(|| by_creation(b, a))
            });
        } else if to_add < 0 {
            all.sort_by(|a, b| {
                replicas(b)
                    .cmp(&replicas(a))
                    .then_with(|| by_creation(a, b))
            });
        }
        let mut added = 0;
        let mut sizes = Vec::with_capacity(all.len());
        for rs in &all {
            let share = proportion(rs, &self.deployment, to_add, added);
            added += share;
            sizes.push(replicas(rs) + share);
        }
        if to_add != 0
            && let Some(first) = sizes.first_mut()
        {
            *first = (*first + to_add - added).max(0);
        }
        for (rs, size) in all.iter().zip(sizes) {
            self.scale_replica_set(rs, size)?;
        }
        Ok(())
    }

    /// Scales one ReplicaSet, if its size differs. Tells whether it was scaled, and the ReplicaSet as it is then.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn scale_and_record_event(
        &mut self,
        rs: &Arc<ReplicaSet>,
        size: i32,
    ) -> Result<(bool, Arc<ReplicaSet>), Status> {
        if replicas(rs) == size {
            return Ok((false, rs.clone()));
        }
        self.scale_replica_set(rs, size)
    }

    fn scale_replica_set(
        &mut self,
        rs: &Arc<ReplicaSet>,
        size: i32,
    ) -> Result<(bool, Arc<ReplicaSet>), Status> {
        let wanted = wanted(&self.deployment);
        let max = wanted + max_surge(&self.deployment);
        let old_size = replicas(rs);
        if old_size == size && !replicas_need_update(rs, wanted, max) {
            return Ok((false, rs.clone()));
        }
        let mut changed = (**rs).clone();
        changed.spec.replicas = Some(size);
        set_replicas(&mut changed, wanted, max);
        let updated = self.client.update_replica_set(changed)?;
        if old_size != size {
            let direction = if old_size < size { "up" } else { "down" };
            let name = &updated.meta.name;
            let message =
                format!("Scaled {direction} replica set {name} from {old_size} to {size}");
            self.client.event(
                &self.deployment,
                EventType::Normal,
                "ScalingReplicaSet",
                message,
            );
        }
        Ok((old_size != size, updated))
    }
}

/// The only active ReplicaSet; without an active one the new or the youngest old one; `None` if several are active.
/// Sorts `old`, youngest first.
fn active_or_latest(
    new_rs: Option<&Arc<ReplicaSet>>,
    old: &mut [Arc<ReplicaSet>],
) -> Option<Arc<ReplicaSet>> {
    old.sort_by(|a, b| by_creation(b, a));
    let active = active(&all_of(new_rs, old));
    match active.as_slice() {
        [] => new_rs.or(old.first()).cloned(),
        [only] => Some(only.clone()),
        _ => None,
    }
}
