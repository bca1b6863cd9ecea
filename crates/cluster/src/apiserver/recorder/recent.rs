//! A bounded table by hash whose least recently written entries go first.
//!
//! *Models*: the LRU caches of `staging/src/k8s.io/client-go/tools/record/events_cache.go`.
//! *Invariants*: INV-1: encoded by key and by stamp, never by slot. INV-5: rows in copy-on-write pages.
//! *Cost*: a write is a look-up, a row and four words at the end of the order.

use super::correlate::CACHE_MAX;
use engine::{CowDeque, CowIndex, CowVec};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::collections::BTreeMap;

/// The order is written anew when it holds so many entries, most of them out of date.
const ORDER_MAX: u64 = 4 * CACHE_MAX as u64;

#[derive(Clone)]
struct Row<T> {
    key: u64,
    /// The number of the write that set the row last.
    stamp: u64,
    entry: T,
}

/// Entries by hash, of which the least recently written go first.
#[derive(Clone)]
pub(super) struct Recent<T: Clone> {
    rows: CowVec<Row<T>>,
    slots: CowIndex,
    /// (stamp, slot) of each write; out of date unless the slot's row has that stamp.
    order: CowDeque<(u64, u32)>,
    stamp: u64,
}

impl<T: Clone> Default for Recent<T> {
    fn default() -> Self {
        Recent {
            rows: CowVec::default(),
            slots: CowIndex::default(),
            order: CowDeque::default(),
            stamp: 0,
        }
    }
}

impl<T: Clone> Recent<T> {
    pub(super) fn get(&self, key: u64) -> Option<&T> {
        let slot = self.slot(key)?;
        self.rows.get(slot).map(|row| &row.entry)
    }

    /// The entry to write to, which counts as written now.
    pub(super) fn touch(&mut self, key: u64) -> Option<&mut T> {
        let slot = self.slot(key)?;
        self.write(slot);
        let row = self.rows.get_mut(slot)?;
        row.stamp = self.stamp;
        Some(&mut row.entry)
    }

    pub(super) fn put(&mut self, key: u64, entry: T) {
        if let Some(old) = self.touch(key) {
            *old = entry;
            return;
        }
        let slot = match self.rows.len() < CACHE_MAX {
            true => self.rows.next_id(),
            false => self.evict().unwrap_or(self.rows.next_id()),
        };
        self.write(slot);
        let stamp = self.stamp;
        self.rows.insert(slot, Row { key, stamp, entry });
        self.slots.insert(key, slot);
    }

    pub(super) fn remove(&mut self, key: u64) {
        if let Some(slot) = self.slot(key) {
            self.slots.remove(key, slot);
            self.rows.remove(slot);
        }
    }

    fn slot(&self, key: u64) -> Option<u32> {
        let is = |slot: &u32| self.rows.get(*slot).is_some_and(|row| row.key == key);
        self.slots.candidates(key).find(is)
    }

    /// Counts a write of a slot.
    fn write(&mut self, slot: u32) {
        self.stamp += 1;
        if self.order.len() >= ORDER_MAX {
            let mut live: Vec<(u64, u32)> = self
                .rows
                .iter()
                .map(|(slot, row)| (row.stamp, slot))
                .collect();
            live.sort_unstable();
            self.order = CowDeque::default();
            for entry in live {
                self.order.push_back(entry);
            }
        }
        self.order.push_back((self.stamp, slot));
    }

    /// Takes the least recently written row out and returns its slot.
    fn evict(&mut self) -> Option<u32> {
        loop {
            let (stamp, slot) = *self.order.get(self.order.first())?;
            self.order.truncate_front(self.order.first() + 1);
            if let Some(row) = self.rows.get(slot).filter(|row| row.stamp == stamp) {
                self.slots.remove(row.key, slot);
                self.rows.remove(slot);
                return Some(slot);
            }
        }
    }
}

struct Entries<'a, T>(Vec<(u64, &'a Row<T>)>);

impl<T: Serialize> Serialize for Entries<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(
            self.0
                .iter()
                .map(|(key, row)| (key, (row.stamp, &row.entry))),
        )
    }
}

impl<T: Clone + Serialize> Serialize for Recent<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut entries: Vec<(u64, &Row<T>)> =
            self.rows.iter().map(|(_, row)| (row.key, row)).collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        let order: BTreeMap<u64, u64> =
            entries.iter().map(|(key, row)| (row.stamp, *key)).collect();
        let mut recent = to.serialize_struct("Recent", 3)?;
        recent.serialize_field("entries", &Entries(entries))?;
        recent.serialize_field("order", &order)?;
        recent.serialize_field("stamp", &self.stamp)?;
        recent.end()
    }
}

#[derive(serde::Deserialize)]
struct Wire<T> {
    entries: BTreeMap<u64, (u64, T)>,
    order: BTreeMap<u64, u64>,
    stamp: u64,
}

impl<'de, T: Clone + Deserialize<'de>> Deserialize<'de> for Recent<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut wire = Wire::<T>::deserialize(from)?;
        let mut recent = Recent::default();
        for (stamp, key) in wire.order {
            if let Some((_, entry)) = wire.entries.remove(&key) {
                recent.stamp = stamp - 1;
                recent.put(key, entry);
            }
        }
        recent.stamp = wire.stamp;
        Ok(recent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_written_goes_first() {
        let mut recent = Recent::default();
        for key in 0..u64::from(CACHE_MAX) {
            recent.put(key, key);
        }
        recent.touch(0);
        recent.remove(5);
        recent.put(1_000_000, 1);
        assert!(recent.get(1).is_some(), "there was room");
        recent.put(2_000_000, 2);
        recent.put(3_000_000, 3);
        assert_eq!((recent.get(1), recent.get(2)), (None, None));
        assert_eq!((recent.get(0), recent.get(3)), (Some(&0), Some(&3)));
    }

    #[test]
    fn the_order_outlives_many_writes_and_a_save() {
        let mut recent = Recent::default();
        for key in 0..3u64 {
            recent.put(key, 0);
        }
        for n in 0..2 * ORDER_MAX {
            *recent.touch(1).expect("there") = n;
        }
        assert!(recent.order.len() <= ORDER_MAX);
        let bytes = engine::encode(&recent);
        let again: Recent<u64> = engine::decode(&bytes).expect("its own bytes");
        assert_eq!(engine::encode(&again), bytes);
        for mut recent in [recent, again] {
            assert_eq!(
                [recent.evict(), recent.evict()].map(|slot| slot.is_some()),
                [true; 2]
            );
            assert_eq!(recent.get(1), Some(&(2 * ORDER_MAX - 1)));
            assert_eq!(recent.get(0), None);
        }
    }
}
