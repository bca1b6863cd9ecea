//! Kernel parameters that a pod sets.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateSysctls, IsValidSysctlName)`,
//! `pkg/kubelet/sysctl/namespace.go`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::{ErrorList, FieldError, FieldPath};

use crate::core::PodSpec;

const NAME_MAX: usize = 253;
const PATTERN: &str = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

/// `kernel.shmmax`, with dots or slashes.
// fixture: validation validation.TestIsValidSysctlName
pub fn is_valid_sysctl_name(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= NAME_MAX
        && name.split(['.', '/']).all(|part| {
            part.starts_with(letter)
                && part.ends_with(letter)
                && part.chars().all(|c| letter(c) || matches!(c, '-' | '_'))
        })
}

/// A name that separates with slashes, written with dots.
fn dotted(name: &str) -> String {
    match name.find(['.', '/']) {
        Some(at) if name[at..].starts_with('/') => name
            .chars()
            .map(|c| match c {
                '.' => '/',
                '/' => '.',
                other => other,
            })
            .collect(),
        _ => name.to_owned(),
    }
}

// fixture: validation core.validateSysctls
pub fn validate_sysctls(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let Some(context) = &spec.security_context else {
        return;
    };
    for (at, sysctl) in context.sysctls.iter().enumerate() {
        let path = path.index(at).child("name");
        let name = &sysctl.name;
        if name.is_empty() {
            errors.push(FieldError::required(&path, ""));
        } else if !is_valid_sysctl_name(name) {
            let detail =
                format!("must have at most {NAME_MAX} characters and match regex {PATTERN}");
            errors.push(FieldError::invalid(&path, name, detail));
        } else if context.sysctls[..at].iter().any(|s| s.name == *name) {
            errors.push(FieldError::duplicate(&path, name));
        }
        let dotted = dotted(name);
        if spec.host_network && dotted.starts_with("net.") {
            let detail = "may not be specified when 'hostNetwork' is true";
            errors.push(FieldError::invalid(&path, name, detail));
        }
        let of_ipc = dotted == "kernel.sem"
            || ["kernel.shm", "kernel.msg", "fs.mqueue."]
                .iter()
                .any(|prefix| dotted.starts_with(prefix));
        if spec.host_ipc && of_ipc {
            let detail = "may not be specified when 'hostIPC' is true";
            errors.push(FieldError::invalid(&path, name, detail));
        }
    }
}
