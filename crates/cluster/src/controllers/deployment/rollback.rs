//! The deprecated rollback by annotation.
//!
//! *Models*: `pkg/controller/deployment/rollback.go`. `kubectl rollout undo` patches the template instead.

use super::annotations::{self, ROLLBACK_TO, revision};
use super::client::Client;
use super::revision::last_revision;
use super::sync::{Sync, all_of};
use super::template::{POD_TEMPLATE_HASH, equal_ignore_hash};
use crate::apiserver::recorder::EventType;
use api::{Deployment, ReplicaSet};
use apimachinery::Status;
use std::sync::Arc;

const REVISION_NOT_FOUND: &str = "DeploymentRollbackRevisionNotFound";
const TEMPLATE_UNCHANGED: &str = "DeploymentRollbackTemplateUnchanged";
const DONE: &str = "DeploymentRollback";

/// The revision that the annotation asks for; 0 means the last one.
pub(super) fn rollback_to(deployment: &Deployment) -> Option<i64> {
    deployment
        .meta
        .annotations
        .get_str(ROLLBACK_TO)?
        .parse()
        .ok()
}

impl<C: Client> Sync<'_, C> {
    pub(super) fn rollback(&mut self, sets: &mut [Arc<ReplicaSet>], to: i64) -> Result<(), Status> {
        let (new_rs, old) = self.all_replica_sets_and_sync_revision(sets, true)?;
        let all = all_of(new_rs.as_ref(), &old);
        let to = if to == 0 { last_revision(&all) } else { to };
        if to == 0 {
            self.warn(REVISION_NOT_FOUND, "Unable to find last revision.".into());
            return self.update_and_clear_rollback_to();
        }
        match all
            .iter()
            .find(|rs| revision(&rs.meta.annotations) == Ok(to))
        {
            Some(rs) => self.rollback_to_template(rs, to),
            None => {
                self.warn(
                    REVISION_NOT_FOUND,
                    "Unable to find the revision to rollback to.".into(),
                );
                self.update_and_clear_rollback_to()
            }
        }
    }

    fn rollback_to_template(&mut self, rs: &ReplicaSet, to: i64) -> Result<(), Status> {
        let name = self.deployment.meta.name.clone();
        if equal_ignore_hash(&self.deployment.spec.template, &rs.spec.template) {
            let message = format!(
                "The rollback revision contains the same template as current deployment \"{name}\""
            );
            self.warn(TEMPLATE_UNCHANGED, message);
            return self.update_and_clear_rollback_to();
        }
        let mut template = rs.spec.template.clone();
        Arc::make_mut(&mut template)
            .meta
            .labels
            .remove(POD_TEMPLATE_HASH);
        self.deployment.spec.template = template;
        annotations::set_deployment_to(&mut self.deployment, rs);
        self.update_and_clear_rollback_to()?;
        let message = format!("Rolled back deployment \"{name}\" to revision {to}");
        self.client
            .event(&self.deployment, EventType::Normal, DONE, message);
        Ok(())
    }

    fn warn(&mut self, reason: &'static str, message: String) {
        self.client
            .event(&self.deployment, EventType::Warning, reason, message);
    }

    fn update_and_clear_rollback_to(&mut self) -> Result<(), Status> {
        self.deployment.meta.annotations.remove(ROLLBACK_TO);
        self.client.update_deployment(&self.deployment)
    }
}
