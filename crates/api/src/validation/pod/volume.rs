//! Volumes, and where containers mount them.
//!
//! *Models*: `pkg/apis/core/validation/validation.go (ValidateVolumes, ValidateVolumeMounts)`.
//! *Invariants*: errors come in upstream's order.
//! *Not modelled*: see `rare_volume`.

use apimachinery::{ErrorList, FieldError, FieldPath, ObjectMeta, Value};

use super::super::{dns_label, supported};
use super::{env, projection, rare_volume};
use crate::core::{
    DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, Volume, VolumeDevice, VolumeMount,
};

const FILE_PATHS: [&str; 5] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];
const MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";

// fixture: validation core.ValidateVolumes
pub fn validate_volumes(
    volumes: &[Volume],
    meta: Option<&ObjectMeta>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (at, volume) in volumes.iter().enumerate() {
        let path = path.index(at);
        let mut found = ErrorList::new();
        source(volume, meta, &path, &mut found);
        if volume.name.is_empty() {
            found.push(FieldError::required(&path.child("name"), ""));
        } else {
            dns_label(&volume.name, &path.child("name"), &mut found);
        }
        if volumes[..at]
            .iter()
            .any(|earlier| earlier.name == volume.name)
        {
            found.push(FieldError::duplicate(&path.child("name"), &volume.name));
        }
        errors.extend(found);
    }
}

/// Exactly one source.
fn source(volume: &Volume, meta: Option<&ObjectMeta>, path: &FieldPath, errors: &mut ErrorList) {
    let mut count = 0;
    let mut first = |present: bool, field: &'static str, errors: &mut ErrorList| {
        if present {
            count += 1;
            if count > 1 {
                errors.push(FieldError::forbidden(
                    &path.child(field),
                    "may not specify more than 1 volume type",
                ));
            }
        }
        present && count == 1
    };
    if first(volume.empty_dir.is_some(), "emptyDir", errors)
        && let Some(limit) = volume
            .empty_dir
            .as_ref()
            .and_then(|source| source.size_limit)
        && limit.nanos() < 0
    {
        let detail = "SizeLimit field must be a valid resource quantity";
        errors.push(FieldError::forbidden(
            &path.child("emptyDir").child("sizeLimit"),
            detail,
        ));
    }
    if first(volume.host_path.is_some(), "hostPath", errors)
        && let Some(source) = &volume.host_path
    {
        host_path(source, &path.child("hostPath"), errors);
    }
    if first(volume.secret.is_some(), "secret", errors)
        && let Some(source) = &volume.secret
    {
        let path = path.child("secret");
        if source.secret_name.is_empty() {
            errors.push(FieldError::required(&path.child("secretName"), ""));
        }
        mode(source.default_mode, &path.child("defaultMode"), errors);
        keys(&source.items, &path.child("items"), errors);
    }
    if first(volume.nfs.is_some(), "nfs", errors)
        && let Some(source) = &volume.nfs
    {
        let path = path.child("nfs");
        if source.server.is_empty() {
            errors.push(FieldError::required(&path.child("server"), ""));
        }
        if source.path.is_empty() {
            errors.push(FieldError::required(&path.child("path"), ""));
        } else if !source.path.starts_with('/') {
            errors.push(FieldError::invalid(
                &path.child("path"),
                &source.path,
                "must be an absolute path",
            ));
        }
    }
    if first(
        volume.persistent_volume_claim.is_some(),
        "persistentVolumeClaim",
        errors,
    ) && volume
        .persistent_volume_claim
        .as_ref()
        .is_some_and(|source| source.claim_name.is_empty())
    {
        errors.push(FieldError::required(
            &path.child("persistentVolumeClaim").child("claimName"),
            "",
        ));
    }
    if first(volume.config_map.is_some(), "configMap", errors)
        && let Some(source) = &volume.config_map
    {
        let path = path.child("configMap");
        if source.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        }
        mode(source.default_mode, &path.child("defaultMode"), errors);
        keys(&source.items, &path.child("items"), errors);
    }
    if first(volume.downward_api.is_some(), "downwardAPI", errors)
        && let Some(source) = &volume.downward_api
    {
        let path = path.child("downwardAPI");
        mode(source.default_mode, &path.child("defaultMode"), errors);
        for file in &source.items {
            downward_file(file, &path, errors);
        }
    }
    if first(volume.projected.is_some(), "projected", errors)
        && let Some(source) = &volume.projected
    {
        projected(source, &path.child("projected"), errors);
    }
    for (field, value) in rare_sources(volume) {
        if let Some(value) = value
            && first(true, field, errors)
        {
            rare_volume::validate(field, value, &path.child(field), errors);
            if field == "ephemeral" {
                claim_name_length(volume, meta, path, errors);
            }
        }
    }
    if count == 0 {
        errors.push(FieldError::required(path, "must specify a volume type"));
    }
}

fn rare_sources(v: &Volume) -> [(&'static str, Option<&Value>); 22] {
    [
        ("gcePersistentDisk", v.gce_persistent_disk.as_deref()),
        ("awsElasticBlockStore", v.aws_elastic_block_store.as_deref()),
        ("gitRepo", v.git_repo.as_deref()),
        ("iscsi", v.iscsi.as_deref()),
        ("glusterfs", v.glusterfs.as_deref()),
        ("flocker", v.flocker.as_deref()),
        ("rbd", v.rbd.as_deref()),
        ("cephfs", v.cephfs.as_deref()),
        ("cinder", v.cinder.as_deref()),
        ("fc", v.fc.as_deref()),
        ("flexVolume", v.flex_volume.as_deref()),
        ("azureFile", v.azure_file.as_deref()),
        ("vsphereVolume", v.vsphere_volume.as_deref()),
        ("photonPersistentDisk", v.photon_persistent_disk.as_deref()),
        ("portworxVolume", v.portworx_volume.as_deref()),
        ("quobyte", v.quobyte.as_deref()),
        ("azureDisk", v.azure_disk.as_deref()),
        ("storageos", v.storageos.as_deref()),
        ("scaleIO", v.scale_io.as_deref()),
        ("csi", v.csi.as_deref()),
        ("ephemeral", v.ephemeral.as_deref()),
        ("image", v.image.as_deref()),
    ]
}

fn claim_name_length(
    volume: &Volume,
    meta: Option<&ObjectMeta>,
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    let Some(meta) = meta.filter(|meta| !meta.name.is_empty()) else {
        return;
    };
    let claim = format!("{}-{}", meta.name, volume.name);
    for problem in apimachinery::validation::is_dns1123_subdomain(&claim) {
        errors.push(FieldError::invalid(
            &path.child("name"),
            &volume.name,
            format!("PVC name \"{claim}\": {problem}"),
        ));
    }
}

fn host_path(source: &crate::core::HostPathVolumeSource, path: &FieldPath, errors: &mut ErrorList) {
    if source.path.is_empty() {
        errors.push(FieldError::required(&path.child("path"), ""));
        return;
    }
    no_backsteps(&source.path, &path.child("path"), errors);
    if let Some(kind) = &source.type_ {
        let kinds = [
            "",
            "BlockDevice",
            "CharDevice",
            "Directory",
            "DirectoryOrCreate",
            "File",
            "FileOrCreate",
            "Socket",
        ];
        supported(kind, &kinds, &path.child("type"), errors);
    }
}

fn mode(mode: Option<i32>, path: &FieldPath, errors: &mut ErrorList) {
    if let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) {
        errors.push(FieldError::invalid(path, mode, MODE));
    }
}

fn keys(items: &[KeyToPath], path: &FieldPath, errors: &mut ErrorList) {
    for (at, item) in items.iter().enumerate() {
        validate_key_to_path(item, &path.index(at), errors);
    }
}

// fixture: validation core.validateKeyToPath
pub fn validate_key_to_path(item: &KeyToPath, path: &FieldPath, errors: &mut ErrorList) {
    if item.key.is_empty() {
        errors.push(FieldError::required(&path.child("key"), ""));
    }
    if item.path.is_empty() {
        errors.push(FieldError::required(&path.child("path"), ""));
    }
    relative_path(&item.path, &path.child("path"), errors);
    if item.path.starts_with("..") && !item.path.split('/').any(|part| part == "..") {
        errors.push(FieldError::invalid(
            &path.child("path"),
            &item.path,
            "must not start with '..'",
        ));
    }
    mode(item.mode, &path.child("mode"), errors);
}

/// Relative, never upwards, and not a name the kubelet keeps for itself.
pub(super) fn local_path(text: &str, path: &FieldPath, errors: &mut ErrorList) {
    relative_path(text, path, errors);
    if text.starts_with("..") && !text.split('/').any(|part| part == "..") {
        errors.push(FieldError::invalid(path, text, "must not start with '..'"));
    }
}

/// Relative, and never upwards.
pub(super) fn relative_path(text: &str, path: &FieldPath, errors: &mut ErrorList) {
    if text.starts_with('/') {
        errors.push(FieldError::invalid(path, text, "must be a relative path"));
    }
    no_backsteps(text, path, errors);
}

fn no_backsteps(text: &str, path: &FieldPath, errors: &mut ErrorList) {
    if text.split('/').any(|part| part == "..") {
        errors.push(FieldError::invalid(path, text, "must not contain '..'"));
    }
}

fn downward_file(file: &DownwardAPIVolumeFile, path: &FieldPath, errors: &mut ErrorList) {
    if file.path.is_empty() {
        errors.push(FieldError::required(&path.child("path"), ""));
    }
    relative_path(&file.path, &path.child("path"), errors);
    if file.path.starts_with("..") && !file.path.split('/').any(|part| part == "..") {
        errors.push(FieldError::invalid(
            &path.child("path"),
            &file.path,
            "must not start with '..'",
        ));
    }
    match (&file.field_ref, &file.resource_field_ref) {
        (Some(field), other) => {
            env::object_field(field, &FILE_PATHS, &path.child("fieldRef"), errors);
            if other.is_some() {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                errors.push(FieldError::invalid(path, "resource", detail));
            }
        }
        (None, Some(field)) => {
            if field.container_name.is_empty() {
                errors.push(FieldError::required(
                    &path.child("resourceFieldRef").child("containerName"),
                    "",
                ));
            }
            env::resource_field(field, &path.child("resourceFieldRef"), errors);
        }
        (None, None) => errors.push(FieldError::required(
            path,
            "one of fieldRef and resourceFieldRef is required",
        )),
    }
    mode(file.mode, &path.child("mode"), errors);
}

fn projected(source: &ProjectedVolumeSource, path: &FieldPath, errors: &mut ErrorList) {
    mode(source.default_mode, &path.child("defaultMode"), errors);
    let whole = path;
    let mut paths: Vec<&str> = Vec::new();
    for (at, projection) in source.sources.iter().enumerate() {
        let path = path.child("sources").index(at);
        let claim = |text: &str, errors: &mut ErrorList| {
            let taken = paths.contains(&text);
            if taken {
                errors.push(FieldError::invalid(
                    whole,
                    text,
                    "conflicting duplicate paths",
                ));
            }
            !taken
        };
        let mut fresh: Vec<&str> = Vec::new();
        if let Some(secret) = &projection.secret {
            let path = path.child("secret");
            if secret.name.is_empty() {
                errors.push(FieldError::required(&path.child("name"), ""));
            }
            keys(&secret.items, &path.child("items"), errors);
            fresh.extend(
                secret
                    .items
                    .iter()
                    .filter(|item| claim(&item.path, errors))
                    .map(|item| &*item.path),
            );
        }
        if let Some(map) = &projection.config_map {
            let path = path.child("configMap");
            if map.name.is_empty() {
                errors.push(FieldError::required(&path.child("name"), ""));
            }
            keys(&map.items, &path.child("items"), errors);
            fresh.extend(
                map.items
                    .iter()
                    .filter(|item| claim(&item.path, errors))
                    .map(|item| &*item.path),
            );
        }
        if let Some(downward) = &projection.downward_api {
            for file in &downward.items {
                downward_file(file, &path.child("downwardAPI"), errors);
            }
            fresh.extend(
                downward
                    .items
                    .iter()
                    .filter(|item| claim(&item.path, errors))
                    .map(|item| &*item.path),
            );
        }
        if let Some(token) = &projection.service_account_token {
            let path = path.child("serviceAccountToken");
            match token.expiration_seconds {
                Some(seconds) if seconds < 600 => {
                    let detail = "may not specify a duration less than 10 minutes";
                    errors.push(FieldError::invalid(
                        &path.child("expirationSeconds"),
                        seconds,
                        detail,
                    ));
                }
                Some(seconds) if seconds > 1 << 32 => {
                    let detail = "may not specify a duration larger than 2^32 seconds";
                    errors.push(FieldError::invalid(
                        &path.child("expirationSeconds"),
                        seconds,
                        detail,
                    ));
                }
                _ => {}
            }
            if token.path.is_empty() {
                errors.push(FieldError::required(&path.child("path"), ""));
            } else {
                relative_path(&token.path, &path.child("path"), errors);
                if claim(&token.path, errors) {
                    fresh.push(&token.path);
                }
            }
        }
        if let Some(bundle) = &projection.cluster_trust_bundle {
            let path = path.child("clusterTrustBundle");
            let files = projection::cluster_trust_bundle(bundle, &path, errors);
            fresh.extend(files.into_iter().filter(|file| claim(file, errors)));
        }
        if let Some(certificate) = &projection.pod_certificate {
            let path = path.child("podCertificate");
            let mut own: Vec<&str> = Vec::new();
            for file in projection::pod_certificate(certificate, &path, errors) {
                if own.contains(&file) {
                    let detail = "conflicting duplicate paths";
                    errors.push(FieldError::invalid(whole, file, detail));
                } else if claim(file, errors) {
                    own.push(file);
                }
            }
            fresh.extend(own);
        }
        paths.extend(fresh);
    }
}

// fixture: validation core.ValidateVolumeMounts
pub fn validate_volume_mounts(
    mounts: &[VolumeMount],
    devices: &[VolumeDevice],
    volumes: &[Volume],
    path: &FieldPath,
    errors: &mut ErrorList,
) {
    for (at, mount) in mounts.iter().enumerate() {
        let path = path.index(at);
        if mount.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        } else if !volumes.iter().any(|volume| volume.name == mount.name) {
            errors.push(FieldError::not_found(&path.child("name"), &mount.name));
        }
        if mount.mount_path.is_empty() {
            errors.push(FieldError::required(&path.child("mountPath"), ""));
        }
        if mounts[..at]
            .iter()
            .any(|earlier| earlier.mount_path == mount.mount_path)
        {
            errors.push(FieldError::invalid(
                &path.child("mountPath"),
                &mount.mount_path,
                "must be unique",
            ));
        }
        if devices
            .iter()
            .any(|device| device.device_path == mount.mount_path)
        {
            let detail = "must not already exist as a path in volumeDevices";
            errors.push(FieldError::invalid(
                &path.child("mountPath"),
                &mount.mount_path,
                detail,
            ));
        }
        if !mount.sub_path.is_empty() {
            relative_path(&mount.sub_path, &path.child("subPath"), errors);
        }
        if !mount.sub_path_expr.is_empty() {
            if !mount.sub_path.is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                errors.push(FieldError::invalid(
                    &path.child("subPathExpr"),
                    &mount.sub_path_expr,
                    detail,
                ));
            }
            relative_path(&mount.sub_path_expr, &path.child("subPathExpr"), errors);
        }
        if let Some(propagation) = &mount.mount_propagation {
            let known = ["Bidirectional", "HostToContainer", "None"];
            supported(propagation, &known, &path.child("mountPropagation"), errors);
        }
    }
}
