//! Strict decoding: what a value must look like to become an object, in the API server's words.
//!
//! *Models*: `sigs.k8s.io/json` (strict, case-sensitive), as called by
//! `staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json`.
//! *Invariants*: fields are visited in key order, because kubectl sends sorted JSON; the first
//! type error wins over everything; null means absent, as in Go.
//! *Not modelled*: duplicate keys (found where the text is read).

use std::fmt;

use apimachinery::{FieldPath, Map, Quantity, Time, Value};

use super::{Schema, Ty, Type, schema, suggest};
use crate::convert;
use crate::known::KindInfo;
use crate::registry::Object;

/// Go's reader stops collecting unknown fields here.
const FAULTS_MAX: usize = 100;

/// One thing wrong with a value, and where.
#[derive(Clone, Debug)]
pub struct Fault {
    /// With list indices, so that the caller can find line and column.
    pub path: FieldPath,
    /// `unknown field "spec.foo"`, or the whole text of a type error.
    pub text: String,
    /// The known field nearest to an unknown one.
    pub suggestion: Option<&'static str>,
}

/// Why a value was refused.
#[derive(Clone, Debug)]
pub struct StrictErrors {
    pub faults: Vec<Fault>,
    /// True for a type error (then there is one fault), false for unknown fields.
    pub fatal: bool,
}

impl StrictErrors {
    fn fatal(fault: Fault) -> Self {
        Self {
            faults: vec![fault],
            fatal: true,
        }
    }

    /// The message of the BadRequest status.
    pub fn message(&self, info: &KindInfo) -> String {
        // kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go
        let (kind, version) = (info.kind, info.version);
        format!("{kind} in version \"{version}\" cannot be handled as a {kind}: {self}")
    }
}

impl fmt::Display for StrictErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // kubernetes: staging/src/k8s.io/apimachinery/pkg/runtime/error.go
        if !self.fatal {
            f.write_str("strict decoding error: ")?;
        }
        for (at, fault) in self.faults.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}", fault.text)?;
        }
        Ok(())
    }
}

/// A value that fits its type.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Without nulls and without unknown fields.
    pub value: Value,
    /// The unknown fields: errors if validation is strict, else warnings or nothing.
    pub unknown: Vec<Fault>,
}

/// Decodes an object of a modelled kind; an unknown field is an error.
pub fn strict_decode(info: &KindInfo, value: &Value) -> Result<Object, StrictErrors> {
    let (object, unknown) = decode(info, value)?;
    if unknown.is_empty() {
        Ok(object)
    } else {
        Err(StrictErrors {
            faults: unknown,
            fatal: false,
        })
    }
}

/// Decodes an object of a modelled kind; unknown fields are dropped and listed.
pub fn decode(info: &KindInfo, value: &Value) -> Result<(Object, Vec<Fault>), StrictErrors> {
    let refuse = |text: String| {
        StrictErrors::fatal(Fault {
            path: FieldPath::root(),
            text,
            suggestion: None,
        })
    };
    let Some(kind) = info.modelled else {
        return Err(refuse(format!("{} is not modelled", info.resource())));
    };
    let checked = check(info, value)?;
    let stored = convert::to_stored(info, checked.value);
    match Object::decode(kind, &stored) {
        Ok(object) => Ok((object, checked.unknown)),
        Err(error) => Err(refuse(error.to_string())),
    }
}

/// Checks a value against the type of any known resource.
pub fn check(info: &KindInfo, value: &Value) -> Result<Checked, StrictErrors> {
    let ty = schema()
        .of(info)
        .expect("INV-10: every known resource has a type");
    let mut walk = Walk {
        schema: schema(),
        names: Vec::new(),
        unknown: Vec::new(),
        first: None,
    };
    let value = match value {
        Value::Map(map) => walk.object(map, ty, &FieldPath::root()),
        other => {
            let kind = other.kind_name();
            let name = format!("{}.{}", ty.package(), ty.name);
            walk.refuse(
                &FieldPath::root(),
                format!("json: cannot unmarshal {kind} into Go value of type {name}"),
            );
            Value::Null
        }
    };
    match walk.first {
        Some(fault) => Err(StrictErrors::fatal(fault)),
        None => Ok(Checked {
            value,
            unknown: walk.unknown,
        }),
    }
}

struct Walk {
    schema: &'static Schema,
    /// Names of the fields on the way here, without indices and map keys.
    names: Vec<&'static str>,
    unknown: Vec<Fault>,
    first: Option<Fault>,
}

impl Walk {
    fn object(&mut self, map: &Map, ty: &'static Type, path: &FieldPath) -> Value {
        let mut out = Map::with_capacity(map.len());
        for (key, value) in map.sorted() {
            let Some(field) = ty.field(key) else {
                self.unknown_field(ty, key, path);
                continue;
            };
            if value.is_null() {
                continue;
            }
            self.names.push(field.name);
            let fitting = self.value(value, &field.ty, ty, &path.child(field.name));
            self.names.pop();
            out.insert(key.clone(), fitting);
        }
        Value::Map(out)
    }

    fn unknown_field(&mut self, ty: &Type, key: &str, path: &FieldPath) {
        if self.unknown.len() >= FAULTS_MAX {
            return;
        }
        let path = path.child_name(key);
        self.unknown.push(Fault {
            // kubernetes: sigs.k8s.io/json
            text: format!("unknown field \"{path}\""),
            path,
            suggestion: suggest::nearest(ty, key),
        });
    }

    /// The value as its type wants it; a fault is noted and the value dropped if it cannot be.
    fn value(&mut self, value: &Value, ty: &Ty, of: &'static Type, path: &FieldPath) -> Value {
        match (ty, value) {
            (Ty::Any, _) => value.clone(),
            (_, Value::Null) => zero(ty),
            (Ty::Ref(id), Value::Map(map)) => {
                let inner = self.schema.get(*id);
                self.object(map, inner, path)
            }
            (Ty::List(inner), Value::List(list)) => {
                let items = list.iter().enumerate();
                items
                    .map(|(at, item)| self.value(item, inner, of, &path.index(at)))
                    .collect()
            }
            (Ty::Map(inner), Value::Map(map)) => {
                let mut out = Map::with_capacity(map.len());
                for (key, item) in map.sorted() {
                    let fitting = self.value(item, inner, of, &path.child_name(key));
                    out.insert(key.clone(), fitting);
                }
                Value::Map(out)
            }
            _ => self.scalar(value, ty, of, path),
        }
    }

    fn scalar(&mut self, value: &Value, ty: &Ty, of: &Type, path: &FieldPath) -> Value {
        match (ty, value) {
            (Ty::Str(_), Value::Str(_)) | (Ty::Bool, Value::Bool(_)) => return value.clone(),
            (Ty::IntOrString, Value::Str(_)) => return value.clone(),
            (Ty::F64, Value::Int(_) | Value::Float(_)) => return value.clone(),
            (Ty::I32 | Ty::I64 | Ty::IntOrString, Value::Int(_) | Value::Float(_)) => {
                return self.integer(value, ty, of, path);
            }
            (Ty::Quantity, _) => return self.quantity(value, path),
            (Ty::Time | Ty::MicroTime, Value::Str(text)) => {
                if let Err(error) = Time::parse(text) {
                    self.refuse(path, error);
                }
                return value.clone();
            }
            (Ty::Bytes, Value::Str(text)) => {
                if let Err(at) = base64(text) {
                    // kubernetes: Go's encoding/base64
                    self.refuse(path, format!("illegal base64 data at input byte {at}"));
                }
                return value.clone();
            }
            _ => {}
        }
        self.mismatch(value.kind_name(), ty, of, path);
        Value::Null
    }

    fn integer(&mut self, value: &Value, ty: &Ty, of: &Type, path: &FieldPath) -> Value {
        let fits = |n: &i64| *ty == Ty::I64 || i32::try_from(*n).is_ok();
        match value.as_i64().filter(fits) {
            Some(n) => Value::Int(n),
            None => {
                self.mismatch(&format!("number {value}"), ty, of, path);
                Value::Null
            }
        }
    }

    fn quantity(&mut self, value: &Value, path: &FieldPath) -> Value {
        let text = match value {
            Value::Str(text) => text.to_string(),
            other => other.to_string(),
        };
        match Quantity::parse(&text) {
            Ok(_) => Value::from(text),
            Err(error) => {
                self.refuse(path, error.to_string());
                Value::Null
            }
        }
    }

    fn mismatch(&mut self, found: &str, ty: &Ty, of: &Type, path: &FieldPath) {
        // kubernetes: Go's encoding/json (UnmarshalTypeError)
        let text = format!(
            "json: cannot unmarshal {found} into Go struct field {}.{} of type {}",
            of.name,
            self.names.join("."),
            ty.go_name(of.package())
        );
        self.refuse(path, text);
    }

    fn refuse(&mut self, path: &FieldPath, text: String) {
        if self.first.is_none() {
            self.first = Some(Fault {
                path: path.clone(),
                text,
                suggestion: None,
            });
        }
    }
}

/// What Go leaves where a list item or a map's value is null.
fn zero(ty: &Ty) -> Value {
    match ty {
        Ty::Str(_) | Ty::Bytes => Value::str(""),
        Ty::I32 | Ty::I64 | Ty::IntOrString => Value::Int(0),
        Ty::F64 => Value::Float(0.0),
        Ty::Bool => Value::Bool(false),
        Ty::Quantity => Value::str("0"),
        Ty::Time | Ty::MicroTime | Ty::Any => Value::Null,
        Ty::List(_) => Value::List(Vec::new()),
        Ty::Map(_) | Ty::Ref(_) => Value::map(),
    }
}

/// Where standard base64 goes wrong; line breaks are skipped as Go does.
fn base64(text: &str) -> Result<(), usize> {
    let mut digits = 0_usize;
    let mut padding = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' if digits % 4 >= 2 && digits % 4 + padding < 4 => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => digits += 1,
            _ => return Err(at),
        }
    }
    if (digits + padding).is_multiple_of(4) {
        Ok(())
    } else {
        Err(text.len())
    }
}

#[cfg(test)]
#[path = "strict_tests.rs"]
mod tests;
