//! `kubectl apply`: client-side apply with the last-applied annotation and a three-way patch.
//!
//! *Models*: `kubectl/pkg/cmd/apply/{apply,patcher}.go`, `kubectl/pkg/util/apply.go`.
//! *Not modelled*: `--server-side`, `--prune`, `-k`: refused.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::manifest::{self, Manifest};
use crate::verbs::dry_run::{self, DryRun};
use ::api::Kind;
use ::api::schema::TypePatch;
use apimachinery::{Status, Value, json, patch};
use cluster::{Patch, Request, Validation, Verb};

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    optional("dry-run", "unchanged"),
    optional("validate", "strict"),
    short_value("output", 'o'),
    short_value("selector", 'l'),
    switch("server-side"),
    switch("force"),
    switch("force-conflicts"),
    switch("prune"),
    switch("all"),
    switch("overwrite"),
    switch("openapi-patch"),
    switch("wait"),
    switch("record"),
    value("timeout"),
    value("grace-period"),
    value("field-manager"),
    optional("cascade", "background"),
];

/// The annotation that remembers what was applied last.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
const FIELD_MANAGER: &str = "kubectl-client-side-apply";

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    for refused in ["server-side", "prune", "force-conflicts"] {
        if args.is_set(refused) {
            return Err(Failure::error(format!("--{refused} is not modelled yet")));
        }
    }
    if let Some(extra) = args.positional.first() {
        return Err(Failure::error(format!(
            "Unexpected args: [{extra}]\nSee 'kubectl apply -h' for help and examples"
        )));
    }
    if args.all("filename").is_empty() && args.get("kustomize").is_none() {
        return Err(Failure::error("must specify one of -f and -k"));
    }
    let dry_run = dry_run::parse(&args)?;
    let validation = validation(&args)?;
    let name_only = name_only(&args)?;
    let (manifests, errors) = manifest::read(&args, cx.env)?;
    if manifests.is_empty() && errors.is_empty() {
        return Err(Failure::error("no objects passed to apply"));
    }
    let mut items: Vec<Item> = manifests
        .into_iter()
        .map(|manifest| {
            Item::Decide(Box::new(move |cx: &Step<'_>| {
                apply(manifest, cx, dry_run, validation, name_only)
            }))
        })
        .collect();
    items.extend(
        errors
            .into_iter()
            .map(|error| Item::Text(Printed::failure(format!("error: {error}\n")))),
    );
    Ok(Box::new(Sequence::failures_last(items)))
}

/// `-o name` prints names only; other formats of apply are refused.
pub fn name_only(args: &Args) -> Result<bool, Failure> {
    match args.get("output") {
        None | Some("") => Ok(false),
        Some("name") => Ok(true),
        Some(other) => Err(Failure::error(format!(
            "-o {other} is not modelled for this command yet"
        ))),
    }
}

/// `--validate=strict|warn|ignore`, also true and false.
pub fn validation(args: &Args) -> Result<Validation, Failure> {
    match args.get("validate") {
        None | Some("strict" | "true") => Ok(Validation::Strict),
        Some("warn") => Ok(Validation::Warn),
        Some("ignore" | "false") => Ok(Validation::Ignore),
        Some(other) => Err(Failure::error(format!(
            "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
        ))),
    }
}

fn apply(
    manifest: Manifest,
    cx: &Step<'_>,
    dry_run: DryRun,
    validation: Validation,
    name_only: bool,
) -> Vec<Item> {
    let Some(kind) = manifest.info.modelled else {
        let text = format!("error: {} is not modelled yet\n", manifest.info.resource());
        return vec![Item::Text(Printed::failure(text))];
    };
    if manifest.name.is_empty() {
        return vec![Item::Text(Printed::failure(nameless(&manifest)))];
    }
    let modified = with_last_applied(&manifest.value);
    let line = move |manifest: &Manifest, what: &str| {
        let name = format!("{}/{}", manifest.info.resource_singular(), manifest.name);
        if name_only {
            format!("{name}\n")
        } else {
            format!("{name} {what}{}\n", dry_run.suffix())
        }
    };
    let Some((_, current)) = cx.world.api.find(kind, &manifest.namespace, &manifest.name) else {
        if dry_run == DryRun::Client {
            return vec![Item::Text(Printed::out(line(&manifest, "created")))];
        }
        let mut request = Request::new(
            Verb::Create,
            kind,
            &manifest.namespace,
            &manifest.name,
            json::to_json(&modified),
        );
        request.dry_run = dry_run == DryRun::Server;
        request.validation = validation;
        request.field_manager = FIELD_MANAGER.to_string();
        let print = move |reply: cluster::Reply, _: &Step<'_>| match reply {
            Ok(response) => Printed {
                err: warnings(&response.warnings),
                ..Printed::out(line(&manifest, "created"))
            },
            Err(status) => {
                Printed::failure(errors::with_source("creating", &manifest.source, &status))
            }
        };
        return vec![Item::Request(request, Box::new(print))];
    };
    let mut err = String::new();
    let current_value = current.encode();
    let last_applied = current.meta().annotations.get_str(LAST_APPLIED);
    if last_applied.is_none() {
        err.push_str(&missing_annotation(&manifest));
    }
    let patch = match three_way(kind, last_applied, &modified, &current_value) {
        Ok(patch) => patch,
        Err(error) => {
            let status = Status::internal(error);
            return vec![Item::Text(Printed::failure(errors::with_source(
                "creating patch for",
                &manifest.source,
                &status,
            )))];
        }
    };
    if patch.as_map().is_some_and(|map| map.is_empty()) {
        return vec![Item::Text(Printed {
            err,
            ..Printed::out(line(&manifest, "unchanged"))
        })];
    }
    if current.meta().deletion_timestamp.is_some() {
        err.push_str(&format!(
            "Warning: Detected changes to resource {} which is currently being deleted.\n",
            manifest.name
        ));
    }
    if dry_run == DryRun::Client {
        return vec![Item::Text(Printed {
            err,
            ..Printed::out(line(&manifest, "configured"))
        })];
    }
    let body = json::to_json(&patch);
    let mut request = Request::new(
        Verb::Patch(Patch::Strategic),
        kind,
        &manifest.namespace,
        &manifest.name,
        body.clone(),
    );
    request.dry_run = dry_run == DryRun::Server;
    request.validation = validation;
    request.field_manager = FIELD_MANAGER.to_string();
    let print = move |reply: cluster::Reply, _: &Step<'_>| match reply {
        Ok(response) => {
            err.push_str(&warnings(&response.warnings));
            let what = if response.changed {
                "configured"
            } else {
                "unchanged"
            };
            Printed {
                err,
                ..Printed::out(line(&manifest, what))
            }
        }
        Err(status) => {
            let to = describe_target(&manifest);
            let doing = format!("applying patch:\n{body}\nto:\n{to}\nfor:");
            Printed::failure(format!(
                "{err}{}",
                errors::with_source(&doing, &manifest.source, &status)
            ))
        }
    };
    vec![Item::Request(request, Box::new(print))]
}

/// `Warning: …` lines.
pub fn warnings(warnings: &[String]) -> String {
    warnings
        .iter()
        .map(|warning| format!("Warning: {warning}\n"))
        .collect()
}

// kubernetes: cli-runtime/pkg/resource/visitor.go (Info.String)
fn describe_target(manifest: &Manifest) -> String {
    let info = manifest.info;
    format!(
        "Resource: \"{}/{}, Resource={}\", GroupVersionKind: \"{}/{}, Kind={}\"\nName: \"{}\", Namespace: \"{}\"",
        info.group,
        info.version,
        info.plural,
        info.group,
        info.version,
        info.kind,
        manifest.name,
        manifest.namespace
    )
}

fn nameless(manifest: &Manifest) -> String {
    let generated = manifest
        .value
        .at_path("metadata.generateName")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !generated.is_empty() {
        return format!("error: from {generated}: cannot use generate name with apply\n");
    }
    format!(
        "error: error when retrieving current configuration of:\n{}\nfrom server for: \"{}\": resource name may not be empty\n",
        describe_target(manifest),
        manifest.source
    )
}

// kubernetes: kubectl/pkg/cmd/apply/apply.go (warningNoLastAppliedConfigAnnotation)
fn missing_annotation(manifest: &Manifest) -> String {
    format!(
        "Warning: resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n",
        manifest.info.plural, manifest.name
    )
}

/// The object with the annotation that holds its own compact JSON form.
pub fn with_last_applied(value: &Value) -> Value {
    let mut bare = value.clone();
    if let Some(annotations) = bare
        .get_mut("metadata")
        .and_then(|meta| meta.get_mut("annotations"))
        && let Some(map) = annotations.as_map_mut()
    {
        map.remove(LAST_APPLIED);
    }
    if bare
        .at_path("metadata.annotations")
        .is_none_or(Value::is_null)
    {
        bare.set(&["metadata", "annotations"], Value::map());
    }
    let text = format!("{}\n", json::to_json(&bare));
    let mut modified = bare;
    modified.set(
        &["metadata", "annotations", LAST_APPLIED],
        Value::str(&text),
    );
    modified
}

fn three_way(
    kind: Kind,
    last_applied: Option<&str>,
    modified: &Value,
    current: &Value,
) -> Result<Value, String> {
    let original = match last_applied {
        Some(text) => json::parse_json(text)?,
        None => Value::map(),
    };
    match TypePatch::of(kind.info()) {
        Some(schema) => {
            patch::three_way::create_strategic(&original, modified, current, schema, true)
        }
        None => patch::three_way::create_json_merge(&original, modified, current),
    }
}
