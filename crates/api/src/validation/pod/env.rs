//! Environment of containers.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (ValidateEnv, ValidateEnvFrom)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::validation::{
    is_config_map_key, is_env_var_name, is_qualified_name, is_relaxed_env_var_name,
};
use apimachinery::{ErrorList, FieldError, FieldPath};

use super::super::{dns_label, dns_subdomain, invalid_all, supported};
use super::PodValidationOptions;
use crate::core::{
    EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector,
};

const FIELD_PATHS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
const RESOURCE_FIELDS: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

// fixture: validation core.ValidateEnv
pub fn validate_env(
    env: &[EnvVar],
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    for (at, variable) in env.iter().enumerate() {
        let path = path.index(at);
        if variable.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        } else {
            invalid_all(
                &variable.name,
                name_problems(&variable.name, options),
                &path.child("name"),
                errors,
            );
        }
        if let Some(from) = &variable.value_from {
            value_from(variable, from, &path.child("valueFrom"), options, errors);
        }
    }
}

fn name_problems(name: &str, options: &PodValidationOptions) -> Vec<String> {
    match options.relaxed_env_names {
        true => is_relaxed_env_var_name(name),
        false => is_env_var_name(name),
    }
}

fn value_from(
    variable: &EnvVar,
    from: &EnvVarSource,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    let mut sources = 0;
    if let Some(field) = &from.field_ref {
        sources += 1;
        object_field(field, &FIELD_PATHS, &path.child("fieldRef"), errors);
    }
    if let Some(field) = &from.resource_field_ref {
        sources += 1;
        resource_field(field, &path.child("resourceFieldRef"), errors);
    }
    if let Some(reference) = &from.config_map_key_ref {
        sources += 1;
        key_selector(
            &reference.name,
            &reference.key,
            &path.child("configMapKeyRef"),
            errors,
        );
    }
    if let Some(reference) = &from.secret_key_ref {
        sources += 1;
        key_selector(
            &reference.name,
            &reference.key,
            &path.child("secretKeyRef"),
            errors,
        );
    }
    if let Some(reference) = &from.file_key_ref {
        sources += 1;
        let path = path.child("fileKeyRef");
        invalid_all(
            &reference.key,
            name_problems(&reference.key, options),
            &path.child("key"),
            errors,
        );
        dns_label(&reference.volume_name, &path.child("volumeName"), errors);
        super::volume::relative_path(&reference.path, &path.child("path"), errors);
    }
    if sources == 0 {
        let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
        errors.push(FieldError::invalid(path, "", detail));
    } else if !variable.value.is_empty() {
        errors.push(FieldError::invalid(
            path,
            "",
            "may not be specified when `value` is not empty",
        ));
    } else if sources > 1 {
        errors.push(FieldError::invalid(
            path,
            "",
            "may not have more than one field specified at a time",
        ));
    }
}

fn key_selector(name: &str, key: &str, path: &FieldPath, errors: &mut ErrorList) {
    dns_subdomain(name, &path.child("name"), errors);
    if key.is_empty() {
        errors.push(FieldError::required(&path.child("key"), ""));
    } else {
        invalid_all(key, is_config_map_key(key), &path.child("key"), errors);
    }
}

/// A field of the pod, for a variable or a file.
pub(super) fn object_field(
    field: &ObjectFieldSelector,
    paths: &[&str],
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    if field.api_version.is_empty() {
        errors.push(FieldError::required(&path.child("apiVersion"), ""));
        return;
    }
    if field.field_path.is_empty() {
        errors.push(FieldError::required(&path.child("fieldPath"), ""));
        return;
    }
    let field_path = path.child("fieldPath");
    if let Some((map, rest)) = field.field_path.split_once("['")
        && let Some(key) = rest.strip_suffix("']")
    {
        match map {
            "metadata.annotations" => {
                invalid_all(key, is_qualified_name(&key.to_lowercase()), path, errors)
            }
            "metadata.labels" => invalid_all(key, is_qualified_name(key), path, errors),
            _ => {
                let detail = format!("does not support subscript for field label {map:?}");
                errors.push(FieldError::invalid(&field_path, map, detail));
            }
        }
        return;
    }
    if !is_convertible(&field.field_path) {
        let detail = format!(
            "error converting fieldPath: field label not supported: {}",
            field.field_path
        );
        errors.push(FieldError::invalid(&field_path, &field.field_path, detail));
        return;
    }
    supported(&field.field_path, paths, &field_path, errors);
}

// kubernetes: pkg/apis/core/pods/helpers.go (ConvertDownwardAPIFieldLabel)
fn is_convertible(path: &str) -> bool {
    const MORE: [&str; 5] = [
        "metadata.annotations",
        "metadata.labels",
        "spec.restartPolicy",
        "spec.schedulerName",
        "status.phase",
    ];
    FIELD_PATHS.contains(&path) || MORE.contains(&path) || path == "spec.host"
}

/// A resource of a container.
pub(super) fn resource_field(
    field: &ResourceFieldSelector,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    if field.resource.is_empty() {
        errors.push(FieldError::required(&path.child("resource"), ""));
    } else if !field.resource.starts_with("limits.hugepages-")
        && !field.resource.starts_with("requests.hugepages-")
    {
        supported(
            &field.resource,
            &RESOURCE_FIELDS,
            &path.child("resource"),
            errors,
        );
    }
}

// fixture: validation core.ValidateEnvFrom
pub fn validate_env_from(
    sources: &[EnvFromSource],
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    for (at, source) in sources.iter().enumerate() {
        let item = path.index(at);
        if !source.prefix.is_empty() {
            invalid_all(
                &source.prefix,
                name_problems(&source.prefix, options),
                &item.child("prefix"),
                errors,
            );
        }
        let references = [
            (
                "configMapRef",
                source
                    .config_map_ref
                    .as_ref()
                    .map(|reference| &reference.name),
            ),
            (
                "secretRef",
                source.secret_ref.as_ref().map(|reference| &reference.name),
            ),
        ];
        let mut found = 0;
        for (field, name) in references {
            let Some(name) = name else { continue };
            found += 1;
            let path = item.child(field).child("name");
            if name.is_empty() {
                errors.push(FieldError::required(&path, ""));
            } else {
                dns_subdomain(name, &path, errors);
            }
        }
        if found == 0 {
            errors.push(FieldError::invalid(
                path,
                "",
                "must specify one of: `configMapRef` or `secretRef`",
            ));
        } else if found > 1 {
            errors.push(FieldError::invalid(
                path,
                "",
                "may not have more than one field specified at a time",
            ));
        }
    }
}
