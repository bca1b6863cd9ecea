//! The revisions of a Deployment: its ReplicaSets.
//!
//! *Models*: `kubectl/pkg/util/deployment/deployment.go`, `polymorphichelpers/history.go`.
//! *Invariants*: ascending revisions; of two ReplicaSets with one revision the last in name order is kept.
//! *Not modelled*: ControllerRevisions.

use crate::client::Step;
use crate::verbs::targets::Target;
use ::api::{Kind, Object, ReplicaSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The revision's annotation on Deployments and ReplicaSets.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
pub const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// The ReplicaSets of a Deployment by revision.
pub fn of(target: &Target, cx: &Step<'_>) -> BTreeMap<i64, Arc<ReplicaSet>> {
    let mut revisions = BTreeMap::new();
    let Some(Object::Deployment(deployment)) = target.object(cx) else {
        return revisions;
    };
    for object in cx.world.api.list(Kind::ReplicaSet, Some(&target.namespace)) {
        let Some(set) = object.get::<ReplicaSet>() else {
            continue;
        };
        let owned = set
            .meta
            .controller_of()
            .is_some_and(|owner| owner.uid == deployment.meta.uid);
        let revision = set
            .meta
            .annotations
            .get_str(REVISION)
            .and_then(|text| text.parse().ok());
        if let (true, Some(revision)) = (owned, revision) {
            revisions.insert(revision, set.clone());
        }
    }
    revisions
}
