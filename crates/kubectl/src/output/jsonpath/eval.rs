//! Walks a value along a template's nodes.
//!
//! *Models*: `staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go`.
//! *Invariants*: results are in document order, maps by key.
//! *Not modelled*: Go's struct order of fields in wildcards.

use super::filter;
use super::parse::{Node, Piece, Template};
use apimachinery::{Value, to_json};

/// One result: a part of the object, or a literal of the template.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'v> {
    Part(&'v Value),
    Literal(Value),
}

impl Found<'_> {
    pub fn value(&self) -> &Value {
        match self {
            Found::Part(value) => value,
            Found::Literal(value) => value,
        }
    }

    pub fn into_value(self) -> Value {
        self.value().clone()
    }

    /// Strings as they are, maps and lists as JSON.
    pub fn text(&self) -> String {
        match self.value() {
            Value::Str(text) => text.to_string(),
            other => to_json(other),
        }
    }
}

type Results<'v> = Result<Vec<Found<'v>>, String>;

impl Template {
    /// The results of every path, in order.
    ///
    /// # Errors
    /// Upstream's own words.
    pub fn find<'v>(
        &self,
        value: &'v Value,
        allow_missing_keys: bool,
    ) -> Result<Vec<Vec<Found<'v>>>, String> {
        let walk = Walk { allow_missing_keys };
        let mut out = Vec::new();
        walk.pieces(&self.pieces, Found::Part(value), &mut out)?;
        Ok(out)
    }
}

pub(super) struct Walk {
    allow_missing_keys: bool,
}

impl Walk {
    fn pieces<'v>(
        &self,
        pieces: &[Piece],
        value: Found<'v>,
        out: &mut Vec<Vec<Found<'v>>>,
    ) -> Result<(), String> {
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push(vec![Found::Literal(Value::str(text))]),
                Piece::StrayEnd => return Err("not in range, nothing to end".into()),
                Piece::Path(nodes) => out.push(self.path(nodes, vec![value.clone()])?),
                Piece::Range(nodes, body) => {
                    for item in self.path(nodes, vec![value.clone()])? {
                        self.pieces(body, item, out)?;
                    }
                }
            }
        }
        Ok(())
    }

    pub fn path<'v>(&self, nodes: &[Node], mut values: Vec<Found<'v>>) -> Results<'v> {
        for node in nodes {
            values = self.node(node, values)?;
        }
        Ok(values)
    }

    fn node<'v>(&self, node: &Node, values: Vec<Found<'v>>) -> Results<'v> {
        let literal = |value: Value| Ok(vec![Found::Literal(value)]);
        match node {
            Node::Text(text) => literal(Value::str(text)),
            Node::Int(number) => literal(Value::Int(*number)),
            Node::Float(number) => literal(Value::Float(*number)),
            Node::Bool(value) => literal(Value::Bool(*value)),
            Node::Identifier(name) => Err(format!("unrecognized identifier {name}")),
            Node::Field(name) => self.field(name, values),
            Node::Wildcard => Ok(values.iter().flat_map(children).collect()),
            Node::Recursive => {
                let mut out = Vec::new();
                for value in values {
                    recurse(value, &mut out);
                }
                Ok(out)
            }
            Node::Union(members) => {
                let mut out = Vec::new();
                for member in members {
                    out.extend(self.path(member, values.clone())?);
                }
                Ok(out)
            }
            Node::Array(slice) => {
                let mut out = Vec::new();
                for value in parts(values) {
                    let items = list(value, "is not array or slice")?;
                    out.extend(slice.of(items)?.into_iter().map(Found::Part));
                }
                Ok(out)
            }
            Node::Filter(left, operator, right) => {
                let mut out = Vec::new();
                for value in parts(values) {
                    for item in list(value, "is not array or slice and cannot be filtered")? {
                        if filter::passes(self, item, left, operator, right)? {
                            out.push(Found::Part(item));
                        }
                    }
                }
                Ok(out)
            }
        }
    }

    fn field<'v>(&self, name: &str, values: Vec<Found<'v>>) -> Results<'v> {
        if values.is_empty() {
            return Ok(values);
        }
        let out: Vec<Found<'v>> = parts(values)
            .filter_map(|value| value.get(name))
            .map(Found::Part)
            .collect();
        if out.is_empty() && !self.allow_missing_keys {
            return Err(format!("{name} is not found"));
        }
        Ok(out)
    }
}

/// Parts of the object that are not null; literals have no parts.
fn parts<'v>(values: Vec<Found<'v>>) -> impl Iterator<Item = &'v Value> {
    values.into_iter().filter_map(|value| match value {
        Found::Part(part) if !part.is_null() => Some(part),
        _ => None,
    })
}

fn list<'v>(value: &'v Value, complaint: &str) -> Result<&'v [Value], String> {
    value.as_list().ok_or_else(|| {
        let go_type = match value {
            Value::Map(_) => "map[string]interface {}",
            Value::Str(_) => "string",
            Value::Bool(_) => "bool",
            Value::Float(_) => "float64",
            _ => "int64",
        };
        format!("{go_type} {complaint}")
    })
}

fn children<'v>(value: &Found<'v>) -> Vec<Found<'v>> {
    match value {
        Found::Part(Value::List(items)) => items.iter().map(Found::Part).collect(),
        Found::Part(Value::Map(map)) => map
            .sorted()
            .into_iter()
            .map(|(_, value)| Found::Part(value))
            .collect(),
        _ => Vec::new(),
    }
}

/// A value with something in it, and everything below.
fn recurse<'v>(value: Found<'v>, out: &mut Vec<Found<'v>>) {
    let below = children(&value);
    if !below.is_empty() {
        out.push(value);
        for child in below {
            recurse(child, out);
        }
    }
}
