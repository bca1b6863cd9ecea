//! What an event moves: hints decide for each rejected pod, by the plugins that rejected it.
//!
//! *Models*: `pkg/scheduler/backend/queue/scheduling_queue.go` (isPodWorthRequeuing,
//! movePodsToActiveOrBackoffQueue, Update).

use super::event::pod_changes;
use super::{ClusterEvent, Happening, Place, QueuedPod, SchedulingQueue};
use crate::Cache;
use crate::scheduler::framework::Hint;
use crate::scheduler::plugins::{interested_in, of_set};
use api::{Object, Pod};
use engine::{Cause, SimTime};

/// What becomes of a rejected pod after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strategy {
    /// It goes on waiting.
    Skip,
    /// It is tried again once its back-off is over.
    AfterBackoff,
    /// It is tried again at once.
    Immediately,
}

/// Whether an event is a reason to try a pod again.
///
/// Fixture table: `scheduling_queue.Test_isPodWorthRequeuing`.
pub fn is_worth_requeuing(row: &QueuedPod, pod: &Pod, happening: &Happening<'_>) -> Strategy {
    let rejectors = row.rejectors | row.pending;
    if rejectors == 0 || happening.event.resource == super::EventResource::Wildcard {
        return Strategy::AfterBackoff;
    }
    let mut strategy = Strategy::Skip;
    for (index, registered) in of_set(rejectors) {
        let is_pending = row.pending >> index & 1 == 1;
        for wake in registered
            .plugin
            .requeue_on()
            .iter()
            .filter(|wake| wake.event.covers(happening.event))
        {
            if strategy == Strategy::AfterBackoff && !is_pending {
                break;
            }
            if wake
                .hint
                .is_none_or(|hint| hint(pod, happening) == Hint::Queue)
            {
                if is_pending {
                    return Strategy::Immediately;
                }
                strategy = Strategy::AfterBackoff;
            }
        }
    }
    strategy
}

impl SchedulingQueue {
    /// An event that may make rejected pods schedulable.
    pub fn move_all(
        &mut self,
        cache: &Cache,
        happening: &Happening<'_>,
        now: SimTime,
        cause: Cause,
    ) {
        let interested = interested_in(happening.event);
        if interested == 0 {
            return;
        }
        for flight in &mut self.in_flight {
            flight.events.push((
                happening.event,
                happening.old.cloned(),
                happening.new.cloned(),
            ));
        }
        let waiting: Vec<u32> = self.unschedulable.values().copied().collect();
        for pod_id in waiting {
            if self
                .rows
                .get(pod_id)
                .is_some_and(|row| (row.rejectors | row.pending) & interested != 0)
                && let Some(pod) = cache.get::<Pod>(pod_id)
            {
                self.wake(pod_id, pod, happening, now, cause);
            }
        }
    }

    /// The pod itself changed. A pod that is nowhere is new.
    pub fn update(&mut self, pod_id: u32, old: &Object, new: &Object, now: SimTime, cause: Cause) {
        let (Object::Pod(before), Object::Pod(pod)) = (old, new) else {
            return;
        };
        let Some(row) = self.rows.get(pod_id) else {
            return self.add(pod_id, pod, now, cause);
        };
        let place = row.place;
        if place == Place::Active || place == Place::Backoff || place == Place::ErrorBackoff {
            return;
        }
        for event in pod_changes(before, pod) {
            if place == Place::InFlight {
                self.keep(pod_id, event, old, new);
            } else if self.wake(
                pod_id,
                pod,
                &Happening {
                    event,
                    old: Some(old),
                    new: Some(new),
                },
                now,
                cause,
            ) {
                break;
            }
        }
    }

    fn keep(&mut self, pod_id: u32, event: ClusterEvent, old: &Object, new: &Object) {
        for flight in self
            .in_flight
            .iter_mut()
            .filter(|flight| flight.pod == pod_id)
        {
            flight
                .events
                .push((event, Some(old.clone()), Some(new.clone())));
        }
    }

    /// Moves one waiting pod if the event is a reason to; true if it was.
    fn wake(
        &mut self,
        pod_id: u32,
        pod: &Pod,
        happening: &Happening<'_>,
        now: SimTime,
        cause: Cause,
    ) -> bool {
        let Some(row) = self.rows.get_mut(pod_id) else {
            return false;
        };
        let strategy = is_worth_requeuing(row, pod, happening);
        if strategy == Strategy::Skip {
            return false;
        }
        row.cause = cause;
        self.requeue(pod_id, pod, strategy, now);
        true
    }
}
