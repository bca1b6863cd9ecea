//! kube-scheduler: queues, cycle, plugins.

use crate::{Cache, Change, Cluster, Cx};
use serde::{Deserialize, Serialize};

/// What the scheduler does later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Event {
    /// Takes the next pod.
    Attempt,
}

/// The scheduler's state.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Scheduler {}

impl Scheduler {
    pub fn new() -> Scheduler {
        Scheduler::default()
    }

    /// Hears of a change that its cache has just applied.
    pub(crate) fn observe(&mut self, _cx: &mut Cx<'_>, _cache: &Cache, _change: &Change) {}
}

impl Cluster {
    /// Handles one of the scheduler's events.
    pub(crate) fn schedule(&mut self, _cx: &mut Cx<'_>, _event: Event) {}
}
