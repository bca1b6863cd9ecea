//! Conditions of a ReplicaSet: there is one, and only while something fails.
//!
//! *Models*: `pkg/controller/replicaset/replica_set_utils.go` (NewReplicaSetCondition, SetCondition, …).

use api::{ReplicaSetCondition, ReplicaSetStatus};
use apimachinery::Time;

pub const REPLICA_FAILURE: &str = "ReplicaFailure";

/// A condition that holds since `now`.
pub fn new_condition(
    type_: &'static str,
    status: &'static str,
    reason: &'static str,
    message: &str,
    now: Time,
) -> ReplicaSetCondition {
    ReplicaSetCondition {
        type_: type_.into(),
        status: status.into(),
        last_transition_time: Some(now.truncate_to_seconds()),
        reason: reason.into(),
        message: message.to_owned().into(),
    }
}

/// Fixture table `replica_set.TestGetCondition`.
pub fn get_condition<'s>(
    status: &'s ReplicaSetStatus,
    type_: &str,
) -> Option<&'s ReplicaSetCondition> {
    status
        .conditions
        .iter()
        .find(|condition| condition.type_ == type_)
}

/// Adds or replaces; one with the same status and reason stays as it is.
/// Fixture table `replica_set.TestSetCondition`.
pub fn set_condition(status: &mut ReplicaSetStatus, condition: ReplicaSetCondition) {
    let same = get_condition(status, &condition.type_).is_some_and(|current| {
        current.status == condition.status && current.reason == condition.reason
    });
    if !same {
        remove_condition(status, &condition.type_);
        status.conditions.push(condition);
    }
}

/// Fixture table `replica_set.TestRemoveCondition`.
pub fn remove_condition(status: &mut ReplicaSetStatus, type_: &str) {
    status
        .conditions
        .retain(|condition| condition.type_ != type_);
}
