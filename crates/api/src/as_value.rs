//! Serialises typed objects inside stored state: by their compact JSON form.
//!
//! Use as `#[serde(with = "api::as_value")]` on an `Arc<R>` and
//! `#[serde(with = "api::as_value::option")]` on an `Option<Arc<R>>`. The types themselves leave
//! empty fields out, which a positional encoding cannot read back.
//!
//! *Models*: nothing upstream.
//! *Invariants*: INV-1: the text is canonical, so equal objects have equal bytes.
//! *Not modelled*: nothing.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::registry::{Resource, wire};

/// Writes a typed object as its JSON text.
pub fn serialize<R: Resource, S: Serializer>(object: &Arc<R>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&wire::to_text(&object.encode()))
}

/// Reads a typed object from its JSON text.
pub fn deserialize<'de, R: Resource, D: Deserializer<'de>>(from: D) -> Result<Arc<R>, D::Error> {
    let text = String::deserialize(from)?;
    read(&text).map_err(D::Error::custom)
}

fn read<R: Resource>(text: &str) -> Result<Arc<R>, String> {
    let value = wire::from_text(text)?;
    R::decode(&value)
        .map(Arc::new)
        .map_err(|error| error.to_string())
}

/// The same for an object that may be absent.
pub mod option {
    use super::{
        Arc, Deserialize, Deserializer, Error, Resource, Serialize, Serializer, read, wire,
    };

    /// Writes the JSON text, or nothing.
    pub fn serialize<R: Resource, S: Serializer>(
        object: &Option<Arc<R>>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        object
            .as_ref()
            .map(|object| wire::to_text(&object.encode()))
            .serialize(out)
    }

    /// Reads what [`serialize`] wrote.
    pub fn deserialize<'de, R: Resource, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Arc<R>>, D::Error> {
        Option::<String>::deserialize(from)?
            .map(|text| read(&text).map_err(D::Error::custom))
            .transpose()
    }
}
