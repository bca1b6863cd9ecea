//! `kubectl replace -f`, and `kubectl edit`, which has no editor here.
//!
//! *Models*: `kubectl/pkg/cmd/replace/replace.go`.
//! *Not modelled*: `--raw`, `--subresource`, `edit`: refused.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::manifest::{self, Manifest};
use crate::verbs::apply::{LAST_APPLIED, validation, with_last_applied};
use crate::verbs::delete;
use crate::verbs::dry_run::DryRun;
use crate::verbs::targets::{Target, Write};
use apimachinery::{Status, Value, json};
use cluster::{Validation, Verb};

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    switch("force"),
    optional("cascade", "background"),
    value("grace-period"),
    value("timeout"),
    switch("wait"),
    switch("save-config"),
    optional("validate", "strict"),
    optional("dry-run", "unchanged"),
    short_value("output", 'o'),
    value("raw"),
    value("subresource"),
    value("field-manager"),
    switch("show-managed-fields"),
];

pub const EDIT_FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_switch("recursive", 'R'),
    short_value("output", 'o'),
    switch("output-patch"),
    switch("save-config"),
    switch("windows-line-endings"),
    optional("validate", "strict"),
    value("subresource"),
    value("field-manager"),
];

pub fn edit(_args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    Err(Failure::error(
        "edit needs an editor, and there is none here; use kubectl patch, kubectl set or kubectl apply -f",
    ))
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    for refused in ["raw", "subresource"] {
        if args.get(refused).is_some() {
            return Err(Failure::error(format!("--{refused} is not modelled yet")));
        }
    }
    let force = args.is_set("force");
    let grace = args
        .int("grace-period")
        .map_err(Failure::error)?
        .filter(|seconds| *seconds >= 0);
    if grace.is_some() && !force {
        return Err(Failure::error("--grace-period must have --force specified"));
    }
    if args.get("timeout").is_some() && !force {
        return Err(Failure::error("--timeout must have --force specified"));
    }
    if args.all("filename").is_empty() && args.get("kustomize").is_none() {
        return Err(Failure::error("must specify one of -f and -k"));
    }
    let validation = validation(&args)?;
    let write = Write::new(&args, "kubectl-replace")?;
    let save = args.is_set("save-config");
    let (manifests, problems) = manifest::read(&args, cx.env)?;
    if manifests.is_empty() && problems.is_empty() {
        return Err(Failure::error("no objects passed to replace"));
    }
    let mut items: Vec<Item> = manifests
        .into_iter()
        .map(|manifest| {
            Item::Decide(Box::new(move |cx: &Step<'_>| {
                replace(
                    manifest,
                    write,
                    validation,
                    save,
                    force.then_some(grace),
                    cx,
                )
            }))
        })
        .collect();
    items.extend(
        problems
            .into_iter()
            .map(|error| Item::Text(Printed::failure(format!("error: {error}\n")))),
    );
    Ok(Box::new(Sequence::failures_last(items)))
}

/// `force`: deleted first, with this grace.
fn replace(
    manifest: Manifest,
    write: Write,
    validation: Validation,
    save: bool,
    force: Option<Option<i64>>,
    cx: &Step<'_>,
) -> Vec<Item> {
    let Some(kind) = manifest.info.modelled else {
        return vec![Item::Text(Printed::failure(format!(
            "error: {} is not modelled yet\n",
            manifest.info.resource()
        )))];
    };
    let target = Target {
        info: manifest.info,
        kind,
        namespace: manifest.namespace,
        name: manifest.name,
        source: manifest.source,
    };
    // The annotation is kept in step if the object has it already.
    let keeps = save
        || manifest
            .value
            .pointer(&["metadata", "annotations", LAST_APPLIED])
            .is_some();
    let value = if keeps {
        with_last_applied(&manifest.value)
    } else {
        manifest.value
    };
    let source = target.source.clone();
    let put = |verb: Verb, target: Target, value: &Value, doing: &'static str| {
        let mut request = target.request(verb, json::to_json(value));
        request.validation = validation;
        let fail = move |status: &Status| errors::with_source(doing, &source, status);
        write.item(target, request, |_| "replaced".to_string(), fail)
    };
    let Some(grace) = force else {
        if write.dry_run == DryRun::Client {
            if target.object(cx).is_none() {
                let status = target.not_found();
                return vec![Item::Text(Printed::failure(errors::with_source(
                    "replacing",
                    &target.source,
                    &status,
                )))];
            }
            return vec![Item::Text(Printed::out(
                write.text(&target, "replaced", &value),
            ))];
        }
        return vec![put(Verb::Update, target, &value, "replacing")];
    };
    let mut items = delete::replace_first(target.clone(), grace);
    items.push(Item::StopIfFailed);
    items.push(put(Verb::Create, target, &value, "creating"));
    items
}
