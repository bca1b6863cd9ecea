//! One attempt: take a pod, run the cycle, assume and bind, or say why not.
//!
//! *Models*: `pkg/scheduler/schedule_one.go` (ScheduleOne, handleSchedulingFailure, handleBindingCycleError).
//! *Invariants*: an attempt takes `timing::SCHEDULING_ATTEMPT`, a binding `timing::BINDING` more; what happens
//! meanwhile reaches a failed pod as in-flight events.

use super::cycle::schedule_pod;
use super::diagnosis::truncated;
use super::framework::Snapshot;
use super::plugins::PluginSet;
use super::queue::{ClusterEvent, EventResource, Happening, action};
use super::{Event, NAME, Scheduler};
use crate::actor::Actor;
use crate::apiserver::UpdatePart;
use crate::apiserver::recorder::{EventType, Regarding};
use crate::{Api, Cache, Cx, Key, timing};
use api::{Kind, Node, Object, Pod, PodCondition};
use engine::Cause;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const POD_SCHEDULED: &str = "PodScheduled";
// kubernetes: staging/src/k8s.io/api/core/v1/types.go (PodReasonUnschedulable, PodReasonSchedulerError)
const UNSCHEDULABLE: &str = "Unschedulable";
const SCHEDULER_ERROR: &str = "SchedulerError";

/// What a failed attempt has to say when it ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Failure {
    rejectors: PluginSet,
    message: String,
    cause: Cause,
}

impl Scheduler {
    /// Takes the next pod and looks for a node.
    pub(super) fn attempt(&mut self, cx: &mut Cx<'_>, cache: &Cache, api: &mut Api) {
        self.called = false;
        let Some(id) = self.queue.pop(cx.now(), cache) else {
            return;
        };
        let Some(pod) = cache.get::<Pod>(id).cloned() else {
            return self.queue.delete(id);
        };
        cx.set_cause(self.queue.get(id).map_or(Cause::NONE, |row| row.cause));
        cx.because(Actor::Scheduler.label(Some(Key {
            kind: Kind::Pod,
            id,
        })));
        if pod.meta.deletion_timestamp.is_some() {
            // kubernetes: pkg/scheduler/schedule_one.go (skipPodSchedule)
            let message = format!(
                "skip schedule deleting pod: {}/{}",
                pod.meta.namespace, pod.meta.name
            );
            self.queue.delete(id);
            return record(
                cx,
                api,
                &pod,
                EventType::Warning,
                "FailedScheduling",
                message,
            );
        }
        self.free_at = cx.now() + timing::SCHEDULING_ATTEMPT;
        let snapshot = Snapshot {
            nodes: &self.nodes,
            cache,
        };
        match schedule_pod(snapshot, &pod, &mut self.next_start, None) {
            Ok(scheduled) => {
                let name = cache
                    .get::<Node>(scheduled.node)
                    .map(|node| node.meta.name.clone());
                let name = name.expect("INV-6: a node's numbers come from its object");
                self.nodes
                    .assume(id, scheduled.node, name, &scheduled.state.resources);
                self.queue.done(id);
                cx.at(
                    self.free_at + timing::BINDING,
                    crate::Event::Scheduler(Event::Bind { pod: id }),
                );
            }
            Err(failed) => {
                let message = failed.diagnosis.message(&failed.state, &pod);
                self.failure = Some(Failure {
                    rejectors: failed.diagnosis.rejectors,
                    message,
                    cause: cx.cause(),
                });
                cx.at(
                    self.free_at,
                    crate::Event::Scheduler(Event::Fail { pod: id }),
                );
            }
        }
    }

    /// A failed attempt ends: back into the queue, then the Event and the condition.
    pub(super) fn fail(&mut self, cx: &mut Cx<'_>, cache: &Cache, api: &mut Api, id: u32) {
        let Some(failure) = self.failure.take() else {
            return;
        };
        cx.set_cause(failure.cause);
        self.give_back(
            cx,
            cache,
            api,
            id,
            failure.rejectors,
            UNSCHEDULABLE,
            &failure.message,
        );
    }

    /// Writes the binding.
    pub(super) fn bind(&mut self, cx: &mut Cx<'_>, cache: &Cache, api: &mut Api, id: u32) {
        let Some(node) = self
            .nodes
            .assumed(id)
            .map(|assumed| assumed.node_name.clone())
        else {
            return;
        };
        let Some(pod) = cache.get::<Pod>(id).cloned() else {
            return;
        };
        let result = api.bind(cx, &pod.meta.namespace, &pod.meta.name, &node);
        let Err(status) = result else {
            // kubernetes: pkg/scheduler/schedule_one.go (finishBinding)
            let message = format!(
                "Successfully assigned {}/{} to {node}",
                pod.meta.namespace, pod.meta.name
            );
            self.queue.delete(id);
            return record(cx, api, &pod, EventType::Normal, "Scheduled", message);
        };
        self.nodes.forget(id, &pod);
        self.freed(cx, cache, &pod, &node);
        // kubernetes: pkg/scheduler/framework/runtime/framework.go (RunBindPlugins)
        let message = format!("running Bind plugin \"DefaultBinder\": {}", status.message);
        self.give_back(cx, cache, api, id, 0, SCHEDULER_ERROR, &message);
    }

    /// An assumption ends without a binding: for other pods as if a bound pod had been deleted.
    pub(super) fn freed(&mut self, cx: &Cx<'_>, cache: &Cache, pod: &Pod, node: &Arc<str>) {
        let mut assumed = pod.clone();
        assumed.node_name = node.clone();
        let old = Object::Pod(Arc::new(assumed));
        let event = ClusterEvent::new(EventResource::AssignedPod, action::DELETE);
        self.queue.move_all(
            cache,
            &Happening {
                event,
                old: Some(&old),
                new: None,
            },
            cx.now(),
            cx.cause(),
        );
    }

    // kubernetes: pkg/scheduler/schedule_one.go (handleSchedulingFailure)
    #[expect(clippy::too_many_arguments, reason = "what a failure is made of")]
    fn give_back(
        &mut self,
        cx: &mut Cx<'_>,
        cache: &Cache,
        api: &mut Api,
        id: u32,
        rejectors: PluginSet,
        reason: &'static str,
        message: &str,
    ) {
        let Some(pod) = cache.get::<Pod>(id).cloned() else {
            return self.queue.delete(id);
        };
        if pod.node_name.is_empty() {
            self.queue
                .add_unschedulable(id, &pod, rejectors, 0, cx.now());
        } else {
            self.queue.delete(id);
        }
        record(
            cx,
            api,
            &pod,
            EventType::Warning,
            "FailedScheduling",
            truncated(message),
        );
        set_condition(cx, api, &pod, reason, message);
    }
}

fn record(
    cx: &mut Cx<'_>,
    api: &mut Api,
    pod: &Pod,
    kind: EventType,
    reason: &'static str,
    message: String,
) {
    api.record(
        cx,
        &Regarding::meta(Kind::Pod, &pod.meta),
        kind,
        reason,
        message,
        NAME,
        &Arc::default(),
    );
}

/// Patches `PodScheduled=False` if it says something new.
fn set_condition(cx: &mut Cx<'_>, api: &mut Api, pod: &Pod, reason: &'static str, message: &str) {
    let is_same = |condition: &PodCondition| {
        condition.status == "False" && condition.reason == reason && condition.message == message
    };
    if pod
        .status
        .conditions
        .iter()
        .any(|condition| condition.type_ == POD_SCHEDULED && is_same(condition))
    {
        return;
    }
    let Some(live) = api
        .get::<Pod>(&pod.meta.namespace, &pod.meta.name)
        .filter(|live| live.meta.uid == pod.meta.uid)
    else {
        return;
    };
    let mut patched = (**live).clone();
    patched.meta.resource_version = 0;
    let conditions = &mut patched.status.conditions;
    let at = conditions
        .iter()
        .position(|condition| condition.type_ == POD_SCHEDULED);
    let before = at
        .map(|at| conditions[at].clone())
        .filter(|condition| condition.status == "False");
    let condition = PodCondition {
        type_: POD_SCHEDULED.into(),
        status: "False".into(),
        reason: reason.into(),
        message: message.to_string().into(),
        observed_generation: patched.meta.generation,
        last_transition_time: match before {
            Some(before) => before.last_transition_time,
            None => Some(api.clock.time(cx.now())),
        },
        last_probe_time: None,
    };
    match at {
        Some(at) => conditions[at] = condition,
        None => conditions.push(condition),
    }
    // A refused patch is only logged upstream.
    let _refused = api
        .update(cx, Object::Pod(Arc::new(patched)), UpdatePart::Status)
        .err();
}
