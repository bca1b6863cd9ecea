//! Quality of service of a pod.
//!
//! *Models*: `pkg/apis/core/v1/helper/qos/qos.go (ComputePodQOS)`.
//! *Invariants*: a pure function of the specification.
//! *Not modelled*: nothing.
//! *Cost*: once for each pod that is created; allocates nothing.

use crate::core::{PodSpec, ResourceRequirements};
use crate::resource_list::{CPU, MEMORY};

/// Sums of CPU and memory, in billionths; zero if nobody names them.
#[derive(Default)]
struct Sums {
    requests: [i128; 2],
    limits: [i128; 2],
}

/// The class that the status names, else the one that follows from the specification. Fixture table:
/// `qos.TestGetPodQOS`.
// kubernetes: kubectl/pkg/util/qos/qos.go (GetPodQOS)
pub fn shown(pod: &crate::core::Pod) -> &str {
    match &*pod.status.qos_class {
        "" => pod_qos(&pod.spec),
        class => class,
    }
}

/// `Guaranteed`, `Burstable` or `BestEffort`.
// fixture: registry-strategy strategy.TestGetPodQOS
pub fn pod_qos(spec: &PodSpec) -> &'static str {
    let mut sums = Sums::default();
    let mut all_limited = true;
    // kubernetes: resources of the pod as a whole decide, if there are any
    let of_pod = spec
        .resources
        .as_ref()
        .filter(|r| !r.limits.is_empty() || !r.requests.is_empty());
    match of_pod {
        Some(resources) => all_limited = sums.add(resources),
        None => {
            for container in spec.containers.iter().chain(&spec.init_containers) {
                all_limited &= sums.add(&container.resources);
            }
        }
    }
    if sums.requests == [0, 0] && sums.limits == [0, 0] {
        "BestEffort"
    } else if all_limited && sums.requests == sums.limits {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

impl Sums {
    /// Adds CPU and memory; true if both are limited.
    fn add(&mut self, resources: &ResourceRequirements) -> bool {
        let mut limited = true;
        for (at, name) in [CPU, MEMORY].into_iter().enumerate() {
            let amount = |list: &crate::ResourceList| {
                list.get(name).map_or(0, |amount| amount.nanos().max(0))
            };
            let limit = amount(&resources.limits);
            self.requests[at] += amount(&resources.requests);
            self.limits[at] += limit;
            limited &= limit > 0;
        }
        limited
    }
}
