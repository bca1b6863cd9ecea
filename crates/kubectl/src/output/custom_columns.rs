//! `-o custom-columns=HEADER:.path,…`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go`.
//! *Invariants*: a missing value is `<none>`, several are joined by commas.
//! *Not modelled*: nothing.

use super::jsonpath::{Template, relaxed};
use crate::printers::tabwriter;
use apimachinery::Value;

/// Columns, ready to print.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomColumns {
    pub headers: Vec<String>,
    /// The paths as they were understood: `{.metadata.name}`.
    pub paths: Vec<String>,
    templates: Vec<Template>,
    pub no_headers: bool,
}

impl CustomColumns {
    /// Reads `NAME:.metadata.name,…`; fixture `customcolumn.TestNewColumnPrinterFromSpec`.
    ///
    /// # Errors
    /// kubectl's own words.
    pub fn from_spec(spec: &str, no_headers: bool) -> Result<CustomColumns, String> {
        if spec.is_empty() {
            return Err("custom-columns format specified but no custom columns given".into());
        }
        let mut pairs = Vec::new();
        for part in spec.split(',') {
            let Some((header, path)) = part.split_once(':') else {
                return Err(format!(
                    "unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
                ));
            };
            pairs.push((header, path));
        }
        CustomColumns::new(&pairs, no_headers)
    }

    /// Reads a file of two lines: headers and paths; fixture `customcolumn.TestNewColumnPrinterFromTemplate`.
    ///
    /// # Errors
    /// kubectl's own words.
    pub fn from_template(text: &str) -> Result<CustomColumns, String> {
        let mut lines = text.lines();
        let headers: Vec<&str> = lines
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let paths: Vec<&str> = lines
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        if headers.is_empty() || paths.is_empty() {
            return Err("custom-columns format specified but no custom columns given".into());
        }
        if headers.len() != paths.len() {
            return Err(format!(
                "number of headers ({}) and field specifications ({}) don't match",
                headers.len(),
                paths.len()
            ));
        }
        let pairs: Vec<(&str, &str)> = headers.into_iter().zip(paths).collect();
        CustomColumns::new(&pairs, false)
    }

    fn new(pairs: &[(&str, &str)], no_headers: bool) -> Result<CustomColumns, String> {
        let mut columns = CustomColumns {
            headers: Vec::new(),
            paths: Vec::new(),
            templates: Vec::new(),
            no_headers,
        };
        for (header, path) in pairs {
            let path = relaxed(path)?;
            columns.templates.push(Template::parse(&path)?);
            columns.headers.push(header.to_string());
            columns.paths.push(path);
        }
        Ok(columns)
    }

    /// The table of one object or list; fixtures `customcolumn.TestColumnPrint`, `customcolumn.TestSliceColumnPrint`.
    ///
    /// # Errors
    /// What a path could not do.
    pub fn print(&self, value: &Value) -> Result<String, String> {
        let items = match value.get("items").and_then(Value::as_list) {
            Some(items) => items,
            None => std::slice::from_ref(value),
        };
        let mut rows = Vec::new();
        if !self.no_headers {
            rows.push(self.headers.clone());
        }
        for item in items {
            let cells: Result<Vec<String>, String> = self
                .templates
                .iter()
                .map(|template| cell(template, item))
                .collect();
            rows.push(cells?);
        }
        Ok(tabwriter::table(&rows, &mut Vec::new()))
    }
}

fn cell(template: &Template, item: &Value) -> Result<String, String> {
    let found = template.find(item, true)?;
    let values: Vec<String> = found
        .iter()
        .flatten()
        .map(|found| go(found.value()))
        .collect();
    Ok(match values.is_empty() {
        true => "<none>".into(),
        false => escaped(&values.join(",")),
    })
}

/// Control characters as kubectl shows them.
fn escaped(text: &str) -> String {
    text.replace('\u{1b}', "^[").replace('\r', "\\r")
}

/// A value as Go's `%v` writes it.
pub fn go(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        Value::Str(text) => text.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(go).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Map(map) => {
            let fields: Vec<String> = map
                .sorted()
                .into_iter()
                .map(|(key, value)| format!("{key}:{}", go(value)))
                .collect();
            format!("map[{}]", fields.join(" "))
        }
        other => apimachinery::to_json(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::parse_json;

    #[test]
    fn columns() {
        let pod = parse_json(
            r#"{"metadata":{"name":"a","labels":{"x":"1"}},"spec":{"containers":[{"name":"c"},{"name":"d"}]}}"#,
        )
        .unwrap();
        let spec =
            "NAME:.metadata.name,C:spec.containers[*].name,L:.metadata.labels,NO:.status.nope";
        let columns = CustomColumns::from_spec(spec, false).unwrap();
        assert_eq!(
            columns.print(&pod).unwrap(),
            "NAME   C     L          NO\na      c,d   map[x:1]   <none>\n"
        );
        assert!(CustomColumns::from_spec("invalid", false).is_err());
        assert!(relaxed("foo.bar}").is_err());
    }
}
