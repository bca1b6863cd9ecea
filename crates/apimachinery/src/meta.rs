//! Metadata that every object has.
//!
//! *Models* apimachinery/pkg/apis/meta/v1 (types.go, controller_ref.go).
//! *Invariants*: a resource version is a store revision; 0 stands for the empty text.
//! *Not modelled*: opaque (non-numeric) resource versions.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::string_map::StringMap;
use crate::time::Time;
use crate::uid::Uid;
use crate::value::Value;

/// Standard object metadata.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    #[serde(skip_serializing_if = "str_is_empty")]
    pub name: Arc<str>,
    #[serde(skip_serializing_if = "str_is_empty")]
    pub generate_name: Arc<str>,
    #[serde(skip_serializing_if = "str_is_empty")]
    pub namespace: Arc<str>,
    #[serde(skip_serializing_if = "str_is_empty")]
    pub self_link: Arc<str>,
    #[serde(skip_serializing_if = "Uid::is_empty")]
    pub uid: Uid,
    #[serde(skip_serializing_if = "is_zero_u64", with = "resource_version")]
    pub resource_version: u64,
    #[serde(skip_serializing_if = "is_zero_i64")]
    pub generation: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_grace_period_seconds: Option<i64>,
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub labels: StringMap,
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub annotations: StringMap,
    #[serde(skip_serializing_if = "OwnerReferences::is_empty")]
    pub owner_references: OwnerReferences,
    #[serde(skip_serializing_if = "StringList::is_empty")]
    pub finalizers: StringList,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_fields: Option<Arc<Value>>,
}

impl ObjectMeta {
    /// Metadata of a new object with this name in this namespace.
    pub fn named(namespace: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
            ..Self::default()
        }
    }

    /// The owner that is marked as controller, if any.
    pub fn controller_of(&self) -> Option<&OwnerReference> {
        self.owner_references
            .iter()
            .find(|owner| owner.is_controller())
    }

    /// True if `uid` is the UID of this object's controller.
    pub fn is_controlled_by(&self, uid: &Uid) -> bool {
        self.controller_of().is_some_and(|owner| owner.uid == *uid)
    }

    pub fn is_being_deleted(&self) -> bool {
        self.deletion_timestamp.is_some()
    }
}

/// A link to an owning object in the same namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    pub api_version: Arc<str>,
    pub kind: Arc<str>,
    pub name: Arc<str>,
    pub uid: Uid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_owner_deletion: Option<bool>,
}

impl OwnerReference {
    /// A controller reference as `metav1.NewControllerRef` makes it.
    pub fn controller(api_version: &str, kind: &str, name: impl Into<Arc<str>>, uid: Uid) -> Self {
        Self {
            api_version: api_version.into(),
            kind: kind.into(),
            name: name.into(),
            uid,
            controller: Some(true),
            block_owner_deletion: Some(true),
        }
    }

    pub fn is_controller(&self) -> bool {
        self.controller == Some(true)
    }
}

/// Owner references behind one reference count; empty holds no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnerReferences(Option<Arc<[OwnerReference]>>);

impl OwnerReferences {
    /// Changes the list in place, copying it if it is shared.
    pub fn edit<R>(&mut self, change: impl FnOnce(&mut Vec<OwnerReference>) -> R) -> R {
        let mut list = self.to_vec();
        let result = change(&mut list);
        *self = list.into();
        result
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
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

impl Deref for OwnerReferences {
    type Target = [OwnerReference];
    fn deref(&self) -> &[OwnerReference] {
        self.0.as_deref().unwrap_or(&[])
    }
}

impl From<Vec<OwnerReference>> for OwnerReferences {
    fn from(list: Vec<OwnerReference>) -> Self {
        Self((!list.is_empty()).then(|| list.into()))
    }
}

impl FromIterator<OwnerReference> for OwnerReferences {
    fn from_iter<I: IntoIterator<Item = OwnerReference>>(iter: I) -> Self {
        iter.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a> IntoIterator for &'a OwnerReferences {
    type Item = &'a OwnerReference;
    type IntoIter = std::slice::Iter<'a, OwnerReference>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for OwnerReferences {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(s)
    }
}

impl<'de> Deserialize<'de> for OwnerReferences {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(d)?.into())
    }
}

/// A list of strings behind one reference count; empty holds no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StringList(Option<Arc<[Arc<str>]>>);

impl StringList {
    pub const fn new() -> Self {
        Self(None)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub fn contains(&self, text: &str) -> bool {
        self.iter().any(|item| &**item == text)
    }

    pub fn push(&mut self, text: impl Into<Arc<str>>) {
        let mut list = self.to_vec();
        list.push(text.into());
        *self = list.into();
    }

    /// Removes every item equal to `text`; true if there was one.
    pub fn remove(&mut self, text: &str) -> bool {
        if !self.contains(text) {
            return false;
        }
        *self = self
            .iter()
            .filter(|item| &***item != text)
            .cloned()
            .collect();
        true
    }
}

impl Deref for StringList {
    type Target = [Arc<str>];
    fn deref(&self) -> &[Arc<str>] {
        self.0.as_deref().unwrap_or(&[])
    }
}

impl From<Vec<Arc<str>>> for StringList {
    fn from(list: Vec<Arc<str>>) -> Self {
        Self((!list.is_empty()).then(|| list.into()))
    }
}

impl<T: Into<Arc<str>>> FromIterator<T> for StringList {
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        iter.into_iter()
            .map(Into::into)
            .collect::<Vec<Arc<str>>>()
            .into()
    }
}

impl<'a> IntoIterator for &'a StringList {
    type Item = &'a Arc<str>;
    type IntoIter = std::slice::Iter<'a, Arc<str>>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for StringList {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(s)
    }
}

impl<'de> Deserialize<'de> for StringList {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Vec::<Arc<str>>::deserialize(d)?.into())
    }
}

/// What every object says about its own type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TypeMeta {
    #[serde(skip_serializing_if = "str_is_empty")]
    pub api_version: Arc<str>,
    #[serde(skip_serializing_if = "str_is_empty")]
    pub kind: Arc<str>,
}

/// Metadata of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListMeta {
    #[serde(skip_serializing_if = "str_is_empty")]
    pub self_link: Arc<str>,
    #[serde(with = "resource_version")]
    pub resource_version: u64,
    #[serde(rename = "continue", skip_serializing_if = "str_is_empty")]
    pub continue_token: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining_item_count: Option<i64>,
}

/// For `skip_serializing_if` on `Arc<str>` fields.
pub fn str_is_empty(text: &Arc<str>) -> bool {
    text.is_empty()
}

fn is_zero_u64(n: &u64) -> bool {
    *n == 0
}

fn is_zero_i64(n: &i64) -> bool {
    *n == 0
}

/// The wire form of a resource version: decimal text, empty for 0.
pub mod resource_version {
    use super::*;

    pub fn serialize<S: Serializer>(version: &u64, s: S) -> Result<S::Ok, S::Error> {
        match version {
            0 => s.serialize_str(""),
            n => s.collect_str(n),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u64, D::Error> {
        let text = String::deserialize(d)?;
        if text.is_empty() {
            return Ok(0);
        }
        text.parse().map_err(|_| {
            // kubernetes: apiserver/pkg/storage/api_object_versioner.go
            serde::de::Error::custom(format!(
                "strconv.ParseUint: parsing {text:?}: invalid syntax"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_value, to_value};

    #[test]
    fn round_trip_through_value() {
        let mut meta = ObjectMeta::named("default", "web");
        meta.resource_version = 42;
        meta.labels.insert("app", "web");
        meta.finalizers.push("kubernetes");
        meta.owner_references = vec![OwnerReference::controller(
            "apps/v1",
            "ReplicaSet",
            "web-1",
            "u".into(),
        )]
        .into();
        let value = to_value(&meta);
        assert_eq!(
            value.at_path("resourceVersion").and_then(Value::as_str),
            Some("42")
        );
        assert_eq!(
            value.at_path("ownerReferences[0].controller"),
            Some(&Value::Bool(true))
        );
        assert_eq!(from_value::<ObjectMeta>(&value).unwrap(), meta);
        assert!(meta.is_controlled_by(&"u".into()));
    }
}
