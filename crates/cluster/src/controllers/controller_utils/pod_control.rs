//! Creating and deleting the pods of a workload, with its Events and expectations.
//!
//! *Models*: `pkg/controller/controller_utils.go` (GetPodFromTemplate, RealPodControl).
//! *Invariants*: all pods of one template share its specification, labels, annotations and owner references.
//! *Not modelled*: an owner name that is no valid prefix of a pod name (validation refuses it earlier).

use super::{NAMESPACE_TERMINATING, Owner, error};
use crate::apiserver::recorder::{EventType, Regarding};
use crate::controllers::ReconcileCx;
use crate::{DeleteOptions, Key};
use api::{Kind, Pod, PodTemplateSpec};
use apimachinery::{ObjectMeta, Status};

/// A pod as `owner` creates it from `template`: one prototype, cloned for every replica.
pub fn pod_from_template(template: &PodTemplateSpec, owner: Owner<'_>) -> Pod {
    let meta = ObjectMeta {
        namespace: owner.meta.namespace.clone(),
        generate_name: format!("{}-", owner.meta.name).into(),
        labels: template.meta.labels.clone(),
        annotations: template.meta.annotations.clone(),
        finalizers: template.meta.finalizers.clone(),
        owner_references: vec![owner.controller_ref()].into(),
        ..ObjectMeta::default()
    };
    Pod::from_template(meta, template)
}

/// What a workload controller does to its pods.
pub trait PodControl {
    fn expect_creations(&mut self, count: u32);
    /// This many expected creations will not be seen.
    fn creations_skipped(&mut self, count: u32);
    fn expect_deletions(&mut self, pods: &[u32]);
    /// The expected deletion of this pod will not be seen.
    fn deletion_skipped(&mut self, pod: u32);

    /// # Errors
    /// The API server's answer.
    fn create_pod(&mut self, pod: Pod) -> Result<(), Status>;

    /// # Errors
    /// NotFound as it is, all else wrapped.
    fn delete_pod(&mut self, pod: &Pod) -> Result<(), Status>;
}

/// [`PodControl`] on the API server, with the owner's Events.
pub struct PodWriter<'x, 'a, 'c> {
    pub cx: &'x mut ReconcileCx<'a, 'c>,
    pub owner: Key,
    pub regarding: Regarding,
}

impl PodControl for PodWriter<'_, '_, '_> {
    fn expect_creations(&mut self, count: u32) {
        let now = self.cx.now();
        self.cx
            .state
            .expectations
            .expect_creations(self.owner, count, now);
    }

    fn creations_skipped(&mut self, count: u32) {
        self.cx
            .state
            .expectations
            .raise(self.owner, -i64::from(count), 0);
    }

    fn expect_deletions(&mut self, pods: &[u32]) {
        let now = self.cx.now();
        self.cx
            .state
            .expectations
            .expect_deletions(self.owner, pods.iter().copied(), now);
    }

    fn deletion_skipped(&mut self, pod: u32) {
        self.cx
            .state
            .expectations
            .deletion_observed(self.owner, pod);
    }

    fn create_pod(&mut self, pod: Pod) -> Result<(), Status> {
        if pod.meta.labels.is_empty() {
            return Err(error("unable to create pods, no labels"));
        }
        match self.cx.create(pod) {
            Ok(created) => {
                let message = format!("Created pod: {}", created.meta.name);
                self.cx.event(
                    &self.regarding,
                    EventType::Normal,
                    "SuccessfulCreate",
                    message,
                );
                Ok(())
            }
            Err(status) => {
                if !status.has_cause(NAMESPACE_TERMINATING) {
                    let message = format!("Error creating: {}", status.message);
                    self.cx
                        .event(&self.regarding, EventType::Warning, "FailedCreate", message);
                }
                Err(status)
            }
        }
    }

    fn delete_pod(&mut self, pod: &Pod) -> Result<(), Status> {
        let ObjectMeta {
            namespace, name, ..
        } = &pod.meta;
        match self
            .cx
            .delete(Kind::Pod, namespace, name, &DeleteOptions::default())
        {
            Ok(()) => {
                let message = format!("Deleted pod: {name}");
                self.cx.event(
                    &self.regarding,
                    EventType::Normal,
                    "SuccessfulDelete",
                    message,
                );
                Ok(())
            }
            Err(status) if status.is_not_found() => Err(status),
            Err(status) => {
                let message = format!("Error deleting: {}", status.message);
                self.cx
                    .event(&self.regarding, EventType::Warning, "FailedDelete", message);
                Err(error(format!("unable to delete pods: {}", status.message)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn pods_of_one_template_share_it() {
        let mut template = PodTemplateSpec::default();
        template.meta.labels.insert("app", "web");
        let mut meta = ObjectMeta::named("default", "web-1");
        meta.uid = "uid".into();
        let owner = Owner {
            kind: Kind::ReplicaSet,
            api_version: "apps/v1",
            meta: &meta,
        };
        let prototype = pod_from_template(&template, owner);
        let pod = prototype.clone();
        assert_eq!(&*pod.meta.generate_name, "web-1-");
        assert!(Arc::ptr_eq(&pod.spec, &template.spec));
        assert!(pod.meta.labels.ptr_eq(&template.meta.labels));
        assert!(pod.meta.is_controlled_by(&"uid".into()));
    }
}
