//! Defaults of the kinds that carry pod templates, and of the small kinds.
//!
//! *Models*: `pkg/apis/apps/v1/defaults.go`, `pkg/apis/core/v1/defaults.go`.
//! *Invariants*: a template that needs nothing keeps its allocation.
//! *Not modelled*: nothing.

use apimachinery::IntOrString;

use super::{fill, round_up, set_template_defaults};
use crate::text::base64;
use crate::{Deployment, Namespace, Node, ReplicaSet, ReplicationController, Secret};

impl Deployment {
    pub(crate) fn fill_defaults(&mut self) {
        let spec = &mut self.spec;
        spec.replicas.get_or_insert(1);
        fill(&mut spec.strategy.type_, "RollingUpdate");
        if spec.strategy.type_ == "RollingUpdate" {
            let rolling = spec.strategy.rolling_update.get_or_insert_default();
            rolling
                .max_unavailable
                .get_or_insert(IntOrString::from("25%"));
            rolling.max_surge.get_or_insert(IntOrString::from("25%"));
        }
        spec.revision_history_limit.get_or_insert(10);
        spec.progress_deadline_seconds.get_or_insert(600);
        set_template_defaults(&mut spec.template);
    }
}

impl ReplicaSet {
    pub(crate) fn fill_defaults(&mut self) {
        self.spec.replicas.get_or_insert(1);
        set_template_defaults(&mut self.spec.template);
    }
}

impl ReplicationController {
    pub(crate) fn fill_defaults(&mut self) {
        if let Some(template) = &mut self.spec.template {
            let labels = &template.meta.labels;
            if !labels.is_empty() {
                if self.spec.selector.is_empty() {
                    self.spec.selector = labels.clone();
                }
                if self.meta.labels.is_empty() {
                    self.meta.labels = labels.clone();
                }
            }
            set_template_defaults(template);
        }
        self.spec.replicas.get_or_insert(1);
    }
}

/// The label that every namespace carries.
// kubernetes: staging/src/k8s.io/api/core/v1/types.go (LabelMetadataName)
pub const LABEL_METADATA_NAME: &str = "kubernetes.io/metadata.name";

impl Namespace {
    pub(crate) fn fill_defaults(&mut self) {
        if !self.meta.name.is_empty()
            && self.meta.labels.get(LABEL_METADATA_NAME) != Some(&self.meta.name)
        {
            self.meta
                .labels
                .insert(LABEL_METADATA_NAME, self.meta.name.clone());
        }
        fill(&mut self.status.phase, "Active");
    }
}

impl Node {
    pub(crate) fn fill_defaults(&mut self) {
        let status = &mut self.status;
        if status.allocatable.is_empty() && !status.capacity.is_empty() {
            status.allocatable = status.capacity.clone();
        }
        round_up(&mut status.capacity);
        round_up(&mut status.allocatable);
    }
}

impl Secret {
    pub(crate) fn fill_defaults(&mut self) {
        fill(&mut self.type_, "Opaque");
        // kubernetes: pkg/apis/core/v1/conversion.go: stringData is write-only
        for (key, text) in &std::mem::take(&mut self.string_data) {
            self.data.insert(key.clone(), base64(text.as_bytes()));
        }
    }
}
