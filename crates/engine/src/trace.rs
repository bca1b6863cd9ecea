//! The trace of causes: what "why?" walks.
//!
//! *Invariants* INV-4: what happens names a [`Cause`]. INV-5: the trace is a
//! [`CowDeque`]. It keeps the newest [`Trace::KEPT`] entries (24 bytes each)
//! and forgets the oldest, the same in every run.
//!
//! *Not modelled* what a label means: the world packs and unpacks it.

use serde::{Deserialize, Serialize};

use crate::{CowDeque, SimTime};

/// One entry of the [`Trace`], by number. Entries count from 1.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
pub struct Cause(pub u32);

impl Cause {
    /// No cause: the first link of a chain has this parent.
    pub const NONE: Cause = Cause(0);

    pub fn is_none(self) -> bool {
        self == Cause::NONE
    }
}

/// What happened, when, and because of what.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub parent: Cause,
    pub at: SimTime,
    /// Packed by the world; opaque here.
    pub label: u64,
}

/// All that is remembered of what caused what.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Trace {
    entries: CowDeque<Entry>,
}

impl Trace {
    /// Entries kept at least; twice a page chunk more before the oldest go.
    pub const KEPT: u64 = 1 << 21;
    const SLACK: u64 = 8_192;

    pub fn new() -> Self {
        Trace::default()
    }

    pub fn push(&mut self, entry: Entry) -> Cause {
        let position = self.entries.push_back(entry);
        if self.entries.len() > Self::KEPT + Self::SLACK {
            self.entries.truncate_front(self.entries.end() - Self::KEPT);
        }
        Cause(u32::try_from(position + 1).expect("INV-4: the trace has fewer than 2^32 entries"))
    }

    /// `None` for [`Cause::NONE`] and for what was forgotten.
    pub fn get(&self, cause: Cause) -> Option<Entry> {
        self.entries
            .get(u64::from(cause.0).checked_sub(1)?)
            .copied()
    }

    /// From `cause` back to the first cause that is still known.
    pub fn chain(&self, cause: Cause) -> Chain<'_> {
        Chain {
            trace: self,
            next: cause,
        }
    }

    /// Forgets every entry older than `before`.
    pub fn compact(&mut self, before: Cause) {
        self.entries
            .truncate_front(u64::from(before.0).saturating_sub(1));
    }

    /// The newest entry.
    pub fn last(&self) -> Cause {
        Cause(self.entries.end() as u32)
    }

    /// Entries kept now.
    pub fn len(&self) -> u64 {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// A walk towards the first cause.
pub struct Chain<'a> {
    trace: &'a Trace,
    next: Cause,
}

impl Iterator for Chain<'_> {
    type Item = (Cause, Entry);

    fn next(&mut self) -> Option<Self::Item> {
        let cause = self.next;
        let entry = self.trace.get(cause)?;
        self.next = entry.parent;
        Some((cause, entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_and_forgets() {
        let mut trace = Trace::new();
        let mut cause = Cause::NONE;
        for label in 0..5 {
            cause = trace.push(Entry {
                parent: cause,
                at: SimTime(label),
                label,
            });
        }
        let labels = |trace: &Trace| trace.chain(cause).map(|(_, e)| e.label).collect::<Vec<_>>();
        assert_eq!(labels(&trace), [4, 3, 2, 1, 0]);
        trace.compact(Cause(3));
        assert_eq!(labels(&trace), [4, 3, 2]);
        assert_eq!(trace.get(Cause::NONE), None);
        assert_eq!(trace.last(), cause);
    }
}
