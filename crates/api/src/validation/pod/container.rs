//! Containers of the three sorts.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateContainers, validateInitContainers,
//! validateEphemeralContainers)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::validation::is_valid_port_name;
use apimachinery::{ErrorList, FieldError, FieldPath};

use super::super::{dns_label, in_range, invalid_all, one_of, supported};
use super::{PodValidationOptions, env, probe, resources, security, volume};
use crate::core::{
    Container, ContainerPort, ContainerResizePolicy, ContainerRestartRule, EphemeralContainer,
    PodSpec,
};

/// What a container's rules need to know of the pod.
pub struct Context<'a> {
    pub spec: &'a PodSpec,
    /// Seconds the pod has to stop.
    pub grace: i64,
    pub options: &'a PodValidationOptions,
}

/// The regular containers.
// fixture: validation core.validateContainers
pub fn validate_containers(
    containers: &[Container],
    cx: &Context<'_>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    if containers.is_empty() {
        errors.push(FieldError::required(path, ""));
        return;
    }
    for (at, container) in containers.iter().enumerate() {
        let path = path.index(at);
        common(container, cx, false, &path, errors);
        if containers[..at]
            .iter()
            .any(|earlier| earlier.name == container.name)
        {
            errors.push(FieldError::duplicate(&path.child("name"), &container.name));
        }
        probe::validate_lifecycle(
            container.lifecycle.as_ref(),
            cx,
            &path.child("lifecycle"),
            errors,
        );
        probe::validate_probes(container, cx, &path, errors);
        if container.restart_policy.is_none() {
        } else if !cx.options.container_restart_rules {
            let detail = "may not be set for non-init containers";
            errors.push(FieldError::forbidden(&path.child("restartPolicy"), detail));
        } else if container.restart_policy_rules.is_empty() {
            restart_policy_of_regular(container, &path, errors);
        }
    }
    host_port_conflicts(containers, path, errors);
}

fn restart_policy_of_regular(container: &Container, path: &FieldPath, errors: &mut ErrorList) {
    let policy = container.restart_policy.as_deref().unwrap_or_default();
    one_of(
        policy,
        &["Always", "OnFailure", "Never"],
        &path.child("restartPolicy"),
        errors,
    );
}

/// Init containers, sidecars among them.
// fixture: validation core.validateInitContainers
pub fn validate_init_containers(
    containers: &[Container],
    cx: &Context<'_>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (at, container) in containers.iter().enumerate() {
        let path = path.index(at);
        common(container, cx, true, &path, errors);
        let sidecar = container.restart_policy.as_deref() == Some("Always");
        if let Some(policy) = &container.restart_policy {
            let known = match cx.options.container_restart_rules {
                true => &["Always", "OnFailure", "Never"][..],
                false => &["Always"],
            };
            supported(policy, known, &path.child("restartPolicy"), errors);
        }
        let taken = containers[..at]
            .iter()
            .chain(&cx.spec.containers)
            .any(|other| other.name == container.name);
        if taken {
            errors.push(FieldError::duplicate(&path.child("name"), &container.name));
        }
        host_port_conflicts(std::slice::from_ref(container), &path, errors);
        if sidecar {
            let lifecycle = &path.child("lifecycle");
            probe::validate_lifecycle(container.lifecycle.as_ref(), cx, lifecycle, errors);
            probe::validate_probes(container, cx, &path, errors);
        } else {
            const DETAIL: &str = "may not be set for init containers without restartPolicy=Always";
            for (used, field) in [
                (container.lifecycle.is_some(), "lifecycle"),
                (container.liveness_probe.is_some(), "livenessProbe"),
                (container.readiness_probe.is_some(), "readinessProbe"),
                (container.startup_probe.is_some(), "startupProbe"),
            ] {
                if used {
                    errors.push(FieldError::forbidden(&path.child(field), DETAIL));
                }
            }
            if !container.resize_policy.is_empty() {
                let value =
                    crate::go_print::list("ContainerResizePolicy", &container.resize_policy);
                let detail = "must not be set for init containers";
                errors.push(FieldError::invalid(
                    &path.child("resizePolicy"),
                    value,
                    detail,
                ));
            }
        }
    }
}

/// Containers added for debugging.
pub(super) fn validate_ephemeral_containers(
    spec: &PodSpec,
    cx: &Context<'_>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let all = &spec.ephemeral_containers;
    for (at, ephemeral) in all.iter().enumerate() {
        let path = path.index(at);
        common(&as_container(ephemeral), cx, false, &path, errors);
        let others = || spec.containers.iter().chain(&spec.init_containers);
        if all[..at]
            .iter()
            .any(|earlier| earlier.name == ephemeral.name)
            || others().any(|other| other.name == ephemeral.name)
        {
            errors.push(FieldError::duplicate(&path.child("name"), &ephemeral.name));
        }
        let target = &ephemeral.target_container_name;
        if !target.is_empty() && !others().any(|other| other.name == *target) {
            errors.push(FieldError::not_found(
                &path.child("targetContainerName"),
                target,
            ));
        }
        let r = &ephemeral.resources;
        for (used, field) in [
            (!ephemeral.ports.is_empty(), "ports"),
            (ephemeral.liveness_probe.is_some(), "livenessProbe"),
            (ephemeral.readiness_probe.is_some(), "readinessProbe"),
            (ephemeral.startup_probe.is_some(), "startupProbe"),
            (ephemeral.lifecycle.is_some(), "lifecycle"),
            (
                !r.limits.is_empty() || !r.requests.is_empty() || !r.claims.is_empty(),
                "resources",
            ),
            (!ephemeral.resize_policy.is_empty(), "resizePolicy"),
            (ephemeral.restart_policy.is_some(), "restartPolicy"),
            (
                !ephemeral.restart_policy_rules.is_empty(),
                "restartPolicyRules",
            ),
        ] {
            if used {
                errors.push(FieldError::forbidden(
                    &path.child(field),
                    "cannot be set for an Ephemeral Container",
                ));
            }
        }
        for (mount_at, mount) in ephemeral.volume_mounts.iter().enumerate() {
            for (used, field) in [
                (&mount.sub_path, "subPath"),
                (&mount.sub_path_expr, "subPathExpr"),
            ] {
                if !used.is_empty() {
                    let path = path.child("volumeMounts").index(mount_at).child(field);
                    errors.push(FieldError::forbidden(
                        &path,
                        "cannot be set for an Ephemeral Container",
                    ));
                }
            }
        }
    }
}

fn as_container(e: &EphemeralContainer) -> Container {
    Container {
        name: e.name.clone(),
        image: e.image.clone(),
        image_pull_policy: e.image_pull_policy.clone(),
        termination_message_policy: e.termination_message_policy.clone(),
        env: e.env.clone(),
        env_from: e.env_from.clone(),
        volume_mounts: e.volume_mounts.clone(),
        volume_devices: e.volume_devices.clone(),
        security_context: e.security_context.clone(),
        ..Default::default()
    }
}

// kubernetes: validateContainerCommon
fn common(
    container: &Container,
    cx: &Context<'_>,
    is_init: bool,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    if container.name.is_empty() {
        errors.push(FieldError::required(&path.child("name"), ""));
    } else {
        dns_label(&container.name, &path.child("name"), errors);
    }
    if container.image.is_empty() {
        errors.push(FieldError::required(&path.child("image"), ""));
    }
    let policies = ["FallbackToLogsOnError", "File"];
    one_of(
        &container.termination_message_policy,
        &policies,
        &path.child("terminationMessagePolicy"),
        errors,
    );
    validate_container_ports(&container.ports, &path.child("ports"), errors);
    env::validate_env(&container.env, &path.child("env"), cx.options, errors);
    let from = &path.child("envFrom");
    env::validate_env_from(&container.env_from, from, cx.options, errors);
    let mounts = &path.child("volumeMounts");
    volume::validate_volume_mounts(
        &container.volume_mounts,
        &container.volume_devices,
        &cx.spec.volumes,
        mounts,
        errors,
    );
    validate_pull_policy(
        &container.image_pull_policy,
        &path.child("imagePullPolicy"),
        errors,
    );
    resources::validate_container_resources(
        &container.resources,
        &cx.spec.resource_claims,
        &path.child("resources"),
        cx.options,
        errors,
    );
    validate_resize_policy(
        &container.resize_policy,
        &cx.spec.restart_policy,
        &path.child("resizePolicy"),
        errors,
    );
    let host_users = cx.spec.host_users.unwrap_or(true);
    security::validate_security_context(
        container.security_context.as_ref(),
        &path.child("securityContext"),
        host_users,
        errors,
    );
    if cx.options.container_restart_rules {
        restart_rules(container, is_init, cx.options, path, errors);
    }
}

fn restart_rules(
    container: &Container,
    is_init: bool,
    options: &PodValidationOptions,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let rules: &[ContainerRestartRule] = &container.restart_policy_rules;
    let path = path.child("restartPolicyRules");
    if rules.is_empty() {
        return;
    }
    if is_init
        && !options.restart_all_containers
        && container.restart_policy.as_deref() == Some("Always")
    {
        let detail =
            "restartPolicyRules are not allowed for init containers with restart policy Always";
        errors.push(FieldError::forbidden(&path, detail));
        return;
    }
    if container.restart_policy.is_none() {
        let detail = "must specify restartPolicy when restart rules are used";
        errors.push(FieldError::required(&path, detail));
    }
    if rules.len() > 20 {
        errors.push(FieldError::too_many(&path, rules.len() as i64, 20));
    }
    for (at, rule) in rules.iter().enumerate() {
        let path = path.index(at);
        supported(
            &rule.action,
            match options.restart_all_containers {
                true => &["Restart", "RestartAllContainers"][..],
                false => &["Restart"],
            },
            &path.child("action"),
            errors,
        );
        match &rule.exit_codes {
            None => errors.push(FieldError::required(
                &path.child("exitCodes"),
                "must be specified",
            )),
            Some(codes) => {
                let path = path.child("exitCodes");
                supported(
                    &codes.operator,
                    &["In", "NotIn"],
                    &path.child("operator"),
                    errors,
                );
                if codes.values.len() > 255 {
                    errors.push(FieldError::too_many(
                        &path.child("values"),
                        codes.values.len() as i64,
                        255,
                    ));
                }
            }
        }
    }
}

// fixture: validation core.validatePullPolicy
pub fn validate_pull_policy(policy: &str, path: &FieldPath, errors: &mut ErrorList) {
    one_of(policy, &["Always", "IfNotPresent", "Never"], path, errors);
}

// fixture: validation core.validateResizePolicy
pub fn validate_resize_policy(
    policies: &[ContainerResizePolicy],
    restart_policy: &str,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (at, policy) in policies.iter().enumerate() {
        if policies[..at]
            .iter()
            .any(|earlier| earlier.resource_name == policy.resource_name)
        {
            errors.push(FieldError::duplicate(
                &path.index(at),
                &policy.resource_name,
            ));
        }
        one_of(&policy.resource_name, &["cpu", "memory"], path, errors);
        one_of(
            &policy.restart_policy,
            &["NotRequired", "RestartContainer"],
            path,
            errors,
        );
        if restart_policy == "Never" && policy.restart_policy != "NotRequired" {
            let detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            errors.push(FieldError::invalid(path, &*policy.restart_policy, detail));
        }
    }
}

// fixture: validation core.validateContainerPorts
pub fn validate_container_ports(ports: &[ContainerPort], path: &FieldPath, errors: &mut ErrorList) {
    for (at, port) in ports.iter().enumerate() {
        let path = path.index(at);
        if !port.name.is_empty() {
            let problems = is_valid_port_name(&port.name);
            let valid = problems.is_empty();
            invalid_all(&port.name, problems, &path.child("name"), errors);
            if valid && ports[..at].iter().any(|earlier| earlier.name == port.name) {
                errors.push(FieldError::duplicate(&path.child("name"), &port.name));
            }
        }
        if port.container_port == 0 {
            errors.push(FieldError::required(&path.child("containerPort"), ""));
        } else {
            in_range(
                i64::from(port.container_port),
                1,
                65535,
                &path.child("containerPort"),
                errors,
            );
        }
        if port.host_port != 0 {
            in_range(
                i64::from(port.host_port),
                1,
                65535,
                &path.child("hostPort"),
                errors,
            );
        }
        one_of(
            &port.protocol,
            &["SCTP", "TCP", "UDP"],
            &path.child("protocol"),
            errors,
        );
        if !port.host_ip.is_empty() {
            errors.extend(apimachinery::validation::net::is_valid_ip_for_legacy_field(
                &path.child("hostIP"),
                &port.host_ip,
                true,
            ));
        }
    }
}

fn host_port_conflicts(containers: &[Container], path: &FieldPath, errors: &mut ErrorList) {
    let mut seen: Vec<String> = Vec::new();
    for (at, container) in containers.iter().enumerate() {
        for (port_at, port) in container
            .ports
            .iter()
            .enumerate()
            .filter(|(_, port)| port.host_port != 0)
        {
            let text = format!("{}/{}/{}", port.protocol, port.host_ip, port.host_port);
            if seen.contains(&text) {
                let path = path
                    .index(at)
                    .child("ports")
                    .index(port_at)
                    .child("hostPort");
                errors.push(FieldError::duplicate(&path, text));
            } else {
                seen.push(text);
            }
        }
    }
}

/// Checked for pods only: templates may have been stored with such images.
pub(super) fn validate_images_of_pod(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let regular = spec
        .containers
        .iter()
        .map(|c| &c.image)
        .enumerate()
        .map(|(at, image)| ("containers", at, image));
    let init = spec
        .init_containers
        .iter()
        .map(|c| &c.image)
        .enumerate()
        .map(|(at, image)| ("initContainers", at, image));
    let ephemeral = spec
        .ephemeral_containers
        .iter()
        .map(|c| &c.image)
        .enumerate()
        .map(|(at, image)| ("ephemeralContainers", at, image));
    for (field, at, image) in regular.chain(init).chain(ephemeral) {
        if image.trim() != &**image {
            let path = path.child(field).index(at).child("image");
            errors.push(FieldError::invalid(
                &path,
                image,
                "must not have leading or trailing whitespace",
            ));
        }
    }
}
