//! What the kubelets remember: a row a node, a row a pod, an entry an image.
//!
//! *Models*: the pod worker, the runtime cache and the reason cache of `pkg/kubelet`, and the runtime's containers.
//! *Invariants*: INV-5: rows are small and shared; a pod's row goes with its object. INV-8: no row holds a ticking
//! timer; stale events are told by a token or by the instant they were planned for.

use core::time::Duration;
use engine::{CowIndex, CowVec, SimTime, hash_str};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One node's machine and kubelet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct NodeRow {
    pub name: Arc<str>,
    /// Kubelet is up.
    pub on: bool,
    /// It posts Ready.
    pub ready: bool,
    /// When it came up, or went down.
    pub since: SimTime,
    /// It posts its status from time to time, and last wrote it, or stopped posting it, then.
    pub posting: bool,
    pub posted: SimTime,
    /// Phase of its one-second relist and of its ten-second status loop.
    pub phase: Duration,
    /// First address of its pod network, and its own address.
    pub network: u32,
    pub address: u32,
    /// Pod addresses in use, by their last byte, and the one given out last.
    pub taken: [u64; 4],
    pub last: u8,
    /// When the one image puller is free again.
    pub puller_free: SimTime,
    /// What admitted pods ask for.
    pub cpu_milli: i64,
    pub memory: i64,
    pub pods: u32,
}

/// What a pod's worker is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    /// Nothing, or waiting for a retry.
    #[default]
    Idle,
    /// Waiting for volumes; the number counts attempts.
    Mount(u8),
    Sandbox,
    /// The container at the cursor waits for its image.
    Pull,
    /// The container at the cursor is being created.
    Start,
    /// Containers have been told to stop.
    Stopping,
    /// Everything is down and reported; the object is deleted at the next relist.
    Stopped,
    /// All containers have ended by themselves; the phase becomes terminal at the next relist.
    Ended,
    /// Terminal phase reported.
    Done,
}

/// Why a pod is being stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stop {
    Deleted,
    Deadline,
    /// The containers are done and what is left are sidecars, or somebody else has set a terminal phase.
    Finished,
}

/// One bound pod.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct PodRow {
    pub id: u32,
    pub node: u32,
    /// Only the worker event with this token counts.
    pub token: u32,
    pub step: Step,
    /// Has been through admission.
    pub admitted: bool,
    /// Its requests are part of its node's sums.
    pub counted: bool,
    pub sandbox: bool,
    /// The relist will find something that the worker has not seen.
    pub dirty: bool,
    pub stop: Option<Stop>,
    /// Last byte of the pod's address; 0 without one.
    pub address: u8,
    pub cursor: u8,
    /// This pass over the containers has started one; has failed to start one.
    pub started: bool,
    pub failed: bool,
    /// How often the worker's back-off was drawn.
    pub draws: u32,
    pub bound: SimTime,
    /// When the kubelet accepted it: `startTime`.
    pub accepted: SimTime,
    /// When the pull at hand was asked for.
    pub asked: SimTime,
    /// When the current back-off ends, for the worker's next try.
    pub retry: SimTime,
    /// A relist is on its way for this instant.
    pub relist: SimTime,
    pub cpu_milli: i64,
    pub memory: i64,
    /// Init containers, then containers, as in the specification.
    pub containers: Vec<ContainerRow>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum RunState {
    #[default]
    Never,
    Running {
        since: SimTime,
    },
    Exited(Exit),
}

/// An ended run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Exit {
    pub since: SimTime,
    pub until: SimTime,
    pub code: i32,
}

/// How a running container will end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    pub at: SimTime,
    pub code: i32,
    /// The kubelet killed it: its worker knows without a relist.
    pub killed: bool,
}

/// One container of a pod.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ContainerRow {
    pub state: RunState,
    pub plan: Option<Plan>,
    pub restarts: u32,
    /// In the table of images.
    pub image: u32,
    /// When its startup probe passes, and its readiness probe; never is `SimTime::MAX`.
    pub started_at: SimTime,
    pub ready_at: SimTime,
    /// Only of containers that have had trouble.
    pub trouble: Option<Box<Trouble>>,
}

/// Why the last attempt to start a container failed: the kubelet's reason cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fault {
    pub reason: FaultReason,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FaultReason {
    CrashLoopBackOff,
    ErrImagePull,
    ImagePullBackOff,
    ErrImageNeverPull,
    InvalidImageName,
    CreateContainerConfigError,
}

impl FaultReason {
    // kubernetes: pkg/kubelet/container/sync_result.go, pkg/kubelet/images/types.go
    pub fn name(self) -> &'static str {
        match self {
            FaultReason::CrashLoopBackOff => "CrashLoopBackOff",
            FaultReason::ErrImagePull => "ErrImagePull",
            FaultReason::ImagePullBackOff => "ImagePullBackOff",
            FaultReason::ErrImageNeverPull => "ErrImageNeverPull",
            FaultReason::InvalidImageName => "InvalidImageName",
            FaultReason::CreateContainerConfigError => "CreateContainerConfigError",
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Trouble {
    /// The run before the present one.
    pub last: Option<Exit>,
    pub fault: Option<Fault>,
    pub crash: Backoff,
    pub pull: Backoff,
    /// What the last failed pull said.
    pub pull_error: String,
}

impl ContainerRow {
    pub fn trouble(&mut self) -> &mut Trouble {
        self.trouble.get_or_insert_default()
    }

    pub fn fault(&self) -> Option<&Fault> {
        self.trouble.as_ref()?.fault.as_ref()
    }

    pub fn is_running(&self) -> bool {
        matches!(self.state, RunState::Running { .. })
    }

    pub fn is_started(&self, now: SimTime) -> bool {
        self.is_running() && now >= self.started_at
    }

    pub fn is_ready(&self, now: SimTime) -> bool {
        self.is_running() && now >= self.ready_at
    }
}

/// Exponential back-off of one key.
///
/// *Models*: `client-go/util/flowcontrol/backoff.go`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Backoff {
    /// Zero before the first failure.
    pub delay: Duration,
    pub updated: SimTime,
}

impl Backoff {
    const FIRST: Duration = Duration::from_secs(10);
    const MAX: Duration = Duration::from_secs(300);

    /// Without news for twice the longest delay an entry counts for nothing.
    fn has_expired(&self, at: SimTime) -> bool {
        self.delay.is_zero() || at.since(self.updated) > 2 * Backoff::MAX
    }

    /// When a try may follow something that happened at `since`; `None`: at once.
    pub fn until(&self, since: SimTime, now: SimTime) -> Option<SimTime> {
        let end = since + self.delay;
        (!self.has_expired(since) && now < end).then_some(end)
    }

    /// Counts a failure that happened at `at`.
    pub fn next(&mut self, at: SimTime, now: SimTime) {
        self.delay = if self.has_expired(at) {
            Backoff::FIRST
        } else {
            (2 * self.delay).min(Backoff::MAX)
        };
        self.updated = now;
    }
}

/// One image as it was named in a pod.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ImageRow {
    pub name: Arc<str>,
    /// `docker.io/library/nginx:1.27`
    pub full_name: Arc<str>,
    /// `docker.io/library/nginx@sha256:…`
    pub digest: Arc<str>,
}

/// Image names by small number, so that a container's row holds four bytes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct ImageTable {
    rows: CowVec<Arc<ImageRow>>,
    names: CowIndex,
}

impl ImageTable {
    pub fn get(&self, id: u32) -> Option<&Arc<ImageRow>> {
        self.rows.get(id)
    }

    /// The number of an image, given out at first sight.
    pub fn id(&mut self, name: &Arc<str>) -> u32 {
        let hash = hash_str(&[name]);
        let found = self
            .names
            .candidates(hash)
            .find(|id| self.rows.get(*id).is_some_and(|row| row.name == *name));
        found.unwrap_or_else(|| {
            let (full_name, digest) = super::images::resolve(name);
            let row = ImageRow {
                name: name.clone(),
                full_name: full_name.into(),
                digest: digest.into(),
            };
            let id = self.rows.push(Arc::new(row));
            self.names.insert(hash, id);
            id
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_doubles_up_to_five_minutes_and_forgets_after_ten() {
        let mut entry = Backoff::default();
        let mut at = SimTime::from_secs(100);
        let mut delays = Vec::new();
        for _ in 0..7 {
            assert_eq!(entry.until(at, at).is_none(), entry.delay.is_zero());
            entry.next(at, at);
            delays.push(entry.delay.as_secs());
            at += entry.delay;
        }
        assert_eq!(delays, [10, 20, 40, 80, 160, 300, 300]);
        entry.next(at + Duration::from_secs(601), at + Duration::from_secs(601));
        assert_eq!(entry.delay, Duration::from_secs(10));
    }
}
