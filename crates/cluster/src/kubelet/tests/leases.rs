//! Leases of nodes: made once, renewed without a write, gone with their node.

use super::Play;
use crate::{Propagation, Request, Verb, kubelet::NAMESPACE_NODE_LEASE};
use api::{Kind, Lease, Node, Object};
use engine::SimTime;

impl Play {
    fn lease(&self) -> Option<&Object> {
        let found = self
            .timeline
            .world()
            .api
            .find(Kind::Lease, NAMESPACE_NODE_LEASE, "node-1");
        found.map(|(_, object)| object)
    }

    /// The lease as it is read now.
    fn lease_read(&self) -> Lease {
        let object = self.lease().expect("the node has a lease");
        let read = self.timeline.world().as_read(object, self.timeline.now());
        (**read.get::<Lease>().unwrap()).clone()
    }

    /// Time since boot, in seconds, of the Ready condition's heartbeat as it is read now.
    fn ready_heartbeat(&self) -> u64 {
        let world = self.timeline.world();
        let (_, object) = world.api.find(Kind::Node, "", "node-1").unwrap();
        let read = world.as_read(object, self.timeline.now());
        let node = read.get::<Node>().unwrap();
        let ready = node
            .status
            .conditions
            .iter()
            .find(|one| one.type_ == "Ready")
            .unwrap();
        world
            .clock()
            .sim_time(ready.last_heartbeat_time.unwrap())
            .unwrap()
            .0
            / 1_000_000_000
    }

    fn remove(&mut self, kind: Kind, namespace: &str) {
        let mut request = Request::new(Verb::Delete, kind, namespace, "node-1", String::new());
        request.delete.propagation = Some(Propagation::Background);
        self.request(request);
    }
}

#[test]
fn a_lease_is_written_once_and_read_fresh() {
    let mut play = Play::new(false);
    let lease = play.lease_read();
    assert_eq!(lease.spec.holder_identity.as_deref(), Some("node-1"));
    assert_eq!(lease.spec.lease_duration_seconds, Some(40));
    assert_eq!(
        (lease.spec.acquire_time, lease.spec.lease_transitions),
        (None, None)
    );
    let owner = &lease.meta.owner_references[0];
    assert_eq!(
        (&*owner.api_version, &*owner.kind, &*owner.name),
        ("v1", "Node", "node-1")
    );
    assert_eq!((owner.controller, owner.block_owner_deletion), (None, None));
    play.wait_ms(24 * 3_600_000);
    let later = play.lease_read();
    assert_eq!(later.meta.resource_version, lease.meta.resource_version);
    let renewed = later.spec.renew_time.unwrap().nanos - lease.spec.renew_time.unwrap().nanos;
    let day = 24 * 3_600 * 1_000_000_000;
    assert!(
        (day - 10_000_000_000..=day + 10_000_000_000).contains(&renewed),
        "{renewed}"
    );
}

#[test]
fn the_conditions_are_posted_each_five_minutes_and_stop_with_the_kubelet() {
    let mut play = Play::new(false);
    assert!(play.ready_heartbeat() <= 1);
    play.wait_ms(290_000);
    assert!(play.ready_heartbeat() <= 1);
    play.wait_ms(20_000);
    let first = play.ready_heartbeat();
    assert!((300..=311).contains(&first), "{first}");
    play.wait_ms(300_000);
    assert_eq!(play.ready_heartbeat(), first + 300);
    let off = crate::Command::Fault(crate::faults::Fault::NodePower {
        node: "node-1".into(),
        on: false,
    });
    play.timeline.apply(off);
    let renewed = play.lease_read().spec.renew_time;
    play.wait_ms(1_000_000);
    assert_eq!(play.ready_heartbeat(), first + 300);
    assert_eq!(play.lease_read().spec.renew_time, renewed);
}

#[test]
fn a_lost_lease_is_made_again_at_the_next_renewal() {
    let mut play = Play::new(false);
    let uid = play.lease_read().meta.uid;
    play.remove(Kind::Lease, NAMESPACE_NODE_LEASE);
    assert!(play.lease().is_none());
    play.wait_ms(10_010);
    assert_ne!(play.lease_read().meta.uid, uid);
}

#[test]
fn a_lease_goes_with_its_node_and_no_kubelet_makes_another() {
    let mut play = Play::new(false);
    play.remove(Kind::Node, "");
    play.wait_ms(60_000);
    assert!(play.lease().is_none());
    let now = play.timeline.now();
    assert_eq!(play.timeline.world().node_heartbeat("node-1", now), None);
    play.wait_ms(2 * 3_600_000);
    assert_eq!(play.timeline.events_pending(), 0);
    assert!(now > SimTime::ZERO);
}

#[test]
fn a_node_of_the_same_name_gets_a_lease_of_its_own() {
    let mut play = Play::new(false);
    let old = play.lease_read().meta;
    play.remove(Kind::Node, "");
    play.create(Kind::Node, "", super::NODE);
    play.wait_ms(15_000);
    let new = play.lease_read().meta;
    assert_ne!(new.owner_references[0].uid, old.owner_references[0].uid);
}
