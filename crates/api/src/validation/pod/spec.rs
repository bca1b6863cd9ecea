//! The whole pod specification.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (ValidatePodSpec)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: nothing.

use apimachinery::validation::object_meta::validate_labels;
use apimachinery::validation::{
    is_dns1123_subdomain, is_dns1123_subdomain_with_underscore, is_valid_label_value, net,
};
use apimachinery::{ErrorList, FieldError, FieldPath, ObjectMeta};

use super::super::{dns_label, dns_subdomain, in_range, invalid_all, one_of, qualified_name};
use super::{
    MIRROR, PodValidationOptions, affinity, container, resources, security, spread, volume, windows,
};
use crate::core::{
    HostAlias, PodDNSConfig, PodReadinessGate, PodResourceClaim, PodSchedulingGate, PodSpec,
    Toleration,
};

const SEARCHES_MAX: usize = 32;
const SEARCHES_CHARACTERS_MAX: usize = 2048;
const NAMESERVERS_MAX: usize = 3;

/// Checks a specification, of a pod (then with its metadata) or of a template.
// fixture: validation core.ValidatePodSpec
pub fn validate_pod_spec(
    spec: &PodSpec,
    node_name: &str,
    meta: Option<&ObjectMeta>,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    if spec.termination_grace_period_seconds.is_none() {
        errors.push(FieldError::required(
            &path.child("terminationGracePeriodSeconds"),
            "",
        ));
    }
    let grace = spec.termination_grace_period_seconds.unwrap_or(0);
    volume::validate_volumes(&spec.volumes, meta, &path.child("volumes"), errors);
    static_claims(spec, meta, errors);
    resource_claims(&spec.resource_claims, &path.child("resourceClaims"), errors);
    let cx = container::Context {
        spec,
        grace,
        options,
    };
    container::validate_containers(&spec.containers, &cx, &path.child("containers"), errors);
    container::validate_init_containers(
        &spec.init_containers,
        &cx,
        &path.child("initContainers"),
        errors,
    );
    container::validate_ephemeral_containers(spec, &cx, &path.child("ephemeralContainers"), errors);
    if options.pod_level_resources {
        resources::validate_pod_resources(spec, &path.child("resources"), options, errors);
    }
    validate_restart_policy(&spec.restart_policy, &path.child("restartPolicy"), errors);
    validate_dns_policy(&spec.dns_policy, &path.child("dnsPolicy"), errors);
    errors.extend(validate_labels(
        &spec.node_selector,
        &path.child("nodeSelector"),
    ));
    let context = path.child("securityContext");
    security::validate_pod_security_context(spec, path, &context, options, errors);
    for (at, secret) in spec.image_pull_secrets.iter().enumerate() {
        if secret.name.is_empty() {
            errors.push(FieldError::required(
                &path.child("imagePullSecrets").index(at).child("name"),
                "",
            ));
        }
    }
    affinity::validate_affinity(spec.affinity.as_ref(), &path.child("affinity"), errors);
    validate_dns_config(
        spec.dns_config.as_ref(),
        &spec.dns_policy,
        &path.child("dnsConfig"),
        options,
        errors,
    );
    validate_readiness_gates(&spec.readiness_gates, &path.child("readinessGates"), errors);
    validate_scheduling_gates(
        &spec.scheduling_gates,
        &path.child("schedulingGates"),
        errors,
    );
    let spread = &spec.topology_spread_constraints;
    let spread_path = path.child("topologySpreadConstraints");
    spread::validate_topology_spread_constraints(spread, &spread_path, options, errors);
    windows::validate_windows_host_process_pod(spec, path, errors);
    validate_host_users(spec, path, options, errors);
    names(spec, node_name, path, options, errors);
}

/// The short fields at the end.
fn names(
    spec: &PodSpec,
    node_name: &str,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    if !spec.service_account_name.is_empty() {
        dns_subdomain(
            &spec.service_account_name,
            &path.child("serviceAccountName"),
            errors,
        );
    }
    if !node_name.is_empty() {
        dns_subdomain(node_name, &path.child("nodeName"), errors);
    }
    if let Some(seconds) = spec.active_deadline_seconds {
        in_range(
            seconds,
            1,
            i64::from(i32::MAX),
            &path.child("activeDeadlineSeconds"),
            errors,
        );
    }
    if !spec.hostname.is_empty() {
        dns_label(&spec.hostname, &path.child("hostname"), errors);
    }
    if !spec.subdomain.is_empty() {
        dns_label(&spec.subdomain, &path.child("subdomain"), errors);
    }
    validate_tolerations(
        &spec.tolerations,
        &path.child("tolerations"),
        options,
        errors,
    );
    host_aliases(&spec.host_aliases, &path.child("hostAliases"), errors);
    if !spec.priority_class_name.is_empty() {
        dns_subdomain(
            &spec.priority_class_name,
            &path.child("priorityClassName"),
            errors,
        );
    }
    if let Some(class) = &spec.runtime_class_name {
        dns_subdomain(class, &path.child("runtimeClassName"), errors);
    }
    if let Some(policy) = &spec.preemption_policy {
        one_of(
            policy,
            &["Never", "PreemptLowerPriority"],
            &path.child("preemptionPolicy"),
            errors,
        );
    }
    resources::validate_overhead(&spec.overhead, &path.child("overhead"), errors);
    validate_host_name(spec, path, errors);
    scheduling_group(spec, &path.child("schedulingGroup"), errors);
    windows::validate_system(spec, path, errors);
}

/// `hostnameOverride` goes with neither of two other fields.
// fixture: validation core.validatePodHostName
pub fn validate_host_name(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let Some(name) = &spec.hostname_override else {
        return;
    };
    let path = path.child("hostnameOverride");
    if spec.set_hostname_as_fqdn == Some(true) {
        errors.push(FieldError::forbidden(
            &path,
            "may not be specified when setHostnameAsFQDN is true",
        ));
    }
    if spec.host_network {
        errors.push(FieldError::forbidden(
            &path,
            "may not be specified when hostNetwork is true",
        ));
    }
    dns_subdomain(name, &path, errors);
    if name.len() > 64 {
        errors.push(FieldError::too_long(&path, 64));
    }
}

// fixture: validation core.validateRestartPolicy
pub fn validate_restart_policy(policy: &str, path: &FieldPath, errors: &mut ErrorList) {
    one_of(policy, &["Always", "OnFailure", "Never"], path, errors);
}

// fixture: validation core.validateDNSPolicy
pub fn validate_dns_policy(policy: &str, path: &FieldPath, errors: &mut ErrorList) {
    one_of(
        policy,
        &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
        path,
        errors,
    );
}

// kubernetes: pods of the kubelet's own files cannot wait for a claim
fn static_claims(spec: &PodSpec, meta: Option<&ObjectMeta>, errors: &mut ErrorList) {
    let is_static = meta.is_some_and(|meta| {
        [MIRROR, "kubernetes.io/config.source"]
            .iter()
            .any(|key| meta.annotations.contains_key(key))
    });
    if is_static && !spec.resource_claims.is_empty() {
        let detail = "static pods do not support resource claims";
        errors.push(FieldError::forbidden(&FieldPath::root().key(""), detail));
    }
}

fn scheduling_group(spec: &PodSpec, path: &FieldPath, errors: &mut ErrorList) {
    let Some(group) = &spec.scheduling_group else {
        return;
    };
    let path = path.child("podGroupName");
    match &group.pod_group_name {
        None => errors.push(FieldError::invalid(
            &path,
            apimachinery::Value::Null,
            "must specify one of: `podGroupName`",
        )),
        Some(name) => dns_subdomain(name, &path, errors),
    }
}

fn resource_claims(claims: &[PodResourceClaim], path: &FieldPath, errors: &mut ErrorList) {
    for (at, claim) in claims.iter().enumerate() {
        let path = path.index(at);
        if claim.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        } else if claims[..at]
            .iter()
            .any(|earlier| earlier.name == claim.name)
        {
            errors.push(FieldError::duplicate(&path.child("name"), &claim.name));
        } else {
            dns_label(&claim.name, &path.child("name"), errors);
        }
        match (
            &claim.resource_claim_name,
            &claim.resource_claim_template_name,
        ) {
            (Some(_), Some(_)) => {
                let detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
                errors.push(FieldError::invalid(
                    &path,
                    crate::go_print::value("PodResourceClaim", claim),
                    detail,
                ));
            }
            (None, None) => {
                let detail =
                    "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
                errors.push(FieldError::invalid(
                    &path,
                    crate::go_print::value("PodResourceClaim", claim),
                    detail,
                ));
            }
            _ => {}
        }
        for (name, field) in [
            (&claim.resource_claim_name, "resourceClaimName"),
            (
                &claim.resource_claim_template_name,
                "resourceClaimTemplateName",
            ),
        ] {
            if let Some(name) = name {
                dns_subdomain(name, &path.child(field), errors);
            }
        }
    }
}

fn host_aliases(aliases: &[HostAlias], path: &FieldPath, errors: &mut ErrorList) {
    for (at, alias) in aliases.iter().enumerate() {
        let path = path.index(at);
        errors.extend(net::is_valid_ip_for_legacy_field(
            &path.child("ip"),
            &alias.ip,
            true,
        ));
        for (at, name) in alias.hostnames.iter().enumerate() {
            dns_subdomain(name, &path.child("hostnames").index(at), errors);
        }
    }
}

// fixture: validation core.validateHostUsers
pub fn validate_host_users(
    spec: &PodSpec,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    if spec.host_users != Some(false) {
        return;
    }
    const DETAIL: &str = "when `hostUsers` is false";
    for (used, field) in [
        (spec.host_network, "HostNetwork"),
        (spec.host_ipc, "HostIPC"),
        (spec.host_pid, "hostPID"),
    ] {
        if used {
            errors.push(FieldError::forbidden(&path.child(field), DETAIL));
        }
    }
    if options.volume_devices_in_user_namespaces {
        return;
    }
    let lists = [
        ("containers", &spec.containers),
        ("initContainers", &spec.init_containers),
    ];
    for (field, containers) in lists {
        for (at, container) in containers.iter().enumerate() {
            if !container.volume_devices.is_empty() {
                let path = path.child(field).index(at).child("volumeDevices");
                errors.push(FieldError::forbidden(&path, DETAIL));
            }
        }
    }
    for (at, container) in spec.ephemeral_containers.iter().enumerate() {
        if !container.volume_devices.is_empty() {
            let path = path
                .child("ephemeralContainers")
                .index(at)
                .child("volumeDevices");
            errors.push(FieldError::forbidden(&path, DETAIL));
        }
    }
}

// fixture: validation core.validatePodDNSConfig
pub fn validate_dns_config(
    config: Option<&PodDNSConfig>,
    policy: &str,
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    if policy == "None" && config.is_none_or(|config| config.nameservers.is_empty()) {
        let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
        if config.is_none() {
            errors.push(FieldError::required(
                path,
                "must provide `dnsConfig` when `dnsPolicy` is None",
            ));
        } else {
            errors.push(FieldError::required(&path.child("nameservers"), detail));
        }
    }
    let Some(config) = config else { return };
    let servers = path.child("nameservers");
    if config.nameservers.len() > NAMESERVERS_MAX {
        let detail = format!("must not have more than {NAMESERVERS_MAX} nameservers");
        errors.push(FieldError::invalid(
            &servers,
            config.nameservers.clone(),
            detail,
        ));
    }
    for (at, server) in config.nameservers.iter().enumerate() {
        errors.extend(net::is_valid_ip_for_legacy_field(
            &servers.index(at),
            server,
            true,
        ));
    }
    let searches = path.child("searches");
    if config.searches.len() > SEARCHES_MAX {
        let detail = format!("must not have more than {SEARCHES_MAX} search paths");
        errors.push(FieldError::invalid(
            &searches,
            config.searches.clone(),
            detail,
        ));
    }
    let characters = config
        .searches
        .iter()
        .map(|search| search.len())
        .sum::<usize>()
        + config.searches.len().saturating_sub(1);
    if characters > SEARCHES_CHARACTERS_MAX {
        let detail = format!(
            "must not have more than {SEARCHES_CHARACTERS_MAX} characters (including spaces) in the search list"
        );
        errors.push(FieldError::invalid(
            &searches,
            config.searches.clone(),
            detail,
        ));
    }
    for (at, search) in config.searches.iter().enumerate() {
        // kubernetes: a trailing dot is fine; a lone one and underscores are since the rule is relaxed
        if !options.relaxed_dns_search || &**search != "." {
            let name = search.strip_suffix('.').unwrap_or(search);
            let problems = match options.relaxed_dns_search {
                true => is_dns1123_subdomain_with_underscore(name),
                false => is_dns1123_subdomain(name),
            };
            invalid_all(name, problems, &searches.index(at), errors);
        }
    }
    for (at, option) in config.options.iter().enumerate() {
        if option.name.is_empty() {
            errors.push(FieldError::required(
                &path.child("options").index(at),
                "must not be empty",
            ));
        }
    }
}

// fixture: validation core.validateReadinessGates
pub fn validate_readiness_gates(
    gates: &[PodReadinessGate],
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (at, gate) in gates.iter().enumerate() {
        qualified_name(
            &gate.condition_type,
            &path.index(at).child("conditionType"),
            errors,
        );
    }
}

// fixture: validation core.validateSchedulingGates
pub fn validate_scheduling_gates(
    gates: &[PodSchedulingGate],
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (at, gate) in gates.iter().enumerate() {
        qualified_name(&gate.name, &path.index(at), errors);
        if gates[..at].iter().any(|earlier| earlier.name == gate.name) {
            errors.push(FieldError::duplicate(&path.index(at), &gate.name));
        }
    }
}

// fixture: validation core.ValidateTolerations
pub fn validate_tolerations(
    tolerations: &[Toleration],
    path: &FieldPath,
    options: &PodValidationOptions,
    errors: &mut ErrorList,
) {
    for (at, toleration) in tolerations.iter().enumerate() {
        let path = path.index(at);
        if !toleration.key.is_empty() {
            qualified_name(&toleration.key, &path.child("key"), errors);
        } else if toleration.operator != "Exists" {
            let detail = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.push(FieldError::invalid(
                &path.child("operator"),
                &*toleration.operator,
                detail,
            ));
        }
        if toleration.toleration_seconds.is_some() && toleration.effect != "NoExecute" {
            let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.push(FieldError::invalid(
                &path.child("effect"),
                &*toleration.effect,
                detail,
            ));
        }
        let operator = path.child("operator");
        match &*toleration.operator {
            "" | "Equal" => {
                let problems = is_valid_label_value(&toleration.value);
                if !problems.is_empty() {
                    errors.push(FieldError::invalid(
                        &operator,
                        &toleration.value,
                        problems.join(";"),
                    ));
                }
            }
            "Exists" if !toleration.value.is_empty() => {
                let detail = "value must be empty when `operator` is 'Exists'";
                errors.push(FieldError::invalid(&operator, &toleration.value, detail));
            }
            "Exists" => {}
            "Lt" | "Gt" if options.toleration_comparisons => {
                compared(&toleration.value, &path.child("value"), errors);
            }
            other => errors.push(FieldError::not_supported(
                &operator,
                other,
                &["Equal", "Exists", "Lt", "Gt"],
            )),
        }
        if !toleration.effect.is_empty() {
            one_of(
                &toleration.effect,
                &["NoSchedule", "PreferNoSchedule", "NoExecute"],
                &path.child("effect"),
                errors,
            );
        }
    }
}

/// `Lt` and `Gt` compare whole numbers.
fn compared(value: &str, path: &FieldPath, errors: &mut ErrorList) {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let canonical = !digits.is_empty()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && (!digits.starts_with('0') || value == "0");
    if value.is_empty() {
        errors.push(FieldError::invalid(path, value, "must be non-empty"));
    } else if !canonical {
        let detail = "must be a valid decimal integer in canonical form";
        errors.push(FieldError::invalid(path, value, detail));
    }
    if let Err(error) = value.parse::<i64>() {
        use std::num::IntErrorKind::{NegOverflow, PosOverflow};
        let what = match error.kind() {
            PosOverflow | NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        let detail = format!("strconv.ParseInt: parsing {value:?}: {what}");
        errors.push(FieldError::invalid(path, value, detail));
    }
}
