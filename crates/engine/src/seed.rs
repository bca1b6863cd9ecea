//! Keyed randomness: a draw is a pure hash of (seed, stream, key, n).
//!
//! *Invariants* INV-1: no state, so a new draw elsewhere changes no other
//! draw; the bytes hashed are unambiguous (every part carries its length) and
//! xxh3 gives the same value on every platform.
//!
//! *Not modelled* secrecy: this is no cryptographic generator.

use serde::{Deserialize, Serialize};
use twox_hash::{XxHash3_64, XxHash3_128};

/// The seed of a world.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
pub struct Seed(pub u64);

impl Seed {
    /// 64 uniform bits: draw number `n` of `key` in `stream`. `stream` names
    /// the purpose ("pod-name"), `key` the thing drawn for (a uid, a name).
    pub fn draw(&self, stream: &str, key: &[u8], n: u64) -> u64 {
        let mut bytes = KeyBytes::new();
        bytes.part(stream.as_bytes());
        bytes.part(key);
        bytes.raw(&n.to_le_bytes());
        XxHash3_64::oneshot_with_seed(self.0, bytes.as_slice())
    }

    /// A number in `0..bound` (0 if `bound` is 0). By widening multiplication:
    /// no value is favoured by more than `bound` in 2^64.
    pub fn below(&self, stream: &str, key: &[u8], n: u64, bound: u64) -> u64 {
        let wide = u128::from(self.draw(stream, key, n)) * u128::from(bound);
        (wide >> 64) as u64
    }

    /// A random (version 4, variant 1) UUID as a big-endian number.
    pub fn uuid(&self, stream: &str, key: &[u8], n: u64) -> u128 {
        let mut bytes = KeyBytes::new();
        bytes.part(stream.as_bytes());
        bytes.part(key);
        bytes.raw(&n.to_le_bytes());
        let drawn = XxHash3_128::oneshot_with_seed(self.0, bytes.as_slice());
        let cleared = drawn & !(0xf_u128 << 76) & !(0x3_u128 << 62);
        cleared | (0x4_u128 << 76) | (0x2_u128 << 62)
    }
}

const INLINE: usize = 240;

/// Length-prefixed parts, on the stack while they are short: draws and name
/// lookups are hot and must not allocate.
pub(crate) struct KeyBytes {
    inline: [u8; INLINE],
    len: usize,
    spill: Vec<u8>,
}

impl KeyBytes {
    pub(crate) fn new() -> Self {
        KeyBytes {
            inline: [0; INLINE],
            len: 0,
            spill: Vec::new(),
        }
    }

    pub(crate) fn part(&mut self, part: &[u8]) {
        self.raw(&(part.len() as u32).to_le_bytes());
        self.raw(part);
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        if !self.spill.is_empty() {
            self.spill.extend_from_slice(bytes);
        } else if self.len + bytes.len() <= INLINE {
            self.inline[self.len..self.len + bytes.len()].copy_from_slice(bytes);
            self.len += bytes.len();
        } else {
            self.spill.reserve(self.len + bytes.len());
            self.spill.extend_from_slice(&self.inline[..self.len]);
            self.spill.extend_from_slice(bytes);
        }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        if self.spill.is_empty() {
            &self.inline[..self.len]
        } else {
            &self.spill
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_pinned() {
        let seed = Seed(42);
        // Worlds are made of these: a change breaks every saved link.
        let drawn = [seed.draw("s", b"k", 0), seed.below("s", b"k", 1, 1_000)];
        assert_eq!(drawn, [17_322_258_711_070_366_019, 769]);
        assert_eq!(
            format!("{:032x}", seed.uuid("s", b"k", 0)),
            "15a5dab2b31741b39d1421fefacedf70"
        );
        assert_ne!(seed.draw("s", b"k", 0), seed.draw("s", b"k", 1));
        assert_ne!(seed.draw("s", b"k", 0), Seed(43).draw("s", b"k", 0));
        assert_ne!(seed.draw("ab", b"c", 0), seed.draw("a", b"bc", 0));
    }

    #[test]
    fn long_keys_spill_without_ambiguity() {
        let long = [7_u8; 500];
        let mut bytes = KeyBytes::new();
        bytes.part(b"x");
        bytes.part(&long);
        assert_eq!(bytes.as_slice().len(), 4 + 1 + 4 + 500);
        assert_eq!(&bytes.as_slice()[..5], &[1, 0, 0, 0, b'x']);
    }

    #[test]
    fn below_is_in_range_and_even() {
        let seed = Seed(1);
        let mut hits = [0_u32; 10];
        for n in 0..10_000 {
            hits[seed.below("die", b"", n, 10) as usize] += 1;
        }
        assert!(hits.iter().all(|&h| (850..1_150).contains(&h)), "{hits:?}");
        assert_eq!(seed.below("die", b"", 0, 0), 0);
    }

    #[test]
    fn uuid_has_version_and_variant() {
        let text = format!("{:032x}", Seed(9).uuid("uid", b"pod", 3));
        assert_eq!(&text[12..13], "4");
        assert!("89ab".contains(&text[16..17]), "{text}");
    }
}
