//! Events of the events.k8s.io style: the second of a kind makes a series.
//!
//! *Models*: `staging/src/k8s.io/client-go/tools/events/event_broadcaster.go`.
//! *Invariants*: a series that was not seen for six minutes is over.
//! *Not modelled*: related objects in the key (the scheduler records none for what it repeats).

use super::Happening;
use super::correlate::hash_parts;
use super::recent::Recent;
use engine::SimTime;
use serde::{Deserialize, Serialize};

/// Without another for this long a series ends.
const FINISH: u64 = 360 * 1_000_000_000;

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct SeriesCache {
    known: Recent<Known>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Known {
    row: u32,
    count: u32,
    last: SimTime,
}

pub(super) enum Seen {
    First,
    /// The Event of this row becomes a series.
    Second(u32),
    /// Counted; nothing is written.
    Counting,
}

impl SeriesCache {
    pub(super) fn seen(&mut self, key: u64, now: SimTime) -> Seen {
        let Some(known) = self.known.get(key).copied() else {
            return Seen::First;
        };
        if now.0 - known.last.0 > FINISH {
            self.known.remove(key);
            return Seen::First;
        }
        let known = Known {
            count: known.count + 1,
            last: now,
            ..known
        };
        self.known.put(key, known);
        if known.count == 2 {
            Seen::Second(known.row)
        } else {
            Seen::Counting
        }
    }

    pub(super) fn stored(&mut self, key: u64, row: u32, now: SimTime) {
        self.known.put(
            key,
            Known {
                row,
                count: 1,
                last: now,
            },
        );
    }
}

/// What makes two Events the same: all but the note. The version of the object is part of it.
// kubernetes: event_broadcaster.go (getKey)
pub(super) fn key(happening: &Happening<'_>) -> u64 {
    let parts = [happening.event_type.as_str(), happening.reason];
    let version = happening.regarding.resource_version.to_be_bytes();
    hash_parts(
        &parts,
        &[happening.object_hash().to_be_bytes(), version].concat(),
    )
}

/// What the scheduler was doing.
// kubernetes: pkg/scheduler/schedule_one.go, framework/preemption
pub(super) fn action(reason: &str) -> &'static str {
    match reason {
        "Scheduled" => "Binding",
        "Preempted" => "Preempting",
        _ => "Scheduling",
    }
}

/// Cuts a note, with the sign upstream puts at the end.
pub(super) fn cut(note: &mut String, bytes_max: usize) {
    if note.len() > bytes_max {
        let mut end = bytes_max - 1;
        while !note.is_char_boundary(end) {
            end -= 1;
        }
        note.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_makes_a_series() {
        let mut cache = SeriesCache::default();
        let at = |n: u64| SimTime(n * 1_000_000_000);
        assert!(matches!(cache.seen(1, at(0)), Seen::First));
        cache.stored(1, 7, at(0));
        assert!(matches!(cache.seen(1, at(1)), Seen::Second(7)));
        assert!(matches!(cache.seen(1, at(2)), Seen::Counting));
        assert!(matches!(cache.seen(1, at(400)), Seen::First));
    }
}
