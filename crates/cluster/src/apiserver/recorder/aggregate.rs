//! Many Events that differ in their message only become one.
//!
//! *Models*: `staging/src/k8s.io/client-go/tools/record/events_cache.go (EventAggregator)`.
//! *Invariants*: a set never holds more than ten messages.
//! *Not modelled*: upstream drops any one message of a full set; here it is the newest.

use super::recent::Recent;
use engine::SimTime;
use serde::{Deserialize, Serialize};

/// So many messages within the window are one too many.
const SIMILAR_MAX: usize = 10;
const WINDOW: u64 = 600 * 1_000_000_000;

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Aggregates {
    records: Recent<Record>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Record {
    messages: Vec<u64>,
    last: SimTime,
}

impl Aggregates {
    /// Counts a message; true if it is to be combined with those before.
    pub(super) fn is_combined(&mut self, similar: u64, message: u64, now: SimTime) -> bool {
        let Some(record) = self.records.touch(similar) else {
            let messages = vec![message];
            let last = now;
            self.records.put(similar, Record { messages, last });
            return false;
        };
        if now.0 - record.last.0 > WINDOW {
            record.messages.clear();
        }
        record.last = now;
        if !record.messages.contains(&message) {
            record.messages.push(message);
        }
        let combined = record.messages.len() >= SIMILAR_MAX;
        if combined {
            record.messages.pop();
        }
        combined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_message_is_combined() {
        let mut aggregates = Aggregates::default();
        let at = |n: u64| SimTime(n * 1_000_000_000);
        let combined: Vec<bool> = (0..12)
            .map(|n| aggregates.is_combined(1, n, at(n)))
            .collect();
        assert_eq!(combined.iter().position(|c| *c), Some(9));
        assert!(combined[10] && combined[11]);
        assert!(
            !aggregates.is_combined(1, 3, at(13)),
            "a message of the set is not combined"
        );
        assert!(!aggregates.is_combined(2, 99, at(13)), "another object");
        assert!(
            !aggregates.is_combined(1, 100, at(1000)),
            "after the window it begins anew"
        );
    }
}
