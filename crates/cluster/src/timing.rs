//! The one table of modelled delays: what takes how much virtual time.
//!
//! *Models*: recordings of a real control plane with a real kubelet on a scripted runtime, rounded.
//! *Invariants*: no jitter except where upstream itself draws it; then it is keyed.
//! *Not modelled*: client rate limits of upstream components (20 pods/s on a real default cluster).

use core::time::Duration;

const MS: Duration = Duration::from_millis(1);

/// Commit of a change to its delivery to a watch client; changes of one instant arrive together.
pub const WATCH_DELAY: Duration = MS;
/// A controller is busy this long for each API write of a work item; the writes commit at its start.
pub const CONTROLLER_WRITE: Duration = MS;
/// One scheduling attempt; attempts are serial.
pub const SCHEDULING_ATTEMPT: Duration = MS;
/// From the decision of the scheduler to the committed binding.
pub const BINDING: Duration = Duration::from_millis(2);
/// From the kubelet seeing a bound pod to its first status (`ContainerCreating`).
pub const KUBELET_FIRST_STATUS: Duration = Duration::from_millis(15);
/// Pod sandbox and network.
pub const SANDBOX: Duration = Duration::from_millis(450);
/// Container create and start.
pub const CONTAINER_START: Duration = Duration::from_millis(20);
/// The kubelet sees an exit at its next relist; the phase of the period is keyed by node.
pub const PLEG_RELIST: Duration = Duration::from_secs(1);
/// SIGTERM to exit, unless the image profile says otherwise.
pub const TERM_DELAY: Duration = Duration::from_millis(100);
/// The Job controller collects pod changes this long before it syncs.
pub const JOB_BATCH: Duration = Duration::from_secs(1);
/// How much later than the scheduled second the CronJob controller wakes.
pub const CRONJOB_WAKE: Duration = Duration::from_millis(100);
/// Node status and lease renewal; computed when read, never an event (INV-8).
pub const NODE_STATUS_PERIOD: Duration = Duration::from_secs(10);
/// Period of the node monitor; computed.
pub const NODE_MONITOR_PERIOD: Duration = Duration::from_secs(5);
/// Without a renewed lease for this long a node's conditions become Unknown.
pub const NODE_MONITOR_GRACE: Duration = Duration::from_secs(50);
/// Period of pod garbage collection; computed.
pub const POD_GC_PERIOD: Duration = Duration::from_secs(20);
/// Pods of a node that is gone are collected this long after it went.
pub const POD_GC_QUARANTINE: Duration = Duration::from_secs(40);
