//! JSON patch.
//!
//! *Models* RFC 6902 as evanphx/json-patch v4 applies it, with its error texts.
//! *Invariants*: all operations apply, or none.
//! *Not modelled*: the limit on copied bytes.

use crate::value::Value;

/// The document after all operations of a patch (a list of objects).
pub fn apply(document: &Value, patch: &Value) -> Result<Value, String> {
    let Value::List(operations) = patch else {
        return Err(format!(
            "json: cannot unmarshal {} into Go value of type jsonpatch.Patch",
            patch.kind_name()
        ));
    };
    let mut result = document.clone();
    for operation in operations {
        step(&mut result, operation)?;
    }
    Ok(result)
}

fn step(document: &mut Value, operation: &Value) -> Result<(), String> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str);
    let kind = text("op").unwrap_or("unknown");
    let path = || text("path").ok_or_else(|| "operation missing path field".to_string());
    let value = || {
        let missing = || "operation missing value field".to_string();
        operation.get("value").cloned().ok_or_else(missing)
    };
    let from = || text("from").ok_or_else(|| "operation missing from field".to_string());
    match kind {
        "add" => add(document, path()?, value()?, "add"),
        "remove" => remove(document, path()?).map(drop),
        "replace" => replace(document, path()?, value()?),
        "move" => {
            let (from, to) = (from()?, path()?);
            let moved = remove(document, from)
                .map_err(|e| e.replacen("remove operation", "move operation", 1))?;
            add(document, to, moved, "move")
        }
        "copy" => {
            let (from, to) = (from()?, path()?);
            let copied = find(document, from)
                .cloned()
                .ok_or_else(|| missing("copy", from))?;
            add(document, to, copied, "copy")
        }
        "test" => test(
            document,
            path()?,
            operation.get("value").unwrap_or(&Value::Null),
        ),
        other => Err(format!("Unexpected kind: {other}")),
    }
}

fn decode(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

// kubernetes: vendor/gopkg.in/evanphx/json-patch.v4/patch.go, for all texts below
fn missing(operation: &str, path: &str) -> String {
    format!("{operation} operation does not apply: doc is missing path: {path:?}: missing value")
}

/// Splits into the parent's tokens and the last token.
fn split(path: &str) -> Option<(Vec<String>, String)> {
    let tokens: Vec<String> = path.strip_prefix('/')?.split('/').map(decode).collect();
    let (last, parents) = tokens.split_last()?;
    Some((parents.to_vec(), last.clone()))
}

fn parent<'a>(document: &'a mut Value, parents: &[String]) -> Option<&'a mut Value> {
    parents.iter().try_fold(document, |at, token| match at {
        Value::Map(map) => map.get_mut(token),
        Value::List(list) => {
            let index = token.parse::<usize>().ok()?;
            list.get_mut(index)
        }
        _ => None,
    })
}

fn find<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(document);
    }
    let tokens: Vec<String> = path.strip_prefix('/')?.split('/').map(decode).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    document.pointer(&tokens)
}

/// The position in a list of `length`; negative numbers count from the end.
fn index(token: &str, length: usize, path: &str) -> Result<usize, String> {
    let n: i64 = token
        .parse()
        .map_err(|_| format!("strconv.Atoi: parsing {token:?}: invalid syntax"))?;
    let at = if n < 0 { n + length as i64 } else { n };
    match usize::try_from(at) {
        Ok(at) if at < length => Ok(at),
        _ => Err(format!("Unable to access invalid index: {n}: {path:?}")),
    }
}

fn add(document: &mut Value, path: &str, value: Value, operation: &str) -> Result<(), String> {
    if path.is_empty() {
        *document = value;
        return Ok(());
    }
    let absent = || missing(operation, path);
    let (parents, last) = split(path).ok_or_else(absent)?;
    match parent(document, &parents).ok_or_else(absent)? {
        Value::Map(map) => {
            map.insert(last, value);
            Ok(())
        }
        Value::List(list) if last == "-" => {
            list.push(value);
            Ok(())
        }
        Value::List(list) => {
            let length = list.len() + 1;
            let at = index(&last, length, path)
                .map_err(|why| format!("error in {operation} for path: '{path}': {why}"))?;
            list.insert(at, value);
            Ok(())
        }
        _ => Err(absent()),
    }
}

fn remove(document: &mut Value, path: &str) -> Result<Value, String> {
    let absent = || missing("remove", path);
    let (parents, last) = split(path).ok_or_else(absent)?;
    match parent(document, &parents).ok_or_else(absent)? {
        Value::Map(map) => map.remove(&last).ok_or_else(|| {
            format!("error in remove for path: '{path}': Unable to remove nonexistent key: {last}: missing value")
        }),
        Value::List(list) => {
            let at = index(&last, list.len(), path)
                .map_err(|why| format!("error in remove for path: '{path}': {why}"))?;
            Ok(list.remove(at))
        }
        _ => Err(absent()),
    }
}

fn replace(document: &mut Value, path: &str, value: Value) -> Result<(), String> {
    if path.is_empty() {
        *document = value;
        return Ok(());
    }
    let absent =
        || format!("replace operation does not apply: doc is missing path: {path}: missing value");
    let (parents, last) = split(path).ok_or_else(absent)?;
    match parent(document, &parents).ok_or_else(absent)? {
        Value::Map(map) => match map.get_mut(&last) {
            Some(slot) => {
                *slot = value;
                Ok(())
            }
            None => Err(format!(
                "replace operation does not apply: doc is missing key: {path}: missing value"
            )),
        },
        Value::List(list) => {
            let length = list.len();
            let at = index(&last, length, path).map_err(|_| {
                format!(
                    "replace operation does not apply: doc is missing key: {path}: missing value"
                )
            })?;
            list[at] = value;
            Ok(())
        }
        _ => Err(absent()),
    }
}

fn test(document: &Value, path: &str, wanted: &Value) -> Result<(), String> {
    let found = find(document, path).unwrap_or(&Value::Null);
    match found == wanted {
        true => Ok(()),
        false => Err(format!("testing value {path} failed: test failed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::json::parse_json;

    fn json(text: &str) -> Value {
        parse_json(text).unwrap()
    }

    #[test]
    fn operations() {
        let document = json(r#"{"a":{"b":[1,2]},"x~/y":1}"#);
        let cases = [
            (
                r#"[{"op":"add","path":"/a/b/1","value":9}]"#,
                r#"{"a":{"b":[1,9,2]},"x~/y":1}"#,
            ),
            (
                r#"[{"op":"add","path":"/a/b/-","value":9}]"#,
                r#"{"a":{"b":[1,2,9]},"x~/y":1}"#,
            ),
            (
                r#"[{"op":"remove","path":"/x~0~1y"}]"#,
                r#"{"a":{"b":[1,2]}}"#,
            ),
            (
                r#"[{"op":"replace","path":"/a/b/0","value":7}]"#,
                r#"{"a":{"b":[7,2]},"x~/y":1}"#,
            ),
            (
                r#"[{"op":"move","from":"/a/b","path":"/c"}]"#,
                r#"{"a":{},"c":[1,2],"x~/y":1}"#,
            ),
            (
                r#"[{"op":"copy","from":"/a/b/0","path":"/c"}]"#,
                r#"{"a":{"b":[1,2]},"c":1,"x~/y":1}"#,
            ),
            (
                r#"[{"op":"test","path":"/a/b/0","value":1}]"#,
                r#"{"a":{"b":[1,2]},"x~/y":1}"#,
            ),
        ];
        for (patch, want) in cases {
            assert_eq!(
                apply(&document, &json(patch)).unwrap(),
                json(want),
                "{patch}"
            );
        }
    }

    #[test]
    fn errors() {
        let document = json(r#"{"a":1}"#);
        let cases = [
            (
                r#"[{"op":"test","path":"/a","value":2}]"#,
                "testing value /a failed: test failed",
            ),
            (
                r#"[{"op":"replace","path":"/b","value":2}]"#,
                "replace operation does not apply: doc is missing key: /b: missing value",
            ),
            (
                r#"[{"op":"remove","path":"/b"}]"#,
                "error in remove for path: '/b': Unable to remove nonexistent key: b: missing value",
            ),
            (
                r#"[{"op":"add","path":"/b/c","value":1}]"#,
                "add operation does not apply: doc is missing path: \"/b/c\": missing value",
            ),
            (r#"[{"op":"spam","path":"/b"}]"#, "Unexpected kind: spam"),
        ];
        for (patch, want) in cases {
            assert_eq!(apply(&document, &json(patch)).unwrap_err(), want);
        }
    }
}
