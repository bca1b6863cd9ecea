//! The schema: every field of every listed kind, its type, and how a patch merges it.
//!
//! The tables are data (`tables/<group>-<version>.txt`), one type a paragraph, one field a line:
//! `name[!] type [~strategy[=mergeKey]]`. `!` marks a required field; a type is `string`,
//! `string:GoName`, `int32`, `int64`, `float64`, `bool`, `bytes`, `quantity`, `time`, `microTime`,
//! `intOrString`, `any`, `[]T`, `map:T`, a type of the same table, or `table.Type`.
//!
//! *Models*: `api/openapi-spec/swagger.json` and the `patchStrategy` tags of
//! `staging/src/k8s.io/api`.
//! *Invariants*: fields of a type are sorted by name; every type a table names exists.
//! *Not modelled*: descriptions; beta and alpha versions.
//! *Cost*: read once, on first use: 2,000 short lines.

mod merge;
mod strict;
mod suggest;
mod table;

use std::sync::OnceLock;

use crate::known::KindInfo;

pub use merge::TypePatch;
pub use strict::{Checked, Fault, StrictErrors, check, decode, strict_decode};

/// Which type of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeId(pub(crate) u16);

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    /// A string; Go's name of the type, if it has one of its own.
    Str(Option<&'static str>),
    I32,
    I64,
    F64,
    Bool,
    Bytes,
    Quantity,
    Time,
    MicroTime,
    IntOrString,
    /// Anything; carried as it is.
    Any,
    Map(Box<Ty>),
    List(Box<Ty>),
    Ref(TypeId),
}

/// How a strategic merge patch treats a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// Lists: merge item by item rather than replace.
    pub merge: bool,
    /// Fields of the object (or item) that the patch does not name are dropped.
    pub retain_keys: bool,
    /// Objects: replace rather than merge.
    pub replace: bool,
    /// What tells the items of a merged list apart; none for lists of scalars.
    pub merge_key: Option<&'static str>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub ty: Ty,
    pub required: bool,
    pub patch: Patch,
}

/// One object type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// The table it is in: `core-v1`.
    pub table: &'static str,
    /// Upstream's name: `PodSpec`.
    pub name: &'static str,
    /// Sorted by name.
    pub fields: Vec<Field>,
}

/// All types.
#[derive(Debug)]
pub struct Schema {
    types: Vec<Type>,
}

/// The schema of v1.36.
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema {
        types: table::read_all(),
    })
}

impl Schema {
    /// One type.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[usize::from(id.0)]
    }

    /// Every type, by table and place in it.
    pub fn types(&self) -> &[Type] {
        &self.types
    }

    /// The type with this name in this table.
    pub fn find(&self, table: &str, name: &str) -> Option<TypeId> {
        let at = self
            .types
            .iter()
            .position(|ty| ty.table == table && ty.name == name)?;
        u16::try_from(at).ok().map(TypeId)
    }

    /// The type of a resource's objects.
    pub fn of(&self, info: &KindInfo) -> Option<&Type> {
        self.find(&table_of(info), info.kind).map(|id| self.get(id))
    }

    /// Follows a path of field names (`explain pod.spec.containers`), through lists and maps.
    pub fn follow(&self, from: &'static Type, path: &[&str]) -> Option<&'static Field> {
        let (last, parents) = path.split_last()?;
        let mut at = from;
        for name in parents {
            at = schema().get(at.field(name)?.ty.innermost()?);
        }
        at.field(last)
    }
}

/// `rbac.authorization.k8s.io` `v1` is in `rbac-v1`.
fn table_of(info: &KindInfo) -> String {
    let group = info.group.split('.').next().unwrap_or_default();
    let group = if group.is_empty() { "core" } else { group };
    format!("{group}-{}", info.version)
}

impl Type {
    /// A field by its JSON name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let at = self
            .fields
            .binary_search_by(|field| field.name.cmp(name))
            .ok()?;
        Some(&self.fields[at])
    }

    /// Go's package of the type, which is its version: `v1`.
    pub fn package(&self) -> &'static str {
        self.table.rsplit('-').next().unwrap_or_default()
    }
}

impl Ty {
    /// The object type inside lists and maps, if there is one.
    pub fn innermost(&self) -> Option<TypeId> {
        match self {
            Ty::Map(inner) | Ty::List(inner) => inner.innermost(),
            Ty::Ref(id) => Some(*id),
            _ => None,
        }
    }

    /// What Go calls the type in a decoding error; `package` is that of the type holding the field.
    pub fn go_name(&self, package: &str) -> String {
        match self {
            Ty::Str(None) | Ty::Time | Ty::MicroTime => "string".to_owned(),
            Ty::Str(Some(name)) if name.contains('.') => (*name).to_owned(),
            Ty::Str(Some(name)) => format!("{package}.{name}"),
            Ty::I32 | Ty::IntOrString => "int32".to_owned(),
            Ty::I64 => "int64".to_owned(),
            Ty::F64 => "float64".to_owned(),
            Ty::Bool => "bool".to_owned(),
            Ty::Bytes => "[]uint8".to_owned(),
            Ty::Quantity => "resource.Quantity".to_owned(),
            Ty::Any => "interface {}".to_owned(),
            Ty::Map(inner) if **inner == Ty::Quantity => format!("{package}.ResourceList"),
            Ty::Map(inner) => format!("map[string]{}", inner.go_name(package)),
            Ty::List(inner) => format!("[]{}", inner.go_name(package)),
            Ty::Ref(id) => {
                let ty = schema().get(*id);
                format!("{}.{}", ty.package(), ty.name)
            }
        }
    }

    /// What `kubectl explain` calls the type.
    pub fn explain_name(&self) -> String {
        match self {
            Ty::Str(_) | Ty::Bytes | Ty::Quantity | Ty::Time | Ty::MicroTime | Ty::IntOrString => {
                match self {
                    Ty::Quantity => "Quantity",
                    Ty::Time => "Time",
                    Ty::MicroTime => "MicroTime",
                    Ty::IntOrString => "IntOrString",
                    _ => "string",
                }
                .to_owned()
            }
            Ty::I32 | Ty::I64 => "integer".to_owned(),
            Ty::F64 => "number".to_owned(),
            Ty::Bool => "boolean".to_owned(),
            Ty::Any => "Object".to_owned(),
            Ty::Map(inner) => format!("map[string]{}", inner.explain_name()),
            Ty::List(inner) => format!("[]{}", inner.explain_name()),
            Ty::Ref(id) => schema().get(*id).name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::KNOWN;

    #[test]
    fn every_known_resource_has_a_type() {
        for info in KNOWN {
            let ty = schema()
                .of(info)
                .unwrap_or_else(|| panic!("{}", info.resource()));
            assert!(ty.field("kind").is_some(), "{}", ty.name);
        }
    }

    #[test]
    fn fields_are_sorted() {
        for ty in schema().types() {
            assert!(
                ty.fields.windows(2).all(|pair| pair[0].name < pair[1].name),
                "{}",
                ty.name
            );
        }
    }

    #[test]
    fn paths_and_names() {
        let deployment = schema()
            .of(KindInfo::by_argument("deploy").unwrap())
            .unwrap();
        let image = ["spec", "template", "spec", "containers", "image"];
        let field = schema().follow(deployment, &image).unwrap();
        assert_eq!(field.ty, Ty::Str(None));
        let containers = schema().follow(deployment, &image[..4]).unwrap();
        assert_eq!(containers.ty.go_name("v1"), "[]v1.Container");
        assert_eq!(containers.ty.explain_name(), "[]Container");
        assert_eq!(containers.patch.merge_key, Some("name"));
        assert!(schema().follow(deployment, &["spec", "nope"]).is_none());
    }
}
