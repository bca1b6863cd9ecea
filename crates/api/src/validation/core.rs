//! Namespaces, ConfigMaps, Secrets, accounts, Events and Leases.
//!
//! *Models*: `pkg/apis/core/validation/{validation,events}.go`, `pkg/apis/coordination/validation`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: certificates inside TLS secrets.

use apimachinery::validation::object_meta::{validate_object_meta, validate_object_meta_update};
use apimachinery::validation::{
    is_config_map_key, is_qualified_name, name_is_dns_label, name_is_dns_subdomain,
};
use apimachinery::{ErrorList, FieldError, FieldPath, StringMap, Value, parse_json};

use super::{invalid_all, nonnegative};
use crate::text::from_base64;
use crate::{ConfigMap, Event, Lease, Namespace, Secret, ServiceAccount};

/// All keys and values of a ConfigMap or Secret together.
const DATA_BYTES_MAX: usize = 1024 * 1024;
const REDACTED: &str = "<secret contents redacted>";
const NOTE_BYTES_MAX: usize = 1024;

fn meta_path() -> FieldPath {
    FieldPath::new("metadata")
}

// fixture: validation core.ValidateNamespace
pub fn validate_namespace(namespace: &Namespace, errors: &mut ErrorList) {
    errors.extend(validate_object_meta(
        &namespace.meta,
        false,
        name_is_dns_label,
        &meta_path(),
    ));
    for (at, finalizer) in namespace.spec.finalizers.iter().enumerate() {
        finalizer_name(
            finalizer,
            &FieldPath::new("spec").child("finalizers").index(at),
            errors,
        );
    }
}

// fixture: validation core.ValidateNamespaceUpdate
pub fn validate_namespace_update(new: &Namespace, old: &Namespace, errors: &mut ErrorList) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &meta_path(),
    ));
}

// fixture: validation core.ValidateNamespaceFinalizeUpdate
pub fn validate_namespace_finalize_update(
    new: &Namespace,
    old: &Namespace,
    errors: &mut ErrorList,
) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &meta_path(),
    ));
    for (at, finalizer) in new.spec.finalizers.iter().enumerate() {
        finalizer_name(
            finalizer,
            &FieldPath::new("spec").child("finalizers").index(at),
            errors,
        );
    }
}

// kubernetes: validateFinalizerName
fn finalizer_name(name: &str, path: &FieldPath, errors: &mut ErrorList) {
    invalid_all(name, is_qualified_name(name), path, errors);
    if !name.contains('/') && !matches!(name, "kubernetes" | "orphan" | "foregroundDeletion") {
        let detail = "name is neither a standard finalizer name nor is it fully qualified";
        errors.push(FieldError::invalid(path, name, detail));
    }
}

// fixture: validation core.ValidateNamespaceStatusUpdate
pub fn validate_namespace_status_update(new: &Namespace, old: &Namespace, errors: &mut ErrorList) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &meta_path(),
    ));
    let path = FieldPath::new("status").child("Phase");
    let phase = &*new.status.phase;
    if new.meta.deletion_timestamp.is_none() && phase != "Active" {
        errors.push(FieldError::invalid(
            &path,
            phase,
            "may only be 'Active' if `deletionTimestamp` is empty",
        ));
    }
    if new.meta.deletion_timestamp.is_some() && phase != "Terminating" {
        errors.push(FieldError::invalid(
            &path,
            phase,
            "may only be 'Terminating' if `deletionTimestamp` is not empty",
        ));
    }
}

// fixture: validation core.ValidateConfigMap
pub fn validate_config_map(map: &ConfigMap, errors: &mut ErrorList) {
    errors.extend(validate_object_meta(
        &map.meta,
        true,
        name_is_dns_subdomain,
        &meta_path(),
    ));
    config_map_data(map, errors);
}

fn config_map_data(map: &ConfigMap, errors: &mut ErrorList) {
    let mut total = 0;
    for (key, value) in map.data.iter() {
        let path = FieldPath::new("data").key(key);
        invalid_all(key, is_config_map_key(key), &path, errors);
        if map.binary_data.contains_key(key) {
            errors.push(FieldError::invalid(
                &path,
                key,
                "duplicate of key present in binaryData",
            ));
        }
        total += value.len();
    }
    for (key, value) in map.binary_data.iter() {
        invalid_all(
            key,
            is_config_map_key(key),
            &FieldPath::new("binaryData").key(key),
            errors,
        );
        total += decoded_length(value);
    }
    if total > DATA_BYTES_MAX {
        errors.push(FieldError::too_long(
            &FieldPath::root(),
            DATA_BYTES_MAX as i64,
        ));
    }
}

fn decoded_length(text: &str) -> usize {
    text.trim_end_matches('=').len() * 3 / 4
}

// fixture: validation core.ValidateConfigMapUpdate
pub fn validate_config_map_update(new: &ConfigMap, old: &ConfigMap, errors: &mut ErrorList) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &meta_path(),
    ));
    if old.immutable == Some(true) {
        immutable(new.immutable, new.data == old.data, errors);
        if new.binary_data != old.binary_data {
            errors.push(FieldError::forbidden(
                &FieldPath::new("binaryData"),
                IMMUTABLE,
            ));
        }
    }
    config_map_data(new, errors);
}

const IMMUTABLE: &str = "field is immutable when `immutable` is set";

fn immutable(still: Option<bool>, same_data: bool, errors: &mut ErrorList) {
    if still != Some(true) {
        errors.push(FieldError::forbidden(
            &FieldPath::new("immutable"),
            IMMUTABLE,
        ));
    }
    if !same_data {
        errors.push(FieldError::forbidden(&FieldPath::new("data"), IMMUTABLE));
    }
}

// fixture: validation core.ValidateSecret
pub fn validate_secret(secret: &Secret, errors: &mut ErrorList) {
    errors.extend(validate_object_meta(
        &secret.meta,
        true,
        name_is_dns_subdomain,
        &meta_path(),
    ));
    let data = FieldPath::new("data");
    let mut total = 0;
    for (key, value) in secret.data.iter() {
        invalid_all(key, is_config_map_key(key), &data.key(key), errors);
        total += decoded_length(value);
    }
    if total > DATA_BYTES_MAX {
        errors.push(FieldError::too_long(&data, DATA_BYTES_MAX as i64));
    }
    secret_of_type(secret, &data, errors);
}

fn secret_of_type(secret: &Secret, data: &FieldPath, errors: &mut ErrorList) {
    let has = |key: &str| secret.data.contains_key(key);
    match &*secret.type_ {
        "kubernetes.io/service-account-token" => {
            const NAME: &str = "kubernetes.io/service-account.name";
            if secret
                .meta
                .annotations
                .get(NAME)
                .is_none_or(|name| name.is_empty())
            {
                errors.push(FieldError::required(
                    &meta_path().child("annotations").key(NAME),
                    "",
                ));
            }
        }
        "kubernetes.io/dockercfg" => docker(&secret.data, ".dockercfg", data, errors),
        "kubernetes.io/dockerconfigjson" => docker(&secret.data, ".dockerconfigjson", data, errors),
        "kubernetes.io/basic-auth" if !has("username") && !has("password") => {
            errors.push(FieldError::required(&data.key("username"), ""));
            errors.push(FieldError::required(&data.key("password"), ""));
        }
        "kubernetes.io/ssh-auth"
            if secret
                .data
                .get("ssh-privatekey")
                .is_none_or(|key| key.is_empty()) =>
        {
            errors.push(FieldError::required(&data.key("ssh-privatekey"), ""));
        }
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"] {
                if !has(key) {
                    errors.push(FieldError::required(&data.key(key), ""));
                }
            }
        }
        _ => {}
    }
}

fn docker(data: &StringMap, key: &str, path: &FieldPath, errors: &mut ErrorList) {
    let Some(coded) = data.get(key) else {
        errors.push(FieldError::required(&path.key(key), ""));
        return;
    };
    let text = from_base64(coded)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    if let Err(error) = parse_json(&text) {
        errors.push(FieldError::invalid(&path.key(key), REDACTED, error));
    }
}

pub fn validate_secret_update(new: &Secret, old: &Secret, errors: &mut ErrorList) {
    errors.extend(validate_object_meta_update(
        &new.meta,
        &old.meta,
        &meta_path(),
    ));
    if new.type_ != old.type_ {
        errors.push(FieldError::invalid(
            &FieldPath::new("type"),
            &*new.type_,
            "field is immutable",
        ));
    }
    if old.immutable == Some(true) {
        immutable(new.immutable, new.data == old.data, errors);
    }
    let mut rest = ErrorList::new();
    validate_secret(new, &mut rest);
    errors.extend(rest);
}

pub fn validate_service_account(
    account: &ServiceAccount,
    old: Option<&ServiceAccount>,
    errors: &mut ErrorList,
) {
    if let Some(old) = old {
        errors.extend(validate_object_meta_update(
            &account.meta,
            &old.meta,
            &meta_path(),
        ));
    }
    errors.extend(validate_object_meta(
        &account.meta,
        true,
        name_is_dns_subdomain,
        &meta_path(),
    ));
}

pub fn validate_event(event: &Event, old: Option<&Event>, errors: &mut ErrorList) {
    if let Some(old) = old {
        errors.extend(validate_object_meta_update(
            &event.meta,
            &old.meta,
            &meta_path(),
        ));
    }
    let namespace = match event.involved_object.namespace.is_empty() {
        true => "default",
        false => &event.involved_object.namespace,
    };
    let own = &*event.meta.namespace;
    if own != namespace && !(event.involved_object.namespace.is_empty() && own == "kube-system") {
        let path = FieldPath::new("involvedObject").child("namespace");
        errors.push(FieldError::invalid(
            &path,
            &event.involved_object.namespace,
            "does not match event.namespace",
        ));
    }
    if event.event_time.is_some() && event.message.len() > NOTE_BYTES_MAX {
        let detail = format!("can have at most {NOTE_BYTES_MAX} characters");
        errors.push(FieldError::invalid(&FieldPath::new("message"), "", detail));
    }
}

pub fn validate_lease(lease: &Lease, old: Option<&Lease>, errors: &mut ErrorList) {
    match old {
        Some(old) => errors.extend(validate_object_meta_update(
            &lease.meta,
            &old.meta,
            &meta_path(),
        )),
        None => errors.extend(validate_object_meta(
            &lease.meta,
            true,
            name_is_dns_subdomain,
            &meta_path(),
        )),
    }
    let spec = FieldPath::new("spec");
    if let Some(seconds) = lease.spec.lease_duration_seconds
        && seconds <= 0
    {
        errors.push(FieldError::invalid(
            &spec.child("leaseDurationSeconds"),
            seconds,
            "must be greater than 0",
        ));
    }
    if let Some(transitions) = lease.spec.lease_transitions {
        nonnegative(
            i64::from(transitions),
            &spec.child("leaseTransitions"),
            errors,
        );
    }
    if lease
        .spec
        .holder_identity
        .as_ref()
        .is_some_and(|holder| holder.is_empty())
    {
        errors.push(FieldError::invalid(
            &spec.child("holderIdentity"),
            Value::str(""),
            "must not be empty",
        ));
    }
}
