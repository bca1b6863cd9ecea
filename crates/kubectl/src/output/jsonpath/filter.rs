//! `[?(@.a==1)]`.
//!
//! *Models*: `staging/src/k8s.io/client-go/util/jsonpath (evalFilter)`, Go's template comparisons.
//! *Invariants*: values of different types do not compare.
//! *Not modelled*: nothing.

use super::eval::{Found, Walk};
use super::parse::Node;
use apimachinery::Value;
use std::cmp::Ordering;

pub(super) fn passes(
    walk: &Walk,
    item: &Value,
    left: &[Node],
    operator: &str,
    right: &[Node],
) -> Result<bool, String> {
    let lefts = walk.path(left, vec![Found::Part(item)]);
    if operator == "exists" {
        return Ok(lefts.is_ok_and(|found| !found.is_empty()));
    }
    let Some(left) = one(lefts?)? else {
        return Ok(false);
    };
    let Some(right) = one(walk.path(right, vec![Found::Part(item)])?)? else {
        return Ok(false);
    };
    let order = compare(left.value(), right.value());
    let order = || order.ok_or("incompatible types for comparison");
    Ok(match operator {
        "==" => order()? == Ordering::Equal,
        "!=" => order()? != Ordering::Equal,
        "<" => order()? == Ordering::Less,
        ">" => order()? == Ordering::Greater,
        "<=" => order()? != Ordering::Greater,
        ">=" => order()? != Ordering::Less,
        _ => return Err(format!("unrecognized filter operator {operator}")),
    })
}

fn one<'v>(found: Vec<Found<'v>>) -> Result<Option<Found<'v>>, String> {
    if found.len() > 1 {
        return Err("can only compare one element at a time".into());
    }
    Ok(found.into_iter().next())
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (left, right) => Some(left.as_f64()?.total_cmp(&right.as_f64()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::execute;
    use apimachinery::parse_json;

    #[test]
    fn templates() {
        let pods = parse_json(
            r#"{"items":[{"metadata":{"name":"a","labels":{"x.io/y":"1"}},"status":{"phase":"Running"},"c":[1,2,3]},
                {"metadata":{"name":"b"},"status":{"phase":"Pending"},"c":[4]}]}"#,
        )
        .unwrap();
        for (template, text) in [
            ("{.items[*].metadata.name}", "a b"),
            (
                "{.items[0].metadata}",
                r#"{"labels":{"x.io/y":"1"},"name":"a"}"#,
            ),
            ("{range .items[*]}{.metadata.name}{\"\\n\"}{end}", "a\nb\n"),
            (
                "{.items[?(@.status.phase==\"Running\")].metadata.name}",
                "a",
            ),
            ("{.items[?(@.status.phase!='Running')].metadata.name}", "b"),
            ("{.items[?(@.metadata.labels)].metadata.name}", "a"),
            ("{.items[0].metadata.labels.x\\.io/y}", "1"),
            ("{.items[0].metadata.labels['x\\.io/y']}", "1"),
            ("{..name}", "a b"),
            ("{.items[0].c[-1]} {.items[0].c[0:2]}", "3 1 2"),
            ("{.items[0].c[1,0]}", "2 1"),
            ("{.nope}", ""),
            ("hi", "hi"),
            (
                "{range .items[*]}{.metadata.name}:{range .c[*]}{@},{end};{end}.",
                "a:1,2,3,;b:4,;.",
            ),
        ] {
            assert_eq!(execute(template, &pods, true).unwrap(), text, "{template}");
        }
        for (template, error) in [
            ("{.nope}", "nope is not found"),
            (
                "{.items[7]}",
                "array index out of bounds: index 7, length 2",
            ),
            ("{end}", "not in range, nothing to end"),
            ("{*}", "unrecognized character in action: U+002A '*'"),
            ("{+12.3.0}", "cannot parse number +12.3.0"),
            ("{[1}", "unterminated array"),
            ("{........}", "invalid multiple recursive descent"),
            ("{.items", "unclosed action"),
        ] {
            assert_eq!(
                execute(template, &pods, false).unwrap_err(),
                error,
                "{template}"
            );
        }
    }
}
