//! Which ReplicaSet has the Deployment's template, and what a new one is called.
//!
//! *Models*: `pkg/controller/deployment/util/deployment_util.go` (EqualIgnoreHash, FindNewReplicaSet,
//! FindOldReplicaSets), `sync.go` (generateReplicaSetName).

use super::replicas::{replicas, sort_by_creation};
use api::{Deployment, PodTemplateSpec, ReplicaSet};
use std::sync::Arc;

/// The label by which ReplicaSets of one Deployment tell their pods apart.
pub const POD_TEMPLATE_HASH: &str = "pod-template-hash";
/// Names are at most this long.
const NAME_BYTES_MAX: usize = 253;

/// Equality but for the label `pod-template-hash`. Fixture table `deployment_util.TestEqualIgnoreHash`.
pub fn equal_ignore_hash(a: &PodTemplateSpec, b: &PodTemplateSpec) -> bool {
    let (mut meta_a, mut meta_b) = (a.meta.clone(), b.meta.clone());
    meta_a.labels.remove(POD_TEMPLATE_HASH);
    meta_b.labels.remove(POD_TEMPLATE_HASH);
    meta_a == meta_b
        && a.node_name == b.node_name
        && (Arc::ptr_eq(&a.spec, &b.spec) || a.spec == b.spec)
}

/// The oldest ReplicaSet with the Deployment's template. Sorts `sets` by age.
/// Fixture table `deployment_util.TestFindNewReplicaSet`.
pub fn find_new_replica_set(
    deployment: &Deployment,
    sets: &mut [Arc<ReplicaSet>],
) -> Option<Arc<ReplicaSet>> {
    sort_by_creation(sets);
    sets.iter()
        .find(|rs| equal_ignore_hash(&rs.spec.template, &deployment.spec.template))
        .cloned()
}

/// All ReplicaSets but the new one: those with pods, and all of them. Sorts `sets` by age.
/// Fixture table `deployment_util.TestFindOldReplicaSets`.
pub fn find_old_replica_sets(
    deployment: &Deployment,
    sets: &mut [Arc<ReplicaSet>],
) -> (Vec<Arc<ReplicaSet>>, Vec<Arc<ReplicaSet>>) {
    let new_rs = find_new_replica_set(deployment, sets);
    let is_old = |rs: &&Arc<ReplicaSet>| {
        new_rs
            .as_ref()
            .is_none_or(|new_rs| rs.meta.uid != new_rs.meta.uid)
    };
    let all: Vec<Arc<ReplicaSet>> = sets.iter().filter(is_old).cloned().collect();
    let required = all.iter().filter(|rs| replicas(rs) != 0).cloned().collect();
    (required, all)
}

/// `<deployment>-<hash>`, the first part cut so that the whole is a valid name.
/// Fixture table `sync.TestGenerateReplicaSetName`.
pub fn replica_set_name(deployment: &str, hash: &str) -> String {
    let room = NAME_BYTES_MAX.saturating_sub(hash.len() + 1);
    // A hash that leaves no room is used as it is: creation will refuse the name.
    let mut end = if room == 0 {
        deployment.len()
    } else {
        deployment.len().min(room)
    };
    while !deployment.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}-{hash}", &deployment[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut() {
        assert_eq!(replica_set_name("web", "abc"), "web-abc");
        let long = replica_set_name(&"a".repeat(300), "abcde12345");
        assert_eq!(long.len(), NAME_BYTES_MAX);
        assert!(long.ends_with("a-abcde12345"));
    }

    #[test]
    fn hash_label_does_not_count() {
        let mut a = PodTemplateSpec::default();
        a.meta.labels.insert("app", "web");
        let mut b = a.clone();
        b.meta.labels.insert(POD_TEMPLATE_HASH, "x");
        assert!(equal_ignore_hash(&a, &b));
        b.meta.labels.insert("app", "other");
        assert!(!equal_ignore_hash(&a, &b));
    }
}
