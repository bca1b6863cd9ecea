//! Defaults of containers, their probes, ports and environment.
//!
//! *Models*: `pkg/apis/core/v1/defaults.go (SetDefaults_Container, SetDefaults_Probe, …)`.
//! *Invariants*: `needs_defaults` is true exactly if `set_defaults` would change something.
//! *Not modelled*: nothing.

use apimachinery::Quantity;

use super::pod_spec::finer;
use super::{fill, fill_number, round_up};
use crate::core::{
    Container, ContainerPort, EnvVar, EphemeralContainer, HTTPGetAction, Lifecycle,
    LifecycleHandler, Probe, ResourceRequirements,
};

const LOG_PATH: &str = "/dev/termination-log";

pub(super) fn needs_defaults(c: &Container) -> bool {
    c.image_pull_policy.is_empty()
        || c.termination_message_path.is_empty()
        || c.termination_message_policy.is_empty()
        || c.ports.iter().any(|port| port.protocol.is_empty())
        || [&c.liveness_probe, &c.readiness_probe, &c.startup_probe]
            .into_iter()
            .flatten()
            .any(probe_needs)
        || c.lifecycle.as_ref().is_some_and(lifecycle_needs)
        || c.env.iter().any(env_needs)
        || finer(&c.resources.limits)
        || finer(&c.resources.requests)
}

pub(super) fn set_defaults(c: &mut Container) {
    fill_common(
        &c.image,
        &mut c.image_pull_policy,
        &mut c.termination_message_path,
        &mut c.termination_message_policy,
    );
    parts(&mut c.ports, &mut c.env, &mut c.lifecycle, &mut c.resources);
    for probe in [
        &mut c.liveness_probe,
        &mut c.readiness_probe,
        &mut c.startup_probe,
    ]
    .into_iter()
    .flatten()
    {
        set_probe(probe);
    }
}

pub(super) fn set_ephemeral_defaults(c: &mut EphemeralContainer) {
    fill_common(
        &c.image,
        &mut c.image_pull_policy,
        &mut c.termination_message_path,
        &mut c.termination_message_policy,
    );
    parts(&mut c.ports, &mut c.env, &mut c.lifecycle, &mut c.resources);
    for probe in [
        &mut c.liveness_probe,
        &mut c.readiness_probe,
        &mut c.startup_probe,
    ]
    .into_iter()
    .flatten()
    {
        set_probe(probe);
    }
}

fn fill_common(
    image: &str,
    pull_policy: &mut crate::Text,
    message_path: &mut crate::Text,
    message_policy: &mut crate::Text,
) {
    if pull_policy.is_empty() {
        let latest = image_tag(image) == Some("latest");
        *pull_policy = if latest { "Always" } else { "IfNotPresent" }.into();
    }
    fill(message_path, LOG_PATH);
    fill(message_policy, "File");
}

fn parts(
    ports: &mut [ContainerPort],
    env: &mut [EnvVar],
    lifecycle: &mut Option<Lifecycle>,
    resources: &mut ResourceRequirements,
) {
    for port in ports {
        fill(&mut port.protocol, "TCP");
    }
    for variable in env {
        set_env(variable);
    }
    if let Some(lifecycle) = lifecycle {
        for handler in [&mut lifecycle.post_start, &mut lifecycle.pre_stop]
            .into_iter()
            .flatten()
        {
            if let Some(get) = &mut handler.http_get {
                set_http_get(get);
            }
        }
    }
    round_up(&mut resources.limits);
    round_up(&mut resources.requests);
}

fn lifecycle_needs(lifecycle: &Lifecycle) -> bool {
    let needs = |h: &LifecycleHandler| h.http_get.as_ref().is_some_and(http_get_needs);
    [&lifecycle.post_start, &lifecycle.pre_stop]
        .into_iter()
        .flatten()
        .any(needs)
}

fn http_get_needs(get: &HTTPGetAction) -> bool {
    get.path.is_empty() || get.scheme.is_empty()
}

fn set_http_get(get: &mut HTTPGetAction) {
    if get.path.is_empty() {
        get.path = "/".into();
    }
    fill(&mut get.scheme, "HTTP");
}

fn probe_needs(probe: &Probe) -> bool {
    probe.timeout_seconds == 0
        || probe.period_seconds == 0
        || probe.success_threshold == 0
        || probe.failure_threshold == 0
        || probe.http_get.as_ref().is_some_and(http_get_needs)
        || probe
            .grpc
            .as_ref()
            .is_some_and(|grpc| grpc.service.is_none())
}

fn set_probe(probe: &mut Probe) {
    fill_number(&mut probe.timeout_seconds, 1);
    fill_number(&mut probe.period_seconds, 10);
    fill_number(&mut probe.success_threshold, 1);
    fill_number(&mut probe.failure_threshold, 3);
    if let Some(get) = &mut probe.http_get {
        set_http_get(get);
    }
    if let Some(grpc) = &mut probe.grpc
        && grpc.service.is_none()
    {
        grpc.service = Some("".into());
    }
}

fn env_needs(variable: &EnvVar) -> bool {
    variable.value_from.as_ref().is_some_and(|from| {
        from.field_ref
            .as_ref()
            .is_some_and(|field| field.api_version.is_empty())
            || from
                .resource_field_ref
                .as_ref()
                .is_some_and(|field| field.divisor.is_none())
            || from
                .file_key_ref
                .as_ref()
                .is_some_and(|file| file.optional.is_none())
    })
}

fn set_env(variable: &mut EnvVar) {
    let Some(from) = &mut variable.value_from else {
        return;
    };
    if let Some(field) = &mut from.field_ref {
        fill(&mut field.api_version, "v1");
    }
    if let Some(field) = &mut from.resource_field_ref {
        field.divisor.get_or_insert(Quantity::ZERO);
    }
    if let Some(file) = &mut from.file_key_ref {
        file.optional.get_or_insert(false);
    }
}

/// The tag of an image reference: `latest` if it has neither tag nor digest, `None` if it is no
/// reference at all.
// kubernetes: pkg/util/parsers/parsers.go (ParseImageName)
pub fn image_tag(image: &str) -> Option<&str> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let last = name.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match name[last..].rfind(':') {
        Some(at) => (&name[..last + at], Some(&name[last + at + 1..])),
        None => (name, None),
    };
    if !is_repository(path) || tag.is_some_and(|tag| !is_tag(tag)) {
        return None;
    }
    match (tag, digest) {
        (Some(tag), _) => Some(tag),
        (None, None) => Some("latest"),
        (None, Some(_)) => Some(""),
    }
}

fn is_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let bytes = tag.as_bytes();
    bytes.len() <= 128
        && bytes.first().is_some_and(|b| word(*b))
        && bytes.iter().all(|b| word(*b) || matches!(b, b'.' | b'-'))
}

fn is_repository(path: &str) -> bool {
    let mut parts = path.split('/').peekable();
    let first_is_host = path.contains('/')
        && parts.peek().is_some_and(|host| {
            host.contains(['.', ':'])
                || *host == "localhost"
                || host.bytes().any(|b| b.is_ascii_uppercase())
        });
    let host_ok = |host: &str| {
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "0"));
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'[' | b']' | b':'))
            && port.bytes().all(|b| b.is_ascii_digit())
    };
    let part_ok = |part: &str| {
        let bytes = part.as_bytes();
        let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        edge(bytes.first())
            && edge(bytes.last())
            && bytes.iter().all(|b| {
                b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-')
            })
    };
    if first_is_host && !parts.next().is_some_and(host_ok) {
        return false;
    }
    parts.all(part_ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        for (image, tag) in [
            ("nginx", Some("latest")),
            ("nginx:latest", Some("latest")),
            ("nginx:1.27", Some("1.27")),
            ("registry.k8s.io/pause:3.10", Some("3.10")),
            ("localhost:5000/app", Some("latest")),
            ("app@sha256:0123", Some("")),
            ("NGINX", None),
            ("", None),
        ] {
            assert_eq!(image_tag(image), tag, "{image}");
        }
    }
}
