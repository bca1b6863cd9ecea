//! ReplicaSets, ReplicationControllers and Deployments.
//!
//! *Models*: `pkg/apis/apps/validation/validation.go`, `pkg/apis/core/validation/validation.go`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: rollback.

use apimachinery::validation::name_is_dns_subdomain;
use apimachinery::validation::object_meta::{
    FIELD_IMMUTABLE, validate_label_selector, validate_object_meta, validate_object_meta_update,
};
use apimachinery::{
    ErrorList, FieldError, FieldPath, IntOrString, LabelSelector, Selector, StringMap, Value,
    to_value,
};

use super::nonnegative;
use super::pod::{TEMPLATE, validate_pod_template_spec};
use crate::core::PodTemplateSpec;
use crate::{
    Deployment, DeploymentSpec, ReplicaSet, ReplicaSetSpec, ReplicationController,
    ReplicationControllerSpec,
};

const EMPTY_SELECTOR: &str = "empty selector is invalid for deployment";

// fixture: validation apps.ValidateDeployment
pub fn validate_deployment(deployment: &Deployment, errors: &mut ErrorList) {
    let meta = FieldPath::new("metadata");
    errors.extend(validate_object_meta(
        &deployment.meta,
        true,
        name_is_dns_subdomain,
        &meta,
    ));
    deployment_spec(&deployment.spec, &FieldPath::new("spec"), errors);
}

// fixture: validation apps.ValidateDeploymentUpdate
pub fn validate_deployment_update(new: &Deployment, old: &Deployment, errors: &mut ErrorList) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &FieldPath::new("metadata"),
    ));
    deployment_spec(&new.spec, &FieldPath::new("spec"), errors);
    immutable_selector(
        new.spec.selector.as_ref(),
        old.spec.selector.as_ref(),
        errors,
    );
}

/// `spec.selector` never changes.
// fixtures: registry-strategy apps.{deployment,replicaset}.strategy.TestSelectorImmutability
pub fn immutable_selector(
    new: Option<&LabelSelector>,
    old: Option<&LabelSelector>,
    errors: &mut ErrorList,
) {
    if new != old {
        let path = FieldPath::new("spec").child("selector");
        let shown = new.map_or(Value::Null, to_value);
        errors.push(FieldError::invalid(&path, shown, FIELD_IMMUTABLE));
    }
}

fn deployment_spec(spec: &DeploymentSpec, path: &FieldPath, errors: &mut ErrorList) {
    nonnegative(
        i64::from(spec.replicas.unwrap_or(0)),
        &path.child("replicas"),
        errors,
    );
    let selector = &path.child("selector");
    match &spec.selector {
        None => errors.push(FieldError::required(selector, "")),
        Some(found) => {
            errors.extend(validate_label_selector(Some(found), false, selector));
            if found.is_empty() {
                errors.push(FieldError::invalid(
                    selector,
                    to_value(found),
                    EMPTY_SELECTOR,
                ));
            }
        }
    }
    match Selector::from_label_selector(spec.selector.as_ref()) {
        Err(_) => {
            let shown = spec.selector.as_ref().map_or(Value::Null, to_value);
            errors.push(FieldError::invalid(
                selector,
                shown,
                "invalid label selector",
            ));
        }
        Ok(found) => template(
            &spec.template,
            &found,
            spec.replicas,
            &path.child("template"),
            errors,
        ),
    }
    strategy(spec, &path.child("strategy"), errors);
    nonnegative(
        i64::from(spec.min_ready_seconds),
        &path.child("minReadySeconds"),
        errors,
    );
    if let Some(limit) = spec.revision_history_limit {
        nonnegative(
            i64::from(limit),
            &path.child("revisionHistoryLimit"),
            errors,
        );
    }
    if let Some(deadline) = spec.progress_deadline_seconds {
        let path = path.child("progressDeadlineSeconds");
        nonnegative(i64::from(deadline), &path, errors);
        if deadline <= spec.min_ready_seconds {
            errors.push(FieldError::invalid(
                &path,
                deadline,
                "must be greater than minReadySeconds",
            ));
        }
    }
}

/// The template of a ReplicaSet or Deployment.
// kubernetes: ValidatePodTemplateSpecForReplicaSet
fn template(
    template: &PodTemplateSpec,
    selector: &Selector,
    replicas: Option<i32>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let _ = replicas;
    let labels = &template.meta.labels;
    if !selector.is_everything() && !selector.matches(labels) {
        let path = path.child("metadata").child("labels");
        errors.push(FieldError::invalid(
            &path,
            labels,
            "`selector` does not match template `labels`",
        ));
    }
    validate_pod_template_spec(template, path, &TEMPLATE, errors);
    let policy = &*template.spec.restart_policy;
    if policy != "Always" {
        let path = path.child("spec").child("restartPolicy");
        errors.push(FieldError::not_supported(&path, policy, &["Always"]));
    }
    if template.spec.active_deadline_seconds.is_some() {
        let path = path.child("spec").child("activeDeadlineSeconds");
        errors.push(FieldError::forbidden(
            &path,
            "activeDeadlineSeconds in ReplicaSet is not Supported",
        ));
    }
}

fn strategy(spec: &DeploymentSpec, path: &FieldPath, errors: &mut ErrorList) {
    let strategy = &spec.strategy;
    match &*strategy.type_ {
        "Recreate" => {
            if strategy.rolling_update.is_some() {
                let detail = "may not be specified when strategy `type` is 'Recreate'";
                errors.push(FieldError::forbidden(&path.child("rollingUpdate"), detail));
            }
        }
        "RollingUpdate" => match &strategy.rolling_update {
            None => {
                let detail = "this should be defaulted and never be nil";
                errors.push(FieldError::required(&path.child("rollingUpdate"), detail));
            }
            Some(rolling) => {
                let path = path.child("rollingUpdate");
                let zero = IntOrString::Int(0);
                let (unavailable, surge) = (
                    rolling.max_unavailable.as_ref().unwrap_or(&zero),
                    rolling.max_surge.as_ref().unwrap_or(&zero),
                );
                positive_int_or_percent(unavailable, &path.child("maxUnavailable"), errors);
                positive_int_or_percent(surge, &path.child("maxSurge"), errors);
                if scaled(unavailable) == 0 && scaled(surge) == 0 {
                    let detail = "may not be 0 when `maxSurge` is 0";
                    errors.push(FieldError::invalid(
                        &path.child("maxUnavailable"),
                        unavailable,
                        detail,
                    ));
                }
                if let IntOrString::Str(text) = unavailable
                    && text
                        .strip_suffix('%')
                        .and_then(|n| n.parse::<i64>().ok())
                        .is_some_and(|n| n > 100)
                {
                    errors.push(FieldError::invalid(
                        &path.child("maxUnavailable"),
                        unavailable,
                        "must not be greater than 100%",
                    ));
                }
            }
        },
        _ => {
            let shown = crate::go_print::value("DeploymentStrategy", strategy);
            errors.push(FieldError::not_supported(
                path,
                shown,
                &["Recreate", "RollingUpdate"],
            ));
        }
    }
}

fn scaled(value: &IntOrString) -> i64 {
    match value {
        IntOrString::Int(n) => i64::from(*n),
        IntOrString::Str(text) => text
            .strip_suffix('%')
            .and_then(|n| n.parse().ok())
            .unwrap_or(0),
    }
}

/// A number that is not negative, or a percentage.
pub fn positive_int_or_percent(value: &IntOrString, path: &FieldPath, errors: &mut ErrorList) {
    match value {
        IntOrString::Int(n) => nonnegative(i64::from(*n), path, errors),
        IntOrString::Str(text) => {
            for problem in apimachinery::validation::is_valid_percent(text) {
                errors.push(FieldError::invalid(path, value, problem));
            }
        }
    }
}

// fixture: validation apps.ValidateDeploymentStatusUpdate
pub fn validate_deployment_status_update(
    new: &Deployment,
    old: &Deployment,
    errors: &mut ErrorList,
) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &FieldPath::new("metadata"),
    ));
    let path = FieldPath::new("status");
    validate_deployment_status(new, &path, errors);
    let count = |deployment: &Deployment| deployment.status.collision_count;
    if let Some(before) = count(old)
        && count(new).is_none_or(|after| after < before)
    {
        let shown = count(new).unwrap_or(0);
        errors.push(FieldError::invalid(
            &path.child("collisionCount"),
            shown,
            "cannot be decremented",
        ));
    }
}

// fixture: validation apps.ValidateDeploymentStatus
pub fn validate_deployment_status(
    deployment: &Deployment,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let s = &deployment.status;
    for (value, field) in [
        (s.observed_generation, "observedGeneration"),
        (i64::from(s.replicas), "replicas"),
        (i64::from(s.updated_replicas), "updatedReplicas"),
        (i64::from(s.ready_replicas), "readyReplicas"),
        (i64::from(s.available_replicas), "availableReplicas"),
        (i64::from(s.unavailable_replicas), "unavailableReplicas"),
        (
            i64::from(s.terminating_replicas.unwrap_or(0)),
            "terminatingReplicas",
        ),
        (i64::from(s.collision_count.unwrap_or(0)), "collisionCount"),
    ] {
        nonnegative(value, &path.child(field), errors);
    }
    for (value, field, most, detail) in [
        (
            s.updated_replicas,
            "updatedReplicas",
            s.replicas,
            OVER_REPLICAS,
        ),
        (s.ready_replicas, "readyReplicas", s.replicas, OVER_REPLICAS),
        (
            s.available_replicas,
            "availableReplicas",
            s.replicas,
            OVER_REPLICAS,
        ),
        (
            s.available_replicas,
            "availableReplicas",
            s.ready_replicas,
            OVER_READY,
        ),
    ] {
        if value > most {
            errors.push(FieldError::invalid(&path.child(field), value, detail));
        }
    }
}

const OVER_REPLICAS: &str = "cannot be greater than status.replicas";
const OVER_READY: &str = "cannot be greater than readyReplicas";

// fixture: validation apps.ValidateReplicaSet
pub fn validate_replica_set(set: &ReplicaSet, errors: &mut ErrorList) {
    errors.extend(validate_object_meta(
        &set.meta,
        true,
        name_is_dns_subdomain,
        &FieldPath::new("metadata"),
    ));
    replica_set_spec(&set.spec, &FieldPath::new("spec"), errors);
}

// fixture: validation apps.ValidateReplicaSetUpdate
pub fn validate_replica_set_update(new: &ReplicaSet, old: &ReplicaSet, errors: &mut ErrorList) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &FieldPath::new("metadata"),
    ));
    replica_set_spec(&new.spec, &FieldPath::new("spec"), errors);
    immutable_selector(
        new.spec.selector.as_ref(),
        old.spec.selector.as_ref(),
        errors,
    );
}

fn replica_set_spec(spec: &ReplicaSetSpec, path: &FieldPath, errors: &mut ErrorList) {
    nonnegative(
        i64::from(spec.replicas.unwrap_or(0)),
        &path.child("replicas"),
        errors,
    );
    nonnegative(
        i64::from(spec.min_ready_seconds),
        &path.child("minReadySeconds"),
        errors,
    );
    let selector = &path.child("selector");
    match &spec.selector {
        None => errors.push(FieldError::required(selector, "")),
        Some(found) => {
            errors.extend(validate_label_selector(Some(found), false, selector));
            if found.is_empty() {
                errors.push(FieldError::invalid(
                    selector,
                    to_value(found),
                    EMPTY_SELECTOR,
                ));
            }
        }
    }
    match Selector::from_label_selector(spec.selector.as_ref()) {
        Err(_) => {
            let shown = spec.selector.as_ref().map_or(Value::Null, to_value);
            errors.push(FieldError::invalid(
                selector,
                shown,
                "invalid label selector",
            ));
        }
        Ok(found) => template(
            &spec.template,
            &found,
            spec.replicas,
            &path.child("template"),
            errors,
        ),
    }
}

// fixture: validation apps.ValidateReplicaSetStatusUpdate
pub fn validate_replica_set_status_update(
    new: &ReplicaSet,
    old: &ReplicaSet,
    errors: &mut ErrorList,
) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &FieldPath::new("metadata"),
    ));
    validate_replica_set_status(new, &FieldPath::new("status"), errors);
}

// fixture: validation apps.ValidateReplicaSetStatus
pub fn validate_replica_set_status(set: &ReplicaSet, path: &FieldPath, errors: &mut ErrorList) {
    let s = &set.status;
    let counts = [
        s.replicas,
        s.fully_labeled_replicas,
        s.ready_replicas,
        s.available_replicas,
    ];
    replica_status(
        counts,
        s.observed_generation,
        s.terminating_replicas,
        path,
        errors,
    );
}

fn replica_status(
    [replicas, labeled, ready, available]: [i32; 4],
    observed: i64,
    terminating: Option<i32>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (value, field) in [
        (i64::from(replicas), "replicas"),
        (i64::from(labeled), "fullyLabeledReplicas"),
        (i64::from(ready), "readyReplicas"),
        (i64::from(available), "availableReplicas"),
        (i64::from(terminating.unwrap_or(0)), "terminatingReplicas"),
        (observed, "observedGeneration"),
    ] {
        nonnegative(value, &path.child(field), errors);
    }
    for (value, field, most, detail) in [
        (labeled, "fullyLabeledReplicas", replicas, OVER_REPLICAS),
        (ready, "readyReplicas", replicas, OVER_REPLICAS),
        (available, "availableReplicas", replicas, OVER_REPLICAS),
        (available, "availableReplicas", ready, OVER_READY),
    ] {
        if value > most {
            errors.push(FieldError::invalid(&path.child(field), value, detail));
        }
    }
}

// fixture: validation core.ValidateReplicationController
pub fn validate_replication_controller(rc: &ReplicationController, errors: &mut ErrorList) {
    errors.extend(validate_object_meta(
        &rc.meta,
        true,
        name_is_dns_subdomain,
        &FieldPath::new("metadata"),
    ));
    replication_controller_spec(&rc.spec, &FieldPath::new("spec"), errors);
}

pub fn validate_replication_controller_update(
    new: &ReplicationController,
    old: &ReplicationController,
    errors: &mut ErrorList,
) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &FieldPath::new("metadata"),
    ));
    replication_controller_spec(&new.spec, &FieldPath::new("spec"), errors);
}

fn replication_controller_spec(
    spec: &ReplicationControllerSpec,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    nonnegative(
        i64::from(spec.min_ready_seconds),
        &path.child("minReadySeconds"),
        errors,
    );
    let selector: &StringMap = &spec.selector;
    if selector.is_empty() {
        errors.push(FieldError::required(&path.child("selector"), ""));
    }
    match spec.replicas {
        None => errors.push(FieldError::required(&path.child("replicas"), "")),
        Some(replicas) => nonnegative(i64::from(replicas), &path.child("replicas"), errors),
    }
    let path = path.child("template");
    let Some(found) = &spec.template else {
        errors.push(FieldError::required(&path, ""));
        return;
    };
    let labels = &found.meta.labels;
    if !selector.is_empty() && !Selector::from_set(selector).matches(labels) {
        let path = path.child("metadata").child("labels");
        errors.push(FieldError::invalid(
            &path,
            labels,
            "`selector` does not match template `labels`",
        ));
    }
    validate_pod_template_spec(found, &path, &TEMPLATE, errors);
    let policy = &*found.spec.restart_policy;
    if policy != "Always" {
        let path = path.child("spec").child("restartPolicy");
        errors.push(FieldError::not_supported(&path, policy, &["Always"]));
    }
    if found.spec.active_deadline_seconds.is_some() {
        let path = path.child("spec").child("activeDeadlineSeconds");
        let detail = "activeDeadlineSeconds in ReplicationController is not Supported";
        errors.push(FieldError::forbidden(&path, detail));
    }
}

pub fn validate_replication_controller_status_update(
    new: &ReplicationController,
    old: &ReplicationController,
    errors: &mut ErrorList,
) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &FieldPath::new("metadata"),
    ));
    let s = &new.status;
    let counts = [
        s.replicas,
        s.fully_labeled_replicas,
        s.ready_replicas,
        s.available_replicas,
    ];
    replica_status(
        counts,
        s.observed_generation,
        None,
        &FieldPath::new("status"),
        errors,
    );
}
