//! Node and pod affinity.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateAffinity, ValidateNodeSelector)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::validation::object_meta::validate_label_selector;
use apimachinery::validation::{
    is_dns1123_label, is_dns1123_subdomain, is_qualified_name, is_valid_label_value,
};
use apimachinery::{ErrorList, FieldError, FieldPath};

use super::super::invalid_all;
use crate::core::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm,
    PodAffinityTerm, WeightedPodAffinityTerm,
};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

pub fn validate_affinity(affinity: Option<&Affinity>, path: &FieldPath, errors: &mut ErrorList) {
    let Some(affinity) = affinity else { return };
    if let Some(node) = &affinity.node_affinity {
        node_affinity(node, &path.child("nodeAffinity"), errors);
    }
    if let Some(pods) = &affinity.pod_affinity {
        pod_terms(
            &pods.required_during_scheduling_ignored_during_execution,
            &pods.preferred_during_scheduling_ignored_during_execution,
            &path.child("podAffinity"),
            errors,
        );
    }
    if let Some(pods) = &affinity.pod_anti_affinity {
        pod_terms(
            &pods.required_during_scheduling_ignored_during_execution,
            &pods.preferred_during_scheduling_ignored_during_execution,
            &path.child("podAntiAffinity"),
            errors,
        );
    }
}

fn node_affinity(affinity: &NodeAffinity, path: &FieldPath, errors: &mut ErrorList) {
    if let Some(required) = &affinity.required_during_scheduling_ignored_during_execution {
        validate_node_selector(required, &path.child(REQUIRED), errors);
    }
    for (at, term) in affinity
        .preferred_during_scheduling_ignored_during_execution
        .iter()
        .enumerate()
    {
        let path = path.child(PREFERRED).index(at);
        weight(term.weight, &path, errors);
        selector_term(&term.preference, &path.child("preference"), errors);
    }
}

fn weight(weight: i32, path: &FieldPath, errors: &mut ErrorList) {
    if !(1..=100).contains(&weight) {
        errors.push(FieldError::invalid(
            &path.child("weight"),
            weight,
            "must be in the range 1-100",
        ));
    }
}

/// Terms of which one must hold.
pub fn validate_node_selector(selector: &NodeSelector, path: &FieldPath, errors: &mut ErrorList) {
    let path = path.child("nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        errors.push(FieldError::required(
            &path,
            "must have at least one node selector term",
        ));
    }
    for (at, term) in selector.node_selector_terms.iter().enumerate() {
        selector_term(term, &path.index(at), errors);
    }
}

fn selector_term(term: &NodeSelectorTerm, path: &FieldPath, errors: &mut ErrorList) {
    for (at, requirement) in term.match_expressions.iter().enumerate() {
        expression(
            requirement,
            &path.child("matchExpressions").index(at),
            errors,
        );
    }
    for (at, requirement) in term.match_fields.iter().enumerate() {
        field(requirement, &path.child("matchFields").index(at), errors);
    }
}

fn expression(requirement: &NodeSelectorRequirement, path: &FieldPath, errors: &mut ErrorList) {
    let values = path.child("values");
    match &*requirement.operator {
        "In" | "NotIn" if requirement.values.is_empty() => {
            errors.push(FieldError::required(
                &values,
                "must be specified when `operator` is 'In' or 'NotIn'",
            ));
        }
        "Exists" | "DoesNotExist" if !requirement.values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.push(FieldError::forbidden(&values, detail));
        }
        "Gt" | "Lt" if requirement.values.len() != 1 => {
            errors.push(FieldError::required(
                &values,
                "must be specified single value when `operator` is 'Lt' or 'Gt'",
            ));
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        other => errors.push(FieldError::invalid(
            &path.child("operator"),
            other,
            "not a valid selector operator",
        )),
    }
    invalid_all(
        &requirement.key,
        is_qualified_name(&requirement.key),
        &path.child("key"),
        errors,
    );
    for (at, value) in requirement.values.iter().enumerate() {
        invalid_all(
            value,
            is_valid_label_value(value),
            &values.index(at),
            errors,
        );
    }
}

fn field(requirement: &NodeSelectorRequirement, path: &FieldPath, errors: &mut ErrorList) {
    match &*requirement.operator {
        "In" | "NotIn" => {
            if requirement.values.len() != 1 {
                let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
                errors.push(FieldError::required(&path.child("values"), detail));
            }
        }
        other => errors.push(FieldError::invalid(
            &path.child("operator"),
            other,
            "not a valid selector operator",
        )),
    }
    if &*requirement.key == "metadata.name" {
        for (at, value) in requirement.values.iter().enumerate() {
            invalid_all(
                value,
                is_dns1123_subdomain(value),
                &path.child("values").index(at),
                errors,
            );
        }
    } else {
        errors.push(FieldError::invalid(
            &path.child("key"),
            &requirement.key,
            "not a valid field selector key",
        ));
    }
}

fn pod_terms(
    required: &[PodAffinityTerm],
    preferred: &[WeightedPodAffinityTerm],
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (at, term) in required.iter().enumerate() {
        pod_term(term, &path.child(REQUIRED).index(at), errors);
    }
    for (at, term) in preferred.iter().enumerate() {
        let path = path.child(PREFERRED).index(at);
        weight(term.weight, &path, errors);
        pod_term(
            &term.pod_affinity_term,
            &path.child("podAffinityTerm"),
            errors,
        );
    }
}

fn pod_term(term: &PodAffinityTerm, path: &FieldPath, errors: &mut ErrorList) {
    label_keys(term, path, errors);
    errors.extend(validate_label_selector(
        term.label_selector.as_ref(),
        false,
        &path.child("labelSelector"),
    ));
    errors.extend(validate_label_selector(
        term.namespace_selector.as_ref(),
        false,
        &path.child("namespaceSelector"),
    ));
    for name in &term.namespaces {
        invalid_all(
            name,
            is_dns1123_label(name),
            &path.child("namespace"),
            errors,
        );
    }
    if term.topology_key.is_empty() {
        errors.push(FieldError::required(
            &path.child("topologyKey"),
            "can not be empty",
        ));
    }
    invalid_all(
        &term.topology_key,
        is_qualified_name(&term.topology_key),
        &path.child("topologyKey"),
        errors,
    );
}

fn label_keys(term: &PodAffinityTerm, path: &FieldPath, errors: &mut ErrorList) {
    for (keys, name) in [
        (&term.match_label_keys, "matchLabelKeys"),
        (&term.mismatch_label_keys, "mismatchLabelKeys"),
    ] {
        if keys.is_empty() {
            continue;
        }
        let path = path.child(name);
        if term.label_selector.is_none() {
            errors.push(FieldError::forbidden(
                &path,
                "must not be specified when labelSelector is not set",
            ));
            continue;
        }
        for (at, key) in keys.iter().enumerate() {
            invalid_all(key, is_qualified_name(key), &path.index(at), errors);
        }
    }
    for (at, key) in term.match_label_keys.iter().enumerate() {
        if term.mismatch_label_keys.contains(key) {
            let detail = "exists in both matchLabelKeys and mismatchLabelKeys";
            errors.push(FieldError::invalid(
                &path.child("matchLabelKeys").index(at),
                key,
                detail,
            ));
        }
    }
    let Some(selector) = &term.label_selector else {
        return;
    };
    for (at, key) in term.match_label_keys.iter().enumerate() {
        // kubernetes: the defaulted requirement of a key counts; the labels themselves and others do not
        let others = selector
            .match_expressions
            .iter()
            .filter(|e| e.key == *key && &*e.operator != "In")
            .count();
        if others > 0 || selector.match_labels.contains_key(key) {
            errors.push(FieldError::invalid(
                &path.index(at),
                key,
                "exists in both matchLabelKeys and labelSelector",
            ));
        }
    }
}
