//! Byte strings by number, each kept once.
//!
//! *Invariants*: INV-1: numbers are given in order of first sight, so they depend on what was interned and in which
//! order alone; the hash decides only how fast.

/// Byte strings in order of first sight.
#[derive(Default)]
pub(super) struct Interner {
    arena: Vec<u8>,
    /// Where each string ends in the arena.
    ends: Vec<u32>,
    /// Open addressing: number plus one; zero is free.
    slots: Vec<u32>,
}

impl Interner {
    pub fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    pub fn get(&self, number: u32) -> &[u8] {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.arena[start as usize..self.ends[at] as usize]
    }

    pub fn intern(&mut self, bytes: &[u8]) -> u32 {
        if (self.ends.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let slot = self.slot(bytes);
        if self.slots[slot] > 0 {
            return self.slots[slot] - 1;
        }
        self.arena.extend_from_slice(bytes);
        let end = u32::try_from(self.arena.len());
        self.ends
            .push(end.expect("INV-5: a snapshot has less than 4 GiB of distinct values"));
        self.slots[slot] = self.len();
        self.len() - 1
    }

    /// Where these bytes stand, or would.
    fn slot(&self, bytes: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(bytes) as usize & mask;
        while self.slots[slot] > 0 && self.get(self.slots[slot] - 1) != bytes {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(1_024)];
        for number in 0..self.len() {
            let slot = self.slot(self.get(number));
            self.slots[slot] = number + 1;
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = (bytes.len() as u64).wrapping_mul(FACTOR);
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
        hash ^= hash >> 29;
    }
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_have_one_number() {
        let mut all = Interner::default();
        for round in 0..2 {
            for number in 0..3_000_u32 {
                assert_eq!(all.intern(&number.to_le_bytes()), number, "{round}");
            }
        }
        assert_eq!(all.len(), 3_000);
        assert_eq!(all.get(2_999), 2_999_u32.to_le_bytes());
    }
}
