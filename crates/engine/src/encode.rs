//! Canonical bytes and their digest.
//!
//! *Invariants* INV-1: one encoding (serde through postcard: fields in order,
//! no names, integers as variable-length little-endian) is what is saved and
//! what is digested; equal values give equal bytes on every platform as long
//! as their containers serialise in a fixed order, as those of this crate do.
//!
//! *Not modelled* self-description: a type must not use `skip_serializing_if`,
//! `flatten` or untagged enums here.

use core::fmt;

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use twox_hash::xxhash3_128::Hasher;

/// A 128-bit digest, most significant byte first.
pub type Digest = [u8; 16];

/// The canonical bytes of a value.
///
/// # Panics
/// If the type is not fit for the encoding (a sequence of unknown length).
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).expect("INV-1: the value has a canonical encoding")
}

/// The value of canonical bytes. All of them must be used.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let (value, rest) =
        postcard::take_from_bytes(bytes).map_err(|error| DecodeError(error.to_string()))?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(DecodeError(format!("{} bytes too many", rest.len())))
    }
}

/// The xxh3-128 of the canonical bytes, which are never held in full.
///
/// # Panics
/// As [`encode`].
pub fn digest<T: Serialize + ?Sized>(value: &T) -> Digest {
    let sink = Digesting {
        hasher: Hasher::new(),
        buffer: [0; BUFFER],
        len: 0,
    };
    postcard::serialize_with_flavor(value, sink)
        .expect("INV-1: the value has a canonical encoding")
        .to_be_bytes()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// Bytes that are no encoding of the type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError(pub String);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for DecodeError {}

const BUFFER: usize = 1_024;

/// Feeds a hasher in blocks: the encoder mostly writes single bytes.
struct Digesting {
    hasher: Hasher,
    buffer: [u8; BUFFER],
    len: usize,
}

impl Digesting {
    fn flush(&mut self) {
        self.hasher.write(&self.buffer[..self.len]);
        self.len = 0;
    }
}

impl Flavor for Digesting {
    type Output = u128;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        if self.len == BUFFER {
            self.flush();
        }
        self.buffer[self.len] = byte;
        self.len += 1;
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        if self.len + bytes.len() > BUFFER {
            self.flush();
        }
        if bytes.len() > BUFFER {
            self.hasher.write(bytes);
        } else {
            self.buffer[self.len..self.len + bytes.len()].copy_from_slice(bytes);
            self.len += bytes.len();
        }
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<u128> {
        self.flush();
        Ok(self.hasher.finish_128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twox_hash::XxHash3_128;

    #[test]
    fn digest_is_the_hash_of_the_bytes() {
        for size in [0_usize, 1, 1_023, 1_024, 1_025, 9_000] {
            let value = ("x".repeat(size), vec![size as u64; size], 7_u8);
            let whole = XxHash3_128::oneshot(&encode(&value)).to_be_bytes();
            assert_eq!(digest(&value), whole, "{size}");
        }
        // The published xxh3-128 of nothing.
        assert_eq!(hex(&digest(&())), "99aa06d3014798d86001c324468d497f");
    }

    #[test]
    fn decode_wants_all_bytes_and_no_more() {
        let bytes = encode(&(1_u32, "a"));
        assert_eq!(decode::<(u32, String)>(&bytes), Ok((1, "a".to_owned())));
        assert!(decode::<(u32, String)>(&bytes[..2]).is_err());
        assert!(decode::<u32>(&bytes).is_err());
    }

    #[test]
    fn hex_is_lower_case() {
        assert_eq!(hex(&[0, 0xaf, 0x10]), "00af10");
    }
}
