//! The registry of modelled kinds: `Kind`, `Object`, `Resource`.
//!
//! Adding a kind is one line in `kinds!` at the end of this file.
//!
//! *Models*: `staging/src/k8s.io/apimachinery/pkg/runtime (Scheme)`.
//! *Invariants*: a `Kind`'s number never changes (it is in saved worlds): add at the end.
//! *Not modelled*: several stored versions of one kind; every kind has the one upstream prefers.

use std::fmt;
use std::sync::Arc;

use apimachinery::{ErrorList, ObjectMeta, Value};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::known::KindInfo;
use crate::strategy::Strategy;

/// Why a value is no object of the kind it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(pub String);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

/// A typed object of one modelled kind.
pub trait Resource:
    Strategy
    + Clone
    + fmt::Debug
    + Default
    + PartialEq
    + Serialize
    + for<'de> Deserialize<'de>
    + 'static
{
    /// Which kind this is.
    const KIND: Kind;

    /// The object as this type, if it is of this kind.
    fn from_object(object: &Object) -> Option<&Arc<Self>>;

    /// The same, giving up the object.
    fn unwrap_object(object: Object) -> Option<Arc<Self>>;

    /// Any kind of object, from this one.
    fn into_object(this: Arc<Self>) -> Object;

    /// Its metadata.
    fn meta(&self) -> &ObjectMeta;

    /// Its metadata, to be changed.
    fn meta_mut(&mut self) -> &mut ObjectMeta;

    /// Reads the JSON form. Unknown fields are ignored; see `schema::strict_decode` for the words
    /// of the API server.
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        wire::read(value)
    }

    /// The JSON form, `apiVersion` and `kind` first.
    fn encode(&self) -> Value {
        wire::write(self, Self::KIND.info())
    }
}

/// Values and text.
pub(crate) mod wire {
    use apimachinery::text::json;
    use apimachinery::{Map, from_value, to_value};

    use super::{DecodeError, Deserialize, KindInfo, Serialize, Value};

    pub(crate) fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, DecodeError> {
        from_value(value).map_err(|error| DecodeError(error.to_string()))
    }

    pub(crate) fn write<T: Serialize>(object: &T, info: &KindInfo) -> Value {
        let body = to_value(object);
        let fields = body
            .as_map()
            .expect("INV-10: an object is written as a map");
        let mut map = Map::with_capacity(fields.len() + 2);
        map.insert("apiVersion", info.api_version());
        map.insert("kind", info.kind);
        for (key, value) in fields {
            map.insert(key.clone(), value.clone());
        }
        Value::Map(map)
    }

    pub(crate) fn to_text(value: &Value) -> String {
        json::to_json(value)
    }

    pub(crate) fn from_text(text: &str) -> Result<Value, String> {
        json::parse_json(text)
    }
}

macro_rules! kinds {
    ($($kind:ident = $number:literal in $group:literal),+ $(,)?) => {
        /// A modelled kind.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Kind {
            $(#[doc = concat!("`", stringify!($kind), "`")] $kind = $number),+
        }

        /// An object of any modelled kind; cloning it is one reference count.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Object {
            $(#[doc = concat!("`", stringify!($kind), "`")] $kind(Arc<crate::$kind>)),+
        }

        impl Kind {
            /// Every modelled kind, by number.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),+];

            /// Upstream's name: `Pod`.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$kind => stringify!($kind)),+ }
            }

            /// Upstream's group; the core group is the empty string.
            pub const fn group(self) -> &'static str {
                match self { $(Kind::$kind => $group),+ }
            }
        }

        impl Object {
            /// Which kind it is.
            pub fn kind(&self) -> Kind {
                match self { $(Object::$kind(_) => Kind::$kind),+ }
            }

            /// Its metadata.
            pub fn meta(&self) -> &ObjectMeta {
                match self { $(Object::$kind(object) => &object.meta),+ }
            }

            /// Its metadata, to be changed; the object is cloned first if it is shared.
            pub fn meta_mut(&mut self) -> &mut ObjectMeta {
                match self { $(Object::$kind(object) => &mut Arc::make_mut(object).meta),+ }
            }

            /// Reads the JSON form of one kind; `apiVersion` and `kind` are not looked at.
            pub fn decode(kind: Kind, value: &Value) -> Result<Object, DecodeError> {
                match kind {
                    $(Kind::$kind => {
                        crate::$kind::decode(value).map(|object| Object::$kind(Arc::new(object)))
                    })+
                }
            }

            /// The JSON form, `apiVersion` and `kind` first.
            pub fn encode(&self) -> Value {
                match self { $(Object::$kind(object) => object.encode()),+ }
            }

            /// Serialises the object itself, without `apiVersion` and `kind`.
            pub fn serialize_fields<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                match self { $(Object::$kind(object) => object.serialize(out)),+ }
            }

            /// See [`Strategy::set_defaults`].
            pub fn set_defaults(&mut self) {
                match self { $(Object::$kind(object) => Arc::make_mut(object).set_defaults()),+ }
            }

            /// See [`Strategy::prepare_for_create`].
            pub fn prepare_for_create(&mut self) {
                match self {
                    $(Object::$kind(object) => Arc::make_mut(object).prepare_for_create()),+
                }
            }

            /// See [`Strategy::prepare_for_update`]. An object of another kind is ignored.
            pub fn prepare_for_update(&mut self, old: &Object) {
                match (self, old) {
                    $((Object::$kind(object), Object::$kind(old)) => {
                        Arc::make_mut(object).prepare_for_update(old);
                    })+
                    _ => {}
                }
            }

            /// See [`Strategy::prepare_for_status_update`]. An object of another kind is ignored.
            pub fn prepare_for_status_update(&mut self, old: &Object) {
                match (self, old) {
                    $((Object::$kind(object), Object::$kind(old)) => {
                        Arc::make_mut(object).prepare_for_status_update(old);
                    })+
                    _ => {}
                }
            }

            /// See [`Strategy::validate_status`]. An old object of another kind is ignored.
            pub fn validate_status(&self, old: &Object, errors: &mut ErrorList) {
                match (self, old) {
                    $((Object::$kind(object), Object::$kind(old)) => object.validate_status(old, errors),)+
                    _ => {}
                }
            }

            /// See [`Strategy::set_replicas`].
            pub fn set_replicas(&mut self, replicas: i32) -> bool {
                match self { $(Object::$kind(object) => Arc::make_mut(object).set_replicas(replicas)),+ }
            }

            /// See [`Strategy::validate`]. An old object of another kind counts as none.
            pub fn validate(&self, old: Option<&Object>, errors: &mut ErrorList) {
                match self {
                    $(Object::$kind(object) => {
                        let old = old.and_then(crate::$kind::from_object);
                        object.validate(old.map(|old| &**old), errors);
                    })+
                }
            }
        }

        $(impl Resource for crate::$kind {
            const KIND: Kind = Kind::$kind;

            fn from_object(object: &Object) -> Option<&Arc<Self>> {
                match object {
                    Object::$kind(object) => Some(object),
                    _ => None,
                }
            }

            fn unwrap_object(object: Object) -> Option<Arc<Self>> {
                match object {
                    Object::$kind(object) => Some(object),
                    _ => None,
                }
            }

            fn into_object(this: Arc<Self>) -> Object {
                Object::$kind(this)
            }

            fn meta(&self) -> &ObjectMeta {
                &self.meta
            }

            fn meta_mut(&mut self) -> &mut ObjectMeta {
                &mut self.meta
            }
        })+
    };
}

kinds! {
    Pod = 0 in "",
    Node = 1 in "",
    Namespace = 2 in "",
    ConfigMap = 3 in "",
    Secret = 4 in "",
    ServiceAccount = 5 in "",
    Event = 6 in "",
    ReplicationController = 7 in "",
    ReplicaSet = 8 in "apps",
    Deployment = 9 in "apps",
    Lease = 10 in "coordination.k8s.io",
}

impl Kind {
    /// Its line in the table of all resources.
    pub fn info(self) -> &'static KindInfo {
        KindInfo::of(self)
    }

    /// `pods`, `deployments`, …
    pub fn plural(self) -> &'static str {
        self.info().plural
    }

    /// True if its objects live in namespaces.
    pub fn namespaced(self) -> bool {
        self.info().namespaced
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<R: Resource> From<Arc<R>> for Object {
    fn from(object: Arc<R>) -> Self {
        R::into_object(object)
    }
}

impl Object {
    /// The object as one type, if it is of that kind.
    pub fn get<R: Resource>(&self) -> Option<&Arc<R>> {
        R::from_object(self)
    }

    /// The JSON form as one resource shows it, where the kind is served under several.
    pub fn encode_as(&self, info: &KindInfo) -> Value {
        crate::convert::from_stored(info, self.encode())
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        (self.kind(), wire::to_text(&self.encode())).serialize(out)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (kind, text) = <(Kind, String)>::deserialize(from)?;
        let value = wire::from_text(&text).map_err(D::Error::custom)?;
        Object::decode(kind, &value).map_err(D::Error::custom)
    }
}
