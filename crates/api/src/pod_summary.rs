//! READY, STATUS and RESTARTS of a pod: the one derivation that kubectl, the page and the lessons share.
//!
//! *Models*: `pkg/printers/internalversion/printers.go (printPod)`.
//! *Invariants*: a pure function of the pod.
//! *Not modelled*: nothing.

use apimachinery::Time;

use crate::{Container, ContainerStatus, Pod};

/// What a table shows of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodSummary {
    pub ready: u32,
    pub total: u32,
    pub status: String,
    pub restarts: i32,
    /// When the newest of the terminated instances behind `restarts` ended.
    pub last_restart: Option<Time>,
}

/// Derives the columns.
pub fn summarize(pod: &Pod) -> PodSummary {
    let status = &pod.status;
    let sidecars = pod
        .spec
        .init_containers
        .iter()
        .filter(|container| is_sidecar(container))
        .count();
    let mut summary = PodSummary {
        ready: 0,
        total: (pod.spec.containers.len() + sidecars) as u32,
        status: if status.reason.is_empty() {
            status.phase.to_string()
        } else {
            status.reason.to_string()
        },
        restarts: 0,
        last_restart: None,
    };
    let gated = |condition: &crate::PodCondition| {
        condition.type_ == "PodScheduled" && condition.reason == "SchedulingGated"
    };
    if status.conditions.iter().any(gated) {
        summary.status = "SchedulingGated".into();
    }
    let init = initialise(pod, &mut summary);
    if !init.initializing || is_true(pod, "Initialized") {
        summary.restarts = init.sidecar_restarts;
        summary.last_restart = init.sidecar_last;
        containers(pod, &mut summary);
    }
    if pod.meta.deletion_timestamp.is_some() {
        if status.reason == "NodeLost" {
            summary.status = "Unknown".into();
        } else if !matches!(&*status.phase, "Failed" | "Succeeded") {
            summary.status = "Terminating".into();
        }
    }
    summary
}

/// What the init containers came to.
#[derive(Default)]
struct Init {
    /// One of them is still at work, or failed.
    initializing: bool,
    sidecar_restarts: i32,
    sidecar_last: Option<Time>,
}

/// Looks at the init containers, up to the first that is still at work.
fn initialise(pod: &Pod, summary: &mut PodSummary) -> Init {
    let mut init = Init::default();
    for (index, container) in pod.status.init_container_statuses.iter().enumerate() {
        summary.restarts += container.restart_count;
        summary.last_restart = later(summary.last_restart, last_finished(container));
        let spec = pod
            .spec
            .init_containers
            .iter()
            .find(|spec| spec.name == container.name);
        let sidecar = spec.is_some_and(is_sidecar);
        if sidecar {
            init.sidecar_restarts += container.restart_count;
            init.sidecar_last = later(init.sidecar_last, last_finished(container));
        }
        let state = &container.state;
        let terminated = state.terminated.as_ref();
        if terminated.is_some_and(|terminated| terminated.exit_code == 0) {
            continue;
        }
        if sidecar && container.started == Some(true) {
            if container.ready {
                summary.ready += 1;
            }
            continue;
        }
        init.initializing = true;
        if let Some(terminated) = terminated {
            summary.status = if !terminated.reason.is_empty() {
                format!("Init:{}", terminated.reason)
            } else if terminated.signal != 0 {
                format!("Init:Signal:{}", terminated.signal)
            } else {
                format!("Init:ExitCode:{}", terminated.exit_code)
            };
            return init;
        }
        summary.status = match &state.waiting {
            Some(waiting) if !waiting.reason.is_empty() && waiting.reason != "PodInitializing" => {
                format!("Init:{}", waiting.reason)
            }
            _ => format!("Init:{index}/{}", pod.spec.init_containers.len()),
        };
        return init;
    }
    init
}

fn containers(pod: &Pod, summary: &mut PodSummary) {
    let mut running = false;
    let mut error = None;
    for container in pod.status.container_statuses.iter().rev() {
        summary.restarts += container.restart_count;
        summary.last_restart = later(summary.last_restart, last_finished(container));
        let state = &container.state;
        if let Some(waiting) = state
            .waiting
            .as_ref()
            .filter(|waiting| !waiting.reason.is_empty())
        {
            summary.status = waiting.reason.to_string();
        } else if let Some(terminated) = &state.terminated {
            summary.status = if !terminated.reason.is_empty() {
                terminated.reason.to_string()
            } else if terminated.signal != 0 {
                format!("Signal:{}", terminated.signal)
            } else {
                format!("ExitCode:{}", terminated.exit_code)
            };
            if terminated.exit_code != 0 {
                error = Some(summary.status.clone());
            }
        } else if container.ready && state.running.is_some() {
            running = true;
            summary.ready += 1;
        }
    }
    if summary.status == "Completed" {
        if running && is_true(pod, "Ready") {
            summary.status = "Running".into();
        } else if let Some(error) = error {
            summary.status = error;
        } else if running {
            summary.status = "NotReady".into();
        }
    }
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

fn is_true(pod: &Pod, condition: &str) -> bool {
    pod.status
        .conditions
        .iter()
        .any(|found| found.type_ == condition && found.status == "True")
}

fn last_finished(container: &ContainerStatus) -> Option<Time> {
    container
        .last_state
        .terminated
        .as_ref()
        .and_then(|terminated| terminated.finished_at)
}

fn later(a: Option<Time>, b: Option<Time>) -> Option<Time> {
    a.max(b)
}
