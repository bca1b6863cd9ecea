//! ReplicaSets, ReplicationControllers and Deployments.
//!
//! *Models*: `pkg/registry/apps/{deployment,replicaset}/strategy.go`,
//! `pkg/registry/core/replicationcontroller/strategy.go`.
//! *Invariants*: the generation counts changes of what is wanted.
//! *Not modelled*: rollback as a subresource.

use apimachinery::ErrorList;

use crate::strategy::Strategy;
use crate::validation::workload;
use crate::{Deployment, ReplicaSet, ReplicationController};

impl Strategy for Deployment {
    fn set_defaults(&mut self) {
        self.fill_defaults();
    }

    fn prepare_for_create(&mut self) {
        self.status = Default::default();
        self.meta.generation = 1;
    }

    fn prepare_for_update(&mut self, old: &Self) {
        self.status = old.status.clone();
        // kubernetes: annotations too, because controllers copy them to ReplicaSets
        if self.spec != old.spec || self.meta.annotations != old.meta.annotations {
            self.meta.generation = old.meta.generation + 1;
        }
    }

    fn prepare_for_status_update(&mut self, old: &Self) {
        self.spec = old.spec.clone();
        self.meta.labels = old.meta.labels.clone();
    }

    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        match old {
            None => workload::validate_deployment(self, errors),
            Some(old) => workload::validate_deployment_update(self, old, errors),
        }
    }

    fn validate_status(&self, old: &Self, errors: &mut ErrorList) {
        workload::validate_deployment_status_update(self, old, errors);
    }

    fn set_replicas(&mut self, replicas: i32) -> bool {
        self.spec.replicas = Some(replicas);
        true
    }
}

impl Strategy for ReplicaSet {
    fn set_defaults(&mut self) {
        self.fill_defaults();
    }

    fn prepare_for_create(&mut self) {
        self.status = Default::default();
        self.meta.generation = 1;
    }

    fn prepare_for_update(&mut self, old: &Self) {
        self.status = old.status.clone();
        if self.spec != old.spec {
            self.meta.generation = old.meta.generation + 1;
        }
    }

    fn prepare_for_status_update(&mut self, old: &Self) {
        self.spec = old.spec.clone();
    }

    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        match old {
            None => workload::validate_replica_set(self, errors),
            Some(old) => workload::validate_replica_set_update(self, old, errors),
        }
    }

    fn validate_status(&self, old: &Self, errors: &mut ErrorList) {
        workload::validate_replica_set_status_update(self, old, errors);
    }

    fn set_replicas(&mut self, replicas: i32) -> bool {
        self.spec.replicas = Some(replicas);
        true
    }
}

impl Strategy for ReplicationController {
    fn set_defaults(&mut self) {
        self.fill_defaults();
    }

    fn prepare_for_create(&mut self) {
        self.status = Default::default();
        self.meta.generation = 1;
    }

    fn prepare_for_update(&mut self, old: &Self) {
        self.status = old.status.clone();
        if self.spec != old.spec {
            self.meta.generation = old.meta.generation + 1;
        }
    }

    fn prepare_for_status_update(&mut self, old: &Self) {
        self.spec = old.spec.clone();
    }

    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        match old {
            None => workload::validate_replication_controller(self, errors),
            Some(old) => workload::validate_replication_controller_update(self, old, errors),
        }
    }

    fn validate_status(&self, old: &Self, errors: &mut ErrorList) {
        workload::validate_replication_controller_status_update(self, old, errors);
    }

    fn set_replicas(&mut self, replicas: i32) -> bool {
        self.spec.replicas = Some(replicas);
        true
    }
}
