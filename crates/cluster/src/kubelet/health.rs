//! Probes whose answers change: ready, started, failing, killed.
//!
//! *Models*: `pkg/kubelet/prober/worker.go`, `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (computePodActions).
//! *Not modelled*: see `probes`.

use super::state::{PodRow, RunState, Step};
use super::worker::container;
use super::{Agent, Event, probes, status};
use crate::apiserver::recorder::EventType::{Normal, Warning};
use api::Container;
use core::time::Duration;

impl Agent<'_, '_> {
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
        let one = &row.containers[index];
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
        let why = failure_text(spec, failing.startup);
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
        self.kill_unhealthy(row, &pod, index, failing.startup);
    }

    /// SIGTERM to one container, with the grace of its probe or of the pod.
    fn kill_unhealthy(&mut self, row: &mut PodRow, pod: &api::Pod, index: usize, startup: bool) {
        let (now, spec) = (self.now(), container(&pod.spec, index));
        let (name, kind) = (&spec.name, if startup { "startup" } else { "liveness" });
        let message = match status::restarts(&pod.spec, spec, 137) {
            true => format!("Container {name} failed {kind} probe, will be restarted"),
            false => format!("Container {name} failed {kind} probe"),
        };
        self.event(row, pod, Some(index), Normal, "Killing", message);
        let probe = if startup {
            &spec.startup_probe
        } else {
            &spec.liveness_probe
        };
        let own = probe
            .as_ref()
            .and_then(|probe| probe.termination_grace_period_seconds);
        let grace = own
            .or(pod.spec.termination_grace_period_seconds)
            .unwrap_or(30);
        let grace = Duration::from_secs(u64::try_from(grace).unwrap_or(0));
        let plan = self.stop_plan(pod, index, now, grace);
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

/// What a failing probe says.
// kubernetes: pkg/probe/http, pkg/probe/tcp
fn failure_text(spec: &Container, startup: bool) -> &'static str {
    let probe = if startup {
        &spec.startup_probe
    } else {
        &spec.liveness_probe
    };
    match probe {
        Some(probe) if probe.exec.is_some() => "",
        Some(probe) if probe.tcp_socket.is_some() => "dial tcp: connect: connection refused",
        _ => "HTTP probe failed with statuscode: 503",
    }
}
