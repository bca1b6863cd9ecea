//! What a Deployment sync reads and writes outside its arguments.
//!
//! *Models*: the clientset, listers and event recorder of `pkg/controller/deployment`.

use crate::DeleteOptions;
use crate::apiserver::recorder::{EventType, Regarding};
use crate::controllers::ReconcileCx;
use api::{Deployment, Kind, Pod, ReplicaSet};
use apimachinery::{Status, Uid};
use std::sync::Arc;

/// Reads and writes of one sync: the API server, or the recorder of the fixture runner.
pub trait Client {
    /// # Errors
    /// The API server's answer.
    fn create_replica_set(&mut self, rs: ReplicaSet) -> Result<Arc<ReplicaSet>, Status>;
    /// # Errors
    /// The API server's answer.
    fn update_replica_set(&mut self, rs: ReplicaSet) -> Result<Arc<ReplicaSet>, Status>;
    /// # Errors
    /// The API server's answer.
    fn delete_replica_set(&mut self, namespace: &str, name: &str) -> Result<(), Status>;
    /// # Errors
    /// The API server's answer.
    fn update_deployment(&mut self, deployment: &Deployment) -> Result<(), Status>;
    /// # Errors
    /// The API server's answer.
    fn update_deployment_status(&mut self, deployment: &Deployment) -> Result<(), Status>;
    fn event(
        &mut self,
        deployment: &Deployment,
        event_type: EventType,
        reason: &'static str,
        message: String,
    );
    /// The cached ReplicaSet of this name.
    fn cached_replica_set(&self, namespace: &str, name: &str) -> Option<Arc<ReplicaSet>>;
    /// Pods that a ReplicaSet controls, ended ones among them.
    fn pods_of(&self, namespace: &str, replica_set: &Uid) -> Vec<Arc<Pod>>;
}

impl Client for ReconcileCx<'_, '_> {
    fn create_replica_set(&mut self, rs: ReplicaSet) -> Result<Arc<ReplicaSet>, Status> {
        self.create(rs)
    }

    fn update_replica_set(&mut self, rs: ReplicaSet) -> Result<Arc<ReplicaSet>, Status> {
        self.update(rs)
    }

    fn delete_replica_set(&mut self, namespace: &str, name: &str) -> Result<(), Status> {
        self.delete(Kind::ReplicaSet, namespace, name, &DeleteOptions::default())
    }

    fn update_deployment(&mut self, deployment: &Deployment) -> Result<(), Status> {
        self.update(deployment.clone()).map(|_| ())
    }

    fn update_deployment_status(&mut self, deployment: &Deployment) -> Result<(), Status> {
        self.update_status(deployment.clone()).map(|_| ())
    }

    fn event(
        &mut self,
        deployment: &Deployment,
        event_type: EventType,
        reason: &'static str,
        message: String,
    ) {
        let regarding = Regarding::meta(Kind::Deployment, &deployment.meta);
        ReconcileCx::event(self, &regarding, event_type, reason, message);
    }

    fn cached_replica_set(&self, namespace: &str, name: &str) -> Option<Arc<ReplicaSet>> {
        self.cache
            .find::<ReplicaSet>(namespace, name)
            .map(|(_, rs)| rs.clone())
    }

    fn pods_of(&self, namespace: &str, replica_set: &Uid) -> Vec<Arc<Pod>> {
        self.cache
            .controlled_by::<Pod>(namespace, replica_set)
            .map(|(_, pod)| pod.clone())
            .collect()
    }
}
