//! `kubectl create namespace` and `kubectl create serviceaccount`.
//!
//! *Models*: `kubectl/pkg/cmd/create/create_{namespace,serviceaccount}.go`.
//! *Not modelled*: nothing.

use crate::client::{Client, Step};
use crate::flags::{Args, Flag, optional, short_value, switch, value};
use crate::invocation::Failure;
use ::api::Kind;
use apimachinery::Value;

pub const FLAGS: &[Flag] = &[
    optional("dry-run", "unchanged"),
    optional("validate", "strict"),
    short_value("output", 'o'),
    switch("save-config"),
    value("field-manager"),
    switch("show-managed-fields"),
];

pub fn namespace(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let mut object = Value::map();
    object.set(
        &["metadata", "name"],
        super::name(&args, "create namespace")?,
    );
    object.set(&["spec"], Value::map());
    object.set(&["status"], Value::map());
    super::create(Kind::Namespace, object, &args, cx)
}

pub fn service_account(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let mut object = Value::map();
    object.set(
        &["metadata", "name"],
        super::name(&args, "create serviceaccount")?,
    );
    super::create(Kind::ServiceAccount, object, &args, cx)
}
