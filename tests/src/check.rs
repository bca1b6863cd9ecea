//! What must hold at every moment, and what must hold once all has settled.

use api::{Deployment, Kind, Object, Pod, ReplicaSet};
use cluster::{Cluster, WatchClient};
use session::Session;
use std::collections::BTreeSet;

/// How far [`changes`] has looked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    revision: u64,
}

/// Every change kept since the last look: revisions strictly increase, time does not go back, each has a cause that
/// leads to a command (INV-4).
///
/// # Errors
/// The first change that breaks this.
pub fn changes(session: &Session, seen: &mut Seen) -> Result<(), String> {
    let store = session.world().api.store();
    let newest = store.revision();
    let mut last = None;
    for revision in seen.revision + 1..=newest {
        let Some(change) = store.change(revision) else {
            continue;
        };
        if change.revision != revision {
            return Err(format!(
                "INV-4: revision {revision} holds the change {}",
                change.revision
            ));
        }
        if last.is_some_and(|at| at > change.at) || change.at > session.now() {
            return Err(format!(
                "revision {revision} is of {:?}, the one before of {last:?}",
                change.at
            ));
        }
        last = Some(change.at);
        if change.cause.is_none() {
            return Err(format!(
                "INV-4: revision {revision} has no cause: {}",
                name(change.object())
            ));
        }
        if change.old.is_none() && change.new.is_none() {
            return Err(format!("INV-4: revision {revision} changes nothing"));
        }
    }
    seen.revision = newest;
    Ok(())
}

/// All controllers have done what they are for, and all caches hold what the store holds.
///
/// # Errors
/// Everything that is not so.
pub fn converged(world: &Cluster) -> Result<(), String> {
    let mut faults = Vec::new();
    deployments(world, &mut faults);
    replica_sets(world, &mut faults);
    pods(world, &mut faults);
    caches(world, &mut faults);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// A settled cluster costs next to nothing (INV-8).
///
/// # Errors
/// If a quiet day is full of events.
pub fn idle(session: &mut Session) -> Result<(), String> {
    const STEPS_MAX: u64 = 200;
    let before = session.timeline().step();
    session.run_line("wait 24h");
    let steps = session.timeline().step() - before;
    if steps <= STEPS_MAX {
        Ok(())
    } else {
        Err(format!("INV-8: {steps} events in a quiet day"))
    }
}

/// Half way back and forth again, all is as it was (INV-1).
///
/// # Errors
/// If it is not.
pub fn winds(session: &mut Session) -> Result<(), String> {
    let timeline = session.timeline_mut();
    let (end, digest) = (timeline.moment(), timeline.digest());
    timeline.seek_step(end.step / 2);
    timeline.seek(engine::Target::Moment(end));
    if timeline.moment() == end && timeline.digest() == digest {
        return Ok(());
    }
    Err(format!("INV-1: back at {end:?} the world is another"))
}

fn name(object: &Object) -> String {
    let meta = object.meta();
    format!("{} {}/{}", object.kind(), &*meta.namespace, &*meta.name)
}

fn all<R: api::Resource>(world: &Cluster) -> impl Iterator<Item = (&Object, &R)> {
    world
        .api
        .store()
        .table(R::KIND)
        .iter()
        .filter_map(|(_, object)| Some((object, &**R::from_object(object)?)))
}

fn deployments(world: &Cluster, faults: &mut Vec<String>) {
    for (object, deployment) in all::<Deployment>(world) {
        let (spec, status) = (&deployment.spec, &deployment.status);
        let wanted = spec.replicas.unwrap_or(1);
        let counts = [
            status.replicas,
            status.updated_replicas,
            status.ready_replicas,
            status.available_replicas,
        ];
        if counts.iter().any(|count| *count != wanted) {
            faults.push(format!(
                "{}: {wanted} wanted, replicas/updated/ready/available {counts:?}",
                name(object)
            ));
        }
        if status.observed_generation != deployment.meta.generation {
            faults.push(format!(
                "{}: the newest generation was not observed",
                name(object)
            ));
        }
    }
}

fn replica_sets(world: &Cluster, faults: &mut Vec<String>) {
    for (object, set) in all::<ReplicaSet>(world) {
        let wanted = set.spec.replicas.unwrap_or(1);
        let owned = all::<Pod>(world).filter(|(_, pod)| {
            pod.meta
                .owner_references
                .iter()
                .any(|owner| owner.uid == set.meta.uid)
                && pod.meta.deletion_timestamp.is_none()
        });
        let owned = owned.count() as i32;
        if owned != wanted || set.status.replicas != wanted || set.status.ready_replicas != wanted {
            let status = (set.status.replicas, set.status.ready_replicas);
            faults.push(format!(
                "{}: {wanted} wanted, {owned} owned, status {status:?}",
                name(object)
            ));
        }
    }
}

fn pods(world: &Cluster, faults: &mut Vec<String>) {
    let uids: BTreeSet<String> = Kind::ALL
        .iter()
        .flat_map(|kind| world.api.list(*kind, None))
        .map(|object| object.meta().uid.to_string())
        .collect();
    for (object, pod) in all::<Pod>(world) {
        if pod.meta.deletion_timestamp.is_some() {
            faults.push(format!("{}: still terminating", name(object)));
        }
        for owner in &pod.meta.owner_references {
            if !uids.contains(&owner.uid.to_string()) {
                faults.push(format!(
                    "{}: its owner {} {} is gone",
                    name(object),
                    owner.kind,
                    owner.name
                ));
            }
        }
        let node = &pod.node_name;
        if !node.is_empty() && world.api.find(Kind::Node, "", node).is_none() {
            faults.push(format!(
                "{}: on the node {node}, which is not there",
                name(object)
            ));
        }
    }
}

fn caches(world: &Cluster, faults: &mut Vec<String>) {
    for client in WatchClient::ALL {
        let cache = &world.informers[client.index()].cache;
        for kind in Kind::ALL.iter().filter(|kind| client.watches(**kind)) {
            let (held, stored) = (cache.table(*kind), world.api.store().table(*kind));
            if !held.iter().eq(stored.iter()) {
                faults.push(format!(
                    "INV-6: {client:?} holds {} {kind} rows, the store {}",
                    held.len(),
                    stored.len()
                ));
            }
        }
    }
}
