//! Taking a pod down: preStop, SIGTERM, SIGKILL at the end of the grace period, the last status.
//!
//! *Models*: `pkg/kubelet/kuberuntime/kuberuntime_container.go` (killContainer), `kuberuntime_termination_order.go`,
//! `pkg/kubelet/kubelet.go` (SyncTerminatingPod, SyncTerminatedPod).
//! *Not modelled*: preStop hooks other than `sleep` take no time; failing hooks.

use super::state::{Plan, PodRow, RunState, Step, Stop};
use super::worker::container;
use super::{Agent, Event, annotations, images, process, status};
use crate::apiserver::recorder::EventType;
use crate::timing;
use api::{Container, Pod};
use core::time::Duration;
use engine::SimTime;
use std::sync::Arc;

/// After a preStop hook has used up the grace period there is at least this much left.
// kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go (minimumGracePeriodInSeconds)
const GRACE_MIN: Duration = Duration::from_secs(2);
/// Exit code of a process that was killed.
const SIGKILL: i32 = 137;
/// The stand-in's containers take this long to stop.
const SCRIPTED_TERM: Duration = Duration::from_secs(1);
const DEADLINE_EXCEEDED: &str = "DeadlineExceeded";
// kubernetes: pkg/kubelet/active_deadline.go
pub(super) const DEADLINE_MESSAGE: &str =
    "Pod was active on the node longer than the specified deadline";

fn pre_stop(container: &Container) -> Duration {
    let Some(hook) = container
        .lifecycle
        .as_ref()
        .and_then(|lifecycle| lifecycle.pre_stop.as_ref())
    else {
        return Duration::ZERO;
    };
    if let Some(sleep) = &hook.sleep {
        return Duration::from_secs(u64::try_from(sleep.seconds).unwrap_or(0));
    }
    let Some(exec) = &hook.exec else {
        return Duration::ZERO;
    };
    let program = Container {
        command: exec.command.clone(),
        ..Container::default()
    };
    let run = process::run(
        &program,
        &images::GENERIC,
        apimachinery::Time::default(),
        "",
        Duration::from_secs(86_400),
    );
    run.end.map_or(Duration::ZERO, |end| end.after)
}

impl Agent<'_, '_> {
    /// How a container ends that is told to stop at `from` with this much grace.
    pub(super) fn stop_plan(
        &self,
        pod: &Pod,
        index: usize,
        from: SimTime,
        grace: Duration,
    ) -> Plan {
        let spec = container(&pod.spec, index);
        let hook = pre_stop(spec).min(grace);
        let left = if hook.is_zero() {
            grace
        } else {
            (grace - hook).max(GRACE_MIN)
        };
        let told = from + hook;
        let reaction = match annotations::duration(pod, "term-delay", &spec.name) {
            Some(delay) => Some((delay, 0)),
            None if self.kubelets.scripted => Some((SCRIPTED_TERM, 0)),
            None => match process::on_term(spec, images::profile_of(&spec.image)) {
                process::OnTerm::Exit(code) => Some((timing::TERM_DELAY, code)),
                process::OnTerm::Ignored => None,
            },
        };
        match reaction {
            Some((delay, code)) if delay < left || (delay == left && self.kubelets.scripted) => {
                Plan {
                    at: told + delay,
                    code,
                    killed: true,
                }
            }
            _ => Plan {
                at: told + left,
                code: SIGKILL,
                killed: true,
            },
        }
    }

    /// Stops everything that runs in the pod, or hurries up what is being stopped.
    pub(super) fn stop(&mut self, row: &mut PodRow, pod: &Arc<Pod>, why: Stop) {
        let again = row.step == Step::Stopping;
        row.token += 1;
        row.step = Step::Stopping;
        if !(again && row.stop == Some(Stop::Deleted)) {
            row.stop = Some(why);
        }
        let now = self.now();
        if why == Stop::Deadline && !again {
            let message = DEADLINE_MESSAGE.into();
            self.event(
                row,
                pod,
                None,
                EventType::Normal,
                DEADLINE_EXCEEDED,
                message,
            );
        }
        let seconds = match why {
            Stop::Deleted => pod.meta.deletion_grace_period_seconds,
            _ => pod.spec.termination_grace_period_seconds,
        };
        let grace = Duration::from_secs(u64::try_from(seconds.unwrap_or(30)).unwrap_or(0));
        if again {
            self.hurry(row, now + grace);
        } else {
            self.tell(row, pod, now, grace);
        }
        if row
            .containers
            .iter()
            .any(super::state::ContainerRow::is_running)
        {
            self.report(row, pod, false);
        } else {
            self.stopped(row, pod);
        }
    }

    /// A shorter grace period than before.
    fn hurry(&mut self, row: &mut PodRow, end: SimTime) {
        for index in 0..row.containers.len() {
            let one = &mut row.containers[index];
            if one.is_running() && one.plan.is_none_or(|plan| plan.at > end) {
                one.plan = Some(Plan {
                    at: end,
                    code: SIGKILL,
                    killed: true,
                });
                self.schedule(
                    end,
                    Event::Exit {
                        pod: row.id,
                        container: index as u8,
                    },
                );
            }
        }
    }

    /// SIGTERM to all containers at once; sidecars after them, the last one first.
    fn tell(&mut self, row: &mut PodRow, pod: &Arc<Pod>, now: SimTime, grace: Duration) {
        let init = pod.spec.init_containers.len();
        let sidecar =
            |index: &usize| *index < init && status::is_sidecar(&pod.spec.init_containers[*index]);
        let all = 0..row.containers.len();
        let sidecars: Vec<usize> = all.clone().filter(sidecar).rev().collect();
        let others: Vec<usize> = all.filter(|index| !sidecar(index)).collect();
        let mut from = now;
        let mut last = now;
        for (group, index) in others
            .iter()
            .map(|index| (false, *index))
            .chain(sidecars.iter().map(|index| (true, *index)))
        {
            if !row.containers[index].is_running() {
                continue;
            }
            let name = &container(&pod.spec, index).name;
            self.event(
                row,
                pod,
                Some(index),
                EventType::Normal,
                "Killing",
                format!("Stopping container {name}"),
            );
            if group {
                from = last;
            }
            let left = (now + grace).since(from);
            let mut plan = self.stop_plan(pod, index, from, left);
            if let Some(own) = row.containers[index].plan.filter(|own| own.at <= plan.at) {
                plan = own;
            }
            last = last.max(plan.at);
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

    pub(super) fn stopped_if_down(&mut self, row: &mut PodRow, pod: &Arc<Pod>) {
        let up = |one: &super::state::ContainerRow| matches!(one.state, RunState::Running { .. });
        if !row.containers.iter().any(up) {
            self.stopped(row, pod);
        }
    }

    /// Nothing runs any more.
    fn stopped(&mut self, row: &mut PodRow, pod: &Arc<Pod>) {
        let at = self.next_relist(row.node);
        match row.stop {
            Some(Stop::Deleted) => {
                self.report_final(row, pod);
                self.wake(row, Step::Stopped, at);
            }
            Some(Stop::Deadline) => {
                self.report_final(row, pod);
                self.done(row);
            }
            _ => {
                self.report(row, pod, false);
                self.wake(row, Step::Ended, at);
            }
        }
    }
}
