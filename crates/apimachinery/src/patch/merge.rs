//! JSON merge patch.
//!
//! *Models* RFC 7386 as evanphx/json-patch and apimachinery/pkg/util/jsonmergepatch apply it.
//! *Invariants*: `apply(a, create(a, b)) == b` when `b` holds no null.
//! *Not modelled*: nothing.

use crate::value::{Map, Value};

/// The document after the patch.
pub fn apply(document: &Value, patch: &Value) -> Value {
    let Value::Map(patch) = patch else {
        return patch.clone();
    };
    let mut result = match document {
        Value::Map(map) => map.clone(),
        _ => Map::new(),
    };
    for (key, change) in patch {
        match change {
            Value::Null => {
                result.remove(key);
            }
            change => {
                let old = result.get(key).cloned().unwrap_or(Value::Null);
                result.insert(key.clone(), apply(&old, change));
            }
        }
    }
    Value::Map(result)
}

/// A patch that turns one document into another.
pub fn create(original: &Value, modified: &Value) -> Value {
    match (original, modified) {
        (Value::Map(original), Value::Map(modified)) => Value::Map(diff(original, modified)),
        _ => modified.clone(),
    }
}

fn diff(original: &Map, modified: &Map) -> Map {
    let mut patch = Map::new();
    for (key, new) in modified {
        match (original.get(key), new) {
            (Some(Value::Map(old)), Value::Map(new)) => {
                let inner = diff(old, new);
                if !inner.is_empty() {
                    patch.insert(key.clone(), inner);
                }
            }
            (Some(old), new) if old == new => {}
            (_, new) => {
                patch.insert(key.clone(), new.clone());
            }
        }
    }
    for key in original.keys() {
        if !modified.contains_key(key) {
            patch.insert(key.clone(), Value::Null);
        }
    }
    patch
}

/// Keeps only nulls (deletions), or only the rest; lists are never taken apart.
/// Kubernetes: jsonmergepatch.keepOrDeleteNullInObj.
pub fn keep_or_delete_nulls(patch: &Map, keep: bool) -> Map {
    let mut result = Map::new();
    for (key, value) in patch {
        match value {
            Value::Null if keep => {
                result.insert(key.clone(), Value::Null);
            }
            Value::Null => {}
            Value::Map(inner) => {
                let filtered = keep_or_delete_nulls(inner, keep);
                // An empty map that was written stays when values are kept.
                if !filtered.is_empty() || (!keep && inner.is_empty()) {
                    result.insert(key.clone(), filtered);
                }
            }
            other if !keep => {
                result.insert(key.clone(), other.clone());
            }
            _ => {}
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::json::parse_json;

    fn json(text: &str) -> Value {
        parse_json(text).unwrap()
    }

    #[test]
    fn rfc_examples() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (
                r#"{"a":{"b":"c"}}"#,
                r#"{"a":{"b":"d","c":null}}"#,
                r#"{"a":{"b":"d"}}"#,
            ),
            (
                r#"{"a":"foo"}"#,
                r#"{"a":{"b":{"c":null}}}"#,
                r#"{"a":{"b":{}}}"#,
            ),
            (r#"["a"]"#, r#"{"a":"b"}"#, r#"{"a":"b"}"#),
        ];
        for (document, patch, want) in cases {
            assert_eq!(apply(&json(document), &json(patch)), json(want));
        }
        let patch = create(
            &json(r#"{"a":1,"b":{"c":1,"d":2}}"#),
            &json(r#"{"b":{"c":1,"d":3},"e":[]}"#),
        );
        assert_eq!(patch, json(r#"{"a":null,"b":{"d":3},"e":[]}"#));
    }
}
