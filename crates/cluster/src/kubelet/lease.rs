//! Leases and heartbeats of nodes, and the one place where what is worked out when read gets into an object.
//!
//! *Models*: `staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go`, `pkg/kubelet/util/nodelease.go`,
//! `pkg/kubelet/kubelet_node_status.go` (nodeStatusReportFrequency).
//! *Invariants*: INV-8: a lease is written once, when it is made; that it is renewed each ten seconds, and that a status
//! in which nothing has changed is posted each five minutes, is worked out when read.
//! *Not modelled*: retries while the namespace of leases is away, jitter of the five minutes.

use super::node::STATUS_PERIOD;
use super::state::NodeRow;
use super::{Agent, Event, Kubelets};
use crate::apiserver::CreateOptions;
use crate::{Cache, Cluster, Cx, Key};
use api::{Kind, Lease, LeaseSpec, Node, Object};
use apimachinery::{ObjectMeta, OwnerReference};
use core::time::Duration;
use engine::SimTime;
use std::sync::Arc;

/// Where the leases of nodes are.
// kubernetes: staging/src/k8s.io/api/core/v1/types.go (NamespaceNodeLease)
pub const NAMESPACE_NODE_LEASE: &str = "kube-node-lease";
// kubernetes: pkg/kubelet/apis/config/v1beta1/defaults.go (nodeLeaseDurationSeconds)
const LEASE_DURATION_SECONDS: i32 = 40;
/// A status in which nothing has changed is posted this often.
// kubernetes: pkg/kubelet/apis/config/v1beta1/defaults.go (nodeStatusReportFrequency)
const REPORT_PERIOD: Duration = Duration::from_secs(5 * 60);
/// The conditions that a kubelet posts.
const POSTED: [&str; 4] = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];

impl NodeRow {
    /// When the lease was last renewed by `now`.
    pub fn lease_renewed(&self, now: SimTime) -> Option<SimTime> {
        let (period, phase) = (
            STATUS_PERIOD.as_nanos() as u64,
            self.phase.as_nanos() as u64,
        );
        let last = if self.on { now } else { now.min(self.since) };
        let beat = (last.0 + period - phase).checked_sub(period)? / period * period + phase;
        Some(SimTime(if self.on {
            beat.max(self.since.0)
        } else {
            beat
        }))
    }

    /// When the status was last posted by `now`: when it last changed, then every five minutes, at an instant at which
    /// the kubelet looks.
    pub fn status_posted(&self, now: SimTime) -> SimTime {
        let first = self.tick(STATUS_PERIOD, self.posted + REPORT_PERIOD);
        if !self.posting || now < first {
            return self.posted;
        }
        let period = REPORT_PERIOD.as_nanos() as u64;
        SimTime(now.0 - (now.0 - first.0) % period)
    }
}

impl Kubelets {
    /// A lease has gone: its kubelet makes another when it next renews it.
    pub(super) fn observe_no_lease(&self, cx: &mut Cx<'_>, cache: &Cache, lease: &Lease) {
        let node = cache.find::<Node>("", &lease.meta.name);
        let Some((node, _)) = node.filter(|_| &*lease.meta.namespace == NAMESPACE_NODE_LEASE)
        else {
            return;
        };
        if let Some(row) = self.nodes.get(node) {
            let at = row.tick(STATUS_PERIOD, cx.now() + Duration::from_nanos(1));
            cx.at(at, crate::Event::Kubelet(Event::Lease { node }));
        }
    }
}

impl Agent<'_, '_> {
    /// Makes a node's lease unless it is there.
    // kubernetes: component-helpers/apimachinery/lease/controller.go (ensureLease)
    pub(super) fn ensure_lease(&mut self, id: u32) {
        let key = Key {
            kind: Kind::Node,
            id,
        };
        let Some(row) = self.kubelets.nodes.get(id).filter(|row| row.on).cloned() else {
            return;
        };
        let Some(uid) = self.api.object(key).map(|node| node.meta().uid.clone()) else {
            return;
        };
        if (self.api.get::<Lease>(NAMESPACE_NODE_LEASE, &row.name)).is_some() {
            return;
        }
        let mut meta = ObjectMeta::named(NAMESPACE_NODE_LEASE, row.name.clone());
        let owner = OwnerReference {
            api_version: Kind::Node.info().api_version().into(),
            kind: Kind::Node.name().into(),
            name: row.name.clone(),
            uid,
            controller: None,
            block_owner_deletion: None,
        };
        meta.owner_references.edit(|owners| owners.push(owner));
        let spec = LeaseSpec {
            holder_identity: Some(row.name.clone()),
            lease_duration_seconds: Some(LEASE_DURATION_SECONDS),
            renew_time: Some(self.api.clock.micro_time(self.now())),
            ..LeaseSpec::default()
        };
        self.cx.because(crate::Actor::Kubelet.label(Some(key)));
        // A refusal means that the namespace is going away; the node lives on without.
        self.api
            .create(
                self.cx,
                Object::Lease(Arc::new(Lease { meta, spec })),
                CreateOptions::default(),
            )
            .ok();
    }
}

impl Cluster {
    /// When a node's kubelet last renewed its lease.
    pub fn node_heartbeat(&self, node: &str, now: SimTime) -> Option<SimTime> {
        self.node_row(node)?.lease_renewed(now)
    }

    /// When a node's kubelet last posted its status.
    pub fn node_status_posted(&self, node: &str, now: SimTime) -> Option<SimTime> {
        Some(self.node_row(node)?.status_posted(now))
    }

    fn node_row(&self, node: &str) -> Option<&NodeRow> {
        let (key, _) = self.api.find(Kind::Node, "", node)?;
        self.kubelets.nodes.get(key.id).map(|row| &**row)
    }

    /// An object as a reader sees it now: with the stamps that are never written (INV-8), which are the heartbeats of a
    /// node's conditions and the renewal of its lease.
    pub fn as_read(&self, object: &Object, now: SimTime) -> Object {
        let clock = self.clock();
        match object {
            Object::Node(node) => {
                let Some(at) = self.node_status_posted(&node.meta.name, now) else {
                    return object.clone();
                };
                let at = clock.time(at);
                let mut node = (**node).clone();
                for condition in &mut node.status.conditions {
                    if POSTED.contains(&&*condition.type_) {
                        condition.last_heartbeat_time = condition.last_heartbeat_time.max(Some(at));
                    }
                }
                Object::Node(Arc::new(node))
            }
            Object::Lease(lease) if &*lease.meta.namespace == NAMESPACE_NODE_LEASE => {
                let Some(at) = self.node_heartbeat(&lease.meta.name, now) else {
                    return object.clone();
                };
                let mut lease = (**lease).clone();
                lease.spec.renew_time = lease.spec.renew_time.max(Some(clock.micro_time(at)));
                Object::Lease(Arc::new(lease))
            }
            _ => object.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::tests::row;
    use super::*;

    #[test]
    fn renewals_are_worked_out() {
        let mut row = row(3_700);
        assert_eq!(
            row.lease_renewed(SimTime::from_secs(6)),
            Some(SimTime::from_secs(5))
        );
        assert_eq!(
            row.lease_renewed(SimTime::from_secs(27)),
            Some(SimTime::from_millis(23_700))
        );
        (row.on, row.since) = (false, SimTime::from_secs(30));
        assert_eq!(
            row.lease_renewed(SimTime::from_secs(90)),
            Some(SimTime::from_millis(23_700))
        );
    }

    #[test]
    fn a_status_without_news_is_posted_each_five_minutes() {
        let mut row = row(3_700);
        let posted =
            |row: &NodeRow, now| row.status_posted(SimTime::from_millis(now)).0 / 1_000_000;
        assert_eq!(posted(&row, 313_699), 6_000);
        assert_eq!(posted(&row, 313_700), 313_700);
        assert_eq!(posted(&row, 613_699), 313_700);
        assert_eq!(posted(&row, 913_700), 913_700);
        (row.posting, row.posted) = (false, SimTime::from_secs(900));
        assert_eq!(posted(&row, 5_000_000), 900_000);
    }
}
