//! What a `golden.json` keeps of each kind.
//!
//! *Models* the functions of the goldens' normalise.py, one a kind, same names.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::names::Names;
use super::python::{entries, items, key, need, need_text, pick, text, truth, zero};

/// What is kept of an object, or what it lacks.
pub type Shape = Result<Map<String, Value>, String>;
pub type ShapeOf = fn(&Names, &Value) -> Shape;

/// Kind, name in the golden, and what is kept.
pub const SHAPES: &[(&str, &str, ShapeOf)] = &[
    ("Pod", "pods", pod),
    (
        "ReplicationController",
        "replicationcontrollers",
        controller,
    ),
    ("ReplicaSet", "replicasets", replicaset),
    ("Deployment", "deployments", deployment),
    ("StatefulSet", "statefulsets", statefulset),
    ("DaemonSet", "daemonsets", daemonset),
    ("Job", "jobs", job),
    ("CronJob", "cronjobs", cronjob),
    ("Service", "services", service),
    ("HorizontalPodAutoscaler", "horizontalpodautoscalers", hpa),
    ("PodDisruptionBudget", "poddisruptionbudgets", pdb),
    ("PersistentVolumeClaim", "persistentvolumeclaims", pvc),
    ("PersistentVolume", "persistentvolumes", pv),
    ("ResourceQuota", "resourcequotas", quota),
    ("LimitRange", "limitranges", limit_range),
    ("ConfigMap", "configmaps", config_map),
    ("ControllerRevision", "controllerrevisions", revision),
    ("Node", "nodes", node),
];

fn object(value: Value) -> Shape {
    match value {
        Value::Object(map) => Ok(map),
        other => Err(format!("not an object: {other}")),
    }
}

fn with(mut map: Map<String, Value>, more: Value) -> Map<String, Value> {
    if let Value::Object(more) = more {
        map.extend(more);
    }
    map
}

/// `x or []`, `x or {}`.
fn or(value: &Value, empty: Value) -> Value {
    if truth(value) { value.clone() } else { empty }
}

fn sorted_by_type(conditions: &Value) -> Result<Vec<&Value>, String> {
    let mut sorted = Vec::new();
    for condition in items(conditions) {
        sorted.push((need_text(condition, "type")?, condition));
    }
    sorted.sort_by_key(|(kind, _)| *kind);
    Ok(sorted.into_iter().map(|(_, condition)| condition).collect())
}

fn conditions(names: &Names, status: &Value) -> Result<Value, String> {
    let mut out = Vec::new();
    for condition in sorted_by_type(&status["conditions"])? {
        let mut kept = pick(condition, &["type", "status", "reason"]);
        if truth(&condition["message"]) {
            kept.insert("message".into(), names.value(&condition["message"]));
        }
        out.push(Value::Object(kept));
    }
    Ok(out.into())
}

fn template(template: &Value) -> Result<Value, String> {
    let (spec, meta) = (need(template, "spec")?, &template["metadata"]);
    let mut annotations: Vec<&String> = entries(&meta["annotations"])
        .map(|(name, _)| name)
        .collect();
    annotations.retain(|name| !name.starts_with("orrery.dev/"));
    annotations.sort();
    let kept = [
        "name",
        "image",
        "env",
        "ports",
        "resources",
        "command",
        "args",
    ];
    let containers: Vec<Value> = items(&spec["containers"])
        .map(|container| pick(container, &kept).into())
        .collect();
    let more = json!({"labels": or(&meta["labels"], json!({})), "annotations": annotations, "containers": containers});
    Ok(with(pick(spec, &["nodeSelector", "priorityClassName"]), more).into())
}

fn container(status: &Value) -> Value {
    let mut out = pick(status, &["name"]);
    out.insert("ready".into(), truth(&status["ready"]).into());
    out.insert("restarts".into(), or(&status["restartCount"], 0.into()));
    for (state, value) in entries(&status["state"]) {
        out.insert("state".into(), state.as_str().into());
        out.extend(pick(value, &["reason"]));
        if state == "terminated" {
            out.insert("exitCode".into(), or(&value["exitCode"], 0.into()));
        }
    }
    out.into()
}

fn toleration(toleration: &Value) -> String {
    let get = |name: &str, default: &str| toleration.get(name).map_or(default.to_owned(), text);
    let operator = get("operator", "Equal");
    let operator = if operator == "Equal" {
        "=".to_owned()
    } else {
        format!(" {operator} ")
    };
    let seconds = match &toleration["tolerationSeconds"] {
        Value::Null => String::new(),
        seconds => format!(" for {}s", text(seconds)),
    };
    format!(
        "{}{operator}{}:{}{seconds}",
        get("key", ""),
        get("value", ""),
        get("effect", "")
    )
}

fn taint(taint: &Value) -> Result<String, String> {
    let value = if truth(&taint["value"]) {
        format!("={}", text(&taint["value"]))
    } else {
        String::new()
    };
    Ok(format!(
        "{}{value}:{}",
        text(need(taint, "key")?),
        text(need(taint, "effect")?)
    ))
}

fn pod(names: &Names, o: &Value) -> Shape {
    let (meta, spec, status) = (need(o, "metadata")?, need(o, "spec")?, &o["status"]);
    let mut tolerations: Vec<String> = items(&spec["tolerations"]).map(toleration).collect();
    tolerations.sort();
    let mut resources = Map::new();
    for container in items(&spec["containers"]).filter(|container| truth(&container["resources"])) {
        resources.insert(
            need_text(container, "name")?.into(),
            container["resources"].clone(),
        );
    }
    let mut conditions = Vec::new();
    for condition in sorted_by_type(&status["conditions"])? {
        let mut kept = pick(condition, &["type", "status", "reason"]);
        let told = matches!(
            condition["type"].as_str(),
            Some("PodScheduled" | "DisruptionTarget")
        );
        if told && truth(&condition["message"]) {
            kept.insert("message".into(), names.value(&condition["message"]));
        }
        // A condition that turned true keeps no reason of the time before.
        let left_behind = matches!(
            condition["reason"].as_str(),
            Some("ContainersNotReady" | "ContainersNotInitialized")
        );
        if need_text(condition, "status")? == "True" && left_behind {
            kept.remove("reason");
        }
        conditions.push(Value::Object(kept));
    }
    let containers = |field: &str| items(&status[field]).map(container).collect::<Vec<_>>();
    let mut out = object(json!({
        "phase": status["phase"], "node": spec["nodeName"], "qosClass": status["qosClass"],
        "priority": or(&spec["priority"], 0.into()), "tolerations": tolerations, "resources": resources,
        "conditions": conditions, "containers": containers("containerStatuses"),
        "initContainers": containers("initContainerStatuses"), "deleting": truth(&meta["deletionTimestamp"]),
    }))?;
    out.extend(pick(status, &["reason", "nominatedNodeName"]));
    let kept = [
        "priorityClassName",
        "preemptionPolicy",
        "hostname",
        "subdomain",
        "schedulingGates",
        "hostNetwork",
    ];
    out.extend(pick(spec, &kept));
    match &meta["annotations"]["batch.kubernetes.io/job-completion-index"] {
        Value::Null => {}
        index => drop(out.insert("completionIndex".into(), index.clone())),
    }
    Ok(out)
}

const DEPLOYMENT_PREFIX: &str = "deployment.kubernetes.io/";

fn deployment(names: &Names, o: &Value) -> Shape {
    let (spec, status) = (need(o, "spec")?, &o["status"]);
    let kept = [
        "replicas",
        "paused",
        "strategy",
        "minReadySeconds",
        "revisionHistoryLimit",
        "progressDeadlineSeconds",
    ];
    let counters = [
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "unavailableReplicas",
    ];
    object(json!({
        "spec": with(pick(spec, &kept), json!({"template": template(need(spec, "template")?)?})),
        "revision": need(o, "metadata")?["annotations"][format!("{DEPLOYMENT_PREFIX}revision")],
        "status": zero(status, &counters), "conditions": conditions(names, status)?,
    }))
}

fn replicaset(names: &Names, o: &Value) -> Shape {
    let (spec, annotations) = (need(o, "spec")?, &need(o, "metadata")?["annotations"]);
    let mut kept = Map::new();
    for name in [
        "revision",
        "revision-history",
        "desired-replicas",
        "max-replicas",
    ] {
        let name = format!("{DEPLOYMENT_PREFIX}{name}");
        if let Some(value) = annotations.get(&name) {
            kept.insert(name, value.clone());
        }
    }
    let containers = need(need(need(spec, "template")?, "spec")?, "containers")?;
    let images: Vec<&Value> = items(containers)
        .map(|container| &container["image"])
        .collect();
    let more = json!({"annotations": kept, "images": images});
    Ok(with(controller_fields(names, spec, &o["status"])?, more))
}

fn controller_fields(names: &Names, spec: &Value, status: &Value) -> Shape {
    let counters = [
        "replicas",
        "fullyLabeledReplicas",
        "readyReplicas",
        "availableReplicas",
    ];
    object(json!({
        "replicas": or(&spec["replicas"], 0.into()), "status": zero(status, &counters),
        "conditions": conditions(names, status)?,
    }))
}

fn controller(names: &Names, o: &Value) -> Shape {
    controller_fields(names, need(o, "spec")?, &o["status"])
}

fn statefulset(names: &Names, o: &Value) -> Shape {
    let (spec, status) = (need(o, "spec")?, &o["status"]);
    let kept = [
        "replicas",
        "updateStrategy",
        "podManagementPolicy",
        "persistentVolumeClaimRetentionPolicy",
        "ordinals",
        "serviceName",
    ];
    let counters = [
        "replicas",
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
        "availableReplicas",
    ];
    object(json!({
        "spec": with(pick(spec, &kept), json!({"template": template(need(spec, "template")?)?})),
        "status": zero(status, &counters), "currentRevision": names.value(&status["currentRevision"]),
        "updateRevision": names.value(&status["updateRevision"]), "conditions": conditions(names, status)?,
    }))
}

fn daemonset(names: &Names, o: &Value) -> Shape {
    let (spec, status) = (need(o, "spec")?, &o["status"]);
    let counters = [
        "currentNumberScheduled",
        "numberMisscheduled",
        "desiredNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberUnavailable",
    ];
    let kept = pick(spec, &["updateStrategy", "minReadySeconds"]);
    object(json!({
        "spec": with(kept, json!({"template": template(need(spec, "template")?)?})),
        "status": zero(status, &counters), "conditions": conditions(names, status)?,
    }))
}

fn job(names: &Names, o: &Value) -> Shape {
    let (spec, status) = (need(o, "spec")?, &o["status"]);
    let kept = [
        "parallelism",
        "completions",
        "backoffLimit",
        "completionMode",
        "suspend",
        "activeDeadlineSeconds",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ];
    let mut counters = zero(
        status,
        &["active", "succeeded", "failed", "ready", "terminating"],
    );
    counters.extend(pick(status, &["completedIndexes", "failedIndexes"]));
    counters.insert("started".into(), truth(&status["startTime"]).into());
    counters.insert("completed".into(), truth(&status["completionTime"]).into());
    object(
        json!({"spec": pick(spec, &kept), "status": counters, "conditions": conditions(names, status)?}),
    )
}

fn cronjob(names: &Names, o: &Value) -> Shape {
    let (spec, status) = (need(o, "spec")?, &o["status"]);
    let kept = [
        "schedule",
        "suspend",
        "concurrencyPolicy",
        "successfulJobsHistoryLimit",
        "failedJobsHistoryLimit",
        "startingDeadlineSeconds",
        "timeZone",
    ];
    let mut active = Vec::new();
    for job in items(&status["active"]) {
        active.push(names.text(need_text(job, "name")?));
    }
    active.sort();
    object(json!({
        "spec": pick(spec, &kept), "active": active, "scheduled": truth(&status["lastScheduleTime"]),
        "succeeded": truth(&status["lastSuccessfulTime"]),
    }))
}

fn service(_names: &Names, o: &Value) -> Shape {
    let spec = need(o, "spec")?;
    let mut out = pick(
        spec,
        &[
            "type",
            "selector",
            "sessionAffinity",
            "sessionAffinityConfig",
            "internalTrafficPolicy",
            "externalTrafficPolicy",
            "ipFamilyPolicy",
            "ipFamilies",
            "externalName",
            "publishNotReadyAddresses",
            "externalIPs",
            "allocateLoadBalancerNodePorts",
            "loadBalancerClass",
        ],
    );
    let address = match &spec["clusterIP"] {
        Value::Null => Value::Null,
        Value::String(text) if text.is_empty() || text == "None" => text.as_str().into(),
        _ => "<ip>".into(),
    };
    out.insert("clusterIP".into(), address);
    let applied = match need(o, "metadata")?["annotations"]
        .get("kubectl.kubernetes.io/last-applied-configuration")
    {
        Some(applied) => key(applied),
        None => "\"\"".into(),
    };
    let port = |port: &Value| {
        let mut kept = pick(
            port,
            &["name", "port", "targetPort", "protocol", "appProtocol"],
        );
        if truth(&port["nodePort"]) {
            let chosen = applied.contains(&text(&port["nodePort"]));
            kept.insert(
                "nodePort".into(),
                if chosen {
                    port["nodePort"].clone()
                } else {
                    "<nodePort>".into()
                },
            );
        }
        Value::Object(kept)
    };
    out.insert("ports".into(), items(&spec["ports"]).map(port).collect());
    Ok(out)
}

/// EndpointSlices, merged per Service.
///
/// # Errors
/// If a slice has no metadata.
pub fn slices(names: &Names, slices: &[&Value]) -> Result<Vec<Value>, String> {
    let mut services: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    let mut kinds: BTreeMap<(String, String), (Value, Value)> = BTreeMap::new();
    for slice in slices {
        let service = &need(slice, "metadata")?["labels"]["kubernetes.io/service-name"];
        if !truth(service) {
            continue;
        }
        let place = (text(service), text(&slice["addressType"]));
        kinds
            .entry(place.clone())
            .or_insert_with(|| (service.clone(), slice["addressType"].clone()));
        let merged = services.entry(place).or_default();
        let mut ports: Vec<String> = items(&slice["ports"]).map(port_text).collect();
        ports.sort();
        for endpoint in items(&slice["endpoints"]) {
            let (conditions, target) = (&endpoint["conditions"], &endpoint["targetRef"]["name"]);
            let pod = if truth(target) {
                names.value(target)
            } else {
                Value::Null
            };
            let fields = json!({
                "pod": pod, "ready": conditions["ready"], "serving": conditions["serving"],
                "terminating": conditions["terminating"], "ports": ports,
            });
            merged.push(with(object(fields)?, pick(endpoint, &["hostname"]).into()).into());
        }
    }
    let row = |(place, mut endpoints): ((String, String), Vec<Value>)| {
        endpoints.sort_by_key(key);
        let (service, family) = &kinds[&place];
        json!({"service": service, "addressType": family, "endpoints": endpoints})
    };
    Ok(services.into_iter().map(row).collect())
}

fn port_text(port: &Value) -> String {
    let name = if truth(&port["name"]) {
        text(&port["name"])
    } else {
        String::new()
    };
    format!("{name} {}/{}", text(&port["port"]), text(&port["protocol"]))
}

fn hpa(names: &Names, o: &Value) -> Shape {
    object(json!({
        "spec": pick(need(o, "spec")?, &["scaleTargetRef", "minReplicas", "maxReplicas", "metrics"]),
        "status": zero(&o["status"], &["currentReplicas", "desiredReplicas"]), "conditions": conditions(names, &o["status"])?,
    }))
}

fn pdb(names: &Names, o: &Value) -> Shape {
    let kept = [
        "minAvailable",
        "maxUnavailable",
        "selector",
        "unhealthyPodEvictionPolicy",
    ];
    let counters = [
        "currentHealthy",
        "desiredHealthy",
        "disruptionsAllowed",
        "expectedPods",
    ];
    object(json!({
        "spec": pick(need(o, "spec")?, &kept), "status": zero(&o["status"], &counters),
        "conditions": conditions(names, &o["status"])?,
    }))
}

fn pvc(names: &Names, o: &Value) -> Shape {
    let (spec, status) = (need(o, "spec")?, &o["status"]);
    let more = json!({"phase": status["phase"], "volume": names.value(&spec["volumeName"]), "capacity": status["capacity"]});
    Ok(with(
        pick(
            spec,
            &["accessModes", "storageClassName", "resources", "volumeMode"],
        ),
        more,
    ))
}

fn pv(_names: &Names, o: &Value) -> Shape {
    let spec = need(o, "spec")?;
    let more = json!({"phase": o["status"]["phase"], "claim": spec["claimRef"]["name"]});
    Ok(with(
        pick(
            spec,
            &[
                "accessModes",
                "storageClassName",
                "capacity",
                "persistentVolumeReclaimPolicy",
            ],
        ),
        more,
    ))
}

fn quota(_names: &Names, o: &Value) -> Shape {
    object(json!({"hard": need(o, "spec")?["hard"], "used": o["status"]["used"]}))
}

fn limit_range(_names: &Names, o: &Value) -> Shape {
    object(json!({"limits": need(need(o, "spec")?, "limits")?}))
}

fn config_map(_names: &Names, o: &Value) -> Shape {
    object(json!({"data": or(&o["data"], json!({}))}))
}

fn revision(_names: &Names, o: &Value) -> Shape {
    object(json!({"revision": o["revision"]}))
}

fn node(_names: &Names, o: &Value) -> Shape {
    let spec = need(o, "spec")?;
    let mut taints = items(&spec["taints"])
        .map(taint)
        .collect::<Result<Vec<_>, _>>()?;
    taints.sort();
    let mut ready = Vec::new();
    for condition in items(&o["status"]["conditions"]) {
        if need_text(condition, "type")? == "Ready" {
            ready.push(Value::Object(pick(condition, &["status", "reason"])));
        }
    }
    object(
        json!({"unschedulable": truth(&spec["unschedulable"]), "taints": taints, "ready": ready}),
    )
}
