//! Security contexts.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validatePodSpecSecurityContext,
//! ValidateSecurityContext)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: a cluster that forbids privileged containers.

use apimachinery::{ErrorList, FieldError, FieldPath};

use super::super::{in_range, supported};
use super::PodValidationOptions;
use crate::core::{AppArmorProfile, PodSpec, SeccompProfile, SecurityContext};

const ID_MAX: i64 = i32::MAX as i64;

fn id(value: Option<i64>, path: &FieldPath, errors: &mut ErrorList) {
    if let Some(value) = value {
        in_range(value, 0, ID_MAX, path, errors);
    }
}

pub fn validate_pod_security_context(
    spec: &PodSpec,
    spec_path: &FieldPath,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    let Some(context) = &spec.security_context else {
        return;
    };
    id(context.fs_group, &path.child("fsGroup"), errors);
    id(context.run_as_user, &path.child("runAsUser"), errors);
    id(context.run_as_group, &path.child("runAsGroup"), errors);
    for (at, group) in context.supplemental_groups.iter().enumerate() {
        id(
            Some(*group),
            &path.child("supplementalGroups").index(at),
            errors,
        );
    }
    if spec.share_process_namespace == Some(true) && spec.host_pid {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors.push(FieldError::invalid(
            &path.child("shareProcessNamespace"),
            true,
            detail,
        ));
    }
    super::sysctl::validate_sysctls(spec, &path.child("sysctls"), errors);
    if let Some(policy) = &context.fs_group_change_policy {
        supported(
            policy,
            &["Always", "OnRootMismatch"],
            &path.child("fsGroupChangePolicy"),
            errors,
        );
    }
    if let Some(policy) = &context.se_linux_change_policy {
        let known = match options.only_recursive_selinux {
            true => &["Recursive"][..],
            false => &["MountOption", "Recursive"],
        };
        supported(policy, known, &path.child("seLinuxChangePolicy"), errors);
    }
    if let Some(policy) = &context.supplemental_groups_policy {
        supported(
            policy,
            &["Merge", "Strict"],
            &path.child("supplementalGroupsPolicy"),
            errors,
        );
    }
    if let Some(options) = &context.windows_options {
        super::windows::validate_windows_options(options, &path.child("windowsOptions"), errors);
    }
    host_ports(spec, spec_path, errors);
    seccomp(
        context.seccomp_profile.as_ref(),
        &path.child("seccompProfile"),
        errors,
    );
    app_armor(
        context.app_armor_profile.as_ref(),
        &path.child("appArmorProfile"),
        errors,
    );
}

/// On the host's network a port is the host's.
fn host_ports(spec: &PodSpec, spec_path: &FieldPath, errors: &mut ErrorList) {
    if !spec.host_network {
        return;
    }
    for (field, containers) in [
        ("containers", &spec.containers),
        ("initContainers", &spec.init_containers),
    ] {
        for (at, container) in containers.iter().enumerate() {
            for (port_at, port) in container.ports.iter().enumerate() {
                // kubernetes: in a template the port is not defaulted
                if port.host_port != 0 && port.host_port != port.container_port {
                    let path = spec_path
                        .child(field)
                        .index(at)
                        .child("ports")
                        .index(port_at)
                        .child("hostPort");
                    let detail = "must match `containerPort` when `hostNetwork` is true";
                    errors.push(FieldError::invalid(&path, port.host_port, detail));
                }
            }
        }
    }
}

// fixture: validation core.ValidateSecurityContext
pub fn validate_security_context(
    context: Option<&SecurityContext>,
    path: &FieldPath,
    _host_users: bool,
    errors: &mut ErrorList,
) {
    let Some(context) = context else { return };
    id(context.run_as_user, &path.child("runAsUser"), errors);
    id(context.run_as_group, &path.child("runAsGroup"), errors);
    if let Some(mount) = &context.proc_mount {
        supported(
            mount,
            &["Default", "Unmasked"],
            &path.child("procMount"),
            errors,
        );
    }
    seccomp(
        context.seccomp_profile.as_ref(),
        &path.child("seccompProfile"),
        errors,
    );
    if context.allow_privilege_escalation == Some(false) {
        let shown = || crate::go_print::value("SecurityContext", context);
        if context.privileged == Some(true) {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            errors.push(FieldError::invalid(path, shown(), detail));
        }
        let adds = context
            .capabilities
            .iter()
            .flat_map(|capabilities| &capabilities.add);
        for capability in adds {
            if &**capability == "CAP_SYS_ADMIN" {
                let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
                errors.push(FieldError::invalid(path, shown(), detail));
            }
        }
    }
    app_armor(
        context.app_armor_profile.as_ref(),
        &path.child("appArmorProfile"),
        errors,
    );
    if let Some(options) = &context.windows_options {
        super::windows::validate_windows_options(options, &path.child("windowsOptions"), errors);
    }
}

fn seccomp(profile: Option<&SeccompProfile>, path: &FieldPath, errors: &mut ErrorList) {
    let Some(profile) = profile else { return };
    let file = path.child("localhostProfile");
    match (&*profile.type_, &profile.localhost_profile) {
        ("", _) => errors.push(FieldError::required(
            &path.child("type"),
            "type is required when seccompProfile is set",
        )),
        ("Localhost", None) => {
            errors.push(FieldError::required(
                &file,
                "must be set when seccomp type is Localhost",
            ));
        }
        ("Localhost", Some(name)) => super::volume::relative_path(name, &file, errors),
        ("RuntimeDefault" | "Unconfined", Some(name)) => {
            errors.push(FieldError::invalid(
                &file,
                name,
                "can only be set when seccomp type is Localhost",
            ));
        }
        ("RuntimeDefault" | "Unconfined", None) => {}
        (other, _) => supported(
            other,
            &["Localhost", "RuntimeDefault", "Unconfined"],
            &path.child("type"),
            errors,
        ),
    }
}

fn app_armor(profile: Option<&AppArmorProfile>, path: &FieldPath, errors: &mut ErrorList) {
    let Some(profile) = profile else { return };
    let file = path.child("localhostProfile");
    match (&*profile.type_, &profile.localhost_profile) {
        ("", _) => {
            errors.push(FieldError::required(
                &path.child("type"),
                "type is required when appArmorProfile is set",
            ));
        }
        ("Localhost", None) => errors.push(FieldError::required(
            &file,
            "must be set when AppArmor type is Localhost",
        )),
        ("Localhost", Some(name)) => {
            let trimmed = name.trim();
            if trimmed != &**name {
                errors.push(FieldError::invalid(
                    &file,
                    name,
                    "must not be padded with whitespace",
                ));
            } else if trimmed.is_empty() {
                errors.push(FieldError::required(
                    &file,
                    "must be set when AppArmor type is Localhost",
                ));
            }
        }
        ("RuntimeDefault" | "Unconfined", Some(name)) => {
            errors.push(FieldError::invalid(
                &file,
                name,
                "can only be set when AppArmor type is Localhost",
            ));
        }
        ("RuntimeDefault" | "Unconfined", None) => {}
        (other, _) => supported(
            other,
            &["Localhost", "RuntimeDefault", "Unconfined"],
            &path.child("type"),
            errors,
        ),
    }
}
