//! What a pod's status may say.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (ValidatePodStatusUpdate, validatePodIPs,
//! validateHostIPs, validateContainerStatusUsers)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: devices that a status lists.

use std::sync::Arc;

use apimachinery::validation::net;
use apimachinery::validation::object_meta::validate_object_meta_update;
use apimachinery::{ErrorList, FieldError, FieldPath, Map, Value};

use super::super::{dns_subdomain, in_range, qualified_name};
use crate::core::{ContainerStatus, Pod, PodCondition, PodSpec};

// fixture: validation core.validatePodConditions
pub fn validate_pod_conditions(
    conditions: &[PodCondition],
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (at, condition) in conditions.iter().enumerate() {
        let standard = matches!(
            &*condition.type_,
            "PodScheduled"
                | "Ready"
                | "Initialized"
                | "ContainersReady"
                | "DisruptionTarget"
                | "PodReadyToStartContainers"
        );
        if !standard {
            let path = path.index(at).child("Type");
            qualified_name(&condition.type_, &path, errors);
        }
    }
}

/// A pod whose status replaces another.
// fixture: validation core.ValidatePodStatusUpdate
pub fn validate_pod_status_update(new: &Pod, old: &Pod, errors: &mut ErrorList) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &FieldPath::new("metadata"),
    ));
    let path = FieldPath::new("status");
    validate_pod_conditions(&new.status.conditions, &path.child("conditions"), errors);
    nominated(new, old, &path.child("nominatedNodeName"), errors);
    let lists = [
        (
            "containerStatuses",
            &new.status.container_statuses,
            &old.status.container_statuses,
        ),
        (
            "initContainerStatuses",
            &new.status.init_container_statuses,
            &old.status.init_container_statuses,
        ),
    ];
    if old.spec.restart_policy != "Always" {
        for (field, new, was) in lists {
            transitions(&old.spec, new, was, &path.child(field), errors);
        }
    }
    claims(new, &path.child("resourceClaimStatuses"), errors);
    let of_pod = |pod: &Pod| pod.status.pod_ips.iter().map(|ip| ip.ip.clone()).collect();
    addresses(of_pod(new), of_pod(old), &path.child("podIPs"), errors);
    let of_host = |pod: &Pod| pod.status.host_ips.iter().map(|ip| ip.ip.clone()).collect();
    addresses(of_host(new), of_host(old), &path.child("hostIPs"), errors);
    for (field, new, _) in lists {
        users(new, &old.spec, &path.child(field), errors);
    }
    let ephemeral = &new.status.ephemeral_container_statuses;
    let path = path.child("ephemeralContainerStatuses");
    users(ephemeral, &old.spec, &path, errors);
}

fn nominated(new: &Pod, old: &Pod, path: &FieldPath, errors: &mut ErrorList) {
    let name = &new.status.nominated_node_name;
    if name.is_empty() || *name == old.status.nominated_node_name {
        return;
    }
    if !new.node_name.is_empty() {
        let detail = "may not be set on pods that are already bound to a node";
        errors.push(FieldError::forbidden(path, detail));
    }
    dns_subdomain(name, path, errors);
}

fn transitions(
    spec: &PodSpec,
    new: &[ContainerStatus],
    old: &[ContainerStatus],
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let never = spec.restart_policy == "Never";
    for (at, was) in old.iter().enumerate() {
        let Some(ended) = &was.state.terminated else {
            continue;
        };
        // kubernetes: a container that failed may run again unless the policy is Never
        if ended.exit_code != 0 && !never {
            continue;
        }
        let own_policy = spec
            .containers
            .iter()
            .chain(&spec.init_containers)
            .find(|c| c.name == was.name);
        if own_policy
            .is_some_and(|c| c.restart_policy.is_some() || !c.restart_policy_rules.is_empty())
        {
            continue;
        }
        if new
            .iter()
            .any(|status| status.name == was.name && status.state.terminated.is_none())
        {
            let path = path.index(at).child("state");
            let detail = "may not be transitioned to non-terminated state";
            errors.push(FieldError::forbidden(&path, detail));
        }
    }
}

fn claims(new: &Pod, path: &FieldPath, errors: &mut ErrorList) {
    for (at, status) in new.status.resource_claim_statuses.iter().enumerate() {
        let path = path.index(at);
        let known = |claim: &crate::core::PodResourceClaim| claim.name == status.name;
        if !new.spec.resource_claims.iter().any(known) {
            let detail = "must match the name of an entry in `spec.resourceClaims`";
            errors.push(FieldError::invalid(
                &path.child("name"),
                &status.name,
                detail,
            ));
        }
        if let Some(name) = &status.resource_claim_name {
            dns_subdomain(name, &path.child("resourceClaimName"), errors);
        }
    }
}

/// At most one address of each family; what was there before may stay as it was written.
fn addresses(new: Vec<Arc<str>>, old: Vec<Arc<str>>, path: &FieldPath, errors: &mut ErrorList) {
    for (at, ip) in new.iter().enumerate() {
        let strict = !old.contains(ip);
        errors.extend(net::is_valid_ip_for_legacy_field(
            &path.index(at),
            ip,
            strict,
        ));
    }
    if new.len() < 2 {
        return;
    }
    let shown = |ip: &Arc<str>| {
        let mut fields = Map::new();
        fields.insert("IP", Value::str(ip));
        Value::Map(fields)
    };
    let six = new.iter().filter(|ip| ip.contains(':')).count();
    if six > 1 || new.len() - six > 1 {
        let detail = "may specify no more than one IP for each IP family";
        let list = Value::List(new.iter().map(shown).collect());
        errors.push(FieldError::invalid(path, list, detail));
    }
}

// kubernetes: validateContainerStatusUsers
fn users(statuses: &[ContainerStatus], spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let windows = spec.os.as_ref().is_some_and(|os| &*os.name == "windows");
    for (at, status) in statuses.iter().enumerate() {
        let Some(linux) = status.user.as_ref().and_then(|user| user.linux.as_ref()) else {
            continue;
        };
        let path = path.index(at).child("user").child("linux");
        if windows {
            errors.push(FieldError::forbidden(
                &path,
                "cannot be set for a windows pod",
            ));
            continue;
        }
        let max = i64::from(i32::MAX);
        in_range(linux.uid, 0, max, &path.child("uid"), errors);
        in_range(linux.gid, 0, max, &path.child("gid"), errors);
        for (at, group) in linux.supplemental_groups.iter().enumerate() {
            let path = path.child("supplementalGroups").index(at);
            in_range(*group, 0, max, &path, errors);
        }
    }
}
