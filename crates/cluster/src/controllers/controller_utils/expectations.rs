//! Expectations: what a controller has asked for and not yet seen in its cache.
//!
//! *Models*: `pkg/controller/controller_utils.go` (ControllerExpectations, UIDTrackingControllerExpectations).
//! *Invariants*: pods are named by row id, which is never used again, as upstream names them by UID.

use crate::Key;
use core::time::Duration;
use engine::{CowMap, SimTime};
use serde::{Deserialize, Serialize};

/// Expectations older than this count for nothing.
// kubernetes: pkg/controller/controller_utils.go (ExpectationsTimeout)
pub const TIMEOUT: Duration = Duration::from_secs(5 * 60);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Expectation {
    creations: i64,
    deletions: i64,
    since: SimTime,
}

/// Expected creations and deletions by owner.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Expectations {
    by_owner: CowMap<Key, Expectation>,
    /// (owner, pod) of each deletion that is waited for.
    deletions: CowMap<(Key, u32), ()>,
}

impl Expectations {
    /// Replaces what is expected for an owner. Fixture table `controller_utils.TestControllerExpectations`.
    pub fn set(&mut self, owner: Key, creations: i64, deletions: i64, now: SimTime) {
        self.by_owner.insert(
            owner,
            Expectation {
                creations,
                deletions,
                since: now,
            },
        );
    }

    /// Expected creations and deletions, if the owner has any entry.
    pub fn get(&self, owner: Key) -> Option<(i64, i64)> {
        self.by_owner
            .get(&owner)
            .map(|expected| (expected.creations, expected.deletions))
    }

    /// True if the owner may act: all was seen, or it is too long ago, or nothing was ever asked for.
    pub fn satisfied(&self, owner: Key, now: SimTime) -> bool {
        self.satisfied_within(owner, now, TIMEOUT)
    }

    /// [`Expectations::satisfied`] with another timeout.
    pub fn satisfied_within(&self, owner: Key, now: SimTime, timeout: Duration) -> bool {
        self.by_owner.get(&owner).is_none_or(|expected| {
            (expected.creations <= 0 && expected.deletions <= 0)
                || now.since(expected.since) > timeout
        })
    }

    pub fn expect_creations(&mut self, owner: Key, count: u32, now: SimTime) {
        self.set(owner, i64::from(count), 0, now);
    }

    pub fn expect_deletions(
        &mut self,
        owner: Key,
        pods: impl IntoIterator<Item = u32>,
        now: SimTime,
    ) {
        self.forget_deletions(owner);
        let mut count = 0;
        for pod in pods {
            self.deletions.insert((owner, pod), ());
            count += 1;
        }
        self.set(owner, 0, count, now);
    }

    /// Adds to what is expected.
    pub fn raise(&mut self, owner: Key, creations: i64, deletions: i64) {
        if let Some(expected) = self.by_owner.get_mut(&owner) {
            expected.creations += creations;
            expected.deletions += deletions;
        }
    }

    /// One creation was seen, or will never be.
    pub fn creation_observed(&mut self, owner: Key) {
        self.raise(owner, -1, 0);
    }

    /// This pod's deletion was seen, or will never be; a pod nobody waits for counts for nothing.
    pub fn deletion_observed(&mut self, owner: Key, pod: u32) {
        if self.deletions.remove(&(owner, pod)).is_some() {
            self.raise(owner, 0, -1);
        }
    }

    /// Forgets an owner that is gone.
    pub fn delete(&mut self, owner: Key) {
        self.by_owner.remove(&owner);
        self.forget_deletions(owner);
    }

    fn forget_deletions(&mut self, owner: Key) {
        let waiting: Vec<u32> = self
            .deletions
            .range((owner, 0)..=(owner, u32::MAX))
            .map(|((_, pod), ())| *pod)
            .collect();
        for pod in waiting {
            self.deletions.remove(&(owner, pod));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Kind;

    const OWNER: Key = Key {
        kind: Kind::ReplicaSet,
        id: 3,
    };

    #[test]
    fn deletions_are_counted_once_a_pod() {
        let mut expectations = Expectations::default();
        let now = SimTime::from_secs(1);
        assert!(expectations.satisfied(OWNER, now));
        expectations.expect_deletions(OWNER, [7, 8], now);
        for (pod, left) in [(9, 2), (7, 1), (7, 1), (8, 0)] {
            expectations.deletion_observed(OWNER, pod);
            assert_eq!(expectations.get(OWNER), Some((0, left)));
        }
        assert!(expectations.satisfied(OWNER, now));
    }

    #[test]
    fn creations_expire_after_five_minutes() {
        let mut expectations = Expectations::default();
        expectations.expect_creations(OWNER, 2, SimTime::ZERO);
        expectations.creation_observed(OWNER);
        assert!(!expectations.satisfied(OWNER, SimTime::from_secs(300)));
        assert!(expectations.satisfied(OWNER, SimTime::from_secs(301)));
        expectations.delete(OWNER);
        assert_eq!(expectations.get(OWNER), None);
    }
}
