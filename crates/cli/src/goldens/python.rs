//! The few rules of Python that the recorded scenarios depend on: sort keys, equality, truth, line splitting.
//!
//! *Invariants*: `key` orders values as `json.dumps(x, sort_keys=True)` does, which is the order of every list in a
//! `golden.json`.

use serde_json::{Map, Number, Value};

/// `json.dumps(x, sort_keys=True)`.
pub fn key(value: &Value) -> String {
    let mut out = String::new();
    dump(value, &mut out);
    out
}

fn dump(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => dump_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                dump(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, item)) in entries.into_iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                dump_text(name, out);
                out.push_str(": ");
                dump(item, out);
            }
            out.push('}');
        }
    }
}

fn dump_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}

/// `a == b`: numbers by value, whatever their form; truth values are the numbers 0 and 1.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ => match (number(a), number(b)) {
            (Some(a), Some(b)) => {
                a == b
                    || (a.as_f64().is_some()
                        && a.as_f64() == b.as_f64()
                        && !(is_whole(&a) && is_whole(&b)))
            }
            _ => a == b,
        },
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Bool(truth) => Some(Number::from(u8::from(*truth))),
        Value::Number(number) => Some(number.clone()),
        _ => None,
    }
}

fn is_whole(number: &Number) -> bool {
    number.is_i64() || number.is_u64()
}

/// `bool(x)`.
pub fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// `str(x)` of a scalar.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(truth) => if *truth { "True" } else { "False" }.into(),
        Value::String(text) => text.clone(),
        other => key(other),
    }
}

/// `d[key]`.
///
/// # Errors
/// If there is no such key.
pub fn need<'a>(value: &'a Value, name: &str) -> Result<&'a Value, String> {
    value.get(name).ok_or_else(|| format!("KeyError('{name}')"))
}

/// `d[key]` of a text.
///
/// # Errors
/// If there is no such key, or no text.
pub fn need_text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    need(value, name)?
        .as_str()
        .ok_or_else(|| format!("'{name}' is not a text"))
}

/// The items of a list that may be absent.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The entries of a map that may be absent.
pub fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// These keys, where present and neither null nor an empty map or list.
pub fn pick(value: &Value, names: &[&str]) -> Map<String, Value> {
    let kept = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => true,
    };
    let found = names.iter().filter_map(|name| {
        value
            .get(*name)
            .filter(|value| kept(value))
            .map(|value| (name, value))
    });
    found
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

/// Counters: absent and 0 are the same.
pub fn zero(value: &Value, names: &[&str]) -> Map<String, Value> {
    let count = |name: &&str| {
        value
            .get(*name)
            .filter(|value| truth(value))
            .cloned()
            .unwrap_or_else(|| 0.into())
    };
    names
        .iter()
        .map(|name| ((*name).to_owned(), count(name)))
        .collect()
}

/// `s.splitlines()`.
pub fn lines(text: &str) -> Vec<&str> {
    let ends = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(at) = rest.find(ends) else {
            lines.push(rest);
            break;
        };
        lines.push(&rest[..at]);
        let end = rest[at..].chars().next().map_or(1, char::len_utf8);
        rest = &rest[at
            + if rest[at..].starts_with("\r\n") {
                2
            } else {
                end
            }..];
    }
    lines
}
