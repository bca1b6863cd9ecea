//! Short strings of the API, and what "empty" means when an object is written.
//!
//! *Models*: Go's `omitempty`.
//! *Invariants*: a constant costs no allocation; "" and absent are the same thing, as in Go.
//! *Not modelled*: nothing.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

/// A string that is mostly one of a few constants: a reason, a phase, a policy.
pub type Text = Cow<'static, str>;

/// True if a string field is left out of the JSON form.
pub fn is_empty<T: AsRef<str>>(text: &T) -> bool {
    text.as_ref().is_empty()
}

/// True if a number or boolean is left out of the JSON form.
pub fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A list without `omitempty`: Go prints its nil slice as `null`.
pub fn null_if_empty<T: Serialize, S: Serializer>(list: &[T], out: S) -> Result<S::Ok, S::Error> {
    if list.is_empty() {
        out.serialize_none()
    } else {
        list.serialize(out)
    }
}

/// Standard base64 with padding.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() {
                digit as char
            } else {
                '='
            });
        }
    }
    out
}

/// The bytes of standard base64, if it is that.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in bare.as_bytes().chunks(4) {
        let mut word = 0u32;
        for byte in chunk {
            word = word << 6 | u32::from(digit(*byte)?);
        }
        word <<= 6 * (4 - chunk.len());
        out.extend_from_slice(&word.to_be_bytes()[1..chunk.len()]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_both_ways() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("admin!", "YWRtaW4h"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
            assert_eq!(from_base64(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(from_base64("Zg="), None);
        assert_eq!(from_base64("Z!=="), None);
    }
}
