//! Small kinds.

use apimachinery::ErrorList;

use crate::{ConfigMap, Event, Lease, Namespace, Secret, ServiceAccount};

pub fn validate_namespace(_0: &Namespace, _errors: &mut ErrorList) {}

pub fn validate_namespace_update(_0: &Namespace, _1: &Namespace, _errors: &mut ErrorList) {}

pub fn validate_namespace_status_update(_0: &Namespace, _1: &Namespace, _errors: &mut ErrorList) {}

pub fn validate_config_map(_0: &ConfigMap, _errors: &mut ErrorList) {}

pub fn validate_config_map_update(_0: &ConfigMap, _1: &ConfigMap, _errors: &mut ErrorList) {}

pub fn validate_secret(_0: &Secret, _errors: &mut ErrorList) {}

pub fn validate_secret_update(_0: &Secret, _1: &Secret, _errors: &mut ErrorList) {}

pub fn validate_service_account(
    _0: &ServiceAccount,
    _1: Option<&ServiceAccount>,
    _errors: &mut ErrorList,
) {
}

pub fn validate_event(_0: &Event, _1: Option<&Event>, _errors: &mut ErrorList) {}

pub fn validate_lease(_0: &Lease, _1: Option<&Lease>, _errors: &mut ErrorList) {}
