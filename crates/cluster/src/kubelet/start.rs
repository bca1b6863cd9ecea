//! Bringing one container up: back-off, image, environment, creation; and noticing its end.
//!
//! *Models*: `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (doBackOff), `kuberuntime_container.go`
//! (startContainer), `pkg/kubelet/images/image_manager.go` (EnsureImageExists).
//! *Not modelled*: parallel pulls, pull secrets, PostStart hooks.

use super::state::{Exit, Fault, FaultReason, Plan, PodRow, RunState, Step};
use super::worker::container;
use super::{Agent, Event, annotations, config, images, probes, process, status};
use crate::apiserver::recorder::EventType::{Normal, Warning};
use crate::timing;
use api::{Container, Pod};
use core::time::Duration;
use engine::SimTime;
use std::sync::Arc;

/// How long an init container runs that nothing says more about.
const INIT_DURATION: Duration = Duration::from_secs(1);
/// Looking ahead for a process's end stops here.
const HORIZON: Duration = Duration::from_secs(10 * 365 * 86_400);

const FAILED: &str = "Failed";
const PULLED: &str = "Pulled";

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

    fn fail(&mut self, row: &mut PodRow, index: usize, reason: FaultReason, message: String) {
        row.containers[index].trouble().fault = Some(Fault { reason, message });
    }

    /// Failed for a reason that says nothing of when to try again.
    fn refuse(
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

    fn ensure_image(&mut self, row: &mut PodRow, pod: &Arc<Pod>, index: usize) -> bool {
        let now = self.now();
        let spec = container(&pod.spec, index);
        let image = &*spec.image;
        if images::is_invalid(image) {
            let message = format!(
                "Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format"
            );
            self.event(
                row,
                pod,
                Some(index),
                Warning,
                "InspectFailed",
                message.clone(),
            );
            return self.refuse(row, pod, index, FaultReason::InvalidImageName, message);
        }
        let present = self
            .kubelets
            .present
            .contains_key(&(row.node, row.containers[index].image));
        let pulls = match &*spec.image_pull_policy {
            "Always" => true,
            "Never" => false,
            "" => {
                !image.contains('@')
                    && (image.ends_with(":latest")
                        || !image.rsplit('/').next().unwrap_or("").contains(':'))
            }
            _ => !present,
        };
        if self.kubelets.scripted {
            return self.create(row, pod, index);
        }
        if !pulls && !present && spec.image_pull_policy == "Never" {
            let message =
                format!("Container image \"{image}\" is not present with pull policy of Never");
            self.event(
                row,
                pod,
                Some(index),
                Warning,
                "ErrImageNeverPull",
                message.clone(),
            );
            return self.refuse(row, pod, index, FaultReason::ErrImageNeverPull, message);
        }
        if !pulls && present {
            let message = format!(
                "Container image \"{image}\" already present on machine and can be accessed by the pod"
            );
            self.event(row, pod, Some(index), Normal, PULLED, message);
            return self.create(row, pod, index);
        }
        let shared = self.first_with_image(row, index);
        let trouble = row.containers[shared].trouble.as_deref();
        if let Some(trouble) =
            trouble.filter(|trouble| trouble.pull.until(trouble.pull.updated, now).is_some())
        {
            let text = format!("Back-off pulling image \"{image}\"");
            let message = format!("{text}: ErrImagePull: {}", trouble.pull_error);
            self.event(row, pod, Some(index), Normal, "BackOff", text);
            return self.refuse(row, pod, index, FaultReason::ImagePullBackOff, message);
        }
        self.event(
            row,
            pod,
            Some(index),
            Normal,
            "Pulling",
            format!("Pulling image \"{image}\""),
        );
        row.asked = now;
        let length = pull_length(pod, spec, present);
        let Some(node) = self.kubelets.nodes.get_mut(row.node).map(Arc::make_mut) else {
            return false;
        };
        node.puller_free = node.puller_free.max(now) + length;
        let done = node.puller_free;
        self.wake(row, Step::Pull, done);
        true
    }

    /// Containers of one pod share the pull back-off of their image.
    fn first_with_image(&self, row: &PodRow, index: usize) -> usize {
        let image = row.containers[index].image;
        row.containers
            .iter()
            .position(|one| one.image == image)
            .unwrap_or(index)
    }

    /// The pull at hand is over.
    pub(super) fn pulled(&mut self, row: &mut PodRow, pod: &Arc<Pod>) {
        let (now, index) = (self.now(), usize::from(row.cursor));
        let spec = container(&pod.spec, index);
        let image = &*spec.image;
        let key = (row.node, row.containers[index].image);
        let error = annotations::text(pod, "pull-error", &spec.name).map(|why| {
            let name = images::resolve(image).0;
            format!(
                "rpc error: code = Unknown desc = failed to pull and unpack image \"{name}\": {why}"
            )
        });
        if let Some(error) = error.or_else(|| images::pull_error(image)) {
            self.event(
                row,
                pod,
                Some(index),
                Warning,
                FAILED,
                format!("Failed to pull image \"{image}\": {error}"),
            );
            let shared = self.first_with_image(row, index);
            let trouble = row.containers[shared].trouble();
            trouble.pull.next(now, now);
            trouble.pull_error.clone_from(&error);
            self.refuse(row, pod, index, FaultReason::ErrImagePull, error);
            return self.go_on(row, pod, index);
        }
        let length = pull_length(pod, spec, self.kubelets.present.contains_key(&key));
        self.kubelets.present.insert(key, ());
        let (length, waited) = (rounded(length), rounded(now.since(row.asked)));
        let size = images::profile_of(image).size_bytes;
        let message = format!(
            "Successfully pulled image \"{image}\" in {length} ({waited} including waiting). Image size: {size} bytes."
        );
        self.event(row, pod, Some(index), Normal, PULLED, message);
        if !self.create(row, pod, index) {
            self.go_on(row, pod, index);
        }
    }

    /// The pass goes on behind a container that could not be started.
    fn go_on(&mut self, row: &mut PodRow, pod: &Arc<Pod>, index: usize) {
        row.failed = true;
        row.cursor = index as u8 + 1;
        self.pass(row, pod);
    }

    fn create(&mut self, row: &mut PodRow, pod: &Arc<Pod>, index: usize) -> bool {
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
        let spec = container(&pod.spec, index);
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
        row.started = true;
        if init {
            return self.end_pass(row, pod);
        }
        row.cursor = index as u8 + 1;
        self.pass(row, pod);
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

    /// A probe that passes now changes what the status says; a started sidecar lets the next container start.
    pub(super) fn probe_changed(&mut self, row: &mut PodRow) {
        if !self.is_on(row) {
            return;
        }
        let Some(pod) = self.pod(row) else { return };
        match row.step {
            Step::Idle if row.sandbox => {
                self.report(row, &pod, false);
                let waits = row
                    .containers
                    .iter()
                    .any(|one| one.state == RunState::Never);
                if waits {
                    self.relist(row);
                }
            }
            Step::Pull | Step::Start | Step::Stopping => {
                self.report(row, &pod, false);
            }
            _ => {}
        }
    }

    /// A startup or liveness probe fails; at its threshold the container is killed.
    pub(super) fn unhealthy(&mut self, row: &mut PodRow, index: usize, failure: u32) {
        let (now, one) = (self.now(), &row.containers[index]);
        let RunState::Running { since } = one.state else {
            return;
        };
        if !self.is_on(row) || row.step == Step::Stopping || row.step == Step::Stopped {
            return;
        }
        let restarts = one.restarts;
        let Some(pod) = self.pod(row) else { return };
        let spec = container(&pod.spec, index);
        let Some(failing) = probes::outlook(&pod, spec, since, self.cx.seed()).failing else {
            return;
        };
        let kind = if failing.startup {
            "Startup"
        } else {
            "Liveness"
        };
        let probe = if failing.startup {
            &spec.startup_probe
        } else {
            &spec.liveness_probe
        };
        let why = probe
            .as_ref()
            .map_or("", |probe| match (&probe.exec, &probe.tcp_socket) {
                (Some(_), _) => "",
                (_, Some(_)) => "dial tcp: connect: connection refused",
                _ => "HTTP probe failed with statuscode: 503",
            });
        self.event(
            row,
            &pod,
            Some(index),
            Warning,
            "Unhealthy",
            format!("{kind} probe failed: {why}"),
        );
        if failure < failing.failures {
            let next = failing.first + failing.period * failure;
            let event = Event::Unhealthy {
                pod: row.id,
                container: index as u8,
                restarts,
                failure: failure + 1,
            };
            return self.schedule(next, event);
        }
        if failure < failing.threshold {
            return;
        }
        let (name, lower) = (&spec.name, kind.to_lowercase());
        let again = status::restarts(&pod.spec, spec, 137);
        let message = match again {
            true => format!("Container {name} failed {lower} probe, will be restarted"),
            false => format!("Container {name} failed {lower} probe"),
        };
        self.event(row, &pod, Some(index), Normal, "Killing", message);
        let grace = probe
            .as_ref()
            .and_then(|probe| probe.termination_grace_period_seconds);
        let grace = grace
            .or(pod.spec.termination_grace_period_seconds)
            .unwrap_or(30);
        let plan = self.stop_plan(
            &pod,
            index,
            now,
            Duration::from_secs(u64::try_from(grace).unwrap_or(0)),
        );
        row.containers[index].plan = Some(plan);
        self.schedule(
            plan.at,
            Event::Exit {
                pod: row.id,
                container: index as u8,
            },
        );
    }
}

fn pull_length(pod: &Pod, spec: &Container, present: bool) -> Duration {
    annotations::duration(pod, "pull-time", &spec.name)
        .unwrap_or_else(|| images::profile_of(&spec.image).pull(present))
}

/// A length of time in whole milliseconds, as the Events show it.
fn rounded(length: Duration) -> apimachinery::Duration {
    apimachinery::Duration::from_millis((length.as_micros() as i64 + 500) / 1_000)
}

/// When a container was started last and until when it ran, for its log.
pub(super) fn run_of(state: RunState, now: SimTime) -> Option<(SimTime, SimTime)> {
    match state {
        RunState::Never => None,
        RunState::Running { since } => Some((since, now)),
        RunState::Exited(exit) => Some((exit.since, exit.until)),
    }
}
