//! Certificates and trust bundles that are projected into volumes.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateProjectionSources)`,
//! `pkg/apis/certificates/validation (ValidateSignerName)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: the lengths of a signer name's parts.

use apimachinery::validation::{is_dns1123_label, is_dns1123_subdomain};
use apimachinery::{ErrorList, FieldError, FieldPath, Map, Value};

use super::super::supported;
use super::volume::local_path;

fn text<'a>(source: &'a Value, name: &str) -> Option<&'a str> {
    source.get(name).and_then(Value::as_str)
}

/// Returns the path it writes.
pub(super) fn cluster_trust_bundle<'a>(
    source: &'a Value,
    path: &FieldPath,
    errors: &mut ErrorList,
) -> Vec<&'a str> {
    match (text(source, "name"), text(source, "signerName")) {
        (Some(_), Some(_)) => {
            let detail = "only one of name and signerName may be used";
            errors.push(FieldError::invalid(path, shown(source), detail));
        }
        (Some(name), None) => bundle_name(name, source, path, errors),
        (None, Some(signer)) => signer_name(signer, &path.child("signerName"), errors),
        (None, None) => errors.push(FieldError::required(
            path,
            "either name or signerName must be specified",
        )),
    }
    let file = text(source, "path").unwrap_or("");
    if file.is_empty() {
        errors.push(FieldError::required(&path.child("path"), ""));
    }
    local_path(file, &path.child("path"), errors);
    vec![file]
}

fn bundle_name(name: &str, source: &Value, path: &FieldPath, errors: &mut ErrorList) {
    let at = path.child("name");
    if name.is_empty() {
        errors.push(FieldError::required(&at, "must be a valid object name"));
    }
    let own = name.rsplit_once(':').map_or(name, |(_, own)| own);
    for problem in is_dns1123_subdomain(own) {
        let detail = format!("not a valid clustertrustbundlename: {problem}");
        errors.push(FieldError::invalid(&at, name, detail));
    }
    if let Some(selector) = source.get("labelSelector") {
        let detail = "labelSelector must be unset if name is specified";
        let path = path.child("labelSelector");
        errors.push(FieldError::invalid(&path, selector.clone(), detail));
    }
}

fn shown(source: &Value) -> Value {
    let mut out = Map::new();
    for (go, json) in [
        ("Name", "name"),
        ("SignerName", "signerName"),
        ("LabelSelector", "labelSelector"),
        ("Optional", "optional"),
        ("Path", "path"),
    ] {
        out.insert(go, source.get(json).cloned().unwrap_or(Value::Null));
    }
    Value::Map(out)
}

/// `example.com/name`.
fn signer_name(name: &str, path: &FieldPath, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(FieldError::required(path, ""));
        return;
    }
    let Some((domain, own)) = name.split_once('/').filter(|(_, own)| !own.contains('/')) else {
        let detail =
            "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        errors.push(FieldError::invalid(path, name, detail));
        return;
    };
    for part in domain.split('.') {
        for problem in is_dns1123_label(part) {
            let detail = format!("validating label {part:?}: {problem}");
            errors.push(FieldError::invalid(path, domain, detail));
        }
    }
    if domain.split('.').count() < 2 {
        let detail = "should be a domain with at least two segments separated by dots";
        errors.push(FieldError::invalid(path, domain, detail));
    }
    for part in own.split('.') {
        for problem in is_dns1123_label(part) {
            let detail = format!("validating label {part:?}: {problem}");
            errors.push(FieldError::invalid(path, own, detail));
        }
    }
}

/// Returns the paths it writes.
pub(super) fn pod_certificate<'a>(
    source: &'a Value,
    path: &FieldPath,
    errors: &mut ErrorList,
) -> Vec<&'a str> {
    let signer = text(source, "signerName").unwrap_or("");
    signer_name(signer, &path.child("signerName"), errors);
    supported(
        text(source, "keyType").unwrap_or(""),
        &[
            "RSA3072",
            "RSA4096",
            "ECDSAP256",
            "ECDSAP384",
            "ECDSAP521",
            "ED25519",
        ],
        &path.child("keyType"),
        errors,
    );
    let mut files = Vec::new();
    for field in ["credentialBundlePath", "keyPath", "certificateChainPath"] {
        if let Some(file) = text(source, field).filter(|file| !file.is_empty()) {
            local_path(file, &path.child(field), errors);
            files.push(file);
        }
    }
    if files.is_empty() {
        let detail =
            "specify at least one of credentialBundlePath, keyPath, and certificateChainPath";
        errors.push(FieldError::required(path, detail));
    }
    files
}
