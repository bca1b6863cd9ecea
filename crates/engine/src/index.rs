//! [`CowIndex`]: from a hash to the ids that may have it, in copy-on-write
//! pages; and [`hash_str`], the hash of a name.
//!
//! *Invariants* INV-1: candidates come in ascending order of id, whatever the
//! order of insertion, so a world loaded from a snapshot goes on identically.
//! INV-5: a clone copies one pointer per 2,048 slots.
//!
//! *Cost* open addressing at most half full, because most look-ups are for names
//! that are still free; about one cache miss a lookup. Made for (nearly) unique keys such as names: k ids under one hash
//! cost O(k) for each insert and remove among them. For groups use
//! [`crate::CowMap`] with (group, id) keys.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use twox_hash::XxHash3_64;

use crate::pages::{CHUNK, CowArray};
use crate::seed::KeyBytes;

/// A hash of the parts, each taken with its length: ("ab", "c") and
/// ("a", "bc") differ. The same on every platform.
pub fn hash_str(parts: &[&str]) -> u64 {
    let mut bytes = KeyBytes::new();
    for part in parts {
        bytes.part(part.as_bytes());
    }
    XxHash3_64::oneshot(bytes.as_slice())
}

/// `id` is u32::MAX in an empty slot.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    hash: u32,
    id: u32,
}

const EMPTY: Slot = Slot {
    hash: 0,
    id: u32::MAX,
};

/// A multimap from hash to id. It keeps 32 bits of the hash, so the ids are
/// candidates only: compare the key.
#[derive(Clone)]
pub struct CowIndex {
    slots: CowArray<Slot>,
    len: u32,
}

impl Default for CowIndex {
    fn default() -> Self {
        CowIndex::new()
    }
}

const fn fold(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

impl CowIndex {
    pub fn new() -> Self {
        CowIndex {
            slots: CowArray::new(),
            len: 0,
        }
    }

    pub fn len(&self) -> u32 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds `id` under `hash`. The pair must not be there yet.
    pub fn insert(&mut self, hash: u64, id: u32) {
        assert!(id != u32::MAX, "INV-5: ids end below u32::MAX");
        if u64::from(self.len + 1) * 2 > u64::from(self.slots.capacity()) {
            self.grow();
        }
        self.put(Slot {
            hash: fold(hash),
            id,
        });
        self.len += 1;
    }

    /// Takes `id` away from under `hash`; false if it was not there.
    pub fn remove(&mut self, hash: u64, id: u32) -> bool {
        let Some(mut hole) = self.find(Slot {
            hash: fold(hash),
            id,
        }) else {
            return false;
        };
        let mask = self.mask();
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots.get(at);
            if slot == EMPTY {
                break;
            }
            // A slot moves back into the hole unless its home lies after it.
            let from_home = at.wrapping_sub(self.home(slot.hash)) & mask;
            if from_home >= (at.wrapping_sub(hole) & mask) {
                self.slots.set(hole, slot);
                hole = at;
            }
        }
        self.slots.set(hole, EMPTY);
        self.len -= 1;
        true
    }

    /// The ids that may be under `hash`, ascending.
    pub fn candidates(&self, hash: u64) -> Candidates {
        let mut found = Candidates {
            inline: [0; 4],
            len: 0,
            at: 0,
            spill: Vec::new(),
        };
        if self.len == 0 {
            return found;
        }
        let (hash, mask) = (fold(hash), self.mask());
        let mut at = self.home(hash);
        loop {
            let slot = self.slots.get(at);
            if slot == EMPTY {
                break;
            }
            if slot.hash == hash {
                found.push(slot.id);
            }
            at = (at + 1) & mask;
        }
        found.as_mut_slice().sort_unstable();
        found
    }

    pub fn clear(&mut self) {
        *self = CowIndex::new();
    }

    fn mask(&self) -> u32 {
        self.slots.capacity() - 1
    }

    /// Where probing for `hash` begins: the top bits of a multiplicative hash,
    /// so that callers may pass plain numbers too.
    fn home(&self, hash: u32) -> u32 {
        let bits = self.slots.capacity().trailing_zeros();
        hash.wrapping_mul(0x9E37_79B1) >> (32 - bits)
    }

    fn put(&mut self, slot: Slot) {
        let mask = self.mask();
        let mut at = self.home(slot.hash);
        while self.slots.get(at) != EMPTY {
            at = (at + 1) & mask;
        }
        self.slots.set(at, slot);
    }

    fn find(&self, wanted: Slot) -> Option<u32> {
        if self.len == 0 {
            return None;
        }
        let mask = self.mask();
        let mut at = self.home(wanted.hash);
        loop {
            let slot = self.slots.get(at);
            if slot == wanted {
                return Some(at);
            }
            if slot == EMPTY {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let old = core::mem::replace(&mut self.slots, CowArray::new());
        let capacity = (old.capacity() * 2).max(CHUNK);
        while self.slots.capacity() < capacity {
            self.slots.grow(EMPTY);
        }
        for at in 0..old.capacity() {
            let slot = old.get(at);
            if slot != EMPTY {
                self.put(slot);
            }
        }
    }

    fn sorted(&self) -> Vec<Slot> {
        let all = (0..self.slots.capacity()).map(|at| self.slots.get(at));
        let mut slots: Vec<Slot> = all.filter(|slot| *slot != EMPTY).collect();
        slots.sort_unstable();
        slots
    }
}

/// Ids in ascending order; on the stack while there are at most four.
pub struct Candidates {
    inline: [u32; 4],
    len: u32,
    at: u32,
    spill: Vec<u32>,
}

impl Candidates {
    fn push(&mut self, id: u32) {
        if self.spill.is_empty() && self.len < 4 {
            self.inline[self.len as usize] = id;
        } else {
            if self.spill.is_empty() {
                self.spill.extend_from_slice(&self.inline);
            }
            self.spill.push(id);
        }
        self.len += 1;
    }

    fn as_mut_slice(&mut self) -> &mut [u32] {
        if self.spill.is_empty() {
            &mut self.inline[..self.len as usize]
        } else {
            &mut self.spill
        }
    }
}

impl Iterator for Candidates {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let at = self.at as usize;
        if self.at == self.len {
            return None;
        }
        self.at += 1;
        Some(if self.spill.is_empty() {
            self.inline[at]
        } else {
            self.spill[at]
        })
    }
}

impl core::fmt::Debug for CowIndex {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_map()
            .entries(self.sorted().iter().map(|slot| (slot.hash, slot.id)))
            .finish()
    }
}

impl Serialize for CowIndex {
    /// Canonical: (hash, id) pairs, sorted.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.sorted().iter().map(|slot| (slot.hash, slot.id)))
    }
}

impl<'de> Deserialize<'de> for CowIndex {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut index = CowIndex::new();
        for (hash, id) in Vec::<(u32, u32)>::deserialize(from)? {
            if id == u32::MAX {
                return Err(serde::de::Error::custom("an id is u32::MAX"));
            }
            // A folded hash folds to itself.
            index.insert(u64::from(hash), id);
        }
        Ok(index)
    }
}
