//! Deployments, replica sets and replication controllers in a table.
//!
//! *Models*: `pkg/printers/internalversion/printers.go (printDeployment, printReplicaSet, printReplicationController)`.
//! *Invariants*: none beyond the parent's.
//! *Not modelled*: nothing.

use super::table::format_labels;
use super::{Column, Printer, age, column, wide};
use api::{Container, Object};
use apimachinery::{LabelSelector, Selector, Time, format_label_selector};

const DEPLOYMENT_COLUMNS: &[Column] = &[
    column("Name"),
    column("Ready"),
    column("Up-to-date"),
    column("Available"),
    column("Age"),
    wide("Containers"),
    wide("Images"),
    wide("Selector"),
];

const REPLICAS_COLUMNS: &[Column] = &[
    column("Name"),
    column("Desired"),
    column("Current"),
    column("Ready"),
    column("Age"),
    wide("Containers"),
    wide("Images"),
    wide("Selector"),
];

pub const DEPLOYMENT: Printer = Printer {
    columns: DEPLOYMENT_COLUMNS,
    cells: deployment,
};
pub const REPLICA_SET: Printer = Printer {
    columns: REPLICAS_COLUMNS,
    cells: replica_set,
};
pub const REPLICATION_CONTROLLER: Printer = Printer {
    columns: REPLICAS_COLUMNS,
    cells: replication_controller,
};

fn deployment(object: &Object, now: Time, wide: bool) -> Vec<String> {
    let Object::Deployment(deployment) = object else {
        return Vec::new();
    };
    let (spec, status) = (&deployment.spec, &deployment.status);
    let mut cells = vec![
        deployment.meta.name.to_string(),
        format!(
            "{}/{}",
            status.ready_replicas,
            spec.replicas.unwrap_or_default()
        ),
        status.updated_replicas.to_string(),
        status.available_replicas.to_string(),
        age(object, now),
    ];
    if wide {
        cells.extend(containers(&spec.template.spec.containers));
        cells.push(selector_text(spec.selector.as_ref()));
    }
    cells
}

/// Fixture `printers.TestPrintReplicaSet`.
fn replica_set(object: &Object, now: Time, wide: bool) -> Vec<String> {
    let Object::ReplicaSet(set) = object else {
        return Vec::new();
    };
    let mut cells = vec![
        set.meta.name.to_string(),
        set.spec.replicas.unwrap_or_default().to_string(),
        set.status.replicas.to_string(),
        set.status.ready_replicas.to_string(),
        age(object, now),
    ];
    if wide {
        cells.extend(containers(&set.spec.template.spec.containers));
        cells.push(format_label_selector(set.spec.selector.as_ref()));
    }
    cells
}

/// Fixture `printers.TestPrintReplicationController`.
fn replication_controller(object: &Object, now: Time, wide: bool) -> Vec<String> {
    let Object::ReplicationController(controller) = object else {
        return Vec::new();
    };
    let mut cells = vec![
        controller.meta.name.to_string(),
        controller.spec.replicas.unwrap_or_default().to_string(),
        controller.status.replicas.to_string(),
        controller.status.ready_replicas.to_string(),
        age(object, now),
    ];
    if wide {
        let template = controller.spec.template.as_ref();
        cells.extend(containers(
            template.map_or(&[], |template| &template.spec.containers),
        ));
        cells.push(format_labels(&controller.spec.selector));
    }
    cells
}

/// Names and images of containers, each joined by commas.
pub fn containers(containers: &[Container]) -> [String; 2] {
    let names: Vec<&str> = containers
        .iter()
        .map(|container| &*container.name)
        .collect();
    let images: Vec<&str> = containers
        .iter()
        .map(|container| &*container.image)
        .collect();
    [names.join(","), images.join(",")]
}

/// A selector as `labels.Selector.String` writes it.
fn selector_text(selector: Option<&LabelSelector>) -> String {
    Selector::from_label_selector(selector)
        .map(|selector| selector.to_string())
        .unwrap_or_default()
}
