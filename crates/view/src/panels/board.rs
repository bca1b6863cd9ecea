//! The board: nodes by zone with their pods, and the pods that no node has yet.
//!
//! Texts are kubectl's own; `api::pod_summary` is where STATUS comes from.

use api::pod_summary::{PodSummary, summarize};
use api::{Kind, Node, Pod, ReplicaSet};
use cluster::Cluster;
use std::collections::BTreeMap;
use std::sync::Arc;

const ZONE: &str = "topology.kubernetes.io/zone";
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
const REVISION: &str = "deployment.kubernetes.io/revision";

/// The board: pods that no node has yet, then nodes by zone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    pub unscheduled: Vec<PodRow>,
    pub zones: Vec<ZoneRow>,
}

/// Nodes that share a heading: `control plane`, a zone's name, or `nodes`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ZoneRow {
    pub name: String,
    pub nodes: Vec<NodeRow>,
}

/// A node and what runs on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeRow {
    pub name: String,
    /// kubectl's STATUS column.
    pub status: String,
    /// Ready: an unready node gets a dashed outline.
    pub ready: bool,
    /// `key:Effect`, joined by commas.
    pub taints: String,
    pub resources: Vec<ResourceBar>,
    pub pods: Vec<PodRow>,
}

/// Requested against allocatable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceBar {
    /// `cpu`, `mem`.
    pub name: &'static str,
    /// `1.9/2`
    pub text: String,
    /// What each owner's pods request, in thousandths of allocatable.
    pub segments: Vec<(Hue, u32)>,
}

/// A pod's row. Texts are kubectl's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodRow {
    pub namespace: String,
    pub name: String,
    /// How many bytes of the name it shares with its owner.
    pub shared_len: u32,
    pub hue: Hue,
    /// Of an older revision of its workload.
    pub old: bool,
    pub mark: Mark,
    /// kubectl's STATUS column.
    pub status: String,
    /// Time left or the reason, beside the status.
    pub note: String,
    pub restarts: u32,
}

/// One hue a workload; the system's own pods are grey.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Hue {
    #[default]
    System,
    A,
    B,
    C,
    D,
}

impl Hue {
    /// The name in `tokens.css`: `--own-a`.
    pub fn token(self) -> &'static str {
        match self {
            Hue::System => "sys",
            Hue::A => "a",
            Hue::B => "b",
            Hue::C => "c",
            Hue::D => "d",
        }
    }
}

/// A pod's state as it is drawn: shape and colour together, never colour alone.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mark {
    #[default]
    Pending,
    Creating,
    NotReady,
    Ready,
    Done,
    Failed,
    BackOff,
    Leaving,
    Lost,
}

impl Mark {
    /// The symbol in `icons.svg`.
    pub fn symbol(self) -> &'static str {
        match self {
            Mark::Pending => "#s-pending",
            Mark::Creating => "#s-creating",
            Mark::NotReady => "#s-notready",
            Mark::Ready => "#s-ready",
            Mark::Done => "#s-done",
            Mark::Failed => "#s-failed",
            Mark::BackOff => "#s-backoff",
            Mark::Leaving => "#s-leaving",
            Mark::Lost => "#s-lost",
        }
    }

    /// The class that gives a pod in change its ground and its status its ink.
    pub fn tone(self) -> &'static str {
        match self {
            Mark::Pending | Mark::Creating => "wait",
            Mark::NotReady => "notready",
            Mark::Ready => "ready",
            Mark::Done => "done",
            Mark::Failed | Mark::BackOff => "fail",
            Mark::Leaving => "leave",
            Mark::Lost => "lost",
        }
    }

    /// A steady pod takes one line; a pod in change gets a second one for its status.
    pub fn is_steady(self) -> bool {
        matches!(self, Mark::Ready | Mark::Done)
    }
}

/// The board of a whole cluster.
pub fn board(world: &Cluster) -> Board {
    let mut rows: BTreeMap<Arc<str>, Vec<(PodRow, Requests)>> = BTreeMap::new();
    let mut unscheduled = Vec::new();
    let nodes = world.api.list(Kind::Node, None);
    for object in world.api.list(Kind::Pod, None) {
        let Some(pod) = object.get::<Pod>() else {
            continue;
        };
        let row = pod_row(world, pod);
        if pod.node_name.is_empty() {
            unscheduled.push(row);
        } else {
            rows.entry(pod.node_name.clone())
                .or_default()
                .push((row, requests(pod)));
        }
    }
    let mut zones: Vec<ZoneRow> = Vec::new();
    for node in nodes.iter().filter_map(|object| object.get::<Node>()) {
        let name = zone_name(node);
        let pods = rows.remove(&node.meta.name).unwrap_or_default();
        let row = node_row(node, pods);
        match zones.iter_mut().find(|zone| zone.name == name) {
            Some(zone) => zone.nodes.push(row),
            None => zones.push(ZoneRow {
                name,
                nodes: vec![row],
            }),
        }
    }
    zones.sort_by_key(|zone| (zone.name != "control plane", zone.name.clone()));
    Board { unscheduled, zones }
}

fn zone_name(node: &Node) -> String {
    if node.meta.labels.contains_key(CONTROL_PLANE) {
        return "control plane".to_string();
    }
    node.meta
        .labels
        .get_str(ZONE)
        .unwrap_or("nodes")
        .to_string()
}

/// Requested CPU (milli) and memory (bytes) of a pod.
#[derive(Clone, Copy, Debug, Default)]
struct Requests {
    cpu_milli: i64,
    memory_bytes: i64,
}

fn requests(pod: &Pod) -> Requests {
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

fn node_row(node: &Node, pods: Vec<(PodRow, Requests)>) -> NodeRow {
    let ready = node
        .status
        .conditions
        .iter()
        .find(|condition| condition.type_ == "Ready");
    let is_ready = ready.is_some_and(|condition| condition.status == "True");
    let mut status = match ready {
        Some(_) if is_ready => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_string();
    if node.spec.unschedulable {
        status.push_str(",SchedulingDisabled");
    }
    let taints: Vec<String> = node
        .spec
        .taints
        .iter()
        .map(|taint| format!("{}:{}", taint.key, taint.effect))
        .collect();
    let allocatable = |name: &str| node.status.allocatable.get(name);
    let cpu = allocatable("cpu").map_or(0, |quantity| quantity.milli_value());
    let memory = allocatable("memory").map_or(0, |quantity| quantity.value());
    let resources = vec![
        bar(
            "cpu",
            cpu,
            &pods,
            |requests| requests.cpu_milli,
            |value| format!("{:.1}", value as f64 / 1000.0),
        ),
        bar(
            "mem",
            memory,
            &pods,
            |requests| requests.memory_bytes,
            |value| format!("{:.1}Gi", value as f64 / f64::from(1 << 30)),
        ),
    ];
    NodeRow {
        name: node.meta.name.to_string(),
        status,
        ready: is_ready,
        taints: taints.join(","),
        resources,
        pods: pods.into_iter().map(|(row, _)| row).collect(),
    }
}

fn bar(
    name: &'static str,
    allocatable: i64,
    pods: &[(PodRow, Requests)],
    of: impl Fn(&Requests) -> i64,
    text: impl Fn(i64) -> String,
) -> ResourceBar {
    let mut segments: Vec<(Hue, u32)> = Vec::new();
    let mut total = 0;
    for (row, requests) in pods {
        let value = of(requests);
        total += value;
        let share = if allocatable > 0 {
            (value * 1000 / allocatable).clamp(0, 1000) as u32
        } else {
            0
        };
        match segments.iter_mut().find(|(hue, _)| *hue == row.hue) {
            Some((_, sum)) => *sum += share,
            None if share > 0 => segments.push((row.hue, share)),
            None => {}
        }
    }
    ResourceBar {
        name,
        text: format!("{}/{}", text(total), text(allocatable)),
        segments,
    }
}

fn pod_row(world: &Cluster, pod: &Pod) -> PodRow {
    let summary = summarize(pod);
    let owner = pod.meta.controller_of();
    let set = owner
        .filter(|owner| &*owner.kind == "ReplicaSet")
        .and_then(|owner| {
            world
                .api
                .find(Kind::ReplicaSet, &pod.meta.namespace, &owner.name)
        });
    let (hue, old) = match set.and_then(|(key, object)| Some((key, object.get::<ReplicaSet>()?))) {
        Some((key, set)) => workload(world, set, key.id),
        None => (
            Hue::of(owner.map_or(0, |owner| owner.name.len() as u32)),
            false,
        ),
    };
    let system = pod.meta.namespace.starts_with("kube-");
    PodRow {
        namespace: pod.meta.namespace.to_string(),
        name: pod.meta.name.to_string(),
        shared_len: owner.map_or(0, |owner| owner.name.len() as u32 + 1),
        hue: if system { Hue::System } else { hue },
        old,
        mark: mark(world, pod, &summary),
        note: note(pod),
        restarts: summary.restarts.max(0) as u32,
        status: summary.status,
    }
}

/// Hue of the workload at the root, and whether this ReplicaSet is one of its older revisions.
fn workload(world: &Cluster, set: &ReplicaSet, set_id: u32) -> (Hue, bool) {
    let owner = set.meta.controller_of();
    let deployment = owner.and_then(|owner| {
        world
            .api
            .find(Kind::Deployment, &set.meta.namespace, &owner.name)
    });
    match deployment {
        Some((key, object)) => {
            let newest = object.meta().annotations.get(REVISION);
            let own = set.meta.annotations.get(REVISION);
            (Hue::of(key.id), newest.is_some() && newest != own)
        }
        None => (Hue::of(set_id), false),
    }
}

impl Hue {
    /// Hues go round in order of creation.
    fn of(id: u32) -> Hue {
        [Hue::A, Hue::B, Hue::C, Hue::D][(id % 4) as usize]
    }
}

fn mark(world: &Cluster, pod: &Pod, summary: &PodSummary) -> Mark {
    let lost = || {
        let node = world.api.get::<Node>("", &pod.node_name);
        let ready = |node: &Arc<Node>| {
            node.status
                .conditions
                .iter()
                .any(|condition| condition.type_ == "Ready" && condition.status == "Unknown")
        };
        node.is_some_and(ready)
    };
    match (&*pod.status.phase, &*summary.status) {
        _ if pod.meta.deletion_timestamp.is_some() => Mark::Leaving,
        ("Succeeded", _) => Mark::Done,
        ("Failed", _) => Mark::Failed,
        _ if !pod.node_name.is_empty() && lost() => Mark::Lost,
        (_, status) if status.ends_with("BackOff") => Mark::BackOff,
        (_, status) if status.contains("Err") || status == "OOMKilled" => Mark::Failed,
        ("Running", "Completed") => Mark::Done,
        ("Running", _) if summary.ready == summary.total => Mark::Ready,
        ("Running", _) => Mark::NotReady,
        _ if pod.node_name.is_empty() => Mark::Pending,
        _ => Mark::Creating,
    }
}

/// Why a pod has no node: the reason's first sentence after the count of nodes. Else nothing.
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

impl Board {
    /// The board as text, for golden tests.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let line = |pod: &PodRow| {
            format!(
                "    {} {:?} {} {}\n",
                pod.name, pod.mark, pod.status, pod.note
            )
        };
        if !self.unscheduled.is_empty() {
            text.push_str("unscheduled\n");
            self.unscheduled
                .iter()
                .for_each(|pod| text.push_str(line(pod).replace(" \n", "\n").as_str()));
        }
        for zone in &self.zones {
            text.push_str(&format!("{}\n", zone.name));
            for node in &zone.nodes {
                let bars: Vec<String> = node
                    .resources
                    .iter()
                    .map(|bar| format!("{} {}", bar.name, bar.text))
                    .collect();
                text.push_str(&format!(
                    "  {} {} {}\n",
                    node.name,
                    node.status,
                    bars.join(" ")
                ));
                node.pods
                    .iter()
                    .for_each(|pod| text.push_str(line(pod).replace(" \n", "\n").as_str()));
            }
        }
        text
    }
}
