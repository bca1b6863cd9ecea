//! The controllers of kube-controller-manager: a table of constants and pure `reconcile` functions.
//!
//! *Models*: `cmd/kube-controller-manager` and `pkg/controller`.
//! *Invariants*: INV-7: a reconcile is a function of the cache, the key and the virtual now; one worker each.
//! *Not modelled*: several workers a controller, leader election.

pub mod controller_utils;
pub mod deployment;
pub mod garbage_collector;
pub mod namespace;
mod queue;
mod reconcile;
pub mod replicaset;
mod root_ca;
mod serviceaccount;
#[cfg(test)]
mod tests;

pub use queue::WorkQueue;
pub use reconcile::ReconcileCx;

use crate::{Cache, Change, Cluster, Cx, Event, Key, actor::Actor, timing};
use apimachinery::Status;
use core::time::Duration;
use engine::SimTime;
use serde::{Deserialize, Serialize};

/// What a reconcile asks for when it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requeue {
    Done,
    /// Look at the key again after this long.
    After(Duration),
}

/// A controller: constant data and two functions.
pub struct Controller {
    /// The name in `why`, in events (`source.component`) and in `fault stop`.
    pub name: &'static str,
    /// Turns one change of the shared cache (already applied) into keys.
    pub observe: fn(&mut ObserveCx<'_, '_>, &Change),
    /// Brings one key closer to what is wanted. `Err` means back-off and another try.
    pub reconcile: fn(&mut ReconcileCx<'_, '_>, Key) -> Result<Requeue, Status>,
}

/// All controllers. The order is the order in which they hear of a change.
pub const CONTROLLERS: &[Controller] = &[
    deployment::CONTROLLER,
    replicaset::CONTROLLER,
    serviceaccount::CONTROLLER,
    root_ca::CONTROLLER,
    garbage_collector::CONTROLLER,
    namespace::CONTROLLER,
];

/// State of the controller manager: one queue a controller, and what controllers remember between syncs.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Controllers {
    workers: Vec<Worker>,
    pub state: State,
}

/// What controllers remember between syncs; everything else is in the cache.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub expectations: controller_utils::Expectations,
    pub garbage_collector: garbage_collector::Graph,
    pub steady: replicaset::steady::Steady,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Worker {
    queue: WorkQueue,
    /// When the worker is free again.
    free_at: SimTime,
    /// A `Work` event is on its way.
    called: bool,
}

/// What `observe` may do: look at the cache, enqueue keys.
pub struct ObserveCx<'a, 'c> {
    pub cache: &'a Cache,
    pub state: &'a mut State,
    cx: &'a mut Cx<'c>,
    worker: &'a mut Worker,
    controller: u8,
}

impl ObserveCx<'_, '_> {
    pub fn now(&self) -> SimTime {
        self.cx.now()
    }

    /// Puts a key into this controller's queue.
    pub fn enqueue(&mut self, key: Key) {
        self.worker.enqueue(self.cx, self.controller, key);
    }

    /// Puts a key into this controller's queue after a while.
    pub fn enqueue_after(&mut self, key: Key, delay: Duration) {
        self.cx.after(delay, Event::Requeue(self.controller, key));
    }
}

impl Worker {
    fn enqueue(&mut self, cx: &mut Cx<'_>, controller: u8, key: Key) {
        self.queue.add(key, cx.cause());
        self.call(cx, controller);
    }

    fn call(&mut self, cx: &mut Cx<'_>, controller: u8) {
        if !self.called && !self.queue.is_empty() {
            self.called = true;
            cx.at(self.free_at.max(cx.now()), Event::Work(controller));
        }
    }
}

impl Controllers {
    pub fn new() -> Controllers {
        Controllers {
            workers: CONTROLLERS.iter().map(|_| Worker::default()).collect(),
            state: State::default(),
        }
    }

    /// Every controller hears of a change that the shared cache has just applied.
    pub(crate) fn observe(&mut self, cx: &mut Cx<'_>, cache: &Cache, change: &Change) {
        for (index, controller) in CONTROLLERS.iter().enumerate() {
            let mut observe = ObserveCx {
                cache,
                state: &mut self.state,
                cx,
                worker: &mut self.workers[index],
                controller: index as u8,
            };
            (controller.observe)(&mut observe, change);
        }
    }

    /// A delayed key arrives.
    pub(crate) fn requeue(&mut self, cx: &mut Cx<'_>, controller: u8, key: Key) {
        self.workers[usize::from(controller)].enqueue(cx, controller, key);
    }
}

impl Cluster {
    /// A controller's worker takes one key.
    pub(crate) fn work(&mut self, cx: &mut Cx<'_>, index: u8) {
        let worker = &mut self.controllers.workers[usize::from(index)];
        worker.called = false;
        let Some((key, cause)) = worker.queue.take() else {
            return;
        };
        cx.set_cause(cause);
        cx.because(Actor::Controller(index).label(Some(key)));
        let mut reconcile = ReconcileCx {
            cache: &self.informers[crate::WatchClient::ControllerManager.index()].cache,
            api: &mut self.api,
            state: &mut self.controllers.state,
            cx,
            controller: index,
            writes: 0,
        };
        let result = (CONTROLLERS[usize::from(index)].reconcile)(&mut reconcile, key);
        let writes = reconcile.writes;
        let worker = &mut self.controllers.workers[usize::from(index)];
        match result {
            Ok(Requeue::Done) => worker.queue.forget(key),
            Ok(Requeue::After(delay)) => {
                worker.queue.forget(key);
                cx.after(delay, Event::Requeue(index, key));
            }
            Err(_) => {
                let delay = worker.queue.fail(key);
                cx.after(delay, Event::Requeue(index, key));
            }
        }
        worker.free_at = cx.now() + timing::CONTROLLER_WRITE * writes;
        worker.call(cx, index);
    }
}
