//! Values inside error texts, as the API server shows its internal structs: Go's field names.
//!
//! *Models*: `staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go`, which marshals the
//! internal type: no JSON names, nothing left out.
//! *Invariants*: fields of the types listed here come in upstream's order, absent ones as null.
//! *Not modelled*: types not listed show the fields they have, by name.

use apimachinery::{Map, Value, to_value};
use serde::Serialize;

/// Type, and its JSON field names in Go's order.
const TYPES: &[(&str, &[&str])] = &[
    (
        "PodResourceClaim",
        &["name", "resourceClaimName", "resourceClaimTemplateName"],
    ),
    (
        "Toleration",
        &["key", "operator", "value", "effect", "tolerationSeconds"],
    ),
    ("ContainerResizePolicy", &["resourceName", "restartPolicy"]),
    ("DeploymentStrategy", &["type", "rollingUpdate"]),
    ("RollingUpdate", &["maxUnavailable", "maxSurge"]),
    (
        "SecurityContext",
        &[
            "capabilities",
            "privileged",
            "seLinuxOptions",
            "windowsOptions",
            "runAsUser",
            "runAsGroup",
            "runAsNonRoot",
            "readOnlyRootFilesystem",
            "allowPrivilegeEscalation",
            "procMount",
            "seccompProfile",
            "appArmorProfile",
        ],
    ),
    ("Capabilities", &["add", "drop"]),
    ("SELinuxOptions", &["user", "role", "type", "level"]),
];

/// Fields that are plain strings in Go: empty rather than null.
const TEXTS: &[(&str, &str)] = &[
    ("DeploymentStrategy", "type"),
    ("Toleration", "key"),
    ("Toleration", "operator"),
    ("Toleration", "value"),
    ("Toleration", "effect"),
];

/// A struct as Go shows it.
pub fn value<T: Serialize>(type_name: &str, of: &T) -> Value {
    show(type_name, &to_value(of))
}

/// A list of structs as Go shows it.
pub fn list<T: Serialize>(type_name: &str, of: &[T]) -> Value {
    Value::List(of.iter().map(|item| value(type_name, item)).collect())
}

fn show(type_name: &str, of: &Value) -> Value {
    let Value::Map(fields) = of else {
        return of.clone();
    };
    let mut out = Map::with_capacity(fields.len());
    match TYPES.iter().find(|(name, _)| *name == type_name) {
        Some((_, names)) => {
            for name in *names {
                let absent = if TEXTS.contains(&(type_name, *name)) {
                    Value::str("")
                } else {
                    Value::Null
                };
                let field = fields
                    .get(name)
                    .map_or(absent, |field| show(&go_name(name), field));
                out.insert(go_name(name), field);
            }
        }
        None => {
            for (name, field) in fields {
                out.insert(go_name(name), show(&go_name(name), field));
            }
        }
    }
    Value::Map(out)
}

fn go_name(json: &str) -> String {
    match json {
        "seLinuxOptions" => "SELinuxOptions".into(),
        "rollingUpdate" => "RollingUpdate".into(),
        _ => {
            let mut letters = json.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            })
        }
    }
}
