//! Pods in a table.
//!
//! *Models*: `pkg/printers/internalversion/printers.go (printPod)`.
//! *Invariants*: READY, STATUS and RESTARTS are `api::pod_summary`'s.
//! *Not modelled*: nothing.

use super::{Column, Printer, column, or_none, since, wide};
use api::pod_summary::summarize;
use api::{Object, Pod};
use apimachinery::Time;

const COLUMNS: &[Column] = &[
    column("Name"),
    column("Ready"),
    column("Status"),
    column("Restarts"),
    column("Age"),
    wide("IP"),
    wide("Node"),
    wide("Nominated Node"),
    wide("Readiness Gates"),
];

pub const PRINTER: Printer = Printer {
    columns: COLUMNS,
    cells,
};

fn cells(object: &Object, now: Time, wide: bool) -> Vec<String> {
    match object {
        Object::Pod(pod) => pod_cells(pod, now, wide),
        _ => Vec::new(),
    }
}

/// The cells of a pod; fixtures `printers.TestPrintPod*`.
pub fn pod_cells(pod: &Pod, now: Time, wide: bool) -> Vec<String> {
    let summary = summarize(pod);
    let restarts = match summary.last_restart {
        Some(last) if summary.restarts != 0 => {
            format!("{} ({} ago)", summary.restarts, since(Some(last), now))
        }
        _ => summary.restarts.to_string(),
    };
    let mut cells = vec![
        pod.meta.name.to_string(),
        format!("{}/{}", summary.ready, summary.total),
        summary.status,
        restarts,
        since(pod.meta.creation_timestamp, now),
    ];
    if wide {
        let ip = match pod.status.pod_ips.first() {
            Some(first) => &*first.ip,
            None => "",
        };
        cells.push(or_none(ip));
        cells.push(or_none(&pod.node_name));
        cells.push(or_none(&pod.status.nominated_node_name));
        cells.push(readiness_gates(pod));
    }
    cells
}

fn readiness_gates(pod: &Pod) -> String {
    let gates = &pod.spec.readiness_gates;
    if gates.is_empty() {
        return "<none>".into();
    }
    let is_true = |gate: &api::PodReadinessGate| {
        let mut conditions = pod.status.conditions.iter();
        conditions
            .find(|condition| condition.type_ == gate.condition_type)
            .is_some_and(|condition| condition.status == "True")
    };
    let passed = gates.iter().filter(|gate| is_true(gate)).count();
    format!("{passed}/{}", gates.len())
}
