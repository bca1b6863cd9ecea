//! Values inside error texts, as the API server shows its internal structs: Go's field names.
//!
//! *Models*: `staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go`, which marshals the
//! internal type: no JSON names, nothing left out; `pkg/apis/core/types.go`.
//! *Invariants*: fields of the types listed here come in upstream's order, absent ones as Go's zero.
//! *Not modelled*: types not listed show the fields they have, by name.

mod diff;
mod types;

use apimachinery::{Map, Value, to_json, to_value};
use serde::Serialize;

use crate::core::PodSpec;
pub(crate) use diff::unified;

/// A struct as Go shows it.
pub fn value<T: Serialize>(type_name: &str, of: &T) -> Value {
    show(type_name, &to_value(of))
}

/// A list of structs as Go shows it.
pub fn list<T: Serialize>(type_name: &str, of: &[T]) -> Value {
    match of.is_empty() {
        true => Value::Null,
        false => Value::List(of.iter().map(|item| value(type_name, item)).collect()),
    }
}

/// A specification as the internal type has it: the flags of the host are in the security context.
pub fn pod_spec(spec: &PodSpec, node_name: &str) -> Value {
    const OF_HOST: [&str; 5] = [
        "hostNetwork",
        "hostPID",
        "hostIPC",
        "shareProcessNamespace",
        "hostUsers",
    ];
    let Value::Map(mut fields) = to_value(spec) else {
        return Value::Null;
    };
    if !node_name.is_empty() {
        fields.insert("nodeName", Value::str(node_name));
    }
    let mut context = match fields.get("securityContext") {
        Some(Value::Map(context)) => Some(context.clone()),
        _ => None,
    };
    for name in OF_HOST {
        if let Some(flag) = fields.get(name) {
            context
                .get_or_insert_with(Map::new)
                .insert(name, flag.clone());
        }
    }
    if let Some(context) = context {
        fields.insert("securityContext", Value::Map(context));
    }
    show("PodSpec", &Value::Map(fields))
}

/// Lines of the JSON form, one blank a level.
pub fn lines(of: &Value) -> Vec<String> {
    let mut out = vec![String::new()];
    write(of, 0, &mut out);
    out
}

fn write(of: &Value, depth: usize, out: &mut Vec<String>) {
    let mut add = |text: &str| {
        if let Some(line) = out.last_mut() {
            line.push_str(text);
        }
    };
    let items: Vec<(Option<&str>, &Value)> = match of {
        Value::Map(fields) if !fields.is_empty() => fields
            .iter()
            .map(|(name, item)| (Some(&**name), item))
            .collect(),
        Value::List(items) if !items.is_empty() => items.iter().map(|item| (None, item)).collect(),
        other => {
            add(&html_escaped(&to_json(other)));
            return;
        }
    };
    let (open, close) = match of {
        Value::Map(_) => ("{", "}"),
        _ => ("[", "]"),
    };
    add(open);
    let last = items.len() - 1;
    for (at, (name, item)) in items.into_iter().enumerate() {
        let mut line = " ".repeat(depth + 1);
        if let Some(name) = name {
            line.push_str(&to_json(&Value::str(name)));
            line.push_str(": ");
        }
        out.push(line);
        write(item, depth + 1, out);
        if at < last
            && let Some(line) = out.last_mut()
        {
            line.push(',');
        }
    }
    out.push(format!("{}{close}", " ".repeat(depth)));
}

/// Go's JSON is safe inside HTML.
fn html_escaped(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

fn show(type_name: &str, of: &Value) -> Value {
    let fields = match of {
        Value::Map(fields) => fields,
        Value::List(items) => {
            return Value::List(items.iter().map(|item| show(type_name, item)).collect());
        }
        other => return other.clone(),
    };
    let Some(known) = types::find(type_name) else {
        return match types::is_plain(type_name) {
            true => of.clone(),
            false => by_name(fields),
        };
    };
    let mut out = Map::with_capacity(fields.len());
    for field in known {
        let shown = match fields.get(field.json) {
            Some(value) => show(field.type_name, value),
            None => field.zero(),
        };
        out.insert(types::go_name(field.json), shown);
    }
    Value::Map(out)
}

fn by_name(fields: &Map) -> Value {
    let mut out = Map::with_capacity(fields.len());
    for (name, field) in fields {
        let go = types::go_name(name);
        let shown = show(&go, field);
        out.insert(go, shown);
    }
    Value::Map(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specification_in_lines() {
        let spec = PodSpec {
            host_network: true,
            ..Default::default()
        };
        let lines = lines(&pod_spec(&spec, "n1"));
        assert_eq!(lines[..2], ["{", " \"Volumes\": null,"]);
        let at = lines
            .iter()
            .position(|l| l == " \"SecurityContext\": {")
            .unwrap();
        assert_eq!(lines[at - 1], " \"NodeName\": \"n1\",");
        assert_eq!(lines[at + 1], "  \"HostNetwork\": true,");
        assert_eq!(lines.last().unwrap(), "}");
    }
}
