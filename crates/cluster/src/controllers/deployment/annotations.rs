//! The Deployment's annotations on its ReplicaSets: revision, history, desired and maximum replicas.
//!
//! *Models*: `pkg/controller/deployment/util/deployment_util.go`.

use super::replicas::max_surge;
use api::{Deployment, ReplicaSet};
use apimachinery::StringMap;

pub const REVISION: &str = "deployment.kubernetes.io/revision";
pub const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
pub const DESIRED_REPLICAS: &str = "deployment.kubernetes.io/desired-replicas";
pub const MAX_REPLICAS: &str = "deployment.kubernetes.io/max-replicas";
pub const ROLLBACK_TO: &str = "deprecated.deployment.rollback.to";
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The history annotation grows up to this many bytes.
// kubernetes: pkg/controller/deployment/sync.go (maxRevHistoryLengthInChars)
const REVISION_HISTORY_BYTES_MAX: usize = 2000;

/// Annotations that a Deployment and its ReplicaSets do not share.
const NOT_COPIED: [&str; 6] = [
    LAST_APPLIED,
    REVISION,
    REVISION_HISTORY,
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    ROLLBACK_TO,
];

/// The revision annotation as a number; 0 if there is none.
///
/// # Errors
/// If it is no number.
pub fn revision(annotations: &StringMap) -> Result<i64, String> {
    match annotations.get_str(REVISION) {
        None => Ok(0),
        Some(text) => text
            .parse()
            .map_err(|_| format!("strconv.ParseInt: parsing {text:?}: invalid syntax")),
    }
}

/// A number from 0 to 2³¹-1 in an annotation; `Ok(None)` if there is no such annotation.
/// Fixture table `deployment_util.TestGetNonNegativeInt32FromAnnotation`.
///
/// # Errors
/// Go's words for a number out of range or for what is no number.
pub fn non_negative_i32(annotations: &StringMap, key: &str) -> Result<Option<i32>, String> {
    let Some(text) = annotations.get_str(key) else {
        return Ok(None);
    };
    let invalid = || format!("strconv.ParseUint: parsing {text:?}: invalid syntax");
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid());
    }
    match text.parse::<u32>() {
        Ok(number) => i32::try_from(number).map(Some).map_err(|_| {
            format!(
                "the value {number} is out of range, it must be at most {}",
                i32::MAX
            )
        }),
        Err(_) => Err(format!(
            "strconv.ParseUint: parsing {text:?}: value out of range"
        )),
    }
}

/// `deployment.kubernetes.io/desired-replicas` of a ReplicaSet, if it is a valid number.
pub fn desired_replicas(rs: &ReplicaSet) -> Option<i32> {
    non_negative_i32(&rs.meta.annotations, DESIRED_REPLICAS)
        .ok()
        .flatten()
}

/// `deployment.kubernetes.io/max-replicas` of a ReplicaSet, if it is a valid number.
pub fn max_replicas(rs: &ReplicaSet) -> Option<i32> {
    non_negative_i32(&rs.meta.annotations, MAX_REPLICAS)
        .ok()
        .flatten()
}

/// True if desired or maximum replicas are not what they should be.
/// Fixture table `deployment_util.TestReplicasAnnotationsNeedUpdate`.
pub fn replicas_need_update(rs: &ReplicaSet, desired: i32, max: i32) -> bool {
    let annotations = &rs.meta.annotations;
    annotations.get_str(DESIRED_REPLICAS) != Some(desired.to_string().as_str())
        || annotations.get_str(MAX_REPLICAS) != Some(max.to_string().as_str())
}

/// Sets desired and maximum replicas; true if they changed.
pub fn set_replicas(rs: &mut ReplicaSet, desired: i32, max: i32) -> bool {
    let changed = replicas_need_update(rs, desired, max);
    if changed {
        rs.meta
            .annotations
            .insert(DESIRED_REPLICAS, desired.to_string());
        rs.meta.annotations.insert(MAX_REPLICAS, max.to_string());
    }
    changed
}

/// Sets the Deployment's revision; true if it changed.
pub fn set_deployment_revision(deployment: &mut Deployment, revision: &str) -> bool {
    let changed = deployment.meta.annotations.get_str(REVISION).unwrap_or("") != revision;
    if changed {
        deployment.meta.annotations.insert(REVISION, revision);
    }
    changed
}

/// Brings the annotations of the new ReplicaSet up to date: the Deployment's own, the revision with its history
/// and, for one that is about to be created, the replicas. True if anything changed.
pub fn set_new_replica_set(
    deployment: &Deployment,
    rs: &mut ReplicaSet,
    new_revision: i64,
    exists: bool,
) -> bool {
    let mut changed = copy_to_replica_set(deployment, rs);
    let old = rs.meta.annotations.get(REVISION).cloned();
    let old_number = match old.as_deref() {
        None | Some("") => 0,
        Some(text) => match text.parse::<i64>() {
            Ok(number) => number,
            Err(_) => return false,
        },
    };
    if old_number < new_revision {
        rs.meta
            .annotations
            .insert(REVISION, new_revision.to_string());
        changed = true;
        if let Some(old) = old {
            append_history(rs, &old);
        }
    }
    let wanted = deployment.spec.replicas.unwrap_or(0);
    if !exists && set_replicas(rs, wanted, wanted + max_surge(deployment)) {
        changed = true;
    }
    changed
}

/// Notes a revision that the ReplicaSet had before; the oldest ones give way when the list grows too long.
fn append_history(rs: &mut ReplicaSet, old_revision: &str) {
    let history = rs.meta.annotations.get_str(REVISION_HISTORY).unwrap_or("");
    if history.is_empty() || history.starts_with(',') {
        rs.meta.annotations.insert(REVISION_HISTORY, old_revision);
        return;
    }
    let mut revisions: Vec<&str> = history.split(',').collect();
    let mut bytes = history.len() + old_revision.len() + 1;
    let mut dropped = 0;
    while bytes > REVISION_HISTORY_BYTES_MAX && dropped < revisions.len() {
        bytes -= revisions[dropped].len() + 1;
        dropped += 1;
    }
    if bytes <= REVISION_HISTORY_BYTES_MAX {
        revisions.drain(..dropped);
        revisions.push(old_revision);
        let joined = revisions.join(",");
        rs.meta.annotations.insert(REVISION_HISTORY, joined);
    }
}

fn copy_to_replica_set(deployment: &Deployment, rs: &mut ReplicaSet) -> bool {
    let mut changed = false;
    for (key, value) in deployment.meta.annotations.iter() {
        if NOT_COPIED.contains(&&**key)
            || rs.meta.annotations.get_str(key).unwrap_or("") == &**value
        {
            continue;
        }
        rs.meta.annotations.insert(key.clone(), value.clone());
        changed = true;
    }
    changed
}

/// Takes over a ReplicaSet's annotations when rolling back to it; those of [`NOT_COPIED`] stay.
pub fn set_deployment_to(deployment: &mut Deployment, rs: &ReplicaSet) {
    let annotations = &mut deployment.meta.annotations;
    annotations.retain(|key, _| NOT_COPIED.contains(&key));
    for (key, value) in rs
        .meta
        .annotations
        .iter()
        .filter(|(key, _)| !NOT_COPIED.contains(&&***key))
    {
        annotations.insert(key.clone(), value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_keeps_earlier_revisions() {
        let (deployment, mut rs) = (Deployment::default(), ReplicaSet::default());
        for (revision, history) in [(1, None), (3, Some("1")), (3, Some("1")), (5, Some("1,3"))] {
            set_new_replica_set(&deployment, &mut rs, revision, true);
            assert_eq!(
                rs.meta.annotations.get_str(REVISION),
                Some(revision.to_string().as_str())
            );
            assert_eq!(rs.meta.annotations.get_str(REVISION_HISTORY), history);
        }
        rs.meta
            .annotations
            .insert(REVISION_HISTORY, vec!["1234"; 400].join(","));
        set_new_replica_set(&deployment, &mut rs, 6, true);
        let history = rs.meta.annotations.get_str(REVISION_HISTORY).unwrap();
        assert!(history.len() <= REVISION_HISTORY_BYTES_MAX && history.ends_with(",5"));
    }

    #[test]
    fn numbers_are_checked_as_go_does() {
        let read = |text: &str| non_negative_i32(&StringMap::from([("k", text)]), "k");
        assert_eq!(read("0"), Ok(Some(0)));
        assert_eq!(read("2147483647"), Ok(Some(i32::MAX)));
        for (text, words) in [
            ("-1", "invalid syntax"),
            ("", "invalid syntax"),
            ("2147483648", "out of range"),
            ("4294967296", "out of range"),
        ] {
            assert!(read(text).unwrap_err().contains(words), "{text}");
        }
        assert_eq!(non_negative_i32(&StringMap::new(), "k"), Ok(None));
    }

    #[test]
    fn deployment_annotations_reach_the_replica_set() {
        let mut deployment = Deployment::default();
        deployment.spec.replicas = Some(3);
        deployment.meta.annotations = [("note", "x"), (LAST_APPLIED, "{}"), (REVISION, "7")]
            .into_iter()
            .collect();
        let mut rs = ReplicaSet::default();
        assert!(set_new_replica_set(&deployment, &mut rs, 8, false));
        let keys: Vec<&str> = rs.meta.annotations.keys().map(|key| &**key).collect();
        assert_eq!(keys, [DESIRED_REPLICAS, MAX_REPLICAS, REVISION, "note"]);
    }
}
