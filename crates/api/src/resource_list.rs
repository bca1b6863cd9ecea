//! Amounts by resource name: requests, limits, capacity.
//!
//! *Models*: `staging/src/k8s.io/api/core/v1/types.go (ResourceList)`.
//! *Invariants*: names are unique and sorted, so equality and encoding are total.
//! *Not modelled*: nothing.
//! *Cost*: a list has two to six entries; a sorted vector beats a tree there.

use std::fmt;
use std::sync::Arc;

use apimachinery::Quantity;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Resource name for CPU, in cores.
pub const CPU: &str = "cpu";
/// Resource name for memory, in bytes.
pub const MEMORY: &str = "memory";
/// Resource name for local ephemeral storage, in bytes.
pub const EPHEMERAL_STORAGE: &str = "ephemeral-storage";
/// Resource name for the number of pods.
pub const PODS: &str = "pods";

/// Quantities by resource name, sorted by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceList(Vec<(Arc<str>, Quantity)>);

impl ResourceList {
    /// A list with nothing in it.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// True if no resource is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many resources are named.
    pub fn len(&self) -> u32 {
        self.0.len() as u32
    }

    /// The amount of one resource, if named.
    pub fn get(&self, name: &str) -> Option<&Quantity> {
        let at = self.find(name).ok()?;
        Some(&self.0[at].1)
    }

    /// The amount of one resource, to be changed in place.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Quantity> {
        let at = self.find(name).ok()?;
        Some(&mut self.0[at].1)
    }

    /// True if the resource is named.
    pub fn contains(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Sets one amount and returns the one it replaces.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, amount: Quantity) -> Option<Quantity> {
        let name = name.into();
        match self.find(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, amount)),
            Err(at) => {
                self.0.insert(at, (name, amount));
                None
            }
        }
    }

    /// Takes one resource out.
    pub fn remove(&mut self, name: &str) -> Option<Quantity> {
        let at = self.find(name).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Name and amount, by name.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Arc<str>, &Quantity)> + Clone {
        self.0.iter().map(|(name, amount)| (name, amount))
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(have, _)| (**have).cmp(name))
    }
}

impl<N: Into<Arc<str>>> FromIterator<(N, Quantity)> for ResourceList {
    fn from_iter<I: IntoIterator<Item = (N, Quantity)>>(entries: I) -> Self {
        let mut list = Self::new();
        for (name, amount) in entries {
            list.insert(name, amount);
        }
        list
    }
}

impl Serialize for ResourceList {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.0.iter().map(|(name, amount)| (name, amount)))
    }
}

impl<'de> Deserialize<'de> for ResourceList {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = ResourceList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of quantities")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ResourceList, A::Error> {
                let mut list = ResourceList::new();
                while let Some((name, amount)) = map.next_entry::<Arc<str>, Quantity>()? {
                    list.insert(name, amount);
                }
                Ok(list)
            }
        }
        from.deserialize_map(Entries)
    }
}
