//! Bringing one container up: back-off, environment, creation; and noticing its end.
//!
//! *Models*: `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (doBackOff), `kuberuntime_container.go`
//! (startContainer).
//! *Not modelled*: PostStart hooks.

use super::state::{Exit, Fault, FaultReason, Plan, PodRow, RunState, Step};
use super::worker::container;
use super::{Agent, Event, annotations, config, images, probes, process, status};
use crate::apiserver::recorder::EventType::{Normal, Warning};
use crate::timing;
use api::Pod;
use core::time::Duration;
use engine::SimTime;
use std::sync::Arc;

/// How long an init container runs that nothing says more about.
const INIT_DURATION: Duration = Duration::from_secs(1);
/// Looking ahead for a process's end stops here.
const HORIZON: Duration = Duration::from_secs(10 * 365 * 86_400);

const FAILED: &str = "Failed";

impl Agent<'_, '_> {
    /// Begins to start a container. True if the worker is busy with it now, false if it cannot be started.
    pub(super) fn prepare(&mut self, row: &mut PodRow, pod: &Arc<Pod>, index: usize) -> bool {
        let now = self.now();
        let name = &container(&pod.spec, index).name;
        if let RunState::Exited(exit) = row.containers[index].state {
            let crash = &mut row.containers[index].trouble().crash;
            if let Some(until) = crash.until(exit.until, now) {
                let delay = apimachinery::Duration::from(crash.delay);
                let (meta, uid) = (&pod.meta, &pod.meta.uid);
                let whom = format!("pod {}_{}({uid})", meta.name, meta.namespace);
                let message = format!("Back-off restarting failed container {name} in {whom}");
                self.event(row, pod, Some(index), Warning, "BackOff", message);
                let whom = format!("pod={}_{}({uid})", meta.name, meta.namespace);
                let message = format!("back-off {delay} restarting failed container={name} {whom}");
                self.fail(row, index, FaultReason::CrashLoopBackOff, message);
                row.retry = row.retry.min(until);
                return false;
            }
            crash.next(exit.until, now);
        }
        self.ensure_image(row, pod, index)
    }

    pub(super) fn fail(
        &mut self,
        row: &mut PodRow,
        index: usize,
        reason: FaultReason,
        message: String,
    ) {
        row.containers[index].trouble().fault = Some(Fault { reason, message });
    }

    /// Failed for a reason that says nothing of when to try again.
    pub(super) fn refuse(
        &mut self,
        row: &mut PodRow,
        pod: &Pod,
        index: usize,
        reason: FaultReason,
        message: String,
    ) -> bool {
        let text = match reason {
            FaultReason::CreateContainerConfigError => format!("Error: {message}"),
            _ => format!("Error: {}", reason.name()),
        };
        self.event(row, pod, Some(index), Warning, FAILED, text);
        self.fail(row, index, reason, message);
        row.retry = self.now();
        false
    }

    pub(super) fn create(&mut self, row: &mut PodRow, pod: &Arc<Pod>, index: usize) -> bool {
        let spec = container(&pod.spec, index);
        if let Err(why) = config::check_environment(self.cache, pod, spec) {
            return self.refuse(
                row,
                pod,
                index,
                FaultReason::CreateContainerConfigError,
                why,
            );
        }
        let own = images::profile_of(&spec.image).start();
        let length = match annotations::duration(pod, "start-time", &spec.name) {
            Some(length) => length,
            None if self.kubelets.scripted => Duration::ZERO,
            None => own.max(timing::CONTAINER_START),
        };
        self.wake(row, Step::Start, self.now() + length);
        true
    }

    /// The container at the cursor runs.
    pub(super) fn container_started(&mut self, row: &mut PodRow, pod: &Arc<Pod>) {
        let (now, index) = (self.now(), usize::from(row.cursor));
        self.event(
            row,
            pod,
            Some(index),
            Normal,
            "Created",
            "Container created".into(),
        );
        self.event(
            row,
            pod,
            Some(index),
            Normal,
            "Started",
            "Container started".into(),
        );
        let one = &mut row.containers[index];
        if let RunState::Exited(exit) = one.state {
            one.restarts += 1;
            one.trouble().last = Some(exit);
        }
        if let Some(trouble) = &mut one.trouble {
            trouble.fault = None;
        }
        let init = index < pod.spec.init_containers.len();
        let restarts = one.restarts;
        one.state = RunState::Running { since: now };
        one.plan = self.plan(pod, index, restarts);
        if let Some(plan) = one.plan {
            self.schedule(
                plan.at,
                Event::Exit {
                    pod: row.id,
                    container: index as u8,
                },
            );
        }
        self.watch_probes(row, pod, index);
        row.started = true;
        if init {
            return self.end_pass(row, pod);
        }
        row.cursor = index as u8 + 1;
        self.pass(row, pod);
    }

    /// Puts what a new container's probes will say on the queue.
    fn watch_probes(&mut self, row: &mut PodRow, pod: &Pod, index: usize) {
        let now = self.now();
        let spec = container(&pod.spec, index);
        let restarts = row.containers[index].restarts;
        let outlook = probes::outlook(pod, spec, now, self.cx.seed());
        let one = &mut row.containers[index];
        (one.started_at, one.ready_at) = (outlook.started_at, outlook.ready_at);
        for at in [outlook.started_at, outlook.ready_at] {
            if at > now {
                self.schedule(
                    at,
                    Event::Probe {
                        pod: row.id,
                        container: index as u8,
                        restarts,
                    },
                );
            }
        }
        if let Some(failing) = outlook.failing {
            self.schedule(
                failing.first,
                Event::Unhealthy {
                    pod: row.id,
                    container: index as u8,
                    restarts,
                    failure: 1,
                },
            );
        }
    }

    /// When and how the container's process will end by itself.
    fn plan(&self, pod: &Pod, index: usize, attempt: u32) -> Option<Plan> {
        let spec = container(&pod.spec, index);
        let profile = images::profile_of(&spec.image);
        let now = self.now();
        let init = index < pod.spec.init_containers.len();
        let name = &spec.name;
        let regular_init = init && !status::is_sidecar(spec);
        let keys = if regular_init {
            ("init-duration", "init-exit-code")
        } else {
            ("exit-after", "exit-code")
        };
        let sidecar = init && !regular_init;
        let of =
            |key: &str| !sidecar || annotations::text(pod, &format!("{key}.{name}"), "").is_some();
        let after = annotations::duration(pod, keys.0, name).filter(|_| of(keys.0));
        let code = annotations::code(pod, keys.1, name, attempt).filter(|_| of(keys.1));
        let natural = if self.kubelets.scripted && !regular_init {
            None
        } else {
            process::run(
                spec,
                profile,
                self.api.clock.exact(now),
                &pod.meta.name,
                HORIZON,
            )
            .end
        };
        let natural = natural.or_else(|| {
            let scripted = after.is_some() || code.is_some() || self.kubelets.scripted;
            (regular_init && (scripted || process::is_unknown(spec, profile))).then_some(
                process::End {
                    after: INIT_DURATION,
                    code: 0,
                },
            )
        });
        // An init container with a script of its own in the annotations does not follow its image.
        let natural = match natural {
            Some(end) if regular_init && code.is_some() && end.after.is_zero() => {
                Some(process::End {
                    after: INIT_DURATION,
                    ..end
                })
            }
            natural => natural,
        };
        let end = match (after, natural) {
            (Some(after), natural) => process::End {
                after,
                code: natural.map_or(0, |end| end.code),
            },
            (None, natural) => natural?,
        };
        Some(Plan {
            at: now + end.after,
            code: code.unwrap_or(end.code),
            killed: false,
        })
    }

    /// A process ends, if it is still planned so.
    pub(super) fn exited(&mut self, row: &mut PodRow, index: usize) {
        let now = self.now();
        let Some(one) = row.containers.get_mut(index) else {
            return;
        };
        let (RunState::Running { since }, Some(plan)) = (one.state, one.plan) else {
            return;
        };
        if plan.at > now {
            return;
        }
        one.state = RunState::Exited(Exit {
            since,
            until: now,
            code: plan.code,
        });
        one.plan = None;
        if !self.is_on(row) {
            return;
        }
        if row.step == Step::Stopping {
            let Some(pod) = self.pod(row) else { return };
            return self.stopped_if_down(row, &pod);
        }
        self.relist(row);
        if plan.killed && row.step == Step::Idle {
            let Some(pod) = self.pod(row) else { return };
            row.token += 1;
            self.pass(row, &pod);
        }
    }
}

/// When a container was started last and until when it ran, for its log.
pub(super) fn run_of(state: RunState, now: SimTime) -> Option<(SimTime, SimTime)> {
    match state {
        RunState::Never => None,
        RunState::Running { since } => Some((since, now)),
        RunState::Exited(exit) => Some((exit.since, exit.until)),
    }
}
