//! What the board remembers of every pod and node: where it is, its state, what it requests.
//!
//! *Invariants*: INV-9: kept current from the store's changes; made anew when time was wound or the log no longer
//! reaches back.
//! *Cost*: about a hundred bytes a pod.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::pod_summary::summarize;
use api::{Kind, Node, Object, Pod};
use cluster::Cluster;

use super::row::{self, Requests};
use super::{
    Board, Density, Hue, LANE_ROWS_MAX, MARKS_MAX, Mark, NODES_MAX, NodeRow, PodGroup, ROWS_MAX,
    ZoneRow,
};

/// System pods a node may have before they fold to a count even without workloads beside them.
const SYSTEM_PODS_MAX: u32 = 6;

/// One more watch client: pods by node and nodes by zone.
#[derive(Clone, Debug, Default)]
pub struct BoardIndex {
    /// Followed up to here; 0 is nothing yet.
    revision: u64,
    density: Density,
    pods: BTreeMap<u32, Entry>,
    /// Pods by the name of their node; the empty name is the lane's.
    places: BTreeMap<Arc<str>, Place>,
    /// Nodes in the order of the board: the control plane, then zones and names.
    nodes: BTreeMap<(bool, String, Arc<str>), u32>,
}

/// What one pod adds to its place.
#[derive(Clone, Debug)]
struct Entry {
    node: Arc<str>,
    mark: Mark,
    hue: Hue,
    requests: Requests,
}

/// The pods of one node, or of the lane.
#[derive(Clone, Debug, Default)]
struct Place {
    workload: BTreeSet<u32>,
    system: BTreeSet<u32>,
    /// Counts by mark, without the system's.
    marks: [u32; Mark::ALL.len()],
    by_hue: [Requests; Hue::ALL.len()],
}

impl Place {
    fn is_empty(&self) -> bool {
        self.workload.is_empty() && self.system.is_empty()
    }

    fn add(&mut self, id: u32, entry: &Entry) {
        if entry.hue == Hue::System {
            self.system.insert(id);
        } else {
            self.workload.insert(id);
            self.marks[entry.mark as usize] += 1;
        }
        let sum = &mut self.by_hue[entry.hue as usize];
        sum.cpu_milli += entry.requests.cpu_milli;
        sum.memory_bytes += entry.requests.memory_bytes;
    }

    fn remove(&mut self, id: u32, entry: &Entry) {
        if !self.system.remove(&id) && self.workload.remove(&id) {
            self.marks[entry.mark as usize] -= 1;
        }
        let sum = &mut self.by_hue[entry.hue as usize];
        sum.cpu_milli -= entry.requests.cpu_milli;
        sum.memory_bytes -= entry.requests.memory_bytes;
    }
}

impl BoardIndex {
    /// The board of this world. `rewound` if time was wound since the last call: what was followed is then forgotten.
    pub fn board(&mut self, world: &Cluster, rewound: bool) -> Board {
        if rewound {
            self.forget();
        }
        self.follow(world);
        self.density = Density::of(self.pods.len() as u32, self.density);
        self.make(world)
    }

    fn forget(&mut self) {
        *self = BoardIndex {
            density: self.density,
            ..BoardIndex::default()
        };
    }

    fn follow(&mut self, world: &Cluster) {
        let store = world.api.store();
        let changes = if self.revision == 0 {
            None
        } else {
            store.changes_since(self.revision)
        };
        match changes {
            Some(changes) => {
                for change in changes {
                    match change.key.kind {
                        Kind::Pod => self.set_pod(world, change.key.id, change.new.as_ref()),
                        Kind::Node => {
                            self.set_node(change.key.id, change.old.as_ref(), change.new.as_ref())
                        }
                        _ => {}
                    }
                }
            }
            None => {
                self.forget();
                for (id, object) in store.table(Kind::Node).iter() {
                    self.set_node(id, None, Some(object));
                }
                for (id, object) in store.table(Kind::Pod).iter() {
                    self.set_pod(world, id, Some(object));
                }
            }
        }
        self.revision = store.revision();
    }

    fn set_pod(&mut self, world: &Cluster, id: u32, object: Option<&Object>) {
        let old = self.pods.remove(&id);
        if let Some(entry) = &old
            && let Some(place) = self.places.get_mut(&entry.node)
        {
            place.remove(id, entry);
            if place.is_empty() {
                self.places.remove(&entry.node);
            }
        }
        let Some(pod) = object.and_then(Object::get::<Pod>) else {
            return;
        };
        let entry = Entry {
            node: pod.node_name.clone(),
            mark: row::mark(pod, &summarize(pod), false),
            // the owner's row may be gone while its pods still go
            hue: old.map_or_else(|| row::hue(world, pod), |entry| entry.hue),
            requests: row::requests(pod),
        };
        self.places
            .entry(entry.node.clone())
            .or_default()
            .add(id, &entry);
        self.pods.insert(id, entry);
    }

    fn set_node(&mut self, id: u32, old: Option<&Object>, new: Option<&Object>) {
        let place = |object: &Object| {
            let node = object.get::<Node>()?;
            let (rank, zone) = row::zone(node);
            Some((rank, zone, node.meta.name.clone()))
        };
        if let Some(old) = old.and_then(place) {
            self.nodes.remove(&old);
        }
        if let Some(new) = new.and_then(place) {
            self.nodes.insert(new, id);
        }
    }

    fn make(&self, world: &Cluster) -> Board {
        let drawn = (self.nodes.len() as u32).min(NODES_MAX);
        let limit = match self.density {
            Density::Rows => ROWS_MAX * 11 / 10,
            Density::Marks => MARKS_MAX * 11 / 10,
            Density::Counts => 0,
        };
        let mut zones: Vec<ZoneRow> = Vec::new();
        for ((_, zone, name), id) in self.nodes.iter().take(drawn as usize) {
            let node = world
                .api
                .store()
                .table(Kind::Node)
                .get(*id)
                .and_then(Object::get::<Node>);
            let Some(row) =
                node.map(|node| Arc::new(self.node_row(world, node, name, limit as usize)))
            else {
                continue;
            };
            match zones.last_mut().filter(|last| last.name == *zone) {
                Some(last) => last.nodes.push(row),
                None => zones.push(ZoneRow {
                    name: zone.clone(),
                    nodes: vec![row],
                }),
            }
        }
        let lane = self.places.get("");
        let lane_limit = if self.density == Density::Rows {
            LANE_ROWS_MAX
        } else {
            limit as usize
        };
        let everyone = |place: &Place| {
            place
                .workload
                .union(&place.system)
                .copied()
                .collect::<BTreeSet<u32>>()
        };
        Board {
            density: self.density,
            unscheduled: lane.map_or_else(PodGroup::default, |place| {
                self.group(world, place, &everyone(place), lane_limit, false)
            }),
            zones,
            nodes_more: self.nodes.len() as u32 - drawn,
        }
    }

    fn node_row(&self, world: &Cluster, node: &Node, name: &str, limit: usize) -> NodeRow {
        let (status, ready) = row::node_status(node);
        let empty = Place::default();
        let place = self.places.get(name).unwrap_or(&empty);
        let alone = place.workload.is_empty() && place.system.len() as u32 <= SYSTEM_PODS_MAX;
        let chosen = if alone {
            &place.system
        } else {
            &place.workload
        };
        NodeRow {
            name: name.to_string(),
            status,
            ready,
            taints: row::taints(node),
            resources: row::bars(node, &place.by_hue),
            pods: self.group(world, place, chosen, limit, row::is_lost(node)),
            system: if alone { 0 } else { place.system.len() as u32 },
        }
    }

    fn group(
        &self,
        world: &Cluster,
        place: &Place,
        chosen: &BTreeSet<u32>,
        limit: usize,
        lost: bool,
    ) -> PodGroup {
        let mut counts = place.marks;
        if lost {
            // a pod that has ended or is told to go says so also on a lost node
            for mark in [
                Mark::Pending,
                Mark::Creating,
                Mark::NotReady,
                Mark::Ready,
                Mark::BackOff,
            ] {
                counts[Mark::Lost as usize] += std::mem::take(&mut counts[mark as usize]);
            }
        }
        let table = world.api.store().table(Kind::Pod);
        let shown = chosen
            .iter()
            .take(limit)
            .filter_map(|id| {
                let pod = table.get(*id)?.get::<Pod>()?;
                Some((
                    *id,
                    Arc::new(row::pod_row(world, pod, lost && !pod.node_name.is_empty())),
                ))
            })
            .collect();
        PodGroup {
            counts: Mark::ALL
                .into_iter()
                .zip(counts)
                .filter(|(_, count)| *count > 0)
                .collect(),
            total: chosen.len() as u32,
            shown,
        }
    }
}
