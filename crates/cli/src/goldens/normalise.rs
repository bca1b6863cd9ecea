//! What a cluster holds, in the form of a `golden.json`.
//!
//! *Models* `normalise` and `output` of the goldens' normalise.py: same fields, same order, same exceptions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::names::{Names, owner};
use super::patterns as p;
use super::python::{key, lines, need, need_text, text, truth};
use super::shapes::{SHAPES, Shape, ShapeOf, slices};

/// What a terminal is asked for.
pub const KINDS: &str = "pods,replicationcontrollers,replicasets,deployments,statefulsets,daemonsets,jobs,cronjobs,services,endpointslices,\
horizontalpodautoscalers,poddisruptionbudgets,persistentvolumeclaims,persistentvolumes,resourcequotas,limitranges,\
configmaps,controllerrevisions,nodes,events";
const SYSTEM: [&str; 4] = [
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "local-path-storage",
];
const NODE_NOISE: [&str; 7] = [
    "RegisteredNode",
    "RemovingNode",
    "DeletingNode",
    "Starting",
    "CIDRAssignmentFailed",
    "Synced",
    "ClusterIPNotAllocated",
];

/// The state after a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Name of a kind in the golden to its objects, sorted.
    pub objects: BTreeMap<String, Vec<Value>>,
    pub events: Vec<Value>,
}

fn is_ours(object: &Value) -> Result<bool, String> {
    Ok(need(object, "metadata")?["namespace"]
        .as_str()
        .is_none_or(|namespace| !SYSTEM.contains(&namespace)))
}

/// `names` has seen the earlier steps of the scenario.
///
/// # Errors
/// If an object lacks what every object of its kind has.
pub fn normalise(items: &[Value], names: &mut Names, placement: &str) -> Result<State, String> {
    let mut ours = Vec::new();
    for object in items {
        if is_ours(object)? {
            ours.push(object);
        }
    }
    names.learn(&ours)?;
    let mut objects: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut endpoint_slices = Vec::new();
    for object in &ours {
        let (kind, meta) = (need_text(object, "kind")?, need(object, "metadata")?);
        let name = need_text(meta, "name")?;
        match (kind, name) {
            ("Event", _) | ("ConfigMap", "kube-root-ca.crt") | ("Service", "kubernetes") => {}
            ("EndpointSlice", _) => {
                let of_control_plane =
                    meta["labels"]["kubernetes.io/service-name"].as_str() == Some("kubernetes");
                if truth(&meta["namespace"]) && !of_control_plane {
                    endpoint_slices.push(*object);
                }
            }
            _ => {
                if let Some((_, plural, shape)) = SHAPES.iter().find(|(known, _, _)| *known == kind)
                {
                    let row = shaped(object, kind, names, placement, *shape)?;
                    objects
                        .entry((*plural).to_owned())
                        .or_default()
                        .push(row.into());
                }
            }
        }
    }
    let endpoints = slices(names, &endpoint_slices)?;
    if !endpoints.is_empty() {
        objects.insert("endpoints".into(), endpoints);
    }
    if placement != "exact" {
        place(&mut objects, placement);
    }
    objects.values_mut().for_each(|rows| rows.sort_by_key(key));
    Ok(State {
        objects,
        events: events(items, names, placement)?,
    })
}

fn shaped(object: &Value, kind: &str, names: &Names, placement: &str, shape: ShapeOf) -> Shape {
    let meta = need(object, "metadata")?;
    let name = need_text(meta, "name")?;
    let is_placed =
        |label: &str| placement != "exact" && label.starts_with("topology.kubernetes.io/");
    let mut row = Map::new();
    row.insert(
        "name".into(),
        names
            .mapped(name)
            .map_or_else(|| names.text(name), str::to_owned)
            .into(),
    );
    if let Some(namespace) = meta["namespace"]
        .as_str()
        .filter(|namespace| !namespace.is_empty() && *namespace != "default")
    {
        row.insert("namespace".into(), namespace.into());
    }
    if !matches!(kind, "Node" | "ControllerRevision" | "ConfigMap") {
        let mut labels = names.labels(&meta["labels"]);
        if kind == "Pod" || kind == "Service" {
            // v1.36 copies the node's zone and region to the pod when it is bound (and expose takes it over).
            labels.retain(|label, _| !is_placed(label));
        }
        if !labels.is_empty() {
            row.insert("labels".into(), labels.into());
        }
    }
    if let Some((kind, name)) = owner(object)? {
        row.insert(
            "owner".into(),
            format!("{kind}/{}", names.mapped(&name).unwrap_or(&name)).into(),
        );
    }
    row.extend(shape(names, object)?);
    if kind == "Service"
        && placement != "exact"
        && let Some(Value::Object(selector)) = row.get_mut("selector")
    {
        selector.retain(|label, _| !is_placed(label));
    }
    Ok(row)
}

/// Takes the node from each pod and counts pods per owner and node instead.
fn place(objects: &mut BTreeMap<String, Vec<Value>>, placement: &str) {
    let Some(pods) = objects.get_mut("pods") else {
        return;
    };
    let mut counts: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for pod in pods {
        let owner = pod["owner"]
            .as_str()
            .map_or_else(|| format!("Pod/{}", text(&pod["name"])), str::to_owned);
        let node = pod
            .as_object_mut()
            .and_then(|pod| pod.remove("node"))
            .filter(truth);
        if let Some(node) = node {
            *counts
                .entry(owner)
                .or_default()
                .entry(text(&node))
                .or_default() += 1;
        }
    }
    let per_node = |nodes: &BTreeMap<String, u32>| {
        let mut counts: Vec<u32> = nodes.values().copied().collect();
        counts.sort_by_key(|count| std::cmp::Reverse(*count));
        counts
    };
    let rows: Option<Vec<Value>> = match placement {
        "counts" => Some(
            counts
                .iter()
                .map(|(owner, nodes)| json!({"owner": owner, "nodes": nodes}))
                .collect(),
        ),
        "spread" => Some(
            counts
                .iter()
                .map(|(owner, nodes)| json!({"owner": owner, "perNode": per_node(nodes)}))
                .collect(),
        ),
        _ => None,
    };
    if let Some(rows) = rows {
        objects.insert("placement".into(), rows);
    }
}

fn events(items: &[Value], names: &Names, placement: &str) -> Result<Vec<Value>, String> {
    let mut nodes = BTreeSet::new();
    for object in items {
        if need_text(object, "kind")? == "Node" {
            nodes.insert(need_text(need(object, "metadata")?, "name")?);
        }
    }
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for event in items {
        let of_kubelet =
            event["source"]["component"] == "kubelet" || event["reportingComponent"] == "kubelet";
        if need_text(event, "kind")? != "Event"
            || of_kubelet
            || NODE_NOISE.contains(&need_text(event, "reason")?)
        {
            continue;
        }
        let about = need(event, "involvedObject")?;
        if about["kind"] == "Node" {
            if !nodes.contains(need_text(about, "name")?) {
                continue;
            }
        } else if !is_ours(event)? || need_text(about, "kind")? == "Namespace" {
            continue;
        }
        let reason = need_text(event, "reason")?;
        let mut message = names.text(event["message"].as_str().unwrap_or(""));
        if placement != "exact" && (reason == "Scheduled" || reason == "Preempted") {
            message = p::placed(&message);
        }
        let name = about["name"].as_str().unwrap_or("");
        let name = names
            .mapped(name)
            .map_or_else(|| names.text(name), str::to_owned);
        let kept = json!({"type": event["type"], "reason": reason, "kind": about["kind"], "name": name, "message": message});
        found.insert(key(&kept), kept);
    }
    Ok(found.into_values().collect())
}

/// What a terminal line printed: names replaced; of progress only the end, of a drain the order is open.
pub fn output(line: &str, stdout: &str, stderr: &str, names: &Names) -> (Vec<String>, Vec<String>) {
    let normal = |text: &str| {
        lines(text)
            .into_iter()
            .map(|line| names.text(line).trim_end().to_owned())
            .collect::<Vec<_>>()
    };
    let (mut out, mut err) = (normal(stdout), normal(stderr));
    if line.contains(" rollout status ") {
        out.drain(..out.len().saturating_sub(1));
    }
    if line.starts_with("kubectl drain") || line.contains(" drain ") {
        out = out
            .into_iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        err = err
            .iter()
            .map(|line| p::seconds(line))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
    }
    // The diff of Go structs below an immutable-field error.
    if let Some(at) = err.iter().position(|line| line.starts_with("@@")) {
        err.truncate(at);
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    (out, err)
}
