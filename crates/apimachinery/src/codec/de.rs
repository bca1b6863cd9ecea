//! The decoding half of the codec.
//!
//! *Models* sigs.k8s.io/json (a fork of encoding/json): leniency and error texts.
//! *Invariants*: an error names the innermost struct, the path and the Go type wanted.
//! *Not modelled*: case-insensitive field names.

use std::fmt;
use std::sync::Arc;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

use crate::text::json::float_text;
use crate::value::{Map, Value};

/// Decodes a tree into a type.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, DecodeError> {
    T::deserialize(FromValue(value))
}

/// Why a tree is not of a type. Displayed in encoding/json's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    problem: Problem,
    /// The struct that has the field, innermost.
    struct_name: Option<&'static str>,
    /// From the leaf to the root.
    path: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Mismatch { found: String, expected: String },
    Message(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Field(Arc<str>),
    Key(Arc<str>),
    Index(u32),
}

impl DecodeError {
    fn mismatch(found: impl Into<String>, expected: impl Into<String>) -> Self {
        let problem = Problem::Mismatch {
            found: found.into(),
            expected: expected.into(),
        };
        Self {
            problem,
            struct_name: None,
            path: Vec::new(),
        }
    }

    /// The full path with indices: `spec.containers[0].image`.
    pub fn path(&self) -> String {
        let mut out = String::new();
        for segment in self.path.iter().rev() {
            match segment {
                Segment::Index(n) => out.push_str(&format!("[{n}]")),
                Segment::Key(name) | Segment::Field(name) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(name);
                }
            }
        }
        out
    }

    /// True if the value has the wrong JSON type (not merely a wrong text).
    pub fn is_mismatch(&self) -> bool {
        matches!(self.problem, Problem::Mismatch { .. })
    }

    fn at(mut self, segment: Segment) -> Self {
        self.path.push(segment);
        self
    }

    fn within(mut self, name: Option<&'static str>) -> Self {
        self.struct_name = self.struct_name.or(name);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (found, expected) = match &self.problem {
            Problem::Message(text) => return f.write_str(text),
            Problem::Mismatch { found, expected } => (found, expected),
        };
        // Go's path holds struct fields only: no indices and no map keys.
        let fields: Vec<&str> = self
            .path
            .iter()
            .rev()
            .filter_map(|segment| match segment {
                Segment::Field(name) => Some(&**name),
                _ => None,
            })
            .collect();
        match self.struct_name {
            Some(name) if !fields.is_empty() => write!(
                f,
                "json: cannot unmarshal {found} into Go struct field {name}.{} of type {expected}",
                fields.join(".")
            ),
            _ => write!(
                f,
                "json: cannot unmarshal {found} into Go value of type {expected}"
            ),
        }
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let problem = Problem::Message(message.to_string());
        Self {
            problem,
            struct_name: None,
            path: Vec::new(),
        }
    }
}

#[derive(Clone, Copy)]
struct FromValue<'a>(&'a Value);

impl<'a> FromValue<'a> {
    fn integer(self, expected: &str, min: i128, max: i128) -> Result<i128, DecodeError> {
        let n = match self.0 {
            Value::Null => 0,
            Value::Int(n) => i128::from(*n),
            Value::Float(f) if *f == f.trunc() && f.abs() < 1e30 => *f as i128,
            Value::Float(f) => {
                return Err(DecodeError::mismatch(
                    format!("number {}", float_text(*f)),
                    expected,
                ));
            }
            other => return Err(DecodeError::mismatch(other.kind_name(), expected)),
        };
        if n < min || n > max {
            return Err(DecodeError::mismatch(format!("number {n}"), expected));
        }
        Ok(n)
    }

    fn float(self, expected: &str) -> Result<f64, DecodeError> {
        match self.0 {
            Value::Null => Ok(0.0),
            other => other
                .as_f64()
                .ok_or_else(|| DecodeError::mismatch(other.kind_name(), expected)),
        }
    }

    fn text(self) -> Result<&'a str, DecodeError> {
        match self.0 {
            Value::Null => Ok(""),
            Value::Str(text) => Ok(text),
            other => Err(DecodeError::mismatch(other.kind_name(), "string")),
        }
    }
}

static EMPTY: Map = Map::new();

impl<'de> Deserializer<'de> for FromValue<'_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => v.visit_unit(),
            Value::Bool(b) => v.visit_bool(*b),
            Value::Int(n) => v.visit_i64(*n),
            Value::Float(f) => v.visit_f64(*f),
            Value::Str(text) => v.visit_str(text),
            Value::List(list) => v.visit_seq(Items { list, at: 0 }),
            Value::Map(map) => v.visit_map(Entries::new(map, None, false)),
        }
    }
    fn deserialize_bool<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => v.visit_bool(false),
            Value::Bool(b) => v.visit_bool(*b),
            other => Err(DecodeError::mismatch(other.kind_name(), "bool")),
        }
    }
    fn deserialize_i8<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_i64(self.integer("int8", i8::MIN.into(), i8::MAX.into())? as i64)
    }
    fn deserialize_i16<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_i64(self.integer("int16", i16::MIN.into(), i16::MAX.into())? as i64)
    }
    fn deserialize_i32<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_i64(self.integer("int32", i32::MIN.into(), i32::MAX.into())? as i64)
    }
    fn deserialize_i64<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_i64(self.integer("int64", i64::MIN.into(), i64::MAX.into())? as i64)
    }
    fn deserialize_u8<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_u64(self.integer("uint8", 0, u8::MAX.into())? as u64)
    }
    fn deserialize_u16<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_u64(self.integer("uint16", 0, u16::MAX.into())? as u64)
    }
    fn deserialize_u32<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_u64(self.integer("uint32", 0, u32::MAX.into())? as u64)
    }
    fn deserialize_u64<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_u64(self.integer("uint64", 0, u64::MAX.into())? as u64)
    }
    fn deserialize_f32<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_f64(self.float("float32")?)
    }
    fn deserialize_f64<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_f64(self.float("float64")?)
    }
    fn deserialize_char<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_str(self.text()?)
    }
    fn deserialize_str<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_str(self.text()?)
    }
    fn deserialize_string<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_str(self.text()?)
    }
    fn deserialize_bytes<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_bytes(self.text()?.as_bytes())
    }
    fn deserialize_byte_buf<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_bytes(self.text()?.as_bytes())
    }
    fn deserialize_option<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => v.visit_none(),
            _ => v.visit_some(self),
        }
    }
    fn deserialize_unit<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_unit()
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        v: V,
    ) -> Result<V::Value, DecodeError> {
        v.visit_unit()
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        v: V,
    ) -> Result<V::Value, DecodeError> {
        v.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => v.visit_seq(Items { list: &[], at: 0 }),
            Value::List(list) => v.visit_seq(Items { list, at: 0 }),
            other => Err(DecodeError::mismatch(other.kind_name(), probe_list(v))),
        }
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, v: V) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(v)
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        v: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(v)
    }
    fn deserialize_map<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => v.visit_map(Entries::new(&EMPTY, None, false)),
            Value::Map(map) => v.visit_map(Entries::new(map, None, false)),
            other => Err(DecodeError::mismatch(other.kind_name(), probe_map(v))),
        }
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        v: V,
    ) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => v.visit_map(Entries::new(&EMPTY, Some(name), true)),
            Value::Map(map) => v.visit_map(Entries::new(map, Some(name), true)),
            other => Err(DecodeError::mismatch(
                other.kind_name(),
                format!("v1.{name}"),
            )),
        }
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        v: V,
    ) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => v.visit_enum("".into_deserializer()),
            Value::Str(text) => v.visit_enum((&**text).into_deserializer()),
            Value::Map(map) => {
                v.visit_enum(MapAccessDeserializer::new(Entries::new(map, None, false)))
            }
            other => Err(DecodeError::mismatch(
                other.kind_name(),
                format!("v1.{name}"),
            )),
        }
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_str(self.text()?)
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_unit()
    }
}

struct Items<'a> {
    list: &'a [Value],
    at: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(item) = self.list.get(self.at) else {
            return Ok(None);
        };
        let index = self.at as u32;
        self.at += 1;
        seed.deserialize(FromValue(item))
            .map(Some)
            .map_err(|e| e.at(Segment::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len() - self.at)
    }
}

struct Entries<'a> {
    entries: std::slice::Iter<'a, (Arc<str>, Value)>,
    current: Option<(&'a Arc<str>, &'a Value)>,
    struct_name: Option<&'static str>,
    skip_null: bool,
}

impl<'a> Entries<'a> {
    fn new(map: &'a Map, struct_name: Option<&'static str>, skip_null: bool) -> Self {
        Self {
            entries: map.into_iter(),
            current: None,
            struct_name,
            skip_null,
        }
    }
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, DecodeError> {
        for (key, value) in self.entries.by_ref() {
            if self.skip_null && value.is_null() {
                continue;
            }
            self.current = Some((key, value));
            let key: StrDeserializer<'_, DecodeError> = (&**key).into_deserializer();
            return seed.deserialize(key).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, DecodeError> {
        let Some((key, value)) = self.current.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(FromValue(value))
            .map_err(|e| match self.struct_name {
                Some(name) => e.at(Segment::Field(key.clone())).within(Some(name)),
                None => e.at(Segment::Key(key.clone())),
            })
    }
}

/// Asks a visitor which Go type its elements have, by letting it take one.
fn probe_list<'de, V: Visitor<'de>>(visitor: V) -> String {
    format!("[]{}", probed(visitor.visit_seq(ProbeItems).err()))
}

fn probe_map<'de, V: Visitor<'de>>(visitor: V) -> String {
    format!("map[string]{}", probed(visitor.visit_map(ProbeItems).err()))
}

fn probed(answer: Option<DecodeError>) -> String {
    match answer.map(|e| e.problem) {
        Some(Problem::Message(name)) => name,
        _ => "interface {}".into(),
    }
}

struct ProbeItems;

impl<'de> de::SeqAccess<'de> for ProbeItems {
    type Error = DecodeError;
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        seed.deserialize(Probe).map(Some)
    }
}

impl<'de> de::MapAccess<'de> for ProbeItems {
    type Error = DecodeError;
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, DecodeError> {
        let key: StrDeserializer<'_, DecodeError> = "".into_deserializer();
        seed.deserialize(key).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, DecodeError> {
        seed.deserialize(Probe)
    }
}

/// A deserialiser that answers every question with the Go name of what was asked for.
struct Probe;

fn named<T>(name: impl Into<String>) -> Result<T, DecodeError> {
    let problem = Problem::Message(name.into());
    Err(DecodeError {
        problem,
        struct_name: None,
        path: Vec::new(),
    })
}

impl<'de> Deserializer<'de> for Probe {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("interface {}")
    }
    fn deserialize_bool<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("bool")
    }
    fn deserialize_i8<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("int8")
    }
    fn deserialize_i16<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("int16")
    }
    fn deserialize_i32<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("int32")
    }
    fn deserialize_i64<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("int64")
    }
    fn deserialize_u8<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("uint8")
    }
    fn deserialize_u16<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("uint16")
    }
    fn deserialize_u32<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("uint32")
    }
    fn deserialize_u64<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("uint64")
    }
    fn deserialize_f32<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("float32")
    }
    fn deserialize_f64<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("float64")
    }
    fn deserialize_char<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("string")
    }
    fn deserialize_str<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("string")
    }
    fn deserialize_string<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("string")
    }
    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("[]uint8")
    }
    fn deserialize_byte_buf<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("[]uint8")
    }
    fn deserialize_option<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_some(self)
    }
    fn deserialize_unit<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("interface {}")
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: V,
    ) -> Result<V::Value, DecodeError> {
        named(format!("v1.{name}"))
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        v: V,
    ) -> Result<V::Value, DecodeError> {
        v.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        named(probe_list(v))
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, v: V) -> Result<V::Value, DecodeError> {
        named(probe_list(v))
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        v: V,
    ) -> Result<V::Value, DecodeError> {
        named(probe_list(v))
    }
    fn deserialize_map<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        named(probe_map(v))
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, DecodeError> {
        named(format!("v1.{name}"))
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, DecodeError> {
        named(format!("v1.{name}"))
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        named("string")
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, v: V) -> Result<V::Value, DecodeError> {
        v.visit_unit()
    }
}
