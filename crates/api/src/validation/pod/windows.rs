//! Pods for Windows nodes, and what pods for Linux nodes may not ask of Windows.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateWindows, validateLinux,
//! validateWindowsHostProcessPod, validateWindowsSecurityContextOptions)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: a cluster that forbids privileged containers.

use apimachinery::validation::is_dns1123_subdomain;
use apimachinery::{ErrorList, FieldError, FieldPath};

use super::super::{dns_subdomain, one_of};
use crate::core::{PodSpec, SecurityContext, WindowsSecurityContextOptions};

const OF_WINDOWS: &str = "cannot be set for a windows pod";
const OF_LINUX: &str = "windows options cannot be set for a linux pod";
const SPEC_BYTES_MAX: usize = 64 * 1024;
const DOMAIN_BYTES_MAX: usize = 256;
const USER_BYTES_MAX: usize = 104;

/// The system the pod is for.
// fixture: validation core.validateOS
pub fn validate_os(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    if let Some(os) = &spec.os {
        one_of(&os.name, &["linux", "windows"], &path.child("name"), errors);
    }
}

/// The system, and then what goes with it.
pub(super) fn validate_system(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let before = errors.len();
    validate_os(spec, &path.child("os"), errors);
    if errors.len() > before {
        return;
    }
    match spec.os.as_ref().map(|os| &*os.name) {
        Some("linux") => validate_linux(spec, path, errors),
        Some("windows") => validate_windows(spec, path, errors),
        _ => {}
    }
}

/// Security contexts of all containers, as upstream visits them.
fn contexts<'a>(
    spec: &'a PodSpec,
    path: &FieldPath,
) -> Vec<(FieldPath, Option<&'a SecurityContext>)> {
    let mut found = Vec::new();
    for (field, containers) in [
        ("initContainers", &spec.init_containers),
        ("containers", &spec.containers),
    ] {
        for (at, container) in containers.iter().enumerate() {
            let path = path.child(field).index(at).child("securityContext");
            found.push((path, container.security_context.as_ref()));
        }
    }
    for (at, container) in spec.ephemeral_containers.iter().enumerate() {
        let path = path.child("ephemeralContainers").index(at);
        found.push((
            path.child("securityContext"),
            container.security_context.as_ref(),
        ));
    }
    found
}

// fixture: validation core.validateLinux
pub fn validate_linux(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let of_pod = spec.security_context.as_ref();
    if of_pod.is_some_and(|context| context.windows_options.is_some()) {
        let path = path.child("securityContext").child("windowsOptions");
        errors.push(FieldError::forbidden(&path, OF_LINUX));
    }
    for (path, context) in contexts(spec, path) {
        if context.is_some_and(|context| context.windows_options.is_some()) {
            let path = path.child("windowsOptions");
            errors.push(FieldError::forbidden(&path, OF_LINUX));
        }
    }
}

// fixture: validation core.validateWindows
pub fn validate_windows(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    of_pod(spec, path, errors);
    for (path, context) in contexts(spec, path) {
        let Some(c) = context else { continue };
        for (used, field) in [
            (c.app_armor_profile.is_some(), "appArmorProfile"),
            (c.se_linux_options.is_some(), "seLinuxOptions"),
            (c.seccomp_profile.is_some(), "seccompProfile"),
            (c.capabilities.is_some(), "capabilities"),
            (
                c.read_only_root_filesystem.is_some(),
                "readOnlyRootFilesystem",
            ),
            (c.privileged.is_some(), "privileged"),
            (
                c.allow_privilege_escalation.is_some(),
                "allowPrivilegeEscalation",
            ),
            (c.proc_mount.is_some(), "procMount"),
            (c.run_as_user.is_some(), "runAsUser"),
            (c.run_as_group.is_some(), "runAsGroup"),
        ] {
            if used {
                errors.push(FieldError::forbidden(&path.child(field), OF_WINDOWS));
            }
        }
    }
}

fn of_pod(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let context = path.child("securityContext");
    let none = Default::default();
    let c = spec.security_context.as_ref().unwrap_or(&none);
    for (used, path) in [
        (
            c.app_armor_profile.is_some(),
            context.child("appArmorProfile"),
        ),
        (
            c.se_linux_options.is_some(),
            context.child("seLinuxOptions"),
        ),
        (spec.host_users.is_some(), path.child("hostUsers")),
        (spec.host_pid, path.child("hostPID")),
        (spec.host_ipc, path.child("hostIPC")),
        (c.seccomp_profile.is_some(), context.child("seccompProfile")),
        (c.fs_group.is_some(), context.child("fsGroup")),
        (
            c.fs_group_change_policy.is_some(),
            context.child("fsGroupChangePolicy"),
        ),
        (!c.sysctls.is_empty(), context.child("sysctls")),
        (
            spec.share_process_namespace.is_some(),
            path.child("shareProcessNamespace"),
        ),
        (c.run_as_user.is_some(), context.child("runAsUser")),
        (c.run_as_group.is_some(), context.child("runAsGroup")),
        (
            !c.supplemental_groups.is_empty(),
            context.child("supplementalGroups"),
        ),
        (
            c.supplemental_groups_policy.is_some(),
            context.child("supplementalGroupsPolicy"),
        ),
    ] {
        if used {
            errors.push(FieldError::forbidden(&path, OF_WINDOWS));
        }
    }
}

// fixture: validation core.validateWindowsHostProcessPod
pub fn validate_windows_host_process_pod(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let of = |options: &Option<WindowsSecurityContextOptions>| {
        options.as_ref().and_then(|options| options.host_process)
    };
    let of_pod = spec
        .security_context
        .as_ref()
        .and_then(|context| of(&context.windows_options));
    let (mut any, mut all) = (false, true);
    for (path, context) in contexts(spec, path) {
        let own = context.and_then(|context| of(&context.windows_options));
        if let (Some(of_pod), Some(own)) = (of_pod, own)
            && of_pod != own
        {
            let path = path.child("windowsOptions").child("hostProcess");
            let detail = format!(
                "pod hostProcess value must be identical if both are specified, was {of_pod}"
            );
            errors.push(FieldError::invalid(&path, own, detail));
        }
        match own.or(of_pod).unwrap_or(false) {
            true => any = true,
            false => all = false,
        }
    }
    if !any {
        return;
    }
    if !all {
        let detail = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        errors.push(FieldError::invalid(path, "", detail));
    }
    if !spec.host_network {
        let detail = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.push(FieldError::invalid(
            &path.child("hostNetwork"),
            false,
            detail,
        ));
    }
}

// fixture: validation core.validateWindowsSecurityContextOptions
pub fn validate_windows_options(
    options: &WindowsSecurityContextOptions,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    if let Some(name) = &options.gmsa_credential_spec_name {
        dns_subdomain(name, &path.child("gmsaCredentialSpecName"), errors);
    }
    if let Some(spec) = &options.gmsa_credential_spec {
        let path = path.child("gmsaCredentialSpec");
        if spec.is_empty() {
            let detail = "gmsaCredentialSpec cannot be an empty string";
            errors.push(FieldError::invalid(&path, spec, detail));
        } else if spec.len() > SPEC_BYTES_MAX {
            let detail = format!(
                "gmsaCredentialSpec size must be under {} KiB",
                SPEC_BYTES_MAX / 1024
            );
            errors.push(FieldError::invalid(&path, spec, detail));
        }
    }
    if let Some(name) = &options.run_as_user_name {
        for problem in user_name(name) {
            errors.push(FieldError::invalid(
                &path.child("runAsUserName"),
                name,
                problem,
            ));
        }
    }
}

fn user_name(name: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if name.is_empty() {
        problems.push("runAsUserName cannot be an empty string".into());
        return problems;
    }
    if name.chars().any(char::is_control) {
        problems.push("runAsUserName cannot contain control characters".into());
    }
    let parts: Vec<&str> = name.split('\\').collect();
    let (domain, user) = match parts[..] {
        [user] => (None, user),
        [domain, user] => (Some(domain), user),
        _ => {
            problems.push("runAsUserName cannot contain more than one backslash".into());
            return problems;
        }
    };
    if let Some(domain) = domain {
        if domain.len() >= DOMAIN_BYTES_MAX {
            problems.push(format!(
                "runAsUserName's Domain length must be under {DOMAIN_BYTES_MAX} characters"
            ));
        } else if !is_net_bios(domain) && !is_dns1123_subdomain(&domain.to_lowercase()).is_empty() {
            problems
                .push("runAsUserName's Domain doesn't match the NetBios nor the DNS format".into());
        }
    }
    if user.is_empty() {
        problems.push("runAsUserName's User cannot be empty".into());
    } else if user.len() > USER_BYTES_MAX {
        problems.push(format!(
            "runAsUserName's User length must not be longer than {USER_BYTES_MAX} characters"
        ));
    } else if user.chars().all(|c| matches!(c, '.' | ' ')) {
        problems.push("runAsUserName's User cannot contain only periods or spaces".into());
    }
    const FORBIDDEN: &str = "\"/\\:;|=,+*?<>@[]";
    if user.contains(|c| FORBIDDEN.contains(c)) {
        problems.push(format!(
            "runAsUserName's User cannot contain the following characters: {FORBIDDEN}"
        ));
    }
    problems
}

fn is_net_bios(domain: &str) -> bool {
    (1..=15).contains(&domain.chars().count())
        && !domain.starts_with('.')
        && !domain.contains(|c| "\\/:*?\"<>|".contains(c))
}
