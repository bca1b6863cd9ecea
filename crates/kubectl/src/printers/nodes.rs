//! Nodes in a table.
//!
//! *Models*: `pkg/printers/internalversion/printers.go (printNode)`.
//! *Invariants*: roles are sorted.
//! *Not modelled*: nothing.

use super::{Column, Printer, column, or, or_none, since, wide};
use api::{Node, Object};
use apimachinery::Time;

const COLUMNS: &[Column] = &[
    column("Name"),
    column("Status"),
    column("Roles"),
    column("Age"),
    column("Version"),
    wide("Internal-IP"),
    wide("External-IP"),
    wide("OS-Image"),
    wide("Kernel-Version"),
    wide("Container-Runtime"),
];

pub const PRINTER: Printer = Printer {
    columns: COLUMNS,
    cells,
};

fn cells(object: &Object, now: Time, wide: bool) -> Vec<String> {
    match object {
        Object::Node(node) => node_cells(node, now, wide),
        _ => Vec::new(),
    }
}

/// The cells of a node; fixtures `printers.TestPrintNode*`.
pub fn node_cells(node: &Node, now: Time, wide: bool) -> Vec<String> {
    let info = &node.status.node_info;
    let mut cells = vec![
        node.meta.name.to_string(),
        status(node),
        or_none(&roles(node).join(",")),
        since(node.meta.creation_timestamp, now),
        info.kubelet_version.to_string(),
    ];
    if wide {
        cells.push(address(node, "InternalIP"));
        cells.push(address(node, "ExternalIP"));
        cells.push(or(&info.os_image, "<unknown>"));
        cells.push(or(&info.kernel_version, "<unknown>"));
        cells.push(or(&info.container_runtime_version, "<unknown>"));
    }
    cells
}

/// `Ready`, `NotReady` or `Unknown`, and `SchedulingDisabled`.
pub fn status(node: &Node) -> String {
    // The last condition of a type wins, as in upstream's map.
    let mut conditions = node.status.conditions.iter().rev();
    let ready = match conditions.find(|condition| condition.type_ == "Ready") {
        Some(condition) if condition.status == "True" => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    match node.spec.unschedulable {
        true => format!("{ready},SchedulingDisabled"),
        false => ready.into(),
    }
}

/// What a node's labels say it is for, sorted.
pub fn roles(node: &Node) -> Vec<String> {
    let mut roles: Vec<String> = node
        .meta
        .labels
        .iter()
        .filter_map(
            |(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
                Some(role) => Some(role),
                None if &**key == "kubernetes.io/role" => Some(&**value),
                None => None,
            },
        )
        .filter(|role| !role.is_empty())
        .map(String::from)
        .collect();
    roles.sort();
    roles.dedup();
    roles
}

fn address(node: &Node, kind: &str) -> String {
    let mut addresses = node.status.addresses.iter();
    match addresses.find(|address| address.type_ == kind) {
        Some(address) => address.address.to_string(),
        None => "<none>".into(),
    }
}
