//! ConfigMaps and Secrets that a pod needs before its containers can be created.
//!
//! *Models*: `pkg/kubelet/kubelet_pods.go` (makeEnvironmentVariables), `pkg/volume/configmap`, `pkg/volume/secret`.
//! *Not modelled*: values of the variables, projected service account tokens, claims.

use crate::Cache;
use api::{ConfigMap, Container, Pod, Secret};

fn config_map<'a>(cache: &'a Cache, pod: &Pod, name: &str) -> Result<&'a ConfigMap, String> {
    match cache.find::<ConfigMap>(&pod.meta.namespace, name) {
        Some((_, found)) => Ok(found),
        None => Err(format!("configmap \"{name}\" not found")),
    }
}

fn secret<'a>(cache: &'a Cache, pod: &Pod, name: &str) -> Result<&'a Secret, String> {
    match cache.find::<Secret>(&pod.meta.namespace, name) {
        Some((_, found)) => Ok(found),
        None => Err(format!("secret \"{name}\" not found")),
    }
}

/// Why a container's environment cannot be made.
// kubernetes: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables)
pub(super) fn check_environment(
    cache: &Cache,
    pod: &Pod,
    container: &Container,
) -> Result<(), String> {
    let namespace = &pod.meta.namespace;
    for source in &container.env_from {
        if let Some(source) = source
            .config_map_ref
            .as_ref()
            .filter(|source| source.optional != Some(true))
        {
            config_map(cache, pod, &source.name)?;
        }
        if let Some(source) = source
            .secret_ref
            .as_ref()
            .filter(|source| source.optional != Some(true))
        {
            secret(cache, pod, &source.name)?;
        }
    }
    for source in container
        .env
        .iter()
        .filter_map(|variable| variable.value_from.as_ref())
    {
        if let Some(key) = source
            .config_map_key_ref
            .as_ref()
            .filter(|key| key.optional != Some(true))
        {
            let found = config_map(cache, pod, &key.name)?;
            if !found.data.contains_key(&key.key) && !found.binary_data.contains_key(&key.key) {
                return Err(format!(
                    "couldn't find key {} in ConfigMap {namespace}/{}",
                    key.key, key.name
                ));
            }
        }
        if let Some(key) = source
            .secret_key_ref
            .as_ref()
            .filter(|key| key.optional != Some(true))
        {
            let found = secret(cache, pod, &key.name)?;
            if !found.data.contains_key(&key.key) {
                return Err(format!(
                    "couldn't find key {} in Secret {namespace}/{}",
                    key.key, key.name
                ));
            }
        }
    }
    Ok(())
}

/// The first volume that cannot be set up, with the reason.
pub(super) fn check_volumes<'a>(cache: &Cache, pod: &'a Pod) -> Result<(), (&'a str, String)> {
    for volume in &pod.spec.volumes {
        let found = match (&volume.config_map, &volume.secret) {
            (Some(source), _) if source.optional != Some(true) => {
                config_map(cache, pod, &source.name).and_then(|found| {
                    let has = |key: &str| {
                        found.data.contains_key(key) || found.binary_data.contains_key(key)
                    };
                    match source.items.iter().find(|item| !has(&item.key)) {
                        // kubernetes: pkg/volume/configmap (MakePayload)
                        Some(item) => Err(format!(
                            "configmap references non-existent config key: {}",
                            item.key
                        )),
                        None => Ok(()),
                    }
                })
            }
            (_, Some(source)) if source.optional != Some(true) => {
                secret(cache, pod, &source.secret_name).map(|_| ())
            }
            _ => Ok(()),
        };
        found.map_err(|why| (&*volume.name, why))?;
    }
    Ok(())
}
