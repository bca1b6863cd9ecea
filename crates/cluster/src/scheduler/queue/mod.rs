//! The scheduling queue: pods to try now, pods that back off, pods that wait for something to happen.
//!
//! *Models*: `pkg/scheduler/backend/queue` (scheduling_queue.go, active_queue.go, backoff_queue.go).
//! *Invariants*: order is total: priority, then queueing time, then sequence. INV-8: nothing ticks; finished
//! back-offs are noticed when the queue is read, and [`SchedulingQueue::next_wake`] says when that matters.
//! INV-5: rows in copy-on-write pages, orders in persistent maps.
//! *Not modelled*: nominated pods, pod groups, metrics.

pub mod backoff;
pub mod event;
mod moves;

pub use event::{ClusterEvent, EventResource, Happening, action};
pub use moves::Strategy;

use super::plugins::{PluginSet, REGISTRY};
use crate::Cache;
use api::{Object, Pod};
use core::time::Duration;
use engine::{Cause, CowMap, CowVec, SimTime};
use serde::{Deserialize, Serialize};

/// A pod that waits this long for an event is tried anyway.
// kubernetes: pkg/scheduler/backend/queue/scheduling_queue.go (DefaultPodMaxInUnschedulablePodsDuration)
const UNSCHEDULABLE_MAX: Duration = Duration::from_secs(5 * 60);
/// How often upstream looks for such pods.
const UNSCHEDULABLE_FLUSH_NANOS: u64 = 30_000_000_000;

/// Where a pod of the queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    Active,
    /// Backs off after a rejection.
    Backoff,
    /// Backs off after an error; never taken early.
    ErrorBackoff,
    /// Waits for an event.
    Unschedulable,
    /// Held back by PreEnqueue.
    Gated,
    /// An attempt or a binding is under way.
    InFlight,
}

/// A pod of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedPod {
    pub place: Place,
    pub priority: i32,
    /// When it was added or last came back from an attempt.
    pub timestamp: SimTime,
    sequence: u64,
    pub attempts: u32,
    pub unschedulable_count: u32,
    pub consecutive_errors: u32,
    /// The plugins that turned it down in its last attempt, or that gate it.
    pub rejectors: PluginSet,
    /// Those of them that wait for something of their own.
    pub pending: PluginSet,
    expiry: SimTime,
    /// Why it is where it is.
    pub cause: Cause,
}

/// Priority (highest first), time, sequence.
type Order = (u32, SimTime, u64);

impl QueuedPod {
    fn order(&self) -> Order {
        (
            !(self.priority as u32 ^ 1 << 31),
            self.timestamp,
            self.sequence,
        )
    }
}

/// What happened while an attempt was under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct InFlight {
    pod: u32,
    events: Vec<(ClusterEvent, Option<Object>, Option<Object>)>,
}

/// All pods that have no node yet.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SchedulingQueue {
    rows: CowVec<QueuedPod>,
    active: CowMap<Order, u32>,
    backoff: CowMap<(SimTime, Order), u32>,
    error_backoff: CowMap<(SimTime, Order), u32>,
    /// Rejected pods, oldest first. Gated pods are in `gated`: no time-out wakes them.
    unschedulable: CowMap<(SimTime, u64), u32>,
    gated: CowMap<u32, ()>,
    in_flight: Vec<InFlight>,
    sequence: u64,
}

impl SchedulingQueue {
    pub fn get(&self, pod_id: u32) -> Option<&QueuedPod> {
        self.rows.get(pod_id)
    }

    /// Pods in the active queue, in order.
    pub fn active(&self) -> impl Iterator<Item = u32> {
        self.active.values().copied()
    }

    /// Whether an attempt can start: someone is active, or backs off after a rejection (taken early if idle).
    pub fn is_ready(&self) -> bool {
        !self.active.is_empty() || !self.backoff.is_empty()
    }

    /// A new pod.
    pub fn add(&mut self, pod_id: u32, pod: &Pod, now: SimTime, cause: Cause) {
        if self.rows.contains(pod_id) {
            return;
        }
        let row = QueuedPod {
            place: Place::InFlight,
            priority: pod.spec.priority.unwrap_or(0),
            timestamp: now,
            sequence: self.next_sequence(),
            attempts: 0,
            unschedulable_count: 0,
            consecutive_errors: 0,
            rejectors: 0,
            pending: 0,
            expiry: SimTime::ZERO,
            cause,
        };
        self.rows.insert(pod_id, row);
        self.activate(pod_id, pod);
    }

    /// Takes the pod out wherever it is.
    pub fn delete(&mut self, pod_id: u32) {
        self.detach(pod_id);
        self.rows.remove(pod_id);
        self.done(pod_id);
    }

    /// The next pod to try. Its attempt is under way until [`SchedulingQueue::done`] or
    /// [`SchedulingQueue::add_unschedulable`].
    pub fn pop(&mut self, now: SimTime, cache: &Cache) -> Option<u32> {
        self.flush_backoff(now, cache);
        let early = || self.backoff.first().map(|(_, pod)| *pod);
        let pod_id = self.active.first().map(|(_, pod)| *pod).or_else(early)?;
        self.detach(pod_id);
        let row = self.rows.get_mut(pod_id)?;
        row.attempts += 1;
        row.rejectors = 0;
        row.pending = 0;
        self.in_flight.push(InFlight {
            pod: pod_id,
            events: Vec::new(),
        });
        Some(pod_id)
    }

    /// The attempt is over; events are no longer kept for this pod.
    pub fn done(&mut self, pod_id: u32) {
        self.in_flight.retain(|flight| flight.pod != pod_id);
    }

    /// Puts the pod back after a failed attempt: without rejectors as an error, else as rejected.
    pub fn add_unschedulable(
        &mut self,
        pod_id: u32,
        pod: &Pod,
        rejectors: PluginSet,
        pending: PluginSet,
        now: SimTime,
    ) {
        let sequence = self.next_sequence();
        let events = self.take_events(pod_id);
        let Some(row) = self.rows.get_mut(pod_id) else {
            return;
        };
        row.timestamp = now;
        row.sequence = sequence;
        row.rejectors = rejectors;
        row.pending = pending;
        if rejectors | pending == 0 {
            row.consecutive_errors += 1;
        } else {
            row.unschedulable_count += 1;
            row.consecutive_errors = 0;
        }
        let counts = (row.unschedulable_count, row.consecutive_errors);
        row.expiry = backoff::expiry(now, counts.0, counts.1, backoff::INITIAL, backoff::MAX);
        let strategy = if rejectors | pending == 0 {
            Strategy::AfterBackoff
        } else {
            let row = *row;
            let worth = events.iter().map(|(event, old, new)| {
                let happening = Happening {
                    event: *event,
                    old: old.as_ref(),
                    new: new.as_ref(),
                };
                moves::is_worth_requeuing(&row, pod, &happening)
            });
            worth.max().unwrap_or(Strategy::Skip)
        };
        self.requeue(pod_id, pod, strategy, now);
    }

    /// When the queue changes by itself: an error back-off or the five minutes of a rejected pod are over.
    pub fn next_wake(&self) -> Option<SimTime> {
        let error = self
            .error_backoff
            .first()
            .map(|((expiry, _), _)| backoff::flushed_at(*expiry));
        let timeout = self
            .unschedulable
            .first()
            .map(|((timestamp, _), _)| timeout_at(*timestamp));
        error.into_iter().chain(timeout).min()
    }

    /// Moves what is due: see [`SchedulingQueue::next_wake`].
    pub fn flush(&mut self, now: SimTime, cache: &Cache) {
        self.flush_backoff(now, cache);
        let due: Vec<u32> = self
            .unschedulable
            .iter()
            .take_while(|((timestamp, _), _)| timeout_at(*timestamp) <= now)
            .map(|(_, pod)| *pod)
            .collect();
        for pod_id in due {
            if let Some(pod) = cache.get::<Pod>(pod_id) {
                self.requeue(pod_id, pod, Strategy::AfterBackoff, now);
            }
        }
    }

    fn flush_backoff(&mut self, now: SimTime, cache: &Cache) {
        for error in [false, true] {
            loop {
                let heap = if error {
                    &self.error_backoff
                } else {
                    &self.backoff
                };
                let Some(((expiry, _), pod_id)) = heap.first().map(|(key, pod)| (*key, *pod))
                else {
                    break;
                };
                if backoff::is_backing_off(expiry, now) {
                    break;
                }
                match cache.get::<Pod>(pod_id) {
                    Some(pod) => self.activate(pod_id, pod),
                    None => self.delete(pod_id),
                }
            }
        }
    }

    /// Moves a pod to the active queue unless PreEnqueue holds it back.
    fn activate(&mut self, pod_id: u32, pod: &Pod) {
        let gate = REGISTRY
            .iter()
            .position(|registered| registered.plugin.pre_enqueue(pod).is_err());
        match gate {
            None => self.attach(pod_id, Place::Active),
            Some(plugin) => {
                if let Some(row) = self.rows.get_mut(pod_id) {
                    row.rejectors |= 1 << plugin;
                }
                self.attach(pod_id, Place::Gated);
            }
        }
    }

    /// Puts a pod where the strategy says.
    fn requeue(&mut self, pod_id: u32, pod: &Pod, strategy: Strategy, now: SimTime) {
        let Some(row) = self.rows.get(pod_id) else {
            return;
        };
        let backs_off = backoff::is_backing_off(row.expiry, now);
        let is_error = row.rejectors | row.pending == 0;
        match strategy {
            Strategy::Skip => self.attach(pod_id, Place::Unschedulable),
            Strategy::AfterBackoff if backs_off && is_error => {
                self.attach(pod_id, Place::ErrorBackoff)
            }
            Strategy::AfterBackoff if backs_off => self.attach(pod_id, Place::Backoff),
            _ => self.activate(pod_id, pod),
        }
    }

    fn attach(&mut self, pod_id: u32, place: Place) {
        self.detach(pod_id);
        let Some(row) = self.rows.get_mut(pod_id) else {
            return;
        };
        row.place = place;
        let row = *row;
        match place {
            Place::Active => {
                self.active.insert(row.order(), pod_id);
            }
            Place::Backoff => {
                self.backoff.insert((row.expiry, row.order()), pod_id);
            }
            Place::ErrorBackoff => {
                self.error_backoff.insert((row.expiry, row.order()), pod_id);
            }
            Place::Unschedulable => {
                self.unschedulable
                    .insert((row.timestamp, row.sequence), pod_id);
            }
            Place::Gated => {
                self.gated.insert(pod_id, ());
            }
            Place::InFlight => {}
        }
    }

    fn detach(&mut self, pod_id: u32) {
        let Some(row) = self.rows.get(pod_id).copied() else {
            return;
        };
        match row.place {
            Place::Active => {
                self.active.remove(&row.order());
            }
            Place::Backoff => {
                self.backoff.remove(&(row.expiry, row.order()));
            }
            Place::ErrorBackoff => {
                self.error_backoff.remove(&(row.expiry, row.order()));
            }
            Place::Unschedulable => {
                self.unschedulable.remove(&(row.timestamp, row.sequence));
            }
            Place::Gated => {
                self.gated.remove(&pod_id);
            }
            Place::InFlight => return,
        }
        if let Some(row) = self.rows.get_mut(pod_id) {
            row.place = Place::InFlight;
        }
    }

    fn take_events(&mut self, pod_id: u32) -> Vec<(ClusterEvent, Option<Object>, Option<Object>)> {
        match self
            .in_flight
            .iter()
            .position(|flight| flight.pod == pod_id)
        {
            Some(at) => self.in_flight.remove(at).events,
            None => Vec::new(),
        }
    }

    fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }
}

/// When upstream's look every 30 s finds the pod older than five minutes.
fn timeout_at(timestamp: SimTime) -> SimTime {
    let old = (timestamp + UNSCHEDULABLE_MAX).0 + 1;
    SimTime(old.div_ceil(UNSCHEDULABLE_FLUSH_NANOS) * UNSCHEDULABLE_FLUSH_NANOS)
}
