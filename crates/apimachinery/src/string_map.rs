//! A sorted string map that is cheap to clone: labels, annotations, selectors.
//!
//! *Models* `map[string]string` as printed and compared by Kubernetes.
//! *Invariants*: sorted by key, each key once; an empty map holds no allocation.
//! *Not modelled*: the difference between a nil and an empty map.
//! *Cost*: a clone is one reference count; a look-up is a binary search.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::{Map, Value};

type Entry = (Arc<str>, Arc<str>);

/// A sorted `string → string` map behind one reference count.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StringMap(Option<Arc<Vec<Entry>>>);

impl StringMap {
    pub const fn new() -> Self {
        Self(None)
    }

    fn entries(&self) -> &[Entry] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.entries().binary_search_by(|(k, _)| (**k).cmp(key))
    }

    pub fn get(&self, key: &str) -> Option<&Arc<str>> {
        self.find(key).ok().map(|at| &self.entries()[at].1)
    }

    /// The value of a key as text.
    pub fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key).map(|value| &**value)
    }

    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Sets a key; gives the value it had.
    pub fn insert(
        &mut self,
        key: impl Into<Arc<str>>,
        value: impl Into<Arc<str>>,
    ) -> Option<Arc<str>> {
        let (key, value) = (key.into(), value.into());
        let found = self.find(&key);
        let entries = Arc::make_mut(self.0.get_or_insert_with(Default::default));
        match found {
            Ok(at) => Some(std::mem::replace(&mut entries[at].1, value)),
            Err(at) => {
                entries.insert(at, (key, value));
                None
            }
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Arc<str>> {
        let at = self.find(key).ok()?;
        let entries = Arc::make_mut(self.0.as_mut()?);
        let (_, value) = entries.remove(at);
        if entries.is_empty() {
            self.0 = None;
        }
        Some(value)
    }

    pub fn len(&self) -> usize {
        self.entries().len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Entries in the order of their keys.
    pub fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&Arc<str>, &Arc<str>)> + ExactSizeIterator {
        self.entries().iter().map(|(k, v)| (k, v))
    }

    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Arc<str>> + ExactSizeIterator {
        self.entries().iter().map(|(k, _)| k)
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Arc<str>> + ExactSizeIterator {
        self.entries().iter().map(|(_, v)| v)
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &str) -> bool) {
        if self.iter().all(|(k, v)| keep(k, v)) {
            return;
        }
        *self = self
            .iter()
            .filter(|(k, v)| keep(k, v))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
    }

    /// True if both share one allocation or are both empty: equality without reading.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl fmt::Debug for StringMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// `a=1,b=2`; empty text for an empty map (kubernetes: labels.Set.String).
impl fmt::Display for StringMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (key, value)) in self.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{key}={value}")?;
        }
        Ok(())
    }
}

impl<K: Into<Arc<str>>, V: Into<Arc<str>>> FromIterator<(K, V)> for StringMap {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(iter: I) -> Self {
        let sorted: BTreeMap<Arc<str>, Arc<str>> = iter
            .into_iter()
            .map(|(k, v)| (k.into(), v.into()))
            .collect();
        let entries: Vec<Entry> = sorted.into_iter().collect();
        Self((!entries.is_empty()).then(|| Arc::new(entries)))
    }
}

impl<K: Into<Arc<str>>, V: Into<Arc<str>>, const N: usize> From<[(K, V); N]> for StringMap {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K: Into<Arc<str>>, V: Into<Arc<str>>> Extend<(K, V)> for StringMap {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, iter: I) {
        for (key, value) in iter {
            self.insert(key, value);
        }
    }
}

impl<'a> IntoIterator for &'a StringMap {
    type Item = &'a (Arc<str>, Arc<str>);
    type IntoIter = std::slice::Iter<'a, Entry>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries().iter()
    }
}

/// As error texts show it: an empty map is Go's nil map, null.
impl From<&StringMap> for Value {
    fn from(map: &StringMap) -> Self {
        if map.is_empty() {
            return Value::Null;
        }
        Value::Map(
            map.iter()
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect::<Map>(),
        )
    }
}

impl Serialize for StringMap {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.len()))?;
        for (key, value) in self {
            map.serialize_entry(&**key, &**value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for StringMap {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let map: BTreeMap<Arc<str>, Arc<str>> = Deserialize::deserialize(d)?;
        Ok(map.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_shared() {
        let mut map = StringMap::from([("b", "2"), ("a", "1")]);
        let copy = map.clone();
        assert!(map.ptr_eq(&copy));
        assert_eq!(map.insert("c", "3"), None);
        assert_eq!(map.to_string(), "a=1,b=2,c=3");
        assert_eq!(copy.to_string(), "a=1,b=2");
        map.retain(|k, _| k == "b");
        assert_eq!(map.remove("b").as_deref(), Some("2"));
        assert!(map.is_empty());
        assert_eq!(map, StringMap::new());
    }
}
