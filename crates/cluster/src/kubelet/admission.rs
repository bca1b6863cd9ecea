//! Whether a kubelet takes a pod that is bound to its node.
//!
//! *Models*: `pkg/kubelet/lifecycle/predicate.go`, `pkg/scheduler/framework/plugins/noderesources` (Fits).
//! *Invariants*: what admitted pods ask for is summed up in the node's row as they come and go.
//! *Not modelled*: extended resources and ephemeral storage, host ports, NoExecute taints, critical pods that evict
//! others.

use super::state::NodeRow;
use api::{Container, Node, NodeSelectorTerm, Pod, PodSpec, resource_list};
use apimachinery::Quantity;

/// What a pod asks for: CPU in thousandths, memory in bytes.
// kubernetes: pkg/api/v1/resource (PodRequests)
pub(super) fn requests(spec: &PodSpec) -> (i64, i64) {
    let cpu = |amount: &Quantity| amount.milli_value();
    let memory = |amount: &Quantity| amount.value();
    (
        sum(spec, resource_list::CPU, cpu),
        sum(spec, resource_list::MEMORY, memory),
    )
}

fn sum(spec: &PodSpec, name: &str, value: impl Fn(&Quantity) -> i64) -> i64 {
    let ask = |container: &Container| container.resources.requests.get(name).map_or(0, &value);
    let (mut sidecars, mut largest_init) = (0, 0);
    for container in &spec.init_containers {
        if super::status::is_sidecar(container) {
            sidecars += ask(container);
            largest_init = largest_init.max(sidecars);
        } else {
            largest_init = largest_init.max(sidecars + ask(container));
        }
    }
    let containers: i64 = spec.containers.iter().map(ask).sum();
    let whole = (containers + sidecars).max(largest_init);
    let pod = spec
        .resources
        .as_ref()
        .and_then(|resources| resources.requests.get(name))
        .map(&value);
    pod.unwrap_or(whole) + spec.overhead.get(name).map_or(0, &value)
}

/// Why a pod is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    pub reason: &'static str,
    pub message: String,
}

/// Checks a pod against its node.
pub(super) fn admit(
    pod: &Pod,
    node: &Node,
    row: &NodeRow,
    cpu_milli: i64,
    memory: i64,
) -> Result<(), Rejection> {
    if !matches_node(&pod.spec, node) {
        return Err(Rejection {
            reason: "NodeAffinity",
            message:
                "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
                    .into(),
        });
    }
    let lacks = |reason, name: &str, requested: i64, used: i64, capacity: i64| {
        // kubernetes: pkg/kubelet/lifecycle/predicate.go (InsufficientResourceError)
        let message = format!(
            "Node didn't have enough resource: {name}, requested: {requested}, used: {used}, capacity: {capacity}"
        );
        Err(Rejection { reason, message })
    };
    let allocatable = &node.status.allocatable;
    let pods = allocatable
        .get(resource_list::PODS)
        .map_or(0, Quantity::value);
    if i64::from(row.pods) + 1 > pods {
        return lacks("OutOfpods", "pods", 1, i64::from(row.pods), pods);
    }
    let cpu = allocatable
        .get(resource_list::CPU)
        .map_or(0, Quantity::milli_value);
    if cpu_milli > 0 && cpu_milli > cpu - row.cpu_milli {
        return lacks("OutOfcpu", "cpu", cpu_milli, row.cpu_milli, cpu);
    }
    let bytes = allocatable
        .get(resource_list::MEMORY)
        .map_or(0, Quantity::value);
    if memory > 0 && memory > bytes - row.memory {
        return lacks("OutOfmemory", "memory", memory, row.memory, bytes);
    }
    Ok(())
}

fn matches_node(spec: &PodSpec, node: &Node) -> bool {
    let labels = &node.meta.labels;
    if spec
        .node_selector
        .iter()
        .any(|(key, value)| labels.get_str(key) != Some(&**value))
    {
        return false;
    }
    let affinity = spec
        .affinity
        .as_ref()
        .and_then(|affinity| affinity.node_affinity.as_ref());
    let Some(required) = affinity.and_then(|affinity| {
        affinity
            .required_during_scheduling_ignored_during_execution
            .as_ref()
    }) else {
        return true;
    };
    required
        .node_selector_terms
        .iter()
        .any(|term| matches_term(term, node))
}

fn matches_term(term: &NodeSelectorTerm, node: &Node) -> bool {
    if term.match_expressions.is_empty() && term.match_fields.is_empty() {
        return false;
    }
    let fits = |value: Option<&str>, operator: &str, values: &[std::sync::Arc<str>]| match (
        operator, value,
    ) {
        ("In", Some(value)) => values.iter().any(|one| **one == *value),
        ("NotIn", value) => value.is_none_or(|value| values.iter().all(|one| **one != *value)),
        ("Exists", value) => value.is_some(),
        ("DoesNotExist", value) => value.is_none(),
        ("Gt" | "Lt", Some(value)) => {
            let bound = values.first().and_then(|bound| bound.parse::<i64>().ok());
            match (value.parse::<i64>().ok(), bound) {
                (Some(value), Some(bound)) if operator == "Gt" => value > bound,
                (Some(value), Some(bound)) => value < bound,
                _ => false,
            }
        }
        _ => false,
    };
    let labels = &node.meta.labels;
    term.match_expressions
        .iter()
        .all(|one| fits(labels.get_str(&one.key), &one.operator, &one.values))
        && term
            .match_fields
            .iter()
            .all(|one| fits(Some(&node.meta.name), &one.operator, &one.values))
}

/// The quality-of-service class of a pod that the API server gave none.
// kubernetes: pkg/apis/core/helper/qos
pub(super) fn qos_class(spec: &PodSpec) -> &'static str {
    let (mut any, mut guaranteed) = (false, true);
    for container in spec.init_containers.iter().chain(&spec.containers) {
        let resources = &container.resources;
        for name in [resource_list::CPU, resource_list::MEMORY] {
            let limit = resources
                .limits
                .get(name)
                .filter(|amount| !amount.is_zero());
            let request = resources
                .requests
                .get(name)
                .filter(|amount| !amount.is_zero());
            any |= limit.is_some() || request.is_some();
            guaranteed &= limit.is_some() && (request.is_none() || request == limit);
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}
