//! Namespaces, nodes, configuration, accounts, events and leases.
//!
//! *Models*: `pkg/registry/core/*/strategy.go`, `pkg/registry/coordination/lease/strategy.go`.
//! *Invariants*: the finalizers of a namespace's specification change through its finalize
//! subresource only.
//! *Not modelled*: dynamic kubelet configuration.

use apimachinery::ErrorList;

use crate::strategy::Strategy;
use crate::validation::{core, node};
use crate::{ConfigMap, Event, Lease, Namespace, Node, Secret, ServiceAccount};

/// The finalizer that makes a namespace wait for its contents.
// kubernetes: staging/src/k8s.io/api/core/v1/types.go (FinalizerKubernetes)
pub const FINALIZER_KUBERNETES: &str = "kubernetes";

impl Strategy for Namespace {
    fn set_defaults(&mut self) {
        self.fill_defaults();
    }

    fn prepare_for_create(&mut self) {
        self.status = Default::default();
        self.status.phase = "Active".into();
        if !self
            .spec
            .finalizers
            .iter()
            .any(|finalizer| &**finalizer == FINALIZER_KUBERNETES)
        {
            self.spec.finalizers.push(FINALIZER_KUBERNETES.into());
        }
    }

    fn prepare_for_update(&mut self, old: &Self) {
        self.spec.finalizers = old.spec.finalizers.clone();
        self.status = old.status.clone();
    }

    fn prepare_for_status_update(&mut self, old: &Self) {
        self.spec = old.spec.clone();
    }

    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        match old {
            None => core::validate_namespace(self, errors),
            Some(old) => core::validate_namespace_update(self, old, errors),
        }
    }

    fn validate_status(&self, old: &Self, errors: &mut ErrorList) {
        core::validate_namespace_status_update(self, old, errors);
    }
}

impl Strategy for Node {
    fn set_defaults(&mut self) {
        self.fill_defaults();
    }

    fn prepare_for_update(&mut self, old: &Self) {
        self.status = old.status.clone();
    }

    fn prepare_for_status_update(&mut self, old: &Self) {
        self.spec = old.spec.clone();
    }

    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        match old {
            None => node::validate_node(self, errors),
            Some(old) => node::validate_node_update(self, old, errors),
        }
    }

    fn validate_status(&self, old: &Self, errors: &mut ErrorList) {
        node::validate_node_update(self, old, errors);
    }
}

impl Strategy for ConfigMap {
    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        match old {
            None => core::validate_config_map(self, errors),
            Some(old) => core::validate_config_map_update(self, old, errors),
        }
    }
}

impl Strategy for Secret {
    fn set_defaults(&mut self) {
        self.fill_defaults();
    }

    fn prepare_for_update(&mut self, old: &Self) {
        // kubernetes: a type that is not given keeps its old value
        if self.type_.is_empty() {
            self.type_ = old.type_.clone();
        }
    }

    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        match old {
            None => core::validate_secret(self, errors),
            Some(old) => core::validate_secret_update(self, old, errors),
        }
    }
}

impl Strategy for ServiceAccount {
    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        core::validate_service_account(self, old, errors);
    }
}

impl Strategy for Event {
    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        core::validate_event(self, old, errors);
    }
}

impl Strategy for Lease {
    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        core::validate_lease(self, old, errors);
    }
}
