//! A pod and a pod template, described.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe (describePod, DescribePodTemplate)`.
//! *Invariants*: none beyond the parent's.
//! *Not modelled*: nothing.

use super::Around;
use super::containers::{containers, resources};
use super::lines::{Lines, controller};
use super::volumes::{placement, spread, volumes};
use crate::printers::since;
use api::{Container, EphemeralContainer, Pod, PodCondition, PodTemplateSpec, SeccompProfile};
use apimachinery::Time;

pub fn pod(pod: &Pod, around: &Around<'_>, now: Time) -> String {
    let mut lines = Lines::default();
    head(&mut lines, pod, now);
    let (spec, status) = (&pod.spec, &pod.status);
    if !spec.init_containers.is_empty() {
        let statuses = &status.init_container_statuses;
        containers(
            &mut lines,
            "Init Containers",
            &spec.init_containers,
            statuses,
            Some(pod),
            "",
        );
    }
    let statuses = &status.container_statuses;
    containers(
        &mut lines,
        "Containers",
        &spec.containers,
        statuses,
        Some(pod),
        "",
    );
    if !spec.ephemeral_containers.is_empty() {
        let list: Vec<Container> = spec.ephemeral_containers.iter().map(ephemeral).collect();
        let statuses = &status.ephemeral_container_statuses;
        containers(
            &mut lines,
            "Ephemeral Containers",
            &list,
            statuses,
            Some(pod),
            "",
        );
    }
    conditions(&mut lines, pod);
    volumes(&mut lines, &spec.volumes, "");
    lines.field(0, "QoS Class", api::qos::shown(pod));
    placement(&mut lines, spec, "");
    spread(&mut lines, &spec.topology_spread_constraints, "");
    if let Some(group) = &spec.scheduling_group {
        lines.line(0, "SchedulingGroup:");
        lines.field(
            1,
            "PodGroupName",
            group.pod_group_name.as_deref().unwrap_or_default(),
        );
    }
    lines.events(around, now);
    lines.finish()
}

fn head(lines: &mut Lines, pod: &Pod, now: Time) {
    let (meta, spec, status) = (&pod.meta, &pod.spec, &pod.status);
    lines.names(meta);
    if let Some(priority) = spec.priority {
        lines.field(0, "Priority", priority);
    }
    lines.field_if(0, "Priority Class Name", &spec.priority_class_name);
    let runtime = spec.runtime_class_name.as_deref().unwrap_or_default();
    lines.field_if(0, "Runtime Class Name", runtime);
    lines.field_if(0, "Service Account", &spec.service_account_name);
    match pod.node_name.is_empty() {
        true => lines.field(0, "Node", "<none>"),
        false => lines.field(0, "Node", format!("{}/{}", pod.node_name, status.host_ip)),
    }
    if let Some(start) = status.start_time {
        lines.field(0, "Start Time", start.rfc1123z());
    }
    lines.labels_and_annotations(meta);
    let over = matches!(&*status.phase, "Failed" | "Succeeded");
    match meta.deletion_timestamp {
        Some(at) if !over => {
            let lasts = since(Some(at), now);
            lines.field(0, "Status", format!("Terminating (lasts {lasts})"));
            let grace = meta.deletion_grace_period_seconds.unwrap_or_default();
            lines.field(0, "Termination Grace Period", format!("{grace}s"));
        }
        _ => lines.field(0, "Status", &status.phase),
    }
    lines.field_if(0, "Reason", &status.reason);
    lines.field_if(0, "Message", &status.message);
    let context = spec.security_context.as_ref();
    seccomp(
        lines,
        context.and_then(|context| context.seccomp_profile.as_ref()),
    );
    lines.field(0, "IP", &status.pod_ip);
    match status.pod_ips.is_empty() {
        true => lines.field(0, "IPs", "<none>"),
        false => lines.line(0, "IPs:"),
    }
    for ip in &status.pod_ips {
        lines.field(1, "IP", &ip.ip);
    }
    lines.field_if(0, "Controlled By", &controller(meta));
    lines.field_if(0, "NominatedNodeName", &status.nominated_node_name);
    if let Some(of_pod) = &spec.resources {
        lines.line(0, "Resources:");
        resources(lines, 1, of_pod);
    }
}

fn seccomp(lines: &mut Lines, profile: Option<&SeccompProfile>) {
    let Some(profile) = profile else {
        return;
    };
    lines.field(0, "SeccompProfile", &profile.type_);
    if profile.type_ == "Localhost" {
        let file = profile.localhost_profile.as_deref().unwrap_or_default();
        lines.field(0, "LocalhostProfile", file);
    }
}

fn conditions(lines: &mut Lines, pod: &Pod) {
    let conditions = &pod.status.conditions;
    if !pod.spec.readiness_gates.is_empty() {
        lines.raw("Readiness Gates:\n  Type\tStatus\n");
    }
    for gate in &pod.spec.readiness_gates {
        let found = |condition: &&PodCondition| condition.type_ == gate.condition_type;
        let status = conditions.iter().find(found);
        let status = status.map_or("<none>", |condition| &*condition.status);
        lines.line(1, &format!("{} \t{status} ", gate.condition_type));
    }
    if !conditions.is_empty() {
        lines.raw("Conditions:\n  Type\tStatus\n");
    }
    for condition in conditions {
        lines.line(1, &format!("{} \t{} ", condition.type_, condition.status));
    }
}

/// An ephemeral container has the fields of a container that are shown.
fn ephemeral(from: &EphemeralContainer) -> Container {
    Container {
        args: from.args.clone(),
        command: from.command.clone(),
        env: from.env.clone(),
        env_from: from.env_from.clone(),
        image: from.image.clone(),
        name: from.name.clone(),
        ports: from.ports.clone(),
        resources: from.resources.clone(),
        security_context: from.security_context.clone(),
        volume_devices: from.volume_devices.clone(),
        volume_mounts: from.volume_mounts.clone(),
        ..Container::default()
    }
}

/// The pods a workload makes.
pub fn template(lines: &mut Lines, template: Option<&PodTemplateSpec>) {
    lines.line(0, "Pod Template:");
    let Some(template) = template else {
        lines.raw("  <unset>");
        return;
    };
    let spec = &template.spec;
    lines.labels("  Labels", &template.meta.labels);
    if !template.meta.annotations.is_empty() {
        lines.annotations("  Annotations", &template.meta.annotations);
    }
    lines.field_if(0, "  Service Account", &spec.service_account_name);
    if !spec.init_containers.is_empty() {
        containers(
            lines,
            "Init Containers",
            &spec.init_containers,
            &[],
            None,
            "  ",
        );
    }
    containers(lines, "Containers", &spec.containers, &[], None, "  ");
    volumes(lines, &spec.volumes, "  ");
    spread(lines, &spec.topology_spread_constraints, "  ");
    lines.field_if(0, "  Priority Class Name", &spec.priority_class_name);
    placement(lines, spec, "  ");
}
