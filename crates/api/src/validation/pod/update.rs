//! What may change in a pod after it was created.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (ValidatePodUpdate)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::validation::object_meta::validate_object_meta_update;
use apimachinery::{ErrorList, FieldError, FieldPath};
use std::sync::Arc;

use super::super::in_range;
use super::{MIRROR, PodValidationOptions, validate_pod_meta, validate_spec_part};
use crate::core::{Pod, PodSpec, Toleration};

// kubernetes: ValidatePodUpdate
const IMMUTABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// A pod that replaces another.
// fixture: validation core.ValidatePodUpdate
pub fn validate_pod_update(
    new: &Pod,
    old: &Pod,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    let meta = FieldPath::new("metadata");
    errors.extend(validate_object_meta_update(&new.meta, &old.meta, &meta));
    validate_pod_meta(new, errors);
    if Arc::ptr_eq(&new.spec, &old.spec) && new.node_name == old.node_name {
        return mirror(new, old, &meta, errors);
    }
    validate_spec_part(new, options, errors);
    mirror(new, old, &meta, errors);
    let path = FieldPath::new("spec");
    if new.spec.containers.len() != old.spec.containers.len() {
        let detail = "pod updates may not add or remove containers";
        errors.push(FieldError::forbidden(&path.child("containers"), detail));
        return;
    }
    if new.spec.init_containers.len() != old.spec.init_containers.len() {
        let detail = "pod updates may not add or remove containers";
        errors.push(FieldError::forbidden(&path.child("initContainers"), detail));
        return;
    }
    deadline(&new.spec, &old.spec, &path, errors);
    tolerations(
        &new.spec.tolerations,
        &old.spec.tolerations,
        &path.child("tolerations"),
        options,
        errors,
    );
    gates(new, old, &path, errors);
    rest(new, old, &path, errors);
}

fn mirror(new: &Pod, old: &Pod, meta: &FieldPath, errors: &mut ErrorList) {
    let (new, old) = (
        new.meta.annotations.get(MIRROR),
        old.meta.annotations.get(MIRROR),
    );
    let path = meta.child("annotations").key(MIRROR);
    if old.is_none() && new.is_some() {
        errors.push(FieldError::forbidden(
            &path,
            "may not add mirror pod annotation",
        ));
    } else if old != new {
        errors.push(FieldError::forbidden(
            &path,
            "may not remove or update mirror pod annotation",
        ));
    }
}

fn deadline(new: &PodSpec, old: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let path = path.child("activeDeadlineSeconds");
    match (new.active_deadline_seconds, old.active_deadline_seconds) {
        (Some(new), old) => {
            if !(0..=i64::from(i32::MAX)).contains(&new) {
                in_range(new, 0, i64::from(i32::MAX), &path, errors);
            } else if old.is_some_and(|old| old < new) {
                errors.push(FieldError::invalid(
                    &path,
                    new,
                    "must be less than or equal to previous value",
                ));
            }
        }
        (None, Some(_)) => {
            errors.push(FieldError::invalid(
                &path,
                apimachinery::Value::Null,
                "must not update from a positive integer to nil value",
            ));
        }
        (None, None) => {}
    }
}

// kubernetes: validateOnlyAddedTolerations
fn tolerations(
    new: &[Toleration],
    old: &[Toleration],
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    let without_seconds = |toleration: &Toleration| Toleration {
        toleration_seconds: None,
        ..toleration.clone()
    };
    for kept in old {
        if !new
            .iter()
            .any(|toleration| without_seconds(toleration) == without_seconds(kept))
        {
            errors.push(FieldError::forbidden(
                path,
                "existing toleration can not be modified except its tolerationSeconds",
            ));
            return;
        }
    }
    super::validate_tolerations(new, path, options, errors);
}

fn gates(new: &Pod, old: &Pod, path: &FieldPath, errors: &mut ErrorList) {
    let (had, has) = (&old.spec.scheduling_gates, &new.spec.scheduling_gates);
    if had.is_empty() && has.is_empty() {
        return;
    }
    for (at, gate) in has.iter().enumerate() {
        if !had.iter().any(|earlier| earlier.name == gate.name) {
            let detail = format!(
                "only deletion is allowed, but found new scheduling gate '{}'",
                gate.name
            );
            errors.push(FieldError::forbidden(
                &path.child("schedulingGates").index(at).child("name"),
                detail,
            ));
        }
    }
    if !new.node_name.is_empty() && new.node_name != old.node_name && !has.is_empty() {
        let detail = "node cannot be assigned until all schedulingGates have been cleared";
        errors.push(FieldError::forbidden(&path.child("nodeName"), detail));
    }
    if had.is_empty() {
        return;
    }
    // kubernetes: while a pod is gated its node selection may become narrower
    let narrower = old
        .spec
        .node_selector
        .iter()
        .all(|(key, value)| new.spec.node_selector.get(key) == Some(value));
    if !narrower {
        let detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        errors.push(FieldError::invalid(
            &path.child("nodeSelector"),
            &new.spec.node_selector,
            detail,
        ));
    }
    affinity(new, old, path, errors);
}

fn affinity(new: &Pod, old: &Pod, path: &FieldPath, errors: &mut ErrorList) {
    let terms = |pod: &Pod| {
        let affinity = pod
            .spec
            .affinity
            .as_ref()
            .and_then(|affinity| affinity.node_affinity.as_ref());
        let required = affinity.and_then(|a| {
            a.required_during_scheduling_ignored_during_execution
                .as_ref()
        });
        required.map_or_else(Vec::new, |required| required.node_selector_terms.clone())
    };
    let (new, old) = (terms(new), terms(old));
    if old.is_empty() {
        return;
    }
    let path = path
        .child("affinity")
        .child("nodeAffinity")
        .child("requiredDuringSchedulingIgnoredDuringExecution")
        .child("nodeSelectorTerms");
    if new.len() != old.len() {
        let detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        errors.push(FieldError::invalid(
            &path,
            crate::go_print::list("NodeSelectorTerm", &new),
            detail,
        ));
        return;
    }
    for (at, (new, old)) in new.iter().zip(&old).enumerate() {
        let filled = old.match_expressions.is_empty()
            && old.match_fields.is_empty()
            && !(new.match_expressions.is_empty() && new.match_fields.is_empty());
        let kept = !filled
            && old
                .match_expressions
                .iter()
                .enumerate()
                .all(|(at, e)| new.match_expressions.get(at) == Some(e))
            && old
                .match_fields
                .iter()
                .enumerate()
                .all(|(at, f)| new.match_fields.get(at) == Some(f));
        if !kept {
            let detail = "only additions are allowed (no mutations or deletions)";
            errors.push(FieldError::invalid(
                &path.index(at),
                crate::go_print::value("NodeSelectorTerm", new),
                detail,
            ));
        }
    }
}

/// Everything else must be as it was.
fn rest(new: &Pod, old: &Pod, path: &FieldPath, errors: &mut ErrorList) {
    let mut allowed = (*new.spec).clone();
    for (container, was) in allowed.containers.iter_mut().zip(&old.spec.containers) {
        container.image = was.image.clone();
    }
    for (container, was) in allowed
        .init_containers
        .iter_mut()
        .zip(&old.spec.init_containers)
    {
        container.image = was.image.clone();
    }
    allowed.active_deadline_seconds = old.spec.active_deadline_seconds;
    allowed.tolerations = old.spec.tolerations.clone();
    if !old.spec.scheduling_gates.is_empty() {
        allowed.scheduling_gates = old.spec.scheduling_gates.clone();
        allowed.node_selector = old.spec.node_selector.clone();
        let old_affinity = old
            .spec
            .affinity
            .as_ref()
            .and_then(|a| a.node_affinity.clone());
        match &mut allowed.affinity {
            Some(affinity) => {
                affinity.node_affinity = old_affinity;
                if old.spec.affinity.is_none() && *affinity == Default::default() {
                    allowed.affinity = None;
                }
            }
            None if old_affinity.is_some() => allowed.affinity = old.spec.affinity.clone(),
            None => {}
        }
    } else {
        allowed.scheduling_gates = Vec::new();
    }
    let (was, now) = (
        old.spec.termination_grace_period_seconds,
        new.spec.termination_grace_period_seconds,
    );
    if was.is_some_and(|seconds| seconds < 0) && now == Some(1) {
        allowed.termination_grace_period_seconds = was;
    }
    if allowed != *old.spec || new.node_name != old.node_name {
        let lines = |spec: &PodSpec, node_name: &str| {
            crate::go_print::lines(&crate::go_print::pod_spec(spec, node_name))
        };
        let (was, now) = (
            lines(&old.spec, &old.node_name),
            lines(&allowed, &new.node_name),
        );
        let difference = crate::go_print::unified(&was, &now);
        errors.push(FieldError::forbidden(
            path,
            format!("{IMMUTABLE}\n{difference}"),
        ));
    }
}
