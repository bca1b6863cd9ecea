//! Spreading pods over topologies.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateTopologySpreadConstraints)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::validation::is_qualified_name;
use apimachinery::validation::object_meta::validate_label_selector;
use apimachinery::{ErrorList, FieldError, FieldPath};

use super::super::{invalid_all, qualified_name, supported};
use super::PodValidationOptions;
use crate::core::TopologySpreadConstraint;

// fixture: validation core.validateTopologySpreadConstraints
pub fn validate_topology_spread_constraints(
    constraints: &[TopologySpreadConstraint],
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    for (at, constraint) in constraints.iter().enumerate() {
        let path = path.index(at);
        if constraint.max_skew <= 0 {
            errors.push(FieldError::invalid(
                &path.child("maxSkew"),
                constraint.max_skew,
                "must be greater than zero",
            ));
        }
        if constraint.topology_key.is_empty() {
            errors.push(FieldError::required(
                &path.child("topologyKey"),
                "can not be empty",
            ));
        } else {
            qualified_name(&constraint.topology_key, &path.child("topologyKey"), errors);
        }
        let actions = ["DoNotSchedule", "ScheduleAnyway"];
        supported(
            &constraint.when_unsatisfiable,
            &actions,
            &path.child("whenUnsatisfiable"),
            errors,
        );
        if constraints[at + 1..].iter().any(|later| {
            later.topology_key == constraint.topology_key
                && later.when_unsatisfiable == constraint.when_unsatisfiable
        }) {
            let pair = format!(
                "{{{}, {}}}",
                constraint.topology_key, constraint.when_unsatisfiable
            );
            errors.push(FieldError::duplicate(
                &path.child("{topologyKey, whenUnsatisfiable}"),
                pair,
            ));
        }
        min_domains(constraint, &path, errors);
        for (policy, field) in [
            (&constraint.node_affinity_policy, "nodeAffinityPolicy"),
            (&constraint.node_taints_policy, "nodeTaintsPolicy"),
        ] {
            if let Some(policy) = policy {
                supported(policy, &["Honor", "Ignore"], &path.child(field), errors);
            }
        }
        match_label_keys(constraint, &path, options, errors);
        if !options.invalid_spread_selector {
            errors.extend(validate_label_selector(
                constraint.label_selector.as_ref(),
                false,
                &path.child("labelSelector"),
            ));
        }
    }
}

fn min_domains(constraint: &TopologySpreadConstraint, path: &FieldPath, errors: &mut ErrorList) {
    let Some(minimum) = constraint.min_domains else {
        return;
    };
    let path = path.child("minDomains");
    if minimum <= 0 {
        errors.push(FieldError::invalid(
            &path,
            minimum,
            "must be greater than zero",
        ));
    }
    if constraint.when_unsatisfiable != "DoNotSchedule" {
        let detail =
            "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway";
        errors.push(FieldError::invalid(&path, minimum, detail));
    }
}

fn match_label_keys(
    constraint: &TopologySpreadConstraint,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    if constraint.match_label_keys.is_empty() {
        return;
    }
    let path = path.child("matchLabelKeys");
    let Some(selector) = &constraint.label_selector else {
        errors.push(FieldError::forbidden(
            &path,
            "must not be specified when labelSelector is not set",
        ));
        return;
    };
    for (at, key) in constraint.match_label_keys.iter().enumerate() {
        invalid_all(key, is_qualified_name(key), &path.index(at), errors);
        let mut named = selector
            .match_expressions
            .iter()
            .filter(|expression| expression.key == *key);
        // kubernetes: with the merge, one requirement was added by the API server itself
        let merged = options.match_label_keys
            && options.match_label_keys_merge
            && !options.old_violates_match_label_keys;
        if merged {
            named.find(|e| &*e.operator == "In" && e.values.len() == 1);
        } else if options.old_violates_legacy_match_label_keys {
            continue;
        }
        let selected = selector.match_labels.contains_key(key) || named.next().is_some();
        if selected {
            let detail = "exists in both matchLabelKeys and labelSelector";
            errors.push(FieldError::invalid(&path.index(at), key, detail));
        }
    }
}
