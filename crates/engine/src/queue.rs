//! The event queue: a four-way heap in copy-on-write pages.
//!
//! *Invariants* INV-8: the order is (time, sequence): what was scheduled first
//! among equals happens first. INV-5: a clone copies one pointer per 2,048
//! items; a push or pop after it copies the few pages on one path of the heap.
//!
//! *Not modelled* cancelling: an event that is no longer wanted must see so
//! when it is handled (by a generation number in its payload).

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeTuple, Serializer};

use crate::pages::{CHUNK, CowArray};
use crate::{Cause, SimTime};

const WAYS: u32 = 4;

/// A scheduled event.
#[derive(Copy, Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Item<E> {
    pub at: SimTime,
    /// The number of pushes before this one.
    pub seq: u64,
    pub event: E,
    /// The cause that was current when this was scheduled.
    pub cause: Cause,
}

impl<E> Item<E> {
    fn before(&self, other: &Self) -> bool {
        (self.at, self.seq) < (other.at, other.seq)
    }
}

/// Events in order of (time, sequence).
#[derive(Clone)]
pub struct EventQueue<E: Copy + Ord> {
    heap: CowArray<Item<E>>,
    len: u32,
    seq: u64,
}

impl<E: Copy + Ord> Default for EventQueue<E> {
    fn default() -> Self {
        EventQueue::new()
    }
}

impl<E: Copy + Ord> EventQueue<E> {
    pub fn new() -> Self {
        EventQueue {
            heap: CowArray::new(),
            len: 0,
            seq: 0,
        }
    }

    pub fn len(&self) -> u32 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Schedules an event without a cause.
    pub fn push(&mut self, at: SimTime, event: E) {
        self.push_caused(at, event, Cause::NONE);
    }

    /// Schedules an event that `cause` made happen.
    pub fn push_caused(&mut self, at: SimTime, event: E, cause: Cause) {
        let item = Item {
            at,
            seq: self.seq,
            event,
            cause,
        };
        self.seq += 1;
        self.put(item);
    }

    /// The next event, which stays.
    pub fn peek(&self) -> Option<Item<E>> {
        (self.len > 0).then(|| self.heap.get(0))
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<Item<E>> {
        let top = self.peek()?;
        self.len -= 1;
        if self.len > 0 {
            let last = self.heap.get(self.len);
            self.sift_down(last);
        }
        if self.len + 2 * CHUNK < self.heap.capacity() {
            self.heap.shrink();
        }
        Some(top)
    }

    /// Every scheduled event, in order. For views and saves: it sorts.
    pub fn sorted(&self) -> Vec<Item<E>> {
        let mut items: Vec<Item<E>> = (0..self.len).map(|at| self.heap.get(at)).collect();
        items.sort_unstable_by_key(|item| (item.at, item.seq));
        items
    }

    fn put(&mut self, item: Item<E>) {
        if self.len == self.heap.capacity() {
            self.heap.grow(item);
        }
        let mut hole = self.len;
        self.len += 1;
        while hole > 0 {
            let parent = (hole - 1) / WAYS;
            let above = self.heap.get(parent);
            if above.before(&item) {
                break;
            }
            self.heap.set(hole, above);
            hole = parent;
        }
        self.heap.set(hole, item);
    }

    /// Puts `item` where the top was taken from.
    fn sift_down(&mut self, item: Item<E>) {
        let mut hole = 0;
        loop {
            let first = hole * WAYS + 1;
            if first >= self.len {
                break;
            }
            let mut least = first;
            let mut child = self.heap.get(first);
            for at in first + 1..(first + WAYS).min(self.len) {
                let other = self.heap.get(at);
                if other.before(&child) {
                    (least, child) = (at, other);
                }
            }
            if item.before(&child) {
                break;
            }
            self.heap.set(hole, child);
            hole = least;
        }
        self.heap.set(hole, item);
    }
}

impl<E: Copy + Ord + core::fmt::Debug> core::fmt::Debug for EventQueue<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.sorted()).finish()
    }
}

impl<E: Copy + Ord + Serialize> Serialize for EventQueue<E> {
    /// Canonical: (sequence, items in order).
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut tuple = to.serialize_tuple(2)?;
        tuple.serialize_element(&self.seq)?;
        tuple.serialize_element(&self.sorted())?;
        tuple.end()
    }
}

impl<'de, E: Copy + Ord + Deserialize<'de>> Deserialize<'de> for EventQueue<E> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (seq, items) = <(u64, Vec<Item<E>>)>::deserialize(from)?;
        let mut queue = EventQueue::new();
        for item in items {
            queue.put(item);
        }
        queue.seq = seq;
        Ok(queue)
    }
}
