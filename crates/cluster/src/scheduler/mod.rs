//! kube-scheduler: queues, cycle, plugins.
//!
//! *Models*: `pkg/scheduler` with the default profile of v1.36.
//! *Invariants*: attempts are serial and take one millisecond; what an attempt decides rests on the watch cache at
//! its start and on the pods assumed so far (INV-6). Serialised state is complete: rows, orders, assumptions.
//! *Not modelled*: other profiles and configuration, extenders, preemption; see `plugins` for what else is left out.

mod attempt;
pub mod cache;
pub mod cycle;
pub mod diagnosis;
pub mod explain;
pub mod framework;
pub mod plugins;
pub mod queue;
pub mod resource;
#[cfg(test)]
mod tests;

use crate::{Cache, Change, Cluster, Cx, WatchClient};
use api::{Object, Pod};
use cache::{NodeCache, is_terminal};
use engine::SimTime;
use queue::event::{node_changes, pod_changes};
use queue::{ClusterEvent, EventResource, Happening, SchedulingQueue, action};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The name in Events and in `spec.schedulerName`.
pub const NAME: &str = "default-scheduler";

/// What the scheduler does later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Event {
    /// Takes the next pod.
    Attempt,
    /// A failed attempt ends.
    Fail { pod: u32 },
    /// Writes the binding of an assumed pod.
    Bind { pod: u32 },
    /// A back-off or a time-out of the queue is over.
    Flush,
}

/// The scheduler's state.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Scheduler {
    pub queue: SchedulingQueue,
    pub nodes: NodeCache,
    /// Where the next cycle begins in the list of nodes.
    next_start: u32,
    /// The failed attempt that is about to end.
    failure: Option<attempt::Failure>,
    /// When the current attempt is over.
    free_at: SimTime,
    /// An `Attempt` is on its way.
    called: bool,
    /// When the next `Flush` is due, if one is on its way.
    flush_at: Option<SimTime>,
}

impl Scheduler {
    pub fn new() -> Scheduler {
        Scheduler::default()
    }

    /// Hears of a change that its cache has just applied.
    pub(crate) fn observe(&mut self, cx: &mut Cx<'_>, cache: &Cache, change: &Change) {
        let (old, new) = (change.old.as_ref(), change.new.as_ref());
        match change.object() {
            Object::Pod(_) => self.observe_pod(cx, cache, change.key.id, old, new),
            Object::Node(_) => self.observe_node(cx, cache, change.key.id, old, new),
            _ => return,
        }
        self.call(cx);
    }

    fn observe_pod(
        &mut self,
        cx: &Cx<'_>,
        cache: &Cache,
        id: u32,
        old: Option<&Object>,
        new: Option<&Object>,
    ) {
        let (old, new) = (old.filter(|o| is_seen(o)), new.filter(|o| is_seen(o)));
        let was_assigned = pod_of(old).filter(|pod| !pod.node_name.is_empty());
        let is_assigned = pod_of(new).filter(|pod| !pod.node_name.is_empty());
        match (was_assigned, is_assigned) {
            (None, None) => self.observe_unscheduled(cx, cache, id, old, new),
            (None, Some(pod)) => {
                self.queue.delete(id);
                self.nodes.add_pod(cache, id, pod);
                self.happened(
                    cx,
                    cache,
                    ClusterEvent::new(EventResource::AssignedPod, action::ADD),
                    None,
                    new,
                );
            }
            (Some(before), Some(pod)) => {
                self.nodes.update_pod(id, before, pod);
                for event in pod_changes(before, pod) {
                    self.happened(cx, cache, event, old, new);
                }
            }
            (Some(before), None) => {
                self.nodes.remove_pod(id, before);
                self.happened(
                    cx,
                    cache,
                    ClusterEvent::new(EventResource::AssignedPod, action::DELETE),
                    old,
                    None,
                );
            }
        }
    }

    fn observe_unscheduled(
        &mut self,
        cx: &Cx<'_>,
        cache: &Cache,
        id: u32,
        old: Option<&Object>,
        new: Option<&Object>,
    ) {
        match (old, new) {
            (_, None) => {
                self.queue.delete(id);
                // Upstream learns this when the binding fails two milliseconds later.
                if let (Some(pod), Some(assumed)) = (pod_of(old), self.nodes.assumed(id).cloned()) {
                    self.nodes.forget(id, pod);
                    self.freed(cx, cache, pod, &assumed.node_name);
                }
            }
            (_, Some(new)) if !pod_of(Some(new)).is_some_and(|pod| is_ours(pod)) => {}
            (_, Some(_)) if self.nodes.assumed(id).is_some() => {}
            (Some(old), Some(new)) => self.queue.update(id, old, new, cx.now(), cx.cause()),
            (None, Some(Object::Pod(pod))) => self.queue.add(id, pod, cx.now(), cx.cause()),
            (None, Some(_)) => {}
        }
    }

    fn observe_node(
        &mut self,
        cx: &Cx<'_>,
        cache: &Cache,
        id: u32,
        old: Option<&Object>,
        new: Option<&Object>,
    ) {
        let event = |actions| ClusterEvent::new(EventResource::Node, actions);
        match (old, new) {
            (Some(Object::Node(before)), Some(Object::Node(node))) => {
                self.nodes.update_node(id, before, node);
                for event in node_changes(before, node) {
                    self.happened(cx, cache, event, old, new);
                }
            }
            (_, Some(Object::Node(node))) => {
                self.nodes.add_node(cache, id, node);
                self.happened(cx, cache, event(action::ADD), None, new);
            }
            (Some(Object::Node(node)), None) => {
                self.nodes.remove_node(cache, id, node);
                self.happened(cx, cache, event(action::DELETE), old, None);
            }
            _ => {}
        }
    }

    fn happened(
        &mut self,
        cx: &Cx<'_>,
        cache: &Cache,
        event: ClusterEvent,
        old: Option<&Object>,
        new: Option<&Object>,
    ) {
        self.queue
            .move_all(cache, &Happening { event, old, new }, cx.now(), cx.cause());
    }

    /// Sees to it that the next attempt and the next flush are on their way.
    fn call(&mut self, cx: &mut Cx<'_>) {
        if !self.called && self.failure.is_none() && self.queue.is_ready() {
            self.called = true;
            cx.at(
                self.free_at.max(cx.now()),
                crate::Event::Scheduler(Event::Attempt),
            );
        }
        if let Some(wake) = self.queue.next_wake()
            && self.flush_at.is_none_or(|at| wake < at)
        {
            self.flush_at = Some(wake);
            cx.at(wake, crate::Event::Scheduler(Event::Flush));
        }
    }

    fn flush(&mut self, cx: &Cx<'_>, cache: &Cache) {
        if self.flush_at.is_some_and(|at| at <= cx.now()) {
            self.flush_at = None;
        }
        self.queue.flush(cx.now(), cache);
    }
}

impl Cluster {
    /// Handles one of the scheduler's events.
    pub(crate) fn schedule(&mut self, cx: &mut Cx<'_>, event: Event) {
        let cache = &self.informers[WatchClient::Scheduler.index()].cache;
        match event {
            Event::Attempt => self.scheduler.attempt(cx, cache, &mut self.api),
            Event::Fail { pod } => self.scheduler.fail(cx, cache, &mut self.api, pod),
            Event::Bind { pod } => self.scheduler.bind(cx, cache, &mut self.api, pod),
            Event::Flush => self.scheduler.flush(cx, cache),
        }
        self.scheduler.call(cx);
    }
}

fn pod_of(object: Option<&Object>) -> Option<&Arc<Pod>> {
    match object {
        Some(Object::Pod(pod)) => Some(pod),
        _ => None,
    }
}

/// The scheduler's watch leaves out finished pods.
fn is_seen(object: &Object) -> bool {
    pod_of(Some(object)).is_some_and(|pod| !is_terminal(pod))
}

/// Pods that name another scheduler wait for that one.
fn is_ours(pod: &Pod) -> bool {
    matches!(&*pod.spec.scheduler_name, "" | NAME)
}
