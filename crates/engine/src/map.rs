//! [`CowMap`]: an ordered map whose clone costs nothing.
//!
//! *Invariants* INV-1: iterates in key order. INV-5: a persistent B-tree; a
//! clone shares everything, a write copies the path to one leaf.
//!
//! *Cost* reads are several times those of a [`crate::CowVec`]: for keys that
//! are not dense ids (names in order, groups of ids, retry times).

use std::borrow::Borrow;
use std::fmt;
use std::ops::RangeBounds;

use imbl::OrdMap;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// An ordered persistent map.
#[derive(Clone, PartialEq, Eq)]
pub struct CowMap<K: Ord + Clone, V: Clone> {
    map: OrdMap<K, V>,
}

impl<K: Ord + Clone, V: Clone> Default for CowMap<K, V> {
    fn default() -> Self {
        CowMap::new()
    }
}

impl<K: Ord + Clone, V: Clone> CowMap<K, V> {
    pub fn new() -> Self {
        CowMap { map: OrdMap::new() }
    }

    pub fn len(&self) -> u32 {
        self.map.len() as u32
    }

    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
    {
        self.map.get(key)
    }

    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
    {
        self.map.contains_key(key)
    }

    /// The value to write to. A miss copies nothing.
    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
    {
        if !self.map.contains_key(key) {
            return None;
        }
        self.map.get_mut(key)
    }

    /// The value of `key` to write to, put there first if it is missing.
    pub fn get_or_insert_with(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        self.map.entry(key).or_insert_with(new)
    }

    /// Puts a value and returns the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.map.insert(key, value)
    }

    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
    {
        if !self.map.contains_key(key) {
            return None;
        }
        self.map.remove(key)
    }

    pub fn clear(&mut self) {
        self.map = OrdMap::new();
    }

    pub fn first(&self) -> Option<(&K, &V)> {
        self.map.get_min().map(|(key, value)| (key, value))
    }

    pub fn last(&self) -> Option<(&K, &V)> {
        self.map.get_max().map(|(key, value)| (key, value))
    }

    /// Takes out the entry with the lowest key.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        let key = self.first()?.0.clone();
        let value = self.map.remove(&key)?;
        Some((key, value))
    }

    /// Entries in key order, from either end.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.map.iter()
    }

    /// Entries whose key lies in `range`, in key order, from either end.
    pub fn range<R: RangeBounds<K>>(&self, range: R) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.map.range(range)
    }

    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for CowMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        CowMap {
            map: entries.into_iter().collect(),
        }
    }
}

impl<K: Ord + Clone + fmt::Debug, V: Clone + fmt::Debug> fmt::Debug for CowMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Ord + Clone + Serialize, V: Clone + Serialize> Serialize for CowMap<K, V> {
    /// Canonical: entries in key order.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.map.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de, K, V> Deserialize<'de> for CowMap<K, V>
where
    K: Ord + Clone + Deserialize<'de>,
    V: Clone + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<K, V>::deserialize(from)?;
        Ok(map.into_iter().collect())
    }
}
