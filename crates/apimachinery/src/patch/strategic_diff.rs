//! Making a strategic merge patch from two versions.
//!
//! *Models* apimachinery/pkg/util/strategicpatch/patch.go (diffMaps, diffLists).
//! *Invariants*: `apply(a, create_two_way(a, b)) == b`.
//! *Not modelled*: nothing.

use super::strategic::{
    DELETE_PRIMITIVES, DIRECTIVE, FieldPatch, PatchSchema, RETAIN_KEYS, SET_ORDER, Strategy, lookup,
};
use crate::text::json::to_json;
use crate::value::{Map, Value};

/// Which halves of a difference are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    pub ignore_changes_and_additions: bool,
    pub ignore_deletions: bool,
    pub set_element_order: bool,
}

/// A patch that turns one object into another.
pub fn create_two_way<S: PatchSchema>(
    original: &Value,
    modified: &Value,
    schema: S,
) -> Result<Value, String> {
    let options = Options {
        set_element_order: true,
        ..Options::default()
    };
    let empty = Map::new();
    let (original, modified) = (
        original.as_map().unwrap_or(&empty),
        modified.as_map().unwrap_or(&empty),
    );
    diff_maps(original, modified, Some(schema), options).map(Value::Map)
}

pub(super) fn diff_maps<S: PatchSchema>(
    original: &Map,
    modified: &Map,
    schema: Option<S>,
    options: Options,
) -> Result<Map, String> {
    let mut patch = Map::new();
    for (key, new) in modified {
        let Some(old) = original.get(key) else {
            if !options.ignore_changes_and_additions {
                patch.insert(key.clone(), new.clone());
            }
            continue;
        };
        let info = lookup(schema, key);
        match (old, new) {
            (Value::Map(old), Value::Map(new)) => {
                diff_map_field(&mut patch, key, old, new, info, options)?;
            }
            (Value::List(old), Value::List(new)) => {
                diff_list_field(&mut patch, key, old, new, info, options)?;
            }
            (old, new) if old != new && !options.ignore_changes_and_additions => {
                patch.insert(key.clone(), new.clone());
            }
            _ => {}
        }
    }
    if !options.ignore_deletions {
        for key in original.keys() {
            if !modified.contains_key(key) {
                patch.insert(key.clone(), Value::Null);
            }
        }
    }
    Ok(patch)
}

fn diff_map_field<S: PatchSchema>(
    patch: &mut Map,
    key: &str,
    old: &Map,
    new: &Map,
    info: FieldPatch<S>,
    options: Options,
) -> Result<(), String> {
    if info.strategy == Strategy::Replace {
        if old != new && !options.ignore_changes_and_additions {
            patch.insert(key, new.clone());
        }
        return Ok(());
    }
    let mut inner = diff_maps(old, new, info.element, options)?;
    if inner.is_empty() {
        return Ok(());
    }
    if info.strategy.retains_keys() && !options.ignore_changes_and_additions {
        inner.insert(RETAIN_KEYS, retain_list(new));
    }
    patch.insert(key, inner);
    Ok(())
}

fn retain_list(map: &Map) -> Value {
    map.sorted()
        .into_iter()
        .map(|(key, _)| Value::from(key))
        .collect()
}

fn diff_list_field<S: PatchSchema>(
    patch: &mut Map,
    key: &str,
    old: &[Value],
    new: &[Value],
    info: FieldPatch<S>,
    options: Options,
) -> Result<(), String> {
    if !info.strategy.merges() {
        if old != new && !options.ignore_changes_and_additions {
            patch.insert(key, Value::List(new.to_vec()));
        }
        return Ok(());
    }
    let of_maps = new
        .iter()
        .chain(old)
        .next()
        .is_some_and(|v| matches!(v, Value::Map(_)));
    let (changes, deletions) = match (of_maps, info.merge_key) {
        (true, Some(merge_key)) => (
            diff_lists_of_maps(old, new, merge_key, info, options)?,
            Vec::new(),
        ),
        (true, None) => {
            if old != new && !options.ignore_changes_and_additions {
                patch.insert(key, Value::List(new.to_vec()));
            }
            return Ok(());
        }
        (false, _) => diff_lists_of_scalars(old, new, options),
    };
    let reordered = options.set_element_order && !same_order(old, new, info.merge_key);
    let changed = !changes.is_empty() || !deletions.is_empty();
    if options.set_element_order
        && ((changed && !new.is_empty())
            || (reordered && !options.ignore_changes_and_additions && !new.is_empty()))
    {
        let order = new
            .iter()
            .map(|item| order_item(item, info.merge_key))
            .collect::<Value>();
        patch.insert(format!("{SET_ORDER}{key}"), order);
    }
    if !deletions.is_empty() {
        patch.insert(format!("{DELETE_PRIMITIVES}{key}"), Value::List(deletions));
    }
    if !changes.is_empty() {
        patch.insert(key, Value::List(changes));
    }
    Ok(())
}

fn order_item(item: &Value, merge_key: Option<&str>) -> Value {
    match (item, merge_key) {
        (Value::Map(map), Some(key)) => Value::Map(
            map.get(key)
                .map(|name| (key, name.clone()))
                .into_iter()
                .collect(),
        ),
        _ => item.clone(),
    }
}

fn same_order(old: &[Value], new: &[Value], merge_key: Option<&str>) -> bool {
    let names = |list: &[Value]| {
        list.iter()
            .map(|i| order_item(i, merge_key))
            .collect::<Vec<_>>()
    };
    names(old) == names(new)
}

/// Additions, and deletions.
fn diff_lists_of_scalars(
    old: &[Value],
    new: &[Value],
    options: Options,
) -> (Vec<Value>, Vec<Value>) {
    let mut additions: Vec<Value> = Vec::new();
    let mut deletions: Vec<Value> = Vec::new();
    if !options.ignore_changes_and_additions {
        additions.extend(new.iter().filter(|item| !old.contains(item)).cloned());
    }
    if !options.ignore_deletions {
        deletions.extend(old.iter().filter(|item| !new.contains(item)).cloned());
        deletions.sort_by_key(to_json);
    }
    (additions, deletions)
}

fn diff_lists_of_maps<S: PatchSchema>(
    old: &[Value],
    new: &[Value],
    merge_key: &str,
    info: FieldPatch<S>,
    options: Options,
) -> Result<Vec<Value>, String> {
    let name_of = |item: &Value| -> Result<Value, String> {
        item.get(merge_key).cloned().ok_or_else(|| {
            format!(
                "map: {} does not contain declared merge key: {merge_key}",
                to_json(item)
            )
        })
    };
    let mut changes = Vec::new();
    for item in new {
        let name = name_of(item)?;
        let found = old.iter().find(|other| other.get(merge_key) == Some(&name));
        match (found, item) {
            (None, item) if !options.ignore_changes_and_additions => changes.push(item.clone()),
            (Some(Value::Map(before)), Value::Map(after)) => {
                let mut inner = diff_maps(before, after, info.element, options)?;
                if inner.is_empty() {
                    continue;
                }
                if info.strategy.retains_keys() && !options.ignore_changes_and_additions {
                    inner.insert(RETAIN_KEYS, retain_list(after));
                }
                inner.insert(merge_key, name);
                changes.push(Value::Map(inner));
            }
            _ => {}
        }
    }
    let mut deletions = Vec::new();
    if !options.ignore_deletions {
        for item in old {
            let name = name_of(item)?;
            if !new.iter().any(|other| other.get(merge_key) == Some(&name)) {
                let mut gone = Map::from([(DIRECTIVE, "delete")]);
                gone.insert(merge_key, name);
                deletions.push(Value::Map(gone));
            }
        }
    }
    changes.extend(deletions);
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::super::strategic::apply;
    use super::super::strategic::tests::{ByName, json};
    use super::*;

    #[test]
    fn two_way_round_trips() {
        let cases = [
            (
                r#"{"containers":[{"name":"a","image":"1"},{"name":"b"}]}"#,
                r#"{"containers":[{"name":"a","image":"2"}]}"#,
                r#"{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"image":"2","name":"a"},{"$patch":"delete","name":"b"}]}"#,
            ),
            (
                r#"{"a":1,"b":{"c":1}}"#,
                r#"{"b":{"c":2}}"#,
                r#"{"a":null,"b":{"c":2}}"#,
            ),
            (
                r#"{"strategy":{"type":"RollingUpdate","rollingUpdate":{"x":1}}}"#,
                r#"{"strategy":{"type":"Recreate"}}"#,
                r#"{"strategy":{"$retainKeys":["type"],"rollingUpdate":null,"type":"Recreate"}}"#,
            ),
            (
                r#"{"finalizers":["a","b"]}"#,
                r#"{"finalizers":["b","c"]}"#,
                r#"{"$deleteFromPrimitiveList/finalizers":["a"],"$setElementOrder/finalizers":["b","c"],"finalizers":["c"]}"#,
            ),
            (r#"{"args":[1]}"#, r#"{"args":[1]}"#, "{}"),
            (
                r#"{"env":[{"name":"a"},{"name":"b"}]}"#,
                r#"{"env":[{"name":"b"},{"name":"a"}]}"#,
                r#"{"$setElementOrder/env":[{"name":"b"},{"name":"a"}]}"#,
            ),
        ];
        for (original, modified, want) in cases {
            let (original, modified) = (json(original), json(modified));
            let patch = create_two_way(&original, &modified, ByName).unwrap();
            assert_eq!(patch, json(want));
            assert_eq!(apply(&original, &patch, ByName).unwrap(), modified);
        }
    }
}
