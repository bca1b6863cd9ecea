//! Any object, field by field.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe (genericDescriber, printUnstructuredContent)`.
//! *Invariants*: fields are sorted by name.
//! *Not modelled*: nothing.

use super::Around;
use super::lines::Lines;
use crate::output::custom_columns::go;
use apimachinery::{Map, StringMap, Time, Value};

/// Fields that the head of the description has said, or nobody wants to read.
const SKIPPED: &[&str] = &[
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];
/// Written in capitals.
const ACRONYMS: &[&str] = &["API", "URL", "UID", "OSB", "GUID"];

pub fn generic(value: &Value, around: &Around<'_>, now: Time) -> String {
    let mut lines = Lines::default();
    let text = |path: &[&str]| value.pointer(path).and_then(Value::as_str).unwrap_or("");
    lines.field(0, "Name", text(&["metadata", "name"]));
    lines.field(0, "Namespace", text(&["metadata", "namespace"]));
    let map = |name: &str| string_map(value.pointer(&["metadata", name]));
    lines.labels("Labels", &map("labels"));
    lines.annotations("Annotations", &map("annotations"));
    if let Some(fields) = value.as_map() {
        content(&mut lines, 0, fields, "");
    }
    lines.events(around, now);
    lines.finish()
}

fn string_map(value: Option<&Value>) -> StringMap {
    let mut out = StringMap::new();
    for (key, value) in value
        .and_then(Value::as_map)
        .into_iter()
        .flat_map(Map::iter)
    {
        out.insert(key.clone(), value.as_str().unwrap_or_default());
    }
    out
}

/// Fixture `describe.TestDescribeUnstructuredContent`.
pub fn content(lines: &mut Lines, level: usize, fields: &Map, path: &str) {
    for (name, value) in fields.sorted() {
        let path = format!("{path}.{name}");
        if SKIPPED.contains(&&*path) {
            continue;
        }
        let label = smart_label(name);
        match value {
            Value::Map(inner) => {
                lines.line(level, &format!("{label}:"));
                content(lines, level + 1, inner, &path);
            }
            Value::List(items) => {
                lines.line(level, &format!("{label}:"));
                for item in items {
                    match item {
                        Value::Map(inner) => content(lines, level + 1, inner, &path),
                        other => lines.line(level + 1, &go(other)),
                    }
                }
            }
            other => lines.field(level, &label, go(other)),
        }
    }
}

/// `creationTimestamp` → `Creation Timestamp`; fixture `describe.TestSmartLabelFor`.
pub fn smart_label(name: &str) -> String {
    if name
        .chars()
        .any(|next| !next.is_alphabetic() && next != '-')
    {
        return name.to_string();
    }
    let words: Vec<String> = camel_case(name)
        .into_iter()
        .map(|word| {
            let upper = word.to_uppercase();
            if ACRONYMS.contains(&&*upper) {
                return upper;
            }
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            first.unwrap_or_default() + letters.as_str()
        })
        .collect();
    words.join(" ")
}

/// Splits where the class of letters changes; the last capital of a run belongs to the word behind it.
/// Models `github.com/fatih/camelcase`.
fn camel_case(name: &str) -> Vec<String> {
    let class = |next: char| match next {
        next if next.is_lowercase() => 0,
        next if next.is_uppercase() => 1,
        _ => 2,
    };
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for next in name.chars() {
        match words.last_mut() {
            Some(word) if last == Some(class(next)) => word.push(next),
            _ => words.push(next.to_string()),
        }
        last = Some(class(next));
    }
    for at in 1..words.len() {
        let starts = |word: &str, kind: u32| word.chars().next().map(class) == Some(kind);
        if starts(&words[at - 1], 1) && starts(&words[at], 0) {
            let capital = words[at - 1].pop();
            words[at].insert(0, capital.unwrap_or_default());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for (name, label) in [
            ("simpleField", "Simple Field"),
            ("apiURL", "API URL"),
            ("holderIdentity", "Holder Identity"),
            ("dummy-dummy@dummy", "dummy-dummy@dummy"),
            ("uid", "UID"),
        ] {
            assert_eq!(smart_label(name), label);
        }
    }
}
