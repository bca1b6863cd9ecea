//! The serialising half of the codec.
//!
//! *Models* json.Marshal of a typed object.
//! *Invariants*: struct fields keep their order.
//! *Not modelled*: bytes other than as lists of numbers.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{self, Serializer};

use crate::value::{Map, Value};

/// A typed value as a tree.
///
/// # Panics
/// If a map key is no text or number: a bug in the type.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Value {
    value
        .serialize(ToValue)
        .expect("INV-10: every type of ours serialises")
}

#[derive(Debug)]
pub(crate) struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Failed(message.to_string())
    }
}

struct ToValue;

struct Seq {
    list: Vec<Value>,
    variant: Option<&'static str>,
}

struct Fields {
    map: Map,
    key: Option<Arc<str>>,
    variant: Option<&'static str>,
}

fn wrap(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(name) => Value::Map(Map::from([(name, value)])),
        None => value,
    }
}

impl Serializer for ToValue {
    type Ok = Value;
    type Error = Failed;
    type SerializeSeq = Seq;
    type SerializeTuple = Seq;
    type SerializeTupleStruct = Seq;
    type SerializeTupleVariant = Seq;
    type SerializeMap = Fields;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Fields;

    fn serialize_bool(self, v: bool) -> Result<Value, Failed> {
        Ok(Value::Bool(v))
    }
    fn serialize_i8(self, v: i8) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_i16(self, v: i16) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_i32(self, v: i32) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_i64(self, v: i64) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_u8(self, v: u8) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_u16(self, v: u16) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_u32(self, v: u32) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_u64(self, v: u64) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_f32(self, v: f32) -> Result<Value, Failed> {
        Ok(Value::Float(f64::from(v)))
    }
    fn serialize_f64(self, v: f64) -> Result<Value, Failed> {
        Ok(Value::Float(v))
    }
    fn serialize_char(self, v: char) -> Result<Value, Failed> {
        Ok(v.to_string().into())
    }
    fn serialize_str(self, v: &str) -> Result<Value, Failed> {
        Ok(v.into())
    }
    fn serialize_bytes(self, v: &[u8]) -> Result<Value, Failed> {
        Ok(Value::List(v.iter().map(|b| Value::from(*b)).collect()))
    }
    fn serialize_none(self) -> Result<Value, Failed> {
        Ok(Value::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, v: &T) -> Result<Value, Failed> {
        v.serialize(self)
    }
    fn serialize_unit(self) -> Result<Value, Failed> {
        Ok(Value::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Failed> {
        Ok(Value::map())
    }
    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, Failed> {
        Ok(variant.into())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        v: &T,
    ) -> Result<Value, Failed> {
        v.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        v: &T,
    ) -> Result<Value, Failed> {
        Ok(wrap(Some(variant), v.serialize(self)?))
    }
    fn serialize_seq(self, len: Option<usize>) -> Result<Seq, Failed> {
        Ok(Seq {
            list: Vec::with_capacity(len.unwrap_or(0)),
            variant: None,
        })
    }
    fn serialize_tuple(self, len: usize) -> Result<Seq, Failed> {
        self.serialize_seq(Some(len))
    }
    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Seq, Failed> {
        self.serialize_seq(Some(len))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Seq, Failed> {
        Ok(Seq {
            list: Vec::with_capacity(len),
            variant: Some(variant),
        })
    }
    fn serialize_map(self, len: Option<usize>) -> Result<Fields, Failed> {
        Ok(Fields {
            map: Map::with_capacity(len.unwrap_or(0)),
            key: None,
            variant: None,
        })
    }
    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Fields, Failed> {
        self.serialize_map(Some(len))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Fields, Failed> {
        Ok(Fields {
            map: Map::with_capacity(len),
            key: None,
            variant: Some(variant),
        })
    }
}

impl ser::SerializeSeq for Seq {
    type Ok = Value;
    type Error = Failed;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Failed> {
        self.list.push(v.serialize(ToValue)?);
        Ok(())
    }
    fn end(self) -> Result<Value, Failed> {
        Ok(wrap(self.variant, Value::List(self.list)))
    }
}

impl ser::SerializeTuple for Seq {
    type Ok = Value;
    type Error = Failed;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Failed> {
        ser::SerializeSeq::serialize_element(self, v)
    }
    fn end(self) -> Result<Value, Failed> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeTupleStruct for Seq {
    type Ok = Value;
    type Error = Failed;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Failed> {
        ser::SerializeSeq::serialize_element(self, v)
    }
    fn end(self) -> Result<Value, Failed> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeTupleVariant for Seq {
    type Ok = Value;
    type Error = Failed;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Failed> {
        ser::SerializeSeq::serialize_element(self, v)
    }
    fn end(self) -> Result<Value, Failed> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeMap for Fields {
    type Ok = Value;
    type Error = Failed;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        self.key = Some(match key.serialize(ToValue)? {
            Value::Str(text) => text,
            Value::Int(n) => n.to_string().into(),
            other => {
                return Err(Failed(format!(
                    "a map key cannot be a {}",
                    other.kind_name()
                )));
            }
        });
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Failed> {
        let key = self
            .key
            .take()
            .ok_or_else(|| Failed("a value came before its key".into()))?;
        self.map.insert(key, v.serialize(ToValue)?);
        Ok(())
    }
    fn end(self) -> Result<Value, Failed> {
        Ok(wrap(self.variant, Value::Map(self.map)))
    }
}

impl ser::SerializeStruct for Fields {
    type Ok = Value;
    type Error = Failed;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        v: &T,
    ) -> Result<(), Failed> {
        self.map.push_new(key.into(), v.serialize(ToValue)?);
        Ok(())
    }
    fn end(self) -> Result<Value, Failed> {
        Ok(wrap(self.variant, Value::Map(self.map)))
    }
}

impl ser::SerializeStructVariant for Fields {
    type Ok = Value;
    type Error = Failed;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        v: &T,
    ) -> Result<(), Failed> {
        ser::SerializeStruct::serialize_field(self, key, v)
    }
    fn end(self) -> Result<Value, Failed> {
        ser::SerializeStruct::end(self)
    }
}
