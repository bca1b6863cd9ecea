//! Switches of the pod rules.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (PodValidationOptions)`,
//! `pkg/api/pod/util.go (GetValidationOptionsFromPodSpecAndMeta)`.
//! *Invariants*: the default is every switch off, as a zero struct is in Go.
//! *Not modelled*: switches whose rules are not modelled.

use crate::core::PodSpec;

/// What is allowed beyond the strictest rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PodValidationOptions {
    pub container_restart_rules: bool,
    pub indivisible_huge_pages: bool,
    pub invalid_spread_selector: bool,
    pub match_label_keys: bool,
    pub match_label_keys_merge: bool,
    pub old_violates_match_label_keys: bool,
    pub old_violates_legacy_match_label_keys: bool,
    pub only_recursive_selinux: bool,
    pub pod_level_resources: bool,
    pub relaxed_dns_search: bool,
    pub relaxed_env_names: bool,
    pub resource_is_pod: bool,
    pub restart_all_containers: bool,
    pub sidecar_resize_policy: bool,
    pub sleep_of_zero: bool,
    pub toleration_comparisons: bool,
    pub volume_devices_in_user_namespaces: bool,
}

/// A pod of v1.36 with its default feature gates.
pub const POD: PodValidationOptions = PodValidationOptions {
    container_restart_rules: true,
    indivisible_huge_pages: false,
    invalid_spread_selector: false,
    match_label_keys: true,
    match_label_keys_merge: true,
    old_violates_match_label_keys: false,
    old_violates_legacy_match_label_keys: false,
    only_recursive_selinux: false,
    pod_level_resources: true,
    relaxed_dns_search: true,
    relaxed_env_names: true,
    resource_is_pod: true,
    restart_all_containers: true,
    sidecar_resize_policy: true,
    sleep_of_zero: true,
    toleration_comparisons: false,
    volume_devices_in_user_namespaces: false,
};

/// A template of v1.36 with its default feature gates.
pub const TEMPLATE: PodValidationOptions = PodValidationOptions {
    resource_is_pod: false,
    ..POD
};

/// What an object keeps being allowed that was stored with it.
// kubernetes: pkg/api/pod/util.go
pub fn of_update(old: &PodSpec, base: PodValidationOptions) -> PodValidationOptions {
    let compares = |operator: &str| matches!(operator, "Lt" | "Gt");
    PodValidationOptions {
        indivisible_huge_pages: super::resources::has_indivisible_huge_pages(old),
        toleration_comparisons: base.toleration_comparisons
            || old.tolerations.iter().any(|t| compares(&t.operator)),
        ..base
    }
}
