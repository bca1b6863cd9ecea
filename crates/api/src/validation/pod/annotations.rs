//! Annotations that once stood for fields: seccomp and AppArmor.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (ValidateSeccompPodAnnotations,
//! ValidateAppArmorPodAnnotations, validateSeccompAnnotationsAndFields)`.
//! *Invariants*: annotations are looked at in the order of their keys.
//! *Not modelled*: nothing.

use apimachinery::{ErrorList, FieldError, FieldPath, StringMap};

use super::volume::local_path;
use crate::core::{PodSpec, SeccompProfile};

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const LOCALHOST: &str = "localhost/";

pub(super) fn validate_profiles(
    annotations: &StringMap,
    spec: &PodSpec,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    if let Some(profile) = annotations.get_str(SECCOMP_POD) {
        seccomp_profile(profile, &path.child(SECCOMP_POD), errors);
    }
    for (key, profile) in annotations.iter() {
        if key.starts_with(SECCOMP_CONTAINER) {
            seccomp_profile(profile, &path.child_name(key), errors);
        }
    }
    for (key, profile) in annotations.iter() {
        let Some(container) = key.strip_prefix(APP_ARMOR) else {
            continue;
        };
        let known = spec.init_containers.iter().chain(&spec.containers);
        if !known.map(|c| &*c.name).any(|name| name == container) {
            let detail = "container not found";
            errors.push(FieldError::invalid(&path.key(key), container, detail));
        }
        if let Err(detail) = validate_app_armor_profile_format(profile) {
            errors.push(FieldError::invalid(&path.key(key), profile, detail));
        }
    }
}

fn seccomp_profile(profile: &str, path: &FieldPath, errors: &mut ErrorList) {
    if matches!(profile, "runtime/default" | "docker/default" | "unconfined") {
        return;
    }
    match profile.strip_prefix(LOCALHOST) {
        Some(file) => local_path(file, path, errors),
        None => errors.push(FieldError::invalid(
            path,
            profile,
            "must be a valid seccomp profile",
        )),
    }
}

/// # Errors
/// If it is no name of an AppArmor profile.
// fixture: validation core.ValidateAppArmorProfileFormat
pub fn validate_app_armor_profile_format(profile: &str) -> Result<(), String> {
    let known = matches!(profile, "" | "runtime/default" | "unconfined");
    if known || profile.starts_with(LOCALHOST) {
        Ok(())
    } else {
        Err(format!("invalid AppArmor profile name: {profile:?}"))
    }
}

/// Where both say something, they say the same.
// fixture: validation core.validateSeccompAnnotationsAndFields
pub fn validate_seccomp_annotations_and_fields(
    annotations: &StringMap,
    spec: &PodSpec,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    if annotations.is_empty() {
        return;
    }
    let field = "securityContext";
    let of_pod = spec.security_context.as_ref();
    let of_pod = of_pod.and_then(|context| context.seccomp_profile.as_ref());
    let mut places = vec![(SECCOMP_POD.to_owned(), path.child(field), of_pod)];
    for (list, containers) in [
        ("initContainers", &spec.init_containers),
        ("containers", &spec.containers),
    ] {
        for (at, container) in containers.iter().enumerate() {
            let profile = container.security_context.as_ref();
            places.push((
                format!("{SECCOMP_CONTAINER}{}", container.name),
                path.child(list).index(at).child(field),
                profile.and_then(|context| context.seccomp_profile.as_ref()),
            ));
        }
    }
    for (key, path, profile) in places {
        if let (Some(annotation), Some(profile)) = (annotations.get_str(&key), profile) {
            let path = path.child("seccompProfile");
            validate_seccomp_match(annotation, profile, &path, errors);
        }
    }
}

// fixture: validation core.validateSeccompAnnotationsAndFieldsMatch
pub fn validate_seccomp_match(
    annotation: &str,
    profile: &SeccompProfile,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let file = annotation.strip_prefix(LOCALHOST);
    let type_matches = match &*profile.type_ {
        "Unconfined" => annotation == "unconfined",
        "RuntimeDefault" => matches!(annotation, "runtime/default" | "docker/default"),
        "Localhost" => file.is_some(),
        _ => true,
    };
    if !type_matches {
        errors.push(FieldError::forbidden(
            &path.child("type"),
            "seccomp type in annotation and field must match",
        ));
    } else if profile.type_ == "Localhost" && profile.localhost_profile.as_deref() != file {
        errors.push(FieldError::forbidden(
            &path.child("localhostProfile"),
            "seccomp profile in annotation and field must match",
        ));
    }
}
