//! The only way into the world (INV-3): API requests and world actions, all of them plain data.

use crate::faults::Fault;
use api::{Kind, Object};
use apimachinery::{Status, Time};
use serde::{Deserialize, Serialize};

/// One entry of the timeline's log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    Request(Request),
    Fault(Fault),
    /// Moves the wall clock of the cluster; virtual time goes on.
    SetClock(Time),
}

/// What the world says to a command.
#[derive(Clone, Debug)]
pub enum Outcome {
    Reply(Reply),
    /// World actions: a plain sentence if it cannot be done.
    Fault(Result<(), String>),
}

/// What the API server answers; `Err` is a `metav1.Status` with the API server's own words.
pub type Reply = Result<Response, Status>;

/// One API request, as a client sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    pub verb: Verb,
    pub kind: Kind,
    pub part: Part,
    /// Empty for cluster-scoped kinds.
    pub namespace: String,
    /// Empty for a create with `generateName`.
    pub name: String,
    /// The object or patch as JSON text; empty for deletes.
    pub body: String,
    pub dry_run: bool,
    pub validation: Validation,
    /// `kubectl-client-side-apply`, `kubectl-create`, …
    pub field_manager: String,
    pub delete: DeleteOptions,
}

impl Request {
    /// A request with default options.
    pub fn new(verb: Verb, kind: Kind, namespace: &str, name: &str, body: String) -> Request {
        Request {
            verb,
            kind,
            part: Part::Main,
            namespace: namespace.into(),
            name: name.into(),
            body,
            dry_run: false,
            validation: Validation::Strict,
            field_manager: String::new(),
            delete: DeleteOptions::default(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verb {
    Create,
    Update,
    Patch(Patch),
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Patch {
    Json,
    Merge,
    Strategic,
}

/// The object itself or one of its subresources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    Main,
    Status,
    Scale,
    Binding,
    Eviction,
}

/// `fieldValidation` of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Validation {
    Strict,
    Warn,
    Ignore,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteOptions {
    pub grace_period_seconds: Option<i64>,
    pub propagation: Option<Propagation>,
    /// Preconditions; the uid in its text form.
    pub uid: Option<String>,
    pub resource_version: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Propagation {
    Background,
    Foreground,
    Orphan,
}

/// A successful answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The object after the write (before it, for a delete that removed it).
    pub object: Object,
    /// False if nothing was written because nothing differed.
    pub changed: bool,
    /// Warning headers, in order.
    pub warnings: Vec<String>,
}
