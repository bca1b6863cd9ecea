//! Machines: registration, capacity, conditions, heartbeats, power.
//!
//! *Models*: `pkg/kubelet/kubelet_node_status.go`, `pkg/kubelet/nodestatus`, `pkg/controller/nodeipam` (pod ranges).
//! *Invariants*: INV-8: heartbeats are worked out when read (see `lease`). What an applied Node says of itself stays.
//! *Not modelled*: pressure, swap, images in the node's status, certificates.

use super::state::{NodeRow, PodRow};
use super::{Agent, Event};
use crate::apiserver::UpdatePart;
use crate::apiserver::recorder::{EventType, Regarding};
use crate::{Actor, Key};
use api::{Kind, Node, NodeAddress, NodeCondition, Object, ResourceList, resource_list};
use apimachinery::Quantity;
use core::time::Duration;
use engine::SimTime;
use std::sync::Arc;

/// Version of the kubelet and of the runtime.
const KUBELET_VERSION: &str = "v1.36.2";
const RUNTIME_VERSION: &str = "containerd://2.2.1";
const KUBELET_PORT: i32 = 10250;
/// From a kubelet's start to the first status that says Ready.
const NODE_START: Duration = Duration::from_secs(1);
/// From a kubelet's return to its first look at its pods.
const RETURN_DELAY: Duration = Duration::from_millis(85);
pub(super) const STATUS_PERIOD: Duration = crate::timing::NODE_STATUS_PERIOD;
/// Pod addresses of a node: .2 to .254.
const FIRST_ADDRESS: u8 = 2;
const LAST_ADDRESS: u8 = 254;

// kubernetes: pkg/kubelet/nodestatus/setters.go
const CONDITIONS: [(&str, &str, &str); 3] = [
    (
        "MemoryPressure",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ),
    (
        "DiskPressure",
        "KubeletHasNoDiskPressure",
        "kubelet has no disk pressure",
    ),
    (
        "PIDPressure",
        "KubeletHasSufficientPID",
        "kubelet has sufficient PID available",
    ),
];
const READY_REASON: &str = "KubeletReady";
const READY_MESSAGE: &str = "kubelet is posting ready status";
const NOT_READY_REASON: &str = "KubeletNotReady";
const NOT_READY_MESSAGE: &str = "container runtime network not ready: NetworkReady=false \
     reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

impl NodeRow {
    /// The first instant of a period with this node's phase that is not before `at`.
    pub fn tick(&self, period: Duration, at: SimTime) -> SimTime {
        let (period, at) = (period.as_nanos() as u64, at.0);
        let phase = self.phase.as_nanos() as u64 % period;
        let late = (at + period - phase) % period;
        SimTime(if late == 0 { at } else { at + period - late })
    }

    /// Gives a pod an address of the node's network.
    pub fn take_address(&mut self) -> Option<u8> {
        let all = u32::from(LAST_ADDRESS - FIRST_ADDRESS) + 1;
        for step in 1..=all {
            let start = if self.last < FIRST_ADDRESS {
                0
            } else {
                u32::from(self.last - FIRST_ADDRESS) + 1
            };
            let address = FIRST_ADDRESS + ((start + step - 1) % all) as u8;
            let (word, bit) = (usize::from(address / 64), address % 64);
            if self.taken[word] & (1 << bit) == 0 {
                self.taken[word] |= 1 << bit;
                self.last = address;
                return Some(address);
            }
        }
        None
    }

    /// Takes back what a pod had: its address and its share of the machine.
    pub fn release(&mut self, row: &mut PodRow) {
        self.release_address(row.address);
        self.release_requests(row);
    }

    pub fn release_address(&mut self, address: u8) {
        if address > 0 {
            self.taken[usize::from(address / 64)] &= !(1 << (address % 64));
        }
    }

    pub fn release_requests(&mut self, row: &mut PodRow) {
        if !std::mem::take(&mut row.counted) {
            return;
        }
        self.cpu_milli -= row.cpu_milli;
        self.memory -= row.memory;
        self.pods = self.pods.saturating_sub(1);
    }
}

/// `a.b.c.d`
pub(super) fn ip(address: u32) -> String {
    let [a, b, c, d] = address.to_be_bytes();
    format!("{a}.{b}.{c}.{d}")
}

fn parse_ip(text: &str) -> Option<u32> {
    let bytes: Vec<u8> = text
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect();
    Some(u32::from_be_bytes(<[u8; 4]>::try_from(bytes).ok()?))
}

/// The network of the nth node: 10.244.n.0/24; past 255 nodes 10.1.0.0 and on.
fn network_of(number: u32) -> u32 {
    let second = if number < 256 { 244 } else { number >> 8 };
    10 << 24 | second << 16 | (number & 255) << 8
}

/// The machine's own address: 172.18.0.2 and on.
fn address_of(number: u32) -> u32 {
    u32::from_be_bytes([172, 18, 0, 0]) + number + 2
}

fn default_resources() -> ResourceList {
    [
        (resource_list::CPU, "4"),
        (resource_list::MEMORY, "8Gi"),
        (resource_list::PODS, "110"),
    ]
    .into_iter()
    .filter_map(|(name, text)| Some((name, Quantity::parse(text).ok()?)))
    .collect()
}

fn fill(list: &mut ResourceList, from: &ResourceList) {
    for (name, amount) in from.iter() {
        if !list.contains(name) {
            list.insert(name.clone(), *amount);
        }
    }
}

impl Agent<'_, '_> {
    /// Starts the kubelet of a node that has appeared.
    pub(super) fn register(&mut self, id: u32) {
        let key = Key {
            kind: Kind::Node,
            id,
        };
        let Some(node) = self.api.object(key).and_then(Object::get::<Node>).cloned() else {
            return;
        };
        if self.kubelets.nodes.contains(id) {
            return;
        }
        self.cx.because(Actor::Kubelet.label(Some(key)));
        let row = self.new_node(&node);
        for image in node.status.images.iter().flat_map(|image| &image.names) {
            let image = self.kubelets.images.id(image);
            self.kubelets.present.insert((id, image), ());
        }
        self.kubelets.nodes.insert(id, Arc::new(row.clone()));
        self.write_node(&node, &row);
        self.ensure_lease(id);
        let pods: Vec<(u32, Arc<api::Pod>)> = self
            .cache
            .pods_on_node(&node.meta.name)
            .map(|(pod, object)| (pod, object.clone()))
            .collect();
        for (pod, object) in pods {
            let now = self.now();
            self.kubelets.accept(self.cx, id, pod, &object, now);
        }
        if row.ready {
            return;
        }
        // The nodes a cluster begins with have been up for long.
        if self.kubelets.scripted || self.now() == SimTime::ZERO + crate::timing::WATCH_DELAY {
            self.node_ready(id, row.since);
        } else {
            self.schedule(
                self.now() + NODE_START,
                Event::NodeReady {
                    node: id,
                    since: row.since,
                },
            );
        }
    }

    /// The row of a node that has just come up.
    fn new_node(&mut self, node: &Node) -> NodeRow {
        let number = self.kubelets.numbered;
        self.kubelets.numbered += 1;
        let named = |kind: &str| {
            node.status
                .addresses
                .iter()
                .find(|address| address.type_ == kind)
        };
        let network = node.spec.pod_cidr.split('/').next().and_then(parse_ip);
        NodeRow {
            name: node.meta.name.clone(),
            on: true,
            ready: node
                .status
                .conditions
                .iter()
                .any(|one| one.type_ == "Ready"),
            since: self.now(),
            posting: true,
            posted: self.now(),
            phase: Duration::from_nanos(self.cx.below(
                "kubelet-phase",
                node.meta.name.as_bytes(),
                0,
                STATUS_PERIOD.as_nanos() as u64,
            )),
            network: network.unwrap_or_else(|| network_of(number)),
            address: named("InternalIP")
                .and_then(|found| parse_ip(&found.address))
                .unwrap_or_else(|| address_of(number)),
            taken: [0; 4],
            last: 0,
            puller_free: SimTime::ZERO,
            cpu_milli: 0,
            memory: 0,
            pods: 0,
        }
    }

    fn write_node(&mut self, node: &Arc<Node>, row: &NodeRow) {
        let mut named = (**node).clone();
        named.meta.resource_version = 0;
        let labels = &mut named.meta.labels;
        for (key, value) in [
            ("beta.kubernetes.io/arch", "amd64"),
            ("beta.kubernetes.io/os", "linux"),
            ("kubernetes.io/arch", "amd64"),
            ("kubernetes.io/hostname", &*row.name),
            ("kubernetes.io/os", "linux"),
        ] {
            if !labels.contains_key(key) {
                labels.insert(key, value);
            }
        }
        if named.spec.pod_cidr.is_empty() {
            let cidr: Arc<str> = format!("{}/24", ip(row.network)).into();
            named.spec.pod_cidrs = vec![cidr.clone()];
            named.spec.pod_cidr = cidr;
        }
        let Ok((object, _)) =
            self.api
                .update(self.cx, Object::Node(Arc::new(named)), UpdatePart::Main)
        else {
            return;
        };
        let Some(node) = object.get::<Node>() else {
            return;
        };
        let mut node = (**node).clone();
        self.fill_status(&mut node, row);
        // A failed write is a node that is gone again; there is nobody to tell.
        self.api
            .update(self.cx, Object::Node(Arc::new(node)), UpdatePart::Status)
            .ok();
        self.node_event(&row.name, "Starting", "Starting kubelet.".into());
        for what in [
            "NodeHasSufficientMemory",
            "NodeHasNoDiskPressure",
            "NodeHasSufficientPID",
        ] {
            self.node_event(
                &row.name,
                what,
                format!("Node {} status is now: {what}", row.name),
            );
        }
        self.node_event(
            &row.name,
            "NodeAllocatableEnforced",
            "Updated Node Allocatable limit across pods".into(),
        );
    }

    fn fill_status(&self, node: &mut Node, row: &NodeRow) {
        let now = self.api.clock.time(self.now());
        let status = &mut node.status;
        let defaults = default_resources();
        if status.capacity.is_empty() {
            status.capacity = status.allocatable.clone();
        }
        fill(&mut status.capacity, &defaults);
        let capacity = status.capacity.clone();
        fill(&mut status.allocatable, &capacity);
        if status.addresses.is_empty() {
            status.addresses = vec![
                NodeAddress {
                    type_: "InternalIP".into(),
                    address: ip(row.address).into(),
                },
                NodeAddress {
                    type_: "Hostname".into(),
                    address: row.name.clone(),
                },
            ];
        }
        let ready = ("Ready", NOT_READY_REASON, NOT_READY_MESSAGE);
        for (kind, reason, message) in CONDITIONS.into_iter().chain([ready]) {
            if status.conditions.iter().any(|one| one.type_ == kind) {
                continue;
            }
            status.conditions.push(NodeCondition {
                type_: kind.into(),
                status: "False".into(),
                reason: reason.into(),
                message: message.into(),
                last_heartbeat_time: Some(now),
                last_transition_time: Some(now),
            });
        }
        status.daemon_endpoints.kubelet_endpoint.port = KUBELET_PORT;
        let info = &mut status.node_info;
        if info.kubelet_version.is_empty() {
            let id = |what: &str| self.cx.seed().uuid(what, row.name.as_bytes(), 0);
            info.architecture = "amd64".into();
            info.operating_system = "linux".into();
            info.kubelet_version = KUBELET_VERSION.into();
            info.container_runtime_version = RUNTIME_VERSION.into();
            info.kernel_version = "6.12.0-orrery".into();
            info.os_image = "Orrery Linux (simulated)".into();
            info.boot_id = apimachinery::Uid::from_u128(id("boot-id"))
                .to_string()
                .into();
            info.system_uuid = apimachinery::Uid::from_u128(id("system-uuid"))
                .to_string()
                .into();
            info.machine_id = format!("{:032x}", id("machine-id")).into();
        }
    }

    /// Posts Ready.
    pub(super) fn node_ready(&mut self, id: u32, since: SimTime) {
        let key = Key {
            kind: Kind::Node,
            id,
        };
        let Some(row) = self
            .kubelets
            .nodes
            .get(id)
            .filter(|row| row.on && row.since == since)
            .cloned()
        else {
            return;
        };
        let Some(node) = self.api.object(key).and_then(Object::get::<Node>) else {
            return;
        };
        let mut node = (**node).clone();
        let now = self.api.clock.time(self.now());
        let ready = ("Ready", "True", READY_REASON, READY_MESSAGE);
        let others = CONDITIONS.map(|(kind, reason, message)| (kind, "False", reason, message));
        for (kind, status, reason, message) in others.into_iter().chain([ready]) {
            let Some(one) = node
                .status
                .conditions
                .iter_mut()
                .find(|one| one.type_ == kind)
            else {
                continue;
            };
            one.last_heartbeat_time = Some(now);
            if one.status != status {
                one.last_transition_time = Some(now);
            }
            (one.status, one.reason, one.message) = (status.into(), reason.into(), message.into());
        }
        self.cx.because(Actor::Kubelet.label(Some(key)));
        self.api
            .update(self.cx, Object::Node(Arc::new(node)), UpdatePart::Status)
            .ok();
        let posted = self.now();
        if let Some(row) = self.kubelets.nodes.get_mut(id) {
            let row = Arc::make_mut(row);
            (row.ready, row.posting, row.posted) = (true, true, posted);
        }
        self.ensure_lease(id);
        self.node_event(
            &row.name,
            "NodeReady",
            format!("Node {} status is now: NodeReady", row.name),
        );
    }

    fn node_event(&mut self, name: &Arc<str>, reason: &'static str, message: String) {
        if self.kubelets.scripted {
            return;
        }
        // kubernetes: pkg/kubelet/kubelet.go: a kubelet's Events name the node in place of its uid
        let regarding = Regarding {
            kind: Kind::Node,
            namespace: "".into(),
            name: name.clone(),
            uid: apimachinery::Uid::parse(name),
            resource_version: 0,
            field_path: "".into(),
        };
        self.api.record(
            self.cx,
            &regarding,
            EventType::Normal,
            reason,
            message,
            "kubelet",
            name,
        );
    }

    /// Stops a node's kubelet, or lets it come back and catch up.
    pub(super) fn set_power(&mut self, id: u32, on: bool) {
        let now = self.now();
        let Some(row) = self.kubelets.nodes.get_mut(id) else {
            return;
        };
        let row = Arc::make_mut(row);
        if row.on == on {
            return;
        }
        (row.posted, row.posting) = (row.status_posted(now), false);
        (row.on, row.since) = (on, now);
        if !on {
            return;
        }
        let name = row.name.clone();
        let beat = row.tick(STATUS_PERIOD, now + Duration::from_nanos(1));
        self.schedule(
            beat,
            Event::NodeReady {
                node: id,
                since: now,
            },
        );
        let pods: Vec<(u32, Arc<api::Pod>)> = self
            .cache
            .pods_on_node(&name)
            .map(|(pod, object)| (pod, object.clone()))
            .collect();
        for (pod, object) in pods {
            if !self.kubelets.pods.contains(pod) {
                self.kubelets.accept(self.cx, id, pod, &object, now);
            }
            self.schedule(now + RETURN_DELAY, Event::Sync { pod });
        }
        self.node_event(&name, "Starting", "Starting kubelet.".into());
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::kubelet) fn row(phase_ms: u64) -> NodeRow {
        NodeRow {
            name: "n".into(),
            on: true,
            ready: true,
            since: SimTime::from_secs(5),
            posting: true,
            posted: SimTime::from_secs(6),
            phase: Duration::from_millis(phase_ms),
            network: network_of(3),
            address: address_of(0),
            taken: [0; 4],
            last: 0,
            puller_free: SimTime::ZERO,
            cpu_milli: 0,
            memory: 0,
            pods: 0,
        }
    }

    #[test]
    fn ticks_keep_the_phase_of_the_node() {
        let row = row(3_700);
        let second = Duration::from_secs(1);
        assert_eq!(
            row.tick(second, SimTime::from_millis(1_000)),
            SimTime::from_millis(1_700)
        );
        assert_eq!(
            row.tick(second, SimTime::from_millis(1_700)),
            SimTime::from_millis(1_700)
        );
        assert_eq!(
            row.tick(STATUS_PERIOD, SimTime::from_millis(4_000)),
            SimTime::from_millis(13_700)
        );
    }

    #[test]
    fn addresses_go_round() {
        let mut row = row(0);
        assert_eq!((row.take_address(), row.take_address()), (Some(2), Some(3)));
        row.release_address(2);
        assert_eq!(row.take_address(), Some(4));
        for _ in 0..251 {
            row.take_address();
        }
        assert_eq!(
            row.taken.iter().map(|word| word.count_ones()).sum::<u32>(),
            253
        );
        assert_eq!(row.take_address(), None);
        assert_eq!(ip(network_of(3) + 4), "10.244.3.4");
        assert_eq!(ip(network_of(300)), "10.1.44.0");
    }
}
