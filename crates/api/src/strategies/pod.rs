//! Pods: status reset, generation, label keys, the scheduling-gated condition.
//!
//! *Models*: `pkg/registry/core/pod/strategy.go`.
//! *Invariants*: a specification that needs nothing keeps its allocation.
//! *Not modelled*: resize and ephemeral containers as subresources.

use std::sync::Arc;

use apimachinery::{ErrorList, LabelSelector, LabelSelectorRequirement, StringMap, Time};

use crate::core::{Affinity, Pod, PodAffinityTerm, PodCondition, PodSpec, PodStatus};
use crate::qos::pod_qos;
use crate::strategy::Strategy;
use crate::{defaults, validation};

/// The condition type that says whether a pod has a node.
const POD_SCHEDULED: &str = "PodScheduled";

/// What the scheduler's binding does to a pod's status.
pub trait PodScheduling {
    /// Marks the pod as scheduled at this time.
    fn set_scheduled(&mut self, now: Time);
}

impl PodScheduling for Pod {
    // kubernetes: pkg/registry/core/pod/storage/storage.go (setPodNodeAndMetadata)
    fn set_scheduled(&mut self, now: Time) {
        let scheduled = PodCondition {
            type_: POD_SCHEDULED.into(),
            status: "True".into(),
            last_transition_time: Some(now),
            observed_generation: self.meta.generation,
            ..Default::default()
        };
        match self
            .status
            .conditions
            .iter_mut()
            .find(|c| c.type_ == POD_SCHEDULED)
        {
            Some(condition) => {
                let kept = (condition.status == "True")
                    .then_some(condition.last_transition_time)
                    .flatten();
                *condition = scheduled;
                condition.last_transition_time = kept.or(Some(now));
            }
            None => self.status.conditions.push(scheduled),
        }
    }
}

impl Strategy for Pod {
    fn set_defaults(&mut self) {
        defaults::set_pod_defaults(&mut self.spec);
    }

    fn prepare_for_create(&mut self) {
        self.meta.generation = 1;
        let mut status = PodStatus {
            phase: "Pending".into(),
            qos_class: pod_qos(&self.spec).into(),
            ..Default::default()
        };
        if !self.spec.scheduling_gates.is_empty() {
            // kubernetes: applySchedulingGatedCondition
            status.conditions.push(PodCondition {
                type_: POD_SCHEDULED.into(),
                status: "False".into(),
                reason: "SchedulingGated".into(),
                message: "Scheduling is blocked due to non-empty scheduling gates".into(),
                ..Default::default()
            });
        }
        self.status = status;
        mutate_label_keys(&mut self.spec, &self.meta.labels);
    }

    fn prepare_for_update(&mut self, old: &Self) {
        self.status = old.status.clone();
        if self.node_name != old.node_name || !same_spec(&self.spec, &old.spec) {
            self.meta.generation = old.meta.generation + 1;
        }
    }

    fn prepare_for_status_update(&mut self, old: &Self) {
        self.spec = old.spec.clone();
        self.node_name = old.node_name.clone();
        // kubernetes: old kubelets corrupt owner references
        self.meta.owner_references = old.meta.owner_references.clone();
        if self.status.observed_generation == 0 {
            self.status.observed_generation = old.status.observed_generation;
        }
        if self.status.qos_class.is_empty() {
            self.status.qos_class = old.status.qos_class.clone();
        }
    }

    fn validate(&self, old: Option<&Self>, errors: &mut ErrorList) {
        match old {
            None => validation::pod::validate_pod_create(self, &validation::pod::POD, errors),
            Some(old) => {
                let options = validation::pod::of_update(&old.spec, validation::pod::POD);
                validation::pod::validate_pod_update(self, old, &options, errors);
            }
        }
    }

    fn validate_status(&self, old: &Self, errors: &mut ErrorList) {
        validation::pod::validate_pod_status_update(self, old, errors);
    }
}

/// Seconds a pod gets to stop, of what a request asks for.
// kubernetes: pkg/registry/core/pod/strategy.go (CheckGracefulDelete)
// fixture: registry-strategy strategy.TestCheckGracefulDelete
pub fn check_graceful_delete(pod: &Pod, requested: Option<i64>) -> i64 {
    let of_pod = pod.spec.termination_grace_period_seconds;
    let grace = requested.or(of_pod).unwrap_or(30);
    if pod.node_name.is_empty() || matches!(&*pod.status.phase, "Succeeded" | "Failed") {
        0
    } else if grace < 0 {
        1
    } else {
        grace
    }
}

fn same_spec(a: &Arc<PodSpec>, b: &Arc<PodSpec>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}

/// Turns `matchLabelKeys` into requirements on the pod's own labels.
// kubernetes: pkg/registry/core/pod/strategy.go (mutatePodAffinity, mutateTopologySpreadConstraints)
// fixtures: registry-strategy strategy.Test_mutatePodAffinity, Test_mutateTopologySpreadConstraints
pub fn mutate_label_keys(spec: &mut Arc<PodSpec>, labels: &StringMap) {
    if !uses_label_keys(spec) {
        return;
    }
    let spec = Arc::make_mut(spec);
    if let Some(affinity) = &mut spec.affinity {
        for term in terms_mut(affinity) {
            // kubernetes: a term without a selector matches nothing, whatever its keys say
            if let Some(selector) = &mut term.label_selector {
                add_requirements(selector, &term.match_label_keys, labels, "In");
                add_requirements(selector, &term.mismatch_label_keys, labels, "NotIn");
            }
        }
    }
    for constraint in &mut spec.topology_spread_constraints {
        if let Some(selector) = &mut constraint.label_selector {
            add_requirements(selector, &constraint.match_label_keys, labels, "In");
        }
    }
}

/// True if the specification depends on the labels of the pod.
pub(crate) fn uses_label_keys(spec: &PodSpec) -> bool {
    let uses = |term: &PodAffinityTerm| {
        !term.match_label_keys.is_empty() || !term.mismatch_label_keys.is_empty()
    };
    spec.topology_spread_constraints
        .iter()
        .any(|constraint| !constraint.match_label_keys.is_empty())
        || spec
            .affinity
            .as_ref()
            .is_some_and(|affinity| terms(affinity).any(uses))
}

fn add_requirements(
    selector: &mut LabelSelector,
    keys: &[Arc<str>],
    labels: &StringMap,
    operator: &str,
) {
    for key in keys {
        if let Some(value) = labels.get(key) {
            selector.match_expressions.push(LabelSelectorRequirement {
                key: key.clone(),
                operator: operator.into(),
                values: vec![value.clone()],
            });
        }
    }
}

fn terms(affinity: &Affinity) -> impl Iterator<Item = &PodAffinityTerm> {
    let attract = affinity.pod_affinity.iter().flat_map(|a| {
        let preferred = a
            .preferred_during_scheduling_ignored_during_execution
            .iter()
            .map(|w| &w.pod_affinity_term);
        preferred.chain(&a.required_during_scheduling_ignored_during_execution)
    });
    let repel = affinity.pod_anti_affinity.iter().flat_map(|a| {
        let preferred = a
            .preferred_during_scheduling_ignored_during_execution
            .iter()
            .map(|w| &w.pod_affinity_term);
        preferred.chain(&a.required_during_scheduling_ignored_during_execution)
    });
    attract.chain(repel)
}

fn terms_mut(affinity: &mut Affinity) -> impl Iterator<Item = &mut PodAffinityTerm> {
    let attract = affinity.pod_affinity.iter_mut().flat_map(|a| {
        let preferred = a
            .preferred_during_scheduling_ignored_during_execution
            .iter_mut()
            .map(|w| &mut w.pod_affinity_term);
        preferred.chain(&mut a.required_during_scheduling_ignored_during_execution)
    });
    let repel = affinity.pod_anti_affinity.iter_mut().flat_map(|a| {
        let preferred = a
            .preferred_during_scheduling_ignored_during_execution
            .iter_mut()
            .map(|w| &mut w.pod_affinity_term);
        preferred.chain(&mut a.required_during_scheduling_ignored_during_execution)
    });
    attract.chain(repel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_of_a_template_shares_its_specification() {
        let mut template = crate::PodTemplateSpec::default();
        Arc::make_mut(&mut template.spec)
            .containers
            .push(crate::Container {
                image: "nginx".into(),
                ..Default::default()
            });
        let mut pod = Pod::from_template(Default::default(), &template);
        pod.set_defaults();
        let first = Pod::from_template(
            Default::default(),
            &crate::PodTemplateSpec {
                spec: pod.spec.clone(),
                ..template
            },
        );
        let mut second = first.clone();
        second.set_defaults();
        second.prepare_for_create();
        assert!(Arc::ptr_eq(&first.spec, &second.spec));
        assert_eq!(
            (
                second.meta.generation,
                &*second.status.phase,
                &*second.status.qos_class
            ),
            (1, "Pending", "BestEffort")
        );
    }

    #[test]
    fn scheduling_keeps_the_first_time() {
        let mut pod = Pod::default();
        pod.set_scheduled(Time::from_unix_nanos(5));
        pod.set_scheduled(Time::from_unix_nanos(9));
        assert_eq!(pod.status.conditions.len(), 1);
        assert_eq!(
            pod.status.conditions[0].last_transition_time,
            Some(Time::from_unix_nanos(5))
        );
    }
}
