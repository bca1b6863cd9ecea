//! Output formats other than tables: `-o yaml|json|name|jsonpath=…|custom-columns=…`.
//!
//! *Models*: `staging/src/k8s.io/cli-runtime/pkg/{printers,genericclioptions}`, `kubectl/pkg/cmd/get`.
//! *Invariants*: keys are sorted; managedFields are hidden.
//! *Not modelled*: go-template, kyaml.

pub mod custom_columns;
pub mod jsonpath;

use crate::client::Env;
use crate::flags::Args;
use crate::invocation::Failure;
use api::{KindInfo, Object};
use apimachinery::{Map, Value, to_json_pretty, to_yaml};
use cluster::Cluster;
use custom_columns::CustomColumns;
use engine::SimTime;

/// How objects are printed.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// For people; true: `-o wide`.
    Table(bool),
    Yaml,
    Json,
    Name,
    /// The template, and whether a missing key is an error.
    JsonPath(String, bool),
    JsonPathAsJson(String),
    CustomColumns(CustomColumns),
}

/// What `-o` may be. kubernetes: cli-runtime/pkg/genericclioptions (AllowedFormats)
const FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/// Reads `-o`.
///
/// # Errors
/// Unknown formats in kubectl's words; formats that are not modelled, by name.
pub fn parse(args: &Args, env: &Env<'_>) -> Result<Output, Failure> {
    let Some(format) = args.get("output") else {
        return Ok(Output::Table(false));
    };
    let (name, argument) = match format.split_once('=') {
        Some((name, argument)) => (name, Some(argument)),
        None => (format, None),
    };
    let file = || {
        let path = argument.unwrap_or_default();
        env.files.read(path).ok_or_else(|| {
            Failure::error(format!(
                "error reading template {path}, open {path}: no such file or directory"
            ))
        })
    };
    let no_headers = args.is_set("no-headers");
    let strict = args.get("allow-missing-template-keys") == Some("false");
    match name {
        "" => Ok(Output::Table(false)),
        "wide" => Ok(Output::Table(true)),
        "yaml" => Ok(Output::Yaml),
        "json" => Ok(Output::Json),
        "name" => Ok(Output::Name),
        "jsonpath" | "jsonpath-as-json" | "jsonpath-file" => {
            let template = match (name, argument) {
                ("jsonpath-file", _) => file()?.to_string(),
                (_, Some(template)) if !template.is_empty() => template.to_string(),
                // kubernetes: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/jsonpath_flags.go
                _ => {
                    return Err(Failure::error(
                        "template format specified but no template given",
                    ));
                }
            };
            jsonpath::parsed(&template)?;
            Ok(match name {
                "jsonpath-as-json" => Output::JsonPathAsJson(template),
                _ => Output::JsonPath(template, strict),
            })
        }
        "custom-columns" => CustomColumns::from_spec(argument.unwrap_or_default(), no_headers)
            .map(Output::CustomColumns)
            .map_err(Failure::error),
        "custom-columns-file" => CustomColumns::from_template(&file()?)
            .map(Output::CustomColumns)
            .map_err(Failure::error),
        "go-template" | "go-template-file" | "template" | "templatefile" | "kyaml" => {
            Err(Failure::error(format!(
                "output format \"{name}\" is not modelled; use jsonpath, custom-columns, json or yaml"
            )))
        }
        _ => Err(unknown(format)),
    }
}

/// kubernetes: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go
pub fn unknown(format: &str) -> Failure {
    Failure::error(format!(
        "unable to match a printer suitable for the output format \"{format}\", allowed formats are: {FORMATS}"
    ))
}

impl Output {
    pub fn is_table(&self) -> bool {
        matches!(self, Output::Table(_))
    }

    /// Prints one object or list.
    ///
    /// # Errors
    /// What a template could not find.
    pub fn print(&self, value: &Value) -> Result<String, Failure> {
        Ok(match self {
            Output::Table(_) => String::new(),
            Output::Yaml => to_yaml(value),
            Output::Json => format!("{}\n", to_json_pretty(value)),
            Output::Name => names(value),
            Output::JsonPath(template, strict) => jsonpath::print(template, value, *strict)?,
            Output::JsonPathAsJson(template) => jsonpath::print_as_json(template, value)?,
            Output::CustomColumns(columns) => columns.print(value).map_err(Failure::error)?,
        })
    }
}

/// `pod/web`, a line each.
fn names(value: &Value) -> String {
    let items = match value.get("items").and_then(Value::as_list) {
        Some(items) => items,
        None => std::slice::from_ref(value),
    };
    items.iter().map(|item| name_line(item) + "\n").collect()
}

fn name_line(value: &Value) -> String {
    let text = |path: &[&str]| value.pointer(path).and_then(Value::as_str).unwrap_or("");
    let kind = text(&["kind"]).to_lowercase();
    let group = text(&["apiVersion"])
        .rsplit_once('/')
        .map_or("", |(group, _)| group);
    let dot = if group.is_empty() { "" } else { "." };
    format!("{kind}{dot}{group}/{}", text(&["metadata", "name"]))
}

/// An object as it is printed: without managedFields.
pub fn shown(info: &KindInfo, object: &Object) -> Value {
    let mut value = object.encode_as(info);
    if let Some(meta) = value.get_mut("metadata").and_then(Value::as_map_mut) {
        meta.remove("managedFields");
    }
    value
}

/// The same, with the stamps that are worked out when read (INV-8): heartbeats of nodes, renewals of their leases.
pub fn live(world: &Cluster, info: &KindInfo, object: &Object, now: SimTime) -> Value {
    shown(info, &world.as_read(object, now))
}

/// Several objects as one `List`.
pub fn list(items: Vec<Value>) -> Value {
    let mut meta = Map::new();
    meta.insert("resourceVersion", "");
    let mut list = Map::new();
    list.insert("apiVersion", "v1");
    list.insert("items", Value::List(items));
    list.insert("kind", "List");
    list.insert("metadata", meta);
    Value::Map(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::parse_json;

    #[test]
    fn names_carry_the_group() {
        let web =
            parse_json(r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"}}"#)
                .unwrap();
        let pod =
            parse_json(r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#).unwrap();
        assert_eq!(
            Output::Name.print(&list(vec![web, pod])).unwrap(),
            "deployment.apps/web\npod/a\n"
        );
    }
}
