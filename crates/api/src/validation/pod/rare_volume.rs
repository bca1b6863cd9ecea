//! Volume sources that are carried as they were written.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (validateVolumeSource,
//! ValidatePersistentVolumeClaimTemplate)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: the drivers' options; of sources not named here all but their being there.

use apimachinery::validation::is_dns1123_subdomain;
use apimachinery::{ErrorList, FieldError, FieldPath, Map, Quantity, Value};

use super::super::{in_range, invalid_all, supported};
use super::volume::relative_path;

fn text<'a>(source: &'a Value, name: &str) -> &'a str {
    source.get(name).and_then(Value::as_str).unwrap_or("")
}

fn list<'a>(source: &'a Value, name: &str) -> &'a [Value] {
    source.get(name).and_then(Value::as_list).unwrap_or(&[])
}

fn is_set(source: &Value, name: &str) -> bool {
    source.get(name).is_some_and(|value| !value.is_null())
}

fn required(source: &Value, names: &[&'static str], path: &FieldPath, errors: &mut ErrorList) {
    for name in names {
        if text(source, name).is_empty() {
            errors.push(FieldError::required(&path.child(name), ""));
        }
    }
}

/// The inside of a source, at its field.
pub(super) fn validate(field: &str, source: &Value, path: &FieldPath, errors: &mut ErrorList) {
    match field {
        "gitRepo" => {
            required(source, &["repository"], path, errors);
            relative_path(text(source, "directory"), &path.child("directory"), errors);
        }
        "iscsi" => iscsi(source, path, errors),
        "flocker" => flocker(source, path, errors),
        "rbd" | "cephfs" => {
            if list(source, "monitors").is_empty() {
                errors.push(FieldError::required(&path.child("monitors"), ""));
            }
            if field == "rbd" {
                required(source, &["image"], path, errors);
            }
        }
        "fc" => fibre_channel(source, path, errors),
        "quobyte" => quobyte(source, path, errors),
        "azureDisk" => required(source, &["diskName", "diskURI"], path, errors),
        "azureFile" => required(source, &["secretName", "shareName"], path, errors),
        "scaleIO" => required(source, &["gateway", "system", "volumeName"], path, errors),
        "flexVolume" | "csi" => required(source, &["driver"], path, errors),
        "glusterfs" => required(source, &["endpoints", "path"], path, errors),
        "cinder" | "awsElasticBlockStore" | "portworxVolume" => {
            required(source, &["volumeID"], path, errors);
        }
        "gcePersistentDisk" => required(source, &["pdName"], path, errors),
        "vsphereVolume" => required(source, &["volumePath"], path, errors),
        "ephemeral" => match source.get("volumeClaimTemplate") {
            Some(template) => {
                claim_template(template, &path.child("volumeClaimTemplate"), errors);
            }
            None => errors.push(FieldError::required(&path.child("volumeClaimTemplate"), "")),
        },
        _ => {}
    }
}

fn iscsi(source: &Value, path: &FieldPath, errors: &mut ErrorList) {
    required(source, &["targetPortal"], path, errors);
    let iqn = text(source, "iqn");
    if iqn.is_empty() {
        errors.push(FieldError::required(&path.child("iqn"), ""));
    } else if !is_qualified_name(iqn) {
        errors.push(FieldError::invalid(
            &path.child("iqn"),
            iqn,
            "must be valid format",
        ));
    }
    let lun = source.get("lun").and_then(Value::as_i64).unwrap_or(0);
    in_range(lun, 0, 255, &path.child("lun"), errors);
    let checked = ["chapAuthDiscovery", "chapAuthSession"]
        .iter()
        .any(|name| source.get(name).and_then(Value::as_bool) == Some(true));
    if checked && !is_set(source, "secretRef") {
        errors.push(FieldError::required(&path.child("secretRef"), ""));
    }
}

/// `iqn.2015-02.example.com:name`, `eui.` and `naa.` of hexadecimal digits.
fn is_qualified_name(name: &str) -> bool {
    let hex = |text: &str, lengths: &[usize]| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if let Some(rest) = name.strip_prefix("eui.") {
        return hex(rest, &[16]);
    }
    if let Some(rest) = name.strip_prefix("naa.") {
        return hex(rest, &[16, 32]);
    }
    let Some(rest) = name.strip_prefix("iqn.") else {
        return false;
    };
    let (date, rest) = rest.split_at_checked(8).unwrap_or(("", ""));
    let (authority, own) = rest.split_once(':').unwrap_or((rest, "x"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let dated = date.len() == 8
        && date.ends_with('.')
        && date.get(..4).is_some_and(digits)
        && date.get(4..5) == Some("-")
        && date.get(5..7).is_some_and(digits);
    let word = |text: &str, more: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    dated && word(authority, ".-") && word(own, ".:-_,")
}

fn flocker(source: &Value, path: &FieldPath, errors: &mut ErrorList) {
    let name = text(source, "datasetName");
    match (name.is_empty(), text(source, "datasetUUID").is_empty()) {
        (true, true) => errors.push(FieldError::required(
            path,
            "one of datasetName and datasetUUID is required",
        )),
        (false, false) => errors.push(FieldError::invalid(
            path,
            "resource",
            "datasetName and datasetUUID can not be specified simultaneously",
        )),
        _ => {}
    }
    if name.contains('/') {
        let path = path.child("datasetName");
        errors.push(FieldError::invalid(&path, name, "must not contain '/'"));
    }
}

fn fibre_channel(source: &Value, path: &FieldPath, errors: &mut ErrorList) {
    let names = !list(source, "targetWWNs").is_empty();
    let ids = !list(source, "wwids").is_empty();
    let targets = path.child("targetWWNs");
    if !names && !ids {
        let detail = "must specify either targetWWNs or wwids, but not both";
        errors.push(FieldError::required(&targets, detail));
    }
    if names && ids {
        let detail = "targetWWNs and wwids can not be specified simultaneously";
        errors.push(FieldError::invalid(
            &targets,
            Value::List(list(source, "targetWWNs").to_vec()),
            detail,
        ));
    }
    if names {
        let path = path.child("lun");
        match source.get("lun").and_then(Value::as_i64) {
            Some(lun) => in_range(lun, 0, 255, &path, errors),
            None => errors.push(FieldError::required(
                &path,
                "lun is required if targetWWNs is specified",
            )),
        }
    }
}

fn quobyte(source: &Value, path: &FieldPath, errors: &mut ErrorList) {
    let registry = text(source, "registry");
    let detail = "must be a host:port pair or multiple pairs separated by commas";
    let at = path.child("registry");
    if registry.is_empty() {
        errors.push(FieldError::required(&at, detail));
    } else {
        for pair in registry.split(',').filter(|pair| !pair.contains(':')) {
            errors.push(FieldError::invalid(&at, pair, detail));
        }
    }
    if text(source, "tenant").len() >= 65 {
        let detail = "must be a UUID and may not exceed a length of 64 characters";
        errors.push(FieldError::required(&path.child("tenant"), detail));
    }
    required(source, &["volume"], path, errors);
}

fn claim_template(template: &Value, path: &FieldPath, errors: &mut ErrorList) {
    // JSON name, Go's name with its first letter small
    const FORBIDDEN: [(&str, &str); 13] = [
        ("name", "name"),
        ("generateName", "generateName"),
        ("namespace", "namespace"),
        ("selfLink", "selfLink"),
        ("uid", "uID"),
        ("resourceVersion", "resourceVersion"),
        ("generation", "generation"),
        ("creationTimestamp", "creationTimestamp"),
        ("deletionTimestamp", "deletionTimestamp"),
        ("deletionGracePeriodSeconds", "deletionGracePeriodSeconds"),
        ("ownerReferences", "ownerReferences"),
        ("finalizers", "finalizers"),
        ("managedFields", "managedFields"),
    ];
    if let Some(meta) = template.get("metadata") {
        for (json, go) in FORBIDDEN {
            if is_set(meta, json) {
                let path = path.child("metadata").child(go);
                errors.push(FieldError::forbidden(&path, "cannot be set"));
            }
        }
    }
    let none = Value::Map(Map::new());
    claim_spec(
        template.get("spec").unwrap_or(&none),
        &path.child("spec"),
        errors,
    );
}

// kubernetes: ValidatePersistentVolumeClaimSpec
fn claim_spec(spec: &Value, path: &FieldPath, errors: &mut ErrorList) {
    const MODES: [&str; 4] = [
        "ReadOnlyMany",
        "ReadWriteMany",
        "ReadWriteOnce",
        "ReadWriteOncePod",
    ];
    let at = path.child("accessModes");
    let modes: Vec<&str> = list(spec, "accessModes")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if modes.is_empty() {
        let detail = "at least 1 access mode is required";
        errors.push(FieldError::required(&at, detail));
    }
    for mode in &modes {
        supported(mode, &MODES, &at, errors);
    }
    let others = modes.iter().any(|mode| MODES[..3].contains(mode));
    if modes.contains(&MODES[3]) && others {
        let detail = "may not use ReadWriteOncePod with other access modes";
        errors.push(FieldError::forbidden(&at, detail));
    }
    let storage = path.child("resources").key("storage");
    let asked = spec.at_path("resources.requests.storage");
    match asked.and_then(Value::as_str).map(Quantity::parse) {
        Some(Ok(amount)) if amount.nanos() <= 0 => errors.push(FieldError::invalid(
            &storage,
            amount.to_string(),
            "must be greater than zero",
        )),
        Some(_) => {}
        None => errors.push(FieldError::required(&storage, "")),
    }
    if is_set(spec, "volumeMode") {
        let known = ["Block", "Filesystem"];
        let path = path.child("volumeMode");
        supported(text(spec, "volumeMode"), &known, &path, errors);
    }
    for field in ["dataSource", "dataSourceRef"] {
        if let Some(source) = spec.get(field) {
            data_source(source, &path.child(field), errors);
        }
    }
    if let (Some(source), Some(reference)) = (spec.get("dataSource"), spec.get("dataSourceRef")) {
        let same = ["apiGroup", "kind", "name"]
            .iter()
            .all(|name| text(source, name) == text(reference, name));
        if !same {
            // kubernetes: shows the path itself, which has no exported field
            let value = Value::Map(Map::new());
            errors.push(FieldError::invalid(path, value, "must match dataSourceRef"));
        }
    }
}

fn data_source(source: &Value, path: &FieldPath, errors: &mut ErrorList) {
    required(source, &["name", "kind"], path, errors);
    let (group, kind) = (text(source, "apiGroup"), text(source, "kind"));
    if group.is_empty() && kind != "PersistentVolumeClaim" {
        let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        errors.push(FieldError::invalid(path, kind, detail));
    }
    if !group.is_empty() {
        invalid_all(
            group,
            is_dns1123_subdomain(group),
            &path.child("apiGroup"),
            errors,
        );
    }
}
