//! The correlator: the same Event again is a count, many similar ones are one, too many are dropped.
//!
//! *Models*: `staging/src/k8s.io/client-go/tools/record/events_cache.go`.
//! *Invariants*: keyed by 64-bit hashes; the least recently used entries go first.
//! *Not modelled*: one cache for each component: all share one, with room for all.

use super::{Happening, aggregate::Aggregates, recent::Recent, series::SeriesCache, texts::Texts};
use engine::{CowMap, CowVec, SimTime, hash_str};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
    #[serde(with = "super::rows")]
    expires: CowVec<SimTime>,
    /// Where to look for the next free name: not part of the state.
    #[serde(skip)]
    pub(super) named: Option<Named>,
    /// Not part of the state either.
    #[serde(skip)]
    pub(super) texts: Texts,
}

/// Names of one instant that are taken: from `first` up to, but perhaps not, `last`.
#[derive(Clone)]
pub(super) struct Named {
    pub namespace: Arc<str>,
    pub about: Arc<str>,
    pub first: i64,
    pub last: i64,
    /// How many Events had been removed; one more may have freed a name.
    pub removed: u32,
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
    /// Instead of the message that was recorded.
    pub message: Option<String>,
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
                Some(format!(
                    "(combined from similar events): {}",
                    happening.message
                )),
            ),
            false => {
                let exact = hash_parts(
                    &[&happening.message, &happening.regarding.field_path],
                    &similar.to_be_bytes(),
                );
                (exact, None)
            }
        };
        let (log, first) = match self.logs.touch(key) {
            Some(log) => {
                log.count += 1;
                (*log, Some(log.first))
            }
            None => {
                let log = Log {
                    count: 1,
                    first: now,
                    row: u32::MAX,
                };
                self.logs.put(key, log);
                (log, None)
            }
        };
        Observed {
            key,
            count: log.count,
            first,
            row: (log.row != u32::MAX).then_some(log.row),
            message,
            skip: self.is_spam(object, now),
        }
    }

    /// The Event of this key was written as this row.
    pub(super) fn stored(&mut self, key: u64, row: u32) {
        if let Some(log) = self.logs.touch(key) {
            log.row = row;
        }
    }

    // kubernetes: events_cache.go (EventSourceObjectSpamFilter)
    fn is_spam(&mut self, object: u64, now: SimTime) -> bool {
        let full = SPAM_BURST * SPAM_PERIOD;
        let known = self.spam.touch(object);
        let credit = known.as_ref().map_or(full, |bucket| {
            (bucket.credit.saturating_add(now.0 - bucket.at.0)).min(full)
        });
        let spam = credit < SPAM_PERIOD;
        let credit = if spam { credit } else { credit - SPAM_PERIOD };
        let bucket = Bucket { credit, at: now };
        match known {
            Some(known) => *known = bucket,
            None => self.spam.put(object, bucket),
        }
        spam
    }

    /// Sets when an Event goes; true if a sweep needs to be scheduled for it.
    pub(super) fn expire_at(&mut self, id: u32, due: SimTime) -> bool {
        let idle = self.expiry.is_empty();
        match self.expires.insert(id, due) {
            Some(old) if old == due => return idle,
            Some(old) => {
                self.expiry.remove(&(old, id));
            }
            None => {}
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
        self.expires.remove(id);
        Some(id)
    }

    pub(super) fn next_expiry(&self) -> Option<SimTime> {
        self.expiry.first().map(|((due, _), ())| *due)
    }

    /// An Event was removed by a client.
    pub(crate) fn removed(&mut self, id: u32) {
        if let Some(due) = self.expires.remove(id) {
            self.expiry.remove(&(due, id));
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
