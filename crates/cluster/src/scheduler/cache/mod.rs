//! What the scheduler knows of each node: offered and taken, pods it has decided on included.
//!
//! *Models*: `pkg/scheduler/backend/cache` (cache.go, snapshot.go), `pkg/scheduler/framework/types.go` (NodeInfo).
//! *Invariants*: INV-5: rows lie in copy-on-write pages. A row is the sum of the bound pods in the watch cache
//! and the assumed pods, minus nothing; an attempt is one instant, so the cache itself is the snapshot.
//! *Not modelled*: expiry of assumed pods (a binding always ends), nodes known only by their pods' names.
//! *Cost*: a row has 100 bytes; filtering reads integers only.

mod node_tree;

pub use node_tree::{NodeTree, zone_key};

use super::resource::{PodResources, Resource};
use crate::Cache;
use api::{Node, Pod};
use engine::{CowMap, CowVec};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One node in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeInfo {
    pub allocatable_milli_cpu: i64,
    pub allocatable_memory: i64,
    pub allocatable_ephemeral_storage: i64,
    pub allocatable_pods: i64,
    pub requested_milli_cpu: i64,
    pub requested_memory: i64,
    pub requested_ephemeral_storage: i64,
    pub nonzero_milli_cpu: i64,
    pub nonzero_memory: i64,
    /// Pods that are bound here or assumed to be.
    pub pods: i64,
    /// Scalars offered and taken; absent for most nodes.
    pub scalars: Option<Arc<NodeScalars>>,
    pub unschedulable: bool,
    /// Whether `spec.taints` has an entry.
    pub has_taints: bool,
}

/// Extended resources of one node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeScalars {
    pub allocatable: Resource,
    pub requested: Resource,
}

impl NodeInfo {
    /// A node without pods.
    pub fn new(node: &Node) -> NodeInfo {
        let mut info = NodeInfo::default();
        info.set_node(node);
        info
    }

    /// Takes over what a node offers; what is taken stays.
    pub fn set_node(&mut self, node: &Node) {
        let list = &node.status.allocatable;
        let offered = Resource::of(list);
        self.allocatable_milli_cpu = offered.milli_cpu;
        self.allocatable_memory = offered.memory;
        self.allocatable_ephemeral_storage = offered.ephemeral_storage;
        self.allocatable_pods = list.get("pods").map_or(0, |pods| pods.value());
        self.unschedulable = node.spec.unschedulable;
        self.has_taints = !node.spec.taints.is_empty();
        let scalars: Vec<_> = offered
            .scalars
            .into_iter()
            .filter(|(_, amount)| *amount != 0)
            .collect();
        if self.scalars.is_some() || !scalars.is_empty() {
            self.scalars_mut().allocatable.scalars = scalars;
        }
    }

    pub fn add_pod(&mut self, pod: &PodResources) {
        self.count(pod, 1);
        if !pod.request.scalars.is_empty() {
            self.scalars_mut().requested.add(&pod.request);
        }
    }

    pub fn remove_pod(&mut self, pod: &PodResources) {
        self.count(pod, -1);
        if !pod.request.scalars.is_empty() {
            self.scalars_mut().requested.subtract(&pod.request);
        }
    }

    fn count(&mut self, pod: &PodResources, sign: i64) {
        self.requested_milli_cpu += sign * pod.request.milli_cpu;
        self.requested_memory += sign * pod.request.memory;
        self.requested_ephemeral_storage += sign * pod.request.ephemeral_storage;
        self.nonzero_milli_cpu += sign * pod.nonzero_milli_cpu;
        self.nonzero_memory += sign * pod.nonzero_memory;
        self.pods += sign;
    }

    fn scalars_mut(&mut self) -> &mut NodeScalars {
        Arc::make_mut(self.scalars.get_or_insert_with(Arc::default))
    }

    /// What the node offers of a scalar, and what is taken.
    pub fn scalar(&self, name: &str) -> (i64, i64) {
        self.scalars.as_ref().map_or((0, 0), |scalars| {
            (
                scalars.allocatable.scalar(name),
                scalars.requested.scalar(name),
            )
        })
    }
}

/// A decision that the watch has not confirmed yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Assumed {
    pub node: u32,
    /// The node's name: the node may be gone when the binding is written.
    pub node_name: Arc<str>,
}

/// All nodes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct NodeCache {
    nodes: CowVec<NodeInfo>,
    tree: Arc<NodeTree>,
    /// Which node's row a pod is counted in, by pod id.
    placed: CowVec<u32>,
    assumed: CowMap<u32, Assumed>,
}

impl NodeCache {
    pub fn node(&self, id: u32) -> Option<&NodeInfo> {
        self.nodes.get(id)
    }

    pub fn order(&self) -> &[u32] {
        self.tree.order()
    }

    pub fn assumed(&self, pod: u32) -> Option<&Assumed> {
        self.assumed.get(&pod)
    }

    pub fn add_node(&mut self, cache: &Cache, id: u32, node: &Node) {
        Arc::make_mut(&mut self.tree).add(id, &zone_key(node));
        self.nodes.insert(id, NodeInfo::new(node));
        for (pod_id, pod) in cache.pods_on_node(&node.meta.name) {
            if !is_terminal(pod) {
                self.place(pod_id, id, pod);
            }
        }
        let waiting: Vec<u32> = self
            .assumed
            .iter()
            .filter(|(_, a)| a.node_name == node.meta.name)
            .map(|(p, _)| *p)
            .collect();
        for pod_id in waiting {
            if let Some(pod) = cache.get::<Pod>(pod_id)
                && !self.placed.contains(pod_id)
            {
                self.place(pod_id, id, pod);
            }
        }
    }

    pub fn update_node(&mut self, id: u32, old: &Node, node: &Node) {
        let (before, after) = (zone_key(old), zone_key(node));
        if before != after {
            let tree = Arc::make_mut(&mut self.tree);
            tree.remove(id, &before);
            tree.add(id, &after);
        }
        let same = old.status.allocatable == node.status.allocatable
            && old.spec.unschedulable == node.spec.unschedulable
            && old.spec.taints.is_empty() == node.spec.taints.is_empty();
        if !same && let Some(info) = self.nodes.get_mut(id) {
            info.set_node(node);
        }
    }

    pub fn remove_node(&mut self, cache: &Cache, id: u32, node: &Node) {
        Arc::make_mut(&mut self.tree).remove(id, &zone_key(node));
        self.nodes.remove(id);
        for (pod_id, _) in cache.pods_on_node(&node.meta.name) {
            self.placed.remove(pod_id);
        }
        let waiting: Vec<u32> = self
            .assumed
            .iter()
            .filter(|(_, a)| a.node == id)
            .map(|(p, _)| *p)
            .collect();
        for pod_id in waiting {
            self.placed.remove(pod_id);
        }
    }

    /// Counts a pod on a node before its binding is written.
    pub fn assume(
        &mut self,
        pod_id: u32,
        node: u32,
        node_name: Arc<str>,
        resources: &PodResources,
    ) {
        if let Some(info) = self.nodes.get_mut(node) {
            info.add_pod(resources);
            self.placed.insert(pod_id, node);
        }
        self.assumed.insert(pod_id, Assumed { node, node_name });
    }

    /// Takes back an assumption whose binding failed.
    pub fn forget(&mut self, pod_id: u32, pod: &Pod) {
        if self.assumed.remove(&pod_id).is_some() {
            self.take_out(pod_id, pod);
        }
    }

    /// A bound pod was heard of; an assumption is confirmed.
    pub fn add_pod(&mut self, cache: &Cache, pod_id: u32, pod: &Pod) {
        self.assumed.remove(&pod_id);
        let node = cache.find::<Node>("", &pod.node_name).map(|(id, _)| id);
        if self.placed.get(pod_id).copied() == node && node.is_some() {
            return;
        }
        self.take_out(pod_id, pod);
        if let Some(node) = node {
            self.place(pod_id, node, pod);
        }
    }

    pub fn update_pod(&mut self, pod_id: u32, old: &Pod, pod: &Pod) {
        if Arc::ptr_eq(&old.spec, &pod.spec) || old.spec == pod.spec {
            return;
        }
        let Some(node) = self.placed.get(pod_id).copied() else {
            return;
        };
        self.take_out(pod_id, old);
        self.place(pod_id, node, pod);
    }

    pub fn remove_pod(&mut self, pod_id: u32, pod: &Pod) {
        self.assumed.remove(&pod_id);
        self.take_out(pod_id, pod);
    }

    fn place(&mut self, pod_id: u32, node: u32, pod: &Pod) {
        if let Some(info) = self.nodes.get_mut(node) {
            info.add_pod(&PodResources::of(pod));
            self.placed.insert(pod_id, node);
        }
    }

    fn take_out(&mut self, pod_id: u32, pod: &Pod) {
        if let Some(node) = self.placed.remove(pod_id)
            && let Some(info) = self.nodes.get_mut(node)
        {
            info.remove_pod(&PodResources::of(pod));
        }
    }
}

/// Finished pods take nothing; the scheduler's watch leaves them out.
// kubernetes: pkg/scheduler/scheduler.go (NewInformerFactory's field selector)
pub fn is_terminal(pod: &Pod) -> bool {
    matches!(&*pod.status.phase, "Succeeded" | "Failed")
}
