//! What a kubelet writes into a pod's status.
//!
//! *Models*: `pkg/kubelet/kubelet_pods.go` (generateAPIPodStatus, convertToAPIContainerStatuses),
//! `pkg/kubelet/status/status_manager.go` (mergePodStatus).
//! *Invariants*: INV-4: one write a report, none if nothing differs. A terminal phase is held back until nothing runs
//! and the relist has seen it; the conditions already speak of it.
//! *Not modelled*: `allocatedResources`, `resources` and `user` of container statuses.

use super::state::{ContainerRow, Exit, PodRow, RunState, Stop};
use super::worker::container;
use super::{Agent, admission, node, status, stop, worker};
use crate::apiserver::UpdatePart;
use api::{
    ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting,
    ContainerStatus, HostIP, Object, Pod, PodCondition, PodIP, PodStatus, VolumeMountStatus,
};
use std::sync::Arc;

/// How far the pod is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The sandbox has just come up: no address yet.
    SandboxOnly,
    Alive,
    /// Nothing will run any more.
    Final,
}

// kubernetes: pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses)
const STATUS_UNKNOWN: &str = "ContainerStatusUnknown";
const STATUS_UNKNOWN_MESSAGE: &str =
    "The container could not be located when the pod was terminated";
const STATUS_UNKNOWN_CODE: i32 = 137;

impl Agent<'_, '_> {
    /// Writes the status if it differs and returns the phase that the containers call for.
    pub(super) fn report(
        &mut self,
        row: &PodRow,
        pod: &Arc<Pod>,
        sandbox_only: bool,
    ) -> &'static str {
        self.write(
            row,
            pod,
            if sandbox_only {
                Stage::SandboxOnly
            } else {
                Stage::Alive
            },
        )
    }

    /// Writes the last status.
    pub(super) fn report_final(&mut self, row: &PodRow, pod: &Arc<Pod>) {
        self.write(row, pod, Stage::Final);
    }

    fn write(&mut self, row: &PodRow, pod: &Arc<Pod>, stage: Stage) -> &'static str {
        // The worker may have written since it read the object.
        let pod = self.pod(row).unwrap_or_else(|| pod.clone());
        let (status, phase) = self.status(row, &pod, stage);
        if status != pod.status {
            let mut written = (*pod).clone();
            written.status = status;
            // An object that is gone needs no status.
            self.api
                .update(self.cx, Object::Pod(Arc::new(written)), UpdatePart::Status)
                .ok();
        }
        phase
    }

    fn status(&self, row: &PodRow, pod: &Pod, stage: Stage) -> (PodStatus, &'static str) {
        let spec = &pod.spec;
        let last = stage == Stage::Final;
        let terminal = last && row.stop.is_some();
        let all: Vec<ContainerStatus> = (0..row.containers.len())
            .map(|index| self.container_status(row, pod, index, last))
            .collect();
        let has_run = status::has_any_regular_container_started(spec, &all);
        let mut phase = status::phase(spec, &all, terminal, has_run);
        let deadline = row.stop == Some(Stop::Deadline);
        if deadline || (terminal && !matches!(phase, "Succeeded" | "Failed")) {
            phase = "Failed";
        }
        let old = &pod.status;
        let hold = !last && matches!(phase, "Succeeded" | "Failed");
        let shown = if hold || worker::is_terminal(pod) {
            old.phase.clone()
        } else {
            phase.into()
        };
        let ready_to_start = status::condition(
            status::POD_READY_TO_START_CONTAINERS,
            row.sandbox && !last,
            "",
            String::new(),
        );
        let conditions = [
            ready_to_start,
            status::initialized(spec, Some(&all), phase),
            status::ready(spec, &old.conditions, Some(&all), phase),
            status::containers_ready(spec, Some(&all), phase),
            status::condition(status::POD_SCHEDULED, true, "", String::new()),
        ];
        let init = spec.init_containers.len();
        let mut all = all.into_iter();
        let init_container_statuses = all.by_ref().take(init).collect();
        let mut status = PodStatus {
            conditions: self.merge_conditions(pod, conditions),
            init_container_statuses,
            container_statuses: all.collect(),
            observed_generation: pod.meta.generation,
            phase: shown,
            start_time: Some(self.api.clock.time(row.accepted)),
            qos_class: old.qos_class.clone(),
            nominated_node_name: old.nominated_node_name.clone(),
            ephemeral_container_statuses: old.ephemeral_container_statuses.clone(),
            resize: old.resize.clone(),
            resource_claim_statuses: old.resource_claim_statuses.clone(),
            reason: old.reason.clone(),
            message: old.message.clone(),
            ..PodStatus::default()
        };
        if status.qos_class.is_empty() {
            status.qos_class = admission::qos_class(spec).into();
        }
        if deadline {
            status.reason = "DeadlineExceeded".into();
            status.message = stop::DEADLINE_MESSAGE.into();
        }
        self.addresses(row, pod, stage, &mut status);
        (status, phase)
    }

    fn addresses(&self, row: &PodRow, pod: &Pod, stage: Stage, status: &mut PodStatus) {
        let Some(machine) = self.kubelets.nodes.get(row.node) else {
            return;
        };
        let old = &pod.status;
        status.host_ip = if old.host_ip.is_empty() {
            node::ip(machine.address).into()
        } else {
            old.host_ip.clone()
        };
        status.host_ips = vec![HostIP {
            ip: status.host_ip.clone(),
        }];
        let ip: Option<Arc<str>> = if pod.spec.host_network {
            row.sandbox.then(|| status.host_ip.clone())
        } else if !old.pod_ip.is_empty() {
            Some(old.pod_ip.clone())
        } else {
            let known = row.address > 0 && stage != Stage::SandboxOnly;
            known.then(|| node::ip(machine.network + u32::from(row.address)).into())
        };
        if let Some(ip) = ip {
            status.pod_ips = vec![PodIP { ip: ip.clone() }];
            status.pod_ip = ip;
        }
    }

    /// Others' conditions first, then the kubelet's; times stay where nothing has turned.
    fn merge_conditions(&self, pod: &Pod, own: [PodCondition; 5]) -> Vec<PodCondition> {
        let now = self.api.clock.time(self.now());
        let old = &pod.status.conditions;
        let foreign = old
            .iter()
            .filter(|one| !status::KUBELET_CONDITIONS.contains(&&*one.type_));
        let mut merged = Vec::with_capacity(old.len().max(5));
        merged.extend(foreign.cloned());
        for mut one in own {
            let before = old
                .iter()
                .find(|before| before.type_ == one.type_ && before.status == one.status);
            one.last_transition_time =
                before.map_or(Some(now), |before| before.last_transition_time);
            one.observed_generation = pod.meta.generation;
            merged.push(one);
        }
        merged
    }

    fn container_status(
        &self,
        row: &PodRow,
        pod: &Pod,
        index: usize,
        last: bool,
    ) -> ContainerStatus {
        let one = &row.containers[index];
        let spec = container(&pod.spec, index);
        let init = index < pod.spec.init_containers.len();
        let now = self.now();
        let image = self.kubelets.images.get(one.image);
        let has_run = one.state != RunState::Never;
        let previous = one.trouble.as_ref().and_then(|trouble| trouble.last);
        let mut result = ContainerStatus {
            name: spec.name.clone(),
            image: image
                .filter(|_| has_run)
                .map_or(&spec.image, |image| &image.full_name)
                .clone(),
            restart_count: i32::try_from(one.restarts).unwrap_or(i32::MAX),
            started: Some(one.is_started(now)),
            ..ContainerStatus::default()
        };
        if has_run {
            result.container_id = self.container_id(pod, &spec.name, one.restarts);
            result.image_id = image.map(|image| image.digest.clone()).unwrap_or_default();
            result.volume_mounts = spec.volume_mounts.iter().map(mount_status).collect();
        }
        if let Some(exit) = previous {
            let id = self.container_id(pod, &spec.name, one.restarts.saturating_sub(1));
            result.last_state = self.terminated(exit, id);
        }
        result.state = match one.state {
            RunState::Running { since } => ContainerState {
                running: Some(ContainerStateRunning {
                    started_at: Some(self.api.clock.time(since)),
                }),
                ..ContainerState::default()
            },
            RunState::Exited(exit) => {
                let ended = self.terminated(exit, result.container_id.clone());
                match one
                    .fault()
                    .filter(|_| !last && status::restarts(&pod.spec, spec, exit.code))
                {
                    Some(fault) => {
                        result.last_state = ended;
                        waiting(fault.reason.name(), &fault.message)
                    }
                    None => ended,
                }
            }
            RunState::Never if last => unlocated(),
            RunState::Never => never_started(one, pod),
        };
        let regular_init = init && !status::is_sidecar(spec);
        result.ready = match one.state {
            RunState::Exited(exit) => regular_init && exit.code == 0,
            _ => !regular_init && one.is_ready(now),
        };
        if regular_init {
            result.started = Some(false);
        }
        result
    }

    fn terminated(&self, exit: Exit, container_id: Arc<str>) -> ContainerState {
        ContainerState {
            terminated: Some(Box::new(ContainerStateTerminated {
                container_id,
                exit_code: exit.code,
                reason: if exit.code == 0 { "Completed" } else { "Error" }.into(),
                started_at: Some(self.api.clock.time(exit.since)),
                finished_at: Some(self.api.clock.time(exit.until)),
                ..ContainerStateTerminated::default()
            })),
            ..ContainerState::default()
        }
    }

    fn container_id(&self, pod: &Pod, name: &str, restarts: u32) -> Arc<str> {
        let key = format!("{}/{name}", pod.meta.uid);
        let part = |n: u64| {
            self.cx
                .draw("container-id", key.as_bytes(), u64::from(restarts) * 4 + n)
        };
        format!(
            "containerd://{:016x}{:016x}{:016x}{:016x}",
            part(0),
            part(1),
            part(2),
            part(3)
        )
        .into()
    }
}

fn waiting(reason: &'static str, message: &str) -> ContainerState {
    ContainerState {
        waiting: Some(Box::new(ContainerStateWaiting {
            reason: reason.into(),
            message: message.to_string().into(),
        })),
        ..ContainerState::default()
    }
}

fn never_started(one: &ContainerRow, pod: &Pod) -> ContainerState {
    match one.fault() {
        Some(fault) => waiting(fault.reason.name(), &fault.message),
        None if pod.spec.init_containers.is_empty() => waiting("ContainerCreating", ""),
        None => waiting("PodInitializing", ""),
    }
}

fn unlocated() -> ContainerState {
    ContainerState {
        terminated: Some(Box::new(ContainerStateTerminated {
            exit_code: STATUS_UNKNOWN_CODE,
            reason: STATUS_UNKNOWN.into(),
            message: STATUS_UNKNOWN_MESSAGE.into(),
            ..ContainerStateTerminated::default()
        })),
        ..ContainerState::default()
    }
}

fn mount_status(mount: &api::VolumeMount) -> VolumeMountStatus {
    VolumeMountStatus {
        mount_path: mount.mount_path.clone(),
        name: mount.name.clone(),
        read_only: mount.read_only,
        recursive_read_only: mount.read_only.then(|| "Disabled".into()),
        ..VolumeMountStatus::default()
    }
}
