//! Other versions of a stored kind: field names in and out.
//!
//! *Models*: `pkg/apis/events/v1/conversion.go`.
//! *Invariants*: the stored form is the core group's; converting there and back changes nothing.
//! *Not modelled*: any other second version (autoscaling/v1, …).

use apimachinery::{Map, Value};

use crate::known::KindInfo;

/// events.k8s.io/v1 name, core/v1 name.
const EVENT_FIELDS: &[(&str, &str)] = &[
    ("deprecatedCount", "count"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedSource", "source"),
    ("note", "message"),
    ("regarding", "involvedObject"),
    ("reportingController", "reportingComponent"),
];

/// A value of this resource, with the fields it is stored by.
pub fn to_stored(info: &KindInfo, value: Value) -> Value {
    rename(info, value, |outer, stored| (outer, stored))
}

/// A stored value, as this resource shows it.
pub fn from_stored(info: &KindInfo, value: Value) -> Value {
    rename(info, value, |outer, stored| (stored, outer))
}

fn rename(
    info: &KindInfo,
    value: Value,
    direction: impl Fn(&'static str, &'static str) -> (&'static str, &'static str),
) -> Value {
    let Value::Map(fields) = value else {
        return value;
    };
    if info.group != "events.k8s.io" {
        return Value::Map(fields);
    }
    let mut out = Map::with_capacity(fields.len());
    for (key, field) in fields {
        let mut pairs = EVENT_FIELDS
            .iter()
            .map(|(outer, stored)| direction(outer, stored));
        match pairs.find(|(from, _)| **from == *key) {
            Some((_, to)) => out.insert(to, field),
            None if &*key == "apiVersion" => out.insert(key, info.api_version()),
            None => out.insert(key, field),
        };
    }
    Value::Map(out)
}
