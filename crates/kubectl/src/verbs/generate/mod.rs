//! Generators: commands that make an object from flags.
//!
//! *Models*: `kubectl/pkg/cmd/create/create_*.go`, `kubectl/pkg/cmd/run/run.go`.
//! *Not modelled*: generators of other kinds, `expose`, `autoscale`: refused.

pub mod config_map;
pub mod deployment;
pub mod hash;
pub mod pod;
pub mod secret;
pub mod simple;

use crate::client::{Client, Sequence, Step};
use crate::flags::{Args, Flag, optional, short_value, switch, value};
use crate::invocation::{Failure, namespace};
use crate::verbs::apply::{validation, with_last_applied};
use crate::verbs::create::{Creation, format};
use crate::verbs::dry_run;
use ::api::Kind;
use apimachinery::Value;

/// Finishes a generator: the object is created or shown.
///
/// # Errors
/// Bad `--dry-run`, `-o` or `--validate`.
pub fn create(
    kind: Kind,
    mut value: Value,
    args: &Args,
    cx: &Step<'_>,
) -> Result<Box<dyn Client>, Failure> {
    let info = kind.info();
    if args.is_set("append-hash") {
        let hash = hash::of(kind, &value);
        let name = value.at_path("metadata.name").and_then(Value::as_str);
        let name = format!("{}-{hash}", name.unwrap_or_default());
        value.set(&["metadata", "name"], name);
    }
    value.set(&["apiVersion"], info.api_version());
    value.set(&["kind"], info.kind);
    if info.namespaced
        && let Some(given) = args.get("namespace")
    {
        value.set(&["metadata", "namespace"], given);
    }
    if args.is_set("save-config") {
        value = with_last_applied(&value);
    }
    let creation = Creation {
        info,
        namespace: if info.namespaced {
            namespace(args, cx.env).to_string()
        } else {
            String::new()
        },
        source: String::new(),
        value,
        dry_run: dry_run::parse(args)?,
        validation: validation(args)?,
        format: format(args)?,
    };
    Ok(Box::new(Sequence::failures_last(vec![creation.item()])))
}

/// The one name before `--`.
///
/// # Errors
/// kubectl's words.
// kubernetes: kubectl/pkg/cmd/create/create.go (NameFromCommandArgs)
pub fn name<'a>(args: &'a Args, command: &str) -> Result<&'a str, Failure> {
    let words = args.dash_dash.unwrap_or(args.positional.len());
    match (words, args.positional.first()) {
        (1, Some(name)) if name.is_empty() => Err(Failure::error("name must be specified")),
        (1, Some(name)) => Ok(name),
        _ => Err(Failure::error(format!(
            "exactly one NAME is required, got {words}\nSee 'kubectl {command} -h' for help and examples"
        ))),
    }
}

/// cobra's error for flags that must be given.
///
/// # Errors
/// If one is missing.
pub fn required(args: &Args, names: &[&str]) -> Result<(), Failure> {
    let missing: Vec<String> = names
        .iter()
        .filter(|name| args.get(name).is_none())
        .map(|name| format!("\"{name}\""))
        .collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Failure::error(format!(
            "required flag(s) {} not set",
            missing.join(", ")
        ))),
    }
}

/// A list of words as a value.
pub fn words(list: &[String]) -> Value {
    list.iter().map(|word| Value::str(word)).collect()
}

/// Flags of the refused commands, so that the refusal is what one reads.
pub const REFUSED_FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("output", 'o'),
    short_value("selector", 'l'),
    optional("dry-run", "unchanged"),
    optional("validate", "strict"),
    switch("save-config"),
    value("field-manager"),
    value("image"),
    value("from"),
    value("schedule"),
    value("restart"),
    value("tcp"),
    value("node-port"),
    value("clusterip"),
    value("external-name"),
    value("verb"),
    value("resource"),
    value("resource-name"),
    value("role"),
    value("clusterrole"),
    value("serviceaccount"),
    value("group"),
    value("hard"),
    value("scopes"),
    value("min-available"),
    value("max-unavailable"),
    value("value"),
    value("description"),
    switch("global-default"),
    value("preemption-policy"),
    value("class"),
    value("rule"),
    value("default-backend"),
    value("annotation"),
    value("audience"),
    value("duration"),
    value("port"),
    value("target-port"),
    value("protocol"),
    value("name"),
    value("type"),
    value("external-ip"),
    value("load-balancer-ip"),
    value("session-affinity"),
    value("cluster-ip"),
    value("labels"),
    value("overrides"),
    value("min"),
    value("max"),
    value("cpu"),
    value("memory"),
    value("cpu-percent"),
];

pub fn refuse(_args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    Err(Failure::error(
        "this command is not modelled yet; use kubectl apply -f or kubectl create -f",
    ))
}
