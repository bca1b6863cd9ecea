//! The fields that a field selector may name, kind by kind.
//!
//! *Models*: `pkg/apis/core/v1/conversion.go`, `pkg/apis/apps/v1/conversion.go`, the strategies' `ToSelectableFields`.
//! *Invariants*: every kind knows `metadata.name` and `metadata.namespace`.
//! *Not modelled*: nothing.

use api::{Kind, Object};

const POD: &[&str] = &[
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
];
const EVENT: &[&str] = &[
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
];

/// What a kind's selectable fields are, besides name and namespace.
fn of_kind(kind: Option<Kind>) -> &'static [&'static str] {
    match kind {
        Some(Kind::Pod) => POD,
        Some(Kind::Event) => EVENT,
        Some(Kind::Node) => &["spec.unschedulable"],
        Some(Kind::Namespace) => &["status.phase"],
        Some(Kind::Secret) => &["type"],
        Some(Kind::ReplicaSet | Kind::ReplicationController) => &["status.replicas"],
        _ => &[],
    }
}

/// Whether a field can be selected by.
///
/// # Errors
/// The API server's own words.
pub fn check(kind: Option<Kind>, field: &str) -> Result<(), String> {
    let own = of_kind(kind);
    if matches!(field, "metadata.name" | "metadata.namespace") || own.contains(&field) {
        return Ok(());
    }
    // kubernetes: apimachinery/pkg/runtime/converter.go, pkg/apis/core/v1/conversion.go
    Err(if own.is_empty() {
        format!(
            "\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        )
    } else {
        format!("field label not supported: {field}")
    })
}

/// The value of a selectable field.
pub fn value(object: &Object, field: &str) -> String {
    let meta = object.meta();
    match field {
        "metadata.name" => return meta.name.to_string(),
        "metadata.namespace" => return meta.namespace.to_string(),
        _ => {}
    }
    match object {
        Object::Pod(pod) => match field {
            "spec.nodeName" => pod.node_name.to_string(),
            "spec.restartPolicy" => pod.spec.restart_policy.to_string(),
            "spec.schedulerName" => pod.spec.scheduler_name.to_string(),
            "spec.serviceAccountName" => pod.spec.service_account_name.to_string(),
            "spec.hostNetwork" => pod.spec.host_network.to_string(),
            "status.phase" => pod.status.phase.to_string(),
            "status.podIP" => pod.status.pod_ip.to_string(),
            "status.nominatedNodeName" => pod.status.nominated_node_name.to_string(),
            _ => String::new(),
        },
        Object::Event(event) => {
            let about = &event.involved_object;
            match field {
                "involvedObject.kind" => about.kind.to_string(),
                "involvedObject.namespace" => about.namespace.to_string(),
                "involvedObject.name" => about.name.to_string(),
                "involvedObject.uid" => about.uid.to_string(),
                "involvedObject.apiVersion" => about.api_version.to_string(),
                "involvedObject.resourceVersion" => about.resource_version.to_string(),
                "involvedObject.fieldPath" => about.field_path.to_string(),
                "reason" => event.reason.to_string(),
                "reportingComponent" => event.reporting_component.to_string(),
                "source" if event.source.component.is_empty() => {
                    event.reporting_component.to_string()
                }
                "source" => event.source.component.to_string(),
                "type" => event.type_.to_string(),
                _ => String::new(),
            }
        }
        Object::Node(node) => node.spec.unschedulable.to_string(),
        Object::Namespace(namespace) => namespace.status.phase.to_string(),
        Object::Secret(secret) => secret.type_.to_string(),
        Object::ReplicaSet(set) => set.status.replicas.to_string(),
        Object::ReplicationController(controller) => controller.status.replicas.to_string(),
        _ => String::new(),
    }
}
