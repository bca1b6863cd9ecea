//! Requests, limits and claims: of a container, of a pod.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateContainerResourceRequirements,
//! validatePodResources, ValidateResourceQuantityValue)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::{ErrorList, FieldError, FieldPath, Quantity};

use super::super::{invalid_all, supported};
use super::PodValidationOptions;
use crate::core::{PodResourceClaim, PodSpec, ResourceRequirements};
use crate::defaults::aggregate;
use crate::resource_list::ResourceList;

const HUGE: &str = "hugepages-";
const STANDARD: [&str; 17] = [
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
];
const FOR_CONTAINERS: [&str; 3] = ["cpu", "ephemeral-storage", "memory"];

/// A name of a resource.
// fixture: validation core.validateResourceName
pub fn validate_resource_name(name: &str, path: &FieldPath, errors: &mut ErrorList) {
    let problems = apimachinery::validation::is_qualified_name(name);
    if !problems.is_empty() {
        invalid_all(name, problems, path, errors);
        return;
    }
    if !name.contains('/') && !is_standard(name) {
        errors.push(FieldError::invalid(
            path,
            name,
            "must be a standard resource type or fully qualified",
        ));
    }
}

fn is_standard(name: &str) -> bool {
    const MORE: [&str; 4] = [
        "services.nodeports",
        "services.loadbalancers",
        "requests.hugepages-",
        "storage",
    ];
    STANDARD.contains(&name)
        || MORE.contains(&name)
        || name.starts_with(HUGE)
        || name.starts_with("requests.hugepages-")
}

fn container_resource_name(name: &str, path: &FieldPath, errors: &mut ErrorList) {
    validate_resource_name(name, path, errors);
    if !name.contains('/') {
        if !FOR_CONTAINERS.contains(&name) && !name.starts_with(HUGE) {
            errors.push(FieldError::invalid(
                path,
                name,
                "must be a standard resource for containers",
            ));
        }
    } else if !is_native(name) && !is_extended(name) {
        errors.push(FieldError::invalid(
            path,
            name,
            "doesn't follow extended resource name standard",
        ));
    }
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// `example.com/gpu`: counted in whole numbers, never overcommitted.
fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && apimachinery::validation::is_qualified_name(&format!("requests.{name}")).is_empty()
}

fn amount(name: &str, value: &Quantity, path: &FieldPath, errors: &mut ErrorList) {
    nonnegative_quantity(value, path, errors);
    let counted = matches!(
        name,
        "pods"
            | "services"
            | "replicationcontrollers"
            | "resourcequotas"
            | "secrets"
            | "configmaps"
            | "persistentvolumeclaims"
    ) || is_extended(name);
    if counted && value.milli_value() % 1000 != 0 {
        errors.push(FieldError::invalid(
            path,
            value.to_string(),
            "must be an integer",
        ));
    }
}

/// An amount that is not below zero.
pub(crate) fn nonnegative_quantity(value: &Quantity, path: &FieldPath, errors: &mut ErrorList) {
    if value.nanos() < 0 {
        errors.push(FieldError::invalid(
            path,
            value.to_string(),
            "must be greater than or equal to 0",
        ));
    }
}

fn overcommits(name: &str) -> bool {
    is_native(name) && !name.starts_with(HUGE)
}

/// Requests and limits of a container.
pub(super) fn validate_container_resources(
    resources: &ResourceRequirements,
    claims: &[PodResourceClaim],
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    requirements(resources, container_resource_name, path, options, errors);
    claim_names(resources, claims, path, errors);
}

fn requirements(
    resources: &ResourceRequirements,
    check_name: fn(&str, &FieldPath, &mut ErrorList),
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    let (limits, requests) = (path.child("limits"), path.child("requests"));
    let (mut huge, mut cpu_or_memory) = (false, false);
    for (name, value) in resources.limits.iter() {
        let path = limits.key(name);
        check_name(name, &path, errors);
        amount(name, value, &path, errors);
        huge |= name.starts_with(HUGE);
        cpu_or_memory |= matches!(&**name, "cpu" | "memory");
        if name.starts_with(HUGE) && !options.indivisible_huge_pages {
            page_size(name, value, &path, errors);
        }
    }
    for (name, value) in resources.requests.iter() {
        let item = requests.key(name);
        check_name(name, &item, errors);
        amount(name, value, &item, errors);
        match resources.limits.get(name) {
            Some(limit) if value != limit && !overcommits(name) => {
                let detail = format!("must be equal to {name} limit of {limit}");
                errors.push(FieldError::invalid(&requests, value.to_string(), detail));
            }
            Some(limit) if *value > *limit => {
                let detail = format!("must be less than or equal to {name} limit of {limit}");
                errors.push(FieldError::invalid(&requests, value.to_string(), detail));
            }
            None if !overcommits(name) => {
                errors.push(FieldError::required(
                    &limits,
                    "Limit must be set for non overcommitable resources",
                ));
            }
            _ => {}
        }
        huge |= name.starts_with(HUGE);
        cpu_or_memory |= matches!(&**name, "cpu" | "memory");
        if name.starts_with(HUGE) && !options.indivisible_huge_pages {
            page_size(name, value, &item, errors);
        }
    }
    if huge && !cpu_or_memory {
        errors.push(FieldError::forbidden(
            path,
            "HugePages require cpu or memory",
        ));
    }
}

fn page_size(name: &str, value: &Quantity, path: &FieldPath, errors: &mut ErrorList) {
    let size = name
        .strip_prefix(HUGE)
        .and_then(|size| Quantity::parse(size).ok());
    match size {
        Some(size) if size.value() > 0 && value.value() % size.value() != 0 => {
            errors.push(FieldError::invalid(
                path,
                value.to_string(),
                format!("{value} is not a multiple of {name}"),
            ));
        }
        _ => {}
    }
}

fn claim_names(
    resources: &ResourceRequirements,
    claims: &[PodResourceClaim],
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let path = path.child("claims");
    let mut seen: Vec<String> = Vec::new();
    for (at, claim) in resources.claims.iter().enumerate() {
        let item = path.index(at);
        if claim.name.is_empty() {
            errors.push(FieldError::required(&item, ""));
            continue;
        }
        let key = match claim.request.is_empty() {
            true => claim.name.to_string(),
            false => format!("{}/{}", claim.name, claim.request),
        };
        let of_whole = format!("{}/", claim.name);
        let partly = claim.request.is_empty() && seen.iter().any(|s| s.starts_with(&of_whole));
        if partly || seen.contains(&key) || seen.contains(&claim.name.to_string()) {
            errors.push(FieldError::duplicate(&item, key.clone()));
        } else {
            seen.push(key);
        }
        if !claims.iter().any(|of_pod| of_pod.name == claim.name) {
            let mut error = FieldError::not_found(&item, &claim.name);
            error.detail = match claims.is_empty() {
                true => "must be one of the names in pod.spec.resourceClaims which is empty".into(),
                false => {
                    let names: Vec<&str> = claims.iter().map(|claim| &*claim.name).collect();
                    format!(
                        "must be one of the names in pod.spec.resourceClaims: {}",
                        names.join(", ")
                    )
                }
            };
            errors.push(error);
        }
    }
}

/// Resources of the pod as a whole.
// fixtures: validation core.validatePodResources, core.validatePodResourceConsistency
pub fn validate_pod_resources(
    spec: &PodSpec,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    let Some(resources) = &spec.resources else {
        return;
    };
    if spec.os.as_ref().is_some_and(|os| &*os.name == "windows") {
        errors.push(FieldError::forbidden(
            path,
            "may not be set for a windows pod",
        ));
        return;
    }
    if !resources.claims.is_empty() {
        errors.push(FieldError::forbidden(
            &path.child("claims"),
            "claims may not be set for Resources at pod-level",
        ));
    }
    requirements(resources, validate_pod_resource_name, path, options, errors);
    validate_pod_resource_consistency(spec, path, errors);
}

// fixture: validation core.validatePodResourceName
pub fn validate_pod_resource_name(name: &str, path: &FieldPath, errors: &mut ErrorList) {
    let before = errors.len();
    validate_resource_name(name, path, errors);
    if errors.len() == before && !name.starts_with(HUGE) {
        supported(name, &["cpu", HUGE, "memory"], path, errors);
    }
}

/// A pod has at least what its containers ask for together.
// fixture: validation core.validatePodResourceConsistency
pub fn validate_pod_resource_consistency(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let Some(resources) = &spec.resources else {
        return;
    };
    let requests = aggregate(spec, |r| &r.requests);
    at_least(
        &resources.requests,
        &requests,
        "requests",
        |_| true,
        path,
        errors,
    );
    let limits = aggregate(spec, |r| &r.limits);
    // kubernetes: only huge pages are compared in sum; other limits may exceed the pod's together
    at_least(
        &resources.limits,
        &limits,
        "limits",
        |name| name.starts_with(HUGE),
        path,
        errors,
    );
    let each = [
        ("containers", &spec.containers),
        ("initContainers", &spec.init_containers),
    ];
    for (_, containers) in each {
        for container in containers {
            for (name, limit) in container.resources.limits.iter() {
                let exceeds = resources
                    .limits
                    .get(name)
                    .is_some_and(|of_pod| limit > of_pod);
                if exceeds && !name.starts_with(HUGE) {
                    let detail = format!(
                        "must be less than or equal to pod limits of {}",
                        resources.limits.get(name).copied().unwrap_or_default()
                    );
                    errors.push(FieldError::invalid(
                        &path.child("limits").key(name),
                        limit.to_string(),
                        detail,
                    ));
                }
            }
        }
    }
}

fn at_least(
    of_pod: &ResourceList,
    sum: &ResourceList,
    field: &'static str,
    counts: impl Fn(&str) -> bool,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (name, sum) in sum.iter().filter(|(name, _)| counts(name)) {
        if let Some(value) = of_pod.get(name).filter(|value| *value < sum) {
            let detail =
                format!("must be greater than or equal to aggregate container {field} of {sum}");
            errors.push(FieldError::invalid(
                &path.child(field).key(name),
                value.to_string(),
                detail,
            ));
        }
    }
}

// fixture: validation core.validateOverhead
pub fn validate_overhead(overhead: &ResourceList, path: &FieldPath, errors: &mut ErrorList) {
    if !overhead.is_empty() {
        let resources = ResourceRequirements {
            limits: overhead.clone(),
            ..Default::default()
        };
        requirements(
            &resources,
            container_resource_name,
            path,
            &PodValidationOptions::default(),
            errors,
        );
    }
}

/// True if a container asks for part of a huge page, which was once allowed.
pub(super) fn has_indivisible_huge_pages(spec: &PodSpec) -> bool {
    let lists = spec.containers.iter().chain(&spec.init_containers);
    lists
        .flat_map(|c| c.resources.limits.iter().chain(c.resources.requests.iter()))
        .any(|(name, value)| {
            let mut errors = ErrorList::new();
            page_size(name, value, &FieldPath::root(), &mut errors);
            !errors.is_empty()
        })
}
