//! World actions that break things: one variant a fault.

use crate::{Cluster, Cx};
use serde::{Deserialize, Serialize};

/// A fault command. Names are resolved when it is applied; an unknown name is a clear error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The machine of a node loses power or gets it back (its kubelet stops or starts).
    NodePower { node: String, on: bool },
}

impl Cluster {
    /// Applies a fault.
    ///
    /// # Errors
    /// A plain sentence if what it names is not there.
    pub(crate) fn fault(&mut self, cx: &mut Cx<'_>, fault: &Fault) -> Result<(), String> {
        match fault {
            Fault::NodePower { node, on } => self.set_node_power(cx, node, *on),
        }
    }
}
