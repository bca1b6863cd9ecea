//! Validation of each kind.
//!
//! *Models*: `pkg/apis/core/validation/validation.go`, `pkg/apis/apps/validation/validation.go`.
//! *Invariants*: every fault is reported, in upstream's order and words.
//! *Not modelled*: see the modules.

pub mod core;
pub mod node;
pub mod pod;
pub mod workload;

use apimachinery::validation::{is_dns1123_label, is_dns1123_subdomain, is_qualified_name};
use apimachinery::{ErrorList, FieldError, FieldPath};

/// A field that must be one of some texts.
fn one_of(value: &str, supported: &[&str], path: &FieldPath, errors: &mut ErrorList) {
    if value.is_empty() {
        errors.push(FieldError::required(path, ""));
    } else if !supported.contains(&value) {
        errors.push(FieldError::not_supported(path, value, supported));
    }
}

/// As [`one_of`], where empty is unsupported too.
fn supported(value: &str, supported: &[&str], path: &FieldPath, errors: &mut ErrorList) {
    if !supported.contains(&value) {
        errors.push(FieldError::not_supported(path, value, supported));
    }
}

fn invalid_all(value: &str, problems: Vec<String>, path: &FieldPath, errors: &mut ErrorList) {
    for problem in problems {
        errors.push(FieldError::invalid(path, value, problem));
    }
}

fn dns_label(value: &str, path: &FieldPath, errors: &mut ErrorList) {
    invalid_all(value, is_dns1123_label(value), path, errors);
}

fn dns_subdomain(value: &str, path: &FieldPath, errors: &mut ErrorList) {
    invalid_all(value, is_dns1123_subdomain(value), path, errors);
}

fn qualified_name(value: &str, path: &FieldPath, errors: &mut ErrorList) {
    invalid_all(value, is_qualified_name(value), path, errors);
}

fn nonnegative(value: i64, path: &FieldPath, errors: &mut ErrorList) {
    if value < 0 {
        errors.push(FieldError::invalid(
            path,
            value,
            "must be greater than or equal to 0",
        ));
    }
}

fn in_range(value: i64, low: i64, high: i64, path: &FieldPath, errors: &mut ErrorList) {
    if value < low || value > high {
        errors.push(FieldError::invalid(
            path,
            value,
            format!("must be between {low} and {high}, inclusive"),
        ));
    }
}
