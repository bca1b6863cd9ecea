//! Writes typed objects as bytes in which equal texts, lists and maps stand once.
//!
//! *Invariants*: INV-1: the bytes depend on the values and their order alone, never on which of them share memory.
//! *Cost*: one pass of serde over each object and one look-up a field; no tree and no text in between.

use super::intern::Interner;
use super::token::{self, put};
use apimachinery::Uid;
use core::fmt::{self, Display};
use serde::Serialize;
use serde::ser::{self, Serializer};

/// Lists and maps of at most this many bytes are cheaper repeated than named.
const INLINE_MAX: usize = 4;

/// Why a type cannot be packed: a bug in the type.
#[derive(Debug)]
pub(super) struct Unfit(String);

impl Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Unfit {}

impl ser::Error for Unfit {
    fn custom<T: Display>(message: T) -> Self {
        Unfit(message.to_string())
    }
}

/// What has been packed so far.
#[derive(Default)]
pub(super) struct Packer {
    texts: Interner,
    nodes: Interner,
    /// Lists and maps not yet finished.
    scratch: Vec<u8>,
    /// What [`Packer::number`] and [`Packer::value`] wrote.
    body: Vec<u8>,
}

impl Packer {
    pub fn number(&mut self, number: u64) {
        put(&mut self.body, number);
    }

    pub fn value<T: Serialize + ?Sized>(&mut self, value: &T) {
        value
            .serialize(&mut *self)
            .expect("INV-10: every type of ours serialises");
        self.body.append(&mut self.scratch);
    }

    /// Texts, nodes, body.
    pub fn finish(self) -> [Vec<u8>; 3] {
        let mut texts = Vec::new();
        for number in 0..self.texts.len() {
            let bytes = self.texts.get(number);
            match core::str::from_utf8(bytes).ok().and_then(uuid) {
                Some(id) => {
                    put(&mut texts, 1);
                    texts.extend_from_slice(&id.to_be_bytes());
                }
                None => {
                    put(&mut texts, (bytes.len() as u64) << 1);
                    texts.extend_from_slice(bytes);
                }
            }
        }
        let mut nodes = Vec::new();
        for number in 0..self.nodes.len() {
            let bytes = self.nodes.get(number);
            put(&mut nodes, bytes.len() as u64);
            nodes.extend_from_slice(bytes);
        }
        [texts, nodes, self.body]
    }

    fn token(&mut self, kind: u64, payload: u64) {
        put(&mut self.scratch, payload << 4 | kind);
    }

    fn text(&mut self, text: &str) {
        if let Some(number) = token::digits(text) {
            self.token(token::DIGITS, number);
        } else {
            let number = self.texts.intern(text.as_bytes());
            self.token(token::TEXT, u64::from(number));
        }
    }

    fn int(&mut self, number: i64) {
        let (kind, payload) = match u64::try_from(number) {
            Ok(payload) => (token::INT, payload),
            Err(_) => (token::NEGATIVE, !number as u64),
        };
        if payload < token::PAYLOAD_MAX {
            self.token(kind, payload);
        } else {
            self.token(token::WIDE, 0);
            self.scratch.extend_from_slice(&number.to_le_bytes());
        }
    }

    fn open(&mut self, kind: u64, variant: Option<&'static str>) -> Open<'_> {
        let outer = variant.map(|variant| {
            let start = self.scratch.len();
            self.token(token::MAP, 0);
            self.text(variant);
            start
        });
        let start = self.scratch.len();
        self.token(kind, 0);
        Open {
            packer: self,
            start,
            outer,
        }
    }

    /// Ends the list or map that began at `start`, and names it if it is long.
    fn close(&mut self, start: usize) {
        self.token(token::SIMPLE, token::END);
        if self.scratch.len() - start > INLINE_MAX {
            let node = self.nodes.intern(&self.scratch[start..]);
            self.scratch.truncate(start);
            self.token(token::NODE, u64::from(node));
        }
    }
}

/// The number of a text that is a uuid in its usual form.
fn uuid(text: &str) -> Option<u128> {
    let id = Uid::parse(text).as_u128().filter(|_| text.len() == 36)?;
    (Uid::from_u128(id).to_string() == text).then_some(id)
}

/// A list or map being written.
pub(super) struct Open<'a> {
    packer: &'a mut Packer,
    start: usize,
    /// Where the map of a variant around it began.
    outer: Option<usize>,
}

impl Open<'_> {
    fn put<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        value.serialize(&mut *self.packer)
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Unfit> {
        self.packer.text(key);
        self.put(value)
    }

    fn done(self) -> Result<(), Unfit> {
        self.packer.close(self.start);
        if let Some(outer) = self.outer {
            self.packer.close(outer);
        }
        Ok(())
    }
}

impl<'a> Serializer for &'a mut Packer {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Open<'a>;
    type SerializeTupleVariant = Open<'a>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    fn serialize_bool(self, v: bool) -> Result<(), Unfit> {
        self.token(token::SIMPLE, if v { token::TRUE } else { token::FALSE });
        Ok(())
    }
    fn serialize_i8(self, v: i8) -> Result<(), Unfit> {
        self.serialize_i64(v.into())
    }
    fn serialize_i16(self, v: i16) -> Result<(), Unfit> {
        self.serialize_i64(v.into())
    }
    fn serialize_i32(self, v: i32) -> Result<(), Unfit> {
        self.serialize_i64(v.into())
    }
    fn serialize_i64(self, v: i64) -> Result<(), Unfit> {
        self.int(v);
        Ok(())
    }
    fn serialize_u8(self, v: u8) -> Result<(), Unfit> {
        self.serialize_i64(v.into())
    }
    fn serialize_u16(self, v: u16) -> Result<(), Unfit> {
        self.serialize_i64(v.into())
    }
    fn serialize_u32(self, v: u32) -> Result<(), Unfit> {
        self.serialize_i64(v.into())
    }
    fn serialize_u64(self, v: u64) -> Result<(), Unfit> {
        let small = i64::try_from(v).map_err(<Unfit as ser::Error>::custom)?;
        self.serialize_i64(small)
    }
    fn serialize_f32(self, v: f32) -> Result<(), Unfit> {
        self.serialize_f64(v.into())
    }
    fn serialize_f64(self, v: f64) -> Result<(), Unfit> {
        self.token(token::FLOAT, 0);
        self.scratch.extend_from_slice(&v.to_bits().to_le_bytes());
        Ok(())
    }
    fn serialize_char(self, v: char) -> Result<(), Unfit> {
        self.serialize_str(v.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, v: &str) -> Result<(), Unfit> {
        self.text(v);
        Ok(())
    }
    fn serialize_bytes(self, v: &[u8]) -> Result<(), Unfit> {
        self.collect_seq(v)
    }
    fn serialize_none(self) -> Result<(), Unfit> {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, v: &T) -> Result<(), Unfit> {
        v.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Unfit> {
        self.token(token::SIMPLE, token::NULL);
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unfit> {
        self.open(token::MAP, None).done()
    }
    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unfit> {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        v: &T,
    ) -> Result<(), Unfit> {
        v.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        v: &T,
    ) -> Result<(), Unfit> {
        let mut open = self.open(token::MAP, None);
        open.field(variant, v)?;
        open.done()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>, Unfit> {
        Ok(self.open(token::LIST, None))
    }
    fn serialize_tuple(self, _: usize) -> Result<Open<'a>, Unfit> {
        Ok(self.open(token::LIST, None))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Unfit> {
        Ok(self.open(token::LIST, None))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Unfit> {
        Ok(self.open(token::LIST, Some(variant)))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>, Unfit> {
        Ok(self.open(token::MAP, None))
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Unfit> {
        Ok(self.open(token::MAP, None))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Unfit> {
        Ok(self.open(token::MAP, Some(variant)))
    }
}

impl ser::SerializeSeq for Open<'_> {
    type Ok = ();
    type Error = Unfit;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Unfit> {
        self.put(v)
    }
    fn end(self) -> Result<(), Unfit> {
        self.done()
    }
}

impl ser::SerializeTuple for Open<'_> {
    type Ok = ();
    type Error = Unfit;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Unfit> {
        self.put(v)
    }
    fn end(self) -> Result<(), Unfit> {
        self.done()
    }
}

impl ser::SerializeTupleStruct for Open<'_> {
    type Ok = ();
    type Error = Unfit;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Unfit> {
        self.put(v)
    }
    fn end(self) -> Result<(), Unfit> {
        self.done()
    }
}

impl ser::SerializeTupleVariant for Open<'_> {
    type Ok = ();
    type Error = Unfit;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Unfit> {
        self.put(v)
    }
    fn end(self) -> Result<(), Unfit> {
        self.done()
    }
}

impl ser::SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Unfit;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        self.put(key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Unfit> {
        self.put(v)
    }
    fn end(self) -> Result<(), Unfit> {
        self.done()
    }
}

impl ser::SerializeStruct for Open<'_> {
    type Ok = ();
    type Error = Unfit;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        v: &T,
    ) -> Result<(), Unfit> {
        self.field(key, v)
    }
    fn end(self) -> Result<(), Unfit> {
        self.done()
    }
}

impl ser::SerializeStructVariant for Open<'_> {
    type Ok = ();
    type Error = Unfit;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        v: &T,
    ) -> Result<(), Unfit> {
        self.field(key, v)
    }
    fn end(self) -> Result<(), Unfit> {
        self.done()
    }
}
