//! What a strategic merge patch needs to know about a type.
//!
//! *Models*: `staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/meta.go` (PatchMetaFromStruct).
//! *Invariants*: a field the schema does not know merges as untyped JSON.
//! *Not modelled*: nothing.

use apimachinery::patch::{FieldPatch, PatchSchema, Strategy};

use super::{Patch, Ty, Type, schema};
use crate::known::KindInfo;

/// A type as a strategic merge sees it.
#[derive(Clone, Copy, Debug)]
pub enum TypePatch {
    /// An object with named fields.
    Object(&'static Type),
    /// A map whose values are of this type.
    MapOf(&'static Ty),
}

impl TypePatch {
    /// The type of a resource's objects.
    pub fn of(info: &KindInfo) -> Option<Self> {
        schema().of(info).map(TypePatch::Object)
    }
}

impl PatchSchema for TypePatch {
    fn field(self, name: &str) -> Option<FieldPatch<Self>> {
        match self {
            TypePatch::Object(ty) => {
                let field = ty.field(name)?;
                Some(FieldPatch {
                    strategy: strategy(field.patch),
                    merge_key: field.patch.merge_key,
                    element: element(&field.ty),
                })
            }
            TypePatch::MapOf(inner) => Some(FieldPatch {
                strategy: Strategy::Default,
                merge_key: None,
                element: element(inner),
            }),
        }
    }
}

/// The type inside a field: of the object itself, of a list's items, of the map.
fn element(ty: &'static Ty) -> Option<TypePatch> {
    match ty {
        Ty::Ref(id) => Some(TypePatch::Object(schema().get(*id))),
        Ty::List(inner) => element(inner),
        Ty::Map(inner) => Some(TypePatch::MapOf(inner)),
        _ => None,
    }
}

fn strategy(patch: Patch) -> Strategy {
    match (patch.merge, patch.retain_keys, patch.replace) {
        (true, true, _) => Strategy::MergeRetainKeys,
        (true, false, _) => Strategy::Merge,
        (false, true, _) => Strategy::RetainKeys,
        (false, false, true) => Strategy::Replace,
        (false, false, false) => Strategy::Default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(path: &[&str]) -> FieldPatch<TypePatch> {
        let mut at = TypePatch::of(KindInfo::by_argument("deploy").unwrap()).unwrap();
        let (last, parents) = path.split_last().unwrap();
        for name in parents {
            at = at.field(name).unwrap().element.unwrap();
        }
        at.field(last).unwrap()
    }

    #[test]
    fn strategies_and_keys() {
        const POD: [&str; 3] = ["spec", "template", "spec"];
        for (path, strategy, merge_key) in [
            (&["containers"][..], Strategy::Merge, Some("name")),
            (
                &["containers", "ports"],
                Strategy::Merge,
                Some("containerPort"),
            ),
            (&["containers", "command"], Strategy::Default, None),
            (&["volumes"], Strategy::MergeRetainKeys, Some("name")),
            (&["tolerations"], Strategy::Default, None),
            (&["nodeSelector"], Strategy::Default, None),
        ] {
            let found = follow(&[&POD[..], path].concat());
            assert_eq!(
                (found.strategy, found.merge_key),
                (strategy, merge_key),
                "{path:?}"
            );
        }
        assert_eq!(follow(&["spec", "strategy"]).strategy, Strategy::RetainKeys);
        assert_eq!(
            follow(&["metadata", "finalizers"]).strategy,
            Strategy::Merge
        );
        assert!(follow(&["metadata", "finalizers"]).element.is_none());
        assert!(follow(&["metadata", "labels", "app"]).element.is_none());
    }
}
