//! Pods.

use apimachinery::ErrorList;

use crate::Pod;

pub fn validate_pod_create(_0: &Pod, _errors: &mut ErrorList) {}

pub fn validate_pod_update(_0: &Pod, _1: &Pod, _errors: &mut ErrorList) {}

pub fn validate_pod_status_update(_0: &Pod, _1: &Pod, _errors: &mut ErrorList) {}

pub fn validate_pod_meta(_0: &Pod, _errors: &mut ErrorList) {}
