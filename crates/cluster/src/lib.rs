//! One simulated cluster: API server, informers, controllers, scheduler and node agents, driven by the
//! events of the `engine` crate.
//!
//! *Invariants*: every write goes through [`apiserver::Api`] and appends one [`apiserver::Change`] (INV-4);
//! components read an informer cache (INV-6); events are ids (INV-8).

pub mod actor;
pub mod apiserver;
pub mod clock;
pub mod command;
pub mod controllers;
pub mod event;
pub mod faults;
pub mod informer;
pub mod kubelet;
pub mod scheduler;
mod snapshot;
pub mod timing;
mod world;

pub use actor::Actor;
pub use apiserver::{Api, Change};
pub use clock::Clock;
pub use command::{
    Command, DeleteOptions, Outcome, Part, Patch, Propagation, Reply, Request, Response,
    Validation, Verb,
};
pub use event::Event;
pub use informer::{Cache, WatchClient};
pub use world::{Cluster, Options};

/// The engine's context with this world's events.
pub type Cx<'a> = engine::Cx<'a, Event>;

/// One row of one kind's table. Ids are dense and never used again, so a key names one object for ever.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Key {
    pub kind: api::Kind,
    pub id: u32,
}
