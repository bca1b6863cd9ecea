//! Nodes.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (ValidateNode, ValidateNodeUpdate)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: declared features, swap, preferAvoidPods.

use apimachinery::validation::object_meta::{validate_object_meta, validate_object_meta_update};
use apimachinery::validation::{is_valid_label_value, name_is_dns_subdomain, net};
use apimachinery::{ErrorList, FieldError, FieldPath};

use super::pod::validate_resource_name;
use super::{one_of, qualified_name};
use crate::core::{Node, Taint};

// fixture: validation core.ValidateNode
pub fn validate_node(node: &Node, errors: &mut ErrorList) {
    let meta = FieldPath::new("metadata");
    errors.extend(validate_object_meta(
        &node.meta,
        false,
        name_is_dns_subdomain,
        &meta,
    ));
    swap(node, errors);
    taints(&node.spec.taints, &meta.child("taints"), errors);
    pod_cidrs(node, errors);
    amounts(node, errors);
    declared_features(node, errors);
}

// fixture: validation core.ValidateNodeUpdate
pub fn validate_node_update(new: &Node, old: &Node, errors: &mut ErrorList) {
    let meta = FieldPath::new("metadata");
    errors.extend(validate_object_meta_update(&new.meta, &old.meta, &meta));
    amounts(new, errors);
    declared_features(new, errors);
    taints(&new.spec.taints, &meta.child("taints"), errors);
    let spec = FieldPath::new("spec");
    let (was, now) = (&old.spec.pod_cidrs, &new.spec.pod_cidrs);
    let changed = match (was.is_empty(), was.len() == now.len()) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => was.iter().zip(now).filter(|(was, now)| was != now).count(),
    };
    for _ in 0..changed {
        let detail = "node updates may not change podCIDR except from \"\" to valid";
        errors.push(FieldError::forbidden(&spec.child("podCIDRs"), detail));
    }
    if !old.spec.provider_id.is_empty() && new.spec.provider_id != old.spec.provider_id {
        let detail = "node updates may not change providerID except from \"\" to valid";
        errors.push(FieldError::forbidden(&spec.child("providerID"), detail));
    }
}

// kubernetes: validateNodeSwapStatus
fn swap(node: &Node, errors: &mut ErrorList) {
    let swap = node.status.node_info.swap.as_ref();
    if let Some(capacity) = swap.and_then(|swap| swap.capacity).filter(|n| *n < 0) {
        let path = FieldPath::new("metadata").child("nodeSwapStatus");
        let detail = "must be greater than zero";
        errors.push(FieldError::invalid(
            &path.child("capacity"),
            capacity,
            detail,
        ));
    }
}

/// `MyFeature` or `MyFeature/mySubFeature`.
// fixture: validation core.validateNodeDeclaredFeatureName
pub fn validate_declared_feature_name(name: &str, path: &FieldPath, errors: &mut ErrorList) {
    const LENGTH_MAX: usize = 253;
    let invalid = |what: String| {
        FieldError::invalid(path, name, format!("invalid feature name {name:?}: {what}"))
    };
    let camel = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name
            .split('/')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if name.len() > LENGTH_MAX {
        errors.push(invalid(format!(
            "must be no more than {LENGTH_MAX} characters"
        )));
    } else if !camel {
        errors.push(invalid("must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes".into()));
    }
}

fn declared_features(node: &Node, errors: &mut ErrorList) {
    let path = FieldPath::new("status").child("declaredFeatures");
    let features = &node.status.declared_features;
    for (at, name) in features.iter().enumerate() {
        let path = path.index(at);
        validate_declared_feature_name(name, &path, errors);
        let Some(before) = at.checked_sub(1).and_then(|at| features.get(at)) else {
            continue;
        };
        if before == name {
            errors.push(FieldError::duplicate(&path, name));
        } else if before > name {
            let detail = "list must be sorted alphabetically";
            errors.push(FieldError::invalid(&path, name, detail));
        }
    }
}

// kubernetes: validateNodeTaints
fn taints(taints: &[Taint], path: &FieldPath, errors: &mut ErrorList) {
    for (at, taint) in taints.iter().enumerate() {
        let path = path.index(at);
        qualified_name(&taint.key, &path.child("key"), errors);
        let problems = is_valid_label_value(&taint.value);
        if !problems.is_empty() {
            errors.push(FieldError::invalid(
                &path.child("value"),
                &taint.value,
                problems.join(";"),
            ));
        }
        one_of(
            &taint.effect,
            &["NoSchedule", "PreferNoSchedule", "NoExecute"],
            &path.child("effect"),
            errors,
        );
        if taints[..at]
            .iter()
            .any(|earlier| earlier.key == taint.key && earlier.effect == taint.effect)
        {
            errors.push(FieldError::duplicate(
                &path,
                crate::go_print::value("Taint", taint),
            ));
        }
    }
}

fn pod_cidrs(node: &Node, errors: &mut ErrorList) {
    let path = FieldPath::new("spec").child("podCIDRs");
    for (at, cidr) in node.spec.pod_cidrs.iter().enumerate() {
        errors.extend(net::is_valid_cidr_for_legacy_field(
            &path.index(at),
            cidr,
            true,
        ));
    }
    let six = node
        .spec
        .pod_cidrs
        .iter()
        .filter(|cidr| cidr.contains(':'))
        .count();
    let four = node.spec.pod_cidrs.len() - six;
    if six > 1 || four > 1 {
        let detail = "may specify no more than one CIDR for each IP family";
        errors.push(FieldError::invalid(
            &path,
            node.spec.pod_cidrs.clone(),
            detail,
        ));
    }
}

fn amounts(node: &Node, errors: &mut ErrorList) {
    let status = FieldPath::new("status");
    for (list, field) in [
        (&node.status.capacity, "capacity"),
        (&node.status.allocatable, "allocatable"),
    ] {
        for (name, amount) in list.iter() {
            let path = status.child(field).child_name(name);
            validate_resource_name(name, &path, errors);
            super::pod::nonnegative_quantity(amount, &path, errors);
            if name.contains('/')
                && !name.contains("kubernetes.io/")
                && amount.milli_value() % 1000 != 0
            {
                errors.push(FieldError::invalid(
                    &path,
                    amount.to_string(),
                    "must be an integer",
                ));
            }
        }
    }
}
