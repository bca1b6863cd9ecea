//! Applying a strategic merge patch.
//!
//! *Models* apimachinery/pkg/util/strategicpatch/patch.go (mergeMap, mergeSlice and their kin).
//! *Invariants*: fields that the schema does not know merge as JSON merge patch does.
//! *Not modelled*: merging a patch into a patch (the ignored-directive options).

use std::sync::Arc;

use crate::text::json::to_json;
use crate::value::{Map, Value};

pub const DIRECTIVE: &str = "$patch";
pub const RETAIN_KEYS: &str = "$retainKeys";
pub const DELETE_PRIMITIVES: &str = "$deleteFromPrimitiveList/";
pub const SET_ORDER: &str = "$setElementOrder/";

/// How a field is patched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Maps merge, lists are replaced.
    #[default]
    Default,
    /// Lists merge: by key, or as sets of scalars.
    Merge,
    /// Maps and lists are replaced.
    Replace,
    /// Of a map, only the listed keys stay.
    RetainKeys,
    MergeRetainKeys,
}

impl Strategy {
    /// Of a `patchStrategy` tag such as `merge,retainKeys`.
    pub fn from_tag(tag: &str) -> Self {
        let has = |word| tag.split(',').any(|part| part == word);
        match (has("merge"), has("retainKeys"), has("replace")) {
            (true, true, _) => Strategy::MergeRetainKeys,
            (true, false, _) => Strategy::Merge,
            (false, true, _) => Strategy::RetainKeys,
            (false, false, true) => Strategy::Replace,
            (false, false, false) => Strategy::Default,
        }
    }

    pub fn merges(self) -> bool {
        matches!(self, Strategy::Merge | Strategy::MergeRetainKeys)
    }

    pub fn retains_keys(self) -> bool {
        matches!(self, Strategy::RetainKeys | Strategy::MergeRetainKeys)
    }
}

/// What the schema says about one field.
#[derive(Clone, Copy, Debug)]
pub struct FieldPatch<S> {
    pub strategy: Strategy,
    /// The key that identifies items of a list of maps.
    pub merge_key: Option<&'static str>,
    /// The type of the field if it is a struct, or of its items or values if it is a list or map.
    pub element: Option<S>,
}

/// What a strategic merge needs to know about a type.
pub trait PatchSchema: Copy {
    /// `None` if the type has no such field.
    fn field(self, name: &str) -> Option<FieldPatch<Self>>;
}

/// The schema's answer, or one that treats the field as plain JSON.
pub(super) fn lookup<S: PatchSchema>(schema: Option<S>, name: &str) -> FieldPatch<S> {
    let plain = FieldPatch {
        strategy: Strategy::Default,
        merge_key: None,
        element: None,
    };
    schema.and_then(|s| s.field(name)).unwrap_or(plain)
}

/// The object after a strategic merge patch.
pub fn apply<S: PatchSchema>(original: &Value, patch: &Value, schema: S) -> Result<Value, String> {
    let Value::Map(patch) = patch else {
        return Err(format!(
            "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
            patch.kind_name()
        ));
    };
    let empty = Map::new();
    let original = original.as_map().unwrap_or(&empty);
    merge_map(original, patch, Some(schema)).map(Value::Map)
}

fn directive(map: &Map) -> Option<&Value> {
    map.get(DIRECTIVE)
}

/// The map without patch directives, for content that has nothing to merge into.
fn strip<S: PatchSchema>(patch: &Map, schema: Option<S>) -> Result<Map, String> {
    merge_map(&Map::new(), patch, schema)
}

pub(super) fn merge_map<S: PatchSchema>(
    original: &Map,
    patch: &Map,
    schema: Option<S>,
) -> Result<Map, String> {
    match directive(patch) {
        Some(Value::Str(d)) if &**d == "replace" => {
            let mut result = patch.clone();
            result.remove(DIRECTIVE);
            return Ok(result);
        }
        Some(Value::Str(d)) if &**d == "delete" => return Ok(Map::new()),
        Some(Value::Str(d)) if &**d == "merge" => {}
        Some(other) => return Err(bad_directive(other, patch)),
        None => {}
    }
    let mut result = original.clone();
    retain_keys(&mut result, patch)?;
    for (key, change) in patch {
        if &**key == DIRECTIVE || &**key == RETAIN_KEYS || key.starts_with(SET_ORDER) {
            continue;
        }
        if let Some(name) = key.strip_prefix(DELETE_PRIMITIVES) {
            delete_primitives(&mut result, name, change)?;
            continue;
        }
        merge_field(&mut result, key, change, patch, schema)?;
    }
    reorder_untouched(&mut result, original, patch, schema)?;
    Ok(result)
}

fn bad_directive(directive: &Value, map: &Map) -> String {
    let shown = directive
        .as_str()
        .map_or_else(|| directive.to_string(), str::to_string);
    // kubernetes: apimachinery/pkg/util/mergepatch/errors.go
    format!(
        "Unknown patch type found: {shown} in map: {}",
        to_json(&Value::Map(map.clone()))
    )
}

fn merge_field<S: PatchSchema>(
    result: &mut Map,
    key: &Arc<str>,
    change: &Value,
    patch: &Map,
    schema: Option<S>,
) -> Result<(), String> {
    if change.is_null() {
        result.remove(key);
        return Ok(());
    }
    let info = lookup(schema, key);
    let order = patch.get(&format!("{SET_ORDER}{key}"));
    let merged = match (result.get(key), change) {
        (Some(Value::Map(old)), Value::Map(new)) if info.strategy != Strategy::Replace => {
            Value::Map(merge_map(old, new, info.element)?)
        }
        (_, Value::Map(new)) => Value::Map(strip(new, info.element)?),
        (Some(Value::List(old)), Value::List(new)) if info.strategy.merges() => {
            Value::List(merge_list(old, new, order, info)?)
        }
        (None, Value::List(new)) if info.strategy.merges() => {
            Value::List(merge_list(&[], new, order, info)?)
        }
        (_, Value::List(new)) => Value::List(new.clone()),
        (_, scalar) => scalar.clone(),
    };
    result.insert(key.clone(), merged);
    Ok(())
}

/// Drops the keys that `$retainKeys` does not list.
fn retain_keys(result: &mut Map, patch: &Map) -> Result<(), String> {
    let Some(keep) = patch.get(RETAIN_KEYS) else {
        return Ok(());
    };
    let Value::List(keep) = keep else {
        return Err("invalid patch format of retainKeys".into());
    };
    for key in patch.keys() {
        let is_directive = key.starts_with('$');
        let deleted = patch.get(key).is_some_and(Value::is_null);
        if !is_directive && !deleted && !keep.iter().any(|k| k.as_str() == Some(key)) {
            return Err("patch and retainKeys list are not matching".into());
        }
    }
    result.retain(|key, _| keep.iter().any(|k| k.as_str() == Some(key)));
    Ok(())
}

fn delete_primitives(result: &mut Map, name: &str, doomed: &Value) -> Result<(), String> {
    let Value::List(doomed) = doomed else {
        return Err("invalid patch format of primitive list".into());
    };
    if let Some(Value::List(list)) = result.get_mut(name) {
        list.retain(|item| !doomed.contains(item));
    }
    Ok(())
}

/// Puts lists in order that the patch orders but does not change.
fn reorder_untouched<S: PatchSchema>(
    result: &mut Map,
    original: &Map,
    patch: &Map,
    schema: Option<S>,
) -> Result<(), String> {
    for (key, order) in patch {
        let Some(name) = key.strip_prefix(SET_ORDER) else {
            continue;
        };
        let Value::List(order) = order else {
            return Err("invalid patch format of setElementOrder list".into());
        };
        if patch.contains_key(name) {
            continue;
        }
        let info = lookup(schema, name);
        let before: Vec<Value> = original
            .get(name)
            .and_then(Value::as_list)
            .unwrap_or(&[])
            .to_vec();
        if let Some(Value::List(list)) = result.get_mut(name) {
            let current = std::mem::take(list);
            *list = arrange(current, &[], order, &before, info.merge_key);
        }
    }
    Ok(())
}

fn merge_list<S: PatchSchema>(
    original: &[Value],
    patch: &[Value],
    order: Option<&Value>,
    info: FieldPatch<S>,
) -> Result<Vec<Value>, String> {
    let order = match order {
        None => None,
        Some(Value::List(list)) => Some(list.as_slice()),
        Some(_) => return Err("invalid patch format of setElementOrder list".into()),
    };
    let of_maps = patch
        .iter()
        .chain(original)
        .next()
        .is_some_and(|v| matches!(v, Value::Map(_)));
    let merged = match (of_maps, info.merge_key) {
        (true, Some(key)) => merge_maps(original, patch, key, info.element)?,
        (true, None) => {
            return Err("no merge key for a list of maps: expected one in the schema".into());
        }
        (false, _) => {
            let mut merged = original.to_vec();
            for item in patch {
                if !merged.contains(item) {
                    merged.push(item.clone());
                }
            }
            merged
        }
    };
    Ok(match order {
        Some(order) => arrange(merged, patch, order, original, info.merge_key),
        None => merged,
    })
}

fn key_of<'a>(item: &'a Value, key: Option<&str>) -> Option<&'a Value> {
    match key {
        Some(key) if matches!(item, Value::Map(_)) => item.get(key),
        _ => Some(item),
    }
}

fn merge_maps<S: PatchSchema>(
    original: &[Value],
    patch: &[Value],
    key: &str,
    element: Option<S>,
) -> Result<Vec<Value>, String> {
    let mut merged: Vec<Value> = original.to_vec();
    let mut additions: Vec<&Map> = Vec::new();
    let mut replace_all = false;
    for item in patch {
        let Value::Map(map) = item else {
            return Err(format!(
                "unable to find type: expected a map in a list of maps, got {}",
                item.kind_name()
            ));
        };
        match directive(map) {
            None => additions.push(map),
            Some(Value::Str(d)) if &**d == "delete" => {
                let name = map.get(key).ok_or_else(|| no_merge_key(map, key))?;
                merged.retain(|old| old.get(key) != Some(name));
            }
            Some(Value::Str(d)) if &**d == "replace" => replace_all = true,
            Some(Value::Str(d)) if &**d == "merge" => {
                return Err("merging lists cannot yet be specified in the patch".into());
            }
            Some(other) => return Err(bad_directive(other, map)),
        }
    }
    if replace_all {
        return Ok(additions
            .into_iter()
            .map(|map| Value::Map(map.clone()))
            .collect());
    }
    for map in additions {
        let name = map.get(key).ok_or_else(|| no_merge_key(map, key))?;
        let found = merged.iter_mut().find(|old| old.get(key) == Some(name));
        match found {
            Some(slot) => {
                let old = slot.as_map().cloned().unwrap_or_default();
                *slot = Value::Map(merge_map(&old, map, element)?);
            }
            None => merged.push(Value::Map(strip(map, element)?)),
        }
    }
    Ok(merged)
}

// kubernetes: apimachinery/pkg/util/mergepatch/errors.go ErrNoMergeKey
fn no_merge_key(map: &Map, key: &str) -> String {
    format!(
        "map: {} does not contain declared merge key: {key}",
        to_json(&Value::Map(map.clone()))
    )
}

/// Orders a merged list: items named by `order` as it says, items that only the server has where
/// they stood relative to the others.
/// Kubernetes: strategicpatch.normalizeElementOrder and mergeSortedSlice.
fn arrange(
    merged: Vec<Value>,
    patch: &[Value],
    order: &[Value],
    original: &[Value],
    key: Option<&str>,
) -> Vec<Value> {
    let place = |item: &Value, list: &[Value]| {
        let name = key_of(item, key);
        list.iter().position(|other| key_of(other, key) == name)
    };
    let ordered = |item: &Value| place(item, order);
    let in_patch = |item: &Value| place(item, patch).is_some();
    let (mut named, mut server_only): (Vec<Value>, Vec<Value>) = merged
        .into_iter()
        .partition(|item| in_patch(item) || ordered(item).is_some());
    named.sort_by_key(|item| ordered(item).unwrap_or(usize::MAX));
    server_only.sort_by_key(|item| place(item, original).unwrap_or(usize::MAX));
    let mut result = Vec::with_capacity(named.len() + server_only.len());
    let mut named = named.into_iter().peekable();
    let mut rest = server_only.into_iter().peekable();
    while let (Some(left), Some(right)) = (named.peek(), rest.peek()) {
        // A server-only item comes first if it stood before the next ordered one.
        let server_first = match (place(left, original), place(right, original)) {
            (Some(left), Some(right)) => right < left,
            _ => false,
        };
        result.extend(if server_first {
            rest.next()
        } else {
            named.next()
        });
    }
    result.extend(named);
    result.extend(rest);
    result
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::text::json::parse_json;

    /// A schema by field name, the same at every depth.
    #[derive(Clone, Copy)]
    pub struct ByName;

    impl PatchSchema for ByName {
        fn field(self, name: &str) -> Option<FieldPatch<Self>> {
            let (strategy, merge_key) = match name {
                "containers" | "env" | "volumes" => (Strategy::Merge, Some("name")),
                "finalizers" => (Strategy::Merge, None),
                "strategy" => (Strategy::RetainKeys, None),
                "opaque" => (Strategy::Replace, None),
                _ => (Strategy::Default, None),
            };
            Some(FieldPatch {
                strategy,
                merge_key,
                element: Some(ByName),
            })
        }
    }

    pub fn json(text: &str) -> Value {
        parse_json(text).unwrap()
    }

    #[test]
    fn merges() {
        let cases = [
            // Lists of maps merge by key; nulls delete.
            (
                r#"{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}"#,
                r#"{"containers":[{"name":"b","image":"2","x":null},{"name":"c"}]}"#,
                r#"{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"},{"name":"c"}]}"#,
            ),
            (
                r#"{"containers":[{"name":"a"},{"name":"b"}]}"#,
                r#"{"containers":[{"$patch":"delete","name":"a"}]}"#,
                r#"{"containers":[{"name":"b"}]}"#,
            ),
            (
                r#"{"containers":[{"name":"a"}]}"#,
                r#"{"containers":[{"$patch":"replace"},{"name":"z"}]}"#,
                r#"{"containers":[{"name":"z"}]}"#,
            ),
            (
                r#"{"a":{"x":1,"y":2}}"#,
                r#"{"a":{"$patch":"replace","z":3}}"#,
                r#"{"a":{"z":3}}"#,
            ),
            (r#"{"args":[1,2]}"#, r#"{"args":[3]}"#, r#"{"args":[3]}"#),
            (
                r#"{"finalizers":["a"]}"#,
                r#"{"finalizers":["b","a"]}"#,
                r#"{"finalizers":["a","b"]}"#,
            ),
            (
                r#"{"finalizers":["a","b","c"]}"#,
                r#"{"$deleteFromPrimitiveList/finalizers":["b"]}"#,
                r#"{"finalizers":["a","c"]}"#,
            ),
            (
                r#"{"strategy":{"type":"RollingUpdate","rollingUpdate":{"x":1}}}"#,
                r#"{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}"#,
                r#"{"strategy":{"type":"Recreate"}}"#,
            ),
            (
                r#"{"containers":[{"name":"a"},{"name":"s"},{"name":"b"}]}"#,
                r#"{"$setElementOrder/containers":[{"name":"c"},{"name":"b"},{"name":"a"}],"containers":[{"name":"c"}]}"#,
                r#"{"containers":[{"name":"c"},{"name":"s"},{"name":"b"},{"name":"a"}]}"#,
            ),
            (
                r#"{"opaque":{"x":1}}"#,
                r#"{"opaque":{"y":1}}"#,
                r#"{"opaque":{"y":1}}"#,
            ),
        ];
        for (original, patch, want) in cases {
            let got = apply(&json(original), &json(patch), ByName).unwrap();
            assert_eq!(got, json(want), "{patch}");
        }
        let error = apply(
            &json("{}"),
            &json(r#"{"containers":[{"image":"x"}]}"#),
            ByName,
        );
        assert_eq!(
            error.unwrap_err(),
            r#"map: {"image":"x"} does not contain declared merge key: name"#
        );
    }
}
