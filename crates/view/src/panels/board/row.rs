//! One pod, one node: from objects to rows.

use api::pod_summary::{PodSummary, summarize};
use api::{Kind, Node, Pod, ReplicaSet};
use apimachinery::OwnerReference;
use cluster::Cluster;

use super::{Hue, Mark, PodRow, ResourceBar};

const ZONE: &str = "topology.kubernetes.io/zone";
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
const REVISION: &str = "deployment.kubernetes.io/revision";

/// Requested CPU (milli) and memory (bytes).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Requests {
    pub cpu_milli: i64,
    pub memory_bytes: i64,
}

/// What a pod's containers request; nothing once it has ended.
pub(super) fn requests(pod: &Pod) -> Requests {
    let mut sum = Requests::default();
    if matches!(&*pod.status.phase, "Succeeded" | "Failed") {
        return sum;
    }
    for container in &pod.spec.containers {
        let requests = &container.resources.requests;
        sum.cpu_milli += requests
            .get("cpu")
            .map_or(0, |quantity| quantity.milli_value());
        sum.memory_bytes += requests
            .get("memory")
            .map_or(0, |quantity| quantity.value());
    }
    sum
}

/// Whether a pod is one of the cluster's own.
pub(super) fn is_system(pod: &Pod) -> bool {
    pod.meta.namespace.starts_with("kube-")
}

/// The heading a node stands under, those of the control plane first.
pub(super) fn zone(node: &Node) -> (bool, String) {
    if node.meta.labels.contains_key(CONTROL_PLANE) {
        return (false, "control plane".to_string());
    }
    (
        true,
        node.meta
            .labels
            .get_str(ZONE)
            .unwrap_or("nodes")
            .to_string(),
    )
}

/// The Ready condition's status, if there is one.
fn ready(node: &Node) -> Option<&str> {
    let condition = node
        .status
        .conditions
        .iter()
        .find(|condition| condition.type_ == "Ready")?;
    Some(&condition.status)
}

/// kubectl's STATUS column, and whether the node is ready.
// kubernetes: pkg/printers/internalversion/printers.go (printNode)
pub(super) fn node_status(node: &Node) -> (String, bool) {
    let mut status = match ready(node) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_string();
    if node.spec.unschedulable {
        status.push_str(",SchedulingDisabled");
    }
    (status, ready(node) == Some("True"))
}

/// Whether nobody has heard from the node.
pub(super) fn is_lost(node: &Node) -> bool {
    ready(node) == Some("Unknown")
}

pub(super) fn taints(node: &Node) -> String {
    let taints: Vec<String> = node
        .spec
        .taints
        .iter()
        .map(|taint| format!("{}:{}", taint.key, taint.effect))
        .collect();
    taints.join(",")
}

/// The bars of a node, from what the pods of each hue request.
pub(super) fn bars(node: &Node, by_hue: &[Requests; 5]) -> Vec<ResourceBar> {
    let allocatable = |name: &str| node.status.allocatable.get(name);
    let cpu = allocatable("cpu").map_or(0, |quantity| quantity.milli_value());
    let memory = allocatable("memory").map_or(0, |quantity| quantity.value());
    let cores = |milli: i64| decimal(milli, 1000);
    let gibibytes = |bytes: i64| decimal(bytes, 1 << 30);
    vec![
        bar(
            "cpu",
            cpu,
            by_hue.map(|requests| requests.cpu_milli),
            cores,
            "",
        ),
        bar(
            "mem",
            memory,
            by_hue.map(|requests| requests.memory_bytes),
            gibibytes,
            "Gi",
        ),
    ]
}

/// Two digits after the point at most, and none that say nothing: `0.6`, `4`, `0.19`.
fn decimal(value: i64, unit: i64) -> String {
    let hundredths = (value * 100 + unit / 2) / unit;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

fn bar(
    name: &'static str,
    allocatable: i64,
    by_hue: [i64; 5],
    text: impl Fn(i64) -> String,
    unit: &str,
) -> ResourceBar {
    let share = |value: i64| {
        if allocatable > 0 {
            (value * 1000 / allocatable).clamp(0, 1000) as u32
        } else {
            0
        }
    };
    let segments = Hue::ALL
        .into_iter()
        .zip(by_hue.map(share))
        .filter(|(_, share)| *share > 0)
        .collect();
    let total = by_hue.iter().sum();
    ResourceBar {
        name,
        text: format!("{}/{}{unit}", text(total), text(allocatable)),
        segments,
    }
}

/// A pod's row.
pub(super) fn pod_row(world: &Cluster, pod: &Pod, lost: bool) -> PodRow {
    let summary = summarize(pod);
    let owner = pod.meta.controller_of();
    PodRow {
        namespace: pod.meta.namespace.to_string(),
        name: pod.meta.name.to_string(),
        shared_len: owner.map_or(0, |owner| owner.name.len() as u32 + 1),
        hue: hue(world, pod),
        old: owner.is_some_and(|owner| is_old(world, pod, owner)),
        mark: mark(pod, &summary, lost),
        note: note(pod),
        restarts: summary.restarts.max(0) as u32,
        status: summary.status,
    }
}

/// The ReplicaSet that owns a pod, and its row id.
fn replica_set<'a>(
    world: &'a Cluster,
    pod: &Pod,
    owner: &OwnerReference,
) -> Option<(u32, &'a ReplicaSet)> {
    if &*owner.kind != "ReplicaSet" {
        return None;
    }
    let (key, object) = world
        .api
        .find(Kind::ReplicaSet, &pod.meta.namespace, &owner.name)?;
    Some((key.id, object.get::<ReplicaSet>()?))
}

/// Hue of the workload at the root.
pub(super) fn hue(world: &Cluster, pod: &Pod) -> Hue {
    if is_system(pod) {
        return Hue::System;
    }
    let Some(owner) = pod.meta.controller_of() else {
        return Hue::of(0);
    };
    let Some((id, set)) = replica_set(world, pod, owner) else {
        return Hue::of(owner.name.len() as u32);
    };
    let deployment = set.meta.controller_of().and_then(|owner| {
        world
            .api
            .find(Kind::Deployment, &set.meta.namespace, &owner.name)
    });
    Hue::of(deployment.map_or(id, |(key, _)| key.id))
}

/// Whether a pod belongs to an older revision of its Deployment.
fn is_old(world: &Cluster, pod: &Pod, owner: &OwnerReference) -> bool {
    let Some((_, set)) = replica_set(world, pod, owner) else {
        return false;
    };
    let deployment = set.meta.controller_of().and_then(|owner| {
        world
            .api
            .find(Kind::Deployment, &set.meta.namespace, &owner.name)
    });
    deployment.is_some_and(|(_, deployment)| {
        let newest = deployment.meta().annotations.get(REVISION);
        newest.is_some() && newest != set.meta.annotations.get(REVISION)
    })
}

/// The state to draw; `lost` if nobody has heard from its node.
pub(super) fn mark(pod: &Pod, summary: &PodSummary, lost: bool) -> Mark {
    match (&*pod.status.phase, &*summary.status) {
        _ if pod.meta.deletion_timestamp.is_some() => Mark::Leaving,
        ("Succeeded", _) => Mark::Done,
        ("Failed", _) => Mark::Failed,
        _ if lost => Mark::Lost,
        (_, status) if status.ends_with("BackOff") => Mark::BackOff,
        (_, status) if status.contains("Err") || status == "OOMKilled" => Mark::Failed,
        ("Running", "Completed") => Mark::Done,
        ("Running", _) if summary.ready == summary.total => Mark::Ready,
        ("Running", _) => Mark::NotReady,
        _ if pod.node_name.is_empty() => Mark::Pending,
        _ => Mark::Creating,
    }
}

/// Why a pod has no node: the reason's first sentence. Else nothing.
fn note(pod: &Pod) -> String {
    let scheduled = pod
        .status
        .conditions
        .iter()
        .find(|condition| condition.type_ == "PodScheduled");
    match scheduled {
        Some(condition) if condition.status == "False" => {
            let text = condition.message.split(". ").next().unwrap_or_default();
            text.trim_end_matches('.').to_string()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn figures_say_no_more_than_they_know() {
        let cases = [
            (0, "0"),
            (4_000, "4"),
            (600, "0.6"),
            (1_250, "1.25"),
            (190, "0.19"),
            (1_999, "2"),
        ];
        for (milli, text) in cases {
            assert_eq!(decimal(milli, 1000), text);
        }
    }
}
