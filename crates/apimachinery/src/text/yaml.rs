//! YAML text in and out.
//!
//! *Models* kubectl's document reader (apimachinery/pkg/util/yaml) and sigs.k8s.io/yaml: YAML 1.1
//! scalars, merge keys, last duplicate wins, Go's error texts and line numbers.
//! *Invariants*: libyaml (through serde_yaml) judges the syntax; an event pass gives the value,
//! the positions and the duplicates.
//! *Not modelled*: numbers beyond 64 bits (they become floats), and documents beyond 1 MiB or
//! nested deeper than 128 (refused).

mod build;
mod emit;
mod scalar;

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::text::json::{parse_json, parse_json_prefix};
use crate::value::Value;

pub use emit::to_yaml;
pub use scalar::resolve_plain;

const BYTES_MAX: usize = 1024 * 1024;
const DEPTH_MAX: u32 = 128;

/// Line and column, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub key: (u32, u32),
    pub value: (u32, u32),
}

/// Where each field stands, by its path: `spec.containers[0].image`; a key with a dot or slash
/// is written in brackets, `metadata.labels[a.io/b]`.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    entries: Vec<(String, Span)>,
}

impl Spans {
    /// Line and column of the key (of a list item: the item).
    pub fn key(&self, path: &str) -> Option<(u32, u32)> {
        self.get(path).map(|span| span.key)
    }

    /// Line and column of the value.
    pub fn value(&self, path: &str) -> Option<(u32, u32)> {
        self.get(path).map(|span| span.value)
    }

    pub fn get(&self, path: &str) -> Option<Span> {
        self.entries
            .iter()
            .rev()
            .find(|(p, _)| p == path)
            .map(|(_, span)| *span)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Span)> {
        self.entries
            .iter()
            .map(|(path, span)| (path.as_str(), *span))
    }

    fn push(&mut self, path: String, span: Span) {
        self.entries.push((path, span));
    }
}

/// One YAML (or JSON) document.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub value: Value,
    /// Lines count in the whole text.
    pub spans: Spans,
    /// Path and line (in the whole text) of each key that repeats an earlier one.
    pub duplicate_keys: Vec<(String, u32)>,
    /// The line of the whole text on which the document begins, from 1.
    pub start_line: u32,
}

impl Document {
    /// Duplicates as the strict decoder tells them, lines counted in the document.
    // kubernetes: sigs.k8s.io/yaml, goyaml.v2/decode.go
    pub fn duplicate_errors(&self) -> Vec<String> {
        let text = |(path, line): &(String, u32)| {
            let bracket = path
                .strip_suffix(']')
                .and_then(|p| p.rfind('[').map(|at| &p[at + 1..]));
            let key = bracket.unwrap_or_else(|| path.rsplit('.').next().unwrap_or(path));
            format!(
                "line {}: key {key:?} already set in map",
                line + 1 - self.start_line
            )
        };
        self.duplicate_keys.iter().map(text).collect()
    }
}

/// Why a document cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YamlError {
    /// As Go tells it, lines counted in the document: `yaml: line 3: mapping values …`.
    pub message: String,
    /// In the whole text, from 1; 0 if unknown.
    pub line: u32,
    pub column: u32,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for YamlError {}

/// Splits at `---` lines and reads each document. Empty documents are left out.
pub fn parse_yaml_documents(text: &str) -> Vec<Result<Document, YamlError>> {
    let normal = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    if let Some(documents) = parse_json_stream(&normal) {
        return documents;
    }
    split(&normal)
        .into_iter()
        .map(|(start_line, chunk)| parse_document(chunk, start_line))
        .filter(|result| {
            !result
                .as_ref()
                .is_ok_and(|document| document.value.is_null())
        })
        .collect()
}

/// Reads the first document only; null if the text is empty.
pub fn parse_yaml(text: &str) -> Result<Value, YamlError> {
    parse_yaml_documents(text)
        .into_iter()
        .next()
        .map_or(Ok(Value::Null), |d| d.map(|d| d.value))
}

/// JSON objects one after another, as kubectl reads a text that begins with a brace.
fn parse_json_stream(text: &str) -> Option<Vec<Result<Document, YamlError>>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut documents = Vec::new();
    let mut rest = text;
    while !rest.trim_start().is_empty() {
        let start = text.len() - rest.trim_start().len();
        let (_, after) = parse_json_prefix(rest).ok()?;
        let chunk = &text[start..text.len() - after.len()];
        let start_line = line_of(text, start);
        documents.push(parse_document(chunk, start_line));
        rest = after;
    }
    Some(documents)
}

fn line_of(text: &str, offset: usize) -> u32 {
    text[..offset].matches('\n').count() as u32 + 1
}

/// Chunks between separator lines, with the line on which each begins.
fn split(text: &str) -> Vec<(u32, &str)> {
    let mut chunks = Vec::new();
    let (mut start, mut start_line) = (0, 1);
    let (mut offset, mut line) = (0, 1);
    for raw in text.split_inclusive('\n') {
        let is_separator = raw.strip_prefix("---").is_some_and(|rest| {
            let rest = rest.trim();
            rest.is_empty() || rest.starts_with('#')
        });
        // A separator before any content belongs to the first document.
        if is_separator && offset > start {
            chunks.push((start_line, &text[start..offset]));
            (start, start_line) = (offset + raw.len(), line + 1);
        }
        offset += raw.len();
        line += 1;
    }
    chunks.push((start_line, &text[start..]));
    chunks
}

/// What YAML's reader takes for no text at all.
fn is_refused(letter: char) -> bool {
    let allowed = matches!(letter, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..);
    !allowed || matches!(letter, '\u{fffe}' | '\u{ffff}')
}

fn parse_document(chunk: &str, start_line: u32) -> Result<Document, YamlError> {
    if chunk.len() > BYTES_MAX {
        // kubernetes: apimachinery/pkg/api/errors NewRequestEntityTooLargeError
        return Err(YamlError {
            message: format!("Request entity too large: limit is {BYTES_MAX}"),
            line: start_line,
            column: 1,
        });
    }
    if chunk.chars().any(is_refused) {
        return Err(YamlError {
            // kubernetes: sigs.k8s.io/yaml/goyaml.v2 readerc.go
            message: "yaml: control characters are not allowed".to_string(),
            line: 0,
            column: 0,
        });
    }
    check_syntax(chunk, start_line)?;
    match build::build(chunk, start_line) {
        Ok(mut document) => {
            if chunk.trim_start().starts_with('{')
                && let Ok(value) = parse_json(chunk)
            {
                document.value = value;
            }
            Ok(document)
        }
        Err(build::Failure::Told(error)) => Err(error),
        // The two parsers disagree on a corner of the grammar: libyaml is right, without positions.
        Err(build::Failure::Unread) => {
            let value = first_document(chunk).unwrap_or_default();
            Ok(Document {
                value,
                start_line,
                ..Document::default()
            })
        }
    }
}

fn first_document(chunk: &str) -> Result<Value, serde_yaml::Error> {
    match serde_yaml::Deserializer::from_str(chunk).next() {
        Some(document) => Value::deserialize(document),
        None => Ok(Value::Null),
    }
}

/// Lets libyaml judge, and tells its verdict as Go does.
fn check_syntax(chunk: &str, start_line: u32) -> Result<(), YamlError> {
    let Some(document) = serde_yaml::Deserializer::from_str(chunk).next() else {
        return Ok(());
    };
    let Err(error) = IgnoredAny::deserialize(document) else {
        return Ok(());
    };
    let location = error.location();
    let (line, column) = location.map_or((0, 0), |at| (at.line() as u32, at.column() as u32));
    let mut told = YamlError {
        message: String::new(),
        line: if line == 0 { 0 } else { start_line + line - 1 },
        column,
    };
    told.message = match error.to_string() {
        text if text.contains("recursion limit") => {
            format!("yaml: exceeded max depth of {DEPTH_MAX}")
        }
        text if text.contains("repetition limit") => {
            "yaml: document contains excessive aliasing".into()
        }
        text if text.contains("unknown anchor") => {
            format!(
                "yaml: unknown anchor '{}' referenced",
                anchor_at(chunk, line, column)
            )
        }
        // Tags and non-text keys are judged by the event pass.
        text if !text.contains(" at line ") && !text.contains("did not find") => return Ok(()),
        text => go_words(&text),
    };
    Err(told)
}

fn anchor_at(chunk: &str, line: u32, column: u32) -> String {
    let line = chunk
        .lines()
        .nth(line.saturating_sub(1) as usize)
        .unwrap_or("");
    let rest: String = line
        .chars()
        .skip(column.saturating_sub(1) as usize)
        .collect();
    let rest = rest.strip_prefix('*').unwrap_or(&rest);
    rest.chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        .collect()
}

/// `problem at line 3 column 5, context at line …` in go-yaml's form.
// kubernetes: goyaml.v2/decode.go parser.fail
fn go_words(text: &str) -> String {
    let (problem, place) = text.split_once(" at line ").unwrap_or((text, ""));
    let number = |s: &str| -> u32 {
        let digits: String = s.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    let problem_line = number(place);
    let (_, context) = place.split_once(", ").unwrap_or((place, ""));
    let context_line = context
        .split_once(" at line ")
        .map_or(problem_line, |(_, at)| number(at));
    let from_parser =
        context.starts_with("while parsing a ") || problem.starts_with("did not find expected");
    // Parser errors count from 0, scanner errors from 1; line 0 is not shown.
    let line = match (problem_line > 1, from_parser) {
        (true, true) => problem_line - 1,
        (true, false) => problem_line,
        (false, _) => context_line.saturating_sub(1),
    };
    match line {
        0 => format!("yaml: {problem}"),
        line => format!("yaml: line {line}: {problem}"),
    }
}

#[cfg(test)]
mod tests;
