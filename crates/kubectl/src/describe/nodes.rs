//! A node, described.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe (describeNode, describeNodeResource)`.
//! *Invariants*: heartbeats are worked out when read (INV-8).
//! *Not modelled*: ResourceSlices.

use super::Around;
use super::lines::{Lines, rfc1123z};
use crate::printers::nodes::roles;
use crate::printers::{or_none, since};
use api::resource_list::{CPU, EPHEMERAL_STORAGE, MEMORY, PODS};
use api::{Container, Node, Pod, ResourceList, Taint};
use apimachinery::{MicroTime, Quantity, Time};

pub fn node(node: &Node, around: &Around<'_>, now: Time) -> String {
    let mut lines = Lines::default();
    lines.field(0, "Name", &node.meta.name);
    lines.field(0, "Roles", or_none(&roles(node).join(",")));
    lines.labels_and_annotations(&node.meta);
    lines.field(
        0,
        "CreationTimestamp",
        rfc1123z(node.meta.creation_timestamp),
    );
    let mut taints: Vec<&Taint> = node.spec.taints.iter().collect();
    taints.sort_by_key(|taint| format!("{},{}", taint.effect, taint.key));
    lines.list("Taints", taints.into_iter().map(taint_text));
    lines.field(0, "Unschedulable", node.spec.unschedulable);
    lease(&mut lines, node, around);
    conditions(&mut lines, node);
    lines.line(0, "Addresses:");
    for address in &node.status.addresses {
        lines.field(1, &address.type_, &address.address);
    }
    for (title, list) in [
        ("Capacity", &node.status.capacity),
        ("Allocatable", &node.status.allocatable),
    ] {
        if !list.is_empty() {
            lines.line(0, &format!("{title}:"));
        }
        for (name, amount) in list.iter() {
            lines.field(1, name, amount);
        }
    }
    system(&mut lines, node);
    pods(&mut lines, node, around, now);
    lines.events(around, now);
    lines.finish()
}

/// `key=value:Effect`.
pub fn taint_text(taint: &Taint) -> String {
    match &*taint.value {
        "" => format!("{}:{}", taint.key, taint.effect),
        value => format!("{}={value}:{}", taint.key, taint.effect),
    }
}

fn lease(lines: &mut Lines, node: &Node, around: &Around<'_>) {
    let Some(lease) = &around.lease else {
        let name = &node.meta.name;
        let error = format!("Failed to get lease: leases.coordination.k8s.io \"{name}\" not found");
        lines.field(0, "Lease", error);
        return;
    };
    let time = |time: Option<MicroTime>| match time {
        Some(time) => Time::from(time).rfc1123z(),
        None => "<unset>".into(),
    };
    lines.line(0, "Lease:");
    let holder = lease.spec.holder_identity.as_deref();
    lines.field(1, "HolderIdentity", holder.unwrap_or("<unset>"));
    lines.field(1, "AcquireTime", time(lease.spec.acquire_time));
    lines.field(1, "RenewTime", time(lease.spec.renew_time));
}

fn conditions(lines: &mut Lines, node: &Node) {
    let conditions = &node.status.conditions;
    if !conditions.is_empty() {
        lines.raw(
            "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n",
        );
        lines.line(
            1,
            "----\t------\t-----------------\t------------------\t------\t-------",
        );
    }
    for condition in conditions {
        let text = format!(
            "{} \t{} \t{} \t{} \t{} \t{}",
            condition.type_,
            condition.status,
            rfc1123z(condition.last_heartbeat_time),
            rfc1123z(condition.last_transition_time),
            condition.reason,
            condition.message
        );
        lines.line(1, &text);
    }
}

fn system(lines: &mut Lines, node: &Node) {
    let info = &node.status.node_info;
    lines.line(0, "System Info:");
    lines.field(1, "Machine ID", &info.machine_id);
    lines.field(1, "System UUID", &info.system_uuid);
    lines.field(1, "Boot ID", &info.boot_id);
    lines.field(1, "Kernel Version", &info.kernel_version);
    lines.field(1, "OS Image", &info.os_image);
    lines.field(1, "Operating System", &info.operating_system);
    lines.field(1, "Architecture", &info.architecture);
    lines.field(
        1,
        "Container Runtime Version",
        &info.container_runtime_version,
    );
    lines.field(1, "Kubelet Version", &info.kubelet_version);
    if !node.spec.pod_cidr.is_empty() {
        lines.field(0, "PodCIDR", &node.spec.pod_cidr);
    }
    if !node.spec.pod_cidrs.is_empty() {
        lines.field(0, "PodCIDRs", node.spec.pod_cidrs.join(","));
    }
    lines.field_if(0, "ProviderID", &node.spec.provider_id);
}

fn pods(lines: &mut Lines, node: &Node, around: &Around<'_>, now: Time) {
    let status = &node.status;
    let room = match status.allocatable.is_empty() {
        true => &status.capacity,
        false => &status.allocatable,
    };
    let running: Vec<&&Pod> = around
        .pods
        .iter()
        .filter(|pod| !matches!(&*pod.status.phase, "Succeeded" | "Failed"))
        .collect();
    lines.line(
        0,
        &format!("Non-terminated Pods:\t({} in total)", running.len()),
    );
    lines.line(
        1,
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge",
    );
    lines.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    let (mut requests, mut limits) = (ResourceList::new(), ResourceList::new());
    for pod in running {
        let of_pod = total(pod, |container| &container.resources.requests);
        let at_most = total(pod, |container| &container.resources.limits);
        let text = format!(
            "{}\t{}\t\t{}\t{}\t{}\t{}\t{}",
            pod.meta.namespace,
            pod.meta.name,
            share(&of_pod, CPU, room),
            share(&at_most, CPU, room),
            share(&of_pod, MEMORY, room),
            share(&at_most, MEMORY, room),
            since(pod.meta.creation_timestamp, now)
        );
        lines.line(1, &text);
        add(&mut requests, &of_pod);
        add(&mut limits, &at_most);
    }
    lines.raw(
        "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n",
    );
    lines.line(1, "Resource\tRequests\tLimits");
    lines.line(1, "--------\t--------\t------");
    let huge = |name: &str| name.starts_with("hugepages-");
    let shown = [CPU, MEMORY, EPHEMERAL_STORAGE];
    let named = room.iter().map(|(name, _)| &**name);
    for name in shown
        .into_iter()
        .chain(named.clone().filter(|name| huge(name)))
    {
        let (asked, limit) = (share(&requests, name, room), share(&limits, name, room));
        lines.line(1, &format!("{name}\t{asked}\t{limit}"));
    }
    let extended = |name: &&str| !shown.contains(name) && *name != PODS && !huge(name);
    for name in named.filter(extended) {
        let (asked, limit) = (amount(&requests, name), amount(&limits, name));
        lines.line(1, &format!("{name}\t{asked}\t{limit}"));
    }
}

fn amount(list: &ResourceList, name: &str) -> Quantity {
    list.get(name).copied().unwrap_or_default()
}

/// `100m (5%)`: an amount and its part of what the node has.
fn share(list: &ResourceList, name: &str, room: &ResourceList) -> String {
    let whole = |amount: Quantity| match name {
        CPU => amount.milli_value(),
        _ => amount.value(),
    };
    let (used, all) = (amount(list, name), whole(amount(room, name)));
    let percent = match all {
        0 => 0,
        all => i128::from(whole(used)) * 100 / i128::from(all),
    };
    format!("{used} ({percent}%)")
}

/// What a pod asks for: containers and sidecars together, or the largest step of its start, and overhead.
/// kubernetes: component-helpers/resource (PodRequests, PodLimits)
fn total(pod: &Pod, pick: impl Fn(&Container) -> &ResourceList) -> ResourceList {
    let mut sum = ResourceList::new();
    for container in &pod.spec.containers {
        add(&mut sum, pick(container));
    }
    let mut sidecars = ResourceList::new();
    let mut start = ResourceList::new();
    for container in &pod.spec.init_containers {
        let mut step = sidecars.clone();
        add(&mut step, pick(container));
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut sum, pick(container));
            sidecars = step.clone();
        }
        raise(&mut start, &step);
    }
    raise(&mut sum, &start);
    for (name, overhead) in pod.spec.overhead.iter() {
        if let Some(have) = sum.get_mut(name) {
            *have += *overhead;
        }
    }
    sum
}

fn add(sum: &mut ResourceList, list: &ResourceList) {
    for (name, amount) in list.iter() {
        match sum.get_mut(name) {
            Some(have) => *have += *amount,
            None => {
                sum.insert(name.clone(), *amount);
            }
        }
    }
}

fn raise(sum: &mut ResourceList, list: &ResourceList) {
    for (name, amount) in list.iter() {
        if sum.get(name).is_none_or(|have| have < amount) {
            sum.insert(name.clone(), *amount);
        }
    }
}
