//! Three-way patches: what `kubectl apply` sends.
//!
//! *Models* strategicpatch.CreateThreeWayMergePatch and jsonmergepatch.CreateThreeWayJSONMergePatch.
//! *Invariants*: fields that only the server has are left alone.
//! *Not modelled*: preconditions other than conflicts.

use super::merge::{create, keep_or_delete_nulls};
use super::strategic::{PatchSchema, SET_ORDER, apply};
use super::strategic_diff::{Options, diff_maps};
use crate::value::{Map, Value};

/// The patch from `current` to `modified`, deleting what was in `original` (last applied) and is
/// no longer in `modified`. Without `overwrite`, a change made elsewhere is a conflict.
pub fn create_strategic<S: PatchSchema>(
    original: &Value,
    modified: &Value,
    current: &Value,
    schema: S,
    overwrite: bool,
) -> Result<Value, String> {
    let empty = Map::new();
    let map = |value: &Value| value.as_map().unwrap_or(&empty).clone();
    let (original, modified, current) = (map(original), map(modified), map(current));
    let additions = Options {
        ignore_deletions: true,
        set_element_order: true,
        ..Options::default()
    };
    let delta = diff_maps(&current, &modified, Some(schema), additions)?;
    let removals = Options {
        ignore_changes_and_additions: true,
        set_element_order: true,
        ..Options::default()
    };
    let deletions = diff_maps(&original, &modified, Some(schema), removals)?;
    let patch = join(deletions, &delta, Some(schema));
    if !overwrite {
        check_conflicts(&original, &current, &patch, schema)?;
    }
    Ok(Value::Map(patch))
}

/// Joins two patches: the second wins where both speak; lists of items are joined by name.
fn join<S: PatchSchema>(mut into: Map, from: &Map, schema: Option<S>) -> Map {
    for (key, value) in from {
        let info = super::strategic::lookup(schema, key);
        let joined = match (into.get(key), value) {
            (Some(Value::Map(left)), Value::Map(right)) => {
                Value::Map(join(left.clone(), right, info.element))
            }
            (Some(Value::List(left)), Value::List(right))
                if !key.starts_with(SET_ORDER) && info.strategy.merges() =>
            {
                Value::List(join_lists(left, right, info.merge_key, info.element))
            }
            (_, value) => value.clone(),
        };
        into.insert(key.clone(), joined);
    }
    into
}

fn join_lists<S: PatchSchema>(
    left: &[Value],
    right: &[Value],
    merge_key: Option<&str>,
    element: Option<S>,
) -> Vec<Value> {
    let mut joined: Vec<Value> = right.to_vec();
    for item in left {
        let name = merge_key.and_then(|key| item.get(key));
        let twin = joined.iter_mut().find(|other| match (merge_key, name) {
            (Some(key), Some(name)) => other.get(key) == Some(name),
            _ => *other == item,
        });
        match (twin, item) {
            (Some(twin), Value::Map(left)) => {
                let right = twin.as_map().cloned().unwrap_or_default();
                *twin = Value::Map(join(left.clone(), &right, element));
            }
            (Some(_), _) => {}
            (None, item) => joined.push(item.clone()),
        }
    }
    joined
}

fn check_conflicts<S: PatchSchema>(
    original: &Map,
    current: &Map,
    patch: &Map,
    schema: S,
) -> Result<(), String> {
    let changes = diff_maps(original, current, Some(schema), Options::default())?;
    let both = |value: &Map| Value::Map(value.clone());
    let original = both(original);
    let ours_last = apply(
        &apply(&original, &both(&changes), schema)?,
        &both(patch),
        schema,
    )?;
    let theirs_last = apply(
        &apply(&original, &both(patch), schema)?,
        &both(&changes),
        schema,
    )?;
    if ours_last == theirs_last {
        return Ok(());
    }
    // kubernetes: apimachinery/pkg/util/mergepatch/errors.go NewErrConflict
    Err(format!(
        "patch:\n{}\nconflicts with changes made from original to current:\n{}\n",
        Value::Map(patch.clone()),
        Value::Map(changes)
    ))
}

/// The same for kinds without a schema.
pub fn create_json_merge(
    original: &Value,
    modified: &Value,
    current: &Value,
) -> Result<Value, String> {
    let empty = Map::new();
    let additions = create(current, modified);
    let additions = keep_or_delete_nulls(additions.as_map().unwrap_or(&empty), false);
    let deletions = create(original, modified);
    let deletions = keep_or_delete_nulls(deletions.as_map().unwrap_or(&empty), true);
    Ok(Value::Map(join_plain(deletions, &additions)))
}

fn join_plain(mut into: Map, from: &Map) -> Map {
    for (key, value) in from {
        let joined = match (into.get(key), value) {
            (Some(Value::Map(left)), Value::Map(right)) => {
                Value::Map(join_plain(left.clone(), right))
            }
            (_, value) => value.clone(),
        };
        into.insert(key.clone(), joined);
    }
    into
}

#[cfg(test)]
mod tests {
    use super::super::strategic::tests::{ByName, json};
    use super::*;

    #[test]
    fn json_merge() {
        let cases = [
            (
                r#"{"name":1}"#,
                r#"{"name":1,"value":1}"#,
                r#"{"name":"a","other":"a"}"#,
                r#"{"name":1,"value":1}"#,
            ),
            (
                r#"{"name":1}"#,
                r#"{"value":1}"#,
                r#"{"name":1,"other":"a"}"#,
                r#"{"name":null,"value":1}"#,
            ),
            (
                r#"{"simpleMap":{"key1":1,"key2":1}}"#,
                r#"{"simpleMap":{"key1":1}}"#,
                r#"{"simpleMap":{"key1":"a","key2":1,"other":"a"}}"#,
                r#"{"simpleMap":{"key1":1,"key2":null}}"#,
            ),
            (
                r#"{"name":1,"value":1}"#,
                "{}",
                r#"{"name":1,"other":"a","value":"a"}"#,
                r#"{"name":null,"value":null}"#,
            ),
        ];
        for (original, modified, current, want) in cases {
            let got = create_json_merge(&json(original), &json(modified), &json(current)).unwrap();
            assert_eq!(got, json(want));
        }
    }

    #[test]
    fn apply_keeps_what_others_added() {
        let original =
            json(r#"{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b"}],"x":1}}"#);
        let modified = json(r#"{"spec":{"containers":[{"name":"a","image":"2"}]}}"#);
        let current = json(
            r#"{"spec":{"containers":[{"name":"a","image":"1","pull":"Always"},{"name":"b"},{"name":"sidecar"}],"x":1,"y":2}}"#,
        );
        let patch = create_strategic(&original, &modified, &current, ByName, true).unwrap();
        assert_eq!(
            patch,
            json(
                r#"{"spec":{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"image":"2","name":"a"},{"$patch":"delete","name":"b"}],"x":null}}"#
            )
        );
        assert_eq!(
            apply(&current, &patch, ByName).unwrap(),
            json(
                r#"{"spec":{"containers":[{"name":"a","image":"2","pull":"Always"},{"name":"sidecar"}],"y":2}}"#
            )
        );
    }

    #[test]
    fn conflicts_are_told() {
        let error = create_strategic(
            &json(r#"{"a":1}"#),
            &json(r#"{"a":2}"#),
            &json(r#"{"a":3}"#),
            ByName,
            false,
        )
        .unwrap_err();
        assert!(error.starts_with("patch:\n{\"a\":2}\nconflicts with changes"));
    }
}
