//! Objects from files: `-f` with files, directories and standard input, several documents, Lists.
//!
//! *Models*: `cli-runtime/pkg/resource/builder.go`, `visitor.go`; texts of `kubectl/pkg/validation`.
//! *Not modelled*: URLs, kustomizations (`-k`): refused.

use crate::client::Env;
use crate::flags::Args;
use crate::invocation::Failure;
use ::api::KindInfo;
use apimachinery::{Value, parse_yaml_documents};

/// Extensions that a directory is searched for.
const EXTENSIONS: [&str; 3] = [".json", ".yaml", ".yml"];
/// One document is at most this large.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/yaml (yamlDocument limit), apiserver request limit
pub const DOCUMENT_BYTES_MAX: usize = 3 << 20;

/// One object of a file.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub value: Value,
    pub info: &'static KindInfo,
    /// The file's name as messages print it; `STDIN` for `-`.
    pub source: String,
    /// Empty for cluster-scoped kinds.
    pub namespace: String,
    pub name: String,
}

/// Reads everything `-f` names. Objects and errors, each in order: like kubectl, what can be read is used.
///
/// # Errors
/// A [`Failure`] if nothing may be done at all: a missing file, a refused flag.
pub fn read(args: &Args, env: &Env<'_>) -> Result<(Vec<Manifest>, Vec<String>), Failure> {
    if args.get("kustomize").is_some() {
        return Err(Failure::error("-k/--kustomize is not modelled yet"));
    }
    let mut manifests = Vec::new();
    let mut errors = Vec::new();
    for path in args
        .all("filename")
        .iter()
        .flat_map(|paths| paths.split(','))
    {
        for (source, text) in texts(path, args.is_set("recursive"), env)? {
            documents(&source, &text, args, env, &mut manifests, &mut errors);
        }
    }
    Ok((manifests, errors))
}

/// The texts of a path: one file, or the matching files of a directory.
fn texts(path: &str, recursive: bool, env: &Env<'_>) -> Result<Vec<(String, String)>, Failure> {
    if path == "-" {
        return Ok(vec![("STDIN".to_string(), env.stdin.to_string())]);
    }
    if path.starts_with("http://") || path.starts_with("https://") {
        return Err(Failure::error(format!(
            "reading {path}: this cluster has no network; save the file first"
        )));
    }
    if let Some(text) = env.files.read(path) {
        return Ok(vec![(path.to_string(), text.to_string())]);
    }
    let Some(names) = env.files.list(path) else {
        return Err(Failure::error(format!(
            "the path \"{path}\" does not exist"
        )));
    };
    let mut found = Vec::new();
    for name in names {
        let inner = format!("{}/{name}", path.trim_end_matches('/'));
        match env.files.read(&inner) {
            Some(text) if EXTENSIONS.iter().any(|extension| name.ends_with(extension)) => {
                found.push((inner, text.to_string()));
            }
            Some(_) => {}
            None if recursive => found.extend(texts(&inner, true, env)?),
            None => {}
        }
    }
    Ok(found)
}

fn documents(
    source: &str,
    text: &str,
    args: &Args,
    env: &Env<'_>,
    manifests: &mut Vec<Manifest>,
    errors: &mut Vec<String>,
) {
    if text.len() > DOCUMENT_BYTES_MAX {
        let error = format!(
            "error parsing {source}: the file has {} bytes; at most {DOCUMENT_BYTES_MAX} are read",
            text.len()
        );
        errors.push(error);
        return;
    }
    for document in parse_yaml_documents(text) {
        match document {
            Ok(document) => {
                if let Err(error) = object(source, document.value, args, env, manifests) {
                    errors.push(error);
                }
            }
            Err(error) => {
                // A broken document ends the file: what stands after it cannot be trusted.
                errors.push(format!(
                    "error parsing {source}: {}",
                    converting(&error.message)
                ));
                return;
            }
        }
    }
}

fn converting(message: &str) -> String {
    if message.starts_with("error converting") {
        message.to_string()
    } else {
        format!("error converting YAML to JSON: {message}")
    }
}

fn object(
    source: &str,
    value: Value,
    args: &Args,
    env: &Env<'_>,
    manifests: &mut Vec<Manifest>,
) -> Result<(), String> {
    if value.is_null() {
        return Ok(());
    }
    let text = |path: &str| {
        value
            .at_path(path)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_string()
    };
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    check_type(source, &value, &api_version, &kind)?;
    if kind == "List" && api_version == "v1"
        || (kind.ends_with("List") && value.get("items").is_some())
    {
        for item in value
            .get("items")
            .and_then(Value::as_list)
            .unwrap_or_default()
        {
            object(source, item.clone(), args, env, manifests)?;
        }
        return Ok(());
    }
    let name = text("metadata.name");
    let Some(info) = KindInfo::by_gvk(&api_version, &kind) else {
        return Err(format!(
            "resource mapping not found for name: \"{name}\" namespace: \"{}\" from \"{source}\": no matches for kind \"{kind}\" in version \"{api_version}\"\nensure CRDs are installed first",
            text("metadata.namespace")
        ));
    };
    let namespace = namespace(info, &text("metadata.namespace"), args, env)?;
    let mut value = value;
    if info.namespaced && text_of(&value, "metadata.namespace").is_empty() {
        value.set(&["metadata", "namespace"], Value::str(&namespace));
    }
    manifests.push(Manifest {
        value,
        info,
        source: source.to_string(),
        namespace,
        name,
    });
    Ok(())
}

fn text_of<'a>(value: &'a Value, path: &str) -> &'a str {
    value
        .at_path(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

// kubernetes: staging/src/k8s.io/kubectl/pkg/validation/schema.go
fn check_type(source: &str, value: &Value, api_version: &str, kind: &str) -> Result<(), String> {
    let invalid = |what: &str| {
        Err(format!(
            "error validating \"{source}\": error validating data: {what}; if you choose to ignore these errors, turn validation off with --validate=false"
        ))
    };
    if value.as_map().is_none() {
        return invalid(&format!(
            "invalid object to validate: expected a map, got {}",
            value.kind_name()
        ));
    }
    match (api_version.is_empty(), kind.is_empty()) {
        (true, true) => invalid("[apiVersion not set, kind not set]"),
        (true, false) => invalid("apiVersion not set"),
        (false, true) => invalid("kind not set"),
        (false, false) => Ok(()),
    }
}

fn namespace(info: &KindInfo, given: &str, args: &Args, env: &Env<'_>) -> Result<String, String> {
    if !info.namespaced {
        return Ok(String::new());
    }
    match (given, args.get("namespace")) {
        ("", Some(asked)) => Ok(asked.to_string()),
        ("", None) => Ok(env.namespace.to_string()),
        (given, Some(asked)) if given != asked => Err(format!(
            "the namespace from the provided object \"{given}\" does not match the namespace \"{asked}\". You must pass '--namespace={given}' to perform this operation."
        )),
        (given, _) => Ok(given.to_string()),
    }
}
