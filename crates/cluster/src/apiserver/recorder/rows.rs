//! The encoding of rows by id as a plain map: what was never a row leaves no trace.
//!
//! *Invariants*: INV-1: the same bytes as a map from id to row.

use engine::CowVec;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::BTreeMap;

pub(super) fn serialize<T: Serialize, S: Serializer>(
    rows: &CowVec<T>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(rows.len() as usize))?;
    for (id, row) in rows {
        map.serialize_entry(&id, row)?;
    }
    map.end()
}

pub(super) fn deserialize<'de, T: Clone + Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<CowVec<T>, D::Error> {
    let map = BTreeMap::<u32, T>::deserialize(from)?;
    let mut rows = CowVec::new();
    for (id, row) in map {
        rows.insert(id, row);
    }
    Ok(rows)
}
