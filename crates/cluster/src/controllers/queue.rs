//! A controller's work queue: each key at most once, with exponential back-off for keys that failed.
//!
//! *Models*: client-go `util/workqueue` (dirty set, ItemExponentialFailureRateLimiter 5 ms … 1000 s).
//! *Not modelled*: the overall bucket of 10 items a second for re-queued keys.

use crate::Key;
use core::time::Duration;
use engine::{Cause, CowDeque, CowMap};
use serde::{Deserialize, Serialize};

const BACKOFF_BASE: Duration = Duration::from_millis(5);
const BACKOFF_MAX: Duration = Duration::from_secs(1000);

/// First in, first out; a key that is waiting is not added again.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct WorkQueue {
    waiting: CowDeque<(Key, Cause)>,
    waiting_keys: CowMap<Key, ()>,
    failures: CowMap<Key, u32>,
}

impl WorkQueue {
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn len(&self) -> u64 {
        self.waiting.len()
    }

    /// Adds a key unless it waits already.
    pub fn add(&mut self, key: Key, cause: Cause) {
        if self.waiting_keys.insert(key, ()).is_none() {
            self.waiting.push_back((key, cause));
        }
    }

    /// Takes the oldest key.
    pub fn take(&mut self) -> Option<(Key, Cause)> {
        let first = *self.waiting.get(self.waiting.first())?;
        self.waiting.truncate_front(self.waiting.first() + 1);
        self.waiting_keys.remove(&first.0);
        Some(first)
    }

    /// Counts a failure and returns how long to wait.
    pub fn fail(&mut self, key: Key) -> Duration {
        let failures = self.failures.get(&key).copied().unwrap_or(0);
        self.failures.insert(key, failures + 1);
        BACKOFF_BASE
            .checked_mul(1 << failures.min(20))
            .unwrap_or(BACKOFF_MAX)
            .min(BACKOFF_MAX)
    }

    /// Forgets the failures of a key.
    pub fn forget(&mut self, key: Key) {
        self.failures.remove(&key);
    }
}
