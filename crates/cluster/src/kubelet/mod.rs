//! Node agents: the kubelets of all nodes, in one table.

use crate::{Api, Cache, Change, Cluster, Cx, Options};
use serde::{Deserialize, Serialize};

/// What a kubelet does later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Event {
    /// Syncs one pod.
    Sync { pod: u32 },
}

/// State of all kubelets.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Kubelets {}

impl Kubelets {
    pub fn new(_options: &Options) -> Kubelets {
        Kubelets::default()
    }

    /// Hears of a change that the node agents' cache has just applied.
    pub(crate) fn observe(
        &mut self,
        _cx: &mut Cx<'_>,
        _cache: &Cache,
        _api: &Api,
        _change: &Change,
    ) {
    }
}

impl Cluster {
    /// Handles one of the kubelets' events.
    pub(crate) fn run_kubelet(&mut self, _cx: &mut Cx<'_>, _event: Event) {}

    /// A node's machine loses power or gets it back.
    ///
    /// # Errors
    /// A sentence if there is no such node.
    pub(crate) fn set_node_power(
        &mut self,
        _cx: &mut Cx<'_>,
        node: &str,
        _on: bool,
    ) -> Result<(), String> {
        Err(format!("there is no node \"{node}\""))
    }
}
