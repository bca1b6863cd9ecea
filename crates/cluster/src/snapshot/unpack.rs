//! Reads what [`super::pack`] writes.
//!
//! *Invariants*: hostile bytes give an error, not a panic; a value is at most [`DEPTH_MAX`] deep, and all values
//! together are at most [`GROWTH`] times as many as there are bytes.

use super::token::{self, Cursor};
use apimachinery::{Map, Uid, Value};
use core::cell::Cell;
use std::sync::Arc;

const DEPTH_MAX: u32 = 100;
/// Sharing makes fewer bytes than values, but not without end.
const GROWTH: u64 = 64;

/// Why bytes are no snapshot.
pub(super) const DAMAGED: &str = "the packed objects are damaged";

/// Texts and nodes, ready to be read.
pub(super) struct Unpacker<'a> {
    texts: Vec<Arc<str>>,
    nodes: Vec<&'a [u8]>,
    /// Values that may still be made.
    left: Cell<u64>,
}

impl<'a> Unpacker<'a> {
    pub fn new(texts: &[u8], nodes: &'a [u8], body: &[u8]) -> Option<Self> {
        let bytes = (nodes.len() + body.len()) as u64;
        let mut cursor = Cursor { rest: texts };
        let mut texts = Vec::new();
        while !cursor.rest.is_empty() {
            let len = cursor.number()?;
            texts.push(if len == 1 {
                let id = u128::from_be_bytes(cursor.bytes(16)?.try_into().ok()?);
                Uid::from_u128(id).to_string().into()
            } else {
                core::str::from_utf8(cursor.bytes(len >> 1)?).ok()?.into()
            });
        }
        let mut cursor = Cursor { rest: nodes };
        let mut spans = Vec::new();
        while !cursor.rest.is_empty() {
            let len = cursor.number()?;
            spans.push(cursor.bytes(len)?);
        }
        Some(Unpacker {
            texts,
            nodes: spans,
            left: Cell::new(1_000 + bytes.saturating_mul(GROWTH)),
        })
    }

    /// The next value, and the number of its node if it has one.
    pub fn value(&self, cursor: &mut Cursor<'a>) -> Option<(Value, Option<u32>)> {
        let node = self.peek_node(*cursor);
        Some((self.read(cursor, 0)??, node))
    }

    /// The number of the node that stands next.
    pub fn peek_node(&self, mut cursor: Cursor<'a>) -> Option<u32> {
        let token = cursor.number()?;
        (token & 15 == token::NODE).then_some((token >> 4) as u32)
    }

    /// The node of a field of a node that is a map.
    pub fn field_node(&self, node: u32, name: &str) -> Option<u32> {
        let mut cursor = Cursor {
            rest: self.nodes.get(node as usize)?,
        };
        if cursor.number()? & 15 != token::MAP {
            return None;
        }
        loop {
            let key = self.read(&mut cursor, 0)??;
            if key.as_str() == Some(name) {
                return self.peek_node(cursor);
            }
            self.read(&mut cursor, 0)??;
        }
    }

    /// A value; the inner `None` is the end of a list or map.
    fn read(&self, cursor: &mut Cursor<'a>, depth: u32) -> Option<Option<Value>> {
        if depth > DEPTH_MAX {
            return None;
        }
        self.left.set(self.left.get().checked_sub(1)?);
        let token = cursor.number()?;
        let payload = token >> 4;
        Some(Some(match token & 15 {
            token::SIMPLE => match payload {
                token::NULL => Value::Null,
                token::FALSE => Value::Bool(false),
                token::TRUE => Value::Bool(true),
                token::END => return Some(None),
                _ => return None,
            },
            token::INT => Value::Int(payload as i64),
            token::NEGATIVE => Value::Int(!payload as i64),
            token::WIDE => Value::Int(cursor.word()? as i64),
            token::FLOAT => Value::Float(f64::from_bits(cursor.word()?)),
            token::TEXT => Value::Str(self.texts.get(usize::try_from(payload).ok()?)?.clone()),
            token::DIGITS => Value::Str(payload.to_string().into()),
            token::LIST => {
                let mut list = Vec::new();
                while let Some(item) = self.read(cursor, depth + 1)? {
                    list.push(item);
                }
                Value::List(list)
            }
            token::MAP => self.map(cursor, depth)?,
            token::NODE => {
                let mut inside = Cursor {
                    rest: self.nodes.get(usize::try_from(payload).ok()?)?,
                };
                return self.read(&mut inside, depth + 1);
            }
            _ => return None,
        }))
    }

    fn map(&self, cursor: &mut Cursor<'a>, depth: u32) -> Option<Value> {
        let mut map = Map::new();
        while let Some(key) = self.read(cursor, depth + 1)? {
            let key = match key {
                Value::Str(text) => text,
                Value::Int(number) => number.to_string().into(),
                _ => return None,
            };
            map.insert(key, self.read(cursor, depth + 1)??);
        }
        Some(Value::Map(map))
    }
}
