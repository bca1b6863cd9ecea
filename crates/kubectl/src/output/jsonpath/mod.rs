//! kubectl's JSONPath templates: text, `{.path}`, `{range …}…{end}`.
//!
//! *Models*: `staging/src/k8s.io/client-go/util/jsonpath`.
//! *Invariants*: map values are visited in the order of their keys.
//! *Not modelled*: nothing.

mod eval;
mod filter;
mod parse;
mod slice;

pub use eval::Found;
pub use parse::Template;

use crate::invocation::Failure;
use apimachinery::{Value, to_json};

/// Runs a template; fixtures `jsonpath.testJSONPath`, `jsonpath.testFailJSONPath`.
///
/// # Errors
/// The parser's or the evaluation's own words.
pub fn execute(template: &str, value: &Value, allow_missing_keys: bool) -> Result<String, String> {
    Template::parse(template)?.execute(value, allow_missing_keys)
}

impl Template {
    /// The text for one object.
    ///
    /// # Errors
    /// The evaluation's own words.
    pub fn execute(&self, value: &Value, allow_missing_keys: bool) -> Result<String, String> {
        let results = self.find(value, allow_missing_keys)?;
        Ok(results
            .iter()
            .map(|group| group.iter().map(Found::text).collect::<Vec<_>>().join(" "))
            .collect())
    }
}

/// `{.metadata.name}` from `metadata.name`, `.metadata.name`, `{metadata.name}`; fixture `customcolumn.TestMassageJSONPath`.
///
/// # Errors
/// kubectl's own words about braces.
pub fn relaxed(path: &str) -> Result<String, String> {
    if path.is_empty() {
        return Ok(String::new());
    }
    let inner = match (path.strip_prefix('{'), path.ends_with('}')) {
        (None, false) => path,
        (Some(rest), true) => &rest[..rest.len() - 1],
        _ => path,
    };
    if inner.contains(['{', '}']) {
        return Err(format!(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{{name1.name2}}' or '{{.name1.name2}}', got {path}"
        ));
    }
    Ok(format!("{{.{}}}", inner.strip_prefix('.').unwrap_or(inner)))
}

/// `-o jsonpath=…` for one object or list.
///
/// # Errors
/// kubectl's own words, with template and object.
pub fn print(template: &str, value: &Value, strict: bool) -> Result<String, Failure> {
    let parsed = parsed(template)?;
    // kubernetes: staging/src/k8s.io/cli-runtime/pkg/printers/jsonpath.go
    parsed.execute(value, !strict).map_err(|error| {
        Failure::error(format!(
            "error executing jsonpath {}: Error executing template: {error}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n",
            apimachinery::text::json::quote_go(template),
            go_syntax(value)
        ))
    })
}

/// A template as `-o` gives it.
///
/// # Errors
/// kubectl's own words.
pub fn parsed(template: &str) -> Result<Template, Failure> {
    Template::parse(template)
        .map_err(|error| Failure::error(format!("error parsing jsonpath {template}, {error}")))
}

/// `-o jsonpath-as-json=…`.
///
/// # Errors
/// kubectl's own words.
pub fn print_as_json(template: &str, value: &Value) -> Result<String, Failure> {
    let parsed = parsed(template)?;
    let groups = parsed.find(value, true).map_err(Failure::error)?;
    let lists = groups.into_iter().map(|group| {
        let items = group.into_iter().map(Found::into_value).collect();
        apimachinery::to_json_pretty(&Value::List(items)) + "\n"
    });
    Ok(lists.collect())
}

/// A value as Go's `%#v` writes it.
fn go_syntax(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".into(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Map(map) => {
            let fields: Vec<String> = map
                .sorted()
                .into_iter()
                .map(|(key, value)| {
                    let key = apimachinery::text::json::quote_go(key);
                    format!("{key}:{}", go_syntax(value))
                })
                .collect();
            format!("map[string]interface {{}}{{{}}}", fields.join(", "))
        }
        Value::Str(text) => apimachinery::text::json::quote_go(text),
        other => to_json(other),
    }
}
