//! The strategy Recreate: all old pods end before the first new one is made.
//!
//! *Models*: `pkg/controller/deployment/recreate.go`.

use super::client::Client;
use super::replicas::{active, actual_replica_count, replicas, wanted};
use super::revision::is_complete;
use super::sync::{Sync, all_of};
use api::{Pod, ReplicaSet};
use apimachinery::{Status, Uid};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Pods by the UID of their ReplicaSet.
pub type PodMap = BTreeMap<Uid, Vec<Arc<Pod>>>;

impl<C: Client> Sync<'_, C> {
    pub(super) fn rollout_recreate(&mut self, sets: &mut [Arc<ReplicaSet>]) -> Result<(), Status> {
        let (mut new_rs, mut old) = self.all_replica_sets_and_sync_revision(sets, false)?;
        let mut all = all_of(new_rs.as_ref(), &old);
        if self.scale_down_for_recreate(&active(&old))? {
            return self.sync_rollout_status(&all, new_rs.as_deref());
        }
        if old_pods_running(new_rs.as_deref(), &old, &self.pod_map(sets)) {
            return self.sync_rollout_status(&all, new_rs.as_deref());
        }
        if new_rs.is_none() {
            (new_rs, old) = self.all_replica_sets_and_sync_revision(sets, true)?;
            all = all_of(new_rs.as_ref(), &old);
        }
        if let Some(rs) = &new_rs {
            self.scale_and_record_event(rs, wanted(&self.deployment))?;
        }
        if is_complete(&self.deployment, &self.deployment.status) {
            self.cleanup_deployment(&old)?;
        }
        self.sync_rollout_status(&all, new_rs.as_deref())
    }

    /// Scales old ReplicaSets to zero; true if one was scaled. Fixture table `recreate.TestScaleDownOldReplicaSets`.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn scale_down_for_recreate(&mut self, old: &[Arc<ReplicaSet>]) -> Result<bool, Status> {
        let mut scaled = false;
        for rs in old.iter().filter(|rs| replicas(rs) != 0) {
            scaled |= self.scale_and_record_event(rs, 0)?.0;
        }
        Ok(scaled)
    }

    fn pod_map(&self, sets: &[Arc<ReplicaSet>]) -> PodMap {
        let pods_of = |rs: &ReplicaSet| self.client.pods_of(&rs.meta.namespace, &rs.meta.uid);
        sets.iter()
            .map(|rs| (rs.meta.uid.clone(), pods_of(rs)))
            .collect()
    }
}

/// True if a pod of another template than the new one's may still run. Fixture table `recreate.TestOldPodsRunning`.
pub fn old_pods_running(
    new_rs: Option<&ReplicaSet>,
    old: &[Arc<ReplicaSet>],
    pods: &PodMap,
) -> bool {
    if actual_replica_count(old) > 0 {
        return true;
    }
    let is_new = |uid: &Uid| new_rs.is_some_and(|rs| rs.meta.uid == *uid);
    pods.iter()
        .filter(|(uid, _)| !is_new(uid))
        .flat_map(|(_, pods)| pods)
        .any(|pod| !matches!(&*pod.status.phase, "Failed" | "Succeeded"))
}
