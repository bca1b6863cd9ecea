//! Progress: is the rollout complete, moving, or stuck?
//!
//! *Models*: `pkg/controller/deployment/progress.go`.

use super::client::Client;
use super::conditions::{
    NEW_RS_AVAILABLE, PROGRESSING, REPLICA_FAILURE, REPLICA_SET_UPDATED, TIMED_OUT,
    from_replica_set, get_condition, new_condition, remove_condition, set_condition,
};
use super::revision::{is_complete, is_progressing, is_timed_out, progress_deadline_seconds};
use super::sync::{Sync, calculate_status};
use crate::controllers::Requeue;
use api::{Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet};
use apimachinery::{Status, Time};
use core::time::Duration;
use std::sync::Arc;

const SECOND: Duration = Duration::from_secs(1);
/// Steps of the rate limiter when a deadline is less than a second away.
const STEP_NANOS: u64 = 5_000_000;

impl<C: Client> Sync<'_, C> {
    /// Writes the status with the conditions Progressing and ReplicaFailure.
    /// Fixture table `progress.TestSyncRolloutStatus`.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn sync_rollout_status(
        &mut self,
        all: &[Arc<ReplicaSet>],
        new_rs: Option<&ReplicaSet>,
    ) -> Result<(), Status> {
        let mut status = calculate_status(&self.deployment, all, new_rs, self.now);
        let has_deadline = progress_deadline_seconds(&self.deployment).is_some();
        if !has_deadline {
            remove_condition(&mut status, PROGRESSING);
        }
        let current = get_condition(&self.deployment.status, PROGRESSING);
        let was_complete = status.replicas == status.updated_replicas
            && current.is_some_and(|condition| condition.reason == NEW_RS_AVAILABLE);
        if has_deadline && !was_complete {
            set_progress(&self.deployment, &mut status, new_rs, self.now);
        }
        match replica_failure(all, new_rs) {
            Some(failure) => set_condition(&mut status, failure),
            None => remove_condition(&mut status, REPLICA_FAILURE),
        }
        if status == self.deployment.status {
            self.requeue_if_stuck(&status);
            return Ok(());
        }
        self.deployment.status = status;
        self.client.update_deployment_status(&self.deployment)
    }

    fn requeue_if_stuck(&mut self, status: &DeploymentStatus) {
        self.requeue = match stuck(&self.deployment, status, self.now) {
            Stuck::No => return,
            // Upstream tries every 5 ms until the deadline is over; only the try after it has another outcome.
            Stuck::Soon { left_nanos } => Requeue::After(Duration::from_nanos(
                (left_nanos / STEP_NANOS + 1) * STEP_NANOS,
            )),
            Stuck::After(left) => Requeue::After(left + SECOND),
        };
    }
}

/// Whether and when a rollout without progress times out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// There is nothing to wait for.
    No,
    /// In less than a second, or it should have already.
    Soon {
        left_nanos: u64,
    },
    After(Duration),
}

/// Fixture table `progress.TestRequeueStuckDeployment`.
pub fn stuck(deployment: &Deployment, new: &DeploymentStatus, now: Time) -> Stuck {
    let condition = get_condition(&deployment.status, PROGRESSING);
    let (Some(deadline), Some(condition)) = (progress_deadline_seconds(deployment), condition)
    else {
        return Stuck::No;
    };
    if is_complete(deployment, new) || condition.reason == TIMED_OUT {
        return Stuck::No;
    }
    let since = condition.last_update_time.unwrap_or_default();
    let at = since + Duration::from_secs(u64::try_from(deadline).unwrap_or(0));
    let left_nanos = u64::try_from(at.nanos - now.nanos).unwrap_or(0);
    let left = Duration::from_nanos(left_nanos);
    if left < SECOND {
        Stuck::Soon { left_nanos }
    } else {
        Stuck::After(left)
    }
}

fn set_progress(
    deployment: &Deployment,
    status: &mut DeploymentStatus,
    new_rs: Option<&ReplicaSet>,
    now: Time,
) {
    let subject = match new_rs {
        Some(rs) => format!("ReplicaSet \"{}\"", rs.meta.name),
        None => format!("Deployment \"{}\"", deployment.meta.name),
    };
    if is_complete(deployment, status) {
        let message = format!("{subject} has successfully progressed.");
        set_condition(
            status,
            new_condition(PROGRESSING, "True", NEW_RS_AVAILABLE, message, now),
        );
    } else if is_progressing(deployment, status) {
        let message = format!("{subject} is progressing.");
        let mut condition = new_condition(PROGRESSING, "True", REPLICA_SET_UPDATED, message, now);
        // The update time is refreshed by any progress, the transition time only by a change of status.
        if let Some(current) = get_condition(&deployment.status, PROGRESSING) {
            if current.status == "True" {
                condition.last_transition_time = current.last_transition_time;
            }
            remove_condition(status, PROGRESSING);
        }
        set_condition(status, condition);
    } else if is_timed_out(deployment, status, now) {
        let message = format!("{subject} has timed out progressing.");
        set_condition(
            status,
            new_condition(PROGRESSING, "False", TIMED_OUT, message, now),
        );
    }
}

/// A failure of the new ReplicaSet, else of any.
fn replica_failure(
    all: &[Arc<ReplicaSet>],
    new_rs: Option<&ReplicaSet>,
) -> Option<DeploymentCondition> {
    let failure = |rs: &ReplicaSet| {
        rs.status
            .conditions
            .iter()
            .find(|condition| condition.type_ == REPLICA_FAILURE)
            .map(from_replica_set)
    };
    new_rs
        .and_then(failure)
        .or_else(|| all.iter().find_map(|rs| failure(rs)))
}
