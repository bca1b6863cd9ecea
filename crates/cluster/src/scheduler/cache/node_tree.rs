//! The order in which nodes are looked at: one node of each zone in turn.
//!
//! *Models*: `pkg/scheduler/backend/cache/node_tree.go`,
//! `staging/src/k8s.io/component-helpers/node/topology/helpers.go` (GetZoneKey).
//! *Invariants*: zones in the order they were first seen, nodes of a zone in the order they came.

use api::Node;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Nodes by zone, and the order that follows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NodeTree {
    zones: Vec<Zone>,
    order: Vec<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Zone {
    key: Arc<str>,
    nodes: Vec<u32>,
}

impl NodeTree {
    /// Node ids in the order in which they are tried.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// Puts a node that is in no zone into this one.
    pub fn add(&mut self, id: u32, key: &str) {
        match self.zones.iter_mut().find(|zone| &*zone.key == key) {
            Some(zone) => zone.nodes.push(id),
            None => self.zones.push(Zone {
                key: key.into(),
                nodes: vec![id],
            }),
        }
        if self.zones.len() == 1 {
            self.order.push(id);
        } else {
            self.list();
        }
    }

    /// Takes a node out of its zone; a zone without nodes is forgotten.
    pub fn remove(&mut self, id: u32, key: &str) {
        let Some(at) = self.zones.iter().position(|zone| &*zone.key == key) else {
            return;
        };
        self.zones[at].nodes.retain(|node| *node != id);
        if self.zones[at].nodes.is_empty() {
            self.zones.remove(at);
        }
        self.list();
    }

    fn list(&mut self) {
        self.order.clear();
        let most = self
            .zones
            .iter()
            .map(|zone| zone.nodes.len())
            .max()
            .unwrap_or(0);
        for turn in 0..most {
            self.order
                .extend(self.zones.iter().filter_map(|zone| zone.nodes.get(turn)));
        }
    }
}

/// What tells zones apart: region and zone label; empty if a node has neither.
pub fn zone_key(node: &Node) -> String {
    let label = |beta: &str, stable: &str| {
        let labels = &node.meta.labels;
        labels
            .get_str(beta)
            .or_else(|| labels.get_str(stable))
            .unwrap_or_default()
            .to_string()
    };
    let region = label(
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/region",
    );
    let zone = label(
        "failure-domain.beta.kubernetes.io/zone",
        "topology.kubernetes.io/zone",
    );
    if region.is_empty() && zone.is_empty() {
        String::new()
    } else {
        format!("{region}:\0:{zone}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_take_turns() {
        let mut tree = NodeTree::default();
        for (id, zone) in [(0, "a"), (1, "a"), (2, "b"), (3, "c"), (4, "a"), (5, "c")] {
            tree.add(id, zone);
        }
        assert_eq!(tree.order(), [0, 2, 3, 1, 5, 4]);
        tree.remove(2, "b");
        tree.add(2, "b");
        assert_eq!(
            tree.order(),
            [0, 3, 2, 1, 5, 4],
            "a zone that was empty comes last"
        );
    }
}
