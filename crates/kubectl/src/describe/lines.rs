//! Writes the lines of a description: levels, label lists, times.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe (PrefixWriter, printLabelsMultiline, printAnnotationsMultiline)`.
//! *Invariants*: cells are separated by tabs until [`Lines::finish`] lays them out.
//! *Not modelled*: nothing.

use crate::printers::tabwriter;
use apimachinery::{ObjectMeta, StringMap, Time};

/// Longest line of an annotation.
const ANNOTATION_MAX: usize = 140;
/// Not shown: it repeats the object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A description in the making.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// Text as it is, with its line ends.
    pub fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// One line, two spaces deeper for each level.
    pub fn line(&mut self, level: usize, text: &str) {
        self.0.extend(std::iter::repeat_n("  ", level));
        self.0.push_str(text);
        self.0.push('\n');
    }

    /// `Name:\tvalue`.
    pub fn field(&mut self, level: usize, name: &str, value: impl std::fmt::Display) {
        self.line(level, &format!("{name}:\t{value}"));
    }

    /// The same, unless the value is empty.
    pub fn field_if(&mut self, level: usize, name: &str, value: &str) {
        if !value.is_empty() {
            self.field(level, name, value);
        }
    }

    /// What follows is laid out on its own.
    pub fn flush(&mut self) {
        self.0.push('\u{c}');
    }

    /// Name and namespace of a namespaced object.
    pub fn names(&mut self, meta: &ObjectMeta) {
        self.field(0, "Name", &meta.name);
        self.field(0, "Namespace", &meta.namespace);
    }

    pub fn labels_and_annotations(&mut self, meta: &ObjectMeta) {
        self.labels("Labels", &meta.labels);
        self.annotations("Annotations", &meta.annotations);
    }

    /// `k=v` lines behind a title; fixture `describe.TestPrintLabelsMultiline`.
    pub fn labels(&mut self, title: &str, labels: &StringMap) {
        let pairs = labels.iter().map(|(key, value)| format!("{key}={value}"));
        self.list(title, pairs);
    }

    /// Lines behind a title, or `<none>`.
    pub fn list(&mut self, title: &str, items: impl Iterator<Item = String>) {
        self.raw(&format!("{title}:\t"));
        let mut any = false;
        for item in items {
            self.raw(if any { "\t" } else { "" });
            self.raw(&item);
            self.raw("\n");
            any = true;
        }
        if !any {
            self.raw("<none>\n");
        }
    }

    pub fn annotations(&mut self, title: &str, annotations: &StringMap) {
        let shown = annotations
            .iter()
            .filter(|(key, _)| &***key != LAST_APPLIED)
            .map(|(key, value)| {
                let value = value.strip_suffix('\n').unwrap_or(value);
                if value.len() + key.len() + 2 <= ANNOTATION_MAX && !value.contains('\n') {
                    return format!("{key}: {value}");
                }
                let lines: Vec<String> = value
                    .split('\n')
                    .map(|line| format!("\n\t  {}", shorten(line, ANNOTATION_MAX - 2)))
                    .collect();
                format!("{key}:{}", lines.concat())
            });
        self.list(title, shown);
    }

    /// The text with its tabs, as `rollout history --revision` prints it.
    pub fn unaligned(self) -> String {
        self.0.replace('\u{c}', "")
    }

    /// The finished text. kubernetes: kubectl/pkg/describe (tabbedString)
    pub fn finish(self) -> String {
        tabwriter::elastic(&self.0, 0, 2)
    }
}

fn shorten(text: &str, length: usize) -> String {
    if text.len() <= length {
        return text.to_string();
    }
    let end = (0..=length).rev().find(|end| text.is_char_boundary(*end));
    format!("{}...", &text[..end.unwrap_or(0)])
}

/// A time as descriptions write it; Go's zero time without one.
pub fn rfc1123z(time: Option<Time>) -> String {
    match time {
        Some(time) => time.rfc1123z(),
        None => "Mon, 01 Jan 0001 00:00:00 +0000".into(),
    }
}

/// `ReplicaSet/web-5c8d`, or nothing.
pub fn controller(meta: &ObjectMeta) -> String {
    match meta.controller_of() {
        Some(owner) => format!("{}/{}", owner.kind, owner.name),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_long_annotations() {
        let mut lines = Lines::default();
        lines.labels("Labels", &StringMap::from([("a", "1"), ("b", "2")]));
        let long = "x".repeat(150);
        lines.annotations(
            "Annotations",
            &StringMap::from([("k", "v"), ("l", &*long), (LAST_APPLIED, "{}")]),
        );
        lines.labels("None", &StringMap::new());
        let x = "x".repeat(138);
        assert_eq!(
            lines.finish(),
            format!(
                "Labels:       a=1\n              b=2\nAnnotations:  k: v\n              l:\n                {x}...\nNone:         <none>\n"
            )
        );
    }
}
