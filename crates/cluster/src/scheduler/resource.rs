//! What pods ask for and nodes offer, as integers: millicores, bytes, pieces.
//!
//! *Models*: `staging/src/k8s.io/component-helpers/resource/helpers.go` (PodRequests),
//! `pkg/scheduler/framework/types.go` (Resource, CalculatePodResources), `pkg/scheduler/util/pod_resources.go`.
//! *Invariants*: INV-1: integers only; scalars are sorted by name, each once.
//! *Not modelled*: sums of fractions of a millicore or byte (each amount is rounded up on its own, upstream
//! rounds the sum); resources of a resize that is under way (`status.allocatedResources`).

use api::{Container, Pod, PodSpec, ResourceList};
use apimachinery::Quantity;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a container without a CPU request counts as in scores, in millicores.
// kubernetes: pkg/scheduler/util/pod_resources.go
pub const DEFAULT_MILLI_CPU: i64 = 100;
/// What a container without a memory request counts as in scores, in bytes.
pub const DEFAULT_MEMORY: i64 = 200 * 1024 * 1024;

/// Amounts of each resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    pub milli_cpu: i64,
    pub memory: i64,
    pub ephemeral_storage: i64,
    /// Extended resources, huge pages and attachable volumes, sorted by name.
    pub scalars: Vec<(Arc<str>, i64)>,
}

/// A pod's request, as it is filtered and as it is scored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodResources {
    pub request: Resource,
    /// Millicores with [`DEFAULT_MILLI_CPU`] for containers that ask for none.
    pub nonzero_milli_cpu: i64,
    /// Bytes with [`DEFAULT_MEMORY`] for containers that ask for none.
    pub nonzero_memory: i64,
}

/// What stands in for an absent request of one container.
#[derive(Clone, Copy, Default)]
struct Missing {
    milli_cpu: Option<i64>,
    memory: Option<i64>,
}

impl Resource {
    /// The amounts of a list; `pods` is left out, and so are names that no plugin knows.
    pub fn of(list: &ResourceList) -> Resource {
        let mut resource = Resource::default();
        for (name, amount) in list.iter() {
            resource.set(name, amount);
        }
        resource
    }

    fn set(&mut self, name: &Arc<str>, amount: &Quantity) {
        match &**name {
            "cpu" => self.milli_cpu = amount.milli_value(),
            "memory" => self.memory = amount.value(),
            "ephemeral-storage" => self.ephemeral_storage = amount.value(),
            other if is_scalar(other) => *self.scalar_mut(name) = amount.value(),
            _ => {}
        }
    }

    /// The amount of one scalar resource; 0 if it is not named.
    pub fn scalar(&self, name: &str) -> i64 {
        self.scalars
            .binary_search_by(|(have, _)| (**have).cmp(name))
            .map_or(0, |at| self.scalars[at].1)
    }

    fn scalar_mut(&mut self, name: &Arc<str>) -> &mut i64 {
        let at = match self.scalars.binary_search_by(|(have, _)| have.cmp(name)) {
            Ok(at) => at,
            Err(at) => {
                self.scalars.insert(at, (name.clone(), 0));
                at
            }
        };
        &mut self.scalars[at].1
    }

    pub fn add(&mut self, other: &Resource) {
        self.milli_cpu += other.milli_cpu;
        self.memory += other.memory;
        self.ephemeral_storage += other.ephemeral_storage;
        for (name, amount) in &other.scalars {
            *self.scalar_mut(name) += amount;
        }
    }

    pub fn subtract(&mut self, other: &Resource) {
        self.milli_cpu -= other.milli_cpu;
        self.memory -= other.memory;
        self.ephemeral_storage -= other.ephemeral_storage;
        for (name, amount) in &other.scalars {
            *self.scalar_mut(name) -= amount;
        }
    }

    /// Raises each amount to that of `other` where that is more.
    pub fn raise_to(&mut self, other: &Resource) {
        self.milli_cpu = self.milli_cpu.max(other.milli_cpu);
        self.memory = self.memory.max(other.memory);
        self.ephemeral_storage = self.ephemeral_storage.max(other.ephemeral_storage);
        for (name, amount) in &other.scalars {
            let mine = self.scalar_mut(name);
            *mine = (*mine).max(*amount);
        }
    }
}

impl PodResources {
    /// Fixture tables: `types.TestPodInfoCalculateResources`,
    /// `noderesources.resource_allocation.TestResourceAllocationScorerCalculateRequests`.
    pub fn of(pod: &Pod) -> PodResources {
        let spec = &*pod.spec;
        let request = requests(spec, Missing::default());
        let set = pod_level_requests(spec)
            .is_some_and(|list| list.iter().any(|(name, _)| is_pod_level(name)));
        // With a pod-level request only what it leaves open is filled in, container by container.
        let open = |name: &str| !set || !names_request(spec, name);
        let missing = Missing {
            milli_cpu: open("cpu").then_some(DEFAULT_MILLI_CPU),
            memory: open("memory").then_some(DEFAULT_MEMORY),
        };
        let nonzero = requests(spec, missing);
        PodResources {
            request,
            nonzero_milli_cpu: nonzero.milli_cpu,
            nonzero_memory: nonzero.memory,
        }
    }
}

/// A pod's request: the larger of what runs together and what initialisation needs, plus overhead.
// kubernetes: staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests)
fn requests(spec: &PodSpec, missing: Missing) -> Resource {
    let mut running = Resource::default();
    for container in &spec.containers {
        running.add(&container_requests(container, missing));
    }
    let mut sidecars = Resource::default();
    let mut starting = Resource::default();
    for container in &spec.init_containers {
        let own = container_requests(container, missing);
        if container.restart_policy.as_deref() == Some("Always") {
            running.add(&own);
            sidecars.add(&own);
            starting.raise_to(&sidecars);
        } else {
            let mut now = sidecars.clone();
            now.add(&own);
            starting.raise_to(&now);
        }
    }
    running.raise_to(&starting);
    if let Some(list) = pod_level_requests(spec) {
        for (name, amount) in list.iter().filter(|(name, _)| is_pod_level(name)) {
            running.set(name, amount);
        }
    }
    if !spec.overhead.is_empty() {
        running.add(&Resource::of(&spec.overhead));
    }
    running
}

fn container_requests(container: &Container, missing: Missing) -> Resource {
    let list = &container.resources.requests;
    let mut own = Resource::of(list);
    if let Some(milli_cpu) = missing.milli_cpu
        && !list.contains("cpu")
    {
        own.milli_cpu = milli_cpu;
    }
    if let Some(memory) = missing.memory
        && !list.contains("memory")
    {
        own.memory = memory;
    }
    own
}

fn pod_level_requests(spec: &PodSpec) -> Option<&ResourceList> {
    spec.resources
        .as_ref()
        .map(|resources| &resources.requests)
        .filter(|list| !list.is_empty())
}

/// Whether anything in the pod names a request for this resource.
fn names_request(spec: &PodSpec, name: &str) -> bool {
    let containers = spec.containers.iter().chain(&spec.init_containers);
    pod_level_requests(spec).is_some_and(|list| list.contains(name))
        || spec.overhead.contains(name)
        || containers
            .into_iter()
            .any(|container| container.resources.requests.contains(name))
}

/// Resources that may be set for the pod as a whole.
fn is_pod_level(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || name.starts_with("hugepages-")
}

/// Whether the scheduler counts a resource of this name as a scalar.
// kubernetes: pkg/scheduler/util/utils.go (IsScalarResourceName)
pub fn is_scalar(name: &str) -> bool {
    let native = !name.contains('/') || name.contains("kubernetes.io/");
    let extended = !native && !name.starts_with("requests.");
    extended
        || name.starts_with("hugepages-")
        || name.starts_with("attachable-volumes-")
        || name.contains("kubernetes.io/")
}
