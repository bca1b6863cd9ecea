//! Rows of `kubectl get`: the server's cells with what the client adds around them.
//!
//! *Models*: `staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go`.
//! *Invariants*: headers are printed once, before the first row.
//! *Not modelled*: nothing.

use super::{Printer, printer, tabwriter};
use api::{KindInfo, Object};
use apimachinery::{StringMap, Time};

/// What the flags ask of a table.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    pub wide: bool,
    pub no_headers: bool,
    pub show_labels: bool,
    /// `-L`
    pub label_columns: Vec<String>,
    pub with_namespace: bool,
    /// Names are printed as `type/name`.
    pub with_kind: bool,
    /// The first column is the watch event.
    pub with_event: bool,
}

/// Rows of one resource, waiting to be laid out.
pub struct Table {
    info: &'static KindInfo,
    printer: Printer,
    options: TableOptions,
    rows: Vec<Vec<String>>,
    headers_done: bool,
    widths: Vec<usize>,
}

impl Table {
    /// A table for objects of this resource; `None` for one that has no objects here.
    pub fn new(info: &'static KindInfo, options: TableOptions) -> Option<Table> {
        let printer = printer(info.modelled?);
        Some(Table {
            info,
            printer,
            headers_done: options.no_headers,
            options: TableOptions {
                with_namespace: options.with_namespace && info.namespaced,
                ..options
            },
            rows: Vec::new(),
            widths: Vec::new(),
        })
    }

    /// Adds a row; `event` is shown if the options ask for it.
    pub fn push(&mut self, object: &Object, now: Time, event: &str) {
        if !self.headers_done {
            self.headers_done = true;
            self.rows.push(self.headers());
        }
        let mut row = Vec::new();
        if self.options.with_event {
            row.push(event.to_string());
        }
        let meta = object.meta();
        if self.options.with_namespace {
            row.push(meta.namespace.to_string());
        }
        let cells = (self.printer.cells)(object, now, self.options.wide);
        let shown = self.shown();
        for (name, mut cell) in shown.iter().zip(cells) {
            if self.options.with_kind && *name == "Name" {
                cell = format!("{}/{cell}", self.info.resource_singular());
            }
            row.push(one_line(&cell));
        }
        for key in &self.options.label_columns {
            row.push(meta.labels.get_str(key).unwrap_or_default().to_string());
        }
        if self.options.show_labels {
            row.push(format_labels(&meta.labels));
        }
        self.rows.push(row);
    }

    fn shown(&self) -> Vec<&'static str> {
        self.printer
            .columns
            .iter()
            .filter(|column| self.options.wide || !column.wide)
            .map(|column| column.name)
            .collect()
    }

    fn headers(&self) -> Vec<String> {
        let mut row = Vec::new();
        if self.options.with_event {
            row.push("EVENT".to_string());
        }
        if self.options.with_namespace {
            row.push("NAMESPACE".to_string());
        }
        row.extend(self.shown().iter().map(|name| name.to_uppercase()));
        for key in &self.options.label_columns {
            let last = key.rsplit('/').next().unwrap_or_default();
            row.push(last.to_uppercase());
        }
        if self.options.show_labels {
            row.push("LABELS".to_string());
        }
        row
    }

    /// The rows since the last call, laid out. Widths never shrink, so later batches stay aligned while they fit.
    pub fn flush(&mut self) -> String {
        tabwriter::table(&std::mem::take(&mut self.rows), &mut self.widths)
    }
}

/// A cell is cut at its first line break; escape characters are made visible.
fn one_line(cell: &str) -> String {
    let (text, cut) = match cell.find(['\u{c}', '\n', '\r']) {
        Some(at) => (&cell[..at], true),
        None => (cell, false),
    };
    let mut text = text.replace('\u{1b}', "^[");
    if cut {
        text.push_str("...");
    }
    text
}

/// `k=v,k2=v2` by key, or `<none>`. kubernetes: apimachinery/pkg/labels (FormatLabels)
pub fn format_labels(labels: &StringMap) -> String {
    if labels.is_empty() {
        return "<none>".into();
    }
    let pairs: Vec<String> = labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{Kind, Resource};
    use std::sync::Arc;

    fn config_map(name: &str, labels: StringMap) -> Object {
        let mut meta = apimachinery::ObjectMeta::named("default", name);
        meta.labels = labels;
        meta.creation_timestamp = Some(Time::from_unix(0));
        let map = api::ConfigMap {
            meta,
            ..Default::default()
        };
        api::ConfigMap::into_object(Arc::new(map))
    }

    #[test]
    fn what_the_client_adds() {
        let options = TableOptions {
            with_namespace: true,
            with_kind: true,
            show_labels: true,
            label_columns: vec!["example.com/tier".into()],
            ..TableOptions::default()
        };
        let mut table = Table::new(Kind::ConfigMap.info(), options).unwrap();
        let now = Time::from_unix(300);
        let labels = StringMap::from([("app", "web"), ("example.com/tier", "front")]);
        table.push(&config_map("a", labels), now, "");
        table.push(&config_map("b", StringMap::new()), now, "");
        assert_eq!(
            table.flush(),
            "NAMESPACE   NAME          DATA   AGE   TIER    LABELS\n\
             default     configmap/a   0      5m    front   app=web,example.com/tier=front\n\
             default     configmap/b   0      5m            <none>\n"
        );
        assert_eq!(table.flush(), "");
    }

    #[test]
    fn cells_have_one_line() {
        assert_eq!(one_line("a\nb"), "a...");
        assert_eq!(one_line("\u{1b}[0m"), "^[[0m");
    }
}
