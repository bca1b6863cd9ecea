//! `kubectl set serviceaccount`.
//!
//! *Models*: `kubectl/pkg/cmd/set/set_serviceaccount.go`.
//! *Not modelled*: `--local`: refused.

use super::Set;
use crate::client::{Client, Step};
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::verbs::targets::Write;
use std::rc::Rc;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    switch("all"),
    switch("local"),
    short_value("output", 'o'),
    optional("dry-run", "unchanged"),
    value("field-manager"),
    switch("record"),
    switch("show-managed-fields"),
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let Some((account, resources)) = args.positional.split_last() else {
        return Err(Failure::error("serviceaccount is required"));
    };
    let account = account.clone();
    let resources = resources.to_vec();
    let set = Set {
        edit: Rc::new(move |spec, _| {
            spec.insert("serviceAccountName", account.as_str());
            // The old name of the field follows, or the server would see two accounts.
            spec.insert("serviceAccount", account.as_str());
            Ok(())
        }),
        operation: "serviceaccount updated",
        refusal: "failed to patch ServiceAccountName",
        write: Write::new(&args, "kubectl-set")?,
    };
    super::run(set, &args, &resources, cx)
}
