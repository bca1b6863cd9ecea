//! NodeAffinity: `nodeSelector`, required and preferred node affinity.
//!
//! *Models*: `pkg/scheduler/framework/plugins/nodeaffinity`,
//! `staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity`.
//! *Not modelled*: `addedAffinity` of the plugin's configuration.

use crate::scheduler::framework::default_normalize;
use crate::scheduler::framework::{
    Code, CycleState, Hint, MAX_NODE_SCORE, NodeRef, Plugin, PreFilter, Verdict, Wake,
};
use crate::scheduler::queue::event::{ClusterEvent, EventResource, Happening, action};
use api::{Node, NodeSelectorRequirement, NodeSelectorTerm, Pod, PreferredSchedulingTerm};
use std::borrow::Cow;
use std::sync::Arc;

// kubernetes: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go
const NO_MATCH: &str = "node(s) didn't match Pod's node affinity/selector";
const CONFLICT: &str = "pod affinity terms conflict";

pub struct NodeAffinity;

/// Whether the node satisfies the pod's node selector and required node affinity.
///
/// Fixture tables: `node_affinity.TestNodeAffinity`, `nodeaffinity.TestPodMatchesNodeSelectorAndAffinityTerms`.
pub fn matches(pod: &Pod, node: &Node) -> bool {
    let labels = &node.meta.labels;
    let selected = pod
        .spec
        .node_selector
        .iter()
        .all(|(key, value)| labels.get(key) == Some(value));
    selected
        && required_terms(pod).is_none_or(|terms| terms.iter().any(|term| matches_term(term, node)))
}

/// The terms of required node affinity; `None` if there is no requirement.
fn required_terms(pod: &Pod) -> Option<&[NodeSelectorTerm]> {
    let affinity = pod.spec.affinity.as_ref()?.node_affinity.as_ref()?;
    let required = affinity
        .required_during_scheduling_ignored_during_execution
        .as_ref()?;
    Some(&required.node_selector_terms)
}

fn preferred_terms(pod: &Pod) -> &[PreferredSchedulingTerm] {
    let affinity = pod
        .spec
        .affinity
        .as_ref()
        .and_then(|affinity| affinity.node_affinity.as_ref());
    affinity.map_or(&[], |affinity| {
        &affinity.preferred_during_scheduling_ignored_during_execution
    })
}

/// A term's expressions and fields all match; a term without any matches nothing.
///
/// Fixture tables: `helpers.TestMatchNodeSelectorTerms`, `nodeaffinity.TestNodeSelectorMatch`.
pub fn matches_term(term: &NodeSelectorTerm, node: &Node) -> bool {
    if term.match_expressions.is_empty() && term.match_fields.is_empty() {
        return false;
    }
    let label = |key: &str| node.meta.labels.get_str(key);
    term.match_expressions
        .iter()
        .all(|expression| matches_requirement(expression, label(&expression.key)))
        && term
            .match_fields
            .iter()
            .all(|field| matches_field(field, node))
}

fn matches_requirement(requirement: &NodeSelectorRequirement, value: Option<&str>) -> bool {
    let listed = |value: &str| requirement.values.iter().any(|listed| &**listed == value);
    match &*requirement.operator {
        "In" => value.is_some_and(listed),
        "NotIn" => !value.is_some_and(listed),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => compare(requirement, value).is_some_and(|(have, bound)| have > bound),
        "Lt" => compare(requirement, value).is_some_and(|(have, bound)| have < bound),
        _ => false,
    }
}

fn compare(requirement: &NodeSelectorRequirement, value: Option<&str>) -> Option<(i64, i64)> {
    let [bound] = &requirement.values[..] else {
        return None;
    };
    Some((value?.parse().ok()?, bound.parse().ok()?))
}

/// The only field is `metadata.name`, with exactly one value.
fn matches_field(field: &NodeSelectorRequirement, node: &Node) -> bool {
    let [value] = &field.values[..] else {
        return false;
    };
    let name = if &*field.key == "metadata.name" {
        &*node.meta.name
    } else {
        ""
    };
    match &*field.operator {
        "In" => **value == *name,
        "NotIn" => **value != *name,
        _ => false,
    }
}

/// The sum of the weights of the preferred terms that the node matches.
///
/// Fixture table: `node_affinity.TestNodeAffinityPriority` (with normalisation).
pub fn preference(pod: &Pod, node: &Node) -> i64 {
    let matching = preferred_terms(pod)
        .iter()
        .filter(|term| matches_term(&term.preference, node));
    matching.map(|term| i64::from(term.weight)).sum()
}

/// The nodes that required terms name; `None` if some term names none.
fn named_nodes(terms: &[NodeSelectorTerm]) -> Option<Vec<Arc<str>>> {
    let mut all: Vec<Arc<str>> = Vec::new();
    for term in terms {
        let mut of_term: Option<Vec<Arc<str>>> = None;
        let named = term
            .match_fields
            .iter()
            .filter(|f| &*f.key == "metadata.name" && f.operator == "In");
        for field in named {
            of_term = Some(match of_term {
                None => field.values.clone(),
                Some(before) => before
                    .into_iter()
                    .filter(|name| field.values.contains(name))
                    .collect(),
            });
        }
        all.extend(of_term?);
    }
    all.sort();
    all.dedup();
    Some(all)
}

impl Plugin for NodeAffinity {
    fn name(&self) -> &'static str {
        "NodeAffinity"
    }

    fn pre_filter(&self, _state: &mut CycleState, pod: &Pod) -> PreFilter {
        let Some(terms) = required_terms(pod) else {
            return if pod.spec.node_selector.is_empty() {
                PreFilter::Skip
            } else {
                PreFilter::Run
            };
        };
        match named_nodes(terms) {
            _ if terms.is_empty() => PreFilter::Run,
            None => PreFilter::Run,
            Some(names) if names.is_empty() => {
                PreFilter::Reject(Code::UnschedulableAndUnresolvable, CONFLICT.into())
            }
            Some(names) => PreFilter::Only(names),
        }
    }

    fn filter(&self, _state: &CycleState, pod: &Pod, node: NodeRef<'_>) -> Verdict {
        if matches(pod, node.object()) {
            Verdict::PASS
        } else {
            Verdict::unresolvable(1)
        }
    }

    fn reason(&self, _state: &CycleState, _bit: u32) -> Cow<'static, str> {
        Cow::Borrowed(NO_MATCH)
    }

    fn pre_score(&self, _state: &mut CycleState, pod: &Pod) -> bool {
        !preferred_terms(pod).is_empty()
    }

    fn score(&self, _state: &CycleState, pod: &Pod, node: NodeRef<'_>) -> i64 {
        preference(pod, node.object())
    }

    fn normalize(&self, scores: &mut [i64]) {
        default_normalize(MAX_NODE_SCORE, false, scores);
    }

    fn requeue_on(&self) -> &'static [Wake] {
        const {
            &[Wake {
                event: ClusterEvent::new(
                    EventResource::Node,
                    action::ADD | action::UPDATE_NODE_LABEL,
                ),
                hint: Some(after_node_change),
            }]
        }
    }
}

/// Fixture table: `node_affinity.Test_isSchedulableAfterNodeChange`.
pub fn after_node_change(pod: &Pod, happening: &Happening<'_>) -> Hint {
    let (old, new) = happening.nodes();
    let matches_now = new.is_some_and(|node| matches(pod, node));
    let matched = old.is_some_and(|node| matches(pod, node));
    if matches_now && !matched {
        Hint::Queue
    } else {
        Hint::QueueSkip
    }
}
