//! The parts of a sync that all strategies share: the new ReplicaSet, status, clean-up.
//!
//! *Models*: `pkg/controller/deployment/sync.go`.

use super::annotations::{self, REVISION};
use super::client::Client;
use super::conditions::{
    AVAILABLE, FAILED_RS_CREATE, FOUND_NEW_RS, NEW_REPLICA_SET, PAUSED, PROGRESSING, RESUMED,
    TIMED_OUT, get_condition, new_condition, set_condition,
};
use super::replicas::{
    active, actual_replica_count, available_replica_count, max_unavailable, new_rs_new_replicas,
    ready_replica_count, replica_count, replicas, terminating_replica_count, wanted,
};
use super::revision::{by_revision, max_revision, progress_deadline_seconds};
use super::template::{
    POD_TEMPLATE_HASH, equal_ignore_hash, find_new_replica_set, find_old_replica_sets,
    replica_set_name,
};
use super::{API_VERSION, rollback};
use crate::apiserver::recorder::EventType;
use crate::controllers::Requeue;
use crate::controllers::controller_utils::{
    NAMESPACE_TERMINATING, Owner, template_hash::compute_hash,
};
use api::{Deployment, DeploymentStatus, Kind, ReplicaSet, ReplicaSetSpec};
use apimachinery::{ObjectMeta, Status, Time};
use std::sync::Arc;

/// ReplicaSets of one Deployment: the one with its template, and all others.
pub type NewAndOld = (Option<Arc<ReplicaSet>>, Vec<Arc<ReplicaSet>>);

/// One sync of one Deployment: its own copy, and where it reads and writes.
pub struct Sync<'x, C: Client> {
    pub client: &'x mut C,
    pub deployment: Deployment,
    pub now: Time,
    /// When the Deployment wants to be looked at again.
    pub requeue: Requeue,
}

/// New and old ReplicaSets in one list.
pub fn all_of(new_rs: Option<&Arc<ReplicaSet>>, old: &[Arc<ReplicaSet>]) -> Vec<Arc<ReplicaSet>> {
    old.iter().chain(new_rs).cloned().collect()
}

impl<'x, C: Client> Sync<'x, C> {
    pub fn new(client: &'x mut C, deployment: Deployment, now: Time) -> Sync<'x, C> {
        Sync {
            client,
            deployment,
            now,
            requeue: Requeue::Done,
        }
    }

    /// Status without anything else: the Deployment is being deleted.
    pub(super) fn sync_status_only(&mut self, sets: &mut [Arc<ReplicaSet>]) -> Result<(), Status> {
        let (new_rs, old) = self.all_replica_sets_and_sync_revision(sets, false)?;
        self.sync_deployment_status(&all_of(new_rs.as_ref(), &old), new_rs.as_deref())
    }

    /// Scaling, and what a paused Deployment does.
    pub(super) fn sync(&mut self, sets: &mut [Arc<ReplicaSet>]) -> Result<(), Status> {
        let (new_rs, mut old) = self.all_replica_sets_and_sync_revision(sets, false)?;
        self.scale(new_rs.as_ref(), &mut old)?;
        if self.deployment.spec.paused && rollback::rollback_to(&self.deployment).is_none() {
            self.cleanup_deployment(&old)?;
        }
        self.sync_deployment_status(&all_of(new_rs.as_ref(), &old), new_rs.as_deref())
    }

    /// Notes that the rollout was paused or resumed, so that the time in between is not counted.
    pub(super) fn check_paused_conditions(&mut self) -> Result<(), Status> {
        if progress_deadline_seconds(&self.deployment).is_none() {
            return Ok(());
        }
        let reason =
            get_condition(&self.deployment.status, PROGRESSING).map(|condition| &*condition.reason);
        let is_paused = reason == Some(PAUSED);
        let (reason, message) = match (reason, self.deployment.spec.paused) {
            (Some(TIMED_OUT), _) => return Ok(()),
            (_, true) if !is_paused => (PAUSED, "Deployment is paused"),
            (_, false) if is_paused => (RESUMED, "Deployment is resumed"),
            _ => return Ok(()),
        };
        let condition = new_condition(PROGRESSING, "Unknown", reason, message, self.now);
        set_condition(&mut self.deployment.status, condition);
        self.client.update_deployment_status(&self.deployment)
    }

    /// True if an active ReplicaSet was told another size than the Deployment has now.
    pub(super) fn is_scaling_event(
        &mut self,
        sets: &mut [Arc<ReplicaSet>],
    ) -> Result<bool, Status> {
        let (new_rs, old) = self.all_replica_sets_and_sync_revision(sets, false)?;
        let wanted = wanted(&self.deployment);
        let all = active(&all_of(new_rs.as_ref(), &old));
        Ok(all
            .iter()
            .any(|rs| annotations::desired_replicas(rs).is_some_and(|desired| desired != wanted)))
    }

    /// The new ReplicaSet, made if it is missing and `create`, and the old ones; revisions are brought up to date.
    pub(super) fn all_replica_sets_and_sync_revision(
        &mut self,
        sets: &mut [Arc<ReplicaSet>],
        create: bool,
    ) -> Result<NewAndOld, Status> {
        let (_, old) = find_old_replica_sets(&self.deployment, sets);
        let new_rs = match find_new_replica_set(&self.deployment, sets) {
            Some(existing) => Some(self.sync_existing(existing, max_revision(&old) + 1)?),
            None if create => Some(self.create_new_replica_set(&old)?),
            None => None,
        };
        Ok((new_rs, old))
    }

    fn sync_existing(
        &mut self,
        existing: Arc<ReplicaSet>,
        new_revision: i64,
    ) -> Result<Arc<ReplicaSet>, Status> {
        let mut rs = (*existing).clone();
        let min_ready_seconds = self.deployment.spec.min_ready_seconds;
        let changed =
            annotations::set_new_replica_set(&self.deployment, &mut rs, new_revision, true);
        if changed || rs.spec.min_ready_seconds != min_ready_seconds {
            rs.spec.min_ready_seconds = min_ready_seconds;
            return self.client.update_replica_set(rs);
        }
        let revision = rs.meta.annotations.get_str(REVISION).unwrap_or("");
        let mut changed = annotations::set_deployment_revision(&mut self.deployment, revision);
        let has_condition = get_condition(&self.deployment.status, PROGRESSING).is_some();
        if progress_deadline_seconds(&self.deployment).is_some() && !has_condition {
            let message = format!("Found new replica set \"{}\"", rs.meta.name);
            let condition = new_condition(PROGRESSING, "True", FOUND_NEW_RS, message, self.now);
            set_condition(&mut self.deployment.status, condition);
            changed = true;
        }
        if changed {
            self.client.update_deployment_status(&self.deployment)?;
        }
        Ok(existing)
    }

    fn create_new_replica_set(
        &mut self,
        old: &[Arc<ReplicaSet>],
    ) -> Result<Arc<ReplicaSet>, Status> {
        let mut new_rs = new_replica_set(&self.deployment);
        let new_revision = max_revision(old) + 1;
        let all = all_of(Some(&Arc::new(new_rs.clone())), old);
        let size = new_rs_new_replicas(&self.deployment, &all, &new_rs)?;
        new_rs.spec.replicas = Some(size);
        annotations::set_new_replica_set(&self.deployment, &mut new_rs, new_revision, false);
        let name = new_rs.meta.name.clone();
        let (created, already_exists) = match self.client.create_replica_set(new_rs) {
            Ok(created) => (created, false),
            Err(status) if status.is_already_exists() => {
                (self.existing_or_collision(&name, status)?, true)
            }
            Err(status) if status.has_cause(NAMESPACE_TERMINATING) => return Err(status),
            Err(status) => return Err(self.report_failed_creation(&name, status)),
        };
        if !already_exists && size > 0 {
            let message = format!(
                "Scaled up replica set {} from 0 to {size}",
                created.meta.name
            );
            self.client.event(
                &self.deployment,
                EventType::Normal,
                "ScalingReplicaSet",
                message,
            );
        }
        let mut changed =
            annotations::set_deployment_revision(&mut self.deployment, &new_revision.to_string());
        if !already_exists && progress_deadline_seconds(&self.deployment).is_some() {
            let message = format!("Created new replica set \"{}\"", created.meta.name);
            let condition = new_condition(PROGRESSING, "True", NEW_REPLICA_SET, message, self.now);
            set_condition(&mut self.deployment.status, condition);
            changed = true;
        }
        if changed {
            self.client.update_deployment_status(&self.deployment)?;
        }
        Ok(created)
    }

    /// A ReplicaSet has the new one's name: it is ours from an earlier sync that the cache did not tell of yet,
    /// or the hash collides; then the next sync hashes with a higher count.
    fn existing_or_collision(
        &mut self,
        name: &str,
        status: Status,
    ) -> Result<Arc<ReplicaSet>, Status> {
        let namespace = &self.deployment.meta.namespace;
        let Some(rs) = self.client.cached_replica_set(namespace, name) else {
            return Err(Status::not_found(&Kind::ReplicaSet.info().resource(), name));
        };
        let is_ours = rs.meta.is_controlled_by(&self.deployment.meta.uid);
        if is_ours && equal_ignore_hash(&self.deployment.spec.template, &rs.spec.template) {
            return Ok(rs);
        }
        *self.deployment.status.collision_count.get_or_insert(0) += 1;
        // The error of the creation is what the back-off is for.
        let _ = self.client.update_deployment_status(&self.deployment);
        Err(status)
    }

    fn report_failed_creation(&mut self, name: &str, status: Status) -> Status {
        let message = format!(
            "Failed to create new replica set \"{name}\": {}",
            status.message
        );
        if progress_deadline_seconds(&self.deployment).is_some() {
            let condition = new_condition(
                PROGRESSING,
                "False",
                FAILED_RS_CREATE,
                message.clone(),
                self.now,
            );
            set_condition(&mut self.deployment.status, condition);
            // There is a bigger problem to report.
            let _ = self.client.update_deployment_status(&self.deployment);
        }
        self.client.event(
            &self.deployment,
            EventType::Warning,
            FAILED_RS_CREATE,
            message,
        );
        status
    }

    /// Deletes old ReplicaSets beyond the history limit, oldest revision first, if nothing is left of them.
    /// Fixture tables `sync.TestDeploymentController_cleanupDeployment`, `…cleanupDeploymentOrder`.
    ///
    /// # Errors
    /// The API server's answer, but for NotFound.
    pub fn cleanup_deployment(&mut self, old: &[Arc<ReplicaSet>]) -> Result<(), Status> {
        let Some(limit) = self
            .deployment
            .spec
            .revision_history_limit
            .filter(|limit| *limit != i32::MAX)
        else {
            return Ok(());
        };
        let mut cleanable: Vec<&Arc<ReplicaSet>> = old
            .iter()
            .filter(|rs| rs.meta.deletion_timestamp.is_none())
            .collect();
        let surplus = (cleanable.len() as i64 - i64::from(limit)).max(0) as usize;
        cleanable.sort_by(|a, b| by_revision(a, b));
        for rs in cleanable.into_iter().take(surplus) {
            let is_observed = rs.meta.generation <= rs.status.observed_generation;
            if rs.status.replicas != 0 || replicas(rs) != 0 || !is_observed {
                continue;
            }
            match self
                .client
                .delete_replica_set(&rs.meta.namespace, &rs.meta.name)
            {
                Err(status) if !status.is_not_found() => return Err(status),
                _ => {}
            }
        }
        Ok(())
    }

    fn sync_deployment_status(
        &mut self,
        all: &[Arc<ReplicaSet>],
        new_rs: Option<&ReplicaSet>,
    ) -> Result<(), Status> {
        let status = calculate_status(&self.deployment, all, new_rs, self.now);
        if status == self.deployment.status {
            return Ok(());
        }
        self.deployment.status = status;
        self.client.update_deployment_status(&self.deployment)
    }
}

/// A ReplicaSet of the Deployment's template, not sized yet.
fn new_replica_set(deployment: &Deployment) -> ReplicaSet {
    let spec = &deployment.spec;
    let hash = compute_hash(&spec.template, deployment.status.collision_count);
    let mut template = spec.template.clone();
    Arc::make_mut(&mut template)
        .meta
        .labels
        .insert(POD_TEMPLATE_HASH, hash.as_str());
    let mut selector = spec.selector.clone().unwrap_or_default();
    selector
        .match_labels
        .insert(POD_TEMPLATE_HASH, hash.as_str());
    let owner = Owner {
        kind: Kind::Deployment,
        api_version: API_VERSION,
        meta: &deployment.meta,
    };
    let meta = ObjectMeta {
        owner_references: vec![owner.controller_ref()].into(),
        labels: template.meta.labels.clone(),
        ..ObjectMeta::named(
            deployment.meta.namespace.clone(),
            replica_set_name(&deployment.meta.name, &hash),
        )
    };
    let spec = ReplicaSetSpec {
        replicas: Some(0),
        min_ready_seconds: spec.min_ready_seconds,
        selector: Some(selector),
        template,
    };
    ReplicaSet {
        meta,
        spec,
        ..ReplicaSet::default()
    }
}

/// Sums over the ReplicaSets and the condition Available.
pub(super) fn calculate_status(
    deployment: &Deployment,
    all: &[Arc<ReplicaSet>],
    new_rs: Option<&ReplicaSet>,
    now: Time,
) -> DeploymentStatus {
    let available = available_replica_count(all);
    let mut status = DeploymentStatus {
        observed_generation: deployment.meta.generation,
        replicas: actual_replica_count(all),
        updated_replicas: new_rs.map_or(0, |rs| rs.status.replicas),
        ready_replicas: ready_replica_count(all),
        available_replicas: available,
        unavailable_replicas: (replica_count(all) - available).max(0),
        terminating_replicas: terminating_replica_count(all),
        collision_count: deployment.status.collision_count,
        conditions: deployment.status.conditions.clone(),
    };
    let (state, reason, message) = if available >= wanted(deployment) - max_unavailable(deployment)
    {
        (
            "True",
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
        )
    } else {
        (
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )
    };
    set_condition(
        &mut status,
        new_condition(AVAILABLE, state, reason, message, now),
    );
    status
}
