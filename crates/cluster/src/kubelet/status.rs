//! From container statuses to phase and conditions: the pure rules of a pod's status.
//!
//! *Models*: `pkg/kubelet/kubelet_pods.go` (getPhase), `pkg/kubelet/status/generate.go`,
//! `pkg/kubelet/container/helpers.go` (ShouldContainerBeRestarted), `pkg/api/v1/pod` (restart rules).
//! *Invariants*: functions of specification and statuses only; the fixture tables `kubelet_pods.TestPodPhase…` and
//! `generate.…` test them.
//! *Not modelled*: static pods, RestartAllContainers rules.

use api::{Container, ContainerStatus, PodCondition, PodSpec};

pub const POD_READY_TO_START_CONTAINERS: &str = "PodReadyToStartContainers";
pub const INITIALIZED: &str = "Initialized";
pub const READY: &str = "Ready";
pub const CONTAINERS_READY: &str = "ContainersReady";
pub const POD_SCHEDULED: &str = "PodScheduled";

/// The conditions that a kubelet owns, in the order in which it writes them.
pub const KUBELET_CONDITIONS: [&str; 5] = [
    POD_READY_TO_START_CONTAINERS,
    INITIALIZED,
    READY,
    CONTAINERS_READY,
    POD_SCHEDULED,
];

/// True for an init container that keeps running beside the others.
pub fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

/// Whether a container that ended with `code` is started again: its own policy and rules first, else the pod's.
// kubernetes: pkg/api/v1/pod/util.go (ContainerShouldRestart)
pub fn restarts(spec: &PodSpec, container: &Container, code: i32) -> bool {
    for rule in &container.restart_policy_rules {
        let Some(codes) = &rule.exit_codes else {
            continue;
        };
        let listed = codes.values.contains(&code);
        let matches = if codes.operator == "NotIn" {
            !listed
        } else {
            listed
        };
        if matches {
            return rule.action == "Restart" || rule.action == "RestartAllContainers";
        }
    }
    match container
        .restart_policy
        .as_deref()
        .unwrap_or(&spec.restart_policy)
    {
        "Never" => false,
        "OnFailure" => code != 0,
        _ => true,
    }
}

fn find<'a>(statuses: &'a [ContainerStatus], container: &Container) -> Option<&'a ContainerStatus> {
    statuses.iter().find(|status| status.name == container.name)
}

fn ended(status: &ContainerStatus) -> Option<i32> {
    let state = if status.state.waiting.is_some() {
        &status.last_state
    } else {
        &status.state
    };
    state
        .terminated
        .as_ref()
        .map(|terminated| terminated.exit_code)
}

#[derive(Default)]
struct Counts {
    waiting: u32,
    running: u32,
    stopped: u32,
    succeeded: u32,
    unknown: u32,
    restartable: u32,
    pending_init: u32,
    pending_sidecar: u32,
    failed_init: u32,
}

fn count_init(
    counts: &mut Counts,
    spec: &PodSpec,
    container: &Container,
    status: Option<&ContainerStatus>,
) {
    let Some(status) = status.filter(|status| status.state.running.is_none()) else {
        counts.pending_init += 1;
        return;
    };
    match ended(status) {
        Some(0) => {}
        Some(code) => counts.failed_init += u32::from(!restarts(spec, container, code)),
        None => counts.pending_init += 1,
    }
}

fn count_sidecar(counts: &mut Counts, status: Option<&ContainerStatus>) {
    let Some(status) = status else {
        counts.unknown += 1;
        return;
    };
    if status.state.running.is_some() {
        counts.pending_sidecar += u32::from(status.started != Some(true));
        counts.running += 1;
    } else if status.state.terminated.is_some() || ended(status).is_some() {
        // What has run before does not count for the phase.
    } else if status.state.waiting.is_some() {
        counts.pending_sidecar += 1;
        counts.waiting += 1;
    } else {
        counts.pending_sidecar += 1;
        counts.unknown += 1;
    }
}

fn count_regular(
    counts: &mut Counts,
    spec: &PodSpec,
    container: &Container,
    status: Option<&ContainerStatus>,
) {
    let Some(status) = status else {
        counts.unknown += 1;
        return;
    };
    if status.state.running.is_some() {
        counts.running += 1;
    } else if let Some(code) = ended(status) {
        counts.stopped += 1;
        counts.succeeded += u32::from(code == 0 && status.state.terminated.is_some());
        counts.restartable += u32::from(restarts(spec, container, code));
    } else if status.state.waiting.is_some() {
        counts.waiting += 1;
    } else {
        counts.unknown += 1;
    }
}

/// The phase of a pod. `statuses` are those of init containers and containers together; `is_terminal`: nothing will
/// be started any more; `has_initialized`: a regular container has been created before.
/// Tested by the fixture tables `kubelet_pods.TestPodPhase…`.
pub fn phase(
    spec: &PodSpec,
    statuses: &[ContainerStatus],
    is_terminal: bool,
    has_initialized: bool,
) -> &'static str {
    let mut counts = Counts::default();
    for container in &spec.init_containers {
        if is_sidecar(container) {
            count_sidecar(&mut counts, find(statuses, container));
        } else {
            count_init(&mut counts, spec, container, find(statuses, container));
        }
    }
    for container in &spec.containers {
        count_regular(&mut counts, spec, container, find(statuses, container));
    }
    if counts.failed_init > 0 {
        return "Failed";
    }
    if counts.pending_init > 0
        || (counts.pending_sidecar > 0 && !has_initialized)
        || counts.waiting > 0
    {
        return "Pending";
    }
    if counts.unknown > 0 || (counts.running == 0 && counts.stopped == 0) {
        return "Pending";
    }
    if counts.running > 0 || (!is_terminal && counts.restartable > 0) {
        return "Running";
    }
    if counts.stopped == counts.succeeded {
        "Succeeded"
    } else {
        "Failed"
    }
}

/// A condition without times.
pub fn condition(
    kind: &'static str,
    status: bool,
    reason: &'static str,
    message: String,
) -> PodCondition {
    PodCondition {
        type_: kind.into(),
        status: if status { "True" } else { "False" }.into(),
        reason: reason.into(),
        message: message.into(),
        ..PodCondition::default()
    }
}

const UNKNOWN_CONTAINER_STATUSES: &str = "UnknownContainerStatuses";
const POD_COMPLETED: &str = "PodCompleted";
const POD_FAILED: &str = "PodFailed";
const CONTAINERS_NOT_READY: &str = "ContainersNotReady";
const CONTAINERS_NOT_INITIALIZED: &str = "ContainersNotInitialized";
const READINESS_GATES_NOT_READY: &str = "ReadinessGatesNotReady";

fn lists(unknown: &[&str], other: &[&str], word: &str) -> String {
    let mut messages = Vec::new();
    if !unknown.is_empty() {
        messages.push(format!(
            "containers with unknown status: [{}]",
            unknown.join(" ")
        ));
    }
    if !other.is_empty() {
        messages.push(format!(
            "containers with {word} status: [{}]",
            other.join(" ")
        ));
    }
    messages.join(", ")
}

/// `ContainersReady`. Tested by `generate.TestGenerateContainersReadyCondition`.
pub fn containers_ready(
    spec: &PodSpec,
    statuses: Option<&[ContainerStatus]>,
    phase: &str,
) -> PodCondition {
    let no = |reason, message| condition(CONTAINERS_READY, false, reason, message);
    let Some(statuses) = statuses else {
        return no(UNKNOWN_CONTAINER_STATUSES, String::new());
    };
    let (mut unknown, mut unready) = (Vec::new(), Vec::new());
    let sidecars = spec
        .init_containers
        .iter()
        .filter(|container| is_sidecar(container));
    for container in sidecars.chain(&spec.containers) {
        match find(statuses, container) {
            None => unknown.push(&*container.name),
            Some(status) if !status.ready => unready.push(&*container.name),
            Some(_) => {}
        }
    }
    if phase == "Succeeded" && unknown.is_empty() {
        return no(POD_COMPLETED, String::new());
    }
    if phase == "Failed" {
        return no(POD_FAILED, String::new());
    }
    if unknown.is_empty() && unready.is_empty() {
        return condition(CONTAINERS_READY, true, "", String::new());
    }
    no(CONTAINERS_NOT_READY, lists(&unknown, &unready, "unready"))
}

/// `Ready`: containers and readiness gates. Tested by `generate.TestGeneratePodReadyCondition`.
pub fn ready(
    spec: &PodSpec,
    conditions: &[PodCondition],
    statuses: Option<&[ContainerStatus]>,
    phase: &str,
) -> PodCondition {
    let mut containers = containers_ready(spec, statuses, phase);
    containers.type_ = READY.into();
    if containers.status != "True" {
        return containers;
    }
    let mut messages = Vec::new();
    for gate in &spec.readiness_gates {
        let gate = &gate.condition_type;
        match conditions.iter().find(|condition| condition.type_ == *gate) {
            None => {
                messages.push(format!(
                    "corresponding condition of pod readiness gate \"{gate}\" does not exist."
                ));
            }
            Some(found) if found.status != "True" => messages.push(format!(
                "the status of pod readiness gate \"{gate}\" is not \"True\", but {}",
                found.status
            )),
            Some(_) => {}
        }
    }
    if messages.is_empty() {
        return containers;
    }
    condition(READY, false, READINESS_GATES_NOT_READY, messages.join(", "))
}

/// True if a regular container runs or has run. Tested by `helpers.TestHasAnyRegularContainerStarted`.
pub fn has_any_regular_container_started(spec: &PodSpec, statuses: &[ContainerStatus]) -> bool {
    spec.containers
        .iter()
        .filter_map(|container| find(statuses, container))
        .any(|status| {
            status.state.running.is_some()
                || status.state.terminated.is_some()
                || status.last_state.terminated.is_some()
        })
}

/// `Initialized`. Tested by `generate.TestGeneratePodInitializedCondition`.
pub fn initialized(
    spec: &PodSpec,
    statuses: Option<&[ContainerStatus]>,
    phase: &str,
) -> PodCondition {
    let no = |reason, message| condition(INITIALIZED, false, reason, message);
    if statuses.is_none() && !spec.init_containers.is_empty() {
        return no(UNKNOWN_CONTAINER_STATUSES, String::new());
    }
    let statuses = statuses.unwrap_or_default();
    let (mut unknown, mut incomplete) = (Vec::new(), Vec::new());
    for container in &spec.init_containers {
        match find(statuses, container) {
            None => unknown.push(&*container.name),
            Some(status) => {
                let done = if is_sidecar(container) {
                    status.started == Some(true)
                } else {
                    status.ready
                };
                if !done {
                    incomplete.push(&*container.name);
                }
            }
        }
    }
    if phase == "Succeeded" && unknown.is_empty() {
        return condition(INITIALIZED, true, POD_COMPLETED, String::new());
    }
    let complete = unknown.is_empty() && incomplete.is_empty();
    if complete || has_any_regular_container_started(spec, statuses) {
        return condition(INITIALIZED, true, "", String::new());
    }
    no(
        CONTAINERS_NOT_INITIALIZED,
        lists(&unknown, &incomplete, "incomplete"),
    )
}
