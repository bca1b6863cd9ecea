//! The sync loop of one pod: what the worker does at each step, and when it tries again.
//!
//! *Models*: `pkg/kubelet/pod_workers.go` (completeWork), `pkg/kubelet/kubelet.go` (SyncPod, SyncTerminatedPod),
//! `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (computePodActions, SyncPod, doBackOff).
//! *Invariants*: INV-8: every path that waits has put exactly one worker event, relist or exit on the queue, or waits
//! for nothing at all.

use super::state::{Exit, PodRow, RunState, Step, Stop};
use super::{Agent, Event, admission, config, status};
use crate::apiserver::UpdatePart;
use crate::apiserver::recorder::{EventType, Regarding};
use crate::{DeleteOptions, timing};
use api::{Kind, Node, Object, Pod, PodSpec, PodStatus};
use core::time::Duration;
use engine::SimTime;
use std::sync::Arc;

/// Base of a retry after an error; drawn up to half as much longer.
// kubernetes: pkg/kubelet/kubelet.go (backOffPeriod), pkg/kubelet/pod_workers.go (workerBackOffPeriodJitterFactor)
const RETRY_MIN: Duration = Duration::from_secs(10);
/// A worker that waits for a longer back-off looks in this often.
// kubernetes: cmd/kubelet (syncFrequency)
const RETRY_MAX: Duration = Duration::from_secs(60);
/// Attempts at a volume: half a second, doubled up to two minutes.
// kubernetes: pkg/util/goroutinemap/exponentialbackoff
const MOUNT_FIRST: Duration = Duration::from_millis(500);
const MOUNT_MAX: Duration = Duration::from_secs(122);

/// The container number `index` of a pod: init containers first.
pub(super) fn container(spec: &PodSpec, index: usize) -> &api::Container {
    let init = spec.init_containers.len();
    if index < init {
        &spec.init_containers[index]
    } else {
        &spec.containers[index - init]
    }
}

/// True if the containers' part of the pod has begun: no regular init container runs any more.
fn is_initialized(row: &PodRow, spec: &PodSpec) -> bool {
    row.containers[spec.init_containers.len()..]
        .iter()
        .any(|one| one.state != RunState::Never)
}

/// The next container, from the cursor on, that should be started in this pass.
// kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go (computeInitContainerActions)
fn next_container(row: &PodRow, spec: &PodSpec, now: SimTime) -> Option<usize> {
    let (init, from) = (spec.init_containers.len(), usize::from(row.cursor));
    let wants = |index: usize| match row.containers[index].state {
        RunState::Never => true,
        RunState::Running { .. } => false,
        RunState::Exited(exit) => status::restarts(spec, container(spec, index), exit.code),
    };
    let initialized = is_initialized(row, spec);
    for (index, one) in spec.init_containers.iter().enumerate() {
        let state = row.containers[index].state;
        let sidecar = status::is_sidecar(one);
        if initialized {
            if sidecar && index >= from && wants(index) {
                return Some(index);
            }
            continue;
        }
        let done = match state {
            RunState::Exited(Exit { code: 0, .. }) => !sidecar,
            _ => sidecar && row.containers[index].is_started(now),
        };
        if !done {
            return (wants(index) && index >= from).then_some(index);
        }
    }
    (init.max(from)..row.containers.len()).find(|index| wants(*index))
}

impl Agent<'_, '_> {
    pub(super) fn proceed(&mut self, row: &mut PodRow) {
        if !self.is_on(row) {
            return;
        }
        match row.step {
            Step::Idle => self.sync(row),
            Step::Stopping | Step::Done => {}
            Step::Stopped => self.delete_object(row),
            Step::Ended => self.finish(row),
            step => {
                let Some(pod) = self.pod(row) else { return };
                match step {
                    Step::Mount(attempt) => self.mount(row, &pod, attempt),
                    Step::Sandbox => self.sandbox_done(row, &pod),
                    Step::Pull => self.pulled(row, &pod),
                    _ => self.container_started(row, &pod),
                }
            }
        }
    }

    /// A change of the object, or the kubelet's return: look at once.
    pub(super) fn sync_now(&mut self, row: &mut PodRow) {
        if !self.is_on(row) {
            return;
        }
        let Some(pod) = self.pod(row) else { return };
        let deleted = pod.meta.deletion_timestamp.is_some();
        match row.step {
            Step::Done => {}
            Step::Stopped => self.delete_object(row),
            Step::Stopping if deleted => self.stop(row, &pod, Stop::Deleted),
            Step::Stopping => self.stopped_if_down(row, &pod),
            _ if deleted => self.sync(row),
            Step::Ended => self.finish(row),
            _ => self.sync(row),
        }
    }

    pub(super) fn relisted(&mut self, row: &mut PodRow) {
        if row.relist != self.now() || !self.is_on(row) {
            return;
        }
        match row.step {
            Step::Idle => self.sync(row),
            Step::Mount(_) | Step::Sandbox | Step::Pull | Step::Start => row.dirty = true,
            _ => {}
        }
    }

    /// One run of the worker.
    fn sync(&mut self, row: &mut PodRow) {
        let Some(pod) = self.pod(row) else { return };
        row.token += 1;
        row.step = Step::Idle;
        if !row.admitted && !self.admit(row, &pod) {
            return;
        }
        if pod.meta.deletion_timestamp.is_some() {
            return self.stop(row, &pod, Stop::Deleted);
        }
        if deadline(row, &pod).is_some_and(|end| self.now() >= end) {
            return self.stop(row, &pod, Stop::Deadline);
        }
        if is_terminal(&pod) {
            return self.stop(row, &pod, Stop::Finished);
        }
        let phase = self.report(row, &pod, false);
        if matches!(phase, "Succeeded" | "Failed") {
            return self.ended(row);
        }
        if self.only_sidecars_are_left(row, &pod) {
            return self.stop(row, &pod, Stop::Finished);
        }
        if row.sandbox {
            self.pass(row, &pod);
        } else {
            self.mount(row, &pod, 0);
        }
    }

    /// Accepts or refuses a pod that is seen for the first time.
    fn admit(&mut self, row: &mut PodRow, pod: &Arc<Pod>) -> bool {
        let now = self.now();
        let Some((_, node)) = self.cache.find::<Node>("", &pod.node_name) else {
            return false;
        };
        let node = node.clone();
        let Some(slot) = self.kubelets.nodes.get_mut(row.node) else {
            return false;
        };
        let (cpu_milli, memory) = admission::requests(&pod.spec);
        if let Err(rejection) = admission::admit(pod, &node, slot, cpu_milli, memory) {
            row.step = Step::Done;
            self.event(
                row,
                pod,
                None,
                EventType::Warning,
                rejection.reason,
                rejection.message.clone(),
            );
            let qos = pod.status.qos_class.clone();
            let mut rejected = (**pod).clone();
            rejected.status = PodStatus {
                observed_generation: pod.meta.generation,
                phase: "Failed".into(),
                reason: rejection.reason.into(),
                message: format!("Pod was rejected: {}", rejection.message).into(),
                qos_class: if qos.is_empty() {
                    admission::qos_class(&pod.spec).into()
                } else {
                    qos
                },
                ..PodStatus::default()
            };
            self.api
                .update(self.cx, Object::Pod(Arc::new(rejected)), UpdatePart::Status)
                .ok();
            return false;
        }
        let slot = Arc::make_mut(slot);
        (row.cpu_milli, row.memory) = (cpu_milli, memory);
        slot.cpu_milli += cpu_milli;
        slot.memory += memory;
        slot.pods += 1;
        (row.admitted, row.counted) = (true, true);
        row.accepted = now;
        if let Some(end) = deadline(row, pod) {
            let at = self.next_tick(row.node, end);
            self.schedule(at, Event::Sync { pod: row.id });
        }
        true
    }

    fn mount(&mut self, row: &mut PodRow, pod: &Arc<Pod>, attempt: u8) {
        if let Err((volume, why)) = config::check_volumes(self.cache, pod) {
            let message = format!("MountVolume.SetUp failed for volume \"{volume}\" : {why}");
            self.event(row, pod, None, EventType::Warning, "FailedMount", message);
            let delay = (MOUNT_FIRST * 2_u32.pow(u32::from(attempt.min(8)))).min(MOUNT_MAX);
            return self.wake(
                row,
                Step::Mount(attempt.saturating_add(1)),
                self.now() + delay,
            );
        }
        let ready = if self.kubelets.scripted {
            (row.bound + Duration::from_secs(1)).max(self.now())
        } else {
            self.now() + timing::SANDBOX
        };
        self.wake(row, Step::Sandbox, ready);
    }

    fn sandbox_done(&mut self, row: &mut PodRow, pod: &Arc<Pod>) {
        row.step = Step::Idle;
        if !pod.spec.host_network {
            let slot = self.kubelets.nodes.get_mut(row.node).map(Arc::make_mut);
            let Some(address) = slot.and_then(|node| node.take_address()) else {
                let why = "Failed to create pod sandbox: plugin type=\"bridge\" failed (add): no IP addresses available \
                           in network: orrery";
                self.event(
                    row,
                    pod,
                    None,
                    EventType::Warning,
                    "FailedCreatePodSandBox",
                    why.into(),
                );
                row.retry = self.now();
                return self.retry(row, pod);
            };
            row.address = address;
        }
        row.sandbox = true;
        if !self.kubelets.scripted {
            self.report(row, pod, true);
        }
        row.dirty = true;
        self.pass(row, pod);
    }

    /// Starts what should run, one container after the other, until one needs time.
    pub(super) fn pass(&mut self, row: &mut PodRow, pod: &Arc<Pod>) {
        row.retry = if row.failed { row.retry } else { SimTime::MAX };
        while let Some(index) = next_container(row, &pod.spec, self.now()) {
            row.cursor = index as u8;
            if self.prepare(row, pod, index) {
                return;
            }
            row.failed = true;
            row.cursor = index as u8 + 1;
        }
        self.end_pass(row, pod);
    }

    /// The worker has done what it could: look again at once, later, or not at all.
    pub(super) fn end_pass(&mut self, row: &mut PodRow, pod: &Arc<Pod>) {
        let (started, failed, dirty) = (row.started, row.failed, row.dirty);
        (row.started, row.failed, row.dirty, row.cursor) = (false, false, false, 0);
        row.step = Step::Idle;
        if started {
            return self.sync(row);
        }
        if failed {
            self.retry(row, pod);
        }
        if dirty && failed {
            self.relist(row);
        }
    }

    /// Puts the worker's next try on the queue.
    // kubernetes: pkg/kubelet/pod_workers.go (completeWork)
    fn retry(&mut self, row: &mut PodRow, pod: &Pod) {
        let base = row
            .retry
            .since(self.now())
            .clamp(RETRY_MIN, RETRY_MAX)
            .as_nanos() as u64;
        let extra = self.cx.below(
            "pod-worker",
            pod.meta.uid.to_string().as_bytes(),
            u64::from(row.draws),
            base / 2,
        );
        row.draws += 1;
        let at = self.next_tick(row.node, self.now() + Duration::from_nanos(base + extra));
        self.wake(row, Step::Idle, at);
    }

    /// All containers have ended by themselves: the phase follows when the next relist has seen it.
    fn ended(&mut self, row: &mut PodRow) {
        let at = self.next_relist(row.node);
        self.wake(row, Step::Ended, at);
    }

    pub(super) fn finish(&mut self, row: &mut PodRow) {
        let Some(pod) = self.pod(row) else { return };
        self.report_final(row, &pod);
        self.done(row);
    }

    /// Nothing will run any more: the machine's share is free.
    pub(super) fn done(&mut self, row: &mut PodRow) {
        row.token += 1;
        if let Some(node) = self.kubelets.nodes.get_mut(row.node) {
            Arc::make_mut(node).release_requests(row);
        }
        row.step = Step::Done;
    }

    fn delete_object(&mut self, row: &mut PodRow) {
        self.done(row);
        let Some(pod) = self.pod(row) else { return };
        let options = DeleteOptions {
            grace_period_seconds: Some(0),
            uid: Some(pod.meta.uid.to_string()),
            ..DeleteOptions::default()
        };
        // Gone already is as good.
        self.api
            .delete(
                self.cx,
                Kind::Pod,
                &pod.meta.namespace,
                &pod.meta.name,
                &options,
            )
            .ok();
    }

    fn only_sidecars_are_left(&self, row: &PodRow, pod: &Pod) -> bool {
        let init = pod.spec.init_containers.len();
        let over = |(index, one): (usize, &super::state::ContainerRow)| match one.state {
            RunState::Exited(exit) => {
                !status::restarts(&pod.spec, &pod.spec.containers[index], exit.code)
            }
            _ => false,
        };
        row.containers[..init]
            .iter()
            .any(super::state::ContainerRow::is_running)
            && row.containers[init..].iter().enumerate().all(over)
    }

    /// Records an Event on a pod or one of its containers.
    pub(super) fn event(
        &mut self,
        row: &PodRow,
        pod: &Pod,
        index: Option<usize>,
        event_type: EventType,
        reason: &'static str,
        message: String,
    ) {
        if self.kubelets.scripted {
            return;
        }
        let Some(host) = self
            .kubelets
            .nodes
            .get(row.node)
            .map(|node| node.name.clone())
        else {
            return;
        };
        let mut regarding = Regarding::meta(Kind::Pod, &pod.meta);
        if let Some(index) = index {
            let list = if index < pod.spec.init_containers.len() {
                "initContainers"
            } else {
                "containers"
            };
            regarding.field_path =
                format!("spec.{list}{{{}}}", container(&pod.spec, index).name).into();
        }
        self.api.record(
            self.cx, &regarding, event_type, reason, message, "kubelet", &host,
        );
    }
}

/// True if the phase is one that never changes again.
pub(super) fn is_terminal(pod: &Pod) -> bool {
    matches!(&*pod.status.phase, "Succeeded" | "Failed")
}

/// When the pod may no longer be active.
fn deadline(row: &PodRow, pod: &Pod) -> Option<SimTime> {
    let seconds = u64::try_from(pod.spec.active_deadline_seconds?).ok()?;
    Some(row.accepted + Duration::from_secs(seconds))
}
