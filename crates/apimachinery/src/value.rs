//! The untyped value between text and typed objects.
//!
//! *Models* the generic JSON tree that Kubernetes passes around as `map[string]interface{}`
//! (apimachinery/pkg/apis/meta/v1/unstructured).
//! *Invariants*: a map has each key once; equality of maps ignores order.
//! *Not modelled*: integers beyond 64 bits (they become floats, as in Go).

mod convert;
mod wire;

use std::fmt;
use std::sync::Arc;

/// One JSON or YAML value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Arc<str>),
    List(Vec<Value>),
    Map(Map),
}

/// A map that keeps the order in which its keys were first inserted.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(Arc<str>, Value)>,
}

impl Map {
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: Vec::with_capacity(capacity),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries
            .iter()
            .find(|(k, _)| &**k == key)
            .map(|(_, v)| v)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.entries
            .iter_mut()
            .find(|(k, _)| &**k == key)
            .map(|(_, v)| v)
    }

    /// Replaces the value of a key in place, or appends the key; gives the value it had.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, value: impl Into<Value>) -> Option<Value> {
        let key = key.into();
        let value = value.into();
        match self.get_mut(&key) {
            Some(slot) => Some(std::mem::replace(slot, value)),
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    /// Appends without looking for the key: the caller knows that it is new.
    pub(crate) fn push_new(&mut self, key: Arc<str>, value: Value) {
        self.entries.push((key, value));
    }

    /// The value of a key, inserting an empty map if there is none or it is no map.
    pub fn map_entry(&mut self, key: &str) -> &mut Map {
        let at = match self.entries.iter().position(|(k, _)| &**k == key) {
            Some(at) => at,
            None => {
                self.entries.push((key.into(), Value::Map(Map::new())));
                self.entries.len() - 1
            }
        };
        let slot = &mut self.entries[at].1;
        if !matches!(slot, Value::Map(_)) {
            *slot = Value::Map(Map::new());
        }
        match slot {
            Value::Map(map) => map,
            _ => unreachable!("INV-7: the slot was just made a map"),
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.entries.iter().position(|(k, _)| &**k == key)?;
        Some(self.entries.remove(at).1)
    }

    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Arc<str>, &Value)> + ExactSizeIterator {
        self.entries.iter().map(|(k, v)| (k, v))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Arc<str>, &mut Value)> {
        self.entries.iter_mut().map(|(k, v)| (&*k, v))
    }

    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.entries.iter().map(|(k, _)| k)
    }

    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.iter().map(|(_, v)| v)
    }

    /// Entries in the order of their keys.
    pub fn sorted(&self) -> Vec<(&Arc<str>, &Value)> {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by(|a, b| a.0.cmp(b.0));
        entries
    }

    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value) -> bool) {
        self.entries.retain_mut(|(k, v)| keep(k, v));
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.entries.iter().enumerate().all(|(at, (key, value))| {
                // Same order is the usual case and needs no search.
                match other.entries.get(at) {
                    Some((k, v)) if k == key => v == value,
                    _ => other.get(key) == Some(value),
                }
            })
    }
}

impl<K: Into<Arc<str>>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(iter: I) -> Self {
        let mut map = Map::new();
        for (key, value) in iter {
            map.insert(key, value);
        }
        map
    }
}

impl<K: Into<Arc<str>>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Map {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl From<Vec<(Arc<str>, Value)>> for Map {
    fn from(entries: Vec<(Arc<str>, Value)>) -> Self {
        entries.into_iter().collect()
    }
}

impl IntoIterator for Map {
    type Item = (Arc<str>, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a (Arc<str>, Value);
    type IntoIter = std::slice::Iter<'a, (Arc<str>, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Int(a), Value::Float(b)) | (Value::Float(b), Value::Int(a)) => *a as f64 == *b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Map(a), Value::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl Value {
    /// An empty map.
    pub fn map() -> Self {
        Value::Map(Map::new())
    }

    pub fn str(text: &str) -> Self {
        Value::Str(text.into())
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Null, or an empty string, list or map.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Str(text) => text.is_empty(),
            Value::List(list) => list.is_empty(),
            Value::Map(map) => map.is_empty(),
            _ => false,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_arc_str(&self) -> Option<&Arc<str>> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The integer; a float without a fraction counts.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            Value::Float(f) if *f == f.trunc() && f.abs() < 9.0e18 => Some(*f as i64),
            _ => None,
        }
    }

    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(n) => Some(*n as f64),
            Value::Float(f) => Some(*f),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub fn as_list_mut(&mut self) -> Option<&mut Vec<Value>> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.as_map_mut()?.get_mut(key)
    }

    /// Follows keys (and, in lists, decimal indices).
    pub fn pointer(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |at, key| match at {
            Value::Map(map) => map.get(key),
            Value::List(list) => list.get(key.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Sets a value below nested maps, making those that are missing.
    pub fn set(&mut self, path: &[&str], value: impl Into<Value>) {
        let Some((last, parents)) = path.split_last() else {
            *self = value.into();
            return;
        };
        if !matches!(self, Value::Map(_)) {
            *self = Value::map();
        }
        let Value::Map(mut_map) = self else { return };
        let mut at = mut_map;
        for parent in parents {
            at = at.map_entry(parent);
        }
        at.insert(*last, value);
    }

    /// Follows a field path such as `spec.containers[0].image` or `metadata.labels[app]`.
    pub fn at_path(&self, path: &str) -> Option<&Value> {
        let mut at = self;
        let mut rest = path;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let end = inner.find(']')?;
                let key = &inner[..end];
                at = match at {
                    Value::List(list) => list.get(key.parse::<usize>().ok()?)?,
                    Value::Map(map) => map.get(key)?,
                    _ => return None,
                };
                rest = &inner[end + 1..];
            } else {
                rest = rest.strip_prefix('.').unwrap_or(rest);
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                at = at.get(&rest[..end])?;
                rest = &rest[end..];
            }
        }
        Some(at)
    }

    /// What encoding/json calls this kind of value.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) | Value::Float(_) => "number",
            Value::Str(_) => "string",
            Value::List(_) => "array",
            Value::Map(_) => "object",
        }
    }
}

/// As compact JSON with sorted keys.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::json::to_json(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_order() {
        let mut value = Value::map();
        value.set(&["spec", "replicas"], 3);
        value.set(
            &["spec", "containers"],
            vec![Value::Map(Map::from([("image", "nginx")]))],
        );
        assert_eq!(
            value
                .at_path("spec.containers[0].image")
                .and_then(Value::as_str),
            Some("nginx")
        );
        assert_eq!(
            value.pointer(&["spec", "containers", "0", "image"]),
            Some(&Value::str("nginx"))
        );
        assert_eq!(value.at_path("spec.replicas"), Some(&Value::Int(3)));
        assert_eq!(value.at_path("spec.none"), None);
        let a = Value::Map(Map::from([("a", 1), ("b", 2)]));
        let b = Value::Map(Map::from([("b", 2), ("a", 1)]));
        assert_eq!(a, b);
        assert_ne!(a, Value::Map(Map::from([("a", 1), ("c", 2)])));
    }
}
