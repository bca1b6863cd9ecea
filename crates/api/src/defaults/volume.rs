//! Defaults of volumes.
//!
//! *Models*: `pkg/apis/core/v1/defaults.go (SetDefaults_Volume, SetDefaults_*VolumeSource)`.
//! *Invariants*: `needs_defaults` is true if `set_defaults` would change something.
//! *Not modelled*: nothing.

use apimachinery::{Map, Quantity, Value};

use crate::core::{DownwardAPIVolumeFile, Volume, VolumeProjection};

/// 0644, as a number.
const FILE_MODE: i32 = 0o644;
/// An hour.
const TOKEN_SECONDS: i64 = 3600;

/// Sources that are carried as values, with the fields that have a default.
// kubernetes: pkg/apis/core/v1/defaults.go, zz_generated.defaults.go
const RBD: &[(&str, Fill)] = &[
    ("pool", Fill::Text("rbd")),
    ("user", Fill::Text("admin")),
    ("keyring", Fill::Text("/etc/ceph/keyring")),
];
const ISCSI: &[(&str, Fill)] = &[("iscsiInterface", Fill::Text("default"))];
const AZURE_DISK: &[(&str, Fill)] = &[
    ("cachingMode", Fill::Text("ReadWrite")),
    ("fsType", Fill::Absent("ext4")),
    ("readOnly", Fill::False),
    ("kind", Fill::Text("Shared")),
];
const SCALE_IO: &[(&str, Fill)] = &[
    ("storageMode", Fill::Text("ThinProvisioned")),
    ("fsType", Fill::Text("xfs")),
];

#[derive(Clone, Copy)]
enum Fill {
    /// If absent or empty.
    Text(&'static str),
    /// If absent.
    Absent(&'static str),
    /// False if absent.
    False,
}

pub(super) fn needs_defaults(volume: &Volume) -> bool {
    if has_rare_source(volume) {
        return true;
    }
    let v = volume;
    !has_source(v)
        || v.secret.as_ref().is_some_and(|s| s.default_mode.is_none())
        || v.config_map
            .as_ref()
            .is_some_and(|s| s.default_mode.is_none())
        || v.host_path.as_ref().is_some_and(|s| s.type_.is_none())
        || v.downward_api
            .as_ref()
            .is_some_and(|s| s.default_mode.is_none() || s.items.iter().any(file_needs))
        || v.projected
            .as_ref()
            .is_some_and(|s| s.default_mode.is_none() || s.sources.iter().any(projection_needs))
}

fn has_rare_source(v: &Volume) -> bool {
    v.rbd.is_some()
        || v.iscsi.is_some()
        || v.azure_disk.is_some()
        || v.scale_io.is_some()
        || v.ephemeral.is_some()
        || v.image.is_some()
}

fn has_source(v: &Volume) -> bool {
    has_rare_source(v)
        || v.empty_dir.is_some()
        || v.secret.is_some()
        || v.config_map.is_some()
        || v.host_path.is_some()
        || v.downward_api.is_some()
        || v.projected.is_some()
        || v.persistent_volume_claim.is_some()
        || v.nfs.is_some()
        || [
            &v.aws_elastic_block_store,
            &v.azure_file,
            &v.cephfs,
            &v.cinder,
            &v.csi,
            &v.fc,
            &v.flex_volume,
            &v.flocker,
            &v.gce_persistent_disk,
            &v.git_repo,
            &v.glusterfs,
            &v.photon_persistent_disk,
            &v.portworx_volume,
            &v.quobyte,
            &v.storageos,
            &v.vsphere_volume,
        ]
        .into_iter()
        .any(Option::is_some)
}

fn file_needs(file: &DownwardAPIVolumeFile) -> bool {
    file.field_ref
        .as_ref()
        .is_some_and(|field| field.api_version.is_empty())
        || file
            .resource_field_ref
            .as_ref()
            .is_some_and(|field| field.divisor.is_none())
}

fn projection_needs(source: &VolumeProjection) -> bool {
    source
        .service_account_token
        .as_ref()
        .is_some_and(|token| token.expiration_seconds.is_none())
        || source
            .downward_api
            .as_ref()
            .is_some_and(|downward| downward.items.iter().any(file_needs))
        || source.pod_certificate.is_some()
}

pub(super) fn set_defaults(volume: &mut Volume) {
    if !has_source(volume) {
        volume.empty_dir = Some(Default::default());
    }
    if let Some(source) = &mut volume.secret {
        source.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(source) = &mut volume.config_map {
        source.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(source) = &mut volume.host_path {
        source.type_.get_or_insert("".into());
    }
    if let Some(source) = &mut volume.downward_api {
        source.default_mode.get_or_insert(FILE_MODE);
        source.items.iter_mut().for_each(set_file);
    }
    if let Some(source) = &mut volume.projected {
        source.default_mode.get_or_insert(FILE_MODE);
        source.sources.iter_mut().for_each(set_projection);
    }
    for (source, fields) in [
        (&mut volume.rbd, RBD),
        (&mut volume.iscsi, ISCSI),
        (&mut volume.azure_disk, AZURE_DISK),
        (&mut volume.scale_io, SCALE_IO),
    ] {
        if let Some(Value::Map(map)) = source.as_deref_mut() {
            fill_map(map, fields);
        }
    }
    if let Some(Value::Map(ephemeral)) = volume.ephemeral.as_deref_mut()
        && let Some(Value::Map(template)) = ephemeral.get_mut("volumeClaimTemplate")
    {
        let spec = template.map_entry("spec");
        if !spec.contains_key("volumeMode") {
            spec.insert("volumeMode", "Filesystem");
        }
    }
    if let Some(Value::Map(image)) = volume.image.as_deref_mut()
        && image.get("pullPolicy").is_none_or(Value::is_empty)
    {
        let reference = image
            .get("reference")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let latest = super::container::image_tag(reference) == Some("latest");
        image.insert("pullPolicy", if latest { "Always" } else { "IfNotPresent" });
    }
}

fn fill_map(map: &mut Map, fields: &[(&'static str, Fill)]) {
    for (name, fill) in fields {
        match (fill, map.get(name)) {
            (Fill::Text(text), found) if found.is_none_or(Value::is_empty) => {
                map.insert(*name, *text);
            }
            (Fill::Absent(text), None) => {
                map.insert(*name, *text);
            }
            (Fill::False, None) => {
                map.insert(*name, false);
            }
            _ => {}
        }
    }
}

fn set_file(file: &mut DownwardAPIVolumeFile) {
    if let Some(field) = &mut file.field_ref {
        super::fill(&mut field.api_version, "v1");
    }
    if let Some(field) = &mut file.resource_field_ref {
        field.divisor.get_or_insert(Quantity::ZERO);
    }
}

fn set_projection(source: &mut VolumeProjection) {
    if let Some(token) = &mut source.service_account_token {
        token.expiration_seconds.get_or_insert(TOKEN_SECONDS);
    }
    if let Some(downward) = &mut source.downward_api {
        downward.items.iter_mut().for_each(set_file);
    }
}
