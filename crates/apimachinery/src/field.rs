//! Paths to fields and errors about their values.
//!
//! *Models* apimachinery/pkg/util/validation/field (path.go, errors.go).
//! *Invariants*: texts are the API server's, byte for byte.
//! *Not modelled*: error origins and declarative-validation marks.

use std::fmt;
use std::sync::Arc;

use crate::text::json::{quote_go, to_json_ordered};
use crate::value::Value;

/// A path to a field, built from the root down. Cheap to clone; printed only when an error is made.
#[derive(Clone, Debug, Default)]
pub struct FieldPath(Option<Arc<Node>>);

#[derive(Debug)]
struct Node {
    parent: FieldPath,
    segment: Segment,
}

#[derive(Debug)]
enum Segment {
    Field(&'static str),
    Name(Box<str>),
    Index(u32),
    Key(Box<str>),
}

impl FieldPath {
    /// The empty path.
    pub const fn root() -> Self {
        FieldPath(None)
    }

    /// A path that begins with this field.
    pub fn new(name: &'static str) -> Self {
        FieldPath::root().child(name)
    }

    fn then(&self, segment: Segment) -> Self {
        FieldPath(Some(Arc::new(Node {
            parent: self.clone(),
            segment,
        })))
    }

    pub fn child(&self, name: &'static str) -> Self {
        self.then(Segment::Field(name))
    }

    /// A child whose name is not known at compile time.
    pub fn child_name(&self, name: &str) -> Self {
        self.then(Segment::Name(name.into()))
    }

    pub fn index(&self, index: usize) -> Self {
        self.then(Segment::Index(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    pub fn key(&self, key: &str) -> Self {
        self.then(Segment::Key(key.into()))
    }

    pub fn is_root(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(node) = &self.0 else { return Ok(()) };
        write!(f, "{}", node.parent)?;
        let dot = if node.parent.is_root() { "" } else { "." };
        match &node.segment {
            Segment::Field(name) => write!(f, "{dot}{name}"),
            Segment::Name(name) => write!(f, "{dot}{name}"),
            Segment::Index(index) => write!(f, "[{index}]"),
            Segment::Key(key) => write!(f, "[{key}]"),
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorType {
    NotFound,
    Required,
    Duplicate,
    Invalid,
    NotSupported,
    Forbidden,
    TooLong,
    TooMany,
    Internal,
    TypeInvalid,
}

impl ErrorType {
    /// The machine-readable cause in a Status.
    pub fn cause(self) -> &'static str {
        match self {
            ErrorType::NotFound => "FieldValueNotFound",
            ErrorType::Required => "FieldValueRequired",
            ErrorType::Duplicate => "FieldValueDuplicate",
            ErrorType::Invalid => "FieldValueInvalid",
            ErrorType::NotSupported => "FieldValueNotSupported",
            ErrorType::Forbidden => "FieldValueForbidden",
            ErrorType::TooLong => "FieldValueTooLong",
            ErrorType::TooMany => "FieldValueTooMany",
            ErrorType::Internal => "InternalError",
            ErrorType::TypeInvalid => "FieldValueTypeInvalid",
        }
    }

    /// The words that begin the text.
    pub fn text(self) -> &'static str {
        match self {
            ErrorType::NotFound => "Not found",
            ErrorType::Required => "Required value",
            ErrorType::Duplicate => "Duplicate value",
            ErrorType::Invalid | ErrorType::TypeInvalid => "Invalid value",
            ErrorType::NotSupported => "Unsupported value",
            ErrorType::Forbidden => "Forbidden",
            ErrorType::TooLong => "Too long",
            ErrorType::TooMany => "Too many",
            ErrorType::Internal => "Internal error",
        }
    }
}

/// One error about one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    pub error_type: ErrorType,
    pub field: String,
    /// `None` if the text does not show a value.
    pub bad_value: Option<Value>,
    pub detail: String,
}

impl FieldError {
    fn new(
        error_type: ErrorType,
        path: &FieldPath,
        bad_value: Option<Value>,
        detail: String,
    ) -> Self {
        // kubernetes: a nil path prints so.
        let field = if path.is_root() {
            "<nil>".into()
        } else {
            path.to_string()
        };
        Self {
            error_type,
            field,
            bad_value,
            detail,
        }
    }

    pub fn type_invalid(
        path: &FieldPath,
        value: impl Into<Value>,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(
            ErrorType::TypeInvalid,
            path,
            Some(value.into()),
            detail.into(),
        )
    }

    pub fn not_found(path: &FieldPath, value: impl Into<Value>) -> Self {
        Self::new(ErrorType::NotFound, path, Some(value.into()), String::new())
    }

    pub fn required(path: &FieldPath, detail: impl Into<String>) -> Self {
        Self::new(ErrorType::Required, path, Some("".into()), detail.into())
    }

    pub fn duplicate(path: &FieldPath, value: impl Into<Value>) -> Self {
        Self::new(
            ErrorType::Duplicate,
            path,
            Some(value.into()),
            String::new(),
        )
    }

    pub fn invalid(path: &FieldPath, value: impl Into<Value>, detail: impl Into<String>) -> Self {
        Self::new(ErrorType::Invalid, path, Some(value.into()), detail.into())
    }

    /// The supported values are shown in the order given.
    pub fn not_supported<S: AsRef<str>>(
        path: &FieldPath,
        value: impl Into<Value>,
        supported: &[S],
    ) -> Self {
        let quoted: Vec<String> = supported.iter().map(|s| quote_go(s.as_ref())).collect();
        let detail = match quoted.is_empty() {
            true => String::new(),
            false => format!("supported values: {}", quoted.join(", ")),
        };
        Self::new(ErrorType::NotSupported, path, Some(value.into()), detail)
    }

    pub fn forbidden(path: &FieldPath, detail: impl Into<String>) -> Self {
        Self::new(ErrorType::Forbidden, path, Some("".into()), detail.into())
    }

    /// `max_bytes` below zero means that the limit is not shown.
    pub fn too_long(path: &FieldPath, max_bytes: i64) -> Self {
        let detail = match max_bytes {
            0.. => format!(
                "may not be more than {max_bytes} {}",
                if max_bytes == 1 { "byte" } else { "bytes" }
            ),
            _ => "value is too long".into(),
        };
        Self::new(ErrorType::TooLong, path, None, detail)
    }

    /// A number below zero is not shown.
    pub fn too_many(path: &FieldPath, actual: i64, max_items: i64) -> Self {
        let value = (actual >= 0).then_some(Value::Int(actual));
        let detail = match max_items {
            0.. => format!(
                "must have at most {max_items} {}",
                if max_items == 1 { "item" } else { "items" }
            ),
            _ => "has too many items".into(),
        };
        Self::new(ErrorType::TooMany, path, value, detail)
    }

    pub fn internal(path: &FieldPath, error: impl fmt::Display) -> Self {
        Self::new(ErrorType::Internal, path, None, error.to_string())
    }

    /// The text without the field.
    pub fn body(&self) -> String {
        let mut text = String::from(self.error_type.text());
        let hides_value = matches!(
            self.error_type,
            ErrorType::Required | ErrorType::Forbidden | ErrorType::TooLong | ErrorType::Internal
        );
        if let (false, Some(value)) = (hides_value, &self.bad_value) {
            text.push_str(": ");
            text.push_str(&render(value));
        }
        if !self.detail.is_empty() {
            text.push_str(": ");
            text.push_str(&self.detail);
        }
        text
    }
}

/// Strings as Go quotes them, numbers and bools plainly, the rest as JSON.
fn render(value: &Value) -> String {
    match value {
        Value::Str(text) => quote_go(text),
        other => to_json_ordered(other),
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.body())
    }
}

/// Errors in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorList(pub Vec<FieldError>);

impl ErrorList {
    pub const fn new() -> Self {
        ErrorList(Vec::new())
    }

    pub fn push(&mut self, error: FieldError) {
        self.0.push(error);
    }

    pub fn iter(&self) -> std::slice::Iter<'_, FieldError> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One text for all: the error itself, or `[a, b]` with repeated texts left out.
    pub fn to_aggregate(&self) -> String {
        aggregate(self.0.iter().map(ToString::to_string))
    }
}

/// The text of several errors as `errors.NewAggregate` joins them.
/// Kubernetes: apimachinery/pkg/util/errors.
pub fn aggregate(messages: impl IntoIterator<Item = String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for message in messages {
        if !seen.contains(&message) {
            seen.push(message);
        }
    }
    match seen.len() {
        1 => seen.remove(0),
        0 => String::new(),
        _ => format!("[{}]", seen.join(", ")),
    }
}

impl fmt::Display for ErrorList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_aggregate())
    }
}

impl Extend<FieldError> for ErrorList {
    fn extend<I: IntoIterator<Item = FieldError>>(&mut self, iter: I) {
        self.0.extend(iter);
    }
}

impl FromIterator<FieldError> for ErrorList {
    fn from_iter<I: IntoIterator<Item = FieldError>>(iter: I) -> Self {
        ErrorList(iter.into_iter().collect())
    }
}

impl From<FieldError> for ErrorList {
    fn from(error: FieldError) -> Self {
        ErrorList(vec![error])
    }
}

impl IntoIterator for ErrorList {
    type Item = FieldError;
    type IntoIter = std::vec::IntoIter<FieldError>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a ErrorList {
    type Item = &'a FieldError;
    type IntoIter = std::slice::Iter<'a, FieldError>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let spec = FieldPath::new("spec");
        let image = spec.child("containers").index(0).child("image");
        let labels = FieldPath::new("metadata").child("labels").key("k");
        let cases = [
            (
                FieldError::required(&image, ""),
                "spec.containers[0].image: Required value",
            ),
            (
                FieldError::invalid(&labels, "x\"", "bad"),
                r#"metadata.labels[k]: Invalid value: "x\"": bad"#,
            ),
            (
                FieldError::invalid(&spec, 3, "bad"),
                "spec: Invalid value: 3: bad",
            ),
            (
                FieldError::invalid(&spec, Value::Null, "bad"),
                "spec: Invalid value: null: bad",
            ),
            (
                FieldError::not_supported(&spec, "x", &["B", "A"]),
                r#"spec: Unsupported value: "x": supported values: "B", "A""#,
            ),
            (
                FieldError::too_long(&spec, 63),
                "spec: Too long: may not be more than 63 bytes",
            ),
            (
                FieldError::too_many(&spec, 9, 8),
                "spec: Too many: 9: must have at most 8 items",
            ),
            (
                FieldError::duplicate(&spec, "a"),
                "spec: Duplicate value: \"a\"",
            ),
            (FieldError::not_found(&spec, "a"), "spec: Not found: \"a\""),
            (FieldError::forbidden(&spec, "no"), "spec: Forbidden: no"),
        ];
        let mut list = ErrorList::new();
        for (error, want) in cases {
            assert_eq!(error.to_string(), want);
            list.push(error);
        }
        let twice: ErrorList = [list.0[0].clone(), list.0[0].clone()].into_iter().collect();
        assert_eq!(
            twice.to_aggregate(),
            "spec.containers[0].image: Required value"
        );
        let two: ErrorList = [list.0[0].clone(), list.0[9].clone()].into_iter().collect();
        assert_eq!(
            two.to_aggregate(),
            "[spec.containers[0].image: Required value, spec: Forbidden: no]"
        );
    }
}
