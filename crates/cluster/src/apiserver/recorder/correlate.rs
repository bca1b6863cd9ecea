//! The correlator: the same Event again is a count, many similar ones are one, too many are dropped.
//!
//! *Models*: `staging/src/k8s.io/client-go/tools/record/events_cache.go`.
//! *Invariants*: keyed by 64-bit hashes; the least recently used entries go first.
//! *Not modelled*: one cache for each component: all share one, with room for all.

use super::{Happening, aggregate::Aggregates, series::SeriesCache};
use engine::{CowMap, SimTime, hash_str};
use serde::{Deserialize, Serialize};

/// Entries of each cache.
// kubernetes: events_cache.go (maxLruCacheEntries is 4096 for each component)
pub(super) const CACHE_MAX: u32 = 1 << 15;
/// Events of one component about one object that may come at once.
const SPAM_BURST: u64 = 25;
/// One more in so many nanoseconds.
const SPAM_PERIOD: u64 = 300 * 1_000_000_000;

/// What the correlator remembers of earlier Events.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Correlator {
    logs: Recent<Log>,
    aggregates: Aggregates,
    /// Credit in nanoseconds, and when it was counted.
    spam: Recent<Bucket>,
    pub(super) series: SeriesCache,
    /// (when it goes, Event row).
    expiry: CowMap<(SimTime, u32), ()>,
    /// Event row, when it goes.
    expires: CowMap<u32, SimTime>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Log {
    count: i32,
    first: SimTime,
    /// The Event's row; `u32::MAX` if none was written.
    row: u32,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Bucket {
    credit: u64,
    at: SimTime,
}

/// What to write.
pub(super) struct Observed {
    pub key: u64,
    pub count: i32,
    pub first: Option<SimTime>,
    pub row: Option<u32>,
    pub message: String,
    pub skip: bool,
}

impl Correlator {
    pub(super) fn observe(&mut self, now: SimTime, happening: &Happening<'_>) -> Observed {
        let object = happening.object_hash();
        let similar = hash_parts(
            &[happening.event_type.as_str(), happening.reason],
            &object.to_be_bytes(),
        );
        let message_hash = hash_str(&[&happening.message]);
        let combined = self.aggregates.is_combined(similar, message_hash, now);
        let (key, message) = match combined {
            // kubernetes: events_cache.go (EventAggregatorByReasonMessageFunc)
            true => (
                similar,
                format!("(combined from similar events): {}", happening.message),
            ),
            false => {
                let exact = hash_parts(
                    &[&happening.message, &happening.regarding.field_path],
                    &similar.to_be_bytes(),
                );
                (exact, happening.message.clone())
            }
        };
        let last = self.logs.get(key).copied();
        let log = Log {
            count: last.map_or(0, |log| log.count) + 1,
            first: last.map_or(now, |log| log.first),
            row: last.map_or(u32::MAX, |log| log.row),
        };
        self.logs.put(key, log);
        Observed {
            key,
            count: log.count,
            first: last.map(|log| log.first),
            row: (log.row != u32::MAX).then_some(log.row),
            message,
            skip: self.is_spam(object, now),
        }
    }

    /// The Event of this key was written as this row.
    pub(super) fn stored(&mut self, key: u64, row: u32) {
        if let Some(log) = self.logs.get(key).copied() {
            self.logs.put(key, Log { row, ..log });
        }
    }

    // kubernetes: events_cache.go (EventSourceObjectSpamFilter)
    fn is_spam(&mut self, object: u64, now: SimTime) -> bool {
        let full = SPAM_BURST * SPAM_PERIOD;
        let credit = self.spam.get(object).map_or(full, |bucket| {
            (bucket.credit.saturating_add(now.0 - bucket.at.0)).min(full)
        });
        let spam = credit < SPAM_PERIOD;
        let credit = if spam { credit } else { credit - SPAM_PERIOD };
        self.spam.put(object, Bucket { credit, at: now });
        spam
    }

    /// Sets when an Event goes; true if a sweep needs to be scheduled for it.
    pub(super) fn expire_at(&mut self, id: u32, due: SimTime) -> bool {
        let idle = self.expiry.is_empty();
        if let Some(old) = self.expires.insert(id, due) {
            self.expiry.remove(&(old, id));
        }
        self.expiry.insert((due, id), ());
        idle
    }

    /// The next Event that is due.
    pub(super) fn take_expired(&mut self, now: SimTime) -> Option<u32> {
        let (due, id) = *self.expiry.first()?.0;
        if due > now {
            return None;
        }
        self.expiry.remove(&(due, id));
        self.expires.remove(&id);
        Some(id)
    }

    pub(super) fn next_expiry(&self) -> Option<SimTime> {
        self.expiry.first().map(|((due, _), ())| *due)
    }

    /// An Event was removed by a client.
    pub(crate) fn removed(&mut self, id: u32) {
        if let Some(due) = self.expires.remove(&id) {
            self.expiry.remove(&(due, id));
        }
    }
}

/// Entries by hash, of which the least recently written go first.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Recent<T: Clone> {
    entries: CowMap<u64, (u64, T)>,
    order: CowMap<u64, u64>,
    stamp: u64,
}

impl<T: Clone> Default for Recent<T> {
    fn default() -> Self {
        Recent {
            entries: CowMap::default(),
            order: CowMap::default(),
            stamp: 0,
        }
    }
}

impl<T: Clone> Recent<T> {
    pub(super) fn get(&self, key: u64) -> Option<&T> {
        self.entries.get(&key).map(|(_, entry)| entry)
    }

    pub(super) fn put(&mut self, key: u64, entry: T) {
        self.stamp += 1;
        if let Some((old, _)) = self.entries.insert(key, (self.stamp, entry)) {
            self.order.remove(&old);
        }
        self.order.insert(self.stamp, key);
        if self.entries.len() > CACHE_MAX
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.entries.remove(&oldest);
        }
    }

    pub(super) fn remove(&mut self, key: u64) {
        if let Some((stamp, _)) = self.entries.remove(&key) {
            self.order.remove(&stamp);
        }
    }
}

/// A hash of texts and some bytes.
pub(super) fn hash_parts(parts: &[&str], bytes: &[u8]) -> u64 {
    let mut word = hash_str(parts);
    for chunk in bytes.chunks(8) {
        let mut eight = [0u8; 8];
        eight[..chunk.len()].copy_from_slice(chunk);
        // A multiplicative mix: the parts before are well spread already.
        word = (word ^ u64::from_be_bytes(eight)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word ^= word >> 32;
    }
    word
}
