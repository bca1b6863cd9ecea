//! The API server's answer when it does not give an object.
//!
//! *Models* metav1.Status and apimachinery/pkg/api/errors.
//! *Invariants*: messages, reasons and codes are upstream's.
//! *Not modelled*: nothing.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::field::ErrorList;
use crate::uid::Uid;
use crate::value::{Map, Value};

/// Why a request failed, for machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reason {
    #[default]
    Unknown,
    Unauthorized,
    Forbidden,
    NotFound,
    AlreadyExists,
    Conflict,
    Gone,
    Invalid,
    ServerTimeout,
    StoreReadError,
    Timeout,
    TooManyRequests,
    BadRequest,
    MethodNotAllowed,
    NotAcceptable,
    RequestEntityTooLarge,
    UnsupportedMediaType,
    InternalError,
    Expired,
    ServiceUnavailable,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Unknown => "",
            Reason::Unauthorized => "Unauthorized",
            Reason::Forbidden => "Forbidden",
            Reason::NotFound => "NotFound",
            Reason::AlreadyExists => "AlreadyExists",
            Reason::Conflict => "Conflict",
            Reason::Gone => "Gone",
            Reason::Invalid => "Invalid",
            Reason::ServerTimeout => "ServerTimeout",
            Reason::StoreReadError => "StorageReadError",
            Reason::Timeout => "Timeout",
            Reason::TooManyRequests => "TooManyRequests",
            Reason::BadRequest => "BadRequest",
            Reason::MethodNotAllowed => "MethodNotAllowed",
            Reason::NotAcceptable => "NotAcceptable",
            Reason::RequestEntityTooLarge => "RequestEntityTooLarge",
            Reason::UnsupportedMediaType => "UnsupportedMediaType",
            Reason::InternalError => "InternalError",
            Reason::Expired => "Expired",
            Reason::ServiceUnavailable => "ServiceUnavailable",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One of several causes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCause {
    pub reason: String,
    pub message: String,
    pub field: String,
}

/// What a failure was about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusDetails {
    pub name: Arc<str>,
    pub group: Arc<str>,
    pub kind: Arc<str>,
    pub uid: Uid,
    pub causes: Vec<StatusCause>,
    pub retry_after_seconds: i32,
}

/// An answer without an object. Errors are boxed nowhere: it is small enough to move.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub success: bool,
    pub message: String,
    pub reason: Reason,
    pub code: u32,
    pub details: Option<Box<StatusDetails>>,
}

/// `deployments.apps` → `deployments`, `apps`.
fn split_group(with_group: &str) -> (&str, &str) {
    with_group.split_once('.').unwrap_or((with_group, ""))
}

fn details(with_group: &str, name: &str) -> StatusDetails {
    let (kind, group) = split_group(with_group);
    StatusDetails {
        name: name.into(),
        group: group.into(),
        kind: kind.into(),
        ..Default::default()
    }
}

impl Status {
    /// A failure with these parts.
    pub fn failure(code: u32, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            success: false,
            message: message.into(),
            reason,
            code,
            details: None,
        }
    }

    #[must_use]
    pub fn with_details(mut self, details: StatusDetails) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// Adds a cause.
    #[must_use]
    pub fn with_cause(mut self, reason: &str, message: &str, field: &str) -> Self {
        let details = self.details.get_or_insert_default();
        details.causes.push(StatusCause {
            reason: reason.into(),
            message: message.into(),
            field: field.into(),
        });
        self
    }

    /// `Success`, or `Failure`.
    pub fn status(&self) -> &'static str {
        if self.success { "Success" } else { "Failure" }
    }

    pub fn causes(&self) -> &[StatusCause] {
        self.details.as_ref().map_or(&[], |details| &details.causes)
    }

    // kubernetes: apimachinery/pkg/api/errors/errors.go, for all below

    /// `resource` is a plural with its group, such as `deployments.apps`.
    pub fn not_found(resource: &str, name: &str) -> Self {
        Self::failure(
            404,
            Reason::NotFound,
            format!("{resource} {name:?} not found"),
        )
        .with_details(details(resource, name))
    }

    pub fn already_exists(resource: &str, name: &str) -> Self {
        Self::failure(
            409,
            Reason::AlreadyExists,
            format!("{resource} {name:?} already exists"),
        )
        .with_details(details(resource, name))
    }

    pub fn generate_name_conflict(resource: &str, name: &str, retry_after_seconds: i32) -> Self {
        let message = format!(
            "{resource} {name:?} already exists, the server was not able to generate a unique name for the object"
        );
        Self::failure(409, Reason::AlreadyExists, message).with_details(StatusDetails {
            retry_after_seconds,
            ..details(resource, name)
        })
    }

    pub fn unauthorized(reason: &str) -> Self {
        let message = if reason.is_empty() {
            "not authorized"
        } else {
            reason
        };
        Self::failure(401, Reason::Unauthorized, message)
    }

    pub fn forbidden(resource: &str, name: &str, why: impl fmt::Display) -> Self {
        let message = match (resource.is_empty(), name.is_empty()) {
            (true, _) => format!("forbidden: {why}"),
            (_, true) => format!("{resource} is forbidden: {why}"),
            _ => format!("{resource} {name:?} is forbidden: {why}"),
        };
        Self::failure(403, Reason::Forbidden, message).with_details(details(resource, name))
    }

    pub fn conflict(resource: &str, name: &str, why: impl fmt::Display) -> Self {
        let message = format!("Operation cannot be fulfilled on {resource} {name:?}: {why}");
        Self::failure(409, Reason::Conflict, message).with_details(details(resource, name))
    }

    /// The conflict of a stale resource version.
    // kubernetes: apiserver/pkg/registry/generic/registry/store.go OptimisticLockErrorMsg
    pub fn stale(resource: &str, name: &str) -> Self {
        Self::conflict(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and try again",
        )
    }

    pub fn apply_conflict(causes: Vec<StatusCause>, message: impl Into<String>) -> Self {
        Self::failure(409, Reason::Conflict, message).with_details(StatusDetails {
            causes,
            ..Default::default()
        })
    }

    pub fn gone(message: impl Into<String>) -> Self {
        Self::failure(410, Reason::Gone, message)
    }

    pub fn expired(message: impl Into<String>) -> Self {
        Self::failure(410, Reason::Expired, message)
    }

    /// `kind` is a kind with its group, such as `Deployment.apps`.
    pub fn invalid(kind: &str, name: &str, errors: &ErrorList) -> Self {
        let causes = errors.iter().map(|error| StatusCause {
            reason: error.error_type.cause().into(),
            message: error.body(),
            field: error.field.clone(),
        });
        let message = match errors.is_empty() {
            true => format!("{kind} {name:?} is invalid"),
            false => format!("{kind} {name:?} is invalid: {}", errors.to_aggregate()),
        };
        let details = StatusDetails {
            causes: causes.collect(),
            ..details(kind, name)
        };
        Self::failure(422, Reason::Invalid, message).with_details(details)
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::failure(400, Reason::BadRequest, message)
    }

    pub fn too_many_requests(message: impl Into<String>, retry_after_seconds: i32) -> Self {
        Self::failure(429, Reason::TooManyRequests, message).with_details(StatusDetails {
            retry_after_seconds,
            ..Default::default()
        })
    }

    pub fn service_unavailable(message: impl Into<String>) -> Self {
        Self::failure(503, Reason::ServiceUnavailable, message)
    }

    pub fn method_not_supported(resource: &str, action: &str) -> Self {
        let message = format!("{action} is not supported on resources of kind {resource:?}");
        Self::failure(405, Reason::MethodNotAllowed, message).with_details(details(resource, ""))
    }

    pub fn server_timeout(resource: &str, operation: &str, retry_after_seconds: i32) -> Self {
        let message = format!(
            "The {operation} operation against {resource} could not be completed at this time, please try again."
        );
        Self::failure(500, Reason::ServerTimeout, message).with_details(StatusDetails {
            retry_after_seconds,
            ..details(resource, operation)
        })
    }

    pub fn internal(error: impl fmt::Display) -> Self {
        let error = error.to_string();
        Self::failure(
            500,
            Reason::InternalError,
            format!("Internal error occurred: {error}"),
        )
        .with_cause("", &error, "")
    }

    pub fn timeout(message: impl fmt::Display, retry_after_seconds: i32) -> Self {
        Self::failure(504, Reason::Timeout, format!("Timeout: {message}")).with_details(
            StatusDetails {
                retry_after_seconds,
                ..Default::default()
            },
        )
    }

    pub fn request_entity_too_large(message: impl fmt::Display) -> Self {
        let message = format!("Request entity too large: {message}");
        Self::failure(413, Reason::RequestEntityTooLarge, message)
    }

    pub fn unsupported_media_type(message: impl Into<String>) -> Self {
        Self::failure(415, Reason::UnsupportedMediaType, message)
    }

    pub fn is_not_found(&self) -> bool {
        self.reason == Reason::NotFound
    }

    pub fn is_already_exists(&self) -> bool {
        self.reason == Reason::AlreadyExists
    }

    pub fn is_conflict(&self) -> bool {
        self.reason == Reason::Conflict
    }

    pub fn is_forbidden(&self) -> bool {
        self.reason == Reason::Forbidden
    }

    pub fn is_invalid(&self) -> bool {
        self.reason == Reason::Invalid
    }

    pub fn is_gone(&self) -> bool {
        self.reason == Reason::Gone
    }

    pub fn is_expired(&self) -> bool {
        self.reason == Reason::Expired
    }

    pub fn is_bad_request(&self) -> bool {
        self.reason == Reason::BadRequest
    }

    pub fn is_too_many_requests(&self) -> bool {
        self.reason == Reason::TooManyRequests
    }

    pub fn is_timeout(&self) -> bool {
        self.reason == Reason::Timeout
    }

    pub fn is_internal_error(&self) -> bool {
        self.reason == Reason::InternalError
    }

    /// True if it failed because the namespace is being deleted.
    pub fn has_cause(&self, reason: &str) -> bool {
        self.causes().iter().any(|cause| cause.reason == reason)
    }

    /// The wire form.
    pub fn to_value(&self) -> Value {
        let mut map = Map::from([("kind", "Status"), ("apiVersion", "v1")]);
        map.insert("metadata", Map::new());
        map.insert("status", self.status());
        if !self.message.is_empty() {
            map.insert("message", self.message.as_str());
        }
        if self.reason != Reason::Unknown {
            map.insert("reason", self.reason.as_str());
        }
        if let Some(details) = &self.details {
            map.insert("details", details.to_map());
        }
        map.insert("code", self.code);
        Value::Map(map)
    }
}

impl StatusDetails {
    fn to_map(&self) -> Map {
        let mut map = Map::new();
        for (key, text) in [
            ("name", &self.name),
            ("group", &self.group),
            ("kind", &self.kind),
        ] {
            if !text.is_empty() {
                map.insert(key, text);
            }
        }
        if !self.uid.is_empty() {
            map.insert("uid", &self.uid);
        }
        if !self.causes.is_empty() {
            map.insert(
                "causes",
                self.causes
                    .iter()
                    .map(StatusCause::to_value)
                    .collect::<Value>(),
            );
        }
        if self.retry_after_seconds != 0 {
            map.insert("retryAfterSeconds", self.retry_after_seconds);
        }
        map
    }
}

impl StatusCause {
    fn to_value(&self) -> Value {
        let parts = [
            ("reason", &self.reason),
            ("message", &self.message),
            ("field", &self.field),
        ];
        Value::Map(
            parts
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .collect(),
        )
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Status {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{FieldError, FieldPath};

    #[test]
    fn messages() {
        let errors = ErrorList::from(FieldError::required(&FieldPath::new("spec").child("x"), ""));
        let cases = [
            (
                Status::not_found("deployments.apps", "x"),
                r#"deployments.apps "x" not found"#,
            ),
            (
                Status::already_exists("pods", "x"),
                r#"pods "x" already exists"#,
            ),
            (
                Status::stale("pods", "x"),
                r#"Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again"#,
            ),
            (Status::forbidden("pods", "", "no"), "pods is forbidden: no"),
            (
                Status::forbidden("pods", "x", "no"),
                r#"pods "x" is forbidden: no"#,
            ),
            (
                Status::invalid("Deployment.apps", "x", &errors),
                r#"Deployment.apps "x" is invalid: spec.x: Required value"#,
            ),
            (Status::internal("boom"), "Internal error occurred: boom"),
        ];
        for (status, want) in cases {
            assert_eq!(status.message, want);
        }
        let value = Status::invalid("Deployment.apps", "x", &errors).to_value();
        assert_eq!(
            value.at_path("details.group").and_then(Value::as_str),
            Some("apps")
        );
        assert_eq!(
            value
                .at_path("details.causes[0].reason")
                .and_then(Value::as_str),
            Some("FieldValueRequired")
        );
        assert!(Status::not_found("pods", "x").is_not_found());
    }
}
