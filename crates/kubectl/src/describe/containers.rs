//! Containers in a description.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe (describeContainers, DescribeProbe)`.
//! *Invariants*: none beyond the parent's.
//! *Not modelled*: values of `status.*` fields in environment variables (upstream leaves them empty, too).

use super::lines::{Lines, rfc1123z};
use crate::printers::or_none;
use api::{Container, ContainerPort, ContainerState, ContainerStatus, EnvVar, Pod, Probe};
use api::{ResourceRequirements, VolumeMount};

/// Said of a probe that is carried through but never fails.
const NOT_MODELLED: &str = " (not modelled yet)";

/// A block of containers. `space` indents those of a template; `pod` gives the values of field references.
pub fn containers(
    lines: &mut Lines,
    label: &str,
    list: &[Container],
    statuses: &[ContainerStatus],
    pod: Option<&Pod>,
    space: &str,
) {
    let none = if list.is_empty() { " <none>" } else { "" };
    lines.line(0, &format!("{space}{label}:{none}"));
    for container in list {
        let status = statuses.iter().find(|status| status.name == container.name);
        let indent = if space.is_empty() { "" } else { " " };
        lines.line(1, &format!("{indent}{}:", container.name));
        one(lines, container, status, pod);
    }
}

fn one(
    lines: &mut Lines,
    container: &Container,
    status: Option<&ContainerStatus>,
    pod: Option<&Pod>,
) {
    if let Some(status) = status {
        lines.field(2, "Container ID", &status.container_id);
    }
    lines.field(2, "Image", &container.image);
    if let Some(status) = status {
        lines.field(2, "Image ID", &status.image_id);
    }
    port_lines(
        lines,
        "Port",
        &port_text(&container.ports, |port| port.container_port),
    );
    port_lines(
        lines,
        "Host Port",
        &port_text(&container.ports, |port| port.host_port),
    );
    let context = container.security_context.as_ref();
    if let Some(profile) = context.and_then(|context| context.seccomp_profile.as_ref()) {
        lines.field(2, "SeccompProfile", &profile.type_);
        if profile.type_ == "Localhost" {
            let file = profile.localhost_profile.as_deref().unwrap_or_default();
            lines.field(3, "LocalhostProfile", file);
        }
    }
    words(lines, "Command", &container.command);
    words(lines, "Args", &container.args);
    if let Some(status) = status {
        state(lines, "State", &status.state);
        if status.last_state.terminated.is_some() {
            state(lines, "Last State", &status.last_state);
        }
        lines.field(2, "Ready", if status.ready { "True" } else { "False" });
        lines.field(2, "Restart Count", status.restart_count);
    }
    resources(lines, 2, &container.resources);
    for (name, probe) in [
        ("Liveness", &container.liveness_probe),
        ("Readiness", &container.readiness_probe),
        ("Startup", &container.startup_probe),
    ] {
        if let Some(probe) = probe {
            lines.field(2, name, probe_text(probe) + NOT_MODELLED);
        }
    }
    environment(lines, container, pod);
    mounts(lines, container);
}

/// Fixture `describe.TestDescribeContainerPorts`.
pub fn port_text(ports: &[ContainerPort], number: impl Fn(&ContainerPort) -> i32) -> String {
    let texts: Vec<String> = ports
        .iter()
        .map(|port| match &*port.name {
            "" => format!("{}/{}", number(port), port.protocol),
            name => format!("{}/{} ({name})", number(port), port.protocol),
        })
        .collect();
    texts.join(", ")
}

fn port_lines(lines: &mut Lines, name: &str, text: &str) {
    match text.contains(',') {
        true => lines.field(2, &format!("{name}s"), text),
        false => lines.field(2, name, or_none(text)),
    }
}

fn words(lines: &mut Lines, title: &str, words: &[std::sync::Arc<str>]) {
    if !words.is_empty() {
        lines.line(2, &format!("{title}:"));
    }
    for line in words.iter().flat_map(|word| word.split('\n')) {
        lines.line(3, line);
    }
}

fn state(lines: &mut Lines, title: &str, state: &ContainerState) {
    if let Some(running) = &state.running {
        lines.field(2, title, "Running");
        lines.field(3, "Started", rfc1123z(running.started_at));
    } else if let Some(waiting) = &state.waiting {
        lines.field(2, title, "Waiting");
        lines.field_if(3, "Reason", &waiting.reason);
    } else if let Some(terminated) = &state.terminated {
        lines.field(2, title, "Terminated");
        lines.field_if(3, "Reason", &terminated.reason);
        lines.field_if(3, "Message", &terminated.message);
        lines.field(3, "Exit Code", terminated.exit_code);
        if terminated.signal > 0 {
            lines.field(3, "Signal", terminated.signal);
        }
        lines.field(3, "Started", rfc1123z(terminated.started_at));
        lines.field(3, "Finished", rfc1123z(terminated.finished_at));
    } else {
        lines.field(2, title, "Waiting");
    }
}

/// Fixture `describe.TestDescribeResources`.
pub fn resources(lines: &mut Lines, level: usize, resources: &ResourceRequirements) {
    for (title, list) in [
        ("Limits", &resources.limits),
        ("Requests", &resources.requests),
    ] {
        if !list.is_empty() {
            lines.line(level, &format!("{title}:"));
        }
        for (name, amount) in list.iter() {
            lines.field(level + 1, name, amount);
        }
    }
}

/// A probe in one line.
pub fn probe_text(probe: &Probe) -> String {
    let attributes = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        probe.initial_delay_seconds,
        probe.timeout_seconds,
        probe.period_seconds,
        probe.success_threshold,
        probe.failure_threshold
    );
    if let Some(exec) = &probe.exec {
        return format!("exec [{}] {attributes}", exec.command.join(" "));
    }
    if let Some(get) = &probe.http_get {
        let slash = if get.path.is_empty() || get.path.starts_with('/') {
            ""
        } else {
            "/"
        };
        let host = match get.host.contains(':') {
            true => format!("[{}]", get.host),
            false => get.host.to_string(),
        };
        let scheme = get.scheme.to_lowercase();
        let colon = if scheme.is_empty() { "" } else { ":" };
        return format!(
            "http-get {scheme}{colon}//{host}:{}{slash}{} {attributes}",
            get.port, get.path
        );
    }
    if let Some(tcp) = &probe.tcp_socket {
        return format!("tcp-socket {}:{} {attributes}", tcp.host, tcp.port);
    }
    if let Some(grpc) = &probe.grpc {
        let service = grpc.service.as_deref().unwrap_or_default();
        return format!("grpc <pod>:{} {service} {attributes}", grpc.port);
    }
    format!("unknown {attributes}")
}

fn environment(lines: &mut Lines, container: &Container, pod: Option<&Pod>) {
    if !container.env_from.is_empty() {
        lines.line(2, "Environment Variables from:");
    }
    for from in &container.env_from {
        let (name, kind, optional) = match (&from.config_map_ref, &from.secret_ref) {
            (Some(map), _) => (&*map.name, "ConfigMap", map.optional),
            (None, Some(secret)) => (&*secret.name, "Secret", secret.optional),
            (None, None) => ("", "", None),
        };
        let prefix = match &*from.prefix {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        let optional = optional.unwrap_or(false);
        lines.line(3, &format!("{name}\t{kind}{prefix}\tOptional: {optional}"));
    }
    match container.env.is_empty() {
        true => lines.field(2, "Environment", "<none>"),
        false => lines.line(2, "Environment:"),
    }
    for variable in &container.env {
        lines.line(
            3,
            &variable_text(variable, container, pod).replace('\n', "\n      \t"),
        );
    }
}

fn variable_text(variable: &EnvVar, container: &Container, pod: Option<&Pod>) -> String {
    let name = &variable.name;
    let Some(from) = &variable.value_from else {
        return format!("{name}:\t{}", variable.value);
    };
    if let Some(field) = &from.field_ref {
        let value = pod.and_then(|pod| field_value(pod, &field.field_path));
        let (value, version) = (value.unwrap_or_default(), &field.api_version);
        return format!("{name}:\t{value} ({version}:{})", field.field_path);
    }
    if let Some(field) = &from.resource_field_ref {
        let mut value = resource_value(container, &field.resource);
        if value == "0" && matches!(&*field.resource, "limits.cpu" | "limits.memory") {
            value = "node allocatable".into();
        }
        return format!("{name}:\t{value} ({})", field.resource);
    }
    if let Some(secret) = &from.secret_key_ref {
        let (key, of, optional) = (&secret.key, &secret.name, secret.optional.unwrap_or(false));
        return format!("{name}:\t<set to the key '{key}' in secret '{of}'>\tOptional: {optional}");
    }
    if let Some(map) = &from.config_map_key_ref {
        let (key, of, optional) = (&map.key, &map.name, map.optional.unwrap_or(false));
        return format!(
            "{name}:\t<set to the key '{key}' of config map '{of}'>\tOptional: {optional}"
        );
    }
    format!("{name}:\t")
}

/// kubernetes: pkg/fieldpath (ExtractFieldPathAsString): metadata only.
fn field_value(pod: &Pod, path: &str) -> Option<String> {
    let meta = &pod.meta;
    let key = path
        .split_once("['")
        .and_then(|(_, rest)| rest.strip_suffix("']"));
    match (path.split('[').next()?, key) {
        ("metadata.labels", Some(key)) => meta.labels.get_str(key).map(String::from),
        ("metadata.annotations", Some(key)) => meta.annotations.get_str(key).map(String::from),
        ("metadata.name", None) => Some(meta.name.to_string()),
        ("metadata.namespace", None) => Some(meta.namespace.to_string()),
        ("metadata.uid", None) => Some(meta.uid.to_string()),
        _ => None,
    }
}

fn resource_value(container: &Container, resource: &str) -> String {
    let Some((list, name)) = resource.split_once('.') else {
        return String::new();
    };
    let list = match list {
        "limits" => &container.resources.limits,
        "requests" => &container.resources.requests,
        _ => return String::new(),
    };
    let Some(amount) = list.get(name) else {
        return "0".into();
    };
    match name {
        // Whole cores, rounded up, as with the default divisor.
        "cpu" => (amount.milli_value() + 999).div_euclid(1000).to_string(),
        _ => amount.value().to_string(),
    }
}

fn mounts(lines: &mut Lines, container: &Container) {
    match container.volume_mounts.is_empty() {
        true => lines.field(2, "Mounts", "<none>"),
        false => lines.line(2, "Mounts:"),
    }
    let mut mounts: Vec<&VolumeMount> = container.volume_mounts.iter().collect();
    mounts.sort_by(|a, b| a.mount_path.cmp(&b.mount_path));
    for mount in mounts {
        let mut flags = if mount.read_only { "ro" } else { "rw" }.to_string();
        if !mount.sub_path.is_empty() {
            let path = apimachinery::text::json::quote_go(&mount.sub_path);
            flags.push_str(&format!(",path={path}"));
        }
        lines.line(
            3,
            &format!("{} from {} ({flags})", mount.mount_path, mount.name),
        );
    }
    if !container.volume_devices.is_empty() {
        lines.line(2, "Devices:");
    }
    for device in &container.volume_devices {
        lines.line(3, &format!("{} from {}", device.device_path, device.name));
    }
}
