//! Workloads.

use apimachinery::ErrorList;

use crate::{Deployment, ReplicaSet, ReplicationController};

pub fn validate_deployment(_0: &Deployment, _errors: &mut ErrorList) {}

pub fn validate_deployment_update(_0: &Deployment, _1: &Deployment, _errors: &mut ErrorList) {}

pub fn validate_deployment_status_update(
    _0: &Deployment,
    _1: &Deployment,
    _errors: &mut ErrorList,
) {
}

pub fn validate_replica_set(_0: &ReplicaSet, _errors: &mut ErrorList) {}

pub fn validate_replica_set_update(_0: &ReplicaSet, _1: &ReplicaSet, _errors: &mut ErrorList) {}

pub fn validate_replica_set_status_update(
    _0: &ReplicaSet,
    _1: &ReplicaSet,
    _errors: &mut ErrorList,
) {
}

pub fn validate_replication_controller(_0: &ReplicationController, _errors: &mut ErrorList) {}

pub fn validate_replication_controller_update(
    _0: &ReplicationController,
    _1: &ReplicationController,
    _errors: &mut ErrorList,
) {
}

pub fn validate_replication_controller_status_update(
    _0: &ReplicationController,
    _1: &ReplicationController,
    _errors: &mut ErrorList,
) {
}
