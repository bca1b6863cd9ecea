//! [`Value`] as a serde type.
//!
//! *Models* nothing upstream: JSON-like formats see the plain tree, the canonical byte encoding a
//! tagged form, because it does not describe itself.
//! *Invariants*: both forms round-trip.
//! *Not modelled*: nothing.

use std::fmt;
use std::sync::Arc;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Map, Value};

/// The tagged form for encodings that do not describe themselves (the canonical byte encoding).
#[derive(Deserialize)]
enum Tagged {
    Null,
    Bool(bool),
    Int(i64),
    Float(u64),
    Str(Arc<str>),
    List(Vec<Value>),
    Map(Vec<(Arc<str>, Value)>),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if !s.is_human_readable() {
            const NAME: &str = "Value";
            return match self {
                Value::Null => s.serialize_unit_variant(NAME, 0, "Null"),
                Value::Bool(b) => s.serialize_newtype_variant(NAME, 1, "Bool", b),
                Value::Int(n) => s.serialize_newtype_variant(NAME, 2, "Int", n),
                Value::Float(f) => s.serialize_newtype_variant(NAME, 3, "Float", &f.to_bits()),
                Value::Str(t) => s.serialize_newtype_variant(NAME, 4, "Str", t),
                Value::List(l) => s.serialize_newtype_variant(NAME, 5, "List", l),
                Value::Map(m) => s.serialize_newtype_variant(NAME, 6, "Map", &m.entries),
            };
        }
        match self {
            Value::Null => s.serialize_unit(),
            Value::Bool(b) => s.serialize_bool(*b),
            Value::Int(n) => s.serialize_i64(*n),
            Value::Float(f) => s.serialize_f64(*f),
            Value::Str(text) => s.serialize_str(text),
            Value::List(list) => {
                let mut seq = s.serialize_seq(Some(list.len()))?;
                for item in list {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Value::Map(map) => {
                let mut out = s.serialize_map(Some(map.len()))?;
                for (key, value) in map {
                    out.serialize_entry(&**key, value)?;
                }
                out.end()
            }
        }
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        d.deserialize_any(self)
    }
    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Int(n))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(Value::from(n))
    }
    fn visit_f64<E>(self, f: f64) -> Result<Value, E> {
        Ok(Value::Float(f))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Str(text.into()))
    }
    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Str(text.into()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = seq.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = access.next_entry::<String, Value>()? {
            map.insert(key, value);
        }
        Ok(Value::Map(map))
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            return d.deserialize_any(ValueVisitor);
        }
        Ok(match Tagged::deserialize(d)? {
            Tagged::Null => Value::Null,
            Tagged::Bool(b) => Value::Bool(b),
            Tagged::Int(n) => Value::Int(n),
            Tagged::Float(bits) => Value::Float(f64::from_bits(bits)),
            Tagged::Str(text) => Value::Str(text),
            Tagged::List(list) => Value::List(list),
            Tagged::Map(entries) => Value::Map(Map { entries }),
        })
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = s.serialize_map(Some(self.len()))?;
        for (key, value) in self {
            out.serialize_entry(&**key, value)?;
        }
        out.end()
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match d.deserialize_map(ValueVisitor)? {
            Value::Map(map) => Ok(map),
            _ => Err(serde::de::Error::custom("expected a map")),
        }
    }
}
