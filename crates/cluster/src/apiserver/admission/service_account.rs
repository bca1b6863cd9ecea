//! ServiceAccount: which account a pod runs as, and its token volume.
//!
//! *Models*: `plugin/pkg/admission/serviceaccount/admission.go`.
//! *Invariants*: a pure function of the specification, the account and one draw.
//! *Not modelled*: limiting a pod to the secrets its account lists (off by default).

use api::{
    ConfigMapProjection, Container, DownwardAPIProjection, DownwardAPIVolumeFile, KeyToPath,
    ObjectFieldSelector, PodSpec, ProjectedVolumeSource, ServiceAccount,
    ServiceAccountTokenProjection, Volume, VolumeMount, VolumeProjection,
};
use apimachinery::names;
use std::sync::Arc;

/// The account of pods that name none.
pub(super) const DEFAULT: &str = "default";
const VOLUME_PREFIX: &str = "kube-api-access-";
const MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// One hour and seven seconds: so that tokens made by this plugin can be told apart.
const TOKEN_SECONDS: i64 = 3607;
const FILE_MODE: i32 = 0o644;
const ROOT_CA: &str = "kube-root-ca.crt";

/// Names the account, mounts its token, copies its pull secrets.
pub(super) fn admit(spec: &mut PodSpec, account: Option<&ServiceAccount>, draw: u64) {
    if spec.service_account_name.is_empty() {
        spec.service_account_name = DEFAULT.into();
    }
    spec.service_account = spec.service_account_name.clone();
    let of_account = account.and_then(|account| account.automount_service_account_token);
    if spec
        .automount_service_account_token
        .or(of_account)
        .unwrap_or(true)
    {
        mount_token(spec, draw);
    }
    if spec.image_pull_secrets.is_empty()
        && let Some(account) = account
    {
        spec.image_pull_secrets = account.image_pull_secrets.clone();
    }
}

/// Adds the token volume and its mount to every container that has nothing there yet.
pub fn mount_token(spec: &mut PodSpec, draw: u64) {
    let existing = spec
        .volumes
        .iter()
        .find(|volume| volume.name.starts_with(VOLUME_PREFIX));
    let has_volume = existing.is_some();
    let name: Arc<str> = match existing {
        Some(volume) => volume.name.clone(),
        None => names::generate_name(VOLUME_PREFIX, draw),
    };
    let mut needed = false;
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        needed |= mount(container, &name);
    }
    if needed && !has_volume {
        spec.volumes.push(token_volume(name));
    }
}

fn mount(container: &mut Container, name: &Arc<str>) -> bool {
    if container
        .volume_mounts
        .iter()
        .any(|mount| &*mount.mount_path == MOUNT_PATH)
    {
        return false;
    }
    container.volume_mounts.push(VolumeMount {
        name: name.clone(),
        read_only: true,
        mount_path: MOUNT_PATH.into(),
        ..Default::default()
    });
    true
}

fn token_volume(name: Arc<str>) -> Volume {
    let token = ServiceAccountTokenProjection {
        path: "token".into(),
        expiration_seconds: Some(TOKEN_SECONDS),
        ..Default::default()
    };
    let root_ca = ConfigMapProjection {
        name: ROOT_CA.into(),
        items: vec![KeyToPath {
            key: "ca.crt".into(),
            path: "ca.crt".into(),
            mode: None,
        }],
        optional: None,
    };
    let namespace = DownwardAPIVolumeFile {
        path: "namespace".into(),
        field_ref: Some(ObjectFieldSelector {
            api_version: "v1".into(),
            field_path: "metadata.namespace".into(),
        }),
        ..Default::default()
    };
    let sources = vec![
        VolumeProjection {
            service_account_token: Some(token),
            ..Default::default()
        },
        VolumeProjection {
            config_map: Some(root_ca),
            ..Default::default()
        },
        VolumeProjection {
            downward_api: Some(DownwardAPIProjection {
                items: vec![namespace],
            }),
            ..Default::default()
        },
    ];
    let projected = ProjectedVolumeSource {
        default_mode: Some(FILE_MODE),
        sources,
    };
    Volume {
        name,
        projected: Some(projected),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_at_the_path_prevents_another() {
        let mut spec = PodSpec::default();
        spec.containers.push(Container {
            name: "a".into(),
            ..Default::default()
        });
        spec.containers.push(Container {
            name: "b".into(),
            volume_mounts: vec![VolumeMount {
                mount_path: MOUNT_PATH.into(),
                name: "own".into(),
                ..Default::default()
            }],
            ..Default::default()
        });
        admit(&mut spec, None, 0);
        assert_eq!(&*spec.service_account_name, "default");
        assert_eq!(&*spec.volumes[0].name, "kube-api-access-bbbbb");
        assert_eq!(spec.containers[0].volume_mounts.len(), 1);
        assert_eq!(&*spec.containers[1].volume_mounts[0].name, "own");
        let once = spec.clone();
        admit(&mut spec, None, 1);
        assert_eq!(spec, once);
    }
}
