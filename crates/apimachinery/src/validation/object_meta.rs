//! Rules for metadata.
//!
//! *Models* apimachinery/pkg/api/validation/objectmeta.go and
//! apimachinery/pkg/apis/meta/v1/validation.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: the contents of managed fields (carried through).

use super::{
    NameRule, is_dns1123_label, is_dns1123_subdomain, is_qualified_name, is_valid_label_value,
    name_is_dns_label,
};
use crate::codec::to_value;
use crate::field::{ErrorList, FieldError, FieldPath};
use crate::meta::{ObjectMeta, OwnerReference};
use crate::selector::{LabelSelector, LabelSelectorRequirement};
use crate::string_map::StringMap;
use crate::value::Value;

// kubernetes: apimachinery/pkg/api/validation/objectmeta.go
pub const FIELD_IMMUTABLE: &str = "field is immutable";
/// Total of keys and values of all annotations.
pub const ANNOTATIONS_BYTES_MAX: usize = 256 * 1024;
const NAME_OR_GENERATE_NAME: &str = "name or generateName is required";
const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

pub fn validate_annotations(annotations: &StringMap, path: &FieldPath) -> ErrorList {
    let mut errors = ErrorList::new();
    let mut total = 0;
    for (key, value) in annotations.iter() {
        // Upper case is allowed in the prefix, too.
        for problem in is_qualified_name(&key.to_lowercase()) {
            errors.push(FieldError::invalid(path, key, problem));
        }
        total += key.len() + value.len();
    }
    if total > ANNOTATIONS_BYTES_MAX {
        errors.push(FieldError::too_long(path, ANNOTATIONS_BYTES_MAX as i64));
    }
    errors
}

pub fn validate_label_name(name: &str, path: &FieldPath) -> ErrorList {
    let invalid = |problem| FieldError::invalid(path, name, problem);
    is_qualified_name(name).into_iter().map(invalid).collect()
}

pub fn validate_labels(labels: &StringMap, path: &FieldPath) -> ErrorList {
    let mut errors = ErrorList::new();
    for (key, value) in labels.iter() {
        errors.extend(validate_label_name(key, path));
        for problem in is_valid_label_value(value) {
            errors.push(FieldError::invalid(path, value, problem));
        }
    }
    errors
}

/// Checks a selector (kubernetes: metav1validation.ValidateLabelSelector).
pub fn validate_label_selector(
    selector: Option<&LabelSelector>,
    allow_invalid_values: bool,
    path: &FieldPath,
) -> ErrorList {
    let mut errors = ErrorList::new();
    let Some(selector) = selector else {
        return errors;
    };
    errors.extend(validate_labels(
        &selector.match_labels,
        &path.child("matchLabels"),
    ));
    for (at, requirement) in selector.match_expressions.iter().enumerate() {
        let path = path.child("matchExpressions").index(at);
        errors.extend(validate_requirement(
            requirement,
            allow_invalid_values,
            &path,
        ));
    }
    errors
}

fn validate_requirement(
    requirement: &LabelSelectorRequirement,
    allow_invalid_values: bool,
    path: &FieldPath,
) -> ErrorList {
    let mut errors = ErrorList::new();
    let values = &requirement.values;
    match &*requirement.operator {
        "In" | "NotIn" if values.is_empty() => errors.push(FieldError::required(
            &path.child("values"),
            "must be specified when `operator` is 'In' or 'NotIn'",
        )),
        "Exists" | "DoesNotExist" if !values.is_empty() => errors.push(FieldError::forbidden(
            &path.child("values"),
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        )),
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        other => errors.push(FieldError::invalid(
            &path.child("operator"),
            other,
            "not a valid selector operator",
        )),
    }
    errors.extend(validate_label_name(&requirement.key, &path.child("key")));
    if !allow_invalid_values {
        for (at, value) in values.iter().enumerate() {
            for problem in is_valid_label_value(value) {
                errors.push(FieldError::invalid(
                    &path.child("values").index(at),
                    value,
                    problem,
                ));
            }
        }
    }
    errors
}

pub fn validate_owner_references(owners: &[OwnerReference], path: &FieldPath) -> ErrorList {
    let mut errors = ErrorList::new();
    let mut first_controller: Option<String> = None;
    for owner in owners {
        errors.extend(validate_owner_reference(owner, path));
        if !owner.is_controller() {
            continue;
        }
        let current = format!("{}/{}", owner.kind, owner.name);
        match &first_controller {
            None => first_controller = Some(current),
            Some(first) => {
                let detail = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {current}"
                );
                errors.push(FieldError::invalid(path, to_value(owners), detail));
            }
        }
    }
    errors
}

fn validate_owner_reference(owner: &OwnerReference, path: &FieldPath) -> ErrorList {
    let mut errors = ErrorList::new();
    let version = owner.api_version.rsplit('/').next().unwrap_or("");
    if version.is_empty() {
        let detail = "version must not be empty";
        errors.push(FieldError::invalid(
            &path.child("apiVersion"),
            &owner.api_version,
            detail,
        ));
    }
    if owner.kind.is_empty() {
        errors.push(FieldError::invalid(
            &path.child("kind"),
            "",
            "must not be empty",
        ));
    }
    if owner.name.is_empty() {
        errors.push(FieldError::invalid(
            &path.child("name"),
            "",
            "must not be empty",
        ));
    }
    if owner.uid.is_empty() {
        errors.push(FieldError::invalid(
            &path.child("uid"),
            "",
            "must not be empty",
        ));
    }
    if &*owner.api_version == "v1" && &*owner.kind == "Event" {
        let detail = "/v1, Kind=Event is disallowed from being an owner";
        errors.push(FieldError::invalid(path, to_value(owner), detail));
    }
    errors
}

pub fn validate_finalizer_name(name: &str, path: &FieldPath) -> ErrorList {
    let invalid = |problem| FieldError::invalid(path, name, problem);
    is_qualified_name(name).into_iter().map(invalid).collect()
}

pub fn validate_finalizers(finalizers: &[std::sync::Arc<str>], path: &FieldPath) -> ErrorList {
    let mut errors = ErrorList::new();
    for finalizer in finalizers {
        errors.extend(validate_finalizer_name(finalizer, path));
    }
    let has = |name: &str| finalizers.iter().any(|f| &**f == name);
    if has(ORPHAN) && has(FOREGROUND) {
        let detail = format!("finalizer {ORPHAN} and {FOREGROUND} cannot be both set");
        errors.push(FieldError::invalid(path, finalizers.to_vec(), detail));
    }
    errors
}

/// Finalizers may only be removed once an object is being deleted.
pub fn validate_no_new_finalizers(
    new: &[std::sync::Arc<str>],
    old: &[std::sync::Arc<str>],
    path: &FieldPath,
) -> ErrorList {
    let mut extra: Vec<&str> = new
        .iter()
        .filter(|f| !old.contains(f))
        .map(|f| &**f)
        .collect();
    extra.sort_unstable();
    extra.dedup();
    if extra.is_empty() {
        return ErrorList::new();
    }
    // Upstream prints the Go set of the new names.
    let quoted: Vec<String> = extra.iter().map(|f| format!("{f:?}")).collect();
    FieldError::forbidden(
        path,
        format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            quoted.join(", ")
        ),
    )
    .into()
}

/// Equality of the two values, as deep as they go.
pub fn validate_immutable_field(new: &Value, old: &Value, path: &FieldPath) -> ErrorList {
    match new == old {
        true => ErrorList::new(),
        false => FieldError::invalid(path, new, FIELD_IMMUTABLE).into(),
    }
}

/// Metadata of a new object.
pub fn validate_object_meta(
    meta: &ObjectMeta,
    requires_namespace: bool,
    name_rule: NameRule,
    path: &FieldPath,
) -> ErrorList {
    let mut errors = ErrorList::new();
    if !meta.generate_name.is_empty() {
        let path = path.child("generateName");
        for problem in name_rule(&meta.generate_name, true) {
            errors.push(FieldError::invalid(&path, &meta.generate_name, problem));
        }
    }
    let name_path = path.child("name");
    if meta.name.is_empty() {
        errors.push(FieldError::required(&name_path, NAME_OR_GENERATE_NAME));
    } else {
        for problem in name_rule(&meta.name, false) {
            errors.push(FieldError::invalid(&name_path, &meta.name, problem));
        }
    }
    let namespace_path = path.child("namespace");
    if requires_namespace {
        if meta.namespace.is_empty() {
            errors.push(FieldError::required(&namespace_path, ""));
        } else {
            for problem in name_is_dns_label(&meta.namespace, false) {
                errors.push(FieldError::invalid(
                    &namespace_path,
                    &meta.namespace,
                    problem,
                ));
            }
        }
    } else if !meta.namespace.is_empty() {
        errors.push(FieldError::forbidden(
            &namespace_path,
            "not allowed on this type",
        ));
    }
    errors.extend(validate_common(meta, path));
    errors
}

fn validate_common(meta: &ObjectMeta, path: &FieldPath) -> ErrorList {
    let mut errors = ErrorList::new();
    if meta.generation < 0 {
        let detail = "must be greater than or equal to 0";
        errors.push(FieldError::invalid(
            &path.child("generation"),
            meta.generation,
            detail,
        ));
    }
    errors.extend(validate_labels(&meta.labels, &path.child("labels")));
    errors.extend(validate_annotations(
        &meta.annotations,
        &path.child("annotations"),
    ));
    errors.extend(validate_owner_references(
        &meta.owner_references,
        &path.child("ownerReferences"),
    ));
    errors.extend(validate_finalizers(
        &meta.finalizers,
        &path.child("finalizers"),
    ));
    errors
}

/// Metadata of a changed object. The caller has first carried over the fields that clients
/// cannot set (see [`carry_over_on_update`]).
pub fn validate_object_meta_update(
    new: &ObjectMeta,
    old: &ObjectMeta,
    path: &FieldPath,
) -> ErrorList {
    let mut errors = ErrorList::new();
    if old.deletion_timestamp.is_some() {
        errors.extend(validate_no_new_finalizers(
            &new.finalizers,
            &old.finalizers,
            &path.child("finalizers"),
        ));
    }
    if new.resource_version == 0 {
        let detail = "must be specified for an update";
        errors.push(FieldError::invalid(
            &path.child("resourceVersion"),
            "",
            detail,
        ));
    }
    if new.generation < old.generation {
        let detail = "must not be decremented";
        errors.push(FieldError::invalid(
            &path.child("generation"),
            new.generation,
            detail,
        ));
    }
    if !has_same_identity(new, old) {
        errors.extend(validate_identity(new, old, path));
    }
    if !shares_lists(new, old) || new.generation < 0 {
        errors.extend(validate_common(new, path));
    }
    errors
}

/// True if labels and lists are the stored object's own, which were checked when it was written.
fn shares_lists(new: &ObjectMeta, old: &ObjectMeta) -> bool {
    new.labels.ptr_eq(&old.labels)
        && new.annotations.ptr_eq(&old.annotations)
        && new.owner_references.ptr_eq(&old.owner_references)
        && new.finalizers.as_ptr() == old.finalizers.as_ptr()
        && new.finalizers.len() == old.finalizers.len()
}

fn has_same_identity(new: &ObjectMeta, old: &ObjectMeta) -> bool {
    new.name == old.name
        && new.namespace == old.namespace
        && new.uid == old.uid
        && new.creation_timestamp == old.creation_timestamp
        && new.deletion_timestamp == old.deletion_timestamp
        && new.deletion_grace_period_seconds == old.deletion_grace_period_seconds
}

/// The fields that stay as they were made.
fn validate_identity(new: &ObjectMeta, old: &ObjectMeta, path: &FieldPath) -> ErrorList {
    let mut errors = ErrorList::new();
    let time = |t: Option<crate::time::Time>| t.map_or(Value::Null, Value::from);
    let immutable = [
        ("name", Value::from(&new.name), Value::from(&old.name)),
        (
            "namespace",
            Value::from(&new.namespace),
            Value::from(&old.namespace),
        ),
        ("uid", Value::from(&new.uid), Value::from(&old.uid)),
        (
            "creationTimestamp",
            time(new.creation_timestamp),
            time(old.creation_timestamp),
        ),
        (
            "deletionTimestamp",
            time(new.deletion_timestamp),
            time(old.deletion_timestamp),
        ),
        (
            "deletionGracePeriodSeconds",
            new.deletion_grace_period_seconds.into(),
            old.deletion_grace_period_seconds.into(),
        ),
    ];
    for (field, new, old) in &immutable {
        errors.extend(validate_immutable_field(new, old, &path.child_name(field)));
    }
    errors
}

/// What an update takes from the stored object when the request leaves it empty.
// kubernetes: apimachinery/pkg/api/validation/objectmeta.go, apiserver/pkg/registry/rest/update.go
pub fn carry_over_on_update(new: &mut ObjectMeta, old: &ObjectMeta) {
    if new.uid.is_empty() {
        new.uid = old.uid.clone();
    }
    new.creation_timestamp = old.creation_timestamp;
    if new.deletion_timestamp.is_none() {
        new.deletion_timestamp = old.deletion_timestamp;
    }
    if new.deletion_grace_period_seconds.is_none() {
        new.deletion_grace_period_seconds = old.deletion_grace_period_seconds;
    }
    new.self_link = "".into();
}

/// A namespace's name as a field of another object.
pub fn validate_namespace_name(name: &str, path: &FieldPath) -> ErrorList {
    let invalid = |problem| FieldError::invalid(path, name, problem);
    is_dns1123_label(name).into_iter().map(invalid).collect()
}

/// A subdomain as a field.
pub fn validate_subdomain(name: &str, path: &FieldPath) -> ErrorList {
    let invalid = |problem| FieldError::invalid(path, name, problem);
    is_dns1123_subdomain(name)
        .into_iter()
        .map(invalid)
        .collect()
}

pub fn validate_nonnegative_field(value: i64, path: &FieldPath) -> ErrorList {
    match value < 0 {
        true => FieldError::invalid(path, value, "must be greater than or equal to 0").into(),
        false => ErrorList::new(),
    }
}

pub fn validate_positive_field(value: i64, path: &FieldPath) -> ErrorList {
    match value <= 0 {
        true => FieldError::invalid(path, value, "must be greater than 0").into(),
        false => ErrorList::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;
    use crate::validation::name_is_dns_subdomain;

    #[test]
    fn creation() {
        let path = FieldPath::new("metadata");
        let mut meta = ObjectMeta::default();
        let text = |meta: &ObjectMeta, namespaced| {
            validate_object_meta(meta, namespaced, name_is_dns_subdomain, &path).to_aggregate()
        };
        assert_eq!(
            text(&meta, true),
            "[metadata.name: Required value: name or generateName is required, metadata.namespace: Required value]"
        );
        meta.name = "web".into();
        assert_eq!(text(&meta, false), "");
        meta.namespace = "x".into();
        assert_eq!(
            text(&meta, false),
            "metadata.namespace: Forbidden: not allowed on this type"
        );
        meta.namespace = "".into();
        meta.annotations
            .insert("k", "v".repeat(ANNOTATIONS_BYTES_MAX));
        assert_eq!(
            text(&meta, false),
            "metadata.annotations: Too long: may not be more than 262144 bytes"
        );
        meta.annotations.remove("k");
        meta.finalizers.push("orphan");
        meta.finalizers.push("foregroundDeletion");
        assert!(text(&meta, false).contains("cannot be both set"));
    }

    #[test]
    fn update() {
        let path = FieldPath::new("field");
        let mut old = ObjectMeta::named("", "test");
        old.resource_version = 1;
        let mut new = old.clone();
        old.deletion_timestamp = Some(Time::from_unix(1000));
        assert_eq!(
            validate_object_meta_update(&new, &old, &path).to_aggregate(),
            "field.deletionTimestamp: Invalid value: null: field is immutable"
        );
        carry_over_on_update(&mut new, &old);
        assert!(validate_object_meta_update(&new, &old, &path).is_empty());
        new.finalizers.push("x/b");
        assert!(
            validate_object_meta_update(&new, &old, &path)
                .to_aggregate()
                .contains("x/b")
        );
        new.resource_version = 0;
        assert!(
            validate_object_meta_update(&new, &old, &path)
                .to_aggregate()
                .contains(
                    "field.resourceVersion: Invalid value: \"\": must be specified for an update"
                )
        );
    }
}
