//! The objects that a description looks at besides its own.
//!
//! *Models*: the lists that `describe.go` asks for.
//! *Invariants*: in etcd's key order.
//! *Not modelled*: chunking.

use api::{Event, Lease, Object, Pod, ReplicaSet, Secret};
use apimachinery::ObjectMeta;
use cluster::Cluster;
use cluster::kubelet::NAMESPACE_NODE_LEASE;
use engine::SimTime;
use std::sync::Arc;

/// Everything in reach.
#[derive(Debug, Default)]
pub struct Around<'a> {
    /// Events about the object; `None` with `--show-events=false`.
    pub events: Option<Vec<&'a Event>>,
    pub pods: Vec<&'a Pod>,
    pub replica_sets: Vec<&'a ReplicaSet>,
    pub secrets: Vec<&'a Secret>,
    /// The lease of a node.
    pub lease: Option<Arc<Lease>>,
}

impl<'a> Around<'a> {
    /// What is around an object of the live store.
    pub fn new(world: &'a Cluster, object: &Object, show_events: bool, now: SimTime) -> Around<'a> {
        let meta = object.meta();
        let mut around = Around {
            events: show_events.then(|| events_about(world, object)),
            ..Around::default()
        };
        match object {
            Object::Node(node) => {
                let pods = world.api.list(api::Kind::Pod, None);
                around.pods = pods
                    .into_iter()
                    .filter_map(|pod| pod.get::<Pod>().map(|pod| &**pod))
                    .filter(|pod| pod.node_name == node.meta.name)
                    .collect();
                let lease = world
                    .api
                    .find(api::Kind::Lease, NAMESPACE_NODE_LEASE, &meta.name);
                around.lease =
                    lease.and_then(|(_, lease)| world.as_read(lease, now).get().cloned());
            }
            Object::Deployment(_) | Object::ReplicaSet(_) | Object::ReplicationController(_) => {
                around.pods = typed(world, meta);
                around.replica_sets = typed(world, meta);
            }
            Object::ServiceAccount(_) => around.secrets = typed(world, meta),
            _ => {}
        }
        around
    }
}

fn typed<'a, R: api::Resource>(world: &'a Cluster, meta: &ObjectMeta) -> Vec<&'a R> {
    let objects = world.api.list(R::KIND, Some(&meta.namespace));
    objects
        .into_iter()
        .filter_map(|object| object.get::<R>().map(|object| &**object))
        .collect()
}

/// Events about an object. kubernetes: client-go/tools/record, kubectl/pkg/describe (searchEvents)
pub fn events_about<'a>(world: &'a Cluster, object: &Object) -> Vec<&'a Event> {
    let meta = object.meta();
    let uid = meta.uid.to_string();
    let kind = object.kind().name();
    let events = world.api.list(api::Kind::Event, None);
    events
        .into_iter()
        .filter_map(|event| event.get::<Event>().map(|event| &**event))
        .filter(|event| {
            let about = &event.involved_object;
            // A kubelet knows its node by name only, and writes that for its uid.
            let same = about.uid == meta.uid || *about.uid.to_string() == *meta.name;
            about.kind == kind
                && about.name == meta.name
                && about.namespace == meta.namespace
                && (uid.is_empty() || same)
        })
        .collect()
}
