//! From parser events to a value with positions.
//!
//! *Models* goyaml.v2/decode.go into untyped values, then sigs.k8s.io/yaml's conversion to JSON.
//! *Invariants*: no recursion; what aliases expand to is bounded.
//! *Not modelled*: maps as keys (refused).

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Place, Tag};

use super::scalar::resolve_plain;
use super::{DEPTH_MAX, Document, Span, Spans, YamlError};
use crate::text::json::float_text;
use crate::value::{Map, Value};

/// Nodes that one document may expand to through aliases.
const NODES_MAX: u32 = 400_000;

pub(super) enum Failure {
    /// An error of the content.
    Told(YamlError),
    /// The event parser could not follow.
    Unread,
}

enum Frame {
    List {
        items: Vec<Value>,
        anchor: usize,
        path: String,
    },
    Map {
        open: OpenMap,
        anchor: usize,
        path: String,
    },
}

#[derive(Default)]
struct OpenMap {
    map: Map,
    /// The key whose value comes next.
    key: Option<Key>,
    merged: Vec<Map>,
}

enum Key {
    Text { text: Arc<str>, at: (u32, u32) },
    Merge,
}

struct Builder {
    stack: Vec<Frame>,
    anchors: BTreeMap<usize, Value>,
    spans: Spans,
    duplicates: Vec<(String, u32)>,
    start_line: u32,
    nodes: u32,
    root: Option<Value>,
}

/// Reads the first document of a chunk.
pub(super) fn build(chunk: &str, start_line: u32) -> Result<Document, Failure> {
    let mut builder = Builder {
        stack: Vec::new(),
        anchors: BTreeMap::new(),
        spans: Spans::default(),
        duplicates: Vec::new(),
        start_line,
        nodes: 0,
        root: None,
    };
    for event in Parser::new_from_str(chunk) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) if error.info().contains("recursion") => {
                return builder.fail(format!("yaml: exceeded max depth of {DEPTH_MAX}"), (0, 0));
            }
            Err(_) => return Err(Failure::Unread),
        };
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.take(event, place)?;
    }
    Ok(Document {
        value: builder.root.unwrap_or_default(),
        spans: builder.spans,
        duplicate_keys: builder.duplicates,
        start_line,
    })
}

/// A child's path: `a.b`, or `a[b.c/d]` where a dot would mislead.
fn join(path: &str, key: &str) -> String {
    if key.contains(['.', '/', '[']) {
        return format!("{path}[{key}]");
    }
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{key}")
}

fn size(value: &Value) -> u32 {
    match value {
        Value::List(list) => list.iter().fold(1, |n, v| n.saturating_add(size(v))),
        Value::Map(map) => map.values().fold(1, |n, v| n.saturating_add(size(v))),
        _ => 1,
    }
}

impl Builder {
    fn position(&self, place: &Place) -> (u32, u32) {
        let line = place.start.line() as u32 + self.start_line - 1;
        (line, place.start.col() as u32 + 1)
    }

    fn fail<T>(&self, message: impl Into<String>, at: (u32, u32)) -> Result<T, Failure> {
        Err(Failure::Told(YamlError {
            message: message.into(),
            line: at.0,
            column: at.1,
        }))
    }

    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), Failure> {
        let at = self.position(&place);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), at)?;
                let is_plain_merge = &*text == "<<" && style == ScalarStyle::Plain;
                self.place(value, anchor, at, is_plain_merge)
            }
            Event::Alias(anchor) => {
                let Some(value) = self.anchors.get(&anchor).cloned() else {
                    return self.fail("yaml: anchor contains itself", at);
                };
                self.nodes = self.nodes.saturating_add(size(&value));
                if self.nodes > NODES_MAX {
                    return self.fail("yaml: document contains excessive aliasing", at);
                }
                self.place(value, 0, at, false)
            }
            Event::SequenceStart(anchor, _) => {
                let path = self.open_path(at)?;
                self.stack.push(Frame::List {
                    items: Vec::new(),
                    anchor,
                    path,
                });
                Ok(())
            }
            Event::MappingStart(anchor, _) => {
                let path = self.open_path(at)?;
                self.stack.push(Frame::Map {
                    open: OpenMap::default(),
                    anchor,
                    path,
                });
                Ok(())
            }
            Event::SequenceEnd => match self.stack.pop() {
                Some(Frame::List { items, anchor, .. }) => {
                    self.place(Value::List(items), anchor, at, false)
                }
                _ => Err(Failure::Unread),
            },
            Event::MappingEnd => match self.stack.pop() {
                Some(Frame::Map { open, anchor, .. }) => {
                    let value = Value::Map(finish(open));
                    self.place(value, anchor, at, false)
                }
                _ => Err(Failure::Unread),
            },
            _ => Ok(()),
        }
    }

    /// The path of the collection that begins here; its span is noted now.
    fn open_path(&mut self, at: (u32, u32)) -> Result<String, Failure> {
        if self.stack.len() as u32 >= DEPTH_MAX {
            return self.fail(format!("yaml: exceeded max depth of {DEPTH_MAX}"), at);
        }
        let (path, span) = match self.stack.last() {
            None => return Ok(String::new()),
            Some(Frame::List { items, path, .. }) => (
                format!("{path}[{}]", items.len()),
                Span { key: at, value: at },
            ),
            Some(Frame::Map { open, path, .. }) => match &open.key {
                Some(Key::Text { text, at: key }) => (
                    join(path, text),
                    Span {
                        key: *key,
                        value: at,
                    },
                ),
                Some(Key::Merge) => return Ok(join(path, "<<")),
                None => return self.fail("yaml: invalid map key: a collection", at),
            },
        };
        self.spans.push(path.clone(), span);
        Ok(path)
    }

    /// Puts a finished value where it belongs.
    fn place(
        &mut self,
        value: Value,
        anchor: usize,
        at: (u32, u32),
        is_merge: bool,
    ) -> Result<(), Failure> {
        self.nodes = self.nodes.saturating_add(1);
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        let is_collection = matches!(value, Value::List(_) | Value::Map(_));
        match self.stack.pop() {
            None => self.root = Some(value),
            Some(Frame::List {
                mut items,
                anchor,
                path,
            }) => {
                if !is_collection {
                    let span = Span { key: at, value: at };
                    self.spans.push(format!("{path}[{}]", items.len()), span);
                }
                items.push(value);
                self.stack.push(Frame::List {
                    items,
                    anchor,
                    path,
                });
            }
            Some(Frame::Map {
                mut open,
                anchor,
                path,
            }) => {
                match open.key.take() {
                    None if is_merge => open.key = Some(Key::Merge),
                    None => {
                        let text = self.key_text(&value, at)?;
                        if open.map.contains_key(&text) {
                            self.duplicates.push((join(&path, &text), at.0));
                        }
                        open.key = Some(Key::Text { text, at });
                    }
                    Some(Key::Merge) => self.merge(&mut open, value, at)?,
                    Some(Key::Text { text, at: key }) => {
                        if !is_collection {
                            self.spans.push(join(&path, &text), Span { key, value: at });
                        }
                        open.map.insert(text, value);
                    }
                }
                self.stack.push(Frame::Map { open, anchor, path });
            }
        }
        Ok(())
    }

    fn merge(&self, open: &mut OpenMap, value: Value, at: (u32, u32)) -> Result<(), Failure> {
        const WRONG: &str = "yaml: map merge requires map or sequence of maps as the value";
        match value {
            Value::Map(map) => open.merged.push(map),
            Value::List(list) => {
                for item in list {
                    match item {
                        Value::Map(map) => open.merged.push(map),
                        _ => return self.fail(WRONG, at),
                    }
                }
            }
            _ => return self.fail(WRONG, at),
        }
        Ok(())
    }

    /// A key as JSON text.
    // kubernetes: sigs.k8s.io/yaml/yaml.go convertToJSONableObject
    fn key_text(&self, value: &Value, at: (u32, u32)) -> Result<Arc<str>, Failure> {
        Ok(match value {
            Value::Str(text) => text.clone(),
            Value::Bool(b) => if *b { "true" } else { "false" }.into(),
            Value::Int(n) => n.to_string().into(),
            Value::Float(f) => float_text(*f).into(),
            Value::Null => {
                return self.fail(
                    "unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>",
                    at,
                );
            }
            other => return self.fail(format!("yaml: invalid map key: {other}"), at),
        })
    }

    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        at: (u32, u32),
    ) -> Result<Value, Failure> {
        let core = tag
            .filter(|tag| tag.handle == "tag:yaml.org,2002:")
            .map(|tag| &*tag.suffix);
        let value = match (core, tag) {
            (Some("str"), _) => Value::str(text),
            (Some("binary"), _) => match decode_base64(text) {
                Some(decoded) => Value::from(decoded),
                None => return self.fail("yaml: !!binary value contains invalid base64 data", at),
            },
            (Some(kind), _) => {
                let value = resolve_plain(text);
                let fits = match kind {
                    "int" => matches!(value, Value::Int(_)),
                    "float" => matches!(value, Value::Int(_) | Value::Float(_)),
                    "bool" => matches!(value, Value::Bool(_)),
                    "null" => value.is_null(),
                    _ => true,
                };
                if !fits {
                    let message = format!("yaml: cannot decode !!str `{text}` as a !!{kind}");
                    return self.fail(message, at);
                }
                value
            }
            // A tag of one's own keeps the text.
            (None, Some(_)) => Value::str(text),
            (None, None) if style == ScalarStyle::Plain => resolve_plain(text),
            (None, None) => Value::str(text),
        };
        match value {
            Value::Float(f) if f.is_nan() => self.fail("json: unsupported value: NaN", at),
            Value::Float(f) if f.is_infinite() => {
                let sign = if f > 0.0 { '+' } else { '-' };
                self.fail(format!("json: unsupported value: {sign}Inf"), at)
            }
            value => Ok(value),
        }
    }
}

/// Adds merged maps: own keys win, then earlier maps.
fn finish(open: OpenMap) -> Map {
    let mut map = open.map;
    for merged in open.merged {
        for (key, value) in merged {
            if !map.contains_key(&key) {
                map.insert(key, value);
            }
        }
    }
    map
}

fn decode_base64(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for c in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => continue,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
