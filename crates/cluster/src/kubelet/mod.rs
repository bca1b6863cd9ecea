//! Node agents: the kubelets of all nodes, in one table.
//!
//! Each bound pod has a row with a worker that goes from step to step: first status, volumes, sandbox, image, start;
//! exits are seen at the node's relist, failures are tried again after a back-off, a deletion stops what runs.
//! `state` holds the rows, `worker` the sync loop, `start` and `stop` what it does to containers, `report` and
//! `status` what it tells the API server, `node` the machines, `lease` their leases and heartbeats; `process`, `shell`
//! and `images` are the containers.
//!
//! *Models*: `pkg/kubelet` (pod_workers.go, kubelet.go, kuberuntime, images, prober, status), recordings in
//! `timelines/`.
//! *Invariants*: INV-6: one table and one watch client for all nodes. INV-8: no ticks: relists, heartbeats and retries
//! are worked out for the instants at which something differs.
//! *Not modelled*: static pods, ephemeral containers, in-place resize, changed images of running pods, node-pressure
//! eviction, `allocatedResources` in container statuses, PostStart hooks.
//! *Cost*: three status writes and about eight events from binding to Ready; nothing while a pod just runs.

mod admission;
mod annotations;
mod config;
mod health;
pub mod images;
mod lease;
mod logs;
mod node;
mod pi;
mod probes;
pub mod process;
mod pull;
mod report;
mod shell;
mod start;
mod state;
pub mod status;
mod stop;
#[cfg(test)]
mod tests;
mod worker;

pub use lease::NAMESPACE_NODE_LEASE;
pub use logs::{LogLine, logs};

use crate::{Actor, Api, Cache, Change, Cluster, Cx, Key, Options, WatchClient, timing};
use api::{Kind, Node, Object, Pod};
use core::time::Duration;
use engine::{CowMap, CowVec, SimTime};
use serde::{Deserialize, Serialize};
use state::{ImageTable, NodeRow, PodRow, Step};
use std::sync::Arc;

/// What a kubelet does later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Event {
    /// A node that has appeared registers.
    Register { node: u32 },
    /// A node's runtime and network are up.
    NodeReady { node: u32, since: SimTime },
    /// A pod's worker goes on; only if the token is the last one given out.
    Worker { pod: u32, token: u32 },
    /// Something about the pod is to be looked at now.
    Sync { pod: u32 },
    /// The relist sees what has changed in the pod's containers.
    Relist { pod: u32 },
    /// A container's process ends, if this is still how it is planned.
    Exit { pod: u32, container: u8 },
    /// A probe's answer changes.
    Probe {
        pod: u32,
        container: u8,
        restarts: u32,
    },
    /// A startup or liveness probe fails for the nth time in a row.
    Unhealthy {
        pod: u32,
        container: u8,
        restarts: u32,
        failure: u32,
    },
    /// A node whose lease is gone finds that out when it next renews it.
    Lease { node: u32 },
}

/// State of all kubelets.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Kubelets {
    /// The stand-in of the golden recordings: no sandbox, image or relist times, no Events.
    scripted: bool,
    nodes: CowVec<Arc<NodeRow>>,
    /// How many nodes there have been: their addresses.
    numbered: u32,
    pods: CowVec<Arc<PodRow>>,
    images: ImageTable,
    /// Images on nodes: (node, image).
    present: CowMap<(u32, u32), ()>,
}

impl Kubelets {
    pub fn new(options: &Options) -> Kubelets {
        Kubelets {
            scripted: options.scripted_kubelet,
            ..Kubelets::default()
        }
    }

    /// Hears of a change that the node agents' cache has just applied.
    pub(crate) fn observe(&mut self, cx: &mut Cx<'_>, cache: &Cache, _api: &Api, change: &Change) {
        let id = change.key.id;
        match (&change.new, &change.old) {
            (Some(Object::Pod(pod)), old) if !pod.node_name.is_empty() => {
                let old = old.as_ref().and_then(Object::get::<Pod>);
                self.observe_pod(cx, cache, id, pod, old.map(|old| &**old), change.at);
            }
            (Some(Object::Node(_)), None) => cx.after(
                Duration::ZERO,
                crate::Event::Kubelet(Event::Register { node: id }),
            ),
            (None, Some(Object::Pod(_))) => self.forget(id),
            (None, Some(Object::Lease(lease))) => self.observe_no_lease(cx, cache, lease),
            (None, Some(Object::Node(node))) => {
                self.nodes.remove(id);
                for (pod, _) in cache.pods_on_node(&node.meta.name) {
                    self.pods.remove(pod);
                }
            }
            _ => {}
        }
    }

    fn observe_pod(
        &mut self,
        cx: &mut Cx<'_>,
        cache: &Cache,
        id: u32,
        pod: &Pod,
        old: Option<&Pod>,
        at: SimTime,
    ) {
        if self.pods.contains(id) {
            let grace = |pod: &Pod| pod.meta.deletion_grace_period_seconds;
            let asked = pod.meta.deletion_timestamp.is_some()
                && old.is_none_or(|old| {
                    old.meta.deletion_timestamp.is_none() || grace(old) != grace(pod)
                });
            let terminal = worker::is_terminal(pod) && !old.is_some_and(worker::is_terminal);
            if terminal {
                self.release(id);
            }
            if asked || terminal {
                cx.after(
                    Duration::ZERO,
                    crate::Event::Kubelet(Event::Sync { pod: id }),
                );
            }
            return;
        }
        let Some((node, _)) = cache.find::<Node>("", &pod.node_name) else {
            return;
        };
        self.accept(cx, node, id, pod, at);
    }

    /// Takes up a pod that is bound to a node with a kubelet.
    fn accept(&mut self, cx: &mut Cx<'_>, node: u32, id: u32, pod: &Pod, bound: SimTime) {
        let terminal = worker::is_terminal(pod);
        let Some(on) = self.nodes.get(node).map(|row| row.on) else {
            return;
        };
        if terminal || self.pods.contains(id) {
            return;
        }
        let containers = pod.spec.init_containers.iter().chain(&pod.spec.containers);
        let containers = containers.map(|container| state::ContainerRow {
            image: self.images.id(&container.image),
            ..state::ContainerRow::default()
        });
        let row = PodRow {
            id,
            node,
            bound,
            containers: containers.collect(),
            ..PodRow::default()
        };
        self.pods.insert(id, Arc::new(row));
        if on {
            let delay = if self.scripted {
                Duration::ZERO
            } else {
                timing::KUBELET_FIRST_STATUS
            };
            cx.after(
                delay,
                crate::Event::Kubelet(Event::Worker { pod: id, token: 0 }),
            );
        }
    }

    /// Takes a pod that will not run again out of its node's sums.
    fn release(&mut self, id: u32) {
        let Some(row) = self.pods.get_mut(id) else {
            return;
        };
        if row.counted
            && let Some(node) = self.nodes.get_mut(row.node)
        {
            Arc::make_mut(node).release_requests(Arc::make_mut(row));
        }
    }

    /// Drops a pod's row and what it held of its node.
    fn forget(&mut self, id: u32) {
        let Some(mut row) = self.pods.remove(id) else {
            return;
        };
        if let Some(node) = self.nodes.get_mut(row.node) {
            Arc::make_mut(node).release(Arc::make_mut(&mut row));
        }
    }
}

/// One event's view of the world.
struct Agent<'a, 'c> {
    kubelets: &'a mut Kubelets,
    api: &'a mut Api,
    cache: &'a Cache,
    cx: &'a mut Cx<'c>,
}

impl Cluster {
    fn agent<'a, 'c>(&'a mut self, cx: &'a mut Cx<'c>) -> Agent<'a, 'c> {
        Agent {
            kubelets: &mut self.kubelets,
            api: &mut self.api,
            cache: &self.informers[WatchClient::Nodes.index()].cache,
            cx,
        }
    }

    /// Handles one of the kubelets' events.
    pub(crate) fn run_kubelet(&mut self, cx: &mut Cx<'_>, event: Event) {
        self.agent(cx).handle(event);
    }

    /// A node's kubelet stops, or comes back. Its containers go on meanwhile.
    ///
    /// # Errors
    /// A sentence if there is no such node.
    pub(crate) fn set_node_power(
        &mut self,
        cx: &mut Cx<'_>,
        node: &str,
        on: bool,
    ) -> Result<(), String> {
        let Some((key, _)) = self.api.find(Kind::Node, "", node) else {
            return Err(format!("there is no node \"{node}\""));
        };
        self.agent(cx).set_power(key.id, on);
        Ok(())
    }
}

impl Agent<'_, '_> {
    fn handle(&mut self, event: Event) {
        match event {
            Event::Register { node } => self.register(node),
            Event::NodeReady { node, since } => self.node_ready(node, since),
            Event::Lease { node } => self.ensure_lease(node),
            Event::Worker { pod, token } => self.edit(pod, |agent, row| {
                if row.token == token {
                    agent.proceed(row);
                }
            }),
            Event::Sync { pod } => self.edit(pod, Self::sync_now),
            Event::Relist { pod } => self.edit(pod, Self::relisted),
            Event::Exit { pod, container } => {
                self.edit(pod, |agent, row| agent.exited(row, usize::from(container)))
            }
            Event::Probe {
                pod,
                container,
                restarts,
            } => self.edit(pod, |agent, row| {
                if row
                    .containers
                    .get(usize::from(container))
                    .is_some_and(|row| row.restarts == restarts)
                {
                    agent.probe_changed(row);
                }
            }),
            Event::Unhealthy {
                pod,
                container,
                restarts,
                failure,
            } => self.edit(pod, |agent, row| {
                if row
                    .containers
                    .get(usize::from(container))
                    .is_some_and(|row| row.restarts == restarts)
                {
                    agent.unhealthy(row, usize::from(container), failure);
                }
            }),
        }
    }

    /// Works on one pod's row, which is out of the table meanwhile.
    fn edit(&mut self, id: u32, work: impl FnOnce(&mut Self, &mut PodRow)) {
        let Some(slot) = self.kubelets.pods.get_mut(id) else {
            return;
        };
        let mut row = std::mem::take(slot);
        self.cx.because(Actor::Kubelet.label(Some(Key {
            kind: Kind::Pod,
            id,
        })));
        work(self, Arc::make_mut(&mut row));
        if let Some(slot) = self.kubelets.pods.get_mut(id) {
            *slot = row;
        }
    }

    fn now(&self) -> SimTime {
        self.cx.now()
    }

    fn is_on(&self, row: &PodRow) -> bool {
        self.kubelets
            .nodes
            .get(row.node)
            .is_some_and(|node| node.on)
    }

    /// The live object of a row; `None` if it is gone.
    fn pod(&self, row: &PodRow) -> Option<Arc<Pod>> {
        self.api
            .object(Key {
                kind: Kind::Pod,
                id: row.id,
            })?
            .get::<Pod>()
            .cloned()
    }

    fn schedule(&mut self, at: SimTime, event: Event) {
        self.cx.at(at, crate::Event::Kubelet(event));
    }

    /// Puts the worker's next step on the queue; an earlier one no longer counts.
    fn wake(&mut self, row: &mut PodRow, step: Step, at: SimTime) {
        row.step = step;
        row.token += 1;
        self.schedule(
            at,
            Event::Worker {
                pod: row.id,
                token: row.token,
            },
        );
    }

    /// Calls the pod's relist for the next instant at which its node looks at its containers.
    fn relist(&mut self, row: &mut PodRow) {
        let at = self.next_relist(row.node);
        if row.relist != at {
            row.relist = at;
            self.schedule(at, Event::Relist { pod: row.id });
        }
    }

    fn next_relist(&self, node: u32) -> SimTime {
        if self.kubelets.scripted {
            return self.now();
        }
        self.next_tick(node, self.now() + Duration::from_nanos(1))
    }

    /// The first of a node's one-second ticks that is not before `at`.
    fn next_tick(&self, node: u32, at: SimTime) -> SimTime {
        let Some(row) = self
            .kubelets
            .nodes
            .get(node)
            .filter(|_| !self.kubelets.scripted)
        else {
            return at;
        };
        row.tick(timing::PLEG_RELIST, at)
    }
}
