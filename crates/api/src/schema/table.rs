//! Reads the schema's tables.
//!
//! *Models*: nothing upstream; see the parent for the format.
//! *Invariants*: a table that is wrong is a bug: the tests read all of them.
//! *Not modelled*: nothing.

use super::{Field, Patch, Ty, Type, TypeId};

/// Table name and text.
const TABLES: &[(&str, &str)] = &[
    (
        "admissionregistration-v1",
        include_str!("tables/admissionregistration-v1.txt"),
    ),
    (
        "apiextensions-v1",
        include_str!("tables/apiextensions-v1.txt"),
    ),
    (
        "apiregistration-v1",
        include_str!("tables/apiregistration-v1.txt"),
    ),
    ("apps-v1", include_str!("tables/apps-v1.txt")),
    (
        "authentication-v1",
        include_str!("tables/authentication-v1.txt"),
    ),
    (
        "authorization-v1",
        include_str!("tables/authorization-v1.txt"),
    ),
    ("autoscaling-v1", include_str!("tables/autoscaling-v1.txt")),
    ("autoscaling-v2", include_str!("tables/autoscaling-v2.txt")),
    ("batch-v1", include_str!("tables/batch-v1.txt")),
    (
        "certificates-v1",
        include_str!("tables/certificates-v1.txt"),
    ),
    (
        "coordination-v1",
        include_str!("tables/coordination-v1.txt"),
    ),
    ("core-v1", include_str!("tables/core-v1.txt")),
    ("discovery-v1", include_str!("tables/discovery-v1.txt")),
    ("events-v1", include_str!("tables/events-v1.txt")),
    ("flowcontrol-v1", include_str!("tables/flowcontrol-v1.txt")),
    ("meta-v1", include_str!("tables/meta-v1.txt")),
    ("networking-v1", include_str!("tables/networking-v1.txt")),
    ("node-v1", include_str!("tables/node-v1.txt")),
    ("policy-v1", include_str!("tables/policy-v1.txt")),
    ("rbac-v1", include_str!("tables/rbac-v1.txt")),
    ("resource-v1", include_str!("tables/resource-v1.txt")),
    ("scheduling-v1", include_str!("tables/scheduling-v1.txt")),
    ("storage-v1", include_str!("tables/storage-v1.txt")),
];

/// Where a type name is looked up: in its own table unless it says another.
struct Names(Vec<(&'static str, &'static str)>);

impl Names {
    fn find(&self, home: &str, name: &'static str) -> TypeId {
        let (table, name) = name.split_once('.').unwrap_or((home, name));
        let at = self.0.iter().position(|have| *have == (table, name));
        let at = at.and_then(|at| u16::try_from(at).ok());
        TypeId(at.unwrap_or_else(|| panic!("INV-10: schema names no type {table}.{name}")))
    }
}

/// All types of all tables.
pub(super) fn read_all() -> Vec<Type> {
    let names = Names(
        TABLES
            .iter()
            .flat_map(|(table, text)| {
                text.lines()
                    .filter(|line| !line.starts_with(' '))
                    .map(move |name| (*table, name))
            })
            .collect(),
    );
    let mut types: Vec<Type> = Vec::with_capacity(names.0.len());
    for (table, text) in TABLES {
        for line in text.lines() {
            if let Some(field) = line.strip_prefix("  ") {
                let ty = types.last_mut().expect("INV-10: a field follows its type");
                ty.fields.push(read_field(field, table, &names));
            } else {
                types.push(Type {
                    table,
                    name: line,
                    fields: Vec::new(),
                });
            }
        }
    }
    for ty in &mut types {
        ty.fields.sort_by_key(|field| field.name);
    }
    types
}

fn read_field(line: &'static str, table: &str, names: &Names) -> Field {
    let mut words = line.split(' ');
    let name = words.next().unwrap_or_default();
    let ty = read_ty(words.next().unwrap_or_default(), table, names);
    let patch = words.next().and_then(|word| word.strip_prefix('~'));
    Field {
        name: name.strip_suffix('!').unwrap_or(name),
        ty,
        required: name.ends_with('!'),
        patch: patch.map(read_patch).unwrap_or_default(),
    }
}

fn read_ty(word: &'static str, table: &str, names: &Names) -> Ty {
    if let Some(inner) = word.strip_prefix("[]") {
        return Ty::List(Box::new(read_ty(inner, table, names)));
    }
    if let Some(inner) = word.strip_prefix("map:") {
        return Ty::Map(Box::new(read_ty(inner, table, names)));
    }
    if let Some(name) = word.strip_prefix("string:") {
        return Ty::Str(Some(name));
    }
    match word {
        "string" => Ty::Str(None),
        "int32" => Ty::I32,
        "int64" => Ty::I64,
        "float64" => Ty::F64,
        "bool" => Ty::Bool,
        "bytes" => Ty::Bytes,
        "quantity" => Ty::Quantity,
        "time" => Ty::Time,
        "microTime" => Ty::MicroTime,
        "intOrString" => Ty::IntOrString,
        "any" => Ty::Any,
        name => Ty::Ref(names.find(table, name)),
    }
}

fn read_patch(word: &'static str) -> Patch {
    let (strategies, merge_key) = match word.split_once('=') {
        Some((strategies, key)) => (strategies, Some(key)),
        None => (word, None),
    };
    let has = |wanted| strategies.split(',').any(|strategy| strategy == wanted);
    Patch {
        merge: has("merge"),
        retain_keys: has("retainKeys"),
        replace: has("replace"),
        merge_key,
    }
}
