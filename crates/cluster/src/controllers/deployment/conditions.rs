//! Conditions of a Deployment.
//!
//! *Models*: `pkg/controller/deployment/util/deployment_util.go` (conditions and their reasons).

use api::{DeploymentCondition, DeploymentStatus, ReplicaSetCondition};
use apimachinery::Time;

pub const AVAILABLE: &str = "Available";
pub const PROGRESSING: &str = "Progressing";
pub const REPLICA_FAILURE: &str = "ReplicaFailure";

pub const REPLICA_SET_UPDATED: &str = "ReplicaSetUpdated";
pub const FAILED_RS_CREATE: &str = "ReplicaSetCreateError";
pub const NEW_REPLICA_SET: &str = "NewReplicaSetCreated";
pub const FOUND_NEW_RS: &str = "FoundNewReplicaSet";
pub const NEW_RS_AVAILABLE: &str = "NewReplicaSetAvailable";
pub const TIMED_OUT: &str = "ProgressDeadlineExceeded";
pub const PAUSED: &str = "DeploymentPaused";
pub const RESUMED: &str = "DeploymentResumed";

/// A condition that holds since `now`.
pub fn new_condition(
    type_: &'static str,
    status: &'static str,
    reason: &'static str,
    message: impl Into<String>,
    now: Time,
) -> DeploymentCondition {
    let now = now.truncate_to_seconds();
    DeploymentCondition {
        type_: type_.into(),
        status: status.into(),
        last_update_time: Some(now),
        last_transition_time: Some(now),
        reason: reason.into(),
        message: message.into().into(),
    }
}

/// Fixture table `deployment_util.TestGetCondition`.
pub fn get_condition<'s>(
    status: &'s DeploymentStatus,
    type_: &str,
) -> Option<&'s DeploymentCondition> {
    status
        .conditions
        .iter()
        .find(|condition| condition.type_ == type_)
}

/// Adds or replaces; one with the same status and reason stays as it is, message and all. The transition time
/// stays if the status does. Fixture table `deployment_util.TestSetCondition`.
pub fn set_condition(status: &mut DeploymentStatus, mut condition: DeploymentCondition) {
    if let Some(current) = get_condition(status, &condition.type_)
        && current.status == condition.status
    {
        if current.reason == condition.reason {
            return;
        }
        condition.last_transition_time = current.last_transition_time;
    }
    remove_condition(status, &condition.type_);
    status.conditions.push(condition);
}

/// Fixture table `deployment_util.TestRemoveCondition`.
pub fn remove_condition(status: &mut DeploymentStatus, type_: &str) {
    status
        .conditions
        .retain(|condition| condition.type_ != type_);
}

/// A ReplicaSet's failure, told by its Deployment.
pub fn from_replica_set(condition: &ReplicaSetCondition) -> DeploymentCondition {
    DeploymentCondition {
        type_: condition.type_.clone(),
        status: condition.status.clone(),
        last_transition_time: condition.last_transition_time,
        last_update_time: condition.last_transition_time,
        reason: condition.reason.clone(),
        message: condition.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_moves_what_changed_to_the_end() {
        let at = Time::from_unix;
        let mut status = DeploymentStatus::default();
        set_condition(
            &mut status,
            new_condition(PROGRESSING, "True", NEW_REPLICA_SET, "a", at(1)),
        );
        set_condition(
            &mut status,
            new_condition(AVAILABLE, "False", "x", "b", at(1)),
        );
        set_condition(
            &mut status,
            new_condition(PROGRESSING, "True", REPLICA_SET_UPDATED, "c", at(2)),
        );
        set_condition(
            &mut status,
            new_condition(AVAILABLE, "False", "x", "not told", at(3)),
        );
        let told: Vec<(&str, &str, Option<Time>)> = status
            .conditions
            .iter()
            .map(|c| (&*c.type_, &*c.message, c.last_transition_time))
            .collect();
        assert_eq!(
            told,
            [
                (AVAILABLE, "b", Some(at(1))),
                (PROGRESSING, "c", Some(at(1)))
            ]
        );
    }
}
