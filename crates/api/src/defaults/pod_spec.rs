//! Defaults of pods and pod templates.
//!
//! *Models*: `pkg/apis/core/v1/defaults.go (SetDefaults_Pod, SetDefaults_PodSpec)`.
//! *Invariants*: a specification that needs nothing keeps its allocation.
//! *Not modelled*: the gate DefaultHostNetworkHostPortsInPodTemplates (off upstream).

use std::sync::Arc;

use apimachinery::Quantity;

use super::{container, fill, is_finer, round_up, volume};
use crate::core::{Container, PodSpec, PodTemplateSpec, ResourceRequirements};
use crate::resource_list::{CPU, MEMORY, ResourceList};

/// Fills in what a pod of its own gets on top of what a template gets.
pub fn set_pod_defaults(spec: &mut Arc<PodSpec>) {
    if pod_needs(spec) {
        let spec = Arc::make_mut(spec);
        for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
            requests_from_limits(&mut container.resources);
        }
        default_pod_resources(spec);
        if spec.enable_service_links.is_none() {
            spec.enable_service_links = Some(true);
        }
        if spec.host_network {
            for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
                for port in &mut container.ports {
                    if port.host_port == 0 {
                        port.host_port = port.container_port;
                    }
                }
            }
        }
    }
    set_pod_spec_defaults(spec);
}

/// Fills in a template.
pub fn set_template_defaults(template: &mut Arc<PodTemplateSpec>) {
    if spec_needs(&template.spec) {
        set_pod_spec_defaults(&mut Arc::make_mut(template).spec);
    }
}

/// Fills in a specification, of a pod or of a template.
pub fn set_pod_spec_defaults(spec: &mut Arc<PodSpec>) {
    if !spec_needs(spec) {
        return;
    }
    let spec = Arc::make_mut(spec);
    fill(&mut spec.dns_policy, "ClusterFirst");
    fill(&mut spec.restart_policy, "Always");
    fill(&mut spec.scheduler_name, "default-scheduler");
    if spec.security_context.is_none() {
        spec.security_context = Some(Default::default());
    }
    spec.termination_grace_period_seconds.get_or_insert(30);
    // kubernetes: pkg/apis/core/v1/conversion.go: the deprecated field follows
    if spec.service_account_name.is_empty() {
        spec.service_account_name = spec.service_account.clone();
    }
    spec.service_account = spec.service_account_name.clone();
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        container::set_defaults(container);
    }
    for ephemeral in &mut spec.ephemeral_containers {
        container::set_ephemeral_defaults(ephemeral);
    }
    for volume in &mut spec.volumes {
        volume::set_defaults(volume);
    }
    round_up(&mut spec.overhead);
    if let Some(resources) = &mut spec.resources {
        round_up(&mut resources.limits);
        round_up(&mut resources.requests);
    }
}

fn spec_needs(spec: &PodSpec) -> bool {
    spec.dns_policy.is_empty()
        || spec.restart_policy.is_empty()
        || spec.scheduler_name.is_empty()
        || spec.security_context.is_none()
        || spec.termination_grace_period_seconds.is_none()
        || spec.service_account != spec.service_account_name
        || spec
            .init_containers
            .iter()
            .chain(&spec.containers)
            .any(container::needs_defaults)
        || !spec.ephemeral_containers.is_empty()
        || spec.volumes.iter().any(volume::needs_defaults)
        || finer(&spec.overhead)
        || spec
            .resources
            .as_ref()
            .is_some_and(|resources| finer(&resources.limits) || finer(&resources.requests))
}

pub(super) fn finer(list: &ResourceList) -> bool {
    list.iter().any(|(_, amount)| is_finer(amount))
}

fn pod_needs(spec: &PodSpec) -> bool {
    let containers = || spec.containers.iter().chain(&spec.init_containers);
    spec.enable_service_links.is_none()
        || spec.resources.is_some()
        || containers().any(|c| {
            c.resources
                .limits
                .iter()
                .any(|(name, _)| !c.resources.requests.contains(name))
        })
        || (spec.host_network
            && containers().any(|c| c.ports.iter().any(|port| port.host_port == 0)))
}

fn requests_from_limits(resources: &mut ResourceRequirements) {
    for (name, limit) in resources.limits.iter() {
        if !resources.requests.contains(name) {
            resources.requests.insert(name.clone(), *limit);
        }
    }
}

/// Pod-level requests: what the containers ask for in sum, else the pod's limit.
// kubernetes: pkg/apis/core/v1/defaults.go (defaultPodRequests, defaultHugePagePodLimits)
fn default_pod_resources(spec: &mut PodSpec) {
    let Some(mut resources) = spec.resources.take() else {
        return;
    };
    let names: Vec<Arc<str>> = resources
        .limits
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let has_limits = !resources.limits.is_empty();
    let huge = |list: &ResourceList| list.iter().any(|(name, _)| name.starts_with("hugepages-"));
    if !resources.limits.is_empty() || !resources.requests.is_empty() {
        let requests = aggregate(spec, |r| &r.requests);
        for name in [CPU, MEMORY] {
            if !resources.requests.contains(name)
                && let Some(sum) = requests.get(name)
            {
                resources.requests.insert(name, *sum);
            }
        }
        let huge_limits = aggregate(spec, |r| &r.limits);
        if huge(&huge_limits) {
            for (name, sum) in huge_limits
                .iter()
                .filter(|(name, _)| name.starts_with("hugepages-"))
            {
                if !resources.limits.contains(name) && !resources.requests.contains(name) {
                    resources.limits.insert(name.clone(), *sum);
                    resources.requests.insert(name.clone(), *sum);
                }
            }
        }
    }
    if has_limits {
        for name in names {
            if !resources.requests.contains(&name)
                && let Some(limit) = resources.limits.get(&name).copied()
            {
                resources.requests.insert(name, limit);
            }
        }
    }
    spec.resources = Some(resources);
}

/// What the containers need together: the sum, or what one init container needs at its time.
// kubernetes: staging/src/k8s.io/component-helpers/resource/helpers.go (AggregateContainerRequests)
pub(crate) fn aggregate(
    spec: &PodSpec,
    of: impl Fn(&ResourceRequirements) -> &ResourceList,
) -> ResourceList {
    let mut sum = ResourceList::new();
    let add = |to: &mut ResourceList, list: &ResourceList| {
        for (name, amount) in list.iter() {
            let total = to.get(name).map_or(*amount, |have| *have + *amount);
            to.insert(name.clone(), total);
        }
    };
    let max = |to: &mut ResourceList, list: &ResourceList| {
        for (name, amount) in list.iter() {
            if to.get(name).is_none_or(|have| *have < *amount) {
                to.insert(name.clone(), *amount);
            }
        }
    };
    for container in &spec.containers {
        add(&mut sum, of(&container.resources));
    }
    let mut sidecars = ResourceList::new();
    let mut init = ResourceList::new();
    for container in &spec.init_containers {
        if is_sidecar(container) {
            add(&mut sum, of(&container.resources));
            add(&mut sidecars, of(&container.resources));
            max(&mut init, &sidecars);
        } else {
            let mut at_start = sidecars.clone();
            add(&mut at_start, of(&container.resources));
            max(&mut init, &at_start);
        }
    }
    max(&mut sum, &init);
    sum.iter()
        .map(|(name, amount): (&Arc<str>, &Quantity)| (name.clone(), *amount))
        .collect()
}

/// An init container that keeps running.
pub(crate) fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}
