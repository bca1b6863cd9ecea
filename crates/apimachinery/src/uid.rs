//! Object identities.
//!
//! *Models* apimachinery/pkg/types.UID.
//! *Invariants*: ordered by the text form; a lowercase UUID takes 16 bytes and no allocation.
//! *Not modelled*: nothing.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Value;

/// An object's UID: nearly always a UUID, but any text is carried.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Uid(Form);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    Empty,
    Uuid([u8; 16]),
    Other(Arc<str>),
}

impl Default for Uid {
    fn default() -> Self {
        Uid::EMPTY
    }
}

impl Uid {
    pub const EMPTY: Uid = Uid(Form::Empty);

    /// The UUID with these 128 bits.
    pub const fn from_u128(bits: u128) -> Self {
        Uid(Form::Uuid(bits.to_be_bytes()))
    }

    /// The 128 bits, if it is a lowercase UUID.
    pub fn as_u128(&self) -> Option<u128> {
        match &self.0 {
            Form::Uuid(bytes) => Some(u128::from_be_bytes(*bytes)),
            _ => None,
        }
    }

    /// Any text; exactly a lowercase UUID is stored as its bits.
    pub fn parse(text: &str) -> Self {
        if text.is_empty() {
            return Uid::EMPTY;
        }
        match parse_uuid(text) {
            Some(bytes) => Uid(Form::Uuid(bytes)),
            None => Uid(Form::Other(text.into())),
        }
    }

    pub fn is_empty(&self) -> bool {
        matches!(self.0, Form::Empty)
    }
}

fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let bytes = text.as_bytes();
    if bytes.len() != 36 {
        return None;
    }
    let mut out = [0u8; 16];
    let mut digits = 0;
    for (at, &c) in bytes.iter().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if c != b'-' {
                return None;
            }
            continue;
        }
        let digit = match c {
            b'0'..=b'9' => c - b'0',
            b'a'..=b'f' => c - b'a' + 10,
            _ => return None,
        };
        out[digits / 2] = (out[digits / 2] << 4) | digit;
        digits += 1;
    }
    Some(out)
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Empty => Ok(()),
            Form::Other(text) => f.pad(text),
            Form::Uuid(bytes) => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                let mut text = [b'-'; 36];
                let mut at = 0;
                for (index, byte) in bytes.iter().enumerate() {
                    if matches!(index, 4 | 6 | 8 | 10) {
                        at += 1;
                    }
                    text[at] = DIGITS[usize::from(byte >> 4)];
                    text[at + 1] = DIGITS[usize::from(byte & 15)];
                    at += 2;
                }
                f.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
            }
        }
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Ord for Uid {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            // Lowercase hexadecimal digits sort as the bytes they stand for.
            (Form::Uuid(a), Form::Uuid(b)) => a.cmp(b),
            (Form::Empty, Form::Empty) => Ordering::Equal,
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for Uid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<&str> for Uid {
    fn from(text: &str) -> Self {
        Uid::parse(text)
    }
}

impl From<u128> for Uid {
    fn from(bits: u128) -> Self {
        Uid::from_u128(bits)
    }
}

impl From<&Uid> for Value {
    fn from(uid: &Uid) -> Self {
        Value::from(uid.to_string())
    }
}

impl Serialize for Uid {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uid {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Uid::parse(&String::deserialize(d)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_and_orders() {
        for text in [
            "",
            "test",
            "0b54a3f1-0000-4000-8000-00000000abcd",
            "0B54A3F1-0000-4000-8000-00000000ABCD",
        ] {
            assert_eq!(Uid::parse(text).to_string(), text);
        }
        assert!(
            Uid::parse("0b54a3f1-0000-4000-8000-00000000abcd")
                .as_u128()
                .is_some()
        );
        assert!(Uid::from("test") > Uid::from_u128(5));
        assert!(std::mem::size_of::<Uid>() <= 24);
    }
}
