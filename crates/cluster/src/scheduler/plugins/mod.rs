//! The plugins of the default profile, in upstream's order.
//!
//! *Models*: `pkg/scheduler/apis/config/v1/default_plugins.go`.
//! *Not modelled*: NodePorts, VolumeRestrictions, NodeVolumeLimits, VolumeBinding, VolumeZone, PodTopologySpread,
//! InterPodAffinity, DynamicResources (but for its line in messages), DefaultPreemption (but for its message),
//! ImageLocality, NodeDeclaredFeatures. A pod that uses such a constraint keeps it and is scheduled without it.

pub mod balanced_allocation;
pub mod node_affinity;
pub mod node_name;
pub mod node_resources_fit;
pub mod node_unschedulable;
pub mod scheduling_gates;
pub mod taint_toleration;

use super::framework::Plugin;
use super::queue::event::ClusterEvent;

/// A plugin and the weight of its score.
pub struct Registered {
    pub plugin: &'static dyn Plugin,
    pub weight: i64,
}

const fn unweighted(plugin: &'static dyn Plugin) -> Registered {
    Registered { plugin, weight: 1 }
}

/// All plugins. A plugin's place here is its bit in sets of plugins.
pub static REGISTRY: &[Registered] = &[
    unweighted(&scheduling_gates::SchedulingGates),
    unweighted(&node_unschedulable::NodeUnschedulable),
    unweighted(&node_name::NodeName),
    Registered {
        plugin: &taint_toleration::TaintToleration,
        weight: 3,
    },
    Registered {
        plugin: &node_affinity::NodeAffinity,
        weight: 2,
    },
    Registered {
        plugin: &node_resources_fit::NodeResourcesFit,
        weight: 1,
    },
    Registered {
        plugin: &balanced_allocation::NodeResourcesBalancedAllocation,
        weight: 1,
    },
];

/// A set of plugins: bit i is `REGISTRY[i]`.
pub type PluginSet = u32;

/// The plugins of a set, in order.
pub fn of_set(set: PluginSet) -> impl Iterator<Item = (usize, &'static Registered)> {
    REGISTRY
        .iter()
        .enumerate()
        .filter(move |(index, _)| set >> index & 1 == 1)
}

/// The plugins that want to hear of an event.
pub fn interested_in(event: ClusterEvent) -> PluginSet {
    let wants = |registered: &Registered| {
        registered
            .plugin
            .requeue_on()
            .iter()
            .any(|wake| wake.event.covers(event))
    };
    REGISTRY
        .iter()
        .enumerate()
        .filter(|(_, r)| wants(r))
        .fold(0, |set, (index, _)| set | 1 << index)
}
