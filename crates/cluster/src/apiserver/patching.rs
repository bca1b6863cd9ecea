//! Patches: applying one to a stored object, and the words when that fails.
//!
//! *Models*: `staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.
//! *Invariants*: a pure function of object and patch.
//! *Not modelled*: server-side apply.

use crate::{Patch, Request, Validation};
use api::schema::TypePatch;
use api::{KindInfo, Object, schema};
use apimachinery::{ErrorList, FieldError, FieldPath, Reason, Status, Value, patch, to_json};

/// Applies a patch to a value. A kind that is not given (a Scale) merges as plain JSON.
pub(super) fn apply(
    current: &Value,
    body: &Value,
    how: Patch,
    info: Option<&KindInfo>,
) -> Result<Value, Status> {
    match how {
        Patch::Json => patch::json::apply(current, body).map_err(|error| {
            // kubernetes: what cannot be read is a bad request; what cannot be done is unprocessable
            if body.as_list().is_none() {
                Status::bad_request(error)
            } else {
                unprocessable()
            }
        }),
        Patch::Merge => Ok(patch::merge::apply(current, body)),
        Patch::Strategic => match info.and_then(TypePatch::of) {
            Some(schema) => {
                patch::strategic::apply(current, body, schema).map_err(Status::bad_request)
            }
            None => Ok(patch::merge::apply(current, body)),
        },
    }
}

// kubernetes: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go (NewGenericServerResponse)
fn unprocessable() -> Status {
    Status::failure(
        422,
        Reason::Invalid,
        "the server rejected our request due to an error in our request",
    )
}

/// The object a patch made, decoded as strictly as the client asked.
pub(super) fn decode(
    request: &Request,
    patched: &Value,
    body: &Value,
    how: Patch,
) -> Result<(Object, Vec<String>), Status> {
    // kubernetes: a strategic patch is shown as Go prints a map, the others as the patched JSON
    let shown = || match how {
        Patch::Strategic => go_print(body),
        _ => to_json(patched),
    };
    let (object, faults) = schema::decode(request.kind.info(), patched).map_err(|error| {
        let text = error.to_string();
        let text = match (how, text.rsplit_once(" of type ")) {
            // kubernetes: staging/src/k8s.io/apimachinery/pkg/runtime/converter.go (fromUnstructured)
            (Patch::Strategic, Some((_, go_type))) => format!("unrecognized type: {go_type}"),
            _ => text,
        };
        invalid(shown(), text)
    })?;
    let faults: Vec<String> = faults.into_iter().map(|fault| fault.text).collect();
    match request.validation {
        Validation::Strict if !faults.is_empty() => {
            let shown = if how == Patch::Strategic {
                request.body.clone()
            } else {
                shown()
            };
            Err(invalid(
                shown,
                format!("strict decoding error: {}", faults.join(", ")),
            ))
        }
        Validation::Warn => Ok((object, faults)),
        _ => Ok((object, Vec::new())),
    }
}

fn invalid(shown: String, detail: String) -> Status {
    let error = FieldError::invalid(&FieldPath::new("patch"), shown, detail);
    Status::invalid("", "", &ErrorList::from(error))
}

/// As Go's `%+v` prints decoded JSON.
fn go_print(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        Value::Str(text) => text.to_string(),
        Value::List(list) => format!(
            "[{}]",
            list.iter().map(go_print).collect::<Vec<_>>().join(" ")
        ),
        Value::Map(map) => {
            let entries: Vec<String> = map
                .sorted()
                .into_iter()
                .map(|(key, value)| format!("{key}:{}", go_print(value)))
                .collect();
            format!("map[{}]", entries.join(" "))
        }
        other => to_json(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_as_go_prints_them() {
        let value =
            apimachinery::parse_json(r#"{"spec":{"replicas":"abc","a":[1,true,null]}}"#).unwrap();
        assert_eq!(
            go_print(&value),
            "map[spec:map[a:[1 true <nil>] replicas:abc]]"
        );
    }
}
