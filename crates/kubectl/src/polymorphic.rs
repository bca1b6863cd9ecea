//! What a command does differently for each kind: pod template, selector, ports, pausing.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/polymorphichelpers` (canbeexposed.go, mapbasedselectorforobject.go,
//! portsforobject.go, protocolsforobject.go, multiprotocolsforobject.go, objectpauser.go, objectresumer.go,
//! updatepodspec.go).
//! *Invariants*: functions of a kind's name and the object; nothing is written.
//! *Not modelled*: versions of kinds that are no longer served.

use api::Pod;
use apimachinery::{LabelSelector, StringMap, Value, from_value};
use std::cmp::Reverse;

/// Where the pod specification of a kind is. Fixture table: `updatepodspec.TestUpdatePodSpecForObject`.
pub fn pod_spec_path(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "Pod" => Some(&["spec"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        "Deployment"
        | "ReplicaSet"
        | "ReplicationController"
        | "StatefulSet"
        | "DaemonSet"
        | "Job" => Some(&["spec", "template", "spec"]),
        _ => None,
    }
}

/// Stops a rollout. Fixture table: `objectpauser.TestDefaultObjectPauser`.
///
/// # Errors
/// It is stopped already, or cannot be.
pub fn pause(kind: &str, object: &mut Value) -> Result<(), String> {
    match (kind, is_paused(object)) {
        ("Deployment", true) => Err("is already paused".into()),
        ("Deployment", false) => {
            object.set(&["spec", "paused"], true);
            Ok(())
        }
        _ => Err("pausing is not supported".into()),
    }
}

/// Lets a rollout go on. Fixture table: `objectresumer.TestDefaultObjectResumer`.
///
/// # Errors
/// It is not stopped, or cannot be.
pub fn resume(kind: &str, object: &mut Value) -> Result<(), String> {
    match (kind, is_paused(object)) {
        ("Deployment", true) => {
            if let Some(spec) = object.get_mut("spec").and_then(Value::as_map_mut) {
                spec.remove("paused");
            }
            Ok(())
        }
        ("Deployment", false) => Err("is not paused".into()),
        _ => Err("resuming is not supported".into()),
    }
}

pub fn is_paused(object: &Value) -> bool {
    object.at_path("spec.paused").and_then(Value::as_bool) == Some(true)
}

/// Sorts the pods that one can least do without last: not assigned, pending, not ready, being deleted, ready for a
/// short time, often restarted and young ones come first. Fixture table: `podutils.TestActivePods`.
// kubernetes: kubectl/pkg/util/podutils/podutils.go (ActivePods)
pub fn active_order(pod: &Pod) -> impl Ord + use<> {
    let phase = match &*pod.status.phase {
        "Pending" => 0,
        "Unknown" => 1,
        "Running" => 2,
        _ => 0,
    };
    let mut conditions = pod.status.conditions.iter();
    let ready = conditions.find(|found| found.type_ == "Ready" && found.status == "True");
    let statuses = pod.status.container_statuses.iter();
    let restarts = statuses.map(|status| status.restart_count).max();
    (
        !pod.node_name.is_empty(),
        phase,
        ready.is_some(),
        pod.meta.deletion_timestamp.is_none(),
        pod.meta.deletion_timestamp,
        ready
            .and_then(|ready| ready.last_transition_time)
            .map(Reverse),
        Reverse(restarts.unwrap_or(0)),
        pod.meta.creation_timestamp.map(Reverse),
    )
}

/// Whether `expose` takes a kind. Fixture table: `canbeexposed.TestCanBeExposed`.
///
/// # Errors
/// kubectl's words.
pub fn can_be_exposed(group: &str, kind: &str) -> Result<(), String> {
    match (group, kind) {
        ("", "ReplicationController" | "Service" | "Pod")
        | ("apps" | "extensions", "Deployment" | "ReplicaSet") => Ok(()),
        ("", kind) => Err(format!("cannot expose a {kind}")),
        (group, kind) => Err(format!("cannot expose a {kind}.{group}")),
    }
}

/// The labels by which a Service finds the pods of an object. Fixture table:
/// `mapbasedselectorforobject.TestMapBasedSelectorForObject`.
///
/// # Errors
/// There are none.
pub fn map_based_selector(kind: &str, object: &Value) -> Result<StringMap, String> {
    let map = |path: &[&str]| -> StringMap {
        let found = object.pointer(path);
        found
            .and_then(|value| from_value(value).ok())
            .unwrap_or_default()
    };
    let some = |labels: StringMap, otherwise: &str| match labels.is_empty() {
        true => Err(otherwise.to_owned()),
        false => Ok(labels),
    };
    match kind {
        "ReplicationController" => Ok(map(&["spec", "selector"])),
        "Pod" => some(
            map(&["metadata", "labels"]),
            "the pod has no labels and cannot be exposed",
        ),
        "Service" => some(
            map(&["spec", "selector"]),
            "the service has no pod selector set",
        ),
        "Deployment" | "ReplicaSet" => of_workload(kind, object),
        _ => Err(format!("cannot extract pod selector from {kind}")),
    }
}

fn of_workload(kind: &str, object: &Value) -> Result<StringMap, String> {
    let selector = object.pointer(&["spec", "selector"]);
    let selector: LabelSelector = selector
        .and_then(|value| from_value(value).ok())
        .unwrap_or_default();
    if selector.match_labels.is_empty() && selector.match_expressions.is_empty() {
        let what = match kind {
            "Deployment" => "deployment",
            _ => "replicaset",
        };
        return Err(format!(
            "invalid {what}: no selectors, therefore cannot be exposed"
        ));
    }
    if !selector.match_expressions.is_empty() {
        return Err("couldn't convert expressions to map-based selector format".into());
    }
    Ok(selector.match_labels)
}

/// The port numbers of an object, each once, in their order. Fixture table: `portsforobject.TestPortsForObject`.
///
/// # Errors
/// A kind without ports.
pub fn ports(kind: &str, object: &Value) -> Result<Vec<String>, String> {
    let what = format!("cannot extract ports from {kind}");
    let mut ports: Vec<String> = Vec::new();
    for (port, _) in protocols(kind, object).map_err(|_| what)? {
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    Ok(ports)
}

/// Each port with its protocol, in their order; a number may come back with another one. Fixture tables:
/// `protocolsforobject.TestProtocolsForObject`, `multiprotocolsforobject.TestMultiProtocolsForObject`.
///
/// # Errors
/// A kind without ports.
pub fn protocols(kind: &str, object: &Value) -> Result<Vec<(String, String)>, String> {
    let list = |value: &Value, key: &str| -> Vec<Value> {
        let found = value.get(key).and_then(Value::as_list);
        found.unwrap_or(&[]).to_vec()
    };
    let (ports, number) = match kind {
        "Service" => {
            let spec = object.get("spec").unwrap_or(&Value::Null);
            (list(spec, "ports"), "port")
        }
        "Pod" | "ReplicationController" | "Deployment" | "ReplicaSet" => {
            let path = pod_spec_path(kind).unwrap_or_default();
            let spec = object.pointer(path).unwrap_or(&Value::Null);
            let containers = list(spec, "containers");
            let ports = containers.iter().flat_map(|one| list(one, "ports"));
            (ports.collect(), "containerPort")
        }
        _ => return Err(format!("cannot extract protocols from {kind}")),
    };
    let text = |port: &Value| {
        let protocol = port
            .get("protocol")
            .and_then(Value::as_str)
            .unwrap_or("TCP");
        let number = port.get(number).and_then(Value::as_i64).unwrap_or(0);
        (number.to_string(), protocol.to_owned())
    };
    Ok(ports.iter().map(text).collect())
}
