//! Pods: created, updated, their status.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (ValidatePodCreate, ValidatePodUpdate,
//! ValidatePodStatusUpdate, ValidatePodTemplateSpec)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: of the rare volume sources all but their being there; they are carried through.

mod affinity;
mod annotations;
mod container;
mod env;
mod options;
mod probe;
mod projection;
mod rare_volume;
mod resources;
mod security;
mod spec;
mod spread;
mod status;
mod sysctl;
mod update;
mod volume;
mod windows;

pub use affinity::{validate_affinity, validate_node_selector};
pub use annotations::{
    validate_app_armor_profile_format, validate_seccomp_annotations_and_fields,
    validate_seccomp_match,
};
pub use container::{
    Context, validate_container_ports, validate_containers, validate_init_containers,
    validate_pull_policy, validate_resize_policy,
};
pub use env::{validate_env, validate_env_from};
pub use options::{POD, PodValidationOptions, TEMPLATE, of_update};
pub use probe::{Handler, validate_handler, validate_probe, validate_sleep, validate_stop_signal};
pub(crate) use resources::nonnegative_quantity;
pub use resources::{
    validate_overhead, validate_pod_resource_consistency, validate_pod_resource_name,
    validate_pod_resources, validate_resource_name,
};
pub use security::{validate_pod_security_context, validate_security_context};
pub use spec::{
    validate_dns_config, validate_dns_policy, validate_host_name, validate_host_users,
    validate_pod_spec, validate_readiness_gates, validate_restart_policy,
    validate_scheduling_gates, validate_tolerations,
};
pub use spread::validate_topology_spread_constraints;
pub use status::{validate_pod_conditions, validate_pod_status_update};
pub use sysctl::{is_valid_sysctl_name, validate_sysctls};
pub use update::validate_pod_update;
pub use volume::{validate_key_to_path, validate_volume_mounts, validate_volumes};
pub use windows::{
    validate_linux, validate_os, validate_windows, validate_windows_host_process_pod,
    validate_windows_options,
};

use apimachinery::validation::name_is_dns_subdomain;
use apimachinery::validation::object_meta::{
    validate_annotations, validate_labels, validate_object_meta,
};
use apimachinery::{ErrorList, FieldError, FieldPath, StringMap};

use crate::core::{Pod, PodTemplateSpec};

const MIRROR: &str = "kubernetes.io/config.mirror";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// A pod that is about to be created.
// fixture: validation core.ValidatePodCreate
pub fn validate_pod_create(pod: &Pod, options: &PodValidationOptions, errors: &mut ErrorList) {
    validate_pod_meta(pod, errors);
    validate_spec_part(pod, options, errors);
    let path = FieldPath::new("spec");
    if !pod.spec.ephemeral_containers.is_empty() {
        errors.push(FieldError::forbidden(
            &path.child("ephemeralContainers"),
            "cannot be set on create",
        ));
    }
    if !pod.node_name.is_empty() && !pod.spec.scheduling_gates.is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        errors.push(FieldError::forbidden(&path.child("nodeName"), detail));
    }
    validate_seccomp_annotations_and_fields(&pod.meta.annotations, &pod.spec, &path, errors);
}

/// The metadata of a pod: all that is left to check if its specification is known to be valid.
pub fn validate_pod_meta(pod: &Pod, errors: &mut ErrorList) {
    let path = FieldPath::new("metadata");
    errors.extend(validate_object_meta(
        &pod.meta,
        true,
        name_is_dns_subdomain,
        &path,
    ));
    let annotations = &pod.meta.annotations;
    if annotations.is_empty() {
        return;
    }
    let path = path.child("annotations");
    if annotations.contains_key(MIRROR) && pod.node_name.is_empty() {
        let value = annotations.get(MIRROR).cloned().unwrap_or_default();
        let detail = "must set spec.nodeName if mirror pod annotation is set";
        errors.push(FieldError::invalid(&path.key(MIRROR), value, detail));
    }
    validate_deletion_cost(annotations, &path, errors);
    annotations::validate_profiles(annotations, &pod.spec, &path, errors);
}

fn validate_deletion_cost(annotations: &StringMap, path: &FieldPath, errors: &mut ErrorList) {
    let Some(cost) = annotations.get_str(DELETION_COST) else {
        return;
    };
    // kubernetes: pkg/apis/core/helper/helpers.go: no leading zeros, no plus sign
    let canonical = cost.parse::<i32>().is_ok_and(|n| n.to_string() == cost);
    if !canonical {
        errors.push(FieldError::invalid(
            &path.key(DELETION_COST),
            cost,
            "must be a 32bit integer",
        ));
    }
}

/// The specification, and what holds for pods only and not for templates.
fn validate_spec_part(pod: &Pod, options: &PodValidationOptions, errors: &mut ErrorList) {
    let path = FieldPath::new("spec");
    validate_pod_spec(
        &pod.spec,
        &pod.node_name,
        Some(&pod.meta),
        &path,
        options,
        errors,
    );
    if pod.spec.service_account_name.is_empty() {
        for (at, volume) in pod.spec.volumes.iter().enumerate() {
            let sources = volume
                .projected
                .iter()
                .flat_map(|projected| &projected.sources);
            for (source_at, source) in sources.enumerate() {
                if source.service_account_token.is_some() {
                    let path = path
                        .child("volumes")
                        .index(at)
                        .child("projected")
                        .child("sources")
                        .index(source_at);
                    let detail = "must not be specified when serviceAccountName is not set";
                    errors.push(FieldError::forbidden(
                        &path.child("serviceAccountToken"),
                        detail,
                    ));
                }
            }
        }
    }
    container::validate_images_of_pod(&pod.spec, &path, errors);
}

/// The template of a workload.
// fixture: validation core.ValidatePodTemplateSpec
pub fn validate_pod_template_spec(
    template: &PodTemplateSpec,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    errors.extend(validate_labels(
        &template.meta.labels,
        &path.child("labels"),
    ));
    errors.extend(validate_annotations(
        &template.meta.annotations,
        &path.child("annotations"),
    ));
    let notes = &template.meta.annotations;
    validate_deletion_cost(notes, &path.child("annotations"), errors);
    annotations::validate_profiles(notes, &template.spec, &path.child("annotations"), errors);
    validate_pod_spec(
        &template.spec,
        &template.node_name,
        None,
        &path.child("spec"),
        options,
        errors,
    );
    let spec_path = path.child("spec");
    validate_seccomp_annotations_and_fields(notes, &template.spec, &spec_path, errors);
    if !template.spec.ephemeral_containers.is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        errors.push(FieldError::forbidden(
            &path.child("spec").child("ephemeralContainers"),
            detail,
        ));
    }
}
