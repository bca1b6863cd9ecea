//! The tokens that packed values are made of.
//!
//! *Invariants*: INV-1: one token for one value; what reads them refuses what it does not know and never panics.

/// A token is one variable-length number: payload times sixteen plus one of these.
pub(super) const SIMPLE: u64 = 0;
pub(super) const INT: u64 = 1;
/// Payload is the bitwise complement.
pub(super) const NEGATIVE: u64 = 2;
/// Eight bytes follow: an integer, a float.
pub(super) const WIDE: u64 = 3;
pub(super) const FLOAT: u64 = 4;
/// Number of a text.
pub(super) const TEXT: u64 = 5;
/// A text that is a decimal number.
pub(super) const DIGITS: u64 = 6;
pub(super) const LIST: u64 = 7;
pub(super) const MAP: u64 = 8;
/// Number of a list or map that was packed before.
pub(super) const NODE: u64 = 9;

/// Payloads of [`SIMPLE`].
pub(super) const NULL: u64 = 0;
pub(super) const FALSE: u64 = 1;
pub(super) const TRUE: u64 = 2;
/// Ends a list or map.
pub(super) const END: u64 = 3;

/// Payloads are below this.
pub(super) const PAYLOAD_MAX: u64 = 1 << 60;

pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A place in packed bytes.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub fn bytes(&mut self, len: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(len).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    pub fn word(&mut self) -> Option<u64> {
        let bytes = self.bytes(8)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }
}

/// The number that a text is the plain decimal form of.
pub(super) fn digits(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let plain = matches!(bytes.len(), 1..=17)
        && bytes.iter().all(u8::is_ascii_digit)
        && (bytes[0] != b'0' || bytes.len() == 1);
    if plain { text.parse().ok() } else { None }
}
