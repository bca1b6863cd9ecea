//! `-f` of verbs that read: the objects a manifest names.
//!
//! *Models*: `staging/src/k8s.io/cli-runtime/pkg/resource/builder.go (FilenameParam)`.
//! *Invariants*: objects in the order of the text; a list stands for its items.
//! *Not modelled*: URLs, kustomizations; all objects are looked up in the command's namespace.

use super::arguments::{Arguments, Wanted};
use crate::client::Env;
use crate::invocation::Failure;
use api::KindInfo;
use apimachinery::{Value, parse_yaml_documents};

/// The types and names in a file.
///
/// # Errors
/// kubectl's own words: no such file, no YAML, unknown kinds.
pub fn from_file(path: &str, env: &Env<'_>) -> Result<Arguments, Failure> {
    let text = match path {
        "-" => env.stdin.to_string(),
        path => match env.files.read(path) {
            Some(text) => text.to_string(),
            None => {
                return Err(Failure::error(format!(
                    "the path \"{path}\" does not exist"
                )));
            }
        },
    };
    let mut arguments = Arguments {
        by_name: true,
        ..Arguments::default()
    };
    for document in parse_yaml_documents(&text) {
        let document = document.map_err(|error| {
            Failure::error(format!(
                "error parsing {path}: error converting YAML to JSON: {error}"
            ))
        })?;
        add(&document.value, path, &mut arguments)?;
    }
    arguments.single = arguments.wanted.len() == 1;
    Ok(arguments)
}

fn add(value: &Value, path: &str, arguments: &mut Arguments) -> Result<(), Failure> {
    let text = |path: &[&str]| value.pointer(path).and_then(Value::as_str).unwrap_or("");
    if let Some(items) = value.get("items").and_then(Value::as_list) {
        return items.iter().try_for_each(|item| add(item, path, arguments));
    }
    let (api_version, kind) = (text(&["apiVersion"]), text(&["kind"]));
    let name = text(&["metadata", "name"]);
    let Some(info) = KindInfo::by_gvk(api_version, kind) else {
        let namespace = text(&["metadata", "namespace"]);
        // kubernetes: staging/src/k8s.io/cli-runtime/pkg/resource/mapper.go
        return Err(Failure::error(format!(
            "resource mapping not found for name: \"{name}\" namespace: \"{namespace}\" from \"{path}\": no matches for kind \"{kind}\" in version \"{api_version}\"\nensure CRDs are installed first"
        )));
    };
    arguments.wanted.push(Wanted {
        info,
        name: Some(name.to_string()),
    });
    Ok(())
}
