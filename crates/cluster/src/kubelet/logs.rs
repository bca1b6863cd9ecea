//! What a container has printed so far, worked out from its program and its start time.
//!
//! *Models*: the log files that `kubectl logs` reads.
//! *Invariants*: nothing is stored a line.
//! *Not modelled*: request logs of servers; of an endless loop only the first and the last few thousand rounds are kept,
//! as rotation would.

use super::{images, process, start, worker};
use crate::{Cluster, Key};
use api::{Kind, Pod};
use engine::SimTime;

/// One line of a container's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub at: SimTime,
    pub text: String,
}

/// Lines of one container of the pod with row id `pod`: of the run before the present one if `previous`. `None` if
/// there was no such run.
pub fn logs(
    cluster: &Cluster,
    pod: u32,
    container: &str,
    previous: bool,
    now: SimTime,
) -> Option<Vec<LogLine>> {
    let row = cluster.kubelets.pods.get(pod)?;
    let object = cluster
        .api
        .object(Key {
            kind: Kind::Pod,
            id: pod,
        })?
        .get::<Pod>()?;
    let spec = &object.spec;
    let index = (0..row.containers.len())
        .find(|index| *worker::container(spec, *index).name == *container)?;
    let one = &row.containers[index];
    let (since, until) = if previous {
        let last = one.trouble.as_ref()?.last?;
        (last.since, last.until)
    } else {
        start::run_of(one.state, now)?
    };
    let container = worker::container(spec, index);
    let boot = cluster.clock().exact(since);
    let profile = images::profile_of(&container.image);
    let run = process::run(
        container,
        profile,
        boot,
        &object.meta.name,
        until.since(since),
    );
    Some(
        run.lines
            .into_iter()
            .map(|line| LogLine {
                at: since + line.after,
                text: line.text,
            })
            .collect(),
    )
}

impl Cluster {
    /// As [`logs`].
    pub fn container_logs(
        &self,
        pod: u32,
        container: &str,
        previous: bool,
        now: SimTime,
    ) -> Option<Vec<LogLine>> {
        logs(self, pod, container, previous, now)
    }
}
