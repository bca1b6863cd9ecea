//! Which pods belong to an owner, and which owner a reference means.
//!
//! *Models*: `pkg/controller/controller_utils.go` (FilterPodsByOwner, PodControllerIndexKey), the
//! `resolveControllerRef` of each workload controller.

use crate::{Cache, Key};
use api::{Pod, Resource};
use apimachinery::{ObjectMeta, OwnerReference};
use std::sync::Arc;

/// A pod of a cache with its row id.
pub type PodRow<'p> = (u32, &'p Arc<Pod>);

/// Pods that `owner` controls and, if asked for, those of its namespace that nobody controls.
/// Fixture table `controller_utils.TestFilterPodsByOwner`.
pub fn filter_pods_by_owner<'p>(
    pods: impl IntoIterator<Item = PodRow<'p>>,
    owner: &ObjectMeta,
    owner_kind: &str,
    include_orphans: bool,
) -> Vec<PodRow<'p>> {
    let belongs = |pod: &Pod| {
        pod.meta.namespace == owner.namespace
            && match pod.meta.controller_of() {
                Some(reference) => {
                    reference.uid == owner.uid
                        && reference.name == owner.name
                        && &*reference.kind == owner_kind
                }
                None => include_orphans,
            }
    };
    // Pods of one template share namespace and references: what was found for one holds for the next.
    let mut last: Option<(&'p ObjectMeta, bool)> = None;
    let mut same_or_belongs = |pod: &'p Pod| match last {
        Some((before, found)) if has_same_owners(before, &pod.meta) => found,
        _ => {
            let found = belongs(pod);
            last = Some((&pod.meta, found));
            found
        }
    };
    pods.into_iter()
        .filter(|(_, pod)| same_or_belongs(pod))
        .collect()
}

/// True if two objects share their namespace and their owner references, told without reading them.
pub(super) fn has_same_owners(a: &ObjectMeta, b: &ObjectMeta) -> bool {
    Arc::ptr_eq(&a.namespace, &b.namespace) && a.owner_references.ptr_eq(&b.owner_references)
}

/// The key under which a pod is known to people: `namespace/name`.
pub fn pod_key(pod: &Pod) -> String {
    if pod.meta.namespace.is_empty() {
        return pod.meta.name.to_string();
    }
    format!("{}/{}", pod.meta.namespace, pod.meta.name)
}

/// The cached object of kind `R` that a controller reference means; `None` if the kind differs, it is gone, or
/// another object has its name by now.
pub fn resolve_controller_ref<'a, R: Resource>(
    cache: &'a Cache,
    namespace: &str,
    reference: &OwnerReference,
) -> Option<(Key, &'a Arc<R>)> {
    if &*reference.kind != R::KIND.name() {
        return None;
    }
    let (id, owner) = cache.find::<R>(namespace, &reference.name)?;
    (owner.meta().uid == reference.uid).then_some((Key { kind: R::KIND, id }, owner))
}
