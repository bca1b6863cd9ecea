//! Informer caches: what each of the four watch clients has heard of so far (INV-6).
//!
//! *Models*: client-go shared informers with their indexers; latency is `timing::WATCH_DELAY`.
//! *Invariants*: rows are the store's own versions (`Arc`s), applied in revision order.

mod cache;
mod table;

pub use cache::Cache;
pub use table::Table;

use api::Kind;
use serde::{Deserialize, Serialize};

/// The processes that watch the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WatchClient {
    /// All controllers share one cache, as in kube-controller-manager.
    ControllerManager,
    Scheduler,
    /// Kubelets and proxies of all nodes share one table.
    Nodes,
    /// DNS and ingress.
    Network,
}

impl WatchClient {
    pub const ALL: [WatchClient; 4] = [
        WatchClient::ControllerManager,
        WatchClient::Scheduler,
        WatchClient::Nodes,
        WatchClient::Network,
    ];

    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether this client watches a kind; changes of other kinds cost it nothing.
    pub fn watches(self, kind: Kind) -> bool {
        match self {
            WatchClient::ControllerManager => kind != Kind::Event,
            WatchClient::Scheduler => matches!(kind, Kind::Pod | Kind::Node | Kind::Namespace),
            WatchClient::Nodes => matches!(
                kind,
                Kind::Pod | Kind::Node | Kind::ConfigMap | Kind::Secret | Kind::Lease
            ),
            WatchClient::Network => false,
        }
    }
}

/// One client's cache and how far it has read. Saved by [`crate::snapshot`].
#[derive(Clone)]
pub struct Informer {
    pub cache: Cache,
    /// The last revision applied.
    pub heard: u64,
}

impl Informer {
    pub fn new() -> Informer {
        Informer {
            cache: Cache::default(),
            heard: 0,
        }
    }
}

impl Default for Informer {
    fn default() -> Informer {
        Informer::new()
    }
}
