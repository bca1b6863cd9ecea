//! The closed set of things that can happen later (INV-8). Each component owns one variant.

use crate::{Key, WatchClient, kubelet, scheduler};
use serde::{Deserialize, Serialize};

/// An event is ids only; what it means is decided when it is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Event {
    /// The changes of one commit instant reach a watch client.
    Deliver(WatchClient),
    /// A controller's worker takes the next item of its queue.
    Work(u8),
    /// A delayed key enters a controller's queue.
    Requeue(u8, Key),
    /// Events that were last written an hour ago go.
    ExpireEvents,
    Scheduler(scheduler::Event),
    Kubelet(kubelet::Event),
}
